/* Scattered layouts: files that hold a scan image for each detector pixel, from which patterns are put together.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "io_layout.h"

#include <string.h>

enum { TILE = 128 }; /* pixels whose cache lines are in use at once */

typedef long long ll;

static bool is_dense(int64_t nx, int64_t x_stride, int64_t ny, int64_t y_stride, int64_t step) {
    bool rows = x_stride == step && (ny == 1 || y_stride == nx * step);
    return rows || (y_stride == step && (nx == 1 || x_stride == ny * step));
}

vitro_status vitro_scattered_check(const vitro_layout *l, const char *format) {
    int bytes = vitro_type_bytes((int)l->type);
    int64_t pixels = l->width * l->height, positions, step, end;
    bool sizes = bytes > 0 && l->packing == VITRO_PACK_NONE && l->offset >= 0 && l->scan_x > 0 && l->scan_y > 0 && l->scan_x <= INT32_MAX &&
                 l->scan_y <= INT32_MAX / l->scan_x;
    positions = sizes ? l->scan_x * l->scan_y : 0;
    sizes = sizes && !__builtin_mul_overflow(positions, bytes, &step) && !__builtin_mul_overflow(pixels, step, &end) &&
            !__builtin_add_overflow(end, l->offset, &end);
    if (!sizes || l->frames != positions || !is_dense(l->scan_x, l->frame_stride, l->scan_y, l->scan_stride, bytes) ||
        !is_dense(l->width, l->pixel_stride, l->height, l->row_stride, step))
        return vitro_fail(VITRO_FORMAT,
                          "%s: a scan of %lld x %lld with %lld x %lld pixels and %lld, %lld, %lld, %lld bytes between pixels, rows, patterns and scan "
                          "rows is no file with the scan first",
                          format, (ll)l->scan_x, (ll)l->scan_y, (ll)l->width, (ll)l->height, (ll)l->pixel_stride, (ll)l->row_stride, (ll)l->frame_stride,
                          (ll)l->scan_stride);
    return VITRO_OK;
}

vitro_status vitro_scattered_layout(vitro_layout *l, bool columns, int64_t file_bytes, const char *format) {
    int64_t bytes = vitro_type_bytes((int)l->type), step, end;
    bool sizes = bytes > 0 && l->scan_x > 0 && l->scan_y > 0 && l->width > 0 && l->height > 0 && l->width <= VITRO_MAX_PIXELS &&
                 l->height <= VITRO_MAX_PIXELS / l->width && l->scan_x <= INT32_MAX && l->scan_y <= INT32_MAX / l->scan_x;
    step = sizes ? l->scan_x * l->scan_y * bytes : 0;
    if (!sizes || __builtin_mul_overflow(l->width * l->height, step, &end) || l->offset < 0 || end > file_bytes - l->offset)
        return vitro_fail(VITRO_FORMAT, "%s: %lld x %lld patterns of %lld x %lld pixels (%lld bytes each) are declared, which %lld bytes do not hold: the "
                                        "file is damaged or cut off",
                          format, (ll)l->scan_x, (ll)l->scan_y, (ll)l->width, (ll)l->height, (ll)bytes, (ll)file_bytes);
    l->frames = l->scan_x * l->scan_y;
    l->frame_stride = columns ? l->scan_y * bytes : bytes;
    l->scan_stride = columns ? bytes : l->scan_x * bytes;
    l->pixel_stride = columns ? l->height * step : step;
    l->row_stride = columns ? step : l->width * step;
    return vitro_layout_check(l, format);
}

/* Bytes from the first scan position to frame f. */
static int64_t position(const vitro_layout *l, int64_t f) { return f % l->scan_x * l->frame_stride + f / l->scan_x * l->scan_stride; }

/* The pixels in the order of the file go along the rows, or down the columns. */
static int64_t place(const vitro_layout *l, int64_t p) {
    if (l->height == 1 || l->pixel_stride < l->row_stride) return p;
    return p % l->height * l->width + p / l->height;
}

static vitro_status check_part(const vitro_layout *l, const vitro_part *part) {
    vitro_status status = vitro_layout_check(l, "gather");
    if (status) return status;
    bool inside = l->pixel_stride && part->first_pixel >= 0 && part->pixels > 0 && part->pixels <= l->width * l->height - part->first_pixel &&
                  part->first >= 0 && part->frames > 0 && part->frames <= l->frames - part->first;
    bool in_row = inside && part->first / l->scan_x == (part->first + part->frames - 1) / l->scan_x;
    if (!inside || (!in_row && (part->first % l->scan_x || part->frames % l->scan_x)))
        return vitro_fail(VITRO_ARGUMENT, "gather: %lld pixels from %lld on of %lld patterns from %lld on; there are %lld patterns, %lld a row",
                          (ll)part->pixels, (ll)part->first_pixel, (ll)part->frames, (ll)part->first, (ll)l->frames, (ll)l->scan_x);
    return VITRO_OK;
}

vitro_status vitro_gather_range(const vitro_layout *l, const vitro_part *part, int64_t *begin, int64_t *bytes, int64_t *stride) {
    vitro_status status = check_part(l, part);
    if (status) return status;
    int64_t step = l->frames * vitro_type_bytes((int)l->type), first = position(l, part->first);
    *begin = l->offset + part->first_pixel * step + first;
    *bytes = position(l, part->first + part->frames - 1) - first + vitro_type_bytes((int)l->type);
    *stride = step;
    return VITRO_OK;
}

/* The pixels from..to of the part: for each frame in turn, so that what a cache line holds of neighbouring frames is used at once. */
#define GATHER(name, TYPE)                                                                                             \
    static void name(const vitro_layout *l, const vitro_part *part, const uint8_t *raw, int64_t raw_stride, int64_t from, int64_t to, void *out) { \
        int64_t pixels = l->width * l->height, first = position(l, part->first), where[TILE];                                                     \
        for (int64_t k = from; k < to; k++) where[k - from] = place(l, part->first_pixel + k);                                                   \
        for (int64_t f = 0; f < part->frames; f++) {                                                                                            \
            const uint8_t *in = raw + from * raw_stride + position(l, part->first + f) - first;                                                  \
            TYPE *frame = (TYPE *)out + f * pixels;                                                                                             \
            for (int64_t k = 0; k < to - from; k++) memcpy(&frame[where[k]], in + k * raw_stride, sizeof(TYPE));                                  \
        }                                                                                                                                       \
    }
GATHER(gather_8, uint8_t)
GATHER(gather_16, uint16_t)
GATHER(gather_32, uint32_t)
GATHER(gather_64, uint64_t)

vitro_status vitro_frames_gather(const vitro_layout *l, const vitro_part *part, const uint8_t *raw, size_t raw_bytes, int64_t raw_stride,
                                 void *out, size_t out_bytes) {
    int64_t begin, bytes, stride, needed, room;
    vitro_status status = vitro_gather_range(l, part, &begin, &bytes, &stride);
    if (status) return status;
    int each = vitro_type_bytes((int)l->type);
    if (raw_stride < bytes || __builtin_mul_overflow(part->pixels - 1, raw_stride, &needed) || __builtin_add_overflow(needed, bytes, &needed) ||
        (uint64_t)needed > raw_bytes || __builtin_mul_overflow(part->frames * each, l->width * l->height, &room) || (uint64_t)room > out_bytes)
        return vitro_fail(VITRO_ARGUMENT, "gather: %zu bytes, %lld apart, with room for %zu, for %lld pixels of %lld patterns", raw_bytes, (ll)raw_stride,
                          out_bytes, (ll)part->pixels, (ll)part->frames);
    for (int64_t from = 0; from < part->pixels; from += TILE) {
        int64_t to = from + TILE < part->pixels ? from + TILE : part->pixels;
        switch (each) {
        case 1: gather_8(l, part, raw, raw_stride, from, to, out); break;
        case 2: gather_16(l, part, raw, raw_stride, from, to, out); break;
        case 4: gather_32(l, part, raw, raw_stride, from, to, out); break;
        default: gather_64(l, part, raw, raw_stride, from, to, out);
        }
    }
    return VITRO_OK;
}
