/* SPDX-License-Identifier: GPL-3.0-or-later
 * Hot spots: discs of known number and size, what is connected and what is not, bad input. */
#include "check.h"

enum { W = 200, H = 160 };

typedef struct {
    int x, y, radius, pixels;
} disc;

/* Discs on a grid, far enough from each other; a background of noise below 0.5. */
static int draw(float *map, disc *discs) {
    uint64_t random = 8;
    int n = 0;
    for (int i = 0; i < W * H; i++) map[i] = (float)(0.5 * random_part(&random));
    for (int y = 14; y < H - 10; y += 24)
        for (int x = 13; x < W - 10; x += 23) discs[n++] = (disc){x, y, 2 + n % 8, 0};
    for (disc *d = discs; d < discs + n; d++)
        for (int i = 0; i < W * H; i++)
            if (hypot(i % W - d->x, i / W - d->y) <= d->radius) map[i] = 1 + 0.01f * (float)d->radius, d->pixels++;
    return n;
}

static void test_discs(void **state) {
    (void)state;
    float *map = malloc(sizeof(float) * W * H), *label = malloc(sizeof(float) * W * H);
    disc discs[100];
    int n = draw(map, discs), large = 0;
    int64_t count;
    double spot[100 * VITRO_HOT_SPOT_FIELDS];
    assert_ok(vitro_hot_spots(map, W, H, 0.75, 1, label, &count));
    assert_int_equal(count, n);
    assert_ok(vitro_hot_spot_sizes(map, label, W, H, count, spot));
    for (int k = 0; k < n; k++) {
        const double *s = spot + ((int)label[discs[k].y * W + discs[k].x] - 1) * VITRO_HOT_SPOT_FIELDS;
        assert_true(s[VITRO_HOT_SPOT_PIXELS] == discs[k].pixels);
        assert_near(s[VITRO_HOT_SPOT_X], discs[k].x + 0.5, 1e-9);
        assert_near(s[VITRO_HOT_SPOT_Y], discs[k].y + 0.5, 1e-9);
        assert_near(s[VITRO_HOT_SPOT_MEAN], 1 + 0.01 * discs[k].radius, 1e-5);
        assert_near(s[VITRO_HOT_SPOT_MAXIMUM], 1 + 0.01 * discs[k].radius, 1e-5);
        large += discs[k].pixels >= 80;
    }
    assert_ok(vitro_hot_spots(map, W, H, 0.75, 80, label, &count));
    assert_int_equal(count, large);
    double area = 0, expected = 0;
    for (int i = 0; i < W * H; i++) area += label[i] > 0;
    for (int k = 0; k < n; k++) expected += discs[k].pixels >= 80 ? discs[k].pixels : 0;
    assert_true(area == expected);
    free(map);
    free(label);
}

static void test_connected(void **state) {
    (void)state;
    const float x = NAN;
    const float map[5 * 6] = {
        2, 0, 0, 0, 0, 2, /* over a corner: one region; round the edge: another */
        0, 2, 0, 0, 0, 0,
        0, 0, 0, x, 2, x, /* NaN connects nothing */
        2, 2, 0, 0, x, 2,
        2, 0, 0, 0, 0, INFINITY};
    float label[30];
    double spot[6 * VITRO_HOT_SPOT_FIELDS];
    int64_t count;
    assert_ok(vitro_hot_spots(map, 6, 5, 2, 1, label, &count));
    assert_int_equal(count, 4); /* 2 at the threshold counts; 4,2 and 5,3 touch over a corner */
    assert_true(label[0] == 1 && label[7] == 1 && label[5] == 2 && label[16] == 3 && label[23] == 3 && label[18] == 4 && label[29] == 0);
    assert_ok(vitro_hot_spots(map, 6, 5, 2, 2, label, &count));
    assert_int_equal(count, 3);
    assert_true(label[5] == 0 && label[18] == 3);
    assert_ok(vitro_hot_spot_sizes(map, label, 6, 5, count, spot));
    assert_near(spot[2 * VITRO_HOT_SPOT_FIELDS + VITRO_HOT_SPOT_X], (0.5 + 1.5 + 0.5) / 3, 1e-12);
    assert_fails(vitro_hot_spot_sizes(map, label, 6, 5, 1, spot), VITRO_ARGUMENT, "label");
    assert_ok(vitro_hot_spots(map, 6, 5, 9, 1, label, &count));
    assert_int_equal(count, 0);
    assert_fails(vitro_hot_spots(map, 6, 5, NAN, 1, label, &count), VITRO_ARGUMENT, "threshold");
    assert_fails(vitro_hot_spots(map, 0, 5, 1, 1, label, &count), VITRO_ARGUMENT, "map");
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_discs), cmocka_unit_test(test_connected)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
