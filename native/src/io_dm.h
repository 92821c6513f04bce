/* The tags of a DM3 or DM4 file. SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef VITRO_IO_DM_H
#define VITRO_IO_DM_H

#include "io_layout.h"

enum { DM_DIMENSIONS = 4, DM_TEXT = 24 };

/* What the tags say of one image of the file; NaN and "" = nothing. Dimension 0 is the one whose neighbours lie side by side. */
typedef struct {
    double type; /* Gatan's number of the pixel type */
    int dimensions;
    double size[DM_DIMENSIONS + 1], scale[DM_DIMENSIONS + 1];
    char unit[DM_DIMENSIONS + 1][DM_TEXT], format[DM_TEXT];
    int64_t data_at, data_bytes;
    double volt, camera_mm, order_swapped;
    int calibrations;
} dm_image;

/* The largest image of numbers. Of the file only pieces are known: pieces[2 i] = where the i-th begins in the file,
 * pieces[2 i + 1] = its length, in ascending order, all of them one after another in bytes. *missing = where bytes are needed; -1 = done. */
vitro_status vitro_dm_read(const uint8_t *bytes, size_t n, const int64_t *pieces, int count, int64_t file_bytes, dm_image *image,
                           bool *big_endian, int64_t *missing);

/* vitro_type of Gatan's number; 0 = colours, complex or unknown. */
int vitro_dm_type(double type);

#endif
