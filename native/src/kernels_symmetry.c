/* Compiled once for each instruction set with -DVITRO_KERNELS=baseline, avx2 or avx512.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "kernels_symmetry.h"

#include "vec.h"

#define JOIN2(a, b) a##b
#define JOIN(a, b) JOIN2(a, b)

/* Pixels in flight: as many as there are registers for. */
enum { FLIGHT = VEC == 16 ? 4 : 2 };

static inline ivec load_places(const int32_t *place) {
    ivec at;
    __builtin_memcpy(&at, place, sizeof at);
    return at;
}

static inline vec lookup(const symmetry_table *t, const float *center, ivec at) {
    ivec dx = (at << 16) >> 16, dy = (at - dx) >> 16;
    return vec_lookup(center, dy * t->stride + dx);
}

typedef struct {
    vec value, cosine, sine, distance; /* value 0 where the annulus has no more pixels */
} polar;

/* Value 1 where the centre has no image. */
static inline __attribute__((always_inline)) polar polar_pixel(const symmetry_table *t, const symmetry_center *center, const int32_t *place, vec radius) {
    ivec at = load_places(place), dx = (at << 16) >> 16, dy = (at - dx) >> 16;
    vec x = __builtin_convertvector(dx, vec) - center->fx, y = __builtin_convertvector(dy, vec) - center->fy;
    vec u = t->ellipse[0] * x + t->ellipse[1] * y, v = t->ellipse[1] * x + t->ellipse[2] * y;
    vec r = vec_root(vec_max(u * u + v * v, vec_all(0.0625f))), inverse = vec_inverse(r);
    vec used = -__builtin_convertvector(at != 0, vec);
    return (polar){center->pixel ? used * lookup(t, center->pixel, at) : used, u * inverse, v * inverse, r - radius};
}

/* By Chebyshev's recurrence, f(n + 1) = 2 cos phi f(n) - f(n - 1) for f = cos n phi and sin n phi, each times the pixel. slope and bend may be
 * NULL; bend goes to half the order. */
static inline __attribute__((always_inline)) void accumulate(const symmetry_table *t, int group, const symmetry_center *center, int sub, int order,
                                                             symmetry_row *sum, symmetry_row *slope, symmetry_row *bend) {
    vec a[SYMMETRY_SUMS] = {{0}}, b[SYMMETRY_SUMS] = {{0}}, c[SYMMETRY_ROWS] = {{0}}, radius;
    for (int l = 0; l < VEC; l++) radius[l] = t->r_first + (float)(group * SYMMETRY_LANES + sub + l);
    for (int i = t->first[group]; i < t->first[group + 1]; i += FLIGHT) {
        vec twice[FLIGHT], even[FLIGHT], even_before[FLIGHT], odd[FLIGHT], odd_before[FLIGHT], d[FLIGHT], d2[FLIGHT];
        for (int k = 0; k < FLIGHT; k++) {
            polar p = polar_pixel(t, center, t->place + (size_t)(i + k) * SYMMETRY_LANES + sub, radius);
            twice[k] = 2 * p.cosine;
            even_before[k] = p.value, odd_before[k] = (vec){0};
            even[k] = p.value * p.cosine, odd[k] = p.value * p.sine;
            d[k] = p.distance, d2[k] = 0.5f * p.distance * p.distance;
            a[0] += p.value;
            if (slope) b[0] += d[k] * p.value, c[0] += d2[k] * p.value;
        }
        for (int n = 1; n <= order; n++) {
            vec even_sum = even[0], odd_sum = odd[0];
            for (int k = 1; k < FLIGHT; k++) even_sum += even[k], odd_sum += odd[k];
            a[2 * n - 1] += even_sum, a[2 * n] += odd_sum;
            for (int k = 0; slope && k < FLIGHT; k++) b[2 * n - 1] += d[k] * even[k], b[2 * n] += d[k] * odd[k];
            for (int k = 0; slope && 2 * n <= order && k < FLIGHT; k++) c[2 * n - 1] += d2[k] * even[k], c[2 * n] += d2[k] * odd[k];
            for (int k = 0; k < FLIGHT; k++) {
                vec even_next = twice[k] * even[k] - even_before[k], odd_next = twice[k] * odd[k] - odd_before[k];
                even_before[k] = even[k], odd_before[k] = odd[k];
                even[k] = even_next, odd[k] = odd_next;
            }
        }
    }
    for (int j = 0; j <= 2 * order; j++) vec_store(sum[j] + sub, a[j]);
    for (int j = 0; slope && j <= 2 * order; j++) vec_store(slope[j] + sub, b[j]);
    for (int j = 0; slope && j <= order; j++) vec_store(bend[j] + sub, c[j]);
}

static void sums(const symmetry_table *t, int group, const symmetry_center *center, int order, symmetry_row *out) {
    for (int sub = 0; sub < SYMMETRY_LANES; sub += VEC) accumulate(t, group, center, sub, order, out, NULL, NULL);
}

static void window(const symmetry_table *t, int group, const symmetry_center *center, int order, symmetry_window *w) {
    const symmetry_center all = {NULL, center->fx, center->fy};
    for (int sub = 0; sub < SYMMETRY_LANES; sub += VEC) accumulate(t, group, &all, sub, 2 * order, w->sum, w->slope, w->bend);
}

static void combine(const float *const term[SYMMETRY_TERMS], const float *less, float x, float y, int rows, float *out) {
    for (int i = 0; i < rows * SYMMETRY_LANES; i += VEC) {
        vec along_x = vec_load(term[1] + i) + x * vec_load(term[3] + i), along_y = vec_load(term[2] + i) + x * vec_load(term[4] + i) + y * vec_load(term[5] + i);
        vec total = vec_load(term[0] + i) + x * along_x + y * along_y;
        vec_store(out + i, less ? total - vec_load(less + i) : total);
    }
}

/* Sums of products of two harmonics from the sums of the single ones: cos n cos m, cos n sin m, sin n cos m, sin n sin m; n >= m. */
typedef struct {
    vec cc, cs, sc, ss;
} products;

static inline products product(const symmetry_row *sum, int sub, int n, int m) {
    int apart = n - m, together = n + m;
    vec even_apart = vec_load(sum[apart ? 2 * apart - 1 : 0] + sub), odd_apart = apart ? vec_load(sum[2 * apart] + sub) : (vec){0};
    vec even_together = vec_load(sum[together ? 2 * together - 1 : 0] + sub), odd_together = together ? vec_load(sum[2 * together] + sub) : (vec){0};
    return (products){0.5f * (even_apart + even_together), 0.5f * (odd_together - odd_apart), 0.5f * (odd_together + odd_apart), 0.5f * (even_apart - even_together)};
}

/* The lower triangle of the matrix of all these products, the part beside the diagonal times `beside`. */
static inline void product_matrix(int order, const symmetry_row *sum, int sub, float beside, symmetry_row *matrix) {
    int rows = 2 * order + 1;
    for (int n = 0; n <= order; n++)
        for (int m = 0; m <= n; m++) {
            products p = product(sum, sub, n, m);
            int even_n = n ? 2 * n - 1 : 0, even_m = m ? 2 * m - 1 : 0;
            float times = n == m ? 1 : beside;
            vec_store(matrix[even_n * rows + even_m] + sub, times * p.cc);
            if (n == 0) continue;
            vec_store(matrix[2 * n * rows + even_m] + sub, beside * p.sc);
            if (m == 0) continue;
            vec_store(matrix[2 * n * rows + 2 * m] + sub, times * p.ss);
            if (n != m) vec_store(matrix[even_n * rows + 2 * m] + sub, beside * p.cs);
        }
}

static inline void subtract(float *from, vec a, vec b) { vec_store(from, vec_load(from) - a * b); }

/* Sweeps a symmetric matrix, of which the lower triangle is held: afterwards it is minus its inverse. Rows go in pairs, the first one alone. */
static inline void sweep(int rows, int sub, symmetry_row *matrix) {
    vec column[SYMMETRY_ROWS], factor[SYMMETRY_ROWS];
    for (int k = 0; k < rows; k++) {
        for (int i = 0; i < rows; i++) column[i] = vec_load(matrix[i > k ? i * rows + k : k * rows + i] + sub);
        vec inverse = vec_inverse(column[k]);
        for (int i = 0; i < rows; i++) factor[i] = column[i] * inverse;
        subtract(matrix[0] + sub, factor[0], column[0]);
        for (int i = 1; i < rows; i += 2) {
            float *row = matrix[i * rows] + sub, *next = matrix[(i + 1) * rows] + sub;
#pragma GCC unroll 4
            for (int j = 0; j <= i; j++) {
                subtract(row + j * SYMMETRY_LANES, factor[i], column[j]);
                subtract(next + j * SYMMETRY_LANES, factor[i + 1], column[j]);
            }
            subtract(next + (i + 1) * SYMMETRY_LANES, factor[i + 1], column[i + 1]);
        }
        for (int i = 0; i < rows; i++) vec_store(matrix[i > k ? i * rows + k : k * rows + i] + sub, i == k ? -inverse : factor[i]);
    }
}

static void invert(int order, const symmetry_window *w, symmetry_row *inverse) {
    int rows = 2 * order + 1;
    for (int sub = 0; sub < SYMMETRY_LANES; sub += VEC) {
        product_matrix(order, w->sum, sub, 1, inverse);
        sweep(rows, sub, inverse);
        for (int i = 0; i < rows; i++)
            for (int j = 0; j <= i; j++) {
                vec value = -vec_load(inverse[i * rows + j] + sub);
                vec_store(inverse[i * rows + j] + sub, value);
                vec_store(inverse[j * rows + i] + sub, value);
            }
    }
}

static void take_off(int order, const symmetry_window *w, const symmetry_row *change, symmetry_row *sum) {
    for (int sub = 0; sub < SYMMETRY_LANES; sub += VEC) {
        vec a[SYMMETRY_ROWS] = {{0}}, b[SYMMETRY_ROWS];
        for (int i = 0; i <= 2 * order; i++) b[i] = vec_load(change[i] + sub);
        for (int n = 1; n <= order; n++)
            for (int m = 0; m <= n; m++) {
                products p = product(w->slope, sub, n, m);
                vec *even_n = a + 2 * n - 1, *even_m = a + (m ? 2 * m - 1 : 0);
                const vec *from_n = b + 2 * n - 1, *from_m = b + (m ? 2 * m - 1 : 0);
                even_n[0] += p.cc * from_m[0];
                even_n[1] += p.sc * from_m[0];
                if (m) even_n[0] += p.cs * from_m[1], even_n[1] += p.ss * from_m[1];
                if (m == n) continue;
                even_m[0] += p.cc * from_n[0] + p.sc * from_n[1];
                if (m) even_m[1] += p.cs * from_n[0] + p.ss * from_n[1];
            }
        a[0] += vec_load(w->slope[0] + sub) * b[0];
        for (int i = 0; i <= 2 * order; i++) vec_store(sum[i] + sub, vec_load(sum[i] + sub) - a[i]);
    }
}

static void fit(int order, const symmetry_row *inverse, const symmetry_row *sum, symmetry_row *coefficient) {
    int rows = 2 * order + 1;
    for (int sub = 0; sub < SYMMETRY_LANES; sub += VEC)
        for (int i = 0; i < rows; i++) {
            vec total = {0};
            for (int j = 0; j < rows; j++) total += vec_load(inverse[i * rows + j] + sub) * vec_load(sum[j] + sub);
            vec_store(coefficient[i] + sub, total);
        }
}

/* First row of inverse x products x inverse; the products as in variance(). */
static inline void covariance(int rows, int sub, const symmetry_row *inverse, const symmetry_row *matrix, symmetry_row *out) {
    vec a[SYMMETRY_ROWS] = {{0}};
    for (int i = 0; i < rows; i++)
        for (int j = 0; j <= i; j++) {
            vec p = vec_load(matrix[i * rows + j] + sub) * (i == j ? 1.0f : 0.5f);
            a[i] += p * vec_load(inverse[j] + sub);
            if (i != j) a[j] += p * vec_load(inverse[i] + sub);
        }
    for (int i = 0; i < rows; i++) {
        vec total = {0};
        for (int j = 0; j < rows; j++) total += a[j] * vec_load(inverse[i * rows + j] + sub);
        vec_store(out[i] + sub, total);
    }
}

/* Diagonal of inverse x products x inverse, some rows at a time; of the symmetric products the lower triangle, beside the diagonal twice. */
static void variance(int order, const symmetry_row *inverse, const symmetry_row *sum, symmetry_row *matrix, symmetry_row *out, symmetry_row *with_first) {
    enum { AT_ONCE = 4 };
    int rows = 2 * order + 1;
    for (int sub = 0; sub < SYMMETRY_LANES; sub += VEC) {
        product_matrix(order, sum, sub, 2, matrix);
        covariance(rows, sub, inverse, (const symmetry_row *)matrix, with_first);
        for (int r = 0; r < rows; r += AT_ONCE) {
            const symmetry_row *row[AT_ONCE];
            vec total[AT_ONCE] = {{0}};
            for (int k = 0; k < AT_ONCE; k++) row[k] = inverse + (r + k < rows ? r + k : rows - 1) * rows;
            for (int i = 0; i < rows; i++) {
                vec part[AT_ONCE] = {{0}};
                for (int j = 0; j <= i; j++) {
                    vec p = vec_load(matrix[i * rows + j] + sub);
                    for (int k = 0; k < AT_ONCE; k++) part[k] += p * vec_load(row[k][j] + sub);
                }
                for (int k = 0; k < AT_ONCE; k++) total[k] += part[k] * vec_load(row[k][i] + sub);
            }
            for (int k = 0; k < AT_ONCE && r + k < rows; k++) vec_store(out[r + k] + sub, total[k]);
        }
    }
}

const symmetry_kernels JOIN(symmetry_kernels_, VITRO_KERNELS) = {sums, window, combine, invert, take_off, fit, variance};
