/* SPDX-License-Identifier: GPL-3.0-or-later
 * What the tests of the ring profile start from: patterns with and without strain, and the model of the unstrained ones. */
#ifndef RING_FIXTURE_H
#define RING_FIXTURE_H

#include "ring_patterns.h"

enum { REFERENCES = 40, PATTERNS = 37 };

static sim_glass glass;
static uint16_t *unstrained, *strained;
static double truth[PATTERNS][3];
static vitro_ring_model *model; /* of the unstrained patterns, no mask */

static inline vitro_frames frames_of(int type, int64_t n) { return (vitro_frames){SIDE, SIDE, type, VITRO_ISA_BEST, n}; }

static inline int set_up(void **state) {
    (void)state;
    vitro_geometry geometry = middle_geometry(NULL);
    glass = glass_of(SIDE, SIDE, 35);
    unstrained = patterns(&glass, REFERENCES, 3e5, 0, 2, 1, NULL);
    strained = patterns(&glass, PATTERNS, 3e5, 0.015, 2, 2, truth);
    model = learn(frames_of(VITRO_U16, REFERENCES), unstrained, &geometry);
    return 0;
}

static inline int tear_down(void **state) {
    (void)state;
    vitro_ring_model_free(model);
    free(unstrained);
    free(strained);
    sim_glass_free(&glass);
    return 0;
}

#endif
