/* Compiled once for each instruction set with -DVITRO_KERNELS=baseline, avx2 or avx512.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "kernels_pdf.h"

#include "vec.h"

#define JOIN2(a, b) a##b
#define JOIN(a, b) JOIN2(a, b)

static void scale_of(const pdf_curves *c, const float *strip, float *scale, float *missing) {
    vec sum = {0}, wrong = {0};
    for (int z = 0; z < c->bins; z++) {
        vec v = vec_load(strip + (size_t)z * PDF_STRIP);
        sum += c->weight[z] * v;
        wrong += 0 * v; /* NaN where v is NaN or infinite */
    }
    for (int l = 0; l < VEC; l++) {
        missing[l] = wrong[l] != wrong[l];
        scale[l] = sum[l] > 0 && !missing[l] ? sum[l] : NAN;
    }
}

/* phi before the polynomial, in place, and the polynomial's coefficients. */
static void normalise(const pdf_curves *c, float *strip, vec inverse_scale, vec *coefficient) {
    for (int k = 0; k < c->order; k++) coefficient[k] = (vec){0};
    for (int z = 0; z < c->bins; z++) {
        vec phi = c->gain[z] * (vec_load(strip + (size_t)z * PDF_STRIP) * inverse_scale) - c->single[z];
        const float *measure = c->measure + (size_t)z * (size_t)c->order;
        for (int k = 0; k < c->order; k++) coefficient[k] += measure[k] * phi;
        vec_store(strip + (size_t)z * PDF_STRIP, phi);
    }
}

static vec subtract(const pdf_curves *c, float *strip, const vec *coefficient) {
    vec square = {0};
    for (int z = 0; z < c->bins; z++) {
        vec phi = vec_load(strip + (size_t)z * PDF_STRIP);
        const float *basis = c->basis + (size_t)z * (size_t)c->order;
        for (int k = 0; k < c->order; k++) phi -= basis[k] * coefficient[k];
        vec_store(strip + (size_t)z * PDF_STRIP, phi);
        if (z >= c->tail) square += (c->inverse_q[z] * phi) * (c->inverse_q[z] * phi);
    }
    return square;
}

static void reduce(const pdf_curves *c, float *strip, float *scale, float *residual, float *missing) {
    vec coefficient[PDF_MOST_ORDER];
    for (int first = 0; first < PDF_STRIP; first += VEC) {
        scale_of(c, strip + first, scale + first, missing + first);
        normalise(c, strip + first, 1 / vec_load(scale + first), coefficient);
        vec square = subtract(c, strip + first, coefficient);
        for (int l = 0; l < VEC; l++) residual[first + l] = sqrtf(square[l] / (float)(c->bins - c->tail));
    }
}

/* As many rows at once as sums fit into the registers. */
enum { TOGETHER = VEC == 16 ? PDF_ROWS : PDF_ROWS / 2 };

static inline void tile(const float *matrix, int depth, const float *strip, float *out) {
    vec sum[TOGETHER][2];
    for (int r = 0; r < TOGETHER; r++) sum[r][0] = sum[r][1] = (vec){0};
    for (int z = 0; z < depth; z++) {
        vec a = vec_load(strip + (size_t)z * PDF_STRIP), b = vec_load(strip + (size_t)z * PDF_STRIP + VEC);
        for (int r = 0; r < TOGETHER; r++) {
            float m = matrix[(size_t)z * PDF_ROWS + (size_t)r];
            sum[r][0] += m * a;
            sum[r][1] += m * b;
        }
    }
    for (int r = 0; r < TOGETHER; r++) {
        vec_store(out + (size_t)r * PDF_STRIP, sum[r][0]);
        vec_store(out + (size_t)r * PDF_STRIP + VEC, sum[r][1]);
    }
}

static void product(const float *matrix, int rows, int depth, const float *strip, float *out) {
    for (int row = 0; row < rows; row += TOGETHER)
        for (int first = 0; first < PDF_STRIP; first += 2 * VEC)
            tile(matrix + (size_t)(row / PDF_ROWS) * PDF_ROWS * (size_t)depth + (size_t)(row % PDF_ROWS), depth, strip + first,
                 out + (size_t)row * PDF_STRIP + (size_t)first);
}

const pdf_kernels JOIN(pdf_kernels_, VITRO_KERNELS) = {reduce, product};
