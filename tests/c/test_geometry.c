/* SPDX-License-Identifier: GPL-3.0-or-later
 * Mask and centre found on mean patterns of the simulator, whose truth is known, and on patterns that have none. */
#include "mean_patterns.h"

static int count(const uint8_t *mask, int n) {
    int masked = 0;
    for (int i = 0; i < n; i++) masked += mask[i] != 0;
    return masked;
}

/* ---- mask ---------------------------------------------------------------------------- */

static void check_stop(double counts, double frames, double off, int direct_beam) {
    sim_pattern p = sim_pattern_default(&glass);
    p.counts = counts;
    p.beam_stop = 1;
    p.direct_beam = direct_beam;
    p.center[0] += off;
    p.center[1] -= off / 2;
    float *mean = mean_pattern(&glass, &p, frames, 1);
    uint8_t *mask = malloc(AREA);
    assert_ok(vitro_find_mask(mean, SIDE, SIDE, mask));
    int stop = 0, covered = 0, rest = 0;
    for (int i = 0; i < AREA; i++) {
        int behind = sim_behind_stop(&glass, i % SIDE, i / SIDE);
        stop += behind;
        covered += behind && mask[i];
        rest += !behind && mask[i];
    }
    CHECK(covered >= 0.98 * stop, "%g counts, off by %g: %d of %d px of the stop are masked", counts, off, covered, stop);
    CHECK(rest < 0.03 * (AREA - stop), "%g counts, off by %g: %d px beside the stop are masked", counts, off, rest);
    free(mean);
    free(mask);
}

static void test_the_beam_stop_is_masked(void **state) {
    (void)state;
    check_stop(1e6, 64, 0, 0);
    check_stop(1e5, 64, 0, 0);
    check_stop(1e6, 64, 20, 0);
    check_stop(1e6, 64, 20, 1);
    check_stop(1e6, 1, 0, 0); /* a single pattern */
}

static void test_dead_and_hot_pixels_are_masked(void **state) {
    (void)state;
    sim_pattern p = sim_pattern_default(&glass);
    float *mean = mean_pattern(&glass, &p, 64, 2);
    uint8_t *mask = malloc(AREA);
    uint64_t seed = 9;
    int odd[40];
    for (int k = 0; k < 40; k++) {
        odd[k] = (int)(random_bits(&seed) % AREA);
        mean[odd[k]] = k % 4 == 0 ? 0 : k % 4 == 1 ? 1e5f : k % 4 == 2 ? NAN : 10 * mean[odd[k]];
    }
    mean[0] = mean[SIDE - 1] = 0; /* corners */
    mean[AREA - 1] = INFINITY;
    assert_ok(vitro_find_mask(mean, SIDE, SIDE, mask));
    for (int k = 0; k < 40; k++) CHECK(mask[odd[k]], "pixel (%d, %d), %g, is not masked", odd[k] % SIDE, odd[k] / SIDE, mean[odd[k]]);
    assert_true(mask[0] && mask[SIDE - 1] && mask[AREA - 1]);
    CHECK(count(mask, AREA) <= 43 + 5, "%d px are masked for 43 odd ones", count(mask, AREA));
    free(mean);
    free(mask);
}

static void test_clean_patterns_have_no_mask(void **state) {
    (void)state;
    static const double counts[] = {100, 10, 3, 1, 0.3, 0.05}; /* a pixel */
    static const int sides[] = {SIDE, 128, 64};
    for (int k = 0; k < 36; k++) {
        sim_glass other;
        int side = sides[k % 3], frames = k / 3 % 2 ? 10 : 1;
        assert_ok(sim_glass_new(side, side, 0, &other));
        sim_pattern p = sim_pattern_default(&other);
        p.counts = counts[k / 6] * side * side / frames;
        p.direct_beam = k % 2;
        float *mean = mean_pattern(&other, &p, frames, 3);
        uint8_t *mask = malloc((size_t)(side * side));
        assert_ok(vitro_find_mask(mean, side, side, mask));
        for (int i = 0; i < side * side; i++) /* on a small detector the direct beam is as narrow as a hot pixel: it may go */
            if (p.direct_beam && hypot(i % side - p.center[0], i / side - p.center[1]) < 5) mask[i] = 0;
        CHECK(count(mask, side * side) <= 3, "%d px, %g counts a pixel in %d frames, direct beam %d: %d px are masked", side, counts[k / 6], frames,
              p.direct_beam, count(mask, side * side));
        free(mean);
        free(mask);
        sim_glass_free(&other);
    }
}

/* ---- centre ---------------------------------------------------------------------------- */

static void check_center(const sim_glass *g, double dx, double dy, int stop, int beam, double elliptic) {
    sim_pattern p = sim_pattern_default(g);
    int n = g->width * g->height;
    p.center[0] += dx;
    p.center[1] += dy;
    p.beam_stop = stop;
    p.direct_beam = beam;
    p.E[0] = sqrt(1 + elliptic * elliptic) + elliptic; /* determinant 1, axes at 45 degrees to the pixels half the time */
    p.E[2] = 1 / p.E[0];
    float *mean = mean_pattern(g, &p, 16, 4);
    uint8_t *mask = malloc((size_t)n);
    double center[2];
    assert_ok(vitro_find_mask(mean, g->width, g->height, mask));
    assert_ok(vitro_find_center(mean, mask, g->width, g->height, center));
    for (int j = 0; j < 2; j++)
        CHECK(fabs(center[j] - p.center[j]) < 0.1, "%d x %d, off by (%g, %g), stop %d, beam %d: centre (%.2f, %.2f), not (%.2f, %.2f)", g->width,
              g->height, dx, dy, stop, beam, center[0], center[1], p.center[0], p.center[1]);
    free(mean);
    free(mask);
}

static void test_centre(void **state) {
    (void)state;
    for (int stop = 0; stop < 2; stop++) {
        check_center(&glass, 0.37, -0.21, stop, 0, 0);
        check_center(&glass, 30.4, 11.2, stop, 0, 0);
        check_center(&glass, -17.3, 24.8, stop, 1, 0.01);
        check_center(&glass, 5.5, 5, stop, 1, 0.01);
    }
}

static void test_centre_on_other_detectors(void **state) {
    (void)state;
    static const int size[][2] = {{200, 256}, {256, 200}, {128, 128}, {515, 515}, {97, 131}};
    for (int k = 0; k < 5; k++) {
        sim_glass other;
        assert_ok(sim_glass_new(size[k][0], size[k][1], 0, &other));
        check_center(&other, 6.3, -4.1, k % 2, 0, 0);
        sim_glass_free(&other);
    }
}

/* A centre needs no mask where nothing is hidden, and NaN pixels are as good as masked ones. */
static void test_centre_with_missing_pixels(void **state) {
    (void)state;
    sim_pattern p = sim_pattern_default(&glass);
    p.center[0] += 12.2;
    double center[2], other[2];
    float *mean = mean_pattern(&glass, &p, 16, 5);
    uint8_t *mask = calloc(AREA, 1);
    assert_ok(vitro_find_center(mean, NULL, SIDE, SIDE, center));
    assert_near(center[0], p.center[0], 0.3);
    for (int i = 0; i < AREA; i++) mask[i] = i % 53 == 0 || (i % SIDE > 150 && i / SIDE > 140 && i / SIDE < 160);
    assert_ok(vitro_find_center(mean, mask, SIDE, SIDE, center));
    for (int i = 0; i < AREA; i++)
        if (mask[i]) mean[i] = NAN;
    assert_ok(vitro_find_center(mean, NULL, SIDE, SIDE, other));
    for (int j = 0; j < 2; j++) {
        assert_near(center[j], p.center[j], 0.3);
        assert_true(center[j] == other[j]);
    }
    free(mean);
    free(mask);
}

/* A halo beside the centre draws the centre of inversion away; the ring's roundness does not follow it. */
static void test_centre_beside_a_halo(void **state) {
    (void)state;
    sim_pattern p = sim_pattern_default(&glass);
    double center[2];
    float *mean = mean_pattern(&glass, &p, 16, 10), most = mean[(SIDE / 2 + 70) * SIDE + SIDE / 2];
    for (int i = 0; i < AREA; i++) mean[i] += most * (float)exp(-0.5 * (pow(i % SIDE - 155, 2) + pow(i / SIDE - 120, 2)) / 1600);
    assert_ok(vitro_find_center(mean, NULL, SIDE, SIDE, center));
    for (int j = 0; j < 2; j++) assert_near(center[j], 127.5, 0.7);
    free(mean);
}

/* Inversion alone, on a large detector, which is searched in bins of pixels. */
static void test_centre_without_a_ring(void **state) {
    (void)state;
    enum { W = 610, H = 430 };
    float *mean = malloc(sizeof(float) * W * H);
    double center[2];
    for (int i = 0; i < W * H; i++) mean[i] = (float)(1000 * exp(-0.5 * (pow(i % W - 350.2, 2) + pow(i / W - 190.7, 2)) / 6400));
    assert_ok(vitro_find_center(mean, NULL, W, H, center));
    assert_near(center[0], 350.2, 0.2);
    assert_near(center[1], 190.7, 0.2);
    free(mean);
}

/* ---- patterns without anything to find ---------------------------------------------------------- */

/* All finders on a pattern that has nothing: an answer or an error in words, never a crash, and no centre outside. */
static void check_nothing_found(const float *mean, const uint8_t *mask, int width, int height, int may_have_center) {
    uint8_t *found = malloc((size_t)width * (size_t)height);
    double center[2] = {-1, -1}, ellipse[3];
    assert_ok(vitro_find_mask(mean, width, height, found));
    vitro_status status = vitro_find_center(mean, mask, width, height, center);
    if (status == VITRO_OK) CHECK(may_have_center && center[0] >= 0 && center[0] <= width && center[1] >= 0 && center[1] <= height,
                                  "%d x %d: a centre (%g, %g) was found where there is none", width, height, center[0], center[1]);
    else {
        assert_int_equal(status, VITRO_DATA);
        assert_true(strlen(vitro_last_error()) > 10 && center[0] == -1);
    }
    vitro_geometry geometry = {(width - 1) / 2.0, (height - 1) / 2.0, 1, 0, 1, width / 8.0, width / 3.0, mask};
    assert_true(vitro_find_ellipse(mean, width, height, &geometry, center, ellipse) != VITRO_OK);
    free(found);
}

static void test_patterns_with_nothing_to_find(void **state) {
    (void)state;
    enum { W = 64 };
    float mean[W * W];
    uint8_t mask[W * W];
    memset(mask, 1, sizeof mask);
    static const float value[] = {0, 7, NAN, INFINITY, -3, 3e38f};
    for (int k = 0; k < 6; k++) {
        for (int i = 0; i < W * W; i++) mean[i] = value[k];
        check_nothing_found(mean, NULL, W, W, 0);
    }
    for (int i = 0; i < W * W; i++) mean[i] = (float)(i % 13);
    check_nothing_found(mean, mask, W, W, 0); /* all masked */
    for (int side = 1; side < 8; side++) { /* tiny */
        for (int i = 0; i < side * side; i++) mean[i] = (float)(i % 5 + 1);
        check_nothing_found(mean, NULL, side, side, 1);
        check_nothing_found(mean, NULL, side, 1, 1);
        check_nothing_found(mean, NULL, 1, side, 1);
    }
    for (int i = 0; i < W * W; i++) mean[i] = NAN;
    mean[5] = 3; /* a single pixel */
    check_nothing_found(mean, NULL, W, W, 1);
}

/* Sizes whose number of pixels does not fit are refused before a pixel is looked at. */
static void test_impossible_sizes(void **state) {
    (void)state;
    static const int size[][2] = {{0, 5}, {5, 0}, {-3, 5}, {1 << 16, 1 << 16}, {INT32_MAX, 2}, {46341, 46341}, {INT32_MAX, INT32_MAX}, {INT32_MIN, 4}};
    static const float mean[4] = {1, 2, 3, 4};
    static const double round[3] = {1, 0, 1};
    double center[2] = {0, 0}, ellipse[3];
    float profile[4];
    uint8_t mask[4];
    vitro_geometry geometry = {1, 1, 1, 0, 1, 1, 8, NULL};
    for (int k = 0; k < 8; k++) {
        int w = size[k][0], h = size[k][1];
        assert_fails(vitro_find_mask(mean, w, h, mask), VITRO_ARGUMENT, "pattern of");
        assert_fails(vitro_find_center(mean, NULL, w, h, center), VITRO_ARGUMENT, "pattern of");
        assert_fails(vitro_radial_profile(mean, NULL, w, h, center, round, 4, profile), VITRO_ARGUMENT, "pattern of");
        assert_fails(vitro_find_ellipse(mean, w, h, &geometry, center, ellipse), VITRO_ARGUMENT, "pattern of");
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_the_beam_stop_is_masked),
        cmocka_unit_test(test_dead_and_hot_pixels_are_masked),
        cmocka_unit_test(test_clean_patterns_have_no_mask),
        cmocka_unit_test(test_centre),
        cmocka_unit_test(test_centre_on_other_detectors),
        cmocka_unit_test(test_centre_with_missing_pixels),
        cmocka_unit_test(test_centre_beside_a_halo),
        cmocka_unit_test(test_centre_without_a_ring),
        cmocka_unit_test(test_patterns_with_nothing_to_find),
        cmocka_unit_test(test_impossible_sizes),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
