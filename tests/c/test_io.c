/* Headers and decoding: right bytes give the right numbers, wrong bytes an error with a text, never a crash.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "io_check.h"
#include "io_samples.h"

static vitro_status npy(const char *dictionary, int64_t file_bytes, vitro_layout *layout) {
    char head[128];
    size_t n = npy_header(head, dictionary);
    return vitro_layout_npy(bytes_of(head), n, file_bytes, layout, NULL);
}

static void npy_shapes_and_types(void **state) {
    (void)state;
    vitro_layout l;
    assert_int_equal(npy("{'descr': '<u2', 'fortran_order': False, 'shape': (4, 3, 6, 5), }", 128 + 4 * 3 * 6 * 5 * 2, &l), VITRO_OK);
    assert_int_equal(l.type, VITRO_U16);
    assert_int_equal(l.big_endian, 0);
    assert_int_equal(l.width, 5);
    assert_int_equal(l.height, 6);
    assert_int_equal(l.scan_x, 3);
    assert_int_equal(l.scan_y, 4);
    assert_int_equal(l.frames, 12);
    assert_int_equal(l.offset, 128);
    assert_int_equal(l.frame_stride, 60);
    assert_int_equal(npy("{'shape': (7, 6, 5), 'fortran_order': False, 'descr': '>f8'}", 128 + 7 * 30 * 8, &l), VITRO_OK);
    assert_int_equal(l.type, VITRO_F64);
    assert_int_equal(l.big_endian, 1);
    assert_int_equal(l.frames, 7);
    assert_int_equal(l.scan_x, 0);
    assert_int_equal(npy("{'descr': '|b1', 'fortran_order': False, 'shape': (6, 5)}", 128 + 30, &l), VITRO_OK);
    assert_int_equal(l.frames, 1);
    assert_int_equal(l.type, VITRO_U8);
}

static void npy_refusals(void **state) {
    (void)state;
    vitro_layout l;
    const char *huge = "{'descr': '<u2', 'fortran_order': False, 'shape': (9223372036854775807, 9223372036854775807, 6, 5)}";
    const char *beyond = "{'descr': '<u2', 'fortran_order': False, 'shape': (99999999999999999999999, 6, 5)}";
    assert_fails(npy("{'descr': '<u2', 'fortran_order': True, 'shape': (4, 3, 6, 5)}", 128 + 719, &l), VITRO_FORMAT, "847 bytes do not hold");
    assert_fails(npy("{'descr': '<u2', 'fortran_order': True, 'shape': (2000000000, 2000000000, 6, 5)}", 10000, &l), VITRO_FORMAT, "2000000000");
    assert_fails(npy("{'descr': '<u2', 'fortran_order': False, 'shape': (30,)}", 10000, &l), VITRO_FORMAT, "shape (30,)");
    assert_fails(npy("{'descr': '<u2', 'fortran_order': False, 'shape': (1, 1, 1, 6, 5)}", 10000, &l), VITRO_FORMAT, "shape");
    assert_fails(npy("{'descr': '<c8', 'fortran_order': False, 'shape': (6, 5)}", 10000, &l), VITRO_FORMAT, "<c8");
    assert_fails(npy("{'descr': [('a', '<u2')], 'fortran_order': False, 'shape': (6, 5)}", 10000, &l), VITRO_FORMAT, "type");
    assert_fails(npy("{'descr': '<u2', 'shape': (6, 5)}", 10000, &l), VITRO_FORMAT, "fortran_order");
    assert_fails(npy("{'descr': '<u2', 'fortran_order': False, 'shape': (0, 6, 5)}", 10000, &l), VITRO_FORMAT, "empty");
    assert_fails(npy(huge, 10000, &l), VITRO_FORMAT, "too large");
    assert_fails(npy(beyond, 10000, &l), VITRO_FORMAT, "shape");
    assert_fails(npy("{'descr': '<u2', 'fortran_order': False, 'shape': (2, 2000000000, 2000000000)}", 10000, &l), VITRO_FORMAT, "2000000000");
    vitro_metadata m;
    char head[256];
    size_t n = npy_header(head, "{'descr': '<u2', 'fortran_order': False, 'shape': (4, 3, 6, 5)}");
    assert_int_equal(vitro_layout_npy(bytes_of(head), n, 128 + 719, &l, &m), VITRO_OK); /* whole patterns, and how many there should be */
    assert_int_equal(l.frames, 11);
    assert_true(m.announced_frames == 12);
    assert_fails(npy("{'descr': '<u2', 'fortran_order': False, 'shape': (4, 3, 6, 5)}", 130, &l), VITRO_FORMAT, "130 bytes");
    assert_fails(vitro_layout_npy(bytes_of("PK\x03\x04 this is a zip"), 18, 18, &l, NULL), VITRO_FORMAT, "not a NumPy");
    assert_fails(vitro_layout_npy(NULL, 0, 0, &l, NULL), VITRO_FORMAT, "not a NumPy");
}

static vitro_status mib(const char *type, const char *assembly, int chips, int columns, int rows, const char *depth, int64_t bytes,
                        const char *hdr, vitro_layout *l, vitro_metadata *meta) {
    char head[384];
    mib_header(head, type, assembly, chips, columns, rows, depth);
    return vitro_layout_mib(bytes_of(head), sizeof head, bytes, hdr, hdr ? strlen(hdr) : 0, l, meta);
}

static void mib_layouts(void **state) {
    (void)state;
    vitro_layout l;
    vitro_metadata m;
    const char *hdr = "HDR,\t\r\nFrames in Acquisition (Number):\t8\r\nFrames per Trigger (Number):\t4\r\nEnd\t";
    assert_int_equal(mib("U08", "1x1", 1, 256, 128, DEPTH("6"), 8 * (384 + 32768), hdr, &l, &m), VITRO_OK);
    assert_int_equal(l.type, VITRO_U8);
    assert_int_equal(l.height, 128);
    assert_int_equal(l.frames, 8);
    assert_int_equal(l.scan_x, 4);
    assert_int_equal(l.scan_y, 2);
    assert_int_equal(l.frame_stride, 384 + 32768);
    assert_near(m.exposure_ms, 100, 1e-9);
    assert_near(m.announced_frames, 8, 0);
    assert_true(isnan(m.voltage_kv));
    assert_int_equal(mib("U32", "2x2", 4, 512, 512, "", 384 + 4 * 512 * 512 + 100, NULL, &l, &m), VITRO_OK);
    assert_int_equal(l.type, VITRO_U32);
    assert_int_equal(l.frames, 1);
    assert_int_equal(l.scan_x, 0);
    assert_int_equal(mib("R64", "2x2", 4, 1024, 256, DEPTH("1"), 384 + 1024 * 256 / 8, NULL, &l, &m), VITRO_OK);
    assert_int_equal(l.packing, VITRO_PACK_R64_QUAD);
    assert_int_equal(l.width, 512);
    assert_int_equal(l.height, 512);
    assert_int_equal(mib("R64", "1x1", 1, 512, 256, DEPTH("24"), 384 + 4 * 256 * 256, NULL, &l, &m), VITRO_OK);
    assert_int_equal(l.width, 256);
    assert_int_equal(l.frames, 1);
    /* An old header without the depth: the .hdr has it. */
    assert_int_equal(mib("R64", "1x1", 1, 256, 256, "", 384 + 2 * 256 * 256, "Counter Depth (number):\t12\n", &l, &m), VITRO_OK);
    assert_int_equal(l.counter_depth, 12);
}

static void mib_refusals(void **state) {
    (void)state;
    vitro_layout l;
    vitro_metadata m;
    assert_fails(mib("U08", "1x1", 1, 256, 256, DEPTH("6"), 384 + 65535, NULL, &l, &m), VITRO_FORMAT, "65919 bytes");
    assert_fails(mib("X08", "1x1", 1, 256, 256, DEPTH("6"), 99999, NULL, &l, &m), VITRO_FORMAT, "X08");
    assert_fails(mib("R64", "1x1", 1, 256, 256, DEPTH("7"), 99999, NULL, &l, &m), VITRO_FORMAT, "7 bits");
    assert_fails(mib("R64", "1x1", 1, 256, 256, "", 99999, NULL, &l, &m), VITRO_FORMAT, "0 bits");
    assert_fails(mib("R64", "3x1", 3, 768, 256, DEPTH("6"), 999999, NULL, &l, &m), VITRO_FORMAT, "3 chips");
    assert_fails(mib("U08", "1x1", 1, 0, 256, DEPTH("6"), 99999, NULL, &l, &m), VITRO_FORMAT, "0 x 256");
    assert_fails(vitro_layout_mib(bytes_of("HDR,\t\n"), 6, 6, NULL, 0, &l, &m), VITRO_FORMAT, "MQ1");
    assert_fails(vitro_layout_mib(bytes_of("MQ1,000001,99999999999999999999,01,"), 35, 35, NULL, 0, &l, &m), VITRO_FORMAT, "cut off");
    assert_fails(vitro_layout_mib(NULL, 0, 0, NULL, 0, &l, &m), VITRO_FORMAT, "cut off");
}

static void empad_versions(void **state) {
    (void)state;
    enum { FRAME = 130 * 128 * 4 };
    vitro_layout l;
    vitro_metadata m;
    assert_int_equal(vitro_layout_empad(old_xml, strlen(old_xml), 12 * FRAME, &l, &m), VITRO_OK);
    assert_int_equal(l.frames, 12);
    assert_int_equal(l.scan_x, 4);
    assert_int_equal(l.scan_y, 3);
    assert_int_equal(l.height, 128);
    assert_int_equal(l.frame_stride, FRAME);
    assert_near(m.voltage_kv, 300, 1e-9);
    assert_near(m.q_per_px, 0.00043 / 0.0196875, 1e-6);
    assert_near(m.scan_step_nm, 500, 1e-6);
    assert_near(m.camera_length_mm, 722.5, 1e-9);
    assert_true(isnan(m.rotation_deg));
    assert_int_equal(vitro_layout_empad(new_xml, strlen(new_xml), 10 * FRAME, &l, &m), VITRO_OK);
    assert_int_equal(l.scan_x, 5);
    assert_int_equal(l.scan_y, 2);
    assert_near(m.voltage_kv, 200, 1e-9);
    assert_near(m.scan_step_nm, 2, 1e-9);
    assert_true(isnan(m.q_per_px));
    const char *series = "<root><type>series</type><count>10</count><raw_file filename=\"series_x10.raw\"/></root>";
    assert_int_equal(vitro_layout_empad(series, strlen(series), 10 * FRAME, &l, &m), VITRO_OK);
    assert_int_equal(l.scan_x, 10);
    assert_int_equal(l.scan_y, 1);
    static const char *const others[] = {
        "<root><raw_file filename=\"C:\\data\\scan_x5_y2.raw\"/><scan_parameters mode=\"acquire\"><scan_resolution_x>9</scan_resolution_x>"
        "<scan_resolution_y>9</scan_resolution_y></scan_parameters><scan_rotation>-0.1</scan_rotation></root>",
        "<root><raw_file filename=\"a.raw\"/><scan_parameters mode=\"search\"><scan_resolution_x>5</scan_resolution_x><scan_resolution_y>2</scan_resolution_y>"
        "</scan_parameters><scan_parameters mode=\"acquire\"><scan_resolution_x>9</scan_resolution_x><scan_resolution_y>9</scan_resolution_y></scan_parameters>"
        "<scan_rotation>-0.1</scan_rotation></root>",
        "<root><raw_file filename=\"a.raw\"/><scan_parameters><scan_resolution_x>5</scan_resolution_x><scan_resolution_y>2</scan_resolution_y></scan_parameters>"
        "<iom_measurements><column.get_scanrotation>-0.1</column.get_scanrotation></iom_measurements></root>"};
    for (int i = 0; i < 3; i++) {
        assert_int_equal(vitro_layout_empad(others[i], strlen(others[i]), 10 * FRAME, &l, &m), VITRO_OK);
        assert_int_equal(l.scan_x, 5);
        assert_int_equal(l.scan_y, 2);
        assert_near(m.rotation_deg, -5.729578, 1e-6);
    }
    assert_int_equal(vitro_layout_empad(others[1], strlen(others[1]), 7 * FRAME, &l, &m), VITRO_OK);
    assert_near(m.announced_frames, 81, 0); /* none fits: the acquisition's */
    assert_int_equal(vitro_layout_empad(NULL, 0, 3 * FRAME, &l, NULL), VITRO_OK);
    assert_int_equal(l.scan_x, 0);
    assert_fails(vitro_layout_empad("<html>", 6, 10 * FRAME, &l, &m), VITRO_FORMAT, "raw file");
    assert_fails(vitro_layout_empad(old_xml, strlen(old_xml), 1000, &l, &m), VITRO_FORMAT, "1000 bytes");
}

static void raw_numbers(void **state) {
    (void)state;
    vitro_layout l;
    assert_int_equal(vitro_layout_raw(100 + 3 * 60 + 2 * 7, VITRO_U16, 1, 5, 6, 100, 7, &l), VITRO_OK);
    assert_int_equal(l.frames, 3);
    assert_int_equal(l.frame_stride, 67);
    assert_int_equal(l.big_endian, 1);
    assert_fails(vitro_layout_raw(50, VITRO_U16, 0, 5, 6, 0, 0, &l), VITRO_FORMAT, "50 bytes");
    assert_fails(vitro_layout_raw(5000, 99, 0, 5, 6, 0, 0, &l), VITRO_FORMAT, "type 99");
    assert_fails(vitro_layout_raw(5000, VITRO_U8, 0, 0, 6, 0, 0, &l), VITRO_FORMAT, "0 x 6");
    assert_fails(vitro_layout_raw(5000, VITRO_U8, 0, INT64_MAX, INT64_MAX, 0, 0, &l), VITRO_FORMAT, "9223372036854775807");
    assert_fails(vitro_layout_raw(5000, VITRO_U8, 0, 5, 6, -1, 0, &l), VITRO_ARGUMENT, "-1");
    assert_fails(vitro_layout_raw(5000, VITRO_U8, 0, 5, 6, 0, INT64_MAX, &l), VITRO_ARGUMENT, "gap");
    assert_fails(vitro_layout_raw(INT64_MAX, VITRO_U8, 0, 1, 1, 0, 0, &l), VITRO_FORMAT, "patterns");
    assert_fails(vitro_layout_raw(-1, VITRO_U8, 0, 1, 1, 0, 0, &l), VITRO_FORMAT, "-1 bytes");
}

/* Two numbers of the file's type: its own bytes, turned over if it is big-endian. */
static void keeps(const vitro_layout *l, const uint8_t *bytes) {
    int type = vitro_kept_type((int)l->type), size = vitro_type_bytes(type);
    uint8_t kept[16] = {0};
    assert_int_equal(type, l->type == VITRO_U1 ? VITRO_U8 : l->type);
    assert_int_equal(vitro_frames_keep(l, bytes, 16, 1, kept, (size_t)(2 * size)), VITRO_OK);
    for (int k = 0; k < 2 * size; k++) {
        int from = l->big_endian ? k / size * size + size - 1 - k % size : k;
        assert_int_equal(kept[k], l->type == VITRO_U1 ? bytes[0] >> (7 - k) & 1 : bytes[from]);
    }
    assert_fails(vitro_frames_keep(l, bytes, 16, 1, kept, (size_t)(2 * size - 1)), VITRO_ARGUMENT, "room");
}

static void decodes_every_type(void **state) {
    (void)state;
    static const struct {
        int type, big;
        uint8_t bytes[16];
        double value[2];
    } cases[] = {{VITRO_U8, 0, {200, 3}, {200, 3}},
                 {VITRO_I8, 0, {0xff, 3}, {-1, 3}},
                 {VITRO_U16, 0, {1, 2, 0xff, 0xff}, {513, 65535}},
                 {VITRO_U16, 1, {2, 1, 0, 9}, {513, 9}},
                 {VITRO_I16, 1, {0xff, 0xfe, 0, 9}, {-2, 9}},
                 {VITRO_U32, 0, {0, 0, 1, 0, 0xff, 0, 0, 0}, {65536, 255}},
                 {VITRO_U32, 1, {0, 1, 0, 0, 0x80, 0, 0, 0}, {65536, 2147483648.0}},
                 {VITRO_I32, 1, {0xff, 0xff, 0xff, 0xff, 0, 0, 0, 7}, {-1, 7}},
                 {VITRO_F32, 1, {0x3f, 0xc0, 0, 0, 0xc0, 0, 0, 0}, {1.5, -2}},
                 {VITRO_F32, 0, {0, 0, 0xc0, 0x3f, 0, 0, 0, 0xc0}, {1.5, -2}},
                 {VITRO_U64, 0, {1, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0}, {1, 256}},
                 {VITRO_I64, 1, {0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0, 0, 0, 0, 0, 0, 0, 4}, {-1, 4}},
                 {VITRO_F64, 1, {0x3f, 0xf8, 0, 0, 0, 0, 0, 0, 0xc0, 0, 0, 0, 0, 0, 0, 0}, {1.5, -2}},
                 {VITRO_U1, 0, {0x80}, {1, 0}},
                 {VITRO_F16, 0, {0x00, 0x3e, 0x00, 0xc0}, {1.5, -2}},
                 {VITRO_F16, 1, {0x7b, 0xff, 0x00, 0x01}, {65504, 0x1p-24}},
                 {VITRO_F16, 0, {0x01, 0x80, 0x00, 0x7c}, {-0x1p-24, INFINITY}}};
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        vitro_layout l;
        float pixels[2] = {0, 0};
        assert_int_equal(vitro_layout_raw(16, cases[i].type, cases[i].big, 2, 1, 0, 0, &l), VITRO_OK);
        assert_int_equal(vitro_frames_decode(&l, cases[i].bytes, 16, 1, pixels, sizeof pixels), VITRO_OK);
        int to = vitro_decoded_type(cases[i].type);
        for (int k = 0; k < 2; k++) {
            double value = to == VITRO_U8 ? ((uint8_t *)pixels)[k] : to == VITRO_U16 ? ((uint16_t *)pixels)[k] : pixels[k];
            assert_true(value == cases[i].value[k]);
        }
        keeps(&l, cases[i].bytes);
    }
}

static void decode_obeys_strides_and_room(void **state) {
    (void)state;
    uint8_t file[3 * 8], out[8];
    vitro_layout l = {VITRO_U8, 0, VITRO_PACK_NONE, 0, 2, 2, 0, 3, 8, 3, 0, 0, 0, 0};
    for (int i = 0; i < 24; i++) file[i] = (uint8_t)i;
    assert_int_equal(vitro_frames_decode(&l, file, 13, 2, out, 8), VITRO_OK);
    assert_memory_equal(out, ((uint8_t[]){0, 1, 3, 4, 8, 9, 11, 12}), 8);
    assert_fails(vitro_frames_decode(&l, file, 12, 2, out, 8), VITRO_FORMAT, "12 bytes");
    assert_fails(vitro_frames_decode(&l, file, 24, 2, out, 7), VITRO_ARGUMENT, "7 bytes");
    assert_fails(vitro_frames_decode(&l, file, 24, -1, out, 8), VITRO_ARGUMENT, "-1");
    assert_fails(vitro_frames_decode(&l, file, 24, INT64_MAX, out, 8), VITRO_FORMAT, "hold");
    l.row_stride = 1;
    assert_fails(vitro_frames_decode(&l, file, 24, 1, out, 8), VITRO_FORMAT, "row to row");
    l.row_stride = INT64_MAX;
    assert_fails(vitro_frames_decode(&l, file, 24, 1, out, 8), VITRO_FORMAT, "do not fit");
}

/* What the readout writes: the inverse of decoding, pixel by pixel, from the description of the format. */
static void put_packed(uint8_t *row, int depth, int64_t x, unsigned value) {
    int bits = depth == 1 ? 1 : depth == 6 ? 8 : 16, per_word = 64 / bits;
    uint8_t *word = row + x / per_word * 8;
    int low = (int)(x % per_word) * bits; /* bit 0 is the last byte's lowest */
    for (int b = 0; b < bits; b++)
        if (value >> b & 1) word[7 - (low + b) / 8] |= (uint8_t)(1u << (low + b) % 8);
}

static unsigned pattern(int64_t x, int64_t y, int depth) {
    unsigned mask = depth == 24 ? 0xffffff : (1u << depth) - 1;
    return (unsigned)(x * 2654435761u + y * 40503u * 977u + (x * y)) >> 3 & mask;
}

static void decodes_packed(const char *assembly, int chips, int depth) {
    char head[384], number[8];
    int rows = 16, quad = chips == 4, width = quad ? 512 : 256, height = quad ? 2 * rows : rows;
    snprintf(number, sizeof number, "%d,", depth);
    char tail[64] = "3RX,MQ1A,2021-05-07T16:51:10Z,100000000ns,";
    strcat(tail, number);
    mib_header(head, "R64", assembly, chips, 256 * chips, rows, tail);
    size_t row_bytes = (size_t)256 * (size_t)chips * (depth == 1 ? 1 : depth == 6 ? 8 : 16) / 8;
    size_t plane = row_bytes * (size_t)rows, frame = plane * (depth == 24 ? 2 : 1);
    uint8_t *raw = calloc(1, frame);
    float *out = malloc((size_t)(width * height) * sizeof *out);
    for (int y = 0; y < height; y++)
        for (int x = 0; x < width; x++) {
            unsigned value = pattern(x, y, depth);
            int place = 0, column = x % 256, line = y;
            if (quad && y < rows) place = x < 256 ? 3 : 2;
            if (quad && y >= rows) { /* turned */
                place = x < 256 ? 1 : 0;
                column = 255 - column;
                line = height - 1 - y;
            }
            uint8_t *row = raw + (size_t)line * row_bytes;
            put_packed(row, depth, place * 256 + column, depth == 24 ? value >> 12 : value);
            if (depth == 24) put_packed(row + plane, depth, place * 256 + column, value & 4095);
        }
    vitro_layout l;
    assert_int_equal(vitro_layout_mib(bytes_of(head), 384, 384 + (int64_t)frame, NULL, 0, &l, NULL), VITRO_OK);
    assert_int_equal(vitro_frames_decode(&l, raw, frame, 1, out, (size_t)(width * height) * sizeof *out), VITRO_OK);
    for (int y = 0; y < height; y++)
        for (int x = 0; x < width; x++) {
            int64_t i = y * width + x;
            double value = depth <= 6 ? ((uint8_t *)out)[i] : depth == 12 ? ((uint16_t *)out)[i] : out[i];
            assert_near(value, pattern(x, y, depth), 0);
        }
    assert_int_equal(vitro_frames_keep(&l, raw, frame, 1, out, (size_t)(width * height) * sizeof *out), VITRO_OK);
    for (int i = 0; i < width * height; i++) {
        unsigned value = depth <= 6 ? ((uint8_t *)out)[i] : depth == 12 ? ((uint16_t *)out)[i] : ((uint32_t *)out)[i];
        assert_int_equal(value, pattern(i % width, i / width, depth));
    }
    assert_fails(vitro_frames_decode(&l, raw, frame - 1, 1, out, (size_t)(width * height) * sizeof *out), VITRO_FORMAT, "bytes");
    free(raw);
    free(out);
}

static void decodes_medipix_raw(void **state) {
    (void)state;
    static const int depths[] = {1, 6, 12, 24};
    for (int i = 0; i < 4; i++) {
        decodes_packed("1x1", 1, depths[i]);
        decodes_packed("2x2", 4, depths[i]);
    }
}

/* ---- 32-bit float where that is the same number ---- */

static void floats_are_the_same_numbers(void **state) {
    (void)state;
    static const union { uint8_t bytes[16]; uint32_t u32[2]; int32_t i32[2]; uint64_t u64[2]; int64_t i64[2]; double f64[2]; int8_t i8[2]; int16_t i16[2]; } good[] = {
        {.u32 = {33554436u, 4294967040u}}, {.i32 = {-16777216, INT32_MIN}}, {.u64 = {1ull << 63, 16777215}}, {.i64 = {INT64_MIN, -3}},
        {.f64 = {0.1f, -0x1p-149}}, {.f64 = {NAN, INFINITY}}, {.i8 = {-128, 127}}, {.i16 = {-32768, 5}}},
      bad[] = {{.u32 = {7, 16777217}}, {.u32 = {7, UINT32_MAX}}, {.i32 = {7, -16777217}}, {.u64 = {7, UINT64_MAX}}, {.i64 = {7, INT64_MAX}}, {.f64 = {7, 0.1}},
               {.f64 = {7, 1e39}}};
    static const int good_types[] = {VITRO_U32, VITRO_I32, VITRO_U64, VITRO_I64, VITRO_F64, VITRO_F64, VITRO_I8, VITRO_I16},
                     bad_types[] = {VITRO_U32, VITRO_U32, VITRO_I32, VITRO_U64, VITRO_I64, VITRO_F64, VITRO_F64};
    static const double values[][2] = {{33554436, 4294967040.0}, {-16777216, INT32_MIN}, {0x1p63, 16777215}, {-0x1p63, -3}, {0.1f, -0x1p-149}, {NAN, INFINITY},
                                       {-128, 127}, {-32768, 5}};
    static const char *const texts[] = {"16777217", "4294967295", "-16777217", "18446744073709551615", "9223372036854775807", "0.1000000", "e+38"};
    float out[2];
    for (int i = 0; i < 8; i++) {
        assert_int_equal(vitro_frames_exact(good_types[i], good[i].bytes, 16, 2, 1, 0, 1, out, sizeof out), VITRO_OK);
        for (int k = 0; k < 2; k++) assert_true(out[k] == values[i][k] || (isnan(out[k]) && isnan(values[i][k])));
    }
    for (int i = 0; i < 7; i++) {
        assert_fails(vitro_frames_exact(bad_types[i], bad[i].bytes, 16, 2, 1, 0, 1, out, sizeof out), VITRO_DATA, texts[i]);
        assert_fails(vitro_frames_exact(bad_types[i], bad[i].bytes, 16, 1, 1, 40, 2, out, sizeof out), VITRO_DATA, "pattern 42 ");
        assert_fails(vitro_frames_exact(bad_types[i], bad[i].bytes, 16, 1, 2, 40, 1, out, sizeof out), VITRO_DATA, "pattern 41 ");
    }
    assert_fails(vitro_frames_exact(VITRO_U32, good[0].bytes, 7, 2, 1, 0, 1, out, sizeof out), VITRO_ARGUMENT, "7 bytes");
    assert_fails(vitro_frames_exact(VITRO_U32, good[0].bytes, 8, 2, 1, 0, 1, out, 7), VITRO_ARGUMENT, "room for 7");
    assert_fails(vitro_frames_exact(VITRO_U32, good[0].bytes, 8, INT64_MAX, 3, 0, 1, out, 8), VITRO_ARGUMENT, "do not fit");
    assert_fails(vitro_frames_exact(VITRO_U16, good[0].bytes, 8, 2, 1, 0, 1, out, 8), VITRO_ARGUMENT, "type 2");
    assert_fails(vitro_frames_exact(99, good[0].bytes, 8, 2, 1, 0, 1, out, 8), VITRO_ARGUMENT, "type 99");
}

/* ---- hostile bytes ----------------------------------------------------------- */

static vitro_status read_npy(const uint8_t *b, size_t n, int64_t file, vitro_layout *l) { return vitro_layout_npy(b, n, file, l, NULL); }
static vitro_status read_mib(const uint8_t *b, size_t n, int64_t file, vitro_layout *l) { return vitro_layout_mib(b, n, file, NULL, 0, l, NULL); }
static vitro_status read_xml(const uint8_t *b, size_t n, int64_t file, vitro_layout *l) {
    vitro_metadata m;
    return vitro_layout_empad((const char *)b, n, file, l, &m);
}
static vitro_status read_hdr(const uint8_t *b, size_t n, int64_t file, vitro_layout *l) {
    char head[384];
    vitro_metadata m;
    mib_header(head, "U08", "1x1", 1, 16, 16, DEPTH("6"));
    return vitro_layout_mib(bytes_of(head), sizeof head, file, (const char *)b, n, l, &m);
}

static void survives_hostile_bytes(void **state) {
    (void)state;
    char head[384];
    size_t n = npy_header(head, "{'descr': '<u2', 'fortran_order': False, 'shape': (4, 3, 16, 16), }");
    mistreat(read_npy, head, n, 128 + 12 * 512);
    mib_header(head, "U16", "1x1", 1, 16, 16, DEPTH("12"));
    mistreat(read_mib, head, sizeof head, 3 * (384 + 512));
    mib_header(head, "R64", "2x2", 4, 1024, 4, DEPTH("24"));
    mistreat(read_mib, head, sizeof head, 2 * (384 + 16384));
    mistreat(read_xml, old_xml, strlen(old_xml), 12 * 130 * 128 * 4);
    mistreat(read_xml, new_xml, strlen(new_xml), 10 * 130 * 128 * 4);
    const char *hdr = "HDR,\t\nCounter Depth (number):\t6\nFrames in Acquisition (Number):\t9\nFrames per Trigger (Number):\t3\nScanX:\t3\nScanY:\t3\nEnd\t";
    mistreat(read_hdr, hdr, strlen(hdr), 9 * (384 + 256));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(npy_shapes_and_types), cmocka_unit_test(npy_refusals),       cmocka_unit_test(mib_layouts),
        cmocka_unit_test(mib_refusals),         cmocka_unit_test(empad_versions),     cmocka_unit_test(raw_numbers),
        cmocka_unit_test(decodes_every_type),   cmocka_unit_test(decode_obeys_strides_and_room),
        cmocka_unit_test(decodes_medipix_raw),  cmocka_unit_test(floats_are_the_same_numbers),
        cmocka_unit_test(survives_hostile_bytes)};
    return cmocka_run_group_tests_name("io", tests, NULL, NULL);
}
