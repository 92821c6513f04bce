/* SPDX-License-Identifier: GPL-3.0-or-later
 * Centre of mass: equal to a plain loop, known shifts in known frames, planes, bad input. */
#include "check.h"

enum { WIDTH = 53, HEIGHT = 38, PIXELS = WIDTH * HEIGHT, FRAMES = 35 };

static float value_of(int type, const void *pixels, int i) {
    return type == VITRO_U8 ? ((const uint8_t *)pixels)[i] : type == VITRO_U16 ? ((const uint16_t *)pixels)[i] : ((const float *)pixels)[i];
}

static void *some_pixels(int type) {
    uint64_t random = 9;
    uint8_t *small = malloc(4 * PIXELS * FRAMES);
    for (int i = 0; i < PIXELS * FRAMES; i++) {
        uint64_t bits = i < PIXELS ? 0 : random_bits(&random); /* the first pattern is empty */
        if (type == VITRO_U8) small[i] = (uint8_t)bits;
        else if (type == VITRO_U16) ((uint16_t *)small)[i] = (uint16_t)bits;
        else ((float *)small)[i] = i >= PIXELS && bits % 50 == 0 ? NAN : (float)(bits % 9973) * 1.37f;
    }
    for (int i = 0; type == VITRO_F32 && i < PIXELS; i++) ((float *)small)[PIXELS + i] = -3.5f;
    return small;
}

static int counts(const vitro_detector *d, int i) {
    double x = i % WIDTH - d->x, y = i / WIDTH - d->y, r = sqrt(x * x + y * y);
    return !d->mask[i] && r >= d->inner_radius && r <= d->outer_radius;
}

static void naive(const vitro_detector *d, int type, const void *pixels, int frame, double center[2]) {
    long double sum = 0, of_x = 0, of_y = 0;
    for (int i = 0; i < PIXELS; i++) {
        float v = value_of(type, pixels, frame * PIXELS + i);
        if (isnan(v) || !counts(d, i)) continue;
        sum += v;
        of_x += (long double)(i % WIDTH) * v;
        of_y += (long double)(i / WIDTH) * v;
    }
    center[0] = sum > 0 ? (double)(of_x / sum) : NAN;
    center[1] = sum > 0 ? (double)(of_y / sum) : NAN;
}

static void test_equal_to_a_plain_loop(void **state) {
    (void)state;
    uint8_t mask[PIXELS];
    uint64_t random = 4;
    for (int i = 0; i < PIXELS; i++) mask[i] = random_part(&random) < 0.2;
    vitro_detector d = {.x = 24.5, .y = 17.25, .center_x = 24.5, .center_y = 17.25, .inner_radius = 2, .outer_radius = 21, .mask = mask};
    for (int type = VITRO_U8; type <= VITRO_F32; type++)
        for (int isa = VITRO_ISA_BEST; isa <= VITRO_ISA_AVX512; isa++) {
            if (!vitro_isa_name((vitro_isa)isa)) continue;
            void *pixels = some_pixels(type);
            vitro_frames f = {WIDTH, HEIGHT, type, isa, FRAMES};
            vitro_job *job;
            assert_ok(vitro_center_of_mass_new(&f, &d, &job));
            feed_all(job, pixels, FRAMES, 16, 2, 1);
            float *out = finished(job);
            for (int i = 0; i < FRAMES; i++) {
                double expected[2];
                naive(&d, type, pixels, i, expected);
                for (int k = 0; k < 2; k++) {
                    float got = out[k * FRAMES + i];
                    if (isnan(expected[k])) CHECK(isnan(got), "pattern %d: %g where there are no counts", i, got);
                    else if (type == VITRO_F32) assert_near(got, expected[k], 1e-5);
                    else CHECK(got == (float)expected[k], "pattern %d: %.9g, not %.9g", i, got, expected[k]);
                }
            }
            free(out);
            free(pixels);
        }
}

/* ---- vectors ------------------------------------------------------------------------------ */

enum { X = 7, Y = 5, N = X * Y };

static void shift(vitro_shift_options o, const float *centers, float *maps) {
    o.scan_x = X, o.scan_y = Y;
    assert_ok(vitro_shift_maps(&o, centers, maps));
}

/* The detector's right and down arrows, turned into the scan's frame. */
static void test_frames(void **state) {
    (void)state;
    float centers[2 * N], maps[VITRO_SHIFT_SLICES * N];
    uint8_t reference[N] = {0};
    for (int i = 0; i < N; i++) centers[i] = 30, centers[N + i] = 20;
    centers[10] = 33;             /* 3 px to the right */
    centers[N + 11] = 24;         /* 4 px down */
    centers[12] = 33, centers[N + 12] = 24;
    centers[13] = NAN;
    reference[0] = reference[1] = 1;
    const struct { int flip; double rotation; double right[2], down[2]; } cases[] = {
        {0, 0, {3, 0}, {0, -4}}, {1, 0, {-3, 0}, {0, -4}}, {0, 90, {0, 3}, {4, 0}}, {1, 90, {0, -3}, {4, 0}}, {0, -90, {0, -3}, {-4, 0}}, {0, 180, {-3, 0}, {0, 4}}};
    for (size_t k = 0; k < sizeof cases / sizeof *cases; k++) {
        shift((vitro_shift_options){.flip = cases[k].flip, .rotation_deg = cases[k].rotation, .reference = reference}, centers, maps);
        for (int axis = 0; axis < 2; axis++) {
            assert_near(maps[axis * N + 10], cases[k].right[axis], 1e-6);
            assert_near(maps[axis * N + 11], cases[k].down[axis], 1e-6);
            assert_near(maps[axis * N + 12], cases[k].right[axis] + cases[k].down[axis], 1e-6);
        }
        assert_near(maps[VITRO_SHIFT_MAGNITUDE * N + 12], 5, 1e-6);
        assert_near(maps[VITRO_SHIFT_ANGLE * N + 10], 180 / 3.141592653589793 * atan2(cases[k].right[1], cases[k].right[0]), 1e-4);
        assert_near(maps[VITRO_SHIFT_CENTER_X * N + 12], 33, 0);
        assert_near(maps[VITRO_SHIFT_CENTER_Y * N + 12], 24, 0);
        for (int slice = 0; slice < 4; slice++) assert_true(isnan(maps[slice * N + 13]));
    }
}

static void test_mean_and_plane(void **state) {
    (void)state;
    float centers[2 * N], maps[VITRO_SHIFT_SLICES * N];
    uint8_t left[N];
    for (int i = 0; i < N; i++) {
        left[i] = i % X < 3;
        centers[i] = (float)(50 + 0.25 * (i % X) - 0.5 * (i / X)) + (i == 33);
        centers[N + i] = (float)(40 - 0.125 * (i % X) + 0.375 * (i / X));
    }
    shift((vitro_shift_options){.flip = 0}, centers, maps);
    double sum[2] = {0};
    for (int i = 0; i < 2 * N; i++) sum[i / N] += maps[i];
    assert_near(sum[0] / N, 0, 1e-6);
    assert_near(sum[1] / N, 0, 1e-6);
    shift((vitro_shift_options){.plane = 1, .reference = left}, centers, maps);
    for (int i = 0; i < N; i++) {
        assert_near(maps[i], i == 33, 1e-5);
        assert_near(maps[N + i], 0, 1e-5);
    }
    vitro_shift_options row = {.scan_x = N, .scan_y = 1, .plane = 1};
    for (int i = 0; i < 2 * N; i++) centers[i] = (float)(3 + 0.5 * (i % N));
    assert_ok(vitro_shift_maps(&row, centers, maps));
    for (int i = 0; i < 2 * N; i++) assert_near(maps[i], 0, 1e-5);
}

static void test_bad_input(void **state) {
    (void)state;
    vitro_job *job = NULL;
    vitro_frames f = {WIDTH, HEIGHT, VITRO_U16, VITRO_ISA_BEST, 4};
    vitro_detector d = {.x = 300, .y = 3, .outer_radius = 5};
    assert_fails(vitro_center_of_mass_new(&f, &d, &job), VITRO_DATA, "unmasked");
    d.x = 3, d.inner_radius = 6;
    assert_fails(vitro_center_of_mass_new(&f, &d, &job), VITRO_ARGUMENT, "radii");
    assert_null(job);
    float centers[2 * N], maps[VITRO_SHIFT_SLICES * N];
    uint8_t reference[N] = {0};
    for (int i = 0; i < 2 * N; i++) centers[i] = i == 3 || i == N + 3 ? NAN : 5;
    vitro_shift_options o = {.scan_x = X, .scan_y = Y, .reference = reference};
    reference[3] = 1;
    assert_fails(vitro_shift_maps(&o, centers, maps), VITRO_DATA, "reference");
    for (int i = 0; i < Y; i++) reference[i * X + i] = 1;
    o.plane = 1;
    assert_fails(vitro_shift_maps(&o, centers, maps), VITRO_DATA, "line");
    o.scan_x = 0;
    assert_fails(vitro_shift_maps(&o, centers, maps), VITRO_ARGUMENT, "scan");
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_equal_to_a_plain_loop), cmocka_unit_test(test_frames), cmocka_unit_test(test_mean_and_plane),
                                       cmocka_unit_test(test_bad_input)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
