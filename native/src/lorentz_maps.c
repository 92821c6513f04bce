/* Magnetic induction from the direct beam's deflection, and its coupling to strain.
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * S. Kang, thesis, TU Darmstadt 2023, chapter 8. A specimen of thickness t deflects the beam by beta = e lambda B t / h, in reciprocal
 * space by beta / lambda = e B t / h whatever the voltage. The electrons fly away from the viewer: the force is e v (-By, Bx), x right, y up.
 */
#include <math.h>

#include "error.h"
#include "scan_frame.h"

/* h / e in T nm / (1/Angstrom): 4.135667696e-15 V s, 1 nm = 1e-9 m, 1/Angstrom = 1e10 1/m. */
static const double H_OVER_E = 4.135667696e-15 * 1e10 * 1e9;
static const double PI = 3.14159265358979323846;

static vitro_status check_induction(const vitro_induction_options *o, int64_t n) {
    if (!(o->thickness_nm > 0 && isfinite(o->thickness_nm)))
        return vitro_fail(VITRO_ARGUMENT, "a thickness of %g nm: the induction needs the specimen's thickness, above 0", o->thickness_nm);
    if (!(o->q_per_px > 0 && isfinite(o->q_per_px)))
        return vitro_fail(VITRO_ARGUMENT, "a scale of %g 1/Angstrom a pixel: the induction needs the pattern's scale, above 0", o->q_per_px);
    return n > 0 ? VITRO_OK : vitro_fail(VITRO_ARGUMENT, "a map of %lld positions", (long long)n);
}

vitro_status vitro_induction(const vitro_induction_options *o, const float *beam, const float *zero, int64_t n, float *out) {
    vitro_status status = check_induction(o, n);
    if (status != VITRO_OK) return status;
    scan_frame frame = scan_frame_of(o->flip, o->rotation_deg);
    double tesla = H_OVER_E * o->q_per_px / o->thickness_nm; /* of one pixel */
    for (int64_t i = 0; i < n; i++) {
        const double d[2] = {(double)beam[i] - zero[i], (double)beam[n + i] - zero[n + i]};
        double v[2];
        scan_frame_turn(&frame, d, v);
        double bx = v[1] * tesla, by = -v[0] * tesla;
        out[i] = (float)bx;
        out[n + i] = (float)by;
        out[2 * n + i] = (float)hypot(bx, by);
        out[3 * n + i] = scan_frame_angle(bx, by);
        out[4 * n + i] = (float)(hypot(beam[2 * n + i], zero[2 * n + i]) * tesla);
    }
    return VITRO_OK;
}

vitro_status vitro_magnetoelastic(const vitro_magnetoelastic_options *o, const float *induction, const float *e_1, const float *e_2,
                                  const float *angle_1, int64_t n, float *angle, float *energy) {
    if (!(fabs(o->lambda_s) <= 0.01))
        return vitro_fail(VITRO_ARGUMENT, "a magnetostriction of %g: it is a fraction such as 25e-6, at most 0.01", o->lambda_s);
    if (!(o->young_gpa > 0 && isfinite(o->young_gpa)) || !(o->poisson > -1 && o->poisson <= 0.5))
        return vitro_fail(VITRO_ARGUMENT, "Young's modulus %g GPa must be above 0, Poisson's ratio %g above -1 and at most 0.5", o->young_gpa, o->poisson);
    double stiffness = o->young_gpa * 1e6 / 100 / (1 - o->poisson * o->poisson); /* kPa for a percent, plane stress */
    for (int64_t i = 0; i < n; i++) {
        double between = atan2(induction[n + i], induction[i]) - angle_1[i] * PI / 180;
        double c = cos(between) * cos(between), s_1 = stiffness * (e_1[i] + o->poisson * e_2[i]), s_2 = stiffness * (e_2[i] + o->poisson * e_1[i]);
        angle[i] = (float)(acos(fabs(cos(between))) * 180 / PI);
        energy[i] = (float)(-1.5 * o->lambda_s * (s_1 * c + s_2 * (1 - c)));
    }
    return VITRO_OK;
}
