/* The border to Java: vitromap.engine.Native's methods, registered by table. No logic, no state beyond the class cache.
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Each function opens its arrays in a `call`, which checks their lengths, and leaves through leave(), which
 * writes outputs back, releases everything and turns a failure into a VitroException.
 */
#include "call.h"

static vitro_frames frames_of(jint width, jint height, jint type, jint isa, jlong frames) {
    return (vitro_frames){.width = width, .height = height, .type = type, .isa = isa, .frames = frames};
}

static vitro_geometry geometry_of(const double g[7], const void *mask) {
    if (!g) return (vitro_geometry){.mask = NULL};
    return (vitro_geometry){.center_x = g[0], .center_y = g[1], .ellipse_xx = g[2], .ellipse_xy = g[3],
                            .ellipse_yy = g[4], .ring_min = g[5], .ring_max = g[6], .mask = mask};
}

/* ---- version ---- */

static jstring version(JNIEnv *env, jclass self) {
    return (*env)->NewStringUTF(env, vitro_version());
}

static jstring isa_name(JNIEnv *env, jclass self, jint isa) {
    const char *name = vitro_isa_name((vitro_isa)isa);
    return name ? (*env)->NewStringUTF(env, name) : NULL;
}

/* ---- frames and layouts ---- */

static jint decoded_type(JNIEnv *env, jclass self, jint type) {
    return vitro_decoded_type(type);
}

static jint type_bytes(JNIEnv *env, jclass self, jint type) {
    return vitro_type_bytes(type);
}

static void frames_decode(JNIEnv *env, jclass self, jlongArray layout, jobject raw, jlong raw_bytes, jlong n, jobject out) {
    call c = {.env = env};
    const vitro_layout *l = input(&c, layout, LONGS, LAYOUT_FIELDS);
    const uint8_t *from = buffer(&c, raw, raw_bytes);
    void *to = buffer(&c, out, 0);
    leave(&c, c.failed ? 0 : vitro_frames_decode(l, from, (size_t)raw_bytes, n, to, (size_t)capacity(&c, out)));
}

static void layout_npy(JNIEnv *env, jclass self, jbyteArray head, jlong file_bytes, jlongArray layout, jdoubleArray metadata) {
    call c = {.env = env};
    const uint8_t *h = input(&c, head, BYTES, 0);
    vitro_layout *l = output(&c, layout, LONGS, LAYOUT_FIELDS);
    vitro_metadata *m = output(&c, metadata, DOUBLES, METADATA_FIELDS);
    leave(&c, c.failed ? 0 : vitro_layout_npy(h, length(&c, head), file_bytes, l, m));
}

static void layout_mib(JNIEnv *env, jclass self, jbyteArray head, jlong file_bytes, jbyteArray sidecar, jlongArray layout,
                       jdoubleArray metadata) {
    call c = {.env = env};
    const uint8_t *h = input(&c, head, BYTES, 0);
    const char *s = optional(&c, sidecar, BYTES, 0);
    vitro_layout *l = output(&c, layout, LONGS, LAYOUT_FIELDS);
    vitro_metadata *m = output(&c, metadata, DOUBLES, METADATA_FIELDS);
    leave(&c, c.failed ? 0 : vitro_layout_mib(h, length(&c, head), file_bytes, s, length(&c, sidecar), l, m));
}

static void layout_empad(JNIEnv *env, jclass self, jbyteArray xml, jlong file_bytes, jlongArray layout, jdoubleArray metadata) {
    call c = {.env = env};
    const char *x = input(&c, xml, BYTES, 0);
    vitro_layout *l = output(&c, layout, LONGS, LAYOUT_FIELDS);
    vitro_metadata *m = output(&c, metadata, DOUBLES, METADATA_FIELDS);
    leave(&c, c.failed ? 0 : vitro_layout_empad(x, length(&c, xml), file_bytes, l, m));
}

static void layout_blo(JNIEnv *env, jclass self, jbyteArray head, jlong file_bytes, jlongArray layout, jdoubleArray metadata) {
    call c = {.env = env};
    const uint8_t *h = input(&c, head, BYTES, 0);
    vitro_layout *l = output(&c, layout, LONGS, LAYOUT_FIELDS);
    vitro_metadata *m = output(&c, metadata, DOUBLES, METADATA_FIELDS);
    leave(&c, c.failed ? 0 : vitro_layout_blo(h, length(&c, head), file_bytes, l, m));
}

static void layout_mrc(JNIEnv *env, jclass self, jbyteArray head, jlong file_bytes, jbyteArray info, jlongArray layout,
                       jdoubleArray metadata) {
    call c = {.env = env};
    const uint8_t *h = input(&c, head, BYTES, 0);
    const char *i = optional(&c, info, BYTES, 0);
    vitro_layout *l = output(&c, layout, LONGS, LAYOUT_FIELDS);
    vitro_metadata *m = output(&c, metadata, DOUBLES, METADATA_FIELDS);
    leave(&c, c.failed ? 0 : vitro_layout_mrc(h, length(&c, head), file_bytes, i, length(&c, info), l, m));
}

static jlong layout_dm(JNIEnv *env, jclass self, jbyteArray bytes, jlongArray pieces, jlong file_bytes, jlongArray layout,
                       jdoubleArray metadata) {
    call c = {.env = env};
    int64_t missing = -1;
    const uint8_t *b = input(&c, bytes, BYTES, 0);
    const int64_t *p = input(&c, pieces, LONGS, 0);
    vitro_layout *l = output(&c, layout, LONGS, LAYOUT_FIELDS);
    vitro_metadata *m = output(&c, metadata, DOUBLES, METADATA_FIELDS);
    int count = (int)(length(&c, pieces) / 2);
    leave(&c, c.failed ? 0 : vitro_layout_dm(b, length(&c, bytes), p, count, file_bytes, l, m, &missing));
    return missing;
}

static void layout_tvips(JNIEnv *env, jclass self, jbyteArray head, jlong file_bytes, jint part, jlongArray layout,
                         jdoubleArray metadata) {
    call c = {.env = env};
    const uint8_t *h = input(&c, head, BYTES, 0);
    vitro_layout *l = output(&c, layout, LONGS, LAYOUT_FIELDS);
    vitro_metadata *m = output(&c, metadata, DOUBLES, METADATA_FIELDS);
    leave(&c, c.failed ? 0 : vitro_layout_tvips(h, length(&c, head), file_bytes, part, l, m));
}

static void layout_raw(JNIEnv *env, jclass self, jlong file_bytes, jint type, jboolean big_endian, jlong width, jlong height,
                       jlong offset, jlong gap, jlongArray layout) {
    call c = {.env = env};
    vitro_layout *l = output(&c, layout, LONGS, LAYOUT_FIELDS);
    leave(&c, c.failed ? 0 : vitro_layout_raw(file_bytes, type, big_endian != 0, width, height, offset, gap, l));
}

/* ---- jobs ---- */

static void job_feed(JNIEnv *env, jclass self, jlong job, jobject frames, jlong first, jlong n) {
    call c = {.env = env};
    vitro_job *j = handle(&c, job);
    const void *f = buffer(&c, frames, j ? bytes_of(n, vitro_job_frame_bytes(j)) : 0);
    leave(&c, c.failed ? 0 : vitro_job_feed(j, f, first, n));
}

static jlong job_outputs(JNIEnv *env, jclass self, jlong job) {
    call c = {.env = env};
    const vitro_job *j = handle(&c, job);
    leave(&c, 0);
    return j ? vitro_job_outputs(j) : 0;
}

static void job_finish(JNIEnv *env, jclass self, jlong job, jfloatArray out) {
    call c = {.env = env};
    vitro_job *j = handle(&c, job);
    float *o = output(&c, out, FLOATS, j ? vitro_job_outputs(j) : 0);
    leave(&c, c.failed ? 0 : vitro_job_finish(j, o, (int64_t)length(&c, out)));
}

static void job_free(JNIEnv *env, jclass self, jlong job) {
    vitro_job_free((vitro_job *)(intptr_t)job);
}

static jlong mean_new(JNIEnv *env, jclass self, jint width, jint height, jint type, jint isa, jlong frames) {
    call c = {.env = env};
    vitro_frames f = frames_of(width, height, type, isa, frames);
    vitro_job *job = NULL;
    leave(&c, vitro_mean_new(&f, &job));
    return (jlong)(intptr_t)job;
}

/* ---- geometry ---- */

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

static jlong radial_profiles_new(JNIEnv *env, jclass self, jint width, jint height, jint type, jint isa, jlong frames,
                                 jdoubleArray geometry, jbyteArray mask, jdoubleArray centers, jint bins) {
    call c = {.env = env};
    vitro_frames f = frames_of(width, height, type, isa, frames);
    const double *values = input(&c, geometry, DOUBLES, 7);
    vitro_geometry g = geometry_of(values, optional(&c, mask, BYTES, area(width, height)));
    const double *o = optional(&c, centers, DOUBLES, bytes_of(frames, 2));
    vitro_job *job = NULL;
    leave(&c, c.failed ? 0 : vitro_radial_profiles_new(&f, &g, o, bins, &job));
    return (jlong)(intptr_t)job;
}

/* ---- strain ---- */

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

/* ---- scattering factors, sample ---- */

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
                                               d.speckle_grain_px, d.beam_stop};
        memcpy(o, values, sizeof values);
    }
    leave(&c, status);
}

static vitro_sample_options sample_options(const double o[SAMPLE_OPTIONS]) {
    uint64_t seed = o[4] >= 0 && o[4] < 9e15 ? (uint64_t)o[4] : 0;
    return (vitro_sample_options){.scan_x = whole(o[0]), .scan_y = whole(o[1]), .detector = whole(o[2]), .counts = o[3],
                                  .seed = seed, .ring_radius = o[5], .strain_scale = o[6], .drift_px = o[7],
                                  .ellipticity = o[8], .speckle_contrast = o[9], .speckle_grain_px = o[10],
                                  .beam_stop = whole(o[11])};
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

static void sample_calibration(JNIEnv *env, jclass self, jlong sample, jdoubleArray out) {
    call c = {.env = env};
    const vitro_sample *s = handle(&c, sample);
    double *o = output(&c, out, DOUBLES, 8);
    leave(&c, c.failed ? 0 : vitro_sample_calibration(s, o));
}

/* ---- the table ---- */

#define METHOD(name, signature, function) {(char *)name, (char *)signature, (void *)(uintptr_t)function}

static const JNINativeMethod methods[] = {
    METHOD("version", "()Ljava/lang/String;", version),
    METHOD("isaName", "(I)Ljava/lang/String;", isa_name),
    METHOD("decodedType", "(I)I", decoded_type),
    METHOD("typeBytes", "(I)I", type_bytes),
    METHOD("framesDecode", "([JLjava/nio/ByteBuffer;JJLjava/nio/ByteBuffer;)V", frames_decode),
    METHOD("layoutNpy", "([BJ[J[D)V", layout_npy),
    METHOD("layoutMib", "([BJ[B[J[D)V", layout_mib),
    METHOD("layoutEmpad", "([BJ[J[D)V", layout_empad),
    METHOD("layoutBlo", "([BJ[J[D)V", layout_blo),
    METHOD("layoutMrc", "([BJ[B[J[D)V", layout_mrc),
    METHOD("layoutDm", "([B[JJ[J[D)J", layout_dm),
    METHOD("layoutTvips", "([BJI[J[D)V", layout_tvips),
    METHOD("layoutRaw", "(JIZJJJJ[J)V", layout_raw),
    METHOD("jobFeed", "(JLjava/nio/ByteBuffer;JJ)V", job_feed),
    METHOD("jobOutputs", "(J)J", job_outputs),
    METHOD("jobFinish", "(J[F)V", job_finish),
    METHOD("jobFree", "(J)V", job_free),
    METHOD("meanNew", "(IIIIJ)J", mean_new),
    METHOD("findMask", "([FII[B)V", find_mask),
    METHOD("findCenter", "([F[BII[D)V", find_center),
    METHOD("radialProfile", "([F[BII[D[D[F)V", radial_profile),
    METHOD("findRing", "([F[D)V", find_ring),
    METHOD("findEllipse", "([FII[D[B[D[D)V", find_ellipse),
    METHOD("radialProfilesNew", "(IIIIJ[D[B[DI)J", radial_profiles_new),
    METHOD("referenceNew", "(IIIIJ[D[B)J", reference_new),
    METHOD("ringModelNew", "(J[BD)J", ring_model_new),
    METHOD("ringModelFree", "(J)V", ring_model_free),
    METHOD("ringModelValues", "(J[D)V", ring_model_values),
    METHOD("ringModelCurves", "(J[D[D[D)V", ring_model_curves),
    METHOD("ringProfileNew", "(JIIIIJ)J", ring_profile_new),
    METHOD("directEllipseNew", "(IIIIJ[D[BD)J", direct_ellipse_new),
    METHOD("strainMaps", "([D[F[FZ[F[F[F)V", strain_maps),
    METHOD("scattering", "([B[D[D[D)V", scattering),
    METHOD("sampleDefaults", "([D)V", sample_defaults),
    METHOD("sampleNew", "([D)J", sample_new),
    METHOD("sampleFree", "(J)V", sample_free),
    METHOD("sampleFrames", "(JJJLjava/nio/ByteBuffer;)V", sample_frames),
    METHOD("sampleTruth", "(J[F[F)V", sample_truth),
    METHOD("sampleCalibration", "(J[D)V", sample_calibration),
};

/* A failure leaves Java's own NoSuchMethodError pending: System.load throws it. */
JNIEXPORT jint JNICALL JNI_OnLoad(JavaVM *vm, void *reserved) {
    (void)reserved;
    JNIEnv *env = NULL;
    if ((*vm)->GetEnv(vm, (void **)&env, JNI_VERSION_1_8) != JNI_OK) return JNI_ERR;
    if (!call_setup(env)) return JNI_ERR;
    jclass native = (*env)->FindClass(env, "vitromap/engine/Native");
    if (!native || (*env)->RegisterNatives(env, native, methods, sizeof methods / sizeof methods[0])) return JNI_ERR;
    return JNI_VERSION_1_8;
}
