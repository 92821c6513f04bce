/* Virtual detectors: rings, sets of pixels, their Friedel mates, without the masked pixels.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "virtual_detector.h"

#include <math.h>
#include <stdlib.h>

#include "job.h"

/* ---- sorted intervals -------------------------------------------------------- */

static void rows_free(interval_rows *rows) {
    free(rows->first);
    free(rows->at);
    *rows = (interval_rows){0};
}

static int starts(const uint8_t *row, int wanted, int x) { return (row[x] != 0) == wanted && (x == 0 || (row[x - 1] != 0) != wanted); }

/* The pixels whose byte is nonzero (wanted = 1) or zero (0). */
static vitro_status rows_of(const uint8_t *bytes, int wanted, int width, int height, interval_rows *rows) {
    int32_t count = 0;
    rows->first = vitro_alloc((size_t)height + 1, sizeof *rows->first);
    if (!rows->first) return VITRO_MEMORY;
    for (int y = 0; y < height; y++) {
        rows->first[y] = count;
        for (int x = 0; x < width; x++) count += starts(bytes + (size_t)y * (size_t)width, wanted, x);
        if (count - rows->first[y] > rows->most) rows->most = count - rows->first[y];
    }
    rows->first[height] = count;
    rows->at = vitro_alloc((size_t)count + 1, sizeof *rows->at);
    if (!rows->at) return VITRO_MEMORY;
    interval *at = rows->at;
    for (int y = 0; y < height; y++) {
        const uint8_t *row = bytes + (size_t)y * (size_t)width;
        for (int x = 0; x < width; x++) {
            if (!starts(row, wanted, x)) continue;
            at->from = x;
            while (x < width && (row[x] != 0) == wanted) x++;
            (at++)->to = x;
        }
    }
    return VITRO_OK;
}

static vitro_status whole_rows(int width, int height, interval_rows *rows) {
    rows->first = vitro_alloc((size_t)height + 1, sizeof *rows->first);
    rows->at = vitro_alloc((size_t)height, sizeof *rows->at);
    if (!rows->first || !rows->at) return VITRO_MEMORY;
    for (int y = 0; y <= height; y++) {
        rows->first[y] = y;
        if (y < height) rows->at[y] = (interval){0, width};
    }
    rows->most = 1;
    return VITRO_OK;
}

static int unite(const interval *a, int na, const interval *b, int nb, interval *out) {
    int n = 0;
    while (na + nb > 0) {
        interval next = !nb || (na && a->from <= b->from) ? (na--, *a++) : (nb--, *b++);
        if (n && next.from <= out[n - 1].to) {
            if (next.to > out[n - 1].to) out[n - 1].to = next.to;
        } else {
            out[n++] = next;
        }
    }
    return n;
}

static pixel_run *intersect(const interval *a, int na, const interval *b, int nb, int y, pixel_run *out) {
    while (na && nb) {
        int32_t from = a->from > b->from ? a->from : b->from, to = a->to < b->to ? a->to : b->to;
        if (from < to) *out++ = (pixel_run){from, y, to - from};
        if (a->to < b->to) a++, na--;
        else b++, nb--;
    }
    return out;
}

/* ---- one row of a shape -------------------------------------------------------- */

/* Pixels of a row with (x - x0)^2 + dy^2 <= radius^2, or < if it is open. The root finds the ends but for rounding. */
static interval chord(double x0, double dy, double radius, int open, int width) {
    double limit = radius * radius, rest = limit - dy * dy, half = sqrt(rest > 0 ? rest : 0);
    interval i = {(int32_t)fmin(fmax(floor(x0 - half), 0), width), (int32_t)fmin(fmax(ceil(x0 + half) + 1, 0), width)};
#define WITHIN(x) (open ? ((x) - x0) * ((x) - x0) + dy * dy < limit : ((x) - x0) * ((x) - x0) + dy * dy <= limit)
    while (i.from < i.to && !WITHIN(i.from)) i.from++;
    while (i.to > i.from && !WITHIN(i.to - 1)) i.to--;
#undef WITHIN
    return i;
}

static int ring_row(const virtual_detector *d, double x0, double y0, int y, interval *out) {
    int n = 0;
    double dy = y - y0;
    if (!(fabs(dy) <= d->of.outer_radius)) return 0;
    interval disk = chord(x0, dy, d->of.outer_radius, 0, d->width), hole = {0, 0};
    if (fabs(dy) < d->of.inner_radius) hole = chord(x0, dy, d->of.inner_radius, 1, d->width);
    if (hole.from >= hole.to) hole = (interval){disk.to, disk.to};
    if (disk.from < hole.from) out[n++] = (interval){disk.from, hole.from};
    if (hole.to < disk.to) out[n++] = (interval){hole.to, disk.to};
    return n;
}

/* The row of the set of pixels, moved to the right by dx, or mirrored at x = dx / 2. */
static int pixels_row(const virtual_detector *d, int64_t dx, int64_t row, int mirrored, interval *out) {
    int n = 0;
    if (row < 0 || row >= d->height) return 0;
    const interval *at = d->pixels.at + d->pixels.first[row];
    int count = d->pixels.first[row + 1] - d->pixels.first[row];
    for (int i = 0; i < count; i++) {
        const interval *of = mirrored ? &at[count - 1 - i] : &at[i];
        int64_t from = mirrored ? dx - of->to + 1 : dx + of->from, to = mirrored ? dx - of->from + 1 : dx + of->to;
        from = from < 0 ? 0 : from;
        to = to > d->width ? d->width : to;
        if (from < to) out[n++] = (interval){(int32_t)from, (int32_t)to};
    }
    return n;
}

static int64_t nearest(double value) { return (int64_t)floor(value + 0.5); }

/* Where the shape and its mate lie for one pattern. */
typedef struct {
    double x, y, mate_x, mate_y;           /* centres of the rings */
    int64_t move_x, move_y, turn_x, turn_y; /* the set of pixels p: p + move, and turn - p */
} placed;

static placed place(const virtual_detector *d, double x, double y) {
    double dx = x - d->of.center_x, dy = y - d->of.center_y;
    placed p = {d->of.x + dx, d->of.y + dy, 2 * x - d->of.x - dx, 2 * y - d->of.y - dy, nearest(dx), nearest(dy), 0, 0};
    p.turn_x = nearest(2 * x) - p.move_x;
    p.turn_y = nearest(2 * y) - p.move_y;
    return p;
}

static int shape_row(const virtual_detector *d, const placed *p, int y, interval *room, interval **out) {
    int most = (int)detector_room(d) / 4, set = d->pixels.first != NULL;
    interval *mate = room + most;
    int n = set ? pixels_row(d, p->move_x, y - p->move_y, 0, room) : ring_row(d, p->x, p->y, y, room);
    *out = room;
    if (!d->of.friedel) return n;
    int m = set ? pixels_row(d, p->turn_x, p->turn_y - y, 1, mate) : ring_row(d, p->mate_x, p->mate_y, y, mate);
    *out = room + 2 * most;
    return unite(room, n, mate, m, *out);
}

/* ---- the whole detector ----------------------------------------------------------- */

size_t detector_room(const virtual_detector *d) { return 4 * (size_t)(d->pixels.most > 2 ? d->pixels.most : 2); }

int64_t detector_runs(const virtual_detector *d, double x, double y, interval *row_room, pixel_run *out) {
    if (!(fabs(x) < 1e9 && fabs(y) < 1e9)) return 0;
    placed p = place(d, x, y);
    pixel_run *end = out;
    for (int row = 0; row < d->height; row++) {
        interval *shape;
        int n = shape_row(d, &p, row, row_room, &shape);
        const int32_t *first = d->unmasked.first + row;
        end = intersect(shape, n, d->unmasked.at + first[0], first[1] - first[0], row, end);
    }
    return end - out;
}

vitro_status detector_own_runs(const virtual_detector *d, pixel_run **runs, int64_t *count) {
    interval *room = vitro_alloc(detector_room(d), sizeof *room);
    *runs = vitro_alloc((size_t)d->capacity, sizeof **runs);
    vitro_status status = room && *runs ? VITRO_OK : VITRO_MEMORY;
    if (status == VITRO_OK) {
        *count = detector_runs(d, d->of.center_x, d->of.center_y, room, *runs);
        if (!*count && d->pixels.first) status = vitro_fail(VITRO_DATA, "none of the detector's pixels is unmasked");
        else if (!*count)
            status = vitro_fail(VITRO_DATA, "no unmasked pixel of the %d x %d px lies at %.4g to %.4g px from (%.2f, %.2f)", d->width, d->height,
                                d->of.inner_radius, d->of.outer_radius, d->of.x, d->of.y);
    }
    free(room);
    if (status == VITRO_OK) return VITRO_OK;
    free(*runs);
    *runs = NULL;
    return status;
}

static vitro_status check(const vitro_detector *d) {
    if (!(fabs(d->center_x) < 1e6 && fabs(d->center_y) < 1e6 && fabs(d->x) < 1e6 && fabs(d->y) < 1e6))
        return vitro_fail(VITRO_ARGUMENT, "detector at (%g, %g), centre at (%g, %g) px", d->x, d->y, d->center_x, d->center_y);
    if (!d->pixels && !(d->inner_radius >= 0 && d->outer_radius >= d->inner_radius && d->outer_radius < 1e9))
        return vitro_fail(VITRO_ARGUMENT, "radii from %g to %g px: 0 <= inner <= outer is needed", d->inner_radius, d->outer_radius);
    return VITRO_OK;
}

vitro_status detector_init(virtual_detector *d, const vitro_detector *from, int width, int height) {
    *d = (virtual_detector){.of = *from, .width = width, .height = height};
    d->of.pixels = d->of.mask = NULL;
    vitro_status status = vitro_size_check(width, height);
    if (status == VITRO_OK) status = check(from);
    if (status == VITRO_OK && from->pixels) status = rows_of(from->pixels, 1, width, height, &d->pixels);
    if (status == VITRO_OK) status = from->mask ? rows_of(from->mask, 0, width, height, &d->unmasked) : whole_rows(width, height, &d->unmasked);
    if (status == VITRO_OK) d->capacity = (int64_t)height * (d->unmasked.most + (int64_t)detector_room(d) / 2);
    return status;
}

void detector_free(virtual_detector *d) {
    rows_free(&d->pixels);
    rows_free(&d->unmasked);
}

vitro_status vitro_detector_pixels(const vitro_detector *detector, int width, int height, uint8_t *pixels) {
    virtual_detector d;
    pixel_run *runs = NULL;
    int64_t count = 0;
    vitro_status status = detector_init(&d, detector, width, height);
    if (status == VITRO_OK) status = detector_own_runs(&d, &runs, &count);
    if (status == VITRO_OK) {
        for (int64_t i = 0; i < (int64_t)width * height; i++) pixels[i] = 0;
        for (int64_t i = 0; i < count; i++)
            for (int32_t x = 0; x < runs[i].length; x++) pixels[(int64_t)runs[i].y * width + runs[i].x + x] = 1;
    }
    free(runs);
    detector_free(&d);
    return status;
}
