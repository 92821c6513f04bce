/* Thickness and magnetic fields. SPDX-License-Identifier: GPL-3.0-or-later */
#include "tables.h"

static void thickness(JNIEnv *env, jclass self, jfloatArray total, jfloatArray zero_loss, jfloatArray haadf, jdouble mean_free_path,
                      jfloatArray relative, jfloatArray nm, jfloatArray contrast) {
    call c = {.env = env};
    const float *t = input(&c, total, FLOATS, 0);
    int64_t n = (int64_t)length(&c, total);
    const float *z = input(&c, zero_loss, FLOATS, n), *h = optional(&c, haadf, FLOATS, n);
    float *r = output(&c, relative, FLOATS, n);
    float *m = nm ? output(&c, nm, FLOATS, n) : NULL, *k = haadf && contrast ? output(&c, contrast, FLOATS, n) : NULL;
    leave(&c, c.failed ? 0 : vitro_thickness(t, z, h, n, mean_free_path, r, m, k));
}

static void find_direct_beam(JNIEnv *env, jclass self, jfloatArray mean, jint width, jint height, jdoubleArray beam) {
    call c = {.env = env};
    const float *m = input(&c, mean, FLOATS, area(width, height));
    double *b = output(&c, beam, DOUBLES, 3);
    leave(&c, c.failed ? 0 : vitro_find_direct_beam(m, width, height, b));
}

static jlong direct_beam_new(JNIEnv *env, jclass self, jint width, jint height, jint type, jint isa, jlong frames, jdoubleArray center,
                             jdouble radius) {
    call c = {.env = env};
    vitro_frames f = frames_of(width, height, type, isa, frames);
    const double *o = input(&c, center, DOUBLES, 2);
    vitro_job *job = NULL;
    leave(&c, c.failed ? 0 : vitro_direct_beam_new(&f, o, radius, &job));
    return (jlong)(intptr_t)job;
}

static void induction(JNIEnv *env, jclass self, jdoubleArray options, jfloatArray beam, jfloatArray zero, jfloatArray out) {
    call c = {.env = env};
    const double *o = input(&c, options, DOUBLES, 4);
    vitro_induction_options i = {0};
    if (o) i = (vitro_induction_options){.q_per_px = o[0], .thickness_nm = o[1], .rotation_deg = o[2], .flip = whole(o[3])};
    const float *b = input(&c, beam, FLOATS, 0);
    int64_t n = (int64_t)length(&c, beam) / VITRO_BEAM_FIELDS;
    const float *z = input(&c, zero, FLOATS, VITRO_BEAM_FIELDS * n);
    float *to = output(&c, out, FLOATS, 5 * n);
    leave(&c, c.failed ? 0 : vitro_induction(&i, b, z, n, to));
}

static void magnetoelastic(JNIEnv *env, jclass self, jdoubleArray options, jfloatArray field, jfloatArray e_1, jfloatArray e_2, jfloatArray angle_1,
                           jfloatArray angle, jfloatArray energy) {
    call c = {.env = env};
    const double *o = input(&c, options, DOUBLES, 3);
    vitro_magnetoelastic_options m = {0};
    if (o) m = (vitro_magnetoelastic_options){.lambda_s = o[0], .young_gpa = o[1], .poisson = o[2]};
    const float *one = input(&c, e_1, FLOATS, 0);
    int64_t n = (int64_t)length(&c, e_1);
    const float *b = input(&c, field, FLOATS, 2 * n), *two = input(&c, e_2, FLOATS, n), *at = input(&c, angle_1, FLOATS, n);
    float *between = output(&c, angle, FLOATS, n), *to = output(&c, energy, FLOATS, n);
    leave(&c, c.failed ? 0 : vitro_magnetoelastic(&m, b, one, two, at, n, between, to));
}

const method_table fields_methods = TABLE(
    METHOD("thickness", "([F[F[FD[F[F[F)V", thickness),
    METHOD("findDirectBeam", "([FII[D)V", find_direct_beam),
    METHOD("directBeamNew", "(IIIIJ[DD)J", direct_beam_new),
    METHOD("induction", "([D[F[F[F)V", induction),
    METHOD("magnetoelastic", "([D[F[F[F[F[F[F)V", magnetoelastic));
