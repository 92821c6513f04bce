/* Least squares by Levenberg and Marquardt, 16 curves at a time.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "peak_fit.h"

#include <math.h>
#include <stdlib.h>

enum { MOST_PASSES = 80, MOST_POINTS = 4096 };

/* A fit is at its end when a step is this part of the peak's width, or lowers the sum of squares by this part, which is what rounding does:
 * some hundredths of a standard error. */
static const double LAST_STEP = 1e-5;
static const float LAST_GAIN = 4e-6f;
/* The widest peak, standard deviation, in half ranges: beyond it the range holds no more than its top. */
static const double WIDEST = 4;

static vitro_status check(const vitro_peak_options *o, int depth) {
    int least = o->baseline ? 7 : 5;
    if (o->model < VITRO_GAUSSIAN || o->model > VITRO_MOMENTS || (o->baseline != 0 && o->baseline != 1))
        return vitro_fail(VITRO_ARGUMENT, "there is no peak model %d with baseline %d", o->model, o->baseline);
    if (o->first < 0 || o->count < least || o->count > MOST_POINTS || o->first > depth - o->count)
        return vitro_fail(VITRO_ARGUMENT, "a peak in %d points from point %d of curves of %d points: %d to %d are needed", o->count, o->first, depth, least, MOST_POINTS);
    if (!isfinite(o->axis_first) || !isfinite(o->axis_step) || o->axis_step == 0)
        return vitro_fail(VITRO_ARGUMENT, "an axis that begins at %g in steps of %g", o->axis_first, o->axis_step);
    return VITRO_OK;
}

/* Each end is the mean of an eighth of the points. */
static void lay_line(peak_room *room) {
    int end = room->count / 8 > 1 ? room->count / 8 : 1;
    double apart = room->t[room->count - 1] - room->t[end - 1]; /* of the ends' middles */
    for (int z = 0; z < room->count; z++) {
        double low = z < end ? 1.0 / end : 0, high = z >= room->count - end ? 1.0 / end : 0;
        room->line[z][0] = 0.5 * (low + high);
        room->line[z][1] = (high - low) / apart;
    }
}

vitro_status peak_room_new(const vitro_peak_options *options, int depth, peak_room *room) {
    vitro_status status = check(options, depth);
    if (status != VITRO_OK) return status;
    size_t n = (size_t)options->count;
    *room = (peak_room){.options = options, .kernels = vitro_kernels_for(VITRO_ISA_BEST)->peak, .count = options->count};
    room->fitted = options->baseline ? PEAK_PARAMETERS : 3;
    room->t = vitro_alloc(n * (4 + 3 * PEAK_LANES), sizeof(float));
    room->line = vitro_alloc(n, sizeof *room->line);
    room->basis = vitro_alloc(n * PEAK_PARAMETERS, sizeof(double));
    if (!room->t || !room->line || !room->basis) {
        peak_room_free(room);
        return VITRO_MEMORY;
    }
    room->weight = room->t + n;
    room->value = room->weight + n;
    room->residual = room->value + n * PEAK_LANES;
    room->gain = room->residual + n * PEAK_LANES;
    room->covariance = room->gain + n * PEAK_LANES;
    room->misfit = room->covariance + n;
    for (int z = 0; z < room->count; z++) {
        room->t[z] = (float)(2.0 * z / (room->count - 1) - 1);
        room->weight[z] = options->weight ? options->weight[z] : 1;
        room->misfit[z] = 0;
    }
    lay_line(room);
    room->window = (peak_window){room->count, room->t, room->weight, room->value};
    return VITRO_OK;
}

void peak_room_free(peak_room *room) {
    free(room->t);
    free(room->line);
    free(room->basis);
}

/* ---- loading, starting values -------------------------------------------------------------- */

/* Offset (0 without a baseline) and scale of a curve; 0 if a number is missing or the curve is constant. */
static int range_of(const peak_room *room, const float *curve, int64_t stride, float *offset, float *scale) {
    float low = INFINITY, high = -INFINITY;
    int finite = 1;
    for (int z = 0; z < room->count; z++) {
        float v = curve[z * stride];
        finite &= fabsf(v) <= 1e30f;
        low = v < low ? v : low;
        high = v > high ? v : high;
    }
    *offset = room->options->baseline ? low : 0;
    *scale = fmaxf(high - *offset, *offset - low);
    if (!finite) return VITRO_PEAK_NOT_A_NUMBER;
    return high > low && high > *offset && *scale > 1e-30f ? VITRO_PEAK_GOOD : VITRO_PEAK_NO_MAXIMUM;
}

/* Value above the line through the ends, mean of a few points about z so that one point's noise is not taken for the top. */
static double above_line(const peak_room *room, const peak_group *g, int lane, int z) {
    int half = room->count / 32, from = z - half < 0 ? 0 : z - half, to = z + half >= room->count ? room->count - 1 : z + half;
    double sum = 0;
    for (int i = from; i <= to; i++) sum += peak_value(room, g, lane, i);
    return sum / (to - from + 1);
}

static void start(const peak_room *room, peak_group *g, int lane) {
    double height = 0, area = 0, *ends = g->ends[lane];
    int top = -1;
    ends[0] = ends[1] = 0;
    for (int z = 0; room->options->baseline && z < room->count; z++)
        for (int k = 0; k < 2; k++) ends[k] += room->line[z][k] * room->value[(size_t)z * PEAK_LANES + lane] / room->weight[z];
    for (int z = 0; z < room->count; z++) {
        double y = above_line(room, g, lane, z);
        area += y > 0 ? y : 0;
        if (y > height) {
            height = y;
            top = z;
        }
    }
    g->top[lane] = top;
    double step = 2.0 / (room->count - 1), width = top < 0 ? 1 : area * step / (2.5066 * height);
    const double first[PEAK_PARAMETERS] = {height, top < 0 ? 0 : room->t[top], fmax(fmin(width, 0.5), 0.7 * step), ends[0], ends[1]};
    for (int j = 0; j < PEAK_PARAMETERS; j++) g->theta[j][lane] = (float)first[j];
    if (top <= 0 || top == room->count - 1) g->status[lane] = VITRO_PEAK_NO_MAXIMUM;
}

void peak_load(peak_room *room, const float *block, int64_t n, int64_t first, peak_group *g) {
    g->lanes = n - first < PEAK_LANES ? (int)(n - first) : PEAK_LANES;
    for (int l = 0; l < PEAK_LANES; l++) {
        const float *curve = block + room->options->first * n + first + (l < g->lanes ? l : 0);
        float offset, scale;
        g->status[l] = range_of(room, curve, n, &offset, &scale);
        g->scale[l] = scale;
        for (int z = 0; z < room->count; z++)
            room->value[(size_t)z * PEAK_LANES + l] = g->status[l] == VITRO_PEAK_GOOD ? room->weight[z] * ((curve[z * n] - offset) / scale) : 0;
        if (g->status[l] == VITRO_PEAK_GOOD) start(room, g, l);
        else
            for (int j = 0; j < PEAK_PARAMETERS; j++) g->theta[j][l] = j == PEAK_WIDTH;
    }
}

/* ---- fitting ---------------------------------------------------------------------------------- */

/* Cholesky factor of one lane's normal matrix with its diagonal raised by the damping, and with what bent adds to it (may be NULL); 0 if it is
 * not positive. */
typedef double matrix[PEAK_PARAMETERS][PEAK_PARAMETERS];

static int factorize(const peak_sums *s, matrix bent, int n, int lane, double damping, matrix l) {
    for (int j = 0, pair = 0; j < n; j++)
        for (int k = 0; k <= j; k++, pair++) {
            double sum = s->normal[pair][lane] * (j == k ? 1 + damping : 1) + (bent ? bent[j][k] : 0), least = 1e-6 * s->normal[pair][lane];
            for (int i = 0; i < k; i++) sum -= l[j][i] * l[k][i];
            if (j > k) l[j][k] = sum / l[k][k];
            else if (sum > least && isfinite(sum)) l[j][j] = sqrt(sum);
            else return 0;
        }
    return 1;
}

static void solve(matrix l, int n, double *x) {
    for (int j = 0; j < n; j++) {
        for (int k = 0; k < j; k++) x[j] -= l[j][k] * x[k];
        x[j] /= l[j][j];
    }
    for (int j = n - 1; j >= 0; j--) {
        for (int k = j + 1; k < n; k++) x[j] -= l[k][j] * x[k];
        x[j] /= l[j][j];
    }
}

/* Where the fits of a group stand. */
typedef struct {
    peak_theta trial;
    double damping[PEAK_LANES];
    int done[PEAK_LANES], last[PEAK_LANES];
} progress;

/* The next trial of a lane; a step that leaves what is sensible is shortened by more damping. */
static void propose(const peak_room *room, peak_group *g, const peak_sums *at, progress *p, int lane) {
    double step[PEAK_PARAMETERS] = {0}, narrowest = 0.6 / (room->count - 1);
    matrix l;
    for (int j = 0; j < PEAK_PARAMETERS; j++) p->trial[j][lane] = g->theta[j][lane];
    for (; p->damping[lane] < 1e9; p->damping[lane] *= 8) {
        if (!factorize(at, NULL, room->fitted, lane, p->damping[lane], l)) continue;
        for (int j = 0; j < room->fitted; j++) step[j] = at->gradient[j][lane];
        solve(l, room->fitted, step);
        double position = g->theta[PEAK_POSITION][lane] + step[PEAK_POSITION], width = g->theta[PEAK_WIDTH][lane] + step[PEAK_WIDTH];
        if (fabs(position) < 1.5 && width > narrowest && width < WIDEST) break;
    }
    if (!(p->damping[lane] < 1e9)) {
        g->status[lane] = VITRO_PEAK_NO_FIT;
        p->done[lane] = 1;
        return;
    }
    double width = g->theta[PEAK_WIDTH][lane], lowers = 0;
    for (int j = 0; j < room->fitted; j++) {
        p->trial[j][lane] += (float)step[j];
        lowers += step[j] * at->gradient[j][lane];
    }
    int short_step = fabs(step[PEAK_POSITION]) < LAST_STEP * width && fabs(step[PEAK_WIDTH]) < LAST_STEP * width;
    p->last[lane] = p->damping[lane] <= 1 && (short_step || lowers < LAST_GAIN * at->chi2[lane]);
}

/* Takes the trial if it is no worse; sums hold what belongs to theta. */
static void judge(peak_group *g, peak_sums *at, const peak_sums *trial, progress *p, int lane) {
    if (!(trial->chi2[lane] <= at->chi2[lane] * (1 + LAST_GAIN))) {
        p->damping[lane] *= 8;
        p->done[lane] = p->last[lane];
        return;
    }
    for (int j = 0; j < PEAK_PARAMETERS; j++) {
        g->theta[j][lane] = p->trial[j][lane];
        at->gradient[j][lane] = trial->gradient[j][lane];
    }
    for (int j = 0; j < PEAK_PAIRS; j++) at->normal[j][lane] = trial->normal[j][lane];
    at->chi2[lane] = trial->chi2[lane];
    p->damping[lane] *= 0.1;
    p->done[lane] = p->last[lane];
}

/* Minus the misfit times the model's second derivatives: where the model is not the curve's shape, they decide how the fit follows the
 * values. Lower triangle. */
static void second_derivatives(const peak_group *g, float bend[PEAK_BEND][PEAK_LANES], int lane, matrix out) {
    double height = g->theta[PEAK_HEIGHT][lane], width = g->theta[PEAK_WIDTH][lane], per = height / (width * width), b[PEAK_BEND];
    for (int k = 0; k < PEAK_BEND; k++) b[k] = bend[k][lane] * height;
    for (int j = 0; j < PEAK_PARAMETERS; j++)
        for (int k = 0; k < PEAK_PARAMETERS; k++) out[j][k] = 0;
    out[PEAK_POSITION][PEAK_HEIGHT] = -b[1] / width;
    out[PEAK_WIDTH][PEAK_HEIGHT] = -b[2] / width;
    out[PEAK_POSITION][PEAK_POSITION] = -per * (b[2] - b[0]);
    out[PEAK_WIDTH][PEAK_POSITION] = -per * (b[3] - 2 * b[1]);
    out[PEAK_WIDTH][PEAK_WIDTH] = -per * (b[4] - 3 * b[2]);
}

static void finish(const peak_room *room, peak_group *g, const peak_sums *at, float bend[PEAK_BEND][PEAK_LANES], int done, int lane) {
    matrix bent;
    for (int j = 0; j < PEAK_PARAMETERS; j++) g->row[j][lane] = 0;
    if (g->status[lane] != VITRO_PEAK_GOOD) return;
    second_derivatives(g, bend, lane, bent);
    if (!done || (!factorize(at, bent, room->fitted, lane, 0, g->factor[lane]) && !factorize(at, NULL, room->fitted, lane, 0, g->factor[lane])))
        g->status[lane] = VITRO_PEAK_NO_FIT;
    else if (!(fabsf(g->theta[PEAK_POSITION][lane]) <= 1) || !(g->theta[PEAK_HEIGHT][lane] > 0)) g->status[lane] = VITRO_PEAK_NO_MAXIMUM;
    else {
        double column[PEAK_PARAMETERS] = {[PEAK_POSITION] = 1};
        solve(g->factor[lane], room->fitted, column);
        for (int j = 0; j < room->fitted; j++) g->row[j][lane] = (float)column[j];
    }
}

void peak_fit(peak_room *room, peak_group *g) {
    peak_sums at, trial;
    progress p;
    for (int l = 0; l < PEAK_LANES; l++) {
        p.done[l] = g->status[l] != VITRO_PEAK_GOOD;
        p.damping[l] = 1e-2;
        for (int j = 0; j < PEAK_PARAMETERS; j++) p.trial[j][l] = g->theta[j][l];
    }
    room->kernels->sums(&room->window, g->theta, &at);
    for (int pass = 0, left = 1; pass < MOST_PASSES && left; pass++) {
        for (int l = 0; l < PEAK_LANES; l++)
            if (!p.done[l]) propose(room, g, &at, &p, l);
        room->kernels->sums(&room->window, p.trial, &trial);
        left = 0;
        for (int l = 0; l < PEAK_LANES; l++) {
            if (!p.done[l]) judge(g, &at, &trial, &p, l);
            left |= !p.done[l];
        }
    }
    float bend[PEAK_BEND][PEAK_LANES];
    room->kernels->bend(&room->window, g->theta, room->misfit, bend);
    for (int l = 0; l < PEAK_LANES; l++) finish(room, g, &at, bend, p.done[l], l);
}

/* ---- how a fit follows the values --------------------------------------------------------------- */

static void derivatives(const peak_group *g, int lane, double t, double d[PEAK_PARAMETERS]) {
    double height = g->theta[PEAK_HEIGHT][lane], width = g->theta[PEAK_WIDTH][lane], u = (t - g->theta[PEAK_POSITION][lane]) / width;
    d[PEAK_HEIGHT] = exp(-0.5 * u * u);
    d[PEAK_POSITION] = height * d[PEAK_HEIGHT] * u / width;
    d[PEAK_WIDTH] = d[PEAK_POSITION] * u;
    d[PEAK_LEVEL] = 1;
    d[PEAK_TILT] = t;
}

void peak_response(const peak_room *room, const peak_group *g, int lane, double *out) {
    for (int z = 0; z < room->count; z++) {
        double d[PEAK_PARAMETERS];
        derivatives(g, lane, room->t[z], d);
        for (int j = 0; j < room->fitted; j++) {
            for (int k = 0; k < j; k++) d[j] -= g->factor[lane][j][k] * d[k];
            d[j] /= g->factor[lane][j][j];
            out[(size_t)j * (size_t)room->count + (size_t)z] = room->weight[z] * d[j];
        }
    }
}
