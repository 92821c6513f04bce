/* DM3 and DM4: trees of tags made here. SPDX-License-Identifier: GPL-3.0-or-later */
#include "io_check.h"
#include "io_samples.h"

/* As if the file were no longer than what is known of it, where more is asked for. */
static vitro_status read(const uint8_t *bytes, size_t n, int64_t file_bytes, vitro_layout *l, vitro_metadata *m) {
    int64_t missing = -2, piece[2] = {0, (int64_t)n < file_bytes ? (int64_t)n : file_bytes};
    vitro_status status = vitro_layout_dm(bytes, n, piece, 1, file_bytes, l, m, &missing);
    return status == VITRO_OK && missing >= 0 ? vitro_layout_dm(bytes, n, piece, 1, (int64_t)n, l, m, &missing) : status;
}

static vitro_status read_file(const dm_file *f, vitro_layout *l, vitro_metadata *m) { return read(f->bytes, f->n, (int64_t)f->n, l, m); }

static const int four[] = {5, 4, 3, 2};
static const char *const detector_first[] = {"1/nm", "1/nm", "nm", "nm"}, *const scan_first[] = {"nm", "nm", "1/nm", "1/nm"},
                         *const unknown[] = {"", "", "", ""};

/* ---- tests --------------------------------------------------------------------- */

static void reads_both_versions(void **state) {
    (void)state;
    for (int k = 0; k < 4; k++) {
        dm_file f;
        vitro_layout l;
        vitro_metadata m;
        dm_recipe r = {3 + k % 2, k / 2, 4, 1, four, detector_first, "Diffraction image"};
        dm_write(&f, &r, 10, 4, 2);
        assert_int_equal(read_file(&f, &l, &m), VITRO_OK);
        assert_int_equal(l.type, VITRO_U16);
        assert_int_equal(l.big_endian, k / 2);
        assert_int_equal(l.width, 5);
        assert_int_equal(l.height, 4);
        assert_int_equal(l.scan_x, 3);
        assert_int_equal(l.scan_y, 2);
        assert_int_equal(l.frames, 6);
        assert_int_equal(l.offset, f.data_at);
        assert_int_equal(l.frame_stride, 40);
        assert_near(m.voltage_kv, 200, 1e-9);
        assert_near(m.camera_length_mm, 115, 1e-9);
        assert_near(m.q_per_px, 0.025, 1e-12);
        assert_near(m.scan_step_nm, 3, 1e-12);
        uint16_t pixels[20];
        assert_int_equal(vitro_frames_decode(&l, f.bytes + l.offset + 5 * 40, 40, 1, pixels, sizeof pixels), VITRO_OK);
        for (int i = 0; i < 20; i++) assert_int_equal(pixels[i], 100 + i);
    }
}

static void every_type(void **state) {
    (void)state;
    static const int types[][4] = {{1, 2, 2, VITRO_I16},  {2, 6, 4, VITRO_F32},  {6, 10, 1, VITRO_U8},  {7, 3, 4, VITRO_I32},
                                   {9, 9, 1, VITRO_I8},   {10, 4, 2, VITRO_U16}, {11, 5, 4, VITRO_U32}, {12, 7, 8, VITRO_F64},
                                   {14, 8, 1, VITRO_U8},  {39, 11, 8, VITRO_I64}, {40, 12, 8, VITRO_U64}};
    for (int i = 0; i < 11; i++) {
        dm_file f;
        vitro_layout l;
        dm_recipe r = {4, 0, 4, 1, four, detector_first, ""};
        dm_write(&f, &r, types[i][0], types[i][1], types[i][2]);
        assert_int_equal(read_file(&f, &l, NULL), VITRO_OK);
        assert_int_equal(l.type, types[i][3]);
        assert_int_equal(l.frame_stride, 20 * types[i][2]);
    }
}

static void dimensions_and_orders(void **state) {
    (void)state;
    dm_file f;
    vitro_layout l;
    vitro_metadata m;
    dm_recipe r = {4, 0, 4, -1, four, detector_first, ""};
    dm_write(&f, &r, 10, 4, 2);
    assert_int_equal(read_file(&f, &l, &m), VITRO_OK); /* the units tell */
    r.swapped = 0;
    dm_write(&f, &r, 10, 4, 2);
    assert_int_equal(read_file(&f, &l, &m), VITRO_OK);
    assert_int_equal(l.width, 3); /* the scan, 5 x 4, comes first */
    assert_true(isnan(m.q_per_px));
    r = (dm_recipe){4, 0, 4, -1, four, scan_first, ""};
    dm_write(&f, &r, 10, 4, 2);
    assert_int_equal(read_file(&f, &l, &m), VITRO_OK);
    assert_int_equal(l.scan_x, 5);
    assert_int_equal(l.scan_y, 4);
    assert_int_equal(l.width, 3);
    assert_int_equal(l.height, 2);
    assert_int_equal(l.frames, 20);
    assert_near(m.q_per_px, 0.3, 1e-12);
    assert_near(m.scan_step_nm, 0.25, 1e-12);
    uint16_t pattern[6];
    vitro_part part = {0, 6, 13, 1};
    int64_t begin, bytes, stride;
    assert_int_equal(vitro_gather_range(&l, &part, &begin, &bytes, &stride), VITRO_OK);
    assert_int_equal(begin, (int64_t)f.data_at + 26);
    assert_int_equal(vitro_frames_gather(&l, &part, f.bytes + begin, (size_t)(5 * stride + bytes), stride, pattern, sizeof pattern), VITRO_OK);
    for (int i = 0; i < 6; i++) assert_int_equal(pattern[i], 13 + 20 * i);
    r.unit = unknown;
    dm_write(&f, &r, 10, 4, 2);
    assert_fails(read_file(&f, &l, &m), VITRO_FORMAT, "5 x 4 x 3 x 2 the file does not say");
    r.dimensions = 3;
    dm_write(&f, &r, 10, 4, 2);
    assert_int_equal(read_file(&f, &l, &m), VITRO_OK);
    assert_int_equal(l.frames, 3);
    assert_int_equal(l.scan_x, 0);
    static const char *const line[] = {"nm", "1/nm", "1/nm"};
    r.unit = line;
    dm_write(&f, &r, 10, 4, 2);
    assert_int_equal(read_file(&f, &l, &m), VITRO_OK);
    assert_int_equal(l.scan_x, 5);
    assert_int_equal(l.scan_y, 1);
    assert_int_equal(l.width, 4);
    assert_int_equal(l.height, 3);
    r.dimensions = 2;
    dm_write(&f, &r, 10, 4, 2);
    assert_int_equal(read_file(&f, &l, &m), VITRO_OK);
    assert_int_equal(l.frames, 1);
    assert_true(isnan(m.q_per_px));
    r.format = "Spectrum image";
    dm_write(&f, &r, 10, 4, 2);
    assert_fails(read_file(&f, &l, &m), VITRO_FORMAT, "spectrum");
}

static void refusals(void **state) {
    (void)state;
    static const int five[] = {2, 2, 2, 2, 2}, empty[] = {5, 0};
    static const char *const five_units[] = {"1/nm", "1/nm", "", "", ""};
    dm_file f;
    vitro_layout l;
    dm_recipe r = {4, 0, 4, 1, four, detector_first, ""};
    dm_write(&f, &r, 3, 6, 4); /* complex */
    assert_fails(read_file(&f, &l, NULL), VITRO_FORMAT, "no image of numbers");
    dm_write(&f, &r, 10, 6, 4); /* four bytes for pixels of two */
    assert_fails(read_file(&f, &l, NULL), VITRO_FORMAT, "480 bytes");
    r.size = five, r.dimensions = 5, r.unit = five_units;
    dm_write(&f, &r, 10, 4, 2);
    assert_fails(read_file(&f, &l, NULL), VITRO_FORMAT, "more than 4 dimensions");
    r.size = empty, r.dimensions = 2;
    dm_write(&f, &r, 10, 4, 2);
    assert_fails(read_file(&f, &l, NULL), VITRO_FORMAT, "no image");
    assert_fails(read(NULL, 0, 0, &l, NULL), VITRO_FORMAT, "ends");
    assert_fails(read((const uint8_t *)"\0\0\0\5\0\0\0\0", 8, 8, &l, NULL), VITRO_FORMAT, "neither 3 nor 4");
    r = (dm_recipe){4, 0, 4, 1, four, detector_first, ""};
    dm_begin(&f, &r, 1);
    for (int i = 0; i < 40; i++) dm_group(&f, "deeper", 1);
    assert_fails(read_file(&f, &l, NULL), VITRO_FORMAT, "within each other");
    dm_begin(&f, &r, 1);
    dm_array(&f, "huge", 7, INT64_MAX);
    assert_fails(read_file(&f, &l, NULL), VITRO_FORMAT, "unknown kind");
    dm_begin(&f, &r, 1);
    dm_array(&f, "long", 10, INT64_MAX - 10);
    assert_fails(read_file(&f, &l, NULL), VITRO_FORMAT, "9223372036854775797");
}

/* However the file is cut into pieces, and whatever lies in the pixels between, the result is the same. */
static void asks_for_pieces(void **state) {
    (void)state;
    dm_file f;
    vitro_layout whole, l;
    uint8_t bytes[8192];
    dm_recipe r = {4, 0, 4, 1, four, detector_first, ""};
    dm_write(&f, &r, 12, 7, 8);
    assert_int_equal(read_file(&f, &whole, NULL), VITRO_OK);
    int64_t pieces[400], missing = 0, used = 0;
    int count = 0;
    while (missing >= 0) {
        int64_t some = (int64_t)f.n - missing < 80 ? (int64_t)f.n - missing : 80;
        assert_true(count < 200 && (size_t)(used + some) <= sizeof bytes);
        memcpy(bytes + used, f.bytes + missing, (size_t)some);
        pieces[2 * count] = missing;
        pieces[2 * count++ + 1] = some;
        used += some;
        assert_int_equal(vitro_layout_dm(bytes, (size_t)used, pieces, count, (int64_t)f.n, &l, NULL, &missing), VITRO_OK);
    }
    assert_memory_equal(&l, &whole, sizeof l);
    assert_true(used < (int64_t)f.n); /* the pixels were not asked for */
    pieces[1] = 9999;
    assert_fails(vitro_layout_dm(bytes, (size_t)used, pieces, count, (int64_t)f.n, &l, NULL, &missing), VITRO_ARGUMENT, "piece 0");
}

/* 98 GiB of pixels, of which none is seen. */
static void large_file(void **state) {
    (void)state;
    static const int size[] = {256, 256, 1024, 784};
    const int64_t pixel_bytes = (int64_t)2 * 256 * 256 * 1024 * 784;
    dm_file f;
    vitro_layout l;
    dm_recipe r = {4, 0, 4, 1, size, detector_first, ""};
    dm_write(&f, &r, 10, 4, 2);
    int64_t missing, file_bytes = (int64_t)f.n + pixel_bytes, head = (int64_t)f.data_at;
    int64_t pieces[] = {0, head, head + pixel_bytes, (int64_t)f.n - head};
    assert_int_equal(vitro_layout_dm(f.bytes, f.data_at, pieces, 1, file_bytes, &l, NULL, &missing), VITRO_OK);
    assert_int_equal(missing, head + pixel_bytes);
    assert_int_equal(vitro_layout_dm(f.bytes, f.n, pieces, 2, file_bytes, &l, NULL, &missing), VITRO_OK);
    assert_int_equal(missing, -1);
    assert_int_equal(l.frames, 1024 * 784);
    assert_int_equal(l.scan_x, 1024);
    assert_int_equal(l.offset + l.frames * l.frame_stride, head + pixel_bytes);
    assert_fails(vitro_layout_dm(f.bytes, f.data_at, pieces, 1, file_bytes / 2, &l, NULL, &missing), VITRO_FORMAT, "105226698752");
}

static vitro_status read_plain(const uint8_t *b, size_t n, int64_t file_bytes, vitro_layout *l) {
    vitro_metadata m;
    return read(b, n, file_bytes, l, &m);
}

static void survives_hostile_bytes(void **state) {
    (void)state;
    dm_file f;
    dm_recipe r = {4, 0, 4, 1, four, detector_first, "Diffraction image"};
    for (int k = 0; k < 4; k++) {
        r.version = 3 + k % 2;
        r.swapped = k / 2;
        dm_write(&f, &r, 10, 4, 2);
        mistreat(read_plain, (const char *)f.bytes, f.n, (int64_t)f.n);
        for (int flip = 0; flip < 400; flip++) { /* one byte at a time becomes the largest or the sign's */
            dm_write(&f, &r, 10, 4, 2);
            f.bytes[random_number() % f.n] = flip % 2 ? 0xFF : 0x7F;
            use(read_plain, f.bytes, f.n, (int64_t)f.n);
        }
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(reads_both_versions), cmocka_unit_test(every_type),
                                       cmocka_unit_test(dimensions_and_orders), cmocka_unit_test(refusals),
                                       cmocka_unit_test(asks_for_pieces), cmocka_unit_test(large_file),
                                       cmocka_unit_test(survives_hostile_bytes)};
    return cmocka_run_group_tests_name("io_dm", tests, NULL, NULL);
}
