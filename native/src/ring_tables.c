/* A model's curves laid out as the kernels read them: by bin, and as directions of the sectors.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include <math.h>
#include <string.h>

#include "ring_model.h"

void ring_round_form(const vitro_geometry *g, float round[3]) {
    round[0] = (float)(g->ellipse_xx * g->ellipse_xx + g->ellipse_xy * g->ellipse_xy);
    round[1] = (float)(2 * g->ellipse_xy * (g->ellipse_xx + g->ellipse_yy));
    round[2] = (float)(g->ellipse_yy * g->ellipse_yy + g->ellipse_xy * g->ellipse_xy);
}

/* How the radius changes with each parameter, averaged over a sector's pixels in the range. */
static void directions(const ring_cells *cells, ring_curves *c) {
    const float *e = c->ellipse;
    for (int s = 0; s < SECTORS; s++) {
        double cx = 0, cy = 0, xx = 0, xy = 0, yy = 0, radius = 0, square = 0;
        for (int bin = c->first_bin; bin < c->end_bin; bin++) {
            int i = s * cells->bins + bin;
            double n = cells->pixels[i], x = cells->x[i], y = cells->y[i];
            double r2 = c->round[0] * cells->xx[i] + c->round[1] * cells->xy[i] + c->round[2] * cells->yy[i];
            cx += n * (e[0] * x + e[1] * y);
            cy += n * (e[1] * x + e[2] * y);
            xx += n * (e[0] * e[0] * cells->xx[i] + 2 * e[0] * e[1] * cells->xy[i] + e[1] * e[1] * cells->yy[i]);
            xy += n * (e[0] * e[1] * cells->xx[i] + (e[0] * e[2] + e[1] * e[1]) * cells->xy[i] + e[1] * e[2] * cells->yy[i]);
            yy += n * (e[1] * e[1] * cells->xx[i] + 2 * e[1] * e[2] * cells->xy[i] + e[2] * e[2] * cells->yy[i]);
            radius += n * sqrt(fmax(r2, 0));
            square += n * r2;
        }
        if (square <= 0) continue;
        c->factor[s][0] = (float)(-(e[0] * cx + e[1] * cy) / radius);
        c->factor[s][1] = (float)(-(e[1] * cx + e[2] * cy) / radius);
        c->factor[s][2] = (float)(xx / square);
        c->factor[s][3] = (float)(2 * xy / square);
        c->factor[s][4] = (float)(yy / square);
    }
}

/* Cubics through a curve's values at the middle and three distances: exact enough over the centre's whole reach. */
static void cubic(const double v[4], double d, float of[3]) {
    double a = v[0] / v[1] - 1, b = v[2] / v[1] - 1, c = v[3] / v[1] - 1; /* at -d, d, 2 d */
    double square = (a + b) / 2, odd = (b - a) / 2, third = (c - 2 * odd - 4 * square) / 6;
    of[0] = (float)((odd - third) / d);
    of[1] = (float)(square / (d * d));
    of[2] = (float)(third / (d * d * d));
}

static vitro_status expand_curves(const smooth_curve *smooth, double middle, double reach, ring_bin *bin) {
    double d = fmin(reach / 2, middle / 2), r[4] = {middle - d, middle, middle + d, middle + 2 * d}, g[4], b[4];
    vitro_status status = smooth_curve_values(smooth, r, 4, g, b);
    bin->radius = (float)middle;
    bin->g = (float)g[1];
    bin->b = (float)b[1];
    cubic(g, d, bin->g_of);
    cubic(b, d, bin->b_of);
    return status;
}

vitro_status ring_model_curves(const vitro_ring_model *m, const ring_cells *cells, ring_bin *bin, ring_curves *c) {
    const vitro_geometry *g = &m->geometry;
    const double e[3] = {g->ellipse_xx, g->ellipse_xy, g->ellipse_yy};
    memset(c, 0, sizeof *c);
    c->cells = cells;
    c->bin = bin;
    c->first_bin = (int)fmax(0, floor((g->ring_min - cells->inner) / cells->bin_width + 0.5));
    c->end_bin = (int)fmin(cells->bins, ceil((g->ring_max - cells->inner) / cells->bin_width - 0.5));
    for (int i = 0; i < cells->cells; i++)
        c->used += i % cells->bins >= c->first_bin && i % cells->bins < c->end_bin && cells->pixels[i] > 0;
    c->structure = m->structure;
    c->start = (float)m->start;
    c->per_px = (float)(1 / m->step);
    c->last = m->count - 1;
    c->peak = (float)m->q0;
    c->middle = (float)m->smooth.middle;
    c->half_range = (float)((g->ring_max - g->ring_min) / 2);
    for (int i = 0; i < 3; i++) c->ellipse[i] = (float)e[i];
    ring_round_form(g, c->round);
    directions(cells, c);
    for (int i = 0; i < cells->bins; i++) {
        vitro_status status = expand_curves(&m->smooth, cells->inner + (i + 0.5) * cells->bin_width, m->setting.reach, &bin[i]);
        if (status != VITRO_OK) return status;
    }
    return VITRO_OK;
}
