/* Strain from the first ring. SPDX-License-Identifier: GPL-3.0-or-later */
#include "tables.h"

static jlong reference_new(JNIEnv *env, jclass self, jint width, jint height, jint type, jint isa, jlong frames,
                           jdoubleArray geometry, jbyteArray mask) {
    call c = {.env = env};
    vitro_frames f = frames_of(width, height, type, isa, frames);
    const double *values = input(&c, geometry, DOUBLES, 7);
    vitro_geometry g = geometry_of(values, optional(&c, mask, BYTES, area(width, height)));
    vitro_job *job = NULL;
    leave(&c, c.failed ? 0 : vitro_reference_new(&f, &g, &job));
    return (jlong)(intptr_t)job;
}

static jlong ring_model_new(JNIEnv *env, jclass self, jlong reference, jbyteArray composition, jdouble q_per_px) {
    call c = {.env = env};
    const vitro_job *job = handle(&c, reference);
    const char *text = composition ? string(&c, composition) : NULL;
    vitro_ring_model *model = NULL;
    leave(&c, c.failed ? 0 : vitro_ring_model_new(job, text, q_per_px, &model));
    return (jlong)(intptr_t)model;
}

static void ring_model_free(JNIEnv *env, jclass self, jlong model) {
    vitro_ring_model_free((vitro_ring_model *)(intptr_t)model);
}

static void ring_model_values(JNIEnv *env, jclass self, jlong model, jdoubleArray out) {
    call c = {.env = env};
    const vitro_ring_model *m = handle(&c, model);
    double *o = output(&c, out, DOUBLES, 7);
    leave(&c, c.failed ? 0 : vitro_ring_model_values(m, o));
}

static void ring_model_curves(JNIEnv *env, jclass self, jlong model, jdoubleArray radius, jdoubleArray intensity,
                              jdoubleArray background) {
    call c = {.env = env};
    const vitro_ring_model *m = handle(&c, model);
    const double *r = input(&c, radius, DOUBLES, 0);
    size_t n = length(&c, radius);
    double *i = output(&c, intensity, DOUBLES, (int64_t)n), *b = output(&c, background, DOUBLES, (int64_t)n);
    leave(&c, c.failed ? 0 : vitro_ring_model_curves(m, r, (int)n, i, b));
}

static jlong ring_profile_new(JNIEnv *env, jclass self, jlong model, jint width, jint height, jint type, jint isa,
                              jlong frames) {
    call c = {.env = env};
    const vitro_ring_model *m = handle(&c, model);
    vitro_frames f = frames_of(width, height, type, isa, frames);
    vitro_job *job = NULL;
    leave(&c, c.failed ? 0 : vitro_ring_profile_new(m, &f, &job));
    return (jlong)(intptr_t)job;
}

static jlong direct_ellipse_new(JNIEnv *env, jclass self, jint width, jint height, jint type, jint isa, jlong frames,
                                jdoubleArray geometry, jbyteArray mask, jdouble threshold) {
    call c = {.env = env};
    vitro_frames f = frames_of(width, height, type, isa, frames);
    const double *values = input(&c, geometry, DOUBLES, 7);
    vitro_geometry g = geometry_of(values, optional(&c, mask, BYTES, area(width, height)));
    vitro_job *job = NULL;
    leave(&c, c.failed ? 0 : vitro_direct_ellipse_new(&f, &g, threshold, &job));
    return (jlong)(intptr_t)job;
}

/* options as in Native.java. A scan that is no size of a map leaves 0 pixels, which the library refuses. */
static vitro_strain_options strain_options(const double o[11]) {
    return (vitro_strain_options){.q0 = o[0], .ellipse_xx = o[1], .ellipse_xy = o[2], .ellipse_yy = o[3],
                                  .definition = whole(o[4]), .flip = whole(o[5]), .rotation_deg = o[6], .x_axis_deg = o[7],
                                  .scan_step_nm = o[8], .scan_x = whole(o[9]), .scan_y = whole(o[10])};
}

static void strain_maps(JNIEnv *env, jclass self, jdoubleArray options, jfloatArray ring, jfloatArray reference,
                        jboolean median, jfloatArray strain, jfloatArray sigma, jfloatArray ring_maps) {
    call c = {.env = env};
    const double *values = input(&c, options, DOUBLES, 11);
    vitro_strain_options o = values ? strain_options(values) : (vitro_strain_options){0};
    int64_t points = area(o.scan_x, o.scan_y);
    const float *r = input(&c, ring, FLOATS, VITRO_RING_FIELDS * points), *ref = input(&c, reference, FLOATS, 0);
    float *s = output(&c, strain, FLOATS, VITRO_STRAIN_SLICES * points);
    float *e = output(&c, sigma, FLOATS, VITRO_SIGMA_SLICES * points);
    float *m = output(&c, ring_maps, FLOATS, VITRO_RING_SLICES * points);
    int64_t n = (int64_t)length(&c, reference) / VITRO_RING_FIELDS;
    leave(&c, c.failed ? 0 : vitro_strain_maps(&o, r, ref, n, median != 0, s, e, m));
}

const method_table strain_methods = TABLE(
    METHOD("referenceNew", "(IIIIJ[D[B)J", reference_new),
    METHOD("ringModelNew", "(J[BD)J", ring_model_new),
    METHOD("ringModelFree", "(J)V", ring_model_free),
    METHOD("ringModelValues", "(J[D)V", ring_model_values),
    METHOD("ringModelCurves", "(J[D[D[D)V", ring_model_curves),
    METHOD("ringProfileNew", "(JIIIIJ)J", ring_profile_new),
    METHOD("directEllipseNew", "(IIIIJ[D[BD)J", direct_ellipse_new),
    METHOD("strainMaps", "([D[F[FZ[F[F[F)V", strain_maps));
