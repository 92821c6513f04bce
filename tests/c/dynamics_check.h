/* SPDX-License-Identifier: GPL-3.0-or-later
 * Time series with a known correlation, by circulant embedding: exact at all lags. */
#ifndef DYNAMICS_CHECK_H
#define DYNAMICS_CHECK_H

#include <complex.h>
#include <fftw3.h>

#include "check.h"

typedef struct {
    int frames, series;
    double tau, beta;
    int speckle;    /* 1 = |E|^2 of a complex Gaussian field, g2 - 1 = |g1|^2; 0 = Gaussian intensities of mean 10 and variance 1 */
    double photons; /* of a frame on average, Poisson; 0 = no noise */
} process;

/* Filled tables. */
static inline vitro_dynamics *tables_for(int frames, int first_lag, int last_lag) {
    vitro_dynamics *d;
    assert_ok(vitro_dynamics_new(frames, first_lag, last_lag, &d));
    for (int64_t row = vitro_dynamics_rows(d); row-- > 0;) assert_ok(vitro_dynamics_fill(d, row));
    assert_ok(vitro_dynamics_finish(d));
    return d;
}

enum { QUANTILES = 1 << 16 };

/* Normal numbers by their quantiles, four of each hash: half of the time of a test is in its random numbers. */
typedef struct {
    float quantile[QUANTILES];
    uint64_t state, bits;
    int left;
} normals;

static inline void normals_begin(normals *n, uint64_t seed) {
    double z = -4.5;
    for (int i = 0; i < QUANTILES; i++) {
        for (int pass = 0; pass < 6; pass++) z += ((i + 0.5) / QUANTILES - 0.5 * erfc(-z / sqrt(2))) / (exp(-z * z / 2) / sqrt(2 * acos(-1)));
        n->quantile[i] = (float)z;
    }
    n->state = seed;
    n->left = 0;
}

static inline double normal(normals *n) {
    if (n->left-- == 0) {
        n->bits = random_bits(&n->state);
        n->left = 3;
    } else n->bits >>= 16;
    return n->quantile[n->bits & (QUANTILES - 1)];
}

/* A Poisson number; normal where the mean is large. */
static inline double draw_poisson(double mean, normals *n, uint64_t *state) {
    if (mean > 12) return fmax(0, rint(mean + sqrt(mean) * normal(n)));
    double p = exp(-mean), sum = p, u = random_part(state);
    int k = 0;
    while (u > sum && k < 400) sum += p *= mean / ++k;
    return k;
}

/* block[t * series + i]. */
static inline float *simulate(const process *p, uint64_t seed) {
    int m = 2 * p->frames;
    normals *n = malloc(sizeof *n);
    normals_begin(n, seed);
    fftw_complex *z = fftw_alloc_complex((size_t)m);
    double *root = malloc(sizeof(double) * (size_t)m);
    float *block = malloc(sizeof(float) * (size_t)p->frames * (size_t)p->series);
    fftw_plan plan = fftw_plan_dft_1d(m, z, z, FFTW_FORWARD, FFTW_ESTIMATE);
    for (int l = 0; l < m; l++) z[l] = exp(-(p->speckle ? 1 : 2) * pow((l < m - l ? l : m - l) / p->tau, p->beta));
    fftw_execute(plan);
    for (int k = 0; k < m; k++) root[k] = sqrt(fmax(creal(z[k]), 0) / m);
    for (int i = 0; i < p->series; i++) {
        if (p->speckle || i % 2 == 0) {
            for (int k = 0; k < m; k++) {
                double re = normal(n), im = normal(n);
                z[k] = root[k] * (re + im * I);
            }
            fftw_execute(plan);
        }
        for (int t = 0; t < p->frames; t++) {
            double value = p->speckle ? (creal(z[t]) * creal(z[t]) + cimag(z[t]) * cimag(z[t])) / 2 : 10 + (i % 2 ? cimag(z[t]) : creal(z[t]));
            double scale = p->photons / (p->speckle ? 1 : 10);
            block[(size_t)t * (size_t)p->series + (size_t)i] = (float)(p->photons > 0 ? draw_poisson(value * scale, n, &seed) : value);
        }
    }
    fftw_destroy_plan(plan);
    fftw_free(z);
    free(root);
    free(n);
    return block;
}

#endif
