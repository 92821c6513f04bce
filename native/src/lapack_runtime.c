/* The two symbols that static LAPACK needs beyond BLAS and libm, so that no Fortran runtime is linked in.
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include <stddef.h>
#include <string.h>

void xerbla_(const char *routine, const int *argument, size_t length);
void _gfortran_concat_string(size_t n, char *out, size_t first_n, const char *first, size_t second_n, const char *second);

/* LAPACK's own would print and stop the process. The callers see the same fault as a negative info. */
void xerbla_(const char *routine, const int *argument, size_t length) {
    (void)routine;
    (void)argument;
    (void)length;
}

/* Fortran's first // second, padded with blanks or cut to n. */
void _gfortran_concat_string(size_t n, char *out, size_t first_n, const char *first, size_t second_n, const char *second) {
    size_t a = first_n < n ? first_n : n;
    size_t b = second_n < n - a ? second_n : n - a;
    memcpy(out, first, a);
    memcpy(out + a, second, b);
    memset(out + a + b, ' ', n - a - b);
}
