/* SPDX-License-Identifier: GPL-3.0-or-later
 * Small simulated patterns (128 x 128, ring of 35 px) and the ring profile run over them. */
#ifndef RING_PATTERNS_H
#define RING_PATTERNS_H

#include "check.h"
#include "sim.h"

enum { SIDE = 128, AREA = SIDE * SIDE };

static const double RING_LOW = 25, RING_HIGH = 47.5;

/* Centre in the detector's middle, as the patterns have it on average. */
static inline vitro_geometry middle_geometry(const uint8_t *mask) {
    return (vitro_geometry){(SIDE - 1) / 2.0, (SIDE - 1) / 2.0, 1, 0, 1, RING_LOW, RING_HIGH, mask};
}

static inline sim_glass glass_of(int width, int height, double ring_radius) {
    sim_glass glass;
    assert_ok(sim_glass_new(width, height, ring_radius, &glass));
    return glass;
}

/* n patterns of counts photons (without the beam stop's part), centres off by up to `offset` px, strains up to `strain`;
 * V, if given, takes their stretches. */
static inline uint16_t *patterns(const sim_glass *glass, int n, double counts, double strain, double offset, uint64_t seed, double (*V)[3]) {
    size_t pixels = (size_t)glass->width * (size_t)glass->height;
    float *mean = malloc(sizeof(float) * pixels);
    uint16_t *out = malloc(sizeof(uint16_t) * pixels * (size_t)n);
    uint64_t state = seed;
    for (int i = 0; i < n; i++) {
        sim_pattern p = sim_pattern_default(glass);
        p.counts = counts;
        p.background = 0;
        for (int j = 0; j < 2; j++) p.center[j] += offset * (2 * random_part(&state) - 1);
        for (int j = 0; j < 3; j++) p.V[j] += strain * (2 * random_part(&state) - 1);
        if (V) memcpy(V[i], p.V, sizeof p.V);
        sim_expected(glass, &p, mean);
        assert_ok(sim_draw(mean, glass->width, glass->height, 0, 3, seed, (uint64_t)i, out + (size_t)i * pixels));
    }
    free(mean);
    return out;
}

/* Counts above 254 become 254, so that all three types can hold them. */
static inline void *as_type(const uint16_t *counts, size_t n, int type) {
    char *out = malloc(n * (type == VITRO_U8 ? 1 : type == VITRO_U16 ? 2 : 4));
    for (size_t i = 0; i < n; i++) {
        uint16_t value = counts[i] < 254 ? counts[i] : 254;
        if (type == VITRO_U8) ((uint8_t *)out)[i] = (uint8_t)value;
        else if (type == VITRO_U16) ((uint16_t *)out)[i] = value;
        else ((float *)out)[i] = value;
    }
    return out;
}

static inline vitro_status try_learn(const vitro_frames *frames, const void *data, const vitro_geometry *geometry, vitro_ring_model **model) {
    vitro_job *job;
    assert_ok(vitro_reference_new(frames, geometry, &job));
    feed_all(job, data, frames->frames, 64, 0, 0);
    vitro_status status = vitro_ring_model_new(job, "", 0, model);
    vitro_job_free(job);
    return status;
}

static inline vitro_ring_model *learn(vitro_frames frames, const void *data, const vitro_geometry *geometry) {
    vitro_ring_model *model;
    assert_ok(try_learn(&frames, data, geometry, &model));
    return model;
}

/* Fields of all frames. */
static inline float *fit(const vitro_ring_model *model, vitro_frames frames, const void *data) {
    vitro_job *job;
    assert_ok(vitro_ring_profile_new(model, &frames, &job));
    feed_all(job, data, frames.frames, 64, 0, 0);
    return finished(job);
}

static inline int status_of(const float *fields, int i) { return (int)fields[i * VITRO_RING_FIELDS + VITRO_RING_STATUS]; }

/* One standard deviation of a component of V. */
static inline double sigma_of(const float *field, int component) {
    return sqrt(field[VITRO_RING_COV_XX_XX + component - VITRO_RING_V_XX]);
}

/* A status is bad and every number NaN, or good and every number finite with positive variances. */
static inline void check_fields(const float *fields, int i) {
    const float *f = fields + i * VITRO_RING_FIELDS;
    int good = f[VITRO_RING_STATUS] == VITRO_PATTERN_GOOD;
    for (int j = 0; j < VITRO_RING_FIELDS; j++)
        CHECK(j == VITRO_RING_STATUS || (good ? isfinite(f[j]) : isnan(f[j])), "pattern %d, status %g: field %d is %g", i, f[VITRO_RING_STATUS], j, f[j]);
    for (int j = VITRO_RING_COV_XX_XX; j <= VITRO_RING_COV_YY_YY && good; j++) assert_true(f[j] > 0);
}

#endif
