/* Hot spots: connected regions of a map above a threshold.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include <math.h>
#include <stdlib.h>

#include "error.h"

typedef struct {
    const float *map;
    int width, height;
    double threshold;
    float *label;
    int32_t *stack; /* pixels of the region that is being walked over; never left, so that it lists them all at the end */
} walk;

static int is_hot(const walk *w, int i) { return w->label[i] == 0 && isfinite(w->map[i]) && w->map[i] >= w->threshold; }

/* Marks the region of a pixel, neighbours over sides and corners; returns its pixels, which lie in stack. */
static int64_t flood(walk *w, int start, float label) {
    int64_t n = 0;
    w->label[start] = label;
    w->stack[n++] = start;
    for (int64_t k = 0; k < n; k++) {
        int x = w->stack[k] % w->width, y = w->stack[k] / w->width;
        for (int v = y > 0 ? y - 1 : 0; v <= y + 1 && v < w->height; v++)
            for (int u = x > 0 ? x - 1 : 0; u <= x + 1 && u < w->width; u++) {
                int i = v * w->width + u;
                if (!is_hot(w, i)) continue;
                w->label[i] = label;
                w->stack[n++] = i;
            }
    }
    return n;
}

vitro_status vitro_hot_spots(const float *map, int width, int height, double threshold, int64_t min_pixels, float *label, int64_t *count) {
    static const int64_t most = (int64_t)1 << 24; /* labels that a float tells apart */
    int64_t pixels = (int64_t)width * height, found = 0;
    if (width < 1 || height < 1 || pixels > INT32_MAX) return vitro_fail(VITRO_ARGUMENT, "map of %d x %d px", width, height);
    if (!isfinite(threshold)) return vitro_fail(VITRO_ARGUMENT, "threshold %g: it must be a number", threshold);
    walk w = {map, width, height, threshold, label, vitro_alloc((size_t)pixels, sizeof *w.stack)};
    if (!w.stack) return VITRO_MEMORY;
    for (int64_t i = 0; i < pixels; i++) label[i] = 0;
    for (int i = 0; i < pixels && found < most; i++) {
        if (!is_hot(&w, i)) continue;
        int64_t n = flood(&w, i, (float)(found + 1));
        if (n >= min_pixels) found++;
        else
            for (int64_t k = 0; k < n; k++) label[w.stack[k]] = -1; /* not again */
    }
    for (int64_t i = 0; i < pixels; i++)
        if (label[i] < 0) label[i] = 0;
    free(w.stack);
    if (found == most) return vitro_fail(VITRO_DATA, "more than %lld regions above %g", (long long)most - 1, threshold);
    *count = found;
    return VITRO_OK;
}

vitro_status vitro_hot_spot_sizes(const float *map, const float *label, int width, int height, int64_t count, double *out) {
    for (int64_t i = 0; i < count * VITRO_HOT_SPOT_FIELDS; i++) out[i] = 0;
    for (int64_t i = 0; i < (int64_t)width * height; i++) {
        if (!(label[i] >= 1)) continue;
        int64_t spot = (int64_t)label[i] - 1;
        if (spot >= count) return vitro_fail(VITRO_ARGUMENT, "label %g of %lld regions", label[i], (long long)count);
        double *s = out + spot * VITRO_HOT_SPOT_FIELDS;
        s[VITRO_HOT_SPOT_MAXIMUM] = s[VITRO_HOT_SPOT_PIXELS] == 0 ? map[i] : fmax(s[VITRO_HOT_SPOT_MAXIMUM], map[i]);
        s[VITRO_HOT_SPOT_PIXELS]++;
        s[VITRO_HOT_SPOT_X] += (double)(i % width) + 0.5;
        s[VITRO_HOT_SPOT_Y] += (double)(i / width) + 0.5;
        s[VITRO_HOT_SPOT_MEAN] += map[i];
    }
    for (double *s = out; s < out + count * VITRO_HOT_SPOT_FIELDS; s += VITRO_HOT_SPOT_FIELDS) {
        if (s[VITRO_HOT_SPOT_PIXELS] == 0) continue;
        s[VITRO_HOT_SPOT_X] /= s[VITRO_HOT_SPOT_PIXELS];
        s[VITRO_HOT_SPOT_Y] /= s[VITRO_HOT_SPOT_PIXELS];
        s[VITRO_HOT_SPOT_MEAN] /= s[VITRO_HOT_SPOT_PIXELS];
    }
    return VITRO_OK;
}
