/* Structure models, read and made, and their kinematic patterns. SPDX-License-Identifier: GPL-3.0-or-later */
#include <stdlib.h>

#include "check.h"
#include "vitromap.h"

#define PI 3.14159265358979323846

static vitro_model *read_text(const char *text) {
    vitro_model *model = NULL;
    assert_ok(vitro_model_read(text, strlen(text), &model));
    return model;
}

static void check_atoms(const char *text, double box_x, const double expected[8]) {
    vitro_model *model = read_text(text);
    double box[3], atoms[8];
    assert_int_equal(vitro_model_size(model, box), 2);
    assert_near(box[0], box_x, 1e-12);
    vitro_model_atoms(model, atoms);
    for (int i = 0; i < 8; i++) assert_near(atoms[i], expected[i], 1e-12);
    vitro_model_free(model);
}

static void every_form_of_an_xyz_file_is_read(void **state) {
    (void)state;
    const double expected[8] = {40, 1.5, -2, 3e-1, 29, 0, 0.25, -7};
    check_atoms("2\nno box\nZr 1.5 -2 3e-1\nCu 0 .25 -7\n", 0, expected);
    check_atoms("2\r\n11 12 13 a box\r\nZr12\t1.5 -2.0 +0.3\r\nCu 0 .25 -7", 11, expected);
    check_atoms("2\nLattice=\"11 0 0 0 12 0 0 0 13\" Properties=species\nZr 1.5 -2 0.3 9 9\n\nCu 0 0.25 -7\n\n", 11, expected);
    check_atoms("2\nLattice=\"11 0 0 1 12 0 0 0 13\"\nZr 1.5 -2 0.3\nCu 0 0.25 -7\n", 0, expected);
    check_atoms(" updated model\n 11.0 11.0 11.0\n 40 1.5 -2 3.0E-01\n 29 0 0.25 -7\n -1\n", 11, expected);
}

static void fails(const char *text, const char *word) {
    vitro_model *model = NULL;
    assert_fails(vitro_model_read(text, strlen(text), &model), VITRO_FORMAT, word);
    assert_null(model);
}

static void a_broken_file_is_told_with_its_line(void **state) {
    (void)state;
    fails("", "no atoms");
    fails("2\nbox\nZr 0 0 0\n", "2 atoms are announced, 1 are there");
    fails("1\nbox\nZr 0 0 0\nZr 0 0 1\n", "line 4 holds one more");
    fails("2\nbox\nZr 0 0 0\nXx 0 0 1\n", "line 4: an unknown element in \"Xx 0 0 1\"");
    fails("2\nbox\nZr 0 0 0\nZr 0 one 1\n", "line 4: a coordinate");
    fails("2\nbox\nZr 0 0 0\nZr 0 1\n", "line 4: fewer than four words");
    fails("2\nbox\nZr 0 0 1e99\nZr 0 1 2\n", "line 3: a coordinate");
}

static float *pattern_of(const vitro_model *model, const vitro_pattern_options *o, int32_t rows_at_once) {
    vitro_simulated_pattern *p = NULL;
    assert_ok(vitro_simulated_pattern_new(model, o, &p));
    float *out = malloc(sizeof(float) * (size_t)o->detector * (size_t)o->detector);
    for (int32_t y = 0; y < o->detector; y += rows_at_once) {
        int32_t n = o->detector - y < rows_at_once ? o->detector - y : rows_at_once;
        assert_ok(vitro_simulated_pattern_rows(p, y, n, o->detector, out + y * o->detector));
    }
    vitro_simulated_pattern_free(p);
    return out;
}

/* Face-centred cubic copper of one layer of cells along z. */
static char *copper(int cells, double a) {
    static const double base[4][3] = {{0, 0, 0}, {0.5, 0.5, 0}, {0.5, 0, 0.5}, {0, 0.5, 0.5}};
    char *text = malloc(80 * 4 * (size_t)cells * (size_t)cells + 80), *p = text;
    p += sprintf(p, "%d\ncopper\n", 4 * cells * cells);
    for (int i = 0; i < cells * cells * 4; i++)
        p += sprintf(p, "Cu %.6f %.6f %.6f\n", a * (i / 4 % cells + base[i % 4][0]), a * (i / 4 / cells + base[i % 4][1]), a * base[i % 4][2]);
    return text;
}

static void spots_of_a_crystal_lie_where_bragg_s_law_puts_them_with_f_squared(void **state) {
    (void)state;
    const double a = 3.61;
    enum { CELLS = 16, SIDE = 128, STEP = 16 }; /* pixels from 000 to 200 */
    char *text = copper(CELLS, a);
    vitro_model *model = read_text(text);
    vitro_pattern_options o = {.voltage_kv = 300, .q_per_px = 2 / a / STEP, .detector = SIDE};
    float *image = pattern_of(model, &o, SIDE);
    for (int h = -3; h <= 3; h++)
        for (int k = -3; k <= 3; k++) {
            double q = hypot(h, k) * 2 / a, f2, n = 4 * CELLS * CELLS;
            double layers = cos(2 * PI * 0.019687 * q * q / 2 * a / 4); /* two of them, off the Ewald sphere */
            assert_ok(vitro_scattering("Cu", &q, 1, NULL, &f2));
            assert_near(image[(SIDE / 2 - k * STEP) * SIDE + SIDE / 2 + h * STEP] / (n * n * f2 * layers * layers), 1, 0.002);
            /* halfway to the next one: 100 and 110 are forbidden */
            if (h < 3) assert_true(image[(SIDE / 2 - k * STEP) * SIDE + SIDE / 2 + h * STEP + STEP / 2] < 1e-3 * n * n * f2);
        }
    free(image);
    vitro_model_free(model);
    free(text);
}

static void a_tilted_crystal_s_spots_leave_the_ewald_sphere(void **state) {
    (void)state;
    char *text = copper(12, 3.61);
    vitro_model *model = read_text(text);
    vitro_pattern_options o = {.voltage_kv = 300, .tilt_x_deg = 90, .q_per_px = 1 / 3.61 / 8, .detector = 64};
    float *image = pattern_of(model, &o, 7);
    /* seen along y: x stays, the thin direction z has become y up: a streak along y through 200 */
    assert_true(image[(32 + 3) * 64 + 32 + 16] > 20 * image[32 * 64 + 32 + 12]);
    free(image);
    vitro_model_free(model);
    free(text);
}

static void rows_do_not_depend_on_how_they_are_asked_for_and_the_probe_weighs(void **state) {
    (void)state;
    vitro_model *model = NULL;
    assert_ok(vitro_model_glass(3, &model));
    vitro_pattern_options o = {.voltage_kv = 200, .thickness_nm = 2, .probe_nm = 0.8, .tilt_x_deg = 10, .tilt_y_deg = 20, .q_per_px = 0.03, .detector = 32};
    float *once = pattern_of(model, &o, 32), *pieces = pattern_of(model, &o, 5);
    assert_memory_equal(once, pieces, sizeof(float) * 32 * 32);
    /* naive sum at one pixel, from the periodic model */
    double box[3], cx = cos(10 * PI / 180), sx = sin(10 * PI / 180), cy = cos(20 * PI / 180), sy = sin(20 * PI / 180), re = 0, im = 0, low[3] = {1e9, 1e9, 1e9}, high[3] = {-1e9, -1e9, -1e9};
    int64_t n = vitro_model_size(model, box);
    double *atom = malloc(sizeof(double) * 4 * (size_t)n);
    vitro_model_atoms(model, atom);
    for (int64_t i = 0; i < 3 * n; i++) {
        double v = atom[i / 3 * 4 + 1 + i % 3];
        if (v < low[i % 3]) low[i % 3] = v;
        if (v > high[i % 3]) high[i % 3] = v;
    }
    double qx = 5 * 0.03, qy = 9 * 0.03, q = hypot(qx, qy), f2 = 0, qz = 0.025079 * q * q / 2; /* column 21, row 7 */
    for (int64_t i = 0; i < 27 * n; i++) {
        const double *at = atom + i / 27 * 4;
        double r[3], s[3];
        for (int k = 0; k < 3; k++) r[k] = at[k + 1] - (low[k] + high[k]) / 2 + box[k] * ((int)(i % 27 / (k == 0 ? 1 : k == 1 ? 3 : 9)) % 3 - 1);
        double y = cx * r[1] - sx * r[2], z = sx * r[1] + cx * r[2];
        s[0] = cy * r[0] + sy * z, s[1] = y, s[2] = -sy * r[0] + cy * z;
        const char *symbol = at[0] == 40 ? "Zr" : at[0] == 29 ? "Cu" : "Al";
        if (i == 0 || atom[i / 27 * 4] != atom[(i - 1) / 27 * 4]) assert_ok(vitro_scattering(symbol, &q, 1, NULL, &f2));
        if (fabs(s[2]) > 10 || hypot(s[0], s[1]) > 18) continue;
        double w = sqrt(f2) * exp(-2 * log(2) * (s[0] * s[0] + s[1] * s[1]) / 64), phase = -2 * PI * (qx * s[0] + qy * s[1] + qz * s[2]);
        re += w * cos(phase);
        im += w * sin(phase);
    }
    double naive = re * re + im * im;
    assert_near(once[7 * 32 + 21], naive, 1e-3 * naive);
    free(atom);
    free(once);
    free(pieces);
    vitro_model_free(model);
}

/* Writes the first atoms of the glass as an xyz text. */
static char *some_atoms(int n, double *atom) {
    vitro_model *glass = NULL;
    double box[3];
    assert_ok(vitro_model_glass(1, &glass));
    double *all = malloc(sizeof(double) * 4 * (size_t)vitro_model_size(glass, box));
    vitro_model_atoms(glass, all);
    char *text = malloc(100 * (size_t)n + 100), *p = text + sprintf(text, "%d\nsome\n", n);
    for (int i = 0; i < n; i++) {
        memcpy(atom + 4 * i, all + 4 * 13 * i, 4 * sizeof *atom);
        p += sprintf(p, "%.0f %.9f %.9f %.9f\n", atom[4 * i], atom[4 * i + 1], atom[4 * i + 2], atom[4 * i + 3]);
    }
    free(all);
    vitro_model_free(glass);
    return text;
}

static void the_mean_over_all_directions_is_the_debye_formula(void **state) {
    (void)state;
    enum { N = 150, TILTS = 60, SIDE = 48, BINS = 20 };
    double atom[4 * N], sum[BINS] = {0}, square[BINS] = {0};
    char *text = some_atoms(N, atom);
    vitro_model *model = read_text(text);
    for (int t = 0; t < TILTS; t++) {
        vitro_pattern_options o = {.voltage_kv = 3000, .q_per_px = 0.02, .detector = SIDE, .tilt_x_deg = 360 * fmod(t * 0.6180339887, 1),
                                   .tilt_y_deg = asin((2 * t + 1.0) / TILTS - 1) * 180 / PI};
        float *image = pattern_of(model, &o, SIDE);
        double ring[BINS] = {0}, count[BINS] = {0};
        for (int i = 0; i < SIDE * SIDE; i++) {
            double r = hypot(i % SIDE - SIDE / 2, i / SIDE - SIDE / 2);
            int bin = (int)lrint(r);
            if (fabs(r - bin) > 0.25 || bin >= BINS) continue;
            ring[bin] += image[i];
            count[bin]++;
        }
        for (int b = 1; b < BINS; b++) {
            sum[b] += ring[b] / count[b] / TILTS;
            square[b] += ring[b] / count[b] * ring[b] / count[b] / TILTS;
        }
        free(image);
    }
    int outside = 0;
    for (int b = 4; b < BINS; b++) {
        double q = b * 0.02, f2[3], debye = 0, sigma = sqrt((square[b] - sum[b] * sum[b]) / TILTS);
        const char *symbols[3] = {"Zr", "Cu", "Al"};
        for (int e = 0; e < 3; e++) assert_ok(vitro_scattering(symbols[e], &q, 1, NULL, &f2[e]));
        for (int i = 0; i < N; i++)
            for (int j = 0; j < N; j++) {
                double r = sqrt(pow(atom[4 * i + 1] - atom[4 * j + 1], 2) + pow(atom[4 * i + 2] - atom[4 * j + 2], 2) + pow(atom[4 * i + 3] - atom[4 * j + 3], 2));
                int a = atom[4 * i] == 40 ? 0 : atom[4 * i] == 29 ? 1 : 2, c = atom[4 * j] == 40 ? 0 : atom[4 * j] == 29 ? 1 : 2;
                debye += sqrt(f2[a] * f2[c]) * (i == j ? 1 : sin(2 * PI * q * r) / (2 * PI * q * r));
            }
        outside += fabs(sum[b] - debye) > 2.5 * sigma + 0.01 * debye;
        CHECK(fabs(sum[b] / debye - 1) < 0.15, "q = %.2f: %.4g, Debye %.4g, sampling error %.2g", q, sum[b], debye, sigma);
    }
    assert_true(outside <= 1);
    vitro_model_free(model);
    free(text);
}

static void our_glass_is_dense_and_random(void **state) {
    (void)state;
    vitro_model *model = NULL, *again = NULL;
    assert_ok(vitro_model_glass(1, &model));
    assert_ok(vitro_model_glass(1, &again));
    double box[3];
    int64_t n = vitro_model_size(model, box), near = 0;
    assert_int_equal(n, 2000);
    double *a = malloc(sizeof(double) * 4 * (size_t)n), *b = malloc(sizeof(double) * 4 * (size_t)n);
    vitro_model_atoms(model, a);
    vitro_model_atoms(again, b);
    assert_memory_equal(a, b, sizeof(double) * 4 * (size_t)n);
    double zr = 0, closest = 100;
    for (int64_t i = 0; i < n; i++) {
        zr += a[4 * i] == 40;
        for (int64_t j = 0; j < i; j++) {
            double r2 = 0;
            for (int k = 1; k < 4; k++) {
                double d = a[4 * i + k] - a[4 * j + k];
                d -= box[k - 1] * floor(d / box[k - 1] + 0.5);
                r2 += d * d;
            }
            if (r2 < closest) closest = r2;
            near += r2 < 3.8 * 3.8;
        }
    }
    assert_near(zr, 1000, 0);
    assert_true(sqrt(closest) > 1.8); /* no two atoms lie in each other */
    assert_near(2.0 * (double)near / (double)n, 13, 1.5); /* neighbours in the first shell */
    free(a);
    free(b);
    vitro_model_free(model);
    vitro_model_free(again);
}

static void counts_are_drawn_and_what_cannot_be_is_refused(void **state) {
    (void)state;
    float image[400], out[400];
    double sum = 0;
    for (int i = 0; i < 400; i++) image[i] = 0.001f * (float)(i % 7);
    assert_ok(vitro_draw_counts(image, 400, 1e6, 5, out));
    for (int i = 0; i < 400; i++) {
        sum += out[i];
        assert_true(out[i] == floorf(out[i]) && (i % 7 || out[i] == 0));
    }
    assert_near(sum, 1e6, 5e3);
    assert_fails(vitro_draw_counts(image, 400, 0, 5, out), VITRO_ARGUMENT, "counts = 0");
    memset(image, 0, sizeof image);
    assert_fails(vitro_draw_counts(image, 400, 10, 5, out), VITRO_DATA, "sum is 0");
    vitro_model *model = read_text("1\nfar from the probe\nZr 0 0 0\n");
    vitro_simulated_pattern *p = NULL;
    vitro_pattern_options o = {.voltage_kv = 300, .q_per_px = NAN, .detector = 64};
    assert_fails(vitro_simulated_pattern_new(model, &o, &p), VITRO_ARGUMENT, "q_per_pixel = nan");
    o = (vitro_pattern_options){.voltage_kv = 300, .q_per_px = 0.01, .detector = 5000};
    assert_fails(vitro_simulated_pattern_new(model, &o, &p), VITRO_ARGUMENT, "detector = 5000");
    vitro_model_free(model);
    assert_ok(vitro_model_glass(1, &model));
    o = (vitro_pattern_options){.voltage_kv = 300, .q_per_px = 0.01, .detector = 64, .thickness_nm = 1000, .probe_nm = 100};
    assert_fails(vitro_simulated_pattern_new(model, &o, &p), VITRO_ARGUMENT, "too many copies");
    vitro_model_free(model);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_form_of_an_xyz_file_is_read),
        cmocka_unit_test(a_broken_file_is_told_with_its_line),
        cmocka_unit_test(spots_of_a_crystal_lie_where_bragg_s_law_puts_them_with_f_squared),
        cmocka_unit_test(a_tilted_crystal_s_spots_leave_the_ewald_sphere),
        cmocka_unit_test(rows_do_not_depend_on_how_they_are_asked_for_and_the_probe_weighs),
        cmocka_unit_test(the_mean_over_all_directions_is_the_debye_formula),
        cmocka_unit_test(our_glass_is_dense_and_random),
        cmocka_unit_test(counts_are_drawn_and_what_cannot_be_is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
