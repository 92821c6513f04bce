/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "symm_table.h"

#include <math.h>
#include <stdlib.h>

enum { LANES_OF = SYMMETRY_LANES };

/* Annulus of a pixel; -1 = none. */
static int annulus_of(const symmetry_grid *g, double dx, double dy) {
    double u = g->ellipse[0] * dx + g->ellipse[1] * dy, v = g->ellipse[1] * dx + g->ellipse[2] * dy, r = sqrt(u * u + v * v);
    return r >= 1 && r >= g->r_min && r < g->r_min + g->annuli ? (int)(r - g->r_min) : -1;
}

void symmetry_cell_free(symmetry_cell *c) {
    if (!c) return;
    free(c->table.first);
    free(c->table.place);
    free(c->annulus);
    free(c->memory);
    free(c);
}

/* Steps of a group = pixels of its fullest annulus. */
static vitro_status make_room(symmetry_table *t, const int32_t *count) {
    t->first = vitro_alloc((size_t)t->groups + 1, sizeof *t->first);
    if (!t->first) return VITRO_MEMORY;
    t->first[0] = 0;
    for (int g = 0; g < t->groups; g++) {
        int most = 0;
        for (int l = 0; l < LANES_OF; l++) most = count[g * LANES_OF + l] > most ? count[g * LANES_OF + l] : most;
        t->first[g + 1] = t->first[g] + (most + SYMMETRY_STEP - 1) / SYMMETRY_STEP * SYMMETRY_STEP;
    }
    t->place = vitro_calloc((size_t)t->first[t->groups] * LANES_OF + 1, sizeof *t->place);
    return t->place ? VITRO_OK : VITRO_MEMORY;
}

/* Annulus of every pixel, and how many pixels each annulus has. */
static void find_annuli(const symmetry_grid *g, symmetry_cell *c, int32_t *count) {
    int16_t *annulus = c->annulus;
    for (int y = g->top; y <= g->bottom; y++)
        for (int x = g->left; x <= g->right; x++) {
            int k = annulus_of(g, x - c->fx, y - c->fy);
            *annulus++ = (int16_t)k;
            if (k >= 0) count[k]++;
        }
}

static void set_place(const symmetry_table *t, int k, int x, int y, int32_t *place, int32_t *used) {
    place[((size_t)t->first[k / LANES_OF] + (size_t)used[k]++) * LANES_OF + (size_t)(k % LANES_OF)] = x + 65536 * y;
}

static vitro_status fill_table(const symmetry_grid *g, symmetry_cell *c) {
    size_t lanes = (size_t)c->table.groups * LANES_OF;
    int32_t *count = vitro_calloc(lanes, 2 * sizeof *count);
    c->annulus = vitro_alloc((size_t)(g->right - g->left + 1) * (size_t)(g->bottom - g->top + 1), sizeof *c->annulus);
    if (!count || !c->annulus) {
        free(count);
        return VITRO_MEMORY;
    }
    find_annuli(g, c, count);
    vitro_status status = make_room(&c->table, count);
    const int16_t *annulus = c->annulus;
    for (int y = g->top; y <= g->bottom && status == VITRO_OK; y++)
        for (int x = g->left; x <= g->right; x++, annulus++)
            if (*annulus >= 0) set_place(&c->table, *annulus, x, y, c->table.place, count + lanes);
    free(count);
    return status;
}

void symmetry_find_holes(const float *valid, int width, int height, symmetry_holes *h) {
    int32_t n = 0;
    for (int y = 0; y < height; y++) {
        h->first[y] = n;
        for (int x = 0; x < width; x++)
            if (valid[(size_t)y * (size_t)width + (size_t)x] != 1) h->x[n++] = x;
    }
    h->first[height] = n;
}

void symmetry_missing(const symmetry_cell *c, const symmetry_holes *h, int x, int y, int height, int32_t *place, int32_t *count) {
    int top = c->top > -y ? c->top : -y, bottom = c->bottom < height - 1 - y ? c->bottom : height - 1 - y;
    for (int dy = top; dy <= bottom; dy++) {
        const int16_t *annulus = c->annulus + (size_t)(dy - c->top) * (size_t)(c->right - c->left + 1) - c->left;
        for (int i = h->first[y + dy]; i < h->first[y + dy + 1]; i++) {
            int dx = h->x[i] - x;
            if (dx >= c->left && dx <= c->right && annulus[dx] >= 0) set_place(&c->table, annulus[dx], dx, dy, place, count);
        }
    }
}

/* The window's values with the centre at offsets of half a cell along x and y. */
static const int offsets[][2] = {{0, 0}, {1, 0}, {-1, 0}, {0, 1}, {0, -1}, {1, 1}};
enum { OFFSETS = sizeof offsets / sizeof *offsets };

/* The terms of the parabola through them. */
static void parabola(const float v[OFFSETS], float step, float term[SYMMETRY_TERMS]) {
    term[0] = v[0];
    term[1] = (v[1] - v[2]) / (2 * step);
    term[2] = (v[3] - v[4]) / (2 * step);
    term[3] = ((v[1] + v[2]) / 2 - v[0]) / (step * step);
    term[4] = (v[5] - v[1] - v[3] + v[0]) / (step * step);
    term[5] = ((v[3] + v[4]) / 2 - v[0]) / (step * step);
}

static vitro_status fill_windows(const symmetry_kernels *kernels, int order, float half, symmetry_cell *c) {
    symmetry_window *at = vitro_calloc(OFFSETS, sizeof *at);
    if (!at) return VITRO_MEMORY;
    for (int g = 0; g < c->table.groups; g++) {
        for (int k = 0; k < OFFSETS; k++) {
            const symmetry_center there = {NULL, c->fx + (float)offsets[k][0] * half, c->fy + (float)offsets[k][1] * half};
            kernels->window(&c->table, g, &there, order, &at[k]);
        }
        for (size_t i = 0; i < sizeof *at / sizeof(float); i++) {
            float v[OFFSETS], term[SYMMETRY_TERMS];
            for (int k = 0; k < OFFSETS; k++) v[k] = (&at[k].sum[0][0])[i];
            parabola(v, half, term);
            for (int k = 0; k < SYMMETRY_TERMS; k++) (&c->window[g][k].sum[0][0])[i] = term[k];
        }
    }
    free(at);
    return VITRO_OK;
}

vitro_status symmetry_cell_new(const symmetry_grid *g, const symmetry_kernels *kernels, int order, double fx, double fy, double half, symmetry_cell **cell) {
    symmetry_cell *c = vitro_calloc(1, sizeof *c);
    if (!c) return VITRO_MEMORY;
    int groups = (g->annuli + LANES_OF - 1) / LANES_OF;
    c->table = (symmetry_table){groups, g->stride, (float)(g->r_min + 0.5), {(float)g->ellipse[0], (float)g->ellipse[1], (float)g->ellipse[2]}, NULL, NULL};
    c->fx = (float)fx, c->fy = (float)fy;
    c->left = g->left, c->right = g->right, c->top = g->top, c->bottom = g->bottom;
    c->memory = vitro_calloc((size_t)groups * sizeof *c->window + SYMMETRY_ALIGN, 1);
    c->window = symmetry_aligned(c->memory);
    vitro_status status = c->window ? fill_table(g, c) : VITRO_MEMORY;
    if (status == VITRO_OK) status = fill_windows(kernels, order, (float)half, c);
    if (status == VITRO_OK) *cell = c;
    else symmetry_cell_free(c);
    return status;
}
