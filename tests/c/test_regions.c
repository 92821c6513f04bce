/* SPDX-License-Identifier: GPL-3.0-or-later
 * Regions of a scan: means and deviations against a naive computation, errors that hold with neighbours alike, peaks and shoulders of known curves. */
#include "check.h"

enum { SIDE = 48, N = SIDE * SIDE };

static void everywhere(int64_t *position) {
    for (int i = 0; i < N; i++) position[i] = i;
}

static void statistics_are_the_plain_ones(void **state) {
    (void)state;
    enum { CURVES = 37, DEPTH = 5 };
    float curves[CURVES * DEPTH];
    int64_t position[CURVES], block[CURVES], side[2];
    double out[(VITRO_REGION_FIELDS + CURVES) * DEPTH];
    uint64_t random = 1;
    for (int i = 0; i < CURVES; i++) position[i] = 3 * i * i;
    for (int i = 0; i < CURVES * DEPTH; i++) curves[i] = (float)(100 + random_normal(&random));
    curves[2 * CURVES + 5] = NAN;
    for (int i = 1; i < CURVES; i++) curves[3 * CURVES + i] = INFINITY;
    for (int i = 0; i < CURVES; i++) curves[4 * CURVES + i] = NAN;
    for (int i = 0; i < CURVES; i++) block[i] = i; /* each for itself: the error is that of independent positions */
    assert_ok(vitro_region_statistics(curves, DEPTH, CURVES, block, CURVES, out));
    for (int z = 0; z < 3; z++) {
        double sum = 0, square = 0;
        int n = 0;
        for (int i = 0; i < CURVES; i++)
            if (isfinite(curves[z * CURVES + i])) sum += curves[z * CURVES + i], n++;
        for (int i = 0; i < CURVES; i++)
            if (isfinite(curves[z * CURVES + i])) square += pow(curves[z * CURVES + i] - sum / n, 2);
        assert_near(out[z], sum / n, 1e-9);
        assert_near(out[DEPTH + z], sqrt(square / (n - 1)), 1e-9);
        assert_near(out[2 * DEPTH + z], sqrt(square / (n - 1) / n) * (1 + 0.5 / (n - 1)), 1e-9);
        assert_true(out[3 * DEPTH + z] == n);
        assert_near(out[(VITRO_REGION_FIELDS + 7) * DEPTH + z], (sum - curves[z * CURVES + 7]) / (n - 1), 1e-9);
    }
    assert_true(out[3] == curves[3 * CURVES] && isnan(out[DEPTH + 3]) && isnan(out[2 * DEPTH + 3]) && out[3 * DEPTH + 3] == 1);
    assert_true(isnan(out[4]) && out[3 * DEPTH + 4] == 0);
    assert_ok(vitro_region_blocks(position, CURVES, 100, block, side));
    assert_true(side[1] >= 20);
}

static void blocks_are_squares_of_the_scan(void **state) {
    (void)state;
    int64_t *position = malloc(sizeof(int64_t) * N), *block = malloc(sizeof(int64_t) * N), side[2];
    everywhere(position);
    assert_ok(vitro_region_blocks(position, N, SIDE, block, side));
    assert_true(side[0] >= 9 && side[0] <= 12 && side[1] >= 16 && side[1] <= 36);
    for (int i = 0; i < N; i++)
        for (int k = 0; k < N; k += 5) {
            int same = i % SIDE / side[0] == k % SIDE / side[0] && i / SIDE / side[0] == k / SIDE / side[0];
            assert_true((block[i] == block[k]) == same);
        }
    assert_ok(vitro_region_blocks(position, 7, SIDE, block, side));
    assert_true(side[0] == 1 && side[1] == 7);
    free(position);
    free(block);
}

/* A map of noise, smoothed over a length so that neighbours are alike. */
static void smooth_map(uint64_t *random, double length, float *map) {
    static double raw[N], half[N];
    int reach = (int)(3 * length);
    for (int i = 0; i < N; i++) raw[i] = random_normal(random);
    for (int pass = 0; pass < 2; pass++)
        for (int i = 0; i < N; i++) {
            double sum = 0, norm = 0;
            for (int k = -reach; k <= reach; k++) {
                double w = length > 0 ? exp(-0.5 * k * k / (length * length)) : 1;
                int x = i % SIDE, y = i / SIDE;
                sum += w * (pass ? half[(y + k + SIDE) % SIDE * SIDE + x] : raw[y * SIDE + (x + k + SIDE) % SIDE]);
                norm += w * w;
            }
            (pass ? raw : half)[i] = sum / sqrt(norm); /* passes write where they do not read: half, then raw */
        }
    for (int i = 0; i < N; i++) map[i] = (float)raw[i];
}

/* The true mean is 0: how often does it lie within the error, and what would independent positions say? */
static void errors_hold_with_neighbours_alike(void **state) {
    (void)state;
    enum { DRAWS = 600 };
    const double lengths[3] = {0, 0.8, 1.6};
    int64_t *position = malloc(sizeof(int64_t) * N), *block = malloc(sizeof(int64_t) * N), side[2];
    float *map = malloc(sizeof(float) * N);
    double *out = malloc(sizeof(double) * (VITRO_REGION_FIELDS + N));
    uint64_t random = 8;
    everywhere(position);
    assert_ok(vitro_region_blocks(position, N, SIDE, block, side));
    for (int l = 0; l < 3; l++) {
        int within = 0, plain = 0;
        for (int d = 0; d < DRAWS; d++) {
            smooth_map(&random, lengths[l], map);
            assert_ok(vitro_region_statistics(map, 1, N, block, side[1], out));
            within += fabs(out[VITRO_REGION_MEAN]) < out[VITRO_REGION_ERROR];
            plain += fabs(out[VITRO_REGION_MEAN]) < out[VITRO_REGION_DEVIATION] / sqrt(N);
        }
        printf("maps smoothed over %.1f px: the mean lies within its error in %.1f %%, as of independent positions %.1f %%\n", lengths[l],
               100.0 * within / DRAWS, 100.0 * plain / DRAWS);
        CHECK(within > 0.6 * DRAWS && within < 0.75 * DRAWS, "%d of %d within the error", within, DRAWS);
        assert_true(l < 2 || plain < 0.35 * DRAWS);
    }
    free(position);
    free(block);
    free(map);
    free(out);
}

/* Two peaks, the second with a shoulder, as of the rings of icosahedral order; x = 0 .. 1. */
static double rings(double x, double shift) {
    double u = (x - 0.3 - shift) / 0.03, v = (x - 0.513) / 0.035, w = (x - 0.6) / 0.03;
    return 2 * exp(-0.5 * u * u) + exp(-0.5 * v * v) + 0.35 * exp(-0.5 * w * w) + 0.3;
}

/* Blocks with noise, and a first peak that is at another place in each. */
static void make_blocks(int blocks, int n, double noise, double move, uint64_t *random, double *curve, double *without) {
    double *one = malloc(sizeof(double) * (size_t)blocks * (size_t)n);
    for (int b = 0; b < blocks; b++) {
        double shift = move * random_normal(random);
        for (int k = 0; k < n; k++) one[b * n + k] = rings(k / (n - 1.0), shift) + noise * random_normal(random);
    }
    for (int k = 0; k < n; k++) {
        double sum = 0;
        for (int b = 0; b < blocks; b++) sum += one[b * n + k];
        curve[k] = sum / blocks;
        for (int b = 0; b < blocks; b++) without[b * n + k] = (sum - one[b * n + k]) / (blocks - 1);
    }
    free(one);
}

static void peaks_and_shoulder_of_known_rings(void **state) {
    (void)state;
    enum { POINTS = 201, BLOCKS = 25, MOST = 10, DRAWS = 200 };
    static double curve[POINTS], without[BLOCKS * POINTS], peaks[MOST * VITRO_REGION_PEAK_FIELDS];
    uint64_t random = 12;
    int64_t found;
    int within = 0, ratio = 0, shoulders = 0;
    make_blocks(BLOCKS, POINTS, 0, 0, &random, curve, without);
    assert_ok(vitro_region_peaks(curve, without, BLOCKS, POINTS, 0, 1.0 / (POINTS - 1), MOST, peaks, &found));
    double clean = peaks[VITRO_REGION_PEAK_FIELDS + VITRO_REGION_PEAK_RATIO]; /* the shoulder draws the second peak's top outwards */
    assert_near(clean, 1.715, 0.002);
    for (int d = 0; d < DRAWS; d++) {
        make_blocks(BLOCKS, POINTS, 0.02, 0.004, &random, curve, without);
        assert_ok(vitro_region_peaks(curve, without, BLOCKS, POINTS, 0, 1.0 / (POINTS - 1), MOST, peaks, &found));
        CHECK(found >= 2 && found <= 3, "%d peaks", (int)found);
        const double *first = peaks, *second = peaks + VITRO_REGION_PEAK_FIELDS, *shoulder = second + VITRO_REGION_PEAK_FIELDS;
        assert_true(first[VITRO_REGION_PEAK_KIND] == 0 && second[VITRO_REGION_PEAK_KIND] == 0);
        assert_near(first[VITRO_REGION_PEAK_POSITION], 0.3, 0.005);
        assert_near(second[VITRO_REGION_PEAK_POSITION], 0.513, 0.006);
        assert_near(first[VITRO_REGION_PEAK_WIDTH], 2.3548 * 0.03, 0.008);
        assert_near(first[VITRO_REGION_PEAK_HEIGHT], 2, 0.1);
        assert_near(second[VITRO_REGION_PEAK_RATIO], 1.71, 0.03);
        within += fabs(first[VITRO_REGION_PEAK_POSITION] - 0.3) < first[VITRO_REGION_PEAK_POSITION_ERROR];
        ratio += fabs(second[VITRO_REGION_PEAK_RATIO] - clean) < 2 * second[VITRO_REGION_PEAK_RATIO_ERROR];
        if (found < 3) continue;
        shoulders++;
        assert_true(shoulder[VITRO_REGION_PEAK_KIND] == 1 && isnan(shoulder[VITRO_REGION_PEAK_WIDTH]));
        assert_near(shoulder[VITRO_REGION_PEAK_RATIO], 2.0, 0.06);
    }
    printf("first peak within its error in %.1f %%, ratio within two in %.1f %%, shoulder seen in %.1f %%\n", 100.0 * within / DRAWS, 100.0 * ratio / DRAWS,
           100.0 * shoulders / DRAWS);
    assert_true(within > 0.58 * DRAWS && within < 0.78 * DRAWS);
    assert_true(ratio > 0.9 * DRAWS && shoulders > 0.9 * DRAWS);
}

static void noise_has_no_peaks(void **state) {
    (void)state;
    enum { POINTS = 200, BLOCKS = 20, MOST = 30 };
    static double curve[POINTS], without[BLOCKS * POINTS], peaks[MOST * VITRO_REGION_PEAK_FIELDS];
    uint64_t random = 2;
    int64_t found = 0, all = 0;
    for (int d = 0; d < 20; d++) {
        for (int k = 0; k < POINTS; k++) {
            double sum = 0, one[BLOCKS];
            for (int b = 0; b < BLOCKS; b++) sum += one[b] = 100 + random_normal(&random);
            curve[k] = sum / BLOCKS;
            for (int b = 0; b < BLOCKS; b++) without[b * POINTS + k] = (sum - one[b]) / (BLOCKS - 1);
        }
        assert_ok(vitro_region_peaks(curve, without, BLOCKS, POINTS, 0, 1, MOST, peaks, &found));
        all += found;
    }
    printf("peaks in 20 curves of noise: %d\n", (int)all);
    assert_true(all < 20);
    for (int k = 0; k < POINTS; k++) curve[k] = 5;
    for (int k = 0; k < POINTS * BLOCKS; k++) without[k] = 5;
    assert_ok(vitro_region_peaks(curve, without, BLOCKS, POINTS, 0, 1, MOST, peaks, &found));
    assert_true(found == 0);
}

static void bad_input(void **state) {
    (void)state;
    float curves[6] = {1, 2, 3, 4, 5, 6};
    int64_t position[3] = {0, 1, -1}, block[3] = {0, 1, 5}, side[2], found;
    double out[40], curve[6] = {1, 2, 3, NAN, 2, 1}, peaks[VITRO_REGION_PEAK_FIELDS];
    assert_fails(vitro_region_blocks(position, 3, 10, block, side), VITRO_ARGUMENT, "position -1");
    assert_fails(vitro_region_blocks(position, 0, 10, block, side), VITRO_ARGUMENT, "0 positions");
    assert_fails(vitro_region_blocks(position, 2, 0, block, side), VITRO_ARGUMENT, "0 columns");
    block[0] = 0, block[1] = 1, block[2] = 5;
    assert_fails(vitro_region_statistics(curves, 2, 3, block, 3, out), VITRO_ARGUMENT, "block 5 of 3");
    assert_fails(vitro_region_statistics(curves, 0, 3, block, 6, out), VITRO_ARGUMENT, "0 points");
    assert_fails(vitro_region_peaks(curve, curve, 1, 6, 0, 1, 1, peaks, &found), VITRO_DATA, "point 3");
    assert_fails(vitro_region_peaks(curve, curve, 1, 3, 0, 1, 1, peaks, &found), VITRO_ARGUMENT, "3 points");
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(statistics_are_the_plain_ones), cmocka_unit_test(blocks_are_squares_of_the_scan),
                                       cmocka_unit_test(errors_hold_with_neighbours_alike), cmocka_unit_test(peaks_and_shoulder_of_known_rings),
                                       cmocka_unit_test(noise_has_no_peaks), cmocka_unit_test(bad_input)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
