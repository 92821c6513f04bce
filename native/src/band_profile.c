/* Profiles across or along a line on maps. Samples lie 1 px apart, on the line and beside it; the value between pixels is bilinear. The mean of a bin is
 * thus a weighted mean of pixels, and its standard error that of independent pixels with these weights W (sum 1):
 *     s^2 = sum W (v - mean)^2 / (1 - sum W^2),  error^2 = s^2 sum W^2,
 * which for equal weights is the variance over n - 1, divided by n. Interpolated samples themselves scatter less than the pixels do.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "error.h"

typedef struct {
    double x, y;
} point;

/* The pixels that share in a bin. */
typedef struct {
    double *weight;  /* of every pixel of the map */
    int32_t *touched;
    int count;
} shares;

static double length_of(const double *path, int points) {
    double length = 0;
    for (int i = 1; i < points; i++) length += hypot(path[2 * i] - path[2 * i - 2], path[2 * i + 1] - path[2 * i - 1]);
    return length;
}

/* At a distance s from the path's beginning and t to its left (as seen on screen, y down). */
static point place(const double *path, int points, double s, double t) {
    int i = 1;
    double length = 0;
    for (;; i++) {
        length = hypot(path[2 * i] - path[2 * i - 2], path[2 * i + 1] - path[2 * i - 1]);
        if (i == points - 1 || (s <= length && length > 0)) break;
        s -= length;
    }
    double dx = length > 0 ? (path[2 * i] - path[2 * i - 2]) / length : 1, dy = length > 0 ? (path[2 * i + 1] - path[2 * i - 1]) / length : 0;
    return (point){path[2 * i - 2] + s * dx + t * dy, path[2 * i - 1] + s * dy - t * dx};
}

static void add_share(const vitro_band *b, shares *to, int x, int y, double weight) {
    if (weight <= 0) return;
    x = x < 0 ? 0 : x >= b->width ? b->width - 1 : x; /* the outer half of an edge pixel */
    y = y < 0 ? 0 : y >= b->height ? b->height - 1 : y;
    int32_t pixel = y * b->width + x;
    if (to->weight[pixel] == 0) to->touched[to->count++] = pixel;
    to->weight[pixel] += weight;
}

static void add_sample(const vitro_band *b, point p, shares *to) {
    if (!(p.x >= -0.5 && p.y >= -0.5 && p.x <= b->width - 0.5 && p.y <= b->height - 0.5)) return;
    double x = floor(p.x), y = floor(p.y), fx = p.x - x, fy = p.y - y;
    add_share(b, to, (int)x, (int)y, (1 - fx) * (1 - fy));
    add_share(b, to, (int)x + 1, (int)y, fx * (1 - fy));
    add_share(b, to, (int)x, (int)y + 1, (1 - fx) * fy);
    add_share(b, to, (int)x + 1, (int)y + 1, fx * fy);
}

/* The deviation from a place on a circle, the short way round; period 0 = no circle. */
static double deviation(double v, double from, double period) { return period > 0 ? remainder(v - from, period) : v - from; }

/* A value about which the deviations are taken: on a circle the mean direction. */
static double origin(const float *map, const shares *of, double period) {
    const double turn = 6.283185307179586 / period;
    double c = 0, s = 0;
    for (int i = 0; period > 0 && i < of->count; i++) {
        float v = map[of->touched[i]];
        if (!isfinite(v)) continue;
        c += of->weight[of->touched[i]] * cos(turn * v);
        s += of->weight[of->touched[i]] * sin(turn * v);
    }
    return period > 0 ? atan2(s, c) / turn : 0;
}

/* out: mean, standard error, effective number of pixels. */
static void weighted_mean(const float *map, const shares *of, double period, float out[3]) {
    double total = 0, squares = 0, sum = 0, spread = 0, from = origin(map, of, period);
    for (int i = 0; i < of->count; i++) {
        float v = map[of->touched[i]];
        double w = of->weight[of->touched[i]];
        if (!isfinite(v)) continue;
        total += w;
        squares += w * w;
        sum += w * deviation(v, from, period);
    }
    out[0] = out[1] = NAN;
    out[2] = total > 0 ? (float)(total * total / squares) : 0;
    if (!(total > 0)) return;
    double mean = from + sum / total, part = squares / (total * total);
    for (int i = 0; i < of->count; i++) {
        float v = map[of->touched[i]];
        if (isfinite(v)) spread += of->weight[of->touched[i]] / total * pow(deviation(v, mean, period), 2);
    }
    out[0] = (float)(period > 0 ? remainder(mean, period) : mean);
    if (part < 0.999) out[1] = (float)sqrt(spread / (1 - part) * part);
}

static int samples_over(double length) { return (int)fmin(fmax(1, floor(length + 0.5)), 1e6); }

/* Samples along the path: one for each px, both ends included. */
static int samples_along(const vitro_band *b) { return samples_over(length_of(b->path, b->points)) + 1; }

int vitro_band_bins(const vitro_band *b) { return b->along ? samples_along(b) : samples_over(b->band_width); }

double vitro_band_distance(const vitro_band *b, int bin) {
    if (!b->along) return bin - 0.5 * (samples_over(b->band_width) - 1);
    return bin * length_of(b->path, b->points) / (samples_along(b) - 1);
}

static void fill(const vitro_band *b, int bin, shares *to) {
    vitro_band other = *b;
    other.along = !b->along;
    int n = vitro_band_bins(&other);
    for (int i = 0; i < n; i++) {
        double here = vitro_band_distance(b, bin), there = vitro_band_distance(&other, i);
        add_sample(b, b->along ? place(b->path, b->points, here, there) : place(b->path, b->points, there, here), to);
    }
}

static vitro_status check(const vitro_band *b, int64_t slices) {
    double length = 0;
    for (int i = 0; i < 2 * b->points; i++)
        if (!isfinite(b->path[i])) return vitro_fail(VITRO_ARGUMENT, "point %d of the line is no place", i / 2);
    if (b->width < 1 || b->height < 1 || slices < 1) return vitro_fail(VITRO_ARGUMENT, "%lld maps of %d x %d px", (long long)slices, b->width, b->height);
    if (b->points > 1) length = length_of(b->path, b->points);
    if (!(length >= 1 && length < 1e6)) return vitro_fail(VITRO_ARGUMENT, "a line of %d points, %.3g px long: 1 px is needed", b->points, length);
    if (!(b->band_width > 0 && b->band_width < 1e6)) return vitro_fail(VITRO_ARGUMENT, "a band of %g px width", b->band_width);
    return VITRO_OK;
}

vitro_status vitro_band_profile(const vitro_band *b, const float *maps, int64_t slices, const double *periods, float *out) {
    vitro_status status = check(b, slices);
    if (status != VITRO_OK) return status;
    size_t pixels = (size_t)b->width * (size_t)b->height;
    shares of = {vitro_calloc(pixels, sizeof(double)), vitro_alloc(pixels, sizeof(int32_t)), 0};
    if (!of.weight || !of.touched) status = VITRO_MEMORY;
    int bins = status == VITRO_OK ? vitro_band_bins(b) : 0;
    int64_t inside = 0;
    for (int bin = 0; bin < bins; bin++) {
        of.count = 0;
        fill(b, bin, &of);
        inside += of.count;
        for (int64_t z = 0; z < slices; z++) weighted_mean(maps + (size_t)z * pixels, &of, periods ? periods[z] : 0, out + 3 * (z * bins + bin));
        for (int i = 0; i < of.count; i++) of.weight[of.touched[i]] = 0;
    }
    free(of.weight);
    free(of.touched);
    if (status == VITRO_OK && !inside) status = vitro_fail(VITRO_DATA, "the band lies outside the map of %d x %d px", b->width, b->height);
    return status;
}
