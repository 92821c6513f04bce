/* SPDX-License-Identifier: GPL-3.0-or-later
 * What the benchmarks share: the clock, a failure's end, medians, one plain pass over floats. */
#ifndef VITRO_BENCH_H
#define VITRO_BENCH_H

#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "vitromap.h"

static inline void must(vitro_status status) {
    if (status == VITRO_OK) return;
    fprintf(stderr, "%s\n", vitro_last_error());
    exit(1);
}

static inline double clock_of(clockid_t which) {
    struct timespec t;
    clock_gettime(which, &t);
    return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

static inline double now(void) { return clock_of(CLOCK_MONOTONIC); }

static inline int by_value(const void *a, const void *b) {
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

static inline double median(double *value, int n) {
    qsort(value, (size_t)n, sizeof *value, by_value);
    return n % 2 ? value[n / 2] : 0.5 * (value[n / 2 - 1] + value[n / 2]);
}

static inline float sum(const float *value, size_t n) {
    float lane[16] = {0}, total = 0;
    for (size_t i = 0; i + 16 <= n; i += 16)
        for (int l = 0; l < 16; l++) lane[l] += value[i + (size_t)l];
    for (int l = 0; l < 16; l++) total += lane[l];
    return total;
}

#endif
