/* SPDX-License-Identifier: GPL-3.0-or-later
 * G(r) of glass models whose scattering follows from the Debye formula (debye.h), and of a curve that another program has reduced. */
#include "pdf_check.h"

#include "../../native/src/sim.h"
#include "debye.h"

enum { BINS = 400, PROFILES = 64 };
static const char *const MODELS[2] = {"model_040511c_t2_final.xyz", "Zr50Cu35Al15_t1_final.xyz"};

/* Inelastic and multiple scattering, and a level of the detector, of a glass whose atoms scatter <f^2>. */
static double background(double f2, double f2_at_zero, double q) { return 0.3 * f2_at_zero * exp(-6 * q) + 0.2 * f2 * exp(-q) + 0.002 * f2_at_zero; }

typedef struct {
    double q[BINS], intensity[BINS], f2[BINS], f_mean_2[BINS];
} glass_curves;

static glass_curves curves_of(const debye_model *m, const vitro_pdf_options *o) {
    glass_curves c;
    for (int z = 0; z < BINS; z++) c.q[z] = o->q_first + z * o->q_step;
    debye_profile(m, VITRO_KIRKLAND, c.q, BINS, c.intensity);
    assert_ok(vitro_scattering(m->composition, c.q, BINS, c.f2, c.f_mean_2));
    return c;
}

/* The model's own G(r): the integral of its own phi over the bins that take part, with the same window. */
static void own_pdf(const glass_curves *c, const vitro_pdf_options *o, const pdf_result *like, float *gr) {
    for (int i = 0; i < like->points; i++) {
        double sum = 0;
        for (int z = like->first; z < like->first + like->bins; z++) {
            double q = c->q[z], x = q / o->fit_max, phi = q * (c->intensity[z] - c->f2[z]) / c->f_mean_2[z];
            double w = o->window == VITRO_WINDOW_LORCH ? sin(PI * x) / (PI * x) : o->window == VITRO_WINDOW_GAUSSIAN ? pow(0.1, x * x) : 1;
            sum += w * phi * sin(2 * PI * q * (i + 1) * o->r_step) * o->q_step;
        }
        gr[i] = (float)(8 * PI * sum);
    }
}

/* Profiles with the noise that a pattern of so many photons has. */
static void noisy(const glass_curves *c, double photons, float *block) {
    uint64_t random = 17;
    double total = 0, mean[BINS];
    for (int z = 0; z < BINS; z++) {
        mean[z] = c->intensity[z] + background(c->f2[z], c->f2[0], c->q[z]);
        total += c->q[z] * mean[z];
    }
    for (int z = 0; z < BINS; z++)
        for (int i = 0; i < PROFILES; i++)
            block[z * PROFILES + i] = (float)(1000 * mean[z] * (1 + random_normal(&random) / sqrt(photons * c->q[z] * mean[z] / total)));
}

/* First and second peak of some PDFs [point * n + i], against those of the model's own: mean error and root mean square. */
static void peak_errors(const float *gr, int n, const float *own, double mean[2], double rms[2]) {
    const double from[2] = {2.2, 4.4}, to[2] = {3.4, 5.6};
    float one[500];
    for (int k = 0; k < 2; k++) {
        double truth = maximum_near(own, 0.02, from[k], to[k]);
        mean[k] = rms[k] = 0;
        for (int i = 0; i < n; i++) {
            for (int r = 0; r < 500; r++) one[r] = gr[r * n + i];
            double error = maximum_near(one, 0.02, from[k], to[k]) - truth;
            mean[k] += error / n;
            rms[k] += error * error / n;
        }
        rms[k] = sqrt(rms[k]);
    }
}

static void check_model(const debye_model *m, const glass_curves *c, vitro_pdf_options o, double fit_min, int window) {
    float *block = malloc(sizeof(float) * BINS * PROFILES), own[500], one[BINS];
    double exact[2], scatter[2], rms[2];
    o.fit_min = fit_min, o.window = window;
    noisy(c, 1e7, block);
    for (int z = 0; z < BINS; z++) one[z] = (float)(c->intensity[z] + background(c->f2[z], c->f2[0], c->q[z]));
    pdf_result without = reduced(&o, m->composition, one, 1), with = reduced(&o, m->composition, block, PROFILES);
    own_pdf(c, &o, &without, own);
    peak_errors(without.gr, 1, own, exact, rms);
    peak_errors(with.gr, PROFILES, own, scatter, rms);
    double same = correlation(without.gr + 100, own + 100, 400);
    printf("%s, %.2f to %.2f 1/A, window %d: peaks %.3f %+.4f, %.3f %+.4f A; rms with 1e7 photons %.4f, %.4f; correlation beyond 2 A %.4f\n", m->composition, fit_min, o.fit_max, window,
           maximum_near(own, 0.02, 2.2, 3.4), exact[0], maximum_near(own, 0.02, 4.4, 5.6), exact[1], rms[0], rms[1], same);
    CHECK(fabs(exact[0]) < 0.02 && fabs(scatter[0]) < 0.02, "first peak off by %.4f", exact[0]);
    if (window != VITRO_WINDOW_NONE) CHECK(fabs(exact[1]) < 0.02 && fabs(scatter[1]) < 0.02, "second peak off by %.4f", exact[1]);
    CHECK(same > 0.995, "correlation %.4f", same);
    free(without.all);
    free(with.all);
    free(block);
}

/* Without a window the second peak of these glasses is split by the ripple of the range's end, and no place for a limit. */
static void peaks_are_the_models_own(void **state) {
    (void)state;
    for (int k = 0; k < 2; k++) {
        debye_model m;
        if (!debye_open(MODELS[k], &m)) {
            print_message("skipped: no ../shared/data/models\n");
            skip();
        }
        for (double fit_max = 1.4; fit_max < 2.1; fit_max += 0.3) {
            vitro_pdf_options o = pdf_options(BINS, fit_max);
            glass_curves c = curves_of(&m, &o);
            for (int window = 0; window < 3; window++) {
                check_model(&m, &c, o, 0.2, window);
                check_model(&m, &c, o, 0.3, window);
            }
        }
        debye_close(&m);
    }
}

/* ---- whole patterns ------------------------------------------------------------------------ */

enum { SIDE = 320, PIXELS = SIDE * SIDE, PATTERNS = 48 };

static double scale_of_patterns(void) { return 1.6 / (SIDE / 2 - 10); }

/* A pattern's expected counts about a centre, 1e6 in all. */
static void pattern(const glass_curves *c, const double *center, float *mean) {
    double total = 0, step = c->q[1] - c->q[0];
    for (int i = 0; i < PIXELS; i++) {
        double q = fmax(0.05, scale_of_patterns() * hypot(i % SIDE - center[0], i / SIDE - center[1])), at = (q - c->q[0]) / step;
        int z = at < BINS - 2 ? (int)at : BINS - 2;
        double f2 = c->f2[z] + (at - z) * (c->f2[z + 1] - c->f2[z]);
        mean[i] = (float)(c->intensity[z] + (at - z) * (c->intensity[z + 1] - c->intensity[z]) + background(f2, c->f2[0], q));
        total += mean[i];
    }
    for (int i = 0; i < PIXELS; i++) mean[i] *= (float)(1e6 / total);
}

/* Profiles of patterns of a type about centres of their own. */
static float *profiles(const void *pixels, int type, int n, const double *centers, const uint8_t *mask) {
    vitro_frames f = {SIDE, SIDE, type, VITRO_ISA_BEST, n};
    vitro_geometry g = {(SIDE - 1) / 2.0, (SIDE - 1) / 2.0, 1, 0, 1, 0, SIDE / 2 - 8, mask};
    vitro_job *job;
    assert_ok(vitro_radial_profiles_new(&f, &g, centers, SIDE / 2 - 8, &job));
    feed_all(job, pixels, n, 16, 0, 0);
    return finished(job);
}

static vitro_pdf_options pattern_options(void) {
    vitro_pdf_options o = pdf_options(SIDE / 2 - 8, 1);
    o.q_step = scale_of_patterns(), o.q_first = 0.5 * o.q_step, o.fit_min = 0.3, o.fit_max = 1.6, o.window = VITRO_WINDOW_LORCH;
    return o;
}

/* Photon counts about centres that drift, with and without a beam stop: the mean of a map, as a region is looked at. */
static void patterns_have_the_models_peaks(void **state) {
    (void)state;
    debye_model m;
    if (!debye_open(MODELS[0], &m)) {
        print_message("skipped: no ../shared/data/models\n");
        skip();
    }
    vitro_pdf_options fine = pdf_options(BINS, 2.4), o = pattern_options();
    fine.fit_min = 0.3, fine.fit_max = 1.6, fine.window = VITRO_WINDOW_LORCH;
    glass_curves c = curves_of(&m, &fine);
    float *mean = malloc(sizeof(float) * PIXELS), own[500];
    uint16_t *counts = malloc(sizeof(uint16_t) * PIXELS * PATTERNS);
    uint8_t *stop = calloc(PIXELS, 1);
    double centers[2 * PATTERNS], error[2], rms[2];
    for (int i = 0; i < PATTERNS; i++) {
        centers[2 * i] = (SIDE - 1) / 2.0 + 3.0 * (i % 8) / 8 - 1.5, centers[2 * i + 1] = (SIDE - 1) / 2.0 - 2.0 * i / PATTERNS;
        pattern(&c, centers + 2 * i, mean);
        assert_ok(sim_draw(mean, SIDE, SIDE, 0, 3, 1, (uint64_t)i, counts + (size_t)i * PIXELS));
    }
    for (int i = 0; i < PIXELS; i++) stop[i] = (i % SIDE < SIDE / 2 && abs(i / SIDE - SIDE / 2) < 9) || hypot(i % SIDE - SIDE / 2, i / SIDE - SIDE / 2) < 20;
    for (int masked = 0; masked < 2; masked++) {
        float *block = profiles(counts, VITRO_U16, PATTERNS, centers, masked ? stop : NULL), sum[SIDE] = {0};
        for (int z = 0; z < o.bins; z++)
            for (int i = 0; i < PATTERNS; i++) sum[z] += block[z * PATTERNS + i];
        pdf_result whole = reduced(&o, m.composition, sum, 1), each = reduced(&o, m.composition, block, PATTERNS);
        pdf_result shape = reduced(&fine, m.composition, sum, 1);
        own_pdf(&c, &fine, &shape, own);
        peak_errors(whole.gr, 1, own, error, rms);
        double single[2];
        peak_errors(each.gr, PATTERNS, own, single, rms);
        printf("%d patterns of 1e6 photons, %s: peaks off by %+.4f and %+.4f A; rms of one pattern %.4f, %.4f\n", PATTERNS, masked ? "beam stop" : "whole", error[0], error[1], rms[0], rms[1]);
        CHECK(fabs(error[0]) < 0.02 && fabs(error[1]) < 0.02, "peaks off by %.4f and %.4f", error[0], error[1]);
        CHECK(rms[0] < 0.02, "one pattern's first peak scatters by %.4f", rms[0]);
        free(shape.all);
        free(whole.all);
        free(each.all);
        free(block);
    }
    free(stop);
    free(counts);
    free(mean);
    debye_close(&m);
}

static void beam_stop_does_not_matter(void **state) {
    (void)state;
    debye_model m;
    if (!debye_open(MODELS[0], &m)) {
        print_message("skipped: no ../shared/data/models\n");
        skip();
    }
    vitro_pdf_options fine = pdf_options(BINS, 2.4), o = pattern_options();
    glass_curves c = curves_of(&m, &fine);
    const double center[2] = {160.25, 158.5};
    float *mean = malloc(sizeof(float) * PIXELS);
    uint8_t *stop = calloc(PIXELS, 1);
    pattern(&c, center, mean);
    for (int i = 0; i < PIXELS; i++) stop[i] = i % SIDE < SIDE / 2 && abs(i / SIDE - SIDE / 2) < 9;
    float *whole = profiles(mean, VITRO_F32, 1, center, NULL), *masked = profiles(mean, VITRO_F32, 1, center, stop);
    pdf_result a = reduced(&o, m.composition, whole, 1), b = reduced(&o, m.composition, masked, 1);
    double height = largest(a.gr, a.points), worst = 0;
    for (int i = 0; i < a.points; i++) worst = fmax(worst, fabs(a.gr[i] - b.gr[i]) / height);
    printf("with and without a beam stop: G(r) differs by %.5f of its height at most\n", worst);
    CHECK(worst < 0.003, "%.5f", worst);
    free(a.all);
    free(b.all);
    free(whole);
    free(masked);
    free(stop);
    free(mean);
    debye_close(&m);
}

/* ---- another program's reduction ----------------------------------------------------------------- */

/* Column `column` of a file with commas; missing numbers are NaN. Returns the number of rows. */
static int read_column(const char *name, int column, float *out, int most) {
    char path[256], line[512];
    int n = 0;
    const char *folders[2] = {"../shared/data", "../../shared/data"};
    FILE *file = NULL;
    for (int i = 0; i < 3 && !file; i++) {
        if (i == 0 && !getenv("VITROMAP_DATA")) continue;
        snprintf(path, sizeof path, "%s/reference/epdf/%s", i ? folders[i - 1] : getenv("VITROMAP_DATA"), name);
        file = fopen(path, "r");
    }
    if (!file) return 0;
    if (!fgets(line, sizeof line, file)) line[0] = 0;
    while (n < most && fgets(line, sizeof line, file)) {
        const char *s = line;
        for (int i = 0; i < column && s; i++) s = strchr(s, ',') ? strchr(s, ',') + 1 : NULL;
        char *end = NULL;
        double value = s ? strtod(s, &end) : NAN;
        out[n++] = s && end != s ? (float)value : NAN;
    }
    fclose(file);
    return n;
}

/* a-Ta2O5 with that program's settings: 0.00335 1/A a bin, bins 60 to 945, damping 0.15. Its N was chosen by hand, so heights differ. */
static void third_party_curve_is_reproduced(void **state) {
    (void)state;
    enum { ROWS = 1615 };
    float *profile = malloc(sizeof(float) * 2000), *theirs = malloc(sizeof(float) * 2000);
    if (read_column("Test_data_Ta.q.csv", 1, profile, 2000) != ROWS || read_column("Test_data_Ta.r.csv", 1, theirs, 2000) != 1000) {
        free(profile);
        free(theirs);
        print_message("skipped: no ../shared/data/reference/epdf\n");
        skip();
    }
    for (int plain = 0; plain < 2; plain++) {
        vitro_pdf_options o = {.q_first = 0, .q_step = 0.00335, .fit_min = 60 * 0.00335, .fit_max = 945 * 0.00335, .damping = 0.15, .shortest = plain ? 0 : 2,
                               .r_max = 10, .r_step = 0.01, .bins = ROWS, .order = 4};
        pdf_result r = reduced(&o, "Ta2O5", profile, 1);
        assert_int_equal(r.bins, 886);
        double ours = maximum_near(r.gr, 0.01, 3, 4.2), reference = maximum_near(theirs, 0.01, 3, 4.2);
        double first = maximum_near(r.gr, 0.01, 1.6, 2.3) - maximum_near(theirs, 0.01, 1.6, 2.3), all = correlation(r.gr, theirs, 1000), beyond = correlation(r.gr + 100, theirs + 100, 900);
        printf("a-Ta2O5, %s: Ta-Ta peak %.4f, theirs %.4f A; Ta-O peak %+.4f; correlation %.4f, beyond 1 A %.4f\n", plain ? "plain fit" : "fit beside the structure", ours, reference, first, all, beyond);
        CHECK(fabs(ours - reference) < 0.03 && fabs(first) < 0.03, "%.4f, %.4f", ours, reference);
        CHECK(all > 0.95, "correlation %.4f", all);
        free(r.all);
    }
    free(profile);
    free(theirs);
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(peaks_are_the_models_own), cmocka_unit_test(patterns_have_the_models_peaks),
                                       cmocka_unit_test(beam_stop_does_not_matter), cmocka_unit_test(third_party_curve_is_reproduced)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
