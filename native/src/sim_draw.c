/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Random draws: Poisson counts and speckle, from hashed counters.
 */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "error.h"
#include "sim.h"

/* What a key is used for; added to the frame's key so that the uses do not meet. */
enum { KEY_SPECKLE = 1, KEY_COUNTS = 2 };

/* In (0, 1), the next of a stream. */
static inline double uniform(uint64_t *stream) {
    *stream += 0x9e3779b97f4a7c15u;
    return ((double)(sim_mix(*stream) >> 11) + 0.5) * 0x1p-53;
}

/* ln k!, to 1e-10: Stirling's series. lgamma is not safe in threads everywhere. */
static double log_factorial(double k) {
    static const double small[10] = {0, 0, 0.69314718055994531, 1.7917594692280550, 3.1780538303479458, 4.7874917427820460,
                                     6.5792512120101010, 8.5251613610654143, 10.604602902745250, 12.801827480081469};
    if (k < 10)
        return small[(int)k];
    double n = k + 1, n2 = n * n;
    return (n - 0.5) * log(n) - n + 0.91893853320467274 + (1 - (1 - 2 / (7 * n2)) / (30 * n2)) / (12 * n);
}

enum { FINE = 31, COARSE = 16, FINE_PARTS = 8, COARSE_STEP = 4, TABLE_COUNTS = 160, GUIDES = 256 };

/* Cumulative probabilities of one mean, and for each 1/256 of probability the count where the search begins. */
typedef struct {
    double cumulative[TABLE_COUNTS];
    uint8_t guide[GUIDES];
} poisson_table;

/* The means 1/8, 2/8 ... 31/8 and 4, 8 ... 64. A sum of Poisson numbers is a Poisson number of the summed mean: one of
 * either and a rest below 1/8 give any mean. */
struct sim_poisson {
    poisson_table fine[FINE], coarse[COARSE];
};

static void fill_table(poisson_table *table, double mean) {
    double p = exp(-mean), sum = p;
    int guide = 0;
    for (int k = 0; k < TABLE_COUNTS; k++, p *= mean / k, sum += p) {
        table->cumulative[k] = sum < 1 - 1e-15 && k < TABLE_COUNTS - 1 ? sum : 1;
        for (; guide < GUIDES && guide < table->cumulative[k] * GUIDES; guide++)
            table->guide[guide] = (uint8_t)k;
        if (table->cumulative[k] == 1)
            return;
    }
}

sim_poisson *sim_poisson_new(void) {
    sim_poisson *tables = vitro_alloc(1, sizeof *tables);
    for (int t = 0; t < FINE && tables != NULL; t++)
        fill_table(&tables->fine[t], (t + 1.0) / FINE_PARTS);
    for (int t = 0; t < COARSE && tables != NULL; t++)
        fill_table(&tables->coarse[t], COARSE_STEP * (t + 1));
    return tables;
}

static inline int draw_from(const poisson_table *table, uint64_t *stream) {
    double u = uniform(stream);
    int k = table->guide[(int)(u * GUIDES)];
    while (u >= table->cumulative[k])
        k++;
    return k;
}

/* By inversion, adding up the probabilities of 0, 1, 2 ...; most often u < 1 - mean < exp(-mean) decides. */
static inline int poisson_small(double mean, uint64_t *stream) {
    double u = uniform(stream);
    if (u < 1 - mean)
        return 0;
    double p = exp(-mean);
    int k = 0;
    while (u > p && k < 20) {
        u -= p;
        k++;
        p *= mean / k;
    }
    return k;
}

/* W. Hoermann, The transformed rejection method for generating Poisson random variables,
 * Insurance: Mathematics and Economics 12 (1993) 39-45, algorithm PTRS. */
static double poisson_large(double mean, uint64_t stream) {
    double root = sqrt(mean), b = 0.931 + 2.53 * root, a = -0.059 + 0.02483 * b;
    double inverse_alpha = 1.1239 + 1.1328 / (b - 3.4), v_r = 0.9277 - 3.6224 / (b - 2);
    for (;;) {
        double u = uniform(&stream) - 0.5, v = uniform(&stream), u_s = 0.5 - fabs(u);
        double k = floor((2 * a / u_s + b) * u + mean + 0.43);
        if (u_s >= 0.07 && v <= v_r)
            return k;
        if (k < 0 || (u_s < 0.013 && v > u_s))
            continue;
        if (log(v * inverse_alpha / (a / (u_s * u_s) + b)) <= k * log(mean) - mean - log_factorial(k))
            return k;
    }
}

double sim_poisson_draw(const sim_poisson *tables, double mean, uint64_t key) {
    if (!(mean > 0))
        return 0;
    if (mean >= COARSE_STEP * (COARSE + 1))
        return poisson_large(mean, key);
    int coarse = (int)(mean / COARSE_STEP), fine = (int)((mean - coarse * COARSE_STEP) * FINE_PARTS);
    int k = poisson_small(mean - coarse * COARSE_STEP - fine / (double)FINE_PARTS, &key);
    if (fine > 0)
        k += draw_from(&tables->fine[fine - 1], &key);
    if (coarse > 0)
        k += draw_from(&tables->coarse[coarse - 1], &key);
    return k;
}

/* Nearly normal, unit variance: the sum of four uniform numbers. Filtering makes it normal. */
static inline float white(uint64_t key, uint64_t pixel) {
    uint64_t z = sim_key(key, pixel);
    int sum = (int)(z & 0xffff) + (int)(z >> 16 & 0xffff) + (int)(z >> 32 & 0xffff) + (int)(z >> 48);
    return ((float)sum - 131070.0f) * (float)(1.7320508075688772 / 65536);
}

enum { REACH_MAX = 128 };

/* Weights 0..reach of a Gaussian filter that keeps the variance of white noise in each direction; returns reach. */
static int filter_weights(double sigma, float weight[REACH_MAX + 1]) {
    int reach = (int)ceil(3.5 * sigma);
    if (reach > REACH_MAX)
        reach = REACH_MAX;
    double squares = 0;
    for (int i = -reach; i <= reach; i++)
        squares += exp(-i * i / (sigma * sigma));
    for (int i = 0; i <= reach; i++)
        weight[i] = (float)(exp(-i * i / (2 * sigma * sigma)) / sqrt(squares));
    return reach;
}

/* Row y of white noise, filtered along x: width values. noise: width + 2 reach of scratch. */
static void filtered_noise_row(uint64_t key, int y, int width, int reach, const float *weight, float *noise, float *row) {
    int wide = width + 2 * reach;
    for (int x = 0; x < wide; x++)
        noise[x] = white(key, (uint64_t)y * (uint64_t)wide + (uint64_t)x);
    for (int x = 0; x < width; x++)
        row[x] = weight[0] * noise[x + reach];
    for (int i = 1; i <= reach; i++)
        for (int x = 0; x < width; x++)
            row[x] += weight[i] * (noise[x + reach - i] + noise[x + reach + i]);
}

/* A gamma distributed number of unit mean and this contrast from a normal one: E. B. Wilson and M. M. Hilferty,
 * Proc. Natl. Acad. Sci. 17 (1931) 684. The mean is 1 - contrast^6 / 729. */
static inline float gamma_of_normal(float z, float contrast) {
    float root = 1 - contrast * contrast / 9 + z * contrast / 3;
    return root > 0 ? root * root * root : 0;
}

vitro_status sim_speckle(float *image, int width, int height, double contrast, double grain_px, uint64_t key) {
    /* The filter's sigma: its noise has an autocorrelation sqrt(2) wider. */
    double sigma = fmax(grain_px, 1e-3) / (2 * sqrt(2 * log(2)) * sqrt(2));
    float weight[REACH_MAX + 1];
    int reach = filter_weights(sigma, weight), rows = height + 2 * reach;
    size_t w = (size_t)width;
    float *field = vitro_alloc((size_t)rows * w + 2 * w + 2 * (size_t)reach, sizeof *field);
    if (field == NULL)
        return VITRO_MEMORY;
    float *line = field + (size_t)rows * w, *noise = line + w;
    for (int y = 0; y < rows; y++)
        filtered_noise_row(key, y, width, reach, weight, noise, field + (size_t)y * w);
    for (int y = 0; y < height; y++) {
        const float *middle = field + (size_t)(y + reach) * w;
        for (size_t x = 0; x < w; x++)
            line[x] = weight[0] * middle[x];
        for (int i = 1; i <= reach; i++)
            for (size_t x = 0; x < w; x++)
                line[x] += weight[i] * (middle[x - (size_t)i * w] + middle[x + (size_t)i * w]);
        for (size_t x = 0; x < w; x++)
            image[(size_t)y * w + x] *= gamma_of_normal(line[x], (float)contrast);
    }
    free(field);
    return VITRO_OK;
}

vitro_status sim_draw(const float *mean, int width, int height, double contrast, double grain_px,
                      uint64_t seed, uint64_t frame, uint16_t *counts) {
    size_t pixels = (size_t)width * (size_t)height;
    uint64_t key = sim_key(sim_mix(seed), frame), pixel_key = sim_key(key, KEY_COUNTS);
    float *image = vitro_alloc(pixels, sizeof *image);
    sim_poisson *tables = sim_poisson_new();
    vitro_status status = image != NULL && tables != NULL ? VITRO_OK : VITRO_MEMORY;
    if (status == VITRO_OK) {
        memcpy(image, mean, pixels * sizeof *image);
        if (contrast > 0)
            status = sim_speckle(image, width, height, contrast, grain_px, sim_key(key, KEY_SPECKLE));
    }
    for (size_t i = 0; i < pixels && status == VITRO_OK; i++)
        counts[i] = (uint16_t)fmin(sim_poisson_draw(tables, image[i], sim_key(pixel_key, i)), 65535);
    free(image);
    free(tables);
    return status;
}
