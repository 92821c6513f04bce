/* SPDX-License-Identifier: GPL-3.0-or-later
 * Virtual images: equal to a plain loop over all pixels, for every type, shape and way of feeding; bad input. */
#include "check.h"

enum { WIDTH = 61, HEIGHT = 47, PIXELS = WIDTH * HEIGHT, FRAMES = 37 };

static vitro_frames frames_of(int type) { return (vitro_frames){WIDTH, HEIGHT, type, VITRO_ISA_BEST, FRAMES}; }

/* The pixel rule of the documentation, one pixel at a time; move, mate: the set of pixels goes by whole ones. */
static int in_shape(const vitro_detector *d, double x, double y, double dx, double dy) {
    if (!d->pixels) {
        double rx = x - d->x - dx, ry = y - d->y - dy, r = sqrt(rx * rx + ry * ry);
        return r >= d->inner_radius && r <= d->outer_radius;
    }
    int px = (int)(floor(x + 0.5) - floor(dx + 0.5)), py = (int)(floor(y + 0.5) - floor(dy + 0.5));
    return px >= 0 && py >= 0 && px < WIDTH && py < HEIGHT && d->pixels[py * WIDTH + px];
}

static int counts(const vitro_detector *d, int pixel, double cx, double cy) {
    double x = pixel % WIDTH, y = pixel / WIDTH, dx = cx - d->center_x, dy = cy - d->center_y;
    if ((d->mask && d->mask[pixel]) || !isfinite(cx) || !isfinite(cy)) return 0;
    return in_shape(d, x, y, dx, dy) || (d->friedel && in_shape(d, 2 * cx - x, 2 * cy - y, dx, dy));
}

/* Integers: exact; floats: the exact sum's nearest double but for rounding. */
static double naive(const vitro_detector *d, const float *frame, double cx, double cy) {
    long double sum = 0;
    int n = 0;
    for (int i = 0; i < PIXELS; i++)
        if (isfinite(frame[i]) && counts(d, i, cx, cy)) sum += frame[i], n++;
    return n ? (double)sum : NAN;
}

static uint8_t *some_bytes(int percent, uint64_t seed) {
    uint8_t *bytes = malloc(PIXELS);
    for (int i = 0; i < PIXELS; i++) bytes[i] = 100 * random_part(&seed) < percent ? 7 : 0;
    return bytes;
}

static uint8_t *blob(void) {
    uint8_t *bytes = calloc(PIXELS, 1);
    for (int y = 5; y < 21; y++)
        for (int x = 30; x < 30 + y; x++) bytes[y * WIDTH + x] = (uint8_t)(x % 9 != 3);
    return bytes;
}

static float *as_floats(int type, const void *pixels) {
    float *out = malloc(sizeof(float) * PIXELS * FRAMES);
    for (int i = 0; i < PIXELS * FRAMES; i++)
        out[i] = type == VITRO_U8 ? ((const uint8_t *)pixels)[i] : type == VITRO_U16 ? ((const uint16_t *)pixels)[i] : ((const float *)pixels)[i];
    return out;
}

static void *some_pixels(int type) {
    uint64_t random = 5;
    uint8_t *small = malloc(4 * PIXELS * FRAMES);
    for (int i = 0; i < PIXELS * FRAMES; i++) {
        uint64_t bits = random_bits(&random);
        if (type == VITRO_U8) small[i] = (uint8_t)bits;
        else if (type == VITRO_U16) ((uint16_t *)small)[i] = (uint16_t)bits;
        else ((float *)small)[i] = bits % 50 == 0 ? NAN : bits % 51 == 0 ? INFINITY : (float)(1e4 * random_normal(&random));
    }
    return small;
}

static void compare(const vitro_detector *d, const double *centers, int type, int isa, const void *pixels, const float *floats) {
    vitro_frames f = frames_of(type);
    vitro_job *job;
    f.isa = isa;
    assert_ok(vitro_virtual_image_new(&f, d, centers, &job));
    feed_all(job, pixels, FRAMES, 16, 2, 1);
    float *out = finished(job);
    for (int i = 0; i < FRAMES; i++) {
        double expected = naive(d, floats + i * PIXELS, centers ? centers[2 * i] : d->center_x, centers ? centers[2 * i + 1] : d->center_y);
        if (isnan(expected)) CHECK(isnan(out[i]), "pattern %d: %g, nothing counts", i, out[i]);
        else if (type == VITRO_F32) assert_near(out[i], expected, 1e-6 * fabs(expected) + 1e-3);
        else CHECK(out[i] == (float)expected, "pattern %d: %.9g, not %.9g", i, out[i], expected);
    }
    free(out);
}

static void any_centers(double *centers) {
    uint64_t random = 77;
    for (int i = 0; i < 2 * FRAMES; i++) centers[i] = 22 + 12 * random_part(&random);
    for (int i = 0; i < 8; i++) centers[2 * i] = floor(centers[2 * i] * 2) / 2; /* ties */
    centers[20] = NAN;
    centers[24] = -4000; /* nothing of the detector is left */
}

static void each_shape(void (*visit)(const vitro_detector *, const char *)) {
    uint8_t *mask = some_bytes(30, 1), *set = blob();
    vitro_detector d = {.center_x = 29.5, .center_y = 22.5, .x = 29.5, .y = 22.5};
    const double radii[5][2] = {{0, 0.8}, {0, 10}, {10, 10.5}, {12.5, 40}, {0, 1000}};
    for (int k = 0; k < 5; k++)
        for (int masked = 0; masked < 2; masked++)
            for (int friedel = 0; friedel < 2; friedel++) {
                d.inner_radius = radii[k][0], d.outer_radius = radii[k][1];
                d.mask = masked ? mask : NULL;
                d.friedel = friedel;
                d.x = friedel ? 36.3 : 29.5;
                visit(&d, "ring");
            }
    vitro_detector edges = {.center_x = 30, .center_y = 20, .x = 30, .y = 20, .inner_radius = 5, .outer_radius = 10}; /* pixels lie on both: 3, 4, 5 */
    visit(&edges, "ring with pixels on its edges");
    for (int k = 0; k < 4; k++) {
        d.pixels = set, d.friedel = k & 1, d.mask = k & 2 ? mask : NULL;
        d.center_x = 29.2;
        visit(&d, "set of pixels");
    }
    free(mask);
    free(set);
}

static void selection(const vitro_detector *d, const char *what) {
    uint8_t pixels[PIXELS];
    int n = 0;
    assert_ok(vitro_detector_pixels(d, WIDTH, HEIGHT, pixels));
    for (int i = 0; i < PIXELS; i++) {
        CHECK(pixels[i] == counts(d, i, d->center_x, d->center_y), "%s: pixel %d, %d is %d", what, i % WIDTH, i / WIDTH, pixels[i]);
        n += pixels[i];
    }
    assert_true(n > 0);
}

static void test_selection(void **state) {
    (void)state;
    each_shape(selection);
}

static void sums(const vitro_detector *d, const char *what) {
    (void)what;
    double centers[2 * FRAMES];
    any_centers(centers);
    for (int type = VITRO_U8; type <= VITRO_F32; type++) {
        void *pixels = some_pixels(type);
        float *floats = as_floats(type, pixels);
        for (int isa = VITRO_ISA_BEST; isa <= VITRO_ISA_AVX512; isa++) {
            if (!vitro_isa_name((vitro_isa)isa)) continue;
            compare(d, NULL, type, isa, pixels, floats);
            compare(d, centers, type, isa, pixels, floats);
        }
        free(pixels);
        free(floats);
    }
}

static void test_equal_to_a_plain_loop(void **state) {
    (void)state;
    each_shape(sums);
}

static void test_largest_counts(void **state) {
    (void)state;
    enum { SIDE = 512 };
    uint16_t *pixels = malloc(sizeof(uint16_t) * SIDE * SIDE);
    for (int i = 0; i < SIDE * SIDE; i++) pixels[i] = UINT16_MAX;
    vitro_frames f = {SIDE, SIDE, VITRO_U16, VITRO_ISA_BEST, 1};
    vitro_detector d = {.outer_radius = 1e4};
    vitro_job *job;
    assert_ok(vitro_virtual_image_new(&f, &d, NULL, &job));
    feed_all(job, pixels, 1, 1, 0, 0);
    float *out = finished(job);
    assert_true(out[0] == (float)(65535.0 * SIDE * SIDE));
    free(out);
    free(pixels);
}

static void test_bad_input(void **state) {
    (void)state;
    vitro_job *job = NULL;
    vitro_frames f = frames_of(VITRO_U16);
    uint8_t *all = some_bytes(101, 1), *none = calloc(PIXELS, 1);
    double centers[2 * FRAMES];
    for (int i = 0; i < 2 * FRAMES; i++) centers[i] = NAN;
    vitro_detector good = {.center_x = 30, .center_y = 20, .x = 30, .y = 20, .inner_radius = 3, .outer_radius = 8}, d = good;
    assert_fails(vitro_virtual_image_new(&f, &d, centers, &job), VITRO_DATA, "centre");
    d.inner_radius = 9;
    assert_fails(vitro_virtual_image_new(&f, &d, NULL, &job), VITRO_ARGUMENT, "radii");
    d = good, d.outer_radius = NAN;
    assert_fails(vitro_virtual_image_new(&f, &d, NULL, &job), VITRO_ARGUMENT, "radii");
    d = good, d.x = NAN;
    assert_fails(vitro_virtual_image_new(&f, &d, NULL, &job), VITRO_ARGUMENT, "detector");
    d = good, d.inner_radius = 100, d.outer_radius = 110;
    assert_fails(vitro_virtual_image_new(&f, &d, NULL, &job), VITRO_DATA, "100 to 110");
    d = good, d.mask = all;
    assert_fails(vitro_virtual_image_new(&f, &d, NULL, &job), VITRO_DATA, "unmasked");
    d = good, d.pixels = none;
    assert_fails(vitro_virtual_image_new(&f, &d, NULL, &job), VITRO_DATA, "pixels");
    f.frames = 0;
    assert_fails(vitro_virtual_image_new(&f, &good, NULL, &job), VITRO_ARGUMENT, "patterns");
    assert_fails(vitro_detector_pixels(&good, 0, 5, none), VITRO_ARGUMENT, "px");
    assert_null(job);
    free(all);
    free(none);
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_selection), cmocka_unit_test(test_equal_to_a_plain_loop), cmocka_unit_test(test_largest_counts),
                                       cmocka_unit_test(test_bad_input)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
