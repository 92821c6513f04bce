/* The two curves that a reference's radial profile P(r) is split into: a smooth one G(r) through its oscillations, and
 * the structure factor s = (P - G) / B that stretches with the glass.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef VITRO_RING_CURVE_H
#define VITRO_RING_CURVE_H

#include "error.h"

/* ln G = ln base + p[0] + p[1] x + p[2] x^2, x = ln(r / middle); base = <f^2> of the composition, or 1. */
typedef struct {
    double middle, p[3];
    char composition[64]; /* "" = learned */
    double q_per_px;
} smooth_curve;

/* Fits G to a profile given at n radii; middle, composition and q_per_px are set on entry. Values that are not positive are
 * left out; VITRO_DATA if fewer than 8 remain. */
vitro_status smooth_curve_fit(smooth_curve *curve, const double *radius, const double *profile, int n);

/* G, and the atoms' own fall-off B (<f^2>, or G where there is no composition; 1 at 'middle'), at n radii. */
vitro_status smooth_curve_values(const smooth_curve *curve, const double *radius, int n, double *g, double *b);

/* Least-squares cubic spline with equal knot distances through weighted samples, evaluated at start + i * step. */
vitro_status spline_through(const double *x, const double *y, const double *weight, int n, double low, double high, int knots,
                            double start, double step, int count, float *out);

#endif
