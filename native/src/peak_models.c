/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "peak_models.h"

#include <math.h>

static const double ROOT_TWO_PI = 2.5066282746310002;

static void lost(peak_group *g, int lane) { g->status[lane] = VITRO_PEAK_NO_MAXIMUM; }

static void put(peak_numbers *out, int lane, double height, double position, double width, double area) {
    out->height[lane] = height;
    out->position[lane] = position;
    out->width[lane] = width;
    out->area[lane] = area;
}

static void gaussian(peak_room *room, peak_group *g, peak_numbers *out) {
    peak_fit(room, g);
    room->kernels->gain(&room->window, g->theta, g->row, room->residual, room->gain);
    for (int l = 0; l < PEAK_LANES; l++) {
        double height = g->theta[PEAK_HEIGHT][l], width = g->theta[PEAK_WIDTH][l];
        put(out, l, height, g->theta[PEAK_POSITION][l], width, height * width * ROOT_TWO_PI);
    }
}

/* ---- parabola ------------------------------------------------------------------------------------ */

enum { MOST_MOVES = 40 };
static const double HALF_WIDTH = 1.1774100225154747; /* of a Gaussian at half its height, in standard deviations */

/* c0 + c1 s + c2 s^2 by weighted least squares over a stretch, s = (t - middle) / half from -1 to 1; points at its ends count in part, so that all
 * changes smoothly with the middle. */
typedef struct {
    double middle, half, step;
    double inverse[3][3]; /* of the normal matrix */
    double c[3];
} quadratic;

static double share(const quadratic *f, double t) {
    double part = (f->half - fabs(t - f->middle)) / f->step + 0.5;
    return part > 1 ? 1 : part > 0 ? part : 0;
}

/* Derivative of coefficient j by the value of point z. */
static double depends(const peak_room *room, const quadratic *f, int j, int z) {
    double t = room->t[z], s = (t - f->middle) / f->half, w = share(f, t) * room->weight[z] * room->weight[z];
    return w * (f->inverse[j][0] + s * (f->inverse[j][1] + s * f->inverse[j][2]));
}

static void lay_quadratic(const peak_room *room, const peak_group *g, int l, double middle, quadratic *f) {
    double s[5] = {0}, dot[3] = {0};
    f->middle = middle;
    for (int z = 0; z < room->count; z++) {
        double power = share(f, room->t[z]) * room->weight[z] * room->weight[z], y = 0;
        if (power == 0) continue;
        y = peak_value(room, g, l, z);
        for (int k = 0; k < 5; k++, power *= (room->t[z] - middle) / f->half) {
            s[k] += power;
            if (k < 3) dot[k] += power * y;
        }
    }
    double c00 = s[2] * s[4] - s[3] * s[3], c01 = s[2] * s[3] - s[1] * s[4], c02 = s[1] * s[3] - s[2] * s[2];
    double c11 = s[0] * s[4] - s[2] * s[2], c12 = s[1] * s[2] - s[0] * s[3], c22 = s[0] * s[2] - s[1] * s[1];
    double determinant = s[0] * c00 + s[1] * c01 + s[2] * c02;
    const double cofactor[3][3] = {{c00, c01, c02}, {c01, c11, c12}, {c02, c12, c22}};
    for (int j = 0; j < 3; j++) {
        f->c[j] = 0;
        for (int k = 0; k < 3; k++) {
            f->inverse[j][k] = cofactor[j][k] / determinant;
            f->c[j] += f->inverse[j][k] * dot[k];
        }
    }
}

static double vertex(const quadratic *f) { return f->c[2] < 0 ? f->middle - f->half * f->c[1] / (2 * f->c[2]) : NAN; }

/* The stretch between half the height on both sides, its middle moved until the vertex lies there. NaN if it does not come to rest in the range. */
static double settle(const peak_room *room, const peak_group *g, int l, quadratic *f) {
    double at = room->t[g->top[l]], width = g->theta[PEAK_WIDTH][l];
    f->step = 2.0 / (room->count - 1);
    f->half = fmin(fmax(HALF_WIDTH * width, 2 * f->step), 1);
    for (int i = 0; i < MOST_MOVES && fabs(at) <= 1; i++) {
        lay_quadratic(room, g, l, at, f);
        at = vertex(f);
        if (fabs(at - f->middle) < 1e-6 * f->half) return at;
    }
    return NAN;
}

/* The full width is where the parabola falls to half its height; the area that of the Gaussian of this height and width. */
static void parabola_of(peak_room *room, peak_group *g, int l, peak_numbers *out) {
    quadratic f, beside;
    double position = settle(room, g, l, &f), height = f.c[0], width = f.half * sqrt(fabs(0.5 * height / f.c[2])) / HALF_WIDTH;
    if (!(fabs(position) <= 1 && height > 0)) {
        lost(g, l);
        return;
    }
    put(out, l, height, position, width, height * width * ROOT_TWO_PI);
    double follows = 0; /* how far the vertex goes with the stretch */
    for (int side = -1; side <= 1; side += 2) {
        beside = f;
        lay_quadratic(room, g, l, position + 0.5 * side * f.step, &beside);
        follows += side * vertex(&beside) / f.step;
    }
    for (int z = 0; z < room->count; z++) {
        double by = depends(room, &f, 1, z) - (room->options->baseline ? f.half * room->line[z][1] : 0);
        room->gain[(size_t)z * PEAK_LANES + l] = (float)(-f.half * by / (2 * f.c[2]) / (1 - follows) / room->weight[z]);
    }
}

/* ---- moments --------------------------------------------------------------------------------------- */

static void moments_of(peak_room *room, peak_group *g, int l, peak_numbers *out) {
    double sum[3] = {0}, top = 0, through[2] = {0}, middle, square;
    for (int z = 0; z < room->count; z++) {
        double t = room->t[z], v = peak_value(room, g, l, z);
        sum[0] += v;
        sum[1] += t * v;
        sum[2] += t * t * v;
        top = v > top ? v : top;
    }
    middle = sum[1] / sum[0];
    square = sum[2] / sum[0] - middle * middle;
    if (!(sum[0] > 0 && square > 0 && fabs(middle) <= 1)) {
        lost(g, l);
        return;
    }
    put(out, l, top, middle, sqrt(square), sum[0] * 2 / (room->count - 1));
    for (int z = 0; z < room->count; z++) {
        through[0] += room->t[z] - middle;
        through[1] += (room->t[z] - middle) * room->t[z];
    }
    for (int z = 0; z < room->count; z++) {
        double line = room->options->baseline ? room->line[z][0] * through[0] + room->line[z][1] * through[1] : 0;
        room->gain[(size_t)z * PEAK_LANES + l] = (float)((room->t[z] - middle - line) / sum[0] / room->weight[z]);
    }
}

void peak_measure(peak_room *room, peak_group *g, peak_numbers *out) {
    int loaded[PEAK_LANES];
    for (int l = 0; l < PEAK_LANES; l++) loaded[l] = g->status[l] == VITRO_PEAK_GOOD;
    gaussian(room, g, out);
    for (int l = 0; room->options->model != VITRO_GAUSSIAN && l < PEAK_LANES; l++) {
        if (!loaded[l]) continue;
        if (g->status[l] != VITRO_PEAK_GOOD) room->residual[l] = NAN; /* only the error needs the Gaussian */
        g->status[l] = VITRO_PEAK_GOOD;
        if (room->options->model == VITRO_PARABOLA) parabola_of(room, g, l, out);
        else moments_of(room, g, l, out);
    }
}
