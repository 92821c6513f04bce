/* From block sums to the four variances of fluctuation microscopy and their errors.
 *
 * Photon noise: for counts with expectation L, <I (I - 1)> = <L^2>, in a pixel and in a sum of pixels. So the corrected variances are
 * count * sum I (I - 1) / (T (T - 1)) - 1 with T = sum I, in place of count * sum I^2 / T^2 - 1. Given T the counts are multinomial, which
 * makes each such ratio unbiased at any number of counts, where the usual 1 / <I> is so for many only.
 *
 * Errors: the delete-one jackknife over blocks of neighbouring scan positions (Kuensch, Ann. Statist. 17 (1989) 1217), which allows for what
 * neighbours have in common.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include <math.h>
#include <stdlib.h>

#include "exact_sum.h"
#include "fluct.h"

enum { VARIANTS = 4, LEAST_SECTORS = 3 };
static const double SAME = 1e-6; /* floats that differ by less do not tell a variance */

/* count * sum of squares / total^2 - 1, where shot and total_shot are photon noise's share of both; NaN if the total is not above noise. */
static double variance(double count, double squares, double total, double shot, double total_shot) {
    double below = total * total - total_shot;
    return below > 0 ? count * (squares - shot) / below - 1 : NAN;
}

/* The sums of the total without those of a block; NULL = with all. */
typedef struct {
    const fluct_block *total, *without;
    const ring_cells *cells;
    int noise;
} selection;

static double bin_sum(const selection *s, int bin, int which) {
    return s->total->bin[bin].sum[which] - (s->without ? s->without->bin[bin].sum[which] : 0);
}

/* Annular mean of the variance image. */
static void variance_image(const selection *s, double *sum, double *count) {
    const ring_cells *c = s->cells;
    const fluct_block *t = s->total, *w = s->without;
    for (const cell_tile *tile = c->tile; tile < c->tile + c->tiles; tile++)
        for (const cell_run *run = c->run + tile->first_run; run < c->run + tile->first_run + tile->runs; run++) {
            int bin = fluct_bin_of(c, run->cell);
            for (int i = tile->offset + run->first; i < tile->offset + run->first + run->length; i++) {
                double pixel = t->sum[i] - (w ? w->sum[i] : 0), square = t->square[i] - (w ? w->square[i] : 0);
                double patterns = (double)(t->patterns - (w ? w->patterns : 0));
                if (t->missing) patterns -= t->missing[i] - (w ? w->missing[i] : 0);
                double v = variance(patterns, square, pixel, s->noise ? pixel : 0, s->noise ? pixel : 0);
                if (isnan(v)) continue;
                sum[bin] += v;
                count[bin]++;
            }
        }
}

/* All variants of all bins: value[bin][VARIANTS]. room: 2 x bins. */
static void variances(const selection *s, double (*value)[VARIANTS], double *room) {
    int bins = s->cells->bins;
    double *image = room, *pixels = room + bins;
    for (int b = 0; b < 2 * bins; b++) room[b] = 0;
    variance_image(s, image, pixels);
    for (int b = 0; b < bins; b++) {
        double total = bin_sum(s, b, FLUCT_SUM), ratios = bin_sum(s, b, FLUCT_RATIOS), shot = s->noise ? bin_sum(s, b, FLUCT_SHOT) : 0;
        value[b][0] = ratios > 0.5 ? bin_sum(s, b, FLUCT_RATIO) / ratios : NAN;
        value[b][1] = variance(bin_sum(s, b, FLUCT_PATTERNS), bin_sum(s, b, FLUCT_MEAN_2), bin_sum(s, b, FLUCT_MEAN), shot, shot);
        value[b][2] = pixels[b] > 0 ? image[b] / pixels[b] : NAN;
        value[b][3] = variance(bin_sum(s, b, FLUCT_PIXELS), bin_sum(s, b, FLUCT_SUM_2), total, s->noise ? total : 0, s->noise ? total : 0);
    }
}

/* Rounding errors are added in once everything is there. */
static void settle(fluct_block *b, int bins, size_t pixels) {
    for (int i = 0; i < bins; i++)
        for (int k = 0; k < FLUCT_SUMS; k++) b->bin[i].sum[k] += b->bin[i].error[k];
    for (size_t i = 0; b->sum_error && i < pixels; i++) {
        b->sum[i] += b->sum_error[i];
        b->square[i] += b->square_error[i];
    }
}

static void add(fluct_block *total, const fluct_block *b, int bins, size_t pixels) {
    total->patterns += b->patterns;
    for (int i = 0; i < bins; i++)
        for (int k = 0; k < FLUCT_SUMS; k++) total->bin[i].sum[k] += b->bin[i].sum[k];
    for (size_t i = 0; i < pixels; i++) {
        total->sum[i] += b->sum[i];
        total->square[i] += b->square[i];
        if (b->missing) total->missing[i] += b->missing[i];
    }
}

/* VITRO_DATA if there is nothing that could vary. */
static vitro_status check(const fluct_block *total, int bins) {
    double largest = 0, first = NAN;
    int same = 1;
    for (int b = 0; b < bins; b++) {
        const double *s = total->bin[b].sum;
        if (!(s[FLUCT_PIXELS] > 0)) continue;
        double mean = s[FLUCT_SUM] / s[FLUCT_PIXELS];
        if (isnan(first)) first = mean;
        largest = fmax(largest, fabs(mean));
        same = same && fabs(mean - first) <= SAME * fabs(first) && fabs(s[FLUCT_SUM_2] - mean * s[FLUCT_SUM]) <= SAME * s[FLUCT_SUM_2];
    }
    if (isnan(first)) return vitro_fail(VITRO_DATA, "no pixel of the range is a number in any pattern");
    if (largest == 0) return vitro_fail(VITRO_DATA, "there are no counts in the range");
    if (same) return vitro_fail(VITRO_DATA, "all pixels of all patterns have the same value in the range, %g: nothing fluctuates", first);
    return VITRO_OK;
}

static void write_means(const fluct_block *total, int bins, float *out) {
    for (int b = 0; b < bins; b++) {
        const double *s = total->bin[b].sum;
        out[VITRO_FLUCTUATION_PIXELS * bins + b] = s[FLUCT_PATTERNS] > 0 ? (float)(s[FLUCT_PIXELS] / s[FLUCT_PATTERNS]) : 0;
        out[VITRO_FLUCTUATION_INTENSITY * bins + b] = s[FLUCT_PIXELS] > 0 ? (float)(s[FLUCT_SUM] / s[FLUCT_PIXELS]) : NAN;
    }
}

vitro_status fluct_variances(fluct_block *block, int blocks, const ring_cells *cells, int noise, float *out) {
    int bins = cells->bins;
    double(*value)[VARIANTS] = vitro_alloc((size_t)bins * (size_t)(blocks + 1), sizeof *value), *room = vitro_alloc(2 * (size_t)bins, sizeof *room);
    fluct_block total = {.patterns = 0, .bin = vitro_calloc((size_t)bins, sizeof *total.bin), .sum = vitro_calloc(cells->frame_pixels, sizeof(double)),
                         .square = vitro_calloc(cells->frame_pixels, sizeof(double))};
    if (block->missing) total.missing = vitro_calloc(cells->frame_pixels, sizeof(double));
    vitro_status status = value && room && total.bin && total.sum && total.square && (total.missing || !block->missing) ? VITRO_OK : VITRO_MEMORY;
    for (int b = 0; status == VITRO_OK && b < blocks; b++) {
        settle(&block[b], bins, cells->frame_pixels);
        add(&total, &block[b], bins, cells->frame_pixels);
    }
    if (status == VITRO_OK) status = check(&total, bins);
    for (int b = 0; status == VITRO_OK && b <= blocks; b++)
        variances(&(selection){&total, b < blocks ? &block[b] : NULL, cells, noise}, value + (size_t)b * (size_t)bins, room);
    if (status == VITRO_OK) write_means(&total, bins, out);
    for (int i = 0; status == VITRO_OK && i < bins * VARIANTS; i++) {
        int bin = i / VARIANTS, variant = i % VARIANTS;
        double mean = 0, squares = 0;
        for (int b = 0; b < blocks; b++) mean += value[(size_t)b * (size_t)bins + (size_t)bin][variant] / blocks;
        for (int b = 0; b < blocks; b++) squares += pow(value[(size_t)b * (size_t)bins + (size_t)bin][variant] - mean, 2);
        out[(VITRO_FLUCTUATION_V + variant) * bins + bin] = (float)value[(size_t)blocks * (size_t)bins + (size_t)bin][variant];
        out[(VITRO_FLUCTUATION_SIGMA + variant) * bins + bin] = (float)sqrt((blocks - 1.0) / blocks * squares);
    }
    free(value);
    free(room);
    free(total.bin);
    free(total.sum);
    free(total.square);
    free(total.missing);
    return status;
}

/* ---- V2D ------------------------------------------------------------------------------ */

int fluct_sectors(const ring_cells *ring) {
    int n = 0;
    for (int s = 0; s < SECTORS; s++) n += ring->share[s] >= 0.5f;
    return n;
}

int fluct_sector_variance(const float *sum, const float *missing, int stride, const ring_cells *ring, int noise, float *v2d) {
    double sectors = 0, total = 0, squares = 0, shot = 0, fullest = 0;
    for (int s = 0; s < SECTORS; s++) fullest = fmax(fullest, ring->pixels[s]);
    for (int s = 0; s < SECTORS; s++) {
        double pixels = ring->pixels[s] - missing[s * stride];
        if (pixels < 0.5 * fullest) continue;
        double mean = sum[s * stride] / pixels;
        sectors++;
        total += mean;
        squares += mean * mean;
        shot += noise ? mean / pixels : 0;
    }
    *v2d = sectors < LEAST_SECTORS ? NAN : (float)variance(sectors, squares, total, shot, shot);
    return (int)sectors;
}
