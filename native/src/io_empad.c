/* EMPAD (Thermo Fisher): a raw file of 130 x 128 float32 frames, the last two rows of each being
 * readings of the electronics, and an XML file beside it.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "io_layout.h"

#include <math.h>

enum { SIDE = 128, STORED_ROWS = 130 };

static double number_in(vitro_text xml, const char *tag) { return vitro_text_number(vitro_text_after(xml, tag)); }

/* 'pix_x' of old versions, the resolution of the acquisition of new ones, or the count of a series. */
static void scan_shape(vitro_text xml, vitro_layout *layout) {
    vitro_text acquire = vitro_text_before(vitro_text_after(xml, "<scan_parameters mode=\"acquire\">"), "</scan_parameters>");
    int64_t x = 0, y = 0;
    if (vitro_text_integer(vitro_text_after(xml, "<count>"), &x) ||
        vitro_text_integer(vitro_text_after(xml, "<series_count>"), &x))
        y = 1;
    else if (!vitro_text_integer(vitro_text_after(xml, "<pix_x>"), &x) || !vitro_text_integer(vitro_text_after(xml, "<pix_y>"), &y)) {
        if (!vitro_text_integer(vitro_text_after(acquire, "<scan_resolution_x>"), &x)) x = 0;
        if (!vitro_text_integer(vitro_text_after(acquire, "<scan_resolution_y>"), &y)) y = 0;
    }
    layout->scan_x = y > 0 ? x : 0;
    layout->scan_y = x > 0 ? y : 0;
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
