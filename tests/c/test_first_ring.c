/* SPDX-License-Identifier: GPL-3.0-or-later
 * Radial profile, first ring and the instrument's ellipse, against the simulator's truth. */
#include "mean_patterns.h"

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
        CHECK(fabs(ring[0] / brightest_radius(&other, &p) - 1) < 0.02, "ring of %.2f px, beam %g, stop %d: found at %.2f px", brightest_radius(&other, &p), p.direct_beam, p.beam_stop, ring[0]);
        assert_true(ring[1] > 0.6 * ring[0] && ring[1] < 0.85 * ring[0] && ring[2] > 1.15 * ring[0] && ring[2] < 1.5 * ring[0]);
        free(mean);
        free(mask);
        sim_glass_free(&other);
    }
}

/* A bright disc of the direct beam, wide and with a sharp rim, is no ring, nor is the rim of a stop that lets some light through. */
static void test_first_ring_beside_a_disc(void **state) {
    (void)state;
    static const double round[3] = {1, 0, 1};
    sim_pattern p = sim_pattern_default(&glass);
    for (int k = 0; k < 10; k++) {
        double radius = 6 + 7 * (k / 2);
        float *mean = mean_pattern(&glass, &p, 16, 7), profile[181];
        double ring[3];
        for (int i = 0; i < AREA; i++)
            if (hypot(i % SIDE - p.center[0], i / SIDE - p.center[1]) < radius) mean[i] = k % 2 ? 0.1f * mean[i] : mean[i] + 5000;
        assert_ok(vitro_radial_profile(mean, NULL, SIDE, SIDE, p.center, round, 181, profile));
        assert_ok(vitro_find_ring(profile, 181, ring));
        CHECK(fabs(ring[0] - brightest_radius(&glass, &p)) < 1.4, "%s disc of %g px: ring found at %.2f px", k % 2 ? "dark" : "bright", radius, ring[0]);
        free(mean);
    }
}

static double fall_off(int shape, double r, double length) {
    double x = r / length;
    return shape == 0 ? 1 : shape == 1 ? exp(-x) : shape == 2 ? exp(-x * x / 2) : shape == 3 ? 1 / (1 + x * x) : pow(x, -2.5);
}

static void test_profiles_without_a_ring(void **state) {
    (void)state;
    float profile[200];
    double ring[3] = {-1, -1, -1};
    for (int k = 0; k < 2; k++) {
        for (int i = 0; i < 200; i++) profile[i] = k ? NAN : 0;
        assert_fails(vitro_find_ring(profile, 200, ring), VITRO_DATA, "no ring");
    }
    for (int shape = 0; shape < 5; shape++)
        for (double length = 12; length < 400; length *= 1.2) {
            for (int i = 0; i < 200; i++) profile[i] = (float)(1e4 * fall_off(shape, i + 0.5, length));
            vitro_status status = vitro_find_ring(profile, 200, ring);
            CHECK(status == VITRO_DATA, "a smooth fall-off, shape %d, length %g px: ring at %g px", shape, length, ring[0]);
        }
    assert_fails(vitro_find_ring(profile, 0, ring), VITRO_DATA, "no ring");
    assert_fails(vitro_find_ring(profile, 1, ring), VITRO_DATA, "no ring");
    assert_true(ring[0] == -1);
}

/* A profile of so many electrons a pixel at 60 px, with a ring of some height at 70 px. */
static void noisy_profile(uint64_t *random, int shape, double counts, double height, float profile[180]) {
    for (int i = 0; i < 180; i++) {
        double r = i + 0.5, x = (r - 70) / 8, mean = counts * fall_off(shape, r, 60) * (1 + height * exp(-x * x / 2));
        profile[i] = (float)(mean + sqrt(mean / (6.2832 * r)) * random_normal(random));
    }
}

static void test_noise_is_no_ring_and_a_ring_above_it_is_found(void **state) {
    (void)state;
    enum { DRAWS = 200 };
    uint64_t random = 11;
    float profile[180];
    double ring[3];
    for (int shape = 0; shape < 5; shape++) {
        int found = 0, right = 0;
        for (double counts = 0.1; counts < 1e5; counts *= 10) {
            found = 0;
            for (int k = 0; k < DRAWS; k++) {
                noisy_profile(&random, shape, counts, 0, profile);
                found += vitro_find_ring(profile, 180, ring) == VITRO_OK;
            }
            CHECK(found <= 0.12 * DRAWS, "shape %d, %g counts a pixel: a ring in %d of %d profiles of noise", shape, counts, found, DRAWS);
        }
        if (shape == 2) continue; /* a Gaussian's bend hides so weak a ring */
        for (int k = 0; k < DRAWS; k++) {
            noisy_profile(&random, shape, 100, 0.15, profile);
            right += vitro_find_ring(profile, 180, ring) == VITRO_OK && fabs(ring[0] - 69) < 4;
        }
        CHECK(right >= 0.95 * DRAWS, "shape %d: a ring of 15 %% at 100 counts a pixel is found in %d of %d profiles", shape, right, DRAWS);
    }
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

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_radial_profile_of_a_known_pattern),
        cmocka_unit_test(test_first_ring),
        cmocka_unit_test(test_first_ring_beside_a_disc),
        cmocka_unit_test(test_profiles_without_a_ring),
        cmocka_unit_test(test_noise_is_no_ring_and_a_ring_above_it_is_found),
        cmocka_unit_test(test_ellipse_of_the_instrument),
        cmocka_unit_test(test_impossible_ellipses),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
