/* Linear algebra by LAPACK.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef VITRO_SOLVE_H
#define VITRO_SOLVE_H

#include "error.h"

/* Solves A x = b for symmetric positive definite A (n x n, overwritten); x replaces b. VITRO_DATA if it is not definite. */
vitro_status solve_positive(double *a, double *b, int n);

/* The same for several b at once, one after the other. */
vitro_status solve_positive_columns(double *a, double *b, int n, int columns);

enum { SOLVE_MOST = 16 };

/* Makes the n <= SOLVE_MOST rows of a table orthonormal, each a combination of itself and those before it: table[i * n + k] is row k's value i of
 * count. VITRO_DATA if they are not independent. */
vitro_status solve_orthonormal(double *table, int n, int count);

/* Eigenvalues (complex pairs have imaginary[i] != 0) and right eigenvectors, row i of vectors, of a general n x n matrix
 * given column by column (overwritten); n <= 8. */
vitro_status solve_eigen(double *a, int n, double *real, double *imaginary, double *vectors);

/* Eigenvalues, rising, and eigenvectors, row i of a, of the symmetric n x n matrix a with rows `stride` apart, of which only a[i][j], j >= i, is read. */
vitro_status solve_symmetric(double *a, int n, int stride, double *values);

#endif
