/* NumPy's .npy, versions 1 to 3 (numpy.org/doc/stable/reference/generated/numpy.lib.format.html).
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "io_layout.h"

#include <string.h>

/* The length of the dictionary and where it begins; false if the magic or the length is wrong. */
static bool npy_dictionary(const uint8_t *head, size_t n, vitro_text *text) {
    if (n < 12 || memcmp(head, "\x93NUMPY", 6) != 0 || head[6] < 1 || head[6] > 3) return false;
    size_t begin = head[6] == 1 ? 10 : 12;
    uint32_t length = (uint32_t)head[8] | (uint32_t)head[9] << 8;
    if (head[6] > 1) length |= (uint32_t)head[10] << 16 | (uint32_t)head[11] << 24;
    if (length > n - begin) return false;
    text->begin = (const char *)head + begin;
    text->end = text->begin + length;
    return true;
}

/* '<u2' and its like. */
static int npy_type(vitro_text descr, int64_t *big_endian) {
    static const struct {
        const char *name;
        int type;
    } types[] = {{"u1", VITRO_U8}, {"b1", VITRO_U8}, {"i1", VITRO_I8},  {"u2", VITRO_U16}, {"i2", VITRO_I16}, {"u4", VITRO_U32},
                 {"i4", VITRO_I32}, {"u8", VITRO_U64}, {"i8", VITRO_I64}, {"f2", VITRO_F16}, {"f4", VITRO_F32}, {"f8", VITRO_F64}};
    if (descr.end - descr.begin != 3 || !strchr("<>|=", descr.begin[0])) return 0;
    *big_endian = descr.begin[0] == '>';
    for (size_t i = 0; i < sizeof types / sizeof types[0]; i++)
        if (memcmp(descr.begin + 1, types[i].name, 2) == 0) return types[i].type;
    return 0;
}

/* The numbers of '(a, b, c)'. Returns how many; -1 if there are more than four or one is not a number. */
static int npy_shape(vitro_text shape, int64_t size[4]) {
    int count = 0;
    while (shape.begin < shape.end) {
        while (shape.begin < shape.end && strchr(" ,L", *shape.begin)) shape.begin++;
        if (shape.begin == shape.end) break;
        if (count == 4 || !vitro_text_integer(shape, &size[count++])) return -1;
        while (shape.begin < shape.end && *shape.begin >= '0' && *shape.begin <= '9') shape.begin++;
    }
    return count;
}

/* Frames declared by (frames, height, width) or (scan y, scan x, height, width); -1 if not a number that fits. */
static int64_t npy_axes(const int64_t *size, int dimensions, vitro_layout *layout) {
    int64_t frames = 1;
    for (int i = 0; i < dimensions; i++)
        if (size[i] < 1) return -1;
    for (int i = 0; i < dimensions - 2; i++)
        if (__builtin_mul_overflow(frames, size[i], &frames)) return -1;
    layout->height = size[dimensions - 2];
    layout->width = size[dimensions - 1];
    if (dimensions == 4) {
        layout->scan_y = size[0];
        layout->scan_x = size[1];
    }
    return frames;
}

/* The first axis runs fastest: down the columns of the scan, then of the detector. */
static vitro_status fortran_order(int dimensions, int64_t declared, int64_t file_bytes, vitro_layout *npy) {
    bool shape = dimensions == 4;
    if (!shape) npy->scan_x = declared, npy->scan_y = 1;
    vitro_status status = vitro_scattered_layout(npy, true, file_bytes, "NPY");
    if (!shape && status == VITRO_OK) npy->frame_stride = vitro_type_bytes((int)npy->type);
    return status;
}

static int printable(vitro_text text) {
    int n = (int)(text.end - text.begin > 60 ? 60 : text.end - text.begin);
    for (int i = 0; i < n; i++)
        if (text.begin[i] < ' ' || text.begin[i] > '~') return i;
    return n;
}

vitro_status vitro_layout_npy(const uint8_t *head, size_t n, int64_t file_bytes, vitro_layout *layout, vitro_metadata *meta) {
    vitro_layout npy;
    vitro_metadata found;
    vitro_text text;
    int64_t size[4];
    vitro_layout_clear(&npy, &found);
    if (!npy_dictionary(head, n, &text))
        return vitro_fail(VITRO_FORMAT, "NPY: not a NumPy file, or cut off in its header (%zu of %lld bytes seen)", n, (long long)file_bytes);
    vitro_text descr = vitro_text_after(vitro_text_after(text, "'descr':"), "'");
    vitro_text order = vitro_text_after(text, "'fortran_order':");
    vitro_text shape = vitro_text_after(vitro_text_after(text, "'shape':"), "(");
    if (!descr.begin || !order.begin || !shape.begin)
        return vitro_fail(VITRO_FORMAT, "NPY: no descr, fortran_order or shape in the header '%.*s'", printable(text), text.begin);
    descr = vitro_text_before(descr, "'");
    shape = vitro_text_before(shape, ")");
    npy.type = npy_type(descr, &npy.big_endian);
    if (!npy.type)
        return vitro_fail(VITRO_FORMAT, "NPY: numbers of type '%.*s' cannot be read; integers of 1 to 8 bytes, float16, float32 and float64 can",
                          printable(descr), descr.begin);
    int dimensions = npy_shape(shape, size);
    if (dimensions < 2)
        return vitro_fail(VITRO_FORMAT, "NPY: shape (%.*s); (height, width), (patterns, height, width) or (scan y, scan x, height, width) is needed",
                          printable(shape), shape.begin);
    int64_t declared = npy_axes(size, dimensions, &npy);
    if (declared < 0)
        return vitro_fail(VITRO_FORMAT, "NPY: shape (%.*s) is empty or too large", printable(shape), shape.begin);
    npy.offset = text.end - (const char *)head;
    if (vitro_text_after(vitro_text_before(order, ","), "True").begin) {
        vitro_status status = fortran_order(dimensions, declared, file_bytes, &npy);
        if (status == VITRO_OK) *layout = npy;
        if (status == VITRO_OK && meta) *meta = found;
        return status;
    }
    npy.row_stride = vitro_stored_row_bytes(&npy);
    if (npy.row_stride < 1 || npy.height > VITRO_MAX_PIXELS / npy.width) return vitro_layout_check(&npy, "NPY");
    npy.frame_stride = vitro_stored_frame_bytes(&npy);
    vitro_status status = vitro_layout_count(&npy, file_bytes, "NPY");
    if (status) return status;
    if (npy.frames > declared) npy.frames = declared;
    found.announced_frames = (double)declared;
    *layout = npy;
    if (meta) *meta = found;
    return VITRO_OK;
}
