/* Beam stop, aperture edge, dead and hot pixels, found on a mean pattern.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "geom.h"
#include "job.h"

enum { HISTOGRAM = 256, SMALLEST_SHADOW = 20, GROW = 2 };

static int by_value(const void *a, const void *b) {
    float x = *(const float *)a, y = *(const float *)b;
    return (x > y) - (x < y);
}

/* Median of the unmasked numbers within `reach` pixels, the pixel itself left out; NaN if there are fewer than 3. */
static float median_round(const float *image, const uint8_t *mask, int width, int height, int x, int y, int reach) {
    float room[81];
    int n = 0;
    for (int v = y - reach; v <= y + reach; v++)
        for (int u = x - reach; u <= x + reach; u++) {
            if (u < 0 || v < 0 || u >= width || v >= height || (u == x && v == y)) continue;
            int i = v * width + u;
            if (!(mask && mask[i]) && isfinite(image[i])) room[n++] = image[i];
        }
    if (n < 3) return NAN;
    qsort(room, (size_t)n, sizeof *room, by_value);
    return room[n / 2];
}

static double root_of(double value) { return sqrt(fmax(value, 0)); }

/* Single pixels that differ from their surroundings: on the square root, where counting noise is the same everywhere. */
static vitro_status mark_odd_pixels(const float *mean, int width, int height, uint8_t *mask) {
    int pixels = width * height, n = 0;
    float *median = vitro_alloc((size_t)pixels, sizeof *median), *scatter = vitro_alloc((size_t)pixels, sizeof *scatter);
    vitro_status status = median && scatter ? VITRO_OK : VITRO_MEMORY;
    for (int i = 0; i < pixels && status == VITRO_OK; i++) {
        median[i] = median_round(mean, mask, width, height, i % width, i / width, 2);
        if (!mask[i] && isfinite(median[i])) scatter[n++] = (float)fabs(root_of(mean[i]) - root_of(median[i]));
    }
    if (status == VITRO_OK && n > 0) {
        qsort(scatter, (size_t)n, sizeof *scatter, by_value);
        double sigma = fmax(1.4826 * scatter[n / 2], scatter[(int)(0.99 * n)] / 2.6);
        for (int i = 0; i < pixels; i++) {
            if (mask[i] || !isfinite(median[i]) || sigma <= 0) continue;
            double z = (root_of(mean[i]) - root_of(median[i])) / sigma;
            if ((z > 8 && mean[i] > 3 * median[i]) || (z < -5 && mean[i] < 0.1 * median[i])) mask[i] = 1;
        }
    }
    free(median);
    free(scatter);
    return status;
}

/* Mean over the unmasked pixels within `reach`: less noise, but a beam stop must not vanish in it. */
static void smooth(const float *mean, const uint8_t *mask, int width, int height, int reach, float *out) {
    for (int y = 0; y < height; y++)
        for (int x = 0; x < width; x++) {
            double sum = 0;
            int n = 0;
            for (int v = y > reach ? y - reach : 0; v <= y + reach && v < height; v++)
                for (int u = x > reach ? x - reach : 0; u <= x + reach && u < width; u++)
                    if (!mask[v * width + u]) {
                        sum += mean[v * width + u];
                        n++;
                    }
            out[y * width + x] = n ? (float)(sum / n) : NAN;
        }
}

/* The intensity that divides shadow from pattern: Otsu's on ln I, taken only if hardly a pixel lies between the two (a
 * pattern without shadow falls off without a gap). 0 = no shadow. */
static double shadow_threshold(const float *smoothed, int pixels) {
    double most = 0, count[HISTOGRAM] = {0}, n = 0, all = 0;
    for (int i = 0; i < pixels; i++) most = isfinite(smoothed[i]) && smoothed[i] > most ? smoothed[i] : most;
    if (!(most > 0)) return 0;
    const double low = log(most) - 16, per = HISTOGRAM / 16.0;
    for (int i = 0; i < pixels; i++) {
        if (!isfinite(smoothed[i])) continue;
        int bin = smoothed[i] > 0 ? (int)((log(smoothed[i]) - low) * per) : 0;
        bin = bin < 0 ? 0 : bin >= HISTOGRAM ? HISTOGRAM - 1 : bin;
        count[bin]++;
        n++;
        all += bin;
    }
    double below = 0, sum = 0, best = 0;
    int at = -1;
    for (int i = 0; i < HISTOGRAM - 1; i++) {
        below += count[i];
        sum += i * count[i];
        if (below == 0 || below == n) continue;
        double difference = sum / below - (all - sum) / (n - below), between = below * (n - below) * difference * difference;
        if (between > best) {
            best = between;
            at = i;
        }
    }
    if (at < 0) return 0;
    /* The emptiest stretch of ln 2 from a factor 5 below Otsu's division (which noise round zero pulls down) to the brightest tenth. */
    int wide = (int)(0.7 * per), from = at - (int)(1.6 * per), to = HISTOGRAM;
    double least = n, dark = 0, bright = 0;
    while (to > 0 && bright < 0.1 * n) bright += count[--to];
    int gap = -1;
    for (int i = from < 1 ? 1 : from; i + wide < to; i++) {
        double inside = 0;
        for (int k = i; k < i + wide; k++) inside += count[k];
        if (inside < least) {
            least = inside;
            gap = i;
        }
    }
    for (int i = 0; i < gap; i++) dark += count[i];
    if (gap < 0 || dark < SMALLEST_SHADOW || n - dark < 0.1 * n || least > 0.15 * fmin(dark, n - dark)) return 0;
    return exp(low + (gap + wide / 2.0) / per);
}

/* Is the pattern so sparse that single counts tell dark from bright? Its values are then whole multiples of the smallest one,
 * and smoothing over `area` pixels leaves many of one or two counts. */
static int is_sparse(const float *mean, const uint8_t *mask, const float *smoothed, int pixels, int area, double threshold) {
    double one = INFINITY;
    int between = 0, bright = 0, few = 0;
    for (int i = 0; i < pixels; i++)
        if (!mask[i] && mean[i] > 0 && mean[i] < one) one = mean[i];
    for (int i = 0; i < pixels; i++) {
        between += !mask[i] && mean[i] > 1.05 * one && mean[i] < 1.95 * one;
        bright += smoothed[i] >= threshold;
        few += smoothed[i] >= threshold && smoothed[i] < 2.5 * one / area;
    }
    return between <= 1e-3 * pixels && few > 0.01 * bright;
}

/* Marks connected dark areas of at least SMALLEST_SHADOW pixels with 2 in mark. */
static vitro_status keep_large(const uint8_t *dark, int width, int height, uint8_t *mark) {
    int pixels = width * height, *stack = vitro_alloc((size_t)pixels, sizeof *stack);
    if (!stack) return VITRO_MEMORY;
    memset(mark, 0, (size_t)pixels);
    for (int start = 0; start < pixels; start++) {
        if (!dark[start] || mark[start]) continue;
        int n = 0, read = 0;
        stack[n++] = start;
        mark[start] = 2;
        while (read < n) {
            int i = stack[read++], x = i % width;
            const int next[4] = {x > 0 ? i - 1 : -1, x < width - 1 ? i + 1 : -1, i - width, i + width < pixels ? i + width : -1};
            for (int k = 0; k < 4; k++)
                if (next[k] >= 0 && dark[next[k]] && !mark[next[k]]) {
                    mark[next[k]] = 2;
                    stack[n++] = next[k];
                }
        }
        for (int i = 0; n < SMALLEST_SHADOW && i < n; i++) mark[stack[i]] = 1;
    }
    free(stack);
    return VITRO_OK;
}

static void mask_grown(const uint8_t *mark, int width, int height, int grow, uint8_t *mask) {
    for (int y = 0; y < height; y++)
        for (int x = 0; x < width; x++) {
            if (mark[y * width + x] != 2) continue;
            for (int v = y > grow ? y - grow : 0; v <= y + grow && v < height; v++)
                for (int u = x > grow ? x - grow : 0; u <= x + grow && u < width; u++) mask[v * width + u] = 1;
        }
}

/* Median of the smoothed pattern over each pixel of radius about the centre. */
static vitro_status median_profile(const float *smoothed, const uint8_t *mask, int width, int height, const double center[2], int bins,
                                   float *median) {
    int pixels = width * height, *first = vitro_calloc((size_t)bins + 1, sizeof *first);
    float *value = vitro_alloc((size_t)pixels, sizeof *value);
    vitro_status status = first && value ? VITRO_OK : VITRO_MEMORY;
    for (int pass = 0; pass < 2 && status == VITRO_OK; pass++) {
        for (int i = 0; i < pixels; i++) {
            int r = (int)hypot(i % width - center[0], i / width - center[1]);
            if (mask[i] || !isfinite(smoothed[i]) || r >= bins) continue;
            if (pass) value[first[r]++] = smoothed[i];
            else first[r + 1]++;
        }
        if (!pass)
            for (int r = 0; r < bins; r++) first[r + 1] += first[r];
    }
    for (int r = bins - 1, begin; r >= 0 && status == VITRO_OK; r--) {
        begin = r ? first[r - 1] : 0;
        int n = first[r] - begin;
        if (n) qsort(value + begin, (size_t)n, sizeof *value, by_value);
        median[r] = n ? value[begin + n / 2] : NAN;
    }
    free(first);
    free(value);
    return status;
}

/* Lets the shadow (2 in mark) grow into neighbours whose brightness against their circle is below a limit. */
static void spread(const float *brightness, int width, int height, float limit, int rounds, uint8_t *mark) {
    int pixels = width * height, grown = 1;
    for (int round = 0; round < rounds && grown; round++) {
        grown = 0;
        for (int i = 0; i < pixels; i++) {
            int x = i % width;
            if (mark[i] == 2 || !(brightness[i] < limit)) continue;
            if ((x > 0 && mark[i - 1] == 2) || (x < width - 1 && mark[i + 1] == 2) || (i >= width && mark[i - width] == 2) ||
                (i + width < pixels && mark[i + width] == 2)) {
                mark[i] = 3;
                grown = 1;
            }
        }
        for (int i = 0; i < pixels; i++)
            if (mark[i] == 3) mark[i] = 2;
    }
}

/* The half-shadow: what hangs together with the shadow and is clearly darker than the rest of its circle. */
static vitro_status mark_half_shadow(const float *mean, float *smoothed, int width, int height, const uint8_t *mask, uint8_t *mark) {
    const pattern p = {width, height, mean, mask};
    double center[2];
    if (geom_inversion_center(&p, center) != VITRO_OK) return VITRO_OK;
    int bins = (int)hypot(width, height) + 1, pixels = width * height;
    float *median = vitro_alloc((size_t)bins, sizeof *median);
    if (!median) return VITRO_MEMORY;
    vitro_status status = median_profile(smoothed, mask, width, height, center, bins, median);
    if (status == VITRO_OK) {
        for (int i = 0; i < pixels; i++) {
            int r = (int)hypot(i % width - center[0], i / width - center[1]);
            smoothed[i] = r < bins ? smoothed[i] / median[r] : NAN;
        }
        spread(smoothed, width, height, 0.5f, width + height, mark);
        spread(smoothed, width, height, 0.75f, 4, mark);
    }
    free(median);
    return status;
}

vitro_status vitro_find_mask(const float *mean, int width, int height, uint8_t *out) {
    if (vitro_size_check(width, height) != VITRO_OK) return VITRO_ARGUMENT;
    int pixels = width * height;
    uint8_t *mask = vitro_calloc((size_t)pixels, 1), *dark = vitro_calloc((size_t)pixels, 1), *mark = vitro_calloc((size_t)pixels, 1);
    float *smoothed = vitro_alloc((size_t)pixels, sizeof *smoothed);
    vitro_status status = mask && dark && mark && smoothed ? VITRO_OK : VITRO_MEMORY;
    if (status == VITRO_OK) {
        for (int i = 0; i < pixels; i++) mask[i] = !isfinite(mean[i]);
        status = mark_odd_pixels(mean, width, height, mask);
    }
    if (status == VITRO_OK) {
        int side = width < height ? width : height, reach = side < 100 ? 0 : side < 200 ? 1 : 2;
        smooth(mean, mask, width, height, reach, smoothed);
        double threshold = shadow_threshold(smoothed, pixels);
        if (threshold > 0 && !is_sparse(mean, mask, smoothed, pixels, (2 * reach + 1) * (2 * reach + 1), threshold)) {
            for (int i = 0; i < pixels; i++) dark[i] = smoothed[i] < threshold;
            status = keep_large(dark, width, height, mark);
            if (status == VITRO_OK) {
                mask_grown(mark, width, height, GROW, mask);
                status = mark_half_shadow(mean, smoothed, width, height, mask, mark);
                mask_grown(mark, width, height, GROW, mask);
            }
        }
    }
    if (status == VITRO_OK) memcpy(out, mask, (size_t)pixels);
    free(mask);
    free(dark);
    free(mark);
    free(smoothed);
    return status;
}
