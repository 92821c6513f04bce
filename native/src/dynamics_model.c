/* What the periodogram of a finite series is expected to be, when the intensity's covariance is c(l) = exp(-2 (l / tau)^beta):
 *
 *   y_t = h_t (x_t - m),   m = sum a_t x_t,   S(k) = E |Y(k)|^2 = sum over l of c(l) H(l) cos(2 pi k l / T) - 2 Re conj(h(k)) q(k) + v |h(k)|^2
 *
 * h = taper, H its autocorrelation, h(k) its transform, a = h / sum h, q(k) the transform of h_t cov(x_t, m), v = var m. Nothing is left out, so that a
 * fit of it has no bias from the series' length, the leakage or the mean that is taken off (debiased Whittle likelihood: A. M. Sykulski, S. C. Olhede,
 * A. P. Guillaumin, J. M. Lilly, J. J. Early, Biometrika 106 (2019) 251). The taper falls off over 5 % of the series at both ends: without it
 * the jump from the last frame to the first is the same number in all high frequencies of a smooth process.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include <math.h>
#include <stdlib.h>

#include "dynamics.h"

#define TAPERED 0.05
#define SHORTEST 0.1 /* frames: tau where the table begins; it ends at LONGEST series */
#define LONGEST 4.0
#define STEP_U 0.2
#define FIRST_BETA 0.1
#define LAST_BETA 2.0 /* beyond it exp(-x^beta) is no correlation function */
#define STEP_BETA 0.05
/* Of the largest: below it a spectrum is rounding. */
#define FLOOR 1e-13

enum { START_U = 12, START_BETA = 4 };

/* ---- spline ---------------------------------------------------------------------------------- */

/* Coefficients of the natural cubic spline through n values, `stride` apart, in c[1 .. n], with c[0] and c[n + 1] beyond the ends; in place. */
static void spline_line(double *c, int n, size_t stride, double *room) {
    /* (c[i - 1] + 4 c[i] + c[i + 1]) / 6 = y[i]; a natural end has c = y. */
    double *y = c + stride;
    room[0] = 0;
    for (int i = 1; i < n - 1; i++) {
        double right = 6 * y[(size_t)i * stride] - (i == 1 ? y[0] : 0) - (i == n - 2 ? y[(size_t)(n - 1) * stride] : 0);
        double pivot = 4 - room[i - 1];
        room[i] = 1 / pivot;
        y[(size_t)i * stride] = (right - (i > 1 ? y[(size_t)(i - 1) * stride] : 0)) / pivot;
    }
    for (int i = n - 3; i >= 1; i--) y[(size_t)i * stride] -= room[i] * y[(size_t)(i + 1) * stride];
    c[0] = 2 * y[0] - y[stride];
    c[(size_t)(n + 1) * stride] = 2 * y[(size_t)(n - 1) * stride] - y[(size_t)(n - 2) * stride];
}

static double *node(const struct vitro_dynamics *d, int i, int j) {
    return d->spline + ((size_t)i * (size_t)(d->nodes_beta + 2) + (size_t)j) * (size_t)d->channels;
}

static void spline_all(struct vitro_dynamics *d, double *room) {
    size_t across = (size_t)d->channels, down = across * (size_t)(d->nodes_beta + 2);
    for (int k = 0; k < d->channels; k++) {
        for (int i = 1; i <= d->nodes_u; i++) spline_line(node(d, i, 0) + k, d->nodes_beta, across, room);
        for (int j = 0; j <= d->nodes_beta + 1; j++) spline_line(node(d, 0, j) + k, d->nodes_u, down, room);
    }
}

/* Weights of four neighbours and their first and second derivatives. */
static int weights(double x, int nodes, double step, double w[3][4]) {
    int cell = (int)x;
    if (cell > nodes - 2) cell = nodes - 2;
    double t = x - cell, s = 1 - t;
    const double values[3][4] = {
        {s * s * s / 6, (4 - 6 * t * t + 3 * t * t * t) / 6, (4 - 6 * s * s + 3 * s * s * s) / 6, t * t * t / 6},
        {-s * s / 2, (3 * t * t - 4 * t) / 2, -(3 * s * s - 4 * s) / 2, t * t / 2},
        {s, 3 * t - 2, 3 * s - 2, t},
    };
    double scale = 1;
    for (int order = 0; order < 3; order++, scale /= step)
        for (int i = 0; i < 4; i++) w[order][i] = values[order][i] * scale;
    return cell;
}

void dynamics_interpolate(const struct vitro_dynamics *d, double u, double beta, int upto, double out[AT_ALL][DYNAMICS_CHANNELS]) {
    static const int order_u[AT_ALL] = {0, 1, 0, 2, 1, 0}, order_beta[AT_ALL] = {0, 0, 1, 0, 1, 2};
    double wu[3][4], wb[3][4];
    int i0 = weights((u - d->first_u) / d->step_u, d->nodes_u, d->step_u, wu), j0 = weights((beta - d->first_beta) / d->step_beta, d->nodes_beta, d->step_beta, wb);
    for (int o = 0; o < upto; o++)
        for (int k = 0; k < d->channels; k++) out[o][k] = 0;
    for (int i = 0; i < 4; i++)
        for (int j = 0; j < 4; j++) {
            const double *c = node(d, i0 + i, j0 + j);
            for (int o = 0; o < upto; o++) {
                double w = wu[order_u[o]][i] * wb[order_beta[o]][j];
                for (int k = 0; k < d->channels; k++) out[o][k] += w * c[k];
            }
        }
}

/* ---- the expected spectrum --------------------------------------------------------------------- */

/* Room for the nodes of a row; T = frames. */
typedef struct {
    double *lag_power;           /* [T]: l^beta of the row */
    double *c, *folded, *series; /* [T], [T], [2 T] */
    double (*bins)[2];           /* [T + 1] */
} workshop;

static double *workshop_new(const struct vitro_dynamics *d, workshop *w) {
    size_t n = (size_t)d->frames;
    double *room = vitro_alloc(7 * n + 2, sizeof *room);
    if (room) *w = (workshop){room, room + n, room + 2 * n, room + 3 * n, (double (*)[2])(room + 5 * n)};
    return room;
}

static void make_taper(struct vitro_dynamics *d) {
    int n = d->frames, ramp = (int)(TAPERED * n);
    double sum = 0, square = 0, fourth = 0;
    for (int t = 0; t < n; t++) {
        int end = t < n - 1 - t ? t : n - 1 - t;
        d->taper[t] = end < ramp ? 0.5 - 0.5 * cos(acos(-1) * (end + 0.5) / ramp) : 1;
        square += d->taper[t] * d->taper[t];
    }
    for (int t = 0; t < n; t++) {
        d->taper[t] /= sqrt(square);
        sum += d->taper[t];
        fourth += pow(d->taper[t], 4);
    }
    for (int t = 0; t < n; t++) d->mean[t] = d->taper[t] / sum;
    for (int j = 0; j < d->bands; j++) d->weight[j] = (d->edge[j + 1] - d->edge[j]) / (n * fourth); /* neighbours are correlated by the taper */
}

/* The autocorrelation of the taper, by its transform over 2 T. */
static void taper_lags(struct vitro_dynamics *d, workshop *w) {
    int n = d->frames;
    for (int t = 0; t < 2 * n; t++) w->series[t] = t < n ? d->taper[t] : 0;
    fft_series_run(d->twice, w->series, w->bins);
    for (int k = 0; k <= n; k++) {
        double power = w->bins[k][0] * w->bins[k][0] + w->bins[k][1] * w->bins[k][1];
        w->series[k] = power;
        w->series[(2 * n - k) % (2 * n)] = power;
    }
    fft_series_run(d->twice, w->series, w->bins);
    for (int l = 0; l < n; l++) d->lags_of_taper[l] = w->bins[l][0] / (2 * n);
}

/* cov(x_t, m) into series[0 .. T - 1]; returns var m. */
static double with_mean(const struct vitro_dynamics *d, workshop *w) {
    int n = d->frames;
    w->series[0] = w->c[0];
    w->series[n] = 0;
    for (int l = 1; l < n; l++) w->series[l] = w->series[2 * n - l] = w->c[l];
    fft_series_run(d->twice, w->series, w->bins);
    /* The product with the transform of a, and back by Hartley's transform, whose inverse is itself. */
    for (int k = 0; k <= n; k++) {
        double re = w->bins[k][0] * d->mean_bins[k][0], im = w->bins[k][0] * d->mean_bins[k][1];
        w->series[k] = re + im;
        w->series[(2 * n - k) % (2 * n)] = re - im;
    }
    fft_series_run(d->twice, w->series, w->bins);
    double variance = 0;
    for (int t = 0; t < n; t++) {
        w->series[t] = (w->bins[t][0] + w->bins[t][1]) / (2 * n);
        variance += d->mean[t] * w->series[t];
    }
    return variance;
}

static void one_node(const struct vitro_dynamics *d, workshop *w, double u, double beta, double *out) {
    int n = d->frames;
    double scale = 2 * exp(-beta * u), largest = 0;
    for (int l = 0; l < n; l++) w->c[l] = w->lag_power[l] * scale < 700 ? exp(-scale * w->lag_power[l]) : 0;
    double variance = with_mean(d, w);
    for (int t = 0; t < n; t++) w->series[t] *= d->taper[t];
    fft_series_run(d->fft, w->series, w->bins);
    double (*q)[2] = w->bins, *spectrum = w->folded; /* the spectrum over k replaces the folded covariance over l */
    for (int k = 0; k <= n / 2; k++) {
        const double *h = d->taper_bins[k];
        w->series[k] = -2 * (h[0] * q[k][0] + h[1] * q[k][1]) + variance * (h[0] * h[0] + h[1] * h[1]);
    }
    w->folded[0] = w->c[0] * d->lags_of_taper[0];
    for (int l = 1; l < n; l++) w->folded[l] = w->c[l] * d->lags_of_taper[l] + w->c[n - l] * d->lags_of_taper[n - l];
    fft_series_run(d->fft, w->folded, w->bins);
    for (int k = 0; k <= n / 2; k++) {
        spectrum[k] = w->bins[k][0] + w->series[k];
        largest = fmax(largest, spectrum[k]);
    }
    for (int j = 0; j < d->bands; j++) {
        double sum = 0;
        for (int k = d->edge[j]; k < d->edge[j + 1]; k++) sum += spectrum[k];
        out[j] = log(fmax(sum / (d->edge[j + 1] - d->edge[j]), FLOOR * largest));
    }
    out[d->bands] = log(variance);
}

/* Where a fit may begin. */
static void lay_starts(struct vitro_dynamics *d) {
    double at[AT_ALL][DYNAMICS_CHANNELS];
    double low = log(0.5), high = log(0.5 * d->frames);
    for (int i = 0; i < START_U; i++)
        for (int j = 0; j < START_BETA; j++, d->starts++) {
            d->start[d->starts].u = low + (high - low) * i / (START_U - 1);
            d->start[d->starts].beta = 0.4 + 0.4 * j;
            dynamics_interpolate(d, d->start[d->starts].u, d->start[d->starts].beta, 1, at);
            for (int k = 0; k < d->bands; k++) d->start[d->starts].spectrum[k] = exp(at[AT][k]);
        }
}

static void transform(struct vitro_dynamics *d, workshop *w) {
    int n = d->frames;
    make_taper(d);
    taper_lags(d, w);
    fft_series_run(d->fft, d->taper, d->taper_bins);
    for (int t = 0; t < 2 * n; t++) w->series[t] = t < n ? d->mean[t] : 0;
    fft_series_run(d->twice, w->series, d->mean_bins);
}

vitro_status dynamics_model_new(struct vitro_dynamics *d) {
    size_t n = (size_t)d->frames;
    d->first_u = log(SHORTEST);
    d->step_u = STEP_U;
    d->nodes_u = (int)ceil((log(LONGEST * d->frames) - d->first_u) / STEP_U) + 1;
    d->last_u = d->first_u + (d->nodes_u - 1) * STEP_U;
    d->first_beta = FIRST_BETA;
    d->step_beta = STEP_BETA;
    d->nodes_beta = (int)lrint((LAST_BETA - FIRST_BETA) / STEP_BETA) + 1;
    d->last_beta = LAST_BETA;
    d->channels = d->bands + 1;
    d->taper = vitro_alloc(7 * n + 4, sizeof *d->taper);
    d->spline = vitro_calloc((size_t)(d->nodes_u + 2) * (size_t)(d->nodes_beta + 2), sizeof *d->spline * (size_t)d->channels);
    if (!d->taper || !d->spline) return VITRO_MEMORY;
    d->mean = d->taper + n;
    d->lags_of_taper = d->taper + 2 * n;
    d->taper_bins = (double (*)[2])(d->taper + 3 * n);
    d->mean_bins = d->taper_bins + n + 1;
    vitro_status status = fft_series_new(d->frames, &d->fft);
    if (status == VITRO_OK) status = fft_series_new(2 * d->frames, &d->twice);
    workshop w;
    double *room = status == VITRO_OK ? workshop_new(d, &w) : NULL;
    if (room) transform(d, &w);
    else if (status == VITRO_OK) status = VITRO_MEMORY;
    free(room);
    return status;
}

int64_t vitro_dynamics_rows(const vitro_dynamics *d) { return d->nodes_beta; }

vitro_status vitro_dynamics_fill(vitro_dynamics *d, int64_t row) {
    if (row < 0 || row >= d->nodes_beta) return vitro_fail(VITRO_ARGUMENT, "row %lld of the %d of a table", (long long)row, d->nodes_beta);
    workshop w;
    double *room = workshop_new(d, &w), beta = d->first_beta + (double)row * d->step_beta;
    if (!room) return VITRO_MEMORY;
    for (int l = 0; l < d->frames; l++) w.lag_power[l] = pow(l, beta);
    for (int i = 0; i < d->nodes_u; i++) one_node(d, &w, d->first_u + i * d->step_u, beta, node(d, i + 1, (int)row + 1));
    free(room);
    return VITRO_OK;
}

vitro_status vitro_dynamics_finish(vitro_dynamics *d) {
    double *room = vitro_alloc((size_t)(d->nodes_u + d->nodes_beta), sizeof *room);
    if (!room) return VITRO_MEMORY;
    spline_all(d, room);
    lay_starts(d);
    free(room);
    return VITRO_OK;
}
