/* SPDX-License-Identifier: GPL-3.0-or-later
 * Speed of the PDF: profiles to S(q) and G(r), fits included, in profiles/s; beside it, in the same run, the same in numpy where python3
 * has it (tests/bench/pdf_numpy.py, its threads the same). Arguments: profiles (4096), bins (500), points of r (500), repeats (9). */
#define _GNU_SOURCE
#include <pthread.h>
#include <stdatomic.h>
#include <string.h>

#include "bench.h"

enum { BLOCK = 256, MOST_REPEATS = 99 }; /* positions at once, as the plugin has it */

/* A cube in and a cube out, slice by slice; threads take blocks of positions. */
typedef struct {
    const vitro_pdf *pdf;
    const float *in;
    float *out;
    int bins, rows, n;
    atomic_int next;
} work;

static void *worker(void *argument) {
    work *w = argument;
    float *block = malloc(sizeof(float) * (size_t)(w->bins + w->rows) * BLOCK), *result = block + (size_t)w->bins * BLOCK;
    for (;;) {
        int first = atomic_fetch_add(&w->next, BLOCK), n = w->n - first < BLOCK ? w->n - first : BLOCK;
        if (n <= 0) break;
        for (int z = 0; z < w->bins; z++) memcpy(block + (size_t)z * (size_t)n, w->in + (size_t)z * (size_t)w->n + first, sizeof(float) * (size_t)n);
        must(vitro_pdf_reduce(w->pdf, block, n, 1, result));
        for (int z = 0; z < w->rows; z++) memcpy(w->out + (size_t)z * (size_t)w->n + first, result + (size_t)z * (size_t)n, sizeof(float) * (size_t)n);
    }
    free(block);
    return NULL;
}

static double run(work *w, int threads) {
    pthread_t thread[16];
    double start = now();
    atomic_store(&w->next, 0);
    for (int i = 0; i < threads; i++) pthread_create(&thread[i], NULL, worker, w);
    for (int i = 0; i < threads; i++) pthread_join(thread[i], NULL);
    return now() - start;
}

static vitro_pdf_options options_of(int bins, int points, vitro_isa isa) {
    double step = 1.6 / bins;
    return (vitro_pdf_options){.q_first = 0.5 * step, .q_step = step, .fit_min = 0, .fit_max = 1.6, .shortest = 2, .r_max = 10, .r_step = 10.0 / points, .bins = bins, .order = 4,
                               .isa = isa};
}

static void print_speed(const char *name, int threads, const float *in, float *out, int n, int bins, int points, int repeats, vitro_isa isa) {
    vitro_pdf *pdf;
    vitro_pdf_options o = options_of(bins, points, isa);
    double time[MOST_REPEATS], used, made = now();
    must(vitro_pdf_new(&o, "Zr50Cu45Al5", &pdf));
    made = now() - made;
    work w = {pdf, in, out, bins, bins + points + 3, n, 0};
    run(&w, threads); /* the result's pages are made */
    used = clock_of(CLOCK_PROCESS_CPUTIME_ID);
    for (int r = 0; r < repeats; r++) time[r] = run(&w, threads);
    used = (clock_of(CLOCK_PROCESS_CPUTIME_ID) - used) / repeats;
    printf("%-12s %d thread%s %10.0f profiles/s, %.0f by the time that the processor gave; what they share: %.1f ms\n", name, threads, threads > 1 ? "s:" : ": ", n / median(time, repeats),
           n * threads / used, 1e3 * made);
    fflush(stdout);
    vitro_pdf_free(pdf);
}

/* What a preview does: all that profiles share, one profile. */
static void print_preview(const float *in, float *out, int bins, int points) {
    vitro_pdf *pdf;
    vitro_pdf_options o = options_of(bins, points, VITRO_ISA_BEST);
    double start = now();
    must(vitro_pdf_new(&o, "Zr50Cu45Al5", &pdf));
    must(vitro_pdf_reduce(pdf, in, 1, 1, out));
    printf("one profile with new options, as in the preview: %.1f ms\n", 1e3 * (now() - start));
    vitro_pdf_free(pdf);
}

static void numpy(int n, int bins, int points, int repeats) {
    char command[256], line[256];
    const char *python = getenv("PYTHON") ? getenv("PYTHON") : "python3";
    snprintf(command, sizeof command, "'%s' tests/bench/pdf_numpy.py %d %d %d %d 2>/dev/null", python, n, bins, points, repeats);
    FILE *pipe = popen(command, "r");
    int any = 0;
    while (pipe && fgets(line, sizeof line, pipe)) any += fputs(line, stdout) >= 0;
    if (pipe) pclose(pipe);
    if (!any) printf("numpy: not there (PYTHON names another python3)\n");
}

int main(int count, char **argument) {
    int value[4] = {4096, 500, 500, 9};
    for (int i = 1; i < count && i < 5; i++) value[i - 1] = atoi(argument[i]);
    int n = value[0], bins = value[1], points = value[2], repeats = value[3];
    if (n < 1 || bins < 20 || points < 1 || repeats < 1 || repeats > MOST_REPEATS) return 2;
    float *in = malloc(sizeof(float) * (size_t)n * (size_t)bins), *out = malloc(sizeof(float) * (size_t)n * (size_t)(bins + points + 3));
    for (size_t i = 0; i < (size_t)n * (size_t)bins; i++) in[i] = 1000.0f / (float)(1 + i / (size_t)n) + (float)(i * 7919 % 101);
    printf("%d profiles of %d bins to S(q) and G(r) of %d points\n", n, bins, points);
    for (int threads = 1; threads <= 2; threads++) {
        for (int isa = VITRO_ISA_BASELINE; isa <= VITRO_ISA_AVX512; isa++)
            if (vitro_isa_name((vitro_isa)isa)) print_speed(vitro_isa_name((vitro_isa)isa), threads, in, out, n, bins, points, repeats, (vitro_isa)isa);
    }
    numpy(n, bins, points, repeats);
    print_preview(in, out, bins, points);
    free(in);
    free(out);
    return 0;
}
