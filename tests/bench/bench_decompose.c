/* SPDX-License-Identifier: GPL-3.0-or-later
 * Speed of the decompositions of 10000 profiles of 600 points, and of NMF beside scikit-learn's coordinate descent in the same run, if PYTHON (python3)
 * has it: in seconds to the end, and to the relative residual at which scikit-learn ends. Run in the project's folder. Argument: repeats (3). */
#include <math.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdint.h>
#include <string.h>
#include <unistd.h>

#include "bench.h"
#include "sim.h"

enum { N = 10000, DEPTH = 600, K = 3, THREADS = 2, PASSES_MOST = 2000 };

typedef struct {
    vitro_decomp *d;
    const float *cube;
    int64_t items;
    atomic_llong next;
    pthread_barrier_t barrier;
    double begin, seconds[PASSES_MOST], error[PASSES_MOST];
    int passes;
} run;

static void load_share(run *r) {
    enum { PIECE = 256 };
    float *block = malloc(sizeof(float) * PIECE * DEPTH);
    for (int64_t first; (first = atomic_fetch_add(&r->next, PIECE)) < N;) {
        int64_t n = N - first < PIECE ? N - first : PIECE;
        for (int z = 0; z < DEPTH; z++) memcpy(block + z * n, r->cube + (size_t)z * N + first, sizeof(float) * (size_t)n);
        must(vitro_decomp_load(r->d, block, first, n));
    }
    free(block);
}

static void *worker(void *argument) {
    run *r = argument;
    load_share(r);
    do {
        if (pthread_barrier_wait(&r->barrier) == PTHREAD_BARRIER_SERIAL_THREAD) {
            double p[3];
            must(vitro_decomp_next(r->d, &r->items));
            vitro_decomp_progress(r->d, p);
            r->seconds[r->passes % PASSES_MOST] = now() - r->begin;
            r->error[r->passes++ % PASSES_MOST] = p[2];
            atomic_store(&r->next, 0);
        }
        pthread_barrier_wait(&r->barrier);
        for (int64_t i; (i = atomic_fetch_add(&r->next, 1)) < r->items;) must(vitro_decomp_work(r->d, i));
    } while (r->items);
    return NULL;
}

/* Seconds to the end, all copies of the data included; *to = those to a relative residual. */
static double timed(run *r, vitro_decomp *d, const float *cube, double residual, double *to) {
    pthread_t thread[THREADS];
    r->begin = now();
    r->d = d;
    r->cube = cube;
    r->passes = 0;
    atomic_store(&r->next, 0);
    pthread_barrier_init(&r->barrier, NULL, THREADS);
    for (int i = 0; i < THREADS; i++) pthread_create(&thread[i], NULL, worker, r);
    for (int i = 0; i < THREADS; i++) pthread_join(thread[i], NULL);
    pthread_barrier_destroy(&r->barrier);
    *to = INFINITY;
    for (int i = r->passes - 1; i >= 0; i--)
        if (r->error[i] <= residual) *to = r->seconds[i];
    return r->seconds[r->passes - 1];
}

/* Kinds of data: 0 = uniform random factors, 1 = profiles of peaks in random shares, 2 = PDFs with an offset. */
static double basis_of(int kind, int j, int z) {
    double x = (double)z / DEPTH, first = 0.25 + 0.02 * j, width = 0.025 + 0.008 * j;
    if (kind == 0) return (double)(sim_key((uint64_t)j + 99, (uint64_t)z) >> 11) * 0x1p-53;
    double a = (x - (kind == 1 ? 0.2 + 0.15 * j : first)) / width, b = (x - (kind == 1 ? 0.5 + 0.1 * j : 1.66 * first)) / 0.06;
    double sum = exp(-a * a / 2) + 0.4 * exp(-b * b / 2) + 0.02;
    return kind == 1 ? sum : sum + 0.3 + 0.1 * sin(40 * x + j) * exp(-2 * x);
}

static float *data_of(int kind) {
    float *cube = malloc(sizeof(float) * N * DEPTH);
    for (int64_t i = 0; i < N; i++) {
        double share[K], sum = 0;
        for (int j = 0; j < K; j++) {
            share[j] = (double)(sim_key(7, (uint64_t)(i * K + j)) >> 11) * 0x1p-53;
            if (kind == 2) share[j] = -log(1 - share[j]);
            sum += share[j];
        }
        for (int z = 0; z < DEPTH; z++) {
            uint64_t key = sim_key((uint64_t)z + 1000, (uint64_t)i);
            double noise = 0, value = 0;
            for (int d = 0; d < 4; d++) noise += (double)(key >> (16 * d) & 0xffff) / 65536 - 0.5; /* nearly Gaussian, variance 1/3 */
            for (int j = 0; j < K; j++) value += share[j] / (kind == 2 ? sum : 1) * basis_of(kind, j, z);
            cube[(size_t)z * N + (size_t)i] = (float)fmax(0, value + 0.02 * noise);
        }
    }
    return cube;
}

/* Runs the script; 0 if scikit-learn is not there. */
static int reference(const char *path, double tolerance, double *seconds, double *iterations, double *residual) {
    char line[512];
    const char *python = getenv("PYTHON");
    snprintf(line, sizeof line, "%s tests/bench/bench_decompose.py %s %d %d %d %g 2>/dev/null", python ? python : "python3", path, N, DEPTH, K, tolerance);
    FILE *pipe = popen(line, "r");
    int found = pipe && fscanf(pipe, "%lf %lf %lf", seconds, iterations, residual) == 3;
    if (pipe) pclose(pipe);
    return found;
}

static void compare(run *r, int kind, const char *name, int repeats) {
    enum { MOST = 15 };
    static const double tolerance[] = {1e-4, 1e-6};
    float *cube = data_of(kind);
    char path[] = "/tmp/vitromap-bench-XXXXXX";
    int file = mkstemp(path);
    if (file < 0 || write(file, cube, sizeof(float) * N * DEPTH) != (ssize_t)(sizeof(float) * N * DEPTH)) exit(1);
    close(file);
    for (int t = 0; t < 2; t++) {
        double whole[MOST], to[MOST], theirs[MOST], iterations = 0, residual = 0, ours = 0;
        int found = 1;
        for (int i = 0; i < repeats && found; i++) {
            found = reference(path, tolerance[t], &theirs[i], &iterations, &residual);
            vitro_decomp *d = NULL;
            must(vitro_nmf_new(N, DEPTH, &(vitro_nmf_options){.components = K, .seed = 1}, &d));
            whole[i] = timed(r, d, cube, found ? residual : 0, &to[i]);
            ours = r->error[r->passes - 1];
            vitro_decomp_free(d);
        }
        double end = median(whole, found ? repeats : 1);
        printf("%-10s NMF to the end %.3f s, residual %.6f %%", name, end, 100 * ours);
        if (found) {
            double there = median(to, repeats), their = median(theirs, repeats);
            printf("; scikit-learn, tol %g: %.3f s, %.0f iterations, residual %.6f %%; to that %.3f s, %.1f times as fast (to the end %.1f)", tolerance[t], their,
                   iterations, 100 * residual, there, their / there, their / end);
        }
        printf("\n");
        if (!found) {
            printf("           scikit-learn is not installed: nothing to compare with\n");
            break;
        }
    }
    unlink(path);
    free(cube);
}

static void others(run *r) {
    float *cube = data_of(2);
    double references[K * DEPTH], to;
    for (int j = 0; j < K; j++)
        for (int z = 0; z < DEPTH; z++) references[j * DEPTH + z] = basis_of(2, j, z);
    static const char *const names[] = {"PCA", "MLLS", "NNLS"};
    for (int m = 0; m < 3; m++) {
        vitro_decomp *d = NULL;
        must(m ? vitro_fit_new(N, DEPTH, references, K, m - 1, 0, 0, &d) : vitro_pca_new(N, DEPTH, K, 0, &d));
        printf("%-10s %.3f s\n", names[m], timed(r, d, cube, 0, &to));
        vitro_decomp_free(d);
    }
    free(cube);
}

int main(int argc, char **argv) {
    static run r;
    const int given = argc > 1 ? atoi(argv[1]) : 3, repeats = given < 1 ? 1 : given > 15 ? 15 : given;
    setvbuf(stdout, NULL, _IOLBF, 0);
    printf("%d profiles of %d points, rank %d, %d threads, %s\n", N, DEPTH, K, THREADS, vitro_isa_name(VITRO_ISA_BEST));
    compare(&r, 0, "uniform", repeats);
    compare(&r, 1, "peaks", repeats);
    compare(&r, 2, "PDFs", repeats);
    others(&r);
    return 0;
}
