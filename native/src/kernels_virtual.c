/* Compiled once for each instruction set with -DVITRO_KERNELS=baseline, avx2 or avx512.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "kernels_virtual.h"

#include <math.h>
#include <string.h>

#define JOIN2(a, b) a##b
#define JOIN(a, b) JOIN2(a, b)

/* Partial sums side by side, for the vector units. */
enum { PARTS = 16 };

static inline int is_number(float value) { return fabsf(value) <= 3.4028235e38f; }

/* A side of a pattern has at most 2^15 pixels: 32 bits hold the sum of a row, and of a column. */
#define SUM_INTEGERS(NAME, PIXEL)                                                                    \
    static double NAME(const PIXEL *frame, int width, const pixel_run *run, int64_t runs) {          \
        uint64_t total = 0;                                                                          \
        for (int64_t i = 0; i < runs; i++) {                                                         \
            const PIXEL *pixel = frame + (size_t)run[i].y * (size_t)width + run[i].x;                \
            uint32_t sum = 0;                                                                        \
            for (int32_t x = 0; x < run[i].length; x++) sum += pixel[x];                             \
            total += sum;                                                                            \
        }                                                                                            \
        return runs ? (double)total : NAN;                                                           \
    }
SUM_INTEGERS(sum_u8, uint8_t)
SUM_INTEGERS(sum_u16, uint16_t)

static double sum_f32(const float *frame, int width, const pixel_run *run, int64_t runs) {
    double part[PARTS] = {0}, total = 0;
    int64_t numbers = 0;
    for (int64_t i = 0; i < runs; i++) {
        const float *pixel = frame + (size_t)run[i].y * (size_t)width + run[i].x;
        int32_t x = 0, count = 0;
        for (; x + PARTS <= run[i].length; x += PARTS)
            for (int k = 0; k < PARTS; k++) {
                part[k] += is_number(pixel[x + k]) ? pixel[x + k] : 0;
                count += is_number(pixel[x + k]);
            }
        for (; x < run[i].length; x++) {
            total += is_number(pixel[x]) ? pixel[x] : 0;
            count += is_number(pixel[x]);
        }
        numbers += count;
    }
    for (int k = 0; k < PARTS; k++) total += part[k];
    return numbers ? total : NAN;
}

static double sum(int type, const void *frame, int width, const pixel_run *run, int64_t runs) {
    if (type == VITRO_F32) return sum_f32(frame, width, run, runs);
    return type == VITRO_U16 ? sum_u16(frame, width, run, runs) : sum_u8(frame, width, run, runs);
}

#define MOMENTS_OF_INTEGERS(NAME, PIXEL)                                                                                        \
    static void NAME(const PIXEL *frame, int width, const pixel_run *run, int64_t runs, uint32_t *restrict column, double out[3]) { \
        uint64_t total = 0, of_x = 0, of_y = 0;                                                                                 \
        memset(column, 0, sizeof *column * (size_t)width);                                                                      \
        for (int64_t i = 0; i < runs; i++) {                                                                                    \
            const PIXEL *pixel = frame + (size_t)run[i].y * (size_t)width + run[i].x;                                           \
            uint32_t *restrict to = column + run[i].x, row = 0;                                                                 \
            for (int32_t x = 0; x < run[i].length; x++) {                                                                       \
                to[x] += pixel[x];                                                                                              \
                row += pixel[x];                                                                                                \
            }                                                                                                                   \
            total += row;                                                                                                       \
            of_y += (uint64_t)run[i].y * row;                                                                                   \
        }                                                                                                                       \
        for (int x = 0; x < width; x++) of_x += (uint64_t)x * column[x];                                                        \
        out[0] = (double)total;                                                                                                 \
        out[1] = (double)of_x;                                                                                                  \
        out[2] = (double)of_y;                                                                                                  \
    }
MOMENTS_OF_INTEGERS(moments_u8, uint8_t)
MOMENTS_OF_INTEGERS(moments_u16, uint16_t)

static void moments_f32(const float *frame, int width, const pixel_run *run, int64_t runs, double *restrict column, double out[3]) {
    memset(column, 0, sizeof *column * (size_t)width);
    memset(out, 0, 3 * sizeof *out);
    for (int64_t i = 0; i < runs; i++) {
        const float *pixel = frame + (size_t)run[i].y * (size_t)width + run[i].x;
        for (int32_t x = 0; x < run[i].length; x++) column[run[i].x + x] += is_number(pixel[x]) ? pixel[x] : 0;
        double row = sum_f32(frame, width, run + i, 1);
        out[2] += isnan(row) ? 0 : run[i].y * row;
    }
    for (int x = 0; x < width; x++) {
        out[0] += column[x];
        out[1] += x * column[x];
    }
}

static void moments(int type, const void *frame, int width, const pixel_run *run, int64_t runs, void *columns, double out[3]) {
    if (type == VITRO_F32) moments_f32(frame, width, run, runs, columns, out);
    else if (type == VITRO_U16) moments_u16(frame, width, run, runs, columns, out);
    else moments_u8(frame, width, run, runs, columns, out);
}

const virtual_kernels JOIN(virtual_kernels_, VITRO_KERNELS) = {sum, moments};
