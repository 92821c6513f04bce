/* Radial profiles: the azimuthal mean of every pattern about its own centre, with its standard error.
 *
 * A pixel is spread over 1 px of radius, so it shares in at most two bins. Tables say which pixels make up which bin and sector,
 * one for each of CELLS x CELLS sub-pixel positions of the centre; whole pixels are an offset in a frame with margins. What
 * mask and edge leave out is NaN there, so that the same sums count the pixels that are left. From the weighted means of three neighbouring bins,
 * and the mean radii that belong to them, follows the mean over the radii of the bin (quadratic; the pixels' own spread is taken
 * off). The error is the scatter of the sectors, which holds photon noise and speckle whose grains are smaller than a sector.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "frame_center.h"
#include "job.h"
#include "kernels.h"
#include "radial_table.h"

enum { CELLS = CENTER_CELLS, S = RADIAL_SECTORS };

static const float LEAST_WEIGHT = 1e-2f; /* px */

typedef struct {
    struct vitro_job job;
    const radial_kernels *kernels;
    radial_grid grid;
    centered_frames centered;
    radial_table *table[CELLS * CELLS]; /* made when first needed, under the job's lock */
    float *field;                      /* [frame][2][bins] */
} profiles_job;

/* What a thread works with. */
typedef struct {
    float *frame; /* with margins */
    float *sums, *weights;
    float *weight, *moment, *sum; /* [bins][S]: pixels, their summed distance from the bin's middle (bin widths), intensity */
    double *mean, *radius, *total; /* [bins] */
    int64_t *order;
} scratch;

static vitro_status table_for(profiles_job *p, int cell, const radial_table **table) {
    pthread_mutex_lock(&p->job.lock);
    *table = p->table[cell];
    pthread_mutex_unlock(&p->job.lock);
    if (*table) return VITRO_OK;
    radial_table *made = NULL;
    vitro_status status = radial_table_new(&p->grid, centered_fraction_x(&p->centered, cell), centered_fraction_y(&p->centered, cell), &made);
    if (status != VITRO_OK) return status;
    pthread_mutex_lock(&p->job.lock);
    if (!p->table[cell]) {
        p->table[cell] = made;
        made = NULL;
    }
    *table = p->table[cell];
    pthread_mutex_unlock(&p->job.lock);
    radial_table_free(made); /* another thread was faster */
    return VITRO_OK;
}

/* A bin has what its own group has inside and the next one outside. Radii come from the edges, go to the bin's middle. Nothing stays
 * of a sector with next to no weight. */
static void bin_weights(int bins, const float *weights, float *weight, float *moment) {
    for (int b = 0; b < bins; b++) {
        const float *in = weights + (size_t)b * 4 * S, *out = in + 5 * S;
        for (int s = 0; s < S; s++) {
            float w = in[s] + out[s], m = in[2 * S + s] - 0.5f * in[s] + out[2 * S + s] + 0.5f * out[s];
            weight[b * S + s] = w > LEAST_WEIGHT ? w : 0;
            moment[b * S + s] = w > LEAST_WEIGHT ? m : 0;
        }
    }
}

static void bin_sums(int bins, const float *sums, const float *weight, float *sum) {
    for (int b = 0; b < bins; b++) {
        const float *in = sums + (size_t)b * 2 * S, *out = in + 3 * S;
        for (int s = 0; s < S; s++) sum[b * S + s] = weight[b * S + s] > 0 ? in[s] + out[s] : 0;
    }
}

/* ---- from sums to a profile ---------------------------------------------------------- */

static void bin_means(int bins, scratch *c) {
    for (int b = 0; b < bins; b++) {
        double weight = 0, moment = 0, sum = 0;
        for (int i = b * S; i < (b + 1) * S; i++) {
            weight += c->weight[i];
            moment += c->moment[i];
            sum += c->sum[i];
        }
        c->total[b] = weight;
        c->mean[b] = weight > 0 ? sum / weight : 0;
        c->radius[b] = weight > 0 ? moment / weight : 0;
    }
}

/* The bin's value = sum over k of factor[k] * mean[b - 1 + k]: quadratic or linear in the radius, as far as there are neighbours
 * that are not much poorer; slope per bin width. */
static double interpolate(int bins, const scratch *c, int b, double excess, double factor[3]) {
    double here = c->radius[b], in = 0, out = 0;
    int has_in = b > 0 && c->total[b - 1] > 0.25 * c->total[b], has_out = b + 1 < bins && c->total[b + 1] > 0.25 * c->total[b];
    factor[0] = factor[2] = 0;
    factor[1] = 1;
    if (has_in) in = c->radius[b - 1] - 1;
    if (has_out) out = c->radius[b + 1] + 1;
    if (has_in && has_out) {
        double i = 1 / ((in - here) * (in - out)), h = 1 / ((here - in) * (here - out)), o = 1 / ((out - in) * (out - here));
        factor[0] = i * (here * out - excess);
        factor[1] = h * (in * out - excess);
        factor[2] = o * (in * here - excess);
        return (c->mean[b + 1] - c->mean[b - 1]) / (out - in);
    }
    if (!has_in && !has_out) return 0;
    double there = has_in ? in : out;
    factor[1] = there / (there - here);
    factor[has_in ? 0 : 2] = -here / (there - here);
    return (c->mean[has_in ? b - 1 : b + 1] - c->mean[b]) / (there - here);
}

/* Sectors that are taken together so that an arc is 8 px long at least. */
static int merged(double arc) { return arc >= 8 ? 1 : arc >= 4 ? 2 : 4; }

/* Each sector's part of the value's deviation, squared. With a sector's variance going as 1 / its share a, its deviation from the mean has
 * 1 - a of it: unbiased. Student's spread of so few sectors is allowed for to first order. */
static float standard_error(const scratch *c, int b, double slope, const double factor[3], int together) {
    float deviation[S] = {0}, share[S];
    for (int k = 0; k < 3; k++) {
        if (factor[k] == 0) continue;
        int bin = b - 1 + k;
        const float *sum = c->sum + bin * S, *weight = c->weight + bin * S, *moment = c->moment + bin * S;
        float f = (float)(factor[k] / c->total[bin]), t = (float)slope, mean = (float)c->mean[bin], radius = (float)c->radius[bin];
        for (int s = 0; s < S; s++) deviation[s] += f * ((sum[s] - mean * weight[s]) - t * (moment[s] - radius * weight[s]));
    }
    for (int s = 0; s < S; s++) share[s] = c->weight[b * S + s] / (float)c->total[b];
    double variance = 0;
    int sectors = 0;
    for (int s = 0; s < S; s += together) {
        float d = 0, a = 0;
        for (int i = s; i < s + together; i++) {
            d += deviation[i];
            a += share[i];
        }
        if (a == 0 || a > 0.99f) continue;
        sectors++;
        variance += d * d / (1 - a);
    }
    return sectors < 3 ? NAN : (float)(sqrt(variance) * (1 + 0.5 / (sectors - 1)));
}

static void profile_of(const radial_grid *g, scratch *c, float *mean, float *sigma) {
    double half = radial_half_box(g), excess = (2 * half) * (2 * half) / 12, factor[3];
    bin_means(g->bins, c);
    for (int b = 0; b < g->bins; b++) {
        mean[b] = sigma[b] = NAN;
        if (!(c->total[b] > 0)) continue;
        double slope = interpolate(g->bins, c, b, excess, factor), value = 0;
        for (int k = 0; k < 3; k++)
            if (factor[k] != 0) value += factor[k] * c->mean[b - 1 + k];
        mean[b] = (float)value;
        double arc = 2 * 3.141592653589793 / S * (g->r_min + (b + 0.5) * g->bin_width);
        sigma[b] = standard_error(c, b, slope, factor, merged(arc));
    }
}

/* ---- feeding ----------------------------------------------------------------------------- */

static void scratch_free(scratch *c) {
    free(c->frame);
    free(c->sums);
    free(c->mean);
    free(c->order);
}

static vitro_status scratch_new(const profiles_job *p, int64_t n, scratch *c) {
    size_t bins = (size_t)p->grid.bins, pixels = (size_t)p->centered.width * (size_t)p->centered.height;
    *c = (scratch){vitro_alloc(pixels, sizeof(float)), vitro_alloc((6 * (bins + 1) + 3 * bins) * S, sizeof(float)),
                   .mean = vitro_alloc(3 * bins, sizeof(double)), .order = vitro_alloc((size_t)n, 2 * sizeof(int64_t))};
    if (!c->frame || !c->sums || !c->mean || !c->order) {
        scratch_free(c);
        return VITRO_MEMORY;
    }
    for (size_t i = 0; i < pixels; i++) c->frame[i] = NAN;
    c->weights = c->sums + 2 * (bins + 1) * S;
    c->weight = c->weights + 4 * (bins + 1) * S;
    c->moment = c->weight + bins * S;
    c->sum = c->moment + bins * S;
    c->radius = c->mean + bins;
    c->total = c->radius + bins;
    return VITRO_OK;
}

static vitro_status measure(profiles_job *p, const void *pattern, int64_t frame, int same, scratch *c, int *bad) {
    const center_place *o = centered_place(&p->centered, frame);
    const radial_table *table;
    float *out = p->field + (size_t)frame * 2 * (size_t)p->grid.bins;
    if (o->cell < 0) {
        for (int i = 0; i < 2 * p->grid.bins; i++) out[i] = NAN;
        return VITRO_OK;
    }
    if (table_for(p, o->cell, &table) != VITRO_OK) return VITRO_MEMORY;
    size_t at = centered_pixel(&p->centered, o);
    *bad = centered_load(&p->centered, pattern, o, INT32_MAX, c->frame);
    if (*bad) centered_take_out(&p->centered, pattern, c->frame);
    if (*bad || !same) {
        p->kernels->weighted_sums(table, c->frame + at, c->sums, c->weights);
        bin_weights(p->grid.bins, c->weights, c->weight, c->moment);
    } else {
        p->kernels->sums(table, c->frame + at, c->sums);
    }
    bin_sums(p->grid.bins, c->sums, c->weight, c->sum);
    profile_of(&p->grid, c, out, out + p->grid.bins);
    return VITRO_OK;
}

/* Patterns with the same centre one after the other: they share the weights. */
static vitro_status profiles_feed(vitro_job *job, const void *frames, int64_t first, int64_t n) {
    profiles_job *p = (profiles_job *)job;
    scratch c;
    vitro_status status = scratch_new(p, n, &c);
    if (status != VITRO_OK) return status;
    centered_order(&p->centered, first, n, c.order);
    int bad = 1;
    for (int64_t i = 0; i < n && status == VITRO_OK; i++) {
        int same = !bad && c.order[2 * i] == c.order[2 * i - 2];
        int64_t f = c.order[2 * i + 1];
        status = measure(p, (const char *)frames + job->frame_bytes * (size_t)f, first + f, same, &c, &bad);
    }
    scratch_free(&c);
    return status;
}

static vitro_status profiles_finish(vitro_job *job, float *out) {
    const profiles_job *p = (const profiles_job *)job;
    int64_t n = job->frames.frames, rows = 2 * (int64_t)p->grid.bins;
    for (int64_t block = 0; block < n; block += 64)
        for (int64_t i = 0; i < rows; i++)
            for (int64_t f = block; f < n && f < block + 64; f++) out[i * n + f] = p->field[f * rows + i];
    return VITRO_OK;
}

static void profiles_release(vitro_job *job) {
    profiles_job *p = (profiles_job *)job;
    for (int i = 0; i < CELLS * CELLS; i++) radial_table_free(p->table[i]);
    centered_free(&p->centered);
    free(p->field);
}

static const vitro_method profiles_method = {profiles_feed, profiles_finish, profiles_release};

/* ---- setting up ---------------------------------------------------------------------------- */

vitro_status vitro_radial_profiles_new(const vitro_frames *frames, const vitro_geometry *geometry, const double *centers, int bins, vitro_job **job) {
    profiles_job *p = vitro_calloc(1, sizeof *p);
    if (!p) return VITRO_MEMORY;
    vitro_status status = vitro_job_init(&p->job, &profiles_method, frames, 0);
    if (status != VITRO_OK) {
        free(p);
        return status;
    }
    status = radial_range_check(frames, geometry, bins);
    if (status == VITRO_OK) status = centered_new(frames, geometry, centers, &p->centered);
    if (status == VITRO_OK) {
        const centered_frames *c = &p->centered;
        for (size_t i = 0; i < (size_t)c->width * (size_t)c->height; i++)
            if (c->valid[i] == 0) c->valid[i] = NAN;
        p->grid = (radial_grid){{geometry->ellipse_xx, geometry->ellipse_xy, geometry->ellipse_yy}, geometry->ring_min, (geometry->ring_max - geometry->ring_min) / bins,
                                bins, c->left, c->right, c->top, c->bottom, c->width};
        p->kernels = vitro_kernels_for((vitro_isa)frames->isa)->radial;
        p->job.outputs = 2 * (int64_t)bins * frames->frames;
        p->field = vitro_alloc((size_t)frames->frames, sizeof(float) * 2 * (size_t)bins);
        if (!p->field) status = VITRO_MEMORY;
    }
    if (status == VITRO_OK) *job = &p->job;
    else vitro_job_free(&p->job);
    return status;
}
