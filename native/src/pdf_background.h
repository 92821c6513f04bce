/* The smooth background of phi(q).
 * SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef VITRO_PDF_BACKGROUND_H
#define VITRO_PDF_BACKGROUND_H

#include "error.h"

/* A polynomial of an order >= 1 without constant term at ascending q[bins], P(q[z]) = sum over k of c_k basis[z][k]; its coefficients for any phi are
 * c_k = sum over z of measure[z][k] phi[z]. shortest as in vitro_pdf_options. */
vitro_status pdf_background(const double *q, int bins, int order, double shortest, double *basis, double *measure);

#endif
