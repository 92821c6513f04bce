/* Writes what the fuzzer begins with: FOLDER/READER/NUMBER. SPDX-License-Identifier: GPL-3.0-or-later */
#include "io_samples.h"

#include <stdbool.h>
#include <stdlib.h>
#include <sys/stat.h>

static const char *root;

/* length: two bytes that tell how much longer the file is, see fuzz_headers.c. */
static void seed(const char *reader, int number, const void *bytes, size_t n, unsigned length) {
    char path[4096];
    snprintf(path, sizeof path, "%s/%s", root, reader);
    mkdir(path, 0777);
    snprintf(path, sizeof path, "%s/%s/%d", root, reader, number);
    FILE *file = fopen(path, "wb");
    if (!file || putc((int)(length >> 8), file) == EOF || putc((int)(length & 255), file) == EOF || fwrite(bytes, 1, n, file) != n || fclose(file)) {
        perror(path);
        exit(1);
    }
}

static void text(const char *reader, int number, const char *value) { seed(reader, number, value, strlen(value), 0xC1FF); }

static void npy_and_mib(void) {
    char head[384];
    size_t n = npy_header(head, "{'descr': '<u2', 'fortran_order': False, 'shape': (4, 3, 16, 16), }");
    seed("npy", 0, head, n, 0xC2FF);
    n = npy_header(head, "{'descr': '>f8', 'fortran_order': True, 'shape': (4, 3, 6, 5), }");
    seed("npy", 1, head, n, 0xC2FF);
    n = npy_header(head, "{'descr': '|b1', 'fortran_order': True, 'shape': (6, 5), }");
    seed("npy", 2, head, n, 0xC2FF);
    static const char *const types[] = {"U08", "U16", "U32", "R64", "R64"};
    for (int i = 0; i < 5; i++) {
        mib_header(head, types[i], i == 4 ? "2x2" : "1x1", i == 4 ? 4 : 1, i == 4 ? 1024 : i == 3 ? 256 : 16, 4, i == 4 ? DEPTH("24") : DEPTH("12"));
        seed("mib", i, head, sizeof head, 0xF2FF);
    }
    text("hdr", 0, "HDR,\t\r\nCounter Depth (number):\t6\r\nFrames in Acquisition (Number):\t9\r\nFrames per Trigger (Number):\t3\r\nEnd\t");
    text("hdr", 1, "HDR,\t\nFrames in Acquisition (Number):\t9\nScanX:\t3\nScanY:\t3\nEnd\t");
}

static void text_formats(void) {
    text("empad", 0, old_xml);
    text("empad", 1, new_xml);
    text("empad", 2, "<root><type>series</type><count>10</count><raw_file filename=\"series_x10.raw\"/></root>");
    text("info", 0, mrc_info);
    text("info", 1, "Scan - Enable = Enable\nScan - Type = Spiral\nScan - Size X = 4\nScan - Size Y = 3\n");
}

static void binary_formats(void) {
    uint8_t blo[BLO_HEAD], mrc[MRC_HEAD], tvips[64], seq[SEQ_HEAD];
    blo_head(blo);
    seed("blo", 0, blo, sizeof blo, 0x40FF);
    for (int i = 0; i < 4; i++) {
        mrc_head(mrc, (int[]){0, 2, 6, 12}[i], i & 1);
        seed("mrc", i, mrc, sizeof mrc, 0x20FF);
        tvips_head(tvips, 1 + i % 2, i < 2 ? 8 : 16);
        seed("tvips", i, tvips, sizeof tvips, 0x60FF);
        seq_head(seq, i < 2 ? 3 : 5, i % 2 ? 8 : 16, 9);
        seed("seq", i, seq, sizeof seq, 0xC5FF);
    }
}

static void dm_files(void) {
    static const int size[] = {5, 4, 3, 2};
    static const char *const unit[] = {"1/nm", "1/nm", "nm", "nm"}, *const scan_first[] = {"nm", "nm", "1/nm", "1/nm"};
    for (int i = 0; i < 8; i++) {
        dm_file f;
        dm_recipe r = {3 + i % 2, i / 2 % 2, i < 6 ? 4 : 3, i < 4 ? 1 : -1, size, i < 6 ? unit : scan_first, "Diffraction image"};
        dm_write(&f, &r, 10, 4, 2);
        seed("dm", i, f.bytes, f.n, 0x0F00u + (unsigned)(i * 30));
    }
}

/* 40 bytes that are all 5, as LZ4 and as bits of ten numbers of 4 bytes, alone and with LZ4: length and block of 12 bytes, blocks, two last numbers. */
static void chunks(void) {
    static const uint8_t lz4[] = {0, 4, 0, 0, 0, 0, 0, 0, 0, 0, 40, 0, 0, 0, 40, 0, 0, 0, 6, 0x1F, 5, 1, 0, 20, 0};
    static const uint8_t both[] = {2, 3, 0, 0, 0, 0, 0, 0, 0, 0, 40, 0, 0, 0, 32, 0, 0, 0, 7, 0x1F, 0xFF, 1, 0, 12, 0, 0, 5, 5, 5, 5, 5, 5, 5, 5};
    uint8_t plain[43] = {1, 3, 1};
    seed("chunk", 0, lz4, sizeof lz4, 0x0000);
    seed("chunk", 1, both, sizeof both, 0x0006);
    seed("chunk", 2, plain, sizeof plain, 0x0000);
}

/* Three bytes for each field: a number of two bytes and a shift. */
static void layouts(void) {
    static const uint8_t plain[14] = {2, 1, 0, 0, 8, 6, 10, 16, 5, 3}, scattered[14] = {2, 0, 0, 0, 4, 3, 10, 96, 2, 12, 4, 3, 24, 8};
    for (int k = 0; k < 2; k++) {
        uint8_t bytes[14 * 3] = {0};
        for (int i = 0; i < 14; i++) bytes[3 * i] = (k ? scattered : plain)[i];
        seed("layout", k, bytes, sizeof bytes, 0x60FF);
    }
    static const uint8_t tile[16] = {2, 1, 4, 3, 10, 9, 0, 4, 3, 0, 1, 1, 0, 2, 9, 1};
    uint8_t bytes[16 * 3] = {0};
    for (int i = 0; i < 16; i++) bytes[3 * i] = tile[i];
    seed("tile", 0, bytes, sizeof bytes, 0x60FF);
}

int main(int n, char **argument) {
    if (n != 2) return 2;
    root = argument[1];
    npy_and_mib();
    text_formats();
    binary_formats();
    dm_files();
    layouts();
    chunks();
    return 0;
}
