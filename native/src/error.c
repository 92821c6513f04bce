/* Error text of the calling thread, checked allocation, version.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "error.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

static _Thread_local char last_error[512];

vitro_status vitro_fail(vitro_status code, const char *format, ...) {
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(last_error, sizeof last_error, format, arguments);
    va_end(arguments);
    return code;
}

const char *vitro_last_error(void) { return last_error; }

const char *vitro_version(void) { return VITRO_VERSION; }

void *vitro_alloc(size_t count, size_t size) {
    void *memory = NULL;
    if (size == 0 || count <= SIZE_MAX / size) memory = malloc(count * size + (count * size == 0));
    if (!memory) vitro_fail(VITRO_MEMORY, "no native memory for %zu x %zu bytes", count, size);
    return memory;
}

void *vitro_calloc(size_t count, size_t size) {
    void *memory = calloc(count ? count : 1, size ? size : 1);
    if (!memory) vitro_fail(VITRO_MEMORY, "no native memory for %zu x %zu bytes", count, size);
    return memory;
}
