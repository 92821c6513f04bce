/* The noise from frame to frame that all series share: white, its variance read-out + gain times the mean, as of counted electrons.
 *
 * A series by itself cannot tell noise from a correlation that falls off within some frames: with beta = 0.5 and tau = 5 a noise fitted to each series makes
 * beta uncertain to half its value. Groups of neighbours can: their periodograms are averaged and fitted by one tau, beta and amplitude each, and both numbers
 * of the noise, none below 0, are where the sum of all groups' scores is 0. The scores are adjusted like the others (dynamics_fit.c), for what
 * each group's own fit takes of the noise (P. McCullagh, R. Tibshirani, J. R. Stat. Soc. B 52 (1990) 325).
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include <math.h>
#include <stdlib.h>

#include "dynamics.h"

enum { MOST_ROUNDS = 40, STARTS = 3 };

/* Where the search begins, in parts of what the highest frequencies hold: where the start is far off, groups have no fit, or one of something else. */
static const double START[STARTS] = {0.9, 0.4, 0.05};

/* A step that is this part of the error of both numbers ends it. */
static const double LAST_STEP = 0.02;
/* The most by which a number changes in a step: its factor. */
static const double LARGEST = 4;
/* Standard deviation of the groups' means, over their mean, from which on read-out and gain are told apart. */
static const double SPREAD_OF_MEANS = 0.1;

typedef struct {
    double score[2], information[2][2];
} sums;

static void add(sums *s, const dynamics_series *group) {
    double design[2] = {1, fmax(group->mean, 0)};
    for (int i = 0; i < 2; i++) {
        s->score[i] += group->noise_score * design[i];
        for (int j = 0; j < 2; j++) s->information[i][j] += group->noise_information * design[i] * design[j];
    }
}

/* A step of scoring along the numbers that are not 0. Returns it in units of its error. */
static double step(const sums *s, double noise[2]) {
    double by[2] = {0}, a = s->information[0][0], b = s->information[0][1], c = s->information[1][1], size = 0;
    if (noise[0] > 0 && noise[1] > 0) {
        double determinant = fmax(a * c - b * b, 1e-9 * a * c);
        by[0] = (c * s->score[0] - b * s->score[1]) / determinant;
        by[1] = (a * s->score[1] - b * s->score[0]) / determinant;
    } else {
        by[0] = noise[0] > 0 ? s->score[0] / a : 0;
        by[1] = noise[1] > 0 ? s->score[1] / c : 0;
    }
    for (int i = 0; i < 2; i++) {
        if (!(noise[i] > 0)) continue;
        double next = fmin(fmax(noise[i] + by[i], noise[i] / LARGEST), noise[i] * LARGEST);
        size += fabs(next - noise[i]) * sqrt(s->information[i][i]);
        noise[i] = next;
    }
    return size;
}

/* No group's noise is more than what its highest octave holds. */
static void hold_below(const dynamics_series *group, int64_t n, double noise[2]) {
    for (int64_t i = 0; i < n; i++) {
        double at = noise[0] + noise[1] * fmax(group[i].mean, 0);
        if (group[i].count == 0 || at <= group[i].highest) continue;
        noise[0] *= group[i].highest / at;
        noise[1] *= group[i].highest / at;
    }
}

/* This part of what the highest octaves hold at least; from both sources where the means differ enough to tell them apart. */
static void begin(const dynamics_series *group, int64_t n, double part, double noise[2]) {
    double mean = 0, square = 0, count = 0;
    for (int64_t i = 0; i < n; i++) {
        double m = fmax(group[i].mean, 0);
        if (group[i].count == 0) continue;
        mean += m;
        square += m * m;
        count++;
    }
    int both = square * count > (1 + SPREAD_OF_MEANS * SPREAD_OF_MEANS) * mean * mean;
    noise[0] = both || !(mean > 0) ? INFINITY : 0;
    noise[1] = mean > 0 ? INFINITY : 0;
    for (int64_t i = 0; i < n; i++) {
        double most = (both ? 0.5 : 1) * part * group[i].highest;
        if (group[i].count == 0) continue;
        noise[0] = fmin(noise[0], most);
        if (group[i].mean > 0) noise[1] = fmin(noise[1], most / group[i].mean);
    }
    if (count == 0) noise[0] = noise[1] = 0;
}

/* From a start to where the scores are 0; returns minus the likelihood's logarithm there. */
static double descend(const vitro_dynamics *d, dynamics_series *group, int64_t n, double noise[2]) {
    double misfit = INFINITY;
    for (int round = 0; round < MOST_ROUNDS; round++) {
        sums s = {{0}, {{0}}};
        misfit = 0;
        for (int64_t i = 0; i < n; i++) {
            if (group[i].count == 0) continue;
            int resume = round > 0 && group[i].status == VITRO_DYNAMICS_GOOD;
            group[i].status = VITRO_DYNAMICS_GOOD;
            dynamics_fit(d, noise[0] + noise[1] * fmax(group[i].mean, 0), resume, &group[i]);
            misfit += group[i].misfit;
            if (group[i].status == VITRO_DYNAMICS_GOOD && group[i].noise_information > 0) add(&s, &group[i]);
        }
        double size = step(&s, noise);
        hold_below(group, n, noise);
        if (!(size > LAST_STEP)) break;
    }
    return misfit;
}

/* The mean of the highest octave. */
static double highest(const vitro_dynamics *d, const dynamics_series *group) {
    double part = 0, all = 0;
    for (int j = 0; j < d->bands; j++)
        if (2 * d->edge[j] >= d->edge[d->bands]) {
            part += d->weight[j] * group->power[j];
            all += d->weight[j];
        }
    return part / all;
}

/* The mean of the good ones of some series. */
static void average(const vitro_dynamics *d, const float *block, int64_t n, int64_t first, int64_t together, double *room, dynamics_series *group) {
    *group = (dynamics_series){.status = VITRO_DYNAMICS_CONSTANT};
    for (int64_t i = first; i < n && i < first + together; i++) {
        dynamics_series one;
        dynamics_load(d, block, n, i, room, &one);
        if (one.status != VITRO_DYNAMICS_GOOD) continue;
        group->status = VITRO_DYNAMICS_GOOD;
        group->count++;
        group->mean += (one.mean - group->mean) / group->count;
        for (int j = 0; j < d->bands; j++) group->power[j] += (one.power[j] - group->power[j]) / group->count;
    }
    group->highest = highest(d, group);
}

vitro_status vitro_dynamics_noise(const vitro_dynamics *d, const float *block, int64_t n, int64_t together, double noise[2]) {
    if (n < 1 || together < 1) return vitro_fail(VITRO_ARGUMENT, "%lld series in groups of %lld", (long long)n, (long long)together);
    if (d->starts == 0) return vitro_fail(VITRO_STATE, "the tables of the dynamics are not finished");
    int64_t groups = (n + together - 1) / together;
    double *room = vitro_alloc(DYNAMICS_ROOM(d->frames), sizeof *room), found[2] = {0, 0}, least = INFINITY;
    dynamics_series *group = vitro_alloc((size_t)groups, sizeof *group);
    if (!room || !group) {
        free(room);
        free(group);
        return VITRO_MEMORY;
    }
    for (int64_t i = 0; i < groups; i++) average(d, block, n, i * together, together, room, &group[i]);
    for (int i = 0; i < STARTS; i++) {
        double at[2];
        begin(group, groups, START[i], at);
        double misfit = descend(d, group, groups, at);
        if (i > 0 && !(misfit < least)) continue;
        least = misfit;
        found[0] = at[0];
        found[1] = at[1];
    }
    noise[0] = found[0];
    noise[1] = found[1];
    free(room);
    free(group);
    return VITRO_OK;
}
