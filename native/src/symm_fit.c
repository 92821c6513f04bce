/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "symm_fit.h"

#include <math.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

enum { LANES_OF = SYMMETRY_LANES, MARGIN = 2, STENCIL = 2 * MARGIN + 1 };

/* By how much the mask may raise the variance of any coefficient; beyond, the orders cannot be told apart. At 12 orders a stop of 50 degrees raises
 * that of the low ones 400 times. */
static const float MOST_RAISED = 500;

static size_t all_annuli(const symmetry_plan *p) { return (size_t)p->groups * LANES_OF; }
static size_t with_margins(const symmetry_plan *p) { return all_annuli(p) + 2 * MARGIN; }
static int rows_of(const symmetry_plan *p) { return 2 * p->order + 1; }

static int in_ring(const symmetry_plan *p, int k) { return k >= SYMMETRY_GUARDS && k < p->annuli - SYMMETRY_GUARDS; }

vitro_status symmetry_fit_new(const symmetry_plan *p, int steps, symmetry_fit *f) {
    size_t groups = (size_t)p->groups, rows = (size_t)rows_of(p), annuli = all_annuli(p), wide = with_margins(p);
    size_t matrices = (groups + 1) * rows * rows + groups * SYMMETRY_SUMS + 2 * rows;
    *f = (symmetry_fit){.memory = vitro_calloc((groups + 1) * sizeof *f->window + matrices * sizeof *f->inverse + SYMMETRY_ALIGN, 1),
                        .places = vitro_alloc(((size_t)steps + groups) * LANES_OF, sizeof *f->places),
                        .level = vitro_calloc((3 + 2 * rows) * wide + 2 * STENCIL * annuli, sizeof(float)),
                        .usable = vitro_calloc(annuli, 1),
                        .power = vitro_alloc(2 * (size_t)p->bands * (size_t)(p->order + 1), sizeof(double))};
    if (!f->memory || !f->places || !f->level || !f->usable || !f->power) {
        symmetry_fit_free(f);
        return VITRO_MEMORY;
    }
    f->window = symmetry_aligned(f->memory);
    f->missing = f->window + groups;
    f->inverse = (symmetry_row *)(f->missing + 1);
    f->count = f->places + (size_t)steps * LANES_OF;
    f->room = f->inverse + groups * rows * rows;
    f->sums = f->room + rows * rows;
    f->variance = f->sums + groups * SYMMETRY_SUMS;
    f->with_first = f->variance + rows;
    f->level += MARGIN;
    f->slope = f->level + wide;
    f->bend = f->slope + wide;
    f->coefficient = f->bend + wide;
    f->next = f->coefficient + rows * wide;
    f->stencil = f->next + rows * wide - MARGIN;
    f->common = f->power + (size_t)p->bands * (size_t)(p->order + 1);
    return VITRO_OK;
}

void symmetry_fit_free(symmetry_fit *f) {
    free(f->memory);
    free(f->places);
    if (f->level) free(f->level - MARGIN);
    free(f->usable);
    free(f->power);
    *f = (symmetry_fit){0};
}

/* ---- the window: what the mask leaves ------------------------------------------------- */

/* A part of the cell's windows at its place in them, `rows` of it, for a centre x, y from the cell's, less those of the missing pixels. */
static void combine(const symmetry_plan *p, const symmetry_window *all, size_t part, int rows, float x, float y, const symmetry_window *gone, symmetry_window *out) {
    const float *term[SYMMETRY_TERMS], *less = gone ? (const float *)((const char *)gone + part) : NULL;
    for (int k = 0; k < SYMMETRY_TERMS; k++) term[k] = (const float *)((const char *)&all[k] + part);
    p->kernels->combine(term, less, x, y, rows, (float *)((char *)out + part));
}

/* Turns the places of a group's missing pixels into a table of its own; 0 steps if there are none. */
static symmetry_table missing_table(const symmetry_cell *cell, int g, symmetry_fit *f, int32_t first[2]) {
    symmetry_table t = cell->table;
    const int32_t *count = f->count + g * LANES_OF;
    int most = 0;
    t.place = f->places + (size_t)t.first[g] * LANES_OF;
    for (int l = 0; l < LANES_OF; l++) most = count[l] > most ? count[l] : most;
    most = (most + SYMMETRY_STEP - 1) / SYMMETRY_STEP * SYMMETRY_STEP;
    for (int l = 0; l < LANES_OF; l++)
        for (int i = count[l]; i < most; i++) t.place[(size_t)i * LANES_OF + l] = 0;
    first[0] = 0, first[1] = most;
    t.first = first;
    t.r_first += (float)(g * LANES_OF);
    return t;
}

/* The cell's window, for the centre's own place to second order, without the missing pixels. */
static void leave(const symmetry_plan *p, const symmetry_cell *cell, int g, float fx, float fy, symmetry_fit *f) {
    const symmetry_window *all = cell->window[g], *gone = NULL;
    symmetry_window *w = &f->window[g];
    int32_t first[2];
    symmetry_table t = missing_table(cell, g, f, first);
    if (first[1] > 0) {
        const symmetry_center center = {NULL, fx, fy};
        p->kernels->window(&t, 0, &center, p->order, f->missing);
        gone = f->missing;
    }
    float x = fx - cell->fx, y = fy - cell->fy;
    combine(p, all, offsetof(symmetry_window, sum), 4 * p->order + 1, x, y, gone, w);
    combine(p, all, offsetof(symmetry_window, slope), 4 * p->order + 1, x, y, gone, w);
    combine(p, all, offsetof(symmetry_window, bend), rows_of(p), x, y, gone, w);
}

/* May every order be told apart on this annulus? */
static int usable(const symmetry_window *w, const symmetry_row *inverse, int rows, int lane) {
    float pixels = w->sum[0][lane];
    for (int i = 0; i < rows; i++) {
        float raised = inverse[i * rows + i][lane] * pixels * (i ? 0.5f : 1);
        if (!(raised > 0 && raised <= MOST_RAISED)) return 0;
    }
    return pixels > 0.5f;
}

static int is_open(const symmetry_plan *p, const symmetry_fit *f, int k) {
    return k >= 0 && k < p->annuli && f->window[k / LANES_OF].sum[0][k % LANES_OF] > 0.5f;
}

/* First and second derivative by the radius, from as many neighbours as have pixels. */
static void set_stencil(const symmetry_plan *p, symmetry_fit *f, int k) {
    static const float five[2][STENCIL] = {{1 / 12.f, -8 / 12.f, 0, 8 / 12.f, -1 / 12.f}, {-1 / 12.f, 16 / 12.f, -30 / 12.f, 16 / 12.f, -1 / 12.f}};
    static const float three[2][STENCIL] = {{0, -0.5f, 0, 0.5f, 0}, {0, 1, -2, 1, 0}}, in[STENCIL] = {0, -1, 1, 0, 0}, out[STENCIL] = {0, 0, -1, 1, 0}, none[STENCIL] = {0};
    int inner = is_open(p, f, k - 1), outer = is_open(p, f, k + 1), both = inner && outer;
    int wide = both && is_open(p, f, k - 2) && is_open(p, f, k + 2);
    for (int d = 0; d < 2; d++) {
        const float *s = wide ? five[d] : both ? three[d] : d ? none : inner ? in : outer ? out : none;
        for (int i = 0; i < STENCIL; i++) f->stencil[(size_t)(d * STENCIL + i) * all_annuli(p) + (size_t)k] = s[i];
    }
}

int symmetry_open(const symmetry_plan *p, const symmetry_cell *cell, const symmetry_holes *holes, int x, int y, float fx, float fy, symmetry_fit *f) {
    int n = 0, rows = rows_of(p);
    memset(f->count, 0, sizeof *f->count * all_annuli(p));
    symmetry_missing(cell, holes, x, y, p->height, f->places, f->count);
    for (int g = 0; g < p->groups; g++) {
        symmetry_row *inverse = f->inverse + g * rows * rows;
        leave(p, cell, g, fx, fy, f);
        p->kernels->invert(p->order, &f->window[g], inverse);
        for (int l = 0; l < LANES_OF; l++) {
            int k = g * LANES_OF + l;
            f->usable[k] = k < p->annuli && usable(&f->window[g], (const symmetry_row *)inverse, rows, l);
            n += f->usable[k] && in_ring(p, k);
        }
    }
    for (int k = 0; k < (int)all_annuli(p); k++) set_stencil(p, f, k);
    return n;
}

/* ---- the part that is the same all round --------------------------------------------------- */

/* The first (d = 0) or second derivative of values over the annuli from .. to - 1. */
static void derive(const symmetry_plan *p, const symmetry_fit *f, int d, const float *value, int from, int to, float *out) {
    size_t annuli = all_annuli(p);
    const float *s = f->stencil + (size_t)d * STENCIL * annuli;
    for (int k = from; k < to; k++)
        out[k - from] = s[k] * value[k - 2] + s[k + annuli] * value[k - 1] + s[k + 2 * annuli] * value[k] + s[k + 3 * annuli] * value[k + 1] + s[k + 4 * annuli] * value[k + 2];
}

/* The level in the middle of every annulus: its mean is that of the pixels' radii. */
static void find_level(const symmetry_plan *p, symmetry_fit *f) {
    int annuli = (int)all_annuli(p);
    for (int round = 0; round < 3; round++) {
        for (int k = 0; k < annuli; k++) {
            int g = k / LANES_OF, l = k % LANES_OF;
            const symmetry_window *w = &f->window[g];
            float off = round ? f->slope[k] * w->slope[0][l] + f->bend[k] * w->bend[0][l] : 0;
            f->level[k] = is_open(p, f, k) ? (f->sums[g * SYMMETRY_SUMS][l] - off) / w->sum[0][l] : 0;
        }
        derive(p, f, 0, f->level, 0, annuli, f->slope);
        derive(p, f, 1, f->level, 0, annuli, f->bend);
    }
}

/* Sums of group g without that part. */
static void take_off_level(const symmetry_plan *p, const symmetry_fit *f, int g, symmetry_row *rest) {
    const symmetry_window *w = &f->window[g];
    const float *level = f->level + g * LANES_OF, *slope = f->slope + g * LANES_OF, *bend = f->bend + g * LANES_OF;
    for (int j = 0; j < rows_of(p); j++)
        for (int l = 0; l < LANES_OF; l++)
            rest[j][l] = f->sums[g * SYMMETRY_SUMS + j][l] - (level[l] * w->sum[j][l] + slope[l] * w->slope[j][l] + bend[l] * w->bend[j][l]);
}

/* Coefficients of all annuli: once as if they did not change with the radius, and again with their change taken off. */
static void fit_all(const symmetry_plan *p, symmetry_fit *f) {
    symmetry_row rest[SYMMETRY_ROWS], change[SYMMETRY_ROWS], found[SYMMETRY_ROWS];
    size_t wide = with_margins(p);
    int rows = rows_of(p);
    for (int round = 0; round < 2; round++) {
        for (int g = 0; g < p->groups; g++) {
            take_off_level(p, f, g, rest);
            for (int j = 0; round && j < rows; j++) derive(p, f, 0, f->coefficient + (size_t)j * wide, g * LANES_OF, (g + 1) * LANES_OF, change[j]);
            if (round) p->kernels->take_off(p->order, &f->window[g], (const symmetry_row *)change, rest);
            p->kernels->fit(p->order, (const symmetry_row *)f->inverse + g * rows * rows, (const symmetry_row *)rest, found);
            for (int j = 0; j < rows; j++)
                for (int l = 0; l < LANES_OF; l++) f->next[(size_t)j * wide + (size_t)(g * LANES_OF + l)] = f->usable[g * LANES_OF + l] ? found[j][l] : 0;
        }
        float *swap = f->coefficient;
        f->coefficient = f->next;
        f->next = swap;
    }
}

/* ---- from coefficients to power ------------------------------------------------------------------- */

/* Adds an annulus to its band: |c_n|^2 and c_0^2 without the noise's part, and their covariances, each from the values with noise in them. */
static void add_annulus(const symmetry_plan *p, symmetry_fit *f, int k) {
    int l = k % LANES_OF, band = (int)((k - SYMMETRY_GUARDS + 0.5) / p->band_width);
    size_t wide = with_margins(p);
    const float *coefficient = f->coefficient + k;
    const symmetry_row *variance = (const symmetry_row *)f->variance, *with = (const symmetry_row *)f->with_first;
    if (band >= p->bands) band = p->bands - 1;
    double *power = f->power + (size_t)band * (size_t)(p->order + 1), *common = f->common + (size_t)band * (size_t)(p->order + 1);
    double mean = (double)f->level[k] + coefficient[0], noise = p->correct ? variance[0][l] : 0;
    power[0] += mean * mean - noise;
    common[0] += 4 * mean * mean * noise - 2 * noise * noise;
    for (int n = 1; n <= p->order; n++) {
        double even = coefficient[(size_t)(2 * n - 1) * wide], odd = coefficient[(size_t)(2 * n) * wide];
        power[n] += (even * even + odd * odd) / 4;
        if (!p->correct) continue;
        double even_with = with[2 * n - 1][l], odd_with = with[2 * n][l];
        double own = (double)variance[2 * n - 1][l] + variance[2 * n][l];
        power[n] -= own / 4;
        common[n] += mean * (even * even_with + odd * odd_with) - own * noise - (even_with * even_with + odd_with * odd_with) / 2;
    }
}

/* The quotient of two noisy sums, to the second order of their noise. */
static double quotient(const double *power, const double *common, int n) {
    double squared = power[0] * power[0];
    return power[n] / power[0] * (1 - common[0] / squared) + common[n] / squared;
}

/* A pattern whose pixels have all one value has neither symmetry nor noise: something else is wrong with it. */
static int is_constant(const symmetry_plan *p, const symmetry_fit *f) {
    float low = INFINITY, high = -INFINITY, largest = 0;
    for (int k = 0; k < p->annuli; k++) {
        if (!f->usable[k] || !in_ring(p, k)) continue;
        low = fminf(low, f->level[k]);
        high = fmaxf(high, f->level[k]);
        for (int j = 1; j < rows_of(p); j++) largest = fmaxf(largest, fabsf(f->coefficient[(size_t)j * with_margins(p) + (size_t)k]));
    }
    return high - low <= 1e-6f * fabsf(high) && largest <= 1e-5f * fabsf(high);
}

void symmetry_power(const symmetry_plan *p, symmetry_fit *f, float *out) {
    double total = 0;
    memset(f->power, 0, sizeof *f->power * 2 * (size_t)p->bands * (size_t)(p->order + 1));
    find_level(p, f);
    fit_all(p, f);
    for (int g = 0; g < p->groups; g++) {
        const symmetry_row *inverse = (const symmetry_row *)f->inverse + g * rows_of(p) * rows_of(p);
        if (p->correct) p->kernels->variance(p->order, inverse, (const symmetry_row *)f->sums + g * SYMMETRY_SUMS, f->room, f->variance, f->with_first);
        for (int k = g * LANES_OF; k < (g + 1) * LANES_OF; k++)
            if (f->usable[k] && in_ring(p, k)) add_annulus(p, f, k);
    }
    for (int b = 0; b < p->bands; b++) total += f->power[b * (p->order + 1)];
    int why = !(total > 0) ? VITRO_SYMMETRY_EMPTY : is_constant(p, f) ? VITRO_SYMMETRY_CONSTANT : VITRO_SYMMETRY_GOOD;
    for (int b = 0; b < p->bands; b++) {
        const double *power = f->power + b * (p->order + 1), *common = f->common + b * (p->order + 1);
        int good = why == VITRO_SYMMETRY_GOOD && power[0] > 0;
        for (int n = 1; n <= p->order; n++) out[b * p->order + n - 1] = good ? (float)quotient(power, common, n) : NAN;
    }
    out[p->bands * p->order] = (float)why;
}
