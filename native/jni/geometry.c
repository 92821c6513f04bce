/* Geometry of the mean pattern. SPDX-License-Identifier: GPL-3.0-or-later */
#include "tables.h"

static void find_mask(JNIEnv *env, jclass self, jfloatArray mean, jint width, jint height, jbyteArray mask) {
    call c = {.env = env};
    int64_t pixels = area(width, height);
    const float *m = input(&c, mean, FLOATS, pixels);
    uint8_t *k = output(&c, mask, BYTES, pixels);
    leave(&c, c.failed ? 0 : vitro_find_mask(m, width, height, k));
}

static void find_center(JNIEnv *env, jclass self, jfloatArray mean, jbyteArray mask, jint width, jint height,
                        jdoubleArray center) {
    call c = {.env = env};
    int64_t pixels = area(width, height);
    const float *m = input(&c, mean, FLOATS, pixels);
    const uint8_t *k = optional(&c, mask, BYTES, pixels);
    double *to = output(&c, center, DOUBLES, 2);
    leave(&c, c.failed ? 0 : vitro_find_center(m, k, width, height, to));
}

static void radial_profile(JNIEnv *env, jclass self, jfloatArray mean, jbyteArray mask, jint width, jint height,
                           jdoubleArray center, jdoubleArray ellipse, jfloatArray profile) {
    call c = {.env = env};
    int64_t pixels = area(width, height);
    const float *m = input(&c, mean, FLOATS, pixels);
    const uint8_t *k = optional(&c, mask, BYTES, pixels);
    const double *o = input(&c, center, DOUBLES, 2), *e = input(&c, ellipse, DOUBLES, 3);
    float *p = output(&c, profile, FLOATS, 0);
    leave(&c, c.failed ? 0 : vitro_radial_profile(m, k, width, height, o, e, (int)length(&c, profile), p));
}

static void find_ring(JNIEnv *env, jclass self, jfloatArray profile, jdoubleArray ring) {
    call c = {.env = env};
    const float *p = input(&c, profile, FLOATS, 0);
    double *r = output(&c, ring, DOUBLES, 3);
    leave(&c, c.failed ? 0 : vitro_find_ring(p, (int)length(&c, profile), r));
}

static void find_ellipse(JNIEnv *env, jclass self, jfloatArray mean, jint width, jint height, jdoubleArray geometry,
                         jbyteArray mask, jdoubleArray center, jdoubleArray ellipse) {
    call c = {.env = env};
    int64_t pixels = area(width, height);
    const float *m = input(&c, mean, FLOATS, pixels);
    const double *values = input(&c, geometry, DOUBLES, 7);
    vitro_geometry g = geometry_of(values, optional(&c, mask, BYTES, pixels));
    double *o = output(&c, center, DOUBLES, 2), *e = output(&c, ellipse, DOUBLES, 3);
    leave(&c, c.failed ? 0 : vitro_find_ellipse(m, width, height, &g, o, e));
}

const method_table geometry_methods = TABLE(
    METHOD("findMask", "([FII[B)V", find_mask),
    METHOD("findCenter", "([F[BII[D)V", find_center),
    METHOD("radialProfile", "([F[BII[D[D[F)V", radial_profile),
    METHOD("findRing", "([F[D)V", find_ring),
    METHOD("findEllipse", "([FII[D[B[D[D)V", find_ellipse));
