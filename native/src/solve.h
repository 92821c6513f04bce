/* Linear algebra by LAPACK.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef VITRO_SOLVE_H
#define VITRO_SOLVE_H

#include "error.h"

/* Solves A x = b for symmetric positive definite A (n x n, overwritten); x replaces b. VITRO_DATA if it is not definite. */
vitro_status solve_positive(double *a, double *b, int n);

/* Eigenvalues (complex pairs have imaginary[i] != 0) and right eigenvectors, row i of vectors, of a general n x n matrix
 * given column by column (overwritten); n <= 8. */
vitro_status solve_eigen(double *a, int n, double *real, double *imaginary, double *vectors);

#endif
