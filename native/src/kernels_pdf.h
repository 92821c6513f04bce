/* The loops of the PDF: a strip of profiles at once, one in each lane, and the product with the transform that all share.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef VITRO_KERNELS_PDF_H
#define VITRO_KERNELS_PDF_H

#include <stddef.h>
#include <stdint.h>

enum { PDF_STRIP = 64, PDF_ROWS = 8, PDF_MOST_ORDER = 8 };

/* What depends on q only, at the bins that take part; the equations stand in pdf_reduction.c. */
typedef struct {
    int bins, tail; /* tail = first bin of the upper quarter */
    int order;
    const float *weight; /* N = sum of weight I, zero below the tail */
    const float *gain;   /* q / <f>^2 */
    const float *single; /* q <f^2> / <f>^2 */
    const float *inverse_q;
    const float *basis;   /* [bins][order]: polynomials without constant term */
    const float *measure; /* [bins][order]: the coefficient of each is the sum of this times phi */
} pdf_curves;

typedef struct pdf_kernels {
    /* strip[bins][PDF_STRIP]: I(q) becomes phi(q) with the polynomial taken off. scale = N, NaN if it is not positive; residual = rms of phi / q from the tail
     * on; missing = 1 where a bin is no finite number. */
    void (*reduce)(const pdf_curves *curves, float *strip, float *scale, float *residual, float *missing);
    /* out[row][PDF_STRIP] = sum over z of matrix[row / PDF_ROWS][z][row % PDF_ROWS] * strip[z][PDF_STRIP]; rows is a multiple of PDF_ROWS. */
    void (*product)(const float *matrix, int rows, int depth, const float *strip, float *out);
} pdf_kernels;

extern const pdf_kernels pdf_kernels_baseline, pdf_kernels_avx2, pdf_kernels_avx512;

#endif
