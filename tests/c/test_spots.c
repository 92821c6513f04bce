/* Spots of a pattern: found, placed to a fraction of a pixel, with honest errors. SPDX-License-Identifier: GPL-3.0-or-later */
#include <stdlib.h>

#include "check.h"
#include "sim.h"
#include "vitromap.h"

#define PI 3.14159265358979323846
enum { SIDE = 96, PIXELS = SIDE * SIDE, MOST = 50 };

/* A disc with an edge of 0.6 px, or with radius 0 a Gaussian of the given width. */
static double spot_shape(double r, double radius, double sigma) { return radius > 0 ? 1 / (1 + exp((r - radius) / 0.6)) : exp(-r * r / (2 * sigma * sigma)); }

static void add_spot(float *image, double x, double y, double height, double radius, double sigma) {
    for (int i = 0; i < PIXELS; i++) image[i] += (float)(height * spot_shape(hypot(i % SIDE - x, i / SIDE - y), radius, sigma));
}

static int64_t find(const float *image, const uint8_t *mask, double minimum, double *spots) {
    vitro_spot_options o = {.center_x = 48, .center_y = 48, .minimum = minimum};
    int64_t count = -1;
    assert_ok(vitro_find_spots(image, mask, SIDE, SIDE, &o, spots, MOST, &count));
    return count;
}

/* Standard deviation of x by photon noise, everything else known or not: by symmetry x stands alone. */
static double bound(double x, double y, double height, double radius, double sigma, double background) {
    double sum = 0, step = 1e-4;
    for (int i = 0; i < PIXELS; i++) {
        double a = spot_shape(hypot(i % SIDE - x - step, i / SIDE - y), radius, sigma), b = spot_shape(hypot(i % SIDE - x + step, i / SIDE - y), radius, sigma);
        double slope = height * (a - b) / (2 * step);
        sum += slope * slope / (background + height * spot_shape(hypot(i % SIDE - x, i / SIDE - y), radius, sigma));
    }
    return 1 / sqrt(sum);
}

static void check_scatter(double height, double radius, double sigma, double background) {
    enum { DRAWS = 200 };
    float image[PIXELS];
    double square = 0, pulls = 0, mean = 0;
    sim_poisson *tables = sim_poisson_new();
    int n = 0, extra = 0;
    for (int d = 0; d < DRAWS; d++) {
        double x = 70 + sin(d * 1.7), y = 40 + cos(d * 2.9), spots[MOST * VITRO_SPOT_FIELDS];
        for (int i = 0; i < PIXELS; i++) image[i] = (float)background;
        add_spot(image, x, y, height, radius, sigma);
        for (int i = 0; i < PIXELS; i++) image[i] = (float)sim_poisson_draw(tables, image[i], sim_key(sim_key(31, d), i));
        extra += find(image, NULL, 7, spots) != 1;
        if (hypot(spots[0] - x, spots[1] - y) > 2) continue;
        double miss = spots[VITRO_SPOT_X] - x;
        n++;
        mean += miss;
        square += miss * miss;
        pulls += miss * miss / (spots[VITRO_SPOT_SIGMA] * spots[VITRO_SPOT_SIGMA]);
    }
    free(tables);
    double limit = bound(70, 40, height, radius, sigma, background);
    CHECK(n >= 0.97 * DRAWS, "radius %g: %d of %d found", radius, n, DRAWS);
    CHECK(extra <= 0.03 * DRAWS, "radius %g: not just the one spot in %d of %d patterns", radius, extra, DRAWS);
    CHECK(sqrt(square / n) < 1.2 * limit, "radius %g, width %g, background %g: scatter %.4f px, bound %.4f", radius, sigma, background, sqrt(square / n), limit);
    CHECK(fabs(mean / n) < 3 * limit / sqrt(n) + 0.05 * limit, "bias %.4f px of a scatter of %.4f", mean / n, limit);
    CHECK(sqrt(pulls / n) > 0.85 && sqrt(pulls / n) < 1.15, "radius %g: scatter over the stated sigma %.2f", radius, sqrt(pulls / n));
}

static void scatter_is_near_the_bound_for_points_and_discs(void **state) {
    (void)state;
    check_scatter(60, 0, 1.2, 10);
    check_scatter(200, 0, 2.0, 30);
    check_scatter(30, 4, 0, 10);
    check_scatter(100, 7, 0, 20);
}

static void a_hexagonal_pattern_has_angles_of_60_degrees(void **state) {
    (void)state;
    float image[PIXELS];
    double spots[MOST * VITRO_SPOT_FIELDS], vectors[MOST * VITRO_VECTOR_FIELDS];
    for (int i = 0; i < PIXELS; i++) image[i] = (float)(50 * exp(-hypot(i % SIDE - 48.3, i / SIDE - 47.6) / 20));
    add_spot(image, 48.3, 47.6, 900, 3, 0);
    for (int k = 0; k < 6; k++) add_spot(image, 48.3 + 30 * cos((17 + 60 * k) * PI / 180), 47.6 - 30 * sin((17 + 60 * k) * PI / 180), 200, 0, 1.5);
    vitro_spot_options o = {.center_x = 48.3, .center_y = 47.6, .minimum = 6, .r_min = 0};
    int64_t count = 0;
    assert_ok(vitro_find_spots(image, NULL, SIDE, SIDE, &o, spots, MOST, &count));
    assert_int_equal(count, 6);
    vitro_geometry g = {.center_x = 48.3, .center_y = 47.6, .ellipse_xx = 1, .ellipse_yy = 1};
    assert_ok(vitro_spot_vectors(&g, spots, count, vectors));
    for (int i = 0; i < 6; i++) {
        const double *v = vectors + i * VITRO_VECTOR_FIELDS;
        assert_near(v[VITRO_VECTOR_LENGTH], 30, 0.03);
        assert_near(v[VITRO_VECTOR_ANGLE], 60, 0.1);
        assert_near(fmod(v[VITRO_VECTOR_AZIMUTH], 60), 17, 0.1);
        assert_near(vectors[(int)v[VITRO_VECTOR_NEXT] * VITRO_VECTOR_FIELDS + VITRO_VECTOR_AZIMUTH], fmod(v[VITRO_VECTOR_AZIMUTH] + 60, 360), 0.15);
    }
    /* the instrument's ellipse is taken off */
    g = (vitro_geometry){.center_x = 48.3, .center_y = 47.6, .ellipse_xx = 1.1, .ellipse_yy = 1 / 1.1};
    assert_ok(vitro_spot_vectors(&g, spots, count, vectors));
    for (int i = 0; i < 6; i++)
        assert_near(vectors[i * VITRO_VECTOR_FIELDS + VITRO_VECTOR_X], 1.1 * (spots[i * VITRO_SPOT_FIELDS + VITRO_SPOT_X] - 48.3), 1e-9);
}

static void noise_alone_has_no_spots_and_masked_ones_are_not_seen(void **state) {
    (void)state;
    float image[PIXELS];
    uint8_t mask[PIXELS] = {0};
    double spots[MOST * VITRO_SPOT_FIELDS];
    sim_poisson *tables = sim_poisson_new();
    int64_t false_ones = 0;
    for (int d = 0; d < 10; d++) {
        for (int i = 0; i < PIXELS; i++) image[i] = (float)sim_poisson_draw(tables, d < 5 ? 40 : 0.5, sim_key(sim_key(8, d), i));
        false_ones += find(image, NULL, 7, spots);
    }
    assert_true(false_ones <= 1);
    for (int i = 0; i < PIXELS; i++) image[i] = (float)sim_poisson_draw(tables, 40, sim_key(9, i));
    free(tables);
    add_spot(image, 20, 20, 300, 0, 1.5);
    add_spot(image, 70, 60, 300, 0, 1.5);
    image[60 * SIDE + 80] = NAN;
    for (int i = 0; i < PIXELS; i++) mask[i] = hypot(i % SIDE - 20, i / SIDE - 20) < 8;
    assert_int_equal(find(image, mask, 7, spots), 1);
    assert_near(spots[VITRO_SPOT_X], 70, 0.2);
    assert_near(spots[VITRO_SPOT_FWHM], 2.355 * 1.5, 0.5);
}

static void wrong_values_and_empty_patterns_are_told(void **state) {
    (void)state;
    float image[PIXELS] = {0};
    double spots[MOST * VITRO_SPOT_FIELDS];
    int64_t count = 5;
    vitro_spot_options o = {.center_x = 48, .center_y = 48, .minimum = 1};
    assert_fails(vitro_find_spots(image, NULL, SIDE, SIDE, &o, spots, MOST, &count), VITRO_ARGUMENT, "at least 3");
    o.minimum = 6;
    o.r_min = 30;
    o.r_max = 20;
    assert_fails(vitro_find_spots(image, NULL, SIDE, SIDE, &o, spots, MOST, &count), VITRO_ARGUMENT, "30 to 20");
    o.r_max = 0;
    assert_ok(vitro_find_spots(image, NULL, SIDE, SIDE, &o, spots, MOST, &count));
    assert_int_equal(count, 0);
    for (int i = 0; i < PIXELS; i++) image[i] = NAN;
    assert_ok(vitro_find_spots(image, NULL, SIDE, SIDE, &o, spots, MOST, &count));
    assert_int_equal(count, 0);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(scatter_is_near_the_bound_for_points_and_discs),
        cmocka_unit_test(a_hexagonal_pattern_has_angles_of_60_degrees),
        cmocka_unit_test(noise_alone_has_no_spots_and_masked_ones_are_not_seen),
        cmocka_unit_test(wrong_values_and_empty_patterns_are_told),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
