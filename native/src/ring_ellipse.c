/* The estimator 'direct ellipse' [K 3.6.4]: the pixels of the ring that are brighter than a share of its maximum, and the
 * algebraic least-squares ellipse through them (Fitzgibbon et al. 1999 in the stable form of Halir & Flusser 1998).
 * Kept for fidelity to the literature: 'ring profile' scatters several times less. The pattern is smoothed over several
 * speckle grains first, else the brightest pixels are those of one grain; error bars are a jackknife over 30-degree groups.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "ring_model.h"
#include "solve.h"
#include "symmetric.h"

enum { DEGREE_4 = 15, GROUPS = 12, MOST_TAPS = 65 };

static const double PI = 3.14159265358979323846;
static const double SMOOTHING = 0.045; /* standard deviation of the smoothing, in ring radii: 3 px at 70 px */

/* An unmasked pixel of the annulus. */
typedef struct {
    int32_t at;    /* in the box */
    int32_t group; /* of the jackknife */
    float u, v;    /* position from the geometry's centre, in ring radii */
} ring_pixel;

typedef struct {
    struct vitro_job job;
    vitro_geometry geometry;
    double threshold, radius;
    int x0, y0, w, h; /* box that is smoothed */
    int taps;
    float tap[MOST_TAPS];
    float *known;   /* box: 1 where unmasked */
    float *divisor; /* box: 1 / smoothed known, 0 where so much is masked that the smoothed value is of elsewhere */
    ring_pixel *pixel;
    int pixels, group_pixels[GROUPS];
    float *field;
} ellipse_job;

/* ---- smoothing ------------------------------------------------------------------ */

static void smooth_rows(const ellipse_job *e, const float *in, float *out) {
    int half = e->taps / 2;
    for (int y = 0; y < e->h; y++) {
        float *row = out + (size_t)y * (size_t)e->w;
        const float *from = in + (size_t)y * (size_t)e->w;
        memset(row, 0, sizeof *row * (size_t)e->w);
        for (int t = -half; t <= half; t++) {
            int first = t < 0 ? -t : 0, end = t > 0 ? e->w - t : e->w;
            float weight = e->tap[t + half];
            for (int x = first; x < end; x++) row[x] += weight * from[x + t];
        }
    }
}

static void smooth_columns(const ellipse_job *e, const float *in, float *out) {
    int half = e->taps / 2;
    memset(out, 0, sizeof *out * (size_t)e->w * (size_t)e->h);
    for (int y = 0; y < e->h; y++)
        for (int t = -half; t <= half; t++) {
            if (y + t < 0 || y + t >= e->h) continue;
            float weight = e->tap[t + half], *row = out + (size_t)y * (size_t)e->w;
            const float *from = in + (size_t)(y + t) * (size_t)e->w;
            for (int x = 0; x < e->w; x++) row[x] += weight * from[x];
        }
}

/* The box of one pattern as floats, 0 where masked. Returns the number of saturated pixels. */
static int load_box(const ellipse_job *e, const void *frame, float *box) {
    int saturated = 0, width = e->job.frames.width, type = e->job.frames.type;
    for (int y = 0; y < e->h; y++) {
        size_t from = (size_t)(e->y0 + y) * (size_t)width + (size_t)e->x0, to = (size_t)y * (size_t)e->w;
        for (size_t x = 0; x < (size_t)e->w; x++) {
            float value = type == VITRO_U8 ? ((const uint8_t *)frame)[from + x] : type == VITRO_U16 ? ((const uint16_t *)frame)[from + x]
                                                                                                      : ((const float *)frame)[from + x];
            int known = e->known[to + x] > 0;
            saturated += known && ((type == VITRO_U8 && value == UINT8_MAX) || (type == VITRO_U16 && value == UINT16_MAX));
            box[to + x] = known ? value : 0;
        }
    }
    return saturated;
}

/* ---- ellipse ---------------------------------------------------------------------- */

/* Sums of u^i v^j, i + j <= 4, in the order 1 u v uu uv vv uuu uuv uvv vvv uuuu uuuv uuvv uvvv vvvv. */
static void add_point(double m[DEGREE_4], double u, double v) {
    const double uu = u * u, uv = u * v, vv = v * v;
    const double term[DEGREE_4] = {1, u, v, uu, uv, vv, uu * u, uu * v, u * vv, vv * v, uu * uu, uu * uv, uu * vv, uv * vv, vv * vv};
    for (int i = 0; i < DEGREE_4; i++) m[i] += term[i];
}

static int invert3(const double a[3][3], double out[3][3]) {
    double det = 0;
    for (int i = 0; i < 3; i++)
        for (int j = 0; j < 3; j++)
            out[j][i] = a[(i + 1) % 3][(j + 1) % 3] * a[(i + 2) % 3][(j + 2) % 3] - a[(i + 1) % 3][(j + 2) % 3] * a[(i + 2) % 3][(j + 1) % 3];
    for (int j = 0; j < 3; j++) det += a[0][j] * out[j][0];
    if (!(fabs(det) > 1e-12)) return 0;
    for (int i = 0; i < 9; i++) (&out[0][0])[i] /= det;
    return 1;
}

/* Conic a uu + b uv + c vv + d u + e v + f = 0 with 4ac > bb, smallest algebraic distance, whose mean square comes last; 0 if
 * there is none. */
static int fit_conic(const double sum[DEGREE_4], double conic[7]) {
    double m[DEGREE_4];
    if (sum[0] < 6) return 0;
    for (int i = 0; i < DEGREE_4; i++) m[i] = sum[i] / sum[0];
    const double s1[3][3] = {{m[10], m[11], m[12]}, {m[11], m[12], m[13]}, {m[12], m[13], m[14]}};
    const double s2[3][3] = {{m[6], m[7], m[3]}, {m[7], m[8], m[4]}, {m[8], m[9], m[5]}};
    const double s3[3][3] = {{m[3], m[4], m[1]}, {m[4], m[5], m[2]}, {m[1], m[2], 1}};
    double inverse[3][3], t[3][3] = {{0}}, reduced[3][3], a[9], real[3], imaginary[3], vector[9];
    if (!invert3(s3, inverse)) return 0;
    for (int i = 0; i < 3; i++)
        for (int j = 0; j < 3; j++)
            for (int k = 0; k < 3; k++) t[i][j] -= inverse[i][k] * s2[j][k];
    for (int i = 0; i < 3; i++)
        for (int j = 0; j < 3; j++) {
            reduced[i][j] = s1[i][j];
            for (int k = 0; k < 3; k++) reduced[i][j] += s2[i][k] * t[k][j];
        }
    for (int j = 0; j < 3; j++) { /* the constraint's inverse from the left, columns as LAPACK has them */
        a[3 * j] = reduced[2][j] / 2;
        a[3 * j + 1] = -reduced[1][j];
        a[3 * j + 2] = reduced[0][j] / 2;
    }
    if (solve_eigen(a, 3, real, imaginary, vector) != VITRO_OK) return 0;
    for (int i = 0; i < 3; i++) {
        const double *v = vector + 3 * i;
        if (imaginary[i] != 0 || !(4 * v[0] * v[2] - v[1] * v[1] > 0)) continue;
        memcpy(conic, v, 3 * sizeof *v);
        for (int j = 0; j < 3; j++) conic[3 + j] = t[j][0] * v[0] + t[j][1] * v[1] + t[j][2] * v[2];
        conic[6] = fmax(0, real[i] * (4 * v[0] * v[2] - v[1] * v[1]));
        return 1;
    }
    return 0;
}

/* Centre (ring radii, from the geometry's) and stretch xx, xy, yy of the ellipse, and the points' scatter about it as a part
 * of its radius; 0 if it is none. */
static int ellipse_of(const vitro_geometry *g, const double c[7], double out[6]) {
    double det = 4 * c[0] * c[2] - c[1] * c[1];
    out[0] = (c[1] * c[4] - 2 * c[2] * c[3]) / det;
    out[1] = (c[1] * c[3] - 2 * c[0] * c[4]) / det;
    double rest = -(c[5] + 0.5 * (c[3] * out[0] + c[4] * out[1]));
    /* V V = E^-1 Q E^-1 for the ellipse k Q k = 1; E has determinant 1. */
    const sym conic = {c[0] / rest, c[1] / 2 / rest, c[2] / rest}, unround = sym_inverse((sym){g->ellipse_xx, g->ellipse_xy, g->ellipse_yy});
    const sym stretch = sym_root(sym_congruence(unround, conic));
    out[2] = stretch.xx;
    out[3] = stretch.xy;
    out[4] = stretch.yy;
    out[5] = 0.5 * sqrt(c[6]) / fabs(rest);
    return isfinite(out[2] + out[3] + out[4]) && conic.xx > 0;
}

/* Jackknife covariance of the stretch, one group of angles left out at a time; 0 if a part has no ellipse. */
static int jackknife(const vitro_geometry *g, double moments[GROUPS][DEGREE_4], const double all[DEGREE_4], float *field) {
    double value[GROUPS][6], mean[5] = {0}, cov[3][3] = {{0}};
    int n = 0;
    for (int i = 0; i < GROUPS; i++) {
        double rest[DEGREE_4], conic[7];
        if (moments[i][0] == 0) continue;
        for (int j = 0; j < DEGREE_4; j++) rest[j] = all[j] - moments[i][j];
        if (!fit_conic(rest, conic) || !ellipse_of(g, conic, value[n])) return 0;
        for (int j = 2; j < 5; j++) mean[j] += value[n][j];
        n++;
    }
    for (int i = 0; i < n; i++)
        for (int j = 0; j < 3; j++)
            for (int k = 0; k < 3; k++) cov[j][k] += (value[i][2 + j] - mean[2 + j] / n) * (value[i][2 + k] - mean[2 + k] / n) * (n - 1) / n;
    field[VITRO_RING_COV_XX_XX] = (float)cov[0][0];
    field[VITRO_RING_COV_XY_XY] = (float)cov[1][1];
    field[VITRO_RING_COV_YY_YY] = (float)cov[2][2];
    field[VITRO_RING_COV_XX_XY] = (float)cov[0][1];
    field[VITRO_RING_COV_XX_YY] = (float)cov[0][2];
    field[VITRO_RING_COV_XY_YY] = (float)cov[1][2];
    return n >= 4;
}

/* ---- one pattern --------------------------------------------------------------------- */

/* Bright pixels by group; returns the status. */
static int bright_pixels(const ellipse_job *e, float *smooth, double moments[GROUPS][DEGREE_4], double all[DEGREE_4], float *field) {
    float most = -INFINITY, least = INFINITY;
    int seen = 0, filled = 0;
    for (int i = 0; i < e->pixels; i++) {
        float *value = &smooth[e->pixel[i].at];
        *value *= e->divisor[e->pixel[i].at];
        if (!isfinite(*value)) return VITRO_PATTERN_NOT_A_NUMBER;
        if (*value > most) most = *value;
        if (*value < least) least = *value;
    }
    if (most <= 0) return most == 0 ? VITRO_PATTERN_EMPTY : VITRO_PATTERN_NEGATIVE;
    field[VITRO_RING_AMPLITUDE] = most - least;
    field[VITRO_RING_BACKGROUND] = least;
    for (int i = 0; i < e->pixels; i++)
        if (smooth[e->pixel[i].at] > e->threshold * most) add_point(moments[e->pixel[i].group], e->pixel[i].u, e->pixel[i].v);
    for (int g = 0; g < GROUPS; g++) {
        for (int j = 0; j < DEGREE_4; j++) all[j] += moments[g][j];
        seen += e->group_pixels[g] > 0;
        filled += moments[g][0] > 0;
    }
    return filled >= 6 && 10 * filled >= 6 * seen ? VITRO_PATTERN_GOOD : VITRO_PATTERN_ONE_SIDED;
}

/* On a pattern without a ring the brightest pixels lie anywhere in the range, or where it begins. */
static int is_ring(const ellipse_job *e, const double ellipse[6]) {
    double low = e->geometry.ring_min, high = e->geometry.ring_max, margin = fmax(2, 0.05 * (high - low));
    double radius = e->radius / sqrt(ellipse[2] * ellipse[4] - ellipse[3] * ellipse[3]);
    return radius > low + margin && radius < high - margin && ellipse[5] * radius < 0.5 * (high - low) / sqrt(12);
}

static int measure(const ellipse_job *e, const void *frame, float *room, float *field) {
    double moments[GROUPS][DEGREE_4] = {{0}}, all[DEGREE_4] = {0}, conic[7], ellipse[6];
    float *box = room, *other = room + (size_t)e->w * (size_t)e->h;
    if (load_box(e, frame, box) > RING_SATURATED_SHARE * (float)e->pixels) return VITRO_PATTERN_SATURATED;
    smooth_rows(e, box, other);
    smooth_columns(e, other, box);
    int status = bright_pixels(e, box, moments, all, field);
    if (status != VITRO_PATTERN_GOOD) return status;
    if (!fit_conic(all, conic) || !ellipse_of(&e->geometry, conic, ellipse) || !jackknife(&e->geometry, moments, all, field))
        return VITRO_PATTERN_NOT_CONVERGED;
    if (!is_ring(e, ellipse)) return VITRO_PATTERN_NO_RING;
    for (int j = 2; j < 5; j++)
        if (fabs(ellipse[j] - (j != 3)) > 0.4) return VITRO_PATTERN_OUT_OF_RANGE;
    field[VITRO_RING_CENTER_X] = (float)(e->geometry.center_x + ellipse[0] * e->radius);
    field[VITRO_RING_CENTER_Y] = (float)(e->geometry.center_y + ellipse[1] * e->radius);
    field[VITRO_RING_V_XX] = (float)ellipse[2];
    field[VITRO_RING_V_XY] = (float)ellipse[3];
    field[VITRO_RING_V_YY] = (float)ellipse[4];
    return VITRO_PATTERN_GOOD;
}

static vitro_status ellipse_feed(vitro_job *job, const void *frames, int64_t first, int64_t n) {
    ellipse_job *e = (ellipse_job *)job;
    float *room = vitro_alloc(2 * (size_t)e->w * (size_t)e->h, sizeof *room);
    if (!room) return VITRO_MEMORY;
    for (int64_t f = 0; f < n; f++) {
        float *field = e->field + (size_t)(first + f) * VITRO_RING_FIELDS;
        for (int i = 0; i < VITRO_RING_FIELDS; i++) field[i] = NAN;
        int status = measure(e, (const char *)frames + job->frame_bytes * (size_t)f, room, field);
        for (int i = 0; i < VITRO_RING_FIELDS && status != VITRO_PATTERN_GOOD; i++) field[i] = NAN;
        field[VITRO_RING_STATUS] = (float)status;
    }
    free(room);
    return VITRO_OK;
}

static vitro_status ellipse_finish(vitro_job *job, float *out) {
    memcpy(out, ((const ellipse_job *)job)->field, sizeof *out * (size_t)job->outputs);
    return VITRO_OK;
}

static void ellipse_release(vitro_job *job) {
    ellipse_job *e = (ellipse_job *)job;
    free(e->known);
    free(e->divisor);
    free(e->pixel);
    free(e->field);
}

static const vitro_method ellipse_method = {ellipse_feed, ellipse_finish, ellipse_release};

/* ---- preparation ------------------------------------------------------------------------ */

static void set_box(ellipse_job *e) {
    const vitro_geometry *g = &e->geometry;
    double sigma = fmax(1, SMOOTHING * e->radius), sum = 0;
    int half = (int)fmin(MOST_TAPS / 2, ceil(2.5 * sigma)), width = e->job.frames.width, height = e->job.frames.height;
    e->taps = 2 * half + 1;
    for (int t = -half; t <= half; t++) sum += e->tap[t + half] = (float)exp(-0.5 * t * t / (sigma * sigma));
    for (int t = 0; t < e->taps; t++) e->tap[t] /= (float)sum;
    double reach = 1.1 * g->ring_max + half;
    e->x0 = (int)fmax(0, floor(g->center_x - reach));
    e->y0 = (int)fmax(0, floor(g->center_y - reach));
    e->w = (int)fmin(width, ceil(g->center_x + reach)) - e->x0;
    e->h = (int)fmin(height, ceil(g->center_y + reach)) - e->y0;
}

static void list_pixels(ellipse_job *e) {
    const vitro_geometry *g = &e->geometry;
    for (int i = 0; i < e->w * e->h; i++) {
        double x = e->x0 + i % e->w - g->center_x, y = e->y0 + i / e->w - g->center_y;
        double u = g->ellipse_xx * x + g->ellipse_xy * y, v = g->ellipse_xy * x + g->ellipse_yy * y, r = hypot(u, v);
        if (e->known[i] == 0 || e->divisor[i] == 0 || r < g->ring_min || r > g->ring_max) continue;
        int group = (int)((atan2(v, u) / (2 * PI) + 1) * GROUPS) % GROUPS;
        e->pixel[e->pixels++] = (ring_pixel){i, group, (float)(x / e->radius), (float)(y / e->radius)};
        e->group_pixels[group]++;
    }
}

static vitro_status prepare(ellipse_job *e) {
    set_box(e);
    size_t n = (size_t)e->w * (size_t)e->h;
    float *room = vitro_alloc(n, sizeof *room);
    e->known = vitro_alloc(n, sizeof *e->known);
    e->divisor = vitro_alloc(n, sizeof *e->divisor);
    e->pixel = vitro_alloc(n, sizeof *e->pixel);
    e->field = vitro_alloc((size_t)e->job.frames.frames, sizeof(float) * VITRO_RING_FIELDS);
    vitro_status status = room && e->known && e->divisor && e->pixel && e->field ? VITRO_OK : VITRO_MEMORY;
    if (status == VITRO_OK) {
        const uint8_t *mask = e->geometry.mask;
        for (int i = 0; i < e->w * e->h; i++)
            e->known[i] = !(mask && mask[(e->y0 + i / e->w) * e->job.frames.width + e->x0 + i % e->w]);
        smooth_rows(e, e->known, room);
        smooth_columns(e, room, e->divisor);
        for (size_t i = 0; i < n; i++) e->divisor[i] = e->divisor[i] > 0.7f ? 1 / e->divisor[i] : 0;
        list_pixels(e);
        e->geometry.mask = NULL;
        if (e->pixels < 50)
            status = vitro_fail(VITRO_DATA, "only %d unmasked pixels with a radius of %.1f to %.1f px about (%.1f, %.1f)", e->pixels,
                                e->geometry.ring_min, e->geometry.ring_max, e->geometry.center_x, e->geometry.center_y);
    }
    free(room);
    return status;
}

vitro_status vitro_direct_ellipse_new(const vitro_frames *frames, const vitro_geometry *geometry, double threshold, vitro_job **job) {
    if (!(threshold > 0 && threshold < 1)) return vitro_fail(VITRO_ARGUMENT, "threshold %g: it must lie between 0 and 1", threshold);
    vitro_status status = ring_geometry_check(geometry, frames->width, frames->height);
    if (status != VITRO_OK) return status;
    ellipse_job *e = vitro_calloc(1, sizeof *e);
    if (!e) return VITRO_MEMORY;
    status = vitro_job_init(&e->job, &ellipse_method, frames, 0);
    if (status != VITRO_OK) {
        free(e);
        return status;
    }
    e->job.outputs = frames->frames * VITRO_RING_FIELDS;
    e->geometry = *geometry;
    e->threshold = threshold;
    e->radius = (geometry->ring_min + geometry->ring_max) / 2;
    status = prepare(e);
    if (status != VITRO_OK) {
        vitro_job_free(&e->job);
        return status;
    }
    *job = &e->job;
    return VITRO_OK;
}
