/* Compressions of HDF5 chunks that detectors use: LZ4 (HDF5 filter 32004, block format of lz4.org) and bitshuffle (filter 32008, Masui et al. 2015),
 * alone or with LZ4. Numbers in their headers are big-endian. Shuffle (HDF5 filter 2).
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "error.h"
#include "io_bytes.h"

#include <stdlib.h>

enum { LENGTHS = 12, LEAST_MATCH = 4, DEFAULT_BLOCK = 8192, LEAST_ELEMENTS = 128 };

typedef struct {
    const uint8_t *at, *end;
} bytes;

static size_t left(const bytes *in) { return (size_t)(in->end - in->at); }

/* A length of 15 goes on in further bytes, as long as they are 255. */
static bool long_length(bytes *in, size_t *length) {
    uint8_t more = 255;
    while (more == 255) {
        if (in->at == in->end) return false;
        more = *in->at++;
        *length += more;
    }
    return true;
}

/* Matches may overlap what they write. */
static void copy_match(uint8_t *to, size_t offset, size_t length) {
    const uint8_t *from = to - offset;
    if (offset >= length) memcpy(to, from, length);
    else
        for (size_t i = 0; i < length; i++) to[i] = from[i];
}

/* One LZ4 block, which must give exactly n bytes. */
static bool lz4_block(bytes in, uint8_t *out, size_t n) {
    size_t done = 0;
    while (in.at < in.end) {
        uint8_t token = *in.at++;
        size_t literals = token >> 4, match = token & 15;
        if (literals == 15 && !long_length(&in, &literals)) return false;
        if (literals > left(&in) || literals > n - done) return false;
        memcpy(out + done, in.at, literals);
        in.at += literals;
        done += literals;
        if (in.at == in.end) break; /* the last sequence has no match */
        if (left(&in) < 2) return false;
        size_t offset = in.at[0] | (size_t)in.at[1] << 8;
        in.at += 2;
        if (match == 15 && !long_length(&in, &match)) return false;
        match += LEAST_MATCH;
        if (offset == 0 || offset > done || match > n - done) return false;
        copy_match(out + done, offset, match);
        done += match;
    }
    return done == n;
}

/* The block that comes next, after its length; begin = NULL if it is cut off. */
static bytes next_block(bytes *in) {
    bytes block = {NULL, NULL};
    if (left(in) < 4) return block;
    size_t n = (size_t)vitro_bytes_integer(in->at, 4, true);
    if (n > left(in) - 4) return block;
    block = (bytes){in->at + 4, in->at + 4 + n};
    in->at = block.end;
    return block;
}

static vitro_status damaged(const char *what, const bytes *in, size_t n) {
    return vitro_fail(VITRO_FORMAT, "a chunk compressed by %s is damaged: it does not give %zu bytes (%zu bytes of it left)", what, n, left(in));
}

/* The 8 + 4 bytes with the length of all and of a block. */
static size_t block_length(bytes *in, size_t n) {
    if (left(in) < LENGTHS || vitro_bytes_integer(in->at, 8, true) != n) return 0;
    size_t length = (size_t)vitro_bytes_integer(in->at + 8, 4, true);
    in->at += LENGTHS;
    return length;
}

static vitro_status decode_lz4(bytes in, uint8_t *out, size_t n) {
    size_t length = block_length(&in, n);
    if (length == 0 && n > 0) return damaged("LZ4", &in, n);
    for (size_t done = 0; done < n;) {
        size_t some = n - done < length ? n - done : length;
        bytes block = next_block(&in);
        if (block.at && left(&block) == some) memcpy(out + done, block.at, some); /* stored as it is */
        else if (!block.at || !lz4_block(block, out + done, some)) return damaged("LZ4", &in, n);
        done += some;
    }
    return VITRO_OK;
}

/* Bit k of byte i and bit i of byte k change places (Hacker's Delight, 7-3). */
static uint64_t transpose(uint64_t x) {
    uint64_t t = (x ^ x >> 7) & 0x00AA00AA00AA00AAu;
    x ^= t ^ t << 7;
    t = (x ^ x >> 14) & 0x0000CCCC0000CCCCu;
    x ^= t ^ t << 14;
    t = (x ^ x >> 28) & 0x00000000F0F0F0F0u;
    return x ^ t ^ t << 28;
}

/* elements, a multiple of 8, of size bytes: in has a row of bits for each bit of a number, its lowest first. */
static void unshuffle(const uint8_t *in, size_t elements, size_t size, uint8_t *out) {
    size_t row = elements / 8;
    for (size_t byte = 0; byte < size; byte++)
        for (size_t g = 0; g < row; g++) {
            uint64_t eight = 0;
            for (int k = 7; k >= 0; k--) eight = eight << 8 | in[(8 * byte + (size_t)k) * row + g];
            eight = transpose(eight);
            for (int i = 0; i < 8; i++) out[(8 * g + (size_t)i) * size + byte] = (uint8_t)(eight >> 8 * i);
        }
}

/* Blocks of some elements, then the last few, fewer than eight, as they are. */
static vitro_status decode_bitshuffle(bytes in, size_t size, size_t block, bool lz4, uint8_t *out, size_t n) {
    if (lz4) block = block_length(&in, n) / size;
    else if (block == 0) block = DEFAULT_BLOCK / size < LEAST_ELEMENTS ? LEAST_ELEMENTS : DEFAULT_BLOCK / size / 8 * 8;
    if (block == 0 || block % 8) return damaged("bitshuffle", &in, n);
    size_t elements = n / size, most = (block < elements ? block : elements) / 8 * 8;
    uint8_t *planes = lz4 && most ? malloc(most * size) : NULL;
    if (lz4 && most && !planes) return vitro_fail(VITRO_MEMORY, "no memory for a block of %zu bytes", most * size);
    bool fine = true;
    size_t done = 0;
    while (fine && elements - done >= 8) {
        size_t some = (elements - done < block ? elements - done : block) / 8 * 8;
        bytes from = lz4 ? next_block(&in) : (bytes){in.at, in.end};
        fine = from.at && (lz4 ? lz4_block(from, planes, some * size) : left(&in) >= some * size);
        if (!fine) break;
        unshuffle(lz4 ? planes : from.at, some, size, out + done * size);
        in.at += lz4 ? 0 : some * size;
        done += some;
    }
    free(planes);
    if (!fine || left(&in) < n - done * size) return damaged("bitshuffle", &in, n);
    memcpy(out + done * size, in.at, n - done * size);
    return VITRO_OK;
}

vitro_status vitro_chunk_decode(vitro_compression compression, int element_bytes, int64_t block, const uint8_t *in, size_t n, uint8_t *out, size_t out_bytes) {
    bytes from = {in, in + n};
    bool known = compression == VITRO_LZ4 || compression == VITRO_BITSHUFFLE || compression == VITRO_BITSHUFFLE_LZ4;
    if (!known || element_bytes < 1 || element_bytes > 64 || block < 0 || block > INT32_MAX || !in)
        return vitro_fail(VITRO_ARGUMENT, "chunk: compression %d, elements of %d bytes, blocks of %lld", compression, element_bytes, (long long)block);
    if (compression == VITRO_LZ4) return decode_lz4(from, out, out_bytes);
    return decode_bitshuffle(from, (size_t)element_bytes, (size_t)block, compression == VITRO_BITSHUFFLE_LZ4, out, out_bytes);
}

/* Planes of bytes that become numbers; K is known when it is compiled, so that the loop uses vectors. */
#define INTERLEAVE(K)                                                                                                  \
    static void interleave_##K(const uint8_t *restrict in, size_t n, uint8_t *restrict out) {                         \
        for (size_t i = 0; i < n; i++)                                                                                \
            for (size_t k = 0; k < K; k++) out[i * K + k] = in[k * n + i];                                            \
    }
INTERLEAVE(2)
INTERLEAVE(4)
INTERLEAVE(8)

/* Inlined for the sizes that are known when it is compiled. */
static inline void turn(const uint8_t *in, size_t rows, size_t columns, size_t each, uint8_t *out) {
    for (size_t r = 0; r < rows; r++)
        for (size_t c = 0; c < columns; c++) memcpy(out + (c * rows + r) * each, in + (r * columns + c) * each, each);
}

vitro_status vitro_chunk_transpose(int64_t rows, int64_t columns, int64_t element_bytes, const uint8_t *in, size_t n, uint8_t *out) {
    int64_t elements, used;
    if (rows < 1 || columns < 0 || element_bytes < 1 || __builtin_mul_overflow(rows, columns, &elements) ||
        __builtin_mul_overflow(elements, element_bytes, &used) || (uint64_t)used > n)
        return vitro_fail(VITRO_ARGUMENT, "chunk: %zu bytes are not %lld x %lld numbers of %lld bytes", n, (long long)rows, (long long)columns,
                          (long long)element_bytes);
    if (columns == 0) rows = 0; /* there may be any number of rows without an element */
    size_t each = (size_t)element_bytes, row = (size_t)columns * each;
    if (each == 1 && rows == 2) interleave_2(in, row, out);
    else if (each == 1 && rows == 4) interleave_4(in, row, out);
    else if (each == 1 && rows == 8) interleave_8(in, row, out);
    else if (each == 1) turn(in, (size_t)rows, (size_t)columns, 1, out);
    else if (each == 2) turn(in, (size_t)rows, (size_t)columns, 2, out);
    else if (each == 4) turn(in, (size_t)rows, (size_t)columns, 4, out);
    else turn(in, (size_t)rows, (size_t)columns, each, out);
    memcpy(out + used, in + used, n - (size_t)used);
    return VITRO_OK;
}
