/* SPDX-License-Identifier: GPL-3.0-or-later
 * Glass models of ../shared/data/models and their scattering by the Debye formula.
 *
 * A model is a periodic box. Its pairs are counted by the nearest image up to half the box's side, R. A finite piece would show its own
 * shape at low q, so the homogeneous density is taken off the counts, and what is left is tapered to zero from 0.6 R to R by a
 * squared cosine, so that the end of the counts makes no ripples:
 *   I(q) / atoms = <f^2> + sum over kinds a, b of f_a f_b sum over r of [n_ab(r) - N_a N_b 4 pi r^2 dr / V] / N t(r) sin(2 pi q r) / (2 pi q r).
 * What is compared with a reduction of this I(q) is the transform of q (I - <f^2>) / <f>^2 itself: both see the same counts and taper. */
#ifndef DEBYE_H
#define DEBYE_H

#include "check.h"

#define DEBYE_STEP 0.005 /* Angstrom, width of a bin of distances */
enum { DEBYE_KINDS = 3 };

typedef struct {
    char composition[64];
    int atoms, kinds, bins;
    double box, fraction[DEBYE_KINDS];
    char symbol[DEBYE_KINDS][3];
    double *pairs[DEBYE_KINDS][DEBYE_KINDS]; /* a <= b: excess of pairs an atom over the homogeneous density, tapered */
} debye_model;

/* One line "symbol x y z" or "atomic number x y z". */
static inline int debye_atom(const char *line, char symbol[3], double at[3]) {
    static const struct { int number; const char *symbol; } names[] = {{40, "Zr"}, {29, "Cu"}, {13, "Al"}, {46, "Pd"}, {14, "Si"}};
    char word[16];
    if (sscanf(line, "%15s %lf %lf %lf", word, at, at + 1, at + 2) != 4) return 0;
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (atoi(word) == names[i].number) snprintf(word, sizeof word, "%s", names[i].symbol);
    snprintf(symbol, 3, "%.2s", word);
    return 1;
}

static inline int debye_kind(debye_model *m, const char *symbol) {
    int k = 0;
    while (k < m->kinds && strcmp(m->symbol[k], symbol)) k++;
    if (k == m->kinds) {
        assert_true(m->kinds < DEBYE_KINDS);
        memcpy(m->symbol[m->kinds++], symbol, 3);
    }
    return k;
}

static inline void debye_count(debye_model *m, const double (*at)[3], const int *kind) {
    double half = m->box / 2;
    for (int i = 0; i < m->atoms; i++)
        for (int j = 0; j < i; j++) {
            double r2 = 0;
            for (int k = 0; k < 3; k++) {
                double d = at[i][k] - at[j][k];
                d -= m->box * rint(d / m->box);
                r2 += d * d;
            }
            if (r2 >= half * half) continue;
            int a = kind[i] < kind[j] ? kind[i] : kind[j], b = kind[i] < kind[j] ? kind[j] : kind[i];
            m->pairs[a][b][(int)(sqrt(r2) / DEBYE_STEP)] += 2.0 / m->atoms;
        }
}

static inline void debye_taper(debye_model *m) {
    double density = m->atoms / (m->box * m->box * m->box), R = m->box / 2, pi = acos(-1);
    for (int a = 0; a < m->kinds; a++)
        for (int b = a; b < m->kinds; b++)
            for (int i = 0; i < m->bins; i++) {
                double r = (i + 0.5) * DEBYE_STEP, x = (r / R - 0.6) / 0.4, t = x <= 0 ? 1 : x >= 1 ? 0 : pow(cos(pi / 2 * x), 2);
                double homogeneous = 4 * pi * r * r * DEBYE_STEP * density * m->fraction[a] * m->fraction[b] * (a == b ? 1 : 2);
                m->pairs[a][b][i] = t * (m->pairs[a][b][i] - homogeneous);
            }
}

/* Reads a model's file; 0 if it is not there. */
static inline int debye_open(const char *name, debye_model *m) {
    char path[256], line[256], symbol[3];
    const char *folders[2] = {"../shared/data/models", "../../shared/data/models"};
    FILE *file = NULL;
    if (getenv("VITROMAP_DATA")) {
        snprintf(path, sizeof path, "%s/models/%s", getenv("VITROMAP_DATA"), name);
        file = fopen(path, "r");
    }
    for (int i = 0; i < 2 && !file; i++) {
        snprintf(path, sizeof path, "%s/%s", folders[i], name);
        file = fopen(path, "r");
    }
    if (!file) return 0;
    enum { MOST = 13000 };
    double (*at)[3] = malloc(sizeof *at * MOST), lines[3];
    int *kind = malloc(sizeof *kind * MOST), count[DEBYE_KINDS] = {0};
    memset(m, 0, sizeof *m);
    while (fgets(line, sizeof line, file)) {
        if (debye_atom(line, symbol, at[m->atoms]) && m->atoms < MOST) kind[m->atoms] = debye_kind(m, symbol), count[kind[m->atoms]]++, m->atoms++;
        else if (sscanf(line, "%lf %lf %lf", lines, lines + 1, lines + 2) == 3 && lines[0] > 0) m->box = lines[0];
    }
    fclose(file);
    m->bins = (int)(m->box / 2 / DEBYE_STEP);
    for (int a = 0; a < m->kinds; a++) {
        m->fraction[a] = (double)count[a] / m->atoms;
        snprintf(m->composition + strlen(m->composition), 12, "%s%d", m->symbol[a], count[a]);
        for (int b = a; b < m->kinds; b++) m->pairs[a][b] = calloc((size_t)m->bins + 1, sizeof(double));
    }
    debye_count(m, (const double (*)[3])at, kind);
    debye_taper(m);
    free(at);
    free(kind);
    return 1;
}

static inline void debye_close(debye_model *m) {
    for (int a = 0; a < m->kinds; a++)
        for (int b = a; b < m->kinds; b++) free(m->pairs[a][b]);
}

/* I(q) of an atom in the mean. */
static inline void debye_profile(const debye_model *m, vitro_factors table, const double *q, int n, double *intensity) {
    double pi = acos(-1), factor[DEBYE_KINDS], f2;
    for (int z = 0; z < n; z++) {
        double weight[DEBYE_KINDS][DEBYE_KINDS];
        assert_ok(vitro_scattering_factors(table, m->composition, q + z, 1, &f2, NULL));
        for (int a = 0; a < m->kinds; a++) {
            assert_ok(vitro_scattering_factors(table, m->symbol[a], q + z, 1, factor + a, NULL));
            factor[a] = sqrt(factor[a]);
        }
        for (int a = 0; a < m->kinds; a++)
            for (int b = a; b < m->kinds; b++) weight[a][b] = factor[a] * factor[b];
        intensity[z] = f2;
        for (int i = 0; i < m->bins; i++) {
            double sum = 0, x = 2 * pi * q[z] * (i + 0.5) * DEBYE_STEP;
            for (int a = 0; a < m->kinds; a++)
                for (int b = a; b < m->kinds; b++) sum += weight[a][b] * m->pairs[a][b][i];
            intensity[z] += sum * sin(x) / x;
        }
    }
}

#endif
