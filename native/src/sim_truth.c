/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The truth maps of the sample, closed forms of the stretch V at each scan position.
 */
#include <math.h>
#include <stdlib.h>

#include "error.h"
#include "sim_sample.h"

static const double degrees = 57.295779513082321;

/* Eigenvalues of a symmetric matrix, larger first, and the direction of the first, radians in (-pi/2, pi/2]. */
static void principal(double xx, double xy, double yy, double value[2], double *angle) {
    double half = (xx + yy) / 2, radius = hypot((xx - yy) / 2, xy);
    value[0] = half + radius;
    value[1] = half - radius;
    *angle = atan2(2 * xy, xx - yy) / 2;
}

enum { E_XX, E_YY, E_XY, E_VOL, E_DEV, E_1, E_2, ANGLE_1, D_RHO, ENERGY, CURL };

/* The linear definition: principal strains (q0 - q)/q0 with q = q0 / v, so the tensor is 1 - V^-1. Percent. */
static void strain_truth(const double V[3], float *out, size_t slice) {
    double det = V[0] * V[2] - V[1] * V[1], e[2], angle;
    double xx = 100 * (1 - V[2] / det), yy = 100 * (1 - V[0] / det), xy = 100 * V[1] / det;
    principal(xx, xy, yy, e, &angle);
    const double values[CURL] = {
        [E_XX] = xx, [E_YY] = yy, [E_XY] = xy, [E_VOL] = xx + yy, [E_DEV] = (e[0] - e[1]) / 2, [E_1] = e[0], [E_2] = e[1],
        [ANGLE_1] = angle * degrees, [D_RHO] = 100 * (1 - det), [ENERGY] = pow(fabs(e[0]) + fabs(e[1]), 2) / 2,
    };
    for (int i = 0; i < CURL; i++)
        out[(size_t)i * slice] = (float)values[i];
}

enum { CENTER_X, CENTER_Y, Q_MAX, Q_MIN, THETA_MAX, AMPLITUDE, WIDTH, RESIDUAL, STATUS };

/* The ring |V E (k - centre)| = q0 is the ellipse k E V^2 E k = q0^2. */
static void ring_truth(const vitro_sample *sample, const sim_place *place, float *out, size_t slice) {
    sim_pattern p = sim_sample_pattern(sample, place);
    const double *V = p.V, *E = p.E, q0 = sample->glass.ring_radius;
    /* F = V E, then F^T F. */
    double xx = V[0] * E[0] + V[1] * E[1], xy = V[0] * E[1] + V[1] * E[2];
    double yx = V[1] * E[0] + V[2] * E[1], yy = V[1] * E[1] + V[2] * E[2];
    double m[2], angle;
    principal(xx * xx + yx * yx, xx * xy + yx * yy, xy * xy + yy * yy, m, &angle);
    /* The long axis is that of the smaller eigenvalue; y down to counter-clockwise on screen. */
    double theta = 90 - angle * degrees;
    const double values[VITRO_RING_SLICES] = {
        [CENTER_X] = p.center[0], [CENTER_Y] = p.center[1], [Q_MAX] = q0 / sqrt(m[1]), [Q_MIN] = q0 / sqrt(m[0]),
        [THETA_MAX] = theta > 90 ? theta - 180 : theta,
        [AMPLITUDE] = sample->amplitude * place->thickness * sample->glass.ring_height,
        [WIDTH] = sample->glass.ring_width / pow(m[0] * m[1], 0.25), [RESIDUAL] = 1, [STATUS] = VITRO_PATTERN_GOOD,
    };
    for (int i = 0; i < VITRO_RING_SLICES; i++)
        out[(size_t)i * slice] = (float)values[i];
}

/* tau_max of the place at offset n from the slices' start: length e_dev along the direction of e_1, turned to within 90 degrees of (x, y). */
static void tau_max(const float *strain, size_t slice, size_t n, double x, double y, double tau[2]) {
    double length = strain[E_DEV * slice + n], angle = strain[ANGLE_1 * slice + n] / degrees;
    tau[0] = length * cos(angle);
    tau[1] = length * sin(angle);
    if (tau[0] * x + tau[1] * y < 0) {
        tau[0] = -tau[0];
        tau[1] = -tau[1];
    }
}

/* Curl of tau_max by central differences, %/nm, y up; NaN on the border. */
static void curl_truth(const vitro_sample *sample, float *strain, size_t slice) {
    int w = sample->options.scan_x, h = sample->options.scan_y;
    for (int y = 0; y < h; y++)
        for (int x = 0; x < w; x++) {
            size_t n = (size_t)y * (size_t)w + (size_t)x;
            strain[CURL * slice + n] = NAN;
            if (x == 0 || y == 0 || x == w - 1 || y == h - 1)
                continue;
            double here[2], left[2], right[2], up[2], down[2];
            tau_max(strain, slice, n, 0, 0, here);
            tau_max(strain, slice, n - 1, here[0], here[1], left);
            tau_max(strain, slice, n + 1, here[0], here[1], right);
            tau_max(strain, slice, n - (size_t)w, here[0], here[1], up);
            tau_max(strain, slice, n + (size_t)w, here[0], here[1], down);
            strain[CURL * slice + n] = (float)((right[1] - left[1] - up[0] + down[0]) / (2 * sample->step_nm));
        }
}

vitro_status vitro_sample_truth(const vitro_sample *sample, float *strain, float *ring_maps) {
    if (sample == NULL || (strain == NULL && ring_maps == NULL))
        return vitro_fail(VITRO_ARGUMENT, "sample data: no sample or no room for its truth");
    int w = sample->options.scan_x, h = sample->options.scan_y;
    size_t slice = (size_t)w * (size_t)h;
    for (size_t n = 0; n < slice; n++) {
        sim_place place = sim_sample_place(sample, (int)(n % (size_t)w), (int)(n / (size_t)w));
        if (strain != NULL)
            strain_truth(place.V, strain + n, slice);
        if (ring_maps != NULL)
            ring_truth(sample, &place, ring_maps + n, slice);
    }
    if (strain != NULL)
        curl_truth(sample, strain, slice);
    return VITRO_OK;
}
