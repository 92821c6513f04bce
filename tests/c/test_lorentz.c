/* The direct beam's place, the induction, its coupling to strain. SPDX-License-Identifier: GPL-3.0-or-later */
#include <stdlib.h>

#include "check.h"
#include "sim.h"
#include "vitromap.h"

enum { SIDE = 64 };
#define PI 3.14159265358979323846

/* Mean counts of a disc of radius r with soft rim on a symmetric halo, both about (cx, cy). */
static void draw_beam(double cx, double cy, double r, double height, double halo, float *out) {
    for (int y = 0; y < SIDE; y++)
        for (int x = 0; x < SIDE; x++) {
            double d = hypot(x - cx, y - cy);
            out[y * SIDE + x] = (float)(height / (1 + exp((d - r) / 0.8)) + halo * exp(-d / 12));
        }
}

static vitro_frames f32_frames(int64_t n) { return (vitro_frames){.width = SIDE, .height = SIDE, .type = VITRO_F32, .frames = n}; }

static vitro_status measure(const float *patterns, int64_t n, double cx, double cy, double radius, float *beam) {
    vitro_frames f = f32_frames(n);
    vitro_job *job = NULL;
    vitro_status status = vitro_direct_beam_new(&f, (double[2]){cx, cy}, radius, &job);
    if (status == VITRO_OK) status = vitro_job_feed(job, patterns, 0, n);
    if (status == VITRO_OK) status = vitro_job_finish(job, beam, VITRO_BEAM_FIELDS * n);
    vitro_job_free(job);
    return status;
}

static void the_beam_is_found_without_bias_on_a_halo_wherever_it_is(void **state) {
    (void)state;
    enum { N = 40 };
    static float pattern[N][SIDE * SIDE], beam[VITRO_BEAM_FIELDS * N];
    double x[N], y[N];
    for (int i = 0; i < N; i++) {
        x[i] = 31 + 0.137 * i - 2;
        y[i] = 32.4 - 0.071 * i;
        draw_beam(x[i], y[i], 4, 1000, 300, pattern[i]);
    }
    assert_ok(measure(pattern[0], N, 31.5, 31.5, 7, beam));
    for (int i = 0; i < N; i++) {
        assert_near(beam[i], x[i], 2e-3);
        assert_near(beam[N + i], y[i], 2e-3);
    }
}

static void scatter_by_photon_noise_is_as_stated(void **state) {
    (void)state;
    enum { N = 3000 };
    float *mean = malloc(sizeof(float) * SIDE * SIDE), *patterns = malloc(sizeof(float) * SIDE * SIDE * N), *beam = malloc(sizeof(float) * 3 * N);
    draw_beam(31.3, 32.2, 4, 60, 10, mean);
    sim_poisson *tables = sim_poisson_new();
    for (int f = 0; f < N; f++)
        for (int i = 0; i < SIDE * SIDE; i++) patterns[(size_t)f * SIDE * SIDE + i] = (float)sim_poisson_draw(tables, mean[i], sim_key(sim_key(7, f), i));
    assert_ok(measure(patterns, N, 31.5, 31.5, 7, beam));
    double sum[2] = {0, 0}, square[2] = {0, 0};
    for (int f = 0; f < N; f++)
        for (int k = 0; k < 2; k++) {
            double pull = (beam[k * N + f] - (k ? 32.2 : 31.3)) / beam[2 * N + f];
            sum[k] += pull;
            square[k] += pull * pull;
        }
    for (int k = 0; k < 2; k++) {
        assert_near(sum[k] / N, 0, 3 / sqrt(N) + 0.02);
        assert_near(sqrt(square[k] / N), 1, 3 / sqrt(2 * N) + 0.02);
    }
    free(tables);
    free(mean);
    free(patterns);
    free(beam);
}

static void no_beam_is_nan_and_none_at_all_an_error(void **state) {
    (void)state;
    static float pattern[4][SIDE * SIDE], beam[VITRO_BEAM_FIELDS * 4];
    draw_beam(30, 31, 4, 1000, 0, pattern[0]);
    draw_beam(30, 31, 4, 1000, 0, pattern[2]);
    draw_beam(44, 31, 4, -1000, 0, pattern[1]);
    pattern[2][31 * SIDE + 30] = NAN;
    for (int i = 0; i < SIDE * SIDE; i++) pattern[3][i] = 5;
    assert_ok(measure(pattern[0], 4, 31.5, 31.5, 7, beam));
    assert_near(beam[0], 30, 1e-3);
    for (int i = 1; i < 4; i++) assert_true(isnan(beam[i]) && isnan(beam[4 + i]) && isnan(beam[8 + i]));
    assert_int_equal(measure(pattern[1], 1, 31.5, 31.5, 7, beam), VITRO_DATA);
    assert_int_equal(measure(pattern[0], 1, 3, 31.5, 7, beam), VITRO_ARGUMENT);
    assert_int_equal(measure(pattern[0], 1, 31.5, 31.5, NAN, beam), VITRO_ARGUMENT);
    assert_int_equal(measure(pattern[0], 1, NAN, 31.5, 7, beam), VITRO_ARGUMENT);
}

static void one_tesla_over_20_nm_at_300_kV_deflects_by_9_5_microradians(void **state) {
    (void)state;
    const double wavelength = 0.019687; /* Angstrom */
    vitro_induction_options o = {.q_per_px = 0.005, .thickness_nm = 20};
    float zero[3] = {50, 50, 0}, beam[3] = {50, (float)(50 - 9.5176e-6 / wavelength / 0.005), 0}, out[5];
    assert_ok(vitro_induction(&o, beam, zero, 1, out));
    assert_near(out[0], 1, 1e-3); /* moved up on screen: the force (-By, Bx) is along +y */
    assert_near(out[1], 0, 1e-6);
    assert_near(out[2], 1, 1e-3);
    assert_near(out[3], 0, 1e-4);
}

/* From the scan's frame back to the detector, step by step. */
static void detector_vector(const double v[2], double rotation_deg, int flip, double d[2]) {
    double a = -rotation_deg * PI / 180;
    double up[2] = {cos(a) * v[0] - sin(a) * v[1], sin(a) * v[0] + cos(a) * v[1]};
    d[0] = flip ? -up[0] : up[0];
    d[1] = -up[1];
}

static void the_field_comes_back_in_every_rotation_and_flip(void **state) {
    (void)state;
    for (int k = 0; k < 24; k++) {
        vitro_induction_options o = {.q_per_px = 0.004, .thickness_nm = 50, .rotation_deg = 33.7 * k - 300, .flip = k % 2};
        double field[2] = {1.3 * cos(k), 1.3 * sin(k)}, per_tesla = 50e-9 * 1.602176634e-19 / 6.62607015e-34 * 1e-10 / 0.004;
        double force[2] = {-field[1] * per_tesla, field[0] * per_tesla}, d[2];
        detector_vector(force, o.rotation_deg, o.flip, d);
        float zero[3] = {31, 30, 0.03f}, beam[3] = {(float)(31 + d[0]), (float)(30 + d[1]), 0.04f}, out[5];
        assert_ok(vitro_induction(&o, beam, zero, 1, out));
        assert_near(out[0], field[0], 1e-4);
        assert_near(out[1], field[1], 1e-4);
        assert_near(out[2], 1.3, 1e-4);
        assert_near(cos(out[3] * PI / 180 - k), 1, 1e-6);
        assert_near(out[4], 0.05 / per_tesla, 1e-5);
    }
}

static void magnetoelastic_energy_equals_the_sum_over_the_stress_tensor(void **state) {
    (void)state;
    enum { N = 50 };
    float b[2 * N], e_1[N], e_2[N], at[N], angle[N], energy[N];
    for (int i = 0; i < N; i++) {
        b[i] = (float)cos(1.7 * i);
        b[N + i] = (float)(0.6 * sin(2.3 * i + 1));
        e_1[i] = (float)(0.9 * cos(0.4 * i));
        e_2[i] = (float)(e_1[i] - 0.03 * i);
        at[i] = (float)(90 * sin(3.1 * i));
    }
    vitro_magnetoelastic_options o = {.lambda_s = 25e-6, .young_gpa = 160, .poisson = 0.32};
    assert_ok(vitro_magnetoelastic(&o, b, e_1, e_2, at, N, angle, energy));
    for (int i = 0; i < N; i++) {
        /* strain tensor, then Hooke's law with sigma_zz = 0, then -3/2 lambda m.sigma.m */
        double t = at[i] * PI / 180, c = cos(t), s = sin(t), x = 0.01 * e_1[i], y = 0.01 * e_2[i];
        double xx = c * c * x + s * s * y, yy = s * s * x + c * c * y, xy = c * s * (x - y);
        double shear = 160e9 / (2 * 1.32), lame = 160e9 * 0.32 / (1 - 0.32 * 0.32);
        double sxx = 2 * shear * xx + lame * (xx + yy), syy = 2 * shear * yy + lame * (xx + yy), sxy = 2 * shear * xy;
        double mx = b[i] / hypot(b[i], b[N + i]), my = b[N + i] / hypot(b[i], b[N + i]);
        double expected = -1.5 * 25e-6 * (mx * mx * sxx + 2 * mx * my * sxy + my * my * syy) / 1000;
        assert_near(energy[i], expected, 1e-6 * fmax(1, fabs(expected)));
        assert_near(cos(angle[i] * PI / 180), fabs(mx * c + my * s), 1e-5);
        assert_true(angle[i] >= 0 && angle[i] <= 90);
    }
    b[0] = NAN;
    e_2[1] = NAN;
    assert_ok(vitro_magnetoelastic(&o, b, e_1, e_2, at, N, angle, energy));
    assert_true(isnan(angle[0]) && isnan(energy[0]) && isnan(energy[1]));
    o.poisson = 0.6;
    assert_int_equal(vitro_magnetoelastic(&o, b, e_1, e_2, at, N, angle, energy), VITRO_ARGUMENT);
    o = (vitro_magnetoelastic_options){.lambda_s = 25, .young_gpa = 160, .poisson = 0.3};
    assert_int_equal(vitro_magnetoelastic(&o, b, e_1, e_2, at, N, angle, energy), VITRO_ARGUMENT);
}

/* Beam of every position of a magnetic sample. */
static void measure_sample(vitro_sample_options *o, double field, uint64_t seed, float *beam, float *truth) {
    int64_t n = (int64_t)o->scan_x * o->scan_y;
    vitro_sample *sample = NULL;
    o->field_t = field;
    o->seed = seed;
    assert_ok(vitro_sample_new(o, &sample));
    uint16_t *frames = malloc((size_t)n * (size_t)o->detector * (size_t)o->detector * sizeof *frames);
    assert_ok(vitro_sample_frames(sample, 0, n, frames));
    vitro_frames f = {.width = o->detector, .height = o->detector, .type = VITRO_U16, .frames = n};
    vitro_job *job = NULL;
    double calibration[8];
    assert_ok(vitro_sample_calibration(sample, calibration));
    assert_ok(vitro_direct_beam_new(&f, calibration + 6, o->detector / 40.0, &job));
    assert_ok(vitro_job_feed(job, frames, 0, n));
    assert_ok(vitro_job_finish(job, beam, VITRO_BEAM_FIELDS * n));
    assert_ok(vitro_sample_induction(sample, truth));
    vitro_job_free(job);
    free(frames);
    vitro_sample_free(sample);
}

static void the_magnetic_sample_s_field_comes_back_within_one_percent(void **state) {
    (void)state;
    enum { N = 16 * 16 };
    static float with[3 * N], without[3 * N], truth[4 * N], none[4 * N], out[5 * N];
    vitro_sample_options o;
    assert_ok(vitro_sample_defaults(&o));
    o.kind = VITRO_MAGNETIC;
    o.scan_x = o.scan_y = 16;
    o.detector = 256;
    o.thickness_nm = 50;
    o.counts = 1e6;
    o.drift_px = 3;
    measure_sample(&o, 1, 1, with, truth);
    measure_sample(&o, 0, 2, without, none);
    vitro_induction_options i = {.q_per_px = 0.43 / 70, .thickness_nm = 50};
    assert_ok(vitro_induction(&i, with, without, N, out));
    double product = 0, square = 0, sigma = 0;
    for (int k = 0; k < 2 * N; k++) {
        product += (double)out[k] * truth[k];
        square += (double)truth[k] * truth[k];
        sigma += out[4 * N + k % N] * out[4 * N + k % N] / (2 * N);
        assert_true(none[k] == 0);
    }
    assert_true(square > N / 2.0);
    CHECK(fabs(product / square - 1) < 0.01 + 3 * sqrt(sigma / square), "slope of the measured field %.4f, its error %.4f", product / square, sqrt(sigma / square));
    CHECK(sqrt(sigma / square) < 0.01, "too noisy to tell: error of the slope %.4f", sqrt(sigma / square));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_beam_is_found_without_bias_on_a_halo_wherever_it_is),
        cmocka_unit_test(scatter_by_photon_noise_is_as_stated),
        cmocka_unit_test(no_beam_is_nan_and_none_at_all_an_error),
        cmocka_unit_test(one_tesla_over_20_nm_at_300_kV_deflects_by_9_5_microradians),
        cmocka_unit_test(the_field_comes_back_in_every_rotation_and_flip),
        cmocka_unit_test(magnetoelastic_energy_equals_the_sum_over_the_stress_tensor),
        cmocka_unit_test(the_magnetic_sample_s_field_comes_back_within_one_percent),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
