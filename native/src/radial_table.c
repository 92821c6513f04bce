/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "radial_table.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* A pixel's list = group * RADIAL_SECTORS + sector; -1 = outside the range. */
typedef struct {
    int32_t list;
    float share, radius;
} placed;

int radial_on_detector(const vitro_frames *f, double x, double y) { return x >= 0 && y >= 0 && x <= f->width - 1 && y <= f->height - 1; }

vitro_status radial_range_check(const vitro_frames *f, const vitro_geometry *g, int bins) {
    double det = g->ellipse_xx * g->ellipse_yy - g->ellipse_xy * g->ellipse_xy;
    if (!radial_on_detector(f, g->center_x, g->center_y))
        return vitro_fail(VITRO_ARGUMENT, "centre at %.2f, %.2f px: not on the detector of %d x %d px", g->center_x, g->center_y, f->width, f->height);
    if (!(g->ring_min >= 0 && g->ring_max > g->ring_min && g->ring_max < 1e6))
        return vitro_fail(VITRO_ARGUMENT, "radii from %g to %g px: they must rise from 0 or more", g->ring_min, g->ring_max);
    if (!(det > 0.01 && det < 100 && g->ellipse_xx > 0))
        return vitro_fail(VITRO_ARGUMENT, "ellipse %g, %g, %g: its determinant must be 1", g->ellipse_xx, g->ellipse_xy, g->ellipse_yy);
    if (bins < 1 || bins > 65536) return vitro_fail(VITRO_ARGUMENT, "%d bins: 1 to 65536 are allowed", bins);
    return VITRO_OK;
}

double radial_half_box(const radial_grid *g) { return g->bin_width > 1 ? 0.5 / g->bin_width : 0.5; }

/* Sector of a direction, by comparisons instead of an arctangent. */
static int sector_of(double u, double v) {
    static const double tan1 = 0.41421356237309503, tan3 = 2.414213562373095;
    double a = fabs(u), b = fabs(v);
    int part = (b > tan1 * a) + (b > a) + (b > tan3 * a);
    return v >= 0 ? (u >= 0 ? part : 7 - part) : u < 0 ? 8 + part : 15 - part;
}

static placed place(const radial_grid *g, double half, double dx, double dy) {
    double u = g->ellipse[0] * dx + g->ellipse[1] * dy, v = g->ellipse[1] * dx + g->ellipse[2] * dy;
    double at = (sqrt(u * u + v * v) - g->r_min) / g->bin_width;
    if (!(at + half >= 0 && at - half < g->bins)) return (placed){-1, 0, 0};
    int group = (int)(at + half);
    double share = (at + half - group) / (2 * half);
    if (share > 1 || (g->r_min == 0 && at < half)) share = 1; /* there is nothing inside the centre */
    return (placed){group * RADIAL_SECTORS + sector_of(u, v), (float)share, (float)(at - group)};
}

void radial_table_free(radial_table *t) {
    if (!t) return;
    free(t->first);
    free(t->offset);
    free(t->share);
    free(t->radius);
    free(t);
}

/* Steps of a group = pixels of its fullest sector; what the others lack is filled up with the centre's pixel. */
static vitro_status make_room(radial_table *t, const int32_t *count) {
    t->first = vitro_alloc((size_t)t->groups + 1, sizeof *t->first);
    if (!t->first) return VITRO_MEMORY;
    t->first[0] = 0;
    for (int g = 0; g < t->groups; g++) {
        int most = 0;
        for (int s = 0; s < RADIAL_SECTORS; s++) most = count[g * RADIAL_SECTORS + s] > most ? count[g * RADIAL_SECTORS + s] : most;
        t->first[g + 1] = t->first[g] + most;
    }
    size_t entries = (size_t)t->first[t->groups] * RADIAL_SECTORS;
    t->offset = vitro_calloc(entries, sizeof *t->offset);
    t->share = vitro_calloc(entries, sizeof *t->share);
    t->radius = vitro_calloc(entries, sizeof *t->radius);
    for (size_t i = 0; t->share && i < entries; i++) t->share[i] = RADIAL_NONE;
    return t->offset && t->share && t->radius ? VITRO_OK : VITRO_MEMORY;
}

static void fill(radial_table *t, const radial_grid *g, const placed *pixel, int32_t *used) {
    memset(used, 0, sizeof *used * (size_t)t->groups * RADIAL_SECTORS);
    for (int y = g->top; y <= g->bottom; y++)
        for (int x = g->left; x <= g->right; x++, pixel++) {
            if (pixel->list < 0) continue;
            size_t i = (size_t)(t->first[pixel->list / RADIAL_SECTORS] + used[pixel->list]++) * RADIAL_SECTORS + (size_t)(pixel->list % RADIAL_SECTORS);
            t->offset[i] = y * g->stride + x;
            t->share[i] = pixel->share;
            t->radius[i] = pixel->radius;
        }
}

vitro_status radial_table_new(const radial_grid *g, double fx, double fy, radial_table **table) {
    size_t lists = ((size_t)g->bins + 1) * RADIAL_SECTORS, pixels = (size_t)(g->right - g->left + 1) * (size_t)(g->bottom - g->top + 1);
    double half = radial_half_box(g);
    radial_table *t = vitro_calloc(1, sizeof *t);
    placed *all = vitro_alloc(pixels, sizeof *all), *pixel = all;
    int32_t *count = vitro_calloc(lists, sizeof *count);
    vitro_status status = t && all && count ? VITRO_OK : VITRO_MEMORY;
    if (status == VITRO_OK) {
        t->groups = g->bins + 1;
        for (int y = g->top; y <= g->bottom; y++)
            for (int x = g->left; x <= g->right; x++, pixel++) {
                *pixel = place(g, half, x - fx, y - fy);
                if (pixel->list >= 0) count[pixel->list]++;
            }
        status = make_room(t, count);
    }
    if (status == VITRO_OK) fill(t, g, all, count);
    free(all);
    free(count);
    if (status == VITRO_OK) *table = t;
    else radial_table_free(t);
    return status;
}
