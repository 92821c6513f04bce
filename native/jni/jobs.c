/* Jobs: what visits the patterns. SPDX-License-Identifier: GPL-3.0-or-later */
#include "tables.h"

static void job_feed(JNIEnv *env, jclass self, jlong job, jobject frames, jlong first, jlong n) {
    call c = {.env = env};
    vitro_job *j = handle(&c, job);
    const void *f = buffer(&c, frames, j ? bytes_of(n, vitro_job_frame_bytes(j)) : 0);
    leave(&c, c.failed ? 0 : vitro_job_feed(j, f, first, n));
}

static jlong job_outputs(JNIEnv *env, jclass self, jlong job) {
    call c = {.env = env};
    const vitro_job *j = handle(&c, job);
    leave(&c, 0);
    return j ? vitro_job_outputs(j) : 0;
}

static void job_finish(JNIEnv *env, jclass self, jlong job, jfloatArray out) {
    call c = {.env = env};
    vitro_job *j = handle(&c, job);
    float *o = output(&c, out, FLOATS, j ? vitro_job_outputs(j) : 0);
    leave(&c, c.failed ? 0 : vitro_job_finish(j, o, (int64_t)length(&c, out)));
}

static void job_free(JNIEnv *env, jclass self, jlong job) {
    vitro_job_free((vitro_job *)(intptr_t)job);
}

static jlong mean_new(JNIEnv *env, jclass self, jint width, jint height, jint type, jint isa, jlong frames) {
    call c = {.env = env};
    vitro_frames f = frames_of(width, height, type, isa, frames);
    vitro_job *job = NULL;
    leave(&c, vitro_mean_new(&f, &job));
    return (jlong)(intptr_t)job;
}

static jlong radial_profiles_new(JNIEnv *env, jclass self, jint width, jint height, jint type, jint isa, jlong frames,
                                 jdoubleArray geometry, jbyteArray mask, jdoubleArray centers, jint bins) {
    call c = {.env = env};
    vitro_frames f = frames_of(width, height, type, isa, frames);
    const double *values = input(&c, geometry, DOUBLES, 7);
    vitro_geometry g = geometry_of(values, optional(&c, mask, BYTES, area(width, height)));
    const double *o = optional(&c, centers, DOUBLES, bytes_of(frames, 2));
    vitro_job *job = NULL;
    leave(&c, c.failed ? 0 : vitro_radial_profiles_new(&f, &g, o, bins, &job));
    return (jlong)(intptr_t)job;
}

const method_table jobs_methods = TABLE(
    METHOD("jobFeed", "(JLjava/nio/ByteBuffer;JJ)V", job_feed),
    METHOD("jobOutputs", "(J)J", job_outputs),
    METHOD("jobFinish", "(J[F)V", job_finish),
    METHOD("jobFree", "(J)V", job_free),
    METHOD("meanNew", "(IIIIJ)J", mean_new),
    METHOD("radialProfilesNew", "(IIIIJ[D[B[DI)J", radial_profiles_new));
