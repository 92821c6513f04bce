/* Checked sizes of layouts, plain raw files.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "io_layout.h"

#include <math.h>
#include <string.h>

int vitro_decoded_type(int type) {
    switch (type) {
    case VITRO_U8:
    case VITRO_U1: return VITRO_U8;
    case VITRO_U16: return VITRO_U16;
    case VITRO_F32:
    case VITRO_I8:
    case VITRO_I16:
    case VITRO_U32:
    case VITRO_I32:
    case VITRO_U64:
    case VITRO_I64:
    case VITRO_F16:
    case VITRO_F64: return VITRO_F32;
    default: return 0;
    }
}

int vitro_kept_type(int type) { return type == VITRO_U1 ? VITRO_U8 : type; }

int vitro_type_bytes(int type) {
    switch (type) {
    case VITRO_U8:
    case VITRO_I8: return 1;
    case VITRO_U16:
    case VITRO_F16:
    case VITRO_I16: return 2;
    case VITRO_F32:
    case VITRO_U32:
    case VITRO_I32: return 4;
    case VITRO_U64:
    case VITRO_I64:
    case VITRO_F64: return 8;
    default: return 0;
    }
}

/* The Medipix counter's pixels on disk: 1 -> one bit, 6 -> a byte, 12 and 24 -> two bytes (24: two such planes). */
static int packed_bits(int64_t counter_depth) {
    return counter_depth == 1 ? 1 : counter_depth == 6 ? 8 : 16;
}

int64_t vitro_stored_row_bytes(const vitro_layout *layout) {
    if (layout->width < 1 || layout->width > VITRO_MAX_PIXELS) return -1;
    int64_t stored_width = layout->packing == VITRO_PACK_R64_QUAD ? 2 * layout->width : layout->width;
    if (layout->packing != VITRO_PACK_NONE) return stored_width * packed_bits(layout->counter_depth) / 8;
    if (layout->type == VITRO_U1) return (stored_width + 7) / 8;
    return stored_width * vitro_type_bytes((int)layout->type);
}

int64_t vitro_stored_frame_bytes(const vitro_layout *layout) {
    int64_t rows = layout->packing == VITRO_PACK_R64_QUAD ? layout->height / 2 : layout->height, bytes;
    if (layout->packing != VITRO_PACK_NONE && layout->counter_depth == 24) rows *= 2;
    if (__builtin_mul_overflow(rows - 1, layout->row_stride, &bytes) ||
        __builtin_add_overflow(bytes, vitro_stored_row_bytes(layout), &bytes))
        return -1;
    return bytes;
}

static bool packing_known(const vitro_layout *layout) {
    if (layout->packing == VITRO_PACK_NONE) return true;
    int64_t type = layout->counter_depth == 1    ? VITRO_U1
                   : layout->counter_depth == 6  ? VITRO_U8
                   : layout->counter_depth == 12 ? VITRO_U16
                   : layout->counter_depth == 24 ? VITRO_U32
                                                 : 0;
    int64_t chip = layout->packing == VITRO_PACK_R64_QUAD ? layout->width / 2 : layout->width;
    bool even = layout->packing == VITRO_PACK_R64 || layout->height % 2 == 0;
    return (layout->packing == VITRO_PACK_R64 || layout->packing == VITRO_PACK_R64_QUAD) && type != 0 &&
           layout->type == type && even && chip > 0 && chip % 64 == 0;
}

vitro_status vitro_layout_check(const vitro_layout *l, const char *format) {
    if (l->type < VITRO_U8 || l->type > VITRO_F16)
        return vitro_fail(VITRO_FORMAT, "%s: unknown pixel type %lld", format, (long long)l->type);
    if (l->width < 1 || l->height < 1 || l->width > VITRO_MAX_PIXELS || l->height > VITRO_MAX_PIXELS / l->width)
        return vitro_fail(VITRO_FORMAT, "%s: a pattern of %lld x %lld pixels; 1 to %lld in all are possible", format,
                          (long long)l->width, (long long)l->height, (long long)VITRO_MAX_PIXELS);
    if (!packing_known(l))
        return vitro_fail(VITRO_FORMAT, "%s: packing %lld with a %lld-bit counter for %lld x %lld pixels is not known",
                          format, (long long)l->packing, (long long)l->counter_depth, (long long)l->width, (long long)l->height);
    if (l->pixel_stride) return vitro_scattered_check(l, format);
    int64_t row = vitro_stored_row_bytes(l);
    int64_t frame = vitro_stored_frame_bytes(l);
    if (l->row_stride < row || frame < 0 || l->frame_stride < frame || l->offset < 0)
        return vitro_fail(VITRO_FORMAT,
                          "%s: offset %lld, %lld bytes from row to row and %lld from pattern to pattern do not fit a pattern of "
                          "%lld x %lld pixels (%lld bytes a row)",
                          format, (long long)l->offset, (long long)l->row_stride, (long long)l->frame_stride, (long long)l->width,
                          (long long)l->height, (long long)row);
    return VITRO_OK;
}

vitro_status vitro_layout_count(vitro_layout *layout, int64_t file_bytes, const char *format) {
    vitro_status status = vitro_layout_check(layout, format);
    if (status) return status;
    int64_t frame = vitro_stored_frame_bytes(layout);
    if (layout->offset > file_bytes || file_bytes - layout->offset < frame)
        return vitro_fail(VITRO_FORMAT,
                          "%s: the first pattern (%lld x %lld pixels, %lld bytes after byte %lld) is longer than the file (%lld bytes)",
                          format, (long long)layout->width, (long long)layout->height, (long long)frame, (long long)layout->offset,
                          (long long)file_bytes);
    layout->frames = (file_bytes - layout->offset - frame) / layout->frame_stride + 1;
    if (layout->frames > INT32_MAX)
        return vitro_fail(VITRO_FORMAT, "%s: %lld patterns; at most %d are possible", format, (long long)layout->frames, INT32_MAX);
    return VITRO_OK;
}

void vitro_layout_clear(vitro_layout *layout, vitro_metadata *meta) {
    memset(layout, 0, sizeof *layout);
    if (!meta) return;
    meta->voltage_kv = meta->q_per_px = meta->scan_step_nm = meta->rotation_deg = NAN;
    meta->camera_length_mm = meta->exposure_ms = meta->announced_frames = meta->scan_index_at = NAN;
}

double vitro_wavelength(double kilovolt) {
    double volt = 1e3 * kilovolt;
    return 12.2642594 / sqrt(volt * (1 + 0.978475598e-6 * volt));
}

vitro_status vitro_layout_raw(int64_t file_bytes, int type, int big_endian, int64_t width, int64_t height, int64_t offset,
                              int64_t gap, vitro_layout *layout) {
    vitro_layout raw;
    vitro_layout_clear(&raw, NULL);
    raw.type = type;
    raw.big_endian = big_endian != 0;
    raw.width = width;
    raw.height = height;
    raw.offset = offset;
    if (gap < 0 || offset < 0)
        return vitro_fail(VITRO_ARGUMENT, "raw: offset (%lld) and gap (%lld) must not be negative", (long long)offset, (long long)gap);
    raw.row_stride = vitro_stored_row_bytes(&raw);
    raw.frame_stride = raw.row_stride < 1 || height < 1 || height > VITRO_MAX_PIXELS / width ? 0 : vitro_stored_frame_bytes(&raw);
    if (__builtin_add_overflow(raw.frame_stride, gap, &raw.frame_stride))
        return vitro_fail(VITRO_ARGUMENT, "raw: gap %lld is too large", (long long)gap);
    vitro_status status = vitro_layout_count(&raw, file_bytes, "raw");
    if (status) return status;
    *layout = raw;
    return VITRO_OK;
}
