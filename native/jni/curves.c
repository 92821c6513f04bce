/* Curves of cubes: their peaks, and those of regions. SPDX-License-Identifier: GPL-3.0-or-later */
#include "tables.h"

/* o: model, baseline, first, count, axis first, axis step; NULL after a failure. */
static vitro_peak_options peak_options_of(const double *o, const float *weight) {
    if (!o) return (vitro_peak_options){.count = -1};
    return (vitro_peak_options){.model = whole(o[0]), .baseline = whole(o[1]), .first = whole(o[2]), .count = whole(o[3]), .axis_first = o[4], .axis_step = o[5], .weight = weight};
}

static void peak_noise(JNIEnv *env, jclass self, jfloatArray block, jint depth, jlong n, jdoubleArray options, jfloatArray weight, jdoubleArray noise) {
    call c = {.env = env};
    vitro_peak_options o = peak_options_of(input(&c, options, DOUBLES, 6), NULL);
    const float *b = input(&c, block, FLOATS, bytes_of(n, depth));
    o.weight = optional(&c, weight, FLOATS, o.count);
    double *to = output(&c, noise, DOUBLES, VITRO_PEAK_NOISE(bytes_of(o.count, 1)));
    leave(&c, c.failed ? 0 : vitro_peak_noise(b, depth, n, &o, to));
}

static void peak_maps(JNIEnv *env, jclass self, jfloatArray block, jint depth, jlong n, jdoubleArray options, jdoubleArray noise, jfloatArray out) {
    call c = {.env = env};
    vitro_peak_options o = peak_options_of(input(&c, options, DOUBLES, 6), NULL);
    const float *b = input(&c, block, FLOATS, bytes_of(n, depth));
    const double *of = input(&c, noise, DOUBLES, VITRO_PEAK_NOISE(bytes_of(o.count, 1)));
    float *to = output(&c, out, FLOATS, bytes_of(n, VITRO_PEAK_SLICES));
    leave(&c, c.failed ? 0 : vitro_peak_maps(b, depth, n, &o, of, to));
}

static void region_blocks(JNIEnv *env, jclass self, jlongArray position, jint scan_x, jlongArray block, jlongArray side_and_count) {
    call c = {.env = env};
    const int64_t *p = input(&c, position, LONGS, 0);
    int64_t n = (int64_t)length(&c, position), *b = output(&c, block, LONGS, n), *to = output(&c, side_and_count, LONGS, 2);
    leave(&c, c.failed ? 0 : vitro_region_blocks(p, n, scan_x, b, to));
}

static void region_statistics(JNIEnv *env, jclass self, jfloatArray curves, jint depth, jlongArray block, jlong blocks, jdoubleArray out) {
    call c = {.env = env};
    const int64_t *b = input(&c, block, LONGS, 0);
    int64_t n = (int64_t)length(&c, block);
    const float *of = input(&c, curves, FLOATS, bytes_of(n, depth));
    double *to = output(&c, out, DOUBLES, bytes_of(bytes_of(blocks, 1) < 0 ? -1 : blocks + VITRO_REGION_FIELDS, depth));
    leave(&c, c.failed ? 0 : vitro_region_statistics(of, depth, n, b, blocks, to));
}

static jlong region_peaks(JNIEnv *env, jclass self, jdoubleArray curve, jdoubleArray without, jlong blocks, jdouble origin, jdouble step, jdoubleArray peaks) {
    call c = {.env = env};
    const double *of = input(&c, curve, DOUBLES, 0);
    int64_t n = (int64_t)length(&c, curve), found = 0;
    const double *w = input(&c, without, DOUBLES, bytes_of(blocks, n));
    double *to = output(&c, peaks, DOUBLES, VITRO_REGION_PEAK_FIELDS);
    int most = (int)(length(&c, peaks) / VITRO_REGION_PEAK_FIELDS);
    leave(&c, c.failed ? 0 : vitro_region_peaks(of, w, blocks, (int)n, origin, step, most, to, &found));
    return found;
}

const method_table curves_methods = TABLE(
    METHOD("peakNoise", "([FIJ[D[F[D)V", peak_noise),
    METHOD("peakMaps", "([FIJ[D[D[F)V", peak_maps),
    METHOD("regionBlocks", "([JI[J[J)V", region_blocks),
    METHOD("regionStatistics", "([FI[JJ[D)V", region_statistics),
    METHOD("regionPeaks", "([D[DJDD[D)J", region_peaks));
