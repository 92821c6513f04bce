/* SPDX-License-Identifier: GPL-3.0-or-later
 * The ring profile where there is little or nothing to measure: patterns, references, arguments. */
#include "ring_fixture.h"

/* ---- patterns without a result ------------------------------------------------------ */

/* The smooth fall-off alone, with noise. */
static void no_ring_pattern(float *pattern, double level, uint64_t seed) {
    for (int i = 0; i < AREA; i++) {
        double r = hypot(i % SIDE - (SIDE - 1) / 2.0, i / SIDE - (SIDE - 1) / 2.0), mean = level * exp(-(r - 35) / 30);
        pattern[i] = (float)fmax(0, floor(mean + sqrt(mean) * random_normal(&seed) + 0.5));
    }
}

/* 16 patterns in a group: every second is good, and its bits are those it has among good ones. */
static void check_group(const void *group, int type, const int expected[8]) {
    void *good = as_type(strained, AREA * 16, type);
    float *among_good = fit(model, frames_of(type, 16), good), *out = fit(model, frames_of(type, 16), group);
    for (int i = 0; i < 16; i++) {
        check_fields(out, i);
        if (i % 2 == 0) assert_memory_equal(out + i * VITRO_RING_FIELDS, among_good + i * VITRO_RING_FIELDS, sizeof(float) * VITRO_RING_FIELDS);
        else CHECK(status_of(out, i) == expected[i / 2], "type %d, pattern %d: status %d, not %d", type, i, status_of(out, i), expected[i / 2]);
    }
    free(good);
    free(among_good);
    free(out);
}

static void test_floats_that_cannot_be_measured(void **state) {
    (void)state;
    static const int expected[8] = {VITRO_PATTERN_NOT_A_NUMBER, VITRO_PATTERN_NOT_A_NUMBER, VITRO_PATTERN_NOT_A_NUMBER, VITRO_PATTERN_NEGATIVE,
                                    VITRO_PATTERN_EMPTY, VITRO_PATTERN_NO_RING, VITRO_PATTERN_NO_RING, VITRO_PATTERN_NOT_A_NUMBER};
    float *group = as_type(strained, AREA * 16, VITRO_F32);
    const int on_ring = 64 * SIDE + 64 + 33;
    group[1 * AREA + on_ring] = NAN;
    group[3 * AREA + on_ring] = INFINITY;
    group[5 * AREA + on_ring] = -INFINITY;
    for (int i = 0; i < AREA; i++) {
        group[7 * AREA + i] *= -1;
        group[9 * AREA + i] = 0;
        group[13 * AREA + i] = 20;
        group[15 * AREA + i] = i % 2 ? 1e38f : 3e38f; /* sums overflow */
    }
    no_ring_pattern(group + 11 * AREA, 30, 5);
    check_group(group, VITRO_F32, expected);
    free(group);
}

static void test_counts_that_cannot_be_measured(void **state) {
    (void)state;
    for (int type = VITRO_U8; type <= VITRO_U16; type++) {
        int expected[8] = {VITRO_PATTERN_EMPTY, VITRO_PATTERN_SATURATED, VITRO_PATTERN_SATURATED, VITRO_PATTERN_NO_RING, VITRO_PATTERN_GOOD};
        uint16_t most = type == VITRO_U8 ? UINT8_MAX : UINT16_MAX, *group = malloc(2 * AREA * 16);
        float smooth[AREA];
        no_ring_pattern(smooth, 30, 6);
        memcpy(group, strained, 2 * AREA * 16);
        for (int i = 0; i < AREA; i++) {
            group[1 * AREA + i] = 0;
            group[3 * AREA + i] = most;
            if (i / SIDE > 64 && i / SIDE < 75) group[5 * AREA + i] = most; /* a bright streak over the ring */
            group[7 * AREA + i] = (uint16_t)smooth[i];
        }
        for (int k = 4; k < 8; k++) expected[k] = VITRO_PATTERN_GOOD;
        group[9 * AREA + 64 * SIDE + 64] = most; /* saturated only where the ring is not */
        uint8_t *small = malloc(AREA * 16);
        for (int i = 0; i < AREA * 16; i++) small[i] = (uint8_t)(group[i] < most && group[i] > 254 ? 254 : group[i]);
        for (int i = 0; i < AREA * 16; i++) group[i] = type == VITRO_U16 && group[i] < most && group[i] > 254 ? 254 : group[i];
        check_group(type == VITRO_U8 ? (void *)small : (void *)group, type, expected);
        free(small);
        free(group);
    }
}

/* Fewer and fewer photons: a result with an honest error bar, or none; never a small sigma on a wrong number. */
static void test_few_counts(void **state) {
    (void)state;
    enum { N = 64 };
    for (double counts = 5; counts < 2e4; counts *= 5) {
        double V[N][3];
        uint16_t *data = patterns(&glass, N, counts, 0.01, 1, (uint64_t)counts, V);
        float *out = fit(model, frames_of(VITRO_U16, N), data);
        int good = 0, off = 0;
        for (int i = 0; i < N; i++) {
            check_fields(out, i);
            if (status_of(out, i)) continue;
            good++;
            for (int j = 0; j < 3; j++) {
                const float *f = out + i * VITRO_RING_FIELDS;
                off += fabs(f[VITRO_RING_V_XX + j] - V[i][j]) > 4 * sigma_of(f, VITRO_RING_V_XX + j);
            }
        }
        if (counts < 100) assert_true(good == 0);
        if (counts > 1e4) assert_true(good == N);
        CHECK(off <= 1 + good / 20, "%g counts: %d components of %d patterns off by more than 4 sigma", counts, off, good);
        free(data);
        free(out);
    }
}

/* ---- reference -------------------------------------------------------------------------- */

static void test_a_reference_of_one_pattern(void **state) {
    (void)state;
    vitro_geometry geometry = middle_geometry(NULL);
    double values[7];
    vitro_ring_model *own = learn(frames_of(VITRO_U16, 1), unstrained, &geometry);
    vitro_ring_model_values(own, values);
    assert_near(values[0], 35, 0.7);
    float *out = fit(own, frames_of(VITRO_U16, PATTERNS), strained);
    for (int i = 0; i < PATTERNS; i++) assert_int_equal(status_of(out, i), 0);
    vitro_ring_model_free(own);
    free(out);
}

static void test_the_models_values_and_curves(void **state) {
    (void)state;
    double values[7], radius[3] = {35, 26, 1000}, intensity[3], background[3];
    vitro_ring_model_values(model, values);
    assert_near(values[0], 35, 0.35);
    for (int i = 0; i < 3; i++) assert_near(values[1 + i], i != 1, 0.003);
    assert_near(values[1] * values[3] - values[2] * values[2], 1, 1e-6);
    for (int i = 4; i < 6; i++) assert_near(values[i], 63.5, 0.5);
    assert_near(values[6], glass.ring_width, 0.1 * glass.ring_width);
    assert_ok(vitro_ring_model_curves(model, radius, 3, intensity, background));
    assert_true(intensity[0] > 1.5 * background[0] && background[1] > background[0]);
    assert_true(isnan(intensity[2]) && isfinite(background[2]));
}

static void test_a_reference_without_a_usable_pattern(void **state) {
    (void)state;
    vitro_geometry geometry = middle_geometry(NULL);
    vitro_frames frames = frames_of(VITRO_U16, 3);
    vitro_ring_model *own = NULL;
    uint16_t *data = calloc(3 * AREA, 2);
    assert_fails(try_learn(&frames, data, &geometry, &own), VITRO_DATA, "reference");
    memset(data, 255, 2 * 3 * AREA);
    assert_fails(try_learn(&frames, data, &geometry, &own), VITRO_DATA, "reference");
    float *real = malloc(sizeof(float) * 3 * AREA);
    frames.type = VITRO_F32;
    for (int i = 0; i < 3 * AREA; i++) real[i] = NAN;
    assert_fails(try_learn(&frames, real, &geometry, &own), VITRO_DATA, "reference");
    for (int i = 0; i < 3 * AREA; i++) real[i] = -3;
    assert_fails(try_learn(&frames, real, &geometry, &own), VITRO_DATA, "reference");
    assert_null(own);
    free(real);
    free(data);
}

/* Bad patterns among the reference's do not spoil it. */
static void test_bad_patterns_in_the_reference(void **state) {
    (void)state;
    vitro_geometry geometry = middle_geometry(NULL);
    double expected[7], values[7];
    vitro_ring_model_values(model, expected);
    float *data = as_type(unstrained, AREA * REFERENCES, VITRO_F32);
    for (int f = 0; f < REFERENCES; f += 5)
        for (int i = 0; i < AREA; i++) data[f * AREA + i] = f % 3 == 0 ? 0 : f % 3 == 1 ? NAN : -data[f * AREA + i];
    vitro_ring_model *own = learn(frames_of(VITRO_F32, REFERENCES), data, &geometry);
    vitro_ring_model_values(own, values);
    assert_near(values[0], expected[0], 0.2);
    for (int i = 1; i < 4; i++) assert_near(values[i], expected[i], 0.003);
    float *out = fit(own, frames_of(VITRO_F32, REFERENCES), data);
    for (int i = 0; i < REFERENCES; i++) assert_true((status_of(out, i) == 0) == (i % 5 != 0));
    vitro_ring_model_free(own);
    free(data);
    free(out);
}

/* ---- wrong arguments ------------------------------------------------------------------------ */

static void test_impossible_geometries(void **state) {
    (void)state;
    static const struct { vitro_geometry geometry; const char *word; } wrong[] = {
        {{-1, 60, 1, 0, 1, 25, 47, NULL}, "centre"},      {{64, 128, 1, 0, 1, 25, 47, NULL}, "centre"}, {{NAN, 64, 1, 0, 1, 25, 47, NULL}, "centre"},
        {{64, 64, 1, 0, 1, 47, 25, NULL}, "range"},       {{64, 64, 1, 0, 1, 30, 30, NULL}, "range"},   {{64, 64, 1, 0, 1, -5, 30, NULL}, "range"},
        {{64, 64, 1, 0, 1, 25, 200, NULL}, "outside"},    {{64, 64, 1, 0, 1, 100, 200, NULL}, "outside"}, {{64, 64, 1, 0, 1, 25, NAN, NULL}, "range"},
        {{64, 64, 1, 0, 1, 25, INFINITY, NULL}, "outside"}, {{64, 64, 1, 0, 2, 25, 47, NULL}, "ellipse"}, {{64, 64, -1, 0, -1, 25, 47, NULL}, "ellipse"},
        {{64, 64, 0, 1, 0, 25, 47, NULL}, "ellipse"},     {{64, 64, NAN, 0, 1, 25, 47, NULL}, "ellipse"},
    };
    vitro_frames frames = frames_of(VITRO_U16, 16);
    vitro_job *job = NULL;
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        assert_fails(vitro_reference_new(&frames, &wrong[i].geometry, &job), VITRO_ARGUMENT, wrong[i].word);
        assert_fails(vitro_direct_ellipse_new(&frames, &wrong[i].geometry, 0.95, &job), VITRO_ARGUMENT, wrong[i].word);
    }
    vitro_geometry geometry = middle_geometry(NULL);
    uint8_t mask[AREA];
    memset(mask, 1, sizeof mask);
    geometry.mask = mask;
    assert_fails(vitro_reference_new(&frames, &geometry, &job), VITRO_DATA, "unmasked");
    assert_fails(vitro_direct_ellipse_new(&frames, &geometry, 0.95, &job), VITRO_DATA, "unmasked");
    geometry.mask = NULL;
    frames.frames = INT64_MAX;
    assert_fails(vitro_reference_new(&frames, &geometry, &job), VITRO_ARGUMENT, "patterns");
    assert_fails(vitro_ring_profile_new(model, &frames, &job), VITRO_ARGUMENT, "patterns");
    assert_fails(vitro_direct_ellipse_new(&frames, &geometry, 0.95, &job), VITRO_ARGUMENT, "patterns");
    frames.frames = 16;
    frames.width = 120;
    assert_fails(vitro_ring_profile_new(model, &frames, &job), VITRO_ARGUMENT, "120 x 128");
    frames.width = 1 << 20;
    assert_true(vitro_reference_new(&frames, &geometry, &job) == VITRO_ARGUMENT);
    assert_null(job);
}

static void test_models_that_cannot_be_made(void **state) {
    (void)state;
    vitro_frames frames = frames_of(VITRO_U16, REFERENCES);
    vitro_geometry geometry = middle_geometry(NULL);
    vitro_job *job, *mean;
    vitro_ring_model *own = NULL;
    assert_ok(vitro_reference_new(&frames, &geometry, &job));
    assert_fails(vitro_ring_model_new(job, "", 0, &own), VITRO_STATE, "0 of 40");
    feed_all(job, unstrained, REFERENCES, 16, 0, 0);
    assert_fails(vitro_ring_model_new(job, "Zr50Cu50", 0, &own), VITRO_ARGUMENT, "scale");
    assert_fails(vitro_ring_model_new(job, "Zr50Cu50", NAN, &own), VITRO_ARGUMENT, "scale");
    assert_fails(vitro_ring_model_new(job, "Zr50Qq50", 0.0123, &own), VITRO_ARGUMENT, "Qq");
    char endless[200];
    for (int i = 0; i < 199; i++) endless[i] = "Cu50"[i % 4];
    endless[196] = 0;
    assert_fails(vitro_ring_model_new(job, endless, 0.0123, &own), VITRO_ARGUMENT, "Cu50");
    assert_ok(vitro_mean_new(&frames, &mean));
    assert_fails(vitro_ring_model_new(mean, "", 0, &own), VITRO_STATE, "reference");
    assert_null(own);
    assert_ok(vitro_ring_model_new(job, NULL, 0, &own));
    vitro_ring_model_free(own);
    vitro_ring_model_free(NULL);
    vitro_job_free(mean);
    vitro_job_free(job);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_floats_that_cannot_be_measured),
        cmocka_unit_test(test_counts_that_cannot_be_measured),
        cmocka_unit_test(test_few_counts),
        cmocka_unit_test(test_a_reference_of_one_pattern),
        cmocka_unit_test(test_the_models_values_and_curves),
        cmocka_unit_test(test_a_reference_without_a_usable_pattern),
        cmocka_unit_test(test_bad_patterns_in_the_reference),
        cmocka_unit_test(test_impossible_geometries),
        cmocka_unit_test(test_models_that_cannot_be_made),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
