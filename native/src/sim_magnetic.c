/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * A magnetic glass with a shear band: two domains with a 180 degree wall between them, whose induction deflects the whole pattern.
 */
#include <math.h>

#include "error.h"
#include "sim_sample.h"

/* The wall goes through the middle of the scan; the induction lies along it, so that it has no divergence. */
#define WALL_DEG 65.0 /* counter-clockwise on screen: across most of the band's strain */
#define WALL_NM 30.0

/* e / h in (1/Angstrom) / (T nm). */
#define DEFLECTION (1 / (4.135667696e-15 * 1e10 * 1e9))

/* T, scan frame, y up. */
static void induction_at(const vitro_sample *sample, double x_nm, double y_nm, double B[2]) {
    double angle = WALL_DEG * acos(-1) / 180, across = cos(angle) * y_nm - sin(angle) * x_nm;
    double along = sample->options.field_t * tanh(across / WALL_NM);
    B[0] = along * cos(angle);
    B[1] = along * sin(angle);
}

void sim_magnetic_at(const vitro_sample *sample, double x_nm, double y_nm, sim_place *place) {
    double B[2], px = DEFLECTION * sample->options.thickness_nm / sample->glass.q_per_px;
    sim_band_at(sample, x_nm, y_nm, place);
    induction_at(sample, x_nm, y_nm, B);
    /* The force on an electron that flies away from the viewer is along (-By, Bx); detector y is down. */
    place->center[0] -= px * B[1];
    place->center[1] -= px * B[0];
}

vitro_status vitro_sample_induction(const vitro_sample *sample, float *out) {
    if (sample == NULL || out == NULL)
        return vitro_fail(VITRO_ARGUMENT, "sample data: no sample or no room for its truth");
    const vitro_sample_options *o = &sample->options;
    size_t w = (size_t)o->scan_x, n = w * (size_t)o->scan_y;
    for (size_t i = 0; i < n; i++) {
        double B[2] = {0, 0}, x, y;
        sim_sample_position(sample, (int)(i % w), (int)(i / w), &x, &y);
        if (o->kind == VITRO_MAGNETIC)
            induction_at(sample, x, y, B);
        out[i] = (float)B[0];
        out[n + i] = (float)B[1];
        out[2 * n + i] = (float)hypot(B[0], B[1]);
        out[3 * n + i] = (float)(atan2(B[1], B[0]) * 180 / acos(-1));
    }
    return VITRO_OK;
}
