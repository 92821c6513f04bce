/* What the geometry's functions share.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef VITRO_GEOM_H
#define VITRO_GEOM_H

#include <math.h>

#include "error.h"

typedef struct {
    int width, height;
    const float *mean;
    const uint8_t *mask; /* NULL = none */
} pattern;

/* A pixel that is not masked and a number. */
static inline int pattern_has(const pattern *p, int i) { return !(p->mask && p->mask[i]) && isfinite(p->mean[i]); }

/* Centre of inversion: where the pattern agrees best with itself turned by 180 degrees, to about half a pixel. */
vitro_status geom_inversion_center(const pattern *p, double center[2]);

/* Centre and, if asked, ellipse that make the ring's radius the same in all directions. */
vitro_status geom_round_ring(const pattern *p, double ring_min, double ring_max, int with_ellipse, double center[2], double ellipse[3]);

/* out[i] = sum over all pairs a[j] b[k] with j + k = i, both w x h; out (2w-1) x (2h-1). By FFTW. */
vitro_status fft_convolve(const double *a, const double *b, int w, int h, double *out);

/* out[(2 h - 1) x (2 w - 1)] = sum over x of a(x) b(x + d), d = 0 in the middle. turned: room for as many numbers as a. */
vitro_status map_correlate(const double *a, const double *b, int w, int h, double *turned, double *out);

#endif
