/* DM3 and DM4: which axes are the detector's, and where the patterns lie. SPDX-License-Identifier: GPL-3.0-or-later */
#include "io_dm.h"

#include <math.h>
#include <string.h>

/* 1/Angstrom of a unit of the detector's axes; NaN = not one. */
static double reciprocal(const char *unit, double kilovolt) {
    if (!strcmp(unit, "1/nm") || !strcmp(unit, "nm^-1")) return 0.1;
    if (!strcmp(unit, "1/A") || !strcmp(unit, "1/?") || !strcmp(unit, "A^-1")) return 1; /* '?' is the ring on the A */
    if (!strcmp(unit, "mrad")) return 1e-3 / vitro_wavelength(kilovolt);
    if (!strcmp(unit, "rad")) return 1 / vitro_wavelength(kilovolt);
    return NAN;
}

static bool is_reciprocal(const char *unit) { return !isnan(reciprocal(unit, 200)); }

static double nanometres(const char *unit) {
    if (!strcmp(unit, "nm")) return 1;
    if (!strcmp(unit, "um") || !strcmp(unit, "?m")) return 1e3; /* '?' is the Greek letter */
    if (!strcmp(unit, "A") || !strcmp(unit, "?")) return 0.1;
    return !strcmp(unit, "pm") ? 1e-3 : NAN;
}

/* The scale of two axes if they agree to 1 %. */
static double common(double x, double y) { return fabs(x - y) <= 0.01 * fabs(x) ? x : NAN; }

/* detector, scan: the first of their axes. */
static void read_metadata(const dm_image *image, int detector, int scan, vitro_metadata *meta) {
    const double *scale = image->scale;
    int scan_y = image->dimensions == 4 ? scan + 1 : scan;
    meta->voltage_kv = image->volt > 0 ? 1e-3 * image->volt : NAN;
    meta->camera_length_mm = image->camera_mm > 0 ? image->camera_mm : NAN;
    meta->q_per_px = common(scale[detector] * reciprocal(image->unit[detector], meta->voltage_kv),
                            scale[detector + 1] * reciprocal(image->unit[detector + 1], meta->voltage_kv));
    if (image->dimensions > 2)
        meta->scan_step_nm = common(scale[scan] * nanometres(image->unit[scan]), scale[scan_y] * nanometres(image->unit[scan_y]));
}

/* Newer files of Gatan's have the detector's axes first and say 'Data Order Swapped'; older ones have the scan first and say
 * nothing. Where nothing is said the units tell. */
static bool detector_is_first(const dm_image *image) {
    bool swapped = image->dimensions == 4 && !isnan(image->order_swapped);
    return swapped ? image->order_swapped == 1 : is_reciprocal(image->unit[0]);
}

static bool scan_is_first(const dm_image *image) {
    bool said = image->order_swapped == 0 || is_reciprocal(image->unit[image->dimensions - 1]);
    return image->dimensions > 2 && !detector_is_first(image) && said;
}

static vitro_status check_order(const dm_image *image) {
    const double *size = image->size;
    if (!strcmp(image->format, "Spectrum image"))
        return vitro_fail(VITRO_FORMAT, "DM: a spectrum image of %d dimensions (%.0f x %.0f ...), not diffraction patterns", image->dimensions,
                          size[0], size[1]);
    if (image->dimensions < 4 || detector_is_first(image) || scan_is_first(image)) return VITRO_OK;
    return vitro_fail(VITRO_FORMAT,
                      "DM: of the axes %.0f x %.0f x %.0f x %.0f the file does not say which are the detector's. If %.0f x %.0f is the detector, open it as "
                      "plain raw with detector_x=%.0f detector_y=%.0f offset=%lld; else give the axes their units (1/nm, nm) and save it again",
                      size[0], size[1], size[2], size[3], size[0], size[1], size[0], size[1], (long long)image->data_at);
}

static vitro_status check_image(const dm_image *image) {
    double pixels = 1;
    if (image->data_bytes < 1) return vitro_fail(VITRO_FORMAT, "DM: no image of numbers in the file; colours and complex numbers cannot be read");
    if (image->dimensions > DM_DIMENSIONS)
        return vitro_fail(VITRO_FORMAT, "DM: an image of more than %d dimensions cannot be read", DM_DIMENSIONS);
    for (int i = 0; i < image->dimensions; i++) {
        if (!(image->size[i] >= 1 && image->size[i] <= INT32_MAX && image->size[i] == floor(image->size[i])))
            return vitro_fail(VITRO_FORMAT, "DM: dimension %d of the image has a size of %g", i, image->size[i]);
        pixels *= image->size[i];
    }
    if (pixels * vitro_type_bytes(vitro_dm_type(image->type)) != (double)image->data_bytes)
        return vitro_fail(VITRO_FORMAT, "DM: an image of %.0f pixels of %d bytes should not have %lld bytes", pixels,
                          vitro_type_bytes(vitro_dm_type(image->type)), (long long)image->data_bytes);
    return check_order(image);
}

static vitro_status detector_first(const dm_image *image, vitro_layout *dm) {
    dm->width = (int64_t)image->size[0];
    dm->height = (int64_t)image->size[1];
    dm->row_stride = vitro_stored_row_bytes(dm);
    if (dm->row_stride < 1 || dm->height > VITRO_MAX_PIXELS / dm->width) return vitro_layout_check(dm, "DM");
    dm->frame_stride = vitro_stored_frame_bytes(dm);
    vitro_status status = vitro_layout_count(dm, image->data_at + image->data_bytes, "DM");
    if (status == VITRO_OK && image->dimensions == 4) {
        dm->scan_x = (int64_t)image->size[2];
        dm->scan_y = (int64_t)image->size[3];
    }
    return status;
}

static vitro_status scan_first(const dm_image *image, vitro_layout *dm) {
    int detector = image->dimensions - 2;
    dm->scan_x = (int64_t)image->size[0];
    dm->scan_y = detector == 2 ? (int64_t)image->size[1] : 1;
    dm->width = (int64_t)image->size[detector];
    dm->height = (int64_t)image->size[detector + 1];
    return vitro_scattered_layout(dm, false, image->data_at + image->data_bytes, "DM");
}

vitro_status vitro_layout_dm(const uint8_t *bytes, size_t n, const int64_t *pieces, int count, int64_t file_bytes, vitro_layout *layout,
                             vitro_metadata *meta, int64_t *missing) {
    vitro_layout dm;
    vitro_metadata found;
    dm_image image;
    bool big_endian;
    int64_t next;
    vitro_layout_clear(&dm, &found);
    vitro_status status = vitro_dm_read(bytes, n, pieces, count, file_bytes, &image, &big_endian, &next);
    if (status == VITRO_OK && next >= 0) {
        *missing = next;
        return VITRO_OK;
    }
    if (status == VITRO_OK) status = check_image(&image);
    if (status) return status;
    dm.type = vitro_dm_type(image.type);
    dm.big_endian = big_endian;
    dm.offset = image.data_at;
    bool scan = scan_is_first(&image);
    status = scan ? scan_first(&image, &dm) : detector_first(&image, &dm);
    if (status) return status;
    read_metadata(&image, scan ? image.dimensions - 2 : 0, scan ? 0 : 2, &found);
    *layout = dm;
    if (meta) *meta = found;
    *missing = -1;
    return VITRO_OK;
}
