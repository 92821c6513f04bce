/* Autocorrelation of a map: sigma(d) = <(f(x) - <f>) (f(x + d) - <f>)> / <(f - <f>)^2>, where the mean goes over the pairs of which both pixels are
 * measured: their number is the autocorrelation of an image of 0 and 1. By FFTW, padded, so that nothing wraps round.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include <math.h>
#include <stdlib.h>

#include "geom.h"

/* The map without its mean and with variance 1, and where it is measured; unmeasured pixels are 0 in both. */
static vitro_status standardise(const float *map, size_t pixels, double *value, double *measured) {
    double n = 0, mean = 0, square = 0, largest = 0;
    for (size_t i = 0; i < pixels; i++) {
        measured[i] = isfinite(map[i]);
        n += measured[i];
        mean += measured[i] > 0 ? map[i] : 0;
        if (measured[i] > 0) largest = fmax(largest, fabs(map[i]));
    }
    if (n < 2) return vitro_fail(VITRO_DATA, "%.0f of the map's pixels are measured: two are needed at least", n);
    mean /= n;
    for (size_t i = 0; i < pixels; i++) {
        value[i] = measured[i] > 0 ? map[i] - mean : 0;
        square += value[i] * value[i];
    }
    double spread = sqrt(square / n);
    if (!(spread > 1e-7 * largest)) return vitro_fail(VITRO_DATA, "the map is constant (%g): it has no correlation", mean);
    for (size_t i = 0; i < pixels; i++) value[i] /= spread;
    return VITRO_OK;
}

vitro_status map_correlate(const double *a, const double *b, int w, int h, double *turned, double *out) {
    size_t pixels = (size_t)w * (size_t)h;
    for (size_t i = 0; i < pixels; i++) turned[i] = a[pixels - 1 - i];
    return fft_convolve(turned, b, w, h, out);
}

typedef struct {
    int width, height, lags;
    const double *products, *pairs; /* over all lags */
} correlation;

/* Sum of products and number of pairs at a lag. */
static double pairs_at(const correlation *c, int dx, int dy, double *products) {
    *products = 0;
    if (abs(dx) >= c->width || abs(dy) >= c->height) return 0;
    size_t i = (size_t)(dy + c->height - 1) * (size_t)(2 * c->width - 1) + (size_t)(dx + c->width - 1);
    *products = c->products[i];
    return rint(c->pairs[i]);
}

static void write(const correlation *c, float *image, double *radial) {
    int lags = c->lags, points = lags + 1;
    double *distance = radial, *value = radial + points, *number = radial + 2 * points, products;
    for (int i = 0; i < 3 * points; i++) radial[i] = 0;
    for (int dy = -lags; dy <= lags; dy++)
        for (int dx = -lags; dx <= lags; dx++, image++) {
            double pairs = pairs_at(c, dx, dy, &products), r = hypot(dx, dy);
            int bin = (int)(r + 0.5);
            *image = pairs > 0 ? (float)(products / pairs) : NAN;
            if (bin > lags) continue;
            distance[bin] += pairs * r;
            value[bin] += products;
            number[bin] += pairs;
        }
    for (int b = 0; b < points; b++) {
        distance[b] = number[b] > 0 ? distance[b] / number[b] : b;
        value[b] = number[b] > 0 ? value[b] / number[b] : NAN;
    }
}

vitro_status vitro_autocorrelation(const float *map, int width, int height, int lags, float *image, double *radial) {
    if (width < 1 || height < 1 || width > 1 << 15 || height > 1 << 15) return vitro_fail(VITRO_ARGUMENT, "map of %d x %d px", width, height);
    if (lags < 1 || lags >= (width > height ? width : height))
        return vitro_fail(VITRO_ARGUMENT, "lags up to %d px in a map of %d x %d px", lags, width, height);
    size_t pixels = (size_t)width * (size_t)height, all = (size_t)(2 * width - 1) * (size_t)(2 * height - 1);
    double *value = vitro_alloc(3 * pixels, sizeof *value), *products = vitro_alloc(2 * all, sizeof *products);
    vitro_status status = value && products ? standardise(map, pixels, value, value + pixels) : VITRO_MEMORY;
    if (status == VITRO_OK) status = map_correlate(value, value, width, height, value + 2 * pixels, products);
    if (status == VITRO_OK) status = map_correlate(value + pixels, value + pixels, width, height, value + 2 * pixels, products + all);
    if (status == VITRO_OK) write(&(correlation){width, height, lags, products, products + all}, image, radial);
    free(value);
    free(products);
    return status;
}

/* ---- lengths ------------------------------------------------------------------------------- */

/* Vertex of the parabola through points i - 1, i, i + 1; *height its value. */
static double vertex(const double *x, const double *y, int i, double *height) {
    double left = x[i] - x[i - 1], right = x[i + 1] - x[i], a = (y[i] - y[i - 1]) / left, b = (y[i + 1] - y[i]) / right;
    double curvature = (b - a) / (left + right), slope = (a * right + b * left) / (left + right), shift = -slope / (2 * curvature);
    *height = y[i] + shift * (slope + curvature * shift);
    return x[i] + shift;
}

vitro_status vitro_correlation_lengths(const double *distance, const double *value, int points, double *lengths) {
    static const double fallen = 0.36787944117144233; /* 1/e */
    if (points < 2) return vitro_fail(VITRO_ARGUMENT, "%d points of an autocorrelation: two are needed at least", points);
    for (int i = 0; i < VITRO_CORRELATION_FIELDS; i++) lengths[i] = NAN;
    int i = 1, minimum = 0;
    while (i < points && !(value[i] <= fallen)) i++;
    if (i == points) return VITRO_OK;
    lengths[VITRO_CORRELATION_LENGTH] = distance[i - 1] + (value[i - 1] - fallen) / (value[i - 1] - value[i]) * (distance[i] - distance[i - 1]);
    for (; i + 1 < points; i++) {
        int low = value[i] < value[i - 1] && value[i] <= value[i + 1], high = value[i] > value[i - 1] && value[i] >= value[i + 1];
        if (!minimum && low) {
            lengths[VITRO_CORRELATION_MINIMUM] = vertex(distance, value, i, &lengths[VITRO_CORRELATION_MINIMUM_VALUE]);
            minimum = 1;
        } else if (minimum && high) {
            lengths[VITRO_CORRELATION_PEAK] = vertex(distance, value, i, &lengths[VITRO_CORRELATION_PEAK_VALUE]);
            break;
        }
    }
    return VITRO_OK;
}
