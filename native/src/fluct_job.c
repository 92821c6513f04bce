/* Fluctuation microscopy: one pass over the patterns gathers what the variances over the annuli and over the scan need, and V2D.
 *
 * Annuli are 36 sectors each, so that floats hold a cell's sums; the scan is divided into blocks of neighbouring positions, whose sums
 * are kept apart for the errors. Sums of integers are exact, those of floats carry their rounding error along. Patterns with centres of their own are
 * first moved by whole pixels, as floats, NaN where they are masked or end.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "exact_sum.h"
#include "fluct.h"
#include "job.h"
#include "kernels.h"
#include "radial_table.h"

/* STRIP: tiles whose pixels stay in the processor's cache; GROUPS: of patterns that are fed through it together. */
enum { MOST_BLOCKS = 16, LEAST_BLOCKS = 4, STRIP = 32, GROUPS = 4, LOCKS = 16 };
static const size_t MOST_BYTES = (size_t)256 << 20; /* of all blocks */

typedef struct {
    struct vitro_job job;
    const vitro_kernels *kernels;
    ring_cells *cells, *ring; /* ring = one bin, for V2D; NULL = none */
    int type;                 /* of what the kernels are given */
    int32_t (*shift)[2];      /* of each frame, px; NULL = none moves; SHIFT_NONE = it has no centre */
    size_t moved;             /* room for a strip's rows of a pattern */
    float *masked;            /* of the detector: NaN = masked, else 0; with shift only */
    int blocks, noise;
    fluct_block *block;
    pthread_mutex_t strip_lock[LOCKS]; /* strip s of the blocks' pixels: lock s % LOCKS */
    int locks;
    float *v2d;      /* [frames] */
    int64_t sectors; /* that took part, of all frames */
} fluctuation_job;

/* What a thread works with: sums of each group's cells, and of a strip's pixels. */
typedef struct {
    fluct_strip strip;
    float *sums, *ring, *moved;
    fluct_bin *bin;
    double (*annulus)[3][LANES]; /* sum, square, missing */
} scratch;

static const int32_t SHIFT_NONE = INT32_MAX;

static int block_of(const fluctuation_job *p, int64_t frame) { return (int)(frame * p->blocks / p->job.frames.frames); }

/* The lanes from `lane` on whose patterns lie in one block end here. */
static int same_block(const fluctuation_job *p, int64_t first, int lane, int lanes) {
    int end = lane + 1;
    while (end < lanes && block_of(p, first + end) == block_of(p, first + lane)) end++;
    return end;
}

/* ---- moved patterns ------------------------------------------------------------------------ */

/* A row of a pattern as floats with its centre where the geometry's is. */
static void move_row(const fluctuation_job *p, const void *pattern, const int32_t shift[2], int y, float *out) {
    const vitro_frames *f = &p->job.frames;
    int inside = shift[0] != SHIFT_NONE && y + shift[1] >= 0 && y + shift[1] < f->height && abs(shift[0]) < f->width;
    int from = !inside ? f->width : shift[0] < 0 ? -shift[0] : 0, to = !inside ? f->width : shift[0] > 0 ? f->width - shift[0] : f->width;
    int64_t row = inside ? (int64_t)(y + shift[1]) * f->width + shift[0] : 0;
    const float *masked = p->masked + row;
    for (int x = 0; x < from; x++) out[x] = NAN;
    if (f->type == VITRO_U16)
        for (int x = from; x < to; x++) out[x] = (float)((const uint16_t *)pattern + row)[x] + masked[x];
    else if (f->type == VITRO_U8)
        for (int x = from; x < to; x++) out[x] = (float)((const uint8_t *)pattern + row)[x] + masked[x];
    else
        for (int x = from; x < to; x++) out[x] = ((const float *)pattern + row)[x] + masked[x];
    for (int x = to; x < f->width; x++) out[x] = NAN;
}

static int row_of(const fluctuation_job *p, const ring_cells *cells, int tile) { return cells->tile[tile].offset / p->job.frames.width; }

static int strip_end(const ring_cells *cells, int tile) { return tile + STRIP < cells->tiles ? tile + STRIP : cells->tiles; }

/* What the kernels read of a group: whole patterns as they are, or the strip's rows moved. */
static void give_rows(const fluctuation_job *p, const void *const frame[LANES], int64_t first, int lanes, float *moved, fluct_strip *s,
                      const void *given[LANES]) {
    int width = p->job.frames.width, top = row_of(p, s->cells, s->first_tile), bottom = row_of(p, s->cells, s->end_tile - 1);
    s->origin = p->shift ? top * width : 0;
    s->pixels = p->shift ? (size_t)(bottom - top + 1) * (size_t)width : s->cells->frame_pixels;
    for (int l = 0; l < LANES; l++) {
        float *rows = moved + (size_t)l * p->moved;
        given[l] = !p->shift ? frame[l] : l < lanes ? rows : given[0];
        for (int y = top; p->shift && l < lanes && y <= bottom; y++) move_row(p, frame[l], p->shift[first + l], y, rows + (size_t)(y - top) * (size_t)width);
    }
}

/* ---- pixels ---------------------------------------------------------------------------- */

static void add_pixels(fluctuation_job *p, fluct_block *b, const fluct_strip *s) {
    pthread_mutex_t *lock = &p->strip_lock[s->first_tile / STRIP % LOCKS];
    pthread_mutex_lock(lock);
    for (int t = s->first_tile; t < s->end_tile; t++) {
        const cell_tile *tile = p->cells->tile + t;
        const float *sum = s->pixel_sum + (size_t)(t - s->first_tile) * TILE, *square = s->pixel_square + (size_t)(t - s->first_tile) * TILE;
        const float *missing = s->pixel_missing + (size_t)(t - s->first_tile) * TILE;
        size_t at = (size_t)tile->offset;
        for (int i = 0; b->missing && i < tile->length; i++) b->missing[at + (size_t)i] += missing[i];
        if (b->sum_error)
            for (int i = 0; i < tile->length; i++) {
                add_exactly(&b->sum[at + (size_t)i], &b->sum_error[at + (size_t)i], sum[i]);
                add_exactly(&b->square[at + (size_t)i], &b->square_error[at + (size_t)i], square[i]);
            }
        else
            for (int i = 0; i < tile->length; i++) {
                b->sum[at + (size_t)i] += sum[i];
                b->square[at + (size_t)i] += square[i];
            }
    }
    pthread_mutex_unlock(lock);
}

/* A strip of all groups: their cells, and the pixels' sums into the blocks. */
static void feed_strip(fluctuation_job *p, const void *const frame[][LANES], int64_t first, int64_t n, scratch *c) {
    const fluct_kernels *k = p->kernels->fluctuation;
    const void *given[LANES];
    size_t cells = (size_t)p->cells->cells * LANES;
    for (int64_t g = 0; g * LANES < n; g++) {
        int lanes = n - g * LANES < LANES ? (int)(n - g * LANES) : LANES;
        c->strip.sum = c->sums + (size_t)g * 3 * cells;
        c->strip.square = c->strip.sum + cells;
        c->strip.missing = c->strip.square + cells;
        give_rows(p, frame[g], first + g * LANES, lanes, c->moved, &c->strip, given);
        k->cells(p->type, given, &c->strip);
        for (int lane = 0, end; lane < lanes; lane = end) {
            end = same_block(p, first + g * LANES, lane, lanes);
            k->pixels(p->type, given, lane, end, &c->strip);
            add_pixels(p, &p->block[block_of(p, first + g * LANES + lane)], &c->strip);
        }
    }
}

/* ---- annuli ------------------------------------------------------------------------------ */

static void sum_sectors(const fluctuation_job *p, const float *sums, double (*annulus)[3][LANES]) {
    int bins = p->cells->bins, kinds = p->type == VITRO_F32 ? 3 : 2;
    memset(annulus, 0, sizeof *annulus * (size_t)bins);
    for (int k = 0; k < kinds; k++)
        for (int cell = 0; cell < p->cells->cells; cell++) {
            const float *from = sums + ((size_t)k * (size_t)p->cells->cells + (size_t)cell) * LANES;
            double *to = annulus[fluct_bin_of(p->cells, cell)][k];
            for (int l = 0; l < LANES; l++) to[l] += from[l];
        }
}

/* One pattern's part in the sums of an annulus. */
static void add_pattern(double *to, double pixels, double sum, double square, int noise) {
    if (!(pixels > 0)) return;
    double mean = sum / pixels, shot = noise ? sum : 0, below = sum * sum - shot;
    to[FLUCT_PATTERNS]++;
    to[FLUCT_MEAN] += mean;
    to[FLUCT_MEAN_2] += mean * mean;
    to[FLUCT_SHOT] += mean / pixels;
    to[FLUCT_PIXELS] += pixels;
    to[FLUCT_SUM] += sum;
    to[FLUCT_SUM_2] += square;
    if (!(below > 0)) return;
    to[FLUCT_RATIOS]++;
    to[FLUCT_RATIO] += pixels * (square - shot) / below - 1;
}

static void add_annuli(fluctuation_job *p, int64_t first, int lanes, const double *pixels, scratch *c) {
    int bins = p->cells->bins;
    for (int lane = 0, end; lane < lanes; lane = end) {
        end = same_block(p, first, lane, lanes);
        fluct_block *block = &p->block[block_of(p, first + lane)];
        memset(c->bin, 0, sizeof *c->bin * (size_t)bins);
        for (int b = 0; b < bins; b++)
            for (int l = lane; l < end; l++) {
                double(*a)[LANES] = c->annulus[b];
                add_pattern(c->bin[b].sum, pixels[b] - a[2][l], a[0][l], a[1][l], p->noise);
            }
        pthread_mutex_lock(&p->job.lock);
        block->patterns += end - lane;
        for (int b = 0; b < bins; b++)
            for (int k = 0; k < FLUCT_SUMS; k++) add_exactly(&block->bin[b].sum[k], &block->bin[b].error[k], c->bin[b].sum[k]);
        pthread_mutex_unlock(&p->job.lock);
    }
}

/* ---- feeding ------------------------------------------------------------------------------ */

static void scratch_free(scratch *c) {
    free(c->sums);
    free(c->ring);
    free(c->moved);
    free(c->bin);
    free(c->annulus);
    free(c->strip.pixel_sum);
}

static vitro_status scratch_new(const fluctuation_job *p, scratch *c) {
    size_t bins = (size_t)p->cells->bins, cells = (size_t)p->cells->cells, room = (size_t)STRIP * TILE;
    *c = (scratch){.sums = vitro_alloc(GROUPS * 3 * cells * LANES, sizeof(float)), .ring = vitro_alloc((size_t)3 * SECTORS * LANES, sizeof(float)),
                   .moved = vitro_alloc(p->moved * LANES, sizeof(float)),
                   .bin = vitro_alloc(bins, sizeof *c->bin), .annulus = vitro_alloc(bins + 1, sizeof *c->annulus)};
    c->strip = (fluct_strip){.cells = p->cells, .pixel_sum = vitro_alloc(3 * room, sizeof(float))};
    if (!c->sums || !c->ring || !c->moved || !c->bin || !c->annulus || !c->strip.pixel_sum) {
        scratch_free(c);
        return VITRO_MEMORY;
    }
    c->strip.pixel_square = c->strip.pixel_sum + room;
    c->strip.pixel_missing = c->strip.pixel_square + room;
    return VITRO_OK;
}

static void feed_ring(fluctuation_job *p, const void *const frame[LANES], int64_t first, int lanes, scratch *c) {
    enum { SUMS = SECTORS * LANES };
    fluct_strip s = {.cells = p->ring, .sum = c->ring, .square = c->ring + SUMS, .missing = c->ring + 2 * SUMS};
    const void *given[LANES];
    int sectors = 0;
    memset(c->ring, 0, 3 * SUMS * sizeof(float));
    for (int t = 0; t < p->ring->tiles; t = s.end_tile) {
        s.first_tile = t;
        s.end_tile = strip_end(p->ring, t);
        give_rows(p, frame, first, lanes, c->moved, &s, given);
        p->kernels->fluctuation->cells(p->type, given, &s);
    }
    for (int l = 0; l < lanes; l++) sectors += fluct_sector_variance(s.sum + l, s.missing + l, LANES, p->ring, p->noise, &p->v2d[first + l]);
    pthread_mutex_lock(&p->job.lock);
    p->sectors += sectors;
    pthread_mutex_unlock(&p->job.lock);
}

static void feed_groups(fluctuation_job *p, const char *frames, int64_t first, int64_t n, const double *pixels, scratch *c) {
    const void *frame[GROUPS][LANES];
    int64_t groups = (n + LANES - 1) / LANES;
    for (int64_t i = 0; i < groups * LANES; i++) frame[i / LANES][i % LANES] = frames + p->job.frame_bytes * (size_t)(i < n ? i : i / LANES * LANES);
    memset(c->sums, 0, sizeof(float) * (size_t)groups * 3 * (size_t)p->cells->cells * LANES);
    for (int t = 0; t < p->cells->tiles; t += STRIP) {
        c->strip.first_tile = t;
        c->strip.end_tile = strip_end(p->cells, t);
        feed_strip(p, (const void *const(*)[LANES])frame, first, n, c);
    }
    for (int64_t g = 0; g < groups; g++) {
        int lanes = n - g * LANES < LANES ? (int)(n - g * LANES) : LANES;
        sum_sectors(p, c->sums + (size_t)g * 3 * (size_t)p->cells->cells * LANES, c->annulus);
        add_annuli(p, first + g * LANES, lanes, pixels, c);
        if (p->ring) feed_ring(p, frame[g], first + g * LANES, lanes, c);
    }
}

static vitro_status fluctuation_feed(vitro_job *job, const void *frames, int64_t first, int64_t n) {
    fluctuation_job *p = (fluctuation_job *)job;
    scratch c;
    int bins = p->cells->bins;
    double *pixels = vitro_calloc((size_t)bins, sizeof *pixels);
    vitro_status status = pixels ? scratch_new(p, &c) : VITRO_MEMORY;
    if (status == VITRO_OK) {
        for (int cell = 0; cell < p->cells->cells; cell++) pixels[fluct_bin_of(p->cells, cell)] += p->cells->pixels[cell];
        int64_t step = (int64_t)GROUPS * LANES;
        for (int64_t f = 0; f < n; f += step)
            feed_groups(p, (const char *)frames + job->frame_bytes * (size_t)f, first + f, n - f < step ? n - f : step, pixels, &c);
        scratch_free(&c);
    }
    free(pixels);
    return status;
}

static vitro_status fluctuation_finish(vitro_job *job, float *out) {
    fluctuation_job *p = (fluctuation_job *)job;
    vitro_status status = fluct_variances(p->block, p->blocks, p->cells, p->noise, out);
    if (status != VITRO_OK || !p->ring) return status;
    out += VITRO_FLUCTUATION_FIELDS * p->cells->bins;
    memcpy(out, p->v2d, sizeof(float) * (size_t)job->frames.frames);
    out[job->frames.frames] = (float)((double)p->sectors / (double)job->frames.frames);
    return VITRO_OK;
}

static void fluctuation_release(vitro_job *job) {
    fluctuation_job *p = (fluctuation_job *)job;
    for (int b = 0; p->block && b < p->blocks; b++) {
        free(p->block[b].bin);
        free(p->block[b].sum);
        free(p->block[b].square);
        free(p->block[b].sum_error);
        free(p->block[b].square_error);
        free(p->block[b].missing);
    }
    for (int i = 0; i < p->locks; i++) pthread_mutex_destroy(&p->strip_lock[i]);
    ring_cells_free(p->cells);
    ring_cells_free(p->ring);
    free(p->block);
    free(p->shift);
    free(p->masked);
    free(p->v2d);
}

static const vitro_method fluctuation_method = {fluctuation_feed, fluctuation_finish, fluctuation_release};

/* ---- setting up ------------------------------------------------------------------------------ */

static vitro_status blocks_new(fluctuation_job *p) {
    int64_t frames = p->job.frames.frames;
    size_t pixels = p->cells->frame_pixels;
    int floats = p->job.frames.type == VITRO_F32, may_miss = p->type == VITRO_F32;
    size_t fit = MOST_BYTES / (pixels * sizeof(double) * (floats ? 5 : may_miss ? 3 : 2));
    p->blocks = fit > MOST_BLOCKS ? MOST_BLOCKS : fit < LEAST_BLOCKS ? LEAST_BLOCKS : (int)fit;
    if (frames < p->blocks) p->blocks = (int)frames;
    p->block = vitro_calloc((size_t)p->blocks, sizeof *p->block);
    if (!p->block) return VITRO_MEMORY;
    for (fluct_block *b = p->block; b < p->block + p->blocks; b++) {
        b->bin = vitro_calloc((size_t)p->cells->bins, sizeof *b->bin);
        b->sum = vitro_calloc(pixels, sizeof(double));
        b->square = vitro_calloc(pixels, sizeof(double));
        if (!b->bin || !b->sum || !b->square) return VITRO_MEMORY;
        if (may_miss) b->missing = vitro_calloc(pixels, sizeof(double));
        if (floats) b->sum_error = vitro_calloc(pixels, sizeof(double));
        if (floats) b->square_error = vitro_calloc(pixels, sizeof(double));
        if ((may_miss && !b->missing) || (floats && (!b->sum_error || !b->square_error))) return VITRO_MEMORY;
    }
    for (; p->locks < LOCKS; p->locks++)
        if (pthread_mutex_init(&p->strip_lock[p->locks], NULL)) return vitro_fail(VITRO_MEMORY, "no lock for a job");
    return VITRO_OK;
}

static vitro_status ring_new(fluctuation_job *p, const vitro_geometry *g, double min, double max) {
    const vitro_frames *f = &p->job.frames;
    vitro_geometry range = *g;
    range.ring_min = min;
    range.ring_max = max;
    vitro_status status = radial_range_check(f, &range, 1);
    if (status == VITRO_OK) status = ring_cells_new(g, f->width, f->height, min, max - min, 1, &p->ring);
    if (status != VITRO_OK) return status;
    if (fluct_sectors(p->ring) < 3)
        return vitro_fail(VITRO_DATA, "%d of 36 sectors of the ring from %.1f to %.1f px are unmasked by half or more: three are needed", fluct_sectors(p->ring), min, max);
    p->v2d = vitro_alloc((size_t)f->frames, sizeof *p->v2d);
    return p->v2d ? VITRO_OK : VITRO_MEMORY;
}

/* The most rows of a strip. */
static int strip_rows(const fluctuation_job *p, const ring_cells *cells) {
    int most = 0;
    for (int t = 0; cells && t < cells->tiles; t += STRIP) {
        int rows = row_of(p, cells, strip_end(cells, t) - 1) - row_of(p, cells, t) + 1;
        most = rows > most ? rows : most;
    }
    return most;
}

/* Whole pixels from the geometry's centre to each pattern's own; the mask, which moves along, is left to the patterns. */
static vitro_status set_shifts(fluctuation_job *p, const vitro_geometry *g, const double *centers) {
    const vitro_frames *f = &p->job.frames;
    size_t pixels = (size_t)f->width * (size_t)f->height;
    int64_t found = 0;
    p->shift = vitro_alloc((size_t)f->frames, sizeof *p->shift);
    p->masked = vitro_alloc(pixels, sizeof *p->masked);
    if (!p->shift || !p->masked) return VITRO_MEMORY;
    for (int64_t i = 0; i < f->frames; i++) {
        int known = radial_on_detector(f, centers[2 * i], centers[2 * i + 1]);
        for (int k = 0; k < 2; k++) p->shift[i][k] = known ? (int32_t)lrint(centers[2 * i + k] - (k ? g->center_y : g->center_x)) : SHIFT_NONE;
        found += known;
    }
    int rows = strip_rows(p, p->cells), of_ring = strip_rows(p, p->ring);
    p->moved = (size_t)(rows > of_ring ? rows : of_ring) * (size_t)f->width;
    for (size_t i = 0; i < pixels; i++) p->masked[i] = g->mask && g->mask[i] ? NAN : 0;
    if (found < 2) return vitro_fail(VITRO_DATA, "%lld of %lld patterns have a centre on the detector: at least two are needed", (long long)found, (long long)f->frames);
    return VITRO_OK;
}

vitro_status vitro_fluctuation_new(const vitro_frames *frames, const vitro_geometry *geometry, const double *centers, int bins, int noise_correction,
                                   double azimuth_min, double azimuth_max, vitro_job **job) {
    fluctuation_job *p = vitro_calloc(1, sizeof *p);
    if (!p) return VITRO_MEMORY;
    vitro_status status = vitro_job_init(&p->job, &fluctuation_method, frames, 0);
    if (status != VITRO_OK) {
        free(p);
        return status;
    }
    if (frames->frames < 2) status = vitro_fail(VITRO_DATA, "%lld pattern: at least two are needed for a variance", (long long)frames->frames);
    if (status == VITRO_OK) status = radial_range_check(frames, geometry, bins);
    vitro_geometry g = *geometry;
    if (centers) g.mask = NULL;
    p->type = centers ? VITRO_F32 : frames->type;
    if (status == VITRO_OK) status = ring_cells_new(&g, frames->width, frames->height, g.ring_min, (g.ring_max - g.ring_min) / bins, bins, &p->cells);
    if (status == VITRO_OK && azimuth_max > 0) status = ring_new(p, &g, azimuth_min, azimuth_max);
    if (status == VITRO_OK && centers) status = set_shifts(p, geometry, centers);
    if (status == VITRO_OK) status = blocks_new(p);
    if (status == VITRO_OK) {
        p->kernels = vitro_kernels_for((vitro_isa)frames->isa);
        p->noise = noise_correction != 0;
        p->job.outputs = VITRO_FLUCTUATION_FIELDS * (int64_t)bins + (p->ring ? frames->frames + 1 : 0);
        *job = &p->job;
    } else {
        vitro_job_free(&p->job);
    }
    return status;
}
