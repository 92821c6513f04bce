/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "solve.h"

#include <stdlib.h>

extern void dpotrf_(const char *uplo, const int *n, double *a, const int *lda, int *info);
extern void dpotrs_(const char *uplo, const int *n, const int *nrhs, const double *a, const int *lda, double *b, const int *ldb,
                    int *info);
extern void dtrtrs_(const char *uplo, const char *trans, const char *diag, const int *n, const int *nrhs, const double *a, const int *lda,
                    double *b, const int *ldb, int *info);
extern void dgeev_(const char *jobvl, const char *jobvr, const int *n, double *a, const int *lda, double *wr, double *wi,
                   double *vl, const int *ldvl, double *vr, const int *ldvr, double *work, const int *lwork, int *info);
extern void dsyevd_(const char *jobz, const char *uplo, const int *n, double *a, const int *lda, double *w, double *work, const int *lwork,
                    int *iwork, const int *liwork, int *info);

vitro_status solve_positive(double *a, double *b, int n) { return solve_positive_columns(a, b, n, 1); }

vitro_status solve_positive_columns(double *a, double *b, int n, int columns) {
    int info;
    dpotrf_("L", &n, a, &n, &info);
    if (info == 0) dpotrs_("L", &n, &columns, a, &n, b, &n, &info);
    return info == 0 ? VITRO_OK : vitro_fail(VITRO_DATA, "a least-squares fit of %d values is not determined by the data", n);
}

vitro_status solve_orthonormal(double *table, int n, int count) {
    double gram[SOLVE_MOST * SOLVE_MOST];
    int info = 0;
    if (n < 1 || n > SOLVE_MOST || count < n) return vitro_fail(VITRO_ARGUMENT, "%d orthonormal rows of %d values", n, count);
    for (int pass = 0; pass < 2 && info == 0; pass++) { /* twice: the first leaves the rounding of an ill-conditioned Gram matrix */
        for (int k = 0; k < n; k++)
            for (int j = 0; j < n; j++) {
                gram[j * n + k] = 0;
                for (int i = 0; i < count; i++) gram[j * n + k] += table[i * n + j] * table[i * n + k];
            }
        dpotrf_("L", &n, gram, &n, &info);
        if (info == 0) dtrtrs_("L", "N", "N", &n, &count, gram, &n, table, &n, &info);
    }
    return info == 0 ? VITRO_OK : vitro_fail(VITRO_DATA, "%d functions of %d values are not independent", n, count);
}

vitro_status solve_eigen(double *a, int n, double *real, double *imaginary, double *vectors) {
    enum { MOST = 8 };
    double work[MOST * MOST], unused;
    const int room = MOST * MOST, one = 1;
    int info;
    if (n < 1 || n > MOST) return vitro_fail(VITRO_ARGUMENT, "eigenvectors of a %d x %d matrix", n, n);
    dgeev_("N", "V", &n, a, &n, real, imaginary, &unused, &one, vectors, &n, work, &room, &info);
    return info == 0 ? VITRO_OK : vitro_fail(VITRO_DATA, "the eigenvectors of a %d x %d matrix did not converge", n, n);
}

vitro_status solve_symmetric(double *a, int n, int stride, double *values) {
    const size_t size = 1 + 6 * (size_t)n + 2 * (size_t)n * (size_t)n, whole = 3 + 5 * (size_t)n;
    if (n < 1 || size > INT32_MAX) return vitro_fail(VITRO_ARGUMENT, "eigenvectors of a symmetric %d x %d matrix", n, n);
    double *work = vitro_alloc(size, sizeof(double));
    int *whole_work = vitro_alloc(whole, sizeof(int)), room = (int)size, whole_room = (int)whole, info = 0;
    if (work && whole_work) dsyevd_("V", "L", &n, a, &stride, values, work, &room, whole_work, &whole_room, &info);
    const int memory = work && whole_work;
    free(work);
    free(whole_work);
    if (!memory) return VITRO_MEMORY;
    return info == 0 ? VITRO_OK : vitro_fail(VITRO_DATA, "the eigenvectors of a symmetric %d x %d matrix did not converge", n, n);
}
