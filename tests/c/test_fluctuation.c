/* SPDX-License-Identifier: GPL-3.0-or-later
 * Fluctuation microscopy: gamma speckle of known contrast comes back, with and without photon noise; the numbers are those of a naive
 * computation, whatever the type, chunks and threads; V2D; bad input. */
#include "check.h"
#include "sim.h"

enum { SIDE = 64, PIXELS = SIDE * SIDE, BINS = 5, SHAPE = 4, F = VITRO_FLUCTUATION_FIELDS };

static vitro_geometry geometry(const uint8_t *mask) { return (vitro_geometry){31.5, 31.5, 1, 0, 1, 4, 29, mask}; }

static vitro_frames frames_of(int type, int64_t n) { return (vitro_frames){SIDE, SIDE, type, VITRO_ISA_BEST, n}; }

static uint8_t *beam_stop(void) {
    uint8_t *mask = calloc(PIXELS, 1);
    for (int y = 0; y < SIDE; y++)
        for (int x = 0; x < 32; x++) mask[y * SIDE + x] = abs(y - 32) < 4;
    return mask;
}

static double radius(const vitro_geometry *g, int i) {
    double x = i % SIDE - g->center_x, y = i / SIDE - g->center_y;
    return hypot(g->ellipse_xx * x + g->ellipse_xy * y, g->ellipse_xy * x + g->ellipse_yy * y);
}

/* -1 = none. */
static int bin_of(const vitro_geometry *g, int bins, int i) {
    double at = (radius(g, i) - g->ring_min) / (g->ring_max - g->ring_min) * bins;
    return at >= 0 && at < bins && !(g->mask && g->mask[i]) ? (int)at : -1;
}

/* Independent pixels from the gamma distribution of that shape and mean 1: contrast^2 = 1 / shape. */
static float *speckle(int64_t n, uint64_t seed) {
    float *pixels = malloc(sizeof(float) * PIXELS * (size_t)n);
    for (int64_t i = 0; i < PIXELS * n; i++) {
        double product = 1;
        for (int k = 0; k < SHAPE; k++) product *= 1 - random_part(&seed);
        pixels[i] = (float)(-log(product) / SHAPE);
    }
    return pixels;
}

static uint16_t *counts_of(const float *speckle, int64_t n, double mean, uint64_t seed) {
    uint16_t *counts = malloc(2 * PIXELS * (size_t)n);
    sim_poisson *tables = sim_poisson_new();
    for (int64_t i = 0; i < PIXELS * n; i++) counts[i] = (uint16_t)sim_poisson_draw(tables, mean * speckle[i], sim_key(seed, (uint64_t)i));
    free(tables);
    return counts;
}

static float *fluctuation(const vitro_frames *f, const vitro_geometry *g, int bins, int noise, double from, double to, const void *pixels) {
    vitro_job *job;
    assert_ok(vitro_fluctuation_new(f, g, NULL, bins, noise, from, to, &job));
    feed_all(job, pixels, f->frames, 16, 0, 0);
    return finished(job);
}

/* ---- known contrast ------------------------------------------------------------------------- */

/* Expected variances of pixels that are independent: the shares of a sum of gamma numbers have the Dirichlet distribution. */
static void expected(double pixels, double patterns, double v[4]) {
    v[0] = (pixels - 1) / (pixels * SHAPE + 1);
    v[1] = (patterns - 1) / (patterns * pixels * SHAPE + 1);
    v[2] = (patterns - 1) / (patterns * SHAPE + 1);
    v[3] = (pixels * patterns - 1) / (pixels * patterns * SHAPE + 1);
}

typedef struct {
    double sum[4], squares[4];
    int n;
} deviations;

/* Deviations from the expected values in standard errors, of all bins. Errors come from 16 blocks, so that the deviations have Student's distribution with
 * 15 degrees of freedom: beyond 5.5 once in 16000. */
static void compare(const float *out, int64_t patterns, deviations *d) {
    double v[4];
    for (int b = 0; b < BINS; b++) {
        expected(out[VITRO_FLUCTUATION_PIXELS * BINS + b], (double)patterns, v);
        for (int k = 0; k < 4; k++) {
            double z = (out[(VITRO_FLUCTUATION_V + k) * BINS + b] - v[k]) / out[(VITRO_FLUCTUATION_SIGMA + k) * BINS + b];
            CHECK(fabs(z) < 5.5, "variance %d of annulus %d is off by %.1f errors", k, b, z);
            d->sum[k] += z;
            d->squares[k] += z * z;
        }
        d->n++;
    }
}

static void test_known_contrast(void **state) {
    (void)state;
    enum { N = 320, REPEATS = 6 };
    uint8_t *mask = beam_stop();
    vitro_geometry g = geometry(mask);
    const double mean[3] = {0, 20, 0.5}; /* counts in a pixel; 0 = no photon noise */
    for (int c = 0; c < 3; c++) {
        deviations d = {.n = 0};
        for (int r = 0; r < REPEATS; r++) {
            float *pixels = speckle(N, (uint64_t)(1 + r));
            uint16_t *counts = mean[c] > 0 ? counts_of(pixels, N, mean[c], (uint64_t)(100 + r)) : NULL;
            vitro_frames f = frames_of(counts ? VITRO_U16 : VITRO_F32, N);
            float *out = fluctuation(&f, &g, BINS, counts != NULL, 0, 0, counts ? (void *)counts : pixels);
            compare(out, N, &d);
            if (counts) { /* without the correction it is wrong by 1 / counts, many errors */
                float *raw = fluctuation(&f, &g, BINS, 0, 0, 0, counts);
                for (int b = 0; b < BINS; b++)
                    assert_near(raw[(VITRO_FLUCTUATION_V + 3) * BINS + b] - out[(VITRO_FLUCTUATION_V + 3) * BINS + b], 1 / mean[c], 0.03 / mean[c]);
                free(raw);
            }
            free(out);
            free(counts);
            free(pixels);
        }
        for (int k = 0; k < 4; k++) {
            double all = d.sum[k] / sqrt(d.n), spread = sqrt(d.squares[k] / d.n);
            printf("%4.1f counts, variance %d: deviation of all %d annuli %.2f errors, spread %.2f\n", mean[c], k, d.n, all, spread);
            CHECK(fabs(all) < 3, "%.2f errors from the known contrast", all);
            CHECK(spread > 0.7 && spread < 1.5, "deviations of %.2f errors", spread);
        }
    }
    free(mask);
}

/* Speckle with grains of some pixels: the variance image does not mind. */
static void test_grains(void **state) {
    (void)state;
    enum { N = 320 };
    double contrast = 0.3, shape = 1 / (contrast * contrast), known = (N - 1) / (N * shape + 1), sum = 0, errors = 0;
    uint16_t *counts = malloc(2 * PIXELS * N);
    float *flat = malloc(sizeof(float) * PIXELS);
    for (int i = 0; i < PIXELS; i++) flat[i] = 20;
    for (int i = 0; i < N; i++) assert_ok(sim_draw(flat, SIDE, SIDE, contrast, 3, 5, (uint64_t)i, counts + (size_t)i * PIXELS));
    vitro_geometry g = geometry(NULL);
    vitro_frames f = frames_of(VITRO_U16, N);
    float *out = fluctuation(&f, &g, BINS, 1, 0, 0, counts);
    for (int b = 0; b < BINS; b++) {
        double v = out[(VITRO_FLUCTUATION_V + 2) * BINS + b], sigma = out[(VITRO_FLUCTUATION_SIGMA + 2) * BINS + b];
        sum += (v - known) / sigma;
        errors = fmax(errors, sigma / v);
        CHECK(out[(VITRO_FLUCTUATION_V + 1) * BINS + b] > 3.0 / (out[VITRO_FLUCTUATION_PIXELS * BINS + b] * shape), "grains raise the variance of the mean");
    }
    printf("speckle of 3 px, contrast 0.3: variance image off by %.2f errors over all annuli, errors to %.1f %%\n", sum / sqrt(BINS), 100 * errors);
    assert_true(fabs(sum) / sqrt(BINS) < 3);
    free(out);
    free(flat);
    free(counts);
}

/* ---- naive ------------------------------------------------------------------------------------ */

/* The definitions word by word, without the pattern `without`; noise is subtracted as in fluct_variance.c. */
static void naive(const float *pixels, int n, const vitro_geometry *g, int bins, int noise, int without, double (*v)[4]) {
    for (int b = 0; b < bins; b++) {
        double ratio = 0, ratios = 0, m1 = 0, m2 = 0, ms = 0, t = 0, q = 0, all = 0, image = 0, images = 0, used = 0;
        for (int f = 0; f < n; f++) {
            double s = 0, s2 = 0, k = 0;
            for (int i = 0; i < PIXELS && f != without; i++) {
                if (bin_of(g, bins, i) != b || !isfinite(pixels[f * PIXELS + i])) continue;
                s += pixels[f * PIXELS + i];
                s2 += (double)pixels[f * PIXELS + i] * pixels[f * PIXELS + i];
                k++;
            }
            if (k == 0) continue;
            ratio += noise ? k * (s2 - s) / (s * s - s) - 1 : k * s2 / (s * s) - 1;
            ratios++, used++;
            m1 += s / k, m2 += s / k * s / k, ms += noise ? s / k / k : 0;
            t += s, q += s2, all += k;
        }
        for (int i = 0; i < PIXELS; i++) {
            if (bin_of(g, bins, i) != b) continue;
            double s = 0, s2 = 0, k = 0;
            for (int f = 0; f < n; f++) {
                float x = pixels[f * PIXELS + i];
                if (f != without && isfinite(x)) s += x, s2 += (double)x * x, k++;
            }
            double shot = noise ? s : 0;
            if (s * s - shot > 0) image += k * (s2 - shot) / (s * s - shot) - 1, images++;
        }
        v[b][0] = ratio / ratios;
        v[b][1] = used * (m2 - ms) / (m1 * m1 - ms) - 1;
        v[b][2] = image / images;
        v[b][3] = noise ? all * (q - t) / (t * t - t) - 1 : all * q / (t * t) - 1;
    }
}

static void test_naive(void **state) {
    (void)state;
    enum { N = 11, B = 13 };
    uint8_t *mask = beam_stop();
    vitro_geometry g = {30.3, 33.1, 1.03, 0.02, (1 + 0.0004) / 1.03, 3, 31, mask};
    float *pixels = speckle(N, 9);
    for (int i = 0; i < N * PIXELS; i++) pixels[i] *= 30;
    for (int i = 0; i < N * PIXELS; i += 41) pixels[i] = i % 2 ? NAN : -INFINITY;
    for (int i = 0; i < PIXELS; i++) pixels[3 * PIXELS + i] = NAN; /* a whole pattern */
    vitro_frames f = frames_of(VITRO_F32, N);
    for (int noise = 0; noise < 2; noise++) {
        float *out = fluctuation(&f, &g, B, noise, 0, 0, pixels);
        double all[B][4], without[N][B][4];
        naive(pixels, N, &g, B, noise, -1, all);
        for (int k = 0; k < N; k++) naive(pixels, N, &g, B, noise, k, without[k]);
        for (int b = 0; b < B; b++)
            for (int k = 0; k < 4; k++) {
                double mean = 0, squares = 0;
                for (int i = 0; i < N; i++) mean += without[i][b][k] / N;
                for (int i = 0; i < N; i++) squares += pow(without[i][b][k] - mean, 2);
                assert_near(out[(VITRO_FLUCTUATION_V + k) * B + b] / all[b][k], 1, 1e-5);
                assert_near(out[(VITRO_FLUCTUATION_SIGMA + k) * B + b] / sqrt((N - 1.0) / N * squares), 1, 1e-4);
            }
        free(out);
    }
    free(pixels);
    free(mask);
}

/* ---- the same numbers ------------------------------------------------------------------------- */

static void test_types_sets_chunks(void **state) {
    (void)state;
    enum { N = 150 };
    uint64_t random = 3;
    uint8_t *small = malloc(PIXELS * N);
    uint16_t *wide = malloc(2 * PIXELS * N);
    float *real = malloc(4 * PIXELS * N);
    for (int i = 0; i < PIXELS * N; i++) real[i] = wide[i] = small[i] = (uint8_t)random_bits(&random);
    const void *pixels[4] = {NULL, small, wide, real};
    vitro_geometry g = geometry(NULL);
    vitro_frames f = frames_of(VITRO_F32, N);
    float *first = fluctuation(&f, &g, BINS, 1, 10, 20, real);
    for (int type = VITRO_U8; type <= VITRO_F32; type++)
        for (int isa = VITRO_ISA_BEST; isa <= VITRO_ISA_AVX512; isa++) {
            if (!vitro_isa_name((vitro_isa)isa)) continue;
            f.type = type, f.isa = isa;
            float *whole = fluctuation(&f, &g, BINS, 1, 10, 20, pixels[type]);
            for (int way = 0; way < 3; way++) {
                vitro_job *job;
                assert_ok(vitro_fluctuation_new(&f, &g, NULL, BINS, 1, 10, 20, &job));
                feed_all(job, pixels[type], N, way == 0 ? 160 : 48, way, way == 2);
                float *out = finished(job);
                for (int i = 0; i < F * BINS + N + 1; i++) assert_true(out[i] == whole[i]);
                free(out);
            }
            for (int i = 0; i < F * BINS + N + 1; i++) assert_near(whole[i], first[i], 1e-5 * fabs(first[i]) + 1e-8);
            free(whole);
        }
    free(first);
    free(small);
    free(wide);
    free(real);
}

/* Sums of floats do not depend on the order either. */
static void test_float_sums(void **state) {
    (void)state;
    enum { N = 96 };
    float *pixels = speckle(N, 4);
    vitro_geometry g = geometry(NULL);
    vitro_frames f = frames_of(VITRO_F32, N);
    for (int i = 0; i < N * PIXELS; i++) pixels[i] *= 1 + 1000 * (float)(i / PIXELS % 7);
    float *whole = fluctuation(&f, &g, BINS, 0, 0, 0, pixels);
    vitro_job *job;
    assert_ok(vitro_fluctuation_new(&f, &g, NULL, BINS, 0, 0, 0, &job));
    feed_all(job, pixels, N, 32, 3, 1);
    float *out = finished(job);
    for (int i = 0; i < F * BINS; i++) assert_true(out[i] == whole[i]);
    free(out);
    free(whole);
    free(pixels);
}

/* ---- centres of their own ------------------------------------------------------------------------ */

/* Patterns whose centres lie whole pixels off are those about one centre, whose mask moves the other way. */
static void test_own_centres(void **state) {
    (void)state;
    enum { N = 40, MOST = 5 };
    uint8_t *mask = beam_stop();
    vitro_geometry g = geometry(NULL), stopped = geometry(mask);
    float *pixels = speckle(N, 31), *moved = malloc(sizeof(float) * PIXELS * N), *masked = malloc(sizeof(float) * PIXELS * N);
    uint16_t *wide = malloc(2 * PIXELS * N);
    double centers[2 * N];
    uint64_t random = 6;
    for (int f = 0; f < N; f++) {
        int dx = (int)(random_part(&random) * (2 * MOST + 1)) - MOST, dy = (int)(random_part(&random) * (2 * MOST + 1)) - MOST;
        centers[2 * f] = 31.5 + dx + 0.3, centers[2 * f + 1] = 31.5 + dy - 0.3;
        if (f == 7) centers[2 * f] = NAN;
        for (int i = 0; i < PIXELS; i++) {
            int x = i % SIDE + dx, y = i / SIDE + dy, inside = x >= 0 && x < SIDE && y >= 0 && y < SIDE;
            pixels[f * PIXELS + i] = floorf(200 * pixels[f * PIXELS + i]);
            masked[f * PIXELS + i] = f == 7 || !inside || mask[y * SIDE + x] ? NAN : pixels[f * PIXELS + i];
        }
        for (int i = 0; i < PIXELS; i++) {
            int x = i % SIDE - dx, y = i / SIDE - dy, inside = x >= 0 && x < SIDE && y >= 0 && y < SIDE;
            moved[f * PIXELS + i] = inside ? pixels[f * PIXELS + y * SIDE + x] : 3;
            wide[f * PIXELS + i] = (uint16_t)moved[f * PIXELS + i];
        }
    }
    vitro_frames real = frames_of(VITRO_F32, N), counts = frames_of(VITRO_U16, N);
    float *expected = fluctuation(&real, &g, BINS, 1, 12, 26, masked);
    for (int type = 0; type < 2; type++) {
        vitro_job *job;
        assert_ok(vitro_fluctuation_new(type ? &counts : &real, &stopped, centers, BINS, 1, 12, 26, &job));
        feed_all(job, type ? (void *)wide : moved, N, 16, 2, 1);
        float *out = finished(job);
        for (int i = 0; i < F * BINS + N + 1; i++) assert_true(out[i] == expected[i] || (isnan(out[i]) && isnan(expected[i]) && i == F * BINS + 7));
        assert_true(out[F * BINS + N] < 35 && out[F * BINS + N] > 28);
        free(out);
    }
    for (int i = 0; i < 2 * N - 2; i++) centers[i] = -1;
    vitro_job *job = NULL;
    assert_fails(vitro_fluctuation_new(&real, &g, centers, BINS, 1, 0, 0, &job), VITRO_DATA, "centre");
    free(expected);
    free(pixels);
    free(moved);
    free(masked);
    free(wide);
    free(mask);
}

/* ---- V2D ------------------------------------------------------------------------------------------ */

/* Sectors' means by a walk over the ring; masked = sectors less than half of the fullest. Returns V2D. */
static double naive_v2d(const float *pixels, const vitro_geometry *g, double from, double to, int noise, int *used) {
    double sum[36] = {0}, n[36] = {0}, most = 0, s = 0, s2 = 0, shot = 0;
    for (int i = 0; i < PIXELS; i++) {
        double r = radius(g, i), x = i % SIDE - g->center_x, y = i / SIDE - g->center_y;
        double u = g->ellipse_xx * x + g->ellipse_xy * y, v = g->ellipse_xy * x + g->ellipse_yy * y, angle = atan2(v, u) * 180 / 3.141592653589793;
        if (r < from || r >= to || (g->mask && g->mask[i])) continue;
        int sector = (int)((angle + 360) / 10) % 36;
        sum[sector] += pixels[i];
        n[sector]++;
    }
    for (int k = 0; k < 36; k++) most = fmax(most, n[k]);
    *used = 0;
    for (int k = 0; k < 36; k++) {
        if (n[k] < most / 2) continue;
        double m = sum[k] / n[k];
        s += m, s2 += m * m, shot += noise ? m / n[k] : 0;
        ++*used;
    }
    return *used * (s2 - shot) / (s * s - shot) - 1;
}

static void test_v2d(void **state) {
    (void)state;
    enum { N = 640 };
    uint8_t *mask = beam_stop();
    vitro_geometry g = geometry(mask);
    float *pixels = speckle(N, 21), *real = malloc(sizeof(float) * PIXELS);
    uint16_t *counts = counts_of(pixels, N, 2, 77);
    for (int noise = 0; noise < 2; noise++) {
        vitro_frames f = frames_of(noise ? VITRO_U16 : VITRO_F32, N);
        float *out = fluctuation(&f, &g, BINS, noise, 12, 26, noise ? (void *)counts : pixels) + F * BINS;
        double mean = 0, square = 0, known = 0;
        int used = 0, ones[36] = {0};
        for (int i = 0; i < N; i++) {
            for (int k = 0; k < PIXELS; k++) real[k] = noise ? counts[i * PIXELS + k] : pixels[i * PIXELS + k];
            assert_near(out[i], naive_v2d(real, &g, 12, 26, noise, &used), 1e-5);
            mean += out[i] / N;
            square += out[i] * out[i] / N;
        }
        assert_true(out[N] == used && used < 36 && used > 28);
        /* sectors' means are gamma numbers of SHAPE x pixels, nearly alike: <m^2> = 1 + 1 / (SHAPE pixels) */
        double inverse = 0, full = 0;
        for (int i = 0; i < PIXELS; i++) {
            double r = radius(&g, i);
            if (r >= 12 && r < 26 && !mask[i]) ones[(int)((atan2(i / SIDE - 31.5, i % SIDE - 31.5) / 3.141592653589793 * 180 + 360) / 10) % 36]++;
        }
        for (int k = 0; k < 36; k++) full = fmax(full, ones[k]);
        for (int k = 0; k < 36; k++) inverse += ones[k] >= full / 2 ? 1.0 / (SHAPE * ones[k]) : 0;
        known = used * (used + inverse) / (used * used + inverse) - 1;
        double error = sqrt((square - mean * mean) / N);
        printf("V2D %s photon noise: %.5f +- %.5f, known %.5f, %d sectors\n", noise ? "with" : "without", mean, error, known, used);
        CHECK(fabs(mean - known) < 3 * error, "%.5f +- %.5f is not %.5f", mean, error, known);
        CHECK(error < 0.03 * known, "error %.5f", error);
        free(out - F * BINS);
    }
    free(real);
    free(pixels);
    free(counts);
    free(mask);
}

/* ---- bad input -------------------------------------------------------------------------------------- */

static void test_bad_input(void **state) {
    (void)state;
    vitro_job *job = NULL;
    vitro_frames f = frames_of(VITRO_U16, 1);
    uint8_t *mask = malloc(PIXELS);
    memset(mask, 1, PIXELS);
    vitro_geometry g = geometry(NULL);
    assert_fails(vitro_fluctuation_new(&f, &g, NULL, BINS, 1, 0, 0, &job), VITRO_DATA, "two");
    f.frames = 20;
    assert_fails(vitro_fluctuation_new(&f, &g, NULL, 0, 1, 0, 0, &job), VITRO_ARGUMENT, "bins");
    assert_fails(vitro_fluctuation_new(&f, &g, NULL, BINS, 1, 20, 10, &job), VITRO_ARGUMENT, "radii");
    assert_fails(vitro_fluctuation_new(&f, &g, NULL, BINS, 1, 60, 70, &job), VITRO_DATA, "unmasked");
    g.ring_min = 50, g.ring_max = 60;
    assert_fails(vitro_fluctuation_new(&f, &g, NULL, BINS, 1, 0, 0, &job), VITRO_DATA, "unmasked");
    g = geometry(mask);
    assert_fails(vitro_fluctuation_new(&f, &g, NULL, BINS, 1, 0, 0, &job), VITRO_DATA, "unmasked");
    for (int i = 0; i < PIXELS; i++) mask[i] = !(i % SIDE > 40 && abs(i / SIDE - 32) < 2);
    assert_fails(vitro_fluctuation_new(&f, &g, NULL, BINS, 1, 10, 20, &job), VITRO_DATA, "sectors");
    assert_null(job);
    free(mask);
}

static void fails_at_the_end(const float *pixels, int64_t n, const char *word) {
    vitro_frames f = frames_of(VITRO_F32, n);
    vitro_geometry g = geometry(NULL);
    vitro_job *job;
    float out[F * BINS];
    assert_ok(vitro_fluctuation_new(&f, &g, NULL, BINS, 0, 0, 0, &job));
    feed_all(job, pixels, n, 16, 0, 0);
    assert_fails(vitro_job_finish(job, out, F * BINS), VITRO_DATA, word);
    vitro_job_free(job);
}

static void test_nothing_fluctuates(void **state) {
    (void)state;
    enum { N = 20 };
    float *pixels = malloc(sizeof(float) * PIXELS * N);
    for (int i = 0; i < N * PIXELS; i++) pixels[i] = 7.3f;
    fails_at_the_end(pixels, N, "same value");
    for (int i = 0; i < N * PIXELS; i++) pixels[i] = 0;
    fails_at_the_end(pixels, N, "no counts");
    for (int i = 0; i < N * PIXELS; i++) pixels[i] = NAN;
    fails_at_the_end(pixels, N, "number");
    free(pixels);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_known_contrast), cmocka_unit_test(test_grains), cmocka_unit_test(test_naive), cmocka_unit_test(test_types_sets_chunks),
        cmocka_unit_test(test_float_sums), cmocka_unit_test(test_own_centres),
        cmocka_unit_test(test_v2d), cmocka_unit_test(test_bad_input), cmocka_unit_test(test_nothing_fluctuates)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
