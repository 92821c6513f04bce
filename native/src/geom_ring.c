/* Radial profile, the first ring in it, and the ellipse that makes the ring round.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "geom.h"
#include "ring_model.h"
#include "solve.h"

static const double PI = 3.14159265358979323846;

vitro_status vitro_radial_profile(const float *mean, const uint8_t *mask, int width, int height, const double center[2],
                                  const double ellipse[3], int bins, float *profile) {
    const pattern p = {width, height, mean, mask};
    if (vitro_size_check(width, height) != VITRO_OK) return VITRO_ARGUMENT;
    if (bins < 1) return vitro_fail(VITRO_ARGUMENT, "a radial profile of %d bins", bins);
    double *sum = vitro_calloc(2 * (size_t)bins, sizeof *sum), *count = sum + bins;
    if (!sum) return VITRO_MEMORY;
    for (int y = 0; y < height; y++)
        for (int x = 0; x < width; x++) {
            double dx = x - center[0], dy = y - center[1];
            double r = hypot(ellipse[0] * dx + ellipse[1] * dy, ellipse[1] * dx + ellipse[2] * dy);
            if (!(r < bins) || !pattern_has(&p, y * width + x)) continue;
            sum[(int)r] += mean[y * width + x];
            count[(int)r]++;
        }
    for (int i = 0; i < bins; i++) profile[i] = count[i] > 0 ? (float)(sum[i] / count[i]) : NAN;
    free(sum);
    return VITRO_OK;
}

/* ---- first ring ------------------------------------------------------------------ */

/* The first ring reaches from about 0.72 to 1.35 of its radius in metallic glasses: from the foot of the small-angle
 * scattering to the minimum before the second ring. */
static const double RING_INNER = 0.72, RING_OUTER = 1.35;

/* Standard errors by which a ring must stand above its sides, and be sharper than a bend: of profiles that are noise on
 * a smooth fall-off, 8 in 100 pass at most, most often none. */
static const double CONTRAST_ERRORS = 4, SHARP_ERRORS = 3;

/* An estimate and the variance of its error. */
typedef struct {
    double value, variance;
} estimate;

/* ln of the profile at a radius, from a line through 4 % of the radius (a mean would be drawn inwards at the profile's end). Third
 * differences, to which a smooth profile gives next to nothing, tell the noise. NaN where less than half of the bins are known. */
static estimate smooth_log(const float *profile, int bins, double r) {
    double width = fmax(1, 0.02 * r), all = 0, s0 = 0, s1 = 0, s2 = 0, p0 = 0, p1 = 0, noise = 0, told = 0, gain = 0;
    int from = (int)fmax(0, floor(r - 3 * width)), to = (int)floor(r + 3 * width);
    for (int i = from; i <= to; i++) {
        double x = (i + 0.5 - r) / width, w = exp(-0.5 * x * x);
        all += w;
        if (i >= bins || !isfinite(profile[i])) continue;
        s0 += w;
        s1 += w * x;
        s2 += w * x * x;
        p0 += w * profile[i];
        p1 += w * x * profile[i];
    }
    double d = s0 * s2 - s1 * s1, level = (s2 * p0 - s1 * p1) / d;
    if (!(s0 > 0.5 * all && d > 0 && level > 0)) return (estimate){NAN, NAN};
    for (int i = from; i <= to && i < bins; i++) {
        double x = (i + 0.5 - r) / width, w = exp(-0.5 * x * x), share = w * (s2 - s1 * x) / d;
        if (isfinite(profile[i])) gain += share * share;
        if (i + 3 > to || i + 3 >= bins) continue;
        double third = (double)profile[i] - profile[i + 3] + 3.0 * ((double)profile[i + 2] - profile[i + 1]);
        if (!isfinite(third)) continue;
        noise += third * third / 20;
        told++;
    }
    return (estimate){log(level), noise / told * gain / (level * level)};
}

/* How far ln P at r lies above the power law through two other radii: blind to any fall-off, however steep. */
static estimate above_power_law(const float *profile, int bins, double inner, double r, double outer) {
    estimate a = smooth_log(profile, bins, inner), b = smooth_log(profile, bins, outer), c = smooth_log(profile, bins, r);
    double t = log(r / inner) / log(outer / inner);
    return (estimate){c.value - a.value - (b.value - a.value) * t,
                      c.variance + (1 - t) * (1 - t) * a.variance + t * t * b.variance};
}

/* How far a ring at r stands above both its sides. NaN where it is no sharper than a bend (what merely bends, such as an exponential, is
 * a parabola in ln r near by), where the inner side is the darker one by a quarter (the rim of a beam stop) or the outer one darker than
 * by the fourth power (the rim of the direct beam's disc or of an aperture). *certain: whether both are more than noise. */
static double ring_contrast(const float *profile, int bins, double r, double last, int *certain) {
    const double side = 0.12;
    double inner = RING_INNER * r, outer = fmin(RING_OUTER * r, last - 1); /* at last itself half of the smoothing is unknown */
    if (outer < 1.12 * r) return NAN;
    double a = smooth_log(profile, bins, inner).value, b = smooth_log(profile, bins, outer).value;
    if (!(a > b - 0.3 && a - b < 4 * log(outer / inner))) return NAN;
    estimate contrast = above_power_law(profile, bins, inner, r, outer);
    estimate near = above_power_law(profile, bins, (1 - side) * r, r, (1 + side) * r);
    double bend = log(1 - side) * log(1 + side) / (log(RING_INNER) * log(outer / r));
    *certain = contrast.value > CONTRAST_ERRORS * sqrt(contrast.variance) &&
               near.value - bend * contrast.value > SHARP_ERRORS * sqrt(near.variance + bend * bend * contrast.variance);
    return near.value > 1.6 * bend * contrast.value ? contrast.value : NAN;
}

/* Vertex of a parabola through the profile within 4 % of a radius: the smooth curve's maximum is drawn to the gentler flank. */
static double parabola_vertex(const float *profile, int bins, double radius) {
    double reach = fmax(2.5, 0.04 * radius), a[9] = {0}, b[3] = {0};
    int n = 0;
    for (int i = (int)ceil(radius - reach - 0.5); i + 0.5 <= radius + reach; i++) {
        if (i < 0 || i >= bins || !isfinite(profile[i])) continue;
        const double x = (i + 0.5 - radius) / reach, row[3] = {1, x, x * x};
        n++;
        for (int j = 0; j < 3; j++) {
            b[j] += row[j] * profile[i];
            for (int k = 0; k < 3; k++) a[3 * j + k] += row[j] * row[k];
        }
    }
    if (n < 5 || solve_positive(a, b, 3) != VITRO_OK || !(b[2] < 0 && fabs(b[1]) < -2 * b[2])) return radius;
    return radius - 0.5 * b[1] / b[2] * reach;
}

/* The intensity's own maximum near a radius, if it has one. */
static double nearby_maximum(const float *profile, int bins, double radius) {
    double from = 0.92 * radius, to = 1.08 * radius, best = -INFINITY, at = radius, step = 0.1;
    for (double r = from; r <= to; r += step) {
        double value = smooth_log(profile, bins, r).value;
        if (value > best) {
            best = value;
            at = r;
        }
    }
    return at - from > 2 * step && to - at > 2 * step ? parabola_vertex(profile, bins, at) : radius;
}

vitro_status vitro_find_ring(const float *profile, int bins, double ring[3]) {
    double best = NAN, radius = 0, last = bins;
    int certain = 0, sure = 0;
    while (last > 0 && !isfinite(profile[(int)last - 1])) last--;
    /* Nearer to the centre than a twentieth of the pattern lies the direct beam or the beam stop's tip. */
    for (double r = fmax(8, 0.05 * last); r < last / 1.12; r += 0.5) {
        /* Weighted like its significance, which grows with the root of the ring's pixels. */
        double contrast = sqrt(r / last) * ring_contrast(profile, bins, r, last, &sure);
        if (isfinite(contrast) && !(contrast <= best)) {
            best = contrast;
            radius = r;
            certain = sure;
        }
    }
    if (!(best > 0.01)) return vitro_fail(VITRO_DATA, "no ring was found in the radial profile of %d px", bins);
    if (!certain) return vitro_fail(VITRO_DATA, "no ring stands out from the noise of the radial profile of %d px", bins);
    ring[0] = nearby_maximum(profile, bins, radius);
    ring[1] = RING_INNER * radius;
    ring[2] = fmin(RING_OUTER * radius, last);
    return VITRO_OK;
}

/* ---- roundness --------------------------------------------------------------------- */

/* Sum of an image over every cell. */
static void cell_sums_of(const float *image, const ring_cells *cells, double *sum) {
    memset(sum, 0, sizeof *sum * (size_t)cells->cells);
    for (const cell_tile *tile = cells->tile; tile < cells->tile + cells->tiles; tile++)
        for (const cell_run *run = cells->run + tile->first_run; run < cells->run + tile->first_run + tile->runs; run++)
            for (int i = 0; i < run->length; i++) sum[run->cell] += image[tile->offset + run->first + i];
}

/* The azimuthal mean of every bin and its slope per bin; NaN where no pixel. */
static void mean_of_sectors(const ring_cells *cells, const double *sum, double *mean, double *slope) {
    int bins = cells->bins;
    for (int b = 0; b < bins; b++) {
        double total = 0, pixels = 0;
        for (int s = 0; s < SECTORS; s++) {
            total += sum[s * bins + b];
            pixels += cells->pixels[s * bins + b];
        }
        mean[b] = pixels > 0 ? total / pixels : NAN;
    }
    for (int b = 0; b < bins; b++)
        slope[b] = b == 0 || b == bins - 1 ? NAN : (mean[b + 1] - mean[b - 1]) / 2;
}

/* How far (bins, outwards) a sector's profile is shifted against the mean one, with free scale and offset; 0 if it cannot be told. */
static int sector_shift(const ring_cells *cells, const double *sum, const double *mean, const double *slope, int sector, double *shift,
                        double *weight) {
    double a[9] = {0}, b[3] = {0}, information;
    int n = 0;
    for (int bin = 0; bin < cells->bins; bin++) {
        int i = sector * cells->bins + bin;
        if (cells->pixels[i] == 0 || !isfinite(slope[bin]) || !isfinite(mean[bin])) continue;
        const double row[3] = {mean[bin], 1, -slope[bin]};
        double w = cells->pixels[i] / fmax(fabs(mean[bin]), 1e-30);
        n++;
        for (int j = 0; j < 3; j++) {
            b[j] += w * row[j] * sum[i] / cells->pixels[i];
            for (int k = 0; k < 3; k++) a[3 * j + k] += w * row[j] * row[k];
        }
    }
    information = a[8];
    if (n < cells->bins / 2 || n < 6 || solve_positive(a, b, 3) != VITRO_OK || !(b[0] > 0)) return 0;
    *shift = fmax(-4, fmin(4, b[2] / b[0]));
    *weight = information;
    return isfinite(*shift);
}

/* Least-squares shift (dx, dy), ellipse (e1 cos 2 phi + e2 sin 2 phi) and size from the sectors' shifts. */
static vitro_status fit_shifts(const ring_cells *cells, const double *sum, const double *mean, const double *slope, int with_ellipse,
                               double out[5]) {
    double a[25] = {0}, b[5] = {0};
    int n = with_ellipse ? 5 : 3, known = 0;
    for (int s = 0; s < SECTORS; s++) {
        double shift, weight, phi = (s + 0.5) * 2 * PI / SECTORS;
        if (!sector_shift(cells, sum, mean, slope, s, &shift, &weight)) continue;
        const double row[5] = {1, cos(phi), sin(phi), cos(2 * phi), sin(2 * phi)};
        known++;
        for (int j = 0; j < n; j++) {
            b[j] += weight * row[j] * shift * cells->bin_width;
            for (int k = 0; k < n; k++) a[n * j + k] += weight * row[j] * row[k];
        }
    }
    if (known < SECTORS / 3) return vitro_fail(VITRO_DATA, "the ring is seen in %d of %d directions only", known, SECTORS);
    vitro_status status = solve_positive(a, b, n);
    if (status == VITRO_OK) memcpy(out, b, sizeof b);
    return status;
}

/* One round: cells about the present centre, shifts, correction. *moved = how far the ring was from round, px. */
static vitro_status rounder(const pattern *p, const uint8_t *mask, double ring_min, double ring_max, int with_ellipse, double center[2],
                            double e[3], double *moved) {
    const vitro_geometry g = {center[0], center[1], e[0], e[1], e[2], ring_min, ring_max, mask};
    double width = fmax(1, (ring_max - ring_min) / 64), fit[5] = {0};
    ring_cells *cells;
    vitro_status status = ring_cells_new(&g, p->width, p->height, ring_min, width, (int)((ring_max - ring_min) / width), &cells);
    if (status != VITRO_OK) return status;
    double *sum = vitro_alloc((size_t)cells->cells + 2 * (size_t)cells->bins, sizeof *sum);
    if (!sum) status = VITRO_MEMORY;
    if (status == VITRO_OK) {
        double *mean = sum + cells->cells, *slope = mean + cells->bins;
        cell_sums_of(p->mean, cells, sum);
        mean_of_sectors(cells, sum, mean, slope);
        status = fit_shifts(cells, sum, mean, slope, with_ellipse, fit);
    }
    if (status == VITRO_OK) {
        double r0 = (ring_min + ring_max) / 2, x = -fit[3] / r0, y = -fit[4] / r0, det;
        center[0] += fit[1];
        center[1] += fit[2];
        /* E <- (1 + diag-and-shear) E, kept symmetric with determinant 1. */
        const double old[3] = {e[0], e[1], e[2]};
        e[0] = (1 + x) * old[0] + y * old[1];
        e[2] = y * old[1] + (1 - x) * old[2];
        e[1] = old[1] + 0.5 * y * (old[0] + old[2]);
        det = sqrt(e[0] * e[2] - e[1] * e[1]);
        for (int i = 0; i < 3; i++) e[i] /= det;
        *moved = hypot(hypot(fit[1], fit[2]), hypot(fit[3], fit[4]));
    }
    ring_cells_free(cells);
    free(sum);
    return status;
}

vitro_status geom_round_ring(const pattern *p, double ring_min, double ring_max, int with_ellipse, double center[2], double ellipse[3]) {
    size_t pixels = (size_t)p->width * (size_t)p->height;
    uint8_t *mask = vitro_alloc(pixels, 1);
    if (!mask) return VITRO_MEMORY;
    for (size_t i = 0; i < pixels; i++) mask[i] = !pattern_has(p, (int)i);
    double c[2] = {center[0], center[1]}, e[3] = {ellipse[0], ellipse[1], ellipse[2]}, moved = 1;
    vitro_status status = VITRO_OK;
    for (int i = 0; i < 12 && status == VITRO_OK && moved > 1e-3; i++)
        status = rounder(p, mask, ring_min, ring_max, with_ellipse, c, e, &moved);
    free(mask);
    if (status == VITRO_OK && !(hypot(c[0] - center[0], c[1] - center[1]) < ring_max - ring_min && fabs(e[0] - e[2]) < 0.5))
        status = vitro_fail(VITRO_DATA, "the ring between %.1f and %.1f px has no centre near (%.1f, %.1f)", ring_min, ring_max, center[0], center[1]);
    if (status != VITRO_OK) return status;
    memcpy(center, c, sizeof c);
    memcpy(ellipse, e, sizeof e);
    return VITRO_OK;
}

vitro_status vitro_find_ellipse(const float *mean, int width, int height, const vitro_geometry *g, double center[2], double ellipse[3]) {
    const pattern p = {width, height, mean, g->mask};
    double c[2] = {g->center_x, g->center_y}, e[3] = {g->ellipse_xx, g->ellipse_xy, g->ellipse_yy};
    vitro_status status = vitro_size_check(width, height);
    if (status == VITRO_OK) status = ring_geometry_check(g, width, height);
    if (status == VITRO_OK) status = geom_round_ring(&p, g->ring_min, g->ring_max, 1, c, e);
    if (status != VITRO_OK) return status;
    memcpy(center, c, sizeof c);
    memcpy(ellipse, e, sizeof e);
    return VITRO_OK;
}
