/* LZ4 and bitshuffle: bytes that a naive writer makes, and damaged ones; shuffle, and the places of a chunk's parts, pixel by pixel. SPDX-License-Identifier: GPL-3.0-or-later */
#include "io_check.h"

enum { ROOM = 1 << 16 };

typedef struct {
    uint8_t bytes[ROOM];
    size_t n;
} chunk;

static void put(chunk *c, uint64_t value, int bytes) {
    for (int i = bytes - 1; i >= 0; i--) c->bytes[c->n++] = (uint8_t)(value >> 8 * i);
}

/* An LZ4 length: up to 14 in the token, the rest in bytes. */
static void put_rest(chunk *c, size_t length) {
    if (length < 15) return;
    for (length -= 15; length >= 255; length -= 255) put(c, 255, 1);
    put(c, length, 1);
}

static void sequence(chunk *c, const uint8_t *literals, size_t n, size_t offset, size_t match) {
    size_t coded = match ? match - 4 : 0;
    put(c, (n < 15 ? n : 15) << 4 | (coded < 15 ? coded : 15), 1);
    put_rest(c, n);
    memcpy(c->bytes + c->n, literals, n);
    c->n += n;
    if (!match) return;
    put(c, offset & 255, 1);
    put(c, offset >> 8, 1);
    put_rest(c, coded);
}

/* A block with literals only, or as runs of the byte before. */
static void put_block(chunk *c, const uint8_t *data, size_t n, bool runs) {
    size_t length_at = c->n, begin = 0;
    put(c, 0, 4);
    for (size_t i = 1; runs && i + 9 < n; i++) {
        size_t run = 0;
        while (i + run + 5 < n && data[i + run] == data[i - 1]) run++;
        if (run < 4) continue;
        sequence(c, data + begin, i - begin, 1, run);
        begin = i += run;
    }
    sequence(c, data + begin, n - begin, 0, 0);
    size_t written = c->n - length_at - 4;
    for (int i = 0; i < 4; i++) c->bytes[length_at + (size_t)i] = (uint8_t)(written >> 8 * (3 - i));
}

/* Bit by bit, as the format says. */
static void shuffle(const uint8_t *data, size_t elements, size_t size, uint8_t *out) {
    memset(out, 0, elements * size);
    for (size_t e = 0; e < elements; e++)
        for (size_t b = 0; b < 8 * size; b++)
            if (data[e * size + b / 8] >> b % 8 & 1) out[b * (elements / 8) + e / 8] |= (uint8_t)(1u << e % 8);
}

static void fill(uint8_t *data, size_t n) {
    for (size_t i = 0; i < n; i++) data[i] = random_number() % 5 ? 0 : (uint8_t)random_number();
    if (n > 3000) memset(data + 500, 7, 2000); /* a match whose length needs many bytes */
}

static void write_lz4(chunk *c, const uint8_t *data, size_t n, size_t block, int kind) {
    c->n = 0;
    put(c, n, 8);
    put(c, block, 4);
    for (size_t at = 0; at < n; at += block) {
        size_t some = n - at < block ? n - at : block;
        if (kind == 0) {
            put(c, some, 4);
            memcpy(c->bytes + c->n, data + at, some);
            c->n += some;
        } else put_block(c, data + at, some, kind == 2);
    }
}

static void write_bitshuffle(chunk *c, const uint8_t *data, size_t n, size_t size, size_t block, bool lz4) {
    uint8_t planes[ROOM];
    size_t elements = n / size;
    c->n = 0;
    if (lz4) put(c, n, 8), put(c, block * size, 4);
    size_t at = 0;
    for (; elements - at >= 8; ) {
        size_t some = (elements - at < block ? elements - at : block) / 8 * 8;
        shuffle(data + at * size, some, size, planes);
        if (lz4) put_block(c, planes, some * size, true);
        else memcpy(c->bytes + c->n, planes, some * size), c->n += some * size;
        at += some;
    }
    memcpy(c->bytes + c->n, data + at * size, n - at * size);
    c->n += n - at * size;
}

/* From memory that ends with the chunk. */
static vitro_status decode(vitro_compression compression, int size, int64_t block, const chunk *c, uint8_t *out, size_t n) {
    uint8_t *exact = malloc(c->n + 1), *room = malloc(n + 1);
    memcpy(exact + 1, c->bytes, c->n);
    vitro_status status = vitro_chunk_decode(compression, size, block, exact + 1, c->n, room + 1, n);
    memcpy(out, room + 1, n);
    free(exact);
    free(room);
    return status;
}

static void lz4(void **state) {
    (void)state;
    static const size_t sizes[] = {1, 2, 13, 100, 1000, 9999, 20000};
    static chunk c;
    static uint8_t data[ROOM], out[ROOM];
    for (int i = 0; i < 7; i++)
        for (int kind = 0; kind < 3; kind++)
            for (size_t block = 100; block <= 100000; block *= 10) {
                if (kind == 1 && sizes[i] == block) continue;
                fill(data, sizes[i]);
                write_lz4(&c, data, sizes[i], block, kind);
                assert_int_equal(decode(VITRO_LZ4, 1, 0, &c, out, sizes[i]), VITRO_OK);
                assert_memory_equal(out, data, sizes[i]);
            }
}

static void bitshuffle(void **state) {
    (void)state;
    static const size_t sizes[] = {1, 2, 4, 8, 3}, elements[] = {0, 1, 7, 8, 9, 64, 1000, 2047};
    static chunk c;
    static uint8_t data[ROOM], out[ROOM];
    for (int s = 0; s < 5; s++)
        for (int e = 0; e < 8; e++)
            for (int with = 0; with < 2; with++)
                for (size_t block = 0; block <= 512; block += 128) {
                    size_t n = sizes[s] * elements[e], used = block ? block : 8192 / sizes[s] / 8 * 8;
                    fill(data, n);
                    write_bitshuffle(&c, data, n, sizes[s], used, with);
                    vitro_compression kind = with ? VITRO_BITSHUFFLE_LZ4 : VITRO_BITSHUFFLE;
                    assert_int_equal(decode(kind, (int)sizes[s], (int64_t)block, &c, out, n), VITRO_OK);
                    assert_memory_equal(out, data, n);
                }
}

static void damage(void **state) {
    (void)state;
    static chunk good, c;
    static uint8_t data[ROOM], out[ROOM];
    fill(data, 4000);
    for (int kind = 0; kind < 3; kind++) {
        if (kind == 0) write_lz4(&good, data, 4000, 1000, 2);
        else write_bitshuffle(&good, data, 4000, 4, 128, kind == 2);
        vitro_compression compression = (vitro_compression[]){VITRO_LZ4, VITRO_BITSHUFFLE, VITRO_BITSHUFFLE_LZ4}[kind];
        for (size_t cut = 0; cut < 40; cut++) {
            c = good;
            c.n = good.n * cut / 40;
            assert_fails(decode(compression, 4, 128, &c, out, 4000), VITRO_FORMAT, "damaged");
        }
        for (int flip = 0; flip < 3000; flip++) {
            c = good;
            c.bytes[flip < 1000 ? random_number() % 40 : random_number() % c.n] ^= (uint8_t)(1u << random_number() % 8);
            vitro_status status = decode(compression, 4, 128, &c, out, 4000);
            assert_true(status == VITRO_OK || (status == VITRO_FORMAT && strstr(vitro_last_error(), "damaged")));
        }
        if (kind != 1) assert_fails(decode(compression, 4, 128, &good, out, 3999), VITRO_FORMAT, "3999 bytes");
    }
    assert_fails(decode(VITRO_LZ4, 0, 0, &good, out, 10), VITRO_ARGUMENT, "0 bytes");
    assert_fails(decode((vitro_compression)9, 1, 0, &good, out, 10), VITRO_ARGUMENT, "compression 9");
    assert_fails(decode(VITRO_BITSHUFFLE, 4, 12, &good, out, 400), VITRO_FORMAT, "damaged");
}

/* Elements of every size, and bytes left over. */
static void transpose(void **state) {
    (void)state;
    static uint8_t in[ROOM], out[ROOM];
    static const int64_t sizes[] = {1, 2, 3, 4, 8, 16};
    for (int s = 0; s < 6; s++)
        for (int64_t rows = 1; rows <= 9; rows++)
            for (int64_t columns = 0; columns < 100; columns += 11) {
                int64_t each = sizes[s], used = rows * columns * each, n = used + rows % 3;
                for (int64_t i = 0; i < n; i++) in[i] = (uint8_t)random_number();
                memset(out, 0, (size_t)n);
                assert_int_equal(vitro_chunk_transpose(rows, columns, each, in, (size_t)n, out), VITRO_OK);
                for (int64_t i = 0; i < used; i++) {
                    int64_t byte = i % each, r = i / each / columns, c = i / each % columns;
                    assert_int_equal(out[(c * rows + r) * each + byte], in[i]);
                }
                assert_memory_equal(out + used, in + used, (size_t)(n - used));
            }
    assert_int_equal(vitro_chunk_transpose(INT64_MAX, 0, 2, in, 23, out), VITRO_OK); /* without visiting the rows */
    assert_fails(vitro_chunk_transpose(3, 4, 2, in, 23, out), VITRO_ARGUMENT, "23 bytes");
    assert_fails(vitro_chunk_transpose(0, 4, 2, in, 23, out), VITRO_ARGUMENT, "0 x 4");
    assert_fails(vitro_chunk_transpose(INT64_MAX, INT64_MAX, 2, in, 23, out), VITRO_ARGUMENT, "are not");
}

/* A pattern cut into tiles, some sticking out, comes together again, whatever the type. */
static void place(void **state) {
    (void)state;
    enum { W = 13, H = 9, FRAMES = 5 };
    static uint8_t stored[FRAMES * W * H * 8], chunk[FRAMES * 64 * 64 * 8], wanted[FRAMES * W * H * 8], out[FRAMES * W * H * 8];
    for (int type = VITRO_U8; type <= VITRO_F16; type++)
        for (int big = 0; big < 2; big++)
            for (int size = 0; size < 8; size++) {
                bool keep = size >= 4;
                int64_t each = vitro_type_bytes(type), columns = (int64_t[]){4, 5, 16, 13}[size % 4], rows = (int64_t[]){3, 9, 4, 9}[size % 4];
                if (each == 0) continue;
                for (size_t i = 0; i < sizeof stored; i++) stored[i] = (uint8_t)random_number() & 0x3F; /* no NaN */
                vitro_layout l = {type, big, 0, 0, W, H, 0, W * each, W * H * each, FRAMES, 0, 0, 0, 0};
                assert_int_equal((keep ? vitro_frames_keep : vitro_frames_decode)(&l, stored, sizeof stored, FRAMES, wanted, sizeof wanted), VITRO_OK);
                size_t room = (size_t)(FRAMES * W * H * vitro_type_bytes(keep ? vitro_kept_type(type) : vitro_decoded_type(type)));
                vitro_tile tile = {type, big, columns, rows, W, H, keep};
                memset(out, 0xAA, sizeof out);
                for (int64_t y0 = 0; y0 < H; y0 += rows)
                    for (int64_t x0 = 0; x0 < W; x0 += columns) {
                        int64_t parts[2 * FRAMES]; /* in the chunk the last frame comes first */
                        for (int64_t f = 0; f < FRAMES; f++) {
                            parts[2 * f] = FRAMES - 1 - f;
                            parts[2 * f + 1] = f;
                            for (int64_t y = y0; y < y0 + rows && y < H; y++)
                                for (int64_t x = x0; x < x0 + columns && x < W; x++)
                                    memcpy(chunk + (((FRAMES - 1 - f) * rows + y - y0) * columns + x - x0) * each, stored + ((f * H + y) * W + x) * each,
                                           (size_t)each);
                        }
                        size_t n = (size_t)(FRAMES * rows * columns * each);
                        assert_int_equal(vitro_chunk_place(&tile, x0, y0, parts, FRAMES, chunk, n, out, room), VITRO_OK);
                        assert_fails(vitro_chunk_place(&tile, x0, y0, parts, FRAMES, chunk, n - 1, out, room), VITRO_ARGUMENT, "part 4");
                        assert_fails(vitro_chunk_place(&tile, x0, y0, parts, FRAMES, chunk, n, out, room - 1), VITRO_ARGUMENT, "pattern 4");
                    }
                assert_memory_equal(out, wanted, room);
                assert_int_equal(out[room < sizeof out ? room : 0], room < sizeof out ? 0xAA : out[0]);
            }
    vitro_tile tile = {VITRO_U16, 0, 4, 3, W, H, 0};
    int64_t before[] = {-1, 0};
    assert_fails(vitro_chunk_place(&tile, 0, 0, before, 1, chunk, sizeof chunk, out, sizeof out), VITRO_ARGUMENT, "part -1");
    assert_fails(vitro_chunk_place(&tile, W, 0, before, 1, chunk, sizeof chunk, out, sizeof out), VITRO_ARGUMENT, "(13, 0)");
    tile.type = VITRO_U16 + (1LL << 32);
    assert_fails(vitro_chunk_place(&tile, 0, 0, before, 0, chunk, sizeof chunk, out, sizeof out), VITRO_ARGUMENT, "type 4294967298");
    tile.type = VITRO_U1;
    assert_fails(vitro_chunk_place(&tile, 0, 0, before, 0, chunk, sizeof chunk, out, sizeof out), VITRO_ARGUMENT, "type 11");
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(lz4), cmocka_unit_test(bitshuffle), cmocka_unit_test(damage), cmocka_unit_test(transpose),
                                      cmocka_unit_test(place)};
    return cmocka_run_group_tests_name("chunk_decode", tests, NULL, NULL);
}
