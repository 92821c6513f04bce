/* As many floats as the instruction set works on at once, by the vector extension that gcc and clang share; the few
 * operations that it lacks are here.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef VITRO_VEC_H
#define VITRO_VEC_H

#include <math.h>
#include <stdint.h>

#if defined(__AVX512F__)
#include <immintrin.h>
#define VEC 16
#elif defined(__AVX2__)
#include <immintrin.h>
#define VEC 8
#else
#define VEC 4
#if defined(__SSE2__)
#include <emmintrin.h>
#endif
#endif

typedef float vec __attribute__((vector_size(4 * VEC)));
typedef int32_t ivec __attribute__((vector_size(4 * VEC)));

static inline vec vec_all(float value) { return value - (vec){0}; }

static inline vec vec_load(const float *from) {
    vec v;
    __builtin_memcpy(&v, from, sizeof v);
    return v;
}

static inline void vec_store(float *to, vec v) { __builtin_memcpy(to, &v, sizeof v); }

#if defined(__AVX512F__)
/* Square root and inverse of positive numbers by the processor's estimate and a Newton step, as good as rounding and several times faster. */
static inline vec vec_root(vec a) {
    vec y = (vec)_mm512_rsqrt14_ps((__m512)a), r = a * y;
    return r + 0.5f * y * (a - r * r);
}
static inline vec vec_inverse(vec a) {
    vec y = (vec)_mm512_rcp14_ps((__m512)a);
    return y + y * (1 - a * y);
}
static inline vec vec_min(vec a, vec b) { return (vec)_mm512_min_ps((__m512)a, (__m512)b); }
static inline vec vec_max(vec a, vec b) { return (vec)_mm512_max_ps((__m512)a, (__m512)b); }
static inline vec vec_lookup(const float *table, ivec i) { return (vec)_mm512_i32gather_ps((__m512i)i, table, 4); }
#elif defined(__AVX2__)
static inline vec vec_root(vec a) { return (vec)_mm256_sqrt_ps((__m256)a); }
static inline vec vec_inverse(vec a) { return 1 / a; }
static inline vec vec_min(vec a, vec b) { return (vec)_mm256_min_ps((__m256)a, (__m256)b); }
static inline vec vec_max(vec a, vec b) { return (vec)_mm256_max_ps((__m256)a, (__m256)b); }
static inline vec vec_lookup(const float *table, ivec i) { return (vec)_mm256_i32gather_ps(table, (__m256i)i, 4); }
#else
static inline vec vec_inverse(vec a) { return 1 / a; }
static inline vec vec_lookup(const float *table, ivec i) {
    vec v;
    for (int l = 0; l < VEC; l++) v[l] = table[i[l]];
    return v;
}
#if defined(__SSE2__)
static inline vec vec_root(vec a) { return (vec)_mm_sqrt_ps((__m128)a); }
static inline vec vec_min(vec a, vec b) { return (vec)_mm_min_ps((__m128)a, (__m128)b); }
static inline vec vec_max(vec a, vec b) { return (vec)_mm_max_ps((__m128)a, (__m128)b); }
#else
static inline vec vec_root(vec a) {
    for (int l = 0; l < VEC; l++) a[l] = sqrtf(a[l]);
    return a;
}
static inline vec vec_min(vec a, vec b) {
    for (int l = 0; l < VEC; l++) a[l] = a[l] < b[l] ? a[l] : b[l];
    return a;
}
static inline vec vec_max(vec a, vec b) {
    for (int l = 0; l < VEC; l++) a[l] = a[l] > b[l] ? a[l] : b[l];
    return a;
}
#endif
#endif

#endif
