/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Random draws: Poisson counts and speckle.
 */
#include "sim_check.h"

static void poisson_has_its_mean_and_variance(void **state) {
    (void)state;
    const double means[] = {0.02, 0.12, 0.7, 3.99, 4, 5.5, 33.3, 67.9, 68.1, 480, 20000};
    sim_poisson *tables = sim_poisson_new();
    const int n = 200000;
    for (size_t m = 0; m < sizeof means / sizeof *means; m++) {
        double sum = 0, squares = 0, mu = means[m];
        for (int i = 0; i < n; i++) {
            double d = sim_poisson_draw(tables, mu, sim_key(m, (uint64_t)i)) - mu;
            sum += d;
            squares += d * d;
        }
        assert_near(sum / n, 0, 4.5 * sqrt(mu / n));
        assert_near(squares / n, mu, 4.5 * sqrt((mu + 2 * mu * mu) / n));
    }
    free(tables);
}

/* Chi-square of the draws against the Poisson probabilities, for small, table and large means. */
static void poisson_has_its_probabilities(void **state) {
    (void)state;
    const double means[] = {1.5, 4, 6.2, 13.7, 40, 67.5, 70};
    sim_poisson *tables = sim_poisson_new();
    const int n = 400000;
    for (int m = 0; m < 7; m++) {
        int histogram[200] = {0}, classes = 0;
        for (int i = 0; i < n; i++)
            histogram[(int)fmin(sim_poisson_draw(tables, means[m], sim_key(7 + (uint64_t)m, (uint64_t)i)), 199)]++;
        double chi2 = 0;
        for (int k = 0; k < 199; k++) {
            double expected = n * exp(k * log(means[m]) - means[m] - lgamma(k + 1.0));
            if (expected < 10) continue;
            chi2 += pow(histogram[k] - expected, 2) / expected;
            classes++;
        }
        assert_near(chi2, classes, 4.5 * sqrt(2.0 * classes));
    }
    free(tables);
}

static void nothing_comes_from_nothing(void **state) {
    (void)state;
    const float mean[4] = {0, -3, NAN, 1e7f};
    uint16_t counts[4];
    assert_int_equal(sim_draw(mean, 2, 2, 0, 0, 1, 0, counts), VITRO_OK);
    assert_int_equal(counts[0] + counts[1] + counts[2], 0);
    assert_int_equal(counts[3], 65535);
}

/* Mean product of the deviations from 1 of pixels (dx, dy) apart. */
static double correlation(const float *image, int n, int dx, int dy) {
    double sum = 0;
    for (int y = 0; y + dy < n; y++)
        for (int x = 0; x + dx < n; x++)
            sum += (image[y * n + x] - 1.0) * (image[(y + dy) * n + x + dx] - 1.0);
    return sum / ((n - dx) * (double)(n - dy));
}

/* Radius at which the autocorrelation has fallen to one half, along x or y, by linear interpolation. */
static double half_radius(const float *image, int n, int along_y) {
    double before = correlation(image, n, 0, 0), half = before / 2;
    for (int d = 1; d < 32; d++) {
        double here = along_y ? correlation(image, n, 0, d) : correlation(image, n, d, 0);
        if (here < half) return d - (half - here) / (before - here);
        before = here;
    }
    return NAN;
}

static void speckle_has_its_contrast_and_grain(void **state) {
    (void)state;
    enum { N = 768 };
    float *image = malloc(N * N * sizeof *image);
    const double contrasts[] = {0.05, 0.15, 0.3, 0.6}, grains[] = {3, 3, 6, 12};
    for (int i = 0; i < 4; i++) {
        double mean = 0, least = 1, c = contrasts[i], grains_in_image = N * N / (grains[i] * grains[i]);
        for (int p = 0; p < N * N; p++) image[p] = 1;
        assert_int_equal(sim_speckle(image, N, N, c, grains[i], 11 + (uint64_t)i), VITRO_OK);
        for (int p = 0; p < N * N; p++) {
            mean += image[p] / (N * N);
            least = fmin(least, image[p]);
        }
        assert_near(mean, 1, 5 * c / sqrt(grains_in_image));
        assert_true(least >= 0);
        assert_near(sqrt(correlation(image, N, 0, 0)), c, 5 * c / sqrt(grains_in_image) + 0.002 * c);
        assert_near(2 * half_radius(image, N, 0), grains[i], 0.08 * grains[i]);
        assert_near(2 * half_radius(image, N, 1), grains[i], 0.08 * grains[i]);
    }
    free(image);
}

/* Skewness tells the gamma distribution (2 c) from a normal one (0). */
static void speckle_is_gamma_distributed(void **state) {
    (void)state;
    enum { N = 512 };
    float *image = malloc(N * N * sizeof *image);
    for (int p = 0; p < N * N; p++) image[p] = 1;
    assert_int_equal(sim_speckle(image, N, N, 0.3, 2, 5), VITRO_OK);
    double cubes = 0, variance = correlation(image, N, 0, 0);
    for (int p = 0; p < N * N; p++) cubes += pow(image[p] - 1.0, 3) / (N * N);
    assert_near(cubes / pow(variance, 1.5), 0.6, 0.06);
    free(image);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(poisson_has_its_mean_and_variance),
        cmocka_unit_test(poisson_has_its_probabilities),
        cmocka_unit_test(nothing_comes_from_nothing),
        cmocka_unit_test(speckle_has_its_contrast_and_grain),
        cmocka_unit_test(speckle_is_gamma_distributed),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
