/* SPDX-License-Identifier: GPL-3.0-or-later
 * Photon noise: the mean power over many patterns is that of the expected pattern, at 20 counts a pixel and at half a count, with and without a stop;
 * without the correction it is too large by what the fit's covariance says. */
#include "symmetry_check.h"
#include "sim.h"

enum { N = 4096, BATCH = 512, SOME = 8 };

/* Mean and standard error over N draws of the expected pattern about one centre. */
static void mean_power(const float *expected, const vitro_geometry *g, int correct, double mean[SOME], double error[SOME]) {
    vitro_frames f = frames_of(VITRO_U16, BATCH);
    uint16_t *counts = malloc(sizeof(uint16_t) * PIXELS * BATCH);
    double sum[SOME] = {0}, squares[SOME] = {0};
    for (int b = 0; b < N / BATCH; b++) {
        for (int i = 0; i < BATCH; i++) assert_ok(sim_draw(expected, SIDE, SIDE, 0, 3, 11, (uint64_t)(b * BATCH + i), counts + (size_t)i * PIXELS));
        float *out = power_of(&f, g, NULL, SOME, 1, correct, counts);
        for (int n = 0; n < SOME; n++)
            for (int i = 0; i < BATCH; i++) sum[n] += out[n * BATCH + i], squares[n] += (double)out[n * BATCH + i] * out[n * BATCH + i];
        free(out);
    }
    for (int n = 0; n < SOME; n++) {
        mean[n] = sum[n] / N;
        error[n] = sqrt((squares[n] / N - mean[n] * mean[n]) / N);
    }
    free(counts);
}

static void unbiased(double level, double ring_min, double ring_max, const uint8_t *mask) {
    const series s = {{0, 0.1, 0.3, 0, 0.2}, {0, 0.4, 1, 0, 2}};
    const double center[2] = {SIDE / 2 - 0.37, SIDE / 2 + 0.21}, e[3] = {1, 0, 1};
    float *expected = malloc(sizeof(float) * PIXELS);
    /* Flat over the radius, with nothing outside that would only take time. */
    for (int i = 0; i < PIXELS; i++) {
        double r, phi;
        polar_of(i, center, e, &r, &phi);
        expected[i] = r > ring_min - 3 && r < ring_max + 3 ? (float)(level * series_at(&s, phi)) : 0;
    }
    vitro_geometry g = geometry_of(ring_min, ring_max, mask);
    g.center_x = center[0], g.center_y = center[1];
    double mean[SOME], error[SOME], raw[SOME], unused[SOME], worst = 0;
    mean_power(expected, &g, 1, mean, error);
    mean_power(expected, &g, 0, raw, unused);
    for (int n = 1; n <= SOME; n++) {
        double truth = s.a[n] * s.a[n] / 4, off = (mean[n - 1] - truth) / error[n - 1];
        worst = fmax(worst, fabs(off));
        CHECK(fabs(off) < 3, "%g counts, n = %d: %.3e +- %.1e, not %.3e", level, n, mean[n - 1], error[n - 1], truth);
        CHECK(raw[n - 1] - truth > 10 * error[n - 1], "%g counts, n = %d: the correction is of no use", level, n);
    }
    printf("%g counts a pixel, %.0f to %.0f px%s: largest deviation %.1f standard errors, noise alone %.1e\n", level, ring_min, ring_max, mask ? ", stop" : "", worst, raw[SOME - 1]);
    free(expected);
}

static void noise_is_taken_off_without_bias(void **state) {
    (void)state;
    uint8_t *mask = stop(40, 1);
    unbiased(20, 40, 50, NULL);
    unbiased(0.5, 40, 50, NULL);
    unbiased(0.5, 45, 46, NULL);
    unbiased(20, 40, 50, mask);
    unbiased(0.5, 40, 50, mask);
    free(mask);
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(noise_is_taken_off_without_bias)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
