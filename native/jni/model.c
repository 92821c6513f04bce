/* Structure models and their patterns. SPDX-License-Identifier: GPL-3.0-or-later */
#include "tables.h"

static jlong model_read(JNIEnv *env, jclass self, jbyteArray text) {
    call c = {.env = env};
    const char *t = input(&c, text, BYTES, 0);
    vitro_model *model = NULL;
    leave(&c, c.failed ? 0 : vitro_model_read(t, length(&c, text), &model));
    return (jlong)(intptr_t)model;
}

static jlong model_glass(JNIEnv *env, jclass self, jlong seed) {
    call c = {.env = env};
    vitro_model *model = NULL;
    leave(&c, vitro_model_glass((uint64_t)seed, &model));
    return (jlong)(intptr_t)model;
}

static jlong model_size(JNIEnv *env, jclass self, jlong model, jdoubleArray box) {
    call c = {.env = env};
    const vitro_model *m = handle(&c, model);
    double *b = output(&c, box, DOUBLES, 3);
    int64_t atoms = c.failed ? 0 : vitro_model_size(m, b);
    leave(&c, 0);
    return atoms;
}

static void model_free(JNIEnv *env, jclass self, jlong model) {
    vitro_model_free((vitro_model *)(intptr_t)model);
}

static jlong simulated_pattern_new(JNIEnv *env, jclass self, jlong model, jdoubleArray options) {
    call c = {.env = env};
    const vitro_model *m = handle(&c, model);
    const double *o = input(&c, options, DOUBLES, 7);
    vitro_pattern_options p = {0};
    if (o) p = (vitro_pattern_options){.voltage_kv = o[0], .thickness_nm = o[1], .tilt_x_deg = o[2], .tilt_y_deg = o[3], .probe_nm = o[4],
                                       .q_per_px = o[5], .detector = whole(o[6])};
    vitro_simulated_pattern *pattern = NULL;
    leave(&c, c.failed ? 0 : vitro_simulated_pattern_new(m, &p, &pattern));
    return (jlong)(intptr_t)pattern;
}

static jlong simulated_pattern_atoms(JNIEnv *env, jclass self, jlong pattern) {
    call c = {.env = env};
    const vitro_simulated_pattern *p = handle(&c, pattern);
    leave(&c, 0);
    return p ? vitro_simulated_pattern_atoms(p) : 0;
}

static void simulated_pattern_rows(JNIEnv *env, jclass self, jlong pattern, jint first, jint rows, jint detector, jfloatArray out) {
    call c = {.env = env};
    const vitro_simulated_pattern *p = handle(&c, pattern);
    float *o = output(&c, out, FLOATS, area(rows, detector));
    leave(&c, c.failed ? 0 : vitro_simulated_pattern_rows(p, first, rows, detector, o));
}

static void simulated_pattern_free(JNIEnv *env, jclass self, jlong pattern) {
    vitro_simulated_pattern_free((vitro_simulated_pattern *)(intptr_t)pattern);
}

static void draw_counts(JNIEnv *env, jclass self, jfloatArray image, jdouble counts, jlong seed, jfloatArray out) {
    call c = {.env = env};
    const float *from = input(&c, image, FLOATS, 0);
    size_t n = length(&c, image);
    float *to = output(&c, out, FLOATS, (int64_t)n);
    leave(&c, c.failed ? 0 : vitro_draw_counts(from, (int64_t)n, counts, (uint64_t)seed, to));
}

const method_table model_methods = TABLE(
    METHOD("modelRead", "([B)J", model_read),
    METHOD("modelGlass", "(J)J", model_glass),
    METHOD("modelSize", "(J[D)J", model_size),
    METHOD("modelFree", "(J)V", model_free),
    METHOD("simulatedPatternNew", "(J[D)J", simulated_pattern_new),
    METHOD("simulatedPatternAtoms", "(J)J", simulated_pattern_atoms),
    METHOD("simulatedPatternRows", "(JIII[F)V", simulated_pattern_rows),
    METHOD("simulatedPatternFree", "(J)V", simulated_pattern_free),
    METHOD("drawCounts", "([FDJ[F)V", draw_counts));
