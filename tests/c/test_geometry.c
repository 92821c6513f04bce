/* SPDX-License-Identifier: GPL-3.0-or-later
 * Mask, centre, ring and ellipse found on mean patterns of the simulator, whose truth is known, and on patterns that have
 * none. */
#include "check.h"
#include "sim.h"

enum { SIDE = 256, AREA = SIDE * SIDE };

static sim_glass glass; /* SIDE x SIDE, ring of 70 px */

static int set_up(void **state) {
    (void)state;
    return sim_glass_new(SIDE, SIDE, 70, &glass);
}

static int tear_down(void **state) {
    (void)state;
    sim_glass_free(&glass);
    return 0;
}

/* Mean of many patterns: `frames` times the pattern's counts drawn at once, shared out. */
static float *mean_pattern(const sim_glass *g, const sim_pattern *p, double frames, uint64_t seed) {
    int n = g->width * g->height;
    float *mean = malloc(sizeof(float) * (size_t)n);
    sim_poisson *tables = sim_poisson_new();
    sim_expected(g, p, mean);
    for (int i = 0; i < n; i++) mean[i] = (float)(sim_poisson_draw(tables, mean[i] * frames, sim_key(seed, (uint64_t)i)) / frames);
    free(tables);
    return mean;
}

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
        CHECK(fabs(center[j] - p.center[j]) < 0.3, "%d x %d, off by (%g, %g), stop %d, beam %d: centre (%.2f, %.2f), not (%.2f, %.2f)", g->width,
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

/* ---- radial profile and ring --------------------------------------------------------------- */

static void test_radial_profile_of_a_known_pattern(void **state) {
    (void)state;
    enum { W = 60, H = 50, BINS = 40 };
    float mean[W * H], profile[BINS];
    uint8_t mask[W * H] = {0};
    static const double center[2] = {20.25, 31.5}, ellipse[3] = {1.1, 0.05, 0.911363636};
    double sum[BINS] = {0}, n[BINS] = {0};
    for (int i = 0; i < W * H; i++) {
        double x = i % W - center[0], y = i / W - center[1];
        double r = hypot(ellipse[0] * x + ellipse[1] * y, ellipse[1] * x + ellipse[2] * y);
        mean[i] = (float)(i * 37 % 101);
        mask[i] = i % 7 == 0 || ((int)r == 12);
        if (i % 11 == 0) mean[i] = NAN;
        if (mask[i] || i % 11 == 0 || r >= BINS) continue;
        sum[(int)r] += mean[i];
        n[(int)r]++;
    }
    assert_ok(vitro_radial_profile(mean, mask, W, H, center, ellipse, BINS, profile));
    for (int i = 0; i < BINS; i++) {
        if (n[i] == 0) assert_true(isnan(profile[i]));
        else assert_near(profile[i], sum[i] / n[i], 1e-4);
    }
    assert_true(isnan(profile[12]));
    assert_fails(vitro_radial_profile(mean, mask, W, H, center, ellipse, 0, profile), VITRO_ARGUMENT, "0 bins");
    assert_fails(vitro_radial_profile(mean, mask, W, H, center, ellipse, -4, profile), VITRO_ARGUMENT, "-4 bins");
}

/* The intensity's maximum: a little further in than that of s, because the atoms' scattering falls. */
static double brightest_radius(const sim_glass *g, const sim_pattern *p) {
    int top = 0;
    double most = 0;
    for (int i = (int)(0.85 * g->ring_radius * SIM_STEPS_PER_PX); i < 1.15 * g->ring_radius * SIM_STEPS_PER_PX; i++) {
        double value = g->atoms[i] * (1 + g->structure[i]) + p->background * g->background[i];
        if (value > most) top = i;
        most = fmax(most, value);
    }
    return (double)top / SIM_STEPS_PER_PX;
}

static void test_first_ring(void **state) {
    (void)state;
    static const double radii[] = {25, 45, 70, 90};
    for (int k = 0; k < 16; k++) {
        sim_glass other;
        assert_ok(sim_glass_new(SIDE, SIDE, radii[k % 4], &other));
        sim_pattern p = sim_pattern_default(&other);
        p.direct_beam = k / 4 % 2;
        p.beam_stop = k / 8;
        float *mean = mean_pattern(&other, &p, 16, 6), profile[181];
        uint8_t *mask = calloc(AREA, 1);
        static const double round[3] = {1, 0, 1};
        double ring[3];
        for (int i = 0; i < AREA; i++) mask[i] = p.beam_stop && sim_behind_stop(&other, i % SIDE, i / SIDE);
        assert_ok(vitro_radial_profile(mean, mask, SIDE, SIDE, p.center, round, 181, profile));
        assert_ok(vitro_find_ring(profile, 181, ring));
        CHECK(fabs(ring[0] / brightest_radius(&other, &p) - 1) < 0.02, "ring of %.2f px, beam %d, stop %d: found at %.2f px", brightest_radius(&other, &p), p.direct_beam, p.beam_stop, ring[0]);
        assert_true(ring[1] > 0.6 * ring[0] && ring[1] < 0.85 * ring[0] && ring[2] > 1.15 * ring[0] && ring[2] < 1.5 * ring[0]);
        free(mean);
        free(mask);
        sim_glass_free(&other);
    }
}

/* A bright disc of the direct beam, wide and with a sharp rim, is no ring. */
static void test_first_ring_beside_a_disc(void **state) {
    (void)state;
    static const double round[3] = {1, 0, 1};
    sim_pattern p = sim_pattern_default(&glass);
    for (double radius = 6; radius < 30; radius += 7) {
        float *mean = mean_pattern(&glass, &p, 16, 7), profile[181];
        double ring[3];
        for (int i = 0; i < AREA; i++)
            if (hypot(i % SIDE - p.center[0], i / SIDE - p.center[1]) < radius) mean[i] += 5000;
        assert_ok(vitro_radial_profile(mean, NULL, SIDE, SIDE, p.center, round, 181, profile));
        assert_ok(vitro_find_ring(profile, 181, ring));
        CHECK(fabs(ring[0] - brightest_radius(&glass, &p)) < 1.4, "disc of %g px: ring found at %.2f px", radius, ring[0]);
        free(mean);
    }
}

static void test_profiles_without_a_ring(void **state) {
    (void)state;
    float profile[200];
    double ring[3] = {-1, -1, -1};
    for (int k = 0; k < 5; k++) {
        for (int i = 0; i < 200; i++) {
            double r = i + 0.5;
            profile[i] = (float)(k == 0 ? 0 : k == 1 ? 50 : k == 2 ? NAN : k == 3 ? 1e4 * exp(-r / 30) : 1e6 * pow(r, -2.5));
        }
        assert_fails(vitro_find_ring(profile, 200, ring), VITRO_DATA, "no ring");
    }
    assert_fails(vitro_find_ring(profile, 0, ring), VITRO_DATA, "no ring");
    assert_fails(vitro_find_ring(profile, 1, ring), VITRO_DATA, "no ring");
    assert_true(ring[0] == -1);
}

/* ---- ellipse --------------------------------------------------------------------------------- */

static void test_ellipse_of_the_instrument(void **state) {
    (void)state;
    for (int k = 0; k < 6; k++) {
        sim_pattern p = sim_pattern_default(&glass);
        double h = k < 5 ? 0.02 : 0, a = 0.7 * k, xx = 1 + h / 2 * cos(2 * a), yy = 1 - h / 2 * cos(2 * a), xy = h / 2 * sin(2 * a), d = sqrt(xx * yy - xy * xy);
        const double E[3] = {xx / d, xy / d, yy / d};
        memcpy(p.E, E, sizeof E);
        p.center[0] += 1.7;
        p.center[1] -= 2.2;
        p.beam_stop = k % 2;
        float *mean = mean_pattern(&glass, &p, 64, 8);
        uint8_t *mask = calloc(AREA, 1);
        for (int i = 0; i < AREA; i++) mask[i] = p.beam_stop && sim_behind_stop(&glass, i % SIDE, i / SIDE);
        vitro_geometry geometry = {p.center[0] + 0.6, p.center[1] - 0.5, 1, 0, 1, 50, 95, mask};
        double center[2], ellipse[3];
        assert_ok(vitro_find_ellipse(mean, SIDE, SIDE, &geometry, center, ellipse));
        for (int j = 0; j < 3; j++) CHECK(fabs(ellipse[j] - E[j]) < 0.002, "case %d: E %d is %.5f, not %.5f", k, j, ellipse[j], E[j]);
        for (int j = 0; j < 2; j++) assert_near(center[j], p.center[j], 0.3);
        assert_near(ellipse[0] * ellipse[2] - ellipse[1] * ellipse[1], 1, 1e-6);
        free(mean);
        free(mask);
    }
}

static void test_impossible_ellipses(void **state) {
    (void)state;
    sim_pattern p = sim_pattern_default(&glass);
    float *mean = mean_pattern(&glass, &p, 4, 9);
    uint8_t *mask = malloc(AREA);
    memset(mask, 1, AREA);
    static const vitro_geometry wrong[] = {
        {127.5, 127.5, 1, 0, 1, 95, 50, NULL},  {127.5, 127.5, 1, 0, 1, 50, 50, NULL}, {127.5, 127.5, 1, 0, 1, NAN, 95, NULL},
        {127.5, 127.5, 1, 0, 1, 50, NAN, NULL}, {NAN, 127.5, 1, 0, 1, 50, 95, NULL},   {127.5, 1e9, 1, 0, 1, 50, 95, NULL},
        {127.5, 127.5, 0, 0, 0, 50, 95, NULL},  {127.5, 127.5, 1, 0, 1, 300, 400, NULL}, {127.5, 127.5, 1, 0, 1, 50, 1e12, NULL},
    };
    double center[2] = {-1, -1}, ellipse[3] = {-1, -1, -1};
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        vitro_status status = vitro_find_ellipse(mean, SIDE, SIDE, &wrong[i], center, ellipse);
        CHECK(status == VITRO_ARGUMENT, "case %zu: %d, %s", i, status, vitro_last_error());
    }
    vitro_geometry hidden = {127.5, 127.5, 1, 0, 1, 50, 95, mask};
    assert_fails(vitro_find_ellipse(mean, SIDE, SIDE, &hidden, center, ellipse), VITRO_DATA, "unmasked");
    for (int i = 0; i < AREA; i++) mask[i] = i % SIDE < 150; /* a third of the ring: no shape of it */
    vitro_status status = vitro_find_ellipse(mean, SIDE, SIDE, &hidden, center, ellipse);
    if (status == VITRO_OK) CHECK(fabs(ellipse[0] - 1) < 0.01, "E_xx %.4f from a third of the ring", ellipse[0]);
    free(mean);
    free(mask);
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
        cmocka_unit_test(test_radial_profile_of_a_known_pattern),
        cmocka_unit_test(test_first_ring),
        cmocka_unit_test(test_first_ring_beside_a_disc),
        cmocka_unit_test(test_profiles_without_a_ring),
        cmocka_unit_test(test_ellipse_of_the_instrument),
        cmocka_unit_test(test_impossible_ellipses),
        cmocka_unit_test(test_patterns_with_nothing_to_find),
        cmocka_unit_test(test_impossible_sizes),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
