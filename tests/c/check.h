/* SPDX-License-Identifier: GPL-3.0-or-later
 * What the tests of the core share: cmocka with its headers, comparisons, failures with their text, random numbers, jobs
 * fed in every way, and memory whose end cannot be overrun. */
#ifndef CHECK_H
#define CHECK_H

#include <math.h>
#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "vitromap.h"

#define CHECK(condition, ...)                    \
    do {                                         \
        if (!(condition)) fail_msg(__VA_ARGS__); \
    } while (0)

#define assert_near(a, b, tolerance)                                                                                       \
    do {                                                                                                                   \
        double near_a = (a), near_b = (b), near_t = (tolerance);                                                           \
        if (!(fabs(near_a - near_b) <= near_t)) fail_msg("%s is %.9g, not %.9g within %.3g", #a, near_a, near_b, near_t);  \
    } while (0)

#define assert_ok(call)                                                                       \
    do {                                                                                      \
        vitro_status ok_status = (call);                                                      \
        if (ok_status != VITRO_OK) fail_msg("%s: %d, %s", #call, ok_status, vitro_last_error()); \
    } while (0)

/* The call fails with this code and one line of text that has this word in it. */
#define assert_fails(call, code, word)                                                                             \
    do {                                                                                                           \
        vitro_status failed = (call);                                                                              \
        const char *text = vitro_last_error();                                                                     \
        if (failed != (code)) fail_msg("%s: %d (%s), not %d", #call, failed, failed ? text : "no failure", (code)); \
        if (!strstr(text, (word)) || strchr(text, '\n')) fail_msg("%s: '%s' without '%s'", #call, text, (word));   \
    } while (0)

/* Splitmix64: the same numbers everywhere. */
static inline uint64_t random_bits(uint64_t *state) {
    uint64_t z = *state += 0x9e3779b97f4a7c15u;
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
    return z ^ (z >> 31);
}

/* Uniform in [0, 1). */
static inline double random_part(uint64_t *state) { return (double)(random_bits(state) >> 11) * 0x1p-53; }

static inline double random_normal(uint64_t *state) {
    double a = sqrt(-2 * log(1 - random_part(state)));
    return a * cos(6.283185307179586 * random_part(state));
}

/* ---- jobs ------------------------------------------------------------------------ */

typedef struct {
    vitro_job *job;
    const char *frames;
    int64_t total, chunk;
    int threads, thread, backwards;
    vitro_status status;
} feeder;

static inline void *feed_share(void *argument) {
    feeder *f = argument;
    int64_t chunks = (f->total + f->chunk - 1) / f->chunk;
    for (int64_t i = f->thread; i < chunks && f->status == VITRO_OK; i += f->threads) {
        int64_t first = (f->backwards ? chunks - 1 - i : i) * f->chunk, n = f->total - first < f->chunk ? f->total - first : f->chunk;
        f->status = vitro_job_feed(f->job, f->frames + vitro_job_frame_bytes(f->job) * first, first, n);
    }
    return NULL;
}

/* Feeds all frames in chunks, from some threads at once (0: from the calling one), from the first on or from the last back. */
static inline void feed_all(vitro_job *job, const void *frames, int64_t total, int64_t chunk, int threads, int backwards) {
    feeder f[16];
    pthread_t id[16];
    for (int t = 0; t < (threads ? threads : 1); t++) {
        f[t] = (feeder){job, frames, total, chunk, threads ? threads : 1, t, backwards, VITRO_OK};
        if (threads) assert_int_equal(pthread_create(&id[t], NULL, feed_share, &f[t]), 0);
        else feed_share(&f[t]);
    }
    for (int t = 0; t < threads; t++) pthread_join(id[t], NULL);
    for (int t = 0; t < (threads ? threads : 1); t++) assert_int_equal(f[t].status, VITRO_OK);
}

/* Finishes a job into new memory and frees the job. */
static inline float *finished(vitro_job *job) {
    int64_t n = vitro_job_outputs(job);
    float *out = malloc(sizeof(float) * (size_t)(n ? n : 1));
    assert_ok(vitro_job_finish(job, out, n));
    vitro_job_free(job);
    return out;
}

#endif
