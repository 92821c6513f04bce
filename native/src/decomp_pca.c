/* Principal components: the covariance of the profiles in double precision, its eigenvectors, and each profile's scores on them.
 * The covariance is made in strips of rows, each over all positions, so that its sums do not depend on threads.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "decomp.h"
#include "solve.h"

enum { STRIP = 32, CHUNK = DECOMP_ITEM * BLOCK, ROWS = DECOMP_ROWS };
static const double NOTHING = 1e-14; /* variance, of the sum of squares, below which single precision leaves noise only */

typedef enum { BEGIN, PREPARE, COVARIANCE, SCORES } phase;

typedef struct {
    vitro_decomp d;
    phase phase;
    int stride;         /* depth, up to whole strips */
    double squares;     /* of all values */
    double *covariance; /* [stride][stride], then its eigenvectors */
    double *values;     /* eigenvalues, rising */
    float *basis;       /* [depth][1 + components]: mean, eigenvectors */
} pca;

/* One row of a chunk of positions, centred; 0 where there is no row or position. */
static void centred_row(const pca *p, int64_t first_tile, int row, double *out) {
    const vitro_decomp *d = &p->d;
    for (int64_t t = first_tile; t < first_tile + DECOMP_ITEM; t++, out += BLOCK) {
        if (t >= d->tiles || row >= d->depth) {
            memset(out, 0, sizeof(double) * BLOCK);
            continue;
        }
        const float *data = decomp_tile(d, t) + (size_t)row * BLOCK;
        for (int i = 0; i < BLOCK; i++) out[i] = d->state[t * BLOCK + i] == DECOMP_TAKEN ? data[i] - d->mean[row] : 0;
    }
}

static vitro_status covariance_strip(pca *p, int first_row) {
    double *strip = vitro_alloc((size_t)(STRIP + ROWS) * CHUNK, sizeof(double));
    if (!strip) return VITRO_MEMORY;
    double *other = strip + STRIP * CHUNK;
    for (int64_t tile = 0; tile < p->d.tiles; tile += DECOMP_ITEM) {
        for (int a = 0; a < STRIP; a++) centred_row(p, tile, first_row + a, strip + a * CHUNK);
        for (int b = first_row; b < p->stride; b += ROWS) {
            for (int j = 0; j < ROWS; j++) centred_row(p, tile, b + j, other + j * CHUNK);
            for (int a = 0; a < STRIP && first_row + a <= b; a += ROWS)
                p->d.kernels->products(strip + a * CHUNK, other, CHUNK, p->covariance + (size_t)(first_row + a) * (size_t)p->stride + b, p->stride);
        }
    }
    free(strip);
    return VITRO_OK;
}

/* Scores, and what they leave of the centred profile. */
static vitro_status score_tile(pca *p, int64_t tile) {
    vitro_decomp *d = &p->d;
    const int k = d->components;
    float *left = vitro_alloc((size_t)d->depth * BLOCK, sizeof(float));
    if (!left) return VITRO_MEMORY;
    float weight[(DECOMP_MOST + 1) * BLOCK] = {0}, slope[(DECOMP_MOST + 1) * BLOCK];
    for (int i = 0; i < BLOCK; i++) weight[i] = d->state[tile * BLOCK + i] == DECOMP_TAKEN;
    d->kernels->residual(decomp_tile(d, tile), weight, p->basis, d->depth, k + 1, left, slope, d->square + tile * BLOCK);
    memcpy(weight + BLOCK, slope + BLOCK, sizeof(float) * (size_t)(k * BLOCK));
    memcpy(decomp_weights(d, tile), weight + BLOCK, sizeof(float) * (size_t)(k * BLOCK));
    d->kernels->residual(decomp_tile(d, tile), weight, p->basis, d->depth, k + 1, left, slope, d->left + tile * BLOCK);
    free(left);
    return VITRO_OK;
}

static vitro_status work(vitro_decomp *d, int64_t item) {
    pca *p = (pca *)d;
    if (p->phase == COVARIANCE) return covariance_strip(p, (int)item * STRIP);
    vitro_status status = VITRO_OK;
    for (int64_t t = item * DECOMP_ITEM; t < decomp_end(d, item) && status == VITRO_OK; t++)
        if (p->phase == PREPARE) decomp_prepare(d, t);
        else status = score_tile(p, t);
    return status;
}

static vitro_status set_scale(pca *p) {
    double low, high;
    decomp_range(&p->d, &low, &high);
    if (!(high > low)) return vitro_fail(VITRO_DATA, "all values are %g: there is nothing to decompose", low);
    p->d.scale = 1 / fmax(fabs(low), fabs(high));
    return VITRO_OK;
}

/* The eigenvectors with the largest variance; their signs make the largest element positive. */
static vitro_status solve(pca *p) {
    vitro_decomp *d = &p->d;
    double trace = 0;
    for (int z = 0; z < d->depth; z++) trace += p->covariance[(size_t)z * (size_t)p->stride + (size_t)z];
    vitro_status status = solve_symmetric(p->covariance, d->depth, p->stride, p->values);
    if (status != VITRO_OK) return status;
    int rank = 0;
    for (int z = 0; z < d->depth; z++) {
        const double value = fmax(0, p->values[d->depth - 1 - z]);
        rank += value > NOTHING * p->squares;
        d->spectrum[z] = trace > 0 ? value / trace : 0;
    }
    if (rank < d->components)
        return vitro_fail(VITRO_DATA, "%d components are too many: the cube's profiles differ in %d ways only", d->components, rank);
    for (int j = 0; j < d->components; j++) {
        const double *vector = p->covariance + (size_t)(d->depth - 1 - j) * (size_t)p->stride;
        double most = 0;
        for (int z = 0; z < d->depth; z++)
            if (fabs(vector[z]) > fabs(most)) most = vector[z];
        for (int z = 0; z < d->depth; z++) {
            d->basis[j * d->depth + z] = most < 0 ? -vector[z] : vector[z];
            p->basis[z * (d->components + 1) + 1 + j] = (float)d->basis[j * d->depth + z];
        }
    }
    for (int z = 0; z < d->depth; z++) p->basis[z * (d->components + 1)] = (float)d->mean[z];
    return VITRO_OK;
}

/* Back to the cube's units. */
static void finish(pca *p) {
    vitro_decomp *d = &p->d;
    double left = 0, all = 0;
    for (int64_t i = 0; i < d->tiles * BLOCK; i++) {
        left += d->left[i];
        all += d->square[i];
    }
    d->error = all > 0 ? sqrt(left / all) : 0;
    for (int64_t i = 0; i < d->tiles * BLOCK * d->components; i++) d->weights[i] = (float)(d->weights[i] / d->scale);
    for (int z = 0; z < d->depth; z++) d->mean[z] /= d->scale;
    d->progress = 1;
}

static vitro_status next(vitro_decomp *d, int64_t *items) {
    pca *p = (pca *)d;
    vitro_status status = VITRO_OK;
    *items = decomp_items(d);
    switch (p->phase) {
    case BEGIN:
        p->phase = PREPARE;
        return set_scale(p);
    case PREPARE:
        p->squares = decomp_mean(d);
        p->phase = COVARIANCE;
        *items = p->stride / STRIP;
        break;
    case COVARIANCE:
        status = solve(p);
        d->progress = 0.9;
        p->phase = SCORES;
        break;
    case SCORES:
        finish(p);
        *items = 0;
    }
    return status;
}

static void release(vitro_decomp *d) {
    pca *p = (pca *)d;
    free(p->covariance);
    free(p->values);
    free(p->basis);
}

static const decomp_method method = {work, next, release};

static vitro_status allocate(pca *p) {
    const size_t depth = (size_t)p->d.depth;
    p->stride = (p->d.depth + STRIP - 1) / STRIP * STRIP;
    p->covariance = vitro_calloc((size_t)p->stride * (size_t)p->stride, sizeof(double));
    p->values = vitro_calloc(depth, sizeof(double));
    p->basis = vitro_calloc(depth * (size_t)(p->d.components + 1), sizeof(float));
    p->d.spectrum = vitro_calloc(depth, sizeof(double));
    return p->covariance && p->values && p->basis && p->d.spectrum ? VITRO_OK : VITRO_MEMORY;
}

vitro_status vitro_pca_new(int64_t positions, int depth, int components, int isa, vitro_decomp **decomp) {
    pca *p = vitro_calloc(1, sizeof *p);
    if (!p) return VITRO_MEMORY;
    vitro_status status = decomp_init(&p->d, &method, positions, depth, components, isa);
    if (status == VITRO_OK) status = allocate(p);
    if (status != VITRO_OK) {
        vitro_decomp_free(&p->d);
        return status;
    }
    p->d.error = NAN;
    *decomp = &p->d;
    return VITRO_OK;
}
