/* Compiled once for each instruction set with -DVITRO_KERNELS=baseline, avx2 or avx512.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "kernels_radial.h"

#include "vec.h"

#define JOIN2(a, b) a##b
#define JOIN(a, b) JOIN2(a, b)

static int row_of_floats(const float *pixel, const float *valid, int width, float *out) {
    int bad = 0;
    for (int x = 0; x < width; x++) {
        int wrong = !(fabsf(pixel[x]) <= 3.4e38f), counts = valid[x] == 1;
        float number = wrong ? 0 : pixel[x];
        bad += wrong & counts;
        out[x] = counts ? number : valid[x];
    }
    return bad;
}

static int row(int type, const void *pixels, const float *valid, int width, float *out) {
    if (type == VITRO_F32) return row_of_floats(pixels, valid, width, out);
    if (type == VITRO_U16)
        for (int x = 0; x < width; x++) out[x] = ((const uint16_t *)pixels)[x] * valid[x];
    else
        for (int x = 0; x < width; x++) out[x] = ((const uint8_t *)pixels)[x] * valid[x];
    return 0;
}

static inline ivec load_offsets(const int32_t *from) {
    ivec v;
    __builtin_memcpy(&v, from, sizeof v);
    return v;
}

typedef struct {
    vec inside, outside;
} shares;

/* Both are 0 where the share is RADIAL_NONE. */
static inline shares load_shares(const float *from) {
    vec share = vec_load(from);
    return (shares){vec_max(share, (vec){0}), 1 - vec_max(share, -share)};
}

static void sums(const radial_table *t, const float *center, float *out) {
    for (int g = 0; g < t->groups; g++)
        for (int sub = 0; sub < RADIAL_SECTORS; sub += VEC) {
            vec inside = {0}, outside = {0};
            for (int i = t->first[g]; i < t->first[g + 1]; i++) {
                size_t at = (size_t)i * RADIAL_SECTORS + (size_t)sub;
                vec v = vec_lookup(center, load_offsets(t->offset + at));
                shares of = load_shares(t->share + at);
                v = (vec)((ivec)v & (v == v));
                inside += of.inside * v;
                outside += of.outside * v;
            }
            float *to = out + (size_t)g * 2 * RADIAL_SECTORS + (size_t)sub;
            vec_store(to, inside);
            vec_store(to + RADIAL_SECTORS, outside);
        }
}

static void weighted_sums(const radial_table *t, const float *center, float *out, float *weights) {
    for (int g = 0; g < t->groups; g++)
        for (int sub = 0; sub < RADIAL_SECTORS; sub += VEC) {
            vec inside = {0}, outside = {0}, weight_inside = {0}, weight_outside = {0}, radius_inside = {0}, radius_outside = {0};
            for (int i = t->first[g]; i < t->first[g + 1]; i++) {
                size_t at = (size_t)i * RADIAL_SECTORS + (size_t)sub;
                vec v = vec_lookup(center, load_offsets(t->offset + at)), r = vec_load(t->radius + at);
                ivec counts = v == v;
                shares of = load_shares(t->share + at);
                v = (vec)((ivec)v & counts);
                of.inside = (vec)((ivec)of.inside & counts);
                of.outside = (vec)((ivec)of.outside & counts);
                inside += of.inside * v;
                outside += of.outside * v;
                weight_inside += of.inside;
                weight_outside += of.outside;
                radius_inside += of.inside * r;
                radius_outside += of.outside * r;
            }
            float *to = out + (size_t)g * 2 * RADIAL_SECTORS + (size_t)sub, *weight = weights + (size_t)g * 4 * RADIAL_SECTORS + (size_t)sub;
            vec_store(to, inside);
            vec_store(to + RADIAL_SECTORS, outside);
            vec_store(weight, weight_inside);
            vec_store(weight + RADIAL_SECTORS, weight_outside);
            vec_store(weight + 2 * RADIAL_SECTORS, radius_inside);
            vec_store(weight + 3 * RADIAL_SECTORS, radius_outside);
        }
}

const radial_kernels JOIN(radial_kernels_, VITRO_KERNELS) = {row, sums, weighted_sums};
