/* The smooth background of phi(q): a polynomial P = V c without constant term.
 *
 * Plain least squares takes for background whatever a polynomial can follow, among it part of the structure, which moves peaks. But the structure is
 * made of sin(2 pi q r) with r above the shortest distance of two atoms. So V and such sines S are fitted together, the sines
 * held by a ridge as a structure that fades with r (generalised least squares with the structure as correlated noise):
 *   R = V - S (S'S + lambda A^-2)^-1 S'V,   c = (V'R)^-1 R' phi,   A = exp(-(r - shortest) / FADING).
 * With shortest = 0 it is R = V. c is linear in phi: both tables are made once.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "pdf_background.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "solve.h"

static const double PI = 3.14159265358979323846;
static const double FADING = 5, REACH = 15; /* Angstrom: the structure's correlations fade, and end, beyond the shortest distance */
static const double RIDGE = 0.1;            /* noise against structure, in variance */

enum { MOST_SINES = 400 };

typedef struct {
    int bins, order, sines;
    double *s;      /* [sines][bins] sin(2 pi q r) */
    double *normal; /* [sines][sines] */
    double *mixed;  /* [order][sines]: S'V, then the solution */
} structure;

/* Half the distance at which sines over 0 .. the last q are independent. */
static double spacing(const double *q, int bins) { return 0.25 / q[bins - 1]; }

static vitro_status allocate(structure *t) {
    size_t n = (size_t)t->sines;
    t->s = vitro_alloc(n * ((size_t)t->bins + n + (size_t)t->order), sizeof(double));
    if (!t->s) return VITRO_MEMORY;
    t->normal = t->s + n * (size_t)t->bins;
    t->mixed = t->normal + n * n;
    return VITRO_OK;
}

static double dot(const double *a, const double *b, int n) {
    double sum = 0;
    for (int i = 0; i < n; i++) sum += a[i] * b[i];
    return sum;
}

/* S scaled by A, so that the ridge is the same for all: S'S + lambda, and S'V. */
static void set_normal(structure *t, const double *q, double shortest, const double *basis) {
    double step = spacing(q, t->bins), trace = 0;
    for (int j = 0; j < t->sines; j++)
        for (int z = 0; z < t->bins; z++) t->s[j * t->bins + z] = exp(-j * step / FADING) * sin(2 * PI * q[z] * (shortest + j * step));
    for (int j = 0; j < t->sines; j++) {
        for (int i = 0; i <= j; i++) t->normal[i * t->sines + j] = dot(t->s + i * t->bins, t->s + j * t->bins, t->bins);
        trace += t->normal[j * t->sines + j];
        for (int k = 0; k < t->order; k++) {
            double sum = 0;
            for (int z = 0; z < t->bins; z++) sum += t->s[j * t->bins + z] * basis[z * t->order + k];
            t->mixed[k * t->sines + j] = sum;
        }
    }
    for (int j = 0; j < t->sines; j++) t->normal[j * t->sines + j] += RIDGE * trace / t->bins;
}

/* R from V: what the structure cannot follow. */
static vitro_status remove_structure(const double *q, int bins, int order, double shortest, const double *basis, double *rest) {
    structure t = {.bins = bins, .order = order, .sines = (int)fmin(MOST_SINES, ceil(REACH / spacing(q, bins)))};
    vitro_status status = allocate(&t);
    if (status != VITRO_OK) return status;
    set_normal(&t, q, shortest, basis);
    status = solve_positive_columns(t.normal, t.mixed, t.sines, order);
    for (int j = 0; j < t.sines && status == VITRO_OK; j++)
        for (int z = 0; z < bins; z++)
            for (int k = 0; k < order; k++) rest[z * order + k] -= t.s[j * bins + z] * t.mixed[k * t.sines + j];
    free(t.s);
    return status;
}

/* Rows of (V'R)^-1 R', from R in place. */
static vitro_status set_measure(int bins, int order, const double *basis, double *measure) {
    double product[SOLVE_MOST * SOLVE_MOST];
    for (int k = 0; k < order; k++)
        for (int j = 0; j < order; j++) {
            double sum = 0;
            for (int z = 0; z < bins; z++) sum += basis[z * order + j] * measure[z * order + k];
            product[k * order + j] = sum;
        }
    return solve_positive_columns(product, measure, order, bins);
}

vitro_status pdf_background(const double *q, int bins, int order, double shortest, double *basis, double *measure) {
    for (int z = 0; z < bins; z++)
        for (int k = 0; k < order; k++) basis[z * order + k] = pow(q[z] / q[bins - 1], k + 1);
    vitro_status status = solve_orthonormal(basis, order, bins);
    if (status != VITRO_OK) return status;
    memcpy(measure, basis, sizeof *measure * (size_t)bins * (size_t)order);
    if (shortest == 0) return VITRO_OK;
    status = remove_structure(q, bins, order, shortest, basis, measure);
    return status == VITRO_OK ? set_measure(bins, order, basis, measure) : status;
}
