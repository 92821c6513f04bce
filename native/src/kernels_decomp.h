/* Products of a cube's profiles with a few basis profiles, compiled once for each instruction set.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef VITRO_KERNELS_DECOMP_H
#define VITRO_KERNELS_DECOMP_H

/* Positions that are worked on together: profiles lie as [depth][DECOMP_TILE]. Sums over a tile's positions are kept in DECOMP_SUMS parts. */
enum { DECOMP_TILE = 64, DECOMP_SUMS = 16, DECOMP_ROWS = 4 };

typedef struct decomp_kernels {
    /* left[z][i] = profile - sum_j weight[j][i] basis[z][j]; slope[j][i] = sum_z left basis; square[i] = sum_z left^2. */
    void (*residual)(const float *profile, const float *weight, const float *basis, int depth, int components, float *left, float *slope,
                     float *square);
    /* sum[z][j][DECOMP_SUMS] += sum over the positions of left[z][i] weight[j][i]. */
    void (*gather)(const float *left, const float *weight, int depth, int components, float *sum);
    /* Least squares with weights >= 0 for each position, by rounds of coordinate descent (HALS; Cichocki & Phan 2009): gram = products of the basis profiles [components][components],
     * slope as residual gives it. weight, slope and square are brought up to date. */
    void (*descend)(const float *gram, int components, int rounds, float *weight, float *slope, float *square);
    /* product[a * stride + b] += sum of first[a][i] second[b][i], i < n (a multiple of 16), for DECOMP_ROWS x DECOMP_ROWS rows of n. */
    void (*products)(const double *first, const double *second, int n, double *product, int stride);
} decomp_kernels;

extern const decomp_kernels decomp_kernels_baseline, decomp_kernels_avx2, decomp_kernels_avx512;

#endif
