/* SPDX-License-Identifier: GPL-3.0-or-later
 * Least squares of profiles on references, and the reading of a basis PDF. */
#include "decomp_check.h"

enum { N = 500, M = 70, K = 4 };

static double references[K * M];

static int make_references(void **state) {
    (void)state;
    for (int j = 0; j < K; j++)
        for (int z = 0; z < M; z++) references[j * M + z] = (j + 1) * known_profile(j, z, M);
    return 0;
}

/* Profiles that are sums with weights of both signs, and noise. */
static float *signed_cube(double noise) {
    float *cube = malloc(sizeof(float) * N * M);
    uint64_t state = 3;
    for (int i = 0; i < N; i++) {
        double weight[K];
        for (int j = 0; j < K; j++) weight[j] = random_normal(&state);
        for (int z = 0; z < M; z++) {
            double sum = noise * random_normal(&state);
            for (int j = 0; j < K; j++) sum += weight[j] * references[j * M + z];
            cube[z * N + i] = (float)sum;
        }
    }
    return cube;
}

static decomposed fitted(const float *cube, int method, double shift) {
    vitro_decomp *d = NULL;
    assert_ok(vitro_fit_new(N, M, references, K, method, shift, 0, &d));
    return decomp_all(d, cube, N, M);
}

/* Slope of the sum of squares along reference j, over the norms of profile and reference; and the residual. */
static double slope_of(const decomposed *r, const float *cube, double shift, int i, int j, double *left) {
    double slope = 0, own = 0, norm = 0;
    *left = 0;
    for (int z = 0; z < M; z++) {
        double e = cube[z * N + i] + shift;
        own += e * e;
        for (int l = 0; l < K; l++) e -= r->weights[l * N + i] * references[l * M + z];
        slope += e * references[j * M + z];
        norm += references[j * M + z] * references[j * M + z];
        *left += e * e;
    }
    return slope / sqrt(own * norm);
}

/* Karush-Kuhn-Tucker: weights not negative; slope zero where a weight is positive, not positive where it is zero. */
static void nnls_meets_its_conditions(void **state) {
    (void)state;
    float *cube = signed_cube(0.1);
    decomposed r = fitted(cube, VITRO_NNLS, 0);
    int zero = 0;
    for (int i = 0; i < N; i++)
        for (int j = 0; j < K; j++) {
            double left, slope = slope_of(&r, cube, 0, i, j, &left);
            CHECK(r.weights[j * N + i] >= 0, "weight %g", r.weights[j * N + i]);
            if (r.weights[j * N + i] > 0) CHECK(fabs(slope) < 3e-7, "slope %g at a positive weight", slope);
            else CHECK(slope < 3e-7, "slope %g at a weight of zero", slope);
            zero += r.weights[j * N + i] == 0;
            assert_near(r.residual[i], sqrt(left / M), 1e-5);
        }
    CHECK(zero > N / 2 && zero < 3 * N, "%d of %d weights are zero", zero, N * K);
    decomposed_free(&r);
    free(cube);
}

/* The least residual over all subsets of references with their unconstrained weights not negative. */
static double best_of_subsets(const float *cube, int i, double weight[K]) {
    double best = INFINITY;
    for (int set = 0; set < 1 << K; set++) {
        double a[K][K + 1] = {{0}}, w[K] = {0}, left = 0;
        for (int j = 0; j < K; j++) {
            if (!(set >> j & 1)) {
                a[j][j] = 1;
                continue;
            }
            for (int z = 0; z < M; z++) {
                for (int l = 0; l < K; l++)
                    if (set >> l & 1) a[j][l] += references[j * M + z] * references[l * M + z];
                a[j][K] += references[j * M + z] * cube[z * N + i];
            }
        }
        for (int p = 0; p < K; p++)
            for (int q = 0; q < K; q++) {
                if (q == p) continue;
                double factor = a[q][p] / a[p][p];
                for (int c = 0; c <= K; c++) a[q][c] -= factor * a[p][c];
            }
        int allowed = 1;
        for (int j = 0; j < K; j++) allowed &= (w[j] = a[j][K] / a[j][j]) >= 0;
        for (int z = 0; z < M; z++) {
            double e = cube[z * N + i];
            for (int j = 0; j < K; j++) e -= w[j] * references[j * M + z];
            left += e * e;
        }
        if (allowed && left < best) {
            best = left;
            memcpy(weight, w, sizeof w);
        }
    }
    return best;
}

static void nnls_is_the_best_of_all_subsets(void **state) {
    (void)state;
    float *cube = signed_cube(0.1);
    decomposed r = fitted(cube, VITRO_NNLS, 0);
    for (int i = 0; i < N; i++) {
        double weight[K], left = best_of_subsets(cube, i, weight);
        assert_near(r.residual[i], sqrt(left / M), 1e-5);
        for (int j = 0; j < K; j++) assert_near(r.weights[j * N + i], weight[j], 1e-4);
    }
    decomposed_free(&r);
    free(cube);
}

/* Without noise the weights come back, whatever their sign; with noise what is left is orthogonal to each reference. */
static void mlls_gives_the_weights_back(void **state) {
    (void)state;
    float *cube = signed_cube(0);
    decomposed r = fitted(cube, VITRO_MLLS, 0);
    uint64_t random = 3;
    for (int i = 0; i < N; i++) {
        for (int j = 0; j < K; j++) assert_near(r.weights[j * N + i], random_normal(&random), 5e-6);
        for (int z = 0; z < M; z++) random_normal(&random);
    }
    CHECK(r.values[VITRO_DECOMP_ERROR] < 1e-6, "error %g", r.values[VITRO_DECOMP_ERROR]);
    decomposed_free(&r);
    free(cube);
    cube = signed_cube(0.1);
    r = fitted(cube, VITRO_MLLS, 0.3);
    for (int i = 0; i < N; i++)
        for (int j = 0; j < K; j++) {
            double left, slope = slope_of(&r, cube, 0.3, i, j, &left);
            CHECK(fabs(slope) < 3e-7, "slope %g", slope);
        }
    decomposed_free(&r);
    free(cube);
}

static void fractions_are_of_the_sum_of_weights(void **state) {
    (void)state;
    float *cube = signed_cube(0);
    cube[7 * N + 11] = NAN;
    decomposed r = fitted(cube, VITRO_MLLS, 0);
    for (int i = 0; i < N; i++) {
        double sum = 0;
        for (int j = 0; j < K; j++) sum += r.weights[j * N + i];
        for (int j = 0; j < K; j++)
            if (i == 11 || sum < -1e-6) assert_true(isnan(r.fractions[j * N + i]));
            else if (sum > 1e-6) assert_near(r.fractions[j * N + i], 100 * r.weights[j * N + i] / sum, 1e-3 * fabs(r.fractions[j * N + i]) + 1e-3);
        if (i == 11) assert_true(isnan(r.weights[i]) && isnan(r.residual[i]));
        for (int z = 0; z < M; z++) assert_near(r.basis[z], references[z], 1e-12);
    }
    decomposed_free(&r);
    free(cube);
}

static void references_without_an_answer_are_refused(void **state) {
    (void)state;
    double bad[K * M];
    vitro_decomp *d = NULL;
    memcpy(bad, references, sizeof bad);
    for (int z = 0; z < M; z++) bad[3 * M + z] = 2 * bad[z] - 0.5 * bad[M + z];
    assert_fails(vitro_fit_new(N, M, bad, K, VITRO_MLLS, 0, 0, &d), VITRO_DATA, "reference 4");
    memset(bad + M, 0, sizeof(double) * M);
    assert_fails(vitro_fit_new(N, M, bad, K, VITRO_NNLS, 0, 0, &d), VITRO_DATA, "reference 2");
    bad[3] = NAN;
    assert_fails(vitro_fit_new(N, M, bad, K, VITRO_NNLS, 0, 0, &d), VITRO_DATA, "reference 1");
    assert_fails(vitro_fit_new(N, 3, references, K, VITRO_MLLS, 0, 0, &d), VITRO_ARGUMENT, "3 points");
    assert_fails(vitro_fit_new(N, M, references, K, 2, 0, 0, &d), VITRO_ARGUMENT, "method");
    assert_null(d);
}

/* ---- reading of a PDF -------------------------------------------------------------- */

static double bell(double r, double at, double fwhm) { return exp(-4 * log(2) * (r - at) * (r - at) / (fwhm * fwhm)); }

static void pdf_reading_finds_its_peaks(void **state) {
    (void)state;
    enum { POINTS = 501 };
    double curve[POINTS], out[VITRO_PDF_READINGS];
    for (int i = 0; i < POINTS; i++) {
        double r = 0.02 * i;
        curve[i] = 7 + bell(r, 2.53, 0.5) + 0.6 * bell(r, 4.2, 0.55) + 0.3 * bell(r, 5.05, 0.5) + 0.5 * bell(r, 1.0, 0.2);
    }
    assert_ok(vitro_pdf_reading(curve, POINTS, 0, 0.02, out));
    assert_near(out[VITRO_PDF_R1], 2.53, 0.002);
    assert_near(out[VITRO_PDF_FWHM], 0.5, 0.005);
    assert_near(out[VITRO_PDF_R2], 4.2, 0.005);
    assert_near(out[VITRO_PDF_SHOULDER], 5.04, 0.02); /* a maximum of its own */
    for (int i = 0; i < POINTS; i++) curve[i] = bell(0.02 * i, 2.46, 0.5) + 0.6 * bell(0.02 * i, 4.1, 0.5) + 0.3 * bell(0.02 * i, 4.66, 0.6);
    assert_ok(vitro_pdf_reading(curve, POINTS, 0, 0.02, out));
    assert_near(out[VITRO_PDF_R2], 4.1, 0.05);
    assert_near(out[VITRO_PDF_SHOULDER], 4.66, 0.15); /* no maximum: where the fall is slowest */
    for (int i = 0; i < POINTS; i++) curve[i] = bell(0.02 * i, 2.46, 0.5);
    assert_ok(vitro_pdf_reading(curve, POINTS, 0, 0.02, out));
    assert_near(out[VITRO_PDF_R1], 2.46, 0.002);
    assert_true(isnan(out[VITRO_PDF_R2]) && isnan(out[VITRO_PDF_SHOULDER]));
    for (int i = 0; i < POINTS; i++) curve[i] = i;
    assert_ok(vitro_pdf_reading(curve, POINTS, 0, 0.02, out));
    for (int i = 0; i < VITRO_PDF_READINGS; i++) assert_true(isnan(out[i]));
    assert_fails(vitro_pdf_reading(curve, 2, 0, 0.02, out), VITRO_ARGUMENT, "2 points");
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(nnls_meets_its_conditions),
        cmocka_unit_test(nnls_is_the_best_of_all_subsets),
        cmocka_unit_test(mlls_gives_the_weights_back),
        cmocka_unit_test(fractions_are_of_the_sum_of_weights),
        cmocka_unit_test(references_without_an_answer_are_refused),
        cmocka_unit_test(pdf_reading_finds_its_peaks),
    };
    return cmocka_run_group_tests_name("decompose fit", tests, make_references, NULL);
}
