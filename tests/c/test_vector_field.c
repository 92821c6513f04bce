/* SPDX-License-Identifier: GPL-3.0-or-later
 * Means of vectors and of directors over blocks. */
#include "check.h"

enum { WIDTH = 11, HEIGHT = 7, PIXELS = WIDTH * HEIGHT };

static void test_means_of_vectors(void **state) {
    (void)state;
    float x[PIXELS], y[PIXELS], out[2 * 3 * 2];
    for (int i = 0; i < PIXELS; i++) x[i] = (float)(i % WIDTH), y[i] = (float)(-i / WIDTH);
    vitro_vector_options o = {.width = WIDTH, .height = HEIGHT, .spacing = 4};
    x[0] = NAN;
    for (int i = 0; i < PIXELS; i++)
        if (i % WIDTH >= 8 && i / WIDTH < 3) y[i] = NAN; /* three quarters of a block */
    assert_ok(vitro_vector_means(&o, x, y, out));
    assert_near(out[0], (1.5 * 16) / 15, 1e-6);
    assert_near(out[1], 5.5, 1e-6);
    assert_true(isnan(out[2]) && isnan(out[8]));
    assert_near(out[5], 9, 1e-6); /* the smaller blocks at the edges */
    assert_near(out[11], -5, 1e-6);
}

static void test_directors_have_no_head(void **state) {
    (void)state;
    float length[2] = {2, 2}, angle[2] = {88, -88}, out[2];
    vitro_vector_options o = {.width = 2, .height = 1, .spacing = 2, .polar = 1, .headless = 1};
    assert_ok(vitro_vector_means(&o, length, angle, out));
    assert_near(out[0], 0, 1e-6);
    assert_near(fabs(out[1]), 2 * cos(4 * 0.017453292519943295), 1e-6);
    o.headless = 0;
    assert_ok(vitro_vector_means(&o, length, angle, out));
    assert_near(out[0], 2 * cos(88 * 0.017453292519943295), 1e-6);
    assert_near(out[1], 0, 1e-6);
    angle[1] = -2; /* crossed: they cancel */
    o.headless = 1;
    assert_ok(vitro_vector_means(&o, NULL, angle, out));
    assert_near(hypot(out[0], out[1]), 0, 1e-6);
    float x[2] = {-3, -3}, y[2] = {4, 4};
    o.polar = 0;
    assert_ok(vitro_vector_means(&o, x, y, out));
    assert_near(out[0], 3, 1e-6);
    assert_near(out[1], -4, 1e-6);
}

static void test_bad_input(void **state) {
    (void)state;
    float x[4] = {0}, out[8];
    vitro_vector_options o = {.width = 2, .height = 2, .spacing = 0};
    assert_fails(vitro_vector_means(&o, x, x, out), VITRO_ARGUMENT, "every 0");
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_means_of_vectors), cmocka_unit_test(test_directors_have_no_head), cmocka_unit_test(test_bad_input)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
