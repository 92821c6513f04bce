/* SPDX-License-Identifier: GPL-3.0-or-later
 * Radial profiles: flat is flat, a known function comes back whatever the centre and the mask, errors cover, bad input. */
#include "check.h"
#include "sim.h"

enum { SIDE = 128, PIXELS = SIDE * SIDE, FRAMES = 40, BINS = 60 };

static const vitro_geometry MIDDLE = {63.5, 63.5, 1, 0, 1, 0, BINS, NULL};

static vitro_frames frames_of(int type, int64_t n) { return (vitro_frames){SIDE, SIDE, type, VITRO_ISA_BEST, n}; }

static float *profiles(const vitro_frames *f, const vitro_geometry *g, const double *centers, int bins, const void *pixels) {
    vitro_job *job;
    assert_ok(vitro_radial_profiles_new(f, g, centers, bins, &job));
    feed_all(job, pixels, f->frames, 16, 0, 0);
    return finished(job);
}

/* Centres all over a few pixels, on the grid of 1/8 px where `exact`. */
static void any_centers(double *centers, int exact) {
    uint64_t state = 11;
    for (int i = 0; i < 2 * FRAMES; i++) {
        centers[i] = 61 + 5 * random_part(&state);
        if (exact) centers[i] = floor(centers[i] * 8) / 8;
    }
}

static uint8_t *beam_stop(void) {
    uint8_t *mask = calloc(PIXELS, 1);
    for (int y = 0; y < SIDE; y++)
        for (int x = 0; x < SIDE; x++) mask[y * SIDE + x] = (x < 64 && abs(y - 64) < 5) || hypot(x - 63.5, y - 63.5) < 8;
    return mask;
}

static double radius(int pixel, const double *center, const double *e) {
    double x = pixel % SIDE - center[0], y = pixel / SIDE - center[1];
    return hypot(e[0] * x + e[1] * y, e[1] * x + e[2] * y);
}

/* A ring of sigma 4 px on a background that falls. */
static double ring(double r) { return 100 * exp(-0.5 * (r - 35) * (r - 35) / 16) + 300 / (1 + r * r / 400); }

static double mean_ring(double from, double to) {
    double sum = 0;
    for (int i = 0; i < 100; i++) sum += ring(from + (to - from) * (i + 0.5) / 100);
    return sum / 100;
}

static void test_flat(void **state) {
    (void)state;
    uint8_t *mask = beam_stop();
    double centers[2 * FRAMES];
    float *pixels = malloc(sizeof(float) * PIXELS * FRAMES);
    for (int i = 0; i < PIXELS * FRAMES; i++) pixels[i] = mask[i % PIXELS] ? 1e4f : 7.3f;
    any_centers(centers, 0);
    vitro_frames f = frames_of(VITRO_F32, FRAMES);
    vitro_geometry g = {63.2, 64.1, 1.02, 0.03, (1 + 0.03 * 0.03) / 1.02, 0, 90, mask};
    const int bins[3] = {90, 45, 250};
    for (int k = 0; k < 3; k++)
        for (int own = 0; own < 2; own++) {
            float *out = profiles(&f, &g, own ? centers : NULL, bins[k], pixels);
            int measured = 0;
            for (int i = 0; i < bins[k] * FRAMES; i++) {
                if (isnan(out[i])) continue;
                measured++;
                assert_near(out[i] / 7.3, 1, 1e-6);
                if (!isnan(out[i + bins[k] * FRAMES])) assert_near(out[i + bins[k] * FRAMES] / 7.3, 0, 1e-6);
            }
            assert_true(measured > (k == 2 ? 0.8 : 0.88) * bins[k] * FRAMES);
            free(out);
        }
    free(pixels);
    free(mask);
}

/* The largest error from bin `first` on, as a fraction of the ring's height. */
static double largest_error(const float *out, int bins, double width, int first) {
    double most = 0;
    for (int b = first; b < bins; b++)
        for (int f = 0; f < FRAMES; f++) most = fmax(most, fabs(out[b * FRAMES + f] - mean_ring(b * width, (b + 1) * width)) / 100);
    return most;
}

static float *rings(const double *centers, const double *e) {
    float *pixels = malloc(sizeof(float) * PIXELS * FRAMES);
    for (int f = 0; f < FRAMES; f++)
        for (int i = 0; i < PIXELS; i++) pixels[f * PIXELS + i] = (float)ring(radius(i, centers + 2 * f, e));
    return pixels;
}

static void test_known_function(void **state) {
    (void)state;
    uint8_t *mask = beam_stop();
    double centers[2 * FRAMES], e[3] = {1.03, -0.02, (1 + 0.02 * 0.02) / 1.03};
    vitro_frames f = frames_of(VITRO_F32, FRAMES);
    vitro_geometry g = MIDDLE;
    g.ellipse_xx = e[0], g.ellipse_xy = e[1], g.ellipse_yy = e[2];
    for (int exact = 0; exact < 2; exact++)
        for (int masked = 0; masked < 2; masked++)
            for (int bins = 30; bins <= 120; bins *= 2) {
                any_centers(centers, exact);
                float *pixels = rings(centers, e);
                g.mask = masked ? mask : NULL;
                float *out = profiles(&f, &g, centers, bins, pixels);
                double error = largest_error(out, bins, 60.0 / bins, 14 * bins / 60);
                printf("centres %s, %s, %d bins: largest error %.5f of the ring's height\n", exact ? "on the grid" : "anywhere", masked ? "masked" : "whole", bins, error);
                CHECK(error < (exact ? 0.0006 : 0.0012), "%.5f", error);
                free(out);
                free(pixels);
            }
    free(mask);
}

/* A centre that all share is not rounded. */
static void test_fixed_centre(void **state) {
    (void)state;
    double centers[2 * FRAMES], e[3] = {1, 0, 1};
    for (int i = 0; i < FRAMES; i++) centers[2 * i] = 62.43, centers[2 * i + 1] = 64.19;
    float *pixels = rings(centers, e);
    vitro_frames f = frames_of(VITRO_F32, FRAMES);
    vitro_geometry g = MIDDLE;
    g.center_x = 62.43, g.center_y = 64.19;
    float *out = profiles(&f, &g, NULL, BINS, pixels);
    assert_true(largest_error(out, BINS, 1, 10) < 0.0012);
    free(out);
    free(pixels);
}

static void test_types_and_sets(void **state) {
    (void)state;
    uint64_t random = 3;
    uint8_t *small = malloc(PIXELS * FRAMES);
    uint16_t *wide = malloc(2 * PIXELS * FRAMES);
    float *real = malloc(4 * PIXELS * FRAMES);
    double centers[2 * FRAMES];
    for (int i = 0; i < PIXELS * FRAMES; i++) real[i] = wide[i] = small[i] = (uint8_t)random_bits(&random);
    any_centers(centers, 0);
    const void *pixels[4] = {NULL, small, wide, real};
    vitro_frames f = frames_of(VITRO_F32, FRAMES);
    float *expected = profiles(&f, &MIDDLE, centers, BINS, real);
    for (int type = VITRO_U8; type <= VITRO_F32; type++)
        for (int isa = VITRO_ISA_BEST; isa <= VITRO_ISA_AVX512; isa++) {
            if (!vitro_isa_name((vitro_isa)isa)) continue;
            f.type = type, f.isa = isa;
            vitro_job *job;
            assert_ok(vitro_radial_profiles_new(&f, &MIDDLE, centers, BINS, &job));
            feed_all(job, pixels[type], FRAMES, 32, 2, 1);
            float *out = finished(job);
            for (int i = 0; i < 2 * BINS * FRAMES; i++) {
                if (isa == VITRO_ISA_BEST) assert_true(out[i] == expected[i] || (isnan(out[i]) && isnan(expected[i])));
                else if (!isnan(expected[i])) assert_near(out[i], expected[i], 1e-3);
            }
            free(out);
        }
    free(expected);
    free(small);
    free(wide);
    free(real);
}

static void test_missing_pixels(void **state) {
    (void)state;
    double centers[2 * FRAMES], e[3] = {1, 0, 1};
    any_centers(centers, 1);
    float *pixels = rings(centers, e);
    for (int i = 0; i < PIXELS; i += 37) pixels[i] = i % 2 ? NAN : INFINITY;
    for (int i = 0; i < PIXELS; i++) pixels[PIXELS + i] = NAN;
    centers[4] = NAN;
    centers[7] = -300;
    vitro_frames f = frames_of(VITRO_F32, FRAMES);
    float *out = profiles(&f, &MIDDLE, centers, BINS, pixels);
    for (int b = 10; b < BINS; b++) {
        assert_near(out[b * FRAMES], mean_ring(b, b + 1), 0.6);
        for (int k = 1; k < 4; k++) assert_true(isnan(out[b * FRAMES + k]) && isnan(out[(BINS + b) * FRAMES + k]));
        assert_near(out[b * FRAMES + 4], mean_ring(b, b + 1), 0.15);
    }
    free(out);
    free(pixels);
}

/* How often the true value lies within one and two errors. */
static void coverage(double contrast, int masked, double low, double high) {
    sim_glass glass;
    assert_ok(sim_glass_new(SIDE, SIDE, 35, &glass));
    enum { N = 320 };
    float *mean = malloc(sizeof(float) * PIXELS * 2);
    uint16_t *counts = malloc(sizeof(uint16_t) * PIXELS * N);
    sim_pattern p = sim_pattern_default(&glass);
    p.counts = 3e5;
    sim_expected(&glass, &p, mean);
    for (int i = 0; i < N; i++) assert_ok(sim_draw(mean, SIDE, SIDE, contrast, 3, 5, (uint64_t)i, counts + (size_t)i * PIXELS));
    uint8_t *mask = beam_stop();
    vitro_geometry g = {p.center[0], p.center[1], 1, 0, 1, 0, BINS, masked ? mask : NULL};
    vitro_frames one = frames_of(VITRO_F32, 1), all = frames_of(VITRO_U16, N);
    float *truth = profiles(&one, &g, NULL, BINS, mean), *out = profiles(&all, &g, NULL, BINS, counts);
    int first = 0, second = 0, n = 0;
    for (int b = 10; b < BINS; b++)
        for (int i = 0; i < N; i++) {
            double error = fabs(out[b * N + i] - truth[b]), sigma = out[(BINS + b) * N + i];
            first += error < sigma;
            second += error < 2 * sigma;
            n++;
        }
    double a = (double)first / n, b = (double)second / n;
    printf("speckle %.2f, %s: %.1f %% within one error, %.1f %% within two\n", contrast, masked ? "masked" : "whole", 100 * a, 100 * b);
    CHECK(a > low && a < high, "%.3f within one error", a);
    CHECK(b > 0.91 && b < 0.97, "%.3f within two errors", b);
    free(truth);
    free(out);
    free(mask);
    free(mean);
    free(counts);
    sim_glass_free(&glass);
}

static void test_coverage(void **state) {
    (void)state;
    coverage(0, 0, 0.64, 0.72);
    coverage(0, 1, 0.64, 0.72);
    coverage(0.15, 0, 0.64, 0.72);
    coverage(0.3, 1, 0.64, 0.72);
}

static void test_bad_input(void **state) {
    (void)state;
    vitro_job *job = NULL;
    vitro_frames f = frames_of(VITRO_U16, 4);
    uint8_t *mask = malloc(PIXELS);
    memset(mask, 1, PIXELS);
    double none[8] = {NAN, NAN, -1, 5, 200, 3, NAN, 1};
    vitro_geometry g = MIDDLE;
    assert_fails(vitro_radial_profiles_new(&f, &g, NULL, 0, &job), VITRO_ARGUMENT, "bins");
    assert_fails(vitro_radial_profiles_new(&f, &g, none, 10, &job), VITRO_DATA, "centre");
    g.mask = mask;
    assert_fails(vitro_radial_profiles_new(&f, &g, NULL, 10, &job), VITRO_DATA, "unmasked");
    g = MIDDLE, g.ring_min = 70;
    assert_fails(vitro_radial_profiles_new(&f, &g, NULL, 10, &job), VITRO_ARGUMENT, "radii");
    g = MIDDLE, g.ring_min = 200, g.ring_max = 210;
    assert_fails(vitro_radial_profiles_new(&f, &g, NULL, 10, &job), VITRO_DATA, "unmasked");
    g = MIDDLE, g.center_x = -3;
    assert_fails(vitro_radial_profiles_new(&f, &g, NULL, 10, &job), VITRO_ARGUMENT, "centre");
    g = MIDDLE, g.ellipse_yy = 0;
    assert_fails(vitro_radial_profiles_new(&f, &g, NULL, 10, &job), VITRO_ARGUMENT, "ellipse");
    g = MIDDLE, g.ring_max = NAN;
    assert_fails(vitro_radial_profiles_new(&f, &g, NULL, 10, &job), VITRO_ARGUMENT, "radii");
    assert_null(job);
    free(mask);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_flat), cmocka_unit_test(test_known_function), cmocka_unit_test(test_fixed_centre), cmocka_unit_test(test_types_and_sets),
        cmocka_unit_test(test_missing_pixels), cmocka_unit_test(test_coverage), cmocka_unit_test(test_bad_input)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
