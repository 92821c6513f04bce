/* Fluctuation, hot spots, autocorrelation. SPDX-License-Identifier: GPL-3.0-or-later */
#include "tables.h"

static jlong fluctuation_new(JNIEnv *env, jclass self, jint width, jint height, jint type, jint isa, jlong frames, jdoubleArray geometry,
                             jbyteArray mask, jdoubleArray centers, jint bins, jboolean noise, jdouble azimuth_min, jdouble azimuth_max) {
    call c = {.env = env};
    vitro_frames f = frames_of(width, height, type, isa, frames);
    const double *values = input(&c, geometry, DOUBLES, 7);
    vitro_geometry g = geometry_of(values, optional(&c, mask, BYTES, area(width, height)));
    const double *o = optional(&c, centers, DOUBLES, bytes_of(frames, 2));
    vitro_job *job = NULL;
    leave(&c, c.failed ? 0 : vitro_fluctuation_new(&f, &g, o, bins, noise, azimuth_min, azimuth_max, &job));
    return (jlong)(intptr_t)job;
}

static jlong hot_spots(JNIEnv *env, jclass self, jfloatArray map, jint width, jint height, jdouble threshold, jlong min_pixels, jfloatArray label) {
    call c = {.env = env};
    int64_t pixels = area(width, height), count = 0;
    const float *m = input(&c, map, FLOATS, pixels);
    float *to = output(&c, label, FLOATS, pixels);
    leave(&c, c.failed ? 0 : vitro_hot_spots(m, width, height, threshold, min_pixels, to, &count));
    return count;
}

static void hot_spot_sizes(JNIEnv *env, jclass self, jfloatArray map, jfloatArray label, jint width, jint height, jlong count, jdoubleArray out) {
    call c = {.env = env};
    int64_t pixels = area(width, height);
    const float *m = input(&c, map, FLOATS, pixels), *l = input(&c, label, FLOATS, pixels);
    double *to = output(&c, out, DOUBLES, bytes_of(count, VITRO_HOT_SPOT_FIELDS));
    leave(&c, c.failed ? 0 : vitro_hot_spot_sizes(m, l, width, height, count, to));
}

static void autocorrelation(JNIEnv *env, jclass self, jfloatArray map, jint width, jint height, jint lags, jfloatArray image, jdoubleArray radial) {
    call c = {.env = env};
    int32_t side = lags >= 0 && lags < 1 << 16 ? 2 * lags + 1 : -1;
    const float *m = input(&c, map, FLOATS, area(width, height));
    float *to = output(&c, image, FLOATS, area(side, side));
    double *r = output(&c, radial, DOUBLES, 3 * ((int64_t)lags + 1));
    leave(&c, c.failed ? 0 : vitro_autocorrelation(m, width, height, lags, to, r));
}

static void correlation_lengths(JNIEnv *env, jclass self, jdoubleArray distance, jdoubleArray value, jdoubleArray lengths) {
    call c = {.env = env};
    const double *d = input(&c, distance, DOUBLES, 0), *v = input(&c, value, DOUBLES, (int64_t)length(&c, distance));
    double *to = output(&c, lengths, DOUBLES, VITRO_CORRELATION_FIELDS);
    leave(&c, c.failed ? 0 : vitro_correlation_lengths(d, v, (int)length(&c, distance), to));
}

const method_table fluctuation_methods = TABLE(
    METHOD("fluctuationNew", "(IIIIJ[D[B[DIZDD)J", fluctuation_new),
    METHOD("hotSpots", "([FIIDJ[F)J", hot_spots),
    METHOD("hotSpotSizes", "([F[FIIJ[D)V", hot_spot_sizes),
    METHOD("autocorrelation", "([FIII[F[D)V", autocorrelation),
    METHOD("correlationLengths", "([D[D[D)V", correlation_lengths));
