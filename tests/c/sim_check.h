/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * What the tests of the simulated glass share: a ring read off an image, independent of the simulator's own formulas.
 */
#ifndef SIM_CHECK_H
#define SIM_CHECK_H

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "sim.h"

#define assert_near(a, b, tolerance) assert_true(fabs((a) - (b)) <= (tolerance))

static const double degree = 0.017453292519943296;

/* Bilinear value of the image. */
static inline double value_at(const float *image, int n, double x, double y) {
    int i = (int)x, j = (int)y;
    double a = x - i, b = y - j;
    const float *p = image + j * n + i;
    return (1 - b) * ((1 - a) * p[0] + a * p[1]) + b * ((1 - a) * p[n] + a * p[n + 1]);
}

/* Radius at which I / <f^2> has its maximum along a direction on screen, from the image alone. round: what |E u| is there. */
static inline double ring_radius_at(const float *image, const sim_glass *glass, const double center[2], double angle, double round) {
    int n = glass->width;
    double best = 0, radius = 0, step = 0.25, value[400];
    for (int i = 0; i < 400; i++) {
        double r = i * step, q = r * round * glass->q_per_px, f2;
        assert_int_equal(vitro_scattering(SIM_COMPOSITION, &q, 1, &f2, NULL), VITRO_OK);
        value[i] = value_at(image, n, center[0] + r * cos(angle), center[1] - r * sin(angle)) / f2;
        if (r > 0.8 * glass->ring_radius && value[i] > best) best = value[i], radius = r;
    }
    /* A parabola through five pixels on either side smooths the bilinear steps. */
    int middle = (int)lround(radius / step), reach = 8;
    double first = 0, second = 0, fourth = 0, square = 0, zeroth = 0;
    for (int i = -reach; i <= reach; i++) {
        double v = value[middle + i] / best;
        first += i * v, square += i * i, second += i * i * v, fourth += pow(i, 4), zeroth += v;
    }
    double m = 2 * reach + 1, curvature = (second - zeroth * square / m) / (fourth - square * square / m);
    return radius - step * first / square / (2 * curvature);
}

/* |V (x, y)|, the vector in out. */
static inline double stretched(const double V[3], double x, double y, double out[2]) {
    out[0] = V[0] * x + V[1] * y;
    out[1] = V[1] * x + V[2] * y;
    return hypot(out[0], out[1]);
}

#endif
