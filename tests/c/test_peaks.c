/* SPDX-License-Identifier: GPL-3.0-or-later
 * Peak maps: closed forms, invariances, what is no peak, what is no input. */
#include "../../native/src/kernels.h"
#include "peak_curves.h"

static peak_curves clean(void) {
    return (peak_curves){.points = 61, .curves = 50, .step = 0.02, .height = 2.5, .middle = 0.6, .width = 0.09, .wander = 0.2, .last = 0.5, .seed = 3};
}

static void numbers_of_a_gaussian(void **state) {
    (void)state;
    for (int baseline = 0; baseline < 2; baseline++) {
        peak_curves c = clean();
        if (baseline) c.level = 10, c.tilt = -3;
        double truth[50];
        float *block = make_curves(&c, truth);
        vitro_peak_options o = whole_range(&c, VITRO_GAUSSIAN, baseline);
        float *maps = peak_maps_of(block, c.points, c.curves, &o);
        for (int i = 0; i < c.curves; i++) {
            assert_near(maps[i], truth[i], 2e-6);
            assert_near(maps[HEIGHT * 50 + i], 2.5, 1e-4);
            assert_near(maps[FULL_WIDTH * 50 + i], 2.354820 * 0.09, 1e-5);
            assert_near(maps[AREA * 50 + i], 2.5 * 0.09 * 2.506628, 1e-5);
            assert_true(maps[SIGMA * 50 + i] >= 0 && maps[SIGMA * 50 + i] < 1e-5);
            assert_true(maps[STATUS * 50 + i] == VITRO_PEAK_GOOD);
        }
        free(block);
        free(maps);
    }
}

/* The top of a true parabola, and the moments of a triangle, whose standard deviation is its half base over the root of 6. */
static void numbers_of_other_shapes(void **state) {
    (void)state;
    float block[81], *maps;
    for (int z = 0; z < 81; z++) block[z] = (float)(4 - 0.5 * pow(z * 0.1 - 4.23, 2));
    vitro_peak_options o = {VITRO_PARABOLA, 0, 15, 56, 0, 0.1, NULL};
    maps = peak_maps_of(block, 81, 1, &o);
    assert_near(maps[POSITION], 4.23, 1e-4);
    assert_near(maps[HEIGHT], 4, 1e-4);
    assert_near(maps[FULL_WIDTH], 4, 1e-3);
    free(maps);
    for (int z = 0; z < 81; z++) block[z] = (float)(7 + 0.3 * z * 0.1 + fmax(0, 1 - fabs(z * 0.1 - 4) / 2));
    o = (vitro_peak_options){VITRO_MOMENTS, 1, 0, 81, 0, 0.1, NULL};
    maps = peak_maps_of(block, 81, 1, &o);
    assert_near(maps[POSITION], 4, 1e-4);
    assert_near(maps[HEIGHT], 1, 1e-4);
    assert_near(maps[FULL_WIDTH], 2.354820 * 2 / sqrt(6), 5e-3);
    assert_near(maps[AREA], 2, 1e-4);
    free(maps);
}

/* Every model sees the same peak at the same place, with a line under it or not. */
static void models_agree(void **state) {
    (void)state;
    peak_curves c = clean();
    c.width = 0.07;
    double truth[50];
    for (int baseline = 0; baseline < 2; baseline++) {
        if (baseline) c.level = 1, c.tilt = 0.4;
        float *block = make_curves(&c, truth);
        for (int model = 0; model < 3; model++) {
            vitro_peak_options o = whole_range(&c, model, baseline);
            float *maps = peak_maps_of(block, c.points, c.curves, &o);
            for (int i = 0; i < c.curves; i++) {
                assert_near(maps[i], truth[i], model == VITRO_MOMENTS ? 2e-3 : model == VITRO_PARABOLA ? 5e-4 : 2e-5);
                assert_near(maps[HEIGHT * 50 + i] / 2.5, 1, 0.03);
                assert_near(maps[FULL_WIDTH * 50 + i] / (2.354820 * 0.07), 1, 0.05);
                assert_near(maps[AREA * 50 + i] / (2.5 * 0.07 * 2.506628), 1, 0.06);
            }
            free(maps);
        }
        free(block);
    }
}

static void units_and_scales_do_not_matter(void **state) {
    (void)state;
    peak_curves c = clean();
    double truth[50];
    c.noise = 0.05;
    float *block = make_curves(&c, truth), *turned = malloc(sizeof(float) * 61 * 50);
    for (int z = 0; z < 61; z++)
        for (int i = 0; i < 50; i++) turned[z * 50 + i] = 1e6f * block[(60 - z) * 50 + i];
    for (int model = 0; model < 3; model++) {
        vitro_peak_options o = whole_range(&c, model, 0), back = {model, 0, 0, 61, 100 * 60 * 0.02, -100 * 0.02, NULL};
        float *a = peak_maps_of(block, 61, 50, &o), *b = peak_maps_of(turned, 61, 50, &back);
        for (int i = 0; i < 50; i++) {
            assert_true(isnan(a[i]) == isnan(b[i]));
            if (isnan(a[i])) continue;
            assert_near(b[i], 100 * a[i], 2e-3);
            assert_near(b[HEIGHT * 50 + i] / a[HEIGHT * 50 + i], 1e6, 200);
            assert_near(b[FULL_WIDTH * 50 + i] / a[FULL_WIDTH * 50 + i], 100, 0.02);
            assert_near(b[AREA * 50 + i] / a[AREA * 50 + i], 1e8, 2e4);
            assert_near(b[SIGMA * 50 + i] / a[SIGMA * 50 + i], 100, 0.1);
        }
        free(a);
        free(b);
    }
    free(block);
    free(turned);
}

/* A curve alone, and one among others. */
static void numbers_do_not_depend_on_the_block(void **state) {
    (void)state;
    peak_curves c = clean();
    double truth[50], noise[VITRO_PEAK_NOISE(61)];
    float maps[MAPS * 50], one[MAPS], curve[61];
    c.noise = 0.2;
    float *block = make_curves(&c, truth);
    for (int model = 0; model < 3; model++) {
        vitro_peak_options o = whole_range(&c, model, 1);
        assert_ok(vitro_peak_noise(block, 61, 50, &o, noise));
        assert_ok(vitro_peak_maps(block, 61, 50, &o, noise, maps));
        for (int i = 0; i < 50; i++) {
            for (int z = 0; z < 61; z++) curve[z] = block[z * 50 + i];
            assert_ok(vitro_peak_maps(curve, 61, 1, &o, noise, one));
            for (int k = 0; k < MAPS; k++) assert_true(one[k] == maps[k * 50 + i] || (isnan(one[k]) && isnan(maps[k * 50 + i])));
        }
    }
    free(block);
}

/* The covariance that is learned is that of the noise, though the fits have taken part of it. */
static void noise_is_learned(void **state) {
    (void)state;
    peak_curves c = clean();
    c.curves = 1000, c.noise = 0.1, c.last = 0.1;
    double *truth = malloc(sizeof(double) * 1000), noise[VITRO_PEAK_NOISE(61)];
    float *block = make_curves(&c, truth);
    vitro_peak_options o = whole_range(&c, VITRO_GAUSSIAN, 0);
    assert_ok(vitro_peak_noise(block, 61, 1000, &o, noise));
    for (int k = 0; k < 8; k++) {
        double x = 2 * 3.141592653589793 * 0.1 * k, expected = k == 0 ? 0.01 : 0.01 * sin(x) / x;
        assert_near(noise[VITRO_PEAK_NOISE_COVARIANCE + k], expected, 0.001);
    }
    assert_near(noise[VITRO_PEAK_NOISE_FREEDOM], 61 * 0.2 - 3, 1.5); /* 2 x 0.1 independent values a point */
    assert_true(noise[VITRO_PEAK_NOISE_CURVES] == 1000);
    free(block);
    c.last = 0.01, c.level = 5; /* five parameters follow all of one or two independent points */
    block = make_curves(&c, truth);
    o.baseline = 1;
    assert_ok(vitro_peak_noise(block, 61, 1000, &o, noise));
    assert_true(noise[VITRO_PEAK_NOISE_SQUARE] == 0);
    free(truth);
    free(block);
}

static void instruction_sets_agree(void **state) {
    (void)state;
    enum { N = 37 };
    float t[N], weight[N], value[N * PEAK_LANES], residual[N * PEAK_LANES], gain[N * PEAK_LANES], variance[PEAK_LANES];
    peak_theta theta, row;
    peak_window window = {N, t, weight, value};
    uint64_t random = 9;
    for (int z = 0; z < N; z++) t[z] = (float)(2.0 * z / (N - 1) - 1), weight[z] = (float)(0.5 + random_part(&random));
    for (int i = 0; i < N * PEAK_LANES; i++) value[i] = (float)random_normal(&random);
    for (int i = 0; i < PEAK_LANES; i++)
        for (int j = 0; j < PEAK_PARAMETERS; j++) theta[j][i] = (float)(0.2 + random_part(&random)), row[j][i] = (float)random_normal(&random);
    for (int isa = VITRO_ISA_BASELINE; isa <= VITRO_ISA_AVX512; isa++) {
        const vitro_kernels *kernels = vitro_kernels_for((vitro_isa)isa);
        peak_sums sums;
        if (!kernels) continue;
        kernels->peak->sums(&window, theta, &sums);
        kernels->peak->gain(&window, theta, row, residual, gain);
        kernels->peak->variance(weight, N, value, variance);
        for (int l = 0; l < PEAK_LANES; l++) {
            double normal = 0, gradient = 0, chi2 = 0, form = 0;
            for (int z = 0; z < N; z++) {
                double u = (t[z] - theta[PEAK_POSITION][l]) / theta[PEAK_WIDTH][l], e = exp(-0.5 * u * u), h = theta[PEAK_HEIGHT][l];
                double d[PEAK_PARAMETERS] = {e, h * u * e / theta[PEAK_WIDTH][l], h * u * u * e / theta[PEAK_WIDTH][l], 1, t[z]}, sum = 0;
                double r = value[z * PEAK_LANES + l] - weight[z] * (h * e + theta[PEAK_LEVEL][l] + theta[PEAK_TILT][l] * t[z]);
                for (int j = 0; j < PEAK_PARAMETERS; j++) sum += row[j][l] * d[j];
                assert_near(residual[z * PEAK_LANES + l], r, 1e-5);
                assert_near(gain[z * PEAK_LANES + l], weight[z] * sum, 1e-4);
                normal += weight[z] * weight[z] * d[PEAK_WIDTH] * d[PEAK_TILT];
                gradient += weight[z] * d[PEAK_POSITION] * r;
                chi2 += r * r;
                for (int k = 0; k < N; k++) form += value[z * PEAK_LANES + l] * value[k * PEAK_LANES + l] * weight[abs(z - k)];
            }
            assert_near(sums.normal[PEAK_PAIRS - 3][l], normal, 1e-4);
            assert_near(sums.gradient[PEAK_POSITION][l], gradient, 1e-4 * (1 + fabs(gradient)));
            assert_near(sums.chi2[l], chi2, 1e-4 * chi2);
            assert_near(variance[l], form, 1e-4 * (10 + fabs(form)));
        }
    }
}

/* What the curve of each shape comes to; x from -1 to 1. */
static double shape(int kind, double x, uint64_t *random) {
    switch (kind) {
    case 0: return 3;                                            /* constant */
    case 1: return 2 - x;                                        /* a maximum at the end */
    case 2: return exp(2 * x);
    case 3: return x * x;                                        /* a minimum */
    case 4: return x > 0.31 && x < 0.33 ? NAN : exp(-20 * x * x);
    case 5: return x > 0.9 ? INFINITY : exp(-20 * x * x);
    case 6: return 100 + random_normal(random);                  /* noise only */
    case 7: return -5 + exp(-20 * x * x);                        /* nothing above zero */
    default: return exp(-20 * x * x) + 0.001 * random_normal(random);
    }
}

static void what_is_no_peak(void **state) {
    (void)state;
    enum { KINDS = 9, COPIES = 20, N = KINDS * COPIES, POINTS = 60 };
    static float block[POINTS * N];
    uint64_t random = 4;
    for (int i = 0; i < N; i++)
        for (int z = 0; z < POINTS; z++) block[z * N + i] = (float)shape(i % KINDS, 2.0 * z / (POINTS - 1) - 1, &random);
    const int expected[KINDS] = {VITRO_PEAK_NO_MAXIMUM, VITRO_PEAK_NO_MAXIMUM, VITRO_PEAK_NO_MAXIMUM, VITRO_PEAK_NO_MAXIMUM, VITRO_PEAK_NOT_A_NUMBER,
                                 VITRO_PEAK_NOT_A_NUMBER, -1, VITRO_PEAK_NO_MAXIMUM, VITRO_PEAK_GOOD};
    for (int model = 0; model < 3; model++) {
        vitro_peak_options o = {model, 0, 0, POINTS, -1, 2.0 / (POINTS - 1), NULL};
        float *maps = peak_maps_of(block, POINTS, N, &o);
        for (int i = 0; i < N; i++) {
            int status = (int)maps[STATUS * N + i];
            if (expected[i % KINDS] >= 0) CHECK(status == expected[i % KINDS], "model %d, shape %d: status %d", model, i % KINDS, status);
            for (int k = 0; k < STATUS; k++)
                if (expected[i % KINDS] >= 0) assert_true(isnan(maps[k * N + i]) == (status != VITRO_PEAK_GOOD));
        }
        free(maps);
    }
}

/* Curves of noise alone on a line: hardly any passes for a peak. */
static void noise_is_no_peak(void **state) {
    (void)state;
    enum { N = 2000 };
    peak_curves c = {.points = 40, .curves = N, .step = 0.02, .height = 0, .middle = 0.4, .width = 0.08, .noise = 1, .level = 5, .last = 0.5, .seed = 2};
    double *truth = malloc(sizeof(double) * N);
    float *block = make_curves(&c, truth);
    vitro_peak_options o = whole_range(&c, VITRO_GAUSSIAN, 1);
    float *maps = peak_maps_of(block, c.points, N, &o);
    int good = 0;
    for (int i = 0; i < N; i++) good += maps[STATUS * N + i] == VITRO_PEAK_GOOD && maps[FULL_WIDTH * N + i] > 4 * c.step;
    printf("peaks of more than 4 points in noise: %d of %d curves\n", good, N);
    assert_true(good < 0.2 * N);
    free(truth);
    free(block);
    free(maps);
}

static void few_curves(void **state) {
    (void)state;
    peak_curves c = clean();
    c.curves = 1, c.noise = 0.05;
    double truth, noise[VITRO_PEAK_NOISE(61)];
    float *block = make_curves(&c, &truth), maps[MAPS];
    vitro_peak_options o = whole_range(&c, VITRO_GAUSSIAN, 0);
    assert_ok(vitro_peak_noise(block, 61, 1, &o, noise));
    assert_ok(vitro_peak_maps(block, 61, 1, &o, noise, maps));
    double bound = 0.05 / 2.5 * sqrt(2 * 0.02 * 0.09 / 1.7724539);
    CHECK(maps[SIGMA] > 0.4 * bound && maps[SIGMA] < 2 * bound, "sigma %g of one curve, bound %g", maps[SIGMA], bound);
    for (int z = 0; z < 61; z++) block[z] = NAN; /* nothing to learn from, nothing measured */
    assert_ok(vitro_peak_noise(block, 61, 1, &o, noise));
    assert_true(noise[VITRO_PEAK_NOISE_SQUARE] == 0 && noise[VITRO_PEAK_NOISE_CURVES] == 0);
    free(block);
    c.noise = 0;
    block = make_curves(&c, &truth);
    assert_ok(vitro_peak_maps(block, 61, 1, &o, noise, maps));
    assert_near(maps[POSITION], truth, 1e-5);
    assert_true(isnan(maps[SIGMA]));
    free(block);
}

static void bad_input(void **state) {
    (void)state;
    float block[20] = {0}, maps[MAPS];
    double noise[VITRO_PEAK_NOISE(20)] = {0};
    const vitro_peak_options fine = {VITRO_GAUSSIAN, 0, 0, 20, 0, 1, NULL};
    vitro_peak_options o = fine;
    assert_fails(vitro_peak_noise(block, 20, 0, &o, noise), VITRO_ARGUMENT, "0 curves");
    o.model = 3;
    assert_fails(vitro_peak_maps(block, 20, 1, &o, noise, maps), VITRO_ARGUMENT, "model 3");
    o = fine, o.count = 4;
    assert_fails(vitro_peak_maps(block, 20, 1, &o, noise, maps), VITRO_ARGUMENT, "4 points");
    o = fine, o.baseline = 1, o.count = 6;
    assert_fails(vitro_peak_maps(block, 20, 1, &o, noise, maps), VITRO_ARGUMENT, "7 to");
    o = fine, o.first = 1;
    assert_fails(vitro_peak_noise(block, 20, 1, &o, noise), VITRO_ARGUMENT, "from point 1");
    o = fine, o.first = -1;
    assert_fails(vitro_peak_noise(block, 20, 1, &o, noise), VITRO_ARGUMENT, "from point -1");
    o = fine, o.axis_step = 0;
    assert_fails(vitro_peak_maps(block, 20, 1, &o, noise, maps), VITRO_ARGUMENT, "steps of 0");
    o = fine, o.axis_first = NAN;
    assert_fails(vitro_peak_maps(block, 20, 1, &o, noise, maps), VITRO_ARGUMENT, "begins at");
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(numbers_of_a_gaussian), cmocka_unit_test(numbers_of_other_shapes), cmocka_unit_test(models_agree),
        cmocka_unit_test(units_and_scales_do_not_matter), cmocka_unit_test(numbers_do_not_depend_on_the_block), cmocka_unit_test(noise_is_learned),
        cmocka_unit_test(instruction_sets_agree), cmocka_unit_test(what_is_no_peak), cmocka_unit_test(noise_is_no_peak), cmocka_unit_test(few_curves),
        cmocka_unit_test(bad_input)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
