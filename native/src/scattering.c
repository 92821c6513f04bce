/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Mean electron scattering factors of a composition.
 */
#include "scattering.h"

#include <math.h>
#include <string.h>

#include "error.h"
#include "vitromap.h"

static double lobato(int element, double q2) {
    const double *p = scattering_lobato[element];
    double f = 0;
    for (int i = 0; i < 10; i += 2) {
        double part = 1 / (1 + p[i + 1] * q2);
        f += p[i] * part * (1 + part);
    }
    return f;
}

double scattering_kirkland(int element, double q2) {
    const double *p = scattering_table[element].kirkland;
    double f = 0;
    for (int i = 0; i < 3; i++)
        f += p[2 * i] / (q2 + p[2 * i + 1]);
    for (int i = 3; i < 6; i++)
        f += p[2 * i] * exp(-p[2 * i + 1] * q2);
    return f;
}

/* The parser classifies ASCII itself and reads its own numbers: ctype.h and strtod follow the locale. */
static int is_space(char c) { return c == ' ' || (c >= '\t' && c <= '\r'); }
static int is_upper(char c) { return c >= 'A' && c <= 'Z'; }
static int is_lower(char c) { return c >= 'a' && c <= 'z'; }
static int is_digit(char c) { return c >= '0' && c <= '9'; }

static const char *skip_space(const char *s) {
    while (is_space(*s))
        s++;
    return s;
}

int scattering_index(const char *s, size_t n) {
    for (int i = 0; i < SCATTERING_ELEMENTS; i++)
        if (strlen(scattering_table[i].symbol) == n && strncmp(scattering_table[i].symbol, s, n) == 0)
            return i;
    return -1;
}

/* Digits with at most one point; NULL where there is no digit. */
static const char *read_number(const char *s, double *value) {
    double mantissa = 0, unit = 1;
    int digits = 0, point = 0;
    for (; is_digit(*s) || (*s == '.' && !point); s++) {
        if (*s == '.') {
            point = 1;
            continue;
        }
        mantissa = 10 * mantissa + (*s - '0');
        if (point)
            unit *= 10;
        digits++;
    }
    *value = mantissa / unit;
    return digits > 0 ? s : NULL;
}

static vitro_status offending(const char *composition, const char *text, size_t n, const char *why) {
    return vitro_fail(VITRO_ARGUMENT, "composition \"%.80s\": %s \"%.*s\"; expected symbols with amounts, such as Zr50Cu45Al5",
                      composition, why, (int)(n < 20 ? n : 20), text);
}

/* Adds up the amounts of the elements; an element without a number counts 1. */
static vitro_status parse_composition(const char *composition, double amount[SCATTERING_ELEMENTS]) {
    memset(amount, 0, SCATTERING_ELEMENTS * sizeof *amount);
    double total = 0;
    for (const char *s = skip_space(composition); *s != '\0'; s = skip_space(s)) {
        size_t symbol = 1;
        while (is_lower(s[symbol]))
            symbol++;
        int element = is_upper(*s) ? scattering_index(s, symbol) : -1;
        if (element < 0)
            return offending(composition, s, is_upper(*s) ? symbol : strlen(s), "unknown element");
        s = skip_space(s + symbol);
        double value = 1;
        if (is_digit(*s) || *s == '.') {
            const char *end = read_number(s, &value);
            if (end == NULL || *end == '.' || !isfinite(value))
                return offending(composition, s, strlen(s), "not a number:");
            s = end;
        }
        amount[element] += value;
        total += value;
    }
    if (!(total > 0 && isfinite(total)))
        return vitro_fail(VITRO_ARGUMENT, "composition \"%.80s\" has no atoms; expected, for example, Zr50Cu45Al5", composition);
    for (int i = 0; i < SCATTERING_ELEMENTS; i++)
        amount[i] /= total;
    return VITRO_OK;
}

vitro_status vitro_scattering(const char *composition, const double *q, int n, double *f2_mean, double *f_mean_2) {
    return vitro_scattering_factors(VITRO_KIRKLAND, composition, q, n, f2_mean, f_mean_2);
}

vitro_status vitro_scattering_factors(vitro_factors factors, const char *composition, const double *q, int n, double *f2_mean,
                                      double *f_mean_2) {
    if (factors != VITRO_KIRKLAND && factors != VITRO_LOBATO)
        return vitro_fail(VITRO_ARGUMENT, "there are no scattering factors number %d; 0 = Kirkland, 1 = Lobato", (int)factors);
    if (composition == NULL || n < 0 || (n > 0 && q == NULL))
        return vitro_fail(VITRO_ARGUMENT, "scattering factors need a composition and values of q");
    for (int i = 0; i < n; i++)
        if (!isfinite(q[i]))
            return vitro_fail(VITRO_ARGUMENT, "scattering factors: q[%d] = %g is not a finite number", i, q[i]);
    double fraction[SCATTERING_ELEMENTS];
    vitro_status status = parse_composition(composition, fraction);
    if (status != VITRO_OK)
        return status;
    for (int i = 0; i < n; i++) {
        double mean = 0, square = 0;
        for (int e = 0; e < SCATTERING_ELEMENTS; e++) {
            if (fraction[e] == 0)
                continue;
            double f = factors == VITRO_LOBATO ? lobato(e, q[i] * q[i]) : scattering_kirkland(e, q[i] * q[i]);
            mean += fraction[e] * f;
            square += fraction[e] * f * f;
        }
        if (f2_mean != NULL)
            f2_mean[i] = square;
        if (f_mean_2 != NULL)
            f_mean_2[i] = mean * mean;
    }
    return VITRO_OK;
}
