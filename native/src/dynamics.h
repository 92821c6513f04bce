/* Fluctuations of intensities: the model of their spectrum, its fit, their correlation.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef VITRO_DYNAMICS_H
#define VITRO_DYNAMICS_H

#include "fft.h"

enum { DYNAMICS_BANDS = 160, DYNAMICS_CHANNELS = DYNAMICS_BANDS + 1, DYNAMICS_LAGS = 64, DYNAMICS_STARTS = 48 };

struct vitro_dynamics {
    int frames, lags, bands, starts;
    int lag[DYNAMICS_LAGS];        /* at which g2 is told */
    int edge[DYNAMICS_BANDS + 1];  /* band j holds the frequencies edge[j] .. edge[j + 1] - 1, in 1/frames */
    double weight[DYNAMICS_BANDS]; /* of its periodogram: how many independent numbers it stands for */
    double *taper, *mean;          /* [frames]; sums of squares 1 and sum 1 */
    double *lags_of_taper;         /* [frames]: its autocorrelation */
    double (*taper_bins)[2], (*mean_bins)[2]; /* transforms: of the taper over frames, of mean over 2 frames */
    fft_series *fft, *twice;       /* of frames, of 2 frames */
    /* ln of the expected spectrum in each band and, last, of the mean's variance, for an amplitude of 1: cubic spline over u = ln tau and beta. */
    double first_u, step_u, last_u, first_beta, step_beta, last_beta;
    int nodes_u, nodes_beta, channels;
    double *spline; /* [nodes_u + 2][nodes_beta + 2][channels] */
    struct {
        double u, beta, spectrum[DYNAMICS_BANDS];
    } start[DYNAMICS_STARTS];
};

/* A value over u and beta with its derivatives. */
enum { AT, AT_U, AT_B, AT_UU, AT_UB, AT_BB, AT_ALL };

/* Fills the channels' derivatives of order 0 .. upto - 1 in the order of that list. */
void dynamics_interpolate(const struct vitro_dynamics *d, double u, double beta, int upto, double out[AT_ALL][DYNAMICS_CHANNELS]);

/* Sets up empty tables for series of d->frames; vitro_dynamics_fill fills them. What it made is released by vitro_dynamics_free, after a failure too. */
vitro_status dynamics_model_new(struct vitro_dynamics *d);

/* One series, or some that are taken for one: their mean, their periodogram in bands, and what was found. Amplitude and noise in units of intensity squared. */
typedef struct {
    int status;   /* vitro_dynamics_status */
    double count; /* how many */
    double mean, power[DYNAMICS_BANDS];
    double u, beta, amplitude;
    double covariance[3][3]; /* of u, beta, ln amplitude */
    double mean_variance;    /* of the series' mean, by the model */
    double noise_score, noise_information;
    double misfit;  /* minus the likelihood's logarithm */
    double highest; /* mean power of the highest octave, of a group */
} dynamics_series;

/* Room for a series: the tapered values, their transform, the values without their mean. */
#define DYNAMICS_ROOM(frames) (5 * (size_t)(frames) / 2 + 3)
static inline float *dynamics_deviation(const struct vitro_dynamics *d, double *room) { return (float *)(room + 2 * d->frames + 2); }

/* Takes series i of a block. */
void dynamics_load(const struct vitro_dynamics *d, const float *block, int64_t n, int64_t i, double *room, dynamics_series *series);

/* Fits what is GOOD; resume: begins at what was found before. */
void dynamics_fit(const struct vitro_dynamics *d, double noise, int resume, dynamics_series *series);

#endif
