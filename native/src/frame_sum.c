/* Mean pattern and largest value of every pixel over all frames.
 * Integer sums are exact, so their order does not matter; float sums are kept as double plus its rounding error
 * (Knuth's two-sum), which makes them independent of threads and chunks down to the last bit of the float result.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include <math.h>
#include <stdlib.h>
#include <string.h>

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

static inline void add_exactly(double *sum, double *error, double value) {
    double total = *sum + value, back = total - *sum;
    *error += (*sum - (total - back)) + (value - back);
    *sum = total;
}

#define ADD_INTEGERS(NAME, PIXEL)                                              \
    static void NAME(sums *s, const PIXEL *frames, int64_t n, size_t pixels) { \
        for (int64_t f = 0; f < n; f++) {                                      \
            const PIXEL *frame = frames + (size_t)f * pixels;                  \
            for (size_t i = 0; i < pixels; i++) {                              \
                s->sum[i] += frame[i];                                         \
                s->largest[i] = frame[i] > s->largest[i] ? frame[i] : s->largest[i]; \
            }                                                                  \
        }                                                                      \
        for (size_t i = 0; i < pixels; i++) s->count[i] += (uint32_t)n;        \
    }
ADD_INTEGERS(add_u8, uint8_t)
ADD_INTEGERS(add_u16, uint16_t)

static void add_f32(sums *s, const float *frames, int64_t n, size_t pixels) {
    for (int64_t f = 0; f < n; f++)
        for (size_t i = 0; i < pixels; i++) {
            float value = frames[(size_t)f * pixels + i];
            if (!isfinite(value)) continue;
            add_exactly(&s->sum[i], &s->error[i], value);
            s->count[i]++;
            if (value > s->largest[i]) s->largest[i] = value;
        }
}

static void merge(sums *into, const sums *from, size_t pixels) {
    for (size_t i = 0; i < pixels; i++) {
        add_exactly(&into->sum[i], &into->error[i], from->sum[i]);
        into->error[i] += from->error[i];
        into->count[i] += from->count[i];
        if (from->largest[i] > into->largest[i]) into->largest[i] = from->largest[i];
    }
}

static vitro_status mean_feed(vitro_job *job, const void *frames, int64_t first, int64_t n) {
    (void)first;
    size_t pixels = (size_t)job->frames.width * (size_t)job->frames.height;
    sums part;
    if (sums_new(&part, pixels) != VITRO_OK) return VITRO_MEMORY;
    if (job->frames.type == VITRO_U8) add_u8(&part, frames, n, pixels);
    else if (job->frames.type == VITRO_U16) add_u16(&part, frames, n, pixels);
    else add_f32(&part, frames, n, pixels);
    pthread_mutex_lock(&job->lock);
    merge(&((mean_job *)job)->total, &part, pixels);
    pthread_mutex_unlock(&job->lock);
    sums_free(&part);
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
