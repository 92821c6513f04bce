/* SPDX-License-Identifier: GPL-3.0-or-later
 * Sums over polar cells against naive sums over pixels, for every instruction set and pixel type, in frames between two
 * pages that cannot be read: one pixel too far is a crash. */
#define _DEFAULT_SOURCE
#include <sys/mman.h>
#include <unistd.h>

#include "check.h"
#include "kernels.h"

static const int BYTES[] = {0, 1, 2, 4};

/* Memory of `bytes` bytes whose end (or begin) touches a page that cannot be read. */
typedef struct {
    char *map, *data;
    size_t size;
} guarded;

static guarded guarded_new(size_t bytes, int at_end) {
    size_t page = (size_t)sysconf(_SC_PAGESIZE), inner = (bytes + page - 1) / page * page;
    guarded g = {.size = inner + 2 * page};
    g.map = mmap(NULL, g.size, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    assert_true(g.map != MAP_FAILED);
    assert_int_equal(mprotect(g.map + page, inner, PROT_READ | PROT_WRITE), 0);
    g.data = g.map + page + (at_end ? inner - bytes : 0);
    return g;
}

static void guarded_free(guarded *g) { munmap(g->map, g->size); }

/* Whole counts, so that float sums are exact; the types' largest values among them. */
static void fill(void *frames, int type, size_t pixels, uint64_t seed) {
    for (size_t i = 0; i < pixels; i++) {
        uint64_t value = random_bits(&seed), full = random_bits(&seed) % 50 == 0;
        if (type == VITRO_U8) ((uint8_t *)frames)[i] = full ? UINT8_MAX : (uint8_t)(value % 250);
        else if (type == VITRO_U16) ((uint16_t *)frames)[i] = full ? UINT16_MAX : (uint16_t)(value % 65000);
        else ((float *)frames)[i] = (float)(int)(value % 2000) - 500;
    }
}

static double pixel(const void *frames, int type, size_t i) {
    return type == VITRO_U8 ? ((const uint8_t *)frames)[i] : type == VITRO_U16 ? ((const uint16_t *)frames)[i] : ((const float *)frames)[i];
}

typedef struct {
    int width, height, bins;
    double inner, bin_width;
    vitro_geometry geometry; /* mask is filled in */
} layout;

/* Rectangular, off-centre, elliptic; narrower and wider than a tile; annuli that reach the first and the last pixel. */
static const layout LAYOUTS[] = {
    {61, 43, 21, 3, 1, {29.137, 20.711, 1.01, 0.004, 0.99011485, 0, 0, NULL}},
    {200, 31, 40, 0, 2.7, {170.313, 9.177, 1, 0, 1, 0, 0, NULL}},
    {5, 97, 30, 2, 3.3, {1.219, 50.171, 1, 0, 1, 0, 0, NULL}},
    {9, 9, 3, 1, 4, {4.013, 4.029, 1, 0, 1, 0, 0, NULL}},
};
enum { LAYOUT_COUNT = sizeof LAYOUTS / sizeof *LAYOUTS };

/* The cell of a pixel by the definition: 36 sectors counted from +x towards +y (down), radii inner + i bin_width. */
static int naive_cell(const layout *c, int x, int y) {
    const vitro_geometry *g = &c->geometry;
    double dx = x - g->center_x, dy = y - g->center_y;
    double u = g->ellipse_xx * dx + g->ellipse_xy * dy, v = g->ellipse_xy * dx + g->ellipse_yy * dy, degrees = atan2(v, u) * 180 / M_PI;
    int sector = (int)((degrees < 0 ? degrees + 360 : degrees) / 10) % SECTORS;
    double bin = floor((sqrt(u * u + v * v) - c->inner) / c->bin_width);
    return bin < 0 || bin >= c->bins ? -1 : sector * c->bins + (int)bin;
}

/* Every fifth pixel and a block are masked. */
static uint8_t *some_mask(const layout *c, uint64_t seed) {
    uint8_t *mask = calloc((size_t)c->width * (size_t)c->height, 1);
    for (int i = 0; i < c->width * c->height; i++)
        mask[i] = random_bits(&seed) % 5 == 0 || (i % c->width > c->width / 2 && i / c->width < c->height / 4);
    mask[0] = mask[c->width * c->height - 1] = 0;
    return mask;
}

static ring_cells *cells_of(const layout *c, const uint8_t *mask) {
    vitro_geometry geometry = c->geometry;
    ring_cells *cells;
    geometry.mask = mask;
    assert_ok(ring_cells_new(&geometry, c->width, c->height, c->inner, c->bin_width, c->bins, &cells));
    return cells;
}

static void test_cells_hold_their_pixels_moments(void **state) {
    (void)state;
    for (int k = 0; k < LAYOUT_COUNT; k++) {
        const layout *c = &LAYOUTS[k];
        uint8_t *mask = some_mask(c, 3);
        ring_cells *cells = cells_of(c, mask);
        double(*sum)[6] = calloc((size_t)cells->cells, sizeof *sum), sector[SECTORS] = {0}, most = 0;
        int64_t total = 0;
        for (int i = 0; i < c->width * c->height; i++) {
            int cell = mask[i] ? -1 : naive_cell(c, i % c->width, i / c->width);
            if (cell < 0) continue;
            double x = i % c->width - c->geometry.center_x, y = i / c->width - c->geometry.center_y;
            const double term[6] = {1, x, y, x * x, x * y, y * y};
            for (int j = 0; j < 6; j++) sum[cell][j] += term[j];
            most = fmax(most, ++sector[cell / c->bins]);
            total++;
        }
        assert_int_equal(cells->total_pixels, total);
        for (int i = 0; i < cells->cells; i++) {
            double n = sum[i][0], scale = 1e-6 * (c->width * c->width + c->height * c->height);
            assert_true(cells->pixels[i] == n);
            if (n == 0) continue;
            assert_near(cells->x[i], sum[i][1] / n, scale);
            assert_near(cells->y[i], sum[i][2] / n, scale);
            assert_near(cells->xx[i], sum[i][3] / n, scale);
            assert_near(cells->xy[i], sum[i][4] / n, scale);
            assert_near(cells->yy[i], sum[i][5] / n, scale);
        }
        for (int s = 0; s < SECTORS; s++) assert_near(cells->share[s], sector[s] / most, 1e-6);
        free(sum);
        free(mask);
        ring_cells_free(cells);
    }
}

static void check_sums(const vitro_kernels *kernels, const layout *c, const uint8_t *mask, const ring_cells *cells, int type, int at_end) {
    size_t pixels = (size_t)c->width * (size_t)c->height, values = (size_t)cells->cells * LANES;
    guarded frames = guarded_new(pixels * LANES * (size_t)BYTES[type], at_end);
    fill(frames.data, type, pixels * LANES, 17);
    const void *frame[LANES];
    for (int l = 0; l < LANES; l++) frame[l] = frames.data + (size_t)l * pixels * (size_t)BYTES[type];
    float *sums = malloc(sizeof *sums * values), saturated[LANES];
    for (size_t i = 0; i < values; i++) sums[i] = NAN; /* the kernel clears them */
    for (int l = 0; l < LANES; l++) saturated[l] = NAN;
    kernels->cell_sums(type, frame, cells, sums, saturated);
    double *naive = calloc(values, sizeof *naive), full[LANES] = {0};
    for (size_t i = 0; i < pixels; i++) {
        int cell = mask[i] ? -1 : naive_cell(c, (int)i % c->width, (int)i / c->width);
        for (int l = 0; l < LANES && cell >= 0; l++) {
            double value = pixel(frame[l], type, i);
            naive[cell * LANES + l] += value;
            full[l] += (type == VITRO_U8 && value == UINT8_MAX) || (type == VITRO_U16 && value == UINT16_MAX);
        }
    }
    for (size_t i = 0; i < values; i++)
        CHECK(fabs(sums[i] - naive[i]) <= 1e-6 * fabs(naive[i]), "%s, type %d, cell %zu: %.9g, not %.9g", kernels->name, type, i / LANES, sums[i], naive[i]);
    for (int l = 0; l < LANES; l++) assert_true(saturated[l] == full[l]);
    free(naive);
    free(sums);
    guarded_free(&frames);
}

static void test_cell_sums_are_those_of_the_pixels(void **state) {
    (void)state;
    for (int k = 0; k < LAYOUT_COUNT; k++) {
        uint8_t *mask = some_mask(&LAYOUTS[k], 3);
        ring_cells *cells = cells_of(&LAYOUTS[k], mask);
        for (int isa = VITRO_ISA_BASELINE; isa <= VITRO_ISA_AVX512; isa++) {
            const vitro_kernels *kernels = vitro_kernels_for((vitro_isa)isa);
            for (int type = VITRO_U8; type <= VITRO_F32 && kernels; type++)
                for (int at_end = 0; at_end < 2; at_end++) check_sums(kernels, &LAYOUTS[k], mask, cells, type, at_end);
        }
        free(mask);
        ring_cells_free(cells);
    }
}

/* A count of pixels at the maximum that does not fit in a byte or wrap in 16 bits; all of them, unmasked. */
static void test_wholly_saturated_frames(void **state) {
    (void)state;
    layout c = {300, 300, 220, 0, 1, {149.513, 149.477, 1, 0, 1, 0, 0, NULL}};
    ring_cells *cells = cells_of(&c, NULL);
    assert_int_equal(cells->total_pixels, 90000);
    uint16_t *frame = malloc(2 * 90000);
    memset(frame, 255, 2 * 90000);
    const void *frames[LANES];
    for (int l = 0; l < LANES; l++) frames[l] = frame;
    float *sums = malloc(sizeof(float) * LANES * (size_t)cells->cells), saturated[LANES];
    for (int isa = VITRO_ISA_BASELINE; isa <= VITRO_ISA_AVX512; isa++) {
        const vitro_kernels *kernels = vitro_kernels_for((vitro_isa)isa);
        for (int type = VITRO_U8; type <= VITRO_U16 && kernels; type++) {
            double total = 0;
            kernels->cell_sums(type, frames, cells, sums, saturated);
            for (int i = 0; i < cells->cells; i++) total += sums[i * LANES + 7];
            assert_near(total, 90000.0 * (type == VITRO_U8 ? UINT8_MAX : UINT16_MAX), 1);
            for (int l = 0; l < LANES; l++) assert_true(saturated[l] == 90000);
        }
    }
    free(sums);
    free(frame);
    ring_cells_free(cells);
}

static void test_cells_without_a_pixel_are_an_error(void **state) {
    (void)state;
    vitro_geometry g = {4, 4, 1, 0, 1, 0, 0, NULL};
    uint8_t mask[81];
    ring_cells *cells = NULL;
    assert_fails(ring_cells_new(&g, 9, 9, 40, 1, 8, &cells), VITRO_DATA, "40.0 to 48.0");
    memset(mask, 1, sizeof mask);
    g.mask = mask;
    assert_fails(ring_cells_new(&g, 9, 9, 1, 1, 3, &cells), VITRO_DATA, "no unmasked pixel");
    assert_null(cells);
}

typedef vitro_status (*job_new)(const vitro_frames *, vitro_job **);

static const vitro_geometry WHOLE = {22.3, 19.7, 1, 0, 1, 6, 17, NULL};
static vitro_status new_reference(const vitro_frames *f, vitro_job **job) { return vitro_reference_new(f, &WHOLE, job); }
static vitro_status new_ellipse(const vitro_frames *f, vitro_job **job) { return vitro_direct_ellipse_new(f, &WHOLE, 0.95, job); }

/* No job reads beyond its frames, also where they are not a multiple of a group. */
static void test_jobs_stay_within_their_frames(void **state) {
    (void)state;
    static const job_new kinds[] = {vitro_mean_new, new_reference, new_ellipse};
    static const int64_t counts[] = {1, 15, 16, 19};
    for (int k = 0; k < 12; k++)
        for (int type = VITRO_U8; type <= VITRO_F32; type++)
            for (int isa = VITRO_ISA_BASELINE; isa <= VITRO_ISA_AVX512; isa++) {
                vitro_frames frames = {45, 39, type, isa, counts[k % 4]};
                if (!vitro_isa_name((vitro_isa)isa)) continue;
                size_t values = (size_t)(45 * 39 * frames.frames);
                guarded data = guarded_new(values * (size_t)BYTES[type], 1);
                fill(data.data, type, values, 23);
                vitro_job *job;
                assert_ok(kinds[k / 4](&frames, &job));
                assert_ok(vitro_job_feed(job, data.data, 0, frames.frames));
                free(finished(job));
                guarded_free(&data);
            }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_cells_hold_their_pixels_moments), cmocka_unit_test(test_cell_sums_are_those_of_the_pixels),
        cmocka_unit_test(test_wholly_saturated_frames),         cmocka_unit_test(test_cells_without_a_pixel_are_an_error),
        cmocka_unit_test(test_jobs_stay_within_their_frames),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
