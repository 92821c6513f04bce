/* Curves of the positions of a region: mean, standard deviation, and the mean's standard error.
 *
 * Neighbouring positions of a scan are alike: probes overlap, and so do structures. The error is therefore that of the means of square blocks of
 * positions, as large as leaves enough of them; correlation over less than a block is in it.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "error.h"

enum { ENOUGH_BLOCKS = 20 };

/* Numbers blocks of side x side positions by the first position met in each; returns how many, -1 without memory. */
static int64_t number_blocks(const int64_t *position, int64_t n, int scan_x, int64_t side, int64_t *block) {
    int64_t columns = (scan_x + side - 1) / side, last = 0, count = 0;
    for (int64_t i = 0; i < n; i++) last = position[i] > last ? position[i] : last;
    int64_t cells = columns * (last / scan_x / side + 1);
    int64_t *number = vitro_calloc((size_t)cells, sizeof *number);
    if (!number) return -1;
    for (int64_t i = 0; i < n; i++) {
        int64_t cell = position[i] / scan_x / side * columns + position[i] % scan_x / side;
        if (number[cell] == 0) number[cell] = ++count;
        block[i] = number[cell] - 1;
    }
    free(number);
    return count;
}

vitro_status vitro_region_blocks(const int64_t *position, int64_t n, int scan_x, int64_t *block, int64_t side_and_count[2]) {
    if (n < 1 || scan_x < 1 ) return vitro_fail(VITRO_ARGUMENT, "a region of %lld positions in a scan of %d columns", (long long)n, scan_x);
    for (int64_t i = 0; i < n; i++)
        if (position[i] < 0 || position[i] > (int64_t)1 << 40) return vitro_fail(VITRO_ARGUMENT, "position %lld of a scan", (long long)position[i]);
    int64_t largest = (int64_t)fmin(scan_x, sqrt((double)n / ENOUGH_BLOCKS) * 4) + 1;
    for (int64_t s = largest; s >= 1; s--) {
        int64_t count = number_blocks(position, n, scan_x, s, block);
        if (count < 0) return VITRO_MEMORY;
        if (count < ENOUGH_BLOCKS && s > 1) continue;
        side_and_count[0] = s;
        side_and_count[1] = count;
        break;
    }
    return VITRO_OK;
}

/* Sums of one point of all curves by block. */
typedef struct {
    double *sum, *count; /* [blocks] */
    double all, numbers, square;
} block_sums;

static void add_up(const float *value, int64_t n, const int64_t *block, int64_t blocks, block_sums *s) {
    memset(s->sum, 0, 2 * sizeof(double) * (size_t)blocks);
    s->all = s->numbers = s->square = 0;
    for (int64_t i = 0; i < n; i++) {
        if (!isfinite(value[i])) continue;
        s->sum[block[i]] += value[i];
        s->count[block[i]]++;
    }
    for (int64_t b = 0; b < blocks; b++) {
        s->all += s->sum[b];
        s->numbers += s->count[b];
    }
    for (int64_t i = 0; i < n; i++) {
        double d = value[i] - s->all / s->numbers;
        if (isfinite(value[i])) s->square += d * d;
    }
}

/* From the blocks' means about the mean, each by its share w of the positions; independent positions give exactly their sd / sqrt(n). Student's spread
 * of few blocks is allowed for to first order. */
static double standard_error(const block_sums *s, int64_t blocks) {
    double sum = 0, shares = 0, mean = s->all / s->numbers;
    int64_t used = 0;
    for (int64_t b = 0; b < blocks; b++) {
        if (s->count[b] == 0) continue;
        double share = s->count[b] / s->numbers, d = s->sum[b] / s->count[b] - mean;
        sum += share * share * d * d;
        shares += share * share;
        used++;
    }
    return used < 2 ? NAN : sqrt(sum / (1 - shares)) * (1 + 0.5 / (double)(used - 1));
}

vitro_status vitro_region_statistics(const float *curves, int depth, int64_t n, const int64_t *block, int64_t blocks, double *out) {
    if (depth < 1 || n < 1 || blocks < 1) return vitro_fail(VITRO_ARGUMENT, "%lld curves of %d points in %lld blocks", (long long)n, depth, (long long)blocks);
    for (int64_t i = 0; i < n; i++)
        if (block[i] < 0 || block[i] >= blocks) return vitro_fail(VITRO_ARGUMENT, "block %lld of %lld", (long long)block[i], (long long)blocks);
    block_sums s = {.sum = vitro_alloc((size_t)blocks, 2 * sizeof(double))};
    if (!s.sum) return VITRO_MEMORY;
    s.count = s.sum + blocks;
    for (int z = 0; z < depth; z++) {
        add_up(curves + z * n, n, block, blocks, &s);
        out[VITRO_REGION_MEAN * depth + z] = s.numbers > 0 ? s.all / s.numbers : NAN;
        out[VITRO_REGION_DEVIATION * depth + z] = s.numbers > 1 ? sqrt(s.square / (s.numbers - 1)) : NAN;
        out[VITRO_REGION_ERROR * depth + z] = standard_error(&s, blocks);
        out[VITRO_REGION_COUNT * depth + z] = s.numbers;
        for (int64_t b = 0; b < blocks; b++) out[(VITRO_REGION_FIELDS + b) * depth + z] = (s.all - s.sum[b]) / (s.numbers - s.count[b]);
    }
    free(s.sum);
    return VITRO_OK;
}
