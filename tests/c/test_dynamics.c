/* SPDX-License-Identifier: GPL-3.0-or-later
 * Correlation of intensities in time: the expected spectrum against naive sums, what a fit gives back, invariances, the noise, g2, bad series. */
#include "dynamics.h"
#include "dynamics_check.h"

enum { TAU = VITRO_DYNAMICS_TAU, BETA = VITRO_DYNAMICS_BETA, AMPLITUDE = VITRO_DYNAMICS_AMPLITUDE, RESIDUAL = VITRO_DYNAMICS_RESIDUAL, STATUS = VITRO_DYNAMICS_STATUS };

static const double no_noise[2] = {0, 0};

static vitro_dynamics *tables(int frames) { return tables_for(frames, 1, 0); }

/* E |sum of h (x - m) exp|^2 from the covariance of all pairs of frames. */
static double naive_spectrum(const vitro_dynamics *d, double tau, double beta, int k) {
    int n = d->frames;
    double with_mean[128], variance = 0, sum = 0;
    assert_true(n <= 128);
    for (int t = 0; t < n; t++) {
        with_mean[t] = 0;
        for (int s = 0; s < n; s++) with_mean[t] += d->mean[s] * exp(-2 * pow(abs(t - s) / tau, beta));
        variance += d->mean[t] * with_mean[t];
    }
    for (int t = 0; t < n; t++)
        for (int s = 0; s < n; s++) {
            double covariance = exp(-2 * pow(abs(t - s) / tau, beta)) - with_mean[t] - with_mean[s] + variance;
            sum += d->taper[t] * d->taper[s] * covariance * cos(2 * acos(-1) * k * (t - s) / n);
        }
    return sum;
}

static void spectrum_is_the_naive_one(void **state) {
    (void)state;
    static const double taus[] = {0.7, 3.1, 20, 90}, betas[] = {0.33, 0.5, 1, 1.52};
    vitro_dynamics *d = tables(97); /* a prime */
    double at[AT_ALL][DYNAMICS_CHANNELS], up[AT_ALL][DYNAMICS_CHANNELS], right[AT_ALL][DYNAMICS_CHANNELS];
    for (int i = 0; i < 4; i++)
        for (int j = 0; j < 4; j++) {
            double u = log(taus[i]);
            dynamics_interpolate(d, u, betas[j], AT_ALL, at);
            dynamics_interpolate(d, u + 1e-4, betas[j], AT_ALL, up);
            dynamics_interpolate(d, u, betas[j] + 1e-4, AT_ALL, right);
            for (int b = 0; b < d->bands; b += 3) {
                double mean = 0;
                for (int k = d->edge[b]; k < d->edge[b + 1]; k++) mean += naive_spectrum(d, taus[i], betas[j], k) / (d->edge[b + 1] - d->edge[b]);
                CHECK(fabs(exp(at[AT][b]) / mean - 1) < 2e-3, "tau %g beta %g band %d: %g, naive %g", taus[i], betas[j], b, exp(at[AT][b]), mean);
                assert_near((up[AT][b] - at[AT][b]) / 1e-4, at[AT_U][b], 1e-3);
                assert_near((right[AT][b] - at[AT][b]) / 1e-4, at[AT_B][b], 1e-2);
                assert_near((up[AT_U][b] - at[AT_U][b]) / 1e-4, at[AT_UU][b], 2e-2);
                assert_near((up[AT_B][b] - at[AT_B][b]) / 1e-4, at[AT_UB][b], 5e-2);
                assert_near((right[AT_B][b] - at[AT_B][b]) / 1e-4, at[AT_BB][b], 0.2);
            }
        }
    assert_int_equal(d->edge[0], 1);
    assert_int_equal(d->edge[d->bands], 49);
    vitro_dynamics_free(d);
}

/* A periodogram that is the expected one, of very many series, gives back what it was made from. */
static void fit_finds_its_own_spectrum(void **state) {
    (void)state;
    static const double taus[] = {2, 12, 60}, betas[] = {0.4, 0.9, 1.7}, noises[] = {0, 0.5};
    vitro_dynamics *d = tables(500);
    double at[AT_ALL][DYNAMICS_CHANNELS];
    for (int i = 0; i < 18; i++) {
        double u = log(taus[i % 3]), beta = betas[i / 3 % 3], noise = noises[i / 9];
        dynamics_series s = {.status = VITRO_DYNAMICS_GOOD, .count = 1e7, .mean = 10};
        dynamics_interpolate(d, u, beta, 1, at);
        for (int b = 0; b < d->bands; b++) s.power[b] = 7 * exp(at[AT][b]) + noise;
        dynamics_fit(d, noise, 0, &s);
        assert_int_equal(s.status, VITRO_DYNAMICS_GOOD);
        assert_near(s.u, u, 2e-3);
        assert_near(s.beta, beta, 1e-3);
        assert_near(s.amplitude, 7, 0.02);
    }
    vitro_dynamics_free(d);
}

static void numbers_do_not_depend_on_the_scale(void **state) {
    (void)state;
    enum { N = 40, FRAMES = 600 };
    process p = {FRAMES, N, 12, 0.8, 1, 0};
    vitro_dynamics *d = tables(FRAMES);
    float *block = simulate(&p, 5), *other = malloc(sizeof(float) * N * FRAMES), a[N * VITRO_DYNAMICS_SLICES], b[N * VITRO_DYNAMICS_SLICES], one[VITRO_DYNAMICS_SLICES], series[FRAMES];
    double noise[2] = {0.004, 0.01}, scaled[2] = {9 * 0.004, 3 * 0.01};
    assert_ok(vitro_dynamics_maps(d, block, N, noise, a));
    for (int i = 0; i < N * FRAMES; i++) other[i] = 3 * block[i];
    assert_ok(vitro_dynamics_maps(d, other, N, scaled, b));
    for (int i = 0; i < N * VITRO_DYNAMICS_SLICES; i++) assert_near(b[i] / (a[i] + 1e-9), a[i] / (a[i] + 1e-9), 1e-3);
    /* Each series by itself has the same numbers, backwards too. */
    for (int i = 0; i < N; i++) {
        for (int t = 0; t < FRAMES; t++) series[t] = block[t * N + i];
        assert_ok(vitro_dynamics_maps(d, series, 1, noise, one));
        for (int z = 0; z < VITRO_DYNAMICS_SLICES; z++) assert_true(one[z] == a[z * N + i]);
        for (int t = 0; t < FRAMES; t++) series[t] = block[(FRAMES - 1 - t) * N + i];
        assert_ok(vitro_dynamics_maps(d, series, 1, noise, one));
        for (int z = 0; z < RESIDUAL; z++) assert_near(one[z] / a[z * N + i], 1, 1e-3);
    }
    free(other);
    free(block);
    vitro_dynamics_free(d);
}

static double average(const float *values, int n) {
    double sum = 0;
    int count = 0;
    for (int i = 0; i < n; i++)
        if (isfinite(values[i])) {
            sum += values[i];
            count++;
        }
    return sum / count;
}

/* Of few frames the mean takes much of the correlation with it; g2 has it again. */
static void g2_has_no_bias_of_short_series(void **state) {
    (void)state;
    enum { N = 3000, FRAMES = 400 };
    process p = {FRAMES, N, 20, 0.8, 0, 0};
    vitro_dynamics *d = tables(FRAMES);
    float *block = simulate(&p, 11);
    double lags[DYNAMICS_LAGS];
    int64_t count = vitro_dynamics_lags(d, lags);
    float *curves = malloc(sizeof(float) * 2 * (size_t)count * N);
    assert_ok(vitro_dynamics_g2(d, block, N, no_noise, curves));
    assert_near(lags[0], 1, 0);
    for (int64_t k = 0; k < count; k++) {
        double truth = 0.01 * exp(-2 * pow(lags[k] / 20, 0.8));
        if (lags[k] > FRAMES / 4) break;
        assert_near(average(curves + k * N, N) - 1, truth, 3e-4); /* the mean's variance is 5e-4 */
        assert_near(average(curves + (count + k) * N, N) - 1, truth, 4e-4);
    }
    free(curves);
    free(block);
    vitro_dynamics_free(d);
}

/* Counts, some dim and some bright, with a read-out noise on top. */
static void noise_is_found(void **state) {
    (void)state;
    enum { N = 256, FRAMES = 1000 };
    uint64_t seed = 3;
    vitro_dynamics *d = tables(FRAMES);
    process p = {FRAMES, N, 8, 1.5, 1, 0};
    float *block = simulate(&p, 8);
    normals *n = malloc(sizeof *n);
    normals_begin(n, 3);
    for (int i = 0; i < N * FRAMES; i++) block[i] = (float)(draw_poisson(block[i] * (i % N < N / 2 ? 2 : 10), n, &seed) * 2 + 2 * normal(n));
    free(n);
    double noise[2];
    assert_ok(vitro_dynamics_noise(d, block, N, 32, noise));
    /* Each electron counts two; the dim and the bright half tell one number each. */
    printf("noise: read-out %.2f of 4, gain %.3f of 2\n", noise[0], noise[1]);
    assert_near(noise[0] + 4 * noise[1], 12, 0.6);
    assert_near(noise[0] + 20 * noise[1], 44, 2);
    for (int i = 0; i < N * FRAMES; i++) block[i] = (float)rint(block[i]);
    for (int t = 0; t < FRAMES; t++) block[t * N + 7] = 3; /* constant and broken ones do not matter */
    block[9] = NAN;
    double again[2];
    assert_ok(vitro_dynamics_noise(d, block, N, 32, again));
    assert_near(again[0], noise[0], 0.3);
    assert_near(again[1], noise[1], 0.1);
    free(block);
    vitro_dynamics_free(d);
}

/* A drift over the whole series is no part of what last_lag leaves; noise over some frames none of what first_lag leaves. */
static void lags_leave_out_what_they_say(void **state) {
    (void)state;
    enum { N = 64, FRAMES = 1024 };
    uint64_t seed = 4;
    process p = {FRAMES, N, 10, 1, 0, 0};
    float *block = simulate(&p, 21), maps[N * VITRO_DYNAMICS_SLICES];
    vitro_dynamics *all = tables(FRAMES), *some = tables_for(FRAMES, 1, 128);
    for (int t = 0; t < FRAMES; t++)
        for (int i = 0; i < N; i++) block[t * N + i] += (float)(2.5 * sin(6.2831853 * t / FRAMES + i));
    assert_ok(vitro_dynamics_maps(some, block, N, no_noise, maps));
    CHECK(fabs(average(maps, N) / 10 - 1) < 0.15, "with last_lag tau is %g", average(maps, N));
    assert_near(average(maps + BETA * N, N), 1, 0.1);
    assert_ok(vitro_dynamics_maps(all, block, N, no_noise, maps));
    CHECK(!(average(maps, N) < 15), "without last_lag tau is %g", average(maps, N));
    vitro_dynamics_free(some);
    free(block);

    p.tau = 40;
    block = simulate(&p, 22);
    some = tables_for(FRAMES, 6, 0);
    for (int i = 0; i < N; i++) {
        double before = random_normal(&seed);
        for (int t = 0; t < FRAMES; t++) {
            double now = random_normal(&seed);
            block[t * N + i] += (float)(now + before);
            before = now;
        }
    }
    double noise[2];
    assert_ok(vitro_dynamics_noise(some, block, N, 64, noise));
    assert_ok(vitro_dynamics_maps(some, block, N, noise, maps));
    double with = average(maps + BETA * N, N);
    assert_ok(vitro_dynamics_noise(all, block, N, 64, noise));
    assert_ok(vitro_dynamics_maps(all, block, N, noise, maps));
    CHECK(fabs(with - 1) < 0.15, "with first_lag beta is %g", with);
    double without = average(maps + BETA * N, N);
    CHECK(!(fabs(without - 1) < 0.25), "without first_lag beta is %g", without); /* or no fit at all */
    vitro_dynamics_free(some);
    vitro_dynamics_free(all);
    free(block);
}

static void bad_series_have_their_status(void **state) {
    (void)state;
    enum { N = 6, FRAMES = 256 };
    uint64_t seed = 6;
    float block[N * FRAMES], maps[N * VITRO_DYNAMICS_SLICES];
    process p = {FRAMES, N, 6, 1, 1, 0};
    float *good = simulate(&p, 2);
    for (int t = 0; t < FRAMES; t++) {
        float *x = block + t * N;
        x[0] = good[t * N];
        x[1] = t == 77 ? NAN : good[t * N + 1];
        x[2] = 5;
        x[3] = (float)(100 + random_normal(&seed));
        x[4] = (float)(10 + 0.02 * t + 1e-4 * random_normal(&seed));
        x[5] = good[t * N + 5] - 100;
    }
    static const int expected[N] = {VITRO_DYNAMICS_GOOD, VITRO_DYNAMICS_MISSING, VITRO_DYNAMICS_CONSTANT, VITRO_DYNAMICS_NOISE_ONLY, VITRO_DYNAMICS_TOO_SLOW, VITRO_DYNAMICS_NO_MEAN};
    vitro_dynamics *d = tables(FRAMES);
    assert_ok(vitro_dynamics_maps(d, block, N, no_noise, maps));
    for (int i = 0; i < N; i++) {
        CHECK(maps[STATUS * N + i] == expected[i], "series %d: status %g, not %d", i, maps[STATUS * N + i], expected[i]);
        for (int z = 0; z < STATUS; z++) assert_true(i == 0 ? isfinite(maps[z * N + i]) : isnan(maps[z * N + i]));
    }
    double noise[2];
    for (int i = 0; i < N * FRAMES; i++) block[i] = 1;
    assert_ok(vitro_dynamics_noise(d, block, N, 3, noise)); /* nothing to learn from */
    assert_near(noise[0] + noise[1], 0, 0);
    const double negative[2] = {-1, 0};
    assert_fails(vitro_dynamics_maps(d, block, N, negative, maps), VITRO_ARGUMENT, "-1");
    vitro_dynamics_free(d);
    free(good);

    assert_fails(vitro_dynamics_new(31, 1, 0, &d), VITRO_ARGUMENT, "31 frames");
    assert_fails(vitro_dynamics_new(65537, 1, 0, &d), VITRO_ARGUMENT, "65537");
    assert_fails(vitro_dynamics_new(100, 0, 0, &d), VITRO_ARGUMENT, "from 0");
    assert_fails(vitro_dynamics_new(100, 5, 5, &d), VITRO_ARGUMENT, "from 5 to 5");
    assert_fails(vitro_dynamics_new(100, 1, 101, &d), VITRO_ARGUMENT, "101");
    assert_fails(vitro_dynamics_new(100, 8, 10, &d), VITRO_ARGUMENT, "are needed");
    assert_ok(vitro_dynamics_new(32, 1, 0, &d));
    assert_fails(vitro_dynamics_fill(d, vitro_dynamics_rows(d)), VITRO_ARGUMENT, "row 39");
    assert_fails(vitro_dynamics_maps(d, block, N, no_noise, maps), VITRO_STATE, "not finished");
    assert_fails(vitro_dynamics_noise(d, block, N, 3, noise), VITRO_STATE, "not finished");
    vitro_dynamics_free(d);
    vitro_dynamics_free(NULL);
}

static void sample_is_the_same_in_any_division(void **state) {
    (void)state;
    vitro_sample_options o;
    vitro_sample *sample;
    assert_ok(vitro_sample_defaults(&o));
    o.scan_x = o.scan_y = 8;
    o.detector = 32;
    o.kind = VITRO_LIQUID;
    o.frames = 200;
    o.counts = 64 * 50;
    assert_ok(vitro_sample_new(&o, &sample));
    uint16_t *all = malloc(2 * 64 * 200), *part = malloc(2 * 5 * 200);
    float truth[64 * VITRO_SAMPLE_DYNAMICS];
    double interval, sum = 0;
    assert_ok(vitro_sample_series(sample, 0, 64, all));
    assert_ok(vitro_sample_series(sample, 17, 5, part));
    for (int t = 0; t < 200; t++)
        for (int i = 0; i < 5; i++) assert_int_equal(part[t * 5 + i], all[t * 64 + 17 + i]);
    for (int i = 0; i < 64 * 200; i++) sum += all[i];
    assert_near(sum / (64 * 200), 50, 5);
    assert_ok(vitro_sample_dynamics(sample, truth, &interval));
    for (int i = 0; i < 64; i++) assert_true(truth[i] > 2 * interval && truth[i] < 60 * interval && truth[64 + i] > 0.5 && truth[64 + i] <= 1 && truth[128 + i] == 1);
    assert_fails(vitro_sample_series(sample, 60, 5, part), VITRO_ARGUMENT, "60 + 5");
    free(part);
    free(all);
    vitro_sample_free(sample);
    o.frames = 10;
    assert_fails(vitro_sample_new(&o, &sample), VITRO_ARGUMENT, "frames = 10");
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(spectrum_is_the_naive_one),
        cmocka_unit_test(fit_finds_its_own_spectrum),
        cmocka_unit_test(numbers_do_not_depend_on_the_scale),
        cmocka_unit_test(g2_has_no_bias_of_short_series),
        cmocka_unit_test(noise_is_found),
        cmocka_unit_test(lags_leave_out_what_they_say),
        cmocka_unit_test(bad_series_have_their_status),
        cmocka_unit_test(sample_is_the_same_in_any_division),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
