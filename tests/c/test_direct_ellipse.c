/* SPDX-License-Identifier: GPL-3.0-or-later
 * The direct ellipse on rings whose ellipse is known exactly, and on patterns that have none. */
#include "ring_patterns.h"

static const double Q0 = 36.25; /* the middle of the range: what the stretch is measured against */

static vitro_frames frames_of(int type, int64_t n) { return (vitro_frames){SIDE, SIDE, type, VITRO_ISA_BEST, n}; }

/* What is drawn: a ring where |V E (k - centre)| = Q0, on a low background. */
typedef struct {
    double center[2], V[3], E[3];
} drawn;

static const drawn ROUND = {{63.5, 63.5}, {1, 0, 1}, {1, 0, 1}};

static double rho_at(const drawn *d, int i) {
    double x = i % SIDE - d->center[0], y = i / SIDE - d->center[1];
    double u = d->E[0] * x + d->E[1] * y, v = d->E[1] * x + d->E[2] * y;
    return hypot(d->V[0] * u + d->V[1] * v, d->V[1] * u + d->V[2] * v);
}

static void draw_ring(const drawn *d, double height, float *out) {
    for (int i = 0; i < AREA; i++) out[i] = (float)(0.1 * height + height * exp(-0.5 * pow((rho_at(d, i) - Q0) / 3, 2)));
}

static float *measure(const void *frames, int type, int64_t n, const vitro_geometry *geometry) {
    vitro_frames f = frames_of(type, n);
    vitro_job *job;
    assert_ok(vitro_direct_ellipse_new(&f, geometry, 0.95, &job));
    feed_all(job, frames, n, 16, 0, 0);
    return finished(job);
}

/* Centre within 0.06 px and stretch within 0.2 %: a limit of brightness is as coarse as the pixels. */
static void check_found(const drawn *d, const vitro_geometry *geometry, const uint8_t *hidden) {
    float pattern[AREA];
    draw_ring(d, 100, pattern);
    for (int i = 0; hidden && i < AREA; i++)
        if (hidden[i]) pattern[i] = 1e4f;
    float *f = measure(pattern, VITRO_F32, 1, geometry);
    assert_int_equal(status_of(f, 0), 0);
    for (int j = 0; j < 2; j++) assert_near(f[VITRO_RING_CENTER_X + j], d->center[j], 0.06);
    for (int j = 0; j < 3; j++) assert_near(f[VITRO_RING_V_XX + j], d->V[j], 2e-3);
    assert_near(f[VITRO_RING_AMPLITUDE], 100, 25);
    assert_true(isnan(f[VITRO_RING_SLOPE]) && isnan(f[VITRO_RING_WIDTH]) && isnan(f[VITRO_RING_CHI2]));
    for (int j = VITRO_RING_COV_XX_XX; j <= VITRO_RING_COV_YY_YY; j++) assert_true(f[j] >= 0 && f[j] < 4e-6f);
    free(f);
}

static void test_exact_rings(void **state) {
    (void)state;
    static const drawn rings[] = {
        {{63.5, 63.5}, {1, 0, 1}, {1, 0, 1}},
        {{65.8, 61.1}, {1.02, 0.004, 0.985}, {1, 0, 1}},
        {{61.2, 64.9}, {0.98, -0.02, 1.01}, {1.01, 0.006, 0.990134653}},
        {{63.0, 63.2}, {1.05, 0.03, 1.04}, {0.985, -0.012, 1.015374619}},
    };
    for (size_t i = 0; i < sizeof rings / sizeof *rings; i++) {
        vitro_geometry geometry = middle_geometry(NULL);
        geometry.ellipse_xx = rings[i].E[0];
        geometry.ellipse_xy = rings[i].E[1];
        geometry.ellipse_yy = rings[i].E[2];
        check_found(&rings[i], &geometry, NULL);
    }
}

static void test_masked_pixels_are_not_looked_at(void **state) {
    (void)state;
    static const drawn ring = {{62.9, 64.4}, {1.01, -0.008, 0.995}, {1, 0, 1}};
    uint8_t mask[AREA];
    for (int i = 0; i < AREA; i++) mask[i] = fabs(atan2(i / SIDE - 63.5, i % SIDE - 63.5) - 2.2) < 20 * 0.0174533 || i % 97 == 0;
    vitro_geometry geometry = middle_geometry(mask);
    check_found(&ring, &geometry, mask);
}

/* A detector that is not square, with a ring that its edge cuts. */
static void test_ring_cut_by_the_edge(void **state) {
    (void)state;
    enum { WIDE = 128, HIGH = 90 };
    float pattern[AREA];
    drawn d = {{63.1, 57.2}, {1.02, 0.005, 0.98}, {1, 0, 1}};
    draw_ring(&d, 100, pattern);
    vitro_frames frames = {WIDE, HIGH, VITRO_F32, VITRO_ISA_BEST, 1};
    vitro_geometry geometry = {63, 57, 1, 0, 1, RING_LOW, RING_HIGH, NULL};
    vitro_job *job;
    assert_ok(vitro_direct_ellipse_new(&frames, &geometry, 0.95, &job));
    assert_ok(vitro_job_feed(job, pattern, 0, 1));
    float *f = finished(job);
    assert_int_equal(status_of(f, 0), 0);
    assert_near(f[VITRO_RING_CENTER_Y], 57.2, 0.2);
    assert_near(f[VITRO_RING_V_XX] - f[VITRO_RING_V_YY], 0.04, 0.005);
    free(f);
}

static void test_the_same_bits_however_fed_and_typed(void **state) {
    (void)state;
    enum { N = 37 };
    sim_glass glass = glass_of(SIDE, SIDE, 35);
    uint16_t *counts = patterns(&glass, N, 3e5, 0.015, 2, 5, NULL);
    vitro_geometry geometry = middle_geometry(NULL);
    float *expected = NULL;
    for (int type = VITRO_U8; type <= VITRO_F32; type++) {
        void *data = as_type(counts, AREA * N, type);
        for (int way = 0; way < 3; way++) {
            vitro_frames frames = frames_of(type, N);
            vitro_job *job;
            assert_ok(vitro_direct_ellipse_new(&frames, &geometry, 0.95, &job));
            feed_all(job, data, N, 16 << way, 1 << way, way % 2);
            float *out = finished(job);
            if (expected) assert_memory_equal(out, expected, sizeof(float) * N * VITRO_RING_FIELDS);
            if (expected) free(out);
            else expected = out;
        }
        free(data);
    }
    free(expected);
    free(counts);
    sim_glass_free(&glass);
}

/* With noise: no bias worth the name in the strain's shape, and error bars of the right size. */
static void test_noise_gives_errors_of_the_stated_size(void **state) {
    (void)state;
    enum { N = 128 };
    sim_glass glass = glass_of(SIDE, SIDE, 35);
    uint16_t *data = patterns(&glass, N, 1e6, 0, 1, 6, NULL);
    vitro_geometry geometry = middle_geometry(NULL);
    float *out = measure(data, VITRO_U16, N, &geometry);
    int good = 0;
    double z2 = 0, sum = 0, variance = 0;
    for (int i = 0; i < N; i++) {
        const float *f = out + i * VITRO_RING_FIELDS;
        if (status_of(out, i)) continue;
        double e = f[VITRO_RING_V_XX] - f[VITRO_RING_V_YY];
        double v = f[VITRO_RING_COV_XX_XX] + f[VITRO_RING_COV_YY_YY] - 2 * f[VITRO_RING_COV_XX_YY];
        good++;
        sum += e;
        variance += v;
        z2 += e * e;
    }
    CHECK(good > 0.95 * N, "%d of %d measured", good, N);
    CHECK(fabs(sum / good) < 4 * sqrt(z2) / good, "e_xx - e_yy is off by %.4f", sum / good);
    CHECK(z2 > 0.5 * variance && z2 < 2 * variance, "scatter over stated %.2f", sqrt(z2 / variance));
    free(out);
    free(data);
    sim_glass_free(&glass);
}

/* ---- no ellipse ------------------------------------------------------------------------ */

static void test_patterns_without_an_ellipse(void **state) {
    (void)state;
    enum { N = 8 };
    static const int expected[N] = {VITRO_PATTERN_ONE_SIDED, VITRO_PATTERN_ONE_SIDED, VITRO_PATTERN_EMPTY, VITRO_PATTERN_NOT_A_NUMBER,
                                    VITRO_PATTERN_NOT_A_NUMBER, VITRO_PATTERN_NEGATIVE, VITRO_PATTERN_GOOD, VITRO_PATTERN_NOT_A_NUMBER};
    float *data = malloc(sizeof(float) * AREA * N);
    for (int k = 0; k < N; k++) draw_ring(&ROUND, 100, data + k * AREA);
    for (int i = 0; i < AREA; i++) {
        double phi = atan2(i / SIDE - 63.5, i % SIDE - 63.5);
        data[i] *= (float)(1 + 0.5 * cos(phi));                                                              /* brighter on one side */
        data[AREA + i] += (float)(500 * exp(-0.5 * (pow(i % SIDE - 63.5 - Q0, 2) + pow(i / SIDE - 63.5, 2)) / 4)); /* one bright grain */
        data[2 * AREA + i] = 0;
        data[5 * AREA + i] = -data[5 * AREA + i];
    }
    data[3 * AREA + 63 * SIDE + 63 + 36] = NAN;
    data[4 * AREA + 63 * SIDE + 63 + 36] = INFINITY;
    data[6 * AREA] = NAN; /* far from the ring */
    for (int i = 0; i < AREA; i++) data[7 * AREA + i] = NAN;
    vitro_geometry geometry = middle_geometry(NULL);
    float *out = measure(data, VITRO_F32, N, &geometry);
    for (int k = 0; k < N; k++) {
        CHECK(status_of(out, k) == expected[k], "pattern %d: status %d, not %d", k, status_of(out, k), expected[k]);
        for (int j = 0; expected[k] && j < VITRO_RING_FIELDS; j++) assert_true(j == VITRO_RING_STATUS || isnan(out[k * VITRO_RING_FIELDS + j]));
    }
    free(out);
    free(data);
}

static void test_saturated_patterns(void **state) {
    (void)state;
    float ring[AREA];
    uint8_t small[AREA];
    uint16_t wide[AREA];
    vitro_geometry geometry = middle_geometry(NULL);
    draw_ring(&ROUND, 100, ring);
    for (int clipped = 0; clipped < 2; clipped++) {
        for (int i = 0; i < AREA; i++) {
            double value = clipped ? 3 * ring[i] : 2 * ring[i];
            small[i] = (uint8_t)fmin(UINT8_MAX, value);
            wide[i] = (uint16_t)fmin(UINT16_MAX, 270 * value);
        }
        float *a = measure(small, VITRO_U8, 1, &geometry), *b = measure(wide, VITRO_U16, 1, &geometry);
        assert_int_equal(status_of(a, 0), clipped ? VITRO_PATTERN_SATURATED : VITRO_PATTERN_GOOD);
        assert_int_equal(status_of(b, 0), clipped ? VITRO_PATTERN_SATURATED : VITRO_PATTERN_GOOD);
        free(a);
        free(b);
    }
}

/* Flat, and falling off slowly or steeply, without noise and with: the brightest pixels are no ring. */
static void test_patterns_without_a_ring(void **state) {
    (void)state;
    enum { N = 96 };
    float *data = malloc(sizeof(float) * AREA * N);
    uint64_t seed = 4;
    for (int k = 0; k < N; k++)
        for (int i = 0; i < AREA; i++) {
            double r = hypot(i % SIDE - 63.5, i / SIDE - 63.5), level = k / 3 % 4 ? pow(4, k / 3 % 4) : 0;
            double mean = (level > 0 ? level : 10) * (k % 3 == 0 ? 1 : exp((35 - r) / (k % 3 == 1 ? 60 : 20)));
            data[k * AREA + i] = (float)(level > 0 ? floor(fmax(0, mean + sqrt(mean) * random_normal(&seed)) + 0.5) : mean);
        }
    for (int narrow = 0; narrow < 2; narrow++) {
        vitro_geometry geometry = middle_geometry(NULL);
        if (narrow) geometry.ring_min = 29;
        if (narrow) geometry.ring_max = 43;
        float *out = measure(data, VITRO_F32, N, &geometry);
        int good = 0;
        for (int k = 0; k < N; k++) {
            good += status_of(out, k) == VITRO_PATTERN_GOOD;
            if (k / 3 % 4 == 0) assert_int_equal(status_of(out, k), VITRO_PATTERN_NO_RING);
        }
        CHECK(good <= 2, "%d of %d patterns without a ring have got one", good, N);
        free(out);
    }
    free(data);
}

static void test_thresholds(void **state) {
    (void)state;
    vitro_frames frames = frames_of(VITRO_U16, 1);
    vitro_geometry geometry = middle_geometry(NULL);
    static const double wrong[] = {0, 1, -0.5, 95, NAN};
    vitro_job *job = NULL;
    for (int i = 0; i < 5; i++) assert_fails(vitro_direct_ellipse_new(&frames, &geometry, wrong[i], &job), VITRO_ARGUMENT, "threshold");
    assert_null(job);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_exact_rings),
        cmocka_unit_test(test_masked_pixels_are_not_looked_at),
        cmocka_unit_test(test_ring_cut_by_the_edge),
        cmocka_unit_test(test_the_same_bits_however_fed_and_typed),
        cmocka_unit_test(test_noise_gives_errors_of_the_stated_size),
        cmocka_unit_test(test_patterns_without_an_ellipse),
        cmocka_unit_test(test_saturated_patterns),
        cmocka_unit_test(test_patterns_without_a_ring),
        cmocka_unit_test(test_thresholds),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
