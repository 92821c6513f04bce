/* SPDX-License-Identifier: GPL-3.0-or-later
 * From profiles to S(q) and G(r): closed forms, the definitions written out, invariances, bad input. */
#include "pdf_check.h"

#include "../../native/src/pdf_background.h"

enum { BINS = 300, N = 70 };
static const char *const GLASS = "Zr50Cu45Al5";

/* q, <f^2> and <f>^2 of the bins of a profile. */
typedef struct {
    double q[BINS], f2[BINS], f_mean_2[BINS];
} curves;

static curves curves_of(const vitro_pdf_options *o) {
    curves c;
    for (int z = 0; z < BINS; z++) c.q[z] = o->q_first + z * o->q_step;
    assert_ok(vitro_scattering_factors((vitro_factors)o->factors, GLASS, c.q, BINS, c.f2, c.f_mean_2));
    return c;
}

/* N profiles of a glass of some scale, on a background, with noise: the i-th is [z * N + i]. */
static void glass(const vitro_pdf_options *o, float *block) {
    curves c = curves_of(o);
    uint64_t random = 5;
    for (int i = 0; i < N; i++)
        for (int z = 0; z < BINS; z++) {
            double q = c.q[z], phi = exp(-q * q) * (sin(2 * PI * q * 2.8) + 0.5 * sin(2 * PI * q * 5) - 0.3 * sin(2 * PI * q * (3.6 + 0.01 * i)));
            double mean = (100 + i) * (c.f2[z] + c.f_mean_2[z] * phi / q + 2 * exp(-3 * q) + 0.05);
            block[z * N + i] = (float)(mean * (1 + 0.002 * random_normal(&random)));
        }
}

/* ---- closed forms ----------------------------------------------------------------------- */

/* phi = exp(-a q^2) sin(2 pi q R) has the transform sqrt(pi / a) / 4 (exp(-pi^2 (r - R)^2 / a) - exp(-pi^2 (r + R)^2 / a)). */
static void known_structure_factor_gives_its_pdf(void **state) {
    (void)state;
    vitro_pdf_options o = pdf_options(BINS, 2.6);
    const double a = 4, R = 3;
    float profile[BINS];
    o.fit_min = 0;
    curves c = curves_of(&o);
    for (int z = 0; z < BINS; z++) profile[z] = (float)(70 * (c.f2[z] + c.f_mean_2[z] * exp(-a * c.q[z] * c.q[z]) * sin(2 * PI * c.q[z] * R) / c.q[z]));
    for (int order = 0; order <= 4; order += 4) {
        o.order = order;
        pdf_result r = reduced(&o, GLASS, profile, 1);
        double height = 2 * PI * sqrt(PI / a), worst = 0;
        for (int i = 0; i < r.points; i++) {
            double x = (i + 1) * 0.02, exact = height * (exp(-PI * PI * (x - R) * (x - R) / a) - exp(-PI * PI * (x + R) * (x + R) / a));
            if (order == 0 || x > 2) worst = fmax(worst, fabs(r.gr[i] - exact) / height);
        }
        for (int z = 0; z < r.bins; z++) assert_near(r.sq[z], 1 + exp(-a * c.q[z] * c.q[z]) * sin(2 * PI * c.q[z] * R) / c.q[z], order ? 0.05 : 1e-4);
        printf("order %d: G(r) is within %.1e of the closed form's height, N %.4f of 70\n", order, worst, r.scale[0]);
        CHECK(worst < (order ? 0.02 : 1e-4), "%.2e", worst);
        assert_near(r.scale[0], 70, 1e-3);
        assert_near(r.residual[0], 0, order ? 0.01 : 1e-5);
        free(r.all);
    }
}

/* A range that begins where phi is large: against the integral over bins a hundred times finer. */
static void truncated_range_is_integrated_edge_to_edge(void **state) {
    (void)state;
    vitro_pdf_options o = pdf_options(BINS, 2);
    o.order = 0;
    o.fit_min = 0.4;
    float profile[BINS];
    curves c = curves_of(&o);
    for (int z = 0; z < BINS; z++) profile[z] = (float)(c.f2[z] + c.f_mean_2[z] * exp(-6 * c.q[z] * c.q[z]) * sin(2 * PI * c.q[z] * 3) / c.q[z]);
    pdf_result r = reduced(&o, GLASS, profile, 1);
    double height = largest(r.gr, r.points), worst = 0, fine = o.q_step / 100, from = o.q_first + (r.first - 0.5) * o.q_step;
    for (int i = 0; i < r.points; i += 7) {
        double sum = 0;
        for (double q = from + fine / 2; q < o.fit_max; q += fine) sum += exp(-6 * q * q) * sin(2 * PI * q * 3) * sin(2 * PI * q * (i + 1) * 0.02);
        worst = fmax(worst, fabs(r.gr[i] - 8 * PI * sum * fine));
    }
    printf("truncated range: within %.1e of the height\n", worst / height);
    CHECK(worst < 1e-4 * height, "%.2e", worst / height);
    free(r.all);
}

/* ---- the definitions, written out ----------------------------------------------------------- */

/* Solves by elimination; a is n x n. */
static void eliminate(double *a, double *b, int n) {
    for (int p = 0; p < n; p++)
        for (int i = 0; i < n; i++) {
            if (i == p) continue;
            double f = a[i * n + p] / a[p * n + p];
            for (int k = p; k < n; k++) a[i * n + k] -= f * a[p * n + k];
            b[i] -= f * b[p];
        }
    for (int p = 0; p < n; p++) b[p] /= a[p * n + p];
}

static void plain_polynomial(const double *q, double *phi, int n, int order) {
    double a[64] = {0}, b[8] = {0};
    for (int z = 0; z < n; z++)
        for (int j = 0; j < order; j++) {
            b[j] += pow(q[z], j + 1) * phi[z];
            for (int k = 0; k < order; k++) a[j * order + k] += pow(q[z], j + k + 2);
        }
    eliminate(a, b, order);
    for (int z = 0; z < n; z++)
        for (int j = 0; j < order; j++) phi[z] -= b[j] * pow(q[z], j + 1);
}

static double naive_window(const vitro_pdf_options *o, double q) {
    double x = q / o->fit_max, w = o->window == VITRO_WINDOW_LORCH ? sin(PI * x) / (PI * x) : o->window == VITRO_WINDOW_GAUSSIAN ? pow(0.1, x * x) : 1;
    return w * exp(-o->damping * q * q);
}

static void check_against_definition(const vitro_pdf_options *o, const float *block, const pdf_result *r, int i) {
    curves c = curves_of(o);
    double up = 0, down = 0, phi[BINS], *q = c.q + r->first, quarter = o->fit_max - 0.25 * (o->fit_max - o->fit_min);
    for (int z = r->first; z < r->first + r->bins; z++)
        if (c.q[z] >= quarter) up += block[z * N + i] * c.f2[z], down += c.f2[z] * c.f2[z];
    double scale = up / down;
    for (int z = 0; z < r->bins; z++) phi[z] = q[z] * (block[(r->first + z) * N + i] - scale * c.f2[r->first + z]) / (scale * c.f_mean_2[r->first + z]);
    plain_polynomial(q, phi, r->bins, o->order);
    assert_near(r->scale[i] / scale, 1, 1e-5);
    for (int z = 0; z < r->bins; z++) assert_near(r->sq[z * N + i], 1 + phi[z] / q[z], 1e-4);
    double height = 0, worst = 0;
    for (int k = 0; k < r->points; k++) {
        double sum = 0;
        for (int z = 0; z < r->bins; z++) {
            const double ends[5] = {741.0 / 640, 3547.0 / 5760, 527.0 / 384, 1571.0 / 1920, 2983.0 / 2880};
            int end = z < r->bins - 1 - z ? z : r->bins - 1 - z, corrected = end < 5 && !(end == z && q[0] < o->q_step);
            sum += (corrected ? ends[end] : 1) * phi[z] * naive_window(o, q[z]) * sin(2 * PI * q[z] * (k + 1) * o->r_step) * o->q_step;
        }
        if (o->form == VITRO_PDF_G) sum *= 8 * PI;
        height = fmax(height, fabs(sum));
        worst = fmax(worst, fabs(sum - r->gr[k * N + i]));
    }
    CHECK(worst < 1e-4 * height, "window %d, form %d: %.2e of the height", o->window, o->form, worst / height);
}

static void every_option_does_what_its_equation_says(void **state) {
    (void)state;
    vitro_pdf_options o = pdf_options(BINS, 1.8);
    float *block = malloc(sizeof(float) * BINS * N);
    glass(&o, block);
    o.shortest = 0;
    for (int k = 0; k < 6; k++) {
        o.window = k % 3, o.form = k / 3, o.factors = k % 2, o.order = k, o.damping = 0.1 * k, o.fit_min = 0.1 * k, o.fit_max = 1.8 - 0.05 * k, o.r_step = 0.02 + 0.013 * k;
        pdf_result r = reduced(&o, GLASS, block, N);
        for (int i = 0; i < N; i += 23) check_against_definition(&o, block, &r, i);
        free(r.all);
    }
    free(block);
}

/* The fit beside the structure: polynomials come out whole, a structure beyond the shortest distance hardly enters. */
static void background_is_no_structure(void **state) {
    (void)state;
    enum { ORDER = 4 };
    double q[BINS], basis[BINS * ORDER], plain[BINS * ORDER], measure[BINS * ORDER], leak[2] = {0};
    for (int z = 0; z < BINS; z++) q[z] = 0.25 + z * 0.0045;
    assert_ok(pdf_background(q, BINS, ORDER, 0, basis, plain));
    assert_ok(pdf_background(q, BINS, ORDER, 2, basis, measure));
    for (int k = 0; k < ORDER; k++)
        for (int j = 0; j < ORDER; j++) {
            double sum = 0;
            for (int z = 0; z < BINS; z++) sum += measure[z * ORDER + k] * basis[z * ORDER + j];
            assert_near(sum, k == j, 1e-8);
        }
    for (double r = 2.2; r < 8; r += 0.05)
        for (int k = 0; k < ORDER; k++) {
            double a = 0, b = 0;
            for (int z = 0; z < BINS; z++) {
                a += plain[z * ORDER + k] * sin(2 * PI * q[z] * r);
                b += measure[z * ORDER + k] * sin(2 * PI * q[z] * r);
            }
            leak[0] += a * a, leak[1] += b * b;
        }
    printf("structure taken for background, rms against the plain fit: %.3f\n", sqrt(leak[1] / leak[0]));
    CHECK(leak[1] < 0.08 * leak[0], "%.4f", leak[1] / leak[0]);
}

/* ---- invariances ----------------------------------------------------------------------------- */

static void scale_of_a_profile_is_in_n_alone(void **state) {
    (void)state;
    vitro_pdf_options o = pdf_options(BINS, 1.8);
    float *block = malloc(sizeof(float) * BINS * N), *larger = malloc(sizeof(float) * BINS * N);
    glass(&o, block);
    for (int i = 0; i < BINS * N; i++) larger[i] = 1e4f * block[i];
    pdf_result a = reduced(&o, GLASS, block, N), b = reduced(&o, GLASS, larger, N);
    double height = largest(a.gr, a.points * N);
    for (int i = 0; i < a.points * N; i++) assert_near(b.gr[i], a.gr[i], 1e-5 * height);
    for (int i = 0; i < N; i++) assert_near(b.scale[i] / a.scale[i], 1e4, 1e-1);
    for (int i = 0; i < a.bins * N; i++) assert_near(b.sq[i], a.sq[i], 1e-4);
    free(a.all);
    free(b.all);
    free(block);
    free(larger);
}

/* N and N G(r) are linear in I: the profile of a sum of areas has the mean PDF, weighted by N. */
static void sum_of_profiles_has_the_weighted_mean(void **state) {
    (void)state;
    vitro_pdf_options o = pdf_options(BINS, 1.8);
    float *block = malloc(sizeof(float) * BINS * N), sum[BINS] = {0};
    glass(&o, block);
    for (int z = 0; z < BINS; z++)
        for (int i = 0; i < N; i++) sum[z] += block[z * N + i];
    pdf_result each = reduced(&o, GLASS, block, N), whole = reduced(&o, GLASS, sum, 1);
    double n = 0, height = largest(whole.gr, whole.points);
    for (int i = 0; i < N; i++) n += each.scale[i];
    assert_near(whole.scale[0] / n, 1, 1e-5);
    for (int k = 0; k < whole.points; k++) {
        double mean = 0;
        for (int i = 0; i < N; i++) mean += each.scale[i] * each.gr[k * N + i] / n;
        assert_near(whole.gr[k], mean, 1e-4 * height);
    }
    free(each.all);
    free(whole.all);
    free(block);
}

static void neighbours_and_instruction_sets_do_not_matter(void **state) {
    (void)state;
    vitro_pdf_options o = pdf_options(BINS, 1.8);
    float *block = malloc(sizeof(float) * BINS * N), one[BINS];
    glass(&o, block);
    pdf_result all = reduced(&o, GLASS, block, N);
    double height = largest(all.gr, all.points * N);
    for (int i = 0; i < N; i += 3) {
        for (int z = 0; z < BINS; z++) one[z] = block[z * N + i];
        pdf_result alone = reduced(&o, GLASS, one, 1);
        for (int k = 0; k < all.points; k++) assert_true(alone.gr[k] == all.gr[k * N + i]);
        assert_true(alone.scale[0] == all.scale[i] && alone.residual[0] == all.residual[i]);
        free(alone.all);
    }
    for (int isa = VITRO_ISA_BASELINE; isa <= VITRO_ISA_AVX512; isa++) {
        if (!vitro_isa_name((vitro_isa)isa)) continue;
        o.isa = isa;
        pdf_result r = reduced(&o, GLASS, block, N);
        for (int i = 0; i < all.points * N; i++) assert_near(r.gr[i], all.gr[i], 1e-4 * height);
        for (int i = 0; i < all.bins * N; i++) assert_near(r.sq[i], all.sq[i], 1e-4);
        free(r.all);
    }
    free(all.all);
    free(block);
}

static void background_is_what_was_taken_off(void **state) {
    (void)state;
    vitro_pdf_options o = pdf_options(BINS, 1.8);
    float *block = malloc(sizeof(float) * BINS * N), one[BINS], smooth[BINS];
    glass(&o, block);
    for (int z = 0; z < BINS; z++) one[z] = block[z * N];
    pdf_result r = reduced(&o, GLASS, one, 1);
    vitro_pdf *pdf;
    curves c = curves_of(&o);
    assert_ok(vitro_pdf_new(&o, GLASS, &pdf));
    assert_ok(vitro_pdf_background(pdf, one, smooth));
    for (int z = 0; z < r.bins; z++) assert_near(1 + (one[r.first + z] - smooth[z]) / (r.scale[0] * c.f_mean_2[r.first + z]), r.sq[z], 1e-3);
    one[r.first + 3] = NAN;
    assert_fails(vitro_pdf_background(pdf, one, smooth), VITRO_DATA, "no finite numbers");
    memset(one, 0, sizeof one);
    assert_fails(vitro_pdf_background(pdf, one, smooth), VITRO_DATA, "not positive");
    vitro_pdf_free(pdf);
    free(r.all);
    free(block);
}

/* ---- what cannot be reduced --------------------------------------------------------------------- */

static void profiles_that_cannot_be_reduced_are_nan(void **state) {
    (void)state;
    vitro_pdf_options o = pdf_options(BINS, 1.8);
    float *block = malloc(sizeof(float) * BINS * N);
    glass(&o, block);
    pdf_result good = reduced(&o, GLASS, block, N);
    block[(good.first - 1) * N + 1] = NAN; /* before the range: does not matter */
    block[150 * N + 2] = NAN;
    block[(BINS - 1) * N + 3] = INFINITY;
    for (int z = 0; z < BINS; z++) {
        block[z * N + 4] = 0;
        block[z * N + 5] *= -1;
        block[z * N + 6] = NAN;
    }
    const int expected[8] = {VITRO_PROFILE_GOOD, VITRO_PROFILE_GOOD, VITRO_PROFILE_MISSING, VITRO_PROFILE_MISSING, VITRO_PROFILE_NO_SCALE, VITRO_PROFILE_NO_SCALE, VITRO_PROFILE_MISSING, VITRO_PROFILE_GOOD};
    pdf_result r = reduced(&o, GLASS, block, N);
    for (int i = 0; i < N; i++) {
        int status = i < 8 ? expected[i] : VITRO_PROFILE_GOOD;
        CHECK(r.status[i] == status, "profile %d has status %g, not %d", i, r.status[i], status);
        assert_int_equal(isnan(r.scale[i]), status != VITRO_PROFILE_GOOD);
        assert_int_equal(isnan(r.residual[i]), status != VITRO_PROFILE_GOOD);
        for (int k = 0; k < r.points; k++) assert_true(status ? isnan(r.gr[k * N + i]) : r.gr[k * N + i] == good.gr[k * N + i]);
        for (int z = 0; z < r.bins; z++) assert_true(status ? isnan(r.sq[z * N + i]) : r.sq[z * N + i] == good.sq[z * N + i]);
    }
    free(r.all);
    free(good.all);
    free(block);
}

static void bad_options_are_refused(void **state) {
    (void)state;
    vitro_pdf *pdf = NULL;
    const vitro_pdf_options good = pdf_options(BINS, 1.8);
    vitro_pdf_options o;
#define assert_fails_with(options, composition, word) assert_fails(vitro_pdf_new(options, composition, &pdf), VITRO_ARGUMENT, word)
    o = good, o.fit_max = 1.9;
    assert_fails_with(&o, GLASS, "from 0 to 1.8");
    o = good, o.fit_min = 1.7, o.fit_max = 1.72;
    assert_fails_with(&o, GLASS, "at least 12");
    o = good, o.fit_min = 1.2, o.fit_max = 0.4;
    assert_fails_with(&o, GLASS, "does not lie");
    o = good, o.fit_min = NAN;
    assert_fails_with(&o, GLASS, "does not lie");
    o = good, o.q_first = 0.5, o.fit_min = 0.3;
    assert_fails_with(&o, GLASS, "does not lie");
    o = good, o.order = 9;
    assert_fails_with(&o, GLASS, "order");
    o = good, o.order = -1;
    assert_fails_with(&o, GLASS, "order");
    o = good, o.window = 3;
    assert_fails_with(&o, GLASS, "window");
    o = good, o.form = -1;
    assert_fails_with(&o, GLASS, "form");
    o = good, o.factors = 2;
    assert_fails_with(&o, GLASS, "scattering factors");
    o = good, o.damping = -0.1;
    assert_fails_with(&o, GLASS, "damping");
    o = good, o.shortest = INFINITY;
    assert_fails_with(&o, GLASS, "shortest");
    o = good, o.r_step = 0;
    assert_fails_with(&o, GLASS, "r_step");
    o = good, o.r_max = NAN;
    assert_fails_with(&o, GLASS, "r_max");
    o = good, o.r_step = 1e-9;
    assert_fails_with(&o, GLASS, "steps");
    o = good, o.q_step = 0;
    assert_fails_with(&o, GLASS, "steps above 0");
    o = good, o.bins = 0;
    assert_fails_with(&o, GLASS, "bins");
    assert_fails_with(&good, "Zr50Xx5", "Xx");
    assert_fails_with(&good, "", "no atoms");
    assert_fails_with(&good, NULL, "composition");
    assert_null(pdf);
}

static void range_begins_at_the_rings_foot(void **state) {
    (void)state;
    vitro_pdf_options o = pdf_options(BINS, 1.5);
    curves c = curves_of(&o);
    float profile[BINS];
    double range[2];
    for (int z = 0; z < BINS; z++) {
        double q = c.q[z], s = 1.5 * exp(-0.5 * pow((q - 0.43) / 0.03, 2)) + 0.4 * exp(-0.5 * pow((q - 0.73) / 0.05, 2));
        profile[z] = z > 280 ? NAN : (float)(c.f2[z] + c.f_mean_2[z] * s);
    }
    assert_ok(vitro_pdf_range(profile, BINS, 0.0025, 0.005, range));
    CHECK(range[0] > 0.25 && range[0] < 0.4, "the range begins at %.3f", range[0]);
    assert_near(range[1], 280.5 * 0.005, 1e-9);
    double later[2];
    assert_ok(vitro_pdf_range(profile + 40, BINS - 40, 0.2025, 0.005, later));
    assert_near(later[0], range[0], 0.0051);
    assert_near(later[1], range[1], 1e-9);
    for (int z = 0; z < BINS; z++) profile[z] = 7;
    assert_fails(vitro_pdf_range(profile, BINS, 0.0025, 0.005, range), VITRO_DATA, "ring");
    assert_fails(vitro_pdf_range(profile, BINS, 0.0025, 0, range), VITRO_ARGUMENT, "steps");
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(known_structure_factor_gives_its_pdf), cmocka_unit_test(truncated_range_is_integrated_edge_to_edge),
        cmocka_unit_test(every_option_does_what_its_equation_says), cmocka_unit_test(background_is_no_structure),
        cmocka_unit_test(scale_of_a_profile_is_in_n_alone), cmocka_unit_test(sum_of_profiles_has_the_weighted_mean),
        cmocka_unit_test(neighbours_and_instruction_sets_do_not_matter), cmocka_unit_test(background_is_what_was_taken_off),
        cmocka_unit_test(profiles_that_cannot_be_reduced_are_nan), cmocka_unit_test(bad_options_are_refused),
        cmocka_unit_test(range_begins_at_the_rings_foot)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
