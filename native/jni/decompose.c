/* Decomposition of cubes. SPDX-License-Identifier: GPL-3.0-or-later */
#include "tables.h"

static jlong nmf_new(JNIEnv *env, jclass self, jlong positions, jint depth, jint components, jlong seed, jdouble shift) {
    call c = {.env = env};
    vitro_nmf_options options = {.components = components, .seed = (uint64_t)seed, .shift = shift};
    vitro_decomp *d = NULL;
    leave(&c, vitro_nmf_new(positions, depth, &options, &d));
    return (jlong)(intptr_t)d;
}

static jlong pca_new(JNIEnv *env, jclass self, jlong positions, jint depth, jint components) {
    call c = {.env = env};
    vitro_decomp *d = NULL;
    leave(&c, vitro_pca_new(positions, depth, components, VITRO_ISA_BEST, &d));
    return (jlong)(intptr_t)d;
}

static jlong fit_new(JNIEnv *env, jclass self, jlong positions, jint depth, jdoubleArray references, jint count, jint method, jdouble shift) {
    call c = {.env = env};
    const double *r = input(&c, references, DOUBLES, area(depth, count));
    vitro_decomp *d = NULL;
    leave(&c, c.failed ? 0 : vitro_fit_new(positions, depth, r, count, method, shift, VITRO_ISA_BEST, &d));
    return (jlong)(intptr_t)d;
}

static int64_t shape_of(const vitro_decomp *d, int which) {
    int64_t shape[3] = {0};
    if (d) vitro_decomp_shape(d, shape);
    return shape[which];
}

static void decomp_load(JNIEnv *env, jclass self, jlong decomp, jfloatArray profiles, jlong first, jlong n) {
    call c = {.env = env};
    vitro_decomp *d = handle(&c, decomp);
    const float *p = input(&c, profiles, FLOATS, bytes_of(n, shape_of(d, 1)));
    leave(&c, c.failed ? 0 : vitro_decomp_load(d, p, first, n));
}

static jlong decomp_next(JNIEnv *env, jclass self, jlong decomp) {
    call c = {.env = env};
    vitro_decomp *d = handle(&c, decomp);
    int64_t items = 0;
    leave(&c, c.failed ? 0 : vitro_decomp_next(d, &items));
    return items;
}

static void decomp_work(JNIEnv *env, jclass self, jlong decomp, jlong item) {
    call c = {.env = env};
    vitro_decomp *d = handle(&c, decomp);
    leave(&c, c.failed ? 0 : vitro_decomp_work(d, item));
}

static void decomp_progress(JNIEnv *env, jclass self, jlong decomp, jdoubleArray out) {
    call c = {.env = env};
    const vitro_decomp *d = handle(&c, decomp);
    double *o = output(&c, out, DOUBLES, 3);
    if (!c.failed) vitro_decomp_progress(d, o);
    leave(&c, 0);
}

static void decomp_result(JNIEnv *env, jclass self, jlong decomp, jfloatArray weights, jfloatArray fractions, jfloatArray residual,
                          jdoubleArray basis, jdoubleArray mean, jdoubleArray spectrum, jdoubleArray values) {
    call c = {.env = env};
    const vitro_decomp *d = handle(&c, decomp);
    const int64_t positions = shape_of(d, 0), depth = shape_of(d, 1), components = shape_of(d, 2);
    vitro_decomp_maps maps = {.weights = output(&c, weights, FLOATS, positions * components),
                              .fractions = output(&c, fractions, FLOATS, positions * components),
                              .residual = output(&c, residual, FLOATS, 2 * positions),
                              .basis = output(&c, basis, DOUBLES, depth * components),
                              .mean = output(&c, mean, DOUBLES, depth),
                              .spectrum = output(&c, spectrum, DOUBLES, depth),
                              .values = output(&c, values, DOUBLES, VITRO_DECOMP_FRACTIONS + components)};
    leave(&c, c.failed ? 0 : vitro_decomp_result(d, &maps));
}

static void decomp_free(JNIEnv *env, jclass self, jlong decomp) {
    vitro_decomp_free((vitro_decomp *)(intptr_t)decomp);
}

static void pdf_reading(JNIEnv *env, jclass self, jdoubleArray curve, jdouble first, jdouble step, jdoubleArray out) {
    call c = {.env = env};
    const double *v = input(&c, curve, DOUBLES, 0);
    double *o = output(&c, out, DOUBLES, VITRO_PDF_READINGS);
    leave(&c, c.failed ? 0 : vitro_pdf_reading(v, (int)length(&c, curve), first, step, o));
}

const method_table decompose_methods = TABLE(
    METHOD("nmfNew", "(JIIJD)J", nmf_new),
    METHOD("pcaNew", "(JII)J", pca_new),
    METHOD("fitNew", "(JI[DIID)J", fit_new),
    METHOD("decompLoad", "(J[FJJ)V", decomp_load),
    METHOD("decompNext", "(J)J", decomp_next),
    METHOD("decompWork", "(JJ)V", decomp_work),
    METHOD("decompProgress", "(J[D)V", decomp_progress),
    METHOD("decompResult", "(J[F[F[F[D[D[D[D)V", decomp_result),
    METHOD("decompFree", "(J)V", decomp_free),
    METHOD("pdfReading", "([DDD[D)V", pdf_reading));
