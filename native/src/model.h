/* Atoms of a structure model.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef VITRO_MODEL_H
#define VITRO_MODEL_H

#include "error.h"

typedef struct {
    double at[3]; /* Angstrom */
    int element;  /* index into scattering_table */
} model_atom;

struct vitro_model {
    int64_t atoms;
    model_atom *atom;
    double box[3]; /* Angstrom; 0 = not periodic */
};

#endif
