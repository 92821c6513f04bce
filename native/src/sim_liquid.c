/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * A metallic liquid near its glass transition: a rod along y, dark-field images of which flicker. Each position's intensity is |E|^2 of a complex Gaussian field
 * whose correlation is exp(-(t / tau)^beta), so that g2 - 1 = exp(-2 (t / tau)^beta), with counting noise. Slow and fast domains, and faster, more exponential
 * dynamics in a layer at both surfaces, after P. Zhang, J. J. Maldonis, Z. Liu, J. Schroers, P. M. Voyles, Nat. Commun. 9 (2018) 1129.
 */
#include <fftw3.h>
#include <math.h>
#include <stdlib.h>

#include "fft.h"
#include "sim_sample.h"

enum { KEY_FIELD = 5, KEY_PHOTONS = 6 };

#define INTERVAL_S 0.1
#define TAU_FRAMES 16.0
#define LAYER_NM 2.0

void sim_liquid_at(const vitro_sample *sample, double x_nm, double y_nm, sim_place *place) {
    (void)sample;
    (void)x_nm;
    (void)y_nm;
    (void)place;
}

/* tau in frames. */
static void dynamics_at(const vitro_sample *sample, int64_t position, double *tau, double *beta) {
    double x, y, half = sample->options.scan_x * sample->step_nm / 2;
    sim_sample_position(sample, (int)(position % sample->options.scan_x), (int)(position / sample->options.scan_x), &x, &y);
    double layer = exp(-(half - fabs(x)) / LAYER_NM), domains = sin(2 * acos(-1) * (x / 19 + 0.2)) * sin(2 * acos(-1) * (y / 23 - 0.1));
    *tau = TAU_FRAMES * exp(0.8 * domains - 1.2 * layer);
    *beta = 0.7 + 0.1 * cos(2 * acos(-1) * y / 32) + 0.2 * layer;
}

vitro_status vitro_sample_dynamics(const vitro_sample *sample, float *out, double *interval) {
    if (sample == NULL || out == NULL || interval == NULL)
        return vitro_fail(VITRO_ARGUMENT, "sample data: no sample or no room for its truth");
    size_t n = (size_t)sample->options.scan_x * (size_t)sample->options.scan_y;
    for (size_t i = 0; i < n; i++) {
        double tau, beta;
        dynamics_at(sample, (int64_t)i, &tau, &beta);
        out[i] = (float)(tau * INTERVAL_S);
        out[n + i] = (float)beta;
        out[2 * n + i] = 1;
    }
    *interval = INTERVAL_S;
    return VITRO_OK;
}

static double uniform(uint64_t *stream) {
    *stream += 0x9e3779b97f4a7c15u;
    return ((double)(sim_mix(*stream) >> 11) + 0.5) * 0x1p-53;
}

/* The field of one position: noise through a filter on a circle of 2 frames, on which the correlation of a convex curve is exact. */
static void field(fftw_plan plan, fftw_complex *z, double *root, int frames, double tau, double beta, uint64_t stream) {
    int m = 2 * frames;
    for (int l = 0; l < m; l++) {
        z[l][0] = exp(-pow((l < m - l ? l : m - l) / tau, beta));
        z[l][1] = 0;
    }
    fftw_execute_dft(plan, z, z);
    for (int k = 0; k < m; k++) root[k] = sqrt(fmax(z[k][0], 0) / m);
    for (int k = 0; k < m; k++) {
        double r = root[k] * sqrt(-log(uniform(&stream))), angle = 2 * acos(-1) * uniform(&stream);
        z[k][0] = r * cos(angle);
        z[k][1] = r * sin(angle);
    }
    fftw_execute_dft(plan, z, z);
}

static void draw(const vitro_sample *sample, const sim_poisson *tables, const fftw_complex *z, int64_t position, int64_t n, uint16_t *out) {
    const vitro_sample_options *o = &sample->options;
    double mean = o->counts / ((double)o->scan_x * o->scan_y);
    uint64_t key = sim_key(sim_key(sim_mix(o->seed), (uint64_t)KEY_PHOTONS << 56), (uint64_t)position);
    for (int64_t t = 0; t < o->frames; t++) {
        double counts = sim_poisson_draw(tables, mean * (z[t][0] * z[t][0] + z[t][1] * z[t][1]), sim_key(key, (uint64_t)t));
        out[t * n] = (uint16_t)fmin(counts, 65535);
    }
}

int64_t vitro_sample_series_frames(const vitro_sample *sample) { return sample->options.frames; }

vitro_status vitro_sample_series(const vitro_sample *sample, int64_t first, int64_t n, uint16_t *out) {
    if (sample == NULL || out == NULL)
        return vitro_fail(VITRO_ARGUMENT, "sample data: no sample or no room for its series");
    const vitro_sample_options *o = &sample->options;
    int64_t positions = (int64_t)o->scan_x * o->scan_y;
    if (first < 0 || n < 0 || first > positions - n)
        return vitro_fail(VITRO_ARGUMENT, "sample data: positions %lld + %lld of %lld", (long long)first, (long long)n, (long long)positions);
    size_t m = 2 * (size_t)o->frames;
    fftw_complex *z = fftw_alloc_complex(m);
    double *root = fftw_alloc_real(m);
    sim_poisson *tables = sim_poisson_new();
    fftw_plan plan = NULL;
    if (z != NULL && root != NULL && tables != NULL) {
        pthread_mutex_lock(&fft_planner);
        plan = fftw_plan_dft_1d((int)m, z, z, FFTW_FORWARD, FFTW_ESTIMATE);
        pthread_mutex_unlock(&fft_planner);
    }
    uint64_t key = sim_key(sim_mix(o->seed), (uint64_t)KEY_FIELD << 56);
    for (int64_t i = 0; i < n && plan != NULL; i++) {
        double tau, beta;
        dynamics_at(sample, first + i, &tau, &beta);
        field(plan, z, root, o->frames, tau, beta, sim_key(key, (uint64_t)(first + i)));
        draw(sample, tables, (const fftw_complex *)z, first + i, n, out + i);
    }
    vitro_status status = plan != NULL ? VITRO_OK : vitro_fail(VITRO_MEMORY, "no native memory for a time series of %d frames", o->frames);
    if (plan != NULL) {
        pthread_mutex_lock(&fft_planner);
        fftw_destroy_plan(plan);
        pthread_mutex_unlock(&fft_planner);
    }
    free(tables);
    fftw_free(root);
    fftw_free(z);
    return status;
}
