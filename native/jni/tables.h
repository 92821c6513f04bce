/* What the files of the border share: each has the table of its methods, and vitromap_jni.c registers them all.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef VITRO_TABLES_H
#define VITRO_TABLES_H

#include "call.h"

typedef struct {
    const JNINativeMethod *methods;
    int count;
} method_table;

#define METHOD(name, signature, function) {(char *)name, (char *)signature, (void *)(uintptr_t)function}
#define TABLE(...) {(const JNINativeMethod[]){__VA_ARGS__}, sizeof((const JNINativeMethod[]){__VA_ARGS__}) / sizeof(JNINativeMethod)}

/* A table for each file. */
extern const method_table layouts_methods;
extern const method_table jobs_methods;
extern const method_table geometry_methods;
extern const method_table strain_methods;
extern const method_table sample_methods;
extern const method_table virtual_methods;
extern const method_table fluctuation_methods;
extern const method_table pdf_methods;
extern const method_table decompose_methods;
extern const method_table fields_methods;
extern const method_table curves_methods;
extern const method_table correlation_methods;
extern const method_table dynamics_methods;
extern const method_table model_methods;
extern const method_table spots_methods;

static inline vitro_frames frames_of(jint width, jint height, jint type, jint isa, jlong frames) {
    return (vitro_frames){.width = width, .height = height, .type = type, .isa = isa, .frames = frames};
}

/* g as in Native.java; NULL after a failure. */
static inline vitro_geometry geometry_of(const double g[7], const void *mask) {
    if (!g) return (vitro_geometry){.mask = NULL};
    return (vitro_geometry){.center_x = g[0], .center_y = g[1], .ellipse_xx = g[2], .ellipse_xy = g[3],
                            .ellipse_yy = g[4], .ring_min = g[5], .ring_max = g[6], .mask = mask};
}

#endif
