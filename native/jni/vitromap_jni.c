/* The border to Java: vitromap.engine.Native's methods, registered by the tables of the files beside this one. No logic, no
 * state beyond the class cache. SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Each function opens its arrays in a `call`, which checks their lengths, and leaves through leave(), which
 * writes outputs back, releases everything and turns a failure into a VitroException.
 */
#include "tables.h"

static jstring version(JNIEnv *env, jclass self) {
    return (*env)->NewStringUTF(env, vitro_version());
}

static jstring isa_name(JNIEnv *env, jclass self, jint isa) {
    const char *name = vitro_isa_name((vitro_isa)isa);
    return name ? (*env)->NewStringUTF(env, name) : NULL;
}

static const method_table version_methods = TABLE(
    METHOD("version", "()Ljava/lang/String;", version),
    METHOD("isaName", "(I)Ljava/lang/String;", isa_name));

/* A failure leaves Java's own NoSuchMethodError pending: System.load throws it. */
JNIEXPORT jint JNICALL JNI_OnLoad(JavaVM *vm, void *reserved) {
    (void)reserved;
    const method_table *tables[] = {
        &version_methods,
        &layouts_methods,
        &jobs_methods,
        &geometry_methods,
        &strain_methods,
        &sample_methods,
        &virtual_methods,
        &fluctuation_methods,
        &pdf_methods,
        &decompose_methods,
        &fields_methods,
        &curves_methods,
        &correlation_methods,
        &dynamics_methods,
        &model_methods,
        &spots_methods,
    };
    JNIEnv *env = NULL;
    if ((*vm)->GetEnv(vm, (void **)&env, JNI_VERSION_1_8) != JNI_OK) return JNI_ERR;
    if (!call_setup(env)) return JNI_ERR;
    jclass native = (*env)->FindClass(env, "vitromap/engine/Native");
    if (!native) return JNI_ERR;
    for (size_t i = 0; i < sizeof tables / sizeof tables[0]; i++)
        if ((*env)->RegisterNatives(env, native, tables[i]->methods, tables[i]->count)) return JNI_ERR;
    return JNI_VERSION_1_8;
}
