/* Which pixels a virtual detector counts, as runs along the rows.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef VITRO_VIRTUAL_DETECTOR_H
#define VITRO_VIRTUAL_DETECTOR_H

#include "error.h"
#include "kernels_virtual.h"

/* from <= x < to */
typedef struct {
    int32_t from, to;
} interval;

/* Sorted intervals of every row: those of row y are at[first[y]] .. at[first[y + 1] - 1]. */
typedef struct {
    int32_t *first;
    interval *at;
    int most; /* in a row */
} interval_rows;

typedef struct {
    vitro_detector of;      /* without its arrays */
    int width, height;
    interval_rows pixels;   /* first = NULL: the radii hold */
    interval_rows unmasked;
    int64_t capacity;       /* runs that detector_runs writes at most */
} virtual_detector;

/* Checks and copies; detector_free after success and after failure. */
vitro_status detector_init(virtual_detector *d, const vitro_detector *from, int width, int height);
void detector_free(virtual_detector *d);

/* The runs where the pattern's centre is at x, y; returns their number. row_room: detector_room intervals for the caller's thread. */
int64_t detector_runs(const virtual_detector *d, double x, double y, interval *row_room, pixel_run *out);
size_t detector_room(const virtual_detector *d);

/* The same in new memory for the detector's own centre; VITRO_DATA if no pixel counts. */
vitro_status detector_own_runs(const virtual_detector *d, pixel_run **runs, int64_t *count);

#endif
