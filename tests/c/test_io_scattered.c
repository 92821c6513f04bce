/* Files with a scan image for each detector pixel: patterns put together against the array that was written.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "io_check.h"

enum { NX = 7, NY = 5, W = 4, H = 3, FRAMES = NX * NY, PIXELS = W * H, OFFSET = 24 };

/* The number of a pixel of a pattern, whatever the order in the file. */
static uint64_t value(int64_t i, int64_t j, int64_t x, int64_t y) { return (uint64_t)(((j * NX + i) * H + y) * W + x) & 0xFF; }

/* columns = as NumPy writes an array (NY, NX, H, W) in Fortran order; else as Gatan writes the axes NX, NY, W, H. */
static void make(uint8_t *file, vitro_layout *l, int type, bool columns) {
    int bytes = vitro_type_bytes(type);
    memset(l, 0, sizeof *l);
    l->type = type, l->width = W, l->height = H, l->offset = OFFSET, l->scan_x = NX, l->scan_y = NY, l->frames = FRAMES;
    l->frame_stride = columns ? NY * bytes : bytes;
    l->scan_stride = columns ? bytes : NX * bytes;
    l->pixel_stride = (columns ? H : 1) * FRAMES * bytes;
    l->row_stride = (columns ? 1 : W) * FRAMES * bytes;
    memset(file, 0xEE, OFFSET);
    for (int j = 0; j < NY; j++)
        for (int i = 0; i < NX; i++)
            for (int y = 0; y < H; y++)
                for (int x = 0; x < W; x++) {
                    int64_t at = columns ? ((x * H + y) * NX + i) * NY + j : ((y * W + x) * NY + j) * NX + i;
                    uint64_t v = value(i, j, x, y);
                    memcpy(file + OFFSET + at * bytes, &v, (size_t)bytes);
                }
}

static void assert_frame(const uint8_t *frame, int bytes, int64_t f) {
    for (int64_t p = 0; p < PIXELS; p++) {
        uint64_t v = 0;
        memcpy(&v, frame + p * bytes, (size_t)bytes);
        assert_int_equal(v, value(f % NX, f / NX, p % W, p / W));
    }
}

/* In strips of some pixels, from exactly the bytes that are asked for. */
static void gather(const uint8_t *file, const vitro_layout *l, int64_t first, int64_t n, int64_t strip) {
    int bytes = vitro_type_bytes((int)l->type);
    size_t room = (size_t)(n * PIXELS * bytes);
    uint8_t *out = malloc(room);
    for (int64_t p = 0; p < PIXELS; p += strip) {
        vitro_part part = {p, p + strip < PIXELS ? strip : PIXELS - p, first, n};
        int64_t begin, length, stride;
        assert_int_equal(vitro_gather_range(l, &part, &begin, &length, &stride), VITRO_OK);
        uint8_t *raw = malloc((size_t)(part.pixels * length)); /* without what lies between */
        for (int64_t k = 0; k < part.pixels; k++) memcpy(raw + k * length, file + begin + k * stride, (size_t)length);
        assert_int_equal(vitro_frames_gather(l, &part, raw, (size_t)(part.pixels * length), length, out, room), VITRO_OK);
        assert_int_equal(vitro_frames_gather(l, &part, file + begin, (size_t)((part.pixels - 1) * stride + length), stride, out, room), VITRO_OK);
        free(raw);
    }
    for (int64_t f = 0; f < n; f++) assert_frame(out + f * PIXELS * bytes, bytes, first + f);
    free(out);
}

static void every_order_and_size(void **state) {
    (void)state;
    static const int types[] = {VITRO_U8, VITRO_U16, VITRO_U32, VITRO_U64};
    for (int k = 0; k < 8; k++) {
        vitro_layout l;
        uint8_t file[OFFSET + FRAMES * PIXELS * 8];
        make(file, &l, types[k / 2], k % 2);
        gather(file, &l, 0, FRAMES, PIXELS);
        gather(file, &l, 0, FRAMES, 5);
        gather(file, &l, NX, 2 * NX, 1);
        for (int64_t f = 0; f < FRAMES; f++) gather(file, &l, f, 1 + (f % NX < NX - 2), 7);
    }
}

static void wrong_parts(void **state) {
    (void)state;
    vitro_layout l;
    uint8_t file[OFFSET + FRAMES * PIXELS * 2], out[FRAMES * PIXELS * 2];
    int64_t begin, length, stride;
    make(file, &l, VITRO_U16, true);
    vitro_part whole = {0, PIXELS, 0, FRAMES}, across = {0, PIXELS, 3, NX}, beyond = {1, PIXELS, 0, FRAMES}, none = {0, 0, 0, 1};
    assert_fails(vitro_gather_range(&l, &across, &begin, &length, &stride), VITRO_ARGUMENT, "7 patterns from 3");
    assert_fails(vitro_gather_range(&l, &beyond, &begin, &length, &stride), VITRO_ARGUMENT, "from 1 on");
    assert_fails(vitro_gather_range(&l, &none, &begin, &length, &stride), VITRO_ARGUMENT, "0 pixels");
    assert_int_equal(vitro_gather_range(&l, &whole, &begin, &length, &stride), VITRO_OK);
    size_t needed = (size_t)((PIXELS - 1) * stride + length);
    assert_fails(vitro_frames_gather(&l, &whole, file + begin, needed - 1, stride, out, sizeof out), VITRO_ARGUMENT, "bytes");
    assert_fails(vitro_frames_gather(&l, &whole, file + begin, needed, stride, out, sizeof out - 1), VITRO_ARGUMENT, "room");
    assert_fails(vitro_frames_gather(&l, &whole, file + begin, needed, length - 1, out, sizeof out), VITRO_ARGUMENT, "apart");
    assert_fails(vitro_frames_gather(&l, &whole, file + begin, needed, INT64_MAX, out, sizeof out), VITRO_ARGUMENT, "apart");
    assert_fails(vitro_frames_decode(&l, file, sizeof file, 1, out, sizeof out), VITRO_ARGUMENT, "from pixel to pixel");
    for (int64_t *field = &l.type; field <= &l.scan_stride; field++) { /* no field may be any other */
        int64_t kept = *field;
        for (int64_t wrong = 0; wrong < 4; wrong++) {
            *field = (int64_t[]){-1, INT64_MAX, kept + 1, 100000}[wrong];
            if (field != &l.offset && field != &l.big_endian && field != &l.counter_depth && field != &l.width) /* columns follow each other: one more is another file */
                assert_true(vitro_gather_range(&l, &whole, &begin, &length, &stride) != VITRO_OK);
        }
        *field = kept;
    }
}

static void numpy_in_fortran_order(void **state) {
    (void)state;
    const char *head = "\x93NUMPY\x01\x00\x3e\x00{'descr': '<u2', 'fortran_order': True, 'shape': (5, 7, 3, 4)}\n";
    int64_t bytes = 72 + FRAMES * PIXELS * 2;
    vitro_layout l, expected;
    uint8_t file[OFFSET + FRAMES * PIXELS * 2];
    make(file, &expected, VITRO_U16, true);
    assert_int_equal(vitro_layout_npy(bytes_of(head), 72, bytes, &l, NULL), VITRO_OK);
    l.offset = OFFSET;
    assert_memory_equal(&l, &expected, sizeof l);
    assert_fails(vitro_layout_npy(bytes_of(head), 72, bytes - 1, &l, NULL), VITRO_FORMAT, "cut off");
    const char *stack = "\x93NUMPY\x01\x00\x3e\x00{'descr': '<u2', 'fortran_order': True, 'shape': (35, 3, 4) }\n";
    assert_int_equal(vitro_layout_npy(bytes_of(stack), 72, bytes, &l, NULL), VITRO_OK);
    assert_int_equal(l.frame_stride, 2);
    assert_int_equal(l.scan_x, 35);
    assert_int_equal(l.row_stride, 70);
    const char *single = "\x93NUMPY\x01\x00\x3e\x00{'descr': '<u2', 'fortran_order': True, 'shape': (3, 4)     }\n";
    assert_int_equal(vitro_layout_npy(bytes_of(single), 72, 72 + 24, &l, NULL), VITRO_OK);
    assert_int_equal(l.pixel_stride, 6);
    assert_int_equal(l.row_stride, 2);
    assert_near((double)l.frames, 1, 0);
}

static vitro_status read_npy(const uint8_t *b, size_t n, int64_t file, vitro_layout *l) { return vitro_layout_npy(b, n, file, l, NULL); }

static void survives_hostile_bytes(void **state) {
    (void)state;
    mistreat(read_npy, "\x93NUMPY\x01\x00\x3e\x00{'descr': '<u2', 'fortran_order': True, 'shape': (5, 7, 3, 4)}\n", 72, 72 + FRAMES * PIXELS * 2);
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(every_order_and_size), cmocka_unit_test(wrong_parts),
                                       cmocka_unit_test(numpy_in_fortran_order),
                                       cmocka_unit_test(survives_hostile_bytes)};
    return cmocka_run_group_tests_name("io_scattered", tests, NULL, NULL);
}
