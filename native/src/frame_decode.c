/* From the bytes of a file to patterns of 8, 16 or 32 bits in native byte order, or to the same numbers in the type of the file.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "io_layout.h"

#include <stdio.h>
#include <string.h>

#if !defined(__BYTE_ORDER__) || __BYTE_ORDER__ != __ORDER_LITTLE_ENDIAN__
#error "written for little-endian processors"
#endif

/* Rows of n pixels, so many bytes apart, at any address. */
typedef void (*decoder)(const uint8_t *restrict in, int64_t in_stride, void *restrict out, int64_t out_stride, int64_t rows, int64_t n);

#define SAME(v) (v)
#define EACH_PIXEL(name, OUT, ...)                                                                                     \
    static void name(const uint8_t *restrict in, int64_t in_stride, void *restrict out, int64_t out_stride, int64_t rows, int64_t n) { \
        for (int64_t r = 0; r < rows; r++, in += in_stride, out = (uint8_t *)out + out_stride) {                      \
            OUT *restrict pixel = out;                                                                                \
            for (int64_t i = 0; i < n; i++) {                                                                         \
                __VA_ARGS__                                                                                           \
            }                                                                                                         \
        }                                                                                                             \
    }
#define ROW(name, IN, BITS, SWAP, OUT)                                                                                 \
    EACH_PIXEL(name, OUT, BITS bits; IN value; memcpy(&bits, in + i * (int64_t)sizeof bits, sizeof bits); bits = SWAP(bits); \
               memcpy(&value, &bits, sizeof value); pixel[i] = (OUT)value;)
#define BOTH(name, IN, BITS, SWAP, OUT) ROW(name##_le, IN, BITS, SAME, OUT) ROW(name##_be, IN, BITS, SWAP, OUT)

ROW(u8, uint8_t, uint8_t, SAME, uint8_t)
ROW(i8, int8_t, uint8_t, SAME, float)
BOTH(u16, uint16_t, uint16_t, __builtin_bswap16, uint16_t)
BOTH(i16, int16_t, uint16_t, __builtin_bswap16, float)
BOTH(f32, float, uint32_t, __builtin_bswap32, float)
BOTH(u32, uint32_t, uint32_t, __builtin_bswap32, float)
BOTH(i32, int32_t, uint32_t, __builtin_bswap32, float)
BOTH(u64, uint64_t, uint64_t, __builtin_bswap64, float)
BOTH(i64, int64_t, uint64_t, __builtin_bswap64, float)
BOTH(f64, double, uint64_t, __builtin_bswap64, float)

/* IEEE 754 binary16: 1 sign, 5 exponent and 10 mantissa bits. */
static float half(uint16_t bits) {
    uint32_t sign = (uint32_t)(bits & 0x8000) << 16, exponent = bits >> 10 & 31, mantissa = bits & 1023, wide;
    float value;
    if (exponent == 0) return (sign ? -1 : 1) * (float)mantissa * 0x1p-24f;
    wide = sign | (exponent == 31 ? 255 : exponent + 112) << 23 | mantissa << 13;
    memcpy(&value, &wide, sizeof value);
    return value;
}

#define HALF_ROW(name, SWAP) EACH_PIXEL(name, float, uint16_t bits; memcpy(&bits, in + 2 * i, sizeof bits); pixel[i] = half(SWAP(bits));)
HALF_ROW(f16_le, SAME)
HALF_ROW(f16_be, __builtin_bswap16)

/* Most significant bit first, rows padded to bytes. */
EACH_PIXEL(u1, uint8_t, pixel[i] = (in[i >> 3] >> (7 - (i & 7))) & 1;)

static decoder decoder_of(int64_t type, int64_t big_endian) {
    static const decoder table[][2] = {
        [VITRO_U8] = {u8, u8},           [VITRO_U16] = {u16_le, u16_be}, [VITRO_F32] = {f32_le, f32_be}, [VITRO_I8] = {i8, i8},
        [VITRO_I16] = {i16_le, i16_be}, [VITRO_U32] = {u32_le, u32_be}, [VITRO_I32] = {i32_le, i32_be}, [VITRO_U64] = {u64_le, u64_be},
        [VITRO_I64] = {i64_le, i64_be}, [VITRO_F64] = {f64_le, f64_be}, [VITRO_U1] = {u1, u1},         [VITRO_F16] = {f16_le, f16_be}};
    return table[type][big_endian != 0];
}

/* The numbers as they are, in native byte order. */
BOTH(keep16, uint16_t, uint16_t, __builtin_bswap16, uint16_t)
BOTH(keep32, uint32_t, uint32_t, __builtin_bswap32, uint32_t)
BOTH(keep64, uint64_t, uint64_t, __builtin_bswap64, uint64_t)

static decoder keeper_of(int64_t type, int64_t big_endian) {
    bool swap = big_endian != 0;
    if (type == VITRO_U1) return u1;
    switch (vitro_type_bytes((int)type)) {
    case 1: return u8;
    case 2: return swap ? keep16_be : keep16_le;
    case 4: return swap ? keep32_be : keep32_le;
    default: return swap ? keep64_be : keep64_le;
    }
}

/* ---- Medipix raw readout --------------------------------------------------
 * A row is a sequence of big-endian 64-bit words. Each holds 64, 8 or 4 pixels of
 * 1, 8 or 16 bits, the first pixel in the least significant bits. 24 bits are
 * two planes of 12, the more significant one first. */

static uint64_t word_at(const uint8_t *in) {
    uint64_t word;
    memcpy(&word, in, sizeof word);
    return __builtin_bswap64(word);
}

#define PACKED_ROW(name, BITS, OUT)                                                                                    \
    static void name(const uint8_t *in, void *out, int64_t n) {                                                       \
        OUT *pixel = out;                                                                                             \
        for (int64_t i = 0; i < n; i += 64 / BITS) {                                                                  \
            uint64_t word = word_at(in + i * BITS / 8);                                                               \
            for (int k = 0; k < 64 / BITS; k++) pixel[i + k] = (OUT)((word >> (k * BITS)) & ((1u << BITS) - 1));      \
        }                                                                                                             \
    }
PACKED_ROW(packed_1, 1, uint8_t)

/* Pixels of 8 or 16 bits lie in the turned word as they do in memory. */
static void packed_whole(const uint8_t *in, void *out, int64_t bytes) {
    for (int64_t i = 0; i < bytes; i += 8) {
        uint64_t word = word_at(in + i);
        memcpy((uint8_t *)out + i, &word, sizeof word);
    }
}

PACKED_ROW(packed_12_to_float, 16, float)

static void reverse_row(void *row, int64_t n, int bytes) {
    uint8_t *left = row, *right = left + (n - 1) * bytes, swap[4];
    for (; left < right; left += bytes, right -= bytes) {
        memcpy(swap, left, (size_t)bytes);
        memcpy(left, right, (size_t)bytes);
        memcpy(right, swap, (size_t)bytes);
    }
}

/* chip pixels of one row; low = the same pixels of the less significant plane, or NULL. */
static void packed_pixels(const uint8_t *in, const uint8_t *low, int64_t depth, void *out, int64_t n) {
    if (depth == 1) packed_1(in, out, n);
    else if (depth == 6) packed_whole(in, out, n);
    else if (depth == 12) packed_whole(in, out, 2 * n);
    else {
        float *pixel = out, lower[64];
        packed_12_to_float(in, pixel, n);
        for (int64_t i = 0; i < n; i += 64) {
            packed_12_to_float(low + 2 * i, lower, 64);
            for (int k = 0; k < 64; k++) pixel[i + k] = 4096 * pixel[i + k] + lower[k];
        }
    }
}

/* Row y of the picture from its chips. A quad's file row holds chips 4, 3, 2, 1 (bottom right, bottom left,
 * top right, top left), and the lower two are turned by 180 degrees. */
static void packed_row(const vitro_layout *l, const uint8_t *frame, int64_t y, uint8_t *out, int bytes) {
    bool quad = l->packing == VITRO_PACK_R64_QUAD;
    int64_t rows = quad ? l->height / 2 : l->height, chip = quad ? l->width / 2 : l->width;
    bool turned = quad && y >= rows;
    const uint8_t *row = frame + (turned ? l->height - 1 - y : y) * l->row_stride;
    int64_t chip_bytes = vitro_stored_row_bytes(l) / (quad ? 4 : 1);
    for (int64_t side = 0; side < (quad ? 2 : 1); side++) {
        int64_t place = !quad ? 0 : turned ? 1 - side : 3 - side;
        const uint8_t *in = row + place * chip_bytes;
        uint8_t *to = out + side * chip * bytes;
        packed_pixels(in, l->counter_depth == 24 ? in + rows * l->row_stride : NULL, l->counter_depth, to, chip);
        if (turned) reverse_row(to, chip, bytes);
    }
}

/* A counter of 24 bits comes as float, which holds it exactly. */
static void whole_numbers(uint8_t *pixels, int64_t n) {
    for (int64_t i = 0; i < n; i++) {
        float value;
        uint32_t whole;
        memcpy(&value, pixels + 4 * i, sizeof value);
        whole = (uint32_t)value;
        memcpy(pixels + 4 * i, &whole, sizeof whole);
    }
}

static vitro_status decode_as(int type, const vitro_layout *layout, const uint8_t *raw, size_t raw_bytes, int64_t n, void *out, size_t out_bytes) {
    vitro_status status = vitro_layout_check(layout, "decode");
    if (status) return status;
    if (n < 0 || layout->pixel_stride)
        return vitro_fail(VITRO_ARGUMENT, "decode: %lld patterns, %lld bytes from pixel to pixel", (long long)n, (long long)layout->pixel_stride);
    if (n == 0) return VITRO_OK;
    int bytes = vitro_type_bytes(type);
    int64_t frame_pixels = layout->width * layout->height, needed, room;
    if (__builtin_mul_overflow(n - 1, layout->frame_stride, &needed) ||
        __builtin_add_overflow(needed, vitro_stored_frame_bytes(layout), &needed) || (uint64_t)needed > raw_bytes)
        return vitro_fail(VITRO_FORMAT, "decode: %zu bytes do not hold %lld patterns of %lld x %lld pixels", raw_bytes, (long long)n,
                          (long long)layout->width, (long long)layout->height);
    if (__builtin_mul_overflow(n, frame_pixels * bytes, &room) || (uint64_t)room > out_bytes)
        return vitro_fail(VITRO_ARGUMENT, "decode: room for %zu bytes, %lld patterns of %lld x %lld pixels do not fit", out_bytes,
                          (long long)n, (long long)layout->width, (long long)layout->height);
    bool keep = type != vitro_decoded_type((int)layout->type);
    decoder decode = keep ? keeper_of(layout->type, layout->big_endian) : decoder_of(layout->type, layout->big_endian);
    int64_t row = layout->width * bytes;
    for (int64_t i = 0; i < n; i++) {
        const uint8_t *frame = raw + i * layout->frame_stride;
        uint8_t *to = (uint8_t *)out + i * frame_pixels * bytes;
        if (layout->packing == VITRO_PACK_NONE) decode(frame, layout->row_stride, to, row, layout->height, layout->width);
        else
            for (int64_t y = 0; y < layout->height; y++) packed_row(layout, frame, y, to + y * row, bytes);
        if (layout->packing != VITRO_PACK_NONE && type == VITRO_U32) whole_numbers(to, frame_pixels);
    }
    return VITRO_OK;
}

/* The part's last byte in the chunk and the pattern's in out. */
static bool is_inside(const int64_t *part, int64_t part_bytes, size_t n, int64_t pattern_bytes, size_t out_bytes) {
    return part[0] >= 0 && part[1] >= 0 && (uint64_t)part[0] < n / (uint64_t)part_bytes && (uint64_t)part[1] < out_bytes / (uint64_t)pattern_bytes;
}

vitro_status vitro_chunk_place(const vitro_tile *t, int64_t x, int64_t y, const int64_t *parts, int64_t count, const uint8_t *chunk, size_t n,
                               void *out, size_t out_bytes) {
    int type = t->type < VITRO_U8 || t->type > VITRO_F16 ? 0 : (int)t->type;
    int64_t from = vitro_type_bytes(type), to = vitro_type_bytes(t->keep ? vitro_kept_type(type) : vitro_decoded_type(type));
    if (from == 0 || t->columns < 1 || t->rows < 1 || t->columns > INT32_MAX / t->rows || t->width < 1 || t->height < 1 ||
        t->width > VITRO_MAX_PIXELS / t->height || x < 0 || x >= t->width || y < 0 || y >= t->height || count < 0)
        return vitro_fail(VITRO_ARGUMENT, "chunk: %lld x %lld pixels of type %lld at (%lld, %lld) in patterns of %lld x %lld", (long long)t->columns,
                          (long long)t->rows, (long long)t->type, (long long)x, (long long)y, (long long)t->width, (long long)t->height);
    int64_t columns = t->width - x < t->columns ? t->width - x : t->columns, rows = t->height - y < t->rows ? t->height - y : t->rows;
    int64_t part_bytes = t->columns * t->rows * from, pattern_bytes = t->width * t->height * to;
    if (columns == t->columns && columns == t->width) { /* rows without gaps here and there: as if they were one */
        columns *= rows;
        rows = 1;
    }
    decoder decode = t->keep ? keeper_of(type, t->big_endian) : decoder_of(type, t->big_endian);
    for (int64_t i = 0; i < count; i++) {
        if (!is_inside(&parts[2 * i], part_bytes, n, pattern_bytes, out_bytes))
            return vitro_fail(VITRO_ARGUMENT, "chunk: part %lld of %zu bytes as pattern %lld of %zu bytes", (long long)parts[2 * i], n,
                              (long long)parts[2 * i + 1], out_bytes);
        const uint8_t *part = chunk + parts[2 * i] * part_bytes;
        uint8_t *place = (uint8_t *)out + parts[2 * i + 1] * pattern_bytes + (y * t->width + x) * to;
        decode(part, t->columns * from, place, t->width * to, rows, columns);
    }
    return VITRO_OK;
}

vitro_status vitro_frames_decode(const vitro_layout *layout, const uint8_t *raw, size_t raw_bytes, int64_t n, void *out,
                                 size_t out_bytes) {
    return decode_as(vitro_decoded_type((int)layout->type), layout, raw, raw_bytes, n, out, out_bytes);
}

vitro_status vitro_frames_keep(const vitro_layout *layout, const uint8_t *raw, size_t raw_bytes, int64_t n, void *out, size_t out_bytes) {
    return decode_as(vitro_kept_type((int)layout->type), layout, raw, raw_bytes, n, out, out_bytes);
}

/* ---- 32-bit float where that is the same number ---- */

/* The first number that is not the same as the float made of it; n = none. */
#define CHANGED(name, IN, SAME)                                                                                        \
    static int64_t name(const void *numbers, const float *made, int64_t n) {                                          \
        const IN *in = numbers;                                                                                       \
        for (int64_t i = 0; i < n; i++) {                                                                             \
            IN value = in[i];                                                                                         \
            float number = made[i];                                                                                   \
            if (!(SAME)) return i;                                                                                    \
        }                                                                                                             \
        return n;                                                                                                     \
    }
CHANGED(changed_u32, uint32_t, (double)number == value)
CHANGED(changed_i32, int32_t, (double)number == value)
CHANGED(changed_u64, uint64_t, number < 0x1p64f && (uint64_t)number == value)
CHANGED(changed_i64, int64_t, number < 0x1p63f && (int64_t)number == value)
CHANGED(changed_f64, double, (double)number == value || value != value)

static void print_number(int type, const void *in, int64_t i, char text[32]) {
    switch (type) {
    case VITRO_U32: snprintf(text, 32, "%lu", (unsigned long)((const uint32_t *)in)[i]); break;
    case VITRO_I32: snprintf(text, 32, "%ld", (long)((const int32_t *)in)[i]); break;
    case VITRO_U64: snprintf(text, 32, "%llu", (unsigned long long)((const uint64_t *)in)[i]); break;
    case VITRO_I64: snprintf(text, 32, "%lld", (long long)((const int64_t *)in)[i]); break;
    default: snprintf(text, 32, "%.17g", ((const double *)in)[i]);
    }
}

vitro_status vitro_frames_exact(int type, const void *in, size_t in_bytes, int64_t width, int64_t height, int64_t first, int64_t n, float *out,
                                size_t out_bytes) {
    static int64_t (*const changed[])(const void *, const float *, int64_t) = {
        [VITRO_U32] = changed_u32, [VITRO_I32] = changed_i32, [VITRO_U64] = changed_u64, [VITRO_I64] = changed_i64, [VITRO_F64] = changed_f64,
        [VITRO_F16] = NULL};
    int64_t pixels, count, bytes = vitro_type_bytes(type), room, needed;
    if (bytes == 0 || vitro_decoded_type(type) != VITRO_F32)
        return vitro_fail(VITRO_ARGUMENT, "exact: type %d is not made 32-bit float", type);
    if (width < 1 || height < 1 || n < 0 || __builtin_mul_overflow(width, height, &pixels) || __builtin_mul_overflow(pixels, n, &count) ||
        __builtin_mul_overflow(count, bytes, &needed) || __builtin_mul_overflow(count, 4, &room) || (uint64_t)needed > in_bytes ||
        (uint64_t)room > out_bytes)
        return vitro_fail(VITRO_ARGUMENT, "exact: %zu bytes and room for %zu do not fit %lld patterns of %lld x %lld numbers", in_bytes, out_bytes,
                          (long long)n, (long long)width, (long long)height);
    decoder_of(type, false)(in, 0, out, 0, 1, count);
    int64_t bad = changed[type] ? changed[type](in, out, count) : count;
    if (bad == count) return VITRO_OK;
    char text[32];
    print_number(type, in, bad, text);
    return vitro_fail(VITRO_DATA, "pattern %lld has %s at (%lld, %lld), which 32-bit float cannot hold", (long long)(first + bad / pixels + 1), text,
                      (long long)(bad % pixels % width), (long long)(bad % pixels / width));
}
