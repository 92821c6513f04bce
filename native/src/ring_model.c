/* The model of the ring profile: what it holds, how the kernels see it, how it is made and shown.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "ring_model.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* How far a pattern's centre may lie from the geometry's, in ring radii: farther away much of the ring leaves the cells. */
static const double REACH = 0.2;

void vitro_ring_model_free(vitro_ring_model *m) {
    if (!m) return;
    free((void *)m->geometry.mask);
    free(m->structure);
    ring_cells_free(m->cells);
    free(m->bin);
    free(m);
}

static vitro_status prepare(vitro_ring_model *m, const reference_job *r, const char *composition, double q_per_px) {
    size_t pixels = (size_t)r->job.frames.width * (size_t)r->job.frames.height;
    vitro_geometry *g = &m->geometry;
    *g = r->geometry;
    g->mask = NULL;
    if (r->mask) {
        uint8_t *mask = vitro_alloc(pixels, 1);
        if (!mask) return VITRO_MEMORY;
        memcpy(mask, r->mask, pixels);
        g->mask = mask;
    }
    m->width = r->job.frames.width;
    m->height = r->job.frames.height;
    double step = r->cells->bin_width, pad = 6 + 0.1 * g->ring_max;
    m->step = step / 16;
    m->start = fmax(0, g->ring_min - pad);
    m->count = (int)((g->ring_max + pad - m->start) / m->step);
    m->structure = vitro_calloc((size_t)m->count, sizeof *m->structure);
    m->smooth.middle = (g->ring_min + g->ring_max) / 2;
    m->setting = (ring_fit_setting){{g->center_x, g->center_y}, {0, 0}, 1, 1, REACH * m->smooth.middle, 1};
    if (composition && composition[0]) {
        if (!(q_per_px > 0)) return vitro_fail(VITRO_ARGUMENT, "a composition needs the scale (1/Angstrom a pixel), which is %g", q_per_px);
        if (strlen(composition) >= sizeof m->smooth.composition) return vitro_fail(VITRO_ARGUMENT, "composition '%.80s...' is too long", composition);
        strcpy(m->smooth.composition, composition);
        m->smooth.q_per_px = q_per_px;
    }
    return m->structure ? VITRO_OK : VITRO_MEMORY;
}

static vitro_status ring_cells_of_model(vitro_ring_model *m) {
    const vitro_geometry *g = &m->geometry;
    double step = ring_bin_width(g->ring_min, g->ring_max);
    vitro_status status = ring_cells_new(g, m->width, m->height, g->ring_min, step, (int)ceil((g->ring_max - g->ring_min) / step - 0.5), &m->cells);
    if (status != VITRO_OK) return status;
    if (!(m->bin = vitro_calloc((size_t)m->cells->bins, sizeof *m->bin))) return VITRO_MEMORY;
    return ring_model_curves(m, m->cells, m->bin, &m->curves);
}

vitro_status vitro_ring_model_new(const vitro_job *job, const char *composition, double q_per_px, vitro_ring_model **model) {
    vitro_status status = vitro_job_expect(job, &reference_method, "reference");
    if (status != VITRO_OK) return status;
    const reference_job *r = (const reference_job *)job;
    vitro_ring_model *m = vitro_calloc(1, sizeof *m);
    if (!m) return VITRO_MEMORY;
    status = prepare(m, r, composition, q_per_px);
    if (status == VITRO_OK) status = ring_model_learn(m, r);
    if (status == VITRO_OK) status = ring_cells_of_model(m);
    if (status != VITRO_OK) {
        vitro_ring_model_free(m);
        return status;
    }
    *model = m;
    return VITRO_OK;
}

vitro_status vitro_ring_model_values(const vitro_ring_model *m, double out[7]) {
    const double values[7] = {m->q0, m->geometry.ellipse_xx, m->geometry.ellipse_xy, m->geometry.ellipse_yy,
                              m->setting.center[0] + m->setting.start[0], m->setting.center[1] + m->setting.start[1], m->setting.width};
    memcpy(out, values, sizeof values);
    return VITRO_OK;
}

vitro_status vitro_ring_model_curves(const vitro_ring_model *m, const double *radius, int n, double *intensity, double *background) {
    for (int i = 0; i < n; i++) {
        double g, b, place = (radius[i] - m->start) / m->step;
        vitro_status status = smooth_curve_values(&m->smooth, &radius[i], 1, &g, &b);
        if (status != VITRO_OK) return status;
        int inside = place >= 0 && place < m->count;
        background[i] = g;
        intensity[i] = inside ? g + m->setting.contrast * b * m->structure[(int)place] : NAN;
    }
    return VITRO_OK;
}
