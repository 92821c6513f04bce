/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef VITRO_ERROR_H
#define VITRO_ERROR_H

#include "vitromap.h"

#if defined(__GNUC__)
#define VITRO_PRINTF(f, a) __attribute__((format(printf, f, a)))
#else
#define VITRO_PRINTF(f, a)
#endif

/* Records the text for this thread and returns code: `return vitro_fail(VITRO_ARGUMENT, "...", x);` */
vitro_status vitro_fail(vitro_status code, const char *format, ...) VITRO_PRINTF(2, 3);

/* malloc / calloc that record VITRO_MEMORY with the size; count * size is checked for overflow. */
void *vitro_alloc(size_t count, size_t size);
void *vitro_calloc(size_t count, size_t size);

#endif
