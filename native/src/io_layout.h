/* What the header readers share: checked sizes, and numbers read from bytes.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef VITRO_IO_LAYOUT_H
#define VITRO_IO_LAYOUT_H

#include "error.h"

#include <stdbool.h>

/* A decoded frame of 32-bit pixels must fit into 2 GiB, the most that ImageJ and a Java buffer hold. */
#define VITRO_MAX_PIXELS ((int64_t)INT32_MAX / 4)

/* Bytes of a row of the stored frame (of all four chips for R64_QUAD); -1 = not a known layout or too large. */
int64_t vitro_stored_row_bytes(const vitro_layout *layout);

/* Bytes of a stored frame from its first pixel to its last; -1 = too large for a number. */
int64_t vitro_stored_frame_bytes(const vitro_layout *layout);

/* VITRO_FORMAT, with the numbers, unless type, packing, sizes and strides make sense together. */
vitro_status vitro_layout_check(const vitro_layout *layout, const char *format);

/* The same for a scattered layout. */
vitro_status vitro_scattered_check(const vitro_layout *layout, const char *format);

/* Makes a layout of known type, offset, width, height and scan shape scattered: scan positions follow each other without gaps, and detector pixels do.
 * columns: down the columns first, for the scan and for the detector. VITRO_FORMAT if the file has not that many bytes. */
vitro_status vitro_scattered_layout(vitro_layout *layout, bool columns, int64_t file_bytes, const char *format);

/* Checks, and counts the whole frames that lie in a file of that length: VITRO_FORMAT if there is not one. */
vitro_status vitro_layout_count(vitro_layout *layout, int64_t file_bytes, const char *format);

/* A layout of zeros and metadata that says nothing. */
void vitro_layout_clear(vitro_layout *layout, vitro_metadata *meta);

/* Relativistic wavelength in Angstrom (2.5079 pm at 200 kV). */
double vitro_wavelength(double kilovolt);

/* Text between two pointers; never NUL-terminated. */
typedef struct {
    const char *begin, *end;
} vitro_text;

/* What follows the first 'key'; begin = NULL if there is none. */
vitro_text vitro_text_after(vitro_text text, const char *key);

/* The part before the first 'mark', or all of it. */
vitro_text vitro_text_before(vitro_text text, const char *mark);

/* True if text begins with it. */
bool vitro_text_starts(vitro_text text, const char *start);

/* A decimal integer >= 0 after blanks; false if there is none or it does not fit. */
bool vitro_text_integer(vitro_text text, int64_t *value);

/* A decimal number with '.' whatever the locale (which a JVM sets, and strtod obeys); NaN if there is none. */
double vitro_text_number(vitro_text text);

#endif
