/* Sums whose rounding error is carried along (Knuth's two-sum), so that their order does not matter.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef VITRO_EXACT_SUM_H
#define VITRO_EXACT_SUM_H

static inline void add_exactly(double *sum, double *error, double value) {
    double total = *sum + value, back = total - *sum;
    *error += (*sum - (total - back)) + (value - back);
    *sum = total;
}

#endif
