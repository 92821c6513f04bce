/* SPDX-License-Identifier: GPL-3.0-or-later
 * Simulated patterns with a known truth, fitted the way the Strain Map does it, and the statistics of the errors. */
#ifndef RING_CHECK_H
#define RING_CHECK_H

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "sim.h"
#include "vitromap.h"

enum { SIDE = 256, PIXELS = SIDE * SIDE, QUANTITIES = 6 };
static const char *const QUANTITY[QUANTITIES] = {"e_xx", "e_yy", "e_xy", "e_vol", "e_dev", "d_rho"};

/* What is simulated and how it is fitted. */
typedef struct {
    int patterns, references;
    double counts, strain, offset, ellipticity, contrast, background;
    int beam_stop, ring_added, known, direct;
    uint64_t seed;
} trial;

static inline trial trial_default(void) {
    return (trial){960, 512, 1e6, 0.02, 3, 0.02, 0, 0, 0, 0, 0, 0, 1};
}

/* Statistics of one strain quantity, in percent. */
typedef struct {
    double rmse, bias, slope, within_1, within_2, sigma;
} statistics;

typedef struct {
    statistics of[QUANTITIES];
    double bound[3]; /* Cramér-Rao: e_xx, e_yy, e_xy, % */
    int bad;
} outcome;

static inline void must(vitro_status status) {
    if (status == VITRO_OK) return;
    fprintf(stderr, "%s\n", vitro_last_error());
    abort();
}

static inline double uniform(uint64_t *state) {
    *state = sim_mix(*state + 0x9e3779b97f4a7c15u);
    return (double)(*state >> 11) * 0x1p-53;
}

/* E of an instrument that stretches by `ellipticity` along a slanted axis. */
static inline void instrument(double ellipticity, double E[3]) {
    double h = ellipticity / 2, c = cos(0.6), s = sin(0.6), xx = 1 + h * c, yy = 1 - h * c, xy = h * s, d = sqrt(xx * yy - xy * xy);
    E[0] = xx / d;
    E[1] = xy / d;
    E[2] = yy / d;
}

/* Inverse by Gauss and Jordan, n <= 8. */
static inline void invert(double *a, int n) {
    double b[64];
    for (int i = 0; i < n * n; i++) b[i] = i / n == i % n;
    for (int i = 0; i < n; i++) {
        double pivot = a[i * n + i];
        for (int j = 0; j < n; j++) {
            a[i * n + j] /= pivot;
            b[i * n + j] /= pivot;
        }
        for (int k = 0; k < n; k++) {
            double f = a[k * n + i];
            for (int j = 0; j < n && k != i; j++) {
                a[k * n + j] -= f * a[i * n + j];
                b[k * n + j] -= f * b[i * n + j];
            }
        }
    }
    memcpy(a, b, sizeof(double) * (size_t)(n * n));
}

/* The Cramér-Rao bound of Vxx, Vyy, Vxy for photon noise in the unmasked pixels with radius low..high, with centre (2),
 * stretch (3), ring amplitude, background amplitude and slope free; derivatives by central differences. */
static inline void cramer_rao(const sim_glass *glass, const sim_pattern *pattern, double amplitude, double low, double high, double out[3]) {
    float *mean = malloc(sizeof(float) * PIXELS), *up = malloc(sizeof(float) * PIXELS), *down = malloc(sizeof(float) * PIXELS);
    double *d = malloc(sizeof(double) * 8 * PIXELS), F[64] = {0};
    sim_fill(glass, pattern, amplitude, mean);
    for (int j = 0; j < 5; j++) {
        sim_pattern a = *pattern, b = *pattern;
        double h = j < 2 ? 0.05 : 0.001;
        *(j < 2 ? &a.center[j] : &a.V[j - 2]) += h;
        *(j < 2 ? &b.center[j] : &b.V[j - 2]) -= h;
        sim_fill(glass, &a, amplitude, up);
        sim_fill(glass, &b, amplitude, down);
        for (int i = 0; i < PIXELS; i++) d[j * PIXELS + i] = (up[i] - down[i]) / (2 * h);
    }
    sim_glass smooth = *glass;
    smooth.structure = calloc((size_t)glass->samples, sizeof(float));
    smooth.added = smooth.structure;
    sim_fill(&smooth, pattern, amplitude, up);
    free(smooth.structure);
    for (int i = 0; i < PIXELS; i++) {
        double r = hypot(i % SIDE - pattern->center[0], i / SIDE - pattern->center[1]);
        d[5 * PIXELS + i] = mean[i] - up[i];
        d[6 * PIXELS + i] = up[i];
        d[7 * PIXELS + i] = up[i] * (r - (low + high) / 2);
        if (r < low || r > high || mean[i] <= 0 || (pattern->beam_stop && sim_behind_stop(glass, i % SIDE, i / SIDE))) continue;
        for (int j = 0; j < 8; j++)
            for (int k = 0; k < 8; k++) F[j * 8 + k] += d[j * PIXELS + i] * d[k * PIXELS + i] / mean[i];
    }
    for (int j = 0; j < 8; j++) /* slopes are far smaller numbers: scale them for the inversion */
        for (int k = 0; k < 8; k++)
            if (j != k) F[j * 8 + k] /= sqrt(F[j * 9] * F[k * 9]);
    double scale[8];
    for (int j = 0; j < 8; j++) {
        scale[j] = sqrt(F[j * 9]);
        F[j * 9] = 1;
    }
    invert(F, 8);
    out[0] = sqrt(F[2 * 9]) / scale[2];
    out[1] = sqrt(F[4 * 9]) / scale[4];
    out[2] = sqrt(F[3 * 9]) / scale[3];
    free(mean);
    free(up);
    free(down);
    free(d);
}

/* The strain quantities of a stretch (detector frame, y down), linear definition, in percent. */
static inline void strain_of(const double V[3], double e[QUANTITIES]) {
    double det = V[0] * V[2] - V[1] * V[1];
    e[0] = 100 * (1 - V[2] / det);
    e[1] = 100 * (1 - V[0] / det);
    e[2] = -100 * V[1] / det; /* y down to y up */
    e[3] = e[0] + e[1];
    e[4] = hypot((e[0] - e[1]) / 2, e[2]);
    e[5] = 100 * (1 - det);
}

/* Draws pattern i of a trial: reference patterns unstrained, the others strained up to trial.strain. */
static inline double draw(const trial *t, const sim_glass *glass, const sim_pattern *base, int i, float *room, uint16_t *counts, double V[3]) {
    sim_pattern p = *base;
    uint64_t state = sim_key(t->seed, (uint64_t)i);
    double strain = i < t->references ? 0 : t->strain;
    for (int j = 0; j < 2; j++) p.center[j] = (SIDE - 1) / 2.0 + t->offset * (2 * uniform(&state) - 1);
    double volume = 0.6 * strain * (2 * uniform(&state) - 1), shear = 0.7 * strain * uniform(&state), angle = 6.2831853 * uniform(&state);
    p.V[0] = V[0] = 1 + volume + shear * cos(angle);
    p.V[2] = V[2] = 1 + volume - shear * cos(angle);
    p.V[1] = V[1] = shear * sin(angle);
    double amplitude = sim_expected(glass, &p, room);
    must(sim_draw(room, SIDE, SIDE, t->contrast, 3, t->seed, (uint64_t)i, counts));
    return amplitude;
}

static inline void collect(const trial *t, const float *strain, const float *sigma, const float *status, const double (*V)[3], outcome *out) {
    static const int slice[QUANTITIES] = {0, 1, 2, 3, 4, 8};
    int n = t->patterns;
    for (int q = 0; q < QUANTITIES; q++) {
        double s1 = 0, s2 = 0, x1 = 0, xx = 0, xy = 0, in1 = 0, in2 = 0, sg = 0, m = 0;
        for (int i = 0; i < n; i++) {
            double truth[QUANTITIES];
            if (status[i] != 0) continue;
            strain_of(V[i], truth);
            double e = strain[slice[q] * n + i] - truth[q], s = sigma[q * n + i], x = truth[q];
            /* e_dev only where it is well above its noise: near zero its error is not normal. */
            if (q == 4 && x < 4 * s) continue;
            m++;
            s1 += e;
            s2 += e * e;
            x1 += x;
            xx += x * x;
            xy += x * (x + e);
            in1 += fabs(e) < s;
            in2 += fabs(e) < 2 * s;
            sg += s;
        }
        out->of[q] = (statistics){sqrt(s2 / m), s1 / m, (xy - x1 * (s1 + x1) / m) / (xx - x1 * x1 / m), in1 / m, in2 / m, sg / m};
    }
    out->bad = 0;
    for (int i = 0; i < n; i++) out->bad += status[i] != 0;
}

/* Simulates, learns, fits, maps. Ring radius 70 px, range 50 to 95 px. */
static inline outcome run_trial(const trial *t) {
    const double low = 50, high = 95;
    outcome out;
    sim_glass glass;
    must(sim_glass_new(SIDE, SIDE, 70, &glass));
    sim_pattern base = sim_pattern_default(&glass);
    base.counts = t->counts;
    base.background = t->background;
    base.beam_stop = t->beam_stop;
    base.ring_added = t->ring_added;
    instrument(t->ellipticity, base.E);

    int n = t->patterns, r = t->references;
    float *room = malloc(sizeof(float) * PIXELS), *field = malloc(sizeof(float) * (size_t)n * VITRO_RING_FIELDS);
    float *rfield = malloc(sizeof(float) * (size_t)r * VITRO_RING_FIELDS);
    uint16_t *block = malloc(sizeof(uint16_t) * PIXELS * VITRO_GROUP), *unstrained = malloc(sizeof(uint16_t) * PIXELS * (size_t)r);
    double(*V)[3] = malloc(sizeof(double) * 3 * (size_t)(n + r)), amplitude = 0, values[7] = {0};
    uint8_t *mask = calloc(PIXELS, 1);
    for (int i = 0; i < PIXELS; i++) mask[i] = t->beam_stop && sim_behind_stop(&glass, i % SIDE, i / SIDE);
    vitro_geometry geometry = {(SIDE - 1) / 2.0, (SIDE - 1) / 2.0, 1, 0, 1, low, high, mask};
    vitro_frames frames = {SIDE, SIDE, VITRO_U16, VITRO_ISA_BEST, r};
    vitro_job *reference, *rjob, *job;
    vitro_ring_model *model = NULL;

    for (int i = 0; i < r; i++) amplitude = draw(t, &glass, &base, i, room, unstrained + (size_t)i * PIXELS, V[i]);
    must(vitro_reference_new(&frames, &geometry, &reference));
    must(vitro_job_feed(reference, unstrained, 0, r));
    must(vitro_ring_model_new(reference, t->known ? SIM_COMPOSITION : "", glass.q_per_px, &model));
    if (t->direct) must(vitro_direct_ellipse_new(&frames, &geometry, 0.95, &rjob));
    else must(vitro_ring_profile_new(model, &frames, &rjob));
    must(vitro_job_feed(rjob, unstrained, 0, r));
    must(vitro_job_finish(rjob, rfield, (int64_t)r * VITRO_RING_FIELDS));
    frames.frames = n;
    if (t->direct) must(vitro_direct_ellipse_new(&frames, &geometry, 0.95, &job));
    else must(vitro_ring_profile_new(model, &frames, &job));
    for (int i = 0; i < n; i += VITRO_GROUP) {
        int m = n - i < VITRO_GROUP ? n - i : VITRO_GROUP;
        for (int j = 0; j < m; j++) draw(t, &glass, &base, r + i + j, room, block + (size_t)j * PIXELS, V[r + i + j]);
        must(vitro_job_feed(job, block, i, m));
    }
    must(vitro_job_finish(job, field, (int64_t)n * VITRO_RING_FIELDS));

    must(vitro_ring_model_values(model, values));
    vitro_strain_options options = {values[0], values[1], values[2], values[3], VITRO_LINEAR, 0, 0, 0, 0, n, 1};
    float *strain = malloc(sizeof(float) * VITRO_STRAIN_SLICES * (size_t)n), *sigma = malloc(sizeof(float) * VITRO_SIGMA_SLICES * (size_t)n);
    float *ring = malloc(sizeof(float) * VITRO_RING_SLICES * (size_t)n);
    must(vitro_strain_maps(&options, field, rfield, r, 0, strain, sigma, ring));
    collect(t, strain, sigma, ring + 8 * n, (const double(*)[3])(V + r), &out);
    cramer_rao(&glass, &base, amplitude, low, high, out.bound);
    for (int j = 0; j < 3; j++) out.bound[j] *= 100;

    vitro_job_free(job);
    vitro_job_free(rjob);
    vitro_job_free(reference);
    vitro_ring_model_free(model);
    sim_glass_free(&glass);
    free(room);
    free(field);
    free(rfield);
    free(block);
    free(unstrained);
    free(V);
    free(mask);
    free(strain);
    free(sigma);
    free(ring);
    return out;
}

static inline void print_outcome(const char *name, const outcome *o) {
    printf("%s: %d without result\n  %-6s %8s %8s %8s %8s %7s %7s %8s\n", name, o->bad, "%", "bound", "rmse", "ratio", "bias", "slope", "1 sigma", "2 sigma");
    for (int q = 0; q < QUANTITIES; q++) {
        const statistics *s = &o->of[q];
        if (q < 3) printf("  %-6s %8.4f %8.4f %8.3f %8.4f %7.4f %6.1f%% %7.1f%%\n", QUANTITY[q], o->bound[q], s->rmse, s->rmse / o->bound[q], s->bias, s->slope, 100 * s->within_1, 100 * s->within_2);
        else printf("  %-6s %8s %8.4f %8s %8.4f %7.4f %6.1f%% %7.1f%%\n", QUANTITY[q], "", s->rmse, "", s->bias, s->slope, 100 * s->within_1, 100 * s->within_2);
    }
    fflush(stdout);
}

#endif
