/* Compiled once for each instruction set with -DVITRO_KERNELS=baseline, avx2 or avx512.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "kernels.h"

#include <string.h>

#include "lanes.h"
#include "vec.h"

#define JOIN2(a, b) a##b
#define JOIN(a, b) JOIN2(a, b)
#define TABLE JOIN(vitro_kernels_, VITRO_KERNELS)

#if defined(__AVX512F__)
#define NAME "AVX-512"
#elif defined(__AVX2__)
#define NAME "AVX2"
#else
#define NAME "baseline"
#endif

/* ---- sums over cells ------------------------------------------------------- */

static inline void add_run(float *sum, const uint16_t (*pixel)[LANES], int length) {
    for (int sub = 0; sub < LANES; sub += VEC) {
        u32vec total = {0};
        for (int p = 0; p < length; p++) {
            u16vec v;
            memcpy(&v, &pixel[p][sub], sizeof v);
            total += __builtin_convertvector(v, u32vec);
        }
        vec_store(sum + sub, vec_load(sum + sub) + __builtin_convertvector((ivec)total, vec));
    }
}

typedef int16_t i16lanes __attribute__((vector_size(2 * LANES)));

/* Adds 1 to the lanes in which a pixel has the value, for every pixel of the run. */
static inline void count_equal(i16lanes *count, const uint16_t (*pixel)[LANES], int length, const i16lanes *value) {
    for (int p = 0; p < length; p++) {
        i16lanes v;
        memcpy(&v, pixel[p], sizeof v);
        *count -= (i16lanes)(v == *value);
    }
}

static void sums_of_integers(int type, const void *const frame[LANES], const ring_cells *cells, float *sums, float *saturated) {
    const i16lanes maximum = (int16_t)(type == VITRO_U16 ? UINT16_MAX : UINT8_MAX) - (i16lanes){0};
    uint16_t pixels[TILE][LANES];
    for (const cell_tile *tile = cells->tile; tile < cells->tile + cells->tiles; tile++) {
        i16lanes count = {0};
        if (type == VITRO_U16) lanes_u16(frame, (size_t)tile->offset, tile->length, cells->frame_pixels, pixels);
        else lanes_u8(frame, (size_t)tile->offset, tile->length, cells->frame_pixels, pixels);
        const cell_run *run = cells->run + tile->first_run;
        for (int i = 0; i < tile->runs; i++) {
            const uint16_t(*pixel)[LANES] = (const uint16_t(*)[LANES])&pixels[run[i].first];
            add_run(sums + (size_t)run[i].cell * LANES, pixel, run[i].length);
            count_equal(&count, pixel, run[i].length, &maximum);
        }
        for (int l = 0; l < LANES; l++) saturated[l] += count[l];
    }
}

static void sums_of_floats(const void *const frame[LANES], const ring_cells *cells, float *sums) {
    float pixels[TILE][LANES];
    for (const cell_tile *tile = cells->tile; tile < cells->tile + cells->tiles; tile++) {
        lanes_f32(frame, (size_t)tile->offset, tile->length, cells->frame_pixels, pixels);
        const cell_run *run = cells->run + tile->first_run;
        for (int i = 0; i < tile->runs; i++)
            for (int sub = 0; sub < LANES; sub += VEC) {
                float *sum = sums + (size_t)run[i].cell * LANES + sub;
                vec total = {0};
                for (int p = run[i].first; p < run[i].first + run[i].length; p++) total += vec_load(&pixels[p][sub]);
                vec_store(sum, vec_load(sum) + total);
            }
    }
}

static void cell_sums(int type, const void *const frame[LANES], const ring_cells *cells, float *sums, float *saturated) {
    memset(sums, 0, sizeof *sums * (size_t)cells->cells * LANES);
    memset(saturated, 0, sizeof *saturated * LANES);
    if (type == VITRO_F32) sums_of_floats(frame, cells, sums);
    else sums_of_integers(type, frame, cells, sums, saturated);
}

/* ---- scores and Fisher information of the ring profile ---------------------------- */

/* Parameters of some lanes. */
typedef struct {
    vec p[PARAMETERS], level;
    vec form[3]; /* rho^2 = form[0] xx + form[1] xy + form[2] yy, the quadratic form E V V E */
} lane_theta;

static inline lane_theta load_theta(const ring_curves *c, const float *theta, const float *level, int sub) {
    lane_theta t;
    for (int j = 0; j < PARAMETERS; j++) t.p[j] = vec_load(theta + j * LANES + sub);
    t.level = vec_load(level + sub);
    const float *e = c->ellipse;
    const vec xx = t.p[VXX] * e[0] + t.p[VXY] * e[1], xy = t.p[VXX] * e[1] + t.p[VXY] * e[2];
    const vec yx = t.p[VXY] * e[0] + t.p[VYY] * e[1], yy = t.p[VXY] * e[1] + t.p[VYY] * e[2];
    t.form[0] = xx * xx + yx * yx;
    t.form[1] = 2 * (xx * xy + yx * yy);
    t.form[2] = xy * xy + yy * yy;
    return t;
}

/* The model at a cell:
 *     mu = (back + slope t) G(r) + ring B(r) s(rho),   r = |E k|, rho = |V E k|
 * and its derivatives, which are products of a radial function (template) and a factor of the direction. That is taken as
 * the sector's: it leaves the estimate unbiased (any template does) and costs it nothing that can be measured. */
typedef struct {
    vec template[RADIAL], rho;
    vec difference, weight; /* sum - expected, 1 / mu */
} cell_state;

static inline cell_state evaluate(const ring_curves *c, const lane_theta *theta, int cell, int bin, const float *sums, int sub) {
    const ring_cells *cells = c->cells;
    const ring_bin *b = &c->bin[bin];
    const vec *p = theta->p;
    const vec tiny = vec_all(1e-12f), zero = {0};
    const float x = cells->x[cell], y = cells->y[cell];
    const vec xx = cells->xx[cell] - p[CX] * (2 * x - p[CX]), yy = cells->yy[cell] - p[CY] * (2 * y - p[CY]);
    const vec xy = cells->xy[cell] - p[CX] * y - p[CY] * x + p[CX] * p[CY];
    const vec r = vec_root(c->round[0] * xx + c->round[1] * xy + c->round[2] * yy);
    const vec rho = vec_root(theta->form[0] * xx + theta->form[1] * xy + theta->form[2] * yy);

    const vec place = vec_min(vec_max((rho - c->start) * c->per_px, zero), vec_all((float)c->last - 1));
    const ivec index = __builtin_convertvector(place, ivec);
    const vec s0 = vec_lookup(c->structure, index), step = vec_lookup(c->structure + 1, index) - s0;
    const vec s = s0 + step * (place - __builtin_convertvector(index, vec));

    const vec d = r - b->radius, t = (r - c->middle) * (1 / c->half_range);
    const vec g = b->g * (1 + d * (b->g_of[0] + d * (b->g_of[1] + d * b->g_of[2])));
    const vec fall = b->b * (1 + d * (b->b_of[0] + d * (b->b_of[1] + d * b->b_of[2])));
    const vec back = p[BACK] + p[SLOPE] * t, ring = p[RING] * fall;
    const vec mu = back * g + ring * s, stretch = ring * step * c->per_px;
    return (cell_state){{g, t * g, fall * s, stretch * rho,
                         stretch + back * b->g * (b->g_of[0] + 2 * d * b->g_of[1]) + p[SLOPE] * g * (1 / c->half_range) + p[RING] * s * b->b * b->b_of[0]},
                        rho,
                        vec_load(sums + (size_t)cell * LANES + sub) - cells->pixels[cell] * mu,
                        vec_inverse(vec_max(vec_max(mu, theta->level), tiny))};
}

/* What one sector adds up, with the products of the radial functions as a lower triangle. */
typedef struct {
    vec score[RADIAL], fisher[RADIAL * (RADIAL + 1) / 2], chi2;
} sector_sums;

/* The sums are single variables, not arrays: the compiler keeps them in registers. */
static inline sector_sums sum_sector(const ring_curves *c, int sector, int sub, const float *sums, const lane_theta *theta) {
    vec chi2 = {0}, s0 = {0}, s1 = {0}, s2 = {0}, s3 = {0}, s4 = {0};
    vec f00 = {0}, f10 = {0}, f11 = {0}, f20 = {0}, f21 = {0}, f22 = {0}, f30 = {0}, f31 = {0}, f32 = {0}, f33 = {0};
    vec f40 = {0}, f41 = {0}, f42 = {0}, f43 = {0}, f44 = {0};
    for (int bin = c->first_bin; bin < c->end_bin; bin++) {
        const int cell = sector * c->cells->bins + bin;
        const float pixels = c->cells->pixels[cell];
        if (pixels == 0) continue;
        const cell_state at = evaluate(c, theta, cell, bin, sums, sub);
        const vec e = at.difference * at.weight, n = pixels * at.weight;
        const vec t0 = at.template[0], t1 = at.template[1], t2 = at.template[2], t3 = at.template[3], t4 = at.template[4];
        const vec n0 = n * t0, n1 = n * t1, n2 = n * t2, n3 = n * t3, n4 = n * t4;
        chi2 += at.difference * e * (1 / pixels);
        s0 += e * t0, s1 += e * t1, s2 += e * t2, s3 += e * t3, s4 += e * t4;
        f00 += n0 * t0;
        f10 += n1 * t0, f11 += n1 * t1;
        f20 += n2 * t0, f21 += n2 * t1, f22 += n2 * t2;
        f30 += n3 * t0, f31 += n3 * t1, f32 += n3 * t2, f33 += n3 * t3;
        f40 += n4 * t0, f41 += n4 * t1, f42 += n4 * t2, f43 += n4 * t3, f44 += n4 * t4;
    }
    return (sector_sums){{s0, s1, s2, s3, s4}, {f00, f10, f11, f20, f21, f22, f30, f31, f32, f33, f40, f41, f42, f43, f44}, chi2};
}

static inline int pair_of(int j, int k) { return j > k ? j * (j + 1) / 2 + k : k * (k + 1) / 2 + j; }

static void ring_pass(const ring_curves *c, const float *sums, const float *theta, const float *level, ring_moments *out) {
    for (int sub = 0; sub < LANES; sub += VEC) {
        const lane_theta lanes = load_theta(c, theta, level, sub);
        vec gradient[PARAMETERS] = {{0}}, total[PAIRS] = {{0}}, chi2 = {0};
        for (int sector = 0; sector < SECTORS; sector++) {
            const sector_sums of = sum_sector(c, sector, sub, sums, &lanes);
            chi2 += of.chi2;
            for (int j = 0; j < RADIAL; j++) vec_store(&out->score[sector][j][sub], of.score[j]);
            float factor[PARAMETERS] = {0, 0, 0, 0, 0, 1, 1, 1};
            memcpy(factor, c->factor[sector], sizeof c->factor[sector]);
            for (int j = 0, pair = 0; j < PARAMETERS; j++) {
                gradient[j] += factor[j] * of.score[radial_of[j]];
                for (int k = 0; k <= j; k++, pair++)
                    total[pair] += factor[j] * factor[k] * of.fisher[pair_of(radial_of[j], radial_of[k])];
            }
        }
        for (int j = 0; j < PARAMETERS; j++) vec_store(&out->gradient[j][sub], gradient[j]);
        for (int j = 0; j < PAIRS; j++) vec_store(&out->fisher[j][sub], total[j]);
        vec_store(&out->chi2[sub], chi2);
    }
}

/* The ring broadened about its peak, s(q0 + (rho - q0) / (1 + w)): score and information of w with those radial
 * functions that a round ring mixes it with. */
static void ring_width(const ring_curves *c, const float *sums, const float *theta, const float *level, ring_broadening *out) {
    for (int sub = 0; sub < LANES; sub += VEC) {
        const lane_theta lanes = load_theta(c, theta, level, sub);
        vec score = {0}, own = {0}, with[RADIAL] = {{0}};
        for (int sector = 0; sector < SECTORS; sector++)
            for (int bin = c->first_bin; bin < c->end_bin; bin++) {
                const int cell = sector * c->cells->bins + bin;
                const float pixels = c->cells->pixels[cell];
                if (pixels == 0) continue;
                const cell_state at = evaluate(c, &lanes, cell, bin, sums, sub);
                const vec broader = at.template[OF_STRETCH] * (c->peak * vec_inverse(at.rho) - 1), w = at.weight * broader;
                score += at.difference * w;
                own += pixels * w * broader;
                for (int j = 0; j <= OF_STRETCH; j++) with[j] += pixels * w * at.template[j];
            }
        vec_store(&out->score[sub], score);
        vec_store(&out->own[sub], own);
        for (int j = 0; j <= OF_STRETCH; j++) vec_store(&out->with[j][sub], with[j]);
    }
}

const vitro_kernels TABLE = {NAME, cell_sums, ring_pass, ring_width, &JOIN(radial_kernels_, VITRO_KERNELS),
                              &JOIN(virtual_kernels_, VITRO_KERNELS),
                              &JOIN(fluct_kernels_, VITRO_KERNELS),
                              &JOIN(pdf_kernels_, VITRO_KERNELS),
                              &JOIN(decomp_kernels_, VITRO_KERNELS),
                              &JOIN(peak_kernels_, VITRO_KERNELS),
                              &JOIN(symmetry_kernels_, VITRO_KERNELS)};
