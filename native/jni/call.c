/* See call.h. SPDX-License-Identifier: GPL-3.0-or-later */
#include "call.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

static jclass exception_class;
static jmethodID exception_new;

int call_setup(JNIEnv *env) {
    jclass found = (*env)->FindClass(env, "vitromap/engine/VitroException");
    if (!found) return 0;
    exception_class = (*env)->NewGlobalRef(env, found);
    exception_new = exception_class ? (*env)->GetMethodID(env, exception_class, "<init>", "(I[B)V") : NULL;
    return exception_new != NULL;
}

/* A failed allocation leaves Java's own error pending, which is as good. */
static void throw_text(call *c, int code, const char *text) {
    JNIEnv *env = c->env;
    c->failed = 1;
    if ((*env)->ExceptionCheck(env)) return;
    jsize n = (jsize)strlen(text);
    jbyteArray bytes = (*env)->NewByteArray(env, n);
    if (!bytes) return;
    (*env)->SetByteArrayRegion(env, bytes, 0, n, (const jbyte *)text);
    jobject exception = (*env)->NewObject(env, exception_class, exception_new, (jint)code, bytes);
    if (exception) (*env)->Throw(env, exception);
}

void refuse(call *c, const char *format, ...) {
    char text[160];
    va_list values;
    va_start(values, format);
    vsnprintf(text, sizeof text, format, values);
    va_end(values);
    throw_text(c, VITRO_ARGUMENT, text);
}

static void *get(JNIEnv *env, jarray array, element type) {
    switch (type) {
    case BYTES: return (*env)->GetByteArrayElements(env, array, NULL);
    case LONGS: return (*env)->GetLongArrayElements(env, array, NULL);
    case FLOATS: return (*env)->GetFloatArrayElements(env, array, NULL);
    default: return (*env)->GetDoubleArrayElements(env, array, NULL);
    }
}

static void release(JNIEnv *env, const opened *a, jint mode) {
    switch (a->type) {
    case BYTES: (*env)->ReleaseByteArrayElements(env, a->array, a->data, mode); break;
    case LONGS: (*env)->ReleaseLongArrayElements(env, a->array, a->data, mode); break;
    case FLOATS: (*env)->ReleaseFloatArrayElements(env, a->array, a->data, mode); break;
    default: (*env)->ReleaseDoubleArrayElements(env, a->array, a->data, mode);
    }
}

size_t least(call *c, jarray array, int64_t elements) {
    size_t n = length(c, array);
    if (c->failed) return 0;
    if (!array) refuse(c, "A needed array is null.");
    else if (elements < 0 || (int64_t)n < elements) refuse(c, "An array of %zu elements, where %lld are needed.", n, (long long)elements);
    return n;
}

static void *open_array(call *c, jarray array, element type, int64_t elements, int written) {
    least(c, array, elements);
    if (c->failed) return NULL;
    void *data = get(c->env, array, type);
    if (data) {
        c->arrays[c->count++] = (opened){array, type, data, written};
    } else { /* Java's OutOfMemoryError is pending, for which ImageJ would advise a larger heap */
        (*c->env)->ExceptionClear(c->env);
        throw_text(c, VITRO_MEMORY, "No native memory for a copy of an array.");
    }
    return data;
}

void *input(call *c, jarray array, element type, int64_t elements) {
    return open_array(c, array, type, elements, 0);
}

void *output(call *c, jarray array, element type, int64_t elements) {
    return open_array(c, array, type, elements, 1);
}

void *optional(call *c, jarray array, element type, int64_t elements) {
    return array ? open_array(c, array, type, elements, 0) : NULL;
}

size_t length(call *c, jarray array) {
    return array && !c->failed ? (size_t)(*c->env)->GetArrayLength(c->env, array) : 0;
}

const char *string(call *c, jbyteArray bytes) {
    const void *data = input(c, bytes, BYTES, 0);
    if (!data) return NULL;
    size_t n = length(c, bytes);
    c->text = malloc(n + 1);
    if (!c->text) {
        throw_text(c, VITRO_MEMORY, "No native memory for a string.");
        return NULL;
    }
    memcpy(c->text, data, n);
    c->text[n] = '\0';
    return c->text;
}

int64_t capacity(call *c, jobject direct) {
    return direct ? (int64_t)(*c->env)->GetDirectBufferCapacity(c->env, direct) : -1;
}

void *buffer(call *c, jobject direct, int64_t least) {
    if (c->failed) return NULL;
    void *address = direct ? (*c->env)->GetDirectBufferAddress(c->env, direct) : NULL;
    if (!address) refuse(c, "A buffer of frames is null or not direct.");
    else if (least < 0 || capacity(c, direct) < least)
        refuse(c, "A buffer of %lld bytes, where %lld are needed.", (long long)capacity(c, direct), (long long)least);
    return c->failed ? NULL : address;
}

void *handle(call *c, jlong value) {
    if (!value && !c->failed) refuse(c, "The native object is freed or was never made.");
    return (void *)(intptr_t)value;
}

void fail(call *c, vitro_status status) {
    if (!c->failed && status != VITRO_OK) throw_text(c, status, vitro_last_error());
}

void leave(call *c, vitro_status status) {
    fail(c, status); /* before the releases: the text lasts until the library's next call only */
    for (int i = 0; i < c->count; i++) release(c->env, &c->arrays[i], c->failed || !c->arrays[i].written ? JNI_ABORT : 0);
    free(c->text);
}

int64_t area(int32_t width, int32_t height) {
    return width < 0 || height < 0 ? -1 : (int64_t)width * height;
}

int64_t bytes_of(int64_t n, int64_t each) {
    return n < 0 || each < 0 || (each > 0 && n > INT64_MAX / each) ? -1 : n * each;
}

int32_t whole(double value) {
    return value >= INT32_MIN && value <= INT32_MAX ? (int32_t)value : -1;
}
