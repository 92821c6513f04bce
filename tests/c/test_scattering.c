/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Scattering factors: values of Kirkland's formula, and the parser of compositions.
 */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "../../native/src/scattering.h"
#include "vitromap.h"

/* This cmocka has no assert for doubles. */
#define assert_near(a, b, tolerance) assert_true(fabs((a) - (b)) <= (tolerance))
#define REFERENCE "../shared/data/reference/scattering/kirkland.json"

static double mean_square(const char *composition, double q) {
    double f2 = NAN;
    assert_int_equal(vitro_scattering(composition, &q, 1, &f2, NULL), VITRO_OK);
    return f2;
}

static double square_of_mean(const char *composition, double q) {
    double f2 = NAN;
    assert_int_equal(vitro_scattering(composition, &q, 1, NULL, &f2), VITRO_OK);
    return f2;
}

static void copper_has_the_published_values(void **state) {
    (void)state;
    const double q[4] = {0, 0.5, 1, 2}, expected[4] = {5.5807, 2.8011, 1.4643, 0.5225};
    double f2[4], f_mean_2[4];
    assert_int_equal(vitro_scattering("Cu", q, 4, f2, f_mean_2), VITRO_OK);
    for (int i = 0; i < 4; i++) {
        assert_near(sqrt(f2[i]), expected[i], 5.1e-5);
        assert_near(f2[i], f_mean_2[i], 1e-12);
    }
}

static void a_composition_is_averaged_by_atoms(void **state) {
    (void)state;
    double zr = sqrt(mean_square("Zr", 0.4)), cu = sqrt(mean_square("Cu", 0.4)), al = sqrt(mean_square("Al", 0.4));
    assert_near(mean_square("Zr50Cu45Al5", 0.4), 0.5 * zr * zr + 0.45 * cu * cu + 0.05 * al * al, 1e-12);
    assert_near(square_of_mean("Zr50Cu45Al5", 0.4), pow(0.5 * zr + 0.45 * cu + 0.05 * al, 2), 1e-12);
}

static void ways_to_write_the_same(void **state) {
    (void)state;
    double expected = mean_square("Zr50Cu45Al5", 0.7);
    const char *same[] = {"Zr10Cu9Al1", "Zr 50 Cu45\tAl 5 ", "  Zr50Cu45Al5\n", "Zr25Cu45Al5Zr25", "Zr0.5Cu.45Al0.05", "Zr50.Cu45.0Al5", "Zr50Cu45AlAlAlAl2"};
    for (size_t i = 0; i < sizeof same / sizeof *same; i++)
        assert_near(mean_square(same[i], 0.7), expected, 1e-12);
    assert_near(mean_square("CO", 0.3), 0.5 * mean_square("C", 0.3) + 0.5 * mean_square("O", 0.3), 1e-12);
    assert_near(mean_square("Co", 0.3), mean_square("Co100", 0.3), 1e-12);
}

static void wrong_text_is_named(void **state) {
    (void)state;
    const struct { const char *composition, *offending; } cases[] = {
        {"Zr50Xx5", "\"Xx\""}, {"zr50", "\"zr50\""}, {"50", "\"50\""}, {"Zr-5", "\"-5\""}, {"Zr5.0.1", "\"5.0.1\""},
        {"Zr50,Cu50", "\",Cu50\""}, {"Zr.", "\".\""}, {"(ZrCu)5", "\"(ZrCu)5\""}, {"Zro", "\"Zro\""},
        {"", "no atoms"}, {"   ", "no atoms"}, {"Zr0", "\"Zr0\" has no atoms"}, {"Q", "\"Q\""}, {"\xc3\x84", "\xc3\x84"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        double q = 0.4, f2 = -1;
        assert_int_equal(vitro_scattering(cases[i].composition, &q, 1, &f2, NULL), VITRO_ARGUMENT);
        assert_non_null(strstr(vitro_last_error(), cases[i].offending));
        assert_true(f2 == -1);
    }
}

static void numbers_out_of_range_are_refused(void **state) {
    (void)state;
    double q = NAN, f2 = -1;
    char digits[500] = "Zr";
    memset(digits + 2, '9', sizeof digits - 3);
    assert_int_equal(vitro_scattering("Zr", &q, 1, &f2, NULL), VITRO_ARGUMENT);
    assert_int_equal(vitro_scattering(NULL, &q, 1, &f2, NULL), VITRO_ARGUMENT);
    assert_int_equal(vitro_scattering("Zr", NULL, 1, &f2, NULL), VITRO_ARGUMENT);
    q = 0.4;
    assert_int_equal(vitro_scattering(digits, &q, 1, &f2, NULL), VITRO_ARGUMENT);
    assert_true(f2 == -1);
}

/* f_e is positive and falls for every element: a wrong digit in a table shows here. */
static void every_element_falls_with_q(void **state) {
    (void)state;
    for (int e = 0; e < SCATTERING_ELEMENTS; e++) {
        double before = INFINITY;
        for (double q = 0; q < 6; q += 0.02) {
            double f2 = mean_square(scattering_table[e].symbol, q);
            assert_true(f2 > 0 && f2 < before);
            before = f2;
        }
    }
}

/* Reads the 12 numbers after "symbol": in the order a1 a2 a3 b1 b2 b3 c1 c2 c3 d1 d2 d3. */
static int read_reference(const char *text, const char *symbol, double value[12]) {
    char key[8];
    snprintf(key, sizeof key, "\"%.2s\":", symbol);
    const char *s = strstr(text, key);
    if (s == NULL) return 0;
    s += strlen(key);
    for (int i = 0; i < 12; i++) {
        s += strcspn(s, "-0123456789");
        char *end;
        value[i] = strtod(s, &end);
        s = end;
    }
    return 1;
}

static void the_table_agrees_with_the_reference_file(void **state) {
    (void)state;
    static char text[1 << 16];
    FILE *file = fopen(REFERENCE, "r");
    if (file == NULL) file = fopen("../" REFERENCE, "r"); /* from native/ */
    if (file == NULL) {
        print_message("skipped: no " REFERENCE "\n");
        skip();
    }
    text[fread(text, 1, sizeof text - 1, file)] = '\0';
    fclose(file);
    for (int e = 0; e < SCATTERING_ELEMENTS; e++) {
        double value[12];
        assert_true(read_reference(text, scattering_table[e].symbol, value));
        for (int i = 0; i < 3; i++) {
            const double *p = scattering_table[e].kirkland + 2 * i;
            assert_true(p[0] == value[i] && p[1] == value[3 + i] && p[6] == value[6 + i] && p[7] == value[9 + i]);
        }
    }
}

/* Reads a table's file; 0 if it is not there. */
static int read_table(const char *name, char *text, size_t room) {
    char path[128];
    snprintf(path, sizeof path, "../shared/data/reference/scattering/%s.json", name);
    FILE *file = fopen(path, "r");
    if (file == NULL) {
        snprintf(path, sizeof path, "../../shared/data/reference/scattering/%s.json", name); /* from native/ */
        file = fopen(path, "r");
    }
    if (file == NULL) return 0;
    text[fread(text, 1, room - 1, file)] = '\0';
    fclose(file);
    return 1;
}

/* f_e of an element at q after the numbers of a reference file. */
static double reference_lobato(const double value[10], double q) {
    double f = 0;
    for (int i = 0; i < 5; i++) f += value[i] * (2 + value[5 + i] * q * q) / pow(1 + value[5 + i] * q * q, 2);
    return f;
}

static void lobato_agrees_with_the_reference_file(void **state) {
    (void)state;
    static char text[1 << 17];
    if (!read_table("lobato", text, sizeof text)) {
        print_message("skipped: no ../shared/data/reference/scattering/lobato.json\n");
        skip();
    }
    for (int e = 0; e < SCATTERING_ELEMENTS; e++) {
        double value[12];
        assert_true(read_reference(text, scattering_table[e].symbol, value));
        for (double q = 0; q <= 6; q += 0.25) {
            double f2, expected = reference_lobato(value, q);
            assert_int_equal(vitro_scattering_factors(VITRO_LOBATO, scattering_table[e].symbol, &q, 1, &f2, NULL), VITRO_OK);
            assert_near(sqrt(f2), expected, 1e-6);
        }
    }
}

/* Two independent fits of the same atoms: as close as their papers have them, nearest where glasses scatter. */
static void lobato_and_kirkland_agree(void **state) {
    (void)state;
    const double q[4] = {0, 0.5, 1, 2}, within[4] = {0.12, 0.03, 0.03, 0.03};
    for (int e = 0; e < SCATTERING_ELEMENTS; e++) {
        double lobato[4], kirkland[4];
        assert_int_equal(vitro_scattering_factors(VITRO_LOBATO, scattering_table[e].symbol, q, 4, lobato, NULL), VITRO_OK);
        assert_int_equal(vitro_scattering_factors(VITRO_KIRKLAND, scattering_table[e].symbol, q, 4, kirkland, NULL), VITRO_OK);
        for (int i = 0; i < 4; i++)
            if (fabs(sqrt(lobato[i] / kirkland[i]) - 1) > within[i]) fail_msg("%s at %g: ratio %.4f", scattering_table[e].symbol, q[i], sqrt(lobato[i] / kirkland[i]));
    }
    double f2;
    assert_int_equal(vitro_scattering_factors((vitro_factors)2, "Cu", q, 1, &f2, NULL), VITRO_ARGUMENT);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(copper_has_the_published_values),
        cmocka_unit_test(a_composition_is_averaged_by_atoms),
        cmocka_unit_test(ways_to_write_the_same),
        cmocka_unit_test(wrong_text_is_named),
        cmocka_unit_test(numbers_out_of_range_are_refused),
        cmocka_unit_test(every_element_falls_with_q),
        cmocka_unit_test(the_table_agrees_with_the_reference_file),
        cmocka_unit_test(lobato_agrees_with_the_reference_file),
        cmocka_unit_test(lobato_and_kirkland_agree),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
