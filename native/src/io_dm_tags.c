/* DM3 and DM4 (Gatan): a tree of named tags with the pixels as one of them. Lengths are big-endian, of 4 bytes in DM3 and
 * 8 in DM4; values are little-endian unless the header says otherwise. Arrays are stepped over, so that few bytes are needed.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "io_bytes.h"
#include "io_dm.h"

#include <math.h>
#include <stddef.h>
#include <stdio.h>

enum { MAX_DEPTH = 32, MAX_INFO = 64, MAX_NAME = 64 };

/* Where in the tree a tag is; what is not of interest is OTHER. */
typedef enum { OTHER, ROOT, IMAGES, IMAGE, DATA, SIZES, CALIBRATIONS, AXES, AXIS, TAGS, MICROSCOPE, META } place;

static const struct {
    place in;
    const char *name; /* NULL = any */
    place to;
} groups[] = {{ROOT, "ImageList", IMAGES}, {IMAGES, NULL, IMAGE},        {IMAGE, "ImageData", DATA},
              {DATA, "Dimensions", SIZES}, {DATA, "Calibrations", CALIBRATIONS}, {CALIBRATIONS, "Dimension", AXES},
              {AXES, NULL, AXIS},          {IMAGE, "ImageTags", TAGS},   {TAGS, "Microscope Info", MICROSCOPE},
              {TAGS, "Meta Data", META}};

typedef struct {
    const uint8_t *bytes;
    const int64_t *pieces;
    int count, width; /* pieces; bytes of a length */
    int piece;        /* the one that the walk has come to */
    int64_t file_bytes, at, missing;
    bool big_endian;
    dm_image image, best;
    vitro_status status;
} walker;

static bool refuse(walker *w, const char *what, int64_t value) {
    w->status = vitro_fail(VITRO_FORMAT, "DM: %s (%lld) at byte %lld of %lld: the file is damaged or cut off", what, (long long)value,
                           (long long)w->at, (long long)w->file_bytes);
    return false;
}

static bool step(walker *w, int64_t n) {
    if (n < 0 || n > w->file_bytes - w->at) return refuse(w, "the file ends within a tag of so many bytes", n);
    w->at += n;
    return true;
}

/* The next n bytes, and steps over them; NULL if they are not in the file or not yet known. */
static const uint8_t *take(walker *w, int64_t n) {
    int64_t from = w->at;
    if (!step(w, n)) return NULL;
    for (; w->piece < w->count; w->piece++) {
        int64_t begin = w->pieces[2 * w->piece], length = w->pieces[2 * w->piece + 1];
        if (from >= begin && from + n <= begin + length) return w->bytes + (from - begin);
        if (from < begin) break;
        w->bytes += length;
    }
    w->missing = from;
    return NULL;
}

static bool take_integer(walker *w, int bytes, int64_t *value) {
    const uint8_t *at = take(w, bytes);
    if (!at) return false;
    *value = (int64_t)vitro_bytes_integer(at, bytes, true);
    return *value >= 0 || refuse(w, "a negative length", *value);
}

static int64_t simple_bytes(int64_t type) {
    static const int8_t sizes[] = {[2] = 2, [3] = 4, [4] = 2, [5] = 4, [6] = 4, [7] = 8, [8] = 1, [9] = 1, [10] = 1, [11] = 8, [12] = 8};
    return type >= 0 && type < (int64_t)sizeof sizes ? sizes[type] : 0;
}

/* Bytes of a value that info[0..n) describes; -1 = not known. 15 = structure, 18 = text, 20 = array. */
static int64_t value_bytes(const int64_t *info, int64_t n) {
    int64_t bytes = 0;
    if (n == 1) return simple_bytes(info[0]) ? simple_bytes(info[0]) : -1;
    if (info[0] == 18 && n == 2) return __builtin_mul_overflow(info[1], 2, &bytes) ? -1 : bytes;
    if (info[0] == 20 && n > 2) {
        int64_t each = value_bytes(info + 1, n - 2);
        return each < 0 || __builtin_mul_overflow(each, info[n - 1], &bytes) ? -1 : bytes;
    }
    if (info[0] != 15 || n < 3 || info[2] != (n - 3) / 2) return -1;
    for (int64_t i = 4; i < n; i += 2) {
        if (!simple_bytes(info[i])) return -1;
        bytes += simple_bytes(info[i]);
    }
    return bytes;
}

static double number(const walker *w, const uint8_t *at, int64_t type) {
    int bytes = (int)simple_bytes(type);
    bool is_signed = type == 2 || type == 3 || type == 9 || type == 11;
    if (type == 6) return vitro_bytes_float(at, w->big_endian);
    if (type == 7) return vitro_bytes_double(at, w->big_endian);
    uint64_t value = vitro_bytes_integer(at, bytes, w->big_endian);
    uint64_t sign = (uint64_t)1 << (8 * bytes - 1);
    return is_signed ? (double)(int64_t)((value ^ sign) - sign) : (double)value;
}

/* Text is an array of 16-bit characters; what is not ASCII becomes '?'. */
static bool take_text(walker *w, int64_t length, char text[DM_TEXT]) {
    const uint8_t *at = take(w, 2 * length);
    if (!at) return false;
    int kept = length < DM_TEXT ? (int)length : DM_TEXT - 1;
    for (int i = 0; i < kept; i++) {
        uint64_t letter = vitro_bytes_integer(at + 2 * i, 2, w->big_endian);
        text[i] = letter >= ' ' && letter <= '~' ? (char)letter : '?';
    }
    text[kept] = 0;
    return true;
}

/* The number that a tag of this name in this place fills, or NULL. */
static double *wanted(dm_image *image, place in, const char *name) {
    int axis = image->calibrations - 1;
    if (in == SIZES && image->dimensions <= DM_DIMENSIONS) return &image->size[image->dimensions++];
    if (in == AXIS && axis <= DM_DIMENSIONS && !strcmp(name, "Scale")) return &image->scale[axis];
    if (in == DATA && !strcmp(name, "DataType")) return &image->type;
    if (in == MICROSCOPE && !strcmp(name, "Voltage")) return &image->volt;
    if (in == MICROSCOPE && !strcmp(name, "STEM Camera Length")) return &image->camera_mm;
    if (in == META && !strcmp(name, "Data Order Swapped")) return &image->order_swapped;
    return NULL;
}

static char *wanted_text(dm_image *image, place in, const char *name) {
    int axis = image->calibrations - 1;
    if (in == AXIS && axis <= DM_DIMENSIONS && !strcmp(name, "Units")) return image->unit[axis];
    return in == META && !strcmp(name, "Format") ? image->format : NULL;
}

static bool take_value(walker *w, place in, const char *name) {
    int64_t info[MAX_INFO], n;
    const uint8_t *mark = take(w, 4);
    if (!mark || !take_integer(w, w->width, &n)) return false;
    if (memcmp(mark, "%%%%", 4) != 0 || n < 1 || n > MAX_INFO) return refuse(w, "no value where a tag should have one, or one of too many parts", n);
    for (int64_t i = 0; i < n; i++)
        if (!take_integer(w, w->width, &info[i])) return false;
    int64_t bytes = value_bytes(info, n);
    if (bytes < 0) return refuse(w, "a value of an unknown kind", info[0]);
    if (in == DATA && !strcmp(name, "Data")) {
        w->image.data_at = w->at;
        w->image.data_bytes = bytes;
    }
    double *to = n == 1 ? wanted(&w->image, in, name) : NULL;
    char *text = n == 3 && info[0] == 20 && info[1] == 4 && info[2] <= 4096 ? wanted_text(&w->image, in, name) : NULL;
    if (text) return take_text(w, info[2], text);
    if (!to) return step(w, bytes);
    const uint8_t *at = take(w, bytes);
    if (at) *to = number(w, at, info[0]);
    return at != NULL;
}

static place below(place in, const char *name) {
    for (size_t i = 0; i < sizeof groups / sizeof groups[0]; i++)
        if (groups[i].in == in && (!groups[i].name || !strcmp(groups[i].name, name))) return groups[i].to;
    return OTHER;
}

static void begin_image(dm_image *image) {
    memset(image, 0, sizeof *image);
    image->type = image->volt = image->camera_mm = image->order_swapped = NAN;
    for (int i = 0; i <= DM_DIMENSIONS; i++) image->scale[i] = NAN;
}

/* Pictures for display have colours: they are passed over. */
static void end_image(walker *w) {
    if (w->image.dimensions >= 2 && vitro_dm_type(w->image.type) && w->image.data_bytes > w->best.data_bytes) w->best = w->image;
}

static bool take_group(walker *w, place in, int depth) {
    int64_t tags, kind, length;
    if (depth > MAX_DEPTH) return refuse(w, "groups of tags within each other", depth);
    if (!step(w, 2) || !take_integer(w, w->width, &tags)) return false;
    for (int64_t i = 0; i < tags; i++) {
        char name[MAX_NAME] = "";
        if (!take_integer(w, 1, &kind) || !take_integer(w, 2, &length)) return false;
        const uint8_t *letters = take(w, length);
        if (!letters || (w->width == 8 && !step(w, 8))) return false;
        if (length < MAX_NAME) memcpy(name, letters, (size_t)length);
        if (kind != 20 && kind != 21) return refuse(w, "a tag of unknown kind", kind);
        place inside = below(in, name);
        if (kind == 20 && inside == IMAGE) begin_image(&w->image);
        if (kind == 20 && inside == AXIS && w->image.calibrations <= DM_DIMENSIONS + 1) w->image.calibrations++;
        if (kind == 20 ? !take_group(w, inside, depth + 1) : !take_value(w, in, name)) return false;
        if (kind == 20 && inside == IMAGE) end_image(w);
    }
    return true;
}

static bool take_file(walker *w) {
    int64_t version, length, little;
    if (!take_integer(w, 4, &version)) return false;
    if (version != 3 && version != 4) return refuse(w, "a version that is neither 3 nor 4", version);
    w->width = version == 4 ? 8 : 4;
    if (!take_integer(w, w->width, &length) || !take_integer(w, 4, &little)) return false;
    if (little > 1) return refuse(w, "a byte order that is neither 0 nor 1", little);
    w->big_endian = !little;
    return take_group(w, ROOT, 0);
}

int vitro_dm_type(double type) {
    static const int8_t types[] = {[1] = VITRO_I16, [2] = VITRO_F32, [6] = VITRO_U8,   [7] = VITRO_I32,  [9] = VITRO_I8,  [10] = VITRO_U16,
                                   [11] = VITRO_U32, [12] = VITRO_F64, [14] = VITRO_U8, [39] = VITRO_I64, [40] = VITRO_U64};
    return type >= 0 && type < (double)sizeof types ? types[(int)type] : 0;
}

vitro_status vitro_dm_read(const uint8_t *bytes, size_t n, const int64_t *pieces, int count, int64_t file_bytes, dm_image *image,
                           bool *big_endian, int64_t *missing) {
    walker w = {.bytes = bytes, .pieces = pieces, .count = count, .file_bytes = file_bytes, .missing = -1};
    int64_t left = (int64_t)n;
    for (int i = 0; i < count; left -= pieces[2 * i + 1], i++)
        if (pieces[2 * i] < 0 || pieces[2 * i + 1] < 0 || pieces[2 * i + 1] > left || pieces[2 * i] > file_bytes - pieces[2 * i + 1])
            return vitro_fail(VITRO_ARGUMENT, "DM: piece %d, %lld bytes from byte %lld, is not in the file or not among the bytes given", i,
                              (long long)pieces[2 * i + 1], (long long)pieces[2 * i]);
    begin_image(&w.image);
    begin_image(&w.best);
    take_file(&w);
    *missing = w.missing;
    *image = w.best;
    *big_endian = w.big_endian;
    return w.status;
}
