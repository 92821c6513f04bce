/* The loops where the time goes, compiled once for each instruction set (kernels.c), chosen at run time (cpu.c).
 * They work on LANES patterns at once, one in each lane of a vector, so that a pattern's numbers do not depend on its
 * neighbours. Arrays [..][LANES] are aligned to nothing.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef VITRO_KERNELS_H
#define VITRO_KERNELS_H

#include "kernels_decomp.h"
#include "kernels_fluct.h"
#include "kernels_pdf.h"
#include "kernels_peak.h"
#include "kernels_radial.h"
#include "kernels_symmetry.h"
#include "kernels_virtual.h"
#include "ring_cells.h"

enum { LANES = VITRO_GROUP };

/* The parameters of the ring profile: centre against the geometry's (px), stretch, ring height, background at the ring
 * (counts a pixel) and the background's slope. */
enum { CX, CY, VXX, VXY, VYY, RING, BACK, SLOPE, PARAMETERS, PAIRS = PARAMETERS * (PARAMETERS + 1) / 2 };

/* Radial score functions of a cell, see ring_pass in kernels.c. */
enum { OF_BACK, OF_SLOPE, OF_RING, OF_STRETCH, OF_CENTER, RADIAL };

/* The radial function in each parameter's derivative. */
static const int radial_of[PARAMETERS] = {OF_CENTER, OF_CENTER, OF_STRETCH, OF_STRETCH, OF_STRETCH, OF_RING, OF_BACK, OF_SLOPE};

/* What depends on a cell's bin only: the middle radius, and the smooth curve G and the fall-off B near it, each its value
 * times 1 + d (p[0] + d (p[1] + d p[2])) at a distance d from the middle. */
typedef struct {
    float radius, g, g_of[3], b, b_of[3];
} ring_bin;

/* The learned curves, laid out for the kernel. */
typedef struct {
    const ring_cells *cells;
    int first_bin, end_bin; /* bins that take part */
    int used;               /* cells of those bins that have pixels */
    const ring_bin *bin;
    const float *structure; /* s(rho) at rho = start + i / per_px, i = 0 .. last */
    float start, per_px;
    int last;
    float peak; /* radius of the largest s */
    float middle, half_range; /* slope's coordinate t = (r - middle) / half_range */
    float ellipse[3], round[3]; /* E, and the form whose r^2 = round[0] xx + round[1] xy + round[2] yy */
    float factor[SECTORS][5]; /* derivative of the radius by CX, CY and of rho / r by VXX, VXY, VYY */
} ring_curves;

typedef struct {
    float gradient[PARAMETERS][LANES];
    float fisher[PAIRS][LANES]; /* lower triangle, row by row */
    float chi2[LANES];
    float score[SECTORS][RADIAL][LANES];
} ring_moments;

/* The score of a relative broadening of the ring, its information, and that shared with OF_BACK .. OF_STRETCH. */
typedef struct {
    float score[LANES], own[LANES], with[OF_STRETCH + 1][LANES];
} ring_broadening;

typedef struct {
    const char *name;
    /* sums[cell][LANES] and the number of pixels at the type's maximum, from LANES frames; floats have no maximum. */
    void (*cell_sums)(int type, const void *const frame[LANES], const ring_cells *cells, float *sums, float *saturated);
    /* Poisson scores and Fisher information at theta[PARAMETERS][LANES]; level[LANES] = the smallest mean that weights assume. */
    void (*ring_pass)(const ring_curves *curves, const float *sums, const float *theta, const float *level, ring_moments *out);
    /* The same for a broader ring. */
    void (*ring_width)(const ring_curves *curves, const float *sums, const float *theta, const float *level, ring_broadening *out);
    const radial_kernels *radial; /* kernels_radial.c */
    const virtual_kernels *virtual_detector; /* kernels_virtual.c */
    const fluct_kernels *fluctuation; /* kernels_fluct.c */
    const pdf_kernels *pdf;       /* kernels_pdf.c */
    const decomp_kernels *decomp; /* kernels_decomp.c */
    const peak_kernels *peak;     /* kernels_peak.c */
    const symmetry_kernels *symmetry; /* kernels_symmetry.c */
} vitro_kernels;

extern const vitro_kernels vitro_kernels_baseline, vitro_kernels_avx2, vitro_kernels_avx512;

/* The kernels of a set; NULL if this processor or build has not got it. */
const vitro_kernels *vitro_kernels_for(vitro_isa isa);

#endif
