/* What every job shares: the check of what is fed, the count of what came, and a lock.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef VITRO_JOB_H
#define VITRO_JOB_H

#include <pthread.h>

#include "error.h"

typedef struct {
    /* Called from several threads at once, with whole groups but for the dataset's end. */
    vitro_status (*feed)(vitro_job *job, const void *frames, int64_t first, int64_t n);
    /* Called once, when every frame is in. */
    vitro_status (*finish)(vitro_job *job, float *out);
    void (*release)(vitro_job *job);
} vitro_method;

/* The feed of a job that has feed_each. */
vitro_status vitro_feed_by_each(vitro_job *job, const void *frames, int64_t first, int64_t n);

/* The first member of each method's own struct. */
struct vitro_job {
    const vitro_method *method;
    /* Like the method's feed, for patterns that lie anywhere; NULL = this job needs them one after another. */
    vitro_status (*feed_each)(vitro_job *job, const void *const *frames, int64_t first, int64_t n);
    vitro_frames frames;
    size_t frame_bytes;
    int64_t outputs;
    pthread_mutex_t lock; /* guards fed, taken and whatever a method merges */
    int64_t fed;
    uint8_t *taken; /* one for each group of frames: was it given to feed? */
};

/* Sides of a pattern for which numbers of pixels and bytes cannot overflow. */
vitro_status vitro_size_check(int width, int height);

/* Fills in the shared part and checks frames: sizes, type, count. */
vitro_status vitro_job_init(vitro_job *job, const vitro_method *method, const vitro_frames *frames, int64_t outputs);

/* Jobs given to a function that needs one kind: is it that kind, and is it complete? */
vitro_status vitro_job_expect(const vitro_job *job, const vitro_method *method, const char *what);

#endif
