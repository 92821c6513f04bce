/* Curves of cubes: their peaks. SPDX-License-Identifier: GPL-3.0-or-later */
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

const method_table curves_methods = TABLE(
    METHOD("peakNoise", "([FIJ[D[F[D)V", peak_noise),
    METHOD("peakMaps", "([FIJ[D[D[F)V", peak_maps));
