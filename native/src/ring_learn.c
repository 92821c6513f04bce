/* Learning the reference: the mean profile first, then twice: fit every pattern, lay the patterns over one another at
 * their own centres and strains, split the profile into smooth curve and structure factor.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include <math.h>
#include <stdlib.h>

#include "ring_model.h"
#include "symmetric.h"

enum { ROUNDS = 2, FINE = 4 }; /* FINE samples of the laid-over profile for each bin */

/* ---- the laid-over profile ---------------------------------------------------------- */

/* Weighted samples of a curve against the radius. */
typedef struct {
    double low, per_px;
    int n;
    double *weight, *value, *radius; /* sums; value and radius weighted */
} samples;

static void samples_free(samples *s) {
    free(s->weight);
    free(s->value);
    free(s->radius);
}

static vitro_status samples_new(samples *s, double low, double high, double per_px) {
    s->low = low;
    s->per_px = per_px;
    s->n = (int)ceil((high - low) * per_px) + 1;
    s->weight = vitro_calloc((size_t)s->n, sizeof(double));
    s->value = vitro_calloc((size_t)s->n, sizeof(double));
    s->radius = vitro_calloc((size_t)s->n, sizeof(double));
    if (s->weight && s->value && s->radius) return VITRO_OK;
    samples_free(s);
    return VITRO_MEMORY;
}

static void add_sample(samples *s, double radius, double value, double weight) {
    double place = (radius - s->low) * s->per_px;
    if (!(place >= 0 && place < s->n)) return;
    int i = (int)place;
    s->weight[i] += weight;
    s->value[i] += weight * value;
    s->radius[i] += weight * radius;
}

/* Drops empty samples and turns sums into means; returns how many are left. */
static int settle(samples *s) {
    int m = 0;
    for (int i = 0; i < s->n; i++) {
        if (!(s->weight[i] > 0)) continue;
        s->radius[m] = s->radius[i] / s->weight[i];
        s->value[m] = s->value[i] / s->weight[i];
        s->weight[m++] = s->weight[i];
    }
    return s->n = m;
}

/* ---- learning ------------------------------------------------------------------------ */

typedef struct {
    const reference_job *job;
    const vitro_kernels *kernels;
    vitro_ring_model *model;
    ring_bin *bin; /* of the wide cells */
    ring_curves curves;
    ring_fit *fit; /* one for each group */
    int groups, good;
    int stride; /* every stride-th group is learned from */
} learning;

/* Learned from as many patterns as give this many counts in the ring's range (but at least LEAST_GROUPS groups): the
 * curves' noise is then far below that of any one pattern, and more patterns would only take time. */
static const double ENOUGH_COUNTS = 5e7;
enum { LEAST_GROUPS = 6 };

static const float *group_sums(const learning *l, int group) {
    return l->job->sums + (size_t)group * (size_t)l->job->cells->cells * LANES;
}

static int lanes_of(const learning *l, int group) {
    int64_t left = l->job->job.frames.frames - (int64_t)group * LANES;
    return left < LANES ? (int)left : LANES;
}

/* Mean pattern of the reference over every cell, as a profile against the radius about the geometry's centre. */
static vitro_status mean_profile(const learning *l, samples *profile) {
    const ring_cells *cells = l->job->cells;
    const float *e = l->curves.round;
    for (int i = 0; i < cells->cells; i++) {
        double total = 0, r2 = e[0] * cells->xx[i] + e[1] * cells->xy[i] + e[2] * cells->yy[i];
        if (cells->pixels[i] == 0) continue;
        for (int g = 0; g < l->groups; g++)
            for (int lane = 0; lane < lanes_of(l, g); lane++) {
                float y = group_sums(l, g)[(size_t)i * LANES + lane];
                if (isfinite(y) && l->fit[g].status[lane] == VITRO_PATTERN_GOOD) total += y;
            }
        add_sample(profile, sqrt(fmax(r2, 0)), total / cells->pixels[i] / (double)fmax(l->good, 1), cells->pixels[i]);
    }
    return settle(profile) >= 8 ? VITRO_OK : vitro_fail(VITRO_DATA, "the reference has no unmasked pixels round the ring");
}

/* s from samples of (P - G) / B: spline, peak, width; s is scaled to 1 at its peak and the contrast takes the scale. */
static vitro_status take_structure(vitro_ring_model *m, const samples *s) {
    const vitro_geometry *g = &m->geometry;
    double range = g->ring_max - g->ring_min, low = s->radius[0], high = s->radius[s->n - 1];
    int knots = (int)ceil((high - low) / (range / 22)) + 1;
    vitro_status status = spline_through(s->radius, s->value, s->weight, s->n, low, high, knots < 4 ? 4 : knots, m->start, m->step,
                                         m->count, m->structure);
    if (status != VITRO_OK) return status;
    int from = (int)((g->ring_min - m->start) / m->step), to = (int)((g->ring_max - m->start) / m->step), top = from;
    for (int i = from; i <= to && i < m->count; i++)
        if (m->structure[i] > m->structure[top]) top = i;
    double peak = m->structure[top];
    if (!(peak > 0)) return vitro_fail(VITRO_DATA, "the reference has no ring between %.1f and %.1f px", g->ring_min, g->ring_max);
    for (int i = 0; i < m->count; i++) m->structure[i] /= (float)peak;
    int left = top, right = top;
    while (left > 0 && m->structure[left] > 0.5f) left--;
    while (right < m->count - 1 && m->structure[right] > 0.5f) right++;
    m->setting.contrast = peak;
    m->setting.width = (right - left) * m->step;
    m->q0 = m->start + top * m->step;
    if (m->setting.width < fmax(2.2, 0.02 * m->q0))
        return vitro_fail(VITRO_DATA, "the reference's ring is only %.1f px wide: rather the edge of a beam stop that is not masked, or a crystal's reflection", m->setting.width);
    return VITRO_OK;
}

/* Splits a profile: smooth curve through all of it, structure factor near the ring. G is scaled to 1 at 'middle'. */
static vitro_status take_profile(learning *l, const samples *profile) {
    vitro_ring_model *m = l->model;
    samples s;
    vitro_status status = smooth_curve_fit(&m->smooth, profile->radius, profile->value, profile->n);
    if (status != VITRO_OK) return status;
    double *g = vitro_alloc((size_t)profile->n, sizeof *g), *b = vitro_alloc((size_t)profile->n, sizeof *b);
    status = g && b ? smooth_curve_values(&m->smooth, profile->radius, profile->n, g, b) : VITRO_MEMORY;
    if (status == VITRO_OK) status = samples_new(&s, m->start, m->start + m->count * m->step, 1 / l->job->cells->bin_width);
    if (status == VITRO_OK) {
        double level = exp(m->smooth.p[0]);
        for (int i = 0; i < profile->n; i++)
            add_sample(&s, profile->radius[i], (profile->value[i] - g[i]) / (level * b[i]), profile->weight[i] / fmax(profile->value[i], 1e-9 * level));
        m->smooth.p[0] = 0;
        status = settle(&s) < 8 ? vitro_fail(VITRO_DATA, "the reference has no unmasked pixels round the ring") : take_structure(m, &s);
        samples_free(&s);
    }
    free(g);
    free(b);
    return status;
}

static vitro_status fit_all(learning *l) {
    vitro_status status = ring_model_curves(l->model, l->job->cells, l->bin, &l->curves);
    if (status != VITRO_OK) return status;
    l->good = 0;
    for (int g = 0; g < l->groups; g += l->stride) {
        ring_group_status(l->job->cells, l->job->saturated + (size_t)g * LANES, lanes_of(l, g), l->fit[g].status);
        ring_fit_run(l->kernels, &l->curves, &l->model->setting, group_sums(l, g), &l->fit[g]);
        for (int lane = 0; lane < lanes_of(l, g); lane++) l->good += l->fit[g].status[lane] == VITRO_PATTERN_GOOD;
    }
    return l->good ? VITRO_OK : vitro_fail(VITRO_DATA, "in none of the reference's %lld patterns could the ring be fitted",
                                            (long long)l->job->job.frames.frames);
}

/* Mean of centre and stretch over the good patterns; the mean stretch goes into the instrument's ellipse. */
static void take_geometry(learning *l, double *scale) {
    vitro_geometry *g = &l->model->geometry;
    double mean[PARAMETERS] = {0};
    for (int i = 0; i < l->groups; i += l->stride)
        for (int lane = 0; lane < LANES; lane++)
            for (int j = 0; j < PARAMETERS && l->fit[i].status[lane] == VITRO_PATTERN_GOOD; j++)
                mean[j] += l->fit[i].theta[j][lane] / l->good;
    l->model->setting.start[0] = mean[CX];
    l->model->setting.start[1] = mean[CY];
    /* The ellipse that the mean stretch makes round: the root of E V V E, which has no rotation. */
    const sym e = {g->ellipse_xx, g->ellipse_xy, g->ellipse_yy}, v = {mean[VXX], mean[VXY], mean[VYY]};
    const sym root = sym_root(sym_congruence(e, sym_square(v)));
    *scale = sqrt(sym_det(root));
    g->ellipse_xx = root.xx / *scale;
    g->ellipse_xy = root.xy / *scale;
    g->ellipse_yy = root.yy / *scale;
}

static double expansion(const float of[3], double d) { return 1 + d * (of[0] + d * (of[1] + d * of[2])); }

/* Lays the patterns over one another: s from what each pattern has above its own background, at its own rho. */
static void add_pattern(const learning *l, int group, int lane, double scale, samples *s) {
    const ring_cells *cells = l->job->cells;
    const ring_curves *c = &l->curves;
    const ring_fit *fit = &l->fit[group];
    double p[PARAMETERS];
    for (int j = 0; j < PARAMETERS; j++) p[j] = fit->theta[j][lane];
    const sym ellipse = {c->ellipse[0], c->ellipse[1], c->ellipse[2]}, stretch = {p[VXX], p[VXY], p[VYY]};
    const sym form = sym_congruence(ellipse, sym_square(stretch));
    const float *sums = group_sums(l, group) + lane;
    for (int i = 0; i < cells->cells; i++) {
        const ring_bin *bin = &c->bin[i % cells->bins];
        double n = cells->pixels[i], y;
        if (n == 0 || bin->radius > s->low + s->n / s->per_px + 8) continue;
        y = sums[(size_t)i * LANES];
        if (!isfinite(y)) continue;
        double xx = cells->xx[i] - p[CX] * (2 * cells->x[i] - p[CX]), yy = cells->yy[i] - p[CY] * (2 * cells->y[i] - p[CY]);
        double xy = cells->xy[i] - p[CX] * cells->y[i] - p[CY] * cells->x[i] + p[CX] * p[CY];
        double offset = sqrt(c->round[0] * xx + c->round[1] * xy + c->round[2] * yy) - bin->radius;
        double rho = sqrt(form.xx * xx + 2 * form.xy * xy + form.yy * yy);
        double fall = p[RING] * bin->b * expansion(bin->b_of, offset);
        double t = (bin->radius + offset - c->middle) / c->half_range;
        if (t < -1.5 || t > 1.5) t = 0;
        double back = (p[BACK] + p[SLOPE] * t) * bin->g * expansion(bin->g_of, offset);
        add_sample(s, rho / scale, (y / n - back) / fall, n * fall * fall / fmax(back, fit->level[lane]));
    }
}

static vitro_status lay_over(learning *l, double scale) {
    vitro_ring_model *m = l->model;
    samples s;
    vitro_status status = samples_new(&s, m->start, m->start + m->count * m->step, FINE / l->job->cells->bin_width);
    if (status != VITRO_OK) return status;
    for (int g = 0; g < l->groups; g += l->stride)
        for (int lane = 0; lane < LANES; lane++)
            if (l->fit[g].status[lane] == VITRO_PATTERN_GOOD) add_pattern(l, g, lane, scale, &s);
    double contrast = m->setting.contrast;
    status = settle(&s) < 8 ? vitro_fail(VITRO_DATA, "the reference has no unmasked pixels round the ring") : take_structure(m, &s);
    m->setting.contrast *= contrast;
    samples_free(&s);
    return status;
}

/* Power of the strain score's low azimuthal harmonics against all: speckle grains that reach over a sector's edge make
 * neighbours alike, and the strain lives in the low harmonics. */
static double neighbour_correlation(const learning *l) {
    enum { FIRST = 3, LOW = 8, HIGH = SECTORS / 2 };
    double low = 0, all = 0;
    for (int g = 0; g < l->groups; g += l->stride)
        for (int lane = 0; lane < LANES; lane++) {
            if (l->fit[g].status[lane] != VITRO_PATTERN_GOOD) continue;
            double power[HIGH + 1], sum = 0;
            for (int m = FIRST; m <= HIGH; m++) {
                double re = 0, im = 0;
                for (int s = 0; s < SECTORS; s++) {
                    double z = l->fit[g].moments.score[s][OF_STRETCH][lane], angle = 2 * 3.14159265358979 * m * s / SECTORS;
                    re += z * cos(angle);
                    im += z * sin(angle);
                }
                sum += power[m] = re * re + im * im;
            }
            for (int m = FIRST; m <= LOW; m++) low += power[m] / sum / (LOW - FIRST + 1);
            all += 1.0 / (HIGH - FIRST + 1);
        }
    double patterns = l->good, trust = patterns / (patterns + 8);
    return all > 0 ? fmin(3, fmax(1, 1 + trust * (low / all - 1))) : 1;
}

static vitro_status learn(learning *l) {
    vitro_ring_model *m = l->model;
    const ring_cells *cells = l->job->cells;
    samples profile = {0};
    vitro_status status = samples_new(&profile, cells->inner - 1, cells->inner + cells->bins * cells->bin_width + 1, 1 / cells->bin_width);
    for (int g = 0; g < l->groups; g++) {
        ring_group_status(cells, l->job->saturated + (size_t)g * LANES, lanes_of(l, g), l->fit[g].status);
        for (int lane = 0; lane < lanes_of(l, g); lane++) l->good += l->fit[g].status[lane] == VITRO_PATTERN_GOOD;
    }
    m->smooth.p[1] = 0;
    ring_round_form(&m->geometry, l->curves.round);
    if (status == VITRO_OK) status = mean_profile(l, &profile);
    if (status == VITRO_OK) {
        double counts = 0, groups;
        for (int i = 0; i < profile.n; i++)
            if (profile.radius[i] >= m->geometry.ring_min && profile.radius[i] < m->geometry.ring_max) counts += profile.value[i] * profile.weight[i];
        groups = fmax(LEAST_GROUPS, counts > 0 ? ENOUGH_COUNTS / (counts * LANES) : l->groups);
        l->stride = groups < l->groups ? (int)(l->groups / groups) : 1;
        status = take_profile(l, &profile);
    }
    samples_free(&profile);
    for (int round = 0; round < ROUNDS && status == VITRO_OK; round++) {
        double scale;
        status = fit_all(l);
        if (status != VITRO_OK) break;
        take_geometry(l, &scale);
        status = lay_over(l, scale);
    }
    if (status == VITRO_OK) m->setting.correlation = neighbour_correlation(l);
    return status;
}

vitro_status ring_model_learn(vitro_ring_model *model, const reference_job *job) {
    learning l = {.job = job, .kernels = vitro_kernels_for((vitro_isa)job->job.frames.isa), .model = model};
    l.groups = (int)((job->job.frames.frames + LANES - 1) / LANES);
    l.bin = vitro_calloc((size_t)job->cells->bins, sizeof *l.bin);
    l.fit = vitro_calloc((size_t)l.groups, sizeof *l.fit);
    vitro_status status = l.bin && l.fit ? learn(&l) : VITRO_MEMORY;
    free(l.bin);
    free(l.fit);
    return status;
}
