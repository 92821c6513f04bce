/* Correlation of two maps of one scan, with errors that know that neighbouring pixels are alike.
 *
 * Two independent maps whose pixels are alike over some distance correlate by chance as if they had fewer pixels: n_eff = N^2 / sum over lags of
 * M rho_a rho_b, M = pairs at the lag, rho the maps' own autocorrelations (Clifford, Richardson and Hemon, Biometrics 45 (1989) 123). The test is Student's
 * with n_eff - 2 degrees of freedom. Beside it: how often one map, shifted at random against the other (round the edges), correlates as much.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include <math.h>
#include <stdlib.h>

#include "geom.h"

/* Lags count up to this part of the shorter side: farther ones tell little of the autocorrelation. The chance parts of two maps that do correlate add up,
 * about 1 + 0.8 r^2 times: n_eff is too small then, and the error too large. */
static const double REACH = 0.5;
/* A map varies if its standard deviation is more than this part of its largest value. */
static const double LEAST_SPREAD = 1e-7;

/* Both maps with mean 0 and variance 1 over the pixels that both have; the others are 0. */
typedef struct {
    int width, height;
    size_t pixels;
    double n;
    double *a, *b, *measured, *room; /* [pixels] */
} pair_of_maps;

static vitro_status standardise(const pair_of_maps *p, double *value, const char *which) {
    double mean = 0, square = 0, largest = 0;
    for (size_t i = 0; i < p->pixels; i++)
        if (p->measured[i] > 0) {
            mean += value[i] / p->n;
            largest = fmax(largest, fabs(value[i]));
        }
    for (size_t i = 0; i < p->pixels; i++) {
        value[i] = p->measured[i] > 0 ? value[i] - mean : 0;
        square += value[i] * value[i];
    }
    double spread = sqrt(square / p->n);
    if (!(spread > LEAST_SPREAD * largest)) return vitro_fail(VITRO_DATA, "the %s map is constant (%g) where both are measured: it correlates with nothing", which, mean);
    for (size_t i = 0; i < p->pixels; i++) value[i] /= spread;
    return VITRO_OK;
}

static vitro_status load(const float *a, const float *b, int width, int height, pair_of_maps *p) {
    if (width < 1 || height < 1 || width > 1 << 14 || height > 1 << 14) return vitro_fail(VITRO_ARGUMENT, "maps of %d x %d px", width, height);
    *p = (pair_of_maps){.width = width, .height = height, .pixels = (size_t)width * (size_t)height};
    p->a = vitro_alloc(4 * p->pixels, sizeof(double));
    if (!p->a) return VITRO_MEMORY;
    p->b = p->a + p->pixels;
    p->measured = p->b + p->pixels;
    p->room = p->measured + p->pixels;
    for (size_t i = 0; i < p->pixels; i++) {
        p->measured[i] = isfinite(a[i]) && isfinite(b[i]);
        p->n += p->measured[i];
        p->a[i] = p->measured[i] > 0 ? a[i] : 0;
        p->b[i] = p->measured[i] > 0 ? b[i] : 0;
    }
    return p->n >= 4 ? VITRO_OK : vitro_fail(VITRO_DATA, "%.0f pixels are measured in both maps: four are needed at least", p->n);
}

/* ---- ranks --------------------------------------------------------------------------------- */

typedef struct {
    double value;
    size_t place;
} ranked;

static int by_value(const void *a, const void *b) {
    double x = ((const ranked *)a)->value, y = ((const ranked *)b)->value;
    return (x > y) - (x < y);
}

/* Values become ranks; equal ones share the mean of theirs. */
static void rank(const pair_of_maps *p, double *value, ranked *list) {
    size_t n = 0;
    for (size_t i = 0; i < p->pixels; i++)
        if (p->measured[i] > 0) list[n++] = (ranked){value[i], i};
    qsort(list, n, sizeof *list, by_value);
    for (size_t i = 0, end; i < n; i = end) {
        for (end = i + 1; end < n && list[end].value == list[i].value; end++) {}
        for (size_t k = i; k < end; k++) value[list[k].place] = 0.5 * (double)(i + end - 1);
    }
}

/* ---- the test -------------------------------------------------------------------------------- */

/* n_eff from the autocorrelations of both. all = room for 3 (2 w - 1) (2 h - 1) numbers. */
static vitro_status effective_number(const pair_of_maps *p, double *all, double *number) {
    size_t lags = (size_t)(2 * p->width - 1) * (size_t)(2 * p->height - 1);
    double sum = 0;
    vitro_status status = map_correlate(p->a, p->a, p->width, p->height, p->room, all);
    if (status == VITRO_OK) status = map_correlate(p->b, p->b, p->width, p->height, p->room, all + lags);
    if (status == VITRO_OK) status = map_correlate(p->measured, p->measured, p->width, p->height, p->room, all + 2 * lags);
    if (status != VITRO_OK) return status;
    const double *pairs = all + 2 * lags;
    double reach = fmax(1, REACH * (p->width < p->height ? p->width : p->height));
    for (int dy = 1 - p->height; dy < p->height; dy++)
        for (int dx = 1 - p->width; dx < p->width; dx++) {
            size_t i = (size_t)(dy + p->height - 1) * (size_t)(2 * p->width - 1) + (size_t)(dx + p->width - 1);
            if (hypot(dx, dy) <= reach && pairs[i] > 0.5) sum += all[i] * all[lags + i] / pairs[i];
        }
    *number = sum > p->n ? p->n * p->n / sum : p->n;
    return VITRO_OK;
}

/* Regularised incomplete beta function by its continued fraction (Lentz). */
static double beta_fraction(double a, double b, double x) {
    double c = 1, d = 1 - (a + b) * x / (a + 1), result;
    d = 1 / (fabs(d) < 1e-300 ? 1e-300 : d);
    result = d;
    for (int m = 1; m < 300; m++) {
        double even = m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m)), odd = -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1));
        d = 1 / (1 + even * d);
        c = 1 + even / c;
        result *= d * c;
        d = 1 / (1 + odd * d);
        c = 1 + odd / c;
        result *= d * c;
        if (fabs(d * c - 1) < 1e-14) break;
    }
    return result;
}

/* Chance that Student's t of so many degrees of freedom is larger than t in size. */
static double two_sided(double t, double freedom) {
    double x = freedom / (freedom + t * t), a = 0.5 * freedom, b = 0.5;
    double front = exp(lgamma(a + b) - lgamma(a) - lgamma(b) + a * log(x) + b * log1p(-x));
    if (!(x < 1)) return 1;
    return x < (a + 1) / (a + b + 2) ? front * beta_fraction(a, b, x) / a : 1 - front * beta_fraction(b, a, 1 - x) / b;
}

/* Splitmix64. */
static uint64_t next_random(uint64_t *state) {
    uint64_t z = *state += 0x9e3779b97f4a7c15u;
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
    return z ^ (z >> 31);
}

/* r with b shifted by sx, sy round the edges. */
static double shifted(const pair_of_maps *p, int sx, int sy) {
    double sum = 0, n = 0;
    for (int y = 0; y < p->height; y++) {
        size_t row = (size_t)y * (size_t)p->width, other = (size_t)((y + sy) % p->height) * (size_t)p->width;
        for (int part = 0; part < 2; part++) {
            int from = part ? p->width - sx : 0, to = part ? p->width : p->width - sx, by = part ? sx - p->width : sx;
            const double *b = p->b + other + by, *m = p->measured + other + by, *a = p->a + row, *k = p->measured + row;
            for (int x = from; x < to; x++) {
                sum += a[x] * b[x];
                n += k[x] * m[x];
            }
        }
    }
    return n > 0 ? sum / n : 0;
}

static double chance_by_shifts(const pair_of_maps *p, double r, int shifts) {
    uint64_t state = 1;
    int as_large = 0;
    for (int i = 0; i < shifts; i++) {
        int sx = (int)(next_random(&state) % (uint64_t)p->width), sy = (int)(next_random(&state) % (uint64_t)p->height);
        as_large += fabs(shifted(p, sx, sy)) >= fabs(r) || (sx == 0 && sy == 0);
    }
    return (1.0 + as_large) / (1.0 + shifts);
}

static vitro_status correlate(const pair_of_maps *p, int shifts, double *all, double *out) {
    double r = 0, number;
    vitro_status status = standardise(p, p->a, "first");
    if (status == VITRO_OK) status = standardise(p, p->b, "second");
    if (status == VITRO_OK) status = effective_number(p, all, &number);
    if (status != VITRO_OK) return status;
    for (size_t i = 0; i < p->pixels; i++) r += p->a[i] * p->b[i] / p->n;
    r = fmax(-1, fmin(1, r));
    double freedom = number - 2;
    out[VITRO_PAIR_COEFFICIENT] = r;
    out[VITRO_PAIR_ERROR] = (1 - r * r) / sqrt(number);
    out[VITRO_PAIR_NUMBER] = number;
    out[VITRO_PAIR_CHANCE] = freedom > 0 ? (fabs(r) < 1 ? two_sided(r * sqrt(freedom / (1 - r * r)), freedom) : 0) : NAN;
    out[VITRO_PAIR_CHANCE_BY_SHIFTS] = shifts > 0 ? chance_by_shifts(p, r, shifts) : NAN;
    return VITRO_OK;
}

vitro_status vitro_correlate_pair(const float *a, const float *b, int width, int height, int shifts, double *pearson, double *spearman, double *pixels) {
    pair_of_maps p;
    vitro_status status = load(a, b, width, height, &p);
    if (status == VITRO_ARGUMENT) return status;
    size_t lags = (size_t)(2 * width - 1) * (size_t)(2 * height - 1);
    double *all = status == VITRO_OK ? vitro_alloc(3 * lags, sizeof *all) : NULL;
    if (status == VITRO_OK && !all) status = VITRO_MEMORY;
    if (status == VITRO_OK) status = correlate(&p, shifts, all, pearson);
    if (status == VITRO_OK) {
        ranked *list = vitro_alloc(p.pixels, sizeof *list);
        if (!list) status = VITRO_MEMORY;
        else {
            rank(&p, p.a, list);
            rank(&p, p.b, list);
            status = correlate(&p, shifts, all, spearman);
        }
        free(list);
    }
    if (status == VITRO_OK) *pixels = p.n;
    free(all);
    free(p.a);
    return status;
}

/* ---- against distance and direction --------------------------------------------------------------- */

/* Number of the sector of 45 degrees about 0, 45, 90 and 135 degrees in which a lag lies, y down. */
static int sector(int dx, int dy) {
    int s = (int)lround(atan2(-dy, dx) / 0.7853981633974483);
    return ((s % 4) + 4) % 4;
}

/* count: room for 4 (lags + 1) numbers. */
static void write_cross(const pair_of_maps *p, const double *products, const double *pairs, int lags, double *count, float *image, double *curves) {
    int points = lags + 1, columns = 2 * p->width - 1;
    for (int i = 0; i < VITRO_CROSS_CURVES * points; i++) curves[i] = 0;
    double *distance = curves, *value = curves + points, *number = curves + 2 * points, *by = curves + 3 * points;
    for (int i = 0; i < 4 * points; i++) count[i] = 0;
    for (int dy = -lags; dy <= lags; dy++)
        for (int dx = -lags; dx <= lags; dx++, image++) {
            size_t i = (size_t)(dy + p->height - 1) * (size_t)columns + (size_t)(dx + p->width - 1);
            double n = rint(pairs[i]), r = hypot(dx, dy);
            int bin = (int)(r + 0.5), way = sector(dx, dy);
            *image = n > 0 ? (float)(products[i] / n) : NAN;
            if (bin > lags || n == 0) continue;
            distance[bin] += n * r;
            value[bin] += products[i];
            number[bin] += n;
            by[way * points + bin] += products[i];
            count[way * points + bin] += n;
        }
    for (int b = 0; b < points; b++) {
        distance[b] = number[b] > 0 ? distance[b] / number[b] : b;
        value[b] = number[b] > 0 ? value[b] / number[b] : NAN;
        for (int way = 0; way < 4; way++) by[way * points + b] = b == 0 ? value[0] : count[way * points + b] > 0 ? by[way * points + b] / count[way * points + b] : NAN;
    }
}

vitro_status vitro_cross_correlation(const float *a, const float *b, int width, int height, int lags, float *image, double *curves) {
    pair_of_maps p;
    if (lags < 1 || lags >= (width < height ? width : height)) return vitro_fail(VITRO_ARGUMENT, "lags up to %d px in maps of %d x %d px", lags, width, height);
    vitro_status status = load(a, b, width, height, &p);
    if (status == VITRO_ARGUMENT) return status;
    size_t all = (size_t)(2 * width - 1) * (size_t)(2 * height - 1);
    double *products = status == VITRO_OK ? vitro_alloc(2 * all + 4 * ((size_t)lags + 1), sizeof *products) : NULL;
    if (status == VITRO_OK && !products) status = VITRO_MEMORY;
    if (status == VITRO_OK) status = standardise(&p, p.a, "first");
    if (status == VITRO_OK) status = standardise(&p, p.b, "second");
    if (status == VITRO_OK) status = map_correlate(p.a, p.b, width, height, p.room, products);
    if (status == VITRO_OK) status = map_correlate(p.measured, p.measured, width, height, p.room, products + all);
    if (status == VITRO_OK) write_cross(&p, products, products + all, lags, products + 2 * all, image, curves);
    free(products);
    free(p.a);
    return status;
}

vitro_status vitro_joint_histogram(const float *a, const float *b, int64_t n, int bins, const double range[4], float *out) {
    if (bins < 1 || !(range[1] > range[0]) || !(range[3] > range[2])) return vitro_fail(VITRO_ARGUMENT, "a histogram of %d bins from %g to %g and %g to %g", bins, range[0], range[1], range[2], range[3]);
    for (int i = 0; i < bins * bins; i++) out[i] = 0;
    for (int64_t i = 0; i < n; i++) {
        double x = (a[i] - range[0]) / (range[1] - range[0]) * bins, y = (b[i] - range[2]) / (range[3] - range[2]) * bins;
        if (!(x >= 0 && x <= bins && y >= 0 && y <= bins)) continue;
        int column = x < bins ? (int)x : bins - 1, row = y < bins ? (int)y : bins - 1;
        out[(bins - 1 - row) * bins + column]++;
    }
    return VITRO_OK;
}
