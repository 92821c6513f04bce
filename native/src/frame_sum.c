/* Mean pattern and largest value of every pixel over all frames.
 * Integer sums are exact, so their order does not matter; float sums are kept as double plus its rounding error
 * (Knuth's two-sum), which makes them independent of threads and chunks down to the last bit of the float result.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "exact_sum.h"
#include "job.h"

typedef struct {
    double *sum, *error; /* error: what rounding took from sum */
    uint32_t *count;     /* frames in which the pixel is a number */
    float *largest;
} sums;

typedef struct {
    struct vitro_job job;
    sums total;
} mean_job;

static void sums_free(sums *s) {
    free(s->sum);
    free(s->error);
    free(s->count);
    free(s->largest);
    *s = (sums){0};
}

static vitro_status sums_new(sums *s, size_t pixels) {
    s->sum = vitro_calloc(pixels, sizeof *s->sum);
    s->error = vitro_calloc(pixels, sizeof *s->error);
    s->count = vitro_calloc(pixels, sizeof *s->count);
    s->largest = vitro_alloc(pixels, sizeof *s->largest);
    if (!s->sum || !s->error || !s->count || !s->largest) {
        sums_free(s);
        return VITRO_MEMORY;
    }
    for (size_t i = 0; i < pixels; i++) s->largest[i] = -INFINITY;
    return VITRO_OK;
}

/* Some pixels of all the frames that are fed at once: few enough to stay in the processor's cache. */
enum { STRIP = 2048, MOST_FRAMES = 1 << 16 };
typedef struct {
    double sum[STRIP], error[STRIP];
    uint32_t count[STRIP];
    float largest[STRIP];
} strip;

/* n <= MOST_FRAMES, so that 32 bits hold the sums. */
#define ADD_INTEGERS(NAME, PIXEL)                                                                \
    static void NAME(strip *s, const PIXEL *from, int64_t n, size_t pixels, size_t length) {     \
        uint32_t sum[STRIP] = {0};                                                               \
        PIXEL largest[STRIP] = {0};                                                              \
        for (int64_t f = 0; f < n; f++, from += pixels)                                          \
            for (size_t i = 0; i < length; i++) {                                                \
                sum[i] += from[i];                                                               \
                largest[i] = from[i] > largest[i] ? from[i] : largest[i];                        \
            }                                                                                    \
        for (size_t i = 0; i < length; i++) {                                                    \
            s->sum[i] = sum[i];                                                                  \
            s->error[i] = 0;                                                                     \
            s->count[i] = (uint32_t)n;                                                           \
            s->largest[i] = largest[i];                                                          \
        }                                                                                        \
    }
ADD_INTEGERS(add_u8, uint8_t)
ADD_INTEGERS(add_u16, uint16_t)

static void add_f32(strip *s, const float *from, int64_t n, size_t pixels, size_t length) {
    memset(s, 0, sizeof *s);
    for (size_t i = 0; i < length; i++) s->largest[i] = -INFINITY;
    for (int64_t f = 0; f < n; f++, from += pixels)
        for (size_t i = 0; i < length; i++) {
            if (!isfinite(from[i])) continue;
            add_exactly(&s->sum[i], &s->error[i], from[i]);
            s->count[i]++;
            if (from[i] > s->largest[i]) s->largest[i] = from[i];
        }
}

static void merge(sums *into, size_t first, const strip *from, size_t length) {
    for (size_t i = 0, k = first; i < length; i++, k++) {
        add_exactly(&into->sum[k], &into->error[k], from->sum[i]);
        into->error[k] += from->error[i];
        into->count[k] += from->count[i];
        if (from->largest[i] > into->largest[k]) into->largest[k] = from->largest[i];
    }
}

static void add_strip(mean_job *mean, const void *frames, int64_t n, size_t first, size_t length) {
    vitro_job *job = &mean->job;
    size_t pixels = (size_t)job->frames.width * (size_t)job->frames.height;
    strip part;
    if (job->frames.type == VITRO_U8) add_u8(&part, (const uint8_t *)frames + first, n, pixels, length);
    else if (job->frames.type == VITRO_U16) add_u16(&part, (const uint16_t *)frames + first, n, pixels, length);
    else add_f32(&part, (const float *)frames + first, n, pixels, length);
    pthread_mutex_lock(&job->lock);
    merge(&mean->total, first, &part, length);
    pthread_mutex_unlock(&job->lock);
}

static vitro_status mean_feed(vitro_job *job, const void *frames, int64_t first, int64_t n) {
    size_t pixels = (size_t)job->frames.width * (size_t)job->frames.height;
    (void)first;
    for (int64_t f = 0; f < n; f += MOST_FRAMES)
        for (size_t i = 0; i < pixels; i += STRIP)
            add_strip((mean_job *)job, (const char *)frames + job->frame_bytes * (size_t)f, n - f < MOST_FRAMES ? n - f : MOST_FRAMES, i,
                      pixels - i < STRIP ? pixels - i : STRIP);
    return VITRO_OK;
}

static vitro_status mean_finish(vitro_job *job, float *out) {
    const sums *s = &((mean_job *)job)->total;
    size_t pixels = (size_t)job->frames.width * (size_t)job->frames.height;
    for (size_t i = 0; i < pixels; i++) {
        out[i] = s->count[i] ? (float)((s->sum[i] + s->error[i]) / s->count[i]) : NAN;
        out[pixels + i] = s->count[i] ? s->largest[i] : NAN;
    }
    return VITRO_OK;
}

static void mean_release(vitro_job *job) { sums_free(&((mean_job *)job)->total); }

static const vitro_method mean_method = {mean_feed, mean_finish, mean_release};

vitro_status vitro_mean_new(const vitro_frames *frames, vitro_job **job) {
    mean_job *mean = vitro_calloc(1, sizeof *mean);
    if (!mean) return VITRO_MEMORY;
    int64_t pixels = (int64_t)frames->width * frames->height;
    vitro_status status = vitro_job_init(&mean->job, &mean_method, frames, 2 * pixels);
    if (status != VITRO_OK) {
        free(mean);
        return status;
    }
    if (sums_new(&mean->total, (size_t)pixels) != VITRO_OK) {
        vitro_job_free(&mean->job);
        return VITRO_MEMORY;
    }
    *job = &mean->job;
    return VITRO_OK;
}
