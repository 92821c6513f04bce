/* SPDX-License-Identifier: GPL-3.0-or-later
 * What a job accepts, and the mean pattern: exact, and the same bits whatever the chunks, threads and order. */
#include "check.h"

enum { WIDTH = 7, HEIGHT = 5, AREA = WIDTH * HEIGHT, FRAMES = 149 };

static vitro_frames frames_of(int type) { return (vitro_frames){WIDTH, HEIGHT, type, VITRO_ISA_BEST, FRAMES}; }

static vitro_job *mean_job(int type) {
    vitro_frames frames = frames_of(type);
    vitro_job *job;
    assert_ok(vitro_mean_new(&frames, &job));
    return job;
}

/* Any pixel values; floats with NaN and infinities among them, pixel 3 never a number, and magnitudes that no float sum bears.
 * Pixel 4 sums to 296, but in no double. */
static void *any_frames(int type) {
    uint64_t state = 5;
    static const float magnitude[4] = {1, 1e-6f, 3e7f, -3e7f};
    uint8_t *small = malloc(AREA * FRAMES);
    uint16_t *wide = malloc(2 * AREA * FRAMES);
    float *real = malloc(4 * AREA * FRAMES);
    for (int i = 0; i < AREA * FRAMES; i++) {
        small[i] = (uint8_t)random_bits(&state);
        wide[i] = (uint16_t)random_bits(&state);
        real[i] = (float)random_part(&state) * magnitude[random_bits(&state) % 4];
        static const float cancelling[4] = {1e30f, 3, -1e30f, 5};
        if (i % AREA == 4) real[i] = i / AREA < 148 ? cancelling[i / AREA % 4] : 0;
        else if (i % AREA == 3 || random_bits(&state) % 11 == 0) real[i] = random_bits(&state) % 2 ? NAN : -INFINITY;
    }
    if (type != VITRO_U8) free(small);
    if (type != VITRO_U16) free(wide);
    if (type != VITRO_F32) free(real);
    return type == VITRO_U8 ? (void *)small : type == VITRO_U16 ? (void *)wide : (void *)real;
}

static double pixel(const void *frames, int type, int i) {
    return type == VITRO_U8 ? ((const uint8_t *)frames)[i] : type == VITRO_U16 ? ((const uint16_t *)frames)[i] : ((const float *)frames)[i];
}

static void test_mean_is_exact(void **state) {
    (void)state;
    for (int type = VITRO_U8; type <= VITRO_F32; type++) {
        void *frames = any_frames(type);
        vitro_job *job = mean_job(type);
        assert_int_equal(vitro_job_outputs(job), 2 * AREA);
        feed_all(job, frames, FRAMES, 48, 0, 0);
        float *out = finished(job);
        for (int p = 0; p < AREA; p++) {
            long double sum = 0;
            double largest = -INFINITY;
            int n = 0;
            for (int f = 0; f < FRAMES; f++) {
                double value = pixel(frames, type, f * AREA + p);
                if (!isfinite(value)) continue;
                sum += value;
                n++;
                if (value > largest) largest = value;
            }
            if (!n) {
                assert_true(isnan(out[p]) && isnan(out[AREA + p]));
                assert_true(type == VITRO_F32 && p == 3);
                continue;
            }
            float mean = type == VITRO_F32 && p == 4 ? 296.0f / FRAMES : (float)(sum / n);
            CHECK(out[p] == mean, "type %d, pixel %d: mean %.9g, not %.9g", type, p, out[p], mean);
            assert_true(out[AREA + p] == (float)largest);
        }
        free(out);
        free(frames);
    }
}

static void test_mean_has_the_same_bits_however_fed(void **state) {
    (void)state;
    static const int chunk[] = {16, 32, 80, 160}, threads[] = {0, 1, 2, 4};
    for (int type = VITRO_U8; type <= VITRO_F32; type++) {
        void *frames = any_frames(type);
        vitro_job *job = mean_job(type);
        feed_all(job, frames, FRAMES, 16, 0, 0);
        float *expected = finished(job);
        for (int way = 0; way < 32; way++) {
            job = mean_job(type);
            feed_all(job, frames, FRAMES, chunk[way % 4], threads[way / 4 % 4], way / 16);
            float *out = finished(job);
            assert_memory_equal(out, expected, sizeof(float) * 2 * AREA);
            free(out);
        }
        free(expected);
        free(frames);
    }
}

static void test_feed_takes_whole_groups_in_range(void **state) {
    (void)state;
    uint8_t frames[AREA * 32] = {0};
    vitro_job *job = mean_job(VITRO_U8);
    assert_int_equal(vitro_job_frame_bytes(job), AREA);
    assert_fails(vitro_job_feed(job, frames, 8, 16), VITRO_ARGUMENT, "16");
    assert_fails(vitro_job_feed(job, frames, 0, 8), VITRO_ARGUMENT, "16");
    assert_fails(vitro_job_feed(job, frames, 16, 17), VITRO_ARGUMENT, "16");
    assert_fails(vitro_job_feed(job, frames, 0, 0), VITRO_ARGUMENT, "149");
    assert_fails(vitro_job_feed(job, frames, 0, -16), VITRO_ARGUMENT, "-16");
    assert_fails(vitro_job_feed(job, frames, -16, 16), VITRO_ARGUMENT, "-16");
    assert_fails(vitro_job_feed(job, frames, 144, 16), VITRO_ARGUMENT, "149");
    assert_fails(vitro_job_feed(job, frames, 160, 16), VITRO_ARGUMENT, "160");
    assert_fails(vitro_job_feed(job, frames, 16, INT64_MAX), VITRO_ARGUMENT, "149");
    assert_fails(vitro_job_feed(job, frames, INT64_MAX - 15, 16), VITRO_ARGUMENT, "149");
    assert_ok(vitro_job_feed(job, frames, 144, 5));
    vitro_job_free(job);
}

static void test_each_frame_is_taken_once(void **state) {
    (void)state;
    uint8_t *frames = calloc(FRAMES, AREA);
    float out[2 * AREA];
    vitro_job *job = mean_job(VITRO_U8);
    assert_ok(vitro_job_feed(job, frames, 0, 64));
    assert_fails(vitro_job_feed(job, frames, 48, 32), VITRO_STATE, "48");
    assert_fails(vitro_job_feed(job, frames, 0, 144), VITRO_STATE, "0");
    assert_fails(vitro_job_finish(job, out, 2 * AREA), VITRO_STATE, "64 of 149");
    assert_ok(vitro_job_feed(job, frames, 80, 69));
    assert_fails(vitro_job_feed(job, frames, 144, 5), VITRO_STATE, "144");
    assert_fails(vitro_job_finish(job, out, 2 * AREA), VITRO_STATE, "133 of 149"); /* the gap at 64 */
    assert_ok(vitro_job_feed(job, frames, 64, 16));
    assert_ok(vitro_job_finish(job, out, 2 * AREA));
    vitro_job_free(job);
    free(frames);
}

static void test_finish_needs_room_and_leaves_it_alone_on_failure(void **state) {
    (void)state;
    void *frames = any_frames(VITRO_U16);
    float out[2 * AREA];
    for (int i = 0; i < 2 * AREA; i++) out[i] = -1;
    vitro_job *job = mean_job(VITRO_U16);
    assert_fails(vitro_job_finish(job, out, 2 * AREA), VITRO_STATE, "0 of 149");
    assert_ok(vitro_job_feed(job, frames, 0, FRAMES));
    assert_fails(vitro_job_finish(job, out, 2 * AREA - 1), VITRO_ARGUMENT, "70");
    for (int i = 0; i < 2 * AREA; i++) assert_true(out[i] == -1);
    assert_ok(vitro_job_finish(job, out, 2 * AREA));
    assert_true(out[0] > 0);
    vitro_job_free(job);
    free(frames);
}

static void test_impossible_datasets(void **state) {
    (void)state;
    vitro_job *job = NULL;
    static const vitro_frames wrong[] = {
        {0, 5, VITRO_U8, 0, 9},          {5, -1, VITRO_U8, 0, 9},      {1 << 16, 5, VITRO_U8, 0, 9}, {INT32_MAX, INT32_MAX, VITRO_U16, 0, 9},
        {5, INT32_MIN, VITRO_F32, 0, 9}, {5, 5, VITRO_U32, 0, 9},      {5, 5, 0, 0, 9},              {5, 5, VITRO_U8, 0, 0},
        {5, 5, VITRO_U8, 0, -3},         {5, 5, VITRO_U8, 0, INT64_MAX}, {5, 5, VITRO_U8, 9, 9},     {5, 5, VITRO_U8, -1, 9},
    };
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        vitro_status status = vitro_mean_new(&wrong[i], &job);
        CHECK(status == VITRO_ARGUMENT, "case %zu: %d, %s", i, status, vitro_last_error());
        assert_null(job);
    }
    vitro_job_free(NULL);
}

static void *fail_elsewhere(void *argument) {
    vitro_frames frames = {5, 5, 77, 0, 9};
    vitro_job *job;
    *(vitro_status *)argument = vitro_mean_new(&frames, &job);
    return NULL;
}

static void test_error_text_belongs_to_its_thread(void **state) {
    (void)state;
    vitro_frames frames = {5, 5, VITRO_U8, 0, -4321};
    vitro_job *job;
    vitro_status other = VITRO_OK;
    pthread_t id;
    assert_fails(vitro_mean_new(&frames, &job), VITRO_ARGUMENT, "-4321");
    assert_int_equal(pthread_create(&id, NULL, fail_elsewhere, &other), 0);
    pthread_join(id, NULL);
    assert_int_equal(other, VITRO_ARGUMENT);
    assert_non_null(strstr(vitro_last_error(), "-4321"));
}

static void test_instruction_sets_have_names(void **state) {
    (void)state;
    assert_string_equal(vitro_isa_name(VITRO_ISA_BASELINE), "baseline");
    assert_non_null(vitro_isa_name(VITRO_ISA_BEST));
    assert_null(vitro_isa_name((vitro_isa)4));
    int best = 0;
    for (int isa = VITRO_ISA_BASELINE; isa <= VITRO_ISA_AVX512; isa++)
        best |= vitro_isa_name((vitro_isa)isa) && strcmp(vitro_isa_name((vitro_isa)isa), vitro_isa_name(VITRO_ISA_BEST)) == 0;
    assert_true(best);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_mean_is_exact),
        cmocka_unit_test(test_mean_has_the_same_bits_however_fed),
        cmocka_unit_test(test_feed_takes_whole_groups_in_range),
        cmocka_unit_test(test_each_frame_is_taken_once),
        cmocka_unit_test(test_finish_needs_room_and_leaves_it_alone_on_failure),
        cmocka_unit_test(test_impossible_datasets),
        cmocka_unit_test(test_error_text_belongs_to_its_thread),
        cmocka_unit_test(test_instruction_sets_have_names),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
