/* SPDX-License-Identifier: GPL-3.0-or-later
 * Speed of the dynamics map on time series of speckle with tau about 20 frames, on one thread. One plain pass = summing all values, in the same run; medians.
 * Arguments: pixels (2048), frames (2000), repeats (3). */
#include <math.h>

#include "bench.h"

enum { MOST_REPEATS = 15, BLOCK = 64 };

static volatile float sink;

/* |E|^2 of a field that forgets itself exponentially, in blocks of BLOCK series. */
static void simulate(float *block, size_t series, size_t frames) {
    uint64_t random = 1;
    double keep = exp(-1.0 / 20), fresh = sqrt(1 - keep * keep);
    for (size_t i = 0; i < series; i++) {
        double field[2] = {0, 0};
        for (size_t t = 0; t < frames; t++) {
            for (int k = 0; k < 2; k++) {
                double normal = 0;
                for (int j = 0; j < 12; j++) normal += (double)((random = random * 6364136223846793005u + 1442695040888963407u) >> 33) * 0x1p-31 - 0.5;
                field[k] = keep * field[k] + fresh * normal;
            }
            block[i / BLOCK * BLOCK * frames + t * BLOCK + i % BLOCK] = (float)(field[0] * field[0] + field[1] * field[1]);
        }
    }
}

static void report(const char *name, double *time, double *plain, int repeats, double series) {
    double took = median(time, repeats), pass = median(plain, repeats);
    printf("%-40s %9.2f ms %12.0f pixels/s %10.1f plain passes\n", name, 1e3 * took, series / took, took / pass);
}

int main(int count, char **argument) {
    size_t series = count > 1 ? (size_t)atoll(argument[1]) : 2048, frames = count > 2 ? (size_t)atoll(argument[2]) : 2000;
    int repeats = count > 3 ? atoi(argument[3]) : 3;
    if (series < 1024 || series % BLOCK || frames < 32 || repeats < 1 || repeats > MOST_REPEATS) return 2;
    float *block = malloc(sizeof *block * series * frames), out[BLOCK * VITRO_DYNAMICS_SLICES];
    double setup[MOST_REPEATS], learn[MOST_REPEATS], maps[MOST_REPEATS], plain[MOST_REPEATS], noise[2];
    simulate(block, series, frames);
    vitro_dynamics *d = NULL;
    for (int r = 0; r < repeats; r++) {
        double start = now();
        sink = sum(block, series * frames);
        plain[r] = now() - start;
        vitro_dynamics_free(d);
        start = now();
        must(vitro_dynamics_new((int)frames, 1, 0, &d));
        for (int64_t row = 0; row < vitro_dynamics_rows(d); row++) must(vitro_dynamics_fill(d, row));
        must(vitro_dynamics_finish(d));
        setup[r] = now() - start;
        start = now();
        must(vitro_dynamics_noise(d, block, BLOCK, BLOCK, noise)); /* of one tile */
        learn[r] = now() - start;
        start = now();
        for (size_t i = 0; i < series; i += BLOCK) must(vitro_dynamics_maps(d, block + i * frames, BLOCK, noise, out));
        maps[r] = now() - start;
    }
    printf("%zu series of %zu frames, 1 thread\n", series, frames);
    report("tables (once a map)", setup, plain, repeats, (double)series);
    report("noise from one tile (32 a map)", learn, plain, repeats, BLOCK);
    report("tau, beta, their errors, residual", maps, plain, repeats, (double)series);
    vitro_dynamics_free(d);
    return 0;
}
