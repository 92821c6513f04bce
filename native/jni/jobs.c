/* Jobs: what visits the patterns. SPDX-License-Identifier: GPL-3.0-or-later */
#include "tables.h"

static void job_feed(JNIEnv *env, jclass self, jlong job, jobject frames, jlong first, jlong n) {
    call c = {.env = env};
    vitro_job *j = handle(&c, job);
    const void *f = buffer(&c, frames, j ? bytes_of(n, vitro_job_frame_bytes(j)) : 0);
    leave(&c, c.failed ? 0 : vitro_job_feed(j, f, first, n));
}

/* Bytes of a Java array of bytes, shorts or floats; 0 for anything else. */
static int64_t array_bytes(JNIEnv *env, jobject array) {
    static const char *const kind[3] = {"[B", "[S", "[F"};
    for (int i = 0; i < 3 && array; i++)
        if ((*env)->IsInstanceOf(env, array, (*env)->FindClass(env, kind[i]))) return (int64_t)(*env)->GetArrayLength(env, array) << i;
    return 0;
}

/* Java's own arrays, where they lie; no more than a group is held at a time. */
static void feed_group(call *c, vitro_job *job, jobjectArray arrays, int64_t first, int64_t n) {
    JNIEnv *env = c->env;
    jarray array[VITRO_GROUP];
    const void *frame[VITRO_GROUP];
    int64_t held = 0;
    for (int64_t i = 0; i < n && !c->failed; i++) {
        array[i] = (*env)->GetObjectArrayElement(env, arrays, (jsize)(first + i));
        if (array_bytes(env, array[i]) < vitro_job_frame_bytes(job)) refuse(c, "Pattern %lld is no array of the job's size.", (long long)(first + i));
    }
    for (; !c->failed && held < n; held++)
        if (!(frame[held] = (*env)->GetPrimitiveArrayCritical(env, array[held], NULL))) break;
    vitro_status status = held == n ? vitro_job_feed_each(job, frame, first, n) : VITRO_OK;
    for (int64_t i = 0; i < held; i++) (*env)->ReleasePrimitiveArrayCritical(env, array[i], (void *)(uintptr_t)frame[i], JNI_ABORT);
    if (!c->failed && held < n) refuse(c, "Java gives no access to pattern %lld.", (long long)(first + held));
    fail(c, status);
}

static void job_feed_arrays(JNIEnv *env, jclass self, jlong job, jobjectArray arrays, jlong first, jlong n) {
    call c = {.env = env};
    vitro_job *j = handle(&c, job);
    if (!c.failed && (first < 0 || n < 0 || n > (int64_t)length(&c, arrays) - first))
        refuse(&c, "Patterns %lld + %lld of %zu.", (long long)first, (long long)n, length(&c, arrays));
    for (int64_t i = 0; i < n && !c.failed; i += VITRO_GROUP) {
        if ((*env)->PushLocalFrame(env, 4 * VITRO_GROUP)) break;
        feed_group(&c, j, arrays, first + i, n - i < VITRO_GROUP ? n - i : VITRO_GROUP);
        (*env)->PopLocalFrame(env, NULL);
    }
    leave(&c, 0);
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

static jlong symmetry_new(JNIEnv *env, jclass self, jint width, jint height, jint type, jint isa, jlong frames, jdoubleArray geometry, jbyteArray mask,
                          jdoubleArray centers, jint order, jint bands, jboolean noise_correction) {
    call c = {.env = env};
    vitro_frames f = frames_of(width, height, type, isa, frames);
    const double *values = input(&c, geometry, DOUBLES, 7);
    vitro_geometry g = geometry_of(values, optional(&c, mask, BYTES, area(width, height)));
    const double *o = optional(&c, centers, DOUBLES, bytes_of(frames, 2));
    vitro_job *job = NULL;
    leave(&c, c.failed ? 0 : vitro_symmetry_new(&f, &g, o, order, bands, noise_correction, &job));
    return (jlong)(intptr_t)job;
}

const method_table jobs_methods = TABLE(
    METHOD("jobFeed", "(JLjava/nio/ByteBuffer;JJ)V", job_feed),
    METHOD("jobFeedArrays", "(J[Ljava/lang/Object;JJ)V", job_feed_arrays),
    METHOD("jobOutputs", "(J)J", job_outputs),
    METHOD("jobFinish", "(J[F)V", job_finish),
    METHOD("jobFree", "(J)V", job_free),
    METHOD("meanNew", "(IIIIJ)J", mean_new),
    METHOD("radialProfilesNew", "(IIIIJ[D[B[DI)J", radial_profiles_new),
    METHOD("symmetryNew", "(IIIIJ[D[B[DIIZ)J", symmetry_new));
