/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The glass's curves and the expected pattern.
 */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "error.h"
#include "sim.h"

/* The structure factor less 1 of a Zr-Cu-Al glass as a sum of Gaussians: position and width in radii of the
 * ring, height. The first peak, the split second one near sqrt(3) and 2, the third and the fourth, the troughs
 * between them, and the depletion towards q = 0 that the compressibility limit asks for. */
static const struct { double position, width, height; } shells[] = {
    {0.00, 0.42, -0.92}, {0.64, 0.16, -0.46}, {1.00, SIM_RING_SIGMA, 1.75}, {1.33, 0.14, -0.38}, {1.69, 0.095, 0.40},
    {2.00, 0.10, 0.24}, {2.30, 0.12, -0.16}, {2.62, 0.17, 0.14}, {3.05, 0.18, -0.07}, {3.50, 0.22, 0.05},
};
enum { SHELLS = sizeof shells / sizeof *shells };

static double gaussian(double x, double width) { return exp(-x * x / (2 * width * width)); }

static double structure_factor(double x) {
    double s = 0;
    for (int i = 0; i < SHELLS; i++)
        s += shells[i].height * gaussian(x - shells[i].position, shells[i].width);
    return s;
}

/* Where the first peak has its maximum: near 1, moved a little by its neighbours. */
static double first_maximum(void) {
    double low = 0.9, high = 1.1;
    for (int i = 0; i < 60; i++) {
        double middle = (low + high) / 2, step = 1e-5;
        if (structure_factor(middle + step) > structure_factor(middle - step))
            low = middle;
        else
            high = middle;
    }
    return (low + high) / 2;
}

/* Where s has fallen to half its first maximum, in the direction of step. */
static double half_maximum(double step) {
    double x = first_maximum(), half = structure_factor(x) / 2;
    while (structure_factor(x) > half)
        x += step;
    return x;
}

/* Inelastic and multiple scattering: 1 at the ring, falling by e over 0.6 of its radius. */
static double slow_background(double x) { return exp(-(x - 1) / 0.6); }

static vitro_status fill_curves(sim_glass *glass, double *q, double *f2) {
    int n = glass->samples;
    for (int i = 0; i < n; i++)
        q[i] = glass->q_per_px * i / SIM_STEPS_PER_PX;
    double f2_ring, q_ring = SIM_FIRST_RING;
    vitro_status status = vitro_scattering(SIM_COMPOSITION, q, n, f2, NULL);
    if (status == VITRO_OK)
        status = vitro_scattering(SIM_COMPOSITION, &q_ring, 1, &f2_ring, NULL);
    if (status != VITRO_OK)
        return status;
    double scale = first_maximum(), height = glass->ring_height = structure_factor(scale);
    glass->ring_width = (half_maximum(1e-4) - half_maximum(-1e-4)) / scale * glass->ring_radius;
    for (int i = 0; i < n; i++) {
        double x = q[i] / SIM_FIRST_RING;
        glass->atoms[i] = (float)(f2[i] / f2_ring);
        glass->structure[i] = (float)structure_factor(x * scale);
        glass->background[i] = (float)slow_background(x);
        glass->added[i] = (float)(height * (gaussian(x - 1, SIM_RING_SIGMA) + 0.15 * gaussian(x - 1.75, 0.16)));
    }
    return VITRO_OK;
}

vitro_status sim_glass_new(int width, int height, double ring_radius, sim_glass *glass) {
    memset(glass, 0, sizeof *glass);
    double radius = ring_radius > 0 ? ring_radius : (width < height ? width : height) * 70.0 / 256;
    double diagonal = hypot(width, height);
    glass->width = width;
    glass->height = height;
    glass->ring_radius = radius;
    glass->q_per_px = SIM_FIRST_RING / radius;
    glass->stop[0] = (width - 1) / 2.0;
    glass->stop[1] = (height - 1) / 2.0;
    glass->stop_radius = 9 * radius / 70;
    /* Reaches from any centre on the detector to any corner, stretched by up to 30 %. */
    glass->samples = (int)(1.3 * diagonal * SIM_STEPS_PER_PX) + 2;
    size_t n = (size_t)glass->samples;
    float *curves = vitro_alloc(4 * n, sizeof *curves);
    double *q = vitro_alloc(2 * n, sizeof *q);
    vitro_status status = VITRO_MEMORY;
    if (curves != NULL && q != NULL) {
        glass->atoms = curves;
        glass->structure = curves + n;
        glass->background = curves + 2 * n;
        glass->added = curves + 3 * n;
        status = fill_curves(glass, q, q + n);
    }
    free(q);
    if (status != VITRO_OK) {
        free(curves);
        glass->atoms = NULL;
    }
    return status;
}

void sim_glass_free(sim_glass *glass) {
    free(glass->atoms); /* the other curves lie in the same block */
    glass->atoms = NULL;
}

int sim_behind_stop(const sim_glass *glass, int x, int y) {
    double unit = glass->ring_radius / 70, dx = x - glass->stop[0], dy = y - glass->stop[1];
    /* The rod rises slightly to the left and widens towards its mount. */
    double across = fabs(dy - 0.12 * dx), half_width = (5 - 0.03 * dx / unit) * unit;
    return (dx <= 0 && across <= half_width) || dx * dx + dy * dy <= glass->stop_radius * glass->stop_radius;
}

sim_pattern sim_pattern_default(const sim_glass *glass) {
    sim_pattern pattern = {
        .center = {(glass->width - 1) / 2.0, (glass->height - 1) / 2.0},
        .V = {1, 0, 1}, .E = {1, 0, 1}, .counts = 1e6, .background = 0.3,
    };
    return pattern;
}

/* Linear interpolation at a position in steps; beyond the end its last value. */
static inline float at(const float *curve, float position, int last) {
    int i = (int)position;
    if (i >= last)
        return curve[last];
    float part = position - (float)i;
    return curve[i] + part * (curve[i + 1] - curve[i]);
}

/* The central disc of the direct beam; r in px. */
static double direct_beam(double r, double unit) { return 40 / (1 + exp((r - 2.5 * unit) / (0.5 * unit))); }

/* In units of the ring's height, where it is above a millionth of it. */
void sim_add_direct_beam(const sim_glass *glass, const sim_pattern *p, double amplitude, float *mean) {
    double unit = glass->ring_radius / 70, reach = 12 * unit, height = p->direct_beam * amplitude * (1 + glass->ring_height);
    int x0 = (int)fmax(0, p->center[0] - reach), x1 = (int)fmin(glass->width - 1, p->center[0] + reach);
    int y0 = (int)fmax(0, p->center[1] - reach), y1 = (int)fmin(glass->height - 1, p->center[1] + reach);
    for (int y = y0; y <= y1; y++)
        for (int x = x0; x <= x1; x++)
            if (!p->beam_stop || !sim_behind_stop(glass, x, y))
                mean[(size_t)y * glass->width + x] += (float)(height * direct_beam(hypot(x - p->center[0], y - p->center[1]), unit));
}

/* Factor by which an ordered cluster changes the intensity at k'. */
static float ordered(const sim_glass *glass, const sim_pattern *p, float kx, float ky) {
    double off = fabs(hypot(kx, ky) / glass->ring_radius - 1);
    if (off >= SIM_REACH)
        return 1;
    double fall = cos(fmax(0, off - SIM_FLAT) / (SIM_REACH - SIM_FLAT) * acos(-1) / 2);
    return (float)(1 + fall * fall * p->modulation * cos(p->order * atan2(-ky, kx) - p->phase));
}

static double fill_row(const sim_glass *glass, const sim_pattern *p, double amplitude, int y, float *row) {
    const int last = glass->samples - 1;
    const float step = SIM_STEPS_PER_PX, a = (float)amplitude, b = (float)p->background;
    const float exx = (float)p->E[0], exy = (float)p->E[1], eyy = (float)p->E[2];
    const float vxx = (float)p->V[0], vxy = (float)p->V[1], vyy = (float)p->V[2];
    const double dy = y - p->center[1];
    double sum = 0;
    for (int x = 0; x < glass->width; x++) {
        float dx = (float)(x - p->center[0]), kx = exx * dx + exy * (float)dy, ky = exy * dx + eyy * (float)dy;
        float lx = vxx * kx + vxy * ky, ly = vxy * kx + vyy * ky;
        float r = step * sqrtf(kx * kx + ky * ky), rho = step * sqrtf(lx * lx + ly * ly);
        float atoms = at(glass->atoms, r, last);
        float value = p->ring_added ? atoms + at(glass->added, rho, last) : atoms * (1 + at(glass->structure, rho, last));
        value = a * (value + b * at(glass->background, r, last));
        if (p->order > 0)
            value *= ordered(glass, p, kx, ky);
        if (p->beam_stop && sim_behind_stop(glass, x, y))
            value = 0;
        row[x] = value;
        sum += value;
    }
    return sum;
}

double sim_fill(const sim_glass *glass, const sim_pattern *pattern, double amplitude, float *mean) {
    double sum = 0;
    for (int y = 0; y < glass->height; y++)
        sum += fill_row(glass, pattern, amplitude, y, mean + (size_t)y * glass->width);
    if (pattern->direct_beam > 0)
        sim_add_direct_beam(glass, pattern, amplitude, mean);
    return sum;
}

double sim_expected(const sim_glass *glass, const sim_pattern *pattern, float *mean) {
    sim_pattern scattering = *pattern;
    scattering.direct_beam = 0;
    double amplitude = pattern->counts / sim_fill(glass, &scattering, 1, mean);
    sim_fill(glass, pattern, amplitude, mean);
    return amplitude;
}
