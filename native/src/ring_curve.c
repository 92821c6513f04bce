/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ring_curve.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "solve.h"

/* Where no composition is given: the slope and curvature of ln <f^2> against ln q near the first ring of metallic
 * glasses (Zr-Cu-Al, Fe-Si-B, Pd-Ni-P, Cu, Au: -1.3 to -1.8 at 0.43 1/Angstrom, Al -2.5; Kirkland's factors), with their spread. */
static const double USUAL[2] = {-1.65, -0.45}, USUAL_SPREAD[2] = {0.4, 0.3};
/* Where it is given: <f^2> is right but for a weak inelastic background. */
static const double KNOWN[2] = {0, 0}, KNOWN_SPREAD[2] = {0.15, 0.001};

/* Oscillations of this relative size are usual; larger ones, the first ring above all, count less (Cauchy weights). */
static const double OSCILLATION = 0.15;
/* One independent value of the profile for each 0.15 of the first ring's radius: s oscillates that slowly. */
static const double INDEPENDENT = 0.15;

static vitro_status log_base(const smooth_curve *c, const double *radius, int n, double *out) {
    memset(out, 0, sizeof *out * (size_t)n);
    if (!c->composition[0]) return VITRO_OK;
    double *q = vitro_alloc((size_t)n + 1, sizeof *q), *f2 = vitro_alloc((size_t)n + 1, sizeof *f2);
    vitro_status status = q && f2 ? VITRO_OK : VITRO_MEMORY;
    if (status == VITRO_OK) {
        for (int i = 0; i < n; i++) q[i] = c->q_per_px * radius[i];
        q[n] = c->q_per_px * c->middle;
        status = vitro_scattering(c->composition, q, n + 1, f2, NULL);
    }
    for (int i = 0; i < n && status == VITRO_OK; i++) out[i] = log(f2[i] / f2[n]);
    free(q);
    free(f2);
    return status;
}

/* One weighted least-squares step with the prior; p is both start of the weights and result. */
static vitro_status reweighted_step(smooth_curve *c, const double *x, const double *y, int n, double weight, int first) {
    const double *mean = c->composition[0] ? KNOWN : USUAL, *spread = c->composition[0] ? KNOWN_SPREAD : USUAL_SPREAD;
    double a[9] = {0}, b[3] = {0};
    for (int i = 0; i < n; i++) {
        double residual = (y[i] - c->p[0] - x[i] * (c->p[1] + x[i] * c->p[2])) / OSCILLATION;
        double w = weight / (OSCILLATION * OSCILLATION) / (first ? 1 : 1 + residual * residual);
        const double row[3] = {1, x[i], x[i] * x[i]};
        for (int j = 0; j < 3; j++) {
            b[j] += w * row[j] * y[i];
            for (int k = 0; k < 3; k++) a[3 * j + k] += w * row[j] * row[k];
        }
    }
    for (int j = 1; j < 3; j++) {
        a[4 * j] += 1 / (spread[j - 1] * spread[j - 1]);
        b[j] += mean[j - 1] / (spread[j - 1] * spread[j - 1]);
    }
    vitro_status status = solve_positive(a, b, 3);
    if (status == VITRO_OK) memcpy(c->p, b, sizeof c->p);
    return status;
}

vitro_status smooth_curve_fit(smooth_curve *c, const double *radius, const double *profile, int n) {
    double *x = vitro_alloc((size_t)n, sizeof *x), *y = vitro_alloc((size_t)n, sizeof *y), *base = vitro_alloc((size_t)n, sizeof *base);
    vitro_status status = x && y && base ? log_base(c, radius, n, base) : VITRO_MEMORY;
    int m = 0;
    for (int i = 0; i < n && status == VITRO_OK; i++)
        if (profile[i] > 0 && radius[i] > 0) {
            x[m] = log(radius[i] / c->middle);
            y[m++] = log(profile[i]) - base[i];
        }
    if (status == VITRO_OK && m < 8)
        status = vitro_fail(VITRO_DATA, "the reference's radial profile has only %d positive values", m);
    memset(c->p, 0, sizeof c->p);
    double weight = status == VITRO_OK ? (exp(x[m - 1]) - exp(x[0])) / INDEPENDENT / m : 0;
    for (int i = 0; i < 50 && status == VITRO_OK; i++) status = reweighted_step(c, x, y, m, weight, i == 0);
    free(x);
    free(y);
    free(base);
    return status;
}

vitro_status smooth_curve_values(const smooth_curve *c, const double *radius, int n, double *g, double *b) {
    vitro_status status = log_base(c, radius, n, b);
    for (int i = 0; i < n && status == VITRO_OK; i++) {
        double x = log(radius[i] / c->middle), own = x * (c->p[1] + x * c->p[2]), base = b[i];
        g[i] = exp(c->p[0] + own + base);
        b[i] = exp(c->composition[0] ? base : own);
    }
    return status;
}

/* ---- spline ---------------------------------------------------------------- */

/* The four cubic B-splines that are not zero at u = (x - low) / knot distance; returns the first one's index. */
static int basis(double u, int knots, double w[4]) {
    int i = (int)floor(u);
    if (i < 0) i = 0;
    if (i > knots - 2) i = knots - 2;
    double t = u - i, v = 1 - t;
    w[0] = v * v * v / 6;
    w[1] = (3 * t * t * t - 6 * t * t + 4) / 6;
    w[2] = (3 * v * v * v - 6 * v * v + 4) / 6;
    w[3] = t * t * t / 6;
    return i;
}

/* A second-difference penalty far below any data, so that a knot without samples follows its neighbours. */
static void add_penalty(double *a, int m) {
    double trace = 0;
    for (int i = 0; i < m; i++) trace += a[i * m + i];
    for (int i = 0; i + 2 < m; i++) {
        const double d[3] = {1, -2, 1};
        for (int j = 0; j < 3; j++)
            for (int k = 0; k < 3; k++) a[(i + j) * m + i + k] += 1e-7 * trace / m * d[j] * d[k];
    }
    for (int i = 0; i < m; i++) a[i * m + i] += 1e-12 * trace / m;
}

vitro_status spline_through(const double *x, const double *y, const double *weight, int n, double low, double high, int knots,
                            double start, double step, int count, float *out) {
    int m = knots + 2;
    double *a = vitro_calloc((size_t)m * (size_t)m, sizeof *a), *b = vitro_calloc((size_t)m, sizeof *b), w[4];
    double scale = (knots - 1) / (high - low);
    vitro_status status = a && b ? VITRO_OK : VITRO_MEMORY;
    for (int i = 0; i < n && status == VITRO_OK; i++) {
        int first = basis((x[i] - low) * scale, knots, w);
        for (int j = 0; j < 4; j++) {
            b[first + j] += weight[i] * w[j] * y[i];
            for (int k = 0; k < 4; k++) a[(first + j) * m + first + k] += weight[i] * w[j] * w[k];
        }
    }
    if (status == VITRO_OK) {
        add_penalty(a, m);
        status = solve_positive(a, b, m);
    }
    for (int i = 0; i < count && status == VITRO_OK; i++) {
        double place = fmin(fmax(start + i * step, low), high);
        int first = basis((place - low) * scale, knots, w);
        out[i] = (float)(w[0] * b[first] + w[1] * b[first + 1] + w[2] * b[first + 2] + w[3] * b[first + 3]);
    }
    free(a);
    free(b);
    return status;
}
