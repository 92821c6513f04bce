/* Peaks of a pair distribution function that tell how the coordination shells are connected.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include <math.h>

#include "error.h"

static const double R1_FROM = 1.5, R1_TO = 4; /* Angstrom */
static const double R2_FROM = 1.3, R2_TO = 2.2; /* R1 */

typedef struct {
    const double *value;
    int n;
    double first, step;
} curve;

static double radius(const curve *c, double i) { return c->first + i * c->step; }

/* First point at or above r, last point at or below. */
static int point_from(const curve *c, double r) { return (int)fmax(0, fmin(c->n, ceil((r - c->first) / c->step))); }
static int point_to(const curve *c, double r) { return (int)fmin(c->n - 1, fmax(-1, floor((r - c->first) / c->step))); }

/* The highest point of a range that has lower neighbours on both sides; -1 = none. */
static int highest_maximum(const curve *c, double from, double to) {
    int best = -1;
    const int end = point_to(c, to);
    for (int i = point_from(c, from); i <= end; i++)
        if (i > 0 && i < c->n - 1 && c->value[i] > c->value[i - 1] && c->value[i] >= c->value[i + 1] && (best < 0 || c->value[i] > c->value[best])) best = i;
    return best;
}

/* Maximum of the parabola through a point and its neighbours. */
static double summit(const curve *c, int i) {
    const double a = c->value[i - 1], b = c->value[i], d = c->value[i + 1], bend = a - 2 * b + d;
    return radius(c, i + (bend < 0 ? (a - d) / (2 * bend) : 0));
}

static int minimum_beside(const curve *c, int i, int direction) {
    while (i + direction >= 0 && i + direction < c->n && c->value[i + direction] <= c->value[i]) i += direction;
    return i;
}

static double half_point(const curve *c, int peak, int low, double baseline, double slope, int direction) {
    const double half = 0.5 * (c->value[peak] - (baseline + slope * (peak - low)));
    for (int i = peak; i != low; i += direction) {
        const double here = c->value[i] - (baseline + slope * (i - low)), there = c->value[i + direction] - (baseline + slope * (i + direction - low));
        if (here >= half && there < half) return i + direction * (here - half) / (here - there);
    }
    return NAN;
}

static double full_width(const curve *c, int peak) {
    const int left = minimum_beside(c, peak, -1), right = minimum_beside(c, peak, 1);
    const double slope = (c->value[right] - c->value[left]) / (right - left);
    return c->step * (half_point(c, peak, right, c->value[right], slope, 1) - half_point(c, peak, left, c->value[left], slope, -1));
}

/* Beyond the second peak: its own maximum if it has one, else where the slope of the falling side is nearest to zero between two steeper parts. */
static double shoulder(const curve *c, int second, double to) {
    const int end = point_to(c, to), low = minimum_beside(c, second, 1);
    const int maximum = highest_maximum(c, radius(c, low), to);
    if (maximum > 0 && low < end) return summit(c, maximum);
    int best = -1;
    for (int i = second + 2; i < low - 1 && i <= end; i++) {
        const double before = c->value[i] - c->value[i - 1], here = c->value[i + 1] - c->value[i], after = c->value[i + 2 < c->n ? i + 2 : i + 1] - c->value[i + 1];
        if (here > before && here >= after && (best < 0 || here > c->value[best + 1] - c->value[best])) best = i;
    }
    return best < 0 ? NAN : radius(c, best + 0.5);
}

vitro_status vitro_pdf_reading(const double *values, int n, double first, double step, double out[VITRO_PDF_READINGS]) {
    if (n < 3 || !(step > 0)) return vitro_fail(VITRO_ARGUMENT, "a curve of %d points in steps of %g", n, step);
    const curve c = {values, n, first, step};
    for (int i = 0; i < VITRO_PDF_READINGS; i++) out[i] = NAN;
    const int peak = highest_maximum(&c, R1_FROM, R1_TO);
    if (peak < 0) return VITRO_OK;
    out[VITRO_PDF_R1] = summit(&c, peak);
    out[VITRO_PDF_FWHM] = full_width(&c, peak);
    const double to = R2_TO * out[VITRO_PDF_R1];
    const int second = highest_maximum(&c, R2_FROM * out[VITRO_PDF_R1], to);
    if (second < 0) return VITRO_OK;
    out[VITRO_PDF_R2] = summit(&c, second);
    out[VITRO_PDF_SHOULDER] = shoulder(&c, second, to);
    return VITRO_OK;
}
