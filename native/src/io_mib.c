/* Merlin (Quantum Detectors) .mib: before every frame a header of comma-separated text,
 *   MQ1,sequence,header bytes,chips,columns,rows,U08|U16|U32|R64,NX x NY,chip select,time,exposure s,...,MQ1A,time,exposure ns,depth
 * then the pixels, big-endian. The .hdr beside it tells the frames of the acquisition and of each trigger (= scan row).
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "io_layout.h"

#include <math.h>

enum { CHIP = 256 }; /* columns of a Medipix3 chip */

typedef struct {
    int64_t header_bytes, chips, columns, rows, depth;
    vitro_text type, assembly;
    double exposure_s;
} mib_header;

/* The field after this many commas; begin = NULL past the end. */
static vitro_text field(vitro_text text, int commas) {
    for (int i = 0; i < commas; i++) text = vitro_text_after(text, ",");
    return text.begin ? vitro_text_before(text, ",") : text;
}

static bool read_header(vitro_text text, mib_header *h) {
    if (!vitro_text_starts(text, "MQ") || !vitro_text_integer(field(text, 2), &h->header_bytes)) return false;
    if (h->header_bytes < 64 || h->header_bytes > text.end - text.begin) return false;
    text.end = text.begin + h->header_bytes;
    h->type = field(text, 6);
    h->assembly = field(text, 7);
    while (h->assembly.begin && h->assembly.begin < h->assembly.end && *h->assembly.begin == ' ') h->assembly.begin++;
    h->exposure_s = vitro_text_number(field(text, 10));
    if (!vitro_text_integer(field(vitro_text_after(text, ",MQ1A,"), 2), &h->depth)) h->depth = 0;
    return vitro_text_integer(field(text, 3), &h->chips) && vitro_text_integer(field(text, 4), &h->columns) &&
           vitro_text_integer(field(text, 5), &h->rows) && h->type.begin && h->assembly.begin;
}

/* The value of a line 'Name (...):<tab>value' of the .hdr file. */
static bool sidecar_integer(vitro_text sidecar, const char *name, int64_t *value) {
    vitro_text line = vitro_text_before(vitro_text_after(sidecar, name), "\n");
    return vitro_text_integer(vitro_text_after(line, ":"), value);
}

/* Raw readout: rows of all chips as 64-bit words; the header's columns are doubled for 24 bits. */
static vitro_status raw_readout(const mib_header *h, vitro_layout *layout) {
    static const int types[25] = {[1] = VITRO_U1, [6] = VITRO_U8, [12] = VITRO_U16, [24] = VITRO_U32};
    bool quad = h->chips == 4 && vitro_text_starts(h->assembly, "2x2");
    if (h->depth < 1 || h->depth > 24 || !types[h->depth])
        return vitro_fail(VITRO_FORMAT, "MIB: raw readout with a counter of %lld bits; 1, 6, 12 and 24 are known", (long long)h->depth);
    if ((h->chips != 1 && !quad) || h->rows > VITRO_MAX_PIXELS / (4 * CHIP) ||
        (h->columns != h->chips * CHIP && (h->depth != 24 || h->columns != 2 * h->chips * CHIP)))
        return vitro_fail(VITRO_FORMAT,
                          "MIB: raw readout of %lld chips with %lld x %lld pixels; one chip (256 columns) and 2 x 2 chips (1024) are known",
                          (long long)h->chips, (long long)h->columns, (long long)h->rows);
    layout->type = types[h->depth];
    layout->counter_depth = h->depth;
    layout->packing = quad ? VITRO_PACK_R64_QUAD : VITRO_PACK_R64;
    layout->width = quad ? 2 * CHIP : CHIP;
    layout->height = quad ? 2 * h->rows : h->rows;
    return VITRO_OK;
}

static vitro_status pixels(const mib_header *h, vitro_layout *layout) {
    if (vitro_text_starts(h->type, "R64")) return raw_readout(h, layout);
    layout->type = vitro_text_starts(h->type, "U08")   ? VITRO_U8
                   : vitro_text_starts(h->type, "U16") ? VITRO_U16
                   : vitro_text_starts(h->type, "U32") ? VITRO_U32
                                                       : 0;
    layout->width = h->columns;
    layout->height = h->rows;
    if (layout->type) return VITRO_OK;
    return vitro_fail(VITRO_FORMAT, "MIB: pixel type '%.*s' in the header; U08, U16, U32 and R64 are known",
                      (int)(h->type.end - h->type.begin > 8 ? 8 : h->type.end - h->type.begin), h->type.begin);
}

/* A trigger for each scan row is how Merlin is driven by a scan; one frame a trigger, or one trigger in all, tells nothing. */
static void scan_shape(vitro_text sidecar, vitro_layout *layout, vitro_metadata *meta) {
    int64_t frames, row;
    if (sidecar_integer(sidecar, "Frames in Acquisition", &frames)) meta->announced_frames = (double)frames;
    else return;
    if (sidecar_integer(sidecar, "ScanX", &layout->scan_x) && sidecar_integer(sidecar, "ScanY", &layout->scan_y)) return;
    layout->scan_x = layout->scan_y = 0;
    if (!sidecar_integer(sidecar, "Frames per Trigger", &row) || row < 2 || row >= frames || frames % row) return;
    layout->scan_x = row;
    layout->scan_y = frames / row;
}

vitro_status vitro_layout_mib(const uint8_t *head, size_t n, int64_t file_bytes, const char *sidecar, size_t sidecar_n,
                              vitro_layout *layout, vitro_metadata *meta) {
    vitro_layout mib;
    vitro_metadata found;
    mib_header header;
    vitro_text hdr = {sidecar, sidecar ? sidecar + sidecar_n : NULL};
    vitro_layout_clear(&mib, &found);
    if (!read_header((vitro_text){(const char *)head, (const char *)head + n}, &header))
        return vitro_fail(VITRO_FORMAT, "MIB: no Merlin header 'MQ1,...' at the beginning, or it is cut off (%lld bytes in the file)",
                          (long long)file_bytes);
    if (!header.depth && !sidecar_integer(hdr, "Counter Depth", &header.depth)) header.depth = 0;
    vitro_status status = pixels(&header, &mib);
    if (status) return status;
    mib.big_endian = 1;
    mib.offset = header.header_bytes;
    mib.row_stride = vitro_stored_row_bytes(&mib);
    if (mib.row_stride < 1 || mib.height < 1 || mib.height > VITRO_MAX_PIXELS / mib.width) return vitro_layout_check(&mib, "MIB");
    mib.frame_stride = header.header_bytes + vitro_stored_frame_bytes(&mib);
    status = vitro_layout_count(&mib, file_bytes, "MIB");
    if (status) return status;
    scan_shape(hdr, &mib, &found);
    found.exposure_ms = 1e3 * header.exposure_s;
    *layout = mib;
    if (meta) *meta = found;
    return VITRO_OK;
}
