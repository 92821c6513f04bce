/* SPDX-License-Identifier: GPL-3.0-or-later
 * Correlation of two maps against naive sums, known numbers and bad input. */
#include "smooth_maps.h"

enum { W = 23, H = 17, N = W * H, LAGS = 9 };

static void fill(float *a, float *b, uint64_t seed) {
    for (int i = 0; i < N; i++) {
        a[i] = (float)random_normal(&seed);
        b[i] = (float)(0.5 * a[i] + random_normal(&seed));
    }
    a[5] = b[40] = NAN;
    b[5] = INFINITY;
}

static double naive_pearson(const double *x, const double *y, int n) {
    double mx = 0, my = 0, xx = 0, yy = 0, xy = 0;
    for (int i = 0; i < n; i++) mx += x[i] / n, my += y[i] / n;
    for (int i = 0; i < n; i++) xx += (x[i] - mx) * (x[i] - mx), yy += (y[i] - my) * (y[i] - my), xy += (x[i] - mx) * (y[i] - my);
    return xy / sqrt(xx * yy);
}

static void coefficients_are_the_plain_ones(void **state) {
    (void)state;
    float a[N], b[N];
    double p[VITRO_PAIR_FIELDS], s[VITRO_PAIR_FIELDS], pixels, x[N], y[N], rx[N], ry[N];
    int n = 0;
    fill(a, b, 3);
    for (int i = 100; i < 110; i++) a[i] = 1; /* ties */
    assert_ok(vitro_correlate_pair(a, b, W, H, 50, p, s, &pixels));
    for (int i = 0; i < N; i++)
        if (isfinite(a[i]) && isfinite(b[i])) x[n] = a[i], y[n++] = b[i];
    for (int i = 0; i < n; i++) {
        rx[i] = ry[i] = 0;
        for (int k = 0; k < n; k++) rx[i] += (x[k] < x[i]) + 0.5 * (x[k] == x[i]), ry[i] += (y[k] < y[i]) + 0.5 * (y[k] == y[i]);
    }
    assert_true(pixels == N - 2 && n == N - 2);
    assert_near(p[VITRO_PAIR_COEFFICIENT], naive_pearson(x, y, n), 1e-9);
    assert_near(s[VITRO_PAIR_COEFFICIENT], naive_pearson(rx, ry, n), 1e-9);
    assert_true(p[VITRO_PAIR_CHANCE] < 1e-8 && p[VITRO_PAIR_CHANCE_BY_SHIFTS] <= 3.0 / 51);
    assert_near(p[VITRO_PAIR_ERROR], (1 - pow(p[0], 2)) / sqrt(p[VITRO_PAIR_NUMBER]), 1e-12);
}

/* Two-sided chances of Student's t from tables: n pixels of an uncorrelated pattern, n_eff = n. */
static void chances_are_those_of_tables(void **state) {
    (void)state;
    float a[N], b[N];
    double p[VITRO_PAIR_FIELDS], s[VITRO_PAIR_FIELDS], pixels;
    fill(a, b, 8);
    for (double target = 1.0; target < 4; target += 0.5) {
        for (int i = 0; i < N; i++) b[i] = (float)(target * 0.02 * a[i] + b[i] - 0.5 * a[i] * (target == 1.0));
        assert_ok(vitro_correlate_pair(a, b, W, H, 0, p, s, &pixels));
        double freedom = p[VITRO_PAIR_NUMBER] - 2, t = fabs(p[0]) * sqrt(freedom / (1 - p[0] * p[0])), area = 0;
        for (double u = t; u < t + 40; u += 1e-3) area += 1e-3 * pow(1 + (u + 5e-4) * (u + 5e-4) / freedom, -0.5 * (freedom + 1));
        double expected = 2 * area * exp(lgamma(0.5 * (freedom + 1)) - lgamma(0.5 * freedom)) / sqrt(3.141592653589793 * freedom);
        assert_near(p[VITRO_PAIR_CHANCE], expected, 1e-5 + 1e-3 * expected);
        assert_true(isnan(p[VITRO_PAIR_CHANCE_BY_SHIFTS]));
    }
}

static void lags_against_naive_sums(void **state) {
    (void)state;
    float a[N], b[N], image[(2 * LAGS + 1) * (2 * LAGS + 1)];
    double curves[VITRO_CROSS_CURVES * (LAGS + 1)], x[N], y[N], mx = 0, my = 0, sx = 0, sy = 0, n = 0;
    fill(a, b, 5);
    assert_ok(vitro_cross_correlation(a, b, W, H, LAGS, image, curves));
    for (int i = 0; i < N; i++)
        if (isfinite(a[i]) && isfinite(b[i])) mx += a[i], my += b[i], n++;
    for (int i = 0; i < N; i++) {
        int good = isfinite(a[i]) && isfinite(b[i]);
        x[i] = good ? a[i] - mx / n : NAN;
        y[i] = good ? b[i] - my / n : NAN;
        if (good) sx += x[i] * x[i] / n, sy += y[i] * y[i] / n;
    }
    for (int dy = -LAGS; dy <= LAGS; dy++)
        for (int dx = -LAGS; dx <= LAGS; dx++) {
            double sum = 0, pairs = 0;
            for (int v = 0; v < H; v++)
                for (int u = 0; u < W; u++) {
                    if (u + dx < 0 || u + dx >= W || v + dy < 0 || v + dy >= H) continue;
                    double product = x[v * W + u] * y[(v + dy) * W + u + dx];
                    if (isfinite(product)) sum += product, pairs++;
                }
            assert_near(image[(dy + LAGS) * (2 * LAGS + 1) + dx + LAGS], sum / pairs / sqrt(sx * sy), 1e-6);
        }
    assert_near(curves[LAGS + 1], image[LAGS * (2 * LAGS + 1) + LAGS], 1e-6);
    for (int way = 0; way < 4; way++) assert_near(curves[(3 + way) * (LAGS + 1)], curves[LAGS + 1], 1e-12);
}

/* The second map is the first, moved by 3 px to the right and 3 up: that is where the maximum lies, and in which direction. */
static void moved_map(void **state) {
    (void)state;
    float a[N], b[N], image[(2 * LAGS + 1) * (2 * LAGS + 1)];
    double curves[VITRO_CROSS_CURVES * (LAGS + 1)];
    uint64_t random = 6;
    for (int i = 0; i < N; i++) a[i] = (float)random_normal(&random);
    for (int i = 0; i < N; i++) b[i] = i % W >= 3 && i / W < H - 3 ? a[i - 3 + 3 * W] : (float)random_normal(&random);
    assert_ok(vitro_cross_correlation(a, b, W, H, LAGS, image, curves));
    assert_near(image[(LAGS - 3) * (2 * LAGS + 1) + LAGS + 3], 1, 0.15);
    const double *by = curves + 3 * (LAGS + 1);
    for (int way = 0; way < 4; way++)
        if (way != 1) CHECK(by[LAGS + 1 + 4] > by[way * (LAGS + 1) + 4] + 0.03, "%g at 45 degrees, %g at %d", by[LAGS + 1 + 4], by[way * (LAGS + 1) + 4], 45 * way);
}

static void histogram(void **state) {
    (void)state;
    float a[6] = {0, 1, 2, 2, NAN, 9}, b[6] = {0, 0, 4, 4, 1, 1}, out[4];
    const double range[4] = {0, 2, 0, 4};
    assert_ok(vitro_joint_histogram(a, b, 6, 2, range, out));
    assert_true(out[0] == 0 && out[1] == 2 && out[2] == 1 && out[3] == 1);
    const double none[4] = {1, 1, 0, 4};
    assert_fails(vitro_joint_histogram(a, b, 6, 2, none, out), VITRO_ARGUMENT, "histogram");
}

static void bad_input(void **state) {
    (void)state;
    float a[N], b[N], image[9];
    double p[VITRO_PAIR_FIELDS], s[VITRO_PAIR_FIELDS], pixels, curves[2 * VITRO_CROSS_CURVES];
    fill(a, b, 1);
    assert_fails(vitro_correlate_pair(a, b, 0, H, 0, p, s, &pixels), VITRO_ARGUMENT, "0 x 17");
    assert_fails(vitro_cross_correlation(a, b, W, H, 17, image, curves), VITRO_ARGUMENT, "17 px");
    assert_fails(vitro_cross_correlation(a, b, W, H, 0, image, curves), VITRO_ARGUMENT, "0 px");
    for (int i = 0; i < N; i++) b[i] = 3;
    assert_fails(vitro_correlate_pair(a, b, W, H, 0, p, s, &pixels), VITRO_DATA, "second map is constant");
    assert_fails(vitro_correlate_pair(b, a, W, H, 0, p, s, &pixels), VITRO_DATA, "first map is constant");
    assert_fails(vitro_cross_correlation(a, b, W, H, 1, image, curves), VITRO_DATA, "constant");
    for (int i = 3; i < N; i++) a[i] = NAN;
    assert_fails(vitro_correlate_pair(a, b, W, H, 0, p, s, &pixels), VITRO_DATA, "3 pixels");
    assert_ok(vitro_correlate_pair((float[]){1, 2, 3, 5}, (float[]){1, 2, 3, 5}, 2, 2, 0, p, s, &pixels)); /* the least */
    assert_near(p[0], 1, 1e-12);
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(coefficients_are_the_plain_ones), cmocka_unit_test(chances_are_those_of_tables),
                                       cmocka_unit_test(lags_against_naive_sums), cmocka_unit_test(moved_map), cmocka_unit_test(histogram), cmocka_unit_test(bad_input)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
