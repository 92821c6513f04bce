/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The sample: a scan over a shear band, a glass with clusters, and so on. Scan frame: x right, y up, nm, origin in the middle of the scan.
 */
#ifndef VITRO_SIM_SAMPLE_H
#define VITRO_SIM_SAMPLE_H

#include "sim.h"

/* Width of the longer side of the scan: 64 steps of 5.8 nm over the shear band, 128 of 0.32 nm over clusters, 64 of 0.5 nm over the liquid. */
#define SIM_FIELD_NM 371.2
#define SIM_CLUSTERS_FIELD_NM 40.96
#define SIM_LIQUID_FIELD_NM 32.0

/* A sphere with an n-fold pattern. */
typedef struct {
    double x, y; /* nm */
    double phase; /* radians */
    int order;
} sim_cluster;

struct vitro_sample {
    vitro_sample_options options;
    sim_glass glass;
    sim_pattern pattern; /* of an unstrained, drift-free position of mean thickness */
    double amplitude;    /* A there */
    double step_nm;
    sim_cluster *cluster;
    int clusters;
};

/* What the beam meets at one scan position. */
typedef struct {
    double V[3];      /* stretch, scan frame, y up */
    double center[2]; /* px, detector */
    double thickness; /* 1 on average */
    int order;        /* of the cluster there; 0 = none */
    double modulation, phase;
} sim_place;

#define SIM_CORE_NM 17.0       /* radius of an inclusion */
#define SIM_POISSON_RATIO 0.36 /* of Zr-Cu-Al glasses */

/* Adds to strain (xx, xy, yy) the field of a circular inclusion at the origin of an elastic sheet (plane strain): inside
 * e_xx = swelling - stretch, e_yy = swelling + stretch, outside what compatibility and equilibrium ask for. nm. */
void sim_add_inclusion(double x, double y, double swelling, double stretch, double strain[3]);

/* Strain of the shear band, xx, xy, yy, as fractions: V = 1 + strain. */
void sim_band_strain(double x_nm, double y_nm, double strain[3]);

/* Places the clusters: whole ones inside the scan, that do not touch each other in projection. VITRO_ARGUMENT if they do not fit. */
vitro_status sim_clusters_new(vitro_sample *sample);

/* Sets order, modulation and phase of a place. */
void sim_clusters_at(const vitro_sample *sample, double x_nm, double y_nm, sim_place *place);

/* Sets the stretch of a place, by the sample's scale of strain. */
void sim_band_at(const vitro_sample *sample, double x_nm, double y_nm, sim_place *place);

/* The same, and moves the centre as the induction does. */
void sim_magnetic_at(const vitro_sample *sample, double x_nm, double y_nm, sim_place *place);

/* Nothing: its patterns are those of an unstrained glass. */
void sim_liquid_at(const vitro_sample *sample, double x_nm, double y_nm, sim_place *place);

/* nm from the middle of the scan, y up. */
void sim_sample_position(const vitro_sample *sample, int sx, int sy, double *x_nm, double *y_nm);

sim_place sim_sample_place(const vitro_sample *sample, int sx, int sy);

/* The expected pattern there: what sim_fill takes. */
sim_pattern sim_sample_pattern(const vitro_sample *sample, const sim_place *place);

#endif
