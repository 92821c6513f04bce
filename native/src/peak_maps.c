/* Maps of a peak's position, height, width, area, and the position's error.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include <math.h>

#include "peak_models.h"

static const double FWHM = 2.3548200450309493;
/* A position less certain than this part of the peak's width is that of noise. */
static const double LEAST_CERTAIN = 0.2;

/* The variance of a curve's noise against the mean of all: its own residual and what is known of the others, each by its degrees of freedom
 * (moderated variance; Smyth, Stat. Appl. Genet. Mol. Biol. 3 (2004) 3). */
static double moderated(const peak_room *room, const peak_group *g, const double *noise, int lane) {
    double square = 0, freedom = noise[VITRO_PEAK_NOISE_FREEDOM], prior = noise[VITRO_PEAK_NOISE_PRIOR];
    for (int z = 0; z < room->count; z++) {
        double r = room->residual[(size_t)z * PEAK_LANES + lane] - g->theta[PEAK_HEIGHT][lane] * room->misfit[z];
        square += r * r;
    }
    square *= g->scale[lane] * g->scale[lane];
    return (freedom * square / noise[VITRO_PEAK_NOISE_SQUARE] + prior) / (freedom + prior);
}

/* Half the width of the range that holds 68 % of Student's distribution, against that of the normal one (Cornish and Fisher). */
static double student(double freedom) { return 1 + (0.5 + (0.25 + 0.0625 / freedom) / freedom) / freedom; }

static int is_known(const double *noise) {
    return noise[VITRO_PEAK_NOISE_SQUARE] > 0 && noise[VITRO_PEAK_NOISE_FREEDOM] > 0 && noise[VITRO_PEAK_NOISE_COVARIANCE] > 0;
}

/* Standard error of the position in the window's coordinate, NaN if the noise is not known. */
static void position_errors(const peak_room *room, const peak_group *g, const double *noise, double error[PEAK_LANES]) {
    float variance[PEAK_LANES];
    double most = noise[VITRO_PEAK_NOISE_COVARIANCE], freedom = noise[VITRO_PEAK_NOISE_FREEDOM] + noise[VITRO_PEAK_NOISE_PRIOR];
    int known = is_known(noise);
    if (known) room->kernels->variance(room->covariance, room->count, room->gain, variance);
    for (int l = 0; l < PEAK_LANES; l++)
        error[l] = known ? sqrt(fmax(variance[l], 0) * most * moderated(room, g, noise, l)) / g->scale[l] * student(freedom) : NAN;
}

/* From the window's coordinate to the axis. */
static void write(const peak_room *room, peak_group *g, const peak_numbers *p, const double error[PEAK_LANES], int64_t n, float *out) {
    const vitro_peak_options *o = room->options;
    double half = 0.5 * (room->count - 1) * o->axis_step, middle = o->axis_first + o->first * o->axis_step + half;
    for (int l = 0; l < g->lanes; l++) {
        if (g->status[l] == VITRO_PEAK_GOOD && error[l] > LEAST_CERTAIN * FWHM * p->width[l]) g->status[l] = VITRO_PEAK_NOISE_ONLY;
        int good = g->status[l] == VITRO_PEAK_GOOD;
        out[l] = good ? (float)(middle + half * p->position[l]) : NAN;
        out[n + l] = good ? (float)(p->height[l] * g->scale[l]) : NAN;
        out[2 * n + l] = good ? (float)(FWHM * p->width[l] * fabs(half)) : NAN;
        out[3 * n + l] = good ? (float)(p->area[l] * g->scale[l] * fabs(half)) : NAN;
        out[4 * n + l] = good ? (float)(error[l] * fabs(half)) : NAN;
        out[5 * n + l] = (float)g->status[l];
    }
}

vitro_status vitro_peak_maps(const float *block, int depth, int64_t n, const vitro_peak_options *options, const double *noise, float *out) {
    peak_room room;
    vitro_status status = peak_room_new(options, depth, &room);
    if (status != VITRO_OK) return status;
    for (int k = 0; k < room.count; k++) {
        room.covariance[k] = is_known(noise) ? (float)(noise[VITRO_PEAK_NOISE_COVARIANCE + k] / noise[VITRO_PEAK_NOISE_COVARIANCE]) : 0;
        room.misfit[k] = (float)noise[VITRO_PEAK_NOISE_COVARIANCE + room.count + k];
        room.weight[k] = (float)noise[VITRO_PEAK_NOISE_COVARIANCE + 2 * room.count + k];
    }
    for (int64_t first = 0; first < n; first += PEAK_LANES) {
        peak_group g;
        peak_numbers numbers;
        double error[PEAK_LANES];
        peak_load(&room, block, n, first, &g);
        peak_measure(&room, &g, &numbers);
        position_errors(&room, &g, noise, error);
        write(&room, &g, &numbers, error, n, out + first);
    }
    peak_room_free(&room);
    return VITRO_OK;
}
