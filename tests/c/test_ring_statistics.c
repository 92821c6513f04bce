/* SPDX-License-Identifier: GPL-3.0-or-later
 * The ring profile against simulated patterns with a known truth: scatter against the Cramér-Rao bound, bias, slope, and
 * whether the error bars hold. Every table is printed. The margins of the checks are the promised figures plus three
 * standard errors of the test's own finite number of patterns. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "ring_check.h"

#define CHECK(condition, ...)                     \
    do {                                          \
        if (!(condition)) fail_msg(__VA_ARGS__);  \
    } while (0)

/* rmse within 1.1 of the bound, bias under a tenth of it, for e_xx, e_yy, e_xy. slope_error times the mean strain may add. */
static void check_precision(const trial *t, const outcome *o, double slope_error) {
    double own = 3 / sqrt(2.0 * t->patterns), reference = sqrt(1.0 / t->patterns + 1.0 / t->references);
    assert_int_equal(o->bad, 0);
    for (int q = 0; q < 3; q++) {
        const statistics *s = &o->of[q];
        double slope_part = t->counts > 5e6 ? 100 * slope_error * t->strain * 0.5 : 0, most = hypot(1.1 * o->bound[q] * (1 + own), slope_part);
        CHECK(s->rmse < most, "%s: rmse %.4f %%, bound %.4f %%", QUANTITY[q], s->rmse, o->bound[q]);
        CHECK(fabs(s->bias) < (0.1 + 3 * reference) * o->bound[q] + slope_part, "%s: bias %.4f %%, bound %.4f %%", QUANTITY[q], s->bias, o->bound[q]);
    }
}

static void check_slope(const trial *t, const outcome *o, double margin) {
    for (int q = 0; q < QUANTITIES; q++) {
        const statistics *s = &o->of[q];
        double spread = 100 * t->strain * (q == 3 || q == 5 ? 0.69 : q == 4 ? 0.2 : 0.35), own = 3 * s->rmse / spread / sqrt(t->patterns);
        CHECK(fabs(s->slope - 1) < margin + own, "%s: slope %.4f, allowed 1 +- %.3f, own error %.4f", QUANTITY[q], s->slope, margin, own);
    }
}

static void check_coverage(const trial *t, const outcome *o) {
    for (int q = 0; q < QUANTITIES; q++) {
        const statistics *s = &o->of[q];
        double own1 = 3 * sqrt(0.68 * 0.32 / t->patterns), own2 = 3 * sqrt(0.95 * 0.05 / t->patterns);
        CHECK(fabs(s->within_1 - 0.6827) < 0.03 + own1, "%s: %.1f %% within one sigma", QUANTITY[q], 100 * s->within_1);
        CHECK(fabs(s->within_2 - 0.9545) < 0.02 + own2, "%s: %.1f %% within two sigma", QUANTITY[q], 100 * s->within_2);
    }
}

static void precise_where_the_fall_off_is_known(void **state) {
    (void)state;
    for (int stop = 0; stop < 2; stop++)
        for (double counts = 1e5; counts < 2e7; counts *= 10) {
            char name[80];
            trial t = trial_default();
            t.counts = counts;
            t.beam_stop = stop;
            t.known = 1;
            t.seed = 11;
            outcome o = run_trial(&t);
            snprintf(name, sizeof name, "composition given, %.0e counts, beam stop %s", counts, stop ? "on" : "off");
            print_outcome(name, &o);
            check_precision(&t, &o, 0.01);
            check_slope(&t, &o, 0.01);
            check_coverage(&t, &o);
        }
}

static void precise_where_the_fall_off_is_learned(void **state) {
    (void)state;
    trial t = trial_default();
    t.counts = 1e7;
    t.beam_stop = 1;
    t.seed = 12;
    outcome o = run_trial(&t);
    print_outcome("background learned, 1e7 counts, beam stop on", &o);
    check_precision(&t, &o, 0.02);
    check_slope(&t, &o, 0.02);
}

static void slope_holds_on_an_inelastic_background(void **state) {
    (void)state;
    trial t = trial_default();
    t.counts = 1e7;
    t.background = 0.3;
    t.seed = 13;
    outcome o = run_trial(&t);
    print_outcome("background learned, with 30 % that does not stretch, 1e7 counts", &o);
    check_slope(&t, &o, 0.02);
}

static void slope_on_a_ring_added_to_a_background(void **state) {
    (void)state;
    trial t = trial_default();
    t.counts = 1e7;
    t.ring_added = 1;
    t.seed = 14;
    outcome o = run_trial(&t);
    print_outcome("ring simply added to the background, 1e7 counts", &o);
    check_slope(&t, &o, 0.05);
}

static void error_bars_hold_with_speckle(void **state) {
    (void)state;
    for (int i = 0; i < 2; i++) {
        char name[80];
        trial t = trial_default();
        t.patterns = 1920;
        t.references = 1024;
        t.contrast = i ? 0.3 : 0.15;
        t.beam_stop = i;
        t.seed = 15;
        outcome o = run_trial(&t);
        snprintf(name, sizeof name, "speckle of contrast %.2f, 1e6 counts, beam stop %s", t.contrast, t.beam_stop ? "on" : "off");
        print_outcome(name, &o);
        assert_int_equal(o.bad, 0);
        check_coverage(&t, &o);
        check_slope(&t, &o, 0.02);
    }
}

static void direct_ellipse_has_the_right_slope(void **state) {
    (void)state;
    trial t = trial_default();
    t.patterns = 320;
    t.references = 320;
    t.direct = 1;
    t.seed = 16;
    outcome o = run_trial(&t);
    print_outcome("direct ellipse, 1e6 counts", &o);
    assert_true(o.bad < 16);
    check_slope(&t, &o, 0.10);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(precise_where_the_fall_off_is_known),   cmocka_unit_test(precise_where_the_fall_off_is_learned),
        cmocka_unit_test(slope_holds_on_an_inelastic_background), cmocka_unit_test(slope_on_a_ring_added_to_a_background),
        cmocka_unit_test(error_bars_hold_with_speckle),           cmocka_unit_test(direct_ellipse_has_the_right_slope),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
