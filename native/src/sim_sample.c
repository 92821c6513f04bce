/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The sample data: options, what lies at each scan position, frames, calibration.
 */
#include "sim_sample.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "error.h"

/* A key for the direct beam's photons, beside those of the clusters and of each frame. */
enum { KEY_BEAM = 4 };

#define ELLIPSE_DEG 35.0 /* direction in which the instrument compresses, counter-clockwise on screen */

vitro_status vitro_sample_defaults(vitro_sample_options *options) {
    if (options == NULL)
        return vitro_fail(VITRO_ARGUMENT, "sample data: no options to fill");
    *options = (vitro_sample_options){
        .scan_x = 64, .scan_y = 64, .detector = 256, .counts = 1e6, .seed = 1, .strain_scale = 1, .drift_px = 3,
        .ellipticity = 0.02, .speckle_contrast = 0.15, .speckle_grain_px = 3, .beam_stop = 1,
        .kind = VITRO_SHEAR_BAND, .cluster_diameter_nm = 3, .cluster_fraction = 0.02, .cluster_amplitude = 0.3, .thickness_nm = 20, .field_t = 1,
        .frames = 1000,
    };
    return VITRO_OK;
}

static vitro_status check_options(const vitro_sample_options *o) {
    const struct { const char *name; double value, low, high; } limits[] = {
        {"scan_x", o->scan_x, 1, 1024}, {"scan_y", o->scan_y, 1, 1024}, {"detector", o->detector, 32, 4096},
        {"counts", o->counts, 1, 1e10}, {"ring_radius", o->ring_radius, 0, o->detector / 2.0}, {"strain_scale", o->strain_scale, -5, 5},
        {"drift", o->drift_px, 0, o->detector / 8.0}, {"ellipticity", o->ellipticity, 0, 0.2},
        {"speckle contrast", o->speckle_contrast, 0, 1}, {"speckle grain", o->speckle_grain_px, 0, 64},
        {"kind", o->kind, VITRO_SHEAR_BAND, VITRO_LIQUID}, {"symmetry", o->cluster_symmetry, 0, VITRO_SAMPLE_ORDERS},
        {"diameter", o->cluster_diameter_nm, 1, 20}, {"fraction", o->cluster_fraction, 0, 1}, {"amplitude", o->cluster_amplitude, 0, 1},
        {"thickness", o->thickness_nm, 1, 1000}, {"field", o->field_t, -10, 10}, {"frames", o->frames, 32, 65536},
    };
    for (size_t i = 0; i < sizeof limits / sizeof *limits; i++)
        if (!(limits[i].value >= limits[i].low && limits[i].value <= limits[i].high))
            return vitro_fail(VITRO_ARGUMENT, "sample data: %s = %g is outside %g to %g", limits[i].name, limits[i].value, limits[i].low, limits[i].high);
    if (o->ring_radius > 0 && o->ring_radius < 5)
        return vitro_fail(VITRO_ARGUMENT, "sample data: ring_radius = %g px is below 5 px", o->ring_radius);
    return VITRO_OK;
}

/* E of determinant 1 whose axes differ by the factor 1 + ellipticity; detector frame, y down. */
static void instrument_ellipse(double ellipticity, double E[3]) {
    double angle = -ELLIPSE_DEG * acos(-1) / 180, c = cos(angle), s = sin(angle);
    double major = sqrt(1 + ellipticity), minor = 1 / major;
    E[0] = major * c * c + minor * s * s;
    E[1] = (major - minor) * c * s;
    E[2] = major * s * s + minor * c * c;
}

/* What distinguishes the kinds of sample. */
static const struct sim_kind {
    double field_nm, thickness_span;
    double direct_beam; /* where the deflection is looked for, it is let through: no stop, more of it */
    vitro_status (*prepare)(vitro_sample *sample); /* NULL = nothing to prepare */
    void (*at)(const vitro_sample *sample, double x_nm, double y_nm, sim_place *place);
} kinds[] = {
    [VITRO_SHEAR_BAND] = {SIM_FIELD_NM, 0.2, 1, NULL, sim_band_at},
    [VITRO_CLUSTERS] = {SIM_CLUSTERS_FIELD_NM, 0, 1, sim_clusters_new, sim_clusters_at},
    [VITRO_MAGNETIC] = {SIM_FIELD_NM, 0, 10, NULL, sim_magnetic_at},
    [VITRO_LIQUID] = {SIM_LIQUID_FIELD_NM, 0, 1, NULL, sim_liquid_at},
};

vitro_status vitro_sample_new(const vitro_sample_options *options, vitro_sample **out) {
    if (options == NULL || out == NULL)
        return vitro_fail(VITRO_ARGUMENT, "sample data: no options");
    vitro_status status = check_options(options);
    if (status != VITRO_OK)
        return status;
    int n = options->detector;
    vitro_sample *sample = vitro_calloc(1, sizeof *sample);
    float *mean = vitro_alloc((size_t)n * (size_t)n, sizeof *mean);
    if (sample == NULL || mean == NULL || sim_glass_new(n, n, options->ring_radius, &sample->glass) != VITRO_OK) {
        free(sample);
        free(mean);
        return VITRO_MEMORY;
    }
    sim_glass *glass = &sample->glass;
    sample->options = *options;
    sample->step_nm = kinds[options->kind].field_nm / fmax(options->scan_x, options->scan_y);
    sample->pattern = sim_pattern_default(glass);
    sample->pattern.center[0] = glass->stop[0] += 0.017 * n;
    sample->pattern.center[1] = glass->stop[1] -= 0.012 * n;
    glass->stop_radius += options->drift_px;
    instrument_ellipse(options->ellipticity, sample->pattern.E);
    sample->pattern.counts = options->counts;
    sample->pattern.beam_stop = options->beam_stop != 0 && options->kind != VITRO_MAGNETIC;
    sample->pattern.direct_beam = kinds[options->kind].direct_beam;
    sample->amplitude = sim_expected(glass, &sample->pattern, mean);
    free(mean);
    status = kinds[options->kind].prepare != NULL ? kinds[options->kind].prepare(sample) : VITRO_OK;
    if (status == VITRO_OK)
        *out = sample;
    else
        vitro_sample_free(sample);
    return status;
}

void vitro_sample_free(vitro_sample *sample) {
    if (sample == NULL)
        return;
    sim_glass_free(&sample->glass);
    free(sample->cluster);
    free(sample);
}

void vitro_sample_shape(const vitro_sample *sample, int32_t shape[3]) {
    shape[0] = sample->options.scan_x;
    shape[1] = sample->options.scan_y;
    shape[2] = sample->options.detector;
}

/* Position in the scan, -1 at its first and 1 at its last column or row. */
static double across(int i, int n) { return n > 1 ? 2.0 * i / (n - 1) - 1 : 0; }

void sim_sample_position(const vitro_sample *sample, int sx, int sy, double *x_nm, double *y_nm) {
    *x_nm = (sx - (sample->options.scan_x - 1) / 2.0) * sample->step_nm;
    *y_nm = ((sample->options.scan_y - 1) / 2.0 - sy) * sample->step_nm;
}

sim_place sim_sample_place(const vitro_sample *sample, int sx, int sy) {
    const vitro_sample_options *o = &sample->options;
    double u = across(sx, o->scan_x), v = across(sy, o->scan_y);
    /* A slow drift that stays within drift_px of the mean. */
    double drift = o->drift_px * sqrt(0.5);
    sim_place place = {
        .V = {1, 0, 1},
        .center = {sample->pattern.center[0] + drift * sin(0.7 * u + 2.1 * v), sample->pattern.center[1] + drift * sin(1.8 * u - 0.9 * v)},
        .thickness = 1 + kinds[o->kind].thickness_span * (0.65 * u + 0.35 * v),
    };
    double x, y;
    sim_sample_position(sample, sx, sy, &x, &y);
    kinds[o->kind].at(sample, x, y, &place);
    return place;
}

sim_pattern sim_sample_pattern(const vitro_sample *sample, const sim_place *place) {
    sim_pattern pattern = sample->pattern;
    pattern.center[0] = place->center[0];
    pattern.center[1] = place->center[1];
    pattern.V[0] = place->V[0];
    pattern.V[1] = -place->V[1]; /* y up to y down */
    pattern.V[2] = place->V[2];
    pattern.order = place->order;
    pattern.modulation = place->modulation;
    pattern.phase = place->phase;
    pattern.background *= place->thickness; /* multiple scattering grows with the square of the thickness */
    return pattern;
}

/* One frame. The direct beam is drawn on its own: it is no sum over many atoms, it has no speckle. mean, beam: room for a frame. */
static vitro_status draw_frame(const vitro_sample *sample, int64_t f, float *mean, uint16_t *beam, uint16_t *out) {
    const vitro_sample_options *o = &sample->options;
    size_t pixels = (size_t)o->detector * (size_t)o->detector;
    sim_place place = sim_sample_place(sample, (int)(f % o->scan_x), (int)(f / o->scan_x));
    sim_pattern pattern = sim_sample_pattern(sample, &place), scattering = pattern;
    double amplitude = sample->amplitude * place.thickness;
    scattering.direct_beam = 0;
    sim_fill(&sample->glass, &scattering, amplitude, mean);
    vitro_status status = sim_draw(mean, o->detector, o->detector, o->speckle_contrast, o->speckle_grain_px, o->seed, (uint64_t)f, out);
    if (status != VITRO_OK)
        return status;
    memset(mean, 0, pixels * sizeof *mean);
    sim_add_direct_beam(&sample->glass, &pattern, amplitude, mean);
    status = sim_draw(mean, o->detector, o->detector, 0, 0, sim_key(o->seed, KEY_BEAM), (uint64_t)f, beam);
    for (size_t i = 0; i < pixels && status == VITRO_OK; i++)
        out[i] = (uint16_t)(beam[i] > 65535 - out[i] ? 65535 : out[i] + beam[i]);
    return status;
}

vitro_status vitro_sample_frames(const vitro_sample *sample, int64_t first, int64_t n, uint16_t *out) {
    if (sample == NULL || out == NULL)
        return vitro_fail(VITRO_ARGUMENT, "sample data: no sample or no room for its frames");
    const vitro_sample_options *o = &sample->options;
    int64_t frames = (int64_t)o->scan_x * o->scan_y;
    if (first < 0 || n < 0 || first > frames - n)
        return vitro_fail(VITRO_ARGUMENT, "sample data: frames %lld + %lld of %lld", (long long)first, (long long)n, (long long)frames);
    size_t pixels = (size_t)o->detector * (size_t)o->detector;
    float *mean = vitro_alloc(pixels, sizeof *mean);
    uint16_t *beam = vitro_alloc(pixels, sizeof *beam);
    vitro_status status = mean != NULL && beam != NULL ? VITRO_OK : VITRO_MEMORY;
    for (int64_t f = first; f < first + n && status == VITRO_OK; f++, out += pixels)
        status = draw_frame(sample, f, mean, beam, out);
    free(beam);
    free(mean);
    return status;
}

vitro_status vitro_sample_calibration(const vitro_sample *sample, double out[8]) {
    if (sample == NULL || out == NULL)
        return vitro_fail(VITRO_ARGUMENT, "sample data: no sample");
    const vitro_sample_options *o = &sample->options;
    double sum[2] = {0, 0}, frames = (double)o->scan_x * o->scan_y;
    for (int sy = 0; sy < o->scan_y; sy++)
        for (int sx = 0; sx < o->scan_x; sx++) {
            sim_place place = sim_sample_place(sample, sx, sy);
            sum[0] += place.center[0];
            sum[1] += place.center[1];
        }
    const double values[8] = {SIM_VOLTAGE_KV, sample->glass.q_per_px, sample->step_nm,
                              sample->pattern.E[0], sample->pattern.E[1], sample->pattern.E[2], sum[0] / frames, sum[1] / frames};
    for (int i = 0; i < 8; i++)
        out[i] = values[i];
    return VITRO_OK;
}
