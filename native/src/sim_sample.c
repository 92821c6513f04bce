/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "error.h"
#define NOT_YET return vitro_fail(VITRO_STATE, "not there yet")
vitro_status vitro_sample_defaults(vitro_sample_options *o) { (void)o; NOT_YET; }
vitro_status vitro_sample_new(const vitro_sample_options *o, vitro_sample **s) { (void)o; (void)s; NOT_YET; }
void vitro_sample_free(vitro_sample *s) { (void)s; }
vitro_status vitro_sample_frames(const vitro_sample *s, int64_t f, int64_t n, uint16_t *o) { (void)s; (void)f; (void)n; (void)o; NOT_YET; }
vitro_status vitro_sample_truth(const vitro_sample *s, float *a, float *b) { (void)s; (void)a; (void)b; NOT_YET; }
vitro_status vitro_sample_calibration(const vitro_sample *s, double o[8]) { (void)s; (void)o; NOT_YET; }
