/* SPDX-License-Identifier: GPL-3.0-or-later
 * Speed of the jobs in patterns/s and in plain passes: one plain pass = summing every pixel of the same buffer with the
 * same threads in the same run. Everything is timed several times in turn and the medians are printed, since shared
 * machines are noisy. Arguments: patterns (4096), repeats (5). */
#include <fcntl.h>
#include <pthread.h>
#include <stdatomic.h>
#include <string.h>
#include <unistd.h>

#include "bench.h"
#include "sim.h"

enum { CHUNK = 2 * VITRO_GROUP, DISTINCT = 256, MOST_REPEATS = 15 };
static int side = 256; /* px of the detector */
#define PIXELS ((size_t)side * (size_t)side)

/* Work on all frames, taken by threads in chunks: from memory, or from a file by positional reads as the plugin does. */
typedef struct {
    const uint16_t *frames;
    int file; /* -1 = from memory */
    int64_t n;
    vitro_job *job; /* NULL = plain pass */
    atomic_llong next;
    atomic_ullong total;
} work;

static uint64_t plain_sum(const uint16_t *pixel, size_t n) {
    uint64_t total = 0;
    for (size_t i = 0; i < n; i += PIXELS) {
        uint32_t sum = 0;
        for (size_t k = 0; k < PIXELS; k++) sum += pixel[i + k];
        total += sum;
    }
    return total;
}

static void *worker(void *argument) {
    work *w = argument;
    uint16_t *buffer = w->file >= 0 ? malloc(sizeof(uint16_t) * PIXELS * CHUNK) : NULL;
    for (;;) {
        int64_t first = atomic_fetch_add(&w->next, CHUNK);
        if (first >= w->n) break;
        int64_t n = w->n - first < CHUNK ? w->n - first : CHUNK;
        const uint16_t *frames = w->frames + (size_t)first * PIXELS;
        if (buffer) {
            size_t bytes = sizeof(uint16_t) * PIXELS * (size_t)n;
            if (pread(w->file, buffer, bytes, (off_t)(sizeof(uint16_t) * PIXELS * (size_t)first)) != (ssize_t)bytes) exit(1);
            frames = buffer;
        }
        if (w->job) must(vitro_job_feed(w->job, frames, first, n));
        else atomic_fetch_add(&w->total, plain_sum(frames, (size_t)n * PIXELS));
    }
    free(buffer);
    return NULL;
}

static double run(const uint16_t *frames, int file, int64_t n, vitro_job *job, int threads) {
    work w = {frames, file, n, job, 0, 0};
    pthread_t thread[16];
    double start = now();
    for (int i = 0; i < threads; i++) pthread_create(&thread[i], NULL, worker, &w);
    for (int i = 0; i < threads; i++) pthread_join(thread[i], NULL);
    return now() - start;
}

/* ---- what is measured ----------------------------------------------------------- */

typedef struct {
    const uint16_t *frames;
    int64_t n;
    int file;
    vitro_geometry geometry;
    const vitro_ring_model *model;
    const double *centers; /* of each pattern */
} dataset;

typedef enum { PLAIN, MEAN, REFERENCE, LEARN, PROFILE, PROFILE_BASELINE, PROFILE_AVX2, PROFILE_MAPS, READ, PROFILE_FILE, RADIAL,
               RADIAL_FIXED, FLUCTUATION, FLUCTUATION_V2D, FLUCTUATION_OWN,
               VIRTUAL, VIRTUAL_ALL, VIRTUAL_OWN, MASS, SYMMETRY, SYMMETRY_OPEN, SYMMETRY_FIXED, ELLIPSE, METHODS } method;
static const char *const METHOD[METHODS] = {"plain pass", "mean pattern", "reference, 512 patterns: gather", "reference: learn (one thread)",
                                            "ring profile", "ring profile, baseline kernels", "ring profile, AVX2 kernels",
                                            "strain map: reference, fit, all maps", "read from the file's cache", "ring profile from the file",
                                            "radial profiles, own centres, sigma", "radial profiles, one centre, sigma", "fluctuation, V(k) and errors", "fluctuation with V2D", "fluctuation, own centres, V2D",
                                            "virtual image, annulus", "virtual image, every pixel", "virtual image, annulus, own centres", "centre of mass, every pixel",
                                            "symmetry, 12 orders, own centres, stop", "symmetry, 12 orders, own centres", "symmetry, 12 orders, one centre",
                                            "direct ellipse"};

static vitro_job *new_job(const dataset *d, method m, vitro_frames *f) {
    vitro_job *job = NULL;
    *f = (vitro_frames){side, side, VITRO_U16, m == PROFILE_BASELINE ? VITRO_ISA_BASELINE : m == PROFILE_AVX2 ? VITRO_ISA_AVX2 : VITRO_ISA_BEST, d->n};
    if (m == REFERENCE || m == LEARN) f->frames = d->n < 512 ? d->n : 512;
    if (m == MEAN) must(vitro_mean_new(f, &job));
    else if (m == REFERENCE || m == LEARN) must(vitro_reference_new(f, &d->geometry, &job));
    else if (m == RADIAL || m == RADIAL_FIXED) {
        vitro_geometry g = d->geometry;
        g.ring_min = 0, g.ring_max = side / 2;
        must(vitro_radial_profiles_new(f, &g, m == RADIAL ? d->centers : NULL, side / 2, &job));
    } else if (m >= FLUCTUATION && m <= FLUCTUATION_OWN) {
        vitro_geometry g = d->geometry;
        g.ring_min = 0, g.ring_max = side / 2;
        must(vitro_fluctuation_new(f, &g, m == FLUCTUATION_OWN ? d->centers : NULL, side / 2, 1, d->geometry.ring_min, m == FLUCTUATION ? 0 : d->geometry.ring_max, &job));
    } else if (m >= VIRTUAL && m <= MASS) {
        const vitro_geometry *g = &d->geometry;
        vitro_detector ring = {.center_x = g->center_x, .center_y = g->center_y, .x = g->center_x, .y = g->center_y, .inner_radius = g->ring_min, .outer_radius = g->ring_max};
        if (m == VIRTUAL_ALL || m == MASS) ring.inner_radius = 0, ring.outer_radius = 2 * side;
        if (m == MASS) must(vitro_center_of_mass_new(f, &ring, &job));
        else must(vitro_virtual_image_new(f, &ring, m == VIRTUAL_OWN ? d->centers : NULL, &job));
    } else if (m == SYMMETRY || m == SYMMETRY_OPEN || m == SYMMETRY_FIXED) {
        vitro_geometry g = d->geometry;
        if (m == SYMMETRY_OPEN) g.mask = NULL;
        must(vitro_symmetry_new(f, &g, m == SYMMETRY_FIXED ? NULL : d->centers, 12, 1, 1, &job));
    } else if (m == ELLIPSE) must(vitro_direct_ellipse_new(f, &d->geometry, 0.95, &job));
    else if (m != PLAIN && m != READ) must(vitro_ring_profile_new(d->model, f, &job));
    return job;
}

static double learn(vitro_job *reference, vitro_ring_model **model) {
    double start = now();
    must(vitro_ring_model_new(reference, "", 0, model));
    return now() - start;
}

static double finish(vitro_job *job) {
    double start = now();
    float *out = malloc(sizeof(float) * (size_t)vitro_job_outputs(job));
    must(vitro_job_finish(job, out, vitro_job_outputs(job)));
    free(out);
    return now() - start;
}

/* Everything behind the Strain Map command once the geometry is known. */
static double whole_map(const dataset *d, int threads) {
    vitro_frames f;
    vitro_ring_model *model;
    double values[7], start = now();
    vitro_job *reference = new_job(d, REFERENCE, &f), *job;
    run(d->frames, -1, f.frames, reference, threads);
    must(vitro_ring_model_new(reference, "", 0, &model));
    vitro_job_free(reference);
    f.frames = d->n;
    must(vitro_ring_profile_new(model, &f, &job));
    run(d->frames, -1, d->n, job, threads);
    size_t n = (size_t)d->n;
    float *field = malloc(sizeof(float) * n * VITRO_RING_FIELDS), *maps = malloc(sizeof(float) * n * 26);
    must(vitro_job_finish(job, field, (int64_t)n * VITRO_RING_FIELDS));
    must(vitro_ring_model_values(model, values));
    vitro_strain_options o = {values[0], values[1], values[2], values[3], VITRO_LINEAR, 0, 0, 0, 1, (int32_t)d->n, 1};
    must(vitro_strain_maps(&o, field, field, d->n, 1, maps, maps + 11 * n, maps + 17 * n));
    free(field);
    free(maps);
    vitro_job_free(job);
    vitro_ring_model_free(model);
    return now() - start;
}

static double time_once(const dataset *d, method m, int threads) {
    if (m == PROFILE_MAPS) return whole_map(d, threads);
    vitro_frames f;
    vitro_job *job = new_job(d, m, &f);
    double time = run(d->frames, m == READ || m == PROFILE_FILE ? d->file : -1, f.frames, job, threads);
    if (m == LEARN) {
        vitro_ring_model *model;
        time = learn(job, &model);
        vitro_ring_model_free(model);
    } else if (m >= FLUCTUATION && m <= FLUCTUATION_OWN) {
        time += finish(job);
    }
    vitro_job_free(job);
    return time;
}

/* Medians of one method and of the plain pass, s. */
static void time_method(const dataset *d, method m, int threads, int repeats, double *time, double *plain) {
    double a[MOST_REPEATS], b[MOST_REPEATS];
    for (int r = 0; r < repeats; r++) {
        b[r] = time_once(d, PLAIN, threads);
        a[r] = time_once(d, m, threads);
    }
    *time = median(a, repeats);
    *plain = median(b, repeats);
}

static void table(const dataset *d, int threads, int repeats, double medians[METHODS]) {
    static double time[METHODS][MOST_REPEATS];
    for (int r = 0; r < repeats; r++)
        for (int m = 0; m < METHODS; m++) {
            if ((m == PROFILE_AVX2 && !vitro_isa_name(VITRO_ISA_AVX2)) || (m == ELLIPSE && r > 0)) continue;
            time[m][r] = time_once(d, (method)m, threads);
        }
    printf("\n%d thread%s, %lld patterns of %d x %d px, 16 bit, %s kernels\n%-40s %14s %14s\n", threads, threads > 1 ? "s" : "", (long long)d->n, side, side,
           vitro_isa_name(VITRO_ISA_BEST), "", "patterns/s", "plain passes");
    for (int m = 0; m < METHODS; m++) {
        medians[m] = median(time[m], m == ELLIPSE ? 1 : repeats);
        printf("%-40s %14.0f %14.2f\n", METHOD[m], (double)d->n / medians[m], medians[m] / medians[PLAIN]);
    }
}

/* ---- the dataset ------------------------------------------------------------------- */

/* Some distinct patterns, repeated: what they show does not matter for the time, that they differ does. */
static void simulate(uint16_t *frames, int64_t n, const sim_glass *glass) {
    float *room = malloc(sizeof(float) * PIXELS);
    for (int i = 0; i < DISTINCT && i < n; i++) {
        sim_pattern p = sim_pattern_default(glass);
        p.beam_stop = 1;
        p.center[0] += 3 * ((i * 37 % 64) / 32.0 - 1);
        p.center[1] += 3 * ((i * 23 % 64) / 32.0 - 1);
        p.V[0] += 0.01 * ((i * 11 % 16) / 8.0 - 1);
        p.V[1] += 0.01 * ((i * 7 % 16) / 8.0 - 1);
        sim_expected(glass, &p, room);
        must(sim_draw(room, side, side, 0.15, 3, 1, (uint64_t)i, frames + (size_t)i * PIXELS));
    }
    for (int64_t i = DISTINCT; i < n; i++) memcpy(frames + (size_t)i * PIXELS, frames + (size_t)(i % DISTINCT) * PIXELS, sizeof(uint16_t) * PIXELS);
    free(room);
}

/* Centres that drift by 6 px along rows and columns of a scan of 64 columns, and jitter by 0.1 px as measured ones do. */
static double *centers_of(int64_t n) {
    double *center = malloc(sizeof(double) * 2 * (size_t)n);
    if (!center) exit(1);
    for (int64_t i = 0; i < n; i++) {
        center[2 * i] = (side - 1) / 2.0 + (double)(i % 64 - 32) * 6 / 64 + 0.1 * ((double)(i * 7919 % 101) / 50 - 1);
        center[2 * i + 1] = (side - 1) / 2.0 + (double)(i / 64 % 64 - 32) * 6 / 64 + 0.1 * ((double)(i * 104729 % 103) / 51 - 1);
    }
    return center;
}

/* Patterns of the present side, in memory, with a model learned from them. */
static void open_dataset(dataset *d) {
    sim_glass glass;
    must(sim_glass_new(side, side, 70.0 * side / 256, &glass));
    uint16_t *frames = malloc(sizeof(uint16_t) * PIXELS * (size_t)d->n);
    uint8_t *mask = calloc(PIXELS, 1);
    if (!frames || !mask) exit(1);
    simulate(frames, d->n, &glass);
    for (int i = 0; i < side * side; i++) mask[i] = (uint8_t)sim_behind_stop(&glass, i % side, i / side);
    d->frames = frames;
    d->file = -1;
    d->geometry = (vitro_geometry){(side - 1) / 2.0, (side - 1) / 2.0, 1, 0, 1, 50.0 * side / 256, 95.0 * side / 256, mask};
    sim_glass_free(&glass);
    vitro_frames f;
    vitro_ring_model *model;
    vitro_job *reference = new_job(d, REFERENCE, &f);
    run(d->frames, -1, f.frames, reference, 1);
    learn(reference, &model);
    vitro_job_free(reference);
    d->model = model;
    d->centers = centers_of(d->n);
}

static void close_dataset(dataset *d) {
    vitro_ring_model_free((vitro_ring_model *)d->model);
    free((void *)d->frames);
    free((void *)d->geometry.mask);
    free((void *)d->centers);
    if (d->file >= 0) close(d->file);
}

/* The patterns in a file of their own, which is gone when it is closed. */
static void write_file(dataset *d) {
    char path[] = "/tmp/vitromap-bench-XXXXXX";
    d->file = mkstemp(path);
    if (d->file < 0 || unlink(path)) exit(1);
    for (int64_t i = 0; i < d->n; i++)
        if (write(d->file, d->frames + (size_t)i * PIXELS, sizeof(uint16_t) * PIXELS) != (ssize_t)(sizeof(uint16_t) * PIXELS)) exit(1);
}

/* Does the cost grow with the number of patterns and of pixels, and no faster? */
static void growth(int64_t n, int repeats) {
    printf("\nring profile, 2 threads: growth\n%-40s %14s %14s\n", "", "ns a pixel", "plain passes");
    for (side = 128; side <= 512; side *= 2)
        for (int part = 1; part <= 4; part *= 4) {
            dataset d = {.n = n * 256 * 256 / (side * side) / part};
            double time, plain;
            if (d.n < 1) continue;
            open_dataset(&d);
            time_method(&d, PROFILE, 2, repeats, &time, &plain);
            char name[64];
            snprintf(name, sizeof name, "%lld patterns of %d x %d px", (long long)d.n, side, side);
            printf("%-40s %14.3f %14.2f\n", name, time * 1e9 / ((double)d.n * (double)PIXELS), time / plain);
            close_dataset(&d);
        }
}

int main(int count, char **argument) {
    dataset d = {.n = count > 1 ? atoll(argument[1]) : 4096};
    int repeats = count > 2 ? atoi(argument[2]) : 5;
    if (d.n < 1 || repeats < 1 || repeats > MOST_REPEATS) return 2;
    open_dataset(&d);
    write_file(&d);
    double one[METHODS], two[METHODS];
    table(&d, 1, repeats, one);
    table(&d, 2, repeats, two);
    printf("\n2 threads against 1: plain pass %.2f, ring profile %.2f\n", one[PLAIN] / two[PLAIN], one[PROFILE] / two[PROFILE]);
    printf("ring profile from the file against memory + read: %.2f\n", two[PROFILE_FILE] / (two[PROFILE] + two[READ]));
    close_dataset(&d);
    growth(count > 1 ? atoll(argument[1]) / 2 : 2048, repeats);
    return 0;
}
