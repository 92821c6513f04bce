/* Kinematic diffraction pattern of a structure model: one electron wave, scattered once.
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 *     A(q) = sum over the atoms of f(|q|) p(x, y) exp(-2 pi i q.r),     I = |A|^2
 *
 * q lies on the Ewald sphere, q_z = lambda |q|^2 / 2 (its parabola: right to 0.01 rad at 2 1/Angstrom and 20 nm); p is the probe's amplitude, a Gaussian, f the scattering
 * factor of Kirkland (2010). As exp(-2 pi i (q_x x + q_z z)) and so on are products of a function of q_x and one of q_y, the sum over the atoms of one element is
 * a product of two complex matrices, detector rows x atoms and atoms x detector columns.
 */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "io_layout.h"
#include "model.h"
#include "scattering.h"
#include "sim.h"

static const double PI = 3.14159265358979323846;

enum { MOST_ATOMS = 4000000, BATCH = 128 };
#define PROBE_REACH 2.25 /* full widths at half maximum: there the amplitude is a thousandth */

typedef struct {
    double at[3]; /* Angstrom: x right, y up, z to the viewer, the probe's axis at 0 */
    float weight; /* of the probe */
} lit_atom;

struct vitro_simulated_pattern {
    vitro_pattern_options options;
    double wavelength;
    lit_atom *atom; /* those of an element together */
    int64_t first[SCATTERING_ELEMENTS + 1];
};

static vitro_status check_options(const vitro_pattern_options *o) {
    const struct { const char *name; double value, low, high; } limits[] = {
        {"voltage", o->voltage_kv, 1, 3000}, {"thickness", o->thickness_nm, 0, 1000}, {"tilt_x", o->tilt_x_deg, -360, 360}, {"tilt_y", o->tilt_y_deg, -360, 360},
        {"probe", o->probe_nm, 0, 100}, {"q_per_pixel", o->q_per_px, 1e-5, 10}, {"detector", o->detector, 8, 4096},
    };
    for (size_t i = 0; i < sizeof limits / sizeof *limits; i++)
        if (!(limits[i].value >= limits[i].low && limits[i].value <= limits[i].high))
            return vitro_fail(VITRO_ARGUMENT, "simulated pattern: %s = %g is outside %g to %g", limits[i].name, limits[i].value, limits[i].low, limits[i].high);
    return VITRO_OK;
}

/* ---- which atoms the probe meets ------------------------------------------------------ */

/* Rotation about x, then about y, counter-clockwise seen from the axis's end. */
static void rotation_of(const vitro_pattern_options *o, double r[3][3]) {
    double cx = cos(o->tilt_x_deg * PI / 180), sx = sin(o->tilt_x_deg * PI / 180), cy = cos(o->tilt_y_deg * PI / 180), sy = sin(o->tilt_y_deg * PI / 180);
    const double m[3][3] = {{cy, sx * sy, cx * sy}, {0, cx, -sx}, {-sy, sx * cy, cx * cy}};
    memcpy(r, m, sizeof m);
}

/* What is lit: a slab across the beam, a cylinder round the probe's axis; infinity where there is no limit. */
typedef struct {
    double rotation[3][3], middle[3], half_thickness, radius, probe;
} lighting;

static lighting lighting_of(const vitro_model *m, const vitro_pattern_options *o) {
    lighting l = {.half_thickness = o->thickness_nm > 0 ? 5 * o->thickness_nm : INFINITY, .radius = o->probe_nm > 0 ? 10 * PROBE_REACH * o->probe_nm : INFINITY,
                  .probe = 10 * o->probe_nm};
    rotation_of(o, l.rotation);
    double low[3] = {INFINITY, INFINITY, INFINITY}, high[3] = {-INFINITY, -INFINITY, -INFINITY};
    for (int64_t i = 0; i < m->atoms; i++)
        for (int k = 0; k < 3; k++) {
            low[k] = fmin(low[k], m->atom[i].at[k]);
            high[k] = fmax(high[k], m->atom[i].at[k]);
        }
    for (int k = 0; k < 3; k++) l.middle[k] = (low[k] + high[k]) / 2;
    return l;
}

/* Periods of the box on either side that may hold lit atoms; 0 where nothing repeats. */
static void periods(const vitro_model *m, const lighting *l, int64_t count[3]) {
    double reach = sqrt(l->radius * l->radius + l->half_thickness * l->half_thickness);
    for (int k = 0; k < 3; k++) count[k] = m->box[k] > 0 && isfinite(reach) ? (int64_t)ceil(reach / m->box[k] + 0.5) : 0;
}

static int light(const lighting *l, const double r[3], lit_atom *atom) {
    for (int k = 0; k < 3; k++) atom->at[k] = l->rotation[k][0] * r[0] + l->rotation[k][1] * r[1] + l->rotation[k][2] * r[2];
    double across = hypot(atom->at[0], atom->at[1]);
    if (fabs(atom->at[2]) > l->half_thickness || across > l->radius) return 0;
    atom->weight = l->probe > 0 ? (float)exp(-2 * log(2) * across * across / (l->probe * l->probe)) : 1;
    return 1;
}

/* Gathers the lit atoms of one element behind those there are; counts only if to is NULL. */
static int64_t gather(const vitro_model *m, const lighting *l, int element, lit_atom *to) {
    int64_t n = 0, p[3];
    periods(m, l, p);
    for (int64_t i = 0; i < m->atoms; i++) {
        if (m->atom[i].element != element) continue;
        for (int64_t x = -p[0]; x <= p[0]; x++)
            for (int64_t y = -p[1]; y <= p[1]; y++)
                for (int64_t z = -p[2]; z <= p[2]; z++) {
                    const double shift[3] = {(double)x * m->box[0], (double)y * m->box[1], (double)z * m->box[2]};
                    double r[3];
                    lit_atom atom;
                    for (int k = 0; k < 3; k++) r[k] = m->atom[i].at[k] - l->middle[k] + shift[k];
                    if (!light(l, r, &atom)) continue;
                    if (to) to[n] = atom;
                    n++;
                }
    }
    return n;
}

static vitro_status find_lit(vitro_simulated_pattern *p, const vitro_model *m) {
    lighting l = lighting_of(m, &p->options);
    int64_t images[3];
    periods(m, &l, images);
    if (images[0] > 500 || images[1] > 500 || images[2] > 5000 || (double)m->atoms * (2 * images[0] + 1) * (2 * images[1] + 1) * (2 * images[2] + 1) > 4e8)
        return vitro_fail(VITRO_ARGUMENT, "simulated pattern: thickness and probe hold too many copies of the model's box");
    for (int e = 0; e < SCATTERING_ELEMENTS; e++) p->first[e + 1] = p->first[e] + gather(m, &l, e, NULL);
    int64_t n = p->first[SCATTERING_ELEMENTS];
    if (!n) return vitro_fail(VITRO_DATA, "simulated pattern: the probe meets no atom of the model");
    if (n > MOST_ATOMS) return vitro_fail(VITRO_ARGUMENT, "simulated pattern: thickness and probe hold %lld atoms, at most %d are taken", (long long)n, MOST_ATOMS);
    p->atom = vitro_alloc((size_t)n, sizeof *p->atom);
    if (!p->atom) return VITRO_MEMORY;
    for (int e = 0; e < SCATTERING_ELEMENTS; e++) gather(m, &l, e, p->atom + p->first[e]);
    return VITRO_OK;
}

vitro_status vitro_simulated_pattern_new(const vitro_model *model, const vitro_pattern_options *options, vitro_simulated_pattern **out) {
    vitro_status status = check_options(options);
    if (status != VITRO_OK) return status;
    vitro_simulated_pattern *p = vitro_calloc(1, sizeof *p);
    if (!p) return VITRO_MEMORY;
    p->options = *options;
    p->wavelength = vitro_wavelength(options->voltage_kv);
    status = find_lit(p, model);
    if (status == VITRO_OK) *out = p;
    else vitro_simulated_pattern_free(p);
    return status;
}

void vitro_simulated_pattern_free(vitro_simulated_pattern *pattern) {
    if (!pattern) return;
    free(pattern->atom);
    free(pattern);
}

int64_t vitro_simulated_pattern_atoms(const vitro_simulated_pattern *pattern) { return pattern->first[SCATTERING_ELEMENTS]; }

/* ---- the sum ------------------------------------------------------------------------------ */

/* exp(-2 pi i (q x + lambda q^2 / 2 z)) at q = (first + i) step, i = 0 .. n - 1. */
static void phases(double x, double z, double wavelength, double step, int first, int n, float weight, float *re, float *im) {
    for (int i = 0; i < n; i++) {
        double q = (first + i) * step, turns = q * x + wavelength * q * q / 2 * z, angle = -2 * PI * (turns - floor(turns));
        re[i] = weight * (float)cos(angle);
        im[i] = weight * (float)sin(angle);
    }
}

/* Rows of one element's sum over atoms without f: re, im are rows x columns, added to. Room: 4 columns + 2 rows floats for each atom of a batch. */
typedef struct {
    int columns, rows, first_row;
    float *column_re, *column_im, *row_re, *row_im, *sum_re, *sum_im;
} batch_room;

static void add_batch(const vitro_simulated_pattern *p, const lit_atom *atom, int atoms, batch_room *b) {
    double step = p->options.q_per_px;
    int middle = p->options.detector / 2;
    for (int a = 0; a < atoms; a++) {
        phases(atom[a].at[0], atom[a].at[2], p->wavelength, step, -middle, b->columns, atom[a].weight, b->column_re + a * b->columns, b->column_im + a * b->columns);
        phases(-atom[a].at[1], atom[a].at[2], p->wavelength, step, b->first_row - middle, b->rows, 1, b->row_re + a * b->rows, b->row_im + a * b->rows); /* y down */
    }
    for (int y = 0; y < b->rows; y++) {
        float *re = b->sum_re + y * b->columns, *im = b->sum_im + y * b->columns;
        for (int a = 0; a < atoms; a++) {
            const float *cr = b->column_re + a * b->columns, *ci = b->column_im + a * b->columns;
            float r = b->row_re[a * b->rows + y], i = b->row_im[a * b->rows + y];
            for (int x = 0; x < b->columns; x++) {
                re[x] += r * cr[x] - i * ci[x];
                im[x] += r * ci[x] + i * cr[x];
            }
        }
    }
}

static void add_element(const vitro_simulated_pattern *p, int element, batch_room *b, double *re, double *im) {
    size_t pixels = (size_t)b->rows * (size_t)b->columns;
    for (int64_t a = p->first[element]; a < p->first[element + 1]; a += BATCH) {
        int64_t left = p->first[element + 1] - a;
        memset(b->sum_re, 0, pixels * sizeof(float));
        memset(b->sum_im, 0, pixels * sizeof(float));
        add_batch(p, p->atom + a, (int)(left < BATCH ? left : BATCH), b);
        for (size_t i = 0; i < pixels; i++) {
            int x = (int)(i % (size_t)b->columns) - p->options.detector / 2, y = (int)(i / (size_t)b->columns) + b->first_row - p->options.detector / 2;
            double q2 = ((double)x * x + (double)y * y) * p->options.q_per_px * p->options.q_per_px, f = scattering_kirkland(element, q2);
            re[i] += f * b->sum_re[i];
            im[i] += f * b->sum_im[i];
        }
    }
}

vitro_status vitro_simulated_pattern_rows(const vitro_simulated_pattern *p, int32_t first, int32_t rows, int32_t columns, float *out) {
    if (columns != p->options.detector || first < 0 || rows < 1 || first > columns - rows)
        return vitro_fail(VITRO_ARGUMENT, "rows %d + %d of %d columns of a pattern of %d", first, rows, columns, p->options.detector);
    size_t pixels = (size_t)rows * (size_t)columns, floats = 2 * BATCH * ((size_t)columns + (size_t)rows) + 2 * pixels;
    float *room = vitro_alloc(floats, sizeof *room);
    double *re = vitro_calloc(pixels, sizeof *re), *im = vitro_calloc(pixels, sizeof *im);
    vitro_status status = room && re && im ? VITRO_OK : VITRO_MEMORY;
    if (status == VITRO_OK) {
        size_t c = (size_t)BATCH * (size_t)columns, r = (size_t)BATCH * (size_t)rows;
        batch_room b = {columns, rows, first, room, room + c, room + 2 * c, room + 2 * c + r, room + 2 * (c + r), room + 2 * (c + r) + pixels};
        for (int e = 0; e < SCATTERING_ELEMENTS; e++) add_element(p, e, &b, re, im);
        for (size_t i = 0; i < pixels; i++) out[i] = (float)(re[i] * re[i] + im[i] * im[i]);
    }
    free(room);
    free(re);
    free(im);
    return status;
}

vitro_status vitro_draw_counts(const float *image, int64_t n, double counts, uint64_t seed, float *out) {
    double sum = 0;
    for (int64_t i = 0; i < n; i++) sum += image[i];
    if (!(counts > 0 && counts <= 1e15)) return vitro_fail(VITRO_ARGUMENT, "simulated pattern: counts = %g must be above 0 and at most 1e15", counts);
    if (!(sum > 0 && isfinite(sum))) return vitro_fail(VITRO_DATA, "simulated pattern: the intensity's sum is %g", sum);
    sim_poisson *tables = sim_poisson_new();
    if (!tables) return VITRO_MEMORY;
    for (int64_t i = 0; i < n; i++) out[i] = (float)sim_poisson_draw(tables, image[i] / sum * counts, sim_key(sim_mix(seed), (uint64_t)i));
    free(tables);
    return VITRO_OK;
}
