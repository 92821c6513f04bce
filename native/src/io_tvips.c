/* TVIPS (EMPlified recorder): a header in the first part of a recording, then in each part the patterns, each after a header of
 * its own. Little-endian. The unit of its pixel size is not certain, so it is not taken.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "io_bytes.h"
#include "io_layout.h"

#include <math.h>

enum { HEADER = 52, OLD_FRAME_HEADER = 12, INDEX = 48 }; /* INDEX: of the scan position in a pattern's header, 4 bytes */

static int64_t word(const uint8_t *head, int i) { return (int64_t)vitro_bytes_integer(head + 4 * i, 4, false); }

vitro_status vitro_layout_tvips(const uint8_t *head, size_t n, int64_t file_bytes, int part, vitro_layout *layout, vitro_metadata *meta) {
    vitro_layout tvips;
    vitro_metadata found;
    vitro_layout_clear(&tvips, &found);
    if (n < HEADER || word(head, 0) < HEADER || word(head, 0) > 1 << 20 || word(head, 1) < 1 || word(head, 1) > 2)
        return vitro_fail(VITRO_FORMAT, "TVIPS: no header of version 1 or 2 at the beginning of the first part, or it is cut off (%zu bytes seen)", n);
    int64_t bits = word(head, 4), frame_header = word(head, 1) == 1 ? OLD_FRAME_HEADER : word(head, 12);
    double voltage = (double)word(head, 10); /* kV or V */
    tvips.type = bits == 8 ? VITRO_U8 : bits == 16 ? VITRO_U16 : 0;
    tvips.width = word(head, 2);
    tvips.height = word(head, 3);
    if (!tvips.type) return vitro_fail(VITRO_FORMAT, "TVIPS: pixels of %lld bits; 8 and 16 can be read", (long long)bits);
    tvips.offset = (part == 0 ? word(head, 0) : 0) + frame_header;
    tvips.row_stride = vitro_stored_row_bytes(&tvips);
    if (tvips.row_stride < 1 || tvips.height < 1 || tvips.height > VITRO_MAX_PIXELS / tvips.width) return vitro_layout_check(&tvips, "TVIPS");
    tvips.frame_stride = vitro_stored_frame_bytes(&tvips) + frame_header;
    vitro_status status = vitro_layout_count(&tvips, file_bytes, "TVIPS");
    if (status) return status;
    found.voltage_kv = voltage > 3000 ? 1e-3 * voltage : voltage > 0 ? voltage : NAN;
    if (word(head, 1) == 2 && frame_header >= INDEX + 4) found.scan_index_at = (double)(INDEX - frame_header);
    *layout = tvips;
    if (meta) *meta = found;
    return VITRO_OK;
}
