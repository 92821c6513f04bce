/* SPDX-License-Identifier: GPL-3.0-or-later
 * Runs of a decomposition, and cubes made of known factors. */
#ifndef DECOMP_CHECK_H
#define DECOMP_CHECK_H

#include <stdatomic.h>

#include "check.h"

typedef struct {
    int components, depth;
    int64_t positions;
    float *weights, *fractions, *residual;
    double *basis, *mean, *spectrum, *values;
} decomposed;

static inline void decomposed_free(decomposed *r) {
    free(r->weights);
    free(r->fractions);
    free(r->residual);
    free(r->basis);
    free(r->mean);
    free(r->spectrum);
    free(r->values);
}

typedef struct {
    vitro_decomp *d;
    int64_t items;
    atomic_llong next;
    int backwards;
} decomp_round;

static inline void *decomp_share(void *argument) {
    decomp_round *r = argument;
    for (int64_t i; (i = atomic_fetch_add(&r->next, 1)) < r->items;) {
        vitro_status status = vitro_decomp_work(r->d, r->backwards ? r->items - 1 - i : i);
        if (status != VITRO_OK) return r;
    }
    return NULL;
}

/* Loads the cube in pieces of `piece` positions and runs all rounds; threads 0 = in the calling one. */
static inline vitro_status decomp_run(vitro_decomp *d, const float *cube, int64_t positions, int depth, int64_t piece, int threads, int backwards) {
    float *block = malloc(sizeof(float) * (size_t)piece * (size_t)depth);
    for (int64_t first = 0; first < positions; first += piece) {
        int64_t n = positions - first < piece ? positions - first : piece;
        for (int z = 0; z < depth; z++)
            for (int64_t i = 0; i < n; i++) block[z * n + i] = cube[z * positions + first + i];
        assert_ok(vitro_decomp_load(d, block, first, n));
    }
    free(block);
    decomp_round r = {.d = d, .backwards = backwards};
    for (;;) {
        vitro_status status = vitro_decomp_next(d, &r.items);
        if (status != VITRO_OK || r.items == 0) return status;
        atomic_store(&r.next, 0);
        pthread_t id[16];
        for (int t = 0; t < threads; t++) assert_int_equal(pthread_create(&id[t], NULL, decomp_share, &r), 0);
        if (!threads) assert_null(decomp_share(&r));
        for (int t = 0; t < threads; t++) {
            void *failed;
            pthread_join(id[t], &failed);
            assert_null(failed);
        }
    }
}

/* The results; frees the decomposition. */
static inline decomposed decomp_finished(vitro_decomp *d) {
    int64_t shape[3];
    vitro_decomp_shape(d, shape);
    size_t n = (size_t)shape[0], depth = (size_t)shape[1], k = (size_t)shape[2];
    decomposed r = {(int)k, (int)depth, shape[0], malloc(sizeof(float) * n * k), malloc(sizeof(float) * n * k), malloc(sizeof(float) * n * 2),
                    malloc(sizeof(double) * depth * k), malloc(sizeof(double) * depth), malloc(sizeof(double) * depth),
                    malloc(sizeof(double) * (VITRO_DECOMP_FRACTIONS + k))};
    vitro_decomp_maps maps = {r.weights, r.fractions, r.residual, r.basis, r.mean, r.spectrum, r.values};
    assert_ok(vitro_decomp_result(d, &maps));
    vitro_decomp_free(d);
    return r;
}

static inline decomposed decomp_all(vitro_decomp *d, const float *cube, int64_t positions, int depth) {
    assert_ok(decomp_run(d, cube, positions, depth, 256, 2, 0));
    return decomp_finished(d);
}

/* Profiles with two peaks each on a small background, different for each j; never negative. */
static inline double known_profile(int j, int z, int depth) {
    double x = (double)z / depth, a = (x - 0.2 - 0.09 * j) / 0.05, b = (x - 0.55 - 0.06 * j) / 0.09;
    return 0.02 + exp(-a * a) + 0.4 * exp(-b * b);
}

/* Shares that add to 1 at each position; some positions are pure. */
static inline double known_share(int j, int64_t i, int k) {
    double sum = 0, own = 0;
    for (int l = 0; l < k; l++) {
        uint64_t state = (uint64_t)(i * 97 + l * 7919 + 1);
        double part = random_part(&state), share = i % 17 == 3 ? (i / 17 % k == l) : part * part;
        sum += share;
        if (l == j) own = share;
    }
    return sum > 0 ? own / sum : 0;
}

/* [depth][positions] sums of k known profiles, plus Gaussian noise. */
static inline float *known_cube(int64_t positions, int depth, int k, double noise) {
    float *cube = malloc(sizeof(float) * (size_t)positions * (size_t)depth);
    uint64_t state = 5;
    for (int z = 0; z < depth; z++)
        for (int64_t i = 0; i < positions; i++) {
            double sum = 0;
            for (int j = 0; j < k; j++) sum += known_share(j, i, k) * known_profile(j, z, depth);
            cube[z * positions + i] = (float)(sum + (noise > 0 ? noise * random_normal(&state) : 0));
        }
    return cube;
}

#endif
