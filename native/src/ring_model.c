/* Learning the reference: the mean profile first, then twice: fit every pattern, lay the patterns over one another at
 * their own centres and strains, split the profile into smooth curve and structure factor.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "ring_model.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* How far a pattern's centre may lie from the geometry's, in ring radii: farther away much of the ring leaves the cells. */
static const double REACH = 0.2;

enum { ROUNDS = 2, FINE = 4 }; /* FINE samples of the laid-over profile for each bin */

/* ---- curves for the kernel ------------------------------------------------------ */

static void directions(const ring_cells *cells, ring_curves *c) {
    const float *e = c->ellipse;
    for (int s = 0; s < SECTORS; s++) {
        double cx = 0, cy = 0, xx = 0, xy = 0, yy = 0, radius = 0, square = 0;
        for (int bin = c->first_bin; bin < c->end_bin; bin++) {
            int i = s * cells->bins + bin;
            double n = cells->pixels[i], x = cells->x[i], y = cells->y[i];
            double r2 = c->round[0] * cells->xx[i] + c->round[1] * cells->xy[i] + c->round[2] * cells->yy[i];
            cx += n * (e[0] * x + e[1] * y);
            cy += n * (e[1] * x + e[2] * y);
            xx += n * (e[0] * e[0] * cells->xx[i] + 2 * e[0] * e[1] * cells->xy[i] + e[1] * e[1] * cells->yy[i]);
            xy += n * (e[0] * e[1] * cells->xx[i] + (e[0] * e[2] + e[1] * e[1]) * cells->xy[i] + e[1] * e[2] * cells->yy[i]);
            yy += n * (e[1] * e[1] * cells->xx[i] + 2 * e[1] * e[2] * cells->xy[i] + e[2] * e[2] * cells->yy[i]);
            radius += n * sqrt(fmax(r2, 0));
            square += n * r2;
        }
        if (square <= 0) continue;
        c->factor[s][0] = (float)(-(e[0] * cx + e[1] * cy) / radius);
        c->factor[s][1] = (float)(-(e[1] * cx + e[2] * cy) / radius);
        c->factor[s][2] = (float)(xx / square);
        c->factor[s][3] = (float)(2 * xy / square);
        c->factor[s][4] = (float)(yy / square);
    }
}

/* Cubics through a curve's values at the middle and three distances: exact enough over the centre's whole reach. */
static void cubic(const double v[4], double d, float of[3]) {
    double a = v[0] / v[1] - 1, b = v[2] / v[1] - 1, c = v[3] / v[1] - 1; /* at -d, d, 2 d */
    double square = (a + b) / 2, odd = (b - a) / 2, third = (c - 2 * odd - 4 * square) / 6;
    of[0] = (float)((odd - third) / d);
    of[1] = (float)(square / (d * d));
    of[2] = (float)(third / (d * d * d));
}

static vitro_status expand_curves(const smooth_curve *smooth, double middle, double reach, ring_bin *bin) {
    double d = fmin(reach / 2, middle / 2), r[4] = {middle - d, middle, middle + d, middle + 2 * d}, g[4], b[4];
    vitro_status status = smooth_curve_values(smooth, r, 4, g, b);
    bin->radius = (float)middle;
    bin->g = (float)g[1];
    bin->b = (float)b[1];
    cubic(g, d, bin->g_of);
    cubic(b, d, bin->b_of);
    return status;
}

vitro_status ring_model_curves(const vitro_ring_model *m, const ring_cells *cells, ring_bin *bin, ring_curves *c) {
    const vitro_geometry *g = &m->geometry;
    const double e[3] = {g->ellipse_xx, g->ellipse_xy, g->ellipse_yy};
    memset(c, 0, sizeof *c);
    c->cells = cells;
    c->bin = bin;
    c->first_bin = (int)fmax(0, floor((g->ring_min - cells->inner) / cells->bin_width + 0.5));
    c->end_bin = (int)fmin(cells->bins, ceil((g->ring_max - cells->inner) / cells->bin_width - 0.5));
    for (int i = 0; i < cells->cells; i++)
        c->used += i % cells->bins >= c->first_bin && i % cells->bins < c->end_bin && cells->pixels[i] > 0;
    c->structure = m->structure;
    c->start = (float)m->start;
    c->per_px = (float)(1 / m->step);
    c->last = m->count - 1;
    c->peak = (float)m->q0;
    c->middle = (float)m->smooth.middle;
    c->half_range = (float)((g->ring_max - g->ring_min) / 2);
    for (int i = 0; i < 3; i++) c->ellipse[i] = (float)e[i];
    c->round[0] = (float)(e[0] * e[0] + e[1] * e[1]);
    c->round[1] = (float)(2 * (e[0] * e[1] + e[1] * e[2]));
    c->round[2] = (float)(e[1] * e[1] + e[2] * e[2]);
    directions(cells, c);
    for (int i = 0; i < cells->bins; i++) {
        vitro_status status = expand_curves(&m->smooth, cells->inner + (i + 0.5) * cells->bin_width, m->setting.reach, &bin[i]);
        if (status != VITRO_OK) return status;
    }
    return VITRO_OK;
}

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
    if (status == VITRO_OK) status = samples_new(&s, m->start, m->start + m->count * m->step, l->job->cells->bin_width / 1.0);
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
    double xx = mean[VXX] * g->ellipse_xx + mean[VXY] * g->ellipse_xy, xy = mean[VXX] * g->ellipse_xy + mean[VXY] * g->ellipse_yy;
    double yx = mean[VXY] * g->ellipse_xx + mean[VYY] * g->ellipse_xy, yy = mean[VXY] * g->ellipse_xy + mean[VYY] * g->ellipse_yy;
    double a = xx * xx + yx * yx, b = xx * xy + yx * yy, d = xy * xy + yy * yy, root = sqrt(a * d - b * b), trace = sqrt(a + d + 2 * root);
    *scale = sqrt(root);
    g->ellipse_xx = (a + root) / trace / *scale;
    g->ellipse_xy = b / trace / *scale;
    g->ellipse_yy = (d + root) / trace / *scale;
}

static double expansion(const float of[3], double d) { return 1 + d * (of[0] + d * (of[1] + d * of[2])); }

/* Lays the patterns over one another: s from what each pattern has above its own background, at its own rho. */
static void add_pattern(const learning *l, int group, int lane, double scale, samples *s) {
    const ring_cells *cells = l->job->cells;
    const ring_curves *c = &l->curves;
    const ring_fit *fit = &l->fit[group];
    double p[PARAMETERS];
    for (int j = 0; j < PARAMETERS; j++) p[j] = fit->theta[j][lane];
    double a = p[VXX] * c->ellipse[0] + p[VXY] * c->ellipse[1], b = p[VXX] * c->ellipse[1] + p[VXY] * c->ellipse[2];
    double d = p[VXY] * c->ellipse[0] + p[VYY] * c->ellipse[1], e = p[VXY] * c->ellipse[1] + p[VYY] * c->ellipse[2];
    double form[3] = {a * a + d * d, 2 * (a * b + d * e), b * b + e * e};
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
        double rho = sqrt(form[0] * xx + form[1] * xy + form[2] * yy);
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
    if (status == VITRO_OK) {
        const vitro_geometry *e = &m->geometry;
        l->curves.round[0] = (float)(e->ellipse_xx * e->ellipse_xx + e->ellipse_xy * e->ellipse_xy);
        l->curves.round[1] = (float)(2 * e->ellipse_xy * (e->ellipse_xx + e->ellipse_yy));
        l->curves.round[2] = (float)(e->ellipse_yy * e->ellipse_yy + e->ellipse_xy * e->ellipse_xy);
        status = mean_profile(l, &profile);
    }
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

/* ---- making and showing a model -------------------------------------------------------- */

void vitro_ring_model_free(vitro_ring_model *m) {
    if (!m) return;
    free((void *)m->geometry.mask);
    free(m->structure);
    ring_cells_free(m->cells);
    free(m->bin);
    free(m);
}

static vitro_status prepare(vitro_ring_model *m, const reference_job *r, const char *composition, double q_per_px) {
    size_t pixels = (size_t)r->job.frames.width * (size_t)r->job.frames.height;
    vitro_geometry *g = &m->geometry;
    *g = r->geometry;
    g->mask = NULL;
    if (r->mask) {
        uint8_t *mask = vitro_alloc(pixels, 1);
        if (!mask) return VITRO_MEMORY;
        memcpy(mask, r->mask, pixels);
        g->mask = mask;
    }
    m->width = r->job.frames.width;
    m->height = r->job.frames.height;
    double step = r->cells->bin_width, pad = 6 + 0.1 * g->ring_max;
    m->step = step / 16;
    m->start = fmax(0, g->ring_min - pad);
    m->count = (int)((g->ring_max + pad - m->start) / m->step);
    m->structure = vitro_calloc((size_t)m->count, sizeof *m->structure);
    m->smooth.middle = (g->ring_min + g->ring_max) / 2;
    m->setting = (ring_fit_setting){{g->center_x, g->center_y}, {0, 0}, 1, 1, REACH * m->smooth.middle, 1};
    if (composition && composition[0]) {
        if (!(q_per_px > 0)) return vitro_fail(VITRO_ARGUMENT, "a composition needs the scale (1/Angstrom a pixel), which is %g", q_per_px);
        if (strlen(composition) >= sizeof m->smooth.composition) return vitro_fail(VITRO_ARGUMENT, "composition '%.80s...' is too long", composition);
        strcpy(m->smooth.composition, composition);
        m->smooth.q_per_px = q_per_px;
    }
    return m->structure ? VITRO_OK : VITRO_MEMORY;
}

static vitro_status ring_cells_of_model(vitro_ring_model *m) {
    const vitro_geometry *g = &m->geometry;
    double step = ring_bin_width(g->ring_min, g->ring_max);
    vitro_status status = ring_cells_new(g, m->width, m->height, g->ring_min, step, (int)ceil((g->ring_max - g->ring_min) / step - 0.5), &m->cells);
    if (status != VITRO_OK) return status;
    if (!(m->bin = vitro_calloc((size_t)m->cells->bins, sizeof *m->bin))) return VITRO_MEMORY;
    return ring_model_curves(m, m->cells, m->bin, &m->curves);
}

vitro_status vitro_ring_model_new(const vitro_job *job, const char *composition, double q_per_px, vitro_ring_model **model) {
    vitro_status status = vitro_job_expect(job, &reference_method, "reference");
    if (status != VITRO_OK) return status;
    const reference_job *r = (const reference_job *)job;
    vitro_ring_model *m = vitro_calloc(1, sizeof *m);
    if (!m) return VITRO_MEMORY;
    learning l = {.job = r, .kernels = vitro_kernels_for((vitro_isa)job->frames.isa), .model = m};
    l.groups = (int)((job->frames.frames + LANES - 1) / LANES);
    l.bin = vitro_calloc((size_t)r->cells->bins, sizeof *l.bin);
    l.fit = vitro_calloc((size_t)l.groups, sizeof *l.fit);
    status = l.bin && l.fit ? prepare(m, r, composition, q_per_px) : VITRO_MEMORY;
    if (status == VITRO_OK) status = learn(&l);
    if (status == VITRO_OK) status = ring_cells_of_model(m);
    free(l.bin);
    free(l.fit);
    if (status != VITRO_OK) {
        vitro_ring_model_free(m);
        return status;
    }
    *model = m;
    return VITRO_OK;
}

vitro_status vitro_ring_model_values(const vitro_ring_model *m, double out[7]) {
    const double values[7] = {m->q0, m->geometry.ellipse_xx, m->geometry.ellipse_xy, m->geometry.ellipse_yy,
                              m->setting.center[0] + m->setting.start[0], m->setting.center[1] + m->setting.start[1], m->setting.width};
    memcpy(out, values, sizeof values);
    return VITRO_OK;
}

vitro_status vitro_ring_model_curves(const vitro_ring_model *m, const double *radius, int n, double *intensity, double *background) {
    for (int i = 0; i < n; i++) {
        double g, b, place = (radius[i] - m->start) / m->step;
        vitro_status status = smooth_curve_values(&m->smooth, &radius[i], 1, &g, &b);
        if (status != VITRO_OK) return status;
        int inside = place >= 0 && place < m->count;
        background[i] = g;
        intensity[i] = inside ? g + m->setting.contrast * b * m->structure[(int)place] : NAN;
    }
    return VITRO_OK;
}
