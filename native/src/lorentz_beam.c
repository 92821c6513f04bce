/* The direct beam of every pattern: where it is, for the deflection by magnetic fields.
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The centre c is where the centroid of the intensity in a disc about c is c itself:
 *     psi(c) = sum of w(|x - c|) I(x) (x - c) = 0,   w = 1 up to the radius R, falling as cos^2 to 0 at 1.5 R (at least R + 2 px).
 * A rim of one pixel would make the sum over a smooth background depend on how c lies between the pixels. Whatever moves with the beam, the disc, rings and background alike, is seen symmetric about c, so the centre is not drawn towards the middle of a
 * fixed aperture. Found by Newton's method with -dpsi/dc = sum of I (w + w' (x - c)^2 / |x - c|). Photon noise gives c the variance
 * sum of w^2 I (x - c)^2 / (dpsi/dc)^2.
 */
#include <math.h>
#include <stdlib.h>

#include "job.h"

enum { MOST_STEPS = 50 };
static const double TOLERANCE = 1e-5; /* px */
/* What the beam itself must give of the intensity about it: -dpsi/dc is the beam's part alone, an even background cancels. */
static const double LEAST_SHARE = 0.02;
static const double HALF_PI = 1.57079632679489661923;

typedef struct {
    struct vitro_job job;
    double start[2], radius;
    float *field; /* VITRO_BEAM_FIELDS x frames */
} beam_job;

typedef struct {
    double total;                          /* sum of w I */
    double moment[2], slope[2], square[2]; /* psi, -dpsi/dc, sum of w^2 I (x - c)^2, for x and y */
} centroid_sums;

static double pixel(const void *frame, int type, size_t i) {
    return type == VITRO_U8 ? ((const uint8_t *)frame)[i] : type == VITRO_U16 ? ((const uint16_t *)frame)[i] : (double)((const float *)frame)[i];
}

static double rim(const beam_job *b) { return fmax(2, b->radius / 2); }

static double reach(const beam_job *b) { return b->radius + rim(b); }

static void add_pixel(const beam_job *b, centroid_sums *s, double value, double dx, double dy) {
    double r = hypot(dx, dy), into = (r - b->radius) / rim(b); /* 0 at the radius, 1 at the end */
    if (into >= 1) return;
    double c = into > 0 ? cos(HALF_PI * into) : 1, w = c * c, fall = into > 0 ? -2 * HALF_PI / rim(b) * c * sqrt(1 - w) : 0;
    const double d[2] = {dx, dy};
    s->total += w * value;
    for (int k = 0; k < 2; k++) {
        s->moment[k] += w * value * d[k];
        s->slope[k] += value * (w + (fall < 0 ? fall * d[k] * d[k] / r : 0));
        s->square[k] += w * w * value * d[k] * d[k];
    }
}

static centroid_sums sums_about(const beam_job *b, const void *frame, const double center[2]) {
    const vitro_frames *f = &b->job.frames;
    double most = reach(b);
    centroid_sums s = {0, {0}, {0}, {0}};
    for (int y = (int)ceil(center[1] - most); y <= center[1] + most; y++)
        for (int x = (int)ceil(center[0] - most); x <= center[0] + most; x++)
            add_pixel(b, &s, pixel(frame, f->type, (size_t)y * (size_t)f->width + (size_t)x), x - center[0], y - center[1]);
    return s;
}

/* Whether the whole disc lies on the detector. */
static int is_inside(const beam_job *b, const double center[2]) {
    double r = reach(b);
    return center[0] >= r && center[1] >= r && center[0] <= b->job.frames.width - 1 - r && center[1] <= b->job.frames.height - 1 - r;
}

/* x, y, their common standard deviation; 0 if there is no such centre. */
static int find_beam(const beam_job *b, const void *frame, double out[VITRO_BEAM_FIELDS]) {
    double center[2] = {b->start[0], b->start[1]};
    for (int i = 0; i < MOST_STEPS && is_inside(b, center); i++) {
        centroid_sums s = sums_about(b, frame, center);
        if (!(s.slope[0] > LEAST_SHARE * s.total && s.slope[1] > LEAST_SHARE * s.total && s.total > 0)) return 0;
        double step[2] = {s.moment[0] / s.slope[0], s.moment[1] / s.slope[1]};
        double length = hypot(step[0], step[1]), most = b->radius / 2; /* far away the slope is not that at the centre */
        for (int k = 0; k < 2; k++) center[k] += length > most ? step[k] * most / length : step[k];
        if (!(length < TOLERANCE)) continue;
        out[0] = center[0];
        out[1] = center[1];
        out[2] = sqrt((s.square[0] / (s.slope[0] * s.slope[0]) + s.square[1] / (s.slope[1] * s.slope[1])) / 2);
        return isfinite(out[0]) && isfinite(out[1]);
    }
    return 0;
}

static vitro_status beam_feed(vitro_job *job, const void *frames, int64_t first, int64_t n) {
    beam_job *b = (beam_job *)job;
    for (int64_t i = 0; i < n; i++) {
        double beam[VITRO_BEAM_FIELDS];
        int found = find_beam(b, (const char *)frames + job->frame_bytes * (size_t)i, beam);
        for (int k = 0; k < VITRO_BEAM_FIELDS; k++) b->field[k * job->frames.frames + first + i] = found ? (float)beam[k] : NAN;
    }
    return VITRO_OK;
}

static vitro_status beam_finish(vitro_job *job, float *out) {
    const beam_job *b = (const beam_job *)job;
    int64_t n = job->frames.frames, found = 0;
    for (int64_t i = 0; i < n; i++) found += isfinite(b->field[i]);
    if (!found) return vitro_fail(VITRO_DATA, "in none of the %lld patterns was a direct beam found within %.1f px", (long long)n, b->radius);
    for (int64_t i = 0; i < VITRO_BEAM_FIELDS * n; i++) out[i] = b->field[i];
    return VITRO_OK;
}

static void beam_release(vitro_job *job) { free(((beam_job *)job)->field); }

static const vitro_method beam_method = {beam_feed, beam_finish, beam_release};

vitro_status vitro_direct_beam_new(const vitro_frames *frames, const double center[2], double radius, vitro_job **job) {
    beam_job *b = vitro_calloc(1, sizeof *b);
    if (!b) return VITRO_MEMORY;
    vitro_status status = vitro_job_init(&b->job, &beam_method, frames, VITRO_BEAM_FIELDS * frames->frames);
    if (status != VITRO_OK) {
        free(b);
        return status;
    }
    b->start[0] = center[0];
    b->start[1] = center[1];
    b->radius = radius;
    if (!(radius >= 1 && is_inside(b, center)))
        status = vitro_fail(VITRO_ARGUMENT, "a direct beam of %g px about (%g, %g) does not lie on the detector of %d x %d px", radius, center[0], center[1],
                            frames->width, frames->height);
    else if (!(b->field = vitro_alloc((size_t)frames->frames, VITRO_BEAM_FIELDS * sizeof *b->field))) status = VITRO_MEMORY;
    if (status == VITRO_OK) *job = &b->job;
    else vitro_job_free(&b->job);
    return status;
}

/* ---- on a mean pattern ------------------------------------------------------------ */

enum { BOX = 2 };

static double box_mean(const float *mean, int width, int x, int y) {
    double sum = 0;
    for (int j = y - BOX; j <= y + BOX; j++)
        for (int i = x - BOX; i <= x + BOX; i++) sum += mean[(size_t)j * (size_t)width + (size_t)i];
    return sum / ((2 * BOX + 1) * (2 * BOX + 1));
}

vitro_status vitro_find_direct_beam(const float *mean, int width, int height, double beam[3]) {
    double highest = 0;
    int at_x = -1, at_y = -1;
    for (int y = BOX; y < height - BOX; y++)
        for (int x = BOX; x < width - BOX; x++) {
            double value = box_mean(mean, width, x, y);
            if (!(value > highest)) continue;
            highest = value;
            at_x = x;
            at_y = y;
        }
    if (at_x < 0) return vitro_fail(VITRO_DATA, "the mean pattern of %d x %d px has no bright place", width, height);
    double above = 0, reach = 0.25 * (width < height ? width : height);
    for (int y = 0; y < height; y++)
        for (int x = 0; x < width; x++) above += mean[(size_t)y * (size_t)width + (size_t)x] > highest / 2 && hypot(x - at_x, y - at_y) < reach;
    beam[0] = at_x;
    beam[1] = at_y;
    beam[2] = 1.5 * sqrt(above / (2 * HALF_PI)) + 1;
    return VITRO_OK;
}
