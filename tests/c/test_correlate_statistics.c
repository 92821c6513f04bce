/* SPDX-License-Identifier: GPL-3.0-or-later
 * The test of correlation between maps whose pixels are alike over some distance: how often independent maps seem correlated, and truly
 * correlated ones are found. */
#include "smooth_maps.h"

enum { SIDE = 64, N = SIDE * SIDE };

typedef struct {
    double pearson, spearman, shifts, plain, number, scatter, error;
} outcome;

static outcome draw(int draws, double length_a, double length_b, double rho, int shifts, uint64_t seed) {
    static float a[N], b[N];
    double p[VITRO_PAIR_FIELDS], s[VITRO_PAIR_FIELDS], pixels, sum = 0, square = 0;
    outcome o = {0};
    for (int i = 0; i < draws; i++) {
        two_maps(&seed, SIDE, length_a, length_b, rho, a, b);
        assert_ok(vitro_correlate_pair(a, b, SIDE, SIDE, shifts, p, s, &pixels));
        o.pearson += (p[VITRO_PAIR_CHANCE] < 0.05) / (double)draws;
        o.spearman += (s[VITRO_PAIR_CHANCE] < 0.05) / (double)draws;
        o.shifts += (p[VITRO_PAIR_CHANCE_BY_SHIFTS] < 0.05) / (double)draws;
        o.plain += (fabs(p[0]) * sqrt((N - 2) / (1 - p[0] * p[0])) > 1.96) / (double)draws;
        o.number += p[VITRO_PAIR_NUMBER] / draws;
        o.error += p[VITRO_PAIR_ERROR] / draws;
        sum += p[0] / draws;
        square += p[0] * p[0] / draws;
    }
    o.scatter = sqrt(square - sum * sum);
    printf("lengths %.1f and %.1f px, true correlation %.1f: p < 0.05 in %.1f %%, ranks %.1f %%, shifts %.1f %%, plain test %.1f %%; n_eff %.0f; scatter %.4f, error %.4f\n",
           length_a, length_b, rho, 100 * o.pearson, 100 * o.spearman, 100 * o.shifts, 100 * o.plain, o.number, o.scatter, o.error);
    return o;
}

static void independent_maps(void **state) {
    (void)state;
    const double lengths[3][2] = {{5, 5}, {5, 2}, {0.5, 0.5}};
    for (int i = 0; i < 3; i++) {
        outcome o = draw(i == 0 ? 1000 : 400, lengths[i][0], lengths[i][1], 0, 0, 100 + (uint64_t)i);
        CHECK(fabs(o.pearson - 0.05) <= 0.02, "p < 0.05 in %.3f", o.pearson);
        CHECK(fabs(o.spearman - 0.05) <= 0.02, "p < 0.05 in %.3f by ranks", o.spearman);
        CHECK(i == 2 || o.plain > 0.3, "the plain test says %.3f", o.plain);
        assert_near(o.error / o.scatter, 1, 0.1);
    }
}

static void random_shifts_agree(void **state) {
    (void)state;
    outcome o = draw(200, 5, 5, 0, 99, 7);
    CHECK(fabs(o.shifts - 0.05) <= 0.04, "p < 0.05 in %.3f by shifts", o.shifts);
}

/* Fisher's z: the chance to find rho is that of a normal number beyond 1.96 - atanh(rho) sqrt(n_eff - 3). */
static void correlated_maps_are_found(void **state) {
    (void)state;
    outcome none = draw(200, 5, 5, 0, 0, 4), o = draw(500, 5, 5, 0.3, 0, 5);
    double power = 0.5 * erfc((1.96 - atanh(0.3) * sqrt(none.number - 3)) / sqrt(2));
    printf("found in %.1f %%, closed form %.1f %%\n", 100 * o.pearson, 100 * power);
    CHECK(fabs(o.pearson - power) < 0.05, "found in %.3f, closed form %.3f", o.pearson, power);
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(independent_maps), cmocka_unit_test(random_shifts_agree), cmocka_unit_test(correlated_maps_are_found)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
