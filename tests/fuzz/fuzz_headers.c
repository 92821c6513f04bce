/* A libFuzzer program for each header reader: READER is one of the functions read_... below. Whatever the bytes, a reader gives an error with
 * a text, or a layout whose patterns lie within the file and can be decoded.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "vitromap.h"

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { MOST_BYTES = 1 << 15, MOST_PIECES = 64 };

typedef struct {
    const uint8_t *bytes;
    size_t n;
    int64_t file_bytes;
    vitro_layout layout;
    vitro_metadata meta;
} input;

static void demand(int fine, const char *what) {
    if (fine) return;
    fprintf(stderr, "promise broken: %s\n", what);
    abort();
}

static vitro_status read_npy(input *i) { return vitro_layout_npy(i->bytes, i->n, i->file_bytes, &i->layout, &i->meta); }
static vitro_status read_mib(input *i) { return vitro_layout_mib(i->bytes, i->n, i->file_bytes, NULL, 0, &i->layout, &i->meta); }
static vitro_status read_blo(input *i) { return vitro_layout_blo(i->bytes, i->n, i->file_bytes, &i->layout, &i->meta); }
static vitro_status read_mrc(input *i) { return vitro_layout_mrc(i->bytes, i->n, i->file_bytes, NULL, 0, &i->layout, &i->meta); }
static vitro_status read_seq(input *i) { return vitro_layout_seq(i->bytes, i->n, i->file_bytes, &i->layout, &i->meta); }
static vitro_status read_tvips(input *i) { return vitro_layout_tvips(i->bytes, i->n, i->file_bytes, i->file_bytes & 1, &i->layout, &i->meta); }

static vitro_status read_empad(input *i) {
    i->file_bytes *= 4096;
    return vitro_layout_empad((const char *)i->bytes, i->n, i->file_bytes, &i->layout, &i->meta);
}

/* The text beside a file whose header is right. */
static vitro_status read_hdr(input *i) {
    char head[384] = "MQ1,000001,00384,01,0016,0016,R64,   1x1,01,2021-05-07 18:51:10.905800,0.100000,0,0,0,4.0E+1,";
    if (i->n % 2) memcpy(strstr(head, "R64"), "U08", 3);
    return vitro_layout_mib((const uint8_t *)head, sizeof head, i->file_bytes = 20000, (const char *)i->bytes, i->n, &i->layout, &i->meta);
}

static vitro_status read_info(input *i) {
    uint8_t head[1024] = {5, 0, 0, 0, 4, 0, 0, 0, 12, 0, 0, 0, 6};
    return vitro_layout_mrc(head, sizeof head, i->file_bytes = 1024 + 480, (const char *)i->bytes, i->n, &i->layout, &i->meta);
}

/* In pieces as the program reads them, and all at once; both must tell the same. */
static vitro_status read_dm(input *i) {
    int64_t pieces[2 * MOST_PIECES], missing = 0, all[2] = {0, (int64_t)i->n};
    size_t used = 0, step = 64 + 16 * (size_t)(i->file_bytes & 63);
    vitro_layout whole;
    vitro_status status = VITRO_OK, known;
    uint8_t *bytes = malloc(MOST_PIECES * step);
    i->file_bytes = (int64_t)i->n;
    for (int count = 0; status == VITRO_OK && missing >= 0 && count < MOST_PIECES;) {
        demand(missing < i->file_bytes || i->n == 0, "bytes are wanted that the file does not have");
        size_t some = i->n - (size_t)missing < step ? i->n - (size_t)missing : step;
        memcpy(bytes + used, i->bytes + missing, some);
        pieces[2 * count] = missing;
        pieces[2 * count++ + 1] = (int64_t)some;
        used += some;
        uint8_t *exact = malloc(used + 1);
        memcpy(exact + 1, bytes, used); /* the sanitizer sees one byte too many */
        status = vitro_layout_dm(exact + 1, used, pieces, count, i->file_bytes, &i->layout, &i->meta, &missing);
        free(exact);
    }
    free(bytes);
    if (status == VITRO_OK && missing >= 0) return VITRO_FORMAT; /* too scattered */
    known = vitro_layout_dm(i->bytes, i->n, all, 1, i->file_bytes, &whole, NULL, &missing);
    demand(known == status && (status != VITRO_OK || memcmp(&whole, &i->layout, sizeof whole) == 0), "pieces and the whole tell the same");
    return status;
}

/* Not a header: a compressed chunk, after a byte for the way and one for the size of its numbers. It never gives a layout. */
static vitro_status read_chunk(input *i) {
    if (i->n < 3) return vitro_chunk_decode(VITRO_LZ4, 0, 0, i->bytes, i->n, NULL, 0);
    size_t room = (size_t)(i->file_bytes % 4096);
    uint8_t *out = malloc(room + 1);
    vitro_status status = vitro_chunk_decode((vitro_compression)(1 + i->bytes[0] % 3), 1 + i->bytes[1] % 16, i->bytes[2] * 8, i->bytes + 3, i->n - 3, out + 1, room);
    free(out);
    return status == VITRO_OK ? vitro_chunk_decode(VITRO_LZ4, 0, 0, i->bytes, i->n, NULL, 0) : status;
}

/* Fields of three bytes each: a number of two bytes and a shift. */
static void read_fields(const input *i, int64_t *fields, size_t count) {
    for (size_t k = 0; k < count; k++) {
        bool there = 3 * k + 3 <= i->n;
        int64_t value = there ? i->bytes[3 * k] | (int64_t)i->bytes[3 * k + 1] << 8 : 0;
        fields[k] = (int64_t)((uint64_t)value << (there ? i->bytes[3 * k + 2] & 63 : 0));
    }
}

/* Any numbers as a chunk's parts and their places, and as rows and columns of a chunk. */
static vitro_status read_tile(input *i) {
    struct {
        vitro_tile tile;
        int64_t x, y, parts[4], rows, columns, size;
    } f;
    read_fields(i, (int64_t *)&f, sizeof f / sizeof(int64_t));
    size_t n = (size_t)(i->file_bytes % 4096), room = (size_t)(i->file_bytes % 8191);
    uint8_t *chunk = calloc(n + 1, 1), *out = malloc(room), *columns_first = malloc(n + 1);
    vitro_status placed = vitro_chunk_place(&f.tile, f.x, f.y, f.parts, 2, chunk + 1, n, out, room);
    demand(placed == VITRO_OK || strlen(vitro_last_error()) > 10, "an error has a text");
    vitro_status turned = vitro_chunk_transpose(f.rows, f.columns, f.size, chunk + 1, n, columns_first + 1);
    demand(turned == VITRO_OK || strlen(vitro_last_error()) > 10, "an error has a text");
    free(chunk);
    free(out);
    free(columns_first);
    return vitro_chunk_decode(VITRO_LZ4, 0, 0, i->bytes, i->n, NULL, 0); /* no layout */
}

/* Any numbers as a layout. */
static vitro_status read_layout(input *i) {
    read_fields(i, (int64_t *)&i->layout, sizeof i->layout / sizeof(int64_t));
    vitro_layout raw;
    vitro_layout *l = &i->layout;
    if (vitro_layout_raw(i->file_bytes, (int)l->type, (int)l->big_endian, l->width, l->height, l->offset, l->frame_stride, &raw) == VITRO_OK) {
        i->layout = raw;
        return VITRO_OK;
    }
    int64_t begin, bytes, stride;
    vitro_part part = {0, 1, 0, 1};
    l->frames = l->scan_x > 0 && l->scan_x < 1 << 16 && l->scan_y > 0 && l->scan_y < 1 << 14 ? l->scan_x * l->scan_y : l->frames;
    vitro_status status = vitro_gather_range(l, &part, &begin, &bytes, &stride);
    i->file_bytes = INT64_MAX;
    return status;
}

static void gather_some(const input *i) {
    const vitro_layout *l = &i->layout;
    int64_t begin, bytes, stride, pixels = l->width * l->height, row = l->scan_x;
    vitro_part last = {pixels - 1, 1, l->frames - 1, 1}, some = {pixels / 2, pixels - pixels / 2, l->frames - row, row};
    demand(vitro_gather_range(l, &last, &begin, &bytes, &stride) == VITRO_OK, "the last pixel of the last pattern has a place");
    demand(begin >= l->offset && begin <= i->file_bytes - bytes, "it is in the file");
    demand(vitro_gather_range(l, &some, &begin, &bytes, &stride) == VITRO_OK, "a row's pixels have one");
    if (pixels > 1 << 12 || bytes > 1 << 12 || row > 1 << 8) return;
    uint8_t *raw = calloc((size_t)some.pixels, (size_t)bytes);
    size_t room = (size_t)(row * pixels) * (size_t)vitro_type_bytes((int)l->type);
    uint8_t *out = malloc(room);
    demand(vitro_frames_gather(l, &some, raw, (size_t)(some.pixels * bytes), bytes, out, room) == VITRO_OK, "they are put together");
    free(raw);
    free(out);
}

/* The first pattern and the last, from no more bytes than the file has. */
static void decode_some(const input *i) {
    const vitro_layout *l = &i->layout;
    int64_t last = l->offset + (l->frames - 1) * l->frame_stride, left = i->file_bytes - last;
    size_t room = (size_t)(l->width * l->height) * 4;
    demand(l->offset >= 0 && last >= l->offset && left > 0, "the patterns lie in the file");
    if (room > MOST_BYTES || left > MOST_BYTES) return;
    uint8_t *raw = malloc((size_t)left);
    void *out = malloc(room);
    for (int64_t k = 0; k < left; k++) raw[k] = (uint8_t)k;
    demand(vitro_frames_decode(l, raw, (size_t)left, 1, out, room) == VITRO_OK, "the last pattern is decoded");
    free(raw);
    free(out);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* The first two bytes tell how much longer than its head the file is. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    if (size < 2) return 0;
    input i = {.n = size - 2};
    uint8_t *exact = malloc(i.n + 1);
    memcpy(exact + 1, data + 2, i.n);
    i.bytes = exact + 1;
    i.file_bytes = (int64_t)i.n * (1 + data[0] % 16) + ((int64_t)data[1] << (data[0] >> 4));
    if (READER(&i) == VITRO_OK) {
        demand(i.layout.frames >= 1 && i.layout.width >= 1 && i.layout.height >= 1, "there is a pattern");
        if (i.layout.pixel_stride) gather_some(&i);
        else decode_some(&i);
    } else demand(strlen(vitro_last_error()) > 10, "an error has a text");
    free(exact);
    return 0;
}
