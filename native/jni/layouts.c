/* Frames and file layouts. SPDX-License-Identifier: GPL-3.0-or-later */
#include "tables.h"

static jint decoded_type(JNIEnv *env, jclass self, jint type) {
    return vitro_decoded_type(type);
}

static jint type_bytes(JNIEnv *env, jclass self, jint type) {
    return vitro_type_bytes(type);
}

static void frames_decode(JNIEnv *env, jclass self, jlongArray layout, jobject raw, jlong raw_bytes, jlong n, jobject out) {
    call c = {.env = env};
    const vitro_layout *l = input(&c, layout, LONGS, LAYOUT_FIELDS);
    const uint8_t *from = buffer(&c, raw, raw_bytes);
    void *to = buffer(&c, out, 0);
    leave(&c, c.failed ? 0 : vitro_frames_decode(l, from, (size_t)raw_bytes, n, to, (size_t)capacity(&c, out)));
}

static jint kept_type(JNIEnv *env, jclass self, jint type) {
    return vitro_kept_type(type);
}

static void frames_keep(JNIEnv *env, jclass self, jlongArray layout, jobject raw, jlong raw_bytes, jlong n, jobject out) {
    call c = {.env = env};
    const vitro_layout *l = input(&c, layout, LONGS, LAYOUT_FIELDS);
    const uint8_t *from = buffer(&c, raw, raw_bytes);
    void *to = buffer(&c, out, 0);
    leave(&c, c.failed ? 0 : vitro_frames_keep(l, from, (size_t)raw_bytes, n, to, (size_t)capacity(&c, out)));
}

static void frames_exact(JNIEnv *env, jclass self, jint type, jobject in, jint width, jint height, jlong first, jlong n, jobject out) {
    call c = {.env = env};
    const void *from = buffer(&c, in, 0);
    float *to = buffer(&c, out, 0);
    leave(&c, c.failed ? 0 : vitro_frames_exact(type, from, (size_t)capacity(&c, in), width, height, first, n, to, (size_t)capacity(&c, out)));
}

static void gather_range(JNIEnv *env, jclass self, jlongArray layout, jlongArray part, jlongArray range) {
    call c = {.env = env};
    const vitro_layout *l = input(&c, layout, LONGS, LAYOUT_FIELDS);
    const vitro_part *p = input(&c, part, LONGS, sizeof *p / sizeof(int64_t));
    int64_t *r = output(&c, range, LONGS, 3);
    leave(&c, c.failed ? 0 : vitro_gather_range(l, p, &r[0], &r[1], &r[2]));
}

static void frames_gather(JNIEnv *env, jclass self, jlongArray layout, jlongArray part, jobject raw, jlong raw_bytes, jlong raw_stride,
                          jobject out) {
    call c = {.env = env};
    const vitro_layout *l = input(&c, layout, LONGS, LAYOUT_FIELDS);
    const vitro_part *p = input(&c, part, LONGS, sizeof *p / sizeof(int64_t));
    const uint8_t *from = buffer(&c, raw, raw_bytes);
    void *to = buffer(&c, out, 0);
    leave(&c, c.failed ? 0 : vitro_frames_gather(l, p, from, (size_t)raw_bytes, raw_stride, to, (size_t)capacity(&c, out)));
}

/* Java's bytes where they lie: between hold and let_go nothing else of Java may be called. */
static uint8_t *hold(call *c, jbyteArray array) {
    return c->failed ? NULL : (*c->env)->GetPrimitiveArrayCritical(c->env, array, NULL);
}

static void let_go(call *c, jbyteArray array, uint8_t *data) {
    if (data) (*c->env)->ReleasePrimitiveArrayCritical(c->env, array, data, 0);
}

static void leave_held(call *c, const uint8_t *from, const uint8_t *to, vitro_status status) {
    if (!from || !to) refuse(c, "Java gives no access to the bytes of a chunk.");
    leave(c, status);
}

static void chunk_decode(JNIEnv *env, jclass self, jint compression, jint element_bytes, jlong block, jbyteArray in, jbyteArray out) {
    call c = {.env = env};
    size_t n = least(&c, in, 0), room = least(&c, out, 0);
    uint8_t *from = hold(&c, in), *to = hold(&c, out);
    vitro_status status = from && to ? vitro_chunk_decode((vitro_compression)compression, element_bytes, block, from, n, to, room) : VITRO_OK;
    let_go(&c, out, to);
    let_go(&c, in, from);
    leave_held(&c, from, to, status);
}

static void chunk_transpose(JNIEnv *env, jclass self, jint rows, jint columns, jint element_bytes, jbyteArray in, jbyteArray out) {
    call c = {.env = env};
    size_t n = least(&c, in, 0);
    least(&c, out, (int64_t)n);
    uint8_t *from = hold(&c, in), *to = hold(&c, out);
    vitro_status status = from && to ? vitro_chunk_transpose(rows, columns, element_bytes, from, n, to) : VITRO_OK;
    let_go(&c, out, to);
    let_go(&c, in, from);
    leave_held(&c, from, to, status);
}

static void chunk_place(JNIEnv *env, jclass self, jlongArray tile, jint x, jint y, jlongArray parts, jint count, jbyteArray chunk, jobject out) {
    call c = {.env = env};
    const vitro_tile *t = input(&c, tile, LONGS, sizeof *t / sizeof(int64_t));
    const int64_t *p = input(&c, parts, LONGS, bytes_of(count, 2));
    void *to = buffer(&c, out, 0);
    size_t room = (size_t)capacity(&c, out), n = least(&c, chunk, 0);
    uint8_t *from = hold(&c, chunk);
    vitro_status status = from ? vitro_chunk_place(t, x, y, p, count, from, n, to, room) : VITRO_OK;
    let_go(&c, chunk, from);
    leave_held(&c, from, to, status);
}

static void layout_npy(JNIEnv *env, jclass self, jbyteArray head, jlong file_bytes, jlongArray layout, jdoubleArray metadata) {
    call c = {.env = env};
    const uint8_t *h = input(&c, head, BYTES, 0);
    vitro_layout *l = output(&c, layout, LONGS, LAYOUT_FIELDS);
    vitro_metadata *m = output(&c, metadata, DOUBLES, METADATA_FIELDS);
    leave(&c, c.failed ? 0 : vitro_layout_npy(h, length(&c, head), file_bytes, l, m));
}

static void layout_mib(JNIEnv *env, jclass self, jbyteArray head, jlong file_bytes, jbyteArray sidecar, jlongArray layout,
                       jdoubleArray metadata) {
    call c = {.env = env};
    const uint8_t *h = input(&c, head, BYTES, 0);
    const char *s = optional(&c, sidecar, BYTES, 0);
    vitro_layout *l = output(&c, layout, LONGS, LAYOUT_FIELDS);
    vitro_metadata *m = output(&c, metadata, DOUBLES, METADATA_FIELDS);
    leave(&c, c.failed ? 0 : vitro_layout_mib(h, length(&c, head), file_bytes, s, length(&c, sidecar), l, m));
}

static void layout_empad(JNIEnv *env, jclass self, jbyteArray xml, jlong file_bytes, jlongArray layout, jdoubleArray metadata) {
    call c = {.env = env};
    const char *x = input(&c, xml, BYTES, 0);
    vitro_layout *l = output(&c, layout, LONGS, LAYOUT_FIELDS);
    vitro_metadata *m = output(&c, metadata, DOUBLES, METADATA_FIELDS);
    leave(&c, c.failed ? 0 : vitro_layout_empad(x, length(&c, xml), file_bytes, l, m));
}

static void layout_blo(JNIEnv *env, jclass self, jbyteArray head, jlong file_bytes, jlongArray layout, jdoubleArray metadata) {
    call c = {.env = env};
    const uint8_t *h = input(&c, head, BYTES, 0);
    vitro_layout *l = output(&c, layout, LONGS, LAYOUT_FIELDS);
    vitro_metadata *m = output(&c, metadata, DOUBLES, METADATA_FIELDS);
    leave(&c, c.failed ? 0 : vitro_layout_blo(h, length(&c, head), file_bytes, l, m));
}

static void layout_mrc(JNIEnv *env, jclass self, jbyteArray head, jlong file_bytes, jbyteArray info, jlongArray layout,
                       jdoubleArray metadata) {
    call c = {.env = env};
    const uint8_t *h = input(&c, head, BYTES, 0);
    const char *i = optional(&c, info, BYTES, 0);
    vitro_layout *l = output(&c, layout, LONGS, LAYOUT_FIELDS);
    vitro_metadata *m = output(&c, metadata, DOUBLES, METADATA_FIELDS);
    leave(&c, c.failed ? 0 : vitro_layout_mrc(h, length(&c, head), file_bytes, i, length(&c, info), l, m));
}

static void layout_seq(JNIEnv *env, jclass self, jbyteArray head, jlong file_bytes, jlongArray layout, jdoubleArray metadata) {
    call c = {.env = env};
    const uint8_t *h = input(&c, head, BYTES, 0);
    vitro_layout *l = output(&c, layout, LONGS, LAYOUT_FIELDS);
    vitro_metadata *m = output(&c, metadata, DOUBLES, METADATA_FIELDS);
    leave(&c, c.failed ? 0 : vitro_layout_seq(h, length(&c, head), file_bytes, l, m));
}

static jlong layout_dm(JNIEnv *env, jclass self, jbyteArray bytes, jlongArray pieces, jlong file_bytes, jlongArray layout,
                       jdoubleArray metadata) {
    call c = {.env = env};
    int64_t missing = -1;
    const uint8_t *b = input(&c, bytes, BYTES, 0);
    const int64_t *p = input(&c, pieces, LONGS, 0);
    vitro_layout *l = output(&c, layout, LONGS, LAYOUT_FIELDS);
    vitro_metadata *m = output(&c, metadata, DOUBLES, METADATA_FIELDS);
    int count = (int)(length(&c, pieces) / 2);
    leave(&c, c.failed ? 0 : vitro_layout_dm(b, length(&c, bytes), p, count, file_bytes, l, m, &missing));
    return missing;
}

static void layout_tvips(JNIEnv *env, jclass self, jbyteArray head, jlong file_bytes, jint part, jlongArray layout,
                         jdoubleArray metadata) {
    call c = {.env = env};
    const uint8_t *h = input(&c, head, BYTES, 0);
    vitro_layout *l = output(&c, layout, LONGS, LAYOUT_FIELDS);
    vitro_metadata *m = output(&c, metadata, DOUBLES, METADATA_FIELDS);
    leave(&c, c.failed ? 0 : vitro_layout_tvips(h, length(&c, head), file_bytes, part, l, m));
}

static void layout_raw(JNIEnv *env, jclass self, jlong file_bytes, jint type, jboolean big_endian, jlong width, jlong height,
                       jlong offset, jlong gap, jlongArray layout) {
    call c = {.env = env};
    vitro_layout *l = output(&c, layout, LONGS, LAYOUT_FIELDS);
    leave(&c, c.failed ? 0 : vitro_layout_raw(file_bytes, type, big_endian != 0, width, height, offset, gap, l));
}

const method_table layouts_methods = TABLE(
    METHOD("decodedType", "(I)I", decoded_type),
    METHOD("typeBytes", "(I)I", type_bytes),
    METHOD("framesDecode", "([JLjava/nio/ByteBuffer;JJLjava/nio/ByteBuffer;)V", frames_decode),
    METHOD("keptType", "(I)I", kept_type),
    METHOD("framesKeep", "([JLjava/nio/ByteBuffer;JJLjava/nio/ByteBuffer;)V", frames_keep),
    METHOD("framesExact", "(ILjava/nio/ByteBuffer;IIJJLjava/nio/ByteBuffer;)V", frames_exact),
    METHOD("gatherRange", "([J[J[J)V", gather_range),
    METHOD("framesGather", "([J[JLjava/nio/ByteBuffer;JJLjava/nio/ByteBuffer;)V", frames_gather),
    METHOD("chunkDecode", "(IIJ[B[B)V", chunk_decode),
    METHOD("chunkTranspose", "(III[B[B)V", chunk_transpose),
    METHOD("chunkPlace", "([JII[JI[BLjava/nio/ByteBuffer;)V", chunk_place),
    METHOD("layoutNpy", "([BJ[J[D)V", layout_npy),
    METHOD("layoutMib", "([BJ[B[J[D)V", layout_mib),
    METHOD("layoutEmpad", "([BJ[J[D)V", layout_empad),
    METHOD("layoutBlo", "([BJ[J[D)V", layout_blo),
    METHOD("layoutMrc", "([BJ[B[J[D)V", layout_mrc),
    METHOD("layoutDm", "([B[JJ[J[D)J", layout_dm),
    METHOD("layoutSeq", "([BJ[J[D)V", layout_seq),
    METHOD("layoutTvips", "([BJI[J[D)V", layout_tvips),
    METHOD("layoutRaw", "(JIZJJJJ[J)V", layout_raw));
