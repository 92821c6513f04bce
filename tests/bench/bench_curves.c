/* SPDX-License-Identifier: GPL-3.0-or-later
 * Speed of peak maps and of region statistics on a cube of curves, and of the correlation of two maps, on one thread. One plain pass = summing all
 * values that the method reads, in the same run; medians. Arguments: positions (4096), repeats (5). */
#include <math.h>
#include <string.h>

#include "bench.h"

enum { DEPTH = 500, RANGE = 50, BLOCK = 256, MOST_REPEATS = 15 };

typedef struct {
    int64_t n;
    int side;
    const float *cube, *range; /* DEPTH and RANGE points, in blocks of BLOCK positions and whole */
    float *maps;
    double *noise, *statistics;
    int64_t *block, side_and_count[2];
} bench;

static const vitro_peak_options PEAK = {VITRO_GAUSSIAN, 1, 0, RANGE, 2.3, 0.02, NULL};
static volatile float sink;

static void peaks(bench *b) {
    for (int64_t i = 0; i < b->n; i += BLOCK) must(vitro_peak_maps(b->range + i * RANGE, RANGE, BLOCK, &PEAK, b->noise, b->maps));
}

static void learn(bench *b) { must(vitro_peak_noise(b->range, RANGE, b->n < 1024 ? b->n : 1024, &PEAK, b->noise)); }

static void statistics(bench *b) { must(vitro_region_statistics(b->cube, DEPTH, b->n, b->block, b->side_and_count[1], b->statistics)); }

static void correlate(bench *b) {
    double pearson[VITRO_PAIR_FIELDS], spearman[VITRO_PAIR_FIELDS], pixels;
    must(vitro_correlate_pair(b->cube, b->cube + b->n, b->side, b->side, 0, pearson, spearman, &pixels));
}

static void report(bench *b, const char *name, void (*method)(bench *), size_t reads, int repeats) {
    double time[MOST_REPEATS], plain[MOST_REPEATS];
    for (int r = 0; r < repeats; r++) {
        double start = now();
        for (int k = 0; k < 10; k++) sink = sum(b->cube, reads);
        plain[r] = (now() - start) / 10;
        start = now();
        method(b);
        time[r] = now() - start;
    }
    double took = median(time, repeats), pass = median(plain, repeats);
    printf("%-52s %9.2f ms %12.0f positions/s %10.1f plain passes\n", name, 1e3 * took, (double)b->n / took, took / pass);
}

int main(int count, char **argument) {
    bench b = {.n = count > 1 ? atoll(argument[1]) : 4096};
    int repeats = count > 2 ? atoi(argument[2]) : 5;
    b.side = (int)sqrt((double)b.n);
    if (b.n < BLOCK || b.n % BLOCK || (int64_t)b.side * b.side != b.n || repeats < 1 || repeats > MOST_REPEATS) return 2;
    size_t n = (size_t)b.n;
    float *cube = malloc(sizeof(float) * n * DEPTH), *range = malloc(sizeof(float) * n * RANGE);
    int64_t *position = malloc(sizeof(int64_t) * n);
    b.maps = malloc(sizeof(float) * VITRO_PEAK_SLICES * BLOCK);
    b.noise = malloc(sizeof(double) * VITRO_PEAK_NOISE(RANGE));
    b.block = malloc(sizeof(int64_t) * n);
    uint32_t random = 1;
    for (size_t i = 0; i < n * DEPTH; i++) cube[i] = (float)((random = random * 1664525u + 1013904223u) >> 8) * 6e-8f;
    for (size_t i = 0; i < n * RANGE; i++) {
        double u = ((double)(i / BLOCK % RANGE) * 0.02 - 0.5) / 0.12;
        range[i] = (float)(3 + exp(-0.5 * u * u)) + 0.1f * cube[i];
    }
    for (size_t i = 0; i < n; i++) position[i] = (int64_t)i;
    b.cube = cube;
    b.range = range;
    must(vitro_region_blocks(position, b.n, b.side, b.block, b.side_and_count));
    b.statistics = malloc(sizeof(double) * (size_t)(VITRO_REGION_FIELDS + b.side_and_count[1]) * DEPTH);
    printf("%lld positions, 1 thread, %s kernels\n", (long long)b.n, vitro_isa_name(VITRO_ISA_BEST));
    report(&b, "noise of 1024 curves of 50 points (once a map)", learn, n * RANGE, repeats);
    report(&b, "peak map, Gaussian on a line, 50 points, with sigma", peaks, n * RANGE, repeats);
    report(&b, "region statistics, 500 points", statistics, n * DEPTH, repeats);
    report(&b, "correlation of two maps, Pearson and Spearman", correlate, 2 * n, repeats);
    return 0;
}
