/* One call from Java: the arrays it opened, and how it ends. SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef VITRO_CALL_H
#define VITRO_CALL_H

#include <jni.h>
#include <stdint.h>
#include <string.h>

#include "vitromap.h"

enum { LAYOUT_FIELDS = 14, METADATA_FIELDS = 8, SAMPLE_OPTIONS = 20, CALL_ARRAYS = 8 };
_Static_assert(sizeof(vitro_layout) == LAYOUT_FIELDS * sizeof(int64_t), "a layout crosses as long[]");
_Static_assert(sizeof(vitro_metadata) == METADATA_FIELDS * sizeof(double), "metadata crosses as double[]");

typedef enum { BYTES, LONGS, FLOATS, DOUBLES } element;

typedef struct {
    jarray array;
    element type;
    void *data; /* our copy, as Java's get and release functions give and take it */
    int written;
} opened;

typedef struct {
    JNIEnv *env;
    int failed; /* an exception is pending: the library must not be called */
    int count;
    opened arrays[CALL_ARRAYS];
    char *text;
} call;

/* Once, when the library is loaded. 0 = failed. */
int call_setup(JNIEnv *env);

/* Elements of an array that must have at least `least`; NULL after a failure. output() writes them back if the call succeeds,
 * optional() takes a null array for NULL. */
void *input(call *c, jarray array, element type, int64_t least);
void *output(call *c, jarray array, element type, int64_t least);
void *optional(call *c, jarray array, element type, int64_t least);
/* Length of an array; 0 if it is null or after a failure. */
size_t length(call *c, jarray array);
/* The same of one that must be there and have so many elements. */
size_t least(call *c, jarray array, int64_t elements);

/* A copy of UTF-8 bytes, ended by NUL; one string a call. */
const char *string(call *c, jbyteArray bytes);

/* Address of a direct buffer that must hold at least `least` bytes. */
void *buffer(call *c, jobject direct, int64_t least);
int64_t capacity(call *c, jobject direct);

/* A handle made by a ...New; 0 fails: the object was freed or never made. */
void *handle(call *c, jlong value);

/* Throws a VitroException: for an argument with a text of the border's own; for a status that is not VITRO_OK with the library's. */
void refuse(call *c, const char *format, ...);
void fail(call *c, vitro_status status);

/* Ends the call: outputs are written back if nothing failed; else a VitroException is thrown. */
void leave(call *c, vitro_status status);

/* Sizes from Java's numbers: negative ones and overflows become values that no array or buffer satisfies or the library refuses. */
int64_t area(int32_t width, int32_t height);
int64_t bytes_of(int64_t n, int64_t each);
/* A double that stands for an int; NaN and what does not fit give -1, which the library refuses. */
int32_t whole(double value);

#endif
