/* A peak's numbers by each model, and how they depend on the values.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef VITRO_PEAK_MODELS_H
#define VITRO_PEAK_MODELS_H

#include "peak_fit.h"

/* In the window's coordinate and the curves' own scale; room->residual and room->gain are filled too. */
typedef struct {
    double position[PEAK_LANES], height[PEAK_LANES], width[PEAK_LANES], area[PEAK_LANES]; /* width: standard deviation */
} peak_numbers;

/* Residuals are the Gaussian's for every model: a parabola looks at the top only, moments leave none. Gain = derivative of the position by each
 * value. Both of weighted and scaled values. */
void peak_measure(peak_room *room, peak_group *group, peak_numbers *out);

#endif
