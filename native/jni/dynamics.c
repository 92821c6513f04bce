/* Correlation of intensities in time. SPDX-License-Identifier: GPL-3.0-or-later */
#include "tables.h"

static jlong dynamics_new(JNIEnv *env, jclass self, jint frames, jint first_lag, jint last_lag) {
    call c = {.env = env};
    vitro_dynamics *d = NULL;
    leave(&c, vitro_dynamics_new(frames, first_lag, last_lag, &d));
    return (jlong)(intptr_t)d;
}

static void dynamics_free(JNIEnv *env, jclass self, jlong dynamics) { vitro_dynamics_free((vitro_dynamics *)(intptr_t)dynamics); }

static jlong dynamics_rows(JNIEnv *env, jclass self, jlong dynamics) {
    call c = {.env = env};
    const vitro_dynamics *d = handle(&c, dynamics);
    leave(&c, 0);
    return d ? vitro_dynamics_rows(d) : 0;
}

static void dynamics_fill(JNIEnv *env, jclass self, jlong dynamics, jlong row) {
    call c = {.env = env};
    vitro_dynamics *d = handle(&c, dynamics);
    leave(&c, c.failed ? 0 : vitro_dynamics_fill(d, row));
}

static void dynamics_finish(JNIEnv *env, jclass self, jlong dynamics) {
    call c = {.env = env};
    vitro_dynamics *d = handle(&c, dynamics);
    leave(&c, c.failed ? 0 : vitro_dynamics_finish(d));
}

static jlong dynamics_lags(JNIEnv *env, jclass self, jlong dynamics, jdoubleArray lags) {
    call c = {.env = env};
    const vitro_dynamics *d = handle(&c, dynamics);
    int64_t count = d ? vitro_dynamics_lags(d, NULL) : 0;
    double *to = output(&c, lags, DOUBLES, count);
    if (!c.failed) vitro_dynamics_lags(d, to);
    leave(&c, 0);
    return count;
}

static void dynamics_noise(JNIEnv *env, jclass self, jlong dynamics, jfloatArray block, jlong n, jlong together, jdoubleArray noise) {
    call c = {.env = env};
    const vitro_dynamics *d = handle(&c, dynamics);
    const float *b = input(&c, block, FLOATS, d ? bytes_of(n, vitro_dynamics_frames(d)) : 0);
    double *to = output(&c, noise, DOUBLES, 2);
    leave(&c, c.failed ? 0 : vitro_dynamics_noise(d, b, n, together, to));
}

static void dynamics_maps(JNIEnv *env, jclass self, jlong dynamics, jfloatArray block, jlong n, jdoubleArray noise, jfloatArray out) {
    call c = {.env = env};
    const vitro_dynamics *d = handle(&c, dynamics);
    const float *b = input(&c, block, FLOATS, d ? bytes_of(n, vitro_dynamics_frames(d)) : 0);
    const double *of = input(&c, noise, DOUBLES, 2);
    float *to = output(&c, out, FLOATS, bytes_of(n, VITRO_DYNAMICS_SLICES));
    leave(&c, c.failed ? 0 : vitro_dynamics_maps(d, b, n, of, to));
}

static void dynamics_g2(JNIEnv *env, jclass self, jlong dynamics, jfloatArray block, jlong n, jdoubleArray noise, jfloatArray out) {
    call c = {.env = env};
    const vitro_dynamics *d = handle(&c, dynamics);
    const float *b = input(&c, block, FLOATS, d ? bytes_of(n, vitro_dynamics_frames(d)) : 0);
    const double *of = input(&c, noise, DOUBLES, 2);
    float *to = output(&c, out, FLOATS, d ? bytes_of(n, 2 * vitro_dynamics_lags(d, NULL)) : 0);
    leave(&c, c.failed ? 0 : vitro_dynamics_g2(d, b, n, of, to));
}

const method_table dynamics_methods = TABLE(
    METHOD("dynamicsNew", "(III)J", dynamics_new),
    METHOD("dynamicsFree", "(J)V", dynamics_free),
    METHOD("dynamicsRows", "(J)J", dynamics_rows),
    METHOD("dynamicsFill", "(JJ)V", dynamics_fill),
    METHOD("dynamicsFinish", "(J)V", dynamics_finish),
    METHOD("dynamicsLags", "(J[D)J", dynamics_lags),
    METHOD("dynamicsNoise", "(J[FJJ[D)V", dynamics_noise),
    METHOD("dynamicsMaps", "(J[FJ[D[F)V", dynamics_maps),
    METHOD("dynamicsG2", "(J[FJ[D[F)V", dynamics_g2));
