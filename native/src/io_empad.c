/* EMPAD (Thermo Fisher): a raw file of 130 x 128 float32 frames, the last two rows of each being
 * readings of the electronics, and an XML file beside it.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "io_layout.h"

#include <math.h>

enum { SIDE = 128, STORED_ROWS = 130 };

static double number_in(vitro_text xml, const char *tag) { return vitro_text_number(vitro_text_after(xml, tag)); }

static bool both(vitro_text text, const char *x_key, const char *y_key, int64_t *x, int64_t *y) {
    return vitro_text_integer(vitro_text_after(text, x_key), x) && vitro_text_integer(vitro_text_after(text, y_key), y) && *x > 0 && *y > 0;
}

/* What may tell the scan shape, the surest first: 'pix_x' of old versions, the raw file's name, the resolution of the acquisition, that of the
 * search, which some versions use, and that of versions that know only one. */
static bool candidate(vitro_text xml, int i, int64_t *x, int64_t *y) {
    static const char *const modes[] = {"<scan_parameters mode=\"acquire\">", "<scan_parameters mode=\"search\">", "<scan_parameters>"};
    if (i == 0) return both(xml, "<pix_x>", "<pix_y>", x, y);
    if (i == 1) return both(vitro_text_before(vitro_text_after(xml, "<raw_file"), ">"), "scan_x", "_y", x, y);
    return both(vitro_text_before(vitro_text_after(xml, modes[i - 2]), "</scan_parameters>"), "<scan_resolution_x>", "<scan_resolution_y>", x, y);
}

/* The first candidate that has as many patterns as there are, else the first of all. */
static void scan_shape(vitro_text xml, vitro_layout *layout) {
    int64_t x = 0, y = 0;
    if (vitro_text_integer(vitro_text_after(xml, "<count>"), &x) || vitro_text_integer(vitro_text_after(xml, "<series_count>"), &x)) {
        layout->scan_x = x;
        layout->scan_y = x > 0;
        return;
    }
    for (int i = 0; i < 5; i++) {
        bool fits = candidate(xml, i, &x, &y) && x <= INT32_MAX && y <= INT32_MAX && x * y == layout->frames;
        if (!fits && (layout->scan_x > 0 || !candidate(xml, i, &x, &y))) continue;
        layout->scan_x = x;
        layout->scan_y = y;
        if (fits) return;
    }
}

/* Full field of view at this magnification (m), times the part of it that was scanned, over the scan's columns. */
static double scan_step_nm(vitro_text xml, int64_t scan_x) {
    vitro_text acquire = vitro_text_before(vitro_text_after(xml, "<scan_parameters mode=\"acquire\">"), "</scan_parameters>");
    double field = vitro_text_number(vitro_text_after(xml, "<optics.get_full_scan_field_of_view>["));
    vitro_text newer = vitro_text_before(vitro_text_after(xml, "<full_scan_field_of_view>"), "</full_scan_field_of_view>");
    if (isnan(field)) field = number_in(newer, "<x>");
    return scan_x > 0 ? 1e9 * field * number_in(acquire, "<scan_size>") / (double)scan_x : NAN;
}

static void read_metadata(vitro_text xml, int64_t scan_x, vitro_metadata *meta) {
    double volt = number_in(xml, "<source.get_voltage>");
    if (isnan(volt)) volt = number_in(xml, "<high_voltage>");
    double camera = number_in(xml, "<optics.get_cameralength>");
    if (isnan(camera)) camera = number_in(xml, "<nominal_camera_length>");
    meta->voltage_kv = volt > 0 ? 1e-3 * volt : NAN;
    meta->q_per_px = number_in(xml, "<calibrated_diffraction_angle>") / vitro_wavelength(meta->voltage_kv);
    meta->scan_step_nm = scan_step_nm(xml, scan_x);
    meta->camera_length_mm = 1e3 * camera;
    meta->exposure_ms = number_in(xml, "<exposure_time>");
    double rotation = number_in(xml, "<column.get_scanrotation>"); /* radians */
    meta->rotation_deg = (isnan(rotation) ? number_in(xml, "<scan_rotation>") : rotation) * 57.295779513082323;
}

vitro_status vitro_layout_empad(const char *xml, size_t xml_n, int64_t file_bytes, vitro_layout *layout, vitro_metadata *meta) {
    vitro_layout empad;
    vitro_metadata found;
    if (xml_n == 0) xml = NULL;
    vitro_text text = {xml, xml ? xml + xml_n : NULL};
    vitro_layout_clear(&empad, &found);
    empad.type = VITRO_F32;
    empad.width = empad.height = SIDE;
    empad.row_stride = SIDE * 4;
    empad.frame_stride = STORED_ROWS * SIDE * 4;
    if (xml && !vitro_text_after(text, "<raw_file").begin)
        return vitro_fail(VITRO_FORMAT, "EMPAD: the xml file (%zu bytes) names no raw file: it is not of an EMPAD, or cut off", xml_n);
    vitro_status status = vitro_layout_count(&empad, file_bytes, "EMPAD");
    if (status) return status;
    if (xml) {
        scan_shape(text, &empad);
        read_metadata(text, empad.scan_x, &found);
        if (empad.scan_x > 0) found.announced_frames = (double)empad.scan_x * (double)empad.scan_y;
    }
    *layout = empad;
    if (meta) *meta = found;
    return VITRO_OK;
}
