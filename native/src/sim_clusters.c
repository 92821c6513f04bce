/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * A glass with ordered clusters: spheres of one diameter, each of which modulates the first ring n times around the circle. What is seen of a
 * cluster is taken after S. Im et al., Ultramicroscopy 195 (2018) 189: hot spots of a few nm in the maps of the power at n.
 */
#include <math.h>
#include <stdlib.h>

#include "error.h"
#include "sim_sample.h"

/* The rim in units of the radius: the power is full inside, none outside, half at 1. */
#define RIM_INSIDE 0.75
#define RIM_OUTSIDE 1.25

enum { KEY_CLUSTERS = 3, MOST_ATTEMPTS = 20000 };

static const int mixed_orders[] = {4, 6, 10};

static double uniform(uint64_t *stream) {
    *stream += 0x9e3779b97f4a7c15u;
    return ((double)(sim_mix(*stream) >> 11) + 0.5) * 0x1p-53;
}

/* Not nearer to any of the first n than two rims. */
static int is_free(const vitro_sample *sample, int n, double x, double y) {
    double least = RIM_OUTSIDE * sample->options.cluster_diameter_nm;
    for (int i = 0; i < n; i++)
        if (hypot(x - sample->cluster[i].x, y - sample->cluster[i].y) < least)
            return 0;
    return 1;
}

/* Random sequential placement: the first free one of some random places. */
static int place_cluster(vitro_sample *sample, int n, double width, double height, uint64_t *stream) {
    for (int attempt = 0; attempt < MOST_ATTEMPTS; attempt++) {
        double x = width * (uniform(stream) - 0.5), y = height * (uniform(stream) - 0.5);
        if (!is_free(sample, n, x, y))
            continue;
        int order = sample->options.cluster_symmetry;
        sample->cluster[n] = (sim_cluster){x, y, 2 * acos(-1) * uniform(stream), order > 0 ? order : mixed_orders[n % 3]};
        return 1;
    }
    return 0;
}

vitro_status sim_clusters_new(vitro_sample *sample) {
    const vitro_sample_options *o = &sample->options;
    double d = o->cluster_diameter_nm, width = o->scan_x * sample->step_nm, height = o->scan_y * sample->step_nm;
    double wanted = o->cluster_fraction * width * height * o->thickness_nm / (acos(-1) / 6 * d * d * d);
    double covered = wanted * RIM_OUTSIDE * RIM_OUTSIDE * d * d / (width * height); /* no disc packing covers more than 0.91 pi/4 */
    int n = covered < 1 ? (int)lrint(wanted) : 0, placed = 0;
    uint64_t stream = sim_key(sim_mix(o->seed), ((uint64_t)KEY_CLUSTERS << 56));
    sample->cluster = vitro_alloc((size_t)n + 1, sizeof *sample->cluster);
    if (sample->cluster == NULL)
        return VITRO_MEMORY;
    width -= RIM_OUTSIDE * d;
    height -= RIM_OUTSIDE * d;
    while (width > 0 && height > 0 && placed < n && place_cluster(sample, placed, width, height, &stream))
        placed++;
    sample->clusters = placed;
    if (covered < 1 && placed == n)
        return VITRO_OK;
    return vitro_fail(VITRO_ARGUMENT, "sample data: clusters of %g nm that make %g of a thickness of %g nm do not lie side by side in a field of %.4g x %.4g nm", d,
                      o->cluster_fraction, o->thickness_nm, o->scan_x * sample->step_nm, o->scan_y * sample->step_nm);
}

void sim_clusters_at(const vitro_sample *sample, double x_nm, double y_nm, sim_place *place) {
    double radius = sample->options.cluster_diameter_nm / 2;
    for (int i = 0; i < sample->clusters; i++) {
        const sim_cluster *c = &sample->cluster[i];
        double r = hypot(x_nm - c->x, y_nm - c->y) / radius;
        if (r >= RIM_OUTSIDE)
            continue;
        place->order = c->order;
        place->phase = c->phase;
        /* Its square, the power, falls as cos^2. */
        place->modulation = sample->options.cluster_amplitude * cos(fmax(0, r - RIM_INSIDE) / (RIM_OUTSIDE - RIM_INSIDE) * acos(-1) / 2);
        return;
    }
}

vitro_status vitro_sample_symmetry(const vitro_sample *sample, float *power) {
    if (sample == NULL || power == NULL)
        return vitro_fail(VITRO_ARGUMENT, "sample data: no sample or no room for its truth");
    size_t w = (size_t)sample->options.scan_x, slice = w * (size_t)sample->options.scan_y;
    for (size_t i = 0; i < slice; i++) {
        sim_place place = sim_sample_place(sample, (int)(i % w), (int)(i / w));
        for (int n = 1; n <= VITRO_SAMPLE_ORDERS; n++)
            power[(size_t)(n - 1) * slice + i] = place.order == n ? (float)(place.modulation * place.modulation / 4) : 0;
    }
    return VITRO_OK;
}

int64_t vitro_sample_cluster_count(const vitro_sample *sample) { return sample->clusters; }

vitro_status vitro_sample_clusters(const vitro_sample *sample, double *out) {
    if (sample == NULL || out == NULL)
        return vitro_fail(VITRO_ARGUMENT, "sample data: no sample or no room for its clusters");
    double step = sample->step_nm;
    for (int i = 0; i < sample->clusters; i++, out += VITRO_CLUSTER_FIELDS) {
        const sim_cluster *c = &sample->cluster[i];
        out[0] = c->x + sample->options.scan_x * step / 2;
        out[1] = sample->options.scan_y * step / 2 - c->y;
        out[2] = sample->options.cluster_diameter_nm;
        out[3] = c->order;
        out[4] = c->phase / c->order * 180 / acos(-1);
    }
    return VITRO_OK;
}
