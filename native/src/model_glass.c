/* A glass of our own: soft spheres of Zr50Cu45Al5, pressed from random places until they hardly overlap.
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The energy is the sum of (1 - r / d)^2 over pairs nearer than d, the sum of their radii; it is lowered by gradient steps with inertia that is
 * dropped whenever it points uphill (E. Bitzek et al., Phys. Rev. Lett. 97 (2006) 170201). A dense random packing has the first peak of a metallic glass at the
 * touching distance and its split second peak. The atoms are then moved a little, as by heat.
 */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "model.h"
#include "scattering.h"
#include "sim.h"

enum { ATOMS = 2000, STEPS = 300, KINDS = 3, CELLS = 10, IN_CELL = 24 };

/* Atoms in a cubic Angstrom: 7.0 g/cm^3 of Zr50Cu45Al5. */
#define DENSITY 0.0558

static const struct {
    const char *symbol;
    int percent;
    double radius; /* Angstrom, of a touching sphere: 0.95 of the metallic radius, which leaves a packing fraction of 0.63 */
} kinds[KINDS] = {{"Zr", 50, 1.52}, {"Cu", 45, 1.22}, {"Al", 5, 1.36}};

typedef struct {
    double at[ATOMS][3], force[ATOMS][3], speed[ATOMS][3];
    int kind[ATOMS];
    int count[CELLS * CELLS * CELLS], cell[CELLS * CELLS * CELLS][IN_CELL];
    double box;
} packing;

/* Standard deviation of an atom's place along an axis, Angstrom. */
#define VIBRATION 0.1

/* Nearly normal: the sum of four uniform numbers. */
static double normal(uint64_t key) {
    int sum = (int)(key & 0xffff) + (int)(key >> 16 & 0xffff) + (int)(key >> 32 & 0xffff) + (int)(key >> 48);
    return (sum - 131070) * (1.7320508075688772 / 65536);
}

static int cell_of(const packing *p, const double at[3]) {
    int c[3];
    for (int k = 0; k < 3; k++) c[k] = (int)(at[k] / p->box * CELLS) % CELLS;
    return (c[2] * CELLS + c[1]) * CELLS + c[0];
}

static void sort_into_cells(packing *p) {
    memset(p->count, 0, sizeof p->count);
    for (int i = 0; i < ATOMS; i++) {
        int c = cell_of(p, p->at[i]);
        if (p->count[c] < IN_CELL) p->cell[c][p->count[c]++] = i; /* more than 24 in 36 cubic Angstrom never are */
    }
}

static void repel(packing *p, int i, int j) {
    double d[3], r2 = 0, touch = kinds[p->kind[i]].radius + kinds[p->kind[j]].radius;
    for (int k = 0; k < 3; k++) {
        d[k] = p->at[i][k] - p->at[j][k];
        d[k] -= p->box * floor(d[k] / p->box + 0.5);
        r2 += d[k] * d[k];
    }
    if (r2 >= touch * touch || r2 == 0) return;
    double r = sqrt(r2), push = 2 * (1 - r / touch) / (touch * r);
    for (int k = 0; k < 3; k++) p->force[i][k] += push * d[k];
}

static void find_forces(packing *p) {
    sort_into_cells(p);
    memset(p->force, 0, sizeof p->force);
    for (int i = 0; i < ATOMS; i++) {
        int c = cell_of(p, p->at[i]), x = c % CELLS, y = c / CELLS % CELLS, z = c / CELLS / CELLS;
        for (int n = 0; n < 27; n++) {
            int of = (((z + n / 9 + CELLS - 1) % CELLS) * CELLS + (y + n / 3 % 3 + CELLS - 1) % CELLS) * CELLS + (x + n % 3 + CELLS - 1) % CELLS;
            for (int j = 0; j < p->count[of]; j++)
                if (p->cell[of][j] != i) repel(p, i, p->cell[of][j]);
        }
    }
}

/* A step of 0.2 Angstrom at most, so that no two atoms pass each other. */
static void move(packing *p, double time) {
    double uphill = 0;
    for (int i = 0; i < ATOMS; i++)
        for (int k = 0; k < 3; k++) uphill += p->speed[i][k] * p->force[i][k];
    for (int i = 0; i < ATOMS; i++)
        for (int k = 0; k < 3; k++) {
            p->speed[i][k] = (uphill < 0 ? 0 : 0.99 * p->speed[i][k]) + time * p->force[i][k];
            double step = fmax(-0.2, fmin(0.2, time * p->speed[i][k])), at = p->at[i][k] + step;
            p->at[i][k] = at - p->box * floor(at / p->box);
        }
}

static void start(packing *p, uint64_t seed) {
    p->box = cbrt(ATOMS / DENSITY);
    int kind = 0, left = ATOMS * kinds[0].percent / 100;
    for (int i = 0; i < ATOMS; i++, left--) {
        while (left == 0) left = ATOMS * kinds[++kind].percent / 100;
        p->kind[i] = kind;
        for (int k = 0; k < 3; k++) {
            p->at[i][k] = p->box * ((double)(sim_key(sim_key(seed, (uint64_t)i), (uint64_t)k) >> 11) * 0x1p-53);
            p->speed[i][k] = 0;
        }
    }
}

vitro_status vitro_model_glass(uint64_t seed, vitro_model **model) {
    packing *p = vitro_alloc(1, sizeof *p);
    vitro_model *m = vitro_calloc(1, sizeof *m);
    if (m) m->atom = vitro_alloc(ATOMS, sizeof *m->atom);
    if (!p || !m || !m->atom) {
        free(p);
        vitro_model_free(m);
        return VITRO_MEMORY;
    }
    start(p, sim_mix(seed));
    for (int step = 0; step < STEPS; step++) {
        find_forces(p);
        move(p, 0.5);
    }
    m->atoms = ATOMS;
    for (int i = 0; i < ATOMS; i++) {
        m->atom[i].element = scattering_index(kinds[p->kind[i]].symbol, 2);
        for (int k = 0; k < 3; k++) m->atom[i].at[k] = p->at[i][k] + VIBRATION * normal(sim_key(sim_key(seed, (uint64_t)i), (uint64_t)k + 3));
    }
    for (int k = 0; k < 3; k++) m->box[k] = p->box;
    free(p);
    *model = m;
    return VITRO_OK;
}
