/* SPDX-License-Identifier: GPL-3.0-or-later
 * What the tests of the PDF share: usual options, results by name, maxima. */
#ifndef PDF_CHECK_H
#define PDF_CHECK_H

#include "check.h"

#define PI 3.14159265358979323846

/* From q = 0 on, the whole range, 10 Angstrom in steps of 0.02. */
static inline vitro_pdf_options pdf_options(int bins, double q_max) {
    return (vitro_pdf_options){.q_first = 0.5 * q_max / bins, .q_step = q_max / bins, .fit_min = 0.25, .fit_max = q_max, .shortest = 2,
                               .r_max = 10, .r_step = 0.02, .bins = bins, .order = 4};
}

typedef struct {
    int first, bins, points;
    float *all, *gr, *scale, *residual, *status, *sq;
} pdf_result;

static inline pdf_result reduced(const vitro_pdf_options *o, const char *composition, const float *block, int64_t n) {
    vitro_pdf *pdf;
    int64_t shape[4];
    assert_ok(vitro_pdf_new(o, composition, &pdf));
    vitro_pdf_shape(pdf, shape);
    assert_int_equal(shape[3], o->bins);
    pdf_result r = {.first = (int)shape[0], .bins = (int)shape[1], .points = (int)shape[2]};
    r.all = malloc(sizeof(float) * (size_t)(shape[1] + shape[2] + 3) * (size_t)n);
    assert_ok(vitro_pdf_reduce(pdf, block, n, 1, r.all));
    r.gr = r.all;
    r.scale = r.gr + shape[2] * n;
    r.residual = r.scale + n;
    r.status = r.residual + n;
    r.sq = r.status + n;
    vitro_pdf_free(pdf);
    return r;
}

static inline double largest(const float *value, int n) {
    double most = 0;
    for (int i = 0; i < n; i++) most = fmax(most, fabs(value[i]));
    return most;
}

/* Position of the maximum of G(r) between two radii: vertex of a parabola through the points within 0.1 Angstrom of the highest. */
static inline double maximum_near(const float *gr, double step, double from, double to) {
    int best = (int)(from / step), reach = (int)rint(0.1 / step);
    for (int i = best; i < to / step; i++)
        if (gr[i] > gr[best]) best = i;
    double s0 = 0, s2 = 0, s4 = 0, y0 = 0, y1 = 0, y2 = 0;
    for (int d = -reach; d <= reach; d++) {
        double y = gr[best + d];
        s0++, s2 += d * d, s4 += (double)d * d * d * d;
        y0 += y, y1 += y * d, y2 += y * d * d;
    }
    double slope = y1 / s2, curvature = (y2 * s0 - y0 * s2) / (s4 * s0 - s2 * s2);
    return (best + 1 - slope / (2 * curvature)) * step;
}

static inline double correlation(const float *a, const float *b, int n) {
    double sa = 0, sb = 0, aa = 0, bb = 0, ab = 0;
    for (int i = 0; i < n; i++) sa += a[i], sb += b[i];
    for (int i = 0; i < n; i++) {
        double x = a[i] - sa / n, y = b[i] - sb / n;
        aa += x * x, bb += y * y, ab += x * y;
    }
    return ab / sqrt(aa * bb);
}

#endif
