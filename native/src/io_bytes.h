/* Numbers in the binary headers of files, at any address and in either byte order.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef VITRO_IO_BYTES_H
#define VITRO_IO_BYTES_H

#include <stdbool.h>
#include <stdint.h>
#include <string.h>

/* An unsigned integer of 1 to 8 bytes. */
static inline uint64_t vitro_bytes_integer(const uint8_t *at, int bytes, bool big_endian) {
    uint64_t value = 0;
    for (int i = 0; i < bytes; i++) value = value << 8 | at[big_endian ? i : bytes - 1 - i];
    return value;
}

static inline double vitro_bytes_float(const uint8_t *at, bool big_endian) {
    uint32_t bits = (uint32_t)vitro_bytes_integer(at, 4, big_endian);
    float value;
    memcpy(&value, &bits, sizeof value);
    return value;
}

static inline double vitro_bytes_double(const uint8_t *at, bool big_endian) {
    uint64_t bits = vitro_bytes_integer(at, 8, big_endian);
    double value;
    memcpy(&value, &bits, sizeof value);
    return value;
}

#endif
