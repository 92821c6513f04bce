/* From the detector's frame (pixels, y down) to the scan's frame on screen (y up): a flip kx -> -kx first, then a rotation counter-clockwise.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef VITRO_SCAN_FRAME_H
#define VITRO_SCAN_FRAME_H

#include <math.h>

typedef struct {
    double xx, xy, yx, yy;
} scan_frame;

static inline scan_frame scan_frame_of(int flip, double rotation_deg) {
    double a = rotation_deg * (3.14159265358979323846 / 180), c = cos(a), s = sin(a), x = flip ? -1 : 1;
    return (scan_frame){c * x, s, s * x, -c};
}

/* v = the detector vector d in the scan's frame. */
static inline void scan_frame_turn(const scan_frame *f, const double d[2], double v[2]) {
    v[0] = f->xx * d[0] + f->xy * d[1];
    v[1] = f->yx * d[0] + f->yy * d[1];
}

/* Direction in degrees, (-180, 180]. */
static inline float scan_frame_angle(double x, double y) {
    float angle = (float)(atan2(y, x) * (180 / 3.14159265358979323846));
    return angle == -180 ? 180 : angle;
}

#endif
