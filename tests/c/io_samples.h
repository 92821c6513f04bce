/* Headers of every format, written here: for the tests, and as what the fuzzer begins with.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef IO_SAMPLES_H
#define IO_SAMPLES_H

#include <assert.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

static inline void put(uint8_t *at, uint64_t value, int bytes, int big) {
    for (int i = 0; i < bytes; i++) at[big ? bytes - 1 - i : i] = (uint8_t)(value >> 8 * i);
}

static inline void put_double(uint8_t *at, double value) {
    uint64_t bits;
    memcpy(&bits, &value, sizeof bits);
    put(at, bits, 8, 0);
}

/* A version 1 header, padded to 128 bytes; returns its length. */
static inline size_t npy_header(char *out, const char *dictionary) {
    memset(out, ' ', 128);
    memcpy(out, "\x93NUMPY\x01\x00\x76\x00", 10);
    memcpy(out + 10, dictionary, strlen(dictionary));
    out[127] = '\n';
    return 128;
}

/* A Merlin header of 384 bytes. */
static inline void mib_header(char out[384], const char *type, const char *assembly, int chips, int columns, int rows, const char *depth) {
    memset(out, 0, 384);
    snprintf(out, 384, "MQ1,000001,00384,%02d,%04d,%04d,%s,   %s,01,2021-05-07 18:51:10.905800,0.100000,0,0,0,4.0E+1,%s", chips, columns,
             rows, type, assembly, depth);
}

#define DEPTH(n) "3RX,MQ1A,2021-05-07T16:51:10Z,100000000ns," n ","

static const char *const old_xml =
    "<root name=\"a\"><type>scan</type><pix_x>4</pix_x><pix_y>3</pix_y><raw_file filename=\"scan_x4_y3.raw\"/><exposure_time>1</exposure_time>"
    "<scan_parameters mode=\"search\"><scan_resolution_x>64</scan_resolution_x></scan_parameters>"
    "<scan_parameters mode=\"acquire\"><scan_resolution_x>128</scan_resolution_x><scan_size>0.5</scan_size>"
    "<scan_resolution_y>128</scan_resolution_y></scan_parameters><optics.get_cameralength>0.7225</optics.get_cameralength>"
    "<source.get_voltage>300000.0</source.get_voltage><optics.get_full_scan_field_of_view>[4e-06, 4e-06]</optics.get_full_scan_field_of_view>"
    "<calibrated_diffraction_angle>0.00043</calibrated_diffraction_angle></root>";
static const char *const new_xml =
    "<root><raw_file filename=\"s.raw\"/><scan_parameters mode=\"search\"><scan_resolution_x>64</scan_resolution_x></scan_parameters>"
    "<scan_parameters mode=\"acquire\"><scan_resolution_x>5</scan_resolution_x><scan_size>1.0</scan_size><scan_resolution_y>2</scan_resolution_y>"
    "</scan_parameters><full_scan_field_of_view><scale_factor>0.72</scale_factor><x>1e-08</x></full_scan_field_of_view>"
    "<nominal_camera_length>0.1159</nominal_camera_length><high_voltage>200000.0</high_voltage></root>";

enum { BLO_FIRST = 96, BLO_HEAD = BLO_FIRST + 2, BLO_BYTES = BLO_FIRST + 6 * (6 + 16 * 16) };

/* 3 x 2 patterns of 16 x 16; the first one's mark is the last thing in the head. */
static inline void blo_head(uint8_t head[BLO_HEAD]) {
    memset(head, 0, BLO_HEAD);
    memcpy(head, "IMGBLO\x02\x01", 8);
    put(head + 8, 90, 4, 0);
    put(head + 12, BLO_FIRST, 4, 0);
    put(head + 20, 16, 2, 0);
    put(head + 24, 3, 2, 0);
    put(head + 26, 2, 2, 0);
    put_double(head + 30, 12.8);
    put_double(head + 38, 12.8);
    put(head + 46, 200000, 4, 0);
    put(head + 50, 5000, 2, 0); /* 50 pixels a centimetre: 0.2 mm */
    put(head + 52, 2000, 4, 0); /* 200 mm */
    head[BLO_FIRST] = 0xAA;
    head[BLO_FIRST + 1] = 0x55;
}

enum { MRC_EXTENDED = 768, MRC_HEAD = 1024 + MRC_EXTENDED };

/* 12 patterns of 5 x 4, with Thermo Fisher's extended header. */
static inline void mrc_head(uint8_t head[MRC_HEAD], int mode, int big) {
    memset(head, 0, MRC_HEAD);
    put(head, 5, 4, big);
    put(head + 4, 4, 4, big);
    put(head + 8, 12, 4, big);
    put(head + 12, (uint64_t)mode, 4, big);
    put(head + 92, MRC_EXTENDED, 4, big);
    memcpy(head + 104, "FEI1", 4);
    memcpy(head + 208, "MAP DD", 6);
    put_double(head + 1024 + 84, 300000);
}

static const char *const mrc_info = "Scan - Enable                 = Enable\r\nScan - Size X = 4\nScan - Size Y Allowed = 7\nScan - Size Y = 3\n"
                              "Scan - ROI Enable = Disable\nScan - ROI Size X = 2\nScan - ROI Size Y = 2\nDiffraction Pixel Size X = 0.1\n"
                              "Specimen Pixel Size X (nanometers) = -1\nInstrument Accelerating Voltage (V) Allowed Values = 1\n"
                              "Instrument Accelerating Voltage (V) = 200000\nFrames Per Second = 500\nScan - Rotation = -12.5\n"
                              "Instrument Project Camera Length (centimeters) = 11.5\n";

/* Patterns of 5 x 4 with a header of 60 bytes each. */
static inline void tvips_head(uint8_t head[64], int version, int bits) {
    memset(head, 0, 64);
    static const int place[] = {0, 2, 3, 10, 12};
    static const uint64_t value[] = {256, 5, 4, 200, 60};
    for (int i = 0; i < 5; i++) put(head + 4 * place[i], value[i], 4, 0);
    put(head + 4, (uint64_t)version, 4, 0);
    put(head + 16, (uint64_t)bits, 4, 0);
}

enum { SEQ_HEAD = 640, SEQ_STRIDE = 16 * 12 * 2 + 8 + 120 };

/* Patterns of 16 x 12 pixels, a time of 8 bytes and zeros behind each. */
static inline void seq_head(uint8_t head[SEQ_HEAD], int version, int bits, int frames) {
    memset(head, 0, SEQ_HEAD);
    put(head, 0xFEED, 4, 0);
    for (int i = 0; i < 10; i++) head[4 + 2 * i] = (uint8_t)"Norpix seq"[i];
    static const int place[] = {548, 552, 560, 564, 568, 580};
    static const uint64_t value[] = {16, 12, 12, 16 * 12 * 2, 100, SEQ_STRIDE};
    for (int i = 0; i < 6; i++) put(head + place[i], value[i], 4, 0);
    put(head + 28, (uint64_t)version, 4, 0);
    put(head + 32, 1024, 4, 0);
    put(head + 556, (uint64_t)bits, 4, 0);
    put(head + 572, (uint64_t)frames, 4, 0);
    put_double(head + 584, 400);
}

/* ---- DM3, DM4 ---------------------------------------------------------------- */

typedef struct {
    uint8_t bytes[4096];
    size_t n, data_at;
    int width; /* bytes of a length: 4 or 8 */
    int big_values;
} dm_file;

static inline void dm_put(dm_file *f, uint64_t value, int bytes, int big) {
    assert(f->n + (size_t)bytes <= sizeof f->bytes);
    for (int i = 0; i < bytes; i++) f->bytes[f->n + (size_t)(big ? bytes - 1 - i : i)] = (uint8_t)(value >> 8 * i);
    f->n += (size_t)bytes;
}

static inline void dm_length(dm_file *f, uint64_t value) { dm_put(f, value, f->width, 1); }

static inline void dm_tag(dm_file *f, int kind, const char *name) {
    dm_put(f, (uint64_t)kind, 1, 1);
    dm_put(f, strlen(name), 2, 1);
    for (const char *p = name; *p; p++) dm_put(f, (uint8_t)*p, 1, 1);
    if (f->width == 8) dm_put(f, 0, 8, 1);
}

static inline void dm_group(dm_file *f, const char *name, int tags) {
    dm_tag(f, 20, name);
    dm_put(f, 0, 2, 1);
    dm_length(f, (uint64_t)tags);
}

static inline void dm_integer(dm_file *f, const char *name, int type, int bytes, uint64_t value) {
    dm_tag(f, 21, name);
    dm_put(f, 0x25252525, 4, 1);
    dm_length(f, 1);
    dm_length(f, (uint64_t)type);
    dm_put(f, value, bytes, f->big_values);
}

static inline void dm_real(dm_file *f, const char *name, float value) {
    uint32_t bits;
    memcpy(&bits, &value, sizeof bits);
    dm_integer(f, name, 6, 4, bits);
}

static inline void dm_array(dm_file *f, const char *name, int type, size_t count) {
    dm_tag(f, 21, name);
    dm_put(f, 0x25252525, 4, 1);
    dm_length(f, 3);
    dm_length(f, 20);
    dm_length(f, (uint64_t)type);
    dm_length(f, count);
}

static inline void dm_text(dm_file *f, const char *name, const char *value) {
    dm_array(f, name, 4, strlen(value));
    for (; *value; value++) dm_put(f, (uint8_t)*value, 2, f->big_values);
}

typedef struct {
    int version, big_values, dimensions, swapped; /* swapped < 0: not said */
    const int *size;
    const char *const *unit;
    const char *format;
} dm_recipe;

static inline void dm_picture(dm_file *f, const dm_recipe *r, int type, int element, int bytes) {
    size_t pixels = 1;
    dm_group(f, "", 2);
    dm_group(f, "ImageData", 4);
    dm_group(f, "Calibrations", 1);
    dm_group(f, "Dimension", r->dimensions);
    for (int i = 0; i < r->dimensions; i++) {
        dm_group(f, "", 3);
        dm_real(f, "Origin", 7);
        dm_real(f, "Scale", i < 2 ? 0.25f : 3);
        dm_text(f, "Units", r->unit[i]);
        pixels *= (size_t)r->size[i];
    }
    dm_array(f, "Data", element, pixels);
    f->data_at = f->n;
    for (size_t i = 0; i < pixels && pixels <= 1000; i++) dm_put(f, i, bytes, f->big_values); /* more are left out */
    dm_integer(f, "DataType", 5, 4, (uint64_t)type);
    dm_group(f, "Dimensions", r->dimensions);
    for (int i = 0; i < r->dimensions; i++) dm_integer(f, "", 5, 4, (uint64_t)r->size[i]);
    dm_group(f, "ImageTags", 2);
    dm_group(f, "Microscope Info", 3);
    dm_real(f, "Voltage", 200000);
    dm_real(f, "STEM Camera Length", 115);
    dm_tag(f, 21, "a structure of a number and a byte, which is passed over");
    dm_put(f, 0x25252525, 4, 1);
    for (int i = 0; i < 8; i++) dm_length(f, (uint64_t[]){7, 15, 0, 2, 0, 7, 0, 8}[i]);
    dm_put(f, 0, 8, 1);
    dm_put(f, 0, 1, 1);
    dm_group(f, "Meta Data", r->swapped < 0 ? 1 : 2);
    dm_text(f, "Format", r->format);
    if (r->swapped >= 0) dm_integer(f, "Data Order Swapped", 8, 1, (uint64_t)r->swapped);
}

static inline void dm_begin(dm_file *f, const dm_recipe *r, int images) {
    memset(f, 0, sizeof *f);
    f->width = r->version == 4 ? 8 : 4;
    f->big_values = r->big_values;
    dm_put(f, (uint64_t)r->version, 4, 1);
    dm_length(f, 0);
    dm_put(f, !r->big_values, 4, 1);
    dm_put(f, 0, 2, 1);
    dm_length(f, 2);
    dm_integer(f, "InImageMode", 5, 4, 1);
    dm_group(f, "ImageList", images);
}

static inline void dm_write(dm_file *f, const dm_recipe *r, int type, int element, int bytes) {
    static const int two[] = {3, 2};
    static const char *const none[] = {"", ""};
    dm_recipe colours = {r->version, r->big_values, 2, -1, two, none, ""};
    dm_begin(f, r, 2);
    dm_picture(f, &colours, 23, 3, 4);
    dm_picture(f, r, type, element, bytes);
    dm_length(f, 0); /* what comes after the tree does not matter */
}

#endif
