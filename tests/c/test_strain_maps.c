/* SPDX-License-Identifier: GPL-3.0-or-later
 * From stretches to maps: closed forms, frames, reference, error bars, curl. The expected values come from matrices written
 * out and from brute force, not from the formulas of the code. */
#include "check.h"

enum { E_XX, E_YY, E_XY, E_VOL, E_DEV, E_1, E_2, ANGLE_1, D_RHO, ENERGY, CURL };
enum { S_XX, S_YY, S_XY, S_VOL, S_DEV, S_RHO };
enum { R_X, R_Y, R_MAX, R_MIN, R_THETA, R_AMPLITUDE, R_WIDTH, R_RESIDUAL, R_STATUS };

static const double RADIAN = 0.017453292519943296;
static const double NO_ERROR[6];

/* A 2 x 2 matrix, row by row. */
typedef struct {
    double m[4];
} matrix;

static matrix times(matrix a, matrix b) {
    return (matrix){{a.m[0] * b.m[0] + a.m[1] * b.m[2], a.m[0] * b.m[1] + a.m[1] * b.m[3], a.m[2] * b.m[0] + a.m[3] * b.m[2],
                     a.m[2] * b.m[1] + a.m[3] * b.m[3]}};
}

static matrix transposed(matrix a) { return (matrix){{a.m[0], a.m[2], a.m[1], a.m[3]}}; }

static matrix turn(double degrees) {
    double c = cos(degrees * RADIAN), s = sin(degrees * RADIAN);
    return (matrix){{c, -s, s, c}};
}

/* The symmetric matrix with these values along and across a direction. */
static matrix along(double degrees, double first, double second) {
    return times(times(turn(degrees), (matrix){{first, 0, 0, second}}), turn(-degrees));
}

/* The root of a positive matrix, by Newton's iteration. */
static matrix root_of(matrix a) {
    matrix x = {{1, 0, 0, 1}};
    for (int i = 0; i < 40; i++) {
        double d = x.m[0] * x.m[3] - x.m[1] * x.m[2];
        matrix step = times((matrix){{x.m[3] / d, -x.m[1] / d, -x.m[2] / d, x.m[0] / d}}, a);
        for (int j = 0; j < 4; j++) x.m[j] = (x.m[j] + step.m[j]) / 2;
    }
    return x;
}

/* A tensor of the scan's frame (y up) as the detector (y down) sees it: the detector's vector is mirrored to y up, flipped,
 * then rotated counter-clockwise into the scan's frame. */
static matrix on_detector(matrix tensor, int flip, double rotation) {
    matrix up = {{1, 0, 0, -1}}, mirror = {{flip ? -1 : 1, 0, 0, 1}}, t = times(turn(rotation), times(mirror, up));
    return times(transposed(t), times(tensor, t));
}

static void set_field(float *f, matrix stretch, const double covariance[6]) {
    memset(f, 0, sizeof *f * VITRO_RING_FIELDS);
    f[VITRO_RING_CENTER_X] = 31;
    f[VITRO_RING_CENTER_Y] = 33;
    f[VITRO_RING_V_XX] = (float)stretch.m[0];
    f[VITRO_RING_V_XY] = (float)stretch.m[1];
    f[VITRO_RING_V_YY] = (float)stretch.m[3];
    f[VITRO_RING_AMPLITUDE] = 5;
    f[VITRO_RING_WIDTH] = 6;
    f[VITRO_RING_CHI2] = 7;
    for (int i = 0; i < 6; i++) f[VITRO_RING_COV_XX_XX + i] = (float)covariance[i];
}

static void set_bad(float *f, int status) {
    for (int i = 0; i < VITRO_RING_FIELDS; i++) f[i] = NAN;
    f[VITRO_RING_STATUS] = (float)status;
}

static vitro_strain_options plain(int scan_x, int scan_y) {
    return (vitro_strain_options){70, 1, 0, 1, VITRO_LINEAR, 0, 0, 0, 0, scan_x, scan_y};
}

typedef struct {
    float strain[VITRO_STRAIN_SLICES], sigma[VITRO_SIGMA_SLICES], ring[VITRO_RING_SLICES];
} maps;

/* One pattern against an unstrained reference. */
static maps map_one(vitro_strain_options o, matrix stretch, const double covariance[6]) {
    float field[VITRO_RING_FIELDS], reference[VITRO_RING_FIELDS];
    maps out;
    set_field(field, stretch, covariance);
    set_field(reference, (matrix){{1, 0, 0, 1}}, NO_ERROR);
    assert_ok(vitro_strain_maps(&o, field, reference, 1, 0, out.strain, out.sigma, out.ring));
    return out;
}

/* 2 % of tension along 25 degrees, 1.5 % of compression across it. */
static void test_closed_forms_of_both_definitions(void **state) {
    (void)state;
    for (int definition = VITRO_LINEAR; definition <= VITRO_REAL_SPACE; definition++) {
        vitro_strain_options o = plain(1, 1);
        o.definition = definition;
        double stretch[2] = {1.02, 0.985}, e1, e2;
        e1 = 100 * (definition == VITRO_LINEAR ? 1 - 1 / stretch[0] : stretch[0] - 1);
        e2 = 100 * (definition == VITRO_LINEAR ? 1 - 1 / stretch[1] : stretch[1] - 1);
        maps out = map_one(o, on_detector(along(25, stretch[0], stretch[1]), 0, 0), NO_ERROR);
        matrix e = along(25, e1, e2);
        const float *s = out.strain;
        assert_near(s[E_XX], e.m[0], 1e-4);
        assert_near(s[E_YY], e.m[3], 1e-4);
        assert_near(s[E_XY], e.m[1], 1e-4);
        assert_near(s[E_VOL], e1 + e2, 1e-4);
        assert_near(s[E_DEV], (e1 - e2) / 2, 1e-4);
        assert_near(s[E_1], e1, 1e-4);
        assert_near(s[E_2], e2, 1e-4);
        assert_near(s[ANGLE_1], 25, 1e-3);
        assert_near(s[D_RHO], 100 * (1 - stretch[0] * stretch[1]), 1e-4);
        assert_near(s[ENERGY], 0.5 * (e1 - e2) * (e1 - e2), 1e-3);
        assert_true(isnan(s[CURL]));
    }
}

static void test_signs(void **state) {
    (void)state;
    vitro_strain_options o = plain(1, 1);
    matrix detector_45 = {{1.005, -0.005, -0.005, 1.005}}; /* longer along (1, -1): right and up on screen, y being down */
    maps out = map_one(o, detector_45, NO_ERROR);
    assert_true(out.strain[E_XY] > 0.4);
    assert_near(out.strain[ANGLE_1], 45, 1e-3);
    out = map_one(o, (matrix){{1.01, 0, 0, 1}}, NO_ERROR);
    assert_true(out.strain[E_XX] > 0.9 && fabs(out.strain[E_YY]) < 1e-4);
    out = map_one(o, (matrix){{0.99, 0, 0, 0.99}}, NO_ERROR);
    assert_true(out.strain[D_RHO] > 1.9 && out.strain[E_VOL] < -1.9); /* compressed: denser */
    out = map_one(o, along(90, 1.01, 1), NO_ERROR);
    assert_near(out.strain[ANGLE_1], 90, 1e-3); /* in (-90, 90] */
}

static void test_flip_and_rotation_give_the_same_map(void **state) {
    (void)state;
    static const double rotations[] = {0, 17, 45, 90, 133, 180, -62, 270, 721};
    matrix tensor = along(-37, 1.013, 0.994);
    maps expected = map_one(plain(1, 1), on_detector(tensor, 0, 0), NO_ERROR);
    for (int flip = 0; flip < 2; flip++)
        for (size_t i = 0; i < sizeof rotations / sizeof *rotations; i++) {
            vitro_strain_options o = plain(1, 1);
            o.flip = flip;
            o.rotation_deg = rotations[i];
            maps out = map_one(o, on_detector(tensor, flip, rotations[i]), NO_ERROR);
            for (int s = 0; s < CURL; s++) assert_near(out.strain[s], expected.strain[s], 2e-4);
        }
    assert_near(expected.strain[ANGLE_1], -37, 1e-3);
}

static void test_turned_axes_turn_the_components_only(void **state) {
    (void)state;
    matrix tensor = along(20, 1.01, 0.997);
    vitro_strain_options o = plain(1, 1);
    o.rotation_deg = 12;
    matrix seen = on_detector(tensor, 0, 12);
    maps before = map_one(o, seen, NO_ERROR);
    o.x_axis_deg = 20;
    maps after = map_one(o, seen, NO_ERROR);
    assert_near(after.strain[E_XX], 100 * (1 - 1 / 1.01), 1e-4);
    assert_near(after.strain[E_YY], 100 * (1 - 1 / 0.997), 1e-4);
    assert_near(after.strain[E_XY], 0, 1e-4);
    for (int s = E_VOL; s < CURL; s++) assert_near(after.strain[s], before.strain[s], 2e-4);
    o.x_axis_deg = 20 + 45;
    assert_near(map_one(o, seen, NO_ERROR).strain[E_XY], -before.strain[E_DEV], 1e-4);
}

/* The reference's own ellipse is undone as a matrix: the ring is where |S R E k| = q0, S symmetric, whatever the axes of R. */
static void test_elliptic_reference_is_removed_exactly(void **state) {
    (void)state;
    matrix r = on_detector(along(64, 1.03, 0.98), 0, 0), s = on_detector(along(-10, 1.02, 0.985), 0, 0);
    float field[VITRO_RING_FIELDS], reference[VITRO_RING_FIELDS];
    vitro_strain_options o = plain(1, 1);
    maps out;
    set_field(field, root_of(times(times(r, times(s, s)), r)), NO_ERROR);
    set_field(reference, r, NO_ERROR);
    assert_ok(vitro_strain_maps(&o, field, reference, 1, 0, out.strain, out.sigma, out.ring));
    maps expected = map_one(o, s, NO_ERROR);
    for (int i = 0; i < CURL; i++) assert_near(out.strain[i], expected.strain[i], 3e-4);
    assert_near(out.strain[E_1], 100 * (1 - 1 / 1.02), 1e-4);
}

static void test_reference_of_many_patterns(void **state) {
    (void)state;
    enum { MANY = 41 };
    uint64_t seed = 3;
    float *reference = malloc(sizeof(float) * MANY * VITRO_RING_FIELDS), field[VITRO_RING_FIELDS];
    vitro_strain_options o = plain(1, 1);
    maps mean, median;
    matrix level = {{1.01, 0.004, 0.004, 0.99}};
    for (int i = 0; i < MANY; i++) {
        matrix v = level;
        for (int j = 0; j < 4; j++) v.m[j] += i % 3 ? 1e-3 * (random_part(&seed) - 0.5) : 0.15; /* a third is far off */
        v.m[2] = v.m[1];
        set_field(reference + i * VITRO_RING_FIELDS, v, NO_ERROR);
        if (i % 5 == 4) set_bad(reference + i * VITRO_RING_FIELDS, VITRO_PATTERN_NO_RING);
    }
    set_field(field, level, NO_ERROR);
    assert_ok(vitro_strain_maps(&o, field, reference, MANY, 0, mean.strain, mean.sigma, mean.ring));
    assert_ok(vitro_strain_maps(&o, field, reference, MANY, 1, median.strain, median.sigma, median.ring));
    assert_true(mean.strain[E_XX] < -3);
    for (int i = E_XX; i <= E_VOL; i++) assert_near(median.strain[i], 0, 0.1);
    for (int i = 0; i < MANY; i++) set_bad(reference + i * VITRO_RING_FIELDS, VITRO_PATTERN_EMPTY);
    mean.strain[0] = -1;
    for (int use_median = 0; use_median < 2; use_median++) {
        assert_fails(vitro_strain_maps(&o, field, reference, MANY, use_median, mean.strain, mean.sigma, mean.ring), VITRO_DATA, "41");
        assert_fails(vitro_strain_maps(&o, field, reference, 0, use_median, mean.strain, mean.sigma, mean.ring), VITRO_DATA, "0 patterns");
    }
    assert_true(mean.strain[0] == -1);
    o.scan_y = 0;
    assert_fails(vitro_strain_maps(&o, field, field, 1, 0, mean.strain, mean.sigma, mean.ring), VITRO_ARGUMENT, "1 x 0");
    free(reference);
}

/* q_max, q_min and theta_max against the radius in 36000 directions. */
static void test_ring_slices_are_those_of_the_ellipse(void **state) {
    (void)state;
    for (int k = 0; k < 12; k++) {
        matrix v = on_detector(along(31 * k, 1.04, 0.97), 0, 0), e = along(17 - 47 * k, 1.05, 1 / 1.05), ve = times(v, e);
        vitro_strain_options o = plain(1, 1);
        o.ellipse_xx = e.m[0];
        o.ellipse_xy = e.m[1];
        o.ellipse_yy = e.m[3];
        o.flip = k % 2; /* theta is of the detector as seen on screen, whatever its frame against the scan's */
        o.rotation_deg = 10 * k;
        o.x_axis_deg = 3 * k;
        double most = 0, least = INFINITY, angle = 0;
        for (int i = 0; i < 36000; i++) {
            double a = i * RADIAN / 200, x = cos(a), y = -sin(a); /* counter-clockwise on screen, y down */
            double r = 70 / hypot(ve.m[0] * x + ve.m[1] * y, ve.m[2] * x + ve.m[3] * y);
            if (r > most) angle = i / 200.0;
            most = fmax(most, r);
            least = fmin(least, r);
        }
        maps out = map_one(o, v, NO_ERROR);
        assert_near(out.ring[R_MAX], most, 1e-3);
        assert_near(out.ring[R_MIN], least, 1e-3);
        assert_true(out.ring[R_THETA] > -90 && out.ring[R_THETA] <= 90);
        assert_near(remainder(out.ring[R_THETA] - angle, 180), 0, 0.1);
        assert_near(out.strain[D_RHO], 100 * (1 - 70 * 70 / (most * least)), 1e-2);
        assert_true(out.ring[R_X] == 31 && out.ring[R_Y] == 33 && out.ring[R_AMPLITUDE] == 5 && out.ring[R_WIDTH] == 6 && out.ring[R_RESIDUAL] == 7);
        assert_true(out.ring[R_STATUS] == 0);
    }
}

static void test_bad_patterns_are_nan_with_their_status(void **state) {
    (void)state;
    float field[3 * VITRO_RING_FIELDS], strain[3 * VITRO_STRAIN_SLICES], sigma[3 * VITRO_SIGMA_SLICES], ring[3 * VITRO_RING_SLICES];
    vitro_strain_options o = plain(3, 1);
    for (int i = 0; i < 3; i++) set_field(field + i * VITRO_RING_FIELDS, along(0, 1.01, 1), NO_ERROR);
    set_bad(field + VITRO_RING_FIELDS, VITRO_PATTERN_NO_RING);
    assert_ok(vitro_strain_maps(&o, field, field, 1, 0, strain, sigma, ring));
    for (int s = 0; s < VITRO_STRAIN_SLICES; s++) assert_true(isnan(strain[3 * s + 1]) && (s == CURL || !isnan(strain[3 * s + 2])));
    for (int s = 0; s < VITRO_SIGMA_SLICES; s++) assert_true(isnan(sigma[3 * s + 1]) && !isnan(sigma[3 * s]));
    for (int s = 0; s < R_STATUS; s++) assert_true(isnan(ring[3 * s + 1]) && !isnan(ring[3 * s]));
    assert_true(ring[3 * R_STATUS + 1] == VITRO_PATTERN_NO_RING && ring[3 * R_STATUS] == 0);
}

/* ---- error bars ---------------------------------------------------------------------- */

/* Covariance A A^T of (xx, xy, yy), as the fields have it. */
static void covariance_of(const double a[9], double out[6]) {
    double c[9] = {0};
    for (int i = 0; i < 27; i++) c[i / 9 * 3 + i / 3 % 3] += a[i / 9 * 3 + i % 3] * a[i / 3 % 3 * 3 + i % 3];
    const double cov[6] = {c[0], c[4], c[8], c[1], c[2], c[5]};
    memcpy(out, cov, sizeof cov);
}

static void test_sigma_is_the_scatter_of_the_strains(void **state) {
    (void)state;
    enum { DRAWS = 20000 };
    static const double a[9] = {8e-4, 0, 0, 3e-4, 5e-4, 0, -4e-4, 2e-4, 6e-4}; /* 0.1 % and correlated */
    static const int slice[VITRO_SIGMA_SLICES] = {E_XX, E_YY, E_XY, E_VOL, E_DEV, D_RHO};
    uint64_t seed = 8;
    double covariance[6];
    covariance_of(a, covariance);
    matrix v = {{1.02, -0.012, -0.012, 0.97}};
    float *field = malloc(sizeof(float) * DRAWS * VITRO_RING_FIELDS), *strain = malloc(sizeof(float) * DRAWS * VITRO_STRAIN_SLICES);
    float *sigma = malloc(sizeof(float) * DRAWS * VITRO_SIGMA_SLICES), *ring = malloc(sizeof(float) * DRAWS * VITRO_RING_SLICES);
    float reference[VITRO_RING_FIELDS];
    for (int i = 0; i < DRAWS; i++) {
        double n[3] = {random_normal(&seed), random_normal(&seed), random_normal(&seed)}, d[3];
        for (int j = 0; j < 3; j++) d[j] = a[3 * j] * n[0] + a[3 * j + 1] * n[1] + a[3 * j + 2] * n[2];
        set_field(field + i * VITRO_RING_FIELDS, (matrix){{v.m[0] + d[0], v.m[1] + d[1], v.m[1] + d[1], v.m[3] + d[2]}}, covariance);
    }
    set_field(reference, (matrix){{1, 0, 0, 1}}, NO_ERROR);
    for (int way = 0; way < 4; way++) {
        vitro_strain_options o = plain(DRAWS, 1);
        o.definition = way % 2;
        o.flip = way / 2;
        o.rotation_deg = 28 * way;
        o.x_axis_deg = 11 * way;
        assert_ok(vitro_strain_maps(&o, field, reference, 1, 0, strain, sigma, ring));
        for (int q = 0; q < VITRO_SIGMA_SLICES; q++) {
            double mean = 0, scatter = 0, stated = 0;
            for (int i = 0; i < DRAWS; i++) mean += strain[slice[q] * DRAWS + i] / DRAWS;
            for (int i = 0; i < DRAWS; i++) {
                scatter += pow(strain[slice[q] * DRAWS + i] - mean, 2) / DRAWS;
                stated += pow(sigma[q * DRAWS + i], 2) / DRAWS;
            }
            double ratio = sqrt(scatter / stated);
            CHECK(fabs(ratio - 1) < 0.02, "way %d, sigma %d: scatter over stated %.4f", way, q, ratio); /* 4 standard errors */
        }
    }
    free(field);
    free(strain);
    free(sigma);
    free(ring);
}

/* n patterns of the reference add 1 / n of their own variance, pi / 2 of it where the median is taken. */
static void test_sigma_has_the_references_part(void **state) {
    (void)state;
    double covariance[6] = {1e-6, 1e-6, 1e-6, 0, 0, 0};
    float field[VITRO_RING_FIELDS], reference[4 * VITRO_RING_FIELDS];
    vitro_strain_options o = plain(1, 1);
    maps out;
    set_field(field, (matrix){{1, 0, 0, 1}}, covariance);
    for (int i = 0; i < 4; i++) set_field(reference + i * VITRO_RING_FIELDS, (matrix){{1, 0, 0, 1}}, covariance);
    for (int use_median = 0; use_median < 2; use_median++) {
        assert_ok(vitro_strain_maps(&o, field, reference, 4, use_median, out.strain, out.sigma, out.ring));
        assert_near(out.sigma[S_XX], 0.1 * sqrt(1 + (use_median ? 1.5707963 : 1) / 4), 1e-5);
        assert_near(out.sigma[S_VOL], 0.1 * sqrt(2 * (1 + (use_median ? 1.5707963 : 1) / 4)), 1e-5);
    }
    assert_true(out.sigma[S_DEV] > 0.05 && isfinite(out.sigma[S_DEV])); /* also where e_dev is exactly 0 */
}

/* ---- curl -------------------------------------------------------------------------- */

enum { SIDE = 12 };

/* Curl of a field of shear of constant size dev (%), its direction a function of x and y (px, y up). */
static float *curl_of(double (*direction)(double x, double y), double dev, vitro_strain_options o) {
    float *field = malloc(sizeof(float) * SIDE * SIDE * VITRO_RING_FIELDS), reference[VITRO_RING_FIELDS];
    float *strain = malloc(sizeof(float) * SIDE * SIDE * VITRO_STRAIN_SLICES), sigma[SIDE * SIDE * VITRO_SIGMA_SLICES], ring[SIDE * SIDE * VITRO_RING_SLICES];
    for (int i = 0; i < SIDE * SIDE; i++) {
        matrix e = along(direction(i % SIDE, SIDE - 1 - i / SIDE), 1 / (1 - dev / 100), 1 / (1 + dev / 100));
        set_field(field + i * VITRO_RING_FIELDS, on_detector(e, o.flip, o.rotation_deg), NO_ERROR);
    }
    set_field(reference, (matrix){{1, 0, 0, 1}}, NO_ERROR);
    assert_ok(vitro_strain_maps(&o, field, reference, 1, 0, strain, sigma, ring));
    free(field);
    return strain;
}

static double turning_in_x(double x, double y) {
    (void)y;
    return 20 * x - 60;
}

static double turning_in_y(double x, double y) {
    (void)x;
    return 20 * y - 60;
}

/* The director (cos a, sin a), a in (-90, 90], times dev: curl = dev (cos a da/dx + sin a da/dy), differences over 2 px. */
static void test_curl_of_a_turning_director(void **state) {
    (void)state;
    for (int way = 0; way < 4; way++) {
        vitro_strain_options o = plain(SIDE, SIDE);
        o.scan_step_nm = way % 2 ? 2.5 : 0;
        o.x_axis_deg = 30 * way;
        o.flip = way > 1;
        o.rotation_deg = 25 * way;
        for (int in_y = 0; in_y < 2; in_y++) {
            float *strain = curl_of(in_y ? turning_in_y : turning_in_x, 1.5, o), *curl = strain + CURL * SIDE * SIDE;
            for (int i = 0; i < SIDE * SIDE; i++) {
                int x = i % SIDE, y = SIDE - 1 - i / SIDE;
                if (x == 0 || y == 0 || x == SIDE - 1 || y == SIDE - 1) {
                    assert_true(isnan(curl[i]));
                    continue;
                }
                double a = in_y ? turning_in_y(x, y) : turning_in_x(x, y), expected;
                a = remainder(a, 180);
                if (fabs(fabs(a) - 90) < 1) continue; /* either sign */
                expected = 1.5 * sin(20 * RADIAN) * (in_y ? sin(a * RADIAN) : cos(a * RADIAN)) / (way % 2 ? 2.5 : 1);
                assert_near(curl[i], expected, 1e-3);
            }
            free(strain);
        }
    }
}

static void test_curl_stops_at_holes(void **state) {
    (void)state;
    float field[9 * VITRO_RING_FIELDS], strain[9 * VITRO_STRAIN_SLICES], sigma[9 * VITRO_SIGMA_SLICES], ring[9 * VITRO_RING_SLICES];
    vitro_strain_options o = plain(3, 3);
    for (int hole = 0; hole < 9; hole++) {
        for (int i = 0; i < 9; i++) set_field(field + i * VITRO_RING_FIELDS, along(10 * i, 1.01, 0.99), NO_ERROR);
        set_bad(field + hole * VITRO_RING_FIELDS, VITRO_PATTERN_EMPTY);
        assert_ok(vitro_strain_maps(&o, field, field + (hole ? 0 : VITRO_RING_FIELDS), 1, 0, strain, sigma, ring));
        assert_true(isnan(strain[9 * CURL + 4]) == (hole % 2 == 1 || hole == 4));
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_closed_forms_of_both_definitions),
        cmocka_unit_test(test_signs),
        cmocka_unit_test(test_flip_and_rotation_give_the_same_map),
        cmocka_unit_test(test_turned_axes_turn_the_components_only),
        cmocka_unit_test(test_elliptic_reference_is_removed_exactly),
        cmocka_unit_test(test_reference_of_many_patterns),
        cmocka_unit_test(test_ring_slices_are_those_of_the_ellipse),
        cmocka_unit_test(test_bad_patterns_are_nan_with_their_status),
        cmocka_unit_test(test_sigma_is_the_scatter_of_the_strains),
        cmocka_unit_test(test_sigma_has_the_references_part),
        cmocka_unit_test(test_curl_of_a_turning_director),
        cmocka_unit_test(test_curl_stops_at_holes),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
