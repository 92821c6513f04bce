/* FFTW behind its planner's lock: convolution of images (geom.h), transforms of series.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef VITRO_FFT_H
#define VITRO_FFT_H

#include <pthread.h>

#include "error.h"

/* FFTW's planner is the one thing of it that two threads may not share. */
extern pthread_mutex_t fft_planner;

/* The transform of n real numbers. Immutable, shared by threads. */
typedef struct fft_series fft_series;

vitro_status fft_series_new(int n, fft_series **series);
void fft_series_free(fft_series *series);

/* out[k] = sum of in[t] exp(-2 pi i k t / n), k = 0 .. n / 2, as (re, im). */
void fft_series_run(const fft_series *series, const double *in, double (*out)[2]);

#endif
