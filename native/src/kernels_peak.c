/* Compiled once for each instruction set with -DVITRO_KERNELS=baseline, avx2 or avx512.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "kernels_peak.h"

#include "vec.h"

#define JOIN2(a, b) a##b
#define JOIN(a, b) JOIN2(a, b)

/* e^x for x <= 0 to rounding: 2^i times a polynomial in the fraction; 0 below -87. */
static inline vec exponential(vec x) {
    vec y = vec_max(x, vec_all(-87.0f)) * 1.44269504f;
    ivec i = __builtin_convertvector(y - 0.5f, ivec); /* to zero: the nearest whole number, as y <= 0 */
    vec f = (y - __builtin_convertvector(i, vec)) * 0.69314718f;
    vec p = 1 + f * (1 + f * (0.5f + f * (0.16666667f + f * (0.041666668f + f * (0.0083333338f + f * 0.0013888889f)))));
    return (vec)((ivec)p + (i << 23));
}

typedef struct {
    vec theta[PEAK_PARAMETERS], inverse, slope;
} lanes_theta;

static inline lanes_theta load_theta(peak_theta theta, int sub) {
    lanes_theta l;
    for (int j = 0; j < PEAK_PARAMETERS; j++) l.theta[j] = vec_load(&theta[j][sub]);
    l.inverse = 1 / l.theta[PEAK_WIDTH];
    l.slope = l.theta[PEAK_HEIGHT] * l.inverse;
    return l;
}

/* The weighted residual at t, and the derivatives without their weight. */
static inline vec evaluate(const lanes_theta *l, float t, float weight, const float *value, vec d[PEAK_PARAMETERS]) {
    vec u = (t - l->theta[PEAK_POSITION]) * l->inverse, e = exponential(-0.5f * u * u);
    d[PEAK_HEIGHT] = e;
    d[PEAK_POSITION] = l->slope * e * u;
    d[PEAK_WIDTH] = d[PEAK_POSITION] * u;
    d[PEAK_LEVEL] = vec_all(1);
    d[PEAK_TILT] = vec_all(t);
    return vec_load(value) - weight * (l->theta[PEAK_HEIGHT] * e + l->theta[PEAK_LEVEL] + t * l->theta[PEAK_TILT]);
}

static void sums(const peak_window *window, peak_theta theta, peak_sums *out) {
    for (int sub = 0; sub < PEAK_LANES; sub += VEC) {
        const lanes_theta l = load_theta(theta, sub);
        vec normal[PEAK_PAIRS] = {{0}}, gradient[PEAK_PARAMETERS] = {{0}}, chi2 = {0}, d[PEAK_PARAMETERS];
        for (int z = 0; z < window->count; z++) {
            float weight = window->weight[z];
            vec residual = evaluate(&l, window->t[z], weight, window->value + (size_t)z * PEAK_LANES + sub, d);
            chi2 += residual * residual;
            for (int j = 0, pair = 0; j < PEAK_PARAMETERS; j++) {
                vec weighted = weight * d[j];
                gradient[j] += weighted * residual;
                for (int k = 0; k <= j; k++) normal[pair++] += weighted * (weight * d[k]);
            }
        }
        for (int j = 0; j < PEAK_PAIRS; j++) vec_store(&out->normal[j][sub], normal[j]);
        for (int j = 0; j < PEAK_PARAMETERS; j++) vec_store(&out->gradient[j][sub], gradient[j]);
        vec_store(&out->chi2[sub], chi2);
    }
}

static void bend(const peak_window *window, peak_theta theta, const float *misfit, float out[PEAK_BEND][PEAK_LANES]) {
    for (int sub = 0; sub < PEAK_LANES; sub += VEC) {
        const lanes_theta l = load_theta(theta, sub);
        vec total[PEAK_BEND] = {{0}};
        for (int z = 0; z < window->count; z++) {
            vec u = (window->t[z] - l.theta[PEAK_POSITION]) * l.inverse, term = window->weight[z] * misfit[z] * exponential(-0.5f * u * u);
            for (int k = 0; k < PEAK_BEND; k++, term *= u) total[k] += term;
        }
        for (int k = 0; k < PEAK_BEND; k++) vec_store(&out[k][sub], total[k]);
    }
}

static void gain(const peak_window *window, peak_theta theta, peak_theta row, float *residual, float *out) {
    for (int sub = 0; sub < PEAK_LANES; sub += VEC) {
        const lanes_theta l = load_theta(theta, sub);
        vec d[PEAK_PARAMETERS], of[PEAK_PARAMETERS];
        for (int j = 0; j < PEAK_PARAMETERS; j++) of[j] = vec_load(&row[j][sub]);
        for (int z = 0; z < window->count; z++) {
            size_t at = (size_t)z * PEAK_LANES + (size_t)sub;
            vec_store(residual + at, evaluate(&l, window->t[z], window->weight[z], window->value + at, d));
            vec sum = {0};
            for (int j = 0; j < PEAK_PARAMETERS; j++) sum += of[j] * d[j];
            vec_store(out + at, window->weight[z] * sum);
        }
    }
}

static void variance(const float *covariance, int count, const float *g, float out[PEAK_LANES]) {
    for (int sub = 0; sub < PEAK_LANES; sub += VEC) {
        vec total = {0};
        for (int z = 0; z < count; z++) {
            vec sum = 0.5f * covariance[0] * vec_load(g + (size_t)z * PEAK_LANES + sub);
            for (int k = 1; k < count - z; k++) sum += covariance[k] * vec_load(g + (size_t)(z + k) * PEAK_LANES + sub);
            total += 2 * sum * vec_load(g + (size_t)z * PEAK_LANES + sub);
        }
        vec_store(out + sub, total);
    }
}

const peak_kernels JOIN(peak_kernels_, VITRO_KERNELS) = {sums, bend, gain, variance};
