/* The cube of a decomposition: profiles in tiles of positions, the rounds, the results.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "decomp.h"

vitro_status decomp_init(vitro_decomp *d, const decomp_method *method, int64_t positions, int depth, int components, int isa) {
    d->method = method;
    if (positions < 1 || positions > INT32_MAX || depth < 2 || depth > 65536)
        return vitro_fail(VITRO_ARGUMENT, "a cube of %lld positions with %d points each cannot be decomposed: 2 to 65536 points are allowed",
                          (long long)positions, depth);
    if (components < 1 || components > DECOMP_MOST)
        return vitro_fail(VITRO_ARGUMENT, "%d components: 1 to %d are allowed", components, DECOMP_MOST);
    const vitro_kernels *kernels = vitro_kernels_for((vitro_isa)isa);
    if (!kernels) return vitro_fail(VITRO_ARGUMENT, "instruction set %d is not on this processor", isa);
    d->kernels = kernels->decomp;
    d->positions = positions;
    d->tiles = (positions + BLOCK - 1) / BLOCK;
    d->depth = depth;
    d->components = components;
    d->scale = 1;
    const size_t lanes = (size_t)d->tiles * BLOCK;
    d->data = vitro_calloc(lanes * (size_t)depth, sizeof(float));
    d->state = vitro_calloc(lanes, 1);
    d->lowest = vitro_calloc(lanes, sizeof(float));
    d->highest = vitro_calloc(lanes, sizeof(float));
    d->weights = vitro_calloc(lanes * (size_t)components, sizeof(float));
    d->square = vitro_calloc(lanes, sizeof(float));
    d->left = vitro_calloc(lanes, sizeof(float));
    d->tile_mean = vitro_calloc((size_t)d->tiles * (size_t)depth, sizeof(double));
    d->basis = vitro_calloc((size_t)components * (size_t)depth, sizeof(double));
    d->mean = vitro_calloc((size_t)depth, sizeof(double));
    return d->data && d->state && d->lowest && d->highest && d->weights && d->square && d->left && d->tile_mean && d->basis && d->mean ? VITRO_OK
                                                                                                                                      : VITRO_MEMORY;
}

void vitro_decomp_free(vitro_decomp *d) {
    if (!d) return;
    d->method->release(d);
    free(d->data);
    free(d->state);
    free(d->lowest);
    free(d->highest);
    free(d->weights);
    free(d->square);
    free(d->left);
    free(d->tile_mean);
    free(d->basis);
    free(d->mean);
    free(d->spectrum);
    free(d);
}

/* n positions from lane `lane` of a tile on, profiles[z * stride + i]. */
static void load_tile(vitro_decomp *d, int64_t tile, int lane, int n, const float *profiles, int64_t stride) {
    float *to = decomp_tile(d, tile) + lane, *low = d->lowest + tile * BLOCK + lane, *high = d->highest + tile * BLOCK + lane;
    float wrong[BLOCK] = {0};
    for (int i = 0; i < n; i++) low[i] = high[i] = profiles[i];
    for (int z = 0; z < d->depth; z++)
        for (int i = 0; i < n; i++) {
            const float v = profiles[z * stride + i];
            wrong[i] += v - v; /* 0, or NaN for what is no finite number */
            low[i] = v < low[i] ? v : low[i];
            high[i] = v > high[i] ? v : high[i];
            to[(size_t)z * BLOCK + (size_t)i] = v;
        }
    for (int i = 0; i < n; i++) {
        d->state[tile * BLOCK + lane + i] = wrong[i] == 0 ? DECOMP_TAKEN : DECOMP_LEFT_OUT;
        for (int z = 0; z < d->depth && wrong[i] != 0; z++) to[(size_t)z * BLOCK + (size_t)i] = 0;
    }
}

vitro_status vitro_decomp_load(vitro_decomp *d, const float *profiles, int64_t first, int64_t n) {
    if (first < 0 || n < 0 || n > d->positions - first)
        return vitro_fail(VITRO_ARGUMENT, "positions %lld to %lld of %lld", (long long)first, (long long)(first + n - 1), (long long)d->positions);
    if (d->taken) return vitro_fail(VITRO_STATE, "profiles are loaded after the decomposition has begun");
    for (int64_t i = 0; i < n;) {
        const int lane = (int)((first + i) % BLOCK), some = n - i < BLOCK - lane ? (int)(n - i) : BLOCK - lane;
        load_tile(d, (first + i) / BLOCK, lane, some, profiles + i, n);
        i += some;
    }
    return VITRO_OK;
}

vitro_status decomp_loaded(vitro_decomp *d) {
    int64_t missing = 0;
    for (int64_t i = 0; i < d->positions; i++) {
        missing += d->state[i] == DECOMP_MISSING;
        d->taken += d->state[i] == DECOMP_TAKEN;
    }
    if (missing) return vitro_fail(VITRO_STATE, "%lld of %lld positions are not loaded", (long long)missing, (long long)d->positions);
    if (d->taken < 2)
        return vitro_fail(VITRO_DATA, "only %lld of %lld positions have finite values at all %d points", (long long)d->taken,
                          (long long)d->positions, d->depth);
    return VITRO_OK;
}

void decomp_range(const vitro_decomp *d, double *low, double *high) {
    *low = INFINITY;
    *high = -INFINITY;
    for (int64_t i = 0; i < d->positions; i++)
        if (d->state[i] == DECOMP_TAKEN) {
            *low = fmin(*low, d->lowest[i]);
            *high = fmax(*high, d->highest[i]);
        }
}

void decomp_prepare(vitro_decomp *d, int64_t tile) {
    float *data = decomp_tile(d, tile), *square = d->square + tile * BLOCK;
    const uint8_t *state = d->state + tile * BLOCK;
    double *mean = d->tile_mean + tile * d->depth;
    for (int z = 0; z < d->depth; z++, data += BLOCK) {
        double sum = 0;
        for (int i = 0; i < BLOCK; i++) {
            data[i] = state[i] == DECOMP_TAKEN ? (float)(d->scale * (data[i] + d->shift)) : 0;
            square[i] += data[i] * data[i];
            sum += data[i];
        }
        mean[z] = sum;
    }
}

double decomp_mean(vitro_decomp *d) {
    double total = 0;
    memset(d->mean, 0, sizeof(double) * (size_t)d->depth);
    for (int64_t t = 0; t < d->tiles; t++) {
        for (int z = 0; z < d->depth; z++) d->mean[z] += d->tile_mean[t * d->depth + z] / (double)d->taken;
        for (int i = 0; i < BLOCK; i++) total += d->square[t * BLOCK + i];
    }
    return total;
}

vitro_status vitro_decomp_next(vitro_decomp *d, int64_t *items) {
    *items = 0;
    if (d->done) return VITRO_OK;
    vitro_status status = d->taken ? VITRO_OK : decomp_loaded(d);
    if (status == VITRO_OK) status = d->method->next(d, &d->items);
    if (status != VITRO_OK) return status;
    d->done = d->items == 0;
    *items = d->items;
    return VITRO_OK;
}

vitro_status vitro_decomp_work(vitro_decomp *d, int64_t item) {
    if (item < 0 || item >= d->items) return vitro_fail(VITRO_ARGUMENT, "piece %lld of %lld", (long long)item, (long long)d->items);
    return d->method->work(d, item);
}

void vitro_decomp_progress(const vitro_decomp *d, double out[3]) {
    out[0] = d->progress;
    out[1] = (double)d->iterations;
    out[2] = d->error;
}

void vitro_decomp_shape(const vitro_decomp *d, int64_t shape[3]) {
    shape[0] = d->positions;
    shape[1] = d->depth;
    shape[2] = d->components;
}

/* Weights of a position that was left out are NaN; a position's fractions are those of their sum. */
static void write_maps(const vitro_decomp *d, int64_t i, float *weights, float *fractions, float *residual) {
    const int taken = d->state[i] == DECOMP_TAKEN;
    const float *w = decomp_weights(d, i / BLOCK) + i % BLOCK;
    double sum = 0;
    for (int j = 0; j < d->components; j++) sum += w[j * BLOCK];
    for (int j = 0; j < d->components; j++) {
        weights[j * d->positions + i] = taken ? w[j * BLOCK] : NAN;
        fractions[j * d->positions + i] = taken && sum > 0 ? (float)(100 * w[j * BLOCK] / sum) : NAN;
    }
    const double left = fmax(0, d->left[i]);
    residual[i] = taken ? (float)(sqrt(left / d->depth) / d->scale) : NAN;
    residual[d->positions + i] = taken && d->square[i] > 0 ? (float)(100 * sqrt(left / d->square[i])) : NAN;
}

static void mean_fractions(const vitro_decomp *d, double *out) {
    double total = 0;
    for (int j = 0; j < d->components; j++) {
        out[j] = 0;
        for (int64_t i = 0; i < d->tiles * BLOCK; i++) out[j] += decomp_weights(d, i / BLOCK)[j * BLOCK + i % BLOCK];
        total += out[j];
    }
    for (int j = 0; j < d->components; j++) out[j] = total > 0 ? 100 * out[j] / total : NAN;
}

vitro_status vitro_decomp_result(const vitro_decomp *d, const vitro_decomp_maps *out) {
    if (!d->done) return vitro_fail(VITRO_STATE, "the decomposition is not finished");
    for (int64_t i = 0; i < d->positions; i++) write_maps(d, i, out->weights, out->fractions, out->residual);
    memcpy(out->basis, d->basis, sizeof(double) * (size_t)d->components * (size_t)d->depth);
    memcpy(out->mean, d->mean, sizeof(double) * (size_t)d->depth);
    if (out->spectrum)
        for (int z = 0; z < d->depth; z++) out->spectrum[z] = d->spectrum ? d->spectrum[z] : NAN;
    out->values[VITRO_DECOMP_TAKEN] = (double)d->taken;
    out->values[VITRO_DECOMP_SHIFT] = d->shift;
    out->values[VITRO_DECOMP_ERROR] = d->error;
    out->values[VITRO_DECOMP_ITERATIONS] = (double)d->iterations;
    mean_fractions(d, out->values + VITRO_DECOMP_FRACTIONS);
    return VITRO_OK;
}
