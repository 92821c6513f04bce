/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "frame_center.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "kernels.h"
#include "radial_table.h"

static center_place to_cell(const vitro_frames *f, double x, double y) {
    if (!radial_on_detector(f, x, y)) return (center_place){0, 0, -1, 0, 0};
    int kx = (int)lrint(x * CENTER_CELLS), ky = (int)lrint(y * CENTER_CELLS), px = kx / CENTER_CELLS, py = ky / CENTER_CELLS;
    return (center_place){px, py, ky % CENTER_CELLS * CENTER_CELLS + kx % CENTER_CELLS, (float)(x - px), (float)(y - py)};
}

static center_place fixed_place(const vitro_geometry *g) {
    int x = (int)g->center_x, y = (int)g->center_y;
    return (center_place){x, y, 0, (float)(g->center_x - x), (float)(g->center_y - y)};
}

/* The centres' cells, and the box of pixels that any of them may need. */
static vitro_status set_centers(centered_frames *c, const vitro_geometry *g, const double *centers) {
    const vitro_frames *f = &c->frames;
    int64_t n = centers ? f->frames : 1, found = 0;
    int least_x = f->width, least_y = f->height, most_x = 0, most_y = 0;
    c->own = centers != NULL;
    c->fixed[0] = g->center_x - floor(g->center_x);
    c->fixed[1] = g->center_y - floor(g->center_y);
    c->place = vitro_alloc((size_t)n, sizeof *c->place);
    if (!c->place) return VITRO_MEMORY;
    for (int64_t i = 0; i < n; i++) {
        center_place o = centers ? to_cell(f, centers[2 * i], centers[2 * i + 1]) : fixed_place(g);
        c->place[i] = o;
        if (o.cell < 0) continue;
        found++;
        least_x = o.x < least_x ? o.x : least_x;
        least_y = o.y < least_y ? o.y : least_y;
        most_x = o.x > most_x ? o.x : most_x;
        most_y = o.y > most_y ? o.y : most_y;
    }
    if (!found) return vitro_fail(VITRO_DATA, "none of the %lld patterns has a centre on the detector", (long long)n);
    c->margin_x = most_x - least_x;
    c->margin_y = most_y - least_y;
    c->width = f->width + 2 * c->margin_x;
    c->height = f->height + 2 * c->margin_y;
    c->left = -most_x;
    c->right = f->width - 1 - least_x;
    c->top = -most_y;
    c->bottom = f->height - 1 - least_y;
    return VITRO_OK;
}

/* Marks the pixels that count; VITRO_DATA if none of them lies in the range about the geometry's centre. */
static vitro_status set_valid(centered_frames *c, const vitro_geometry *g) {
    const vitro_frames *f = &c->frames;
    int64_t inside = 0;
    c->valid = vitro_calloc((size_t)c->width * (size_t)c->height, sizeof(float));
    if (!c->valid) return VITRO_MEMORY;
    for (int y = 0; y < f->height; y++)
        for (int x = 0; x < f->width; x++) {
            if (g->mask && g->mask[(size_t)y * (size_t)f->width + (size_t)x]) continue;
            c->valid[(size_t)(y + c->margin_y) * (size_t)c->width + (size_t)(x + c->margin_x)] = 1;
            double dx = x - g->center_x, dy = y - g->center_y;
            double r = hypot(g->ellipse_xx * dx + g->ellipse_xy * dy, g->ellipse_xy * dx + g->ellipse_yy * dy);
            inside += r >= g->ring_min && r <= g->ring_max;
        }
    if (inside) return VITRO_OK;
    return vitro_fail(VITRO_DATA, "no unmasked pixel with a radius of %.1f to %.1f px about (%.1f, %.1f)", g->ring_min, g->ring_max, g->center_x, g->center_y);
}

vitro_status centered_new(const vitro_frames *frames, const vitro_geometry *geometry, const double *centers, centered_frames *c) {
    c->frames = *frames;
    c->kernels = vitro_kernels_for((vitro_isa)frames->isa)->radial;
    vitro_status status = set_centers(c, geometry, centers);
    return status == VITRO_OK ? set_valid(c, geometry) : status;
}

void centered_free(centered_frames *c) {
    free(c->place);
    free(c->valid);
}

static int by_key(const void *a, const void *b) {
    int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;
    return (x > y) - (x < y);
}

void centered_order(const centered_frames *c, int64_t first, int64_t n, int64_t *order) {
    for (int64_t i = 0; i < n; i++) {
        const center_place *o = centered_place(c, first + i);
        order[2 * i] = o->cell < 0 ? -1 : ((int64_t)o->cell << 40) + ((int64_t)o->y << 20) + o->x;
        order[2 * i + 1] = i;
    }
    qsort(order, (size_t)n, 2 * sizeof *order, by_key);
}

int centered_load(const centered_frames *c, const void *pattern, const center_place *o, int reach, float *copy) {
    const vitro_frames *f = &c->frames;
    size_t bytes = f->type == VITRO_U8 ? 1 : f->type == VITRO_U16 ? 2 : 4, width = (size_t)f->width;
    int left = o->x > reach ? o->x - reach : 0, right = f->width - 1 - o->x > reach ? o->x + reach : f->width - 1;
    int top = o->y > reach ? o->y - reach : 0, bottom = f->height - 1 - o->y > reach ? o->y + reach : f->height - 1, bad = 0;
    for (int y = top; y <= bottom; y++) {
        size_t at = (size_t)(y + c->margin_y) * (size_t)c->width + (size_t)(left + c->margin_x);
        const char *row = (const char *)pattern + ((size_t)y * width + (size_t)left) * bytes;
        bad += c->kernels->row(f->type, row, c->valid + at, right - left + 1, copy + at);
    }
    return bad;
}

void centered_take_out(const centered_frames *c, const float *pattern, float *copy) {
    for (int y = 0; y < c->frames.height; y++)
        for (int x = 0; x < c->frames.width; x++, pattern++)
            if (!(fabsf(*pattern) <= 3.4e38f)) copy[(size_t)(y + c->margin_y) * (size_t)c->width + (size_t)(x + c->margin_x)] = NAN;
}
