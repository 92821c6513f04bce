/* Thickness and density contrast. SPDX-License-Identifier: GPL-3.0-or-later */
#include "check.h"
#include "vitromap.h"

enum { N = 200 };

static void a_wedge_of_even_density_has_its_thickness_and_no_contrast(void **state) {
    (void)state;
    float total[N], zero[N], haadf[N], relative[N], thickness[N], contrast[N];
    for (int i = 0; i < N; i++) {
        double t = 0.1 + 0.01 * i; /* mean free paths */
        total[i] = (float)(1000 + 3 * i);
        zero[i] = (float)(total[i] * exp(-t));
        haadf[i] = (float)(250 * t);
    }
    assert_ok(vitro_thickness(total, zero, haadf, N, 75, relative, thickness, contrast));
    for (int i = 0; i < N; i++) {
        double t = 0.1 + 0.01 * i;
        assert_near(relative[i], t, 1e-6 * (1 + t));
        assert_near(thickness[i], 75 * t, 1e-4);
        assert_near(contrast[i], 0, 1e-3);
    }
}

static void a_denser_part_stands_out_by_its_percentage(void **state) {
    (void)state;
    float total[N], zero[N], haadf[N], relative[N], contrast[N];
    for (int i = 0; i < N; i++) {
        total[i] = 1;
        zero[i] = expf(-0.5f);
        haadf[i] = i < N / 2 ? 1.05f : 0.95f;
    }
    assert_ok(vitro_thickness(total, zero, haadf, N, 0, relative, NULL, contrast));
    assert_near(contrast[0], 5, 1e-4);
    assert_near(contrast[N - 1], -5, 1e-4);
}

static void what_cannot_be_measured_is_nan_and_nothing_at_all_is_an_error(void **state) {
    (void)state;
    float total[6] = {2, 2, 2, 0, NAN, 2}, zero[6] = {1, 0, -1, 1, 1, 4}, haadf[6] = {1, 1, 1, 1, 1, 1}, relative[6], contrast[6];
    assert_ok(vitro_thickness(total, zero, haadf, 6, 0, relative, NULL, contrast));
    assert_near(relative[0], log(2), 1e-6);
    for (int i = 1; i < 5; i++) assert_true(isnan(relative[i]) && isnan(contrast[i]));
    assert_near(relative[5], -log(2), 1e-6); /* noise may do that: it is not hidden */
    assert_true(isnan(contrast[5]));
    assert_int_equal(vitro_thickness(total + 1, zero + 1, NULL, 4, 0, relative, NULL, NULL), VITRO_DATA);
    assert_int_equal(vitro_thickness(total, zero, NULL, 6, 0, relative, contrast, NULL), VITRO_ARGUMENT);
    haadf[0] = 0;
    assert_int_equal(vitro_thickness(total, zero, haadf, 6, 0, relative, NULL, contrast), VITRO_DATA);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_wedge_of_even_density_has_its_thickness_and_no_contrast),
        cmocka_unit_test(a_denser_part_stands_out_by_its_percentage),
        cmocka_unit_test(what_cannot_be_measured_is_nan_and_nothing_at_all_is_an_error),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
