/* Spots of one pattern. SPDX-License-Identifier: GPL-3.0-or-later */
#include "tables.h"

static jlong find_spots(JNIEnv *env, jclass self, jfloatArray pattern, jbyteArray mask, jint width, jint height, jdoubleArray options, jdoubleArray spots) {
    call c = {.env = env};
    int64_t pixels = area(width, height), count = 0;
    const float *p = input(&c, pattern, FLOATS, pixels);
    const uint8_t *m = optional(&c, mask, BYTES, pixels);
    const double *o = input(&c, options, DOUBLES, 5);
    vitro_spot_options s = {0};
    if (o) s = (vitro_spot_options){.center_x = o[0], .center_y = o[1], .minimum = o[2], .r_min = o[3], .r_max = o[4]};
    double *to = output(&c, spots, DOUBLES, VITRO_SPOT_FIELDS);
    leave(&c, c.failed ? 0 : vitro_find_spots(p, m, width, height, &s, to, (int64_t)length(&c, spots) / VITRO_SPOT_FIELDS, &count));
    return count;
}

static void spot_vectors(JNIEnv *env, jclass self, jdoubleArray geometry, jdoubleArray spots, jlong count, jdoubleArray vectors) {
    call c = {.env = env};
    const double *values = input(&c, geometry, DOUBLES, 7);
    vitro_geometry g = geometry_of(values, NULL);
    const double *s = input(&c, spots, DOUBLES, bytes_of(count, VITRO_SPOT_FIELDS));
    double *v = output(&c, vectors, DOUBLES, bytes_of(count, VITRO_VECTOR_FIELDS));
    leave(&c, c.failed ? 0 : vitro_spot_vectors(&g, s, count, v));
}

const method_table spots_methods = TABLE(
    METHOD("findSpots", "([F[BII[D[D)J", find_spots),
    METHOD("spotVectors", "([D[DJ[D)V", spot_vectors));
