/* Correlation of two maps. SPDX-License-Identifier: GPL-3.0-or-later */
#include "tables.h"

/* out: Pearson's fields, Spearman's, the number of pixels. */
static void correlate_pair(JNIEnv *env, jclass self, jfloatArray first, jfloatArray second, jint width, jint height, jint shifts, jdoubleArray out) {
    call c = {.env = env};
    int64_t pixels = area(width, height);
    const float *a = input(&c, first, FLOATS, pixels), *b = input(&c, second, FLOATS, pixels);
    double *to = output(&c, out, DOUBLES, 2 * VITRO_PAIR_FIELDS + 1);
    leave(&c, c.failed ? 0 : vitro_correlate_pair(a, b, width, height, shifts, to, to + VITRO_PAIR_FIELDS, to + 2 * VITRO_PAIR_FIELDS));
}

static void cross_correlation(JNIEnv *env, jclass self, jfloatArray first, jfloatArray second, jint width, jint height, jint lags, jfloatArray image,
                              jdoubleArray curves) {
    call c = {.env = env};
    int64_t pixels = area(width, height);
    int32_t side = lags >= 0 && lags < 1 << 15 ? 2 * lags + 1 : -1;
    const float *a = input(&c, first, FLOATS, pixels), *b = input(&c, second, FLOATS, pixels);
    float *to = output(&c, image, FLOATS, area(side, side));
    double *of = output(&c, curves, DOUBLES, VITRO_CROSS_CURVES * ((int64_t)lags + 1));
    leave(&c, c.failed ? 0 : vitro_cross_correlation(a, b, width, height, lags, to, of));
}

static void joint_histogram(JNIEnv *env, jclass self, jfloatArray first, jfloatArray second, jint bins, jdoubleArray range, jfloatArray out) {
    call c = {.env = env};
    const float *a = input(&c, first, FLOATS, 0), *b = input(&c, second, FLOATS, (int64_t)length(&c, first));
    const double *r = input(&c, range, DOUBLES, 4);
    float *to = output(&c, out, FLOATS, area(bins, bins));
    leave(&c, c.failed ? 0 : vitro_joint_histogram(a, b, (int64_t)length(&c, first), bins, r, to));
}

const method_table correlation_methods = TABLE(
    METHOD("correlatePair", "([F[FIII[D)V", correlate_pair),
    METHOD("crossCorrelation", "([F[FIII[F[D)V", cross_correlation),
    METHOD("jointHistogram", "([F[FI[D[F)V", joint_histogram));
