/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "solve.h"

extern void dpotrf_(const char *uplo, const int *n, double *a, const int *lda, int *info);
extern void dpotrs_(const char *uplo, const int *n, const int *nrhs, const double *a, const int *lda, double *b, const int *ldb,
                    int *info);
extern void dgeev_(const char *jobvl, const char *jobvr, const int *n, double *a, const int *lda, double *wr, double *wi,
                   double *vl, const int *ldvl, double *vr, const int *ldvr, double *work, const int *lwork, int *info);

vitro_status solve_positive(double *a, double *b, int n) {
    const int one = 1;
    int info;
    dpotrf_("L", &n, a, &n, &info);
    if (info == 0) dpotrs_("L", &n, &one, a, &n, b, &n, &info);
    return info == 0 ? VITRO_OK : vitro_fail(VITRO_DATA, "a least-squares fit of %d values is not determined by the data", n);
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
