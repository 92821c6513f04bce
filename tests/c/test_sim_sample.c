/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The sample data: frames, calibration, truth maps.
 */
#include "sim_check.h"
#include "sim_sample.h"

static vitro_sample *new_sample(int scan, int detector, double counts, double contrast) {
    vitro_sample_options o;
    assert_int_equal(vitro_sample_defaults(&o), VITRO_OK);
    o.scan_x = scan;
    o.scan_y = scan + 1;
    o.detector = detector;
    o.counts = counts;
    o.speckle_contrast = contrast;
    o.drift_px = detector / 64.0;
    vitro_sample *sample = NULL;
    assert_int_equal(vitro_sample_new(&o, &sample), VITRO_OK);
    return sample;
}

static void frames_do_not_depend_on_the_calls(void **state) {
    (void)state;
    vitro_sample *sample = new_sample(4, 64, 1e5, 0.15), *again = new_sample(4, 64, 1e5, 0.15);
    enum { FRAME = 64 * 64, FRAMES = 20 };
    static uint16_t whole[FRAME * FRAMES], single[FRAME];
    assert_int_equal(vitro_sample_frames(sample, 0, FRAMES, whole), VITRO_OK);
    for (int f = FRAMES - 1; f >= 0; f -= 3) {
        assert_int_equal(vitro_sample_frames(again, f, 1, single), VITRO_OK);
        assert_memory_equal(single, whole + f * FRAME, sizeof single);
    }
    assert_memory_not_equal(whole, whole + FRAME, sizeof single);
    vitro_sample_options other = sample->options;
    other.seed++;
    vitro_sample *seeded;
    assert_int_equal(vitro_sample_new(&other, &seeded), VITRO_OK);
    assert_int_equal(vitro_sample_frames(seeded, 0, 1, single), VITRO_OK);
    assert_memory_not_equal(single, whole, sizeof single);
    assert_int_equal(vitro_sample_frames(sample, 19, 2, whole), VITRO_ARGUMENT);
    assert_non_null(strstr(vitro_last_error(), "19 + 2 of 20"));
    assert_int_equal(vitro_sample_frames(sample, INT64_MAX, 2, whole), VITRO_ARGUMENT);
    vitro_sample_free(seeded);
    vitro_sample_free(again);
    vitro_sample_free(sample);
}

static void the_sample_has_the_counts_asked_for(void **state) {
    (void)state;
    vitro_sample *sample = new_sample(9, 64, 3e4, 0);
    enum { FRAME = 64 * 64, FRAMES = 90 };
    uint16_t *frames = malloc(FRAME * FRAMES * sizeof *frames);
    assert_int_equal(vitro_sample_frames(sample, 0, FRAMES, frames), VITRO_OK);
    double sum = 0, first = 0, last = 0;
    for (int i = 0; i < FRAME * FRAMES; i++) {
        sum += frames[i];
        if (i < FRAME) first += frames[i];
        if (i >= FRAME * (FRAMES - 1)) last += frames[i];
    }
    assert_near(sum / FRAMES, 3e4, 0.01 * 3e4);
    assert_true(last / first > 1.3 && last / first < 1.8); /* the thickness gradient */
    free(frames);
    vitro_sample_free(sample);
}

/* Slices of the truth of one scan position. */
typedef struct { float strain[VITRO_STRAIN_SLICES], ring[VITRO_RING_SLICES]; } truth;

static truth *all_truth(const vitro_sample *sample, size_t n) {
    float *strain = malloc(VITRO_STRAIN_SLICES * n * sizeof *strain), *ring = malloc(VITRO_RING_SLICES * n * sizeof *ring);
    assert_int_equal(vitro_sample_truth(sample, strain, ring), VITRO_OK);
    truth *t = malloc(n * sizeof *t);
    for (size_t i = 0; i < n; i++) {
        for (size_t s = 0; s < VITRO_STRAIN_SLICES; s++) t[i].strain[s] = strain[s * n + i];
        for (size_t s = 0; s < VITRO_RING_SLICES; s++) t[i].ring[s] = ring[s * n + i];
    }
    free(strain);
    free(ring);
    return t;
}

/* Against a search over directions: the ring is at q0 / |V u|, its strain 1 - q / q0. */
static void truth_is_that_of_the_ring(void **state) {
    (void)state;
    enum { N = 15 };
    vitro_sample *sample = new_sample(N, 128, 1e5, 0);
    truth *all = all_truth(sample, N * (N + 1));
    double q0 = sample->glass.ring_radius, largest = 0;
    for (int n = 0; n < N * (N + 1); n++) {
        const float *s = all[n].strain, *r = all[n].ring;
        sim_place place = sim_sample_place(sample, n % N, n / N);
        double e_1 = -1, e_2 = 1, angle_1 = 0, q_max = 0, q_min = 1e9, theta = 0, v[2], e[2];
        const double screen_E[3] = {sample->pattern.E[0], -sample->pattern.E[1], sample->pattern.E[2]};
        for (double deg = -90; deg < 90; deg += 0.05) {
            double x = cos(deg * degree), y = sin(deg * degree), strain = 1 - 1 / stretched(place.V, x, y, v);
            if (strain > e_1) e_1 = strain, angle_1 = deg;
            e_2 = fmin(e_2, strain);
            stretched(screen_E, x, y, e);
            double q = q0 / stretched(place.V, e[0], e[1], v);
            if (q > q_max) q_max = q, theta = deg;
            q_min = fmin(q_min, q);
        }
        assert_near(s[5], 100 * e_1, 1e-4);
        assert_near(s[6], 100 * e_2, 1e-4);
        assert_near(s[3], 100 * (e_1 + e_2), 1e-4);
        assert_near(s[4], 50 * (e_1 - e_2), 1e-4);
        assert_near(s[8], 100 * (1 - 1 / ((1 - e_1) * (1 - e_2))), 1e-4);
        assert_near(s[9], 0.5 * pow(100 * (fabs(e_1) + fabs(e_2)), 2), 1e-3);
        if (s[4] > 0.05) assert_near(sin((s[7] - angle_1) * degree), 0, 0.1 * degree);
        double t = s[7] * degree; /* the components turned back to the principal axes */
        assert_near(s[0] * cos(t) * cos(t) + s[1] * sin(t) * sin(t) + 2 * s[2] * sin(t) * cos(t), s[5], 1e-4);
        assert_near((s[1] - s[0]) * sin(t) * cos(t) + s[2] * cos(2 * t), 0, 1e-4);
        assert_near(r[2], q_max, 1e-3);
        assert_near(r[3], q_min, 1e-3);
        assert_near(sin((r[4] - theta) * degree), 0, 0.2 * degree);
        assert_true(s[7] > -90.0001 && s[7] <= 90.0001 && r[4] > -90.0001 && r[4] <= 90.0001);
        largest = fmax(largest, fmax(fabs(e_1), fabs(e_2)));
    }
    assert_true(largest > 0.01 && largest < 0.025);
    free(all);
    vitro_sample_free(sample);
}

/* The ring drawn at a place is the truth's, in the frame of the screen. */
static void frames_show_the_truth(void **state) {
    (void)state;
    enum { N = 12 };
    vitro_sample *sample = new_sample(N, 256, 1e6, 0);
    truth *all = all_truth(sample, N * (N + 1));
    float *mean = malloc(256 * 256 * sizeof *mean);
    sample->options.beam_stop = sample->pattern.beam_stop = 0;
    sample->pattern.background = 0;
    for (int n = 0; n < N * (N + 1); n += 11) {
        sim_place place = sim_sample_place(sample, n % N, n / N);
        sim_pattern p = sim_sample_pattern(sample, &place);
        sim_fill(&sample->glass, &p, 1, mean);
        const float *r = all[n].ring;
        const double center[2] = {r[0], r[1]};
        double v[2], theta = r[4] * degree, round = stretched(p.E, cos(theta), -sin(theta), v);
        assert_near(ring_radius_at(mean, &sample->glass, center, theta, round), r[2], 0.08);
        round = stretched(p.E, -sin(theta), -cos(theta), v);
        assert_near(ring_radius_at(mean, &sample->glass, center, theta + 90 * degree, round), r[3], 0.08);
    }
    free(mean);
    free(all);
    vitro_sample_free(sample);
}

/* What the thesis reports of a shear band: dilated inside, tension on one side along it and compression on the other,
 * inclusions stretched across it with compression between them, quadrupolar shear round each. */
static void the_band_has_the_fields_of_the_literature(void **state) {
    (void)state;
    const double c = cos(20 * degree), s = sin(20 * degree);
    double e[3];
    sim_band_strain(-38 * c, -38 * s, e); /* the core of an inclusion */
    double across = s * s * e[0] - 2 * s * c * e[1] + c * c * e[2], along = c * c * e[0] + 2 * s * c * e[1] + s * s * e[2];
    assert_true(across > 0.01 && across < 0.02 && along < 0 && e[0] + e[2] > 0.005);
    sim_band_strain(16 * c, 16 * s, e); /* between two */
    assert_true(s * s * e[0] - 2 * s * c * e[1] + c * c * e[2] < 0);
    for (int side = -1; side <= 1; side += 2) {
        sim_band_strain(16 * c - side * 40 * s, 16 * s + side * 40 * c, e);
        assert_true(side * (c * c * e[0] + 2 * s * c * e[1] + s * s * e[2]) > 0.001);
    }
    /* Shear in the band's axes has two-fold pairs of opposite sign round the core. */
    double shear[2];
    for (int i = 0; i < 2; i++) {
        double angle = (20 + 45 + 90 * i) * degree;
        sim_band_strain(-38 * c + 30 * cos(angle), -38 * s + 30 * sin(angle), e);
        shear[i] = (e[2] - e[0]) * s * c + e[1] * (c * c - s * s);
    }
    assert_true(shear[0] * shear[1] < 0 && fabs(shear[0] - shear[1]) > 0.001);
}

/* Component c of an inclusion's strain, with its first and second derivatives by central differences. */
typedef struct { double x, y, xx, yy, xy; } derivatives;

static double inclusion(double x, double y, int c) {
    double e[3] = {0, 0, 0};
    sim_add_inclusion(x, y, 0.005, 0.009, e);
    return e[c];
}

static derivatives differentiate(double x, double y, int c) {
    double h = 0.5, here = inclusion(x, y, c);
    return (derivatives){
        .x = (inclusion(x + h, y, c) - inclusion(x - h, y, c)) / (2 * h),
        .y = (inclusion(x, y + h, c) - inclusion(x, y - h, c)) / (2 * h),
        .xx = (inclusion(x + h, y, c) - 2 * here + inclusion(x - h, y, c)) / (h * h),
        .yy = (inclusion(x, y + h, c) - 2 * here + inclusion(x, y - h, c)) / (h * h),
        .xy = (inclusion(x + h, y + h, c) - inclusion(x + h, y - h, c) - inclusion(x - h, y + h, c) + inclusion(x - h, y - h, c)) / (4 * h * h),
    };
}

/* Far from its smoothed rim the field derives from displacements and its stresses balance (plane strain, Hooke). */
static void an_inclusion_is_in_equilibrium(void **state) {
    (void)state;
    const double nu = SIM_POISSON_RATIO, ratio = 2 * nu / (1 - 2 * nu); /* lambda / mu */
    for (double angle = 3; angle < 360; angle += 19) {
        double r = 12 * SIM_CORE_NM, x = r * cos(angle * degree), y = r * sin(angle * degree);
        derivatives exx = differentiate(x, y, 0), exy = differentiate(x, y, 1), eyy = differentiate(x, y, 2);
        double slope = hypot(hypot(exx.x, exx.y), hypot(eyy.x, eyy.y)), bend = slope / r;
        assert_near(exx.yy + eyy.xx - 2 * exy.xy, 0, 0.01 * bend);
        assert_near(2 * (exx.x + exy.y) + ratio * (exx.x + eyy.x), 0, 0.01 * slope);
        assert_near(2 * (exy.x + eyy.y) + ratio * (exx.y + eyy.y), 0, 0.01 * slope);
    }
    assert_near(inclusion(0, 0, 0), -0.004, 1e-9);
    assert_near(inclusion(0, 1e-3, 2), 0.014, 1e-6);
}

static void without_strain_the_truth_is_zero(void **state) {
    (void)state;
    vitro_sample_options o;
    vitro_sample_defaults(&o);
    o.scan_x = o.scan_y = 5;
    o.detector = 64;
    o.strain_scale = o.ellipticity = o.drift_px = 0;
    vitro_sample *sample;
    assert_int_equal(vitro_sample_new(&o, &sample), VITRO_OK);
    truth *all = all_truth(sample, 25);
    double calibration[8];
    assert_int_equal(vitro_sample_calibration(sample, calibration), VITRO_OK);
    for (int n = 0; n < 25; n++) {
        for (int i = 0; i < 10; i++)
            if (i != 7) assert_true(all[n].strain[i] == 0);
        assert_true(n % 5 % 4 != 0 && n / 5 % 4 != 0 ? all[n].strain[10] == 0 : isnan(all[n].strain[10]));
        assert_near(all[n].ring[0], calibration[6], 1e-5);
        assert_near(all[n].ring[2], sample->glass.ring_radius, 1e-5);
        assert_near(all[n].ring[3], sample->glass.ring_radius, 1e-5);
    }
    assert_near(calibration[1] * sample->glass.ring_radius, SIM_FIRST_RING, 1e-12);
    assert_near(calibration[2] * 5, SIM_FIELD_NM, 1e-9);
    free(all);
    vitro_sample_free(sample);
}

/* Curl of a length e_dev along angle_1, recomputed with the angle's differences folded to within 90 degrees. */
static void the_curl_is_that_of_the_director(void **state) {
    (void)state;
    enum { N = 20 };
    vitro_sample *sample = new_sample(N, 64, 1e5, 0);
    truth *all = all_truth(sample, N * (N + 1));
    const int offsets[4] = {1, -1, -N, N}; /* right, left, up, down */
    for (int y = 1; y < N; y++)
        for (int x = 1; x < N - 1; x++) {
            double tau[4][2], here = all[y * N + x].strain[7];
            for (int i = 0; i < 4; i++) {
                const float *s = all[y * N + x + offsets[i]].strain;
                double angle = here + remainder(s[7] - here, 180);
                tau[i][0] = s[4] * cos(angle * degree);
                tau[i][1] = s[4] * sin(angle * degree);
            }
            double curl = (tau[0][1] - tau[1][1] - (tau[2][0] - tau[3][0])) / (2 * sample->step_nm);
            assert_near(all[y * N + x].strain[10], curl, 1e-5);
        }
    free(all);
    vitro_sample_free(sample);
}

static vitro_sample *new_clusters(int scan, int detector, double fraction, int symmetry) {
    vitro_sample_options o;
    assert_int_equal(vitro_sample_defaults(&o), VITRO_OK);
    o.kind = VITRO_CLUSTERS;
    o.scan_x = o.scan_y = scan;
    o.detector = detector;
    o.cluster_fraction = fraction;
    o.cluster_symmetry = symmetry;
    o.drift_px = detector / 64.0;
    vitro_sample *sample = NULL;
    assert_int_equal(vitro_sample_new(&o, &sample), VITRO_OK);
    return sample;
}

/* As many spheres as the volume fraction asks for, whole ones in the field, side by side; the maps show their discs. */
static void clusters_have_size_number_and_symmetry(void **state) {
    (void)state;
    enum { N = 128 };
    vitro_sample *sample = new_clusters(N, 64, 0.02, 0);
    int64_t n = vitro_sample_cluster_count(sample);
    double field = SIM_CLUSTERS_FIELD_NM, pi = acos(-1), *c = malloc(sizeof(double) * VITRO_CLUSTER_FIELDS * (size_t)n), fraction = (double)n * pi / 6 * 27 / (field * field * 20);
    assert_near(fraction, 0.02, 0.5 * pi / 6 * 27 / (field * field * 20));
    assert_int_equal(vitro_sample_clusters(sample, c), VITRO_OK);
    float *power = malloc(sizeof(float) * N * N * VITRO_SAMPLE_ORDERS);
    assert_int_equal(vitro_sample_symmetry(sample, power), VITRO_OK);
    int of_order[VITRO_SAMPLE_ORDERS + 1] = {0}, inside[VITRO_SAMPLE_ORDERS + 1] = {0};
    for (int64_t i = 0; i < n; i++) {
        const double *a = c + VITRO_CLUSTER_FIELDS * i;
        of_order[(int)a[3]]++;
        assert_true(a[0] > 1.8 && a[1] > 1.8 && a[0] < field - 1.8 && a[1] < field - 1.8 && a[2] == 3);
        for (int64_t j = 0; j < i; j++) assert_true(hypot(a[0] - c[VITRO_CLUSTER_FIELDS * j], a[1] - c[VITRO_CLUSTER_FIELDS * j + 1]) >= 3.75);
        size_t at = (size_t)(a[1] / sample->step_nm) * N + (size_t)(a[0] / sample->step_nm);
        for (int o = 1; o <= VITRO_SAMPLE_ORDERS; o++) assert_near(power[(size_t)(o - 1) * N * N + at], o == a[3] ? 0.3 * 0.3 / 4 : 0, 1e-7);
    }
    for (int o = 1; o <= VITRO_SAMPLE_ORDERS; o++) {
        assert_int_equal(of_order[o], o == 4 ? (n + 2) / 3 : o == 6 ? (n + 1) / 3 : o == 10 ? n / 3 : 0);
        for (int i = 0; i < N * N; i++) inside[o] += power[(size_t)(o - 1) * N * N + (size_t)i] > 0.3 * 0.3 / 8;
        /* The power's half is at the sphere's radius. */
        assert_near(inside[o] * sample->step_nm * sample->step_nm, of_order[o] * pi * 9 / 4, 0.02 * of_order[o] * pi * 9 / 4);
    }
    free(power);
    free(c);
    vitro_sample_free(sample);
}

/* The drawn pattern's Fourier coefficients about the true centre are those of the truth, and the direction is that of its maximum. */
static void clusters_modulate_the_ring(void **state) {
    (void)state;
    for (int order = 1; order <= VITRO_SAMPLE_ORDERS; order += 3) {
        vitro_sample *sample = new_clusters(40, 256, 0.01, order);
        double c[5], E[3] = {sample->pattern.E[0], sample->pattern.E[1], sample->pattern.E[2]}, det = E[0] * E[2] - E[1] * E[1];
        double *all = malloc(sizeof c * (size_t)vitro_sample_cluster_count(sample));
        assert_int_equal(vitro_sample_clusters(sample, all), VITRO_OK);
        memcpy(c, all, sizeof c);
        free(all);
        sim_place place = sim_sample_place(sample, (int)(c[0] / sample->step_nm), (int)(c[1] / sample->step_nm));
        sim_pattern p = sim_sample_pattern(sample, &place);
        p.beam_stop = 0;
        float *mean = malloc(256 * 256 * sizeof *mean);
        sim_fill(&sample->glass, &p, 1, mean);
        double sum[VITRO_SAMPLE_ORDERS + 1][2] = {{0}};
        enum { STEPS = 3600 };
        for (int i = 0; i < STEPS; i++) {
            double t = 2 * acos(-1) * i / STEPS, u = sample->glass.ring_radius * cos(t), v = -sample->glass.ring_radius * sin(t);
            double value = value_at(mean, 256, p.center[0] + (E[2] * u - E[1] * v) / det, p.center[1] + (E[0] * v - E[1] * u) / det);
            for (int n = 0; n <= VITRO_SAMPLE_ORDERS; n++) sum[n][0] += value * cos(n * t), sum[n][1] += value * sin(n * t);
        }
        for (int n = 1; n <= VITRO_SAMPLE_ORDERS; n++)
            assert_near(hypot(sum[n][0], sum[n][1]) / sum[0][0], n == order ? 0.15 : 0, 0.002);
        assert_near(remainder(atan2(sum[order][1], sum[order][0]) - order * c[4] * degree, 2 * acos(-1)), 0, 0.02);
        free(mean);
        vitro_sample_free(sample);
    }
}

static void clusters_that_do_not_fit_are_refused(void **state) {
    (void)state;
    vitro_sample_options o;
    vitro_sample_defaults(&o);
    o.kind = VITRO_CLUSTERS;
    vitro_sample *sample = NULL;
    const double fractions[] = {0.05, 0.9};
    for (int i = 0; i < 2; i++) {
        o.cluster_fraction = fractions[i];
        assert_int_equal(vitro_sample_new(&o, &sample), VITRO_ARGUMENT);
        assert_non_null(strstr(vitro_last_error(), "side by side"));
    }
    o.cluster_fraction = 0;
    assert_int_equal(vitro_sample_new(&o, &sample), VITRO_OK);
    assert_int_equal(vitro_sample_cluster_count(sample), 0);
    vitro_sample_free(sample);
}

static void wrong_options_are_refused(void **state) {
    (void)state;
    for (int i = 0; i < 18; i++) {
        vitro_sample_options o;
        vitro_sample_defaults(&o);
        const char *name[18] = {"scan_x", "scan_y", "detector", "counts", "counts", "ring_radius", "ring_radius", "strain_scale",
                                "drift", "ellipticity", "speckle contrast", "speckle grain", "kind", "symmetry", "diameter", "fraction", "amplitude", "thickness"};
        switch (i) {
        case 0: o.scan_x = 0; break;
        case 1: o.scan_y = 100000; break;
        case 2: o.detector = 8; break;
        case 3: o.counts = 0; break;
        case 4: o.counts = NAN; break;
        case 5: o.ring_radius = 1000; break;
        case 6: o.ring_radius = 2; break;
        case 7: o.strain_scale = 50; break;
        case 8: o.drift_px = -1; break;
        case 9: o.ellipticity = 1; break;
        case 10: o.speckle_contrast = 1.5; break;
        case 11: o.speckle_grain_px = 1e9; break;
        case 12: o.kind = 4; break;
        case 13: o.cluster_symmetry = 13; break;
        case 14: o.cluster_diameter_nm = 0.5; break;
        case 15: o.cluster_fraction = NAN; break;
        case 16: o.cluster_amplitude = 1.1; break;
        default: o.thickness_nm = 0; break;
        }
        vitro_sample *sample = NULL;
        assert_int_equal(vitro_sample_new(&o, &sample), VITRO_ARGUMENT);
        assert_null(sample);
        assert_non_null(strstr(vitro_last_error(), name[i]));
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(frames_do_not_depend_on_the_calls),
        cmocka_unit_test(the_sample_has_the_counts_asked_for),
        cmocka_unit_test(truth_is_that_of_the_ring),
        cmocka_unit_test(frames_show_the_truth),
        cmocka_unit_test(the_band_has_the_fields_of_the_literature),
        cmocka_unit_test(an_inclusion_is_in_equilibrium),
        cmocka_unit_test(without_strain_the_truth_is_zero),
        cmocka_unit_test(the_curl_is_that_of_the_director),
        cmocka_unit_test(clusters_have_size_number_and_symmetry),
        cmocka_unit_test(clusters_modulate_the_ring),
        cmocka_unit_test(clusters_that_do_not_fit_are_refused),
        cmocka_unit_test(wrong_options_are_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
