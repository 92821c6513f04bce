/* SPDX-License-Identifier: GPL-3.0-or-later
 * Mean patterns of the simulator for the tests of the geometry. */
#ifndef MEAN_PATTERNS_H
#define MEAN_PATTERNS_H

#include "check.h"
#include "sim.h"

enum { SIDE = 256, AREA = SIDE * SIDE };

static sim_glass glass; /* SIDE x SIDE, ring of 70 px */

static inline int set_up(void **state) {
    (void)state;
    return sim_glass_new(SIDE, SIDE, 70, &glass);
}

static inline int tear_down(void **state) {
    (void)state;
    sim_glass_free(&glass);
    return 0;
}

/* Mean of many patterns: `frames` times the pattern's counts drawn at once, shared out. */
static inline float *mean_pattern(const sim_glass *g, const sim_pattern *p, double frames, uint64_t seed) {
    int n = g->width * g->height;
    float *mean = malloc(sizeof(float) * (size_t)n);
    sim_poisson *tables = sim_poisson_new();
    sim_expected(g, p, mean);
    for (int i = 0; i < n; i++) mean[i] = (float)(sim_poisson_draw(tables, mean[i] * frames, sim_key(seed, (uint64_t)i)) / frames);
    free(tables);
    return mean;
}

#endif
