/* SPDX-License-Identifier: GPL-3.0-or-later
 * Autocorrelation: as a sum over all pairs, missing pixels too; a random field of known length; the lengths of a known curve. */
#include "check.h"

/* ---- naive -------------------------------------------------------------------------------- */

static double naive(const float *map, int w, int h, int dx, int dy) {
    double n = 0, mean = 0, variance = 0, sum = 0, pairs = 0;
    for (int i = 0; i < w * h; i++)
        if (isfinite(map[i])) mean += map[i], n++;
    mean /= n;
    for (int i = 0; i < w * h; i++)
        if (isfinite(map[i])) variance += (map[i] - mean) * (map[i] - mean) / n;
    for (int y = 0; y < h; y++)
        for (int x = 0; x < w; x++) {
            if (x + dx < 0 || x + dx >= w || y + dy < 0 || y + dy >= h) continue;
            double a = map[y * w + x], b = map[(y + dy) * w + x + dx];
            if (isfinite(a) && isfinite(b)) sum += (a - mean) * (b - mean), pairs++;
        }
    return sum / pairs / variance;
}

static void test_all_pairs(void **state) {
    (void)state;
    enum { W = 23, H = 17, LAGS = 18, SIDE = 2 * LAGS + 1 };
    uint64_t random = 5;
    float map[W * H], image[SIDE * SIDE];
    double radial[3 * (LAGS + 1)];
    for (int i = 0; i < W * H; i++) map[i] = (float)(1e4 + random_normal(&random) + 0.3 * (i % W));
    for (int i = 0; i < W * H; i += 7) map[i] = i % 2 ? NAN : INFINITY;
    assert_ok(vitro_autocorrelation(map, W, H, LAGS, image, radial));
    for (int dy = -LAGS; dy <= LAGS; dy++)
        for (int dx = -LAGS; dx <= LAGS; dx++) {
            float value = image[(dy + LAGS) * SIDE + dx + LAGS];
            if (abs(dy) >= H) assert_true(isnan(value));
            else assert_near(value, naive(map, W, H, dx, dy), 1e-6);
        }
    assert_near(image[LAGS * SIDE + LAGS], 1, 1e-7);
    assert_near(radial[LAGS + 1], 1, 1e-12);
    assert_near(radial[1], (1 * 4 + sqrt(2) * 4) / 8, 0.02); /* the lags 1,0 and 1,1, nearly alike in number */
    assert_near(radial[2 * (LAGS + 1)], W * H - W * H / 7 - 1, 0.5);
}

/* ---- random fields ---------------------------------------------------------------------------- */

/* White noise smoothed by a Gaussian of standard deviation s, round the edges: its autocorrelation is exp(-r^2 / (4 s^2)), 1/e at 2 s. */
static float *field(int side, double s, uint64_t seed) {
    int reach = (int)(5 * s) + 1;
    float *noise = malloc(sizeof(float) * (size_t)(side * side)), *rows = malloc(sizeof(float) * (size_t)(side * side));
    for (int i = 0; i < side * side; i++) noise[i] = (float)random_normal(&seed);
    for (int pass = 0; pass < 2; pass++) {
        const float *from = pass ? rows : noise;
        float *to = pass ? noise : rows;
        for (int i = 0; i < side * side; i++) {
            int x = i % side, y = i / side;
            double sum = 0;
            for (int k = -reach; k <= reach; k++) {
                int j = pass ? (y + k + side) % side * side + x : y * side + (x + k + side) % side;
                sum += exp(-0.5 * k * k / (s * s)) * from[j];
            }
            to[i] = (float)sum;
        }
    }
    free(rows);
    return noise;
}

static void test_known_length(void **state) {
    (void)state;
    enum { LAGS = 40 };
    static const int side[3] = {256, 384, 512};
    float *image = malloc(sizeof(float) * (2 * LAGS + 1) * (2 * LAGS + 1));
    double radial[3 * (LAGS + 1)], length[VITRO_CORRELATION_FIELDS];
    for (int k = 0; k < 3; k++)
        for (int holes = 0; holes < 2; holes++) {
            double known = 4 + 2 * k;
            float *map = field(side[k], known / 2, (uint64_t)(17 + k));
            for (int i = 0; holes && i < side[k] * side[k]; i++) /* a gap, and missing pixels here and there */
                if (i % side[k] / 20 == 3 || i % 5 == 0) map[i] = NAN;
            assert_ok(vitro_autocorrelation(map, side[k], side[k], LAGS, image, radial));
            assert_ok(vitro_correlation_lengths(radial, radial + LAGS + 1, LAGS + 1, length));
            printf("field of %d px, correlation length %.0f px%s: %.3f\n", side[k], known, holes ? ", with holes" : "", length[VITRO_CORRELATION_LENGTH]);
            CHECK(fabs(length[VITRO_CORRELATION_LENGTH] / known - 1) < 0.05, "%.3f, not %.0f px", length[VITRO_CORRELATION_LENGTH], known);
            free(map);
        }
    free(image);
}

/* A honeycomb's neighbours: discs on a grid of 12 px, shaken, show their distance. */
static void test_neighbours(void **state) {
    (void)state;
    enum { W = 240, LAGS = 30 };
    uint64_t random = 3;
    float *map = calloc(W * W, sizeof(float)), *image = malloc(sizeof(float) * (2 * LAGS + 1) * (2 * LAGS + 1));
    double radial[3 * (LAGS + 1)], length[VITRO_CORRELATION_FIELDS];
    for (int row = 1; row < 22; row++)
        for (int k = 1; k < 18; k++) {
            double cx = 12 * k + (row % 2 ? 6 : 0) + random_normal(&random) * 0.7, cy = 12 * 0.8660254 * row + random_normal(&random) * 0.7;
            for (int i = 0; i < W * W; i++)
                if (hypot(i % W - cx, i / W - cy) < 3) map[i] = 1;
        }
    assert_ok(vitro_autocorrelation(map, W, W, LAGS, image, radial));
    assert_ok(vitro_correlation_lengths(radial, radial + LAGS + 1, LAGS + 1, length));
    printf("discs 12 px apart: length %.2f, minimum at %.2f (%.3f), neighbours at %.2f (%.3f)\n", length[0], length[1], length[2], length[3], length[4]);
    assert_near(length[VITRO_CORRELATION_PEAK], 12, 0.5);
    assert_true(length[VITRO_CORRELATION_MINIMUM] > 5 && length[VITRO_CORRELATION_MINIMUM] < 8 && length[VITRO_CORRELATION_MINIMUM_VALUE] < 0);
    free(map);
    free(image);
}

static void test_lengths(void **state) {
    (void)state;
    enum { N = 70 };
    double r[N], v[N], length[VITRO_CORRELATION_FIELDS];
    for (int i = 0; i < N; i++) r[i] = i * 0.3, v[i] = cos(r[i]) * exp(-r[i] / 9);
    assert_ok(vitro_correlation_lengths(r, v, N, length));
    int i = 0;
    while (v[i] > exp(-1)) i++;
    assert_near(length[VITRO_CORRELATION_LENGTH], r[i - 1] + (v[i - 1] - exp(-1)) / (v[i - 1] - v[i]) * 0.3, 1e-9);
    assert_near(length[VITRO_CORRELATION_MINIMUM], 3.1416 - atan(1.0 / 9), 0.02);
    assert_near(length[VITRO_CORRELATION_PEAK], 6.2832 - atan(1.0 / 9), 0.02);
    assert_near(length[VITRO_CORRELATION_PEAK_VALUE], cos(atan(1.0 / 9)) * exp(-(6.2832 - atan(1.0 / 9)) / 9), 0.01);
    for (i = 0; i < N; i++) v[i] = 1 - 0.001 * i; /* never falls that far */
    assert_ok(vitro_correlation_lengths(r, v, N, length));
    for (i = 0; i < VITRO_CORRELATION_FIELDS; i++) assert_true(isnan(length[i]));
}

static void test_bad_input(void **state) {
    (void)state;
    float map[64], image[9];
    double radial[6], length[VITRO_CORRELATION_FIELDS];
    for (int i = 0; i < 64; i++) map[i] = 0.1f;
    assert_fails(vitro_autocorrelation(map, 8, 8, 1, image, radial), VITRO_DATA, "constant");
    for (int i = 0; i < 64; i++) map[i] = NAN;
    assert_fails(vitro_autocorrelation(map, 8, 8, 1, image, radial), VITRO_DATA, "measured");
    assert_fails(vitro_autocorrelation(map, 8, 8, 8, image, radial), VITRO_ARGUMENT, "lags");
    assert_fails(vitro_autocorrelation(map, 8, 0, 1, image, radial), VITRO_ARGUMENT, "map");
    assert_fails(vitro_correlation_lengths(radial, radial, 1, length), VITRO_ARGUMENT, "points");
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_all_pairs), cmocka_unit_test(test_known_length), cmocka_unit_test(test_neighbours),
                                       cmocka_unit_test(test_lengths), cmocka_unit_test(test_bad_input)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
