/* Compiled once for each instruction set with -DVITRO_KERNELS=baseline, avx2 or avx512.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "kernels_decomp.h"

#include "vec.h"

#define JOIN2(a, b) a##b
#define JOIN(a, b) JOIN2(a, b)

enum { TILE = DECOMP_TILE, PAIR = 2 * VEC, FEW = 4, AHEAD = 16 };

#define ALWAYS static inline __attribute__((always_inline))

/* Brings a row to come into the cache, all of it: the processor's own prefetching does not see through walks over a part of each row. */
ALWAYS void fetch_row(const float *row) {
    for (int i = 0; i < TILE; i += 16) __builtin_prefetch(row + i);
}

/* Two vectors of positions; a constant k keeps weights and sums in registers. */
ALWAYS void residual_pair(const float *profile, const float *weight, const float *basis, int depth, const int k, int fetch, float *left, float *slope,
                          float *square) {
    vec w[2][FEW], g[2][FEW] = {{{0}}}, s[2] = {{0}};
    for (int j = 0; j < k; j++)
        for (int p = 0; p < 2; p++) w[p][j] = vec_load(weight + j * TILE + p * VEC);
    for (int z = 0; z < depth; z++) {
        const float *b = basis + (size_t)z * (size_t)k;
        if (fetch) fetch_row(profile + (size_t)(z + AHEAD) * TILE);
        for (int p = 0; p < 2; p++) {
            vec e = vec_load(profile + (size_t)z * TILE + p * VEC);
            for (int j = 0; j < k; j++) e -= b[j] * w[p][j];
            vec_store(left + (size_t)z * TILE + p * VEC, e);
            for (int j = 0; j < k; j++) g[p][j] += b[j] * e;
            s[p] += e * e;
        }
    }
    for (int p = 0; p < 2; p++) {
        for (int j = 0; j < k; j++) vec_store(slope + j * TILE + p * VEC, g[p][j]);
        vec_store(square + p * VEC, s[p]);
    }
}

/* Any number of components: weights and sums stay in memory, where they lie in the first cache. */
static void residual_many(const float *profile, const float *weight, const float *basis, int depth, int k, float *left, float *slope,
                          float *square) {
    for (int j = 0; j < k; j++)
        for (int i = 0; i < TILE; i++) slope[j * TILE + i] = 0;
    for (int i = 0; i < TILE; i++) square[i] = 0;
    for (int z = 0; z < depth; z++) {
        const float *b = basis + (size_t)z * (size_t)k;
        for (int i = 0; i < TILE; i += VEC) {
            vec e = vec_load(profile + (size_t)z * TILE + i);
            for (int j = 0; j < k; j++) e -= b[j] * vec_load(weight + j * TILE + i);
            vec_store(left + (size_t)z * TILE + i, e);
            for (int j = 0; j < k; j++) vec_store(slope + j * TILE + i, vec_load(slope + j * TILE + i) + b[j] * e);
            vec_store(square + i, vec_load(square + i) + e * e);
        }
    }
}

static void residual(const float *profile, const float *weight, const float *basis, int depth, int k, float *left, float *slope,
                     float *square) {
    if (k > FEW) {
        residual_many(profile, weight, basis, depth, k, left, slope, square);
        return;
    }
    for (int i = 0; i < TILE; i += PAIR) {
        const float *v = profile + i, *w = weight + i;
        float *e = left + i, *g = slope + i, *s = square + i;
        if (k == 1) residual_pair(v, w, basis, depth, 1, i == 0, e, g, s);
        else if (k == 2) residual_pair(v, w, basis, depth, 2, i == 0, e, g, s);
        else if (k == 3) residual_pair(v, w, basis, depth, 3, i == 0, e, g, s);
        else residual_pair(v, w, basis, depth, 4, i == 0, e, g, s);
    }
}

ALWAYS void gather_few(const float *left, const float *weight, int depth, int all, const int k, float *sum) {
    for (int z = 0; z < depth; z++)
        for (int sub = 0; sub < DECOMP_SUMS; sub += VEC) {
            vec total[FEW] = {{0}};
            for (int i = sub; i < TILE; i += DECOMP_SUMS) {
                const vec e = vec_load(left + (size_t)z * TILE + i);
                for (int j = 0; j < k; j++) total[j] += e * vec_load(weight + j * TILE + i);
            }
            for (int j = 0; j < k; j++) {
                float *to = sum + ((size_t)z * (size_t)all + (size_t)j) * DECOMP_SUMS + sub;
                vec_store(to, vec_load(to) + total[j]);
            }
        }
}

static void gather(const float *left, const float *weight, int depth, int k, float *sum) {
    for (int first = 0; first < k; first += FEW) {
        const float *w = weight + first * TILE;
        float *to = sum + first * DECOMP_SUMS;
        switch (k - first) {
        case 1: gather_few(left, w, depth, k, 1, to); break;
        case 2: gather_few(left, w, depth, k, 2, to); break;
        case 3: gather_few(left, w, depth, k, 3, to); break;
        default: gather_few(left, w, depth, k, 4, to);
        }
    }
}

/* A weight moves by the slope over the curvature, but not below zero; all slopes and the square follow exactly. */
static void descend(const float *gram, int k, int rounds, float *weight, float *slope, float *square) {
    for (int i = 0; i < TILE; i += VEC)
        for (int round = 0; round < rounds; round++)
            for (int j = 0; j < k; j++) {
                const float curvature = gram[j * k + j];
                if (!(curvature > 0)) continue;
                const vec old = vec_load(weight + j * TILE + i), g = vec_load(slope + j * TILE + i);
                const vec w = vec_max(old + g * (1 / curvature), (vec){0}), step = w - old;
                vec_store(weight + j * TILE + i, w);
                vec_store(square + i, vec_load(square + i) - step * (2 * g - curvature * step));
                for (int l = 0; l < k; l++) vec_store(slope + l * TILE + i, vec_load(slope + l * TILE + i) - gram[l * k + j] * step);
            }
}

typedef double dvec __attribute__((vector_size(4 * VEC)));

static inline dvec load_doubles(const double *from) {
    dvec v;
    __builtin_memcpy(&v, from, sizeof v);
    return v;
}

static void products(const double *first, const double *second, int n, double *product, int stride) {
    enum { ROWS = DECOMP_ROWS, LONG = VEC / 2 };
    dvec sum[ROWS][ROWS] = {{{0}}};
    for (int i = 0; i < n; i += LONG) {
        dvec b[ROWS];
        for (int j = 0; j < ROWS; j++) b[j] = load_doubles(second + j * n + i);
        for (int a = 0; a < ROWS; a++) {
            const dvec v = load_doubles(first + a * n + i);
            for (int j = 0; j < ROWS; j++) sum[a][j] += v * b[j];
        }
    }
    for (int a = 0; a < ROWS; a++)
        for (int j = 0; j < ROWS; j++) {
            double total = 0;
            for (int l = 0; l < LONG; l++) total += sum[a][j][l];
            product[a * stride + j] += total;
        }
}

const decomp_kernels JOIN(decomp_kernels_, VITRO_KERNELS) = {residual, gather, descend, products};
