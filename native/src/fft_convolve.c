/* Convolution of two images by FFTW.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include <fftw3.h>
#include <string.h>

#include "fft.h"


pthread_mutex_t fft_planner = PTHREAD_MUTEX_INITIALIZER;

/* The next length that FFTW is fast at: no prime factor above 5. */
static int fast_length(int n) {
    for (;; n++) {
        int rest = n;
        while (rest % 2 == 0) rest /= 2;
        while (rest % 3 == 0) rest /= 3;
        while (rest % 5 == 0) rest /= 5;
        if (rest == 1) return n;
    }
}

static void pad(const double *image, int w, int h, double *out, int columns, int rows) {
    memset(out, 0, sizeof *out * (size_t)columns * (size_t)rows);
    for (int y = 0; y < h; y++) memcpy(out + (size_t)y * (size_t)columns, image + (size_t)y * (size_t)w, sizeof *out * (size_t)w);
}

vitro_status fft_convolve(const double *a, const double *b, int w, int h, double *out) {
    int columns = fast_length(2 * w - 1), rows = fast_length(2 * h - 1), half = columns / 2 + 1;
    size_t pixels = (size_t)columns * (size_t)rows, bins = (size_t)half * (size_t)rows;
    double *image = fftw_alloc_real(pixels);
    fftw_complex *fa = fftw_alloc_complex(bins), *fb = fftw_alloc_complex(bins);
    fftw_plan forward = NULL, back = NULL;
    vitro_status status = VITRO_OK;
    if (image && fa && fb) {
        pthread_mutex_lock(&fft_planner);
        forward = fftw_plan_dft_r2c_2d(rows, columns, image, fa, FFTW_ESTIMATE);
        back = fftw_plan_dft_c2r_2d(rows, columns, fa, image, FFTW_ESTIMATE);
        pthread_mutex_unlock(&fft_planner);
    }
    if (!forward || !back) status = vitro_fail(VITRO_MEMORY, "no native memory for a Fourier transform of %d x %d", columns, rows);
    if (status == VITRO_OK) {
        pad(a, w, h, image, columns, rows);
        fftw_execute_dft_r2c(forward, image, fa);
        pad(b, w, h, image, columns, rows);
        fftw_execute_dft_r2c(forward, image, fb);
        for (size_t i = 0; i < bins; i++) {
            double re = fa[i][0] * fb[i][0] - fa[i][1] * fb[i][1], im = fa[i][0] * fb[i][1] + fa[i][1] * fb[i][0];
            fa[i][0] = re / (double)pixels;
            fa[i][1] = im / (double)pixels;
        }
        fftw_execute_dft_c2r(back, fa, image);
        for (int y = 0; y < 2 * h - 1; y++)
            memcpy(out + (size_t)y * (size_t)(2 * w - 1), image + (size_t)y * (size_t)columns, sizeof *out * (size_t)(2 * w - 1));
    }
    pthread_mutex_lock(&fft_planner);
    if (forward) fftw_destroy_plan(forward);
    if (back) fftw_destroy_plan(back);
    pthread_mutex_unlock(&fft_planner);
    fftw_free(image);
    fftw_free(fa);
    fftw_free(fb);
    return status;
}
