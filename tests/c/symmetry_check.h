/* SPDX-License-Identifier: GPL-3.0-or-later
 * What the tests of the symmetry share: rings with known Fourier series about centres of their own, and stops over a sector. */
#ifndef SYMMETRY_CHECK_H
#define SYMMETRY_CHECK_H

#include "check.h"

enum { SIDE = 160, PIXELS = SIDE * SIDE, ORDERS = 12 };

static const double PI = 3.141592653589793;

/* Amplitude and phase of cos(n phi - p), n = 1 .. ORDERS. */
typedef struct {
    double a[ORDERS + 1], p[ORDERS + 1];
} series;

static inline double series_at(const series *s, double phi) {
    double sum = 1;
    for (int n = 1; n <= ORDERS; n++) sum += s->a[n] * cos(n * phi - s->p[n]);
    return sum;
}

static inline vitro_frames frames_of(int type, int64_t n) { return (vitro_frames){SIDE, SIDE, type, VITRO_ISA_BEST, n}; }

static inline vitro_geometry geometry_of(double ring_min, double ring_max, const uint8_t *mask) {
    return (vitro_geometry){SIDE / 2 - 0.5, SIDE / 2 - 0.5, 1, 0, 1, ring_min, ring_max, mask};
}

/* Radius and angle (counter-clockwise on screen) of a pixel after the ellipse. */
static inline void polar_of(int pixel, const double center[2], const double e[3], double *r, double *phi) {
    double x = pixel % SIDE - center[0], y = pixel / SIDE - center[1], u = e[0] * x + e[1] * y, v = e[1] * x + e[2] * y;
    *r = hypot(u, v);
    *phi = atan2(-v, u);
}

/* level x a ring of that radius and width x the series. */
static inline void draw(float *pattern, double level, double radius, double width, const series *s, const double center[2], const double e[3]) {
    for (int i = 0; i < PIXELS; i++) {
        double r, phi;
        polar_of(i, center, e, &r, &phi);
        pattern[i] = (float)(level * (0.2 + exp(-0.5 * (r - radius) * (r - radius) / (width * width))) * series_at(s, phi));
    }
}

/* A sector of so many degrees about a direction, and the middle. */
static inline uint8_t *stop(double degrees, double direction) {
    uint8_t *mask = calloc(PIXELS, 1);
    const double center[2] = {SIDE / 2 - 0.5, SIDE / 2 - 0.5}, e[3] = {1, 0, 1};
    for (int i = 0; i < PIXELS; i++) {
        double r, phi;
        polar_of(i, center, e, &r, &phi);
        mask[i] = fabs(remainder(phi - direction, 2 * PI)) < degrees * PI / 360 || r < 5;
    }
    return mask;
}

/* Power in slices of n patterns: [band][order - 1][pattern], then the status. */
static inline float *power_of(const vitro_frames *f, const vitro_geometry *g, const double *centers, int order, int bands, int correct, const void *pixels) {
    vitro_job *job;
    assert_ok(vitro_symmetry_new(f, g, centers, order, bands, correct, &job));
    feed_all(job, pixels, f->frames, 32, 2, 0);
    return finished(job);
}

#endif
