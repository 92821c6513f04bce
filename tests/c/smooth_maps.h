/* SPDX-License-Identifier: GPL-3.0-or-later
 * Maps of noise whose autocorrelation is exp(-r^2 / length^2). */
#ifndef SMOOTH_MAPS_H
#define SMOOTH_MAPS_H

#include "check.h"

enum { MOST_MAP = 64 * 64 };

/* Variance 1; edges are like the middle. */
static inline void smooth_map(uint64_t *random, int side, double length, double *map) {
    enum { MOST = 128 * 128 };
    static double raw[MOST], half[MOST];
    double sigma = length / 2, kernel[64], norm = 0;
    int reach = (int)ceil(3.5 * sigma), wide = side + 2 * reach;
    for (int k = -reach; k <= reach; k++) {
        kernel[k + reach] = sigma > 0 ? exp(-0.5 * k * k / (sigma * sigma)) : 1;
        norm += kernel[k + reach] * kernel[k + reach];
    }
    for (int i = 0; i < wide * wide; i++) raw[i] = random_normal(random);
    for (int y = 0; y < wide; y++)
        for (int x = 0; x < side; x++) {
            double sum = 0;
            for (int k = 0; k <= 2 * reach; k++) sum += kernel[k] * raw[y * wide + x + k];
            half[y * side + x] = sum;
        }
    for (int y = 0; y < side; y++)
        for (int x = 0; x < side; x++) {
            double sum = 0;
            for (int k = 0; k <= 2 * reach; k++) sum += kernel[k] * half[(y + k) * side + x];
            map[y * side + x] = sum / norm;
        }
}

/* Two maps whose true correlation is rho. */
static inline void two_maps(uint64_t *random, int side, double length_a, double length_b, double rho, float *a, float *b) {
    static double first[MOST_MAP], second[MOST_MAP];
    smooth_map(random, side, length_a, first);
    smooth_map(random, side, length_b, second);
    for (int i = 0; i < side * side; i++) {
        a[i] = (float)first[i];
        b[i] = (float)(rho * first[i] + sqrt(1 - rho * rho) * second[i]);
    }
}

#endif
