/* SEQ (Norpix StreamPix; Direct Electron): a header of 1024 or, from version 5 on, 8192 bytes, then the patterns at equal distances, each followed by its
 * time. Little-endian. The units of what Direct Electron writes beside it ('.seq.metadata') are not certain, so it is not taken.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "io_bytes.h"
#include "io_layout.h"

#include <math.h>

enum { HEADER = 628, OLD_OFFSET = 1024, NEW_OFFSET = 8192, MONOCHROME = 100, BAYER = 101 };

static int64_t word(const uint8_t *head, int at) { return (int64_t)vitro_bytes_integer(head + at, 4, false); }

static vitro_status check_header(const uint8_t *head, size_t n, int64_t file_bytes) {
    if (n < HEADER || word(head, 0) != 0xFEED || memcmp(head + 4, "N\0o\0r\0p\0i\0x\0", 12) != 0)
        return vitro_fail(VITRO_FORMAT, "SEQ: no header of Norpix at the beginning, or it is cut off (%zu of %lld bytes seen)", n, (long long)file_bytes);
    int64_t format = word(head, 568), compression = word(head, 620);
    if (format != 0 && format != MONOCHROME && format != BAYER)
        return vitro_fail(VITRO_FORMAT, "SEQ: pixels of format %lld; only monochrome ones (100) can be read", (long long)format);
    if (compression != 0)
        return vitro_fail(VITRO_FORMAT, "SEQ: the patterns are compressed (way %lld); only uncompressed ones can be read", (long long)compression);
    return VITRO_OK;
}

vitro_status vitro_layout_seq(const uint8_t *head, size_t n, int64_t file_bytes, vitro_layout *layout, vitro_metadata *meta) {
    vitro_layout seq;
    vitro_metadata found;
    vitro_layout_clear(&seq, &found);
    vitro_status status = check_header(head, n, file_bytes);
    if (status) return status;
    int64_t bits = word(head, 556), declared = word(head, 572), distance = word(head, 580);
    double rate = vitro_bytes_double(head + 584, false);
    seq.type = bits == 8 ? VITRO_U8 : bits == 16 ? VITRO_U16 : bits == 32 ? VITRO_U32 : 0;
    seq.width = word(head, 548);
    seq.height = word(head, 552);
    if (!seq.type) return vitro_fail(VITRO_FORMAT, "SEQ: pixels of %lld bits; 8, 16 and 32 can be read", (long long)bits);
    seq.offset = word(head, 28) >= 5 ? NEW_OFFSET : OLD_OFFSET;
    seq.row_stride = vitro_stored_row_bytes(&seq);
    seq.frame_stride = distance;
    status = vitro_layout_count(&seq, file_bytes, "SEQ");
    if (status) return status;
    if (declared > 0 && seq.frames > declared) seq.frames = declared;
    if (declared > 0) found.announced_frames = (double)declared;
    if (rate > 0 && isfinite(rate)) found.exposure_ms = 1e3 / rate;
    *layout = seq;
    if (meta) *meta = found;
    return VITRO_OK;
}
