/* MRC (MRC2014 and older; Direct Electron, Thermo Fisher): 1024 bytes of header, an extended header of any length,
 * then the patterns. Direct Electron writes a text file of lines 'Name = value' beside it.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "io_bytes.h"
#include "io_layout.h"

#include <math.h>

enum { HEADER = 1024, FEI_VOLTAGE = 84 }; /* V, a double in the first block of Thermo Fisher's extended header */

/* The value of the line that is 'name', blanks, '=', value; names that only begin so are passed over. */
static vitro_text info_value(vitro_text info, const char *name) {
    vitro_text rest = vitro_text_after(info, name);
    for (; rest.begin; rest = vitro_text_after(rest, name)) {
        const char *p = rest.begin;
        while (p < rest.end && (*p == ' ' || *p == '\t')) p++;
        if (p < rest.end && *p == '=') return vitro_text_before((vitro_text){p + 1, rest.end}, "\n");
    }
    return rest;
}

/* NaN also for the -1 that means 'not known'. */
static double info_number(vitro_text info, const char *name) {
    double value = vitro_text_number(info_value(info, name));
    return value > 0 ? value : NAN;
}

static bool info_says(vitro_text info, const char *name, const char *word) {
    return vitro_text_after(info_value(info, name), word).begin != NULL;
}

static void read_info(vitro_text info, vitro_layout *layout, vitro_metadata *meta) {
    int64_t x, y;
    bool raster = !info_value(info, "Scan - Type").begin || info_says(info, "Scan - Type", "Raster");
    bool part = info_says(info, "Scan - ROI Enable", "Enable");
    if (info_says(info, "Scan - Enable", "Enable") && raster &&
        vitro_text_integer(info_value(info, part ? "Scan - ROI Size X" : "Scan - Size X"), &x) &&
        vitro_text_integer(info_value(info, part ? "Scan - ROI Size Y" : "Scan - Size Y"), &y) && x > 0 && y > 0) {
        layout->scan_x = x;
        layout->scan_y = y;
    }
    meta->voltage_kv = 1e-3 * info_number(info, "Instrument Accelerating Voltage (V)");
    meta->camera_length_mm = 10 * info_number(info, "Instrument Project Camera Length (centimeters)");
    meta->q_per_px = 0.1 * info_number(info, "Diffraction Pixel Size X");
    meta->scan_step_nm = info_number(info, "Specimen Pixel Size X (nanometers)");
    meta->exposure_ms = 1e3 / info_number(info, "Frames Per Second");
    meta->rotation_deg = vitro_text_number(info_value(info, "Scan - Rotation"));
}

/* Bytes are signed in MRC2014; unsigned as Direct Electron and, unless a flag says otherwise, IMOD write them. */
static int mrc_type(int64_t mode, const uint8_t *head, bool big_endian, bool has_info) {
    bool imod = vitro_bytes_integer(head + 152, 4, big_endian) == 1146047817;
    bool is_signed = imod ? head[big_endian ? 159 : 156] & 1 : !has_info;
    switch (mode) {
    case 0: return is_signed ? VITRO_I8 : VITRO_U8;
    case 1: return VITRO_I16;
    case 2: return VITRO_F32;
    case 6: return VITRO_U16;
    case 12: return VITRO_F16;
    default: return 0;
    }
}

static int64_t header_integer(const uint8_t *head, int word, bool big_endian) {
    return (int32_t)vitro_bytes_integer(head + 4 * word, 4, big_endian);
}

vitro_status vitro_layout_mrc(const uint8_t *head, size_t n, int64_t file_bytes, const char *info, size_t info_n,
                              vitro_layout *layout, vitro_metadata *meta) {
    vitro_layout mrc;
    vitro_metadata found;
    vitro_text text = {info_n ? info : NULL, info_n ? info + info_n : NULL};
    vitro_layout_clear(&mrc, &found);
    if (n < HEADER)
        return vitro_fail(VITRO_FORMAT, "MRC: the header has %d bytes, the file %lld: it is cut off", HEADER, (long long)file_bytes);
    bool big = vitro_bytes_integer(head, 4, true) < vitro_bytes_integer(head, 4, false); /* the columns are a small number */
    int64_t mode = header_integer(head, 3, big), declared = header_integer(head, 2, big), extended = header_integer(head, 23, big);
    mrc.type = mrc_type(mode, head, big, text.begin != NULL);
    mrc.big_endian = big;
    mrc.width = header_integer(head, 0, big);
    mrc.height = header_integer(head, 1, big);
    if (!mrc.type)
        return vitro_fail(VITRO_FORMAT, "MRC: pixels of mode %lld; 0 (8 bits), 1 (16 bits signed), 2 (float), 6 (16 bits) and 12 (half float) can be read", (long long)mode);
    if (declared < 1 || extended < 0)
        return vitro_fail(VITRO_FORMAT, "MRC: %lld patterns and %lld bytes of extended header are declared", (long long)declared, (long long)extended);
    mrc.offset = HEADER + extended;
    mrc.row_stride = vitro_stored_row_bytes(&mrc);
    if (mrc.row_stride < 1 || mrc.height < 1 || mrc.height > VITRO_MAX_PIXELS / mrc.width) return vitro_layout_check(&mrc, "MRC");
    mrc.frame_stride = vitro_stored_frame_bytes(&mrc);
    vitro_status status = vitro_layout_count(&mrc, file_bytes, "MRC");
    if (status) return status;
    if (mrc.frames > declared) mrc.frames = declared;
    found.announced_frames = (double)declared;
    if (extended >= FEI_VOLTAGE + 8 && n >= HEADER + FEI_VOLTAGE + 8 && memcmp(head + 104, "FEI", 3) == 0)
        found.voltage_kv = 1e-3 * vitro_bytes_double(head + HEADER + FEI_VOLTAGE, big);
    if (text.begin) read_info(text, &mrc, &found);
    *layout = mrc;
    if (meta) *meta = found;
    return VITRO_OK;
}
