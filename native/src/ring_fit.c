/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ring_fit.h"

#include <math.h>
#include <string.h>

enum { MAX_PASSES = 24 };

/* A fit is at its end when the last step was this part of a standard deviation: scoring converges so fast that what is
 * left is some percent of that. */
static const double LAST_STEP = 0.3;
/* Photons for each parameter below which the error bars, which take the model for linear, are too small. */
static const double FEWEST_COUNTS = 25;
/* A ring this much weaker than the reference's cannot be told from a background of another shape. */
static const double WEAKEST_RING = 0.05;

static double at(const float lower[PAIRS][LANES], int j, int k, int lane) {
    return j > k ? lower[j * (j + 1) / 2 + k][lane] : lower[k * (k + 1) / 2 + j][lane];
}

/* Cholesky factor of the scaled information matrix of one lane; 0 if it is not positive definite. */
typedef struct {
    double l[PARAMETERS][PARAMETERS], scale[PARAMETERS];
} factor;

static int factorize(const float fisher[PAIRS][LANES], int lane, factor *f) {
    for (int j = 0; j < PARAMETERS; j++) {
        double d = at(fisher, j, j, lane);
        if (!(d > 0) || !isfinite(d)) return 0;
        f->scale[j] = 1 / sqrt(d);
    }
    for (int j = 0; j < PARAMETERS; j++)
        for (int k = 0; k <= j; k++) {
            double sum = at(fisher, j, k, lane) * f->scale[j] * f->scale[k];
            for (int i = 0; i < k; i++) sum -= f->l[j][i] * f->l[k][i];
            if (j > k) f->l[j][k] = sum / f->l[k][k];
            else if (sum > 1e-7) f->l[j][j] = sqrt(sum);
            else return 0;
        }
    return 1;
}

static void solve(const factor *f, const double b[PARAMETERS], double x[PARAMETERS]) {
    for (int j = 0; j < PARAMETERS; j++) {
        x[j] = b[j] * f->scale[j];
        for (int k = 0; k < j; k++) x[j] -= f->l[j][k] * x[k];
        x[j] /= f->l[j][j];
    }
    for (int j = PARAMETERS - 1; j >= 0; j--) {
        for (int k = j + 1; k < PARAMETERS; k++) x[j] -= f->l[k][j] * x[k];
        x[j] /= f->l[j][j];
    }
    for (int j = 0; j < PARAMETERS; j++) x[j] *= f->scale[j];
}

/* Amplitudes that give the pattern's total with the reference's shape. */
static void start(const ring_curves *c, const ring_fit_setting *setting, const float *sums, ring_fit *fit) {
    double total[LANES] = {0}, expected = 0, pixels = 0;
    for (int sector = 0; sector < SECTORS; sector++)
        for (int bin = c->first_bin; bin < c->end_bin; bin++) {
            int cell = sector * c->cells->bins + bin;
            double n = c->cells->pixels[cell], place = (c->bin[bin].radius - c->start) * c->per_px;
            int i = place < 0 ? 0 : place > c->last ? c->last : (int)place;
            expected += n * (c->bin[bin].g + setting->contrast * c->bin[bin].b * c->structure[i]);
            pixels += n;
            for (int l = 0; l < LANES; l++) total[l] += sums[(size_t)cell * LANES + l];
        }
    for (int l = 0; l < LANES; l++) {
        if (fit->status[l] == VITRO_PATTERN_GOOD)
            fit->status[l] = !isfinite(total[l]) ? VITRO_PATTERN_NOT_A_NUMBER : total[l] < 0 ? VITRO_PATTERN_NEGATIVE
                             : total[l] == 0 ? VITRO_PATTERN_EMPTY : VITRO_PATTERN_GOOD;
        double back = fit->status[l] == VITRO_PATTERN_GOOD ? total[l] / expected : 1;
        const double first[PARAMETERS] = {setting->start[0], setting->start[1], 1, 0, 1, back * setting->contrast, back, 0};
        for (int j = 0; j < PARAMETERS; j++) {
            fit->theta[j][l] = (float)first[j];
            fit->last[j][l] = 0;
        }
        fit->damping[l] = 1;
        fit->length[l] = 0;
        fit->total[l] = total[l];
        fit->level[l] = fit->status[l] == VITRO_PATTERN_GOOD ? (float)(0.1 * total[l] / pixels) : 1;
    }
}

/* Above 1 with speckle, and the scale of data that are not counts. */
static double reduced_chi2(const ring_curves *c, const ring_fit *fit, int lane) {
    return fit->moments.chi2[lane] / (c->used > PARAMETERS ? c->used - PARAMETERS : 1);
}

/* The variance against that of counts, by which scores' errors are judged. Not below a relative error of 1e-4 of a cell:
 * nearer than that the curves do not follow a pattern without noise. */
static double noise(const ring_curves *c, const ring_fit *fit, int lane) {
    return fmax(reduced_chi2(c, fit, lane), 1e-8 * fit->total[lane] / c->used);
}

/* One step of a lane; 1 when it was the last. Steps are cut to what the curves' shape can bear. */
static int step(const ring_curves *c, const ring_fit_setting *setting, ring_fit *fit, int lane) {
    factor f;
    if (!factorize(fit->moments.fisher, lane, &f)) {
        fit->status[lane] = VITRO_PATTERN_MASKED;
        return 1;
    }
    double gradient[PARAMETERS], move[PARAMETERS], size = 0, back = 0, most = 1;
    for (int j = 0; j < PARAMETERS; j++) gradient[j] = fit->moments.gradient[j][lane];
    solve(&f, gradient, move);
    for (int j = 0; j < PARAMETERS; j++) {
        size += move[j] * gradient[j];
        back += fit->last[j][lane] * gradient[j];
    }
    for (int j = CX; j <= VYY; j++) {
        double ratio = fabs(move[j]) / (j <= CY ? 0.3 * setting->width : 0.05);
        if (ratio > most) most = ratio;
    }
    /* With few counts scoring can overshoot by more than half a step: the gradient then points back as strongly. */
    fit->damping[lane] = back < -0.5 * fit->length[lane] ? 0.5f * fit->damping[lane] : fminf(1, 1.5f * fit->damping[lane]);
    fit->length[lane] = (float)(size * fit->damping[lane] * fit->damping[lane] / (most * most));
    for (int j = 0; j < PARAMETERS; j++) {
        fit->last[j][lane] = (float)(move[j] * fit->damping[lane] / most);
        fit->theta[j][lane] += fit->last[j][lane];
    }
    double off = hypot(fit->theta[CX][lane], fit->theta[CY][lane]);
    int lost = !isfinite(size) || off > setting->reach || fabs(fit->theta[VXX][lane] - 1) > 0.2 ||
               fabs(fit->theta[VYY][lane] - 1) > 0.2 || fabs(fit->theta[VXY][lane]) > 0.2;
    if (lost) fit->status[lane] = VITRO_PATTERN_OUT_OF_RANGE;
    return lost || (most <= 1 && size < LAST_STEP * LAST_STEP * noise(c, fit, lane));
}

void ring_fit_run(const vitro_kernels *kernels, const ring_curves *curves, const ring_fit_setting *setting, const float *sums,
                  ring_fit *fit) {
    ring_moments *moments = &fit->moments, pass;
    int busy[LANES], left = 0;
    start(curves, setting, sums, fit);
    for (int l = 0; l < LANES; l++) left += busy[l] = fit->status[l] == VITRO_PATTERN_GOOD;
    for (int i = 0; i < MAX_PASSES && left; i++) {
        kernels->ring_pass(curves, sums, fit->theta[0], fit->level, &pass);
        /* A lane that has ended keeps the moments of its own last pass, whatever its neighbours still need. */
        for (int l = 0; l < LANES; l++) {
            if (!busy[l]) continue;
            for (int j = 0; j < PARAMETERS; j++) moments->gradient[j][l] = pass.gradient[j][l];
            for (int j = 0; j < PAIRS; j++) moments->fisher[j][l] = pass.fisher[j][l];
            moments->chi2[l] = pass.chi2[l];
            if (step(curves, setting, fit, l)) {
                busy[l] = 0;
                left--;
                for (int s = 0; s < SECTORS; s++)
                    for (int j = 0; j < RADIAL; j++) moments->score[s][j][l] = pass.score[s][j][l];
            }
        }
    }
    for (int l = 0; l < LANES; l++)
        if (busy[l]) fit->status[l] = VITRO_PATTERN_NOT_CONVERGED;
}

/* The radial functions of a round ring: background, slope, height and size. Their information is the whole matrix's, the
 * size being that of equal VXX and VYY. */
void ring_fit_width(const vitro_kernels *kernels, const ring_curves *curves, const float *sums, ring_fit *fit) {
    ring_broadening b;
    kernels->ring_width(curves, sums, fit->theta[0], fit->level, &b);
    for (int l = 0; l < LANES; l++) {
        factor f;
        const double size = b.with[OF_STRETCH][l] / 2;
        const double with[PARAMETERS] = {[VXX] = size, [VYY] = size, [RING] = b.with[OF_RING][l], [BACK] = b.with[OF_BACK][l], [SLOPE] = b.with[OF_SLOPE][l]};
        double x[PARAMETERS], information = b.own[l];
        fit->width[l] = NAN;
        if (fit->status[l] != VITRO_PATTERN_GOOD || !factorize(fit->moments.fisher, l, &f)) continue;
        solve(&f, with, x);
        for (int j = 0; j < PARAMETERS; j++) information -= with[j] * x[j];
        double change = information > 0 ? b.score[l] / information : NAN;
        fit->width[l] = (float)(1 + fmax(-0.5, fmin(1, change)));
    }
}

/* ---- error bars ----------------------------------------------------------------- */

/* Covariance of the radial scores of a whole sector, from the scatter of the sectors: it knows the photons and the
 * speckle alike. The fit has taken five of the azimuthal degrees of freedom (harmonics 0, 1 and 2) away;
 * one more is taken off because of the few that are left: Student's t, so that one sigma holds 68 %. */
static int sector_covariance(const ring_cells *cells, const ring_fit *fit, int lane, double m[RADIAL][RADIAL]) {
    double weight = 0;
    memset(m, 0, sizeof(double) * RADIAL * RADIAL);
    for (int s = 0; s < SECTORS; s++) {
        weight += cells->share[s];
        for (int j = 0; j < RADIAL; j++)
            for (int k = 0; k < RADIAL; k++) m[j][k] += (double)fit->moments.score[s][j][lane] * fit->moments.score[s][k][lane];
    }
    if (weight < 8) return 0;
    for (int j = 0; j < RADIAL; j++)
        for (int k = 0; k < RADIAL; k++) m[j][k] /= weight - 6;
    return 1;
}

/* Sandwich covariance F^-1 M F^-1 of the parameters; 0 if there are too few sectors. */
static int covariance(const ring_curves *c, const ring_fit_setting *setting, const ring_fit *fit, int lane,
                      double cov[PARAMETERS][PARAMETERS]) {
    factor f;
    double m[RADIAL][RADIAL], meat[PARAMETERS][PARAMETERS] = {{0}}, half[PARAMETERS][PARAMETERS];
    if (!factorize(fit->moments.fisher, lane, &f) || !sector_covariance(c->cells, fit, lane, m)) return 0;
    for (int s = 0; s < SECTORS; s++) {
        double direction[PARAMETERS] = {0, 0, 0, 0, 0, 1, 1, 1};
        for (int j = 0; j < 5; j++) direction[j] = c->factor[s][j];
        for (int j = 0; j < PARAMETERS; j++)
            for (int k = 0; k < PARAMETERS; k++)
                meat[j][k] += c->cells->share[s] * direction[j] * direction[k] * m[radial_of[j]][radial_of[k]];
    }
    for (int j = 0; j < PARAMETERS; j++) solve(&f, meat[j], half[j]);
    for (int j = 0; j < PARAMETERS; j++) {
        double column[PARAMETERS];
        for (int k = 0; k < PARAMETERS; k++) column[k] = half[k][j];
        solve(&f, column, cov[j]);
        for (int k = 0; k < PARAMETERS; k++) cov[j][k] *= setting->correlation;
    }
    return 1;
}

/* The ring's height against its error when pixels are independent: a fit that wandered off usually had no ring to hold on to. */
static int has_ring(const ring_curves *c, const ring_fit *fit, int lane) {
    factor f;
    double unit[PARAMETERS] = {0}, column[PARAMETERS];
    if (!factorize(fit->moments.fisher, lane, &f)) return 0;
    unit[RING] = 1;
    solve(&f, unit, column);
    return fit->theta[RING][lane] > 3 * sqrt(column[RING] * noise(c, fit, lane));
}

static void no_result(float field[VITRO_RING_FIELDS], int status) {
    for (int i = 0; i < VITRO_RING_FIELDS; i++) field[i] = NAN;
    field[VITRO_RING_STATUS] = (float)status;
}

void ring_fit_fields(const ring_curves *c, const ring_fit_setting *setting, const ring_fit *fit, int lane,
                     float field[VITRO_RING_FIELDS]) {
    double cov[PARAMETERS][PARAMETERS];
    int status = fit->status[lane];
    if ((status == VITRO_PATTERN_NOT_CONVERGED || status == VITRO_PATTERN_OUT_OF_RANGE) && !has_ring(c, fit, lane))
        status = VITRO_PATTERN_NO_RING;
    if (status == VITRO_PATTERN_GOOD && !covariance(c, setting, fit, lane, cov)) status = VITRO_PATTERN_MASKED;
    if (status == VITRO_PATTERN_GOOD) {
        double strain_sigma = sqrt(fmax(cov[VXX][VXX], cov[VYY][VYY])), ring = fit->theta[RING][lane];
        if (!(ring > 3 * sqrt(cov[RING][RING]) && ring > WEAKEST_RING * setting->contrast * fit->theta[BACK][lane])) status = VITRO_PATTERN_NO_RING;
        else if (!(strain_sigma < 0.1) || fit->total[lane] < FEWEST_COUNTS * PARAMETERS * noise(c, fit, lane)) status = VITRO_PATTERN_FEW_COUNTS;
    }
    if (status != VITRO_PATTERN_GOOD) {
        no_result(field, status);
        return;
    }
    field[VITRO_RING_CENTER_X] = (float)(setting->center[0] + fit->theta[CX][lane]);
    field[VITRO_RING_CENTER_Y] = (float)(setting->center[1] + fit->theta[CY][lane]);
    field[VITRO_RING_V_XX] = fit->theta[VXX][lane];
    field[VITRO_RING_V_XY] = fit->theta[VXY][lane];
    field[VITRO_RING_V_YY] = fit->theta[VYY][lane];
    field[VITRO_RING_AMPLITUDE] = fit->theta[RING][lane];
    field[VITRO_RING_BACKGROUND] = fit->theta[BACK][lane];
    field[VITRO_RING_SLOPE] = fit->theta[SLOPE][lane] / fit->theta[BACK][lane];
    field[VITRO_RING_WIDTH] = (float)setting->width * fit->width[lane];
    field[VITRO_RING_CHI2] = (float)reduced_chi2(c, fit, lane);
    field[VITRO_RING_STATUS] = VITRO_PATTERN_GOOD;
    field[VITRO_RING_COV_XX_XX] = (float)cov[VXX][VXX];
    field[VITRO_RING_COV_XY_XY] = (float)cov[VXY][VXY];
    field[VITRO_RING_COV_YY_YY] = (float)cov[VYY][VYY];
    field[VITRO_RING_COV_XX_XY] = (float)cov[VXX][VXY];
    field[VITRO_RING_COV_XX_YY] = (float)cov[VXX][VYY];
    field[VITRO_RING_COV_XY_YY] = (float)cov[VXY][VYY];
}
