/* The noise of curves, learned from what their fits leave.
 *
 * Neighbouring points of a curve may share their noise: those of a PDF do, whose transform ends at the largest q. A fit then takes up noise as
 * broad as the peak, and what it leaves is smaller than the noise. So the spectrum P of a stationary noise is found that explains the
 * residuals of many curves: with 1 - B B^T a residual's response to the values and e_f the waves of frequency f, the expected power of a residual at
 * f is sum over f' of A_ff' P_f', A from e_f (1 - B B^T) e_f'. P comes by expectation-maximisation with a slight smoothing at each step (EMS:
 * Silverman, Jones, Wilson, Nychka, J. R. Statist. Soc. B 52 (1990) 271), which continues P to where the fits leave nothing.
 * Where noise is larger at some points than at others, weights make it equal: by the residuals' variances, in a second round.
 * The part of the residuals that goes with the peaks' heights is what the model lacks, not noise.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include <complex.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "peak_models.h"

enum { RESPONSES = 48, PASSES = 400, ENOUGH_FOR_MEAN = 16, ENOUGH_FOR_WEIGHTS = 64 };

static const double SMOOTHING = 0.02;
/* Curves whose residual is so many times the median of all have something else than noise. */
static const double WILD = 16;
/* Fits that leave less than this part of the noise tell nothing of it. */
static const double LEAST_LEFT = 0.05;
/* Logarithm of the largest ratio of variances that weights are learned for. */
static const double UNEQUAL = 3;
/* Frequencies of which the fits leave less than this are not seen. */
static const double UNSEEN = 1e-3;

typedef struct {
    peak_room room;
    int count, waves;  /* points; frequencies 0 .. count, in half periods a window */
    int64_t kept;
    float *residual;   /* [kept][count], weighted, in the curves' units */
    double *square;    /* [kept] sums of squares */
    double *height;    /* [kept] of the peaks */
    double *response;  /* A, [waves][waves] */
    int responses;     /* curves that it is the mean of */
    double *seen;      /* [waves]: what is left of the power of a wave in all */
    double *power, *spectrum, *expected; /* [waves] */
    double complex *circle, *whole, *dot; /* [2 count] waves; [2 waves] their sums over the window; [PEAK_PARAMETERS][waves] those with B */
} learning;

static void learning_free(learning *s) {
    peak_room_free(&s->room);
    free(s->residual);
    free(s->square);
    free(s->response);
    free(s->seen);
    free(s->circle);
}

static vitro_status learning_new(const vitro_peak_options *options, int depth, int64_t n, learning *s) {
    vitro_status status = peak_room_new(options, depth, &s->room);
    if (status != VITRO_OK) return status;
    size_t count = (size_t)options->count, waves = count + 1;
    s->count = options->count;
    s->waves = (int)waves;
    s->residual = vitro_alloc((size_t)n * count, sizeof(float));
    s->square = vitro_alloc((size_t)n, 3 * sizeof(double));
    s->response = vitro_calloc(waves * waves, sizeof(double));
    s->seen = vitro_calloc(4 * waves, sizeof(double));
    s->circle = vitro_calloc(2 * count + (2 + PEAK_PARAMETERS) * waves, sizeof(double complex));
    if (!s->residual || !s->square || !s->response || !s->seen || !s->circle) {
        learning_free(s);
        return VITRO_MEMORY;
    }
    s->height = s->square + 2 * n;
    s->power = s->seen + waves;
    s->spectrum = s->power + waves;
    s->expected = s->spectrum + waves;
    s->whole = s->circle + 2 * count;
    s->dot = s->whole + 2 * waves;
    for (size_t i = 0; i < 2 * count; i++) s->circle[i] = cexp(I * 3.141592653589793 * (double)i / (double)count);
    for (size_t k = 0; k < 2 * waves; k++)
        for (size_t z = 0; z < count; z++) s->whole[k] += s->circle[k * z % (2 * count)];
    return VITRO_OK;
}

/* ---- what the fits leave ------------------------------------------------------------------------- */

/* |e_f|^2 after the fit, 1 - 2 B B^T + B B^T B B^T. */
static void add_seen(learning *s, const double *basis) {
    int n = s->count, p = s->room.fitted;
    for (int f = 0; f < s->waves; f++) {
        double left = n;
        for (int j = 0; j < p; j++)
            for (int k = 0; k < p; k++) {
                double dot = j == k ? -2 : 0;
                for (int z = 0; z < n; z++) dot += basis[j * n + z] * basis[k * n + z];
                left += dot * creal(s->dot[j * s->waves + f] * conj(s->dot[k * s->waves + f]));
            }
        s->seen[f] += left;
    }
}

/* Adds one curve's A. */
static void add_response(learning *s, const double *basis) {
    int n = s->count, p = s->room.fitted;
    memset(s->dot, 0, sizeof *s->dot * (size_t)p * (size_t)s->waves);
    for (int j = 0; j < p; j++)
        for (int f = 0; f < s->waves; f++)
            for (int z = 0; z < n; z++) s->dot[j * s->waves + f] += basis[j * n + z] * s->circle[(int64_t)f * z % (2 * n)];
    add_seen(s, basis);
    for (int f = 0; f < s->waves; f++)
        for (int g = 0; g <= f; g++) {
            double complex less = s->whole[f - g], more = s->whole[f + g];
            for (int j = 0; j < p; j++) {
                double complex a = s->dot[j * s->waves + f], b = s->dot[j * s->waves + g];
                less -= a * conj(b);
                more -= a * b;
            }
            double both = 0.5 * (creal(less) * creal(less) + cimag(less) * cimag(less) + creal(more) * creal(more) + cimag(more) * cimag(more));
            s->response[f * s->waves + g] += both;
            if (g < f) s->response[g * s->waves + f] += both;
        }
    s->responses++;
}

static void keep(learning *s, const peak_group *g, int lane) {
    float *to = s->residual + s->kept * s->count;
    double sum = 0;
    for (int z = 0; z < s->count; z++) {
        to[z] = s->room.residual[(size_t)z * PEAK_LANES + lane] * (float)g->scale[lane];
        sum += (double)to[z] * to[z];
    }
    if (!isfinite(sum)) return;
    s->height[s->kept] = g->theta[PEAK_HEIGHT][lane] * g->scale[lane];
    s->square[s->kept++] = sum;
}

static void fit_group(learning *s, const float *block, int64_t n, int64_t group, peak_group *g) {
    peak_numbers numbers;
    peak_load(&s->room, block, n, group * PEAK_LANES, g);
    peak_measure(&s->room, g, &numbers);
}

static void fit_all(learning *s, const float *block, int64_t n) {
    for (int64_t i = 0; i * PEAK_LANES < n; i++) {
        peak_group g;
        fit_group(s, block, n, i, &g);
        for (int l = 0; l < g.lanes; l++)
            if (g.status[l] == VITRO_PEAK_GOOD) keep(s, &g, l);
    }
}

/* The responses of some of the fits, when what the model lacks is known. */
static void find_responses(learning *s, const float *block, int64_t n) {
    int64_t groups = (n + PEAK_LANES - 1) / PEAK_LANES, every = groups > RESPONSES ? groups / RESPONSES : 1;
    for (int64_t i = 0; i < groups; i += every) {
        peak_group g;
        fit_group(s, block, n, i, &g);
        int64_t wanted = RESPONSES / groups + 1;
        for (int l = 0; l < g.lanes; l++) {
            if (g.status[l] != VITRO_PEAK_GOOD || isnan(s->room.residual[l]) || wanted-- < 1) continue;
            peak_response(&s->room, &g, l, s->room.basis);
            add_response(s, s->room.basis);
        }
    }
}

static int by_value(const void *a, const void *b) {
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

static void drop_wild(learning *s) {
    double *sorted = s->square + s->kept;
    memcpy(sorted, s->square, sizeof(double) * (size_t)s->kept);
    qsort(sorted, (size_t)s->kept, sizeof(double), by_value);
    double most = WILD * sorted[s->kept / 2];
    int64_t kept = 0;
    for (int64_t i = 0; i < s->kept; i++) {
        if (s->square[i] > most) continue;
        memmove(s->residual + kept * s->count, s->residual + i * s->count, sizeof(float) * (size_t)s->count);
        s->height[kept++] = s->height[i];
    }
    s->kept = kept;
}

/* Takes off what the model lacks, which goes with the peak's height. */
static void take_misfit(learning *s, double *misfit) {
    double heights = 0;
    for (int64_t i = 0; i < s->kept; i++) heights += s->height[i];
    for (int z = 0; z < s->count; z++) {
        misfit[z] = 0;
        for (int64_t i = 0; s->kept >= ENOUGH_FOR_MEAN && i < s->kept; i++) misfit[z] += s->residual[i * s->count + z] / heights;
        for (int64_t i = 0; i < s->kept; i++) s->residual[i * s->count + z] -= (float)(s->height[i] * misfit[z]);
        s->room.misfit[z] = (float)misfit[z];
    }
}

/* Mean power of the residuals at every frequency, by their autocorrelation. */
static void take_powers(learning *s, double *lagged) {
    int n = s->count;
    memset(lagged, 0, sizeof(double) * (size_t)n);
    for (int64_t i = 0; i < s->kept; i++) {
        const float *r = s->residual + i * n;
        s->square[i] = 0;
        for (int z = 0; z < n; z++) s->square[i] += (double)r[z] * r[z];
        for (int k = 0; k < n; k++) {
            float sum = 0;
            for (int z = 0; z < n - k; z++) sum += r[z] * r[z + k];
            lagged[k] += sum;
        }
    }
    double each = 1.0 / (double)(s->kept >= ENOUGH_FOR_MEAN ? s->kept - 1 : s->kept);
    for (int f = 0; f < s->waves; f++) {
        s->power[f] = lagged[0] * each;
        for (int k = 1; k < n; k++) s->power[f] += 2 * lagged[k] * each * creal(s->circle[(int64_t)f * k % (2 * n)]);
        s->power[f] = fmax(s->power[f], 0);
    }
}

/* ---- the spectrum ------------------------------------------------------------------------------------ */

static void expect(learning *s) {
    for (int f = 0; f < s->waves; f++) {
        s->expected[f] = 0;
        for (int g = 0; g < s->waves; g++) s->expected[f] += s->response[f * s->waves + g] * s->spectrum[g];
    }
}

/* Waves that the fits take up altogether have the power of the next one that is seen. */
static void fill_unseen(learning *s, const double *total, double most) {
    int first = 0;
    while (first < s->waves - 1 && total[first] < UNSEEN * most) first++;
    for (int f = 0; f < first; f++) s->spectrum[f] = s->spectrum[first];
}

static void improve(learning *s, const double *total, double most, double smoothing, double *ratio) {
    expect(s);
    for (int f = 0; f < s->waves; f++) ratio[f] = s->expected[f] > 0 ? s->power[f] / s->expected[f] : 0;
    for (int f = 0; f < s->waves; f++) {
        double sum = 0;
        if (total[f] < UNSEEN * most) continue;
        for (int g = 0; g < s->waves; g++) sum += s->response[f * s->waves + g] * ratio[g];
        s->spectrum[f] *= sum / total[f];
    }
    fill_unseen(s, total, most);
    memcpy(ratio, s->spectrum, sizeof(double) * (size_t)s->waves);
    for (int f = 0; f < s->waves; f++) {
        double below = ratio[f > 0 ? f - 1 : 1], above = ratio[f < s->waves - 1 ? f + 1 : f - 1];
        s->spectrum[f] = (1 - smoothing) * ratio[f] + 0.5 * smoothing * (below + above);
    }
}

/* Few curves tell less of the spectrum's shape, so it is smoothed more. */
static void find_spectrum(learning *s, double *room) {
    double *total = room, *ratio = room + s->waves, most = 0, sum = 0, power = 0, smoothing = fmin(0.4, SMOOTHING + 4.0 / (double)s->kept);
    for (int f = 0; f < s->waves; f++) {
        total[f] = 0;
        for (int g = 0; g < s->waves; g++) {
            s->response[f * s->waves + g] /= s->responses;
            total[f] += s->response[f * s->waves + g];
        }
        s->seen[f] /= s->responses;
        most = fmax(most, total[f]);
        sum += total[f];
        power += s->power[f];
    }
    for (int f = 0; f < s->waves; f++) s->spectrum[f] = power / sum;
    for (int i = 0; i < PASSES; i++) improve(s, total, most, smoothing, ratio);
    expect(s);
}

/* How many degrees of freedom the mean of all curves adds to a curve's own variance, from how variances differ beyond what chance does: with
 * their relative variance t, the best linear estimate has 2 + 2 / t. */
static double prior_freedom(const learning *s, double expected, double freedom) {
    double mean = 0, square = 0;
    if (s->kept < ENOUGH_FOR_MEAN) return 0;
    for (int64_t i = 0; i < s->kept; i++) {
        mean += s->square[i] / expected / (double)s->kept;
        square += s->square[i] * s->square[i] / (expected * expected) / (double)s->kept;
    }
    double spread = (square / (mean * mean) - 1 - 2 / freedom) / (1 + 2 / freedom);
    return spread > 1e-4 ? 2 + 2 / spread : 2e4;
}

static void conclude(const learning *s, double *noise) {
    double expected = 0, square = 0, all = 0;
    for (int f = 0; f < s->waves; f++) {
        expected += s->spectrum[f] * s->seen[f];
        square += s->spectrum[f] * s->expected[f];
        all += s->spectrum[f] * s->count;
    }
    noise[VITRO_PEAK_NOISE_SQUARE] = expected > LEAST_LEFT * all ? expected : 0;
    noise[VITRO_PEAK_NOISE_FREEDOM] = square > 0 ? expected * expected / square : 0;
    noise[VITRO_PEAK_NOISE_PRIOR] = expected > 0 && square > 0 ? prior_freedom(s, expected, expected * expected / square) : 0;
    for (int k = 0; k < s->count; k++) {
        double sum = 0;
        for (int f = 0; f < s->waves; f++) sum += s->spectrum[f] * creal(s->circle[(int64_t)f * k % (2 * s->count)]);
        noise[VITRO_PEAK_NOISE_COVARIANCE + k] = sum;
    }
}

static void learn(learning *s, const float *block, int64_t n, double *noise, double *room) {
    s->kept = s->responses = 0;
    memset(s->response, 0, sizeof(double) * (size_t)s->waves * (size_t)s->waves);
    memset(s->seen, 0, sizeof(double) * (size_t)s->waves);
    memset(s->room.misfit, 0, sizeof(float) * (size_t)s->count);
    fit_all(s, block, n);
    noise[VITRO_PEAK_NOISE_CURVES] = (double)s->kept;
    if (s->kept == 0) return;
    drop_wild(s);
    take_misfit(s, noise + VITRO_PEAK_NOISE_COVARIANCE + s->count);
    find_responses(s, block, n);
    if (s->responses == 0) return;
    take_powers(s, room);
    find_spectrum(s, room);
    conclude(s, noise);
}

/* ---- points of unequal noise ---------------------------------------------------------------------- */

/* Adds the variance that a residual has at each point if the noise is as noise says. */
static void add_variances(const learning *s, const double *covariance, const double *basis, double *through, double *variance) {
    int n = s->count, p = s->room.fitted;
    double within[PEAK_PARAMETERS][PEAK_PARAMETERS];
    for (int j = 0; j < p; j++)
        for (int z = 0; z < n; z++) {
            through[j * n + z] = 0;
            for (int k = 0; k < n; k++) through[j * n + z] += covariance[abs(z - k)] * basis[j * n + k];
        }
    for (int j = 0; j < p; j++)
        for (int k = 0; k < p; k++) {
            within[j][k] = 0;
            for (int z = 0; z < n; z++) within[j][k] += basis[j * n + z] * through[k * n + z];
        }
    for (int z = 0; z < n; z++) {
        variance[z] += covariance[0];
        for (int j = 0; j < p; j++) {
            variance[z] -= 2 * basis[j * n + z] * through[j * n + z];
            for (int k = 0; k < p; k++) variance[z] += basis[j * n + z] * within[j][k] * basis[k * n + z];
        }
    }
}

/* A parabola over the range through the logarithms of what the residuals' variances are against what they would be with equal noise: coefficients of
 * Legendre's polynomials. */
static void fit_amplitude(const learning *s, const double *expected, double c[3]) {
    double norm[3] = {0};
    c[0] = c[1] = c[2] = 0;
    for (int z = 0; z < s->count; z++) {
        double square = 1e-300, t = s->room.t[z], p[3] = {1, t, 1.5 * t * t - 0.5};
        for (int64_t i = 0; i < s->kept; i++) square += (double)s->residual[i * s->count + z] * s->residual[i * s->count + z] / (double)s->kept;
        for (int k = 0; k < 3; k++) {
            c[k] += p[k] * log(square / fmax(expected[z], 1e-300));
            norm[k] += p[k] * p[k];
        }
    }
    for (int k = 0; k < 3; k++) c[k] = fmax(-UNEQUAL, fmin(UNEQUAL, c[k] / norm[k]));
}

static void find_weights(learning *s, const float *block, int64_t n, const double *noise) {
    size_t count = (size_t)s->count;
    double *through = (double *)s->dot, *expected = s->response, c[3]; /* both are free by now */
    memset(expected, 0, sizeof(double) * count);
    int responses = 0;
    for (int64_t i = 0; i < n && responses < RESPONSES; i += PEAK_LANES) {
        peak_group g;
        fit_group(s, block, n, i / PEAK_LANES, &g);
        for (int l = 0; l < g.lanes; l += 4) {
            if (g.status[l] != VITRO_PEAK_GOOD || isnan(s->room.residual[l])) continue;
            peak_response(&s->room, &g, l, s->room.basis);
            add_variances(s, noise + VITRO_PEAK_NOISE_COVARIANCE, s->room.basis, through, expected);
            responses++;
        }
    }
    for (size_t z = 0; z < count; z++) expected[z] /= responses;
    fit_amplitude(s, expected, c);
    for (size_t z = 0; z < count; z++) {
        double t = s->room.t[z];
        s->room.weight[z] = (float)exp(-0.5 * (c[1] * t + c[2] * (1.5 * t * t - 0.5)));
    }
}

vitro_status vitro_peak_noise(const float *block, int depth, int64_t n, const vitro_peak_options *options, double *noise) {
    learning s = {.kept = 0};
    if (n < 1) return vitro_fail(VITRO_ARGUMENT, "the noise of %lld curves", (long long)n);
    vitro_status status = learning_new(options, depth, n, &s);
    if (status != VITRO_OK) return status;
    double *room = vitro_alloc(2 * (size_t)s.waves, sizeof(double));
    if (!room) status = VITRO_MEMORY;
    else {
        memset(noise, 0, sizeof(double) * (size_t)VITRO_PEAK_NOISE(options->count));
        learn(&s, block, n, noise, room);
        if (!options->weight && s.kept >= ENOUGH_FOR_WEIGHTS && noise[VITRO_PEAK_NOISE_SQUARE] > 0) {
            find_weights(&s, block, n, noise);
            learn(&s, block, n, noise, room);
        }
        for (int z = 0; z < s.count; z++) noise[VITRO_PEAK_NOISE_COVARIANCE + 2 * s.count + z] = s.room.weight[z];
    }
    free(room);
    learning_free(&s);
    return status;
}
