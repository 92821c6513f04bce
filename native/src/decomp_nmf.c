/* Non-negative matrix factorisation V = W H by alternating least squares.
 *
 * A round is one pass over the cube. For each tile of positions: what W H leaves, E = V - W H; the weights' least squares, by coordinate descent
 * on H H^T and E H^T; the tile's share of E^T W. Then H's least squares in the same way. Since products are taken with E and not
 * with V, single precision is enough down to the tolerance. Between passes H is extrapolated along its last step, less so after a pass that made the
 * residual grow (Ang & Gillis, Neural Computation 31, 417 (2019)), which takes several times fewer passes.
 * Before that, several starts run for a few iterations on a part of the tiles, and the best goes on: profiles that differ most
 * from one another, and means of a few random ones.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "decomp.h"
#include "sim.h"

enum { SHORT = 5, STARTS = 8, MOST_ITERATIONS = 1000, START_TILES = 32, MIXED = 4, QUIET = 3 };
enum { FIRST_ROUNDS = 30, ROUNDS = 8, LAST_ROUNDS = 60, BASIS_ROUNDS = 10 }; /* of coordinate descent */
static const double TOLERANCE = 1e-7, SAME = 1e-5; /* SAME: relative size of what counts as nothing in single precision */
static const double FIRST_STEP = 0.5, LESS = 1 / 1.5, MORE = 1.05, CAP_MORE = 1.01; /* of the extrapolation */

typedef enum { BEGIN, PREPARE, PICK, START, MAIN, LAST } phase;

typedef struct {
    vitro_decomp d;
    vitro_nmf_options options;
    phase phase;
    double total;           /* sum of V^2 */
    int64_t stride;         /* of tiles: the short runs take every stride-th */
    int picked, run, fresh, extrapolated; /* fresh: W starts from 0; extrapolated: H of the present pass is not that of the least squares */
    double *extreme;        /* [components][depth], orthonormal: directions of the positions picked */
    int64_t *pick;          /* those positions */
    float *h, *gram;        /* the basis as the kernels take it, [depth][components], and its products */
    double *at, *now;       /* [depth][components]: H of the present pass, and H without the extrapolation */
    double *best, *chosen;  /* H of the lowest residual, and of the best start */
    double *gradient;
    float *partial;         /* [items][depth][components]: E^T W */
    double *sums;           /* [items][1 + 2 components^2]: residual, W^T W, (change of W)^T W */
    double step, cap, last, lowest, score;
    int quiet;
} nmf;

static int64_t stride_of(const nmf *n) { return n->phase == START ? n->stride : 1; }
static int64_t tiles_of(const nmf *n) { return (n->d.tiles + stride_of(n) - 1) / stride_of(n); }

/* ---- work on tiles ------------------------------------------------------------ */

typedef struct {
    float *left, *lanes; /* [depth][BLOCK], [depth][components][DECOMP_SUMS] */
    float slope[DECOMP_MOST * BLOCK], before[DECOMP_MOST * BLOCK];
} scratch;

static scratch *scratch_new(const vitro_decomp *d) {
    const size_t left = (size_t)d->depth * BLOCK, lanes = (size_t)d->depth * (size_t)d->components * DECOMP_SUMS;
    scratch *s = vitro_alloc(1, sizeof *s + sizeof(float) * (left + lanes));
    if (!s) return NULL;
    s->left = (float *)(s + 1);
    s->lanes = s->left + left;
    memset(s->lanes, 0, sizeof(float) * lanes);
    return s;
}

/* How much of each profile is no sum of the positions picked. */
static void pick_tile(nmf *n, int64_t tile, scratch *s) {
    vitro_decomp *d = &n->d;
    float *square = d->left + tile * BLOCK;
    memset(s->before, 0, sizeof s->before);
    d->kernels->residual(decomp_tile(d, tile), s->before, n->h, d->depth, n->picked, s->left, s->slope, square);
    for (int pass = 0; pass < 2; pass++) { /* the second takes off the rounding of the first */
        d->kernels->residual(decomp_tile(d, tile), s->slope, n->h, d->depth, n->picked, s->left, s->before, square);
        for (int i = 0; i < n->picked * BLOCK; i++) s->slope[i] += s->before[i];
    }
}

static void add_grams(const float *weight, const float *before, int k, double *gram, double *moved) {
    for (int a = 0; a < k; a++)
        for (int b = 0; b < k; b++) {
            float product = 0, change = 0;
            for (int i = 0; i < BLOCK; i++) {
                product += weight[a * BLOCK + i] * weight[b * BLOCK + i];
                change += (weight[a * BLOCK + i] - before[a * BLOCK + i]) * weight[b * BLOCK + i];
            }
            gram[a * k + b] += product;
            moved[a * k + b] += change;
        }
}

static void iterate_tile(nmf *n, int64_t tile, scratch *s, double *sums) {
    vitro_decomp *d = &n->d;
    const int k = d->components;
    float *weight = decomp_weights(d, tile), *square = d->left + tile * BLOCK;
    const size_t bytes = sizeof(float) * (size_t)k * BLOCK;
    if (n->fresh) memset(weight, 0, bytes);
    memcpy(s->before, weight, bytes);
    d->kernels->residual(decomp_tile(d, tile), weight, n->h, d->depth, k, s->left, s->slope, square);
    d->kernels->descend(n->gram, k, n->phase == LAST ? LAST_ROUNDS : n->fresh ? FIRST_ROUNDS : ROUNDS, weight, s->slope, square);
    for (int i = 0; i < BLOCK; i++) sums[0] += square[i];
    if (n->phase == LAST) return;
    d->kernels->gather(s->left, weight, d->depth, k, s->lanes);
    add_grams(weight, s->before, k, sums + 1, sums + 1 + k * k);
}

static void close_item(nmf *n, int64_t item, const scratch *s) {
    const size_t size = (size_t)n->d.depth * (size_t)n->d.components;
    float *out = n->partial + (size_t)item * size;
    for (size_t i = 0; i < size; i++) {
        float sum = 0;
        for (int l = 0; l < DECOMP_SUMS; l++) sum += s->lanes[i * DECOMP_SUMS + (size_t)l];
        out[i] = sum;
    }
}

static vitro_status work(vitro_decomp *d, int64_t item) {
    nmf *n = (nmf *)d;
    scratch *s = scratch_new(d);
    if (!s) return VITRO_MEMORY;
    const int width = 1 + 2 * d->components * d->components;
    double *sums = n->sums + item * width;
    memset(sums, 0, sizeof(double) * (size_t)width);
    for (int64_t i = item * DECOMP_ITEM; i < (item + 1) * DECOMP_ITEM && i < tiles_of(n); i++) {
        if (n->phase == PREPARE) decomp_prepare(d, i);
        else if (n->phase == PICK) pick_tile(n, i, s);
        else iterate_tile(n, i * stride_of(n), s, sums);
    }
    if (n->phase == START || n->phase == MAIN) close_item(n, item, s);
    free(s);
    return VITRO_OK;
}

/* ---- between the passes -------------------------------------------------------- */

/* H for the next pass. */
static void set_basis(nmf *n, const double *basis) {
    const int k = n->d.components, depth = n->d.depth;
    if (n->at != basis) memcpy(n->at, basis, sizeof(double) * (size_t)(depth * k));
    for (int i = 0; i < depth * k; i++) n->h[i] = (float)n->at[i];
    for (int a = 0; a < k; a++)
        for (int b = 0; b < k; b++) {
            double sum = 0;
            for (int z = 0; z < depth; z++) sum += (double)n->h[z * k + a] * n->h[z * k + b];
            n->gram[a * k + b] = (float)sum;
        }
}

static void merge(nmf *n, double *sums) {
    const int k = n->d.components, width = 1 + 2 * k * k;
    const size_t size = (size_t)n->d.depth * (size_t)k;
    memset(sums, 0, sizeof(double) * (size_t)width);
    memset(n->gradient, 0, sizeof(double) * size);
    for (int64_t item = 0; item < n->d.items; item++) {
        for (int i = 0; i < width; i++) sums[i] += n->sums[item * width + i];
        if (n->phase == LAST) continue;
        const float *partial = n->partial + (size_t)item * size;
        for (size_t i = 0; i < size; i++) n->gradient[i] += partial[i];
    }
}

/* The least squares of H >= 0 for the weights of this pass, from the H of the pass: the slope is (V - W_new H)^T W_new = E^T W_new - H^T (W_new - W)^T W_new. */
static void solve_basis(nmf *n, const double *gram, const double *moved, double *out) {
    const int k = n->d.components;
    for (int z = 0; z < n->d.depth; z++) {
        double slope[DECOMP_MOST], *h = out + z * k;
        const double *at = n->at + z * k;
        for (int j = 0; j < k; j++) {
            slope[j] = n->gradient[z * k + j];
            for (int l = 0; l < k; l++) slope[j] -= at[l] * moved[l * k + j];
            h[j] = at[j];
        }
        for (int round = 0; round < BASIS_ROUNDS; round++)
            for (int j = 0; j < k; j++) {
                if (!(gram[j * k + j] > 0)) continue;
                const double next = fmax(0, h[j] + slope[j] / gram[j * k + j]), step = next - h[j];
                h[j] = next;
                for (int l = 0; l < k; l++) slope[l] -= gram[l * k + j] * step;
            }
    }
}

/* One iteration is over: the next H, extrapolated; after a pass that made the residual grow, the last H without the extrapolation. */
static void advance(nmf *n, const double *sums) {
    const int k = n->d.components, size = n->d.depth * k;
    n->fresh = 0;
    if (n->extrapolated && sums[0] > n->last) {
        n->cap = n->step;
        n->step *= LESS;
        n->extrapolated = 0;
        set_basis(n, n->now);
        return;
    }
    if (n->extrapolated) {
        n->step = fmin(n->cap, n->step * MORE);
        n->cap = fmin(1, n->cap * CAP_MORE);
    }
    n->last = sums[0];
    n->extrapolated = 1;
    double *solved = n->gradient; /* each element is read before it is written */
    solve_basis(n, sums + 1, sums + 1 + k * k, solved);
    for (int i = 0; i < size; i++) {
        n->at[i] = fmax(0, solved[i] + n->step * (solved[i] - n->now[i]));
        n->now[i] = solved[i];
    }
    set_basis(n, n->at);
}

static void restart(nmf *n, const double *basis) {
    memcpy(n->now, basis, sizeof(double) * (size_t)(n->d.depth * n->d.components));
    set_basis(n, basis);
    n->fresh = 1;
    n->extrapolated = 0;
    n->step = FIRST_STEP;
    n->cap = 1;
    n->last = n->lowest = INFINITY;
    n->quiet = 0;
    n->d.iterations = 0;
}

/* ---- starts --------------------------------------------------------------------- */

static void profile_of(const vitro_decomp *d, int64_t position, double *out) {
    const float *data = decomp_tile(d, position / BLOCK) + position % BLOCK;
    for (int z = 0; z < d->depth; z++) out[z] = data[(size_t)z * BLOCK];
}

/* The position with the most in `square` becomes the next direction. VITRO_DATA if nothing is left. */
static vitro_status pick_next(nmf *n, const float *square) {
    vitro_decomp *d = &n->d;
    int64_t most = 0, brightest = 0;
    for (int64_t i = 1; i < d->positions; i++) {
        if (square[i] > square[most]) most = i;
        if (d->square[i] > d->square[brightest]) brightest = i;
    }
    if (!(sqrt(square[most]) > SAME * sqrt(d->square[brightest])))
        return vitro_fail(VITRO_DATA, "%d components are too many: the cube's profiles are sums of %d", d->components, n->picked);
    double *direction = n->extreme + n->picked * d->depth;
    profile_of(d, most, direction);
    for (int pass = 0; pass < 2; pass++)
        for (int j = 0; j < n->picked; j++) {
            double sum = 0;
            for (int z = 0; z < d->depth; z++) sum += direction[z] * n->extreme[j * d->depth + z];
            for (int z = 0; z < d->depth; z++) direction[z] -= sum * n->extreme[j * d->depth + z];
        }
    double norm = 0;
    for (int z = 0; z < d->depth; z++) norm += direction[z] * direction[z];
    for (int z = 0; z < d->depth; z++) direction[z] /= sqrt(norm);
    n->pick[n->picked++] = most;
    for (int j = 0; j < n->picked; j++)
        for (int z = 0; z < d->depth; z++) n->h[z * n->picked + j] = (float)n->extreme[j * d->depth + z];
    return VITRO_OK;
}

/* The first start: the profiles picked. The others: each component the mean of a few random profiles. */
static void begin_run(nmf *n) {
    vitro_decomp *d = &n->d;
    const int k = d->components;
    double *basis = n->gradient, *profile = n->best;
    memset(basis, 0, sizeof(double) * (size_t)(d->depth * k));
    uint64_t count = 0;
    for (int j = 0; j < k; j++)
        for (int m = 0; m < (n->run ? MIXED : 1); m++) {
            int64_t position = n->pick[j];
            if (n->run) do position = (int64_t)(sim_key(sim_key(n->options.seed, (uint64_t)n->run), count++) % (uint64_t)d->positions);
                while (d->state[position] != DECOMP_TAKEN);
            profile_of(d, position, profile);
            for (int z = 0; z < d->depth; z++) basis[z * k + j] += profile[z];
        }
    restart(n, basis);
}

static void end_run(nmf *n, const double *sums) {
    if (sums[0] < n->score) {
        n->score = sums[0];
        memcpy(n->chosen, n->at, sizeof(double) * (size_t)(n->d.depth * n->d.components));
    }
    n->d.progress = 0.1 * (n->run + 1) / n->options.starts;
    if (++n->run < n->options.starts) {
        begin_run(n);
    } else {
        restart(n, n->chosen);
        n->phase = MAIN;
    }
}

/* ---- end -------------------------------------------------------------------------- */

/* Scales each basis profile to the integral of the mean profile, and puts the components in order of their weights. */
static void finish(nmf *n) {
    vitro_decomp *d = &n->d;
    const int k = d->components;
    double integral = 0, factor[DECOMP_MOST], size[DECOMP_MOST] = {0};
    int order[DECOMP_MOST];
    for (int z = 0; z < d->depth; z++) integral += d->mean[z];
    for (int j = 0; j < k; j++) {
        double own = 0;
        for (int z = 0; z < d->depth; z++) own += n->at[z * k + j];
        factor[j] = own > 0 ? integral / own : 0;
        for (int64_t i = 0; i < d->tiles * BLOCK; i++) size[j] += decomp_weights(d, i / BLOCK)[j * BLOCK + i % BLOCK];
        size[j] = factor[j] > 0 ? size[j] / factor[j] : 0;
        int at = j;
        for (; at > 0 && size[order[at - 1]] < size[j]; at--) order[at] = order[at - 1];
        order[at] = j;
    }
    for (int j = 0; j < k; j++)
        for (int z = 0; z < d->depth; z++) d->basis[j * d->depth + z] = factor[order[j]] * n->at[z * k + order[j]] / d->scale;
    for (int64_t t = 0; t < d->tiles; t++) {
        float old[DECOMP_MOST * BLOCK], *weight = decomp_weights(d, t);
        memcpy(old, weight, sizeof(float) * (size_t)(k * BLOCK));
        for (int j = 0; j < k; j++)
            for (int i = 0; i < BLOCK; i++) weight[j * BLOCK + i] = factor[order[j]] > 0 ? (float)(old[order[j] * BLOCK + i] / factor[order[j]]) : 0;
    }
    for (int z = 0; z < d->depth; z++) d->mean[z] /= d->scale;
}

/* After an iteration of the main run: is it the last? */
static void judge(nmf *n, const double *sums) {
    vitro_decomp *d = &n->d;
    const int grew = n->extrapolated && sums[0] > n->last;
    if (!grew) n->quiet = n->last - sums[0] <= 2 * n->options.tolerance * sums[0] ? n->quiet + 1 : 0;
    if (sums[0] < n->lowest) {
        n->lowest = sums[0];
        memcpy(n->best, n->at, sizeof(double) * (size_t)(d->depth * d->components));
    }
    d->iterations++;
    d->error = sqrt(fmax(0, n->lowest) / n->total);
    d->progress = 0.1 + 0.9 * (double)d->iterations / n->options.iterations;
    if (n->quiet < QUIET && d->iterations < n->options.iterations) {
        advance(n, sums);
        return;
    }
    set_basis(n, n->best);
    n->phase = LAST;
}

/* The shift and scale that put the data into 0..1. */
static vitro_status set_range(nmf *n) {
    vitro_decomp *d = &n->d;
    double low, high;
    decomp_range(d, &low, &high);
    if (!(high > low)) return vitro_fail(VITRO_DATA, "all values are %g: there is nothing to decompose", low);
    d->shift = n->options.shift > 0 ? n->options.shift : low < 0 ? -low : 0;
    if (low + d->shift < 0)
        return vitro_fail(VITRO_ARGUMENT, "a shift of %g is too small: the smallest value is %g", n->options.shift, low);
    d->scale = 1 / (high + d->shift);
    n->phase = PREPARE;
    return VITRO_OK;
}

static vitro_status next(vitro_decomp *d, int64_t *items) {
    nmf *n = (nmf *)d;
    vitro_status status = VITRO_OK;
    double sums[1 + 2 * DECOMP_MOST * DECOMP_MOST];
    if (n->phase >= START) merge(n, sums);
    switch (n->phase) {
    case BEGIN: status = set_range(n); break;
    case PREPARE:
        n->total = decomp_mean(d);
        status = pick_next(n, d->square);
        n->phase = PICK;
        break;
    case PICK: status = pick_next(n, d->left); break;
    case START:
        if (++d->iterations == SHORT) end_run(n, sums);
        else advance(n, sums);
        break;
    case MAIN: judge(n, sums); break;
    case LAST:
        d->error = sqrt(fmax(0, sums[0]) / n->total);
        d->progress = 1;
        finish(n);
        *items = 0;
        return VITRO_OK;
    }
    if (n->phase == PICK && n->picked == d->components) {
        n->phase = START;
        begin_run(n);
    }
    *items = (tiles_of(n) + DECOMP_ITEM - 1) / DECOMP_ITEM;
    return status;
}

static void release(vitro_decomp *d) {
    nmf *n = (nmf *)d;
    double *const doubles[] = {n->extreme, n->at, n->now, n->best, n->chosen, n->gradient, n->sums};
    for (size_t i = 0; i < sizeof doubles / sizeof doubles[0]; i++) free(doubles[i]);
    free(n->pick);
    free(n->h);
    free(n->gram);
    free(n->partial);
}

static const decomp_method method = {work, next, release};

static vitro_status allocate(nmf *n) {
    const size_t k = (size_t)n->d.components, size = (size_t)n->d.depth * k, items = (size_t)decomp_items(&n->d);
    double **const doubles[] = {&n->extreme, &n->at, &n->now, &n->best, &n->chosen, &n->gradient};
    for (size_t i = 0; i < sizeof doubles / sizeof doubles[0]; i++)
        if (!(*doubles[i] = vitro_calloc(size, sizeof(double)))) return VITRO_MEMORY;
    n->sums = vitro_calloc(items * (1 + 2 * k * k), sizeof(double));
    n->pick = vitro_calloc(k, sizeof *n->pick);
    n->h = vitro_calloc(size, sizeof(float));
    n->gram = vitro_calloc(k * k, sizeof(float));
    n->partial = vitro_calloc(items * size, sizeof(float));
    return n->sums && n->pick && n->h && n->gram && n->partial ? VITRO_OK : VITRO_MEMORY;
}

vitro_status vitro_nmf_new(int64_t positions, int depth, const vitro_nmf_options *options, vitro_decomp **decomp) {
    nmf *n = vitro_calloc(1, sizeof *n);
    if (!n) return VITRO_MEMORY;
    n->options = *options;
    if (!n->options.starts) n->options.starts = STARTS;
    if (!n->options.iterations) n->options.iterations = MOST_ITERATIONS;
    if (n->options.tolerance == 0) n->options.tolerance = TOLERANCE;
    vitro_status status = decomp_init(&n->d, &method, positions, depth, options->components, options->isa);
    if (status == VITRO_OK && !(options->shift >= 0 && options->shift < INFINITY && options->tolerance >= 0 && options->starts >= 0 && options->iterations >= 0))
        status = vitro_fail(VITRO_ARGUMENT, "shift %g, tolerance %g, %d starts, %d iterations: none may be negative", options->shift,
                            options->tolerance, options->starts, options->iterations);
    if (status == VITRO_OK) status = allocate(n);
    if (status != VITRO_OK) {
        vitro_decomp_free(&n->d);
        return status;
    }
    n->stride = (n->d.tiles + START_TILES - 1) / START_TILES;
    n->score = INFINITY;
    n->d.error = NAN;
    *decomp = &n->d;
    return VITRO_OK;
}
