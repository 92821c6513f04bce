/* Correlation of intensities in time: maps, what their noise is, mean curves.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include <math.h>
#include <stdlib.h>

#include "dynamics.h"

enum { MOST_FRAMES = 1 << 16, LEAST_FRAMES = 32, LEAST_BANDS = 8, SINGLE = 16, AN_OCTAVE = 8 };

/* Bands of one frequency, then some an octave. */
static void lay_bands(vitro_dynamics *d, int low, int high) {
    double next = low + SINGLE;
    d->edge[0] = low;
    for (int k = low + 1; k <= high + 1 && d->bands < DYNAMICS_BANDS; k++) {
        if (k <= high && k > low + SINGLE && k < next) continue;
        d->edge[++d->bands] = k;
        if (k >= low + SINGLE) next = k * pow(2, 1.0 / AN_OCTAVE);
    }
}

/* All lags up to 16, then 8 an octave, up to half the series. */
static void lay_lags(vitro_dynamics *d, int first, int last) {
    if (last > d->frames / 2) last = d->frames / 2;
    for (double l = first; l <= last && d->lags < DYNAMICS_LAGS; l = l < 16 ? l + 1 : fmax(l + 1, rint(l * pow(2, 1.0 / 6)))) d->lag[d->lags++] = (int)l;
}

vitro_status vitro_dynamics_new(int frames, int first_lag, int last_lag, vitro_dynamics **out) {
    if (frames < LEAST_FRAMES || frames > MOST_FRAMES)
        return vitro_fail(VITRO_ARGUMENT, "a time series of %d frames: %d to %d are needed", frames, LEAST_FRAMES, MOST_FRAMES);
    int last = last_lag == 0 ? frames : last_lag;
    if (first_lag < 1 || last_lag < 0 || first_lag >= last || last > frames)
        return vitro_fail(VITRO_ARGUMENT, "lags from %d to %d frames in a series of %d: from 1 to %d, the first below the last, are allowed", first_lag, last, frames, frames);
    int low = (frames + last - 1) / last, high = frames / (2 * first_lag);
    if (2 * high >= frames) high--;
    vitro_dynamics *d = vitro_calloc(1, sizeof *d);
    if (!d) return VITRO_MEMORY;
    d->frames = frames;
    lay_bands(d, low, high);
    lay_lags(d, first_lag, last);
    vitro_status status = VITRO_OK;
    if (d->bands < LEAST_BANDS)
        status = vitro_fail(VITRO_ARGUMENT, "lags from %d to %d frames leave %d of the frequencies of a series of %d: %d are needed", first_lag, last, d->bands, frames, LEAST_BANDS);
    if (status == VITRO_OK) status = dynamics_model_new(d);
    if (status != VITRO_OK) {
        vitro_dynamics_free(d);
        return status;
    }
    *out = d;
    return VITRO_OK;
}

void vitro_dynamics_free(vitro_dynamics *d) {
    if (!d) return;
    fft_series_free(d->fft);
    fft_series_free(d->twice);
    free(d->taper);
    free(d->spline);
    free(d);
}

int64_t vitro_dynamics_frames(const vitro_dynamics *d) { return d->frames; }

int64_t vitro_dynamics_lags(const vitro_dynamics *d, double *lags) {
    for (int i = 0; lags && i < d->lags; i++) lags[i] = d->lag[i];
    return d->lags;
}

/* The amplitude over the square of the mean, of which the mean's own variance is taken off. */
static double relative_amplitude(const dynamics_series *s) { return s->amplitude / fmax(s->mean * s->mean - s->mean_variance, 0.25 * s->mean * s->mean); }

/* Of the speckle: 1 over the number of modes. */
static double contrast_of(double amplitude) { return fmin(fmax(amplitude, 0), 1); }

/* What is left of tau's bias, as parts of tau; both found by simulation (tests/c/test_dynamics_statistics.c). Speckle: intensities |E|^2 averaged over 1 / A modes
 * are not Gaussian, which tells in the order A tau / T. Few correlation times: the next order of the adjustment, s = the relative error. */
static const double SPECKLE_BIAS = 0.55, SECOND_ORDER = 0.14;
/* By how much the variances of ln tau and of beta are larger for A = 1. */
static const double SPECKLE_TAU = 1.25, SPECKLE_BETA = 0.77;

static double corrected(const vitro_dynamics *d, double tau, double variance, double contrast) {
    double part = SPECKLE_BIAS * contrast * tau / d->frames + SECOND_ORDER * variance * variance;
    return tau * (1 + fmin(part, 0.5));
}

typedef struct {
    double tau, beta, amplitude;
} numbers;

static numbers numbers_of(const vitro_dynamics *d, const dynamics_series *s) {
    double amplitude = relative_amplitude(s);
    return (numbers){corrected(d, exp(s->u), s->covariance[0][0], contrast_of(amplitude)), s->beta, amplitude};
}

enum { LANES = 16 };

/* sum of x[t] x[t + lag]. */
static double product(const float *x, int frames, int lag) {
    float sum[LANES] = {0};
    double all = 0;
    int t = 0;
    for (; t + LANES <= frames - lag; t += LANES)
        for (int l = 0; l < LANES; l++) sum[l] += x[t + l] * x[t + l + lag];
    for (; t < frames - lag; t++) all += x[t] * x[t + lag];
    for (int l = 0; l < LANES; l++) all += sum[l];
    return all;
}

/* g2 at the lags, and the model there. The series' mean is taken off with its own fluctuation, which lowers all of the covariance by the mean's variance: it is
 * added again, by the model. */
static void curves(const vitro_dynamics *d, const dynamics_series *s, double *room, double *measured, double *model) {
    numbers found = numbers_of(d, s);
    double square = s->amplitude / found.amplitude;
    const float *x = dynamics_deviation(d, room);
    for (int i = 0; i < d->lags; i++) {
        int lag = d->lag[i];
        measured[i] = 1 + (product(x, d->frames, lag) / (d->frames - lag) + s->mean_variance) / square;
        model[i] = 1 + found.amplitude * exp(-2 * pow(lag / found.tau, found.beta));
    }
}

static double residual(const vitro_dynamics *d, const dynamics_series *s, double *room) {
    double measured[DYNAMICS_LAGS], model[DYNAMICS_LAGS], sum = 0;
    curves(d, s, room, measured, model);
    for (int i = 0; i < d->lags; i++) sum += pow(measured[i] - model[i], 2);
    return sqrt(sum / d->lags);
}

/* Writes a series' numbers, n apart. */
static void write(const vitro_dynamics *d, const dynamics_series *s, double *room, int64_t n, float *out) {
    for (int z = 0; z < VITRO_DYNAMICS_STATUS; z++) out[z * n] = NAN;
    out[VITRO_DYNAMICS_STATUS * n] = (float)s->status;
    if (s->status != VITRO_DYNAMICS_GOOD) return;
    numbers found = numbers_of(d, s);
    double contrast = contrast_of(found.amplitude);
    out[VITRO_DYNAMICS_TAU * n] = (float)found.tau;
    out[VITRO_DYNAMICS_BETA * n] = (float)found.beta;
    out[VITRO_DYNAMICS_AMPLITUDE * n] = (float)found.amplitude;
    out[VITRO_DYNAMICS_RESIDUAL * n] = (float)residual(d, s, room);
    out[VITRO_DYNAMICS_SIGMA_TAU * n] = (float)(found.tau * sqrt(s->covariance[0][0] * (1 + SPECKLE_TAU * contrast)));
    out[VITRO_DYNAMICS_SIGMA_BETA * n] = (float)sqrt(s->covariance[1][1] * (1 + SPECKLE_BETA * contrast));
}

static vitro_status begin(const vitro_dynamics *d, const double noise[2], double **room) {
    if (d->starts == 0) return vitro_fail(VITRO_STATE, "the tables of the dynamics are not finished");
    if (!(noise[0] >= 0) || !(noise[1] >= 0) || !isfinite(noise[0] + noise[1]))
        return vitro_fail(VITRO_ARGUMENT, "noise of variance %g + %g times the mean: both must be 0 or more", noise[0], noise[1]);
    *room = vitro_alloc(DYNAMICS_ROOM(d->frames), sizeof **room);
    return *room ? VITRO_OK : VITRO_MEMORY;
}

static void fit(const vitro_dynamics *d, const float *block, int64_t n, int64_t i, const double noise[2], double *room, dynamics_series *s) {
    dynamics_load(d, block, n, i, room, s);
    dynamics_fit(d, noise[0] + noise[1] * fmax(s->mean, 0), 0, s);
    if (s->status == VITRO_DYNAMICS_GOOD && !(s->mean > 0)) s->status = VITRO_DYNAMICS_NO_MEAN;
}

vitro_status vitro_dynamics_maps(const vitro_dynamics *d, const float *block, int64_t n, const double noise[2], float *out) {
    double *room = NULL;
    vitro_status status = begin(d, noise, &room);
    if (status != VITRO_OK) return status;
    for (int64_t i = 0; i < n; i++) {
        dynamics_series s;
        fit(d, block, n, i, noise, room, &s);
        write(d, &s, room, n, out + i);
    }
    free(room);
    return VITRO_OK;
}

vitro_status vitro_dynamics_g2(const vitro_dynamics *d, const float *block, int64_t n, const double noise[2], float *out) {
    double *room = NULL, measured[DYNAMICS_LAGS], model[DYNAMICS_LAGS];
    vitro_status status = begin(d, noise, &room);
    if (status != VITRO_OK) return status;
    for (int64_t i = 0; i < n; i++) {
        dynamics_series s;
        fit(d, block, n, i, noise, room, &s);
        int good = s.status == VITRO_DYNAMICS_GOOD;
        if (good) curves(d, &s, room, measured, model);
        for (int k = 0; k < d->lags; k++) {
            out[k * n + i] = good ? (float)measured[k] : NAN;
            out[(d->lags + k) * n + i] = good ? (float)model[k] : NAN;
        }
    }
    free(room);
    return VITRO_OK;
}
