/* Words and numbers in the text of file headers.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "io_layout.h"

#include <math.h>
#include <string.h>

static const char *find(vitro_text text, const char *word) {
    size_t n = strlen(word);
    if (!text.begin) return NULL;
    for (const char *p = text.begin; (size_t)(text.end - p) >= n; p++)
        if (memcmp(p, word, n) == 0) return p;
    return NULL;
}

vitro_text vitro_text_after(vitro_text text, const char *key) {
    const char *found = find(text, key);
    vitro_text rest = {NULL, NULL};
    if (found) rest = (vitro_text){found + strlen(key), text.end};
    return rest;
}

vitro_text vitro_text_before(vitro_text text, const char *mark) {
    const char *found = find(text, mark);
    return (vitro_text){text.begin, found ? found : text.end};
}

bool vitro_text_starts(vitro_text text, const char *start) {
    size_t n = strlen(start);
    return text.begin && (size_t)(text.end - text.begin) >= n && memcmp(text.begin, start, n) == 0;
}

static const char *skip_blanks(vitro_text text) {
    const char *p = text.begin;
    while (p && p < text.end && (*p == ' ' || *p == '\t')) p++;
    return p;
}

static bool is_digit(const char *p, const char *end) { return p && p < end && *p >= '0' && *p <= '9'; }

bool vitro_text_integer(vitro_text text, int64_t *value) {
    const char *p = skip_blanks(text);
    int64_t sum = 0;
    if (!is_digit(p, text.end)) return false;
    for (; is_digit(p, text.end); p++)
        if (__builtin_mul_overflow(sum, 10, &sum) || __builtin_add_overflow(sum, *p - '0', &sum)) return false;
    *value = sum;
    return true;
}

/* Reads 'e-12' if it stands at p. */
static int exponent(const char *p, const char *end) {
    int64_t value = 0;
    if (p >= end || (*p != 'e' && *p != 'E')) return 0;
    p++;
    bool negative = p < end && *p == '-';
    if (p < end && (*p == '-' || *p == '+')) p++;
    if (!is_digit(p, end) || !vitro_text_integer((vitro_text){p, end}, &value)) return 0;
    int bounded = value > 9999 ? 9999 : (int)value;
    return negative ? -bounded : bounded;
}

double vitro_text_number(vitro_text text) {
    const char *p = skip_blanks(text);
    bool negative = p && p < text.end && *p == '-';
    if (p && p < text.end && (*p == '-' || *p == '+')) p++;
    if (!is_digit(p, text.end) && !(p && p < text.end && *p == '.' && is_digit(p + 1, text.end))) return NAN;
    long double mantissa = 0;
    int scale = 0;
    for (; is_digit(p, text.end); p++) mantissa = mantissa * 10 + (*p - '0');
    if (p < text.end && *p == '.')
        for (p++; is_digit(p, text.end); p++, scale--) mantissa = mantissa * 10 + (*p - '0');
    double value = (double)(mantissa * powl(10, scale + exponent(p, text.end)));
    return negative ? -value : value;
}
