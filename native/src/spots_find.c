/* Diffraction spots of one pattern: where they are, to a fraction of a pixel, and how surely.
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Candidates are the maxima of the smoothed pattern, at three widths of smoothing, that stand `minimum` standard deviations above the ring of pixels about
 * them. Each is then fitted by maximum likelihood with
 *     I(r) = b + plane + A exp(-(r / w)^(2 m) ln 2),   r the distance from (x, y),
 * a Gaussian for m = 1, a disc with soft edges for large m; w is its radius at half height. The plane is that of the ring of pixels.
 */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "job.h"
#include "solve.h"

enum { RING_SAMPLES = 400, FEW_SAMPLES = 80, PARAMETERS = 6, STEPS = 60, LARGEST_SCALE = 4 };
enum { P_X, P_Y, P_HEIGHT, P_BACKGROUND, P_WIDTH, P_EDGE };
static const double LN_2 = 0.69314718055994530942;
static const double MAD_TO_SIGMA = 1.4826;
/* Share of a Gaussian filter's weight that must be on valid pixels. */
static const double LEAST_WEIGHT = 0.7;
/* Ring of pixels about a candidate, in widths of the smoothing. */
static const double RING_INNER = 6, RING_OUTER = 12;

typedef struct {
    const float *pattern;
    const uint8_t *mask;
    int width, height;
} image;

typedef struct {
    int x, y;
    double height, snr; /* above the ring of pixels */
    double background, noise, plane[2]; /* of a pixel */
    double radius;      /* at half height */
} candidate;

static int is_valid(const image *im, int x, int y) {
    if (x < 0 || y < 0 || x >= im->width || y >= im->height) return 0;
    size_t i = (size_t)y * (size_t)im->width + (size_t)x;
    return !(im->mask && im->mask[i]) && isfinite(im->pattern[i]);
}

static double value_at(const image *im, int x, int y) { return im->pattern[(size_t)y * (size_t)im->width + (size_t)x]; }

/* ---- smoothing --------------------------------------------------------------------- */

/* One direction of a filter with weights 0 .. reach on either side; step = 1 along rows, width along columns. */
static void filter_line(const float *from, float *to, int n, size_t step, const double *weight, int reach) {
    for (int i = 0; i < n; i++) {
        double sum = 0;
        int low = i < reach ? -i : -reach, high = n - 1 - i < reach ? n - 1 - i : reach;
        for (int k = low; k <= high; k++) sum += weight[k < 0 ? -k : k] * from[(size_t)(i + k) * step];
        to[(size_t)i * step] = (float)sum;
    }
}

static void filter(float *data, float *room, int width, int height, double sigma) {
    double weight[3 * LARGEST_SCALE + 1];
    size_t w = (size_t)width;
    int reach = (int)ceil(3 * sigma);
    for (int k = 0; k <= reach; k++) weight[k] = exp(-k * k / (2 * sigma * sigma));
    for (int y = 0; y < height; y++) filter_line(data + (size_t)y * w, room + (size_t)y * w, width, 1, weight, reach);
    for (int x = 0; x < width; x++) filter_line(room + x, data + x, height, w, weight, reach);
}

/* The pattern smoothed over its valid pixels; room: 2 images. */
static void smooth(const image *im, double sigma, float *out, float *room) {
    size_t n = (size_t)im->width * (size_t)im->height;
    float *weight = room, *scratch = room + n;
    for (size_t i = 0; i < n; i++) {
        int valid = is_valid(im, (int)(i % (size_t)im->width), (int)(i / (size_t)im->width));
        weight[i] = (float)valid;
        out[i] = valid ? im->pattern[i] : 0;
    }
    filter(out, scratch, im->width, im->height, sigma);
    filter(weight, scratch, im->width, im->height, sigma);
    double least = LEAST_WEIGHT * 2 * 3.14159265358979 * sigma * sigma; /* with less of its surroundings a value is noisier than the others */
    for (size_t i = 0; i < n; i++) out[i] = weight[i] > least ? out[i] / weight[i] : NAN;
}

/* ---- the ring of pixels about a place --------------------------------------------------- */

typedef struct {
    int n;
    double x[RING_SAMPLES], y[RING_SAMPLES], value[RING_SAMPLES];
} ring_sample;

/* About `most` pixels of the ring, evenly spread. */
static void sample_ring(const image *im, int cx, int cy, double scale, int most, ring_sample *s) {
    double inner = RING_INNER * scale, outer = RING_OUTER * scale, area = 3.14159 * (outer * outer - inner * inner);
    int every = (int)ceil(sqrt(area / most)), reach = (int)outer;
    s->n = 0;
    for (int y = -reach; y <= reach; y += every)
        for (int x = -reach; x <= reach; x += every) {
            double r = hypot(x, y);
            if (r < inner || r > outer || s->n == RING_SAMPLES || !is_valid(im, cx + x, cy + y)) continue;
            s->x[s->n] = x;
            s->y[s->n] = y;
            s->value[s->n++] = value_at(im, cx + x, cy + y);
        }
}

static int ascending(const void *a, const void *b) {
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

static double median(double *values, int n) {
    qsort(values, (size_t)n, sizeof *values, ascending);
    return n % 2 ? values[n / 2] : (values[n / 2 - 1] + values[n / 2]) / 2;
}

/* Mean and standard deviation of what lies within four deviations, from the median on: few counts are too coarse for a median deviation alone. */
static void clipped_moments(const ring_sample *s, double *mean, double *deviation) {
    double room[RING_SAMPLES], square = 0;
    memcpy(room, s->value, (size_t)s->n * sizeof *room);
    *mean = median(room, s->n);
    for (int i = 0; i < s->n; i++) {
        room[i] = fabs(s->value[i] - *mean);
        square += room[i] * room[i];
    }
    *deviation = MAD_TO_SIGMA * median(room, s->n);
    if (!(*deviation > 0)) *deviation = sqrt(square / s->n);
    for (int pass = 0; pass < 3; pass++) {
        double sum = 0, n = 0, limit = 4 * *deviation;
        square = 0;
        for (int i = 0; i < s->n; i++) {
            double v = s->value[i] - *mean;
            if (fabs(v) > limit) continue;
            sum += v;
            square += v * v;
            n++;
        }
        if (n < 2) return;
        *mean += sum / n;
        *deviation = sqrt(fmax(0, (square - sum * sum / n) / (n - 1)));
    }
}

/* Level, noise and plane of the ring; 0 if too little of it is valid. */
static int describe_ring(const ring_sample *s, candidate *c) {
    double xx = 0, xy = 0, yy = 0, xv = 0, yv = 0;
    if (s->n < FEW_SAMPLES / 3) return 0;
    clipped_moments(s, &c->background, &c->noise);
    for (int i = 0; i < s->n; i++) {
        double v = s->value[i] - c->background;
        if (fabs(v) > 4 * c->noise) continue;
        xx += s->x[i] * s->x[i];
        xy += s->x[i] * s->y[i];
        yy += s->y[i] * s->y[i];
        xv += s->x[i] * v;
        yv += s->y[i] * v;
    }
    double det = xx * yy - xy * xy;
    c->plane[0] = det > 0 ? (xv * yy - yv * xy) / det : 0;
    c->plane[1] = det > 0 ? (yv * xx - xv * xy) / det : 0;
    return 1;
}

/* ---- candidates --------------------------------------------------------------------------- */

static int is_maximum(const float *s, int width, int x, int y) {
    float v = s[(size_t)y * (size_t)width + (size_t)x];
    for (int j = -1; j <= 1; j++)
        for (int i = -1; i <= 1; i++)
            if ((i || j) && !(v >= s[(size_t)(y + j) * (size_t)width + (size_t)(x + i)])) return 0;
    return 1;
}

/* Mean distance, over eight directions, at which the smoothed pattern has fallen to half the height. */
static double half_radius(const image *im, const float *s, const candidate *c, double scale) {
    double sum = 0;
    for (int k = 0; k < 8; k++) {
        double dx = cos(k * 3.14159265358979 / 4), dy = sin(k * 3.14159265358979 / 4), r = 0.5;
        for (; r < 2 * RING_INNER * scale; r += 0.5) {
            int x = (int)lrint(c->x + r * dx), y = (int)lrint(c->y + r * dy);
            if (x < 0 || y < 0 || x >= im->width || y >= im->height) break;
            if (!(s[(size_t)y * (size_t)im->width + (size_t)x] > c->background + c->height / 2)) break;
        }
        sum += r / 8;
    }
    return sum;
}

typedef struct {
    candidate *at;
    int64_t count, room;
} candidates;

static vitro_status add_candidate(candidates *all, const candidate *c) {
    if (all->count == all->room) {
        int64_t room = all->room ? 2 * all->room : 256;
        candidate *more = vitro_alloc((size_t)room, sizeof *more);
        if (!more) return VITRO_MEMORY;
        if (all->count) memcpy(more, all->at, (size_t)all->count * sizeof *more);
        free(all->at);
        all->at = more;
        all->room = room;
    }
    all->at[all->count++] = *c;
    return VITRO_OK;
}

/* Noise lowered by smoothing; a look at a few pixels of the ring settles most maxima. */
static int stands_out(const image *im, const vitro_spot_options *o, double scale, float smoothed, candidate *c) {
    const struct { int samples; double share; } looks[2] = {{FEW_SAMPLES, 0.6}, {RING_SAMPLES, 1}};
    double gain = 1 / (2 * sqrt(3.14159265358979) * scale);
    for (int i = 0; i < 2; i++) {
        ring_sample ring;
        sample_ring(im, c->x, c->y, scale, looks[i].samples, &ring);
        if (!describe_ring(&ring, c)) return 0;
        c->height = smoothed - c->background;
        c->snr = c->noise > 0 ? c->height / (c->noise * gain) : c->height > 0 ? INFINITY : 0;
        if (!(c->height > 0 && c->snr >= looks[i].share * o->minimum)) return 0;
    }
    return 1;
}

static vitro_status find_candidates(const image *im, const vitro_spot_options *o, double scale, const float *s, candidates *all) {
    for (int y = 1; y < im->height - 1; y++)
        for (int x = 1; x < im->width - 1; x++) {
            double r = hypot(x - o->center_x, y - o->center_y);
            if (r < o->r_min || (o->r_max > 0 && r > o->r_max) || !is_valid(im, x, y) || !is_maximum(s, im->width, x, y)) continue;
            candidate c = {.x = x, .y = y};
            if (!stands_out(im, o, scale, s[(size_t)y * (size_t)im->width + (size_t)x], &c)) continue;
            c.radius = half_radius(im, s, &c, scale);
            vitro_status status = add_candidate(all, &c);
            if (status != VITRO_OK) return status;
        }
    return VITRO_OK;
}

/* ---- the fit ------------------------------------------------------------------------------ */

/* Variance of a pixel of expectation i: the ring's, and what photons add above it. */
static double variance(const candidate *c, double i) {
    double floor = c->noise * c->noise, gain = c->background > 0 && floor > 0 ? floor / c->background : 1;
    return fmax(floor + gain * (i - c->background), fmax(floor, 1e-3 * c->height * gain));
}

/* Model and derivatives at a distance (dx, dy) from the candidate's pixel. */
static double model(const candidate *c, const double p[PARAMETERS], double dx, double dy, double slope[PARAMETERS]) {
    double x = dx - p[P_X], y = dy - p[P_Y], r2 = x * x + y * y, u = r2 / (p[P_WIDTH] * p[P_WIDTH]);
    double power = u > 0 ? pow(u, p[P_EDGE]) : 0, shape = exp(-LN_2 * power), fall = p[P_HEIGHT] * shape * LN_2 * power;
    slope[P_X] = r2 > 0 ? fall * 2 * p[P_EDGE] * x / r2 : 0;
    slope[P_Y] = r2 > 0 ? fall * 2 * p[P_EDGE] * y / r2 : 0;
    slope[P_HEIGHT] = shape;
    slope[P_BACKGROUND] = 1;
    slope[P_WIDTH] = fall * 2 * p[P_EDGE] / p[P_WIDTH];
    slope[P_EDGE] = u > 0 ? -fall * log(u) : 0;
    return p[P_BACKGROUND] + c->plane[0] * dx + c->plane[1] * dy + p[P_HEIGHT] * shape;
}

typedef struct {
    double normal[PARAMETERS * PARAMETERS], gradient[PARAMETERS], chi2;
    int pixels;
} equations;

static void build(const image *im, const candidate *c, const double p[PARAMETERS], double reach, equations *e) {
    memset(e, 0, sizeof *e);
    int r = (int)ceil(reach);
    for (int dy = -r; dy <= r; dy++)
        for (int dx = -r; dx <= r; dx++) {
            double slope[PARAMETERS];
            if (hypot(dx, dy) > reach || !is_valid(im, c->x + dx, c->y + dy)) continue;
            double expected = model(c, p, dx, dy, slope), w = 1 / variance(c, expected), miss = value_at(im, c->x + dx, c->y + dy) - expected;
            e->chi2 += w * miss * miss;
            e->pixels++;
            for (int i = 0; i < PARAMETERS; i++) {
                e->gradient[i] += w * miss * slope[i];
                for (int j = 0; j < PARAMETERS; j++) e->normal[i * PARAMETERS + j] += w * slope[i] * slope[j];
            }
        }
}

static int is_sensible(const candidate *c, const double p[PARAMETERS], double reach) {
    return hypot(p[P_X], p[P_Y]) < c->radius + 2 && p[P_HEIGHT] > 0 && p[P_WIDTH] > 0.3 && p[P_WIDTH] < 0.8 * reach && p[P_EDGE] > 0.3 && p[P_EDGE] < 50;
}

/* Scoring with damping; 1 = converged. */
static int converge(const image *im, const candidate *c, double reach, double p[PARAMETERS], equations *e) {
    double damping = 1e-3;
    build(im, c, p, reach, e);
    for (int step = 0; step < STEPS; step++) {
        double a[PARAMETERS * PARAMETERS], d[PARAMETERS], next[PARAMETERS];
        equations tried;
        memcpy(a, e->normal, sizeof a);
        memcpy(d, e->gradient, sizeof d);
        for (int i = 0; i < PARAMETERS; i++) a[i * PARAMETERS + i] *= 1 + damping;
        if (solve_positive(a, d, PARAMETERS) != VITRO_OK) return 0;
        for (int i = 0; i < PARAMETERS; i++) next[i] = p[i] + d[i];
        next[P_EDGE] = fmin(fmax(next[P_EDGE], 0.5 * p[P_EDGE]), 2 * p[P_EDGE]);
        if (is_sensible(c, next, reach)) build(im, c, next, reach, &tried);
        /* the weights move with the model, so the sum of squares alone is no measure: what counts is that steps become small */
        if (is_sensible(c, next, reach) && tried.chi2 < 1.02 * e->chi2) {
            memcpy(p, next, sizeof next);
            *e = tried;
            damping = fmax(damping / 5, 1e-9);
            if (hypot(d[P_X], d[P_Y]) < 1e-4 && fabs(d[P_WIDTH]) < 1e-3) return 1;
        } else if ((damping *= 8) > 1e8) return 0;
    }
    return 0;
}

/* 1 = fitted; out: VITRO_SPOT_FIELDS numbers. */
static int fit(const image *im, const candidate *c, double *out) {
    double reach = fmax(4, 2.2 * c->radius + 1), p[PARAMETERS] = {0, 0, c->height, c->background, c->radius, 1.2};
    equations e;
    if (!converge(im, c, reach, p, &e) || e.pixels < PARAMETERS + 6) return 0;
    double covariance[2] = {0, 0};
    for (int k = 0; k < 2; k++) {
        double a[PARAMETERS * PARAMETERS], unit[PARAMETERS] = {0};
        memcpy(a, e.normal, sizeof a);
        unit[k] = 1;
        if (solve_positive(a, unit, PARAMETERS) != VITRO_OK) return 0;
        covariance[k] = unit[k];
    }
    out[VITRO_SPOT_X] = c->x + p[P_X];
    out[VITRO_SPOT_Y] = c->y + p[P_Y];
    out[VITRO_SPOT_SIGMA] = sqrt((covariance[0] + covariance[1]) / 2 * fmax(1, e.chi2 / (e.pixels - PARAMETERS)));
    out[VITRO_SPOT_HEIGHT] = p[P_HEIGHT];
    out[VITRO_SPOT_BACKGROUND] = p[P_BACKGROUND] + c->plane[0] * p[P_X] + c->plane[1] * p[P_Y];
    out[VITRO_SPOT_FWHM] = 2 * p[P_WIDTH];
    out[VITRO_SPOT_SNR] = c->snr;
    return out[VITRO_SPOT_SIGMA] < out[VITRO_SPOT_FWHM] / 2;
}

/* ---- all together -------------------------------------------------------------------------- */

static int by_snr(const void *a, const void *b) {
    double x = ((const candidate *)a)->snr, y = ((const candidate *)b)->snr;
    return (x < y) - (x > y);
}

/* Whether a candidate lies within a spot that is found, or a spot lies within a found one. */
static int is_taken(const double *spots, int64_t n, double x, double y) {
    for (int64_t i = 0; i < n; i++) {
        const double *s = spots + i * VITRO_SPOT_FIELDS;
        if (hypot(s[VITRO_SPOT_X] - x, s[VITRO_SPOT_Y] - y) < fmax(2, 0.75 * s[VITRO_SPOT_FWHM])) return 1;
    }
    return 0;
}

static void fit_all(const image *im, const vitro_spot_options *o, candidates *all, double *spots, int64_t capacity, int64_t *count) {
    *count = 0;
    if (all->count) qsort(all->at, (size_t)all->count, sizeof *all->at, by_snr);
    for (int64_t i = 0; i < all->count && *count < capacity; i++) {
        double *spot = spots + *count * VITRO_SPOT_FIELDS;
        if (is_taken(spots, *count, all->at[i].x, all->at[i].y) || !fit(im, &all->at[i], spot)) continue;
        if (!is_taken(spots, *count, spot[VITRO_SPOT_X], spot[VITRO_SPOT_Y])) ++*count;
    }
    if (o->r_min > 0) return;
    for (int64_t i = 0; i < *count; i++) { /* the direct beam is no spot */
        double *s = spots + i * VITRO_SPOT_FIELDS;
        if (hypot(s[VITRO_SPOT_X] - o->center_x, s[VITRO_SPOT_Y] - o->center_y) > s[VITRO_SPOT_FWHM] / 2 + 1) continue;
        memmove(s, s + VITRO_SPOT_FIELDS, (size_t)(*count - i - 1) * VITRO_SPOT_FIELDS * sizeof *s);
        --*count;
        return;
    }
}

vitro_status vitro_find_spots(const float *pattern, const uint8_t *mask, int width, int height, const vitro_spot_options *o, double *spots, int64_t capacity,
                              int64_t *count) {
    if (vitro_size_check(width, height) != VITRO_OK) return VITRO_ARGUMENT;
    if (!(o->minimum >= 3 && isfinite(o->minimum)))
        return vitro_fail(VITRO_ARGUMENT, "spots that are %g standard deviations above the background: at least 3, or noise is found", o->minimum);
    if (!(o->r_min >= 0 && o->r_max >= 0 && (o->r_max == 0 || o->r_max > o->r_min)) || !isfinite(o->center_x + o->center_y))
        return vitro_fail(VITRO_ARGUMENT, "spots at radii of %g to %g px about (%g, %g)", o->r_min, o->r_max, o->center_x, o->center_y);
    const image im = {pattern, mask, width, height};
    size_t n = (size_t)width * (size_t)height;
    float *room = vitro_alloc(3 * n, sizeof *room);
    candidates all = {NULL, 0, 0};
    vitro_status status = room ? VITRO_OK : VITRO_MEMORY;
    for (double scale = 1; scale <= LARGEST_SCALE && status == VITRO_OK; scale *= 2) {
        smooth(&im, scale, room, room + n);
        status = find_candidates(&im, o, scale, room, &all);
    }
    if (status == VITRO_OK) fit_all(&im, o, &all, spots, capacity, count);
    free(room);
    free(all.at);
    return status;
}
