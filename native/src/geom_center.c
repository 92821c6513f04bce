/* The centre of the rings: inversion symmetry first (works behind a beam stop and far from the detector's middle), then
 * the first ring's own roundness.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include <math.h>
#include <stdlib.h>

#include "geom.h"
#include "job.h"

enum { COARSE_SIDE = 300 }; /* larger patterns are binned for the coarse search */

/* Binned square root of the pattern (so that the direct beam does not outweigh the rings) less its mean, 0 where masked, and the
 * mask's complement. Returns 0 if the pattern is empty or the same everywhere. */
static int coarse_image(const pattern *p, int bin, int w, int h, double *value, double *known) {
    double sum = 0, n = 0, power = 0;
    for (int y = 0; y < h; y++)
        for (int x = 0; x < w; x++) {
            double total = 0;
            int count = 0, at = y * w + x;
            for (int dy = 0; dy < bin; dy++)
                for (int dx = 0; dx < bin; dx++) {
                    int i = (y * bin + dy) * p->width + x * bin + dx;
                    if (!pattern_has(p, i)) continue;
                    total += p->mean[i];
                    count++;
                }
            known[at] = count > 0;
            value[at] = count > 0 ? sqrt(fmax(total / count, 0)) : 0;
            sum += value[at];
            n += known[at];
        }
    for (int i = 0; i < w * h; i++) {
        value[i] = known[i] > 0 ? value[i] - sum / n : 0;
        power += value[i] * value[i];
    }
    return n > 0 && power > 1e-12 * sum * sum / n;
}

/* Position of the largest value, refined by a parabola along each axis. */
static void parabola_peak(const double *score, int w, int h, int at, double peak[2]) {
    int x = at % w, y = at / w;
    peak[0] = x;
    peak[1] = y;
    for (int axis = 0; axis < 2; axis++) {
        int step = axis ? w : 1, place = axis ? y : x, size = axis ? h : w;
        if (place == 0 || place == size - 1) continue;
        double left = score[at - step], right = score[at + step], bend = left - 2 * score[at] + right;
        if (bend < 0 && isfinite(bend)) peak[axis] += 0.5 * (left - right) / bend;
    }
}

/* Correlation coefficient of the pattern with itself turned about (i mod W, i / W) / 2, over the pixels known in both. */
static int best_inversion(double *ff, const double *mm, const double *fm, const double *ffm, int w, int h) {
    double most = 0;
    int best = -1;
    for (int i = 0; i < w * h; i++) most = fmax(most, mm[i]);
    for (int i = 0; i < w * h; i++) {
        double n = mm[i], variance = n > 0.25 * most ? ffm[i] - fm[i] * fm[i] / n : 0;
        ff[i] = variance > 0 ? (ff[i] - fm[i] * fm[i] / n) / variance : -INFINITY;
        if (isfinite(ff[i]) && (best < 0 || ff[i] > ff[best])) best = i;
    }
    return best;
}

vitro_status geom_inversion_center(const pattern *p, double center[2]) {
    int longest = p->width > p->height ? p->width : p->height, bin = (longest + COARSE_SIDE - 1) / COARSE_SIDE;
    int w = p->width / bin, h = p->height / bin, W = 2 * w - 1, H = 2 * h - 1;
    if (w < 4 || h < 4) return vitro_fail(VITRO_DATA, "a pattern of %d x %d px has no centre to be found", p->width, p->height);
    size_t n = (size_t)w * (size_t)h, N = (size_t)W * (size_t)H;
    double *f = vitro_alloc(3 * n, sizeof *f), *score = vitro_alloc(4 * N, sizeof *score);
    vitro_status status = f && score ? VITRO_OK : VITRO_MEMORY;
    if (status == VITRO_OK) {
        double *m = f + n, *squares = m + n;
        if (!coarse_image(p, bin, w, h, f, m)) status = vitro_fail(VITRO_DATA, "the pattern is empty, masked or the same everywhere: it has no centre");
        for (size_t i = 0; i < n; i++) squares[i] = f[i] * f[i];
        if (status == VITRO_OK && (status = fft_convolve(f, f, w, h, score)) == VITRO_OK && (status = fft_convolve(m, m, w, h, score + N)) == VITRO_OK &&
            (status = fft_convolve(f, m, w, h, score + 2 * N)) == VITRO_OK)
            status = fft_convolve(squares, m, w, h, score + 3 * N);
    }
    if (status == VITRO_OK) {
        int best = best_inversion(score, score + N, score + 2 * N, score + 3 * N, W, H);
        double peak[2];
        if (best < 0) status = vitro_fail(VITRO_DATA, "the pattern is empty or masked: it has no centre");
        else {
            parabola_peak(score, W, H, best, peak);
            for (int i = 0; i < 2; i++) center[i] = peak[i] / 2 * bin + (bin - 1) / 2.0;
        }
    }
    free(f);
    free(score);
    return status;
}

vitro_status vitro_find_center(const float *mean, const uint8_t *mask, int width, int height, double center[2]) {
    const pattern p = {width, height, mean, mask};
    if (vitro_size_check(width, height) != VITRO_OK) return VITRO_ARGUMENT;
    double found[2], ring[3], refined[2], round[3] = {1, 0, 1};
    vitro_status status = geom_inversion_center(&p, found);
    if (status != VITRO_OK) return status;
    int bins = (int)hypot(width, height);
    float *profile = vitro_alloc((size_t)bins, sizeof *profile);
    if (!profile) return VITRO_MEMORY;
    refined[0] = found[0];
    refined[1] = found[1];
    /* Without a ring, or with one that leads away, inversion is all there is. */
    for (int i = 0; i < 2; i++) {
        status = vitro_radial_profile(mean, mask, width, height, refined, round, bins, profile);
        if (status == VITRO_OK) status = vitro_find_ring(profile, bins, ring);
        if (status == VITRO_OK) status = geom_round_ring(&p, ring[1], ring[2], 1, refined, round);
    }
    if (status == VITRO_OK && hypot(refined[0] - found[0], refined[1] - found[1]) < 0.2 * ring[0]) {
        found[0] = refined[0];
        found[1] = refined[1];
    }
    free(profile);
    center[0] = found[0];
    center[1] = found[1];
    return VITRO_OK;
}
