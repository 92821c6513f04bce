/* Tiles of pixels, turned so that the patterns of a group lie in the lanes.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef VITRO_LANES_H
#define VITRO_LANES_H

#include <string.h>

#include "kernels.h"
#include "vec.h"

typedef uint16_t u16x8 __attribute__((vector_size(16)));
typedef uint8_t u8x8 __attribute__((vector_size(8)));
typedef float f32x4 __attribute__((vector_size(16)));
typedef uint16_t u16vec __attribute__((vector_size(2 * VEC)));
typedef uint32_t u32vec __attribute__((vector_size(4 * VEC)));

#define LOW(a, b) __builtin_shufflevector(a, b, 0, 8, 1, 9, 2, 10, 3, 11)
#define HIGH(a, b) __builtin_shufflevector(a, b, 4, 12, 5, 13, 6, 14, 7, 15)

/* Eight patterns of eight pixels become eight pixels of eight patterns, by three rounds of interleaving. */
static inline void transpose8(u16x8 a[8]) {
    for (int round = 0; round < 3; round++) {
        u16x8 b[8];
        for (int i = 0; i < 4; i++) {
            b[2 * i] = LOW(a[i], a[i + 4]);
            b[2 * i + 1] = HIGH(a[i], a[i + 4]);
        }
        memcpy(a, b, sizeof b);
    }
}

static inline u16x8 load8_u16(const uint16_t *from) {
    u16x8 v;
    memcpy(&v, from, sizeof v);
    return v;
}

static inline u16x8 load8_u8(const uint8_t *from) {
    u8x8 v;
    memcpy(&v, from, sizeof v);
    return __builtin_convertvector(v, u16x8);
}

/* pixels[p][lane] = pixel offset + p of each pattern; reads whole blocks of eight while they lie in the frame. */
#define LANES_OF_TILE(NAME, PIXEL, LOAD8)                                                                          \
    static inline void NAME(const void *const frame[LANES], size_t offset, int length, size_t frame_pixels,         \
                            uint16_t pixels[TILE][LANES]) {                                                         \
        for (int half = 0; half < LANES; half += 8)                                                                 \
            for (int p = 0; p < length; p += 8) {                                                                   \
                if (offset + (size_t)p + 8 <= frame_pixels) {                                                       \
                    u16x8 block[8];                                                                                 \
                    for (int l = 0; l < 8; l++) block[l] = LOAD8((const PIXEL *)frame[half + l] + offset + p);      \
                    transpose8(block);                                                                              \
                    for (int i = 0; i < 8; i++) memcpy(&pixels[p + i][half], &block[i], sizeof block[i]);           \
                } else {                                                                                            \
                    for (int i = p; i < length; i++)                                                                \
                        for (int l = 0; l < 8; l++) pixels[i][half + l] = ((const PIXEL *)frame[half + l])[offset + (size_t)i]; \
                }                                                                                                   \
            }                                                                                                       \
    }
LANES_OF_TILE(lanes_u16, uint16_t, load8_u16)
LANES_OF_TILE(lanes_u8, uint8_t, load8_u8)

static inline void transpose4(f32x4 a[4]) {
    for (int round = 0; round < 2; round++) {
        f32x4 b[4];
        for (int i = 0; i < 2; i++) {
            b[2 * i] = __builtin_shufflevector(a[i], a[i + 2], 0, 4, 1, 5);
            b[2 * i + 1] = __builtin_shufflevector(a[i], a[i + 2], 2, 6, 3, 7);
        }
        memcpy(a, b, sizeof b);
    }
}

static inline void lanes_f32(const void *const frame[LANES], size_t offset, int length, size_t frame_pixels,
                             float pixels[TILE][LANES]) {
    for (int quarter = 0; quarter < LANES; quarter += 4)
        for (int p = 0; p < length; p += 4) {
            if (offset + (size_t)p + 4 <= frame_pixels) {
                f32x4 block[4];
                for (int l = 0; l < 4; l++) memcpy(&block[l], (const float *)frame[quarter + l] + offset + p, sizeof block[l]);
                transpose4(block);
                for (int i = 0; i < 4; i++) memcpy(&pixels[p + i][quarter], &block[i], sizeof block[i]);
            } else {
                for (int i = p; i < length; i++)
                    for (int l = 0; l < 4; l++) pixels[i][quarter + l] = ((const float *)frame[quarter + l])[offset + (size_t)i];
            }
        }
}

#endif
