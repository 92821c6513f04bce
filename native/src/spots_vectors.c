/* Diffraction vectors of spots, and the angles between neighbours.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include <math.h>
#include <stdlib.h>

#include "error.h"

static const double DEGREES = 57.295779513082320877;

typedef struct {
    double azimuth;
    int64_t spot;
} direction;

static int by_azimuth(const void *a, const void *b) {
    double x = ((const direction *)a)->azimuth, y = ((const direction *)b)->azimuth;
    return (x > y) - (x < y);
}

/* Vector in the round frame, its length and azimuth on screen. */
static void measure(const vitro_geometry *g, const double *spot, double *out) {
    double dx = spot[VITRO_SPOT_X] - g->center_x, dy = spot[VITRO_SPOT_Y] - g->center_y;
    double x = g->ellipse_xx * dx + g->ellipse_xy * dy, y = -(g->ellipse_xy * dx + g->ellipse_yy * dy);
    out[VITRO_VECTOR_X] = x;
    out[VITRO_VECTOR_Y] = y;
    out[VITRO_VECTOR_LENGTH] = hypot(x, y);
    out[VITRO_VECTOR_AZIMUTH] = fmod(atan2(y, x) * DEGREES + 360, 360);
}

vitro_status vitro_spot_vectors(const vitro_geometry *geometry, const double *spots, int64_t count, double *vectors) {
    direction *around = vitro_alloc((size_t)count + 1, sizeof *around);
    if (!around) return VITRO_MEMORY;
    for (int64_t i = 0; i < count; i++) {
        double *v = vectors + i * VITRO_VECTOR_FIELDS;
        measure(geometry, spots + i * VITRO_SPOT_FIELDS, v);
        v[VITRO_VECTOR_NEXT] = v[VITRO_VECTOR_ANGLE] = v[VITRO_VECTOR_ANGLE_SIGMA] = NAN;
        around[i] = (direction){v[VITRO_VECTOR_AZIMUTH], i};
    }
    qsort(around, (size_t)count, sizeof *around, by_azimuth);
    for (int64_t i = 0; i < count && count > 1; i++) {
        int64_t from = around[i].spot, to = around[(i + 1) % count].spot;
        double *v = vectors + from * VITRO_VECTOR_FIELDS, turn = vectors[to * VITRO_VECTOR_FIELDS + VITRO_VECTOR_AZIMUTH] - v[VITRO_VECTOR_AZIMUTH];
        v[VITRO_VECTOR_NEXT] = (double)to;
        v[VITRO_VECTOR_ANGLE] = turn > 0 ? turn : turn + 360;
        v[VITRO_VECTOR_ANGLE_SIGMA] = DEGREES * hypot(spots[from * VITRO_SPOT_FIELDS + VITRO_SPOT_SIGMA] / v[VITRO_VECTOR_LENGTH],
                                                      spots[to * VITRO_SPOT_FIELDS + VITRO_SPOT_SIGMA] / vectors[to * VITRO_VECTOR_FIELDS + VITRO_VECTOR_LENGTH]);
    }
    free(around);
    return VITRO_OK;
}
