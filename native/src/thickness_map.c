/* Thickness from energy-filtered images, and the density contrast of a HAADF image.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include <math.h>

#include "error.h"

static int is_measured(double value) { return isfinite(value) && value > 0; }

/* Mean of signal / thickness over the positions that have both, by which the contrast is normalised. */
static double mean_density(const float *haadf, const float *relative, int64_t n) {
    double sum = 0, count = 0;
    for (int64_t i = 0; i < n; i++)
        if (isfinite(haadf[i]) && is_measured(relative[i])) {
            sum += (double)haadf[i] / relative[i];
            count++;
        }
    return count > 0 ? sum / count : NAN;
}

vitro_status vitro_thickness(const float *total, const float *zero_loss, const float *haadf, int64_t n, double mean_free_path, float *relative,
                             float *thickness, float *contrast) {
    if (n < 1 || (thickness && !is_measured(mean_free_path)))
        return vitro_fail(VITRO_ARGUMENT, "thickness of %lld positions with a mean free path of %g nm", (long long)n, mean_free_path);
    int64_t good = 0;
    for (int64_t i = 0; i < n; i++) {
        int both = is_measured(total[i]) && is_measured(zero_loss[i]);
        good += both;
        relative[i] = both ? (float)log((double)total[i] / zero_loss[i]) : NAN;
        if (thickness) thickness[i] = (float)(mean_free_path * relative[i]);
    }
    if (!good) return vitro_fail(VITRO_DATA, "none of the %lld positions has both a total and a zero-loss intensity above 0", (long long)n);
    if (!contrast) return VITRO_OK;
    double mean = mean_density(haadf, relative, n);
    if (!is_measured(mean))
        return vitro_fail(VITRO_DATA, "the HAADF signal over the thickness is %g on average: there is no positive signal where the thickness is above 0", mean);
    for (int64_t i = 0; i < n; i++) contrast[i] = is_measured(relative[i]) ? (float)(100 * ((double)haadf[i] / relative[i] / mean - 1)) : NAN;
    return VITRO_OK;
}
