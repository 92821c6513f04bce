/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Electron scattering factors of the elements.
 */
#ifndef VITRO_SCATTERING_H
#define VITRO_SCATTERING_H

#include <stddef.h>

enum { SCATTERING_ELEMENTS = 103 };

/* f_e(q) = sum_i a_i / (q^2 + b_i) + sum_i c_i exp(-d_i q^2) in Angstrom, q = 1/d in 1/Angstrom;
 * i = 1..3, kirkland = a1 b1 a2 b2 a3 b3 c1 d1 c2 d2 c3 d3. */
typedef struct {
    char symbol[3];
    double kirkland[12];
} scattering_element;

/* In the order of the atomic number, hydrogen first. */
extern const scattering_element scattering_table[SCATTERING_ELEMENTS];

/* f_e(q) = sum_i a_i (2 + b_i q^2) / (1 + b_i q^2)^2, i = 1..5; a1 b1 ... a5 b5 for each element. */
extern const double scattering_lobato[SCATTERING_ELEMENTS][10];

/* Index of the element whose symbol is the n characters, or -1. */
int scattering_index(const char *symbol, size_t n);

/* Kirkland's f_e of an element at q squared. */
double scattering_kirkland(int element, double q2);

#endif
