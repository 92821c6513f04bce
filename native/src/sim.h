/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The simulated glass: expected patterns, and draws of counts from them.
 *
 *   I(k) = A [ B(|k'|) (1 + s(rho)) + b C(|k'|) ],   k' = E (k - centre),   rho = |V k'|
 *
 * B = <f^2> of the composition and C, a background that falls off slowly, do not
 * stretch with the specimen; the structure factor s does. V is its stretch tensor
 * (1.01 along x = 1 % of tension along x), E makes the instrument's rings round.
 * All in the detector frame: pixels, y down, a matrix is 'xx, xy, yy'. An ordered cluster multiplies I by
 * 1 + w(|k'|) a cos(n phi - p), w = 1 about the first ring.
 */
#ifndef VITRO_SIM_H
#define VITRO_SIM_H

#include "vitromap.h"

#define SIM_COMPOSITION "Zr50Cu45Al5"
#define SIM_FIRST_RING 0.43 /* 1/Angstrom, the maximum of s */
#define SIM_RING_SIGMA (6.0 / 70.0) /* of the first peak of s, in radii of the ring */
#define SIM_VOLTAGE_KV 300.0

/* Curves over the radius in steps of 1 / SIM_STEPS_PER_PX px, and where the beam stop is. Immutable, shared by threads. */
typedef struct {
    int width, height;
    double ring_radius;  /* px: where s has its maximum */
    double ring_height;  /* that maximum */
    double ring_width;   /* px: full width of s at half of it */
    double q_per_px;     /* 1/Angstrom */
    double stop[2], stop_radius; /* px: the beam stop's round end */
    int samples;
    float *atoms;        /* B, 1 at the ring */
    float *structure;    /* s */
    float *background;   /* C, 1 at the ring */
    float *added;        /* peaks for a ring that is simply added, of the height of B s at the ring */
} sim_glass;

#define SIM_STEPS_PER_PX 32

/* ring_radius 0 = 70/256 of the smaller side. The stop's end is at the detector's middle. */
vitro_status sim_glass_new(int width, int height, double ring_radius, sim_glass *glass);
void sim_glass_free(sim_glass *glass);

/* Is the pixel behind the beam stop: a rod from the left edge that ends in a disc at glass->stop. */
int sim_behind_stop(const sim_glass *glass, int x, int y);

typedef struct {
    double center[2];
    double V[3], E[3];
    double counts;     /* expected sum over the pixels outside the beam stop, without the direct beam */
    double background; /* b: the background at the ring as a fraction of B there */
    int beam_stop;     /* 1: the pixels behind it are exactly 0 */
    double direct_beam; /* height of the central disc in 40 rings, on top of counts; 0 = none */
    int ring_added;    /* 1: A [ B + added(rho) + b C ] instead: rings on top of a background */
    int order;         /* n of the modulation; 0 = none */
    double modulation; /* a */
    double phase;      /* p, radians; phi counter-clockwise on screen, of k' */
} sim_pattern;

/* w = 1 within SIM_FLAT of the ring's radius on either side, 0 beyond SIM_REACH. */
#define SIM_FLAT 0.15
#define SIM_REACH 0.30

/* An unstrained pattern, centred, round, 1e6 counts, b = 0.3, no beam stop, no direct beam. */
sim_pattern sim_pattern_default(const sim_glass *glass);

/* Fills mean, width x height, with the expected counts; returns A. */
double sim_expected(const sim_glass *glass, const sim_pattern *pattern, float *mean);

/* The same for a given A; pattern->counts is not used. Returns the sum outside the beam stop, without the direct beam. */
double sim_fill(const sim_glass *glass, const sim_pattern *pattern, double amplitude, float *mean);

/* Adds the pattern's central disc to mean. */
void sim_add_direct_beam(const sim_glass *glass, const sim_pattern *pattern, double amplitude, float *mean);

/* Counts of one frame: mean times speckle, then Poisson. The numbers depend on seed, frame and pixel
 * only. contrast = standard deviation of the speckle over its mean, 0..1 (0 = none); grain_px = full width at
 * half maximum of its autocorrelation. Counts above 65535 stay there. VITRO_MEMORY. */
vitro_status sim_draw(const float *mean, int width, int height, double contrast, double grain_px,
                      uint64_t seed, uint64_t frame, uint16_t *counts);

/* Multiplies the image by speckle: gamma distributed, unit mean. */
vitro_status sim_speckle(float *image, int width, int height, double contrast, double grain_px, uint64_t key);

/* The random numbers: hashed counters (splitmix64), so that every pixel of every frame has its own stream. */
static inline uint64_t sim_mix(uint64_t z) {
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
    return z ^ (z >> 31);
}

/* The n-th key of a key. */
static inline uint64_t sim_key(uint64_t key, uint64_t n) {
    return sim_mix(key + (n + 1) * 0x9e3779b97f4a7c15u);
}

/* Draws from the Poisson distribution, exact, from the stream of key; a mean that is not above 0 gives 0.
 * NULL with VITRO_MEMORY where there is none; released by free. */
typedef struct sim_poisson sim_poisson;
sim_poisson *sim_poisson_new(void);
double sim_poisson_draw(const sim_poisson *tables, double mean, uint64_t key);

#endif
