/* Peaks and sub-peaks of a mean curve, with errors by leaving out one block of positions after the other (jackknife): whatever correlates the
 * points of the curve, or neighbouring positions, is in them.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "error.h"

enum { FEWEST = 5, MOST_TOPS = 64 };

/* A maximum counts if it stands out by so many of its errors, and by this part of the curve's range: ripples do not. */
static const double SIGNIFICANT = 6, LEAST_PROMINENT = 0.01, LEAST_BENT = 0.05;

typedef struct {
    int top, left, right; /* points: the maximum, and the lowest points between it and what is higher (or the ends) */
    double prominence;
} summit;

/* All maxima of y, from left to right, that stand out by at least `least`. */
static int find_summits(const double *y, int n, double least, summit *found, int most) {
    int count = 0;
    for (int i = 1; i < n - 1 && count < most; i++) {
        if (!(y[i] > y[i - 1] && y[i] >= y[i + 1])) continue;
        summit s = {i, i, i, 0};
        for (int k = i - 1; k >= 0 && y[k] <= y[i]; k--)
            if (y[k] < y[s.left]) s.left = k;
        for (int k = i + 1; k < n && y[k] <= y[i]; k++)
            if (y[k] < y[s.right]) s.right = k;
        s.prominence = y[i] - fmax(y[s.left], y[s.right]);
        if (s.prominence >= least) found[count++] = s;
    }
    return count;
}

/* The two feet between which a summit stands alone: the lowest points on the way to its neighbours. */
static void part(const double *y, int n, summit *s, int count) {
    for (int i = 0; i < count; i++) {
        int from = i > 0 ? s[i - 1].top : 0, to = i + 1 < count ? s[i + 1].top : n - 1;
        s[i].left = s[i].right = s[i].top;
        for (int k = from; k < s[i].top; k++)
            if (y[k] < y[s[i].left]) s[i].left = k;
        for (int k = s[i].top + 1; k <= to; k++)
            if (y[k] < y[s[i].right]) s[i].right = k;
    }
}

/* Vertex of the least-squares parabola over from .. to. */
static double vertex(const double *y, int from, int to) {
    double middle = 0.5 * (from + to), s2 = 0, s4 = 0, y0 = 0, y1 = 0, y2 = 0, n = to - from + 1;
    for (int k = from; k <= to; k++) {
        double x = k - middle;
        s2 += x * x;
        s4 += x * x * x * x;
        y0 += y[k];
        y1 += x * y[k];
        y2 += x * x * y[k];
    }
    double bend = (n * y2 - s2 * y0) / (n * s4 - s2 * s2);
    return bend < 0 ? middle - y1 / s2 / (2 * bend) : NAN;
}

/* Above the line between the feet. */
static double above(const double *y, const summit *s, int k) {
    double part = s->right > s->left ? (double)(k - s->left) / (s->right - s->left) : 0;
    return y[k] - y[s->left] - part * (y[s->right] - y[s->left]);
}

/* Where the curve above the feet's line falls to half of its height, from the top in a direction; NAN if it does not before the foot. */
static double half_point(const double *y, const summit *s, int step) {
    double half = 0.5 * above(y, s, s->top);
    int foot = step < 0 ? s->left : s->right;
    for (int k = s->top; k != foot; k += step) {
        double a = above(y, s, k), b = above(y, s, k + step);
        if (b <= half && a > half) return k + step * (a - half) / (a - b);
    }
    return NAN;
}

static double full_width(const double *y, const summit *s) { return half_point(y, s, 1) - half_point(y, s, -1); }

/* The stretch for the vertex: what is above half the height, narrowed to be even about the top, at least FEWEST points. */
static void stretch(const double *y, int n, const summit *s, int *from, int *to) {
    double left = s->top - half_point(y, s, -1), right = half_point(y, s, 1) - s->top, reach = fmin(isnan(left) ? 1e9 : left, isnan(right) ? 1e9 : right);
    int half = reach < 1e8 ? (int)(0.7 * reach) : 0;
    if (half < FEWEST / 2) half = FEWEST / 2;
    *from = s->top - half < 0 ? 0 : s->top - half;
    *to = s->top + half > n - 1 ? n - 1 : s->top + half;
}

/* ---- sub-peaks ------------------------------------------------------------------------------------ */

/* Minus the second derivative, by least-squares parabolas over 2 half + 1 points; NAN near the ends. */
static void bend_of(const double *y, int n, int half, double *out) {
    double s2 = 0, s4 = 0, points = 2 * half + 1;
    for (int x = -half; x <= half; x++) {
        s2 += x * x;
        s4 += (double)x * x * x * x;
    }
    for (int k = 0; k < n; k++) {
        double y0 = 0, y2 = 0;
        out[k] = k < half || k >= n - half ? -INFINITY : 0;
        if (out[k] < 0) continue;
        for (int x = -half; x <= half; x++) {
            y0 += y[k + x];
            y2 += x * x * y[k + x];
        }
        out[k] = -2 * (points * y2 - s2 * y0) / (points * s4 - s2 * s2);
    }
}

/* ---- errors ----------------------------------------------------------------------------------------- */

/* What is asked of the curve and of each curve without a block. */
typedef struct {
    const double *curve, *without;
    int64_t blocks;
    int n;
} sources;

static double jackknife(const double *value, int64_t blocks) {
    double mean = 0, square = 0;
    for (int64_t b = 0; b < blocks; b++) mean += value[b] / (double)blocks;
    for (int64_t b = 0; b < blocks; b++) square += (value[b] - mean) * (value[b] - mean);
    return blocks < 2 ? NAN : sqrt(square * (double)(blocks - 1) / (double)blocks) * (1 + 0.5 / (double)(blocks - 1));
}

static double typical_error(const sources *s, double *room) {
    double sum = 0;
    for (int k = 0; k < s->n; k++) {
        for (int64_t b = 0; b < s->blocks; b++) room[b] = s->without[(size_t)b * (size_t)s->n + (size_t)k];
        double e = jackknife(room, s->blocks);
        sum += e * e / s->n;
    }
    return sqrt(sum);
}

static double bend_error(const sources *s, int half, int at, double *room, double *bend) {
    for (int64_t b = 0; b < s->blocks; b++) {
        int from = at - half < 0 ? 0 : at - half;
        bend_of(s->without + (size_t)b * (size_t)s->n + from, 2 * half + 1, half, bend);
        room[b] = bend[half];
    }
    return jackknife(room, s->blocks);
}

/* ---- the peaks --------------------------------------------------------------------------------------- */

typedef struct {
    sources from;
    int most, found, half;
    double *peaks;     /* [most][VITRO_REGION_PEAK_FIELDS] */
    double *position;  /* [most][1 + blocks]: of the curve, then without each block */
    double *room, *bend, *width;
} search;

static double *fields(const search *s, int i) { return s->peaks + (size_t)i * VITRO_REGION_PEAK_FIELDS; }

static double *positions(const search *s, int i) { return s->position + (size_t)i * (size_t)(1 + s->from.blocks); }

static const double *without(const search *s, int64_t b) { return s->from.without + (size_t)b * (size_t)s->from.n; }

static void add_peak(search *s, const summit *at) {
    const double *y = s->from.curve;
    double *f = fields(s, s->found), *p = positions(s, s->found);
    int from, to;
    stretch(y, s->from.n, at, &from, &to);
    p[0] = vertex(y, from, to);
    for (int64_t b = 0; b < s->from.blocks; b++) {
        p[b + 1] = vertex(without(s, b), from, to);
        s->width[b] = full_width(without(s, b), at);
    }
    if (!(p[0] >= from && p[0] <= to)) return;
    f[VITRO_REGION_PEAK_KIND] = 0;
    f[VITRO_REGION_PEAK_POSITION] = p[0];
    f[VITRO_REGION_PEAK_POSITION_ERROR] = jackknife(p + 1, s->from.blocks);
    f[VITRO_REGION_PEAK_WIDTH] = full_width(y, at);
    f[VITRO_REGION_PEAK_WIDTH_ERROR] = jackknife(s->width, s->from.blocks);
    f[VITRO_REGION_PEAK_HEIGHT] = above(y, at, at->top);
    s->found++;
}

/* Root mean square over the curve: one point's own error, from few blocks, is too small here and there. */
static double typical_bend_error(search *s) {
    double sum = 0;
    int count = 0;
    for (int k = s->half; k < s->from.n - s->half; k += s->half, count++) sum += pow(bend_error(&s->from, s->half, k, s->room, s->width), 2);
    return sqrt(sum / count);
}

/* A sub-peak is where the curve is bent down most, away from every peak's top. */
static void add_sub_peak(search *s, const summit *at, double typical) {
    double *f = fields(s, s->found), *p = positions(s, s->found);
    double error = bend_error(&s->from, s->half, at->top, s->room, s->width);
    if (!(at->prominence > SIGNIFICANT * fmax(error, typical))) return;
    int from = at->top - s->half, to = at->top + s->half;
    if (from < s->half || to >= s->from.n - s->half) return;
    for (int64_t b = -1; b < s->from.blocks; b++) {
        bend_of(b < 0 ? s->from.curve : without(s, b), s->from.n, s->half, s->bend);
        p[b + 1] = vertex(s->bend, from, to);
    }
    if (!(p[0] >= from && p[0] <= to)) return;
    for (int k = 0; k < VITRO_REGION_PEAK_FIELDS; k++) f[k] = NAN;
    f[VITRO_REGION_PEAK_KIND] = 1;
    f[VITRO_REGION_PEAK_POSITION] = p[0];
    f[VITRO_REGION_PEAK_POSITION_ERROR] = jackknife(p + 1, s->from.blocks);
    s->found++;
}

static void find_peaks(search *s) {
    summit tops[MOST_TOPS];
    const double *y = s->from.curve;
    double low = INFINITY, high = -INFINITY;
    for (int k = 0; k < s->from.n; k++) {
        low = fmin(low, y[k]);
        high = fmax(high, y[k]);
    }
    double noise = typical_error(&s->from, s->room), least = fmax(LEAST_PROMINENT * (high - low), isnan(noise) ? 0 : SIGNIFICANT * noise);
    int count = find_summits(y, s->from.n, fmax(least, 1e-300), tops, MOST_TOPS);
    part(y, s->from.n, tops, count);
    for (int i = 0; i < count && s->found < s->most; i++) add_peak(s, &tops[i]);
}

/* Smoothed over a fifth of the first peak's width. */
static void find_sub_peaks(search *s) {
    summit bends[MOST_TOPS];
    int peaks = s->found;
    double width = peaks > 0 ? fields(s, 0)[VITRO_REGION_PEAK_WIDTH] : NAN, most = 0;
    s->half = isnan(width) ? 2 : (int)fmax(2, rint(0.2 * width));
    if (s->from.n < 6 * s->half + 3) return;
    bend_of(s->from.curve, s->from.n, s->half, s->bend);
    for (int i = 0; i < peaks; i++) most = fmax(most, s->bend[(int)rint(fields(s, i)[VITRO_REGION_PEAK_POSITION])]);
    double typical = typical_bend_error(s);
    int count = find_summits(s->bend + s->half, s->from.n - 2 * s->half, fmax(LEAST_BENT * most, 1e-300), bends, MOST_TOPS);
    for (int i = 0; i < count && s->found < s->most; i++) {
        bends[i].top += s->half;
        bend_of(s->from.curve, s->from.n, s->half, s->bend);
        int is_top = !(s->bend[bends[i].top] > LEAST_BENT * most);
        for (int k = 0; k < peaks; k++) {
            const double *f = fields(s, k);
            double reach = fmax(s->half, isnan(f[VITRO_REGION_PEAK_WIDTH]) ? 0 : 0.4 * f[VITRO_REGION_PEAK_WIDTH]);
            is_top |= fabs(f[VITRO_REGION_PEAK_POSITION] - bends[i].top) <= reach;
        }
        if (!is_top) add_sub_peak(s, &bends[i], typical);
    }
}

/* In the order of positions; ratios are those of q or r, so the axis is needed. */
static void conclude(search *s, double origin, double step) {
    for (int i = 0; i < s->found; i++) {
        double *f = fields(s, i), *p = positions(s, i), *first = positions(s, 0);
        for (int64_t b = 0; b < s->from.blocks; b++) s->room[b] = (origin + step * p[b + 1]) / (origin + step * first[b + 1]);
        f[VITRO_REGION_PEAK_RATIO] = (origin + step * p[0]) / (origin + step * first[0]);
        f[VITRO_REGION_PEAK_RATIO_ERROR] = jackknife(s->room, s->from.blocks);
    }
    for (int i = 0; i < s->found; i++) {
        double *f = fields(s, i);
        f[VITRO_REGION_PEAK_POSITION] = origin + step * f[VITRO_REGION_PEAK_POSITION];
        f[VITRO_REGION_PEAK_POSITION_ERROR] *= fabs(step);
        f[VITRO_REGION_PEAK_WIDTH] *= fabs(step);
        f[VITRO_REGION_PEAK_WIDTH_ERROR] *= fabs(step);
    }
}

vitro_status vitro_region_peaks(const double *curve, const double *without_block, int64_t blocks, int n, double origin, double step, int most, double *peaks,
                                int64_t *found) {
    if (n < FEWEST || blocks < 1 || most < 1) return vitro_fail(VITRO_ARGUMENT, "peaks of a curve of %d points, %lld blocks", n, (long long)blocks);
    for (int k = 0; k < n; k++)
        if (!isfinite(curve[k])) return vitro_fail(VITRO_DATA, "the mean curve is not known at point %d of %d", k, n);
    size_t each = 1 + (size_t)blocks;
    search s = {.from = {curve, without_block, blocks, n}, .most = most, .peaks = peaks, .position = vitro_alloc((size_t)most * each + 2 * each + 2 * (size_t)n, sizeof(double))};
    if (!s.position) return VITRO_MEMORY;
    s.room = s.position + (size_t)most * each;
    s.width = s.room + each; /* also room for the bends of a stretch */
    s.bend = s.width + each + (size_t)n;
    find_peaks(&s);
    if (s.found > 0) find_sub_peaks(&s);
    if (s.found > 0) conclude(&s, origin, step);
    *found = s.found;
    free(s.position);
    return VITRO_OK;
}
