/* Pair distribution functions. SPDX-License-Identifier: GPL-3.0-or-later */
#include "tables.h"

enum { PDF_OPTIONS = 14 };

/* o as in Native.java; NULL after a failure. */
static vitro_pdf_options options_of(const double o[PDF_OPTIONS]) {
    if (!o) return (vitro_pdf_options){.bins = 0};
    return (vitro_pdf_options){.q_first = o[0], .q_step = o[1], .fit_min = o[2], .fit_max = o[3], .damping = o[4], .shortest = o[5],
                               .r_max = o[6], .r_step = o[7], .bins = whole(o[8]), .order = whole(o[9]), .factors = whole(o[10]),
                               .window = whole(o[11]), .form = whole(o[12]), .isa = whole(o[13])};
}

static jlong pdf_new(JNIEnv *env, jclass self, jdoubleArray options, jbyteArray composition) {
    call c = {.env = env};
    const double *o = input(&c, options, DOUBLES, PDF_OPTIONS);
    const char *text = string(&c, composition);
    vitro_pdf *pdf = NULL;
    vitro_pdf_options values = options_of(o);
    leave(&c, c.failed ? 0 : vitro_pdf_new(&values, text, &pdf));
    return (jlong)(intptr_t)pdf;
}

static void pdf_free(JNIEnv *env, jclass self, jlong pdf) {
    vitro_pdf_free((vitro_pdf *)(intptr_t)pdf);
}

static void pdf_shape(JNIEnv *env, jclass self, jlong pdf, jlongArray shape) {
    call c = {.env = env};
    const vitro_pdf *p = handle(&c, pdf);
    int64_t *out = output(&c, shape, LONGS, 4);
    if (!c.failed) vitro_pdf_shape(p, out);
    leave(&c, 0);
}

static void pdf_reduce(JNIEnv *env, jclass self, jlong pdf, jfloatArray block, jint n, jboolean with_sq, jfloatArray out) {
    call c = {.env = env};
    const vitro_pdf *p = handle(&c, pdf);
    int64_t shape[4] = {0};
    if (p) vitro_pdf_shape(p, shape);
    const float *b = input(&c, block, FLOATS, bytes_of(n, shape[3]));
    float *o = output(&c, out, FLOATS, bytes_of(n, shape[2] + 3 + (with_sq ? shape[1] : 0)));
    leave(&c, c.failed ? 0 : vitro_pdf_reduce(p, b, n, with_sq, o));
}

static void pdf_background(JNIEnv *env, jclass self, jlong pdf, jfloatArray profile, jfloatArray background) {
    call c = {.env = env};
    const vitro_pdf *p = handle(&c, pdf);
    int64_t shape[4] = {0};
    if (p) vitro_pdf_shape(p, shape);
    const float *in = input(&c, profile, FLOATS, shape[3]);
    float *out = output(&c, background, FLOATS, shape[1]);
    leave(&c, c.failed ? 0 : vitro_pdf_background(p, in, out));
}

static void pdf_range(JNIEnv *env, jclass self, jfloatArray profile, jdouble q_first, jdouble q_step, jdoubleArray range) {
    call c = {.env = env};
    const float *in = input(&c, profile, FLOATS, 1);
    double *out = output(&c, range, DOUBLES, 2);
    leave(&c, c.failed ? 0 : vitro_pdf_range(in, (int)length(&c, profile), q_first, q_step, out));
}

static void scattering_factors(JNIEnv *env, jclass self, jint factors, jbyteArray composition, jdoubleArray q, jdoubleArray f2, jdoubleArray f_mean_2) {
    call c = {.env = env};
    const char *text = string(&c, composition);
    const double *points = input(&c, q, DOUBLES, 0);
    int64_t n = (int64_t)length(&c, q);
    double *square = f2 ? output(&c, f2, DOUBLES, n) : NULL, *mean = f_mean_2 ? output(&c, f_mean_2, DOUBLES, n) : NULL;
    leave(&c, c.failed ? 0 : vitro_scattering_factors((vitro_factors)factors, text, points, (int)n, square, mean));
}

const method_table pdf_methods = TABLE(
    METHOD("pdfNew", "([D[B)J", pdf_new),
    METHOD("pdfFree", "(J)V", pdf_free),
    METHOD("pdfShape", "(J[J)V", pdf_shape),
    METHOD("pdfReduce", "(J[FIZ[F)V", pdf_reduce),
    METHOD("pdfBackground", "(J[F[F)V", pdf_background),
    METHOD("pdfRange", "([FDD[D)V", pdf_range),
    METHOD("scatteringFactors", "(I[B[D[D[D)V", scattering_factors));
