/* Headers of numbers rather than text: BLO, MRC, TVIPS, SEQ. SPDX-License-Identifier: GPL-3.0-or-later */
#include "io_check.h"
#include "io_samples.h"

/* ---- BLO --------------------------------------------------------------------- */

static void blo_numbers(void **state) {
    (void)state;
    uint8_t head[BLO_HEAD];
    vitro_layout l;
    vitro_metadata m;
    blo_head(head);
    assert_int_equal(vitro_layout_blo(head, BLO_HEAD, BLO_BYTES + 50, &l, &m), VITRO_OK);
    assert_int_equal(l.type, VITRO_U8);
    assert_int_equal(l.width, 16);
    assert_int_equal(l.height, 16);
    assert_int_equal(l.frames, 6);
    assert_int_equal(l.scan_x, 3);
    assert_int_equal(l.scan_y, 2);
    assert_int_equal(l.offset, BLO_FIRST + 6);
    assert_int_equal(l.frame_stride, 262);
    assert_near(m.voltage_kv, 200, 1e-9);
    assert_near(m.scan_step_nm, 12.8, 1e-12);
    assert_near(m.camera_length_mm, 200, 1e-9);
    assert_near(m.q_per_px, 0.001 / 0.025079, 1e-5); /* 1 mrad */
    assert_int_equal(vitro_layout_blo(head, BLO_HEAD, BLO_BYTES - 1, &l, &m), VITRO_OK);
    assert_int_equal(l.frames, 5);
    assert_near(m.announced_frames, 6, 0);
    put_double(head + 38, 25);
    put(head + 50, 0, 6, 0);
    assert_int_equal(vitro_layout_blo(head, BLO_HEAD, BLO_BYTES, &l, &m), VITRO_OK);
    assert_true(isnan(m.scan_step_nm) && isnan(m.q_per_px));
}

static void blo_refusals(void **state) {
    (void)state;
    uint8_t head[BLO_HEAD];
    vitro_layout l;
    blo_head(head);
    assert_fails(vitro_layout_blo(head, 63, 63, &l, NULL), VITRO_FORMAT, "63 bytes");
    assert_fails(vitro_layout_blo(NULL, 0, 0, &l, NULL), VITRO_FORMAT, "cut off");
    assert_fails(vitro_layout_blo(head, BLO_HEAD, BLO_FIRST + 200, &l, NULL), VITRO_FORMAT, "16 x 16");
    head[BLO_FIRST] = 0;
    assert_fails(vitro_layout_blo(head, BLO_HEAD, BLO_BYTES, &l, NULL), VITRO_FORMAT, "byte 96");
    blo_head(head);
    put(head + 26, 0, 2, 0);
    assert_fails(vitro_layout_blo(head, BLO_HEAD, BLO_BYTES, &l, NULL), VITRO_FORMAT, "3 x 0");
    blo_head(head);
    put(head + 20, 0, 2, 0);
    assert_fails(vitro_layout_blo(head, BLO_HEAD, BLO_BYTES, &l, NULL), VITRO_FORMAT, "0 x 0");
}

/* ---- MRC --------------------------------------------------------------------- */

static vitro_status mrc(const uint8_t *head, int64_t file_bytes, const char *info, vitro_layout *l, vitro_metadata *m) {
    return vitro_layout_mrc(head, MRC_HEAD, file_bytes, info, info ? strlen(info) : 0, l, m);
}

static void mrc_types(void **state) {
    (void)state;
    static const int modes[][3] = {{0, VITRO_I8, 1}, {1, VITRO_I16, 2}, {2, VITRO_F32, 4}, {6, VITRO_U16, 2}, {12, VITRO_F16, 2}};
    uint8_t head[MRC_HEAD];
    vitro_layout l;
    for (int big = 0; big < 2; big++)
        for (int i = 0; i < 5; i++) {
            mrc_head(head, modes[i][0], big);
            assert_int_equal(mrc(head, MRC_HEAD + 12 * 20 * modes[i][2] + 7, NULL, &l, NULL), VITRO_OK);
            assert_int_equal(l.type, modes[i][1]);
            assert_int_equal(l.big_endian, big);
            assert_int_equal(l.offset, MRC_HEAD);
            assert_int_equal(l.width, 5);
            assert_int_equal(l.height, 4);
            assert_int_equal(l.frames, 12);
            assert_int_equal(l.frame_stride, 20 * modes[i][2]);
        }
    mrc_head(head, 0, 0);
    assert_int_equal(mrc(head, MRC_HEAD + 240, mrc_info, &l, NULL), VITRO_OK);
    assert_int_equal(l.type, VITRO_U8);
    put(head + 152, 1146047817, 4, 0); /* IMOD: unsigned unless flagged */
    assert_int_equal(mrc(head, MRC_HEAD + 240, NULL, &l, NULL), VITRO_OK);
    assert_int_equal(l.type, VITRO_U8);
    put(head + 156, 1, 4, 0);
    assert_int_equal(mrc(head, MRC_HEAD + 240, NULL, &l, NULL), VITRO_OK);
    assert_int_equal(l.type, VITRO_I8);
}

static void mrc_knows(void **state) {
    (void)state;
    uint8_t head[MRC_HEAD];
    vitro_layout l;
    vitro_metadata m;
    mrc_head(head, 6, 0);
    assert_int_equal(mrc(head, MRC_HEAD + 480, NULL, &l, &m), VITRO_OK);
    assert_near(m.voltage_kv, 300, 1e-9);
    assert_int_equal(l.scan_x, 0);
    assert_true(isnan(m.q_per_px));
    assert_int_equal(mrc(head, MRC_HEAD + 480, mrc_info, &l, &m), VITRO_OK);
    assert_int_equal(l.scan_x, 4);
    assert_int_equal(l.scan_y, 3);
    assert_near(m.voltage_kv, 200, 1e-9);
    assert_near(m.q_per_px, 0.01, 1e-12);
    assert_near(m.exposure_ms, 2, 1e-9);
    assert_near(m.rotation_deg, -12.5, 1e-9);
    assert_near(m.camera_length_mm, 115, 1e-9);
    assert_true(isnan(m.scan_step_nm));
    assert_int_equal(mrc(head, MRC_HEAD + 480, "Scan - Enable = Enable\nScan - Type = Spiral\nScan - Size X = 4\nScan - Size Y = 3\n", &l, &m), VITRO_OK);
    assert_int_equal(l.scan_x, 0);
    assert_int_equal(mrc(head, MRC_HEAD + 479, NULL, &l, &m), VITRO_OK);
    assert_int_equal(l.frames, 11);
    assert_near(m.announced_frames, 12, 0);
}

static void mrc_refusals(void **state) {
    (void)state;
    uint8_t head[MRC_HEAD];
    vitro_layout l;
    mrc_head(head, 4, 0);
    assert_fails(mrc(head, 99999, NULL, &l, NULL), VITRO_FORMAT, "mode 4");
    mrc_head(head, 2, 0);
    assert_fails(mrc(head, MRC_HEAD + 79, NULL, &l, NULL), VITRO_FORMAT, "1871 bytes");
    assert_fails(vitro_layout_mrc(head, 1023, 1023, NULL, 0, &l, NULL), VITRO_FORMAT, "1023");
    assert_fails(vitro_layout_mrc(NULL, 0, 0, NULL, 0, &l, NULL), VITRO_FORMAT, "cut off");
    put(head + 92, 0xFFFFFFFF, 4, 0);
    assert_fails(mrc(head, 99999, NULL, &l, NULL), VITRO_FORMAT, "-1 bytes");
    mrc_head(head, 2, 0);
    put(head + 8, 0, 4, 0);
    assert_fails(mrc(head, 99999, NULL, &l, NULL), VITRO_FORMAT, "0 patterns");
    mrc_head(head, 2, 0);
    put(head, 0x7FFFFFFF, 4, 0);
    put(head + 4, 0x7FFFFFFF, 4, 0);
    assert_fails(mrc(head, 99999, NULL, &l, NULL), VITRO_FORMAT, "2147483647");
    put(head, 0xFFFFFFFE, 4, 1);
    assert_fails(mrc(head, 99999, NULL, &l, NULL), VITRO_FORMAT, "-16777217 x");
}

/* ---- TVIPS ------------------------------------------------------------------- */

static void tvips_numbers(void **state) {
    (void)state;
    uint8_t head[64];
    vitro_layout l;
    vitro_metadata m;
    tvips_head(head, 2, 16);
    assert_int_equal(vitro_layout_tvips(head, 64, 256 + 6 * 100, 0, &l, &m), VITRO_OK);
    assert_int_equal(l.type, VITRO_U16);
    assert_int_equal(l.frames, 6);
    assert_int_equal(l.offset, 316);
    assert_int_equal(l.frame_stride, 100);
    assert_near(m.voltage_kv, 200, 0);
    assert_int_equal(vitro_layout_tvips(head, 64, 300, 1, &l, &m), VITRO_OK);
    assert_int_equal(l.frames, 3);
    assert_int_equal(l.offset, 60);
    tvips_head(head, 1, 8);
    put(head + 40, 300000, 4, 0);
    assert_int_equal(vitro_layout_tvips(head, 64, 256 + 2 * 32, 0, &l, &m), VITRO_OK);
    assert_int_equal(l.type, VITRO_U8);
    assert_int_equal(l.frames, 2);
    assert_near(m.voltage_kv, 300, 1e-9);
    tvips_head(head, 3, 8);
    assert_fails(vitro_layout_tvips(head, 64, 999, 0, &l, &m), VITRO_FORMAT, "version 1 or 2");
    tvips_head(head, 2, 12);
    assert_fails(vitro_layout_tvips(head, 64, 999, 0, &l, &m), VITRO_FORMAT, "12 bits");
    tvips_head(head, 2, 16);
    assert_fails(vitro_layout_tvips(head, 64, 355, 0, &l, &m), VITRO_FORMAT, "355 bytes");
    assert_fails(vitro_layout_tvips(NULL, 0, 0, 0, &l, &m), VITRO_FORMAT, "0 bytes");
    put(head + 8, 0xFFFFFFFF, 4, 0);
    put(head + 12, 0xFFFFFFFF, 4, 0);
    assert_fails(vitro_layout_tvips(head, 64, 999, 0, &l, &m), VITRO_FORMAT, "4294967295");
}

/* ---- SEQ --------------------------------------------------------------------- */

static void seq_numbers(void **state) {
    (void)state;
    uint8_t head[SEQ_HEAD];
    vitro_layout l;
    vitro_metadata m;
    for (int version = 3; version <= 5; version += 2) {
        int64_t offset = version == 5 ? 8192 : 1024;
        seq_head(head, version, 16, 9);
        assert_int_equal(vitro_layout_seq(head, SEQ_HEAD, offset + 9 * SEQ_STRIDE, &l, &m), VITRO_OK);
        assert_int_equal(l.type, VITRO_U16);
        assert_int_equal(l.width, 16);
        assert_int_equal(l.height, 12);
        assert_int_equal(l.frames, 9);
        assert_int_equal(l.offset, offset);
        assert_int_equal(l.frame_stride, SEQ_STRIDE);
        assert_near(m.exposure_ms, 2.5, 1e-12);
        assert_int_equal(vitro_layout_seq(head, SEQ_HEAD, offset + 20 * SEQ_STRIDE, &l, &m), VITRO_OK);
        assert_int_equal(l.frames, 9); /* room that was set aside */
        assert_int_equal(vitro_layout_seq(head, SEQ_HEAD, offset + 9 * SEQ_STRIDE - 200, &l, &m), VITRO_OK);
        assert_int_equal(l.frames, 8);
        assert_near(m.announced_frames, 9, 0);
    }
    seq_head(head, 5, 8, 2);
    assert_int_equal(vitro_layout_seq(head, SEQ_HEAD, 8192 + 2 * SEQ_STRIDE, &l, &m), VITRO_OK);
    assert_int_equal(l.type, VITRO_U8);
}

static void seq_refusals(void **state) {
    (void)state;
    uint8_t head[SEQ_HEAD];
    vitro_layout l;
    vitro_metadata m;
    seq_head(head, 5, 12, 9);
    assert_fails(vitro_layout_seq(head, SEQ_HEAD, 9999, &l, &m), VITRO_FORMAT, "12 bits");
    seq_head(head, 5, 32, 9);
    assert_fails(vitro_layout_seq(head, SEQ_HEAD, 9999, &l, &m), VITRO_FORMAT, "from pattern to pattern"); /* they would overlap */
    seq_head(head, 5, 16, 9);
    assert_fails(vitro_layout_seq(head, SEQ_HEAD, 8192 + 16 * 12 * 2 - 1, &l, &m), VITRO_FORMAT, "longer than the file");
    put(head + 620, 1, 4, 0);
    assert_fails(vitro_layout_seq(head, SEQ_HEAD, 99999, &l, &m), VITRO_FORMAT, "compressed");
    put(head + 568, 200, 4, 0);
    assert_fails(vitro_layout_seq(head, SEQ_HEAD, 99999, &l, &m), VITRO_FORMAT, "format 200");
    assert_fails(vitro_layout_seq(head, 600, 600, &l, &m), VITRO_FORMAT, "cut off");
    head[4] = 'M';
    assert_fails(vitro_layout_seq(head, SEQ_HEAD, 99999, &l, &m), VITRO_FORMAT, "no header of Norpix");
    assert_fails(vitro_layout_seq(NULL, 0, 0, &l, &m), VITRO_FORMAT, "no header of Norpix");
}

/* ---- hostile bytes ----------------------------------------------------------- */

static vitro_status read_blo(const uint8_t *b, size_t n, int64_t file, vitro_layout *l) {
    vitro_metadata m;
    return vitro_layout_blo(b, n, file, l, &m);
}
static vitro_status read_mrc(const uint8_t *b, size_t n, int64_t file, vitro_layout *l) {
    vitro_metadata m;
    return vitro_layout_mrc(b, n, file, NULL, 0, l, &m);
}
static vitro_status read_info(const uint8_t *b, size_t n, int64_t file, vitro_layout *l) {
    uint8_t head[MRC_HEAD];
    vitro_metadata m;
    mrc_head(head, 0, 0);
    return vitro_layout_mrc(head, MRC_HEAD, file, (const char *)b, n, l, &m);
}

static vitro_status read_tvips(const uint8_t *b, size_t n, int64_t file, vitro_layout *l) { return vitro_layout_tvips(b, n, file, 0, l, NULL); }

static vitro_status read_seq(const uint8_t *b, size_t n, int64_t file, vitro_layout *l) { return vitro_layout_seq(b, n, file, l, NULL); }

static void survives_hostile_bytes(void **state) {
    (void)state;
    uint8_t blo[BLO_HEAD], head[MRC_HEAD];
    blo_head(blo);
    mistreat(read_blo, (const char *)blo, 64, BLO_BYTES); /* nearly every flip is in what is read */
    mistreat(read_blo, (const char *)blo, BLO_HEAD, BLO_BYTES);
    tvips_head(head, 2, 16);
    mistreat(read_tvips, (const char *)head, 52, 856);
    uint8_t seq[SEQ_HEAD];
    for (int flip = 0; flip < 200; flip++) {
        seq_head(seq, 5, 16, 9);
        seq[548 + random_number() % 40] ^= (uint8_t)(1u << random_number() % 8);
        use(read_seq, seq, SEQ_HEAD, 8192 + 9 * SEQ_STRIDE);
    }
    seq_head(seq, 5, 16, 9);
    mistreat(read_seq, (const char *)seq, SEQ_HEAD, 8192 + 9 * SEQ_STRIDE);
    mrc_head(head, 6, 0);
    mistreat(read_mrc, (const char *)head, MRC_HEAD, MRC_HEAD + 480);
    for (int flip = 0; flip < 200; flip++) { /* in the words that are read */
        mrc_head(head, 6, flip & 1);
        head[flip % 2 ? random_number() % 16 : 92 + random_number() % 4] ^= (uint8_t)(1u << random_number() % 8);
        use(read_mrc, head, MRC_HEAD, MRC_HEAD + 480);
    }
    mistreat(read_info, mrc_info, strlen(mrc_info), MRC_HEAD + 240);
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(blo_numbers), cmocka_unit_test(blo_refusals), cmocka_unit_test(mrc_types),
                                       cmocka_unit_test(mrc_knows),   cmocka_unit_test(mrc_refusals), cmocka_unit_test(tvips_numbers), cmocka_unit_test(seq_numbers), cmocka_unit_test(seq_refusals),
                                       cmocka_unit_test(survives_hostile_bytes)};
    return cmocka_run_group_tests_name("io_binary", tests, NULL, NULL);
}
