/* Scattering factors, simulated sample. SPDX-License-Identifier: GPL-3.0-or-later */
#include "tables.h"

static void scattering(JNIEnv *env, jclass self, jbyteArray composition, jdoubleArray q, jdoubleArray f2, jdoubleArray f_mean_2) {
    call c = {.env = env};
    const char *text = string(&c, composition);
    const double *at = input(&c, q, DOUBLES, 0);
    size_t n = length(&c, q);
    double *a = f2 ? output(&c, f2, DOUBLES, (int64_t)n) : NULL;
    double *b = f_mean_2 ? output(&c, f_mean_2, DOUBLES, (int64_t)n) : NULL;
    leave(&c, c.failed ? 0 : vitro_scattering(text, at, (int)n, a, b));
}

static void sample_defaults(JNIEnv *env, jclass self, jdoubleArray options) {
    call c = {.env = env};
    double *o = output(&c, options, DOUBLES, SAMPLE_OPTIONS);
    vitro_sample_options d;
    vitro_status status = c.failed ? 0 : vitro_sample_defaults(&d);
    if (o && !status) {
        const double values[SAMPLE_OPTIONS] = {d.scan_x, d.scan_y, d.detector, d.counts, (double)d.seed, d.ring_radius,
                                               d.strain_scale, d.drift_px, d.ellipticity, d.speckle_contrast,
                                               d.speckle_grain_px, d.beam_stop, d.kind, d.cluster_symmetry, d.cluster_diameter_nm,
                                               d.cluster_fraction, d.cluster_amplitude, d.thickness_nm, d.field_t, d.frames};
        memcpy(o, values, sizeof values);
    }
    leave(&c, status);
}

static vitro_sample_options sample_options(const double o[SAMPLE_OPTIONS]) {
    uint64_t seed = o[4] >= 0 && o[4] < 9e15 ? (uint64_t)o[4] : 0;
    return (vitro_sample_options){.scan_x = whole(o[0]), .scan_y = whole(o[1]), .detector = whole(o[2]), .counts = o[3],
                                  .seed = seed, .ring_radius = o[5], .strain_scale = o[6], .drift_px = o[7],
                                  .ellipticity = o[8], .speckle_contrast = o[9], .speckle_grain_px = o[10],
                                  .beam_stop = whole(o[11]), .kind = whole(o[12]), .cluster_symmetry = whole(o[13]),
                                  .cluster_diameter_nm = o[14], .cluster_fraction = o[15], .cluster_amplitude = o[16],
                                  .thickness_nm = o[17], .field_t = o[18], .frames = whole(o[19])};
}

static jlong sample_new(JNIEnv *env, jclass self, jdoubleArray options) {
    call c = {.env = env};
    const double *values = input(&c, options, DOUBLES, SAMPLE_OPTIONS);
    vitro_sample_options o = values ? sample_options(values) : (vitro_sample_options){0};
    vitro_sample *sample = NULL;
    leave(&c, c.failed ? 0 : vitro_sample_new(&o, &sample));
    return (jlong)(intptr_t)sample;
}

static void sample_free(JNIEnv *env, jclass self, jlong sample) {
    vitro_sample_free((vitro_sample *)(intptr_t)sample);
}

static void sample_frames(JNIEnv *env, jclass self, jlong sample, jlong first, jlong n, jobject out) {
    call c = {.env = env};
    const vitro_sample *s = handle(&c, sample);
    int32_t shape[3] = {0};
    if (s) vitro_sample_shape(s, shape);
    uint16_t *o = buffer(&c, out, bytes_of(n, 2 * area(shape[2], shape[2])));
    leave(&c, c.failed ? 0 : vitro_sample_frames(s, first, n, o));
}

static void sample_truth(JNIEnv *env, jclass self, jlong sample, jfloatArray strain, jfloatArray ring_maps) {
    call c = {.env = env};
    const vitro_sample *s = handle(&c, sample);
    int32_t shape[3] = {0};
    if (s) vitro_sample_shape(s, shape);
    float *t = output(&c, strain, FLOATS, VITRO_STRAIN_SLICES * area(shape[0], shape[1]));
    float *r = output(&c, ring_maps, FLOATS, VITRO_RING_SLICES * area(shape[0], shape[1]));
    leave(&c, c.failed ? 0 : vitro_sample_truth(s, t, r));
}

static void sample_symmetry(JNIEnv *env, jclass self, jlong sample, jfloatArray power) {
    call c = {.env = env};
    const vitro_sample *s = handle(&c, sample);
    int32_t shape[3] = {0};
    if (s) vitro_sample_shape(s, shape);
    float *p = output(&c, power, FLOATS, VITRO_SAMPLE_ORDERS * area(shape[0], shape[1]));
    leave(&c, c.failed ? 0 : vitro_sample_symmetry(s, p));
}

static jlong sample_cluster_count(JNIEnv *env, jclass self, jlong sample) {
    call c = {.env = env};
    const vitro_sample *s = handle(&c, sample);
    leave(&c, 0);
    return s ? vitro_sample_cluster_count(s) : 0;
}

static void sample_clusters(JNIEnv *env, jclass self, jlong sample, jdoubleArray out) {
    call c = {.env = env};
    const vitro_sample *s = handle(&c, sample);
    double *o = output(&c, out, DOUBLES, s ? VITRO_CLUSTER_FIELDS * vitro_sample_cluster_count(s) : 0);
    leave(&c, c.failed ? 0 : vitro_sample_clusters(s, o));
}

static void sample_induction(JNIEnv *env, jclass self, jlong sample, jfloatArray out) {
    call c = {.env = env};
    const vitro_sample *s = handle(&c, sample);
    int32_t shape[3] = {0};
    if (s) vitro_sample_shape(s, shape);
    float *o = output(&c, out, FLOATS, 4 * area(shape[0], shape[1]));
    leave(&c, c.failed ? 0 : vitro_sample_induction(s, o));
}

static void sample_series(JNIEnv *env, jclass self, jlong sample, jlong first, jlong n, jobject out) {
    call c = {.env = env};
    const vitro_sample *s = handle(&c, sample);
    uint16_t *o = buffer(&c, out, bytes_of(n, s ? 2 * vitro_sample_series_frames(s) : -1));
    leave(&c, c.failed ? 0 : vitro_sample_series(s, first, n, o));
}

static void sample_dynamics(JNIEnv *env, jclass self, jlong sample, jfloatArray out, jdoubleArray interval) {
    call c = {.env = env};
    const vitro_sample *s = handle(&c, sample);
    int32_t shape[3] = {0};
    if (s) vitro_sample_shape(s, shape);
    float *o = output(&c, out, FLOATS, VITRO_SAMPLE_DYNAMICS * area(shape[0], shape[1]));
    double *i = output(&c, interval, DOUBLES, 1);
    leave(&c, c.failed ? 0 : vitro_sample_dynamics(s, o, i));
}

static void sample_calibration(JNIEnv *env, jclass self, jlong sample, jdoubleArray out) {
    call c = {.env = env};
    const vitro_sample *s = handle(&c, sample);
    double *o = output(&c, out, DOUBLES, 8);
    leave(&c, c.failed ? 0 : vitro_sample_calibration(s, o));
}

const method_table sample_methods = TABLE(
    METHOD("scattering", "([B[D[D[D)V", scattering),
    METHOD("sampleDefaults", "([D)V", sample_defaults),
    METHOD("sampleNew", "([D)J", sample_new),
    METHOD("sampleFree", "(J)V", sample_free),
    METHOD("sampleFrames", "(JJJLjava/nio/ByteBuffer;)V", sample_frames),
    METHOD("sampleTruth", "(J[F[F)V", sample_truth),
    METHOD("sampleSymmetry", "(J[F)V", sample_symmetry),
    METHOD("sampleClusterCount", "(J)J", sample_cluster_count),
    METHOD("sampleClusters", "(J[D)V", sample_clusters),
    METHOD("sampleInduction", "(J[F)V", sample_induction),
    METHOD("sampleSeries", "(JJJLjava/nio/ByteBuffer;)V", sample_series),
    METHOD("sampleDynamics", "(J[F[D)V", sample_dynamics),
    METHOD("sampleCalibration", "(J[D)V", sample_calibration));
