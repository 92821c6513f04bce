/* What the tests of file headers share: errors with their text, and bytes that are cut, turned over and made huge.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef IO_CHECK_H
#define IO_CHECK_H

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "vitromap.h"

static inline void assert_fails(vitro_status status, vitro_status expected, const char *word) {
    assert_int_equal(status, expected);
    if (!strstr(vitro_last_error(), word)) fail_msg("'%s' is not in the text '%s'", word, vitro_last_error());
}

static inline void assert_near(double value, double expected, double tolerance) {
    if (!(fabs(value - expected) <= tolerance)) fail_msg("%.17g, expected %.17g", value, expected);
}

static inline const uint8_t *bytes_of(const char *text) { return (const uint8_t *)text; }

typedef vitro_status (*reader)(const uint8_t *bytes, size_t n, int64_t file_bytes, vitro_layout *layout);

/* Every byte that a scattered layout wants is in the file. */
static inline void use_scattered(const vitro_layout *l, int64_t file_bytes) {
    int64_t begin, bytes, stride, pixels = l->width * l->height;
    vitro_part all = {0, pixels, 0, l->frames};
    assert_int_equal(vitro_gather_range(l, &all, &begin, &bytes, &stride), VITRO_OK);
    assert_true(begin == l->offset && begin >= 0 && begin + (pixels - 1) * stride + bytes <= file_bytes);
}

/* Whatever a reader accepts, decoding of its first and last pattern must stay within the bytes it was promised. */
static inline void use(reader read, const uint8_t *bytes, size_t n, int64_t file_bytes) {
    vitro_layout l;
    uint8_t *copy = malloc(n ? n : 1); /* the sanitizer sees one byte too many */
    memcpy(copy, bytes, n);
    if (read(copy, n, file_bytes, &l) == VITRO_OK) {
        assert_true(l.frames >= 1 && l.width >= 1 && l.height >= 1);
        size_t room = (size_t)(l.width * l.height) * 4;
        if (l.pixel_stride) use_scattered(&l, file_bytes);
        else if (room <= 1 << 22) {
            int64_t first = l.offset, last = l.offset + (l.frames - 1) * l.frame_stride;
            assert_true(first >= 0 && last < file_bytes);
            uint8_t *raw = calloc(1, (size_t)(file_bytes - last));
            void *out = malloc(room);
            assert_int_equal(vitro_frames_decode(&l, raw, (size_t)(file_bytes - last), 1, out, room), VITRO_OK);
            free(raw);
            free(out);
        }
    } else
        assert_true(strlen(vitro_last_error()) > 10);
    free(copy);
}

static unsigned random_state = 1;
static inline unsigned random_number(void) {
    random_state = random_state * 1664525u + 1013904223u;
    return random_state >> 8;
}

static inline void mistreat(reader read, const char *head, size_t n, int64_t file_bytes) {
    uint8_t bytes[4096];
    assert_true(n <= sizeof bytes);
    for (size_t cut = 0; cut < 20; cut++) use(read, bytes_of(head), n * cut / 20, file_bytes);
    for (int64_t cut = 0; cut < 20; cut++) use(read, bytes_of(head), n, file_bytes * cut / 20);
    for (int flip = 0; flip < 200; flip++) {
        memcpy(bytes, head, n);
        for (unsigned k = 0; k <= random_number() % 4; k++) bytes[random_number() % n] ^= (uint8_t)(1u << random_number() % 8);
        use(read, bytes, n, file_bytes);
    }
    for (int digits = 0; digits < 200; digits++) { /* numbers made huge */
        memcpy(bytes, head, n);
        size_t at = random_number() % n;
        for (size_t k = at; k < n && k < at + 30; k++)
            if ((bytes[k] >= '0' && bytes[k] <= '9') || bytes[k] == ' ') bytes[k] = '9';
        use(read, bytes, n, file_bytes);
    }
}

#endif
