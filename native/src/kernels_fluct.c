/* Compiled once for each instruction set with -DVITRO_KERNELS=baseline, avx2 or avx512.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "kernels_fluct.h"

#include <string.h>

#include "lanes.h"

#define JOIN2(a, b) a##b
#define JOIN(a, b) JOIN2(a, b)

/* ---- cells: patterns in the lanes ------------------------------------------------ */

static inline vec value_at(const uint16_t *pixel) {
    u16vec v;
    memcpy(&v, pixel, sizeof v);
    return __builtin_convertvector(__builtin_convertvector(v, ivec), vec);
}

static void run_of_integers(const fluct_strip *s, const cell_run *run, uint16_t pixels[TILE][LANES]) {
    for (int sub = 0; sub < LANES; sub += VEC) {
        size_t at = (size_t)run->cell * LANES + (size_t)sub;
        vec sum = vec_load(s->sum + at), square = vec_load(s->square + at);
        for (int p = run->first; p < run->first + run->length; p++) {
            vec v = value_at(&pixels[p][sub]);
            sum += v;
            square += v * v;
        }
        vec_store(s->sum + at, sum);
        vec_store(s->square + at, square);
    }
}

static void run_of_floats(const fluct_strip *s, const cell_run *run, float pixels[TILE][LANES]) {
    for (int sub = 0; sub < LANES; sub += VEC) {
        size_t at = (size_t)run->cell * LANES + (size_t)sub;
        vec sum = vec_load(s->sum + at), square = vec_load(s->square + at), missing = vec_load(s->missing + at);
        for (int p = run->first; p < run->first + run->length; p++) {
            vec v = vec_load(&pixels[p][sub]);
            ivec finite = (ivec)(v <= 3.4e38f) & (ivec)(v >= -3.4e38f);
            v = (vec)((ivec)v & finite);
            sum += v;
            square += v * v;
            missing += 1 + __builtin_convertvector(finite, vec);
        }
        vec_store(s->sum + at, sum);
        vec_store(s->square + at, square);
        vec_store(s->missing + at, missing);
    }
}

static void cells(int type, const void *const frame[LANES], const fluct_strip *s) {
    union {
        uint16_t integers[TILE][LANES];
        float floats[TILE][LANES];
    } pixels;
    for (const cell_tile *tile = s->cells->tile + s->first_tile; tile < s->cells->tile + s->end_tile; tile++) {
        size_t offset = (size_t)(tile->offset - s->origin), size = s->pixels;
        const cell_run *run = s->cells->run + tile->first_run, *end = run + tile->runs;
        if (type == VITRO_U16) lanes_u16(frame, offset, tile->length, size, pixels.integers);
        else if (type == VITRO_U8) lanes_u8(frame, offset, tile->length, size, pixels.integers);
        else lanes_f32(frame, offset, tile->length, size, pixels.floats);
        for (; run < end; run++)
            if (type == VITRO_F32) run_of_floats(s, run, pixels.floats);
            else run_of_integers(s, run, pixels.integers);
    }
}

/* ---- pixels: neighbours of a row in the lanes ---------------------------------------- */

/* Four patterns at a time: the sums are loaded and stored a quarter as often. */
#define PIXELS_OF_INTEGERS(NAME, PIXEL)                                                                                                     \
    static void NAME(const void *const frame[LANES], int from, int to, int offset, int length, float *restrict sum, float *restrict square) { \
        int l = from;                                                                                                                      \
        for (; l + 4 <= to; l += 4) {                                                                                                      \
            const PIXEL *pa = (const PIXEL *)frame[l] + offset, *pb = (const PIXEL *)frame[l + 1] + offset;                     \
            const PIXEL *pc = (const PIXEL *)frame[l + 2] + offset, *pd = (const PIXEL *)frame[l + 3] + offset;                 \
            for (int p = 0; p < length; p++) {                                                                                       \
                float a = pa[p], b = pb[p], c = pc[p], d = pd[p];                                                                          \
                sum[p] += (a + b) + (c + d);                                                                                               \
                square[p] += (a * a + b * b) + (c * c + d * d);                                                                            \
            }                                                                                                                              \
        }                                                                                                                                  \
        for (; l < to; l++)                                                                                                                \
            for (int p = 0; p < length; p++) {                                                                                       \
                float v = ((const PIXEL *)frame[l] + offset)[p];                                                                     \
                sum[p] += v;                                                                                                               \
                square[p] += v * v;                                                                                                        \
            }                                                                                                                              \
    }
PIXELS_OF_INTEGERS(pixels_u8, uint8_t)
PIXELS_OF_INTEGERS(pixels_u16, uint16_t)

static void pixels_f32(const void *const frame[LANES], int from, int to, int offset, int length, float *restrict sum, float *restrict square,
                       float *restrict missing) {
    for (int l = from; l < to; l++) {
        const float *pixel = (const float *)frame[l] + offset;
        for (int p = 0; p < length; p++) {
            int finite = fabsf(pixel[p]) <= 3.4e38f;
            float v = finite ? pixel[p] : 0;
            sum[p] += v;
            square[p] += v * v;
            missing[p] += finite ? 0 : 1;
        }
    }
}

static void pixels(int type, const void *const frame[LANES], int from, int to, const fluct_strip *s) {
    size_t room = sizeof(float) * TILE * (size_t)(s->end_tile - s->first_tile);
    memset(s->pixel_sum, 0, room);
    memset(s->pixel_square, 0, room);
    if (type == VITRO_F32) memset(s->pixel_missing, 0, room);
    for (int t = s->first_tile; t < s->end_tile; t++) {
        const cell_tile *tile = s->cells->tile + t;
        size_t at = (size_t)(t - s->first_tile) * TILE;
        int offset = tile->offset - s->origin, length = tile->length;
        if (type == VITRO_U16) pixels_u16(frame, from, to, offset, length, s->pixel_sum + at, s->pixel_square + at);
        else if (type == VITRO_U8) pixels_u8(frame, from, to, offset, length, s->pixel_sum + at, s->pixel_square + at);
        else pixels_f32(frame, from, to, offset, length, s->pixel_sum + at, s->pixel_square + at, s->pixel_missing + at);
    }
}

const fluct_kernels JOIN(fluct_kernels_, VITRO_KERNELS) = {cells, pixels};
