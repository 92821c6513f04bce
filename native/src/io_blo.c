/* ASTAR (NanoMegas) block file: a header, a small bright-field image, then the patterns, square, 8 bits, each after
 * six bytes (AA 55 and its number). Little-endian.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "io_bytes.h"
#include "io_layout.h"

#include <math.h>

enum { HEADER = 64, MARK = 6 }; /* bytes of the header that are read, bytes before each pattern */

/* Camera length in tenths of a millimetre, detector pixels in hundredths of a pixel per centimetre. */
static void read_metadata(const uint8_t *head, vitro_metadata *meta) {
    double volt = (double)vitro_bytes_integer(head + 46, 4, false);
    double pixel_mm = 1000.0 / (double)vitro_bytes_integer(head + 50, 2, false);
    double step_x = vitro_bytes_double(head + 30, false), step_y = vitro_bytes_double(head + 38, false);
    double camera_mm = 0.1 * (double)vitro_bytes_integer(head + 52, 4, false);
    meta->voltage_kv = volt > 0 ? 1e-3 * volt : NAN;
    meta->camera_length_mm = camera_mm > 0 ? camera_mm : NAN;
    if (isfinite(pixel_mm)) meta->q_per_px = pixel_mm / meta->camera_length_mm / vitro_wavelength(meta->voltage_kv);
    if (fabs(step_x - step_y) <= 0.01 * step_x) meta->scan_step_nm = step_x;
}

vitro_status vitro_layout_blo(const uint8_t *head, size_t n, int64_t file_bytes, vitro_layout *layout, vitro_metadata *meta) {
    vitro_layout blo;
    vitro_metadata found;
    vitro_layout_clear(&blo, &found);
    if (n < HEADER || memcmp(head, "IMGBLO", 6) != 0)
        return vitro_fail(VITRO_FORMAT, "BLO: no header 'IMGBLO' of %d bytes at the beginning, or it is cut off (%lld bytes in the file)", HEADER,
                          (long long)file_bytes);
    int64_t first = (int64_t)vitro_bytes_integer(head + 12, 4, false);
    blo.type = VITRO_U8;
    blo.width = blo.height = blo.row_stride = (int64_t)vitro_bytes_integer(head + 20, 2, false);
    blo.scan_x = (int64_t)vitro_bytes_integer(head + 24, 2, false);
    blo.scan_y = (int64_t)vitro_bytes_integer(head + 26, 2, false);
    blo.offset = first + MARK;
    blo.frame_stride = blo.width * blo.height + MARK;
    if (blo.scan_x < 1 || blo.scan_y < 1)
        return vitro_fail(VITRO_FORMAT, "BLO: a scan of %lld x %lld in the header", (long long)blo.scan_x, (long long)blo.scan_y);
    vitro_status status = vitro_layout_count(&blo, file_bytes, "BLO");
    if (status) return status;
    if (first < HEADER || ((size_t)first + 2 <= n && (head[first] != 0xAA || head[first + 1] != 0x55)))
        return vitro_fail(VITRO_FORMAT, "BLO: no pattern begins at byte %lld, where the header says that the first one is", (long long)first);
    if (blo.frames > blo.scan_x * blo.scan_y) blo.frames = blo.scan_x * blo.scan_y;
    found.announced_frames = (double)(blo.scan_x * blo.scan_y);
    read_metadata(head, &found);
    *layout = blo;
    if (meta) *meta = found;
    return VITRO_OK;
}
