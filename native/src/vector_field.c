/* Vector maps for drawing: means over square blocks, of vectors or of directors, which have no head.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include <math.h>

#include "error.h"

static const double DEGREE = 3.14159265358979323846 / 180;

typedef struct {
    double x, y;
} vector;

static vector vector_at(const vitro_vector_options *o, const float *first, const float *second, int64_t i) {
    if (!o->polar) return (vector){first[i], second[i]};
    double length = first ? first[i] : 1;
    return (vector){length * cos(second[i] * DEGREE), length * sin(second[i] * DEGREE)};
}

/* Twice the angle: a director and its opposite become one and the same. */
static vector doubled(vector v) {
    double length = hypot(v.x, v.y);
    return length > 0 ? (vector){(v.x * v.x - v.y * v.y) / length, 2 * v.x * v.y / length} : v;
}

/* Upright or to the right: half the angle lies in (-90, 90] degrees. */
static vector halved(vector v) {
    double length = hypot(v.x, v.y), angle = 0.5 * atan2(v.y, v.x);
    return (vector){length * cos(angle), length * sin(angle)};
}

/* NaN if less than half of the block is measured. */
static vector block_mean(const vitro_vector_options *o, const float *first, const float *second, int left, int top) {
    int right = left + o->spacing < o->width ? left + o->spacing : o->width, bottom = top + o->spacing < o->height ? top + o->spacing : o->height;
    int64_t n = 0;
    vector sum = {0, 0};
    for (int y = top; y < bottom; y++)
        for (int x = left; x < right; x++) {
            vector v = vector_at(o, first, second, (int64_t)y * o->width + x);
            if (!isfinite(v.x) || !isfinite(v.y)) continue;
            if (o->headless) v = doubled(v);
            sum.x += v.x;
            sum.y += v.y;
            n++;
        }
    if (2 * n < (int64_t)(right - left) * (bottom - top)) return (vector){NAN, NAN};
    vector mean = {sum.x / (double)n, sum.y / (double)n};
    return o->headless ? halved(mean) : mean;
}

vitro_status vitro_vector_means(const vitro_vector_options *o, const float *first, const float *second, float *out) {
    if (o->width < 1 || o->height < 1 || o->spacing < 1)
        return vitro_fail(VITRO_ARGUMENT, "vectors of %d x %d positions, every %d", o->width, o->height, o->spacing);
    int columns = (o->width + o->spacing - 1) / o->spacing, rows = (o->height + o->spacing - 1) / o->spacing;
    for (int row = 0; row < rows; row++)
        for (int column = 0; column < columns; column++) {
            vector v = block_mean(o, first, second, column * o->spacing, row * o->spacing);
            int64_t i = (int64_t)row * columns + column;
            out[i] = (float)v.x;
            out[(int64_t)rows * columns + i] = (float)v.y;
        }
    return VITRO_OK;
}
