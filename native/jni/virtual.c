/* Virtual detectors. SPDX-License-Identifier: GPL-3.0-or-later */
#include "tables.h"

/* d as in Native.java. */
static vitro_detector detector_of(const double d[7], const uint8_t *pixels, const uint8_t *mask) {
    if (!d) return (vitro_detector){.pixels = NULL};
    return (vitro_detector){.center_x = d[0], .center_y = d[1], .x = d[2], .y = d[3], .inner_radius = d[4], .outer_radius = d[5],
                            .friedel = d[6] != 0, .pixels = pixels, .mask = mask};
}

static vitro_detector detector_in(call *c, jdoubleArray detector, jbyteArray pixels, jbyteArray mask, jint width, jint height) {
    const double *values = input(c, detector, DOUBLES, 7);
    const uint8_t *p = optional(c, pixels, BYTES, area(width, height));
    return detector_of(values, p, optional(c, mask, BYTES, area(width, height)));
}

static void detector_pixels(JNIEnv *env, jclass self, jdoubleArray detector, jbyteArray pixels, jbyteArray mask, jint width, jint height,
                            jbyteArray out) {
    call c = {.env = env};
    vitro_detector d = detector_in(&c, detector, pixels, mask, width, height);
    uint8_t *o = output(&c, out, BYTES, area(width, height));
    leave(&c, c.failed ? 0 : vitro_detector_pixels(&d, width, height, o));
}

static jlong virtual_image_new(JNIEnv *env, jclass self, jint width, jint height, jint type, jint isa, jlong frames, jdoubleArray detector,
                               jbyteArray pixels, jbyteArray mask, jdoubleArray centers) {
    call c = {.env = env};
    vitro_frames f = frames_of(width, height, type, isa, frames);
    vitro_detector d = detector_in(&c, detector, pixels, mask, width, height);
    const double *o = optional(&c, centers, DOUBLES, bytes_of(frames, 2));
    vitro_job *job = NULL;
    leave(&c, c.failed ? 0 : vitro_virtual_image_new(&f, &d, o, &job));
    return (jlong)(intptr_t)job;
}

static jlong center_of_mass_new(JNIEnv *env, jclass self, jint width, jint height, jint type, jint isa, jlong frames, jdoubleArray detector,
                                jbyteArray pixels, jbyteArray mask) {
    call c = {.env = env};
    vitro_frames f = frames_of(width, height, type, isa, frames);
    vitro_detector d = detector_in(&c, detector, pixels, mask, width, height);
    vitro_job *job = NULL;
    leave(&c, c.failed ? 0 : vitro_center_of_mass_new(&f, &d, &job));
    return (jlong)(intptr_t)job;
}

static void shift_maps(JNIEnv *env, jclass self, jint scan_x, jint scan_y, jboolean flip, jdouble rotation, jboolean plane, jbyteArray reference,
                       jfloatArray centers, jfloatArray maps) {
    call c = {.env = env};
    int64_t n = area(scan_x, scan_y);
    vitro_shift_options o = {.scan_x = scan_x, .scan_y = scan_y, .flip = flip, .plane = plane, .rotation_deg = rotation};
    o.reference = optional(&c, reference, BYTES, n);
    const float *from = input(&c, centers, FLOATS, bytes_of(n, 2));
    float *to = output(&c, maps, FLOATS, bytes_of(n, VITRO_SHIFT_SLICES));
    leave(&c, c.failed ? 0 : vitro_shift_maps(&o, from, to));
}

static void shift_zero(JNIEnv *env, jclass self, jint scan_x, jint scan_y, jboolean plane, jbyteArray reference, jfloatArray centers, jfloatArray zero) {
    call c = {.env = env};
    int64_t n = area(scan_x, scan_y);
    vitro_shift_options o = {.scan_x = scan_x, .scan_y = scan_y, .plane = plane};
    o.reference = optional(&c, reference, BYTES, n);
    const float *from = input(&c, centers, FLOATS, bytes_of(n, 2));
    float *to = output(&c, zero, FLOATS, bytes_of(n, 2));
    leave(&c, c.failed ? 0 : vitro_shift_zero(&o, from, to));
}

static void vector_means(JNIEnv *env, jclass self, jint width, jint height, jint spacing, jboolean polar, jboolean headless, jfloatArray first,
                         jfloatArray second, jfloatArray out) {
    call c = {.env = env};
    vitro_vector_options o = {.width = width, .height = height, .spacing = spacing, .polar = polar, .headless = headless};
    int64_t blocks = spacing < 1 ? -1 : area((width - 1) / spacing + 1, (height - 1) / spacing + 1);
    const float *a = polar ? optional(&c, first, FLOATS, area(width, height)) : input(&c, first, FLOATS, area(width, height));
    const float *b = input(&c, second, FLOATS, area(width, height));
    float *to = output(&c, out, FLOATS, bytes_of(blocks, 2));
    leave(&c, c.failed ? 0 : vitro_vector_means(&o, a, b, to));
}

static vitro_band band_of(call *c, jint width, jint height, jdoubleArray path, jdouble band_width, jboolean along) {
    const double *p = input(c, path, DOUBLES, 0);
    return (vitro_band){.width = width, .height = height, .points = (int32_t)(length(c, path) / 2), .along = along, .path = p, .band_width = band_width};
}

static void band_distances(JNIEnv *env, jclass self, jdoubleArray path, jdouble band_width, jboolean along, jdoubleArray out) {
    call c = {.env = env};
    vitro_band band = band_of(&c, 1, 1, path, band_width, along);
    double *to = output(&c, out, DOUBLES, 0);
    for (size_t i = 0; !c.failed && band.points > 1 && i < length(&c, out); i++) to[i] = vitro_band_distance(&band, (int)i);
    leave(&c, 0);
}

static jint band_bins(JNIEnv *env, jclass self, jdoubleArray path, jdouble band_width, jboolean along) {
    call c = {.env = env};
    vitro_band band = band_of(&c, 1, 1, path, band_width, along);
    jint bins = c.failed || band.points < 2 ? 0 : vitro_band_bins(&band);
    leave(&c, 0);
    return bins;
}

static void band_profile(JNIEnv *env, jclass self, jint width, jint height, jdoubleArray path, jdouble band_width, jboolean along, jfloatArray maps,
                         jlong slices, jdoubleArray periods, jfloatArray out) {
    call c = {.env = env};
    vitro_band band = band_of(&c, width, height, path, band_width, along);
    int64_t bins = c.failed || band.points < 2 ? 0 : vitro_band_bins(&band);
    const float *from = input(&c, maps, FLOATS, bytes_of(slices, area(width, height)));
    const double *p = optional(&c, periods, DOUBLES, slices);
    float *to = output(&c, out, FLOATS, bytes_of(slices, 3 * bins));
    leave(&c, c.failed ? 0 : vitro_band_profile(&band, from, slices, p, to));
}

const method_table virtual_methods = TABLE(
    METHOD("detectorPixels", "([D[B[BII[B)V", detector_pixels),
    METHOD("virtualImageNew", "(IIIIJ[D[B[B[D)J", virtual_image_new),
    METHOD("centerOfMassNew", "(IIIIJ[D[B[B)J", center_of_mass_new),
    METHOD("shiftZero", "(IIZ[B[F[F)V", shift_zero),
    METHOD("shiftMaps", "(IIZDZ[B[F[F)V", shift_maps),
    METHOD("vectorMeans", "(IIIZZ[F[F[F)V", vector_means),
    METHOD("bandBins", "([DDZ)I", band_bins),
    METHOD("bandDistances", "([DDZ[D)V", band_distances),
    METHOD("bandProfile", "(II[DDZ[FJ[D[F)V", band_profile));
