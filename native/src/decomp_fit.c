/* Least squares of every profile on given reference profiles, with any weights or with weights that are not negative.
 *
 * The references are scaled to the norm 1. The right-hand side of the normal equations is taken twice, the second time with what the first solution
 * leaves, so that its rounding does not matter. NNLS: Lawson & Hanson, Solving Least Squares Problems (1974), chapter 23, on the normal
 * equations (Bro & de Jong, J. Chemometrics 11, 393 (1997)).
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "decomp.h"
#include "solve.h"

enum { MOST = DECOMP_MOST };
static const double DEPENDENT = 1e-6; /* sine of a reference's angle to the space of those before it */
static const double SMALL = 1e-9;     /* of a slope, against the profile's norm, that is no reason to let a reference in */

typedef struct {
    vitro_decomp d;
    int method, begun;
    double *references; /* [components][depth], norm 1 */
    double *norm, *gram;
    float *basis;       /* [depth][components] */
} fit;

/* Solves the normal equations for the references in `in` (count of them). */
static vitro_status solve_some(const fit *f, const int *in, int count, const double *right, double *out) {
    double a[MOST * MOST], b[MOST];
    for (int i = 0; i < count; i++) {
        b[i] = right[in[i]];
        for (int j = 0; j < count; j++) a[i * count + j] = f->gram[in[i] * f->d.components + in[j]];
    }
    vitro_status status = solve_positive(a, b, count);
    for (int i = 0; i < count && status == VITRO_OK; i++) out[in[i]] = b[i];
    return status;
}

/* Moves from x towards the solution `wanted` as far as nothing turns negative, and drops what became 0; returns how many stay. */
static int step_back(int *in, int count, double *x, const double *wanted) {
    double part = 1;
    int blocking = -1, kept = 0;
    for (int i = 0; i < count; i++) {
        const int j = in[i];
        if (wanted[j] <= 0 && x[j] < part * (x[j] - wanted[j])) {
            part = x[j] / (x[j] - wanted[j]);
            blocking = j;
        }
    }
    for (int i = 0; i < count; i++) {
        const int j = in[i];
        x[j] += part * (wanted[j] - x[j]);
        if (j == blocking || (wanted[j] <= 0 && x[j] <= 0)) x[j] = 0;
        else in[kept++] = j;
    }
    return kept;
}

static int is_in(const int *in, int count, int j) {
    for (int i = 0; i < count; i++)
        if (in[i] == j) return 1;
    return 0;
}

/* The reference that is not in and would lower the residual most; -1 = none. */
static int best_outside(const fit *f, const int *in, int count, const double *right, const double *x, double least) {
    const int k = f->d.components;
    int best = -1;
    for (int j = 0; j < k; j++) {
        if (is_in(in, count, j)) continue;
        double slope = right[j];
        for (int i = 0; i < count; i++) slope -= f->gram[j * k + in[i]] * x[in[i]];
        if (slope > least) {
            least = slope;
            best = j;
        }
    }
    return best;
}

static vitro_status solve_nonnegative(const fit *f, const double *right, double norm, double *x) {
    const int k = f->d.components;
    int in[MOST], count = 0;
    memset(x, 0, sizeof(double) * (size_t)k);
    for (int turn = 0; turn < 3 * k + 3; turn++) {
        const int enters = best_outside(f, in, count, right, x, SMALL * norm);
        if (enters < 0) break;
        in[count++] = enters;
        double wanted[MOST];
        for (;;) {
            vitro_status status = solve_some(f, in, count, right, wanted);
            if (status != VITRO_OK) return status;
            int inside = 1;
            for (int i = 0; i < count; i++) inside &= wanted[in[i]] > 0;
            if (inside) break;
            count = step_back(in, count, x, wanted);
        }
        for (int i = 0; i < count; i++) x[in[i]] = wanted[in[i]];
    }
    return VITRO_OK;
}

static vitro_status solve_position(const fit *f, const double *right, double norm, double *x) {
    if (f->method == VITRO_NNLS) return solve_nonnegative(f, right, norm, x);
    int all[MOST];
    for (int j = 0; j < f->d.components; j++) all[j] = j;
    return solve_some(f, all, f->d.components, right, x);
}

/* Right-hand sides: of the weights so far and what they leave. */
static vitro_status solve_tile(fit *f, int64_t tile, const float *slope, const double *square, double *weight) {
    const int k = f->d.components;
    for (int i = 0; i < BLOCK; i++) {
        if (f->d.state[tile * BLOCK + i] != DECOMP_TAKEN) continue;
        double right[MOST], x[MOST];
        for (int j = 0; j < k; j++) {
            right[j] = slope[j * BLOCK + i];
            for (int l = 0; l < k; l++) right[j] += f->gram[j * k + l] * weight[l * BLOCK + i];
        }
        vitro_status status = solve_position(f, right, sqrt(square[i]), x);
        if (status != VITRO_OK) return status;
        for (int j = 0; j < k; j++) weight[j * BLOCK + i] = x[j];
    }
    return VITRO_OK;
}

static vitro_status fit_tile(fit *f, int64_t tile, float *left) {
    vitro_decomp *d = &f->d;
    const int k = d->components;
    float *weight = decomp_weights(d, tile), slope[MOST * BLOCK];
    double exact[MOST * BLOCK] = {0}, square[BLOCK];
    decomp_prepare(d, tile);
    for (int i = 0; i < BLOCK; i++) square[i] = d->square[tile * BLOCK + i];
    for (int pass = 0; pass < 3; pass++) {
        d->kernels->residual(decomp_tile(d, tile), weight, f->basis, d->depth, k, left, slope, d->left + tile * BLOCK);
        if (pass == 2) break;
        if (pass) /* what the rounding of the weights left out */
            for (int i = 0; i < k * BLOCK; i++) exact[i] = weight[i];
        vitro_status status = solve_tile(f, tile, slope, square, exact);
        if (status != VITRO_OK) return status;
        for (int i = 0; i < k * BLOCK; i++) weight[i] = (float)exact[i];
    }
    for (int j = 0; j < k; j++)
        for (int i = 0; i < BLOCK; i++) weight[j * BLOCK + i] = (float)(exact[j * BLOCK + i] / (f->norm[j] * d->scale));
    return VITRO_OK;
}

static vitro_status work(vitro_decomp *d, int64_t item) {
    float *left = vitro_alloc((size_t)d->depth * BLOCK, sizeof(float));
    vitro_status status = left ? VITRO_OK : VITRO_MEMORY;
    for (int64_t t = item * DECOMP_ITEM; t < decomp_end(d, item) && status == VITRO_OK; t++) status = fit_tile((fit *)d, t, left);
    free(left);
    return status;
}

static void finish(fit *f) {
    vitro_decomp *d = &f->d;
    double left = 0, all = decomp_mean(d);
    for (int64_t i = 0; i < d->tiles * BLOCK; i++) left += d->left[i];
    d->error = all > 0 ? sqrt(left / all) : NAN;
    for (int z = 0; z < d->depth; z++) {
        d->mean[z] /= d->scale;
        for (int j = 0; j < d->components; j++) d->basis[j * d->depth + z] = f->references[j * d->depth + z] * f->norm[j];
    }
    d->progress = 1;
}

static vitro_status next(vitro_decomp *d, int64_t *items) {
    fit *f = (fit *)d;
    if (f->begun) {
        finish(f);
        *items = 0;
        return VITRO_OK;
    }
    double low, high;
    decomp_range(d, &low, &high);
    const double most = fmax(fabs(low + d->shift), fabs(high + d->shift));
    d->scale = most > 0 ? 1 / most : 1;
    f->begun = 1;
    *items = decomp_items(d);
    return VITRO_OK;
}

static void release(vitro_decomp *d) {
    fit *f = (fit *)d;
    free(f->references);
    free(f->norm);
    free(f->gram);
    free(f->basis);
}

static const decomp_method method = {work, next, release};

static double product(const double *a, const double *b, int n) {
    double sum = 0;
    for (int z = 0; z < n; z++) sum += a[z] * b[z];
    return sum;
}

/* Is reference j a sum of those before it? Gram-Schmidt twice, with orthonormal directions in `space`. */
static vitro_status check_independent(const fit *f, int j, double *space) {
    const int depth = f->d.depth;
    double *rest = space + (size_t)j * (size_t)depth;
    memcpy(rest, f->references + (size_t)j * (size_t)depth, sizeof(double) * (size_t)depth);
    for (int pass = 0; pass < 2; pass++)
        for (int l = 0; l < j; l++) {
            const double along = product(rest, space + (size_t)l * (size_t)depth, depth);
            for (int z = 0; z < depth; z++) rest[z] -= along * space[(size_t)l * (size_t)depth + (size_t)z];
        }
    const double sine = sqrt(product(rest, rest, depth));
    if (!(sine > DEPENDENT))
        return vitro_fail(VITRO_DATA, "reference %d is a sum of the references before it: their weights are not determined", j + 1);
    for (int z = 0; z < depth; z++) rest[z] /= sine;
    return VITRO_OK;
}

static vitro_status take_references(fit *f, const double *references) {
    const int k = f->d.components, depth = f->d.depth;
    if (k > depth) return vitro_fail(VITRO_ARGUMENT, "%d references, but the profiles have %d points only", k, depth);
    double *space = vitro_alloc((size_t)k * (size_t)depth, sizeof(double));
    vitro_status status = space ? VITRO_OK : VITRO_MEMORY;
    for (int j = 0; j < k && status == VITRO_OK; j++) {
        const double *from = references + (size_t)j * (size_t)depth;
        f->norm[j] = sqrt(product(from, from, depth));
        if (!(f->norm[j] > 0 && isfinite(f->norm[j]))) status = vitro_fail(VITRO_DATA, "reference %d is zero or has values that are no numbers", j + 1);
        for (int z = 0; z < depth && status == VITRO_OK; z++) {
            f->references[j * depth + z] = from[z] / f->norm[j];
            f->basis[z * k + j] = (float)f->references[j * depth + z];
        }
        if (status == VITRO_OK) status = check_independent(f, j, space);
    }
    free(space);
    for (int a = 0; a < k; a++)
        for (int b = 0; b < k; b++) f->gram[a * k + b] = product(f->references + a * depth, f->references + b * depth, depth);
    return status;
}

vitro_status vitro_fit_new(int64_t positions, int depth, const double *references, int count, int fit_method, double shift, int isa,
                           vitro_decomp **decomp) {
    fit *f = vitro_calloc(1, sizeof *f);
    if (!f) return VITRO_MEMORY;
    vitro_status status = decomp_init(&f->d, &method, positions, depth, count, isa);
    if (status == VITRO_OK && (fit_method < VITRO_MLLS || fit_method > VITRO_NNLS || !isfinite(shift)))
        status = vitro_fail(VITRO_ARGUMENT, "method %d, shift %g", fit_method, shift);
    if (status == VITRO_OK) {
        f->references = vitro_calloc((size_t)count * (size_t)depth, sizeof(double));
        f->norm = vitro_calloc((size_t)count, sizeof(double));
        f->gram = vitro_calloc((size_t)count * (size_t)count, sizeof(double));
        f->basis = vitro_calloc((size_t)count * (size_t)depth, sizeof(float));
        if (!f->references || !f->norm || !f->gram || !f->basis) status = VITRO_MEMORY;
    }
    if (status == VITRO_OK) status = take_references(f, references);
    if (status != VITRO_OK) {
        vitro_decomp_free(&f->d);
        return status;
    }
    f->method = fit_method;
    f->d.shift = shift;
    f->d.error = NAN;
    *decomp = &f->d;
    return VITRO_OK;
}
