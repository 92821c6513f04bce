/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The strain of a shear band with Eshelby inclusions on it, after what is seen in metallic glasses:
 * one side of the band compressed along it and the other in tension, the band dilated, and on it
 * inclusions, stretched across the band, that sit in quadrupolar fields, with compression between them.
 * Axes of the band: x along it, y across; nm.
 */
#include <math.h>

#include "sim_sample.h"

#define BAND_DEG 20.0      /* counter-clockwise from the scan's x axis */
#define BAND_HALF_NM 9.0   /* of the dilated band */

static const double inclusions[] = {-235, -132, -38, 71, 158, 251}; /* nm along the band */
enum { INCLUSIONS = sizeof inclusions / sizeof *inclusions };

/* Closed form outside: J. D. Eshelby, Proc. R. Soc. A 241 (1957) 376; the two-dimensional case from the potentials
 * phi = A a^2 / z, psi = A a^4 / z^3 + C a^2 / z. The probe smooths the step at the rim. */
void sim_add_inclusion(double x, double y, double swelling, double stretch, double e[3]) {
    const double kappa = 3 - 4 * SIM_POISSON_RATIO, a_coefficient = -stretch / kappa;
    double r2 = (x * x + y * y) / (SIM_CORE_NM * SIM_CORE_NM), outside = r2 * r2 * r2 / (1 + r2 * r2 * r2);
    double half_trace = swelling * (1 - outside), deviator = -stretch * (1 - outside), shear = 0;
    if (r2 > 1e-6) {
        double c2 = (x * x - y * y) / (x * x + y * y), s2 = 2 * x * y / (x * x + y * y);
        double c4 = c2 * c2 - s2 * s2, s4 = 2 * c2 * s2, near = a_coefficient * (3 / r2 - 2);
        half_trace += outside * (1 - kappa) * a_coefficient * c2 / r2;
        deviator += outside * (near * c4 - swelling * c2) / r2;
        shear += outside * (near * s4 - swelling * s2) / r2;
    }
    e[0] += half_trace + deviator;
    e[1] += shear;
    e[2] += half_trace - deviator;
}

/* Strain in the band's axes. */
static void band_frame(double x, double y, double e[3]) {
    double inside = exp(-y * y / (2 * BAND_HALF_NM * BAND_HALF_NM));
    e[0] = 0.0045 * tanh(y / 6) * exp(-fabs(y) / 110) + 0.001 * inside;
    e[1] = 0.002 * inside;
    e[2] = -0.0015 * tanh(y / 6) * exp(-fabs(y) / 110) - 0.0025 * inside;
    for (int i = 0; i < INCLUSIONS; i++)
        sim_add_inclusion(x - inclusions[i], y, 0.005, 0.009, e);
}

void sim_band_strain(double x_nm, double y_nm, double e[3]) {
    const double angle = BAND_DEG * acos(-1) / 180, c = cos(angle), s = sin(angle);
    double f[3];
    band_frame(c * x_nm + s * y_nm, c * y_nm - s * x_nm, f);
    e[0] = c * c * f[0] - 2 * c * s * f[1] + s * s * f[2];
    e[1] = c * s * (f[0] - f[2]) + (c * c - s * s) * f[1];
    e[2] = s * s * f[0] + 2 * c * s * f[1] + c * c * f[2];
}

void sim_band_at(const vitro_sample *sample, double x_nm, double y_nm, sim_place *place) {
    double strain[3], scale = sample->options.strain_scale;
    sim_band_strain(x_nm, y_nm, strain);
    place->V[0] += scale * strain[0];
    place->V[1] += scale * strain[1];
    place->V[2] += scale * strain[2];
}
