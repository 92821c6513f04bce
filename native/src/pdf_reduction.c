/* From profiles to structure factors and pair distribution functions.
 *
 *   N      = least squares of I(q) against N <f^2> over the upper quarter of the range
 *   phi0   = q (I - N <f^2>) / (N <f>^2)
 *   phi    = phi0 - P(q), P = c_1 q + c_2 q^2 ... fitted over the whole range (pdf_background.c): the background is B = N <f>^2 P / q
 *   S(q)   = 1 + phi / q
 *   G(r)   = 8 pi Int phi(q) w(q) exp(-b q^2) sin(2 pi q r) dq, or the integral alone
 *
 * N and P are linear in I and phi0, so that what all profiles share is made once: their weights, and the transform as a matrix.
 * The integral runs over the bins that take part, edge to edge, by the midpoint rule. At an end that is not q = 0, where the integrand is even, the Euler-
 * Maclaurin terms are taken off by weights that are exact for polynomials of fourth order.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "error.h"
#include "kernels.h"
#include "pdf_background.h"

static const double PI = 3.14159265358979323846;

enum { LEAST_BINS = 8, MOST_POINTS = 100000, MOST_BINS = 1 << 20 };

struct vitro_pdf {
    const pdf_kernels *kernels;
    pdf_curves curves;
    int first, bins_of_profile; /* the first bin that takes part; bins of a whole profile */
    int points, rows;           /* of G(r), and rounded up to whole rows of the kernel */
    float *transform;           /* as the kernel takes it */
    float *arrays;              /* the curves' memory */
    double *f2, *f_mean_2, *q;  /* [bins] */
};

/* ---- the options ---------------------------------------------------------------------- */

static vitro_status check_numbers(const vitro_pdf_options *o) {
    if (o->bins < 1 || o->bins > MOST_BINS || !(isfinite(o->q_first) && isfinite(o->q_step) && o->q_step > 0))
        return vitro_fail(VITRO_ARGUMENT, "a profile of %d bins from q = %g in steps of %g 1/Angstrom; bins 1 to %d, steps above 0", o->bins, o->q_first, o->q_step, MOST_BINS);
    if (o->order < 0 || o->order > PDF_MOST_ORDER)
        return vitro_fail(VITRO_ARGUMENT, "the order of the polynomial is %d; allowed are 0 (none) to %d", o->order, PDF_MOST_ORDER);
    if (o->window < VITRO_WINDOW_NONE || o->window > VITRO_WINDOW_GAUSSIAN || o->form < VITRO_PDF_G || o->form > VITRO_PDF_SINE_TRANSFORM)
        return vitro_fail(VITRO_ARGUMENT, "there is no window %d or no form %d of the PDF", o->window, o->form);
    if (!(o->damping >= 0 && isfinite(o->damping)))
        return vitro_fail(VITRO_ARGUMENT, "the damping is %g Angstrom^2; it must be 0 or above", o->damping);
    if (!(o->shortest >= 0 && o->shortest <= 10))
        return vitro_fail(VITRO_ARGUMENT, "the shortest distance of two atoms is %g Angstrom; allowed are 0 (plain fit) to 10", o->shortest);
    if (!(o->r_step > 0 && o->r_max >= o->r_step && o->r_max / o->r_step <= MOST_POINTS))
        return vitro_fail(VITRO_ARGUMENT, "r_max is %g and r_step %g Angstrom; 0 < r_step <= r_max, and at most %d steps", o->r_max, o->r_step, MOST_POINTS);
    return VITRO_OK;
}

static double q_of(const vitro_pdf_options *o, int bin) { return o->q_first + bin * o->q_step; }

/* The bins whose middle lies in the range. */
static vitro_status set_range(vitro_pdf *p, const vitro_pdf_options *o) {
    double low = q_of(o, 0) - 0.5 * o->q_step, high = q_of(o, o->bins - 1) + 0.5 * o->q_step, slack = 1e-6 * o->q_step;
    if (!(o->fit_min >= 0 && o->fit_max > o->fit_min && o->fit_min >= low - slack && o->fit_max <= high + slack))
        return vitro_fail(VITRO_ARGUMENT, "the fit's range from %g to %g 1/Angstrom does not lie in the profiles' q from %.5g to %.5g 1/Angstrom", o->fit_min, o->fit_max, fmax(0, low), high);
    p->first = (int)fmax(0, ceil((o->fit_min - slack - o->q_first) / o->q_step));
    if (q_of(o, p->first) <= slack) p->first++;
    int last = (int)fmin(o->bins - 1, floor((o->fit_max + slack - o->q_first) / o->q_step));
    p->curves.bins = last - p->first + 1;
    p->curves.order = o->order;
    if (p->curves.bins < LEAST_BINS + o->order)
        return vitro_fail(VITRO_ARGUMENT, "the fit's range from %g to %g 1/Angstrom holds %d bins of %g 1/Angstrom, at least %d are needed for a polynomial of order %d",
                          o->fit_min, o->fit_max, p->curves.bins < 0 ? 0 : p->curves.bins, o->q_step, LEAST_BINS + o->order, o->order);
    double quarter = o->fit_max - 0.25 * (o->fit_max - o->fit_min);
    while (q_of(o, p->first + p->curves.tail) < quarter - slack && p->curves.tail < p->curves.bins - 2) p->curves.tail++;
    p->bins_of_profile = o->bins;
    p->points = (int)floor(o->r_max / o->r_step + 1e-6);
    p->rows = (p->points + PDF_ROWS - 1) / PDF_ROWS * PDF_ROWS;
    return VITRO_OK;
}

/* ---- what all profiles share ------------------------------------------------------------- */

static vitro_status allocate(vitro_pdf *p) {
    size_t bins = (size_t)p->curves.bins;
    p->q = vitro_alloc(3 * bins, sizeof(double));
    p->arrays = vitro_alloc(bins * (size_t)(4 + 2 * p->curves.order), sizeof(float));
    p->transform = vitro_calloc(bins * (size_t)p->rows, sizeof(float));
    if (!p->q || !p->arrays || !p->transform) return VITRO_MEMORY;
    p->f2 = p->q + bins;
    p->f_mean_2 = p->f2 + bins;
    return VITRO_OK;
}

static void set_curves(vitro_pdf *p) {
    int bins = p->curves.bins;
    float *weight = p->arrays, *gain = weight + bins, *single = gain + bins, *inverse_q = single + bins;
    double square = 0;
    for (int z = p->curves.tail; z < bins; z++) square += p->f2[z] * p->f2[z];
    for (int z = 0; z < bins; z++) {
        weight[z] = z < p->curves.tail ? 0 : (float)(p->f2[z] / square);
        gain[z] = (float)(p->q[z] / p->f_mean_2[z]);
        single[z] = (float)(p->q[z] * p->f2[z] / p->f_mean_2[z]);
        inverse_q[z] = (float)(1 / p->q[z]);
    }
    p->curves.weight = weight;
    p->curves.gain = gain;
    p->curves.single = single;
    p->curves.inverse_q = inverse_q;
    p->curves.basis = inverse_q + bins;
    p->curves.measure = p->curves.basis + bins * p->curves.order;
}

static vitro_status set_background(vitro_pdf *p, double shortest) {
    int n = p->curves.bins * p->curves.order;
    if (n == 0) return VITRO_OK;
    double *both = vitro_alloc((size_t)n, 2 * sizeof *both);
    if (!both) return VITRO_MEMORY;
    vitro_status status = pdf_background(p->q, p->curves.bins, p->curves.order, shortest, both, both + n);
    float *out = p->arrays + 4 * (size_t)p->curves.bins;
    for (int i = 0; i < 2 * n; i++) out[i] = (float)both[i];
    free(both);
    return status;
}

/* Weight of a bin in the integral, in bin widths. */
static double bin_weight(const vitro_pdf *p, int z, double step) {
    static const double corrected[LEAST_BINS] = {741.0 / 640, 3547.0 / 5760, 527.0 / 384, 1571.0 / 1920, 2983.0 / 2880, 1, 1, 1};
    int last = p->curves.bins - 1, from_zero = fabs(p->q[0] - 0.5 * step) < 1e-6 * step;
    double weight = z < LEAST_BINS && !from_zero ? corrected[z] : 1;
    return last - z < LEAST_BINS ? weight * corrected[last - z] : weight;
}

static double window(const vitro_pdf_options *o, double q) {
    double x = q / o->fit_max, damping = exp(-o->damping * q * q);
    if (o->window == VITRO_WINDOW_LORCH) return damping * sin(PI * x) / (PI * x);
    if (o->window == VITRO_WINDOW_GAUSSIAN) return damping * exp(-log(10) * x * x);
    return damping;
}

static void set_transform(vitro_pdf *p, const vitro_pdf_options *o) {
    int bins = p->curves.bins;
    for (int z = 0; z < bins; z++) {
        double factor = (o->form == VITRO_PDF_G ? 8 * PI : 1) * o->q_step * bin_weight(p, z, o->q_step) * window(o, p->q[z]);
        for (int i = 0; i < p->points; i++)
            p->transform[((size_t)(i / PDF_ROWS) * (size_t)bins + (size_t)z) * PDF_ROWS + (size_t)(i % PDF_ROWS)] =
                (float)(factor * sin(2 * PI * p->q[z] * (i + 1) * o->r_step));
    }
}

static vitro_status build(vitro_pdf *p, const vitro_pdf_options *o, const char *composition) {
    vitro_status status = check_numbers(o);
    if (status == VITRO_OK) status = set_range(p, o);
    if (status == VITRO_OK) status = allocate(p);
    if (status != VITRO_OK) return status;
    for (int z = 0; z < p->curves.bins; z++) p->q[z] = q_of(o, p->first + z);
    status = vitro_scattering_factors((vitro_factors)o->factors, composition, p->q, p->curves.bins, p->f2, p->f_mean_2);
    if (status != VITRO_OK) return status;
    p->kernels = vitro_kernels_for((vitro_isa)o->isa)->pdf;
    set_curves(p);
    set_transform(p, o);
    return set_background(p, o->shortest);
}

vitro_status vitro_pdf_new(const vitro_pdf_options *options, const char *composition, vitro_pdf **pdf) {
    if (!options || !pdf || options->isa < 0 || !vitro_kernels_for((vitro_isa)options->isa)) return vitro_fail(VITRO_ARGUMENT, "a PDF needs options and kernels that this processor has");
    vitro_pdf *p = vitro_calloc(1, sizeof *p);
    if (!p) return VITRO_MEMORY;
    vitro_status status = build(p, options, composition);
    if (status == VITRO_OK) *pdf = p;
    else vitro_pdf_free(p);
    return status;
}

void vitro_pdf_free(vitro_pdf *p) {
    if (!p) return;
    free(p->q);
    free(p->arrays);
    free(p->transform);
    free(p);
}

void vitro_pdf_shape(const vitro_pdf *p, int64_t shape[4]) {
    shape[0] = p->first;
    shape[1] = p->curves.bins;
    shape[2] = p->points;
    shape[3] = p->bins_of_profile;
}

/* ---- profiles ------------------------------------------------------------------------- */

typedef struct {
    float *strip, *pdf;
    float scale[PDF_STRIP], residual[PDF_STRIP], missing[PDF_STRIP];
} scratch;

/* The bins that take part of up to PDF_STRIP profiles; the lanes that are left repeat the first. */
static void load(const vitro_pdf *p, const float *block, int64_t n, int64_t from, int count, float *strip) {
    for (int z = 0; z < p->curves.bins; z++, strip += PDF_STRIP) {
        const float *row = block + (size_t)(p->first + z) * (size_t)n + (size_t)from;
        memcpy(strip, row, sizeof(float) * (size_t)count);
        for (int l = count; l < PDF_STRIP; l++) strip[l] = row[0];
    }
}

static void store_sq(const vitro_pdf *p, const scratch *c, int64_t n, int count, float *sq) {
    for (int z = 0; z < p->curves.bins; z++)
        for (int l = 0; l < count; l++) sq[(size_t)z * (size_t)n + (size_t)l] = 1 + c->strip[z * PDF_STRIP + l] * p->curves.inverse_q[z];
}

static void store(const vitro_pdf *p, const scratch *c, int64_t n, int count, float *out) {
    float *fit = out + (size_t)p->points * (size_t)n;
    for (int i = 0; i < p->points; i++) memcpy(out + (size_t)i * (size_t)n, c->pdf + (size_t)i * PDF_STRIP, sizeof(float) * (size_t)count);
    for (int l = 0; l < count; l++) {
        fit[l] = c->scale[l];
        fit[n + l] = c->residual[l];
        fit[2 * n + l] = c->missing[l] != 0 ? VITRO_PROFILE_MISSING : isnan(c->scale[l]) ? VITRO_PROFILE_NO_SCALE : VITRO_PROFILE_GOOD;
    }
}

vitro_status vitro_pdf_reduce(const vitro_pdf *p, const float *block, int64_t n, int with_sq, float *out) {
    if (!p || !block || n < 1 || !out) return vitro_fail(VITRO_ARGUMENT, "a PDF needs profiles and room for the results");
    scratch c;
    c.strip = vitro_alloc((size_t)(p->curves.bins + p->rows) * PDF_STRIP, sizeof(float));
    if (!c.strip) return VITRO_MEMORY;
    c.pdf = c.strip + (size_t)p->curves.bins * PDF_STRIP;
    for (int64_t from = 0; from < n; from += PDF_STRIP) {
        int count = n - from < PDF_STRIP ? (int)(n - from) : PDF_STRIP;
        load(p, block, n, from, count, c.strip);
        p->kernels->reduce(&p->curves, c.strip, c.scale, c.residual, c.missing);
        if (with_sq) store_sq(p, &c, n, count, out + (size_t)(p->points + 3) * (size_t)n + from);
        p->kernels->product(p->transform, p->rows, p->curves.bins, c.strip, c.pdf);
        store(p, &c, n, count, out + from);
    }
    free(c.strip);
    return VITRO_OK;
}

vitro_status vitro_pdf_background(const vitro_pdf *p, const float *profile, float *background) {
    if (!p || !profile || !background) return vitro_fail(VITRO_ARGUMENT, "a background needs a profile and room");
    scratch c;
    int bins = p->curves.bins;
    c.strip = vitro_alloc((size_t)bins * PDF_STRIP, sizeof(float));
    if (!c.strip) return VITRO_MEMORY;
    load(p, profile, 1, 0, 1, c.strip);
    p->kernels->reduce(&p->curves, c.strip, c.scale, c.residual, c.missing);
    vitro_status status = VITRO_OK;
    if (c.missing[0] != 0) status = vitro_fail(VITRO_DATA, "the profile has bins that are no finite numbers between %.4g and %.4g 1/Angstrom", p->q[0], p->q[bins - 1]);
    else if (isnan(c.scale[0])) status = vitro_fail(VITRO_DATA, "the profile's scale N is not positive: it has no intensity where <f^2> has");
    for (int z = 0; status == VITRO_OK && z < bins; z++) /* I - background = N <f>^2 phi / q */
        background[z] = (float)(profile[p->first + z] - c.scale[0] * p->f_mean_2[z] * c.strip[z * PDF_STRIP] / p->q[z]);
    free(c.strip);
    return status;
}

vitro_status vitro_pdf_range(const float *profile, int bins, double q_first, double q_step, double range[2]) {
    if (!profile || bins < 1 || bins > MOST_BINS || !(q_step > 0 && isfinite(q_step) && q_first > -q_step && q_first < MOST_BINS * q_step))
        return vitro_fail(VITRO_ARGUMENT, "a profile of %d bins from q = %g in steps of %g 1/Angstrom", bins, q_first, q_step);
    /* Profiles that begin at another radius than 0 are moved to where their bins have the radii they would have. */
    int before = (int)rint(fmax(0, q_first / q_step - 0.5)), last = bins;
    float *whole = vitro_alloc((size_t)(before + bins), sizeof(float));
    if (!whole) return VITRO_MEMORY;
    for (int i = 0; i < before; i++) whole[i] = NAN;
    memcpy(whole + before, profile, sizeof(float) * (size_t)bins);
    double ring[3];
    vitro_status status = vitro_find_ring(whole, before + bins, ring);
    free(whole);
    if (status != VITRO_OK) return status;
    while (last > 1 && !isfinite(profile[last - 1])) last--;
    range[0] = q_first + fmax(0, ceil(ring[1] - before - 0.5)) * q_step;
    range[1] = q_first + (last - 1) * q_step;
    return VITRO_OK;
}
