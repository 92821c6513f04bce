/* SPDX-License-Identifier: GPL-3.0-or-later
 * Non-negative matrix factorisation and principal components of cubes of profiles. */
#include "decomp_check.h"

enum { N = 1500, M = 90, K = 3 };

static vitro_decomp *nmf_of(int64_t positions, int depth, vitro_nmf_options options) {
    vitro_decomp *d = NULL;
    if (!options.components) options.components = K;
    assert_ok(vitro_nmf_new(positions, depth, &options, &d));
    return d;
}

static double correlation(const double *a, const double *b, int n) {
    double ma = 0, mb = 0, ab = 0, aa = 0, bb = 0;
    for (int i = 0; i < n; i++) {
        ma += a[i] / n;
        mb += b[i] / n;
    }
    for (int i = 0; i < n; i++) {
        ab += (a[i] - ma) * (b[i] - mb);
        aa += (a[i] - ma) * (a[i] - ma);
        bb += (b[i] - mb) * (b[i] - mb);
    }
    return ab / sqrt(aa * bb);
}

/* ---- NMF ------------------------------------------------------------------------ */

static void nmf_finds_planted_factors(void **state) {
    (void)state;
    const double noise = 0.002;
    float *cube = known_cube(N, M, K, noise);
    decomposed r = decomp_all(nmf_of(N, M, (vitro_nmf_options){.seed = 1, .shift = 0.05}), cube, N, M);
    for (int j = 0; j < K; j++) {
        double known[M], best = 0;
        int match = 0;
        for (int l = 0; l < K; l++) {
            for (int z = 0; z < M; z++) known[z] = known_profile(l, z, M);
            double c = correlation(r.basis + j * M, known, M);
            if (c > best) {
                best = c;
                match = l;
            }
        }
        CHECK(best > 0.9995, "component %d: correlation %g with the nearest planted profile", j, best);
        double worst = 0; /* the fractions are the planted shares: all profiles have about the same integral */
        for (int64_t i = 0; i < N; i++) worst = fmax(worst, fabs(r.fractions[j * N + i] / 100 - known_share(match, i, K)));
        CHECK(worst < 0.03, "component %d: fractions off by up to %g", j, worst);
    }
    double square = 0;
    for (int64_t i = 0; i < N; i++) square += r.residual[i] * r.residual[i] / N;
    CHECK(sqrt(square) < 1.02 * noise && sqrt(square) > 0.9 * noise, "the residual is %g, the noise %g", sqrt(square), noise);
    decomposed_free(&r);
    free(cube);
}

/* Weights and basis are not negative and give back the cube; weights add to 1 for the mean; the largest component comes first. */
static void nmf_result_is_a_factorisation(void **state) {
    (void)state;
    float *cube = known_cube(N, M, K, 0);
    decomposed r = decomp_all(nmf_of(N, M, (vitro_nmf_options){.seed = 2}), cube, N, M);
    double mean_sum = 0, worst = 0;
    for (int64_t i = 0; i < N; i++) {
        double share = 0;
        for (int j = 0; j < K; j++) {
            CHECK(r.weights[j * N + i] >= 0, "weight %g", r.weights[j * N + i]);
            mean_sum += r.weights[j * N + i] / N;
            share += r.fractions[j * N + i];
        }
        assert_near(share, 100, 1e-3);
        double left = 0, own = 0;
        for (int z = 0; z < M; z++) {
            double sum = 0, v = cube[z * N + i];
            for (int j = 0; j < K; j++) sum += r.weights[j * N + i] * r.basis[j * M + z];
            worst = fmax(worst, fabs(sum - v));
            left += (v - sum) * (v - sum);
            own += v * v;
        }
        assert_near(r.residual[i], sqrt(left / M), 2e-6);
        assert_near(r.residual[N + i], 100 * sqrt(left / own), 1e-3);
    }
    CHECK(worst < 0.01, "W H differs from the cube by %g", worst);
    assert_near(mean_sum, 1, 1e-3);
    for (int j = 0; j < K; j++) {
        double basis = 0, mean = 0;
        for (int z = 0; z < M; z++) {
            CHECK(r.basis[j * M + z] >= 0, "basis %g", r.basis[j * M + z]);
            basis += r.basis[j * M + z];
            mean += r.mean[z];
        }
        assert_near(basis, mean, 1e-9 * mean);
        if (j) CHECK(r.values[VITRO_DECOMP_FRACTIONS + j] <= r.values[VITRO_DECOMP_FRACTIONS + j - 1], "components out of order");
    }
    assert_near(r.values[VITRO_DECOMP_SHIFT], 0, 0);
    assert_near(r.values[VITRO_DECOMP_TAKEN], N, 0);
    decomposed_free(&r);
    free(cube);
}

/* Coordinate descent in double precision, element by element, from the result of the core: does it find a better residual? */
static double naive_improvement(const decomposed *r, const float *cube, int passes) {
    static double w[N][K], h[K][M];
    for (int64_t i = 0; i < N; i++)
        for (int j = 0; j < K; j++) w[i][j] = r->weights[j * N + i];
    for (int j = 0; j < K; j++)
        for (int z = 0; z < M; z++) h[j][z] = r->basis[j * M + z];
    for (int pass = 0; pass < passes; pass++)
        for (int j = 0; j < K; j++) {
            for (int64_t i = 0; i < N; i++) {
                double up = 0, down = 0;
                for (int z = 0; z < M; z++) {
                    double left = cube[z * N + i];
                    for (int l = 0; l < K; l++) left -= w[i][l] * h[l][z];
                    up += left * h[j][z];
                    down += h[j][z] * h[j][z];
                }
                w[i][j] = fmax(0, w[i][j] + up / down);
            }
            for (int z = 0; z < M; z++) {
                double up = 0, down = 0;
                for (int64_t i = 0; i < N; i++) {
                    double left = cube[z * N + i];
                    for (int l = 0; l < K; l++) left -= w[i][l] * h[l][z];
                    up += left * w[i][j];
                    down += w[i][j] * w[i][j];
                }
                h[j][z] = fmax(0, h[j][z] + up / down);
            }
        }
    double left = 0, all = 0;
    for (int64_t i = 0; i < N; i++)
        for (int z = 0; z < M; z++) {
            double e = cube[z * N + i];
            all += e * e;
            for (int l = 0; l < K; l++) e -= w[i][l] * h[l][z];
            left += e * e;
        }
    return 1 - sqrt(left / all) / r->values[VITRO_DECOMP_ERROR];
}

static void nmf_stops_where_nothing_improves(void **state) {
    (void)state;
    float *cube = known_cube(N, M, K, 0.02);
    for (int64_t i = 0; i < N * M; i++) cube[i] = fabsf(cube[i]);
    decomposed r = decomp_all(nmf_of(N, M, (vitro_nmf_options){.seed = 1}), cube, N, M);
    double better = naive_improvement(&r, cube, 10);
    CHECK(better > -1e-6 && better < 3e-6, "ten more iterations in double precision improve the residual by %g", better);
    decomposed early = decomp_all(nmf_of(N, M, (vitro_nmf_options){.seed = 1, .iterations = 2}), cube, N, M);
    assert_near(early.values[VITRO_DECOMP_ITERATIONS], 2, 0);
    CHECK(early.values[VITRO_DECOMP_ERROR] > r.values[VITRO_DECOMP_ERROR], "two iterations are as good as all");
    decomposed_free(&r);
    decomposed_free(&early);
    free(cube);
}

static void nmf_is_the_same_for_a_seed(void **state) {
    (void)state;
    float *cube = known_cube(N, M, K, 0.02);
    vitro_nmf_options options = {.seed = 7, .iterations = 40, .shift = 0.2};
    decomposed first = decomp_all(nmf_of(N, M, options), cube, N, M);
    struct {
        int64_t piece;
        int threads, backwards;
    } ways[] = {{N, 0, 0}, {37, 3, 1}, {256, 8, 0}};
    for (size_t way = 0; way < sizeof ways / sizeof ways[0]; way++) {
        vitro_decomp *d = nmf_of(N, M, options);
        assert_ok(decomp_run(d, cube, N, M, ways[way].piece, ways[way].threads, ways[way].backwards));
        decomposed r = decomp_finished(d);
        assert_memory_equal(first.weights, r.weights, sizeof(float) * N * K);
        assert_memory_equal(first.basis, r.basis, sizeof(double) * M * K);
        assert_memory_equal(first.residual, r.residual, sizeof(float) * N * 2);
        decomposed_free(&r);
    }
    for (int isa = VITRO_ISA_BASELINE; isa <= VITRO_ISA_AVX512; isa++) {
        if (!vitro_isa_name((vitro_isa)isa)) continue;
        options.isa = isa;
        decomposed r = decomp_all(nmf_of(N, M, options), cube, N, M);
        assert_near(r.values[VITRO_DECOMP_ERROR] / first.values[VITRO_DECOMP_ERROR], 1, 1e-5);
        decomposed_free(&r);
    }
    decomposed_free(&first);
    free(cube);
}

static void negative_cubes_are_shifted(void **state) {
    (void)state;
    float *cube = known_cube(N, M, K, 0.02);
    float low = 1;
    for (int64_t i = 0; i < N * M; i++) {
        cube[i] -= 0.5f;
        low = fminf(low, cube[i]);
    }
    decomposed r = decomp_all(nmf_of(N, M, (vitro_nmf_options){.seed = 1}), cube, N, M);
    assert_near(r.values[VITRO_DECOMP_SHIFT], -low, 1e-6);
    for (int64_t i = 0; i < N * M; i++) cube[i] -= low;
    decomposed shifted = decomp_all(nmf_of(N, M, (vitro_nmf_options){.seed = 1}), cube, N, M);
    assert_near(shifted.values[VITRO_DECOMP_SHIFT], 0, 0);
    for (int i = 0; i < N * K; i++) assert_near(shifted.weights[i], r.weights[i], 5e-3);
    vitro_decomp *d = nmf_of(N, M, (vitro_nmf_options){.seed = 1, .shift = 0.001});
    for (int64_t i = 0; i < N * M; i++) cube[i] += low;
    assert_fails(decomp_run(d, cube, N, M, 256, 0, 0), VITRO_ARGUMENT, "smallest value");
    vitro_decomp_free(d);
    decomposed_free(&r);
    decomposed_free(&shifted);
    free(cube);
}

static void positions_with_nan_are_left_out(void **state) {
    (void)state;
    float *cube = known_cube(N, M, K, 0.003), *other = malloc(sizeof(float) * N * M);
    const int64_t bad[] = {0, 63, 64, 700, N - 1};
    memcpy(other, cube, sizeof(float) * N * M);
    for (int b = 0; b < 5; b++)
        for (int z = 0; z < M; z++) {
            cube[z * N + bad[b]] = z == 5 + b ? NAN : 1e6f; /* must leave no trace */
            other[z * N + bad[b]] = z == 80 ? INFINITY : -3;
        }
    for (int method = 0; method < 2; method++) {
        vitro_decomp *d[2] = {NULL, NULL};
        for (int i = 0; i < 2; i++)
            if (method) assert_ok(vitro_pca_new(N, M, K, 0, &d[i]));
            else d[i] = nmf_of(N, M, (vitro_nmf_options){.seed = 1});
        decomposed r = decomp_all(d[0], cube, N, M), s = decomp_all(d[1], other, N, M);
        assert_near(r.values[VITRO_DECOMP_TAKEN], N - 5, 0);
        assert_memory_equal(r.weights, s.weights, sizeof(float) * N * K);
        for (int64_t i = 0; i < N; i++) {
            int left_out = i == bad[0] || i == bad[1] || i == bad[2] || i == bad[3] || i == bad[4];
            CHECK(left_out == isnan(r.weights[i]) && left_out == isnan(r.residual[i]), "position %d: %g", (int)i, r.weights[i]);
        }
        CHECK(r.values[VITRO_DECOMP_ERROR] < 0.1, "error %g", r.values[VITRO_DECOMP_ERROR]);
        decomposed_free(&r);
        decomposed_free(&s);
    }
    free(cube);
    free(other);
}

static void too_many_components_are_refused(void **state) {
    (void)state;
    float *two = known_cube(300, M, 2, 0);
    vitro_decomp *d = nmf_of(300, M, (vitro_nmf_options){.components = 3});
    assert_fails(decomp_run(d, two, 300, M, 256, 0, 0), VITRO_DATA, "sums of 2");
    vitro_decomp_free(d);
    decomposed r = decomp_all(nmf_of(300, M, (vitro_nmf_options){.components = 2}), two, 300, M);
    CHECK(r.values[VITRO_DECOMP_ERROR] < 0.01, "error %g", r.values[VITRO_DECOMP_ERROR]);
    decomposed_free(&r);
    assert_ok(vitro_pca_new(300, M, 2, 0, &d)); /* the shares add to 1: the profiles vary in one way */
    assert_fails(decomp_run(d, two, 300, M, 256, 0, 0), VITRO_DATA, "differ in 1 ways");
    vitro_decomp_free(d);
    for (int64_t i = 0; i < 300 * M; i++) two[i] = -4;
    d = nmf_of(300, M, (vitro_nmf_options){.components = 1});
    assert_fails(decomp_run(d, two, 300, M, 256, 0, 0), VITRO_DATA, "-4");
    vitro_decomp_free(d);
    assert_ok(vitro_pca_new(300, M, 1, 0, &d));
    assert_fails(decomp_run(d, two, 300, M, 256, 0, 0), VITRO_DATA, "-4");
    vitro_decomp_free(d);
    for (int64_t i = 0; i < 300; i++) two[i] = NAN;
    d = nmf_of(300, M, (vitro_nmf_options){.components = 1});
    assert_fails(decomp_run(d, two, 300, M, 256, 0, 0), VITRO_DATA, "finite");
    vitro_decomp_free(d);
    free(two);
}

static void wrong_calls_are_refused(void **state) {
    (void)state;
    vitro_decomp *d = NULL;
    assert_fails(vitro_nmf_new(100, M, &(vitro_nmf_options){.components = 0}, &d), VITRO_ARGUMENT, "components");
    assert_fails(vitro_nmf_new(100, M, &(vitro_nmf_options){.components = 65}, &d), VITRO_ARGUMENT, "components");
    assert_fails(vitro_nmf_new(100, 1, &(vitro_nmf_options){.components = 1}, &d), VITRO_ARGUMENT, "points");
    assert_fails(vitro_nmf_new(100, M, &(vitro_nmf_options){.components = 1, .shift = NAN}, &d), VITRO_ARGUMENT, "shift");
    assert_fails(vitro_pca_new(0, M, 1, 0, &d), VITRO_ARGUMENT, "positions");
    assert_null(d);
    d = nmf_of(100, 2, (vitro_nmf_options){.components = 1});
    float block[20] = {0};
    int64_t items;
    assert_fails(vitro_decomp_load(d, block, 95, 10), VITRO_ARGUMENT, "95");
    assert_ok(vitro_decomp_load(d, block, 90, 10));
    assert_fails(vitro_decomp_next(d, &items), VITRO_STATE, "90 of 100");
    assert_fails(vitro_decomp_work(d, 0), VITRO_ARGUMENT, "piece");
    assert_fails(vitro_decomp_result(d, &(vitro_decomp_maps){0}), VITRO_STATE, "not finished");
    vitro_decomp_free(d);
    vitro_decomp_free(NULL);
}

/* ---- PCA ------------------------------------------------------------------------ */

/* Eigenvalues and eigenvectors of a symmetric matrix by Jacobi's rotations. */
static void jacobi(double *a, double *v, int n) {
    for (int i = 0; i < n; i++)
        for (int j = 0; j < n; j++) v[i * n + j] = i == j;
    for (int sweep = 0; sweep < 30; sweep++)
        for (int p = 0; p < n; p++)
            for (int q = p + 1; q < n; q++) {
                if (fabs(a[p * n + q]) < 1e-300) continue;
                double theta = 0.5 * atan2(2 * a[p * n + q], a[q * n + q] - a[p * n + p]), c = cos(theta), s = sin(theta);
                for (int i = 0; i < n; i++) {
                    double x = a[i * n + p], y = a[i * n + q];
                    a[i * n + p] = c * x - s * y;
                    a[i * n + q] = s * x + c * y;
                }
                for (int i = 0; i < n; i++) {
                    double x = a[p * n + i], y = a[q * n + i], vx = v[i * n + p], vy = v[i * n + q];
                    a[p * n + i] = c * x - s * y;
                    a[q * n + i] = s * x + c * y;
                    v[i * n + p] = c * vx - s * vy;
                    v[i * n + q] = s * vx + c * vy;
                }
            }
}

static void pca_is_the_eigendecomposition(void **state) {
    (void)state;
    enum { DEPTH = 41, COUNT = 700 };
    float *cube = known_cube(COUNT, DEPTH, 5, 0.03);
    vitro_decomp *d = NULL;
    assert_ok(vitro_pca_new(COUNT, DEPTH, 4, 0, &d));
    decomposed r = decomp_all(d, cube, COUNT, DEPTH);
    static double a[DEPTH * DEPTH], v[DEPTH * DEPTH], mean[DEPTH];
    double trace = 0;
    memset(a, 0, sizeof a);
    memset(mean, 0, sizeof mean);
    for (int z = 0; z < DEPTH; z++)
        for (int i = 0; i < COUNT; i++) mean[z] += cube[z * COUNT + i] / (double)COUNT;
    for (int y = 0; y < DEPTH; y++)
        for (int z = 0; z < DEPTH; z++)
            for (int i = 0; i < COUNT; i++) a[y * DEPTH + z] += (cube[y * COUNT + i] - mean[y]) * (cube[z * COUNT + i] - mean[z]);
    for (int z = 0; z < DEPTH; z++) trace += a[z * DEPTH + z];
    jacobi(a, v, DEPTH);
    for (int j = 0; j < DEPTH; j++) {
        int rank = 0; /* of eigenvalue j among all */
        for (int l = 0; l < DEPTH; l++) rank += a[l * DEPTH + l] > a[j * DEPTH + j];
        assert_near(r.spectrum[rank], a[j * DEPTH + j] / trace, 1e-9);
        if (rank >= 4) continue;
        double along = 0, most = 0;
        for (int z = 0; z < DEPTH; z++) {
            along += v[z * DEPTH + j] * r.basis[rank * DEPTH + z];
            if (fabs(r.basis[rank * DEPTH + z]) > fabs(most)) most = r.basis[rank * DEPTH + z];
        }
        assert_near(fabs(along), 1, 1e-8);
        CHECK(most > 0, "the largest element of component %d is %g", rank, most);
        for (int i = 0; i < COUNT; i++) {
            double score = 0;
            for (int z = 0; z < DEPTH; z++) score += (cube[z * COUNT + i] - mean[z]) * r.basis[rank * DEPTH + z];
            assert_near(r.weights[rank * COUNT + i], score, 1e-5);
        }
    }
    for (int z = 0; z < DEPTH; z++) assert_near(r.mean[z], mean[z], 1e-6);
    decomposed_free(&r);
    free(cube);
}

/* Squares of scores and of the residual add to those of the centred profiles; variances of the scores are the spectrum; fractions add to 1. */
static void pca_keeps_all_squares(void **state) {
    (void)state;
    float *cube = known_cube(N, M, K, 0.02);
    vitro_decomp *d = NULL;
    assert_ok(vitro_pca_new(N, M, 6, 0, &d));
    decomposed r = decomp_all(d, cube, N, M);
    double spectrum = 0, all = 0, left = 0, kept[6] = {0};
    for (int z = 0; z < M; z++) spectrum += r.spectrum[z];
    assert_near(spectrum, 1, 1e-12);
    for (int64_t i = 0; i < N; i++) {
        double own = 0, scores = 0, rest = M * pow(r.residual[i], 2);
        for (int z = 0; z < M; z++) own += pow(cube[z * N + i] - r.mean[z], 2);
        for (int j = 0; j < 6; j++) {
            scores += pow(r.weights[j * N + i], 2);
            kept[j] += pow(r.weights[j * N + i], 2);
        }
        assert_near(scores + rest, own, 2e-5 * own);
        assert_near(r.residual[N + i], 100 * sqrt(rest / own), 0.01);
        all += own;
        left += rest;
    }
    for (int j = 0; j < 6; j++) assert_near(kept[j] / all, r.spectrum[j], 1e-6);
    assert_near(r.values[VITRO_DECOMP_ERROR], sqrt(left / all), 1e-6);
    decomposed_free(&r);
    free(cube);
}

static void pca_does_not_depend_on_threads(void **state) {
    (void)state;
    float *cube = known_cube(N, M, K, 0.02);
    decomposed r[2];
    for (int way = 0; way < 2; way++) {
        vitro_decomp *d = NULL;
        assert_ok(vitro_pca_new(N, M, K, 0, &d));
        assert_ok(decomp_run(d, cube, N, M, way ? 61 : N, way ? 5 : 0, way));
        r[way] = decomp_finished(d);
    }
    assert_memory_equal(r[0].weights, r[1].weights, sizeof(float) * N * K);
    assert_memory_equal(r[0].spectrum, r[1].spectrum, sizeof(double) * M);
    decomposed_free(&r[0]);
    decomposed_free(&r[1]);
    free(cube);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(nmf_finds_planted_factors),
        cmocka_unit_test(nmf_result_is_a_factorisation),
        cmocka_unit_test(nmf_stops_where_nothing_improves),
        cmocka_unit_test(nmf_is_the_same_for_a_seed),
        cmocka_unit_test(negative_cubes_are_shifted),
        cmocka_unit_test(positions_with_nan_are_left_out),
        cmocka_unit_test(too_many_components_are_refused),
        cmocka_unit_test(wrong_calls_are_refused),
        cmocka_unit_test(pca_is_the_eigendecomposition),
        cmocka_unit_test(pca_keeps_all_squares),
        cmocka_unit_test(pca_does_not_depend_on_threads),
    };
    return cmocka_run_group_tests_name("decompose", tests, NULL, NULL);
}
