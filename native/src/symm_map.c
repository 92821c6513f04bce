/* Symmetry: the normalised power |c_n|^2 / c_0^2 of every pattern's rings, n = 1 .. order, about its own centre.
 *
 * The pattern is cut into annuli 1 px wide. On each one I = sum over n of A_n cos n phi + B_n sin n phi is fitted to the unmasked pixels, all orders
 * together, by least squares (c_n = (A_n - i B_n) / 2). The functions are taken at every pixel's own angle, so there is no polar image whose bins
 * would damp high orders or ripple: a pattern made of these functions is found exactly. The normal matrix consists of the same sums of harmonics
 * over the image of unmasked pixels. What is the same all round but changes with the radius is taken off before the fit, to second order in the
 * distance from the annulus's middle: such a ring has no power.
 *
 * Photon noise: a pixel's variance is its expected count. The covariance of the fit, with the counts themselves in place of
 * their expectation, gives an unbiased estimate of what noise adds to |c_n|^2 and c_0^2 on average.
 * A band is the intensity-weighted mean over its annuli: sum |c_n|^2 / sum c_0^2.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "job.h"
#include "kernels.h"
#include "radial_table.h"
#include "symm_fit.h"

/* The windows are made for centres at every quarter of a px, 0 to 1, along x and along y. */
enum { QUARTERS = 4, CELLS = (QUARTERS + 1) * (QUARTERS + 1) };

typedef struct {
    struct vitro_job job;
    symmetry_plan plan;
    symmetry_grid grid;
    centered_frames centered;
    symmetry_cell *cell[CELLS]; /* made when first needed, under the job's lock */
    symmetry_holes holes;
    int reach;
    float *field; /* [frame][bands x order + 1] */
} symmetry_job;

/* What a thread works with. */
typedef struct {
    float *frame, *valid; /* with margins; valid only for patterns with pixels that are no numbers */
    symmetry_holes holes; /* of valid; room made when first needed */
    symmetry_fit fit;
    int64_t *order;
} scratch;

static vitro_status cell_for(symmetry_job *p, const center_place *o, const symmetry_cell **cell) {
    int x = (int)lrintf(o->fx * QUARTERS), y = (int)lrintf(o->fy * QUARTERS), index = p->centered.own ? y * (QUARTERS + 1) + x : 0;
    double fx = p->centered.own ? (double)x / QUARTERS : o->fx, fy = p->centered.own ? (double)y / QUARTERS : o->fy;
    pthread_mutex_lock(&p->job.lock);
    *cell = p->cell[index];
    pthread_mutex_unlock(&p->job.lock);
    if (*cell) return VITRO_OK;
    symmetry_cell *made = NULL;
    vitro_status status = symmetry_cell_new(&p->grid, p->plan.kernels, p->plan.order, fx, fy, 0.5 / QUARTERS, &made);
    if (status != VITRO_OK) return status;
    pthread_mutex_lock(&p->job.lock);
    if (!p->cell[index]) {
        p->cell[index] = made;
        made = NULL;
    }
    *cell = p->cell[index];
    pthread_mutex_unlock(&p->job.lock);
    symmetry_cell_free(made); /* another thread was faster */
    return VITRO_OK;
}

/* ---- feeding ------------------------------------------------------------------------------ */

static void scratch_free(scratch *c) {
    free(c->frame);
    free(c->valid);
    free(c->order);
    free(c->holes.first);
    free(c->holes.x);
    symmetry_fit_free(&c->fit);
}

static vitro_status holes_new(const centered_frames *c, symmetry_holes *h) {
    h->first = vitro_alloc((size_t)c->height + 1, sizeof *h->first);
    h->x = vitro_alloc((size_t)c->width * (size_t)c->height, sizeof *h->x);
    return h->first && h->x ? VITRO_OK : VITRO_MEMORY;
}

/* More steps than any table has: no annulus has more pixels than the rows and columns that it crosses allow. */
static int most_steps(const symmetry_job *p) { return p->plan.groups * (16 * (p->reach + 4) + 64); }

static vitro_status scratch_new(const symmetry_job *p, int64_t n, scratch *c) {
    size_t pixels = (size_t)p->centered.width * (size_t)p->centered.height;
    *c = (scratch){.frame = vitro_calloc(pixels, sizeof(float)), .valid = vitro_alloc(pixels, sizeof(float)), .order = vitro_alloc((size_t)n, 2 * sizeof(int64_t))};
    vitro_status status = c->frame && c->valid && c->order ? symmetry_fit_new(&p->plan, most_steps(p), &c->fit) : VITRO_MEMORY;
    if (status != VITRO_OK) scratch_free(c);
    return status;
}

static void none(const symmetry_job *p, float *out, vitro_symmetry_status why) {
    for (int i = 0; i < p->plan.bands * p->plan.order; i++) out[i] = NAN;
    out[p->plan.bands * p->plan.order] = (float)why;
}

static int open_window(const symmetry_job *p, const symmetry_cell *cell, const center_place *o, const symmetry_holes *holes, symmetry_fit *fit) {
    return symmetry_open(&p->plan, cell, holes, o->x + p->centered.margin_x, o->y + p->centered.margin_y, o->fx, o->fy, fit);
}

/* open: the window's annuli if it is still that of this centre, else -1. */
static vitro_status measure(symmetry_job *p, const void *pattern, int64_t frame, scratch *c, int *open) {
    const center_place *o = centered_place(&p->centered, frame);
    const symmetry_cell *cell;
    float *out = p->field + frame * (p->plan.bands * p->plan.order + 1);
    if (o->cell < 0) {
        none(p, out, VITRO_SYMMETRY_NO_CENTER);
        return VITRO_OK;
    }
    if (cell_for(p, o, &cell) != VITRO_OK) return VITRO_MEMORY;
    size_t at = centered_pixel(&p->centered, o);
    int bad = centered_load(&p->centered, pattern, o, p->reach, c->frame);
    if (bad) {
        if (!c->holes.first && holes_new(&p->centered, &c->holes) != VITRO_OK) return VITRO_MEMORY;
        memcpy(c->valid, p->centered.valid, sizeof(float) * (size_t)p->centered.width * (size_t)p->centered.height);
        centered_take_out(&p->centered, pattern, c->valid);
        symmetry_find_holes(c->valid, p->centered.width, p->centered.height, &c->holes);
    }
    if (bad || *open < 0) *open = open_window(p, cell, o, bad ? &c->holes : &p->holes, &c->fit);
    if (*open > 0) {
        symmetry_center center = {c->frame + at, o->fx, o->fy};
        int order = p->plan.correct ? 2 * p->plan.order : p->plan.order;
        for (int g = 0; g < p->plan.groups; g++) p->plan.kernels->sums(&cell->table, g, &center, order, c->fit.sums + g * SYMMETRY_SUMS);
        symmetry_power(&p->plan, &c->fit, out);
    } else {
        none(p, out, VITRO_SYMMETRY_MASKED);
    }
    if (bad) *open = -1;
    return VITRO_OK;
}

/* Patterns with the same centre one after the other: they share the window. */
static vitro_status symmetry_feed(vitro_job *job, const void *frames, int64_t first, int64_t n) {
    symmetry_job *p = (symmetry_job *)job;
    scratch c;
    int open = -1;
    vitro_status status = scratch_new(p, n, &c);
    if (status != VITRO_OK) return status;
    centered_order(&p->centered, first, n, c.order);
    for (int64_t i = 0; i < n && status == VITRO_OK; i++) {
        int64_t f = c.order[2 * i + 1];
        if (i > 0 && memcmp(centered_place(&p->centered, first + f), centered_place(&p->centered, first + c.order[2 * i - 1]), sizeof(center_place))) open = -1;
        status = measure(p, (const char *)frames + job->frame_bytes * (size_t)f, first + f, &c, &open);
    }
    scratch_free(&c);
    return status;
}

static vitro_status symmetry_finish(vitro_job *job, float *out) {
    const symmetry_job *p = (const symmetry_job *)job;
    int64_t n = job->frames.frames, rows = p->plan.bands * p->plan.order + 1;
    for (int64_t f = 0; f < n; f++)
        for (int64_t i = 0; i < rows; i++) out[i * n + f] = p->field[f * rows + i];
    return VITRO_OK;
}

static void symmetry_release(vitro_job *job) {
    symmetry_job *p = (symmetry_job *)job;
    for (int i = 0; i < CELLS; i++) symmetry_cell_free(p->cell[i]);
    centered_free(&p->centered);
    free(p->holes.first);
    free(p->holes.x);
    free(p->field);
}

static const vitro_method symmetry_method = {symmetry_feed, symmetry_finish, symmetry_release};

/* ---- setting up ---------------------------------------------------------------------------- */

static vitro_status check(const vitro_geometry *g, int order, int bands) {
    if (order < 1 || order > VITRO_SYMMETRY_ORDERS) return vitro_fail(VITRO_ARGUMENT, "max_order %d: 1 to %d are allowed", order, VITRO_SYMMETRY_ORDERS);
    double width = g->ring_max - g->ring_min;
    if (bands < 1 || bands > fmax(1, rint(width)))
        return vitro_fail(VITRO_ARGUMENT, "%d bands on a ring of %.1f px: 1 to %.0f are allowed, a band is 1 px wide at least", bands, width, fmax(1, rint(width)));
    return VITRO_OK;
}

static void set_grid(symmetry_job *p, const vitro_geometry *g) {
    const centered_frames *c = &p->centered;
    int annuli = (int)fmax(1, rint(g->ring_max - g->ring_min)) + 2 * SYMMETRY_GUARDS;
    double r_min = g->ring_min - SYMMETRY_GUARDS, trace = g->ellipse_xx + g->ellipse_yy, det = g->ellipse_xx * g->ellipse_yy - g->ellipse_xy * g->ellipse_xy;
    double least = trace / 2 - sqrt(fmax(0, trace * trace / 4 - det)); /* the ellipse's eigenvalue by which the ring is longest */
    p->reach = (int)fmin(1e6, (r_min + annuli) / least + 2);
#define LARGER(a, b) ((a) > (b) ? (a) : (b))
#define SMALLER(a, b) ((a) < (b) ? (a) : (b))
    p->grid = (symmetry_grid){{g->ellipse_xx, g->ellipse_xy, g->ellipse_yy}, r_min, annuli, LARGER(c->left, -p->reach), SMALLER(c->right, p->reach),
                              LARGER(c->top, -p->reach), SMALLER(c->bottom, p->reach), c->width};
    p->plan.annuli = annuli;
    p->plan.height = c->height;
    p->plan.groups = (annuli + SYMMETRY_LANES - 1) / SYMMETRY_LANES;
    p->plan.band_width = (annuli - 2.0 * SYMMETRY_GUARDS) / p->plan.bands;
}

/* Can the orders be told apart on some annulus about the geometry's centre, or the first pattern's that has one? */
static vitro_status check_orders(symmetry_job *p, const vitro_geometry *g) {
    scratch c;
    int64_t i = 0;
    int n = 0;
    const symmetry_cell *cell;
    while (centered_place(&p->centered, i)->cell < 0) i++;
    const center_place *o = centered_place(&p->centered, i);
    vitro_status status = scratch_new(p, 1, &c);
    if (status != VITRO_OK) return status;
    status = cell_for(p, o, &cell);
    if (status == VITRO_OK) n = open_window(p, cell, o, &p->holes, &c.fit);
    scratch_free(&c);
    if (status != VITRO_OK || n > 0) return status;
    return vitro_fail(VITRO_DATA, "the orders up to %d cannot be told apart on the ring of %.1f to %.1f px about (%.1f, %.1f): too few of its pixels are "
                      "unmasked and on the detector; a lower max_order or a larger ring needs fewer", p->plan.order, g->ring_min, g->ring_max, g->center_x, g->center_y);
}

vitro_status vitro_symmetry_new(const vitro_frames *frames, const vitro_geometry *geometry, const double *centers, int order, int bands, int noise_correction,
                                vitro_job **job) {
    symmetry_job *p = vitro_calloc(1, sizeof *p);
    if (!p) return VITRO_MEMORY;
    vitro_status status = vitro_job_init(&p->job, &symmetry_method, frames, 0);
    if (status != VITRO_OK) {
        free(p);
        return status;
    }
    status = radial_range_check(frames, geometry, 1);
    if (status == VITRO_OK) status = check(geometry, order, bands);
    if (status == VITRO_OK) status = centered_new(frames, geometry, centers, &p->centered);
    if (status == VITRO_OK) {
        p->plan = (symmetry_plan){.kernels = vitro_kernels_for((vitro_isa)frames->isa)->symmetry, .order = order, .bands = bands, .correct = noise_correction != 0};
        set_grid(p, geometry);
        status = holes_new(&p->centered, &p->holes);
    }
    if (status == VITRO_OK) {
        symmetry_find_holes(p->centered.valid, p->centered.width, p->centered.height, &p->holes);
        status = check_orders(p, geometry);
    }
    if (status == VITRO_OK) {
        p->job.outputs = ((int64_t)bands * order + 1) * frames->frames;
        p->field = vitro_alloc((size_t)p->job.outputs, sizeof(float));
        if (!p->field) status = VITRO_MEMORY;
    }
    if (status == VITRO_OK) *job = &p->job;
    else vitro_job_free(&p->job);
    return status;
}
