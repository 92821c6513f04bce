/* The linked-in LAPACK: right, quiet about wrong arguments, and safe to call from several threads.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include <math.h>
#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

void dgeev_(const char *, const char *, const int *, double *, const int *, double *, double *, double *, const int *, double *,
            const int *, double *, const int *, int *, size_t, size_t);
void dgesv_(const int *, const int *, double *, const int *, int *, double *, const int *, int *);
void dpotrf_(const char *, const int *, double *, const int *, int *, size_t);
void dpotrs_(const char *, const int *, const int *, const double *, const int *, double *, const int *, int *, size_t);
void dsyevd_(const char *, const char *, const int *, double *, const int *, double *, double *, const int *, int *, const int *,
             int *, size_t, size_t);
void dgelsd_(const int *, const int *, const int *, double *, const int *, double *, const int *, double *, const double *, int *,
             double *, const int *, int *, int *);

enum { N = 40, WORK = 1 << 14, THREADS = 8, ROUNDS = 30 };

typedef struct {
    unsigned seed;
    double solved[N], cholesky[N], least[N], symmetric[N], real[N], imaginary[N];
} results;

static void fill(double *a, int n, unsigned seed) {
    for (int i = 0; i < n; i++) {
        seed = seed * 1664525u + 1013904223u;
        a[i] = (double)seed / 4294967296.0 - 0.5;
    }
}

/* A^T A + 1, positive definite. */
static void square(const double *a, double *s) {
    for (int i = 0; i < N; i++)
        for (int j = 0; j < N; j++) {
            s[i * N + j] = i == j;
            for (int k = 0; k < N; k++) s[i * N + j] += a[i * N + k] * a[j * N + k];
        }
}

/* All six routines on matrices from the seed. */
static void solve_all(results *r) {
    static const int n = N, one = 1, work_n = WORK;
    static const double machine = -1;
    double *a = malloc(sizeof(double) * (3 * N * N + WORK));
    double *s = a + N * N, *copy = s + N * N, *work = copy + N * N, singular[N];
    int pivots[N], integers[16 * N], integers_n = 16 * N, rank, info[7];
    fill(a, N * N, r->seed);
    square(a, s);
    fill(r->solved, N, r->seed + 1);
    memcpy(r->cholesky, r->solved, sizeof r->solved);
    memcpy(r->least, r->solved, sizeof r->solved);
    memcpy(copy, a, sizeof(double) * N * N);
    dgesv_(&n, &one, copy, &n, pivots, r->solved, &n, &info[0]);
    memcpy(copy, s, sizeof(double) * N * N);
    dpotrf_("L", &n, copy, &n, &info[1], 1);
    dpotrs_("L", &n, &one, copy, &n, r->cholesky, &n, &info[2], 1);
    memcpy(copy, a, sizeof(double) * N * N);
    dgelsd_(&n, &n, &one, copy, &n, r->least, &n, singular, &machine, &rank, work, &work_n, integers, &info[3]);
    dsyevd_("V", "U", &n, s, &n, r->symmetric, work, &work_n, integers, &integers_n, &info[4], 1, 1);
    dgeev_("N", "N", &n, a, &n, r->real, r->imaginary, NULL, &one, NULL, &one, work, &work_n, &info[5], 1, 1);
    for (int i = 0; i < 6; i++) assert_int_equal(info[i], 0);
    free(a);
}

static double residual(const double *a, const double *x, const double *b) {
    double worst = 0;
    for (int i = 0; i < N; i++) {
        double sum = -b[i];
        for (int k = 0; k < N; k++) sum += a[k * N + i] * x[k];
        worst = fmax(worst, fabs(sum));
    }
    return worst;
}

static void test_answers(void **state) {
    (void)state;
    results r = {.seed = 7};
    solve_all(&r);
    double a[N * N], s[N * N], b[N], trace = 0, sum = 0, all = 0, real = 0;
    fill(a, N * N, 7);
    square(a, s);
    fill(b, N, 8);
    assert_true(residual(a, r.solved, b) < 1e-10);
    assert_true(residual(a, r.least, b) < 1e-10);
    assert_true(residual(s, r.cholesky, b) < 1e-10);
    for (int i = 0; i < N; i++) {
        trace += s[i * N + i], sum += r.symmetric[i];
        all += a[i * N + i], real += r.real[i];
    }
    assert_true(fabs(trace - sum) < 1e-10 && fabs(all - real) < 1e-10);
}

/* LAPACK's own xerbla would end the process. */
static void test_wrong_argument_is_an_info(void **state) {
    (void)state;
    int n = -1, one = 1, info = 0, pivot;
    double a = 1, b = 1;
    dgesv_(&n, &one, &a, &one, &pivot, &b, &one, &info);
    assert_int_equal(info, -1);
}

static void *many(void *argument) {
    const results *serial = argument;
    for (int i = 0; i < ROUNDS; i++) {
        results mine = {.seed = serial[i].seed};
        solve_all(&mine);
        if (memcmp(&mine, &serial[i], sizeof mine)) return (void *)1;
    }
    return NULL;
}

static void test_threads_get_the_serial_answer(void **state) {
    (void)state;
    static results serial[ROUNDS];
    pthread_t threads[THREADS];
    for (int i = 0; i < ROUNDS; i++) {
        serial[i].seed = 100u + (unsigned)i;
        solve_all(&serial[i]);
    }
    for (int i = 0; i < THREADS; i++) assert_int_equal(pthread_create(&threads[i], NULL, many, serial), 0);
    for (int i = 0; i < THREADS; i++) {
        void *wrong;
        pthread_join(threads[i], &wrong);
        assert_null(wrong);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_answers),
        cmocka_unit_test(test_wrong_argument_is_an_info),
        cmocka_unit_test(test_threads_get_the_serial_answer),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
