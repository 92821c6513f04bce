/* SPDX-License-Identifier: GPL-3.0-or-later
 * Symmetry: a ring without one has no power, known series come back whatever the centre, the mask and the ellipse; types, bands, what is not a
 * number, bad input. */
#include "symmetry_check.h"

enum { FRAMES = 8 };

static const double ROUND[3] = {1, 0, 1}, OVAL[3] = {1.02, 0.015, (1 + 0.015 * 0.015) / 1.02};

/* Centres over a few pixels. */
static void any_centers(double *centers) {
    uint64_t state = 5;
    for (int i = 0; i < 2 * FRAMES; i++) centers[i] = SIDE / 2 - 3 + 5 * random_part(&state);
}

static vitro_geometry with_ellipse(vitro_geometry g, const double e[3]) {
    g.ellipse_xx = e[0], g.ellipse_xy = e[1], g.ellipse_yy = e[2];
    return g;
}

/* The largest power of any order and pattern. */
static double largest(const float *out, int n) {
    double most = 0;
    for (int i = 0; i < n; i++) {
        assert_true(isfinite(out[i]));
        most = fmax(most, fabs(out[i]));
    }
    return most;
}

static void ideal_rings_have_no_power(void **state) {
    (void)state;
    uint8_t *mask = stop(40, 2);
    double centers[2 * FRAMES];
    any_centers(centers);
    const series none = {{0}, {0}};
    float *pixels = malloc(sizeof(float) * PIXELS * FRAMES);
    vitro_frames f = frames_of(VITRO_F32, FRAMES);
    const double width[] = {6, 2.5, 1.5};
    for (int kind = 0; kind < 10; kind++) { /* the sharpest ring without the stop */
        const double *e = kind & 1 ? OVAL : ROUND;
        double w = width[kind / 4];
        for (int i = 0; i < FRAMES; i++) draw(pixels + i * PIXELS, 1000, 45, w, &none, centers + 2 * i, e);
        vitro_geometry g = with_ellipse(geometry_of(33, 57, kind & 2 ? mask : NULL), e);
        float *out = power_of(&f, &g, centers, ORDERS, 1, 0, pixels);
        double most = largest(out, ORDERS * FRAMES);
        printf("ring of %.1f px, %s%s: largest power %.1e\n", w, kind & 1 ? "ellipse" : "round", kind & 2 ? ", stop" : "", most);
        CHECK(most < 1e-6, "%.2e", most);
        free(out);
    }
    free(pixels);
    free(mask);
}

/* On one side of the ring only, where it is steepest, and with one annulus. */
static void steep_slopes_have_no_power(void **state) {
    (void)state;
    double centers[2 * FRAMES];
    any_centers(centers);
    const series none = {{0}, {0}};
    float *pixels = malloc(sizeof(float) * PIXELS * FRAMES);
    vitro_frames f = frames_of(VITRO_F32, FRAMES);
    for (int i = 0; i < FRAMES; i++) draw(pixels + i * PIXELS, 1000, 45, 4, &none, centers + 2 * i, ROUND);
    for (int k = 0; k < 3; k++) {
        vitro_geometry g = geometry_of(37, k == 0 ? 43 : k == 1 ? 39 : 38, NULL);
        float *out = power_of(&f, &g, centers, ORDERS, 1, 0, pixels);
        CHECK(largest(out, ORDERS * FRAMES) < 1e-6, "%.2e", largest(out, ORDERS * FRAMES));
        free(out);
    }
    free(pixels);
}

/* Power of each order within a part of a^2 / 4, of absent orders within that part of the largest. */
static double compare(const float *out, const series *s) {
    double worst = 0, most = 0;
    for (int n = 1; n <= ORDERS; n++) most = fmax(most, s->a[n] * s->a[n] / 4);
    for (int n = 1; n <= ORDERS; n++) {
        double truth = s->a[n] * s->a[n] / 4;
        for (int i = 0; i < FRAMES; i++) worst = fmax(worst, fabs(out[(n - 1) * FRAMES + i] - truth) / (truth > 0 ? truth : most));
    }
    return worst;
}

static double series_error(const series *s, double radius, double width, const uint8_t *mask, const double e[3], int own) {
    double centers[2 * FRAMES];
    any_centers(centers);
    for (int i = 0; i < 2 * FRAMES && !own; i++) centers[i] = SIDE / 2 - 0.5;
    float *pixels = malloc(sizeof(float) * PIXELS * FRAMES);
    vitro_frames f = frames_of(VITRO_F32, FRAMES);
    for (int i = 0; i < FRAMES; i++) draw(pixels + i * PIXELS, 1000, radius, width, s, centers + 2 * i, e);
    vitro_geometry g = with_ellipse(geometry_of(radius - 2 * width, radius + 2 * width, mask), e);
    float *out = power_of(&f, &g, own ? centers : NULL, ORDERS, 1, 0, pixels);
    double worst = compare(out, s);
    free(out);
    free(pixels);
    return worst;
}

static void single_orders_are_found(void **state) {
    (void)state;
    uint8_t *mask = stop(40, 2);
    double open = 0, stopped = 0;
    for (int n = 1; n <= ORDERS; n++) {
        series s = {{0}, {0}};
        s.a[n] = 0.3, s.p[n] = n;
        open = fmax(open, series_error(&s, 45, 5, NULL, n % 2 ? ROUND : OVAL, n % 3 > 0));
        stopped = fmax(stopped, series_error(&s, 45, 5, mask, n % 2 ? ROUND : OVAL, n % 3 > 0));
    }
    printf("one order: largest error %.4f of its power, %.4f with a stop of 40 degrees\n", open, stopped);
    CHECK(open < 0.01, "%.4f", open);
    CHECK(stopped < 0.02, "%.4f", stopped);
    free(mask);
}

static void several_orders_are_found(void **state) {
    (void)state;
    uint8_t *mask = stop(40, -1);
    const series some = {{0, 0, 0.3, 0, 0.25, 0, 0.2, 0, 0, 0, 0.1}, {0, 0, 1, 0, 2, 0, 3, 0, 0, 0, 4}};
    series all = {{0}, {0}};
    for (int n = 1; n <= ORDERS; n++) all.a[n] = 0.08, all.p[n] = 0.7 * n * n;
    const series *both[] = {&some, &all};
    for (int k = 0; k < 4; k++)
        for (int own = 0; own < 2; own++) {
            const double *e = k & 1 ? OVAL : ROUND;
            double open = series_error(both[k / 2], 45, 5, NULL, e, own), stopped = series_error(both[k / 2], 45, 5, mask, e, own), small = series_error(both[k / 2], 20, 3, NULL, e, own);
            printf("%s orders%s%s: largest error %.4f of the power, %.4f with a stop of 40 degrees, %.4f on a ring of 20 px\n", k / 2 ? "all" : "some", k & 1 ? ", ellipse" : "",
                   own ? ", own centres" : "", open, stopped, small);
            CHECK(open < 0.01, "%.4f", open);
            CHECK(stopped < 0.02, "%.4f", stopped);
            CHECK(small < 0.02, "%.4f", small);
        }
    free(mask);
}

/* The same numbers from all types, chunks, threads; nearly the same from all instruction sets. */
static void types_and_sets_agree(void **state) {
    (void)state;
    double centers[2 * FRAMES];
    any_centers(centers);
    const series some = {{0, 0, 0.3, 0, 0.25}, {0, 0, 1, 0, 2}};
    float *real = malloc(sizeof(float) * PIXELS * FRAMES);
    uint16_t *wide = malloc(sizeof(uint16_t) * PIXELS * FRAMES);
    uint8_t *small = malloc(PIXELS * FRAMES);
    for (int i = 0; i < FRAMES; i++) draw(real + i * PIXELS, 100, 45, 5, &some, centers + 2 * i, ROUND);
    for (int i = 0; i < PIXELS * FRAMES; i++) real[i] = wide[i] = small[i] = (uint8_t)lrintf(real[i]);
    const void *pixels[4] = {NULL, small, wide, real};
    uint8_t *mask = stop(20, 0.5);
    vitro_geometry g = geometry_of(37, 53, mask);
    vitro_frames f = frames_of(VITRO_F32, FRAMES);
    float *expected = power_of(&f, &g, centers, 6, 2, 1, real);
    for (int type = VITRO_U8; type <= VITRO_F32; type++)
        for (int isa = VITRO_ISA_BEST; isa <= VITRO_ISA_AVX512; isa++) {
            if (!vitro_isa_name((vitro_isa)isa)) continue;
            f.type = type, f.isa = isa;
            vitro_job *job;
            assert_ok(vitro_symmetry_new(&f, &g, centers, 6, 2, 1, &job));
            feed_all(job, pixels[type], FRAMES, 16, 2, 1);
            float *out = finished(job);
            for (int i = 0; i < 13 * FRAMES; i++) {
                if (isa == VITRO_ISA_BEST) assert_true(out[i] == expected[i]);
                else assert_near(out[i], expected[i], 2e-6);
            }
            free(out);
        }
    free(expected);
    free(mask);
    free(real);
    free(wide);
    free(small);
}

/* A single centre for all, given as such and as one of each; a pattern's numbers do not depend on the others. */
static void fixed_and_own_centres_agree(void **state) {
    (void)state;
    double centers[2 * FRAMES];
    const series some = {{0, 0.1, 0.3, 0, 0.25}, {0, 0, 1, 0, 2}};
    const double center[2] = {78.37, 80.91};
    float *pixels = malloc(sizeof(float) * PIXELS * FRAMES);
    for (int i = 0; i < FRAMES; i++) {
        centers[2 * i] = center[0], centers[2 * i + 1] = center[1];
        draw(pixels + i * PIXELS, 100, 45, 5, &some, center, ROUND);
    }
    vitro_frames f = frames_of(VITRO_F32, FRAMES);
    vitro_geometry g = geometry_of(37, 53, NULL);
    g.center_x = center[0], g.center_y = center[1];
    float *fixed = power_of(&f, &g, NULL, ORDERS, 1, 0, pixels), *own = power_of(&f, &g, centers, ORDERS, 1, 0, pixels);
    for (int i = 0; i < ORDERS * FRAMES; i++) {
        assert_near(own[i], fixed[i], 1e-5);
        assert_true(fixed[i] == fixed[i / FRAMES * FRAMES]);
    }
    free(fixed);
    free(own);
    free(pixels);
}

/* Order 2 inside 45 px, order 3 outside. */
static void bands_are_told_apart(void **state) {
    (void)state;
    const double center[2] = {SIDE / 2 - 0.5, SIDE / 2 - 0.5};
    float *pixels = malloc(sizeof(float) * PIXELS);
    for (int i = 0; i < PIXELS; i++) {
        double r, phi;
        polar_of(i, center, ROUND, &r, &phi);
        pixels[i] = (float)(500 * (1 + (r < 45 ? 0.2 * cos(2 * phi - 1) : 0.3 * cos(3 * phi))));
    }
    vitro_frames f = frames_of(VITRO_F32, 1);
    vitro_geometry g = geometry_of(35, 55, NULL);
    float *out = power_of(&f, &g, NULL, 4, 4, 0, pixels);
    assert_near(out[0 * 4 + 1], 0.01, 1e-4);
    assert_near(out[0 * 4 + 2], 0, 1e-5);
    assert_near(out[3 * 4 + 1], 0, 1e-5);
    assert_near(out[3 * 4 + 2], 0.0225, 2e-4);
    free(out);
    free(pixels);
}

/* Intensity-weighted: an annulus of nine times the intensity counts 81 times. */
static void a_band_weighs_its_annuli(void **state) {
    (void)state;
    const double center[2] = {SIDE / 2 - 0.5, SIDE / 2 - 0.5};
    float *pixels = malloc(sizeof(float) * PIXELS);
    for (int i = 0; i < PIXELS; i++) {
        double r, phi;
        polar_of(i, center, ROUND, &r, &phi);
        pixels[i] = (float)((r < 45 ? 900 : 100) * (1 + (r < 45 ? 0.2 : 0.4) * cos(4 * phi)));
    }
    vitro_frames f = frames_of(VITRO_F32, 1);
    vitro_geometry g = geometry_of(35, 55, NULL);
    float *out = power_of(&f, &g, NULL, 4, 1, 0, pixels);
    double truth = (81 * 0.2 * 0.2 + 0.4 * 0.4) / 82 / 4;
    assert_near(out[3], truth, 0.02 * truth);
    free(out);
    free(pixels);
}

static void what_cannot_be_measured_says_why(void **state) {
    (void)state;
    double centers[2 * FRAMES];
    any_centers(centers);
    const series some = {{0, 0, 0.3, 0, 0.25}, {0, 0, 1, 0, 2}};
    float *pixels = calloc(PIXELS * FRAMES, sizeof(float));
    for (int i = 0; i < FRAMES; i++)
        if (i != 2) draw(pixels + i * PIXELS, 100, 45, 5, &some, centers + 2 * i, ROUND);
    for (int i = 0; i < PIXELS; i += 23) pixels[i] = i % 2 ? NAN : INFINITY; /* some pixels of pattern 0 */
    for (int i = 0; i < PIXELS; i++) pixels[PIXELS + i] = NAN;
    for (int i = 0; i < PIXELS; i++) pixels[3 * PIXELS + i] = 77;
    centers[2 * 4] = NAN;
    centers[2 * 5 + 1] = -3;
    vitro_frames f = frames_of(VITRO_F32, FRAMES);
    vitro_geometry g = geometry_of(37, 53, NULL);
    float *out = power_of(&f, &g, centers, 6, 1, 0, pixels), *status = out + 6 * FRAMES;
    const int expected[FRAMES] = {VITRO_SYMMETRY_GOOD, VITRO_SYMMETRY_MASKED, VITRO_SYMMETRY_EMPTY, VITRO_SYMMETRY_CONSTANT, VITRO_SYMMETRY_NO_CENTER,
                                  VITRO_SYMMETRY_NO_CENTER, VITRO_SYMMETRY_GOOD, VITRO_SYMMETRY_GOOD};
    for (int i = 0; i < FRAMES; i++) {
        CHECK(status[i] == expected[i], "pattern %d: status %g", i, status[i]);
        for (int n = 1; n <= 6; n++) {
            float value = out[(n - 1) * FRAMES + i];
            if (expected[i] != VITRO_SYMMETRY_GOOD) assert_true(isnan(value));
            else assert_near(value, some.a[n] * some.a[n] / 4, i == 0 ? 4e-4 : 2e-4);
        }
    }
    free(out);
    free(pixels);
}

static void bad_input_is_refused(void **state) {
    (void)state;
    vitro_job *job = NULL;
    vitro_frames f = frames_of(VITRO_U16, 4);
    uint8_t *all = malloc(PIXELS), *half = stop(180, 1);
    memset(all, 1, PIXELS);
    vitro_geometry g = geometry_of(37, 53, NULL);
    double none[8] = {NAN, NAN, -1, 5, 900, 3, NAN, 1};
    assert_fails(vitro_symmetry_new(&f, &g, NULL, 0, 1, 1, &job), VITRO_ARGUMENT, "max_order");
    assert_fails(vitro_symmetry_new(&f, &g, NULL, 25, 1, 1, &job), VITRO_ARGUMENT, "24");
    assert_fails(vitro_symmetry_new(&f, &g, NULL, 12, 0, 1, &job), VITRO_ARGUMENT, "bands");
    assert_fails(vitro_symmetry_new(&f, &g, NULL, 12, 17, 1, &job), VITRO_ARGUMENT, "16");
    assert_fails(vitro_symmetry_new(&f, &g, none, 12, 1, 1, &job), VITRO_DATA, "centre");
    g = geometry_of(37, 53, all);
    assert_fails(vitro_symmetry_new(&f, &g, NULL, 12, 1, 1, &job), VITRO_DATA, "unmasked");
    g = geometry_of(37, 53, half);
    assert_fails(vitro_symmetry_new(&f, &g, NULL, 12, 1, 1, &job), VITRO_DATA, "told apart");
    assert_ok(vitro_symmetry_new(&f, &g, NULL, 1, 1, 1, &job)); /* fewer orders can */
    vitro_job_free(job);
    job = NULL;
    g = geometry_of(2, 4, NULL);
    assert_fails(vitro_symmetry_new(&f, &g, NULL, 24, 1, 1, &job), VITRO_DATA, "told apart");
    g = geometry_of(200, 210, NULL);
    assert_fails(vitro_symmetry_new(&f, &g, NULL, 12, 1, 1, &job), VITRO_DATA, "unmasked");
    g = geometry_of(53, 37, NULL);
    assert_fails(vitro_symmetry_new(&f, &g, NULL, 12, 1, 1, &job), VITRO_ARGUMENT, "radii");
    g = geometry_of(37, NAN, NULL);
    assert_fails(vitro_symmetry_new(&f, &g, NULL, 12, 1, 1, &job), VITRO_ARGUMENT, "radii");
    g = geometry_of(37, 53, NULL), g.center_x = -3;
    assert_fails(vitro_symmetry_new(&f, &g, NULL, 12, 1, 1, &job), VITRO_ARGUMENT, "centre");
    assert_null(job);
    free(all);
    free(half);
}

/* The ring leaves the detector on two sides; the orders up to 24. */
static void a_ring_may_leave_the_detector(void **state) {
    (void)state;
    double centers[2 * FRAMES];
    any_centers(centers);
    series s = {{0}, {0}};
    s.a[3] = 0.2, s.a[8] = 0.1;
    float *pixels = malloc(sizeof(float) * PIXELS * FRAMES);
    for (int i = 0; i < FRAMES; i++) draw(pixels + i * PIXELS, 100, 80, 5, &s, centers + 2 * i, ROUND);
    vitro_frames f = frames_of(VITRO_F32, FRAMES);
    vitro_geometry g = geometry_of(70, 88, NULL);
    float *out = power_of(&f, &g, centers, 10, 1, 0, pixels);
    for (int i = 0; i < FRAMES; i++)
        for (int n = 1; n <= 10; n++) assert_near(out[(n - 1) * FRAMES + i], s.a[n] * s.a[n] / 4, 0.0003);
    free(out);
    g = geometry_of(60, 75, NULL);
    out = power_of(&f, &g, centers, 24, 1, 0, pixels);
    for (int i = 0; i < FRAMES; i++)
        for (int n = 1; n <= 24; n++) assert_near(out[(n - 1) * FRAMES + i], n <= ORDERS ? s.a[n] * s.a[n] / 4 : 0, 0.0003);
    free(out);
    free(pixels);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(ideal_rings_have_no_power), cmocka_unit_test(steep_slopes_have_no_power), cmocka_unit_test(single_orders_are_found),
        cmocka_unit_test(several_orders_are_found), cmocka_unit_test(types_and_sets_agree), cmocka_unit_test(fixed_and_own_centres_agree),
        cmocka_unit_test(bands_are_told_apart), cmocka_unit_test(a_band_weighs_its_annuli), cmocka_unit_test(what_cannot_be_measured_says_why),
        cmocka_unit_test(bad_input_is_refused), cmocka_unit_test(a_ring_may_leave_the_detector)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
