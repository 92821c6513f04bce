/* Structure models from text: xyz files, and the form with the box on the second line that reverse Monte Carlo programs write.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "io_layout.h"
#include "model.h"
#include "scattering.h"

enum { WORDS = 4, SHOWN = 40 };

typedef struct {
    vitro_text rest;
    int64_t number; /* of the line that was read last, from 1 */
} reader;

/* The next line without its end; begin = NULL at the end of the text. */
static vitro_text next_line(reader *r) {
    if (r->rest.begin >= r->rest.end) return (vitro_text){NULL, NULL};
    const char *begin = r->rest.begin, *end = memchr(begin, '\n', (size_t)(r->rest.end - begin));
    if (!end) end = r->rest.end;
    r->rest.begin = end < r->rest.end ? end + 1 : end;
    r->number++;
    return (vitro_text){begin, end};
}

static int is_blank(char c) { return c == ' ' || c == '\t' || c == '\r' || c == ','; }

/* The first words of a line; returns how many of at most WORDS there are. */
static int split(vitro_text line, vitro_text word[WORDS]) {
    const char *p = line.begin;
    int n = 0;
    while (n < WORDS) {
        while (p < line.end && is_blank(*p)) p++;
        if (p >= line.end) break;
        word[n].begin = p;
        while (p < line.end && !is_blank(*p)) p++;
        word[n++].end = p;
    }
    return n;
}

/* A word that is a number from its first character to its last, else NaN. */
static double number(vitro_text word) {
    for (const char *p = word.begin; p < word.end; p++)
        if (!strchr("0123456789+-.eE", *p)) return NAN;
    return vitro_text_number(word);
}

static vitro_status broken(const reader *r, vitro_text line, const char *why) {
    int n = (int)(line.end - line.begin < SHOWN ? line.end - line.begin : SHOWN);
    return vitro_fail(VITRO_FORMAT, "structure model, line %lld: %s in \"%.*s\"; expected an element and its x, y, z in Angstrom", (long long)r->number, why, n,
                      line.begin);
}

/* A symbol, a symbol with a label such as Zr12, or an atomic number; -1 = neither. */
static int element_of(vitro_text word) {
    double z = number(word);
    if (z >= 1 && z <= SCATTERING_ELEMENTS && z == floor(z)) return (int)z - 1;
    size_t n = 0, length = (size_t)(word.end - word.begin);
    while (n < length && ((word.begin[n] >= 'A' && word.begin[n] <= 'Z') || (word.begin[n] >= 'a' && word.begin[n] <= 'z'))) n++;
    return n ? scattering_index(word.begin, n) : -1;
}

static vitro_status read_atom(const reader *r, vitro_text line, model_atom *atom) {
    vitro_text word[WORDS];
    if (split(line, word) < WORDS) return broken(r, line, "fewer than four words");
    atom->element = element_of(word[0]);
    if (atom->element < 0) return broken(r, line, "an unknown element");
    for (int k = 0; k < 3; k++) {
        atom->at[k] = number(word[k + 1]);
        if (!(fabs(atom->at[k]) < 1e6)) return broken(r, line, "a coordinate that is no number");
    }
    return VITRO_OK;
}

/* Three numbers at the start, or Lattice="a 0 0 0 b 0 0 0 c" of extended xyz; anything else leaves the model without a box. */
static void read_box(vitro_text line, double box[3]) {
    vitro_text word[WORDS], lattice = vitro_text_after(line, "Lattice=\"");
    double length[3] = {0, 0, 0};
    if (lattice.begin) {
        for (int k = 0; k < 9; k++) {
            vitro_text one[WORDS];
            if (!split(lattice, one)) return;
            double value = vitro_text_number(one[0]);
            if (k % 4 == 0) length[k / 4] = value;
            else if (value != 0) return; /* a slanted cell */
            lattice.begin = one[0].end;
        }
    } else if (split(line, word) >= 3) {
        for (int k = 0; k < 3; k++) length[k] = number(word[k]);
    }
    for (int k = 0; k < 3; k++)
        if (!(length[k] > 0.5 && length[k] < 1e6)) return;
    memcpy(box, length, sizeof length);
}

/* The number of atoms, if the first line is one: then it is a promise. */
static int64_t promised(vitro_text line) {
    vitro_text word[WORDS];
    double n = split(line, word) == 1 ? number(word[0]) : NAN;
    return n >= 1 && n < 1e9 && n == floor(n) ? (int64_t)n : -1;
}

static vitro_status read_atoms(reader *r, int64_t expected, vitro_model *m, int64_t room) {
    for (vitro_text line = next_line(r); line.begin; line = next_line(r)) {
        vitro_text word[WORDS];
        int words = split(line, word);
        if (!words || (expected < 0 && words == 1 && number(word[0]) == -1)) continue; /* -1 ends a list without a count */
        if (m->atoms == expected) return vitro_fail(VITRO_FORMAT, "structure model: %lld atoms are announced, line %lld holds one more", (long long)expected, (long long)r->number);
        if (m->atoms == room) return vitro_fail(VITRO_FORMAT, "structure model: more than %lld atoms", (long long)room);
        vitro_status status = read_atom(r, line, &m->atom[m->atoms]);
        if (status != VITRO_OK) return status;
        m->atoms++;
    }
    if (expected >= 0 && m->atoms != expected)
        return vitro_fail(VITRO_FORMAT, "structure model: %lld atoms are announced, %lld are there", (long long)expected, (long long)m->atoms);
    return m->atoms ? VITRO_OK : vitro_fail(VITRO_FORMAT, "structure model: there are no atoms in it");
}

vitro_status vitro_model_read(const char *text, size_t n, vitro_model **model) {
    reader r = {{text, text + n}, 0};
    vitro_model *m = vitro_calloc(1, sizeof *m);
    int64_t room = (int64_t)(n / 8) + 1; /* no atom takes fewer than 8 characters */
    if (m) m->atom = vitro_alloc((size_t)room, sizeof *m->atom);
    vitro_status status = m && m->atom ? VITRO_OK : VITRO_MEMORY;
    if (status == VITRO_OK) {
        vitro_text first = next_line(&r), second = next_line(&r);
        if (second.begin) read_box(second, m->box);
        status = read_atoms(&r, first.begin ? promised(first) : -1, m, room);
    }
    if (status == VITRO_OK) *model = m;
    else vitro_model_free(m);
    return status;
}

void vitro_model_free(vitro_model *model) {
    if (!model) return;
    free(model->atom);
    free(model);
}

int64_t vitro_model_size(const vitro_model *model, double box[3]) {
    memcpy(box, model->box, sizeof model->box);
    return model->atoms;
}

void vitro_model_atoms(const vitro_model *model, double *out) {
    for (int64_t i = 0; i < model->atoms; i++, out += 4) {
        out[0] = model->atom[i].element + 1;
        memcpy(out + 1, model->atom[i].at, sizeof model->atom[i].at);
    }
}
