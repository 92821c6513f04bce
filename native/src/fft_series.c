/* Fourier transform of a real series by FFTW.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "fft.h"

#include <fftw3.h>
#include <stdlib.h>

struct fft_series {
    fftw_plan plan;
};

vitro_status fft_series_new(int n, fft_series **out) {
    fft_series *series = vitro_calloc(1, sizeof *series);
    double *in = fftw_alloc_real((size_t)n);
    fftw_complex *bins = fftw_alloc_complex((size_t)n / 2 + 1);
    if (series && in && bins) {
        pthread_mutex_lock(&fft_planner);
        series->plan = fftw_plan_dft_r2c_1d(n, in, bins, FFTW_ESTIMATE | FFTW_UNALIGNED);
        pthread_mutex_unlock(&fft_planner);
    }
    fftw_free(in);
    fftw_free(bins);
    if (!series || !series->plan) {
        free(series);
        return vitro_fail(VITRO_MEMORY, "no native memory for a Fourier transform of %d numbers", n);
    }
    *out = series;
    return VITRO_OK;
}

void fft_series_free(fft_series *series) {
    if (!series) return;
    pthread_mutex_lock(&fft_planner);
    fftw_destroy_plan(series->plan);
    pthread_mutex_unlock(&fft_planner);
    free(series);
}

void fft_series_run(const fft_series *series, const double *in, double (*out)[2]) {
    fftw_execute_dft_r2c(series->plan, (double *)in, out);
}
