/* SPDX-License-Identifier: GPL-3.0-or-later
 * Peak positions of noisy curves against the Cramér-Rao bound, and whether the error bars hold: with white noise, with the correlated noise of a
 * PDF, with noise that differs from curve to curve and from point to point. Every line is printed. */
#include "peak_curves.h"

enum { CURVES = 4000, MOST = 5 };

typedef struct {
    double scatter, bias, within_1, within_2;
    int good;
} outcome;

static outcome judge(const peak_curves *c, const float *block, const double *truth, int model, int baseline, const float *weight) {
    vitro_peak_options o = whole_range(c, model, baseline);
    o.weight = weight;
    float *maps = peak_maps_of(block, c->points, c->curves, &o);
    outcome r = {0};
    for (int i = 0; i < c->curves; i++) {
        double error = maps[i] - truth[i], sigma = maps[SIGMA * c->curves + i];
        if (maps[STATUS * c->curves + i] != VITRO_PEAK_GOOD) continue;
        r.good++;
        r.bias += error;
        r.scatter += error * error;
        r.within_1 += fabs(error) < sigma;
        r.within_2 += fabs(error) < 2 * sigma;
    }
    r.scatter = sqrt(r.scatter / r.good);
    r.bias /= r.good;
    r.within_1 /= r.good;
    r.within_2 /= r.good;
    free(maps);
    return r;
}

static outcome run(const char *name, const peak_curves *c, int model, int baseline) {
    double *truth = malloc(sizeof(double) * (size_t)c->curves);
    float *block = make_curves(c, truth);
    outcome r = judge(c, block, truth, model, baseline, NULL);
    printf("%-58s scatter %.5f, bias %.5f, within 1 and 2 sigma %.1f, %.1f %%\n", name, r.scatter, r.bias, 100 * r.within_1, 100 * r.within_2);
    free(truth);
    free(block);
    return r;
}

static void check_coverage(const char *name, const outcome *r, double margin) {
    CHECK(r->good > 0.998 * CURVES, "%s: %d curves measured", name, r->good);
    CHECK(fabs(r->within_1 - 0.6827) < margin, "%s: %.1f %% within one sigma", name, 100 * r->within_1);
    CHECK(fabs(r->within_2 - 0.9545) < 0.03, "%s: %.1f %% within two sigma", name, 100 * r->within_2);
}

/* Inverts a by Gauss and Jordan; returns element (1, 1). */
static double inverse_11(double a[MOST][MOST], int n) {
    double b[MOST][MOST] = {{0}};
    for (int i = 0; i < n; i++) b[i][i] = 1;
    for (int i = 0; i < n; i++) {
        double pivot = a[i][i];
        for (int k = 0; k < n; k++) a[i][k] /= pivot, b[i][k] /= pivot;
        for (int j = 0; j < n; j++) {
            double factor = a[j][i];
            for (int k = 0; k < n && j != i; k++) a[j][k] -= factor * a[i][k], b[j][k] -= factor * b[i][k];
        }
    }
    return b[1][1];
}

/* Root mean square of the bound on the position over the curves' true positions; weight = inverse standard deviations over that of c. */
static double bound(const peak_curves *c, int parameters, const float *weight) {
    double total = 0;
    for (int k = 0; k <= 20; k++) {
        double middle = c->middle + c->wander * (k / 10.0 - 1), fisher[MOST][MOST] = {{0}};
        for (int z = 0; z < c->points; z++) {
            double x = z * c->step, u = (x - middle) / c->width, e = exp(-0.5 * u * u), w = (weight ? weight[z] : 1) / c->noise;
            const double d[MOST] = {e, c->height * e * u / c->width, c->height * e * u * u / c->width, 1, x};
            for (int i = 0; i < parameters; i++)
                for (int j = 0; j < parameters; j++) fisher[i][j] += w * w * d[i] * d[j];
        }
        total += inverse_11(fisher, parameters) / 21;
    }
    return sqrt(total);
}

static peak_curves curves(void) {
    return (peak_curves){.points = 40, .curves = CURVES, .step = 0.02, .height = 2, .middle = 0.39, .width = 0.08, .wander = 0.08, .noise = 0.1, .last = 0.5, .seed = 7};
}

static void white_noise(void **state) {
    (void)state;
    for (int baseline = 0; baseline < 2; baseline++)
        for (int i = 0; i < 4; i++) {
            char name[80];
            peak_curves c = curves();
            c.noise = i < 2 ? 0.02 : i == 2 ? 0.1 : 0.3;
            if (i % 2) c.points = 20, c.step = 0.04;
            if (baseline) c.level = 5, c.tilt = -2;
            snprintf(name, sizeof name, "Gaussian, %s, %d points, noise %.2f of the height", baseline ? "line" : "no line", c.points, c.noise / c.height);
            outcome r = run(name, &c, VITRO_GAUSSIAN, baseline);
            double least = bound(&c, baseline ? 5 : 3, NULL);
            printf("%58s %.3f of the Cramér-Rao bound\n", "", r.scatter / least);
            CHECK(r.scatter < 1.15 * least, "%s: scatter %.5f, bound %.5f", name, r.scatter, least);
            CHECK(fabs(r.bias) < 0.1 * least, "%s: bias %.6f, bound %.5f", name, r.bias, least);
            check_coverage(name, &r, 0.04);
        }
}

/* Noise that ends at a frequency, as a PDF's does, and may rise up to it: 39, 26, 13 and 8 independent points in the range. With hardly more of them than
 * the fit has parameters its residuals tell little, and the margin is wider. */
static void correlated_noise(void **state) {
    (void)state;
    const double last[4] = {0.3, 0.2, 0.1, 0.06}, blue[4] = {0, 1, 0, 1};
    for (int model = 0; model < 3; model++)
        for (int baseline = 0; baseline < 2; baseline++)
            for (int i = 0; i < 4; i++) {
                char name[80];
                peak_curves c = curves();
                c.points = 65, c.step = 0.8 / 64, c.middle = 0.4;
                c.noise = model == VITRO_MOMENTS ? 0.03 : 0.05, c.last = last[i], c.blue = blue[i];
                if (baseline) c.level = 3, c.tilt = 1;
                snprintf(name, sizeof name, "model %d, %s, noise to %.2f cycles a point, power %g", model, baseline ? "line" : "no line", c.last, 2 * c.blue);
                outcome r = run(name, &c, model, baseline);
                check_coverage(name, &r, i < 3 ? 0.04 : 0.07);
            }
}

/* Every fourth curve is four times as noisy. */
static void noise_of_each_curve(void **state) {
    (void)state;
    peak_curves c = curves();
    double *truth = malloc(sizeof(double) * CURVES), *again = malloc(sizeof(double) * CURVES);
    float *block = make_curves(&c, truth);
    c.noise *= 4;
    float *wild = make_curves(&c, again);
    for (int i = 0; i < CURVES; i += 4) {
        truth[i] = again[i];
        for (int z = 0; z < c.points; z++) block[z * CURVES + i] = wild[z * CURVES + i];
    }
    outcome r = judge(&c, block, truth, VITRO_GAUSSIAN, 0, NULL);
    printf("every fourth curve with four times the noise: within 1 and 2 sigma %.1f, %.1f %%\n", 100 * r.within_1, 100 * r.within_2);
    check_coverage("noise of each curve", &r, 0.04);
    free(truth);
    free(again);
    free(block);
    free(wild);
}

/* With the points' errors given, the fit is as good as they allow. */
static void noise_of_each_point(void **state) {
    (void)state;
    peak_curves c = curves();
    c.wander = 0.04;
    double *truth = malloc(sizeof(double) * CURVES);
    float *block = make_curves(&c, truth), weight[40];
    uint64_t random = 5;
    for (int z = 0; z < c.points; z++) {
        double more = z < c.points / 2 ? 0 : 4;
        weight[z] = (float)(1 / sqrt(1 + more * more));
        for (int i = 0; i < CURVES; i++) block[z * CURVES + i] += (float)(more * c.noise * random_normal(&random));
    }
    double least = bound(&c, 3, weight);
    outcome alike = judge(&c, block, truth, VITRO_GAUSSIAN, 0, NULL), r = judge(&c, block, truth, VITRO_GAUSSIAN, 0, weight);
    printf("half of the points with four times the noise: %.3f of the bound, without weights %.3f; within 1 and 2 sigma %.1f, %.1f %%\n", r.scatter / least,
           alike.scatter / least, 100 * r.within_1, 100 * r.within_2);
    assert_true(r.scatter < 1.15 * least && alike.scatter > 1.1 * r.scatter);
    check_coverage("weights", &r, 0.04);
    free(truth);
    free(block);
}

/* A shape that is no Gaussian shifts all positions alike; the error bar is that of the noise. */
static void noise_beside_a_wrong_shape(void **state) {
    (void)state;
    peak_curves c = curves();
    c.wander = 0, c.noise = 0.02;
    double *truth = malloc(sizeof(double) * CURVES), mean = 0;
    float *block = make_curves(&c, truth);
    for (int z = 0; z < c.points; z++)
        for (int i = 0; i < CURVES; i++) block[z * CURVES + i] += (float)(0.5 * exp(-0.5 * pow((z * c.step - 0.55) / 0.08, 2)));
    vitro_peak_options o = whole_range(&c, VITRO_GAUSSIAN, 0);
    float *maps = peak_maps_of(block, c.points, CURVES, &o);
    for (int i = 0; i < CURVES; i++) mean += maps[i] / (double)CURVES;
    for (int i = 0; i < CURVES; i++) truth[i] = mean;
    outcome r = judge(&c, block, truth, VITRO_GAUSSIAN, 0, NULL);
    printf("two peaks fitted as one, about the mean %.4f: within 1 and 2 sigma %.1f, %.1f %%\n", mean, 100 * r.within_1, 100 * r.within_2);
    check_coverage("wrong shape", &r, 0.04);
    free(maps);
    free(truth);
    free(block);
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(white_noise), cmocka_unit_test(correlated_noise), cmocka_unit_test(noise_of_each_curve),
                                       cmocka_unit_test(noise_of_each_point), cmocka_unit_test(noise_beside_a_wrong_shape)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
