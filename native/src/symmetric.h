/* Symmetric 2 x 2 matrices: stretches, ellipses, strains.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef VITRO_SYMMETRIC_H
#define VITRO_SYMMETRIC_H

#include <math.h>

typedef struct {
    double xx, xy, yy;
} sym;

static inline double sym_det(sym a) { return a.xx * a.yy - a.xy * a.xy; }

static inline sym sym_inverse(sym a) { return (sym){a.yy / sym_det(a), -a.xy / sym_det(a), a.xx / sym_det(a)}; }

/* b a b */
static inline sym sym_congruence(sym b, sym a) {
    double xx = b.xx * a.xx + b.xy * a.xy, xy = b.xx * a.xy + b.xy * a.yy, yx = b.xy * a.xx + b.yy * a.xy, yy = b.xy * a.xy + b.yy * a.yy;
    return (sym){xx * b.xx + xy * b.xy, xx * b.xy + xy * b.yy, yx * b.xy + yy * b.yy};
}

static inline sym sym_square(sym a) { return sym_congruence(a, (sym){1, 0, 1}); }

/* The positive square root of a positive matrix. */
static inline sym sym_root(sym a) {
    double r = sqrt(sym_det(a)), t = sqrt(a.xx + a.yy + 2 * r);
    return (sym){(a.xx + r) / t, a.xy / t, (a.yy + r) / t};
}

#endif
