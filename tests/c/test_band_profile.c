/* SPDX-License-Identifier: GPL-3.0-or-later
 * Profiles across and along a line: a plane comes back whatever the angle, rows are rows, the error is the true scatter, bad input. */
#include "check.h"

enum { WIDTH = 90, HEIGHT = 70, PIXELS = WIDTH * HEIGHT };

static vitro_band band_of(const double *path, int points, double width, int along) { return (vitro_band){WIDTH, HEIGHT, points, along, path, width}; }

static float *profile(const vitro_band *b, const float *maps, int slices) {
    float *out = malloc(sizeof(float) * 3 * (size_t)(slices * vitro_band_bins(b)));
    assert_ok(vitro_band_profile(b, maps, slices, NULL, out));
    return out;
}

static void test_plane(void **state) {
    (void)state;
    float map[PIXELS];
    for (int i = 0; i < PIXELS; i++) map[i] = (float)(5 + 0.25 * (i % WIDTH) - 0.75 * (i / WIDTH));
    for (int angle = 0; angle < 360; angle += 23) {
        double c = cos(angle * 0.017453292519943295), s = sin(angle * 0.017453292519943295);
        double path[4] = {44.3 - 20 * c, 34.8 + 20 * s, 44.3 + 20 * c, 34.8 - 20 * s}; /* y down: counter-clockwise on screen */
        for (int along = 0; along < 2; along++) {
            vitro_band b = band_of(path, 2, 11, along);
            float *out = profile(&b, map, 1);
            int bins = vitro_band_bins(&b);
            assert_int_equal(bins, along ? 41 : 11);
            for (int i = 0; i < bins; i++) {
                double d = vitro_band_distance(&b, i);
                double x = along ? path[0] + d * c : 44.3 - d * s, y = along ? path[1] - d * s : 34.8 - d * c; /* to the left */
                assert_near(out[3 * i], 5 + 0.25 * x - 0.75 * y, 1e-4);
                assert_true(out[3 * i + 1] > 0 && out[3 * i + 2] > 5);
            }
            free(out);
        }
    }
}

static void test_rows_are_rows(void **state) {
    (void)state;
    float map[PIXELS];
    uint64_t random = 2;
    for (int i = 0; i < PIXELS; i++) map[i] = (float)random_normal(&random);
    map[20 * WIDTH + 14] = NAN;
    double path[4] = {10, 20, 30, 20};
    vitro_band b = band_of(path, 2, 1, 1);
    float *out = profile(&b, map, 1);
    for (int i = 0; i <= 20; i++) {
        if (i == 4) assert_true(isnan(out[3 * i]) && out[3 * i + 2] == 0);
        else assert_near(out[3 * i], map[20 * WIDTH + 10 + i], 1e-6);
        assert_true(isnan(out[3 * i + 1]));
    }
    free(out);
    b.band_width = 3;
    out = profile(&b, map, 1);
    for (int i = 0; i <= 20; i++) {
        double v[3], mean = 0, spread = 0;
        int n = 0;
        for (int k = 0; k < 3; k++)
            if (!isnan(map[(19 + k) * WIDTH + 10 + i])) v[n++] = map[(19 + k) * WIDTH + 10 + i];
        for (int k = 0; k < n; k++) mean += v[k] / n;
        for (int k = 0; k < n; k++) spread += (v[k] - mean) * (v[k] - mean);
        assert_near(out[3 * i], mean, 1e-6);
        assert_near(out[3 * i + 1], sqrt(spread / (n - 1) / n), 1e-6);
        assert_near(out[3 * i + 2], n, 1e-5);
    }
    free(out);
}

/* Over many maps of noise the mean scatters by as much as its error says, also between the pixels. */
static void test_error_is_the_scatter(void **state) {
    (void)state;
    enum { MAPS = 300 };
    float *maps = malloc(sizeof(float) * PIXELS * MAPS);
    uint64_t random = 7;
    for (int i = 0; i < PIXELS * MAPS; i++) maps[i] = (float)(3 + random_normal(&random));
    double path[4] = {20.4, 15.2, 61.7, 42.9};
    for (int along = 0; along < 2; along++) {
        vitro_band b = band_of(path, 2, 8, along);
        int bins = vitro_band_bins(&b);
        float *out = profile(&b, maps, MAPS);
        double scatter = 0, stated = 0;
        for (int i = 0; i < MAPS * bins; i++) {
            scatter += (out[3 * i] - 3) * (out[3 * i] - 3);
            stated += (double)out[3 * i + 1] * out[3 * i + 1];
        }
        printf("%s: true scatter over stated error %.3f\n", along ? "along" : "across", sqrt(scatter / stated));
        assert_near(sqrt(scatter / stated), 1, 0.04);
        free(out);
    }
    free(maps);
}

static void test_polyline(void **state) {
    (void)state;
    float map[PIXELS];
    for (int i = 0; i < PIXELS; i++) map[i] = (float)(i % WIDTH + i / WIDTH);
    double path[6] = {10, 10, 40, 10, 40, 50};
    vitro_band b = band_of(path, 3, 1, 1);
    float *out = profile(&b, map, 1);
    assert_int_equal(vitro_band_bins(&b), 71);
    for (int i = 0; i <= 70; i++) assert_near(out[3 * i], 20 + i, 1e-4);
    free(out);
}

/* Lines at 88 and at -88 degrees lie 4 degrees apart. */
static void test_angles(void **state) {
    (void)state;
    float maps[2 * PIXELS], out[2 * 3 * 21];
    for (int i = 0; i < 2 * PIXELS; i++) maps[i] = i / WIDTH % 2 ? 88 : -88;
    double path[4] = {10, 20, 30, 20}, periods[2] = {180, 0};
    vitro_band b = band_of(path, 2, 4, 1);
    assert_ok(vitro_band_profile(&b, maps, 2, periods, out));
    assert_near(fabs(out[0]), 90, 1e-4);
    assert_near(out[1], 2 / sqrt(3), 0.3); /* four rows, the outer ones shared */
    assert_near(out[3 * 21], 0, 1e-4);
    assert_near(out[3 * 21 + 1] / out[1], 44, 0.01);
}

static void test_outside_is_left_out(void **state) {
    (void)state;
    float map[PIXELS];
    for (int i = 0; i < PIXELS; i++) map[i] = 4;
    double path[4] = {-30, 3, 20, 3};
    vitro_band b = band_of(path, 2, 12, 0);
    float *out = profile(&b, map, 1);
    for (int i = 0; i < 12; i++) {
        int inside = 3 - vitro_band_distance(&b, i) >= -0.5;
        if (inside) assert_near(out[3 * i], 4, 1e-6);
        else assert_true(isnan(out[3 * i]));
    }
    free(out);
}

static void test_bad_input(void **state) {
    (void)state;
    float map[PIXELS] = {0}, out[3000];
    double path[4] = {1, 1, 30, 1}, point[4] = {3, 3, 3.2, 3}, far[4] = {-50, -50, -20, -50}, none[4] = {1, NAN, 3, 4};
    vitro_band b = band_of(path, 2, 0, 0);
    assert_fails(vitro_band_profile(&b, map, 1, NULL, out), VITRO_ARGUMENT, "width");
    b = band_of(point, 2, 5, 0);
    assert_fails(vitro_band_profile(&b, map, 1, NULL, out), VITRO_ARGUMENT, "line");
    b = band_of(path, 1, 5, 0);
    assert_fails(vitro_band_profile(&b, map, 1, NULL, out), VITRO_ARGUMENT, "line");
    b = band_of(none, 2, 5, 0);
    assert_fails(vitro_band_profile(&b, map, 1, NULL, out), VITRO_ARGUMENT, "point 0");
    b = band_of(far, 2, 5, 0);
    assert_fails(vitro_band_profile(&b, map, 1, NULL, out), VITRO_DATA, "outside");
    b = band_of(path, 2, 5, 0);
    assert_fails(vitro_band_profile(&b, map, 0, NULL, out), VITRO_ARGUMENT, "maps");
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_plane), cmocka_unit_test(test_rows_are_rows), cmocka_unit_test(test_error_is_the_scatter),
                                       cmocka_unit_test(test_polyline), cmocka_unit_test(test_angles), cmocka_unit_test(test_outside_is_left_out), cmocka_unit_test(test_bad_input)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
