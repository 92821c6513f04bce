/* Fit of tau, beta and the amplitude A to one series: the periodogram's bands are gamma distributed about f = A S(tau, beta) + noise (Whittle's likelihood).
 *
 * The scores are adjusted so that the estimates have no bias of first order (D. Firth, Biometrika 80 (1993) 27; D. R. Cox, E. J. Snell, J. R. Stat. Soc. B
 * 30 (1968) 248): with I = sum n f' f' / f^2,
 *
 *   sum n (f' / f) [P / f - 1 + trace(I^-1 f'') / (2 f)] = 0,
 *
 * f' and f'' by tau, beta, A: in these, not in ln tau, so that it is the mean of tau itself that is right.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include <math.h>

#include "dynamics.h"

enum { MOST_STEPS = 80, CALM_AFTER = 25 };

/* A step that is this part of its error, or of 1, ends the fit. */
static const double LAST_STEP = 1e-3;
/* The largest steps, of u, beta and ln A. */
static const double LONGEST_STEP[3] = {0.7, 0.25, 0.7};
/* Where tau is less certain than by this factor's logarithm, the adjusted scores may have no root. */
static const double UNTOLD = 0.5;
/* Of the likelihood's logarithm against white noise alone: less is chance. */
static const double LEAST_GAIN = 10;

void dynamics_load(const struct vitro_dynamics *d, const float *block, int64_t n, int64_t i, double *room, dynamics_series *s) {
    int frames = d->frames, varies = 0;
    double *value = room, (*bins)[2] = (double (*)[2])(room + frames), mean = 0, sum = 0;
    *s = (dynamics_series){.status = VITRO_DYNAMICS_GOOD, .count = 1, .mean = NAN};
    for (int t = 0; t < frames; t++) {
        value[t] = block[(int64_t)t * n + i];
        if (!isfinite(value[t])) {
            s->status = VITRO_DYNAMICS_MISSING;
            return;
        }
        varies |= value[t] != value[0];
        mean += d->mean[t] * value[t];
        sum += value[t];
    }
    s->mean = sum / frames;
    if (!varies) {
        s->status = VITRO_DYNAMICS_CONSTANT;
        return;
    }
    for (int t = 0; t < frames; t++) {
        dynamics_deviation(d, room)[t] = (float)(value[t] - mean);
        value[t] = (value[t] - mean) * d->taper[t];
    }
    fft_series_run(d->fft, value, bins);
    for (int j = 0; j < d->bands; j++) {
        double power = 0;
        for (int k = d->edge[j]; k < d->edge[j + 1]; k++) power += bins[k][0] * bins[k][0] + bins[k][1] * bins[k][1];
        s->power[j] = power / (d->edge[j + 1] - d->edge[j]);
    }
}

/* 3 x 3, symmetric positive; 0 = it is not. */
static int invert(const double m[3][3], double out[3][3]) {
    double a = m[1][1] * m[2][2] - m[1][2] * m[1][2], b = m[0][2] * m[1][2] - m[0][1] * m[2][2], c = m[0][1] * m[1][2] - m[0][2] * m[1][1];
    double determinant = m[0][0] * a + m[0][1] * b + m[0][2] * c;
    if (!(determinant > 1e-12 * m[0][0] * m[1][1] * m[2][2])) return 0;
    out[0][0] = a;
    out[0][1] = out[1][0] = b;
    out[0][2] = out[2][0] = c;
    out[1][1] = m[0][0] * m[2][2] - m[0][2] * m[0][2];
    out[1][2] = out[2][1] = m[0][1] * m[0][2] - m[0][0] * m[1][2];
    out[2][2] = m[0][0] * m[1][1] - m[0][1] * m[0][1];
    for (int i = 0; i < 3; i++)
        for (int j = 0; j < 3; j++) out[i][j] /= determinant;
    return 1;
}

/* Minus the likelihood's logarithm, of the bands about f. */
static double misfit(const struct vitro_dynamics *d, const double *power, const double *f) {
    double sum = 0;
    for (int j = 0; j < d->bands; j++) sum += d->weight[j] * (power[j] / f[j] + log(f[j]));
    return sum;
}

static void begin(const struct vitro_dynamics *d, double noise, dynamics_series *s) {
    double best = INFINITY, f[DYNAMICS_BANDS];
    for (int i = 0; i < d->starts; i++) {
        const double *spectrum = d->start[i].spectrum;
        double amplitude = 0, all = 0;
        for (int j = 0; j < d->bands; j++) {
            amplitude += d->weight[j] * s->power[j] / (spectrum[j] + 1e-300);
            all += d->weight[j];
        }
        amplitude /= all;
        if (noise > 0) { /* once more, with what the noise leaves */
            double up = 0, down = 0;
            for (int j = 0; j < d->bands; j++) {
                double w = d->weight[j] * spectrum[j] / pow(amplitude * spectrum[j] + noise, 2);
                up += w * (s->power[j] - noise);
                down += w * spectrum[j];
            }
            amplitude = fmax(up / down, 0.05 * amplitude);
        }
        for (int j = 0; j < d->bands; j++) f[j] = amplitude * spectrum[j] + noise;
        double at = misfit(d, s->power, f);
        if (at < best) {
            best = at;
            s->u = d->start[i].u;
            s->beta = d->start[i].beta;
            s->amplitude = amplitude;
        }
    }
}

typedef struct {
    double at[AT_ALL][DYNAMICS_CHANNELS], f[DYNAMICS_BANDS], eta[3][DYNAMICS_BANDS]; /* the spectrum; its derivatives by u, beta, ln A, over it */
    double score[3];
} place;

/* The spectrum at a place, and the inverse of the information; 0 = it is singular. */
static int inform(const struct vitro_dynamics *d, double noise, dynamics_series *s, place *p) {
    double information[3][3] = {{0}}, slope[3] = {0};
    dynamics_interpolate(d, s->u, s->beta, AT_ALL, p->at);
    s->noise_information = 0;
    for (int j = 0; j < d->bands; j++) {
        double signal = s->amplitude * exp(p->at[AT][j]), part;
        p->f[j] = signal + noise;
        part = signal / p->f[j];
        p->eta[0][j] = part * p->at[AT_U][j];
        p->eta[1][j] = part * p->at[AT_B][j];
        p->eta[2][j] = part;
        for (int a = 0; a < 3; a++) {
            double w = s->count * d->weight[j] * p->eta[a][j];
            for (int b = a; b < 3; b++) information[a][b] += w * p->eta[b][j];
            slope[a] += w / p->f[j];
        }
        s->noise_information += s->count * d->weight[j] / (p->f[j] * p->f[j]);
    }
    for (int a = 0; a < 3; a++)
        for (int b = a; b < 3; b++) information[b][a] = information[a][b];
    if (!invert(information, s->covariance)) return 0;
    for (int a = 0; a < 3; a++)
        for (int b = 0; b < 3; b++) s->noise_information -= slope[a] * s->covariance[a][b] * slope[b];
    return 1;
}

/* trace(I^-1 f'') / f of band j: the second derivatives by tau, beta and A, times tau, 1 and A. */
static double bend(const dynamics_series *s, const place *p, int j) {
    const double (*v)[3] = s->covariance;
    double u = p->at[AT_U][j], b = p->at[AT_B][j], uu = p->at[AT_UU][j] + u * u - u, ub = p->at[AT_UB][j] + u * b, bb = p->at[AT_BB][j] + b * b;
    return p->eta[2][j] * (v[0][0] * uu + v[1][1] * bb + 2 * (v[0][1] * ub + v[0][2] * u + v[1][2] * b));
}

/* The adjusted scores, for u, beta, ln A and the noise; 0 = the information is singular. */
static int scores(const struct vitro_dynamics *d, double noise, dynamics_series *s, place *p) {
    if (!inform(d, noise, s, p)) return 0;
    p->score[0] = p->score[1] = p->score[2] = s->noise_score = 0;
    for (int j = 0; j < d->bands; j++) {
        double left = s->count * d->weight[j] * (s->power[j] / p->f[j] - 1 + 0.5 * bend(s, p, j));
        for (int a = 0; a < 3; a++) p->score[a] += p->eta[a][j] * left;
        s->noise_score += left / p->f[j];
    }
    return 1;
}

static double limited(double value, double low, double high) { return fmin(fmax(value, low), high); }

static int at_limit(double value, double step, double low, double high) { return (value <= low && step < 0) || (value >= high && step > 0); }

/* Goes by Fisher's scoring to where the scores are 0. */
static void solve(const struct vitro_dynamics *d, double noise, dynamics_series *s, place *p) {
    for (int pass = 0; pass < MOST_STEPS; pass++) {
        if (!scores(d, noise, s, p)) break;
        double step[3] = {0}, cut = pass < CALM_AFTER ? 1 : 0.5, rest = 0;
        for (int a = 0; a < 3; a++)
            for (int b = 0; b < 3; b++) step[a] += s->covariance[a][b] * p->score[b];
        if (at_limit(s->beta, step[1], d->first_beta + d->step_beta, d->last_beta - d->step_beta)) step[1] = 0;
        for (int a = 0; a < 3; a++) {
            rest = fmax(rest, fabs(step[a]) / fmin(1, sqrt(s->covariance[a][a])));
            cut = fmin(cut, LONGEST_STEP[a] / fmax(fabs(step[a]), 1e-30));
        }
        if (rest < LAST_STEP) {
            s->mean_variance = s->amplitude * exp(p->at[AT][d->bands]);
            return;
        }
        double u = s->u, beta = s->beta;
        s->u = limited(u + cut * step[0], d->first_u + d->step_u, d->last_u - d->step_u);
        s->beta = limited(beta + cut * step[1], d->first_beta + d->step_beta, d->last_beta - d->step_beta);
        s->amplitude *= exp(cut * step[2]);
        if (s->u == u && u > d->last_u - 2 * d->step_u) {
            s->status = VITRO_DYNAMICS_TOO_SLOW;
            return;
        }
    }
    s->status = s->covariance[0][0] > UNTOLD * UNTOLD ? VITRO_DYNAMICS_TOO_SLOW : VITRO_DYNAMICS_NO_FIT;
}

void dynamics_fit(const struct vitro_dynamics *d, double noise, int resume, dynamics_series *s) {
    place p;
    double level = 0, all = 0, white[DYNAMICS_BANDS];
    if (s->status != VITRO_DYNAMICS_GOOD) return;
    for (int j = 0; j < d->bands; j++) {
        level += d->weight[j] * s->power[j];
        all += d->weight[j];
    }
    for (int j = 0; j < d->bands; j++) white[j] = level / all;
    if (!resume) begin(d, noise, s);
    solve(d, noise, s, &p);
    s->misfit = s->count * misfit(d, s->power, p.f);
    if (!(s->count * misfit(d, s->power, white) - s->misfit > LEAST_GAIN)) s->status = VITRO_DYNAMICS_NOISE_ONLY;
}
