/* SPDX-License-Identifier: GPL-3.0-or-later
 * Curves with one peak and noise of a chosen spectrum, and their maps. */
#ifndef PEAK_CURVES_H
#define PEAK_CURVES_H

#include <complex.h>

#include "check.h"

enum { MAPS = 6, POSITION = 0, HEIGHT, FULL_WIDTH, AREA, SIGMA, STATUS };

typedef struct {
    int points, curves;
    double step, height, middle, width, level, tilt; /* the axis begins at 0; width = standard deviation */
    double wander;   /* positions lie within +- this */
    double noise;    /* standard deviation of a point */
    double last;     /* highest frequency of the noise, cycles a point; 0.5 = white */
    double blue;     /* the noise's amplitude goes as this power of the frequency */
    uint64_t seed;
} peak_curves;

/* Noise with the spectrum of a transform that ends: many waves of random amplitude, on a circle much longer than the curve. */
static inline void band_noise(const peak_curves *c, uint64_t *state, float *out, int64_t stride) {
    int circle = 16 * c->points, waves = (int)(c->last * circle);
    double norm = 0, *value = calloc((size_t)c->points, sizeof(double));
    for (int k = 1; k <= waves; k++) {
        double a = pow((double)k / waves, c->blue), cosine = a * random_normal(state), sine = a * random_normal(state);
        norm += a * a;
        double complex turn = cexp(I * (6.283185307179586 * k / circle)), at = cosine + I * sine;
        for (int z = 0; z < c->points; z++, at *= turn) value[z] += creal(at);
    }
    for (int z = 0; z < c->points; z++) out[z * stride] += (float)(c->noise * value[z] / sqrt(norm));
    free(value);
}

/* block[z * curves + i]; position: the truth. */
static inline float *make_curves(const peak_curves *c, double *position) {
    float *block = malloc(sizeof(float) * (size_t)c->points * (size_t)c->curves);
    uint64_t state = c->seed;
    for (int i = 0; i < c->curves; i++) {
        position[i] = c->middle + c->wander * (2 * random_part(&state) - 1);
        for (int z = 0; z < c->points; z++) {
            double x = z * c->step, u = (x - position[i]) / c->width, e = c->last < 0.5 ? 0 : c->noise * random_normal(&state);
            block[z * c->curves + i] = (float)(c->height * exp(-0.5 * u * u) + c->level + c->tilt * x + e);
        }
        if (c->last < 0.5) band_noise(c, &state, block + i, c->curves);
    }
    return block;
}

static inline vitro_peak_options whole_range(const peak_curves *c, int model, int baseline) {
    return (vitro_peak_options){model, baseline, 0, c->points, 0, c->step, NULL};
}

/* As the command does it: the noise is learned from some of the curves. */
static inline float *peak_maps_of(const float *block, int points, int curves, const vitro_peak_options *o) {
    int some = curves < 1024 ? curves : 1024;
    float *maps = malloc(sizeof(float) * MAPS * (size_t)curves), *sample = malloc(sizeof(float) * (size_t)some * (size_t)points);
    double *noise = malloc(sizeof(double) * (size_t)VITRO_PEAK_NOISE(o->count));
    for (int z = 0; z < points; z++) memcpy(sample + z * some, block + z * curves, sizeof(float) * (size_t)some);
    assert_ok(vitro_peak_noise(sample, points, some, o, noise));
    assert_ok(vitro_peak_maps(block, points, curves, o, noise, maps));
    free(sample);
    free(noise);
    return maps;
}

#endif
