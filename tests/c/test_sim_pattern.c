/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Expected patterns of the simulated glass.
 */
#include "sim_check.h"

static sim_glass new_glass(int size) {
    sim_glass glass;
    assert_int_equal(sim_glass_new(size, size, 0, &glass), VITRO_OK);
    return glass;
}

static void the_ring_is_where_it_is_put(void **state) {
    (void)state;
    sim_glass glass = new_glass(256);
    float *mean = malloc(256 * 256 * sizeof *mean);
    const sim_pattern patterns[] = {
        {.center = {127.5, 127.5}, .V = {1, 0, 1}, .E = {1, 0, 1}},
        {.center = {131.3, 124.1}, .V = {1.02, 0, 0.99}, .E = {1, 0, 1}},
        {.center = {126.2, 129.9}, .V = {1, 0.015, 1.01}, .E = {1, 0, 1}},
        {.center = {128, 128}, .V = {1.01, -0.01, 0.985}, .E = {1.008, 0.006, 1 / 1.008 * (1 + 0.006 * 0.006)}},
    };
    for (size_t i = 0; i < sizeof patterns / sizeof *patterns; i++) {
        sim_pattern p = patterns[i];
        p.counts = 1e6;
        sim_expected(&glass, &p, mean);
        for (int deg = 0; deg < 360; deg += 15) {
            double e[2], v[2], angle = deg * degree, round = stretched(p.E, cos(angle), -sin(angle), e);
            double expected = glass.ring_radius / stretched(p.V, e[0], e[1], v);
            assert_near(ring_radius_at(mean, &glass, p.center, angle, round), expected, 0.06);
        }
    }
    free(mean);
    sim_glass_free(&glass);
}

static void counts_are_positive_and_sum_up(void **state) {
    (void)state;
    sim_glass glass = new_glass(128);
    float *mean = malloc(128 * 128 * sizeof *mean);
    for (int kind = 0; kind < 16; kind++) {
        sim_pattern p = sim_pattern_default(&glass);
        p.counts = 2.5e5;
        p.V[0] = kind & 8 ? 1.1 : 0.9;
        p.background = kind & 4 ? 0.5 : 0;
        p.ring_added = (kind & 2) != 0;
        p.beam_stop = kind & 1;
        double sum = 0, amplitude = sim_expected(&glass, &p, mean);
        for (int y = 0; y < 128; y++)
            for (int x = 0; x < 128; x++) {
                if (p.beam_stop && sim_behind_stop(&glass, x, y))
                    assert_true(mean[y * 128 + x] == 0);
                else
                    assert_true(mean[y * 128 + x] > 0);
                sum += mean[y * 128 + x];
            }
        assert_near(sum, p.counts, 1e-4 * p.counts);
        assert_near(sim_fill(&glass, &p, amplitude, mean), p.counts, 1e-6 * p.counts);
    }
    free(mean);
    sim_glass_free(&glass);
}

static void the_stop_hides_the_direct_beam(void **state) {
    (void)state;
    sim_glass glass = new_glass(256);
    float *with = malloc(65536 * sizeof *with), *without = malloc(65536 * sizeof *without);
    sim_pattern p = sim_pattern_default(&glass);
    sim_expected(&glass, &p, without);
    p.direct_beam = 1;
    sim_expected(&glass, &p, with);
    assert_true(with[128 * 256 + 128] > 10 * with[128 * 256 + 198]);
    assert_near(with[128 * 256 + 198], without[128 * 256 + 198], 1e-3);
    p.beam_stop = 1;
    sim_expected(&glass, &p, with);
    assert_true(with[128 * 256 + 128] == 0 && with[128 * 256 + 60] > 0 && with[110 * 256] == 0);
    free(with);
    free(without);
    sim_glass_free(&glass);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_ring_is_where_it_is_put),
        cmocka_unit_test(counts_are_positive_and_sum_up),
        cmocka_unit_test(the_stop_hides_the_direct_beam),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
