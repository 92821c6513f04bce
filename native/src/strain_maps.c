/* From the stretch of every ring to the maps a user sees: reference, definition, frame, error bars.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "error.h"
#include "symmetric.h"

static const double PI = 3.14159265358979323846;

/* Covariance of (xx, xy, yy). */
typedef struct {
    double c[3][3];
} sym_covariance;

/* Eigenvalues, low then high, and the direction of the high one in radians of the matrix's own frame. */
static void eigen(sym a, double *low, double *high, double *direction) {
    double mean = (a.xx + a.yy) / 2, half = (a.xx - a.yy) / 2, radius = hypot(half, a.xy);
    *low = mean - radius;
    *high = mean + radius;
    *direction = 0.5 * atan2(a.xy, half);
}

/* Into (-90, 90] degrees: a line has no sign. */
static double line_angle(double degrees) {
    double a = fmod(degrees, 180);
    return a > 90 ? a - 180 : a <= -90 ? a + 180 : a;
}

/* The 3 x 3 matrix by which (xx, xy, yy) turns: the tensor seen in the scan's frame when the detector's frame (y down)
 * is flipped, turned upright and rotated counter-clockwise, then in axes turned by x_axis. */
static void frame_matrix(const vitro_strain_options *o, double degrees, double t[3][3]) {
    double sign = o->flip ? 1 : -1; /* y down to y up changes the sign of xy, and so does the flip */
    double a = degrees * PI / 180, c = cos(a), s = sin(a);
    const double m[3][3] = {{c * c, -2 * c * s * sign, s * s}, {c * s, (c * c - s * s) * sign, -c * s}, {s * s, 2 * c * s * sign, c * c}};
    memcpy(t, m, sizeof m);
}

static sym turned(const double t[3][3], sym a) {
    return (sym){t[0][0] * a.xx + t[0][1] * a.xy + t[0][2] * a.yy, t[1][0] * a.xx + t[1][1] * a.xy + t[1][2] * a.yy,
                 t[2][0] * a.xx + t[2][1] * a.xy + t[2][2] * a.yy};
}

static sym_covariance transformed(const double t[3][3], const sym_covariance *v) {
    sym_covariance out = {{{0}}};
    for (int i = 0; i < 3; i++)
        for (int j = 0; j < 3; j++)
            for (int k = 0; k < 3; k++)
                for (int l = 0; l < 3; l++) out.c[i][j] += t[i][k] * v->c[k][l] * t[j][l];
    return out;
}

static double variance_along(const sym_covariance *v, double xx, double xy, double yy) {
    const double g[3] = {xx, xy, yy};
    double sum = 0;
    for (int i = 0; i < 3; i++)
        for (int j = 0; j < 3; j++) sum += g[i] * v->c[i][j] * g[j];
    return sum;
}

static sym stretch_of(const float *field) {
    return (sym){field[VITRO_RING_V_XX], field[VITRO_RING_V_XY], field[VITRO_RING_V_YY]};
}

static sym_covariance covariance_of(const float *f) {
    return (sym_covariance){{{f[VITRO_RING_COV_XX_XX], f[VITRO_RING_COV_XX_XY], f[VITRO_RING_COV_XX_YY]},
                             {f[VITRO_RING_COV_XX_XY], f[VITRO_RING_COV_XY_XY], f[VITRO_RING_COV_XY_YY]},
                             {f[VITRO_RING_COV_XX_YY], f[VITRO_RING_COV_XY_YY], f[VITRO_RING_COV_YY_YY]}}};
}

/* ---- reference --------------------------------------------------------------- */

typedef struct {
    sym stretch, inverse;
    sym_covariance covariance; /* of the reference itself */
} reference_stretch;

static int by_value(const void *a, const void *b) {
    float x = *(const float *)a, y = *(const float *)b;
    return (x > y) - (x < y);
}

static double median_of(const float *fields, int64_t n, int which, float *room) {
    int64_t m = 0;
    for (int64_t i = 0; i < n; i++)
        if (fields[i * VITRO_RING_FIELDS + VITRO_RING_STATUS] == VITRO_PATTERN_GOOD) room[m++] = fields[i * VITRO_RING_FIELDS + which];
    qsort(room, (size_t)m, sizeof *room, by_value);
    return m % 2 ? room[m / 2] : 0.5 * ((double)room[m / 2 - 1] + room[m / 2]);
}

static vitro_status find_reference(const float *fields, int64_t n, int use_median, reference_stretch *out) {
    int64_t good = 0;
    sym sum = {0, 0, 0};
    memset(out, 0, sizeof *out);
    for (int64_t i = 0; i < n; i++) {
        const float *f = fields + i * VITRO_RING_FIELDS;
        if (f[VITRO_RING_STATUS] != VITRO_PATTERN_GOOD) continue;
        good++;
        sym v = stretch_of(f);
        sum = (sym){sum.xx + v.xx, sum.xy + v.xy, sum.yy + v.yy};
        sym_covariance c = covariance_of(f);
        for (int j = 0; j < 9; j++) (&out->covariance.c[0][0])[j] += (&c.c[0][0])[j];
    }
    if (!good) return vitro_fail(VITRO_DATA, "none of the reference's %lld patterns could be measured", (long long)n);
    out->stretch = (sym){sum.xx / (double)good, sum.xy / (double)good, sum.yy / (double)good};
    if (use_median) {
        float *room = vitro_alloc((size_t)good, sizeof *room);
        if (!room) return VITRO_MEMORY;
        out->stretch = (sym){median_of(fields, n, VITRO_RING_V_XX, room), median_of(fields, n, VITRO_RING_V_XY, room),
                             median_of(fields, n, VITRO_RING_V_YY, room)};
        free(room);
    }
    /* The median of normal values scatters pi / 2 as much as their mean. */
    double share = (use_median ? PI / 2 : 1) / ((double)good * (double)good);
    for (int j = 0; j < 9; j++) (&out->covariance.c[0][0])[j] *= share;
    out->inverse = sym_inverse(out->stretch);
    return VITRO_OK;
}

/* ---- one pattern ---------------------------------------------------------------- */

enum { E_XX, E_YY, E_XY, E_VOL, E_DEV, E_1, E_2, ANGLE_1, D_RHO, ENERGY, CURL };
enum { S_XX, S_YY, S_XY, S_VOL, S_DEV, S_RHO };
enum { R_X, R_Y, R_MAX, R_MIN, R_THETA, R_AMPLITUDE, R_WIDTH, R_RESIDUAL, R_STATUS };

/* The ring's ellipse on the detector: |V E k| = q0. */
static void ring_slices(const vitro_strain_options *o, const float *f, double out[VITRO_RING_SLICES]) {
    sym e = {o->ellipse_xx, o->ellipse_xy, o->ellipse_yy}, v = stretch_of(f);
    double low, high, along_high;
    eigen(sym_congruence(e, sym_square(v)), &low, &high, &along_high);
    out[R_X] = f[VITRO_RING_CENTER_X];
    out[R_Y] = f[VITRO_RING_CENTER_Y];
    out[R_MAX] = o->q0 / sqrt(low);
    out[R_MIN] = o->q0 / sqrt(high);
    out[R_THETA] = line_angle(-along_high * 180 / PI + 90); /* y down to y up; the long axis is across the high one */
    out[R_AMPLITUDE] = f[VITRO_RING_AMPLITUDE];
    out[R_WIDTH] = f[VITRO_RING_WIDTH];
    out[R_RESIDUAL] = f[VITRO_RING_CHI2];
}

static void sigma_slices(const sym_covariance *strain, sym e, const sym_covariance *stretch, sym v, double out[VITRO_SIGMA_SLICES]) {
    double half = (e.xx - e.yy) / 2, dev = hypot(half, e.xy);
    out[S_XX] = sqrt(strain->c[0][0]);
    out[S_XY] = sqrt(strain->c[1][1]);
    out[S_YY] = sqrt(strain->c[2][2]);
    out[S_VOL] = sqrt(variance_along(strain, 1, 0, 1));
    out[S_DEV] = dev > 0 ? sqrt(variance_along(strain, half / (2 * dev), e.xy / dev, -half / (2 * dev)))
                         : sqrt((variance_along(strain, 0.5, 0, -0.5) + variance_along(strain, 0, 1, 0)) / 2);
    out[S_RHO] = sqrt(variance_along(stretch, v.yy, -2 * v.xy, v.xx));
}

/* Strain, density and their errors of one good pattern, as fractions. */
static void measure(const vitro_strain_options *o, const reference_stretch *reference, const float *f,
                    double strain[VITRO_STRAIN_SLICES], double sigma[VITRO_SIGMA_SLICES]) {
    sym v = sym_root(sym_congruence(reference->inverse, sym_square(stretch_of(f)))), i = sym_inverse(v);
    sym local = o->definition == VITRO_LINEAR ? (sym){1 - i.xx, -i.xy, 1 - i.yy} : (sym){v.xx - 1, v.xy, v.yy - 1};
    double screen[3][3], axes[3][3], low, high, direction;
    frame_matrix(o, o->rotation_deg, screen);
    frame_matrix(o, o->rotation_deg - o->x_axis_deg, axes);
    sym e = turned(axes, local);
    eigen(turned(screen, local), &low, &high, &direction);
    strain[E_XX] = e.xx;
    strain[E_YY] = e.yy;
    strain[E_XY] = e.xy;
    strain[E_VOL] = e.xx + e.yy;
    strain[E_DEV] = (high - low) / 2;
    strain[E_1] = high;
    strain[E_2] = low;
    strain[ANGLE_1] = line_angle(direction * 180 / PI);
    strain[D_RHO] = 1 - sym_det(v);
    strain[ENERGY] = 0.5 * (fabs(high) + fabs(low)) * (fabs(high) + fabs(low));

    sym_covariance stretch = covariance_of(f);
    for (int j = 0; j < 9; j++) (&stretch.c[0][0])[j] += (&reference->covariance.c[0][0])[j];
    /* d(1 - V^-1) = V^-1 dV V^-1 */
    const double slope[3][3] = {{i.xx * i.xx, 2 * i.xx * i.xy, i.xy * i.xy},
                                {i.xx * i.xy, i.xx * i.yy + i.xy * i.xy, i.xy * i.yy},
                                {i.xy * i.xy, 2 * i.xy * i.yy, i.yy * i.yy}};
    sym_covariance own = o->definition == VITRO_LINEAR ? transformed(slope, &stretch) : stretch, seen = transformed(axes, &own);
    sigma_slices(&seen, e, &stretch, v, sigma);
}

/* ---- curl of the maximum shear -------------------------------------------------------- */

/* x and y component (y up) of the headless vector at a neighbour, turned to within 90 degrees of the middle one. */
static void neighbour(const float *dev, const float *angle, size_t at, double mx, double my, double *x, double *y) {
    double a = angle[at] * PI / 180;
    *x = dev[at] * cos(a);
    *y = dev[at] * sin(a);
    if (*x * mx + *y * my < 0) {
        *x = -*x;
        *y = -*y;
    }
}

static void curl_slice(const vitro_strain_options *o, float *strain) {
    const size_t n = (size_t)o->scan_x * (size_t)o->scan_y, w = (size_t)o->scan_x;
    const float *dev = strain + E_DEV * n, *angle = strain + ANGLE_1 * n;
    double step = o->scan_step_nm > 0 ? o->scan_step_nm : 1;
    for (int row = 0; row < o->scan_y; row++)
        for (int column = 0; column < o->scan_x; column++) {
            size_t i = (size_t)row * w + (size_t)column;
            strain[CURL * n + i] = NAN;
            if (row == 0 || column == 0 || row == o->scan_y - 1 || column == o->scan_x - 1) continue;
            double mx = cos(angle[i] * PI / 180), my = sin(angle[i] * PI / 180), x[4], y[4];
            neighbour(dev, angle, i + 1, mx, my, &x[0], &y[0]);
            neighbour(dev, angle, i - 1, mx, my, &x[1], &y[1]);
            neighbour(dev, angle, i - w, mx, my, &x[2], &y[2]); /* the row above: y grows upwards */
            neighbour(dev, angle, i + w, mx, my, &x[3], &y[3]);
            strain[CURL * n + i] = (float)(isnan(dev[i]) ? NAN : ((y[0] - y[1]) - (x[2] - x[3])) / (2 * step));
        }
}

vitro_status vitro_strain_maps(const vitro_strain_options *o, const float *ring, const float *reference, int64_t n_reference,
                               int use_median, float *strain, float *sigma, float *ring_maps) {
    if (o->scan_x < 1 || o->scan_y < 1) return vitro_fail(VITRO_ARGUMENT, "scan of %d x %d positions", o->scan_x, o->scan_y);
    reference_stretch origin;
    vitro_status status = find_reference(reference, n_reference, use_median, &origin);
    if (status != VITRO_OK) return status;
    const size_t n = (size_t)o->scan_x * (size_t)o->scan_y;
    for (size_t i = 0; i < n; i++) {
        const float *f = ring + i * VITRO_RING_FIELDS;
        int good = f[VITRO_RING_STATUS] == VITRO_PATTERN_GOOD;
        double e[VITRO_STRAIN_SLICES] = {0}, s[VITRO_SIGMA_SLICES] = {0}, r[VITRO_RING_SLICES] = {0};
        if (good) {
            measure(o, &origin, f, e, s);
            ring_slices(o, f, r);
        }
        for (int j = 0; j < VITRO_STRAIN_SLICES; j++)
            strain[j * n + i] = (float)(good ? e[j] * (j == ANGLE_1 ? 1 : j == ENERGY ? 1e4 : 100) : NAN);
        for (int j = 0; j < VITRO_SIGMA_SLICES; j++) sigma[j * n + i] = (float)(good ? 100 * s[j] : NAN);
        for (int j = 0; j < VITRO_RING_SLICES; j++) ring_maps[j * n + i] = (float)(good ? r[j] : NAN);
        ring_maps[R_STATUS * n + i] = f[VITRO_RING_STATUS];
    }
    curl_slice(o, strain);
    return VITRO_OK;
}
