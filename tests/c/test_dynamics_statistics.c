/* SPDX-License-Identifier: GPL-3.0-or-later
 * tau and beta of simulated processes of 2000 frames against their truth: Gaussian intensities and speckle, without noise and with that of counted electrons, and
 * whether the error bars hold. Every line is printed. */
#include "dynamics_check.h"

enum { FRAMES = 2000 };

typedef struct {
    double sum, square, within;
    int n;
} tally;

static void count(tally *t, double value, double error, double truth) {
    t->n++;
    t->sum += value / truth;
    t->square += value * value / (truth * truth);
    t->within += fabs(value - truth) < error;
}

static double mean(const tally *t) { return t->sum / t->n; }
static double error_of_mean(const tally *t) { return sqrt((t->square / t->n - mean(t) * mean(t)) / t->n); }

/* Enough series that the mean of tau is known to 2 %. */
static int series_for(double tau, double beta, int speckle) {
    if (beta < 0.75) return tau > 50 ? (speckle ? 3072 : 1536) : tau > 10 ? 640 : 384;
    if (tau > 50) return beta < 1.25 ? (speckle ? 2048 : 768) : 512;
    return 192;
}

static void one_case(const vitro_dynamics *d, const process *p) {
    uint64_t seed = 1000 + (uint64_t)(p->tau * 10 + p->beta * 2 + p->photons);
    process all = *p;
    if (p->tau < 10 && p->beta < 0.75) all.series = 1536; /* as of a larger image: noise and a stretched fast decay are hard to tell apart */
    float *block = simulate(&all, seed), *maps = malloc(sizeof(float) * VITRO_DYNAMICS_SLICES * (size_t)p->series);
    double noise[2];
    assert_ok(vitro_dynamics_noise(d, block, all.series, 64, noise));
    for (size_t t = 1; t < FRAMES && all.series > p->series; t++) memmove(block + t * (size_t)p->series, block + t * (size_t)all.series, sizeof *block * (size_t)p->series);
    assert_ok(vitro_dynamics_maps(d, block, p->series, noise, maps));
    tally tau = {0}, beta = {0}, amplitude = {0};
    for (int i = 0; i < p->series; i++) {
        const float *m = maps + i;
        int64_t n = p->series;
        if (m[VITRO_DYNAMICS_STATUS * n] != VITRO_DYNAMICS_GOOD) continue;
        count(&tau, m[VITRO_DYNAMICS_TAU * n], m[VITRO_DYNAMICS_SIGMA_TAU * n], p->tau);
        count(&beta, m[VITRO_DYNAMICS_BETA * n], m[VITRO_DYNAMICS_SIGMA_BETA * n], p->beta);
        count(&amplitude, m[VITRO_DYNAMICS_AMPLITUDE * n], 0, p->speckle ? 1 : 0.01);
    }
    printf("tau %3g beta %.1f %-8s %-5s %4d of %4d series: tau %.3f +- %.3f, beta %.3f +- %.3f, amplitude %.3f of the truth; within an error bar %.1f, %.1f %%\n", p->tau,
           p->beta, p->speckle ? "speckle" : "Gaussian", p->photons > 0 ? "noise" : "", tau.n, p->series, mean(&tau), error_of_mean(&tau), mean(&beta),
           error_of_mean(&beta), mean(&amplitude), 100 * tau.within / tau.n, 100 * beta.within / beta.n);
    CHECK(tau.n > 0.98 * p->series, "%d of %d series measured", tau.n, p->series);
    CHECK(fabs(mean(&tau) - 1) < 0.05, "tau %g beta %g: the mean tau is %.3f of the truth", p->tau, p->beta, mean(&tau));
    CHECK(fabs(mean(&beta) - 1) < 0.05, "tau %g beta %g: the mean beta is %.3f of the truth", p->tau, p->beta, mean(&beta));
    CHECK(fabs(mean(&amplitude) - 1) < 0.06, "tau %g beta %g: the mean amplitude is %.3f of the truth", p->tau, p->beta, mean(&amplitude));
    CHECK(error_of_mean(&tau) < 0.03, "tau %g beta %g: the mean is not known better than %.3f", p->tau, p->beta, error_of_mean(&tau));
    /* Few correlation times make the distribution of tau lean: bars of speckle hold too little. */
    double least = p->tau > 50 && p->beta < 0.75 && p->speckle ? 0.55 : 0.6;
    CHECK(tau.within / tau.n > least && tau.within / tau.n < 0.8, "tau: %.3f within an error bar", tau.within / tau.n);
    CHECK(beta.within / beta.n > 0.6 && beta.within / beta.n < 0.78, "beta: %.3f within an error bar", beta.within / beta.n);
    free(maps);
    free(block);
}

static void tau_and_beta_are_unbiased(void **state) {
    (void)state;
    static const double taus[] = {5, 20, 100}, betas[] = {0.5, 1, 1.5};
    vitro_dynamics *d = tables_for(FRAMES, 1, 0);
    for (int t = 0; t < 3; t++)
        for (int b = 0; b < 3; b++)
            for (int speckle = 0; speckle < 2; speckle++)
                for (int noise = 0; noise < 2; noise++) {
                    /* Variance of the noise against that of the signal: 5 % in both. */
                    process p = {FRAMES, series_for(taus[t], betas[b], speckle), taus[t], betas[b], speckle, noise ? (speckle ? 20 : 2000) : 0};
                    one_case(d, &p);
                }
    vitro_dynamics_free(d);
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(tau_and_beta_are_unbiased)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
