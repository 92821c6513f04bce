/* Vitromap: maps of metallic glasses from 4D-STEM data.
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The whole C interface. What holds everywhere:
 *
 *  - A function that can fail returns a vitro_status; vitro_last_error() then gives
 *    one line of text, with the numbers in it, for the calling thread. Output
 *    arguments are untouched on failure unless said otherwise.
 *  - The library starts no threads, prints nothing, never exits and keeps no state
 *    of its own (FFTW's planner is behind a lock).
 *  - Patterns are width x height, row by row, kx to the right, ky DOWN, pixel
 *    centres at integers, first pixel (0, 0). Lengths on the detector are pixels.
 *  - q = 1/d in 1/Angstrom, no 2 pi.
 *  - A symmetric matrix is three numbers 'xx, xy, yy'. In the detector frame y
 *    points down; results for the user are in the scan frame, y up.
 *  - The instrument's ellipse is the symmetric matrix E, determinant 1, that makes
 *    rings round: k_round = E (k - centre).
 *  - NaN = not measured. Strains are fractions (0.01 = 1 %) unless 'percent' is said.
 *  - A mask is width x height bytes, nonzero = masked (left out); NULL = none.
 */
#ifndef VITROMAP_H
#define VITROMAP_H

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/* ---- errors, version ---------------------------------------------------- */

typedef enum {
    VITRO_OK = 0,
    VITRO_ARGUMENT = 1, /* a value outside what is allowed */
    VITRO_MEMORY = 2,   /* no native memory */
    VITRO_FORMAT = 3,   /* a file that is not what it should be: wrong, truncated, corrupt */
    VITRO_DATA = 4,     /* the numbers do not allow a result: no ring, all masked ... */
    VITRO_STATE = 5     /* called in the wrong order */
} vitro_status;

/* Text of this thread's last failure; valid until the next call in the thread; never NULL. */
const char *vitro_last_error(void);

/* "0.1.0", the same string as the jar's: the loader compares them. */
const char *vitro_version(void);

/* Instruction sets of the kernels. All give the same results to rounding. */
typedef enum {
    VITRO_ISA_BEST = 0, /* the best this processor has */
    VITRO_ISA_BASELINE = 1,
    VITRO_ISA_AVX2 = 2,
    VITRO_ISA_AVX512 = 3
} vitro_isa;

/* Name of a set, "baseline", "AVX2", "AVX-512"; BEST gives the one that will be used; NULL = not on this processor. */
const char *vitro_isa_name(vitro_isa isa);

/* ---- frames, layouts, decoding ------------------------------------------- */

typedef enum {
    VITRO_U8 = 1, /* the three that jobs take: ImageJ's 8, 16 and 32 bit */
    VITRO_U16 = 2,
    VITRO_F32 = 3,
    VITRO_I8 = 4, /* the others are decoded: the integers wider than 16 bits or signed, F16 and F64, to F32 */
    VITRO_I16 = 5,
    VITRO_U32 = 6,
    VITRO_I32 = 7,
    VITRO_U64 = 8,
    VITRO_I64 = 9,
    VITRO_F64 = 10,
    VITRO_U1 = 11, /* one bit a pixel, decoded to U8 */
    VITRO_F16 = 12 /* IEEE half precision, decoded to F32 */
} vitro_type;

/* How bytes are arranged inside a frame beyond type and strides. */
typedef enum {
    VITRO_PACK_NONE = 0,
    VITRO_PACK_R64 = 1,     /* Medipix raw: 64-bit words, pixels reversed within each word */
    VITRO_PACK_R64_QUAD = 2 /* the same from a 2 x 2 chip readout, chips in one row, lower ones turned by 180 degrees */
} vitro_packing;

/* Where the frames of a file lie. All int64_t, so that it crosses a border as long[14].
 * A scattered layout (pixel_stride > 0) has no frame in one piece: there is a scan image for each detector pixel. Pixel (x, y) of the
 * frame at scan position (i, j) is at offset + x pixel_stride + y row_stride + i frame_stride + j scan_stride; the detector
 * and the scan are each without gaps. It is read by vitro_frames_gather. */
typedef struct {
    int64_t type;          /* vitro_type on disk */
    int64_t big_endian;    /* 0 or 1 */
    int64_t packing;       /* vitro_packing */
    int64_t counter_depth; /* for packed data: bits of the counter (1, 6, 12, 24); else 0 */
    int64_t width, height; /* detector pixels of a decoded frame */
    int64_t offset;        /* bytes before the first frame's first pixel */
    int64_t row_stride;    /* bytes from row to row */
    int64_t frame_stride;  /* bytes from frame to frame */
    int64_t frames;        /* whole frames that lie within the file */
    int64_t scan_x, scan_y; /* 0 = the file does not say */
    int64_t pixel_stride, scan_stride; /* of a scattered layout, bytes; 0 = frames lie in one piece */
} vitro_layout;

/* What a file says about the experiment; NaN = it does not. All double, crosses as double[8]. */
typedef struct {
    double voltage_kv;
    double q_per_px;       /* 1/Angstrom a pixel */
    double scan_step_nm;
    double rotation_deg; /* that the microscope turned its scan by; not the angle between detector and scan */
    double camera_length_mm;
    double exposure_ms;
    double announced_frames; /* that the file or its sidecar promises: more than it holds = cut off or still being written */
    double scan_index_at; /* TVIPS: bytes from a pattern's first pixel (so negative) to the 4 bytes that count the scan positions from 1; 0 = no scan */
} vitro_metadata;

/* The type that decoding gives: U8, U16 or F32. 0 = unknown type. */
int vitro_decoded_type(int type);
/* Bytes of a pixel on disk (U1: 0) . */
int vitro_type_bytes(int type);

/* Decodes n frames from the bytes of a file, raw[0] being the first byte of the
 * first frame, into out: n x height x width pixels of vitro_decoded_type, native
 * byte order. raw_bytes is the number of valid bytes, out_bytes the room. */
vitro_status vitro_frames_decode(const vitro_layout *layout, const uint8_t *raw, size_t raw_bytes, int64_t n,
                                 void *out, size_t out_bytes);

/* The same with the numbers in the type in which the file has them, vitro_kept_type: U1 as U8, packed integers unpacked, all others as they are. */
vitro_status vitro_frames_keep(const vitro_layout *layout, const uint8_t *raw, size_t raw_bytes, int64_t n, void *out, size_t out_bytes);
int vitro_kept_type(int type);

/* n frames of width x height numbers in native byte order, of a type that is decoded to F32, as 32-bit float. VITRO_DATA if that is not the same
 * number: the text names the first one and its place; first is the number of the first frame, from 0. Any NaN is the same as another. */
vitro_status vitro_frames_exact(int type, const void *in, size_t in_bytes, int64_t width, int64_t height, int64_t first, int64_t n, float *out,
                                size_t out_bytes);

/* Scattered layouts: puts together part of some frames, as they are stored, one after another without gaps. Of the detector pixels, counted in the order
 * of the file, those from first_pixel on; of the frames, in scan order, those from first on: frames within one scan row, or whole rows.
 * raw: for each of the pixels, raw_stride bytes apart, the file's bytes that vitro_gather_range names. */
typedef struct {
    int64_t first_pixel, pixels, first, frames;
} vitro_part;

/* Where in the file the bytes of the part's first pixel begin, how many they are, and how far in the file the next pixel's are. */
vitro_status vitro_gather_range(const vitro_layout *layout, const vitro_part *part, int64_t *begin, int64_t *bytes, int64_t *stride);
vitro_status vitro_frames_gather(const vitro_layout *layout, const vitro_part *part, const uint8_t *raw, size_t raw_bytes, int64_t raw_stride,
                                 void *out, size_t out_bytes);

/* Compressions of HDF5 chunks. */
typedef enum {
    VITRO_LZ4 = 1,
    VITRO_BITSHUFFLE = 2,
    VITRO_BITSHUFFLE_LZ4 = 3
} vitro_compression;

/* Fills out, which must be exactly what the chunk gives. element_bytes, block = of bitshuffle: a number's, and how many numbers a block
 * has (0 = the default; with LZ4 the chunk tells). VITRO_FORMAT if the chunk is damaged; out may then hold anything. */
vitro_status vitro_chunk_decode(vitro_compression compression, int element_bytes, int64_t block, const uint8_t *in, size_t n, uint8_t *out,
                                size_t out_bytes);

/* Undoes shuffle, and puts frames that are a chunk's fastest dimension first: rows x columns elements become columns x rows. Of the n bytes, those after
 * the last element are copied. VITRO_ARGUMENT if n bytes do not hold the elements. */
vitro_status vitro_chunk_transpose(int64_t rows, int64_t columns, int64_t element_bytes, const uint8_t *in, size_t n, uint8_t *out);

/* A chunk has some patterns' parts of columns x rows pixels, one after another without gaps. All int64_t, crosses as long[7]. */
typedef struct {
    int64_t type, big_endian; /* vitro_type in the chunk, neither packed nor U1 */
    int64_t columns, rows;
    int64_t width, height; /* of a pattern */
    int64_t keep;          /* 1 = the numbers stay in the chunk's type, 0 = they are decoded */
} vitro_tile;

/* Decodes count of a chunk's parts into out, patterns one after another: parts[2 i] = number in the chunk, parts[2 i + 1] = number of the pattern
 * in out. (x, y): where a part's first pixel belongs; what sticks out on the right and below is left out. VITRO_ARGUMENT for anything that is not in
 * the chunk or not in out. */
vitro_status vitro_chunk_place(const vitro_tile *tile, int64_t x, int64_t y, const int64_t *parts, int64_t count, const uint8_t *chunk, size_t n,
                               void *out, size_t out_bytes);

/* Header readers: pure functions on bytes. head = the first n bytes of the file
 * (all of it if it is shorter than 1 MiB), file_bytes its whole length.
 * sidecar, xml = text of the file that belongs to it; NULL or empty = there is none. */
vitro_status vitro_layout_npy(const uint8_t *head, size_t n, int64_t file_bytes, vitro_layout *layout, vitro_metadata *meta);
vitro_status vitro_layout_mib(const uint8_t *head, size_t n, int64_t file_bytes, const char *sidecar, size_t sidecar_n,
                              vitro_layout *layout, vitro_metadata *meta);
vitro_status vitro_layout_empad(const char *xml, size_t xml_n, int64_t file_bytes, vitro_layout *layout, vitro_metadata *meta);
vitro_status vitro_layout_blo(const uint8_t *head, size_t n, int64_t file_bytes, vitro_layout *layout, vitro_metadata *meta);
/* info = the text that Direct Electron writes beside the file. */
vitro_status vitro_layout_mrc(const uint8_t *head, size_t n, int64_t file_bytes, const char *info, size_t info_n,
                              vitro_layout *layout, vitro_metadata *meta);
/* DM3, DM4: the tags lie before and after the pixels, so the file is given in pieces: pieces[2 i] = where the i-th of count begins
 * in the file, pieces[2 i + 1] = its length, in ascending order; bytes = all n of them, one after another. VITRO_OK with *missing >= 0: add a piece of
 * at least 64 KiB (or what there is) from there and call again; -1: done. */
vitro_status vitro_layout_dm(const uint8_t *bytes, size_t n, const int64_t *pieces, int count, int64_t file_bytes, vitro_layout *layout,
                             vitro_metadata *meta, int64_t *missing);
/* Norpix StreamPix, which Direct Electron uses too. */
vitro_status vitro_layout_seq(const uint8_t *head, size_t n, int64_t file_bytes, vitro_layout *layout, vitro_metadata *meta);
/* head = of the recording's first part, file_bytes = length of the part with this number, 0 = the first. */
vitro_status vitro_layout_tvips(const uint8_t *head, size_t n, int64_t file_bytes, int part, vitro_layout *layout, vitro_metadata *meta);
/* Plain raw: checks the user's numbers against the file's length. gap = bytes between frames. */
vitro_status vitro_layout_raw(int64_t file_bytes, int type, int big_endian, int64_t width, int64_t height,
                              int64_t offset, int64_t gap, vitro_layout *layout);

/* ---- jobs: one method run over all frames --------------------------------- */

/* What a job is fed. */
typedef struct {
    int32_t width, height;
    int32_t type;   /* VITRO_U8, VITRO_U16 or VITRO_F32 */
    int32_t isa;    /* VITRO_ISA_BEST in all but tests */
    int64_t frames; /* how many frames there will be in all */
} vitro_frames;

/* Frames are fed in multiples of this many, but for the last; sums are merged by such groups, in order. */
#define VITRO_GROUP 16

typedef struct vitro_job vitro_job;

/* Feeds frames first .. first + n - 1, contiguous, native byte order. From any
 * thread, several at once, in any order, each frame once. first must be a
 * multiple of VITRO_GROUP, and so must n unless the last frame is among them. Frames fed before: VITRO_STATE. */
vitro_status vitro_job_feed(vitro_job *job, const void *frames, int64_t first, int64_t n);

/* The same for frames that lie anywhere, frames[i] being the pattern first + i. Taken by virtual images and centres of mass; VITRO_STATE from other jobs. */
vitro_status vitro_job_feed_each(vitro_job *job, const void *const *frames, int64_t first, int64_t n);

/* Bytes of one frame, by which a caller checks its buffers. */
int64_t vitro_job_frame_bytes(const vitro_job *job);

/* Number of floats that finish writes. */
int64_t vitro_job_outputs(const vitro_job *job);

/* After all frames: writes the result. VITRO_STATE if frames are missing. */
vitro_status vitro_job_finish(vitro_job *job, float *out, int64_t capacity);

void vitro_job_free(vitro_job *job); /* NULL is fine */

/* Mean pattern: out[0..w*h) mean over the frames where the pixel is a number,
 * out[w*h..2*w*h) the largest value met. Pixels that are never a number: NaN. */
vitro_status vitro_mean_new(const vitro_frames *frames, vitro_job **job);

/* ---- geometry of the pattern ---------------------------------------------- */

typedef struct {
    double center_x, center_y;
    double ellipse_xx, ellipse_xy, ellipse_yy; /* E; 1, 0, 1 = round */
    double ring_min, ring_max;                 /* px */
    const uint8_t *mask;
} vitro_geometry;

/* Beam stop, dead and hot pixels, detector edge found on a mean pattern. mask: width*height bytes, written. */
vitro_status vitro_find_mask(const float *mean, int width, int height, uint8_t *mask);

/* Centre of the rings (inversion symmetry, then the rings' own roundness). */
vitro_status vitro_find_center(const float *mean, const uint8_t *mask, int width, int height, double center[2]);

/* Azimuthal mean about a centre, ellipse applied: profile[i] covers radii [i, i+1); NaN where no pixel. */
vitro_status vitro_radial_profile(const float *mean, const uint8_t *mask, int width, int height,
                                  const double center[2], const double ellipse[3], int bins, float *profile);

/* The first amorphous ring of a profile: ring[0] = radius of its maximum, ring[1], ring[2] = range for the fit. VITRO_DATA where none is
 * sharper than a smooth fall-off and stands out from the noise of neighbouring bins: 8 in 100 profiles of noise pass at most. */
vitro_status vitro_find_ring(const float *profile, int bins, double ring[3]);

/* The instrument's ellipse (and a finer centre) from the ring ring_min..ring_max of a mean pattern. */
vitro_status vitro_find_ellipse(const float *mean, int width, int height, const vitro_geometry *geometry,
                                double center[2], double ellipse[3]);

/* Radial profile of every pattern: the azimuthal mean, averaged over the radii of each bin, and its standard error. Bins: `bins` of
 * equal width from geometry->ring_min (>= 0) to ring_max, px after the ellipse. centers = frames x (x, y), NULL = the geometry's centre for
 * all; taken to 1/8 px. finish writes bins x frames values, bin by bin, then bins x frames standard errors. NaN: no unmasked pixel that is a finite
 * number in the bin, a centre that is NaN or off the detector; error NaN: fewer than three sectors. VITRO_DATA if the mask
 * leaves nothing of the range, or no pattern has a centre. Method: radial_profile.c. */
vitro_status vitro_radial_profiles_new(const vitro_frames *frames, const vitro_geometry *geometry, const double *centers, int bins,
                                       vitro_job **job);

/* ---- virtual detectors --------------------------------------------------------- */

/* The pixels that count. Masked ones never do. */
typedef struct {
    double center_x, center_y;         /* the pattern's centre, px: mates lie opposite of it */
    double x, y;                       /* the ring's own centre */
    double inner_radius, outer_radius; /* a pixel counts when its centre lies at inner <= r <= outer */
    int32_t friedel;                   /* 1 = a pixel counts also when the point opposite to it lies in the detector, once in all */
    const uint8_t *pixels;             /* instead of the ring: width * height bytes, nonzero = counts; NULL = the ring */
    const uint8_t *mask;
} vitro_detector;

/* pixels: width * height bytes, written: 1 = counts. VITRO_DATA if none does. */
vitro_status vitro_detector_pixels(const vitro_detector *detector, int width, int height, uint8_t *pixels);

/* Virtual image: the sum of every pattern over the detector, exact for integers before it becomes a float. Pixels that are no finite numbers
 * are left out. centers = frames x (x, y): the detector moves with each pattern's centre, a ring by parts of a pixel, a set of pixels by whole
 * ones; NULL = it stays. finish writes frames values; NaN: no pixel that counts, or no centre. VITRO_DATA if no pixel counts where the
 * detector stands. */
vitro_status vitro_virtual_image_new(const vitro_frames *frames, const vitro_detector *detector, const double *centers, vitro_job **job);

/* Centre of mass of every pattern over the detector, exact for integers before it is divided: x of all patterns, then y, px. NaN: no counts, or
 * not more than 0. */
vitro_status vitro_center_of_mass_new(const vitro_frames *frames, const vitro_detector *detector, vitro_job **job);

/* Slices of vitro_shift_maps. */
enum {
    VITRO_SHIFT_X, VITRO_SHIFT_Y,               /* px, scan frame, y up */
    VITRO_SHIFT_MAGNITUDE, VITRO_SHIFT_ANGLE,   /* px; degrees counter-clockwise from x, in (-180, 180] */
    VITRO_SHIFT_CENTER_X, VITRO_SHIFT_CENTER_Y, /* the centres as they were given */
    VITRO_SHIFT_SLICES
};

typedef struct {
    int32_t scan_x, scan_y;
    int32_t flip;             /* kx -> -kx, before the rotation */
    int32_t plane;            /* 1 = the least-squares plane through the reference is taken off; 0 = its mean */
    double rotation_deg;      /* counter-clockwise on screen, detector to scan */
    const uint8_t *reference; /* scan_x * scan_y bytes, nonzero = belongs to it; NULL = all */
} vitro_shift_options;

/* Centres (x of all positions, then y, detector px) against those of the reference, as vectors in the scan's frame. NaN stays NaN. VITRO_DATA if the
 * reference has no centre, or no plane. The first gives only what they are taken against: where the centres would be without a shift, x, then y. */
vitro_status vitro_shift_zero(const vitro_shift_options *options, const float *centers, float *zero);
vitro_status vitro_shift_maps(const vitro_shift_options *options, const float *centers, float *maps);

typedef struct {
    int32_t width, height; /* of the map */
    int32_t spacing;       /* side of a block, px */
    int32_t polar;         /* first = length (NULL = 1), second = degrees counter-clockwise; else x and y, y up */
    int32_t headless;      /* a vector and its opposite are the same: means of doubled angles, results in (-90, 90] degrees */
} vitro_vector_options;

/* Means over the blocks of a vector map: x of all blocks, row by row, then y, ceil(width / spacing) x ceil(height / spacing) each; NaN where less
 * than half of a block is measured. */
vitro_status vitro_vector_means(const vitro_vector_options *options, const float *first, const float *second, float *out);

/* ---- profiles across and along a line ------------------------------------------- */

typedef struct {
    int32_t width, height; /* of the maps */
    int32_t points;        /* of the line */
    int32_t along;         /* 1 = along the line, 0 = across it */
    const double *path;    /* x, y of each point, px, pixel centres at integers, y down */
    double band_width;     /* px across the line, half of it on each side */
} vitro_band;

/* Points of the profile, 1 px apart, and their place: px from the line's beginning, or from the line, positive to the left of its direction. */
int vitro_band_bins(const vitro_band *band);
double vitro_band_distance(const vitro_band *band, int bin);

/* out[slice][bin][3]: mean of the pixels of the band, its standard error, effective number of pixels. periods = of each slice, such as 180 for the angle
 * of a line in degrees, 0 = none; NULL = none of all. Pixels that are no finite numbers are left out;
 * NaN: nothing is left, or of the error a single pixel. The mean of a bin is over the width (along) or the length (across) of the band.
 * VITRO_DATA if the band lies outside the maps. */
vitro_status vitro_band_profile(const vitro_band *band, const float *maps, int64_t slices, const double *periods, float *out);

/* ---- strain and density from the first ring --------------------------------- */

/* Why a pattern has no result. */
typedef enum {
    VITRO_PATTERN_GOOD = 0,
    VITRO_PATTERN_EMPTY = 1,         /* no counts in the ring's range */
    VITRO_PATTERN_FEW_COUNTS = 2,    /* too few for eight parameters */
    VITRO_PATTERN_SATURATED = 3,     /* pixels at the type's maximum */
    VITRO_PATTERN_NOT_A_NUMBER = 4,  /* NaN or infinite pixels */
    VITRO_PATTERN_NEGATIVE = 5,      /* negative sums where counts are expected */
    VITRO_PATTERN_MASKED = 6,        /* too little of the ring is unmasked */
    VITRO_PATTERN_NO_RING = 7,       /* the ring's amplitude is not above its error, or far below the reference's */
    VITRO_PATTERN_NOT_CONVERGED = 8,
    VITRO_PATTERN_OUT_OF_RANGE = 9,  /* strain above 20 %, or a centre a fifth of the ring radius from the geometry's */
    VITRO_PATTERN_ONE_SIDED = 10     /* direct ellipse: bright pixels not spread over the angles */
} vitro_pattern_status;

/* What the ring jobs write for each frame, in this order (VITRO_RING_FIELDS floats a frame). */
enum {
    VITRO_RING_CENTER_X, VITRO_RING_CENTER_Y,
    VITRO_RING_V_XX, VITRO_RING_V_XY, VITRO_RING_V_YY, /* stretch against the job's reference, detector frame */
    VITRO_RING_AMPLITUDE,  /* ring height above background, counts a pixel */
    VITRO_RING_BACKGROUND, /* background under the ring, counts a pixel */
    VITRO_RING_SLOPE,      /* the background's free slope, as a fraction of it over the range */
    VITRO_RING_WIDTH,      /* full width at half maximum, px */
    VITRO_RING_CHI2,       /* reduced chi-square */
    VITRO_RING_STATUS,     /* vitro_pattern_status; if not 0 all fields above are NaN */
    VITRO_RING_COV_XX_XX, VITRO_RING_COV_XY_XY, VITRO_RING_COV_YY_YY, /* covariance of V */
    VITRO_RING_COV_XX_XY, VITRO_RING_COV_XX_YY, VITRO_RING_COV_XY_YY,
    VITRO_RING_FIELDS
};

/* The learned reference: atoms' own scattering B(|k|), structure factor s(rho), q0 and E. Immutable, shared by threads. */
typedef struct vitro_ring_model vitro_ring_model;

/* Job that gathers the reference's frames. At most a few hundred are needed; the
 * caller picks them. finish writes nothing (outputs = 0). */
vitro_status vitro_reference_new(const vitro_frames *frames, const vitro_geometry *geometry, vitro_job **job);

/* Learns the model from a fully fed reference job (the job stays the caller's).
 * composition (may be NULL or "") with q_per_px > 0 gives B as the tabulated <f^2>; else B is
 * the smooth curve through the profile's oscillations. */
vitro_status vitro_ring_model_new(const vitro_job *reference, const char *composition, double q_per_px,
                                  vitro_ring_model **model);
void vitro_ring_model_free(vitro_ring_model *model);

/* q0 (px, radius of the ring), refined E and centre: out[0] = q0, [1] = E_xx, [2] = E_xy, [3] = E_yy, [4] = center x, [5] = center y, [6] = ring width. */
vitro_status vitro_ring_model_values(const vitro_ring_model *model, double out[7]);

/* Samples of the learned curves for plotting at radius[i]: intensity, background B part. */
vitro_status vitro_ring_model_curves(const vitro_ring_model *model, const double *radius, int n, double *intensity, double *background);

/* Ring profile: maximum likelihood of every pattern against the model. */
vitro_status vitro_ring_profile_new(const vitro_ring_model *model, const vitro_frames *frames, vitro_job **job);

/* Direct ellipse: pixels above threshold * maximum, algebraic least squares (Fitzgibbon 1999; Halir & Flusser 1998).
 * Stretch against a ring of radius (ring_min + ring_max) / 2 and the geometry's ellipse: these are q0 and E for
 * vitro_strain_maps. Slope, width and chi2 are NaN. */
vitro_status vitro_direct_ellipse_new(const vitro_frames *frames, const vitro_geometry *geometry, double threshold,
                                      vitro_job **job);

typedef enum { VITRO_LINEAR = 0, VITRO_REAL_SPACE = 1 } vitro_definition;

enum { VITRO_STRAIN_SLICES = 11, VITRO_SIGMA_SLICES = 6, VITRO_RING_SLICES = 9 };

/* How ring fields become strain maps. */
typedef struct {
    double q0;                                 /* px, of the job's reference */
    double ellipse_xx, ellipse_xy, ellipse_yy; /* E of the job's reference */
    int32_t definition;                        /* vitro_definition */
    int32_t flip;                              /* kx -> -kx, before the rotation */
    double rotation_deg;                       /* counter-clockwise on screen, detector to scan */
    double x_axis_deg;                         /* axes of the components, counter-clockwise */
    double scan_step_nm;                       /* for curl; <= 0: per pixel */
    int32_t scan_x, scan_y;
} vitro_strain_options;

/* ring = scan_x*scan_y x VITRO_RING_FIELDS as the jobs write them. reference = the same fields of the
 * n_reference reference patterns (mean of the good ones; if use_median, their median).
 * strain, sigma, ring_maps: slices of scan_x*scan_y floats in the order of the commands' documentation:
 * strain % e_xx e_yy e_xy e_vol e_dev e_1 e_2 angle_1 d_rho energy curl; sigma % e_xx e_yy e_xy e_vol e_dev d_rho;
 * ring center_x center_y q_max q_min theta_max amplitude width residual status.
 * VITRO_DATA if no reference pattern is good. */
vitro_status vitro_strain_maps(const vitro_strain_options *options, const float *ring, const float *reference,
                               int64_t n_reference, int use_median, float *strain, float *sigma, float *ring_maps);

/* ---- symmetry of the rings ------------------------------------------------------ */

enum { VITRO_SYMMETRY_ORDERS = 24 };

/* Why a pattern has no power. */
typedef enum {
    VITRO_SYMMETRY_GOOD = 0,
    VITRO_SYMMETRY_NO_CENTER = 1, /* NaN or off the detector */
    VITRO_SYMMETRY_EMPTY = 2,     /* no counts in the ring */
    VITRO_SYMMETRY_MASKED = 3,    /* too little of the ring is unmasked to tell the orders apart */
    VITRO_SYMMETRY_CONSTANT = 4   /* all pixels of the ring have one value */
} vitro_symmetry_status;

/* Power |c_n|^2 / c_0^2 of every pattern, n = 1 .. order (at most VITRO_SYMMETRY_ORDERS), in bands of equal width from geometry->ring_min to ring_max
 * (px after the ellipse; whole annuli of 1 px from ring_min on). All orders are fitted together to the unmasked pixels. centers =
 * frames x (x, y), NULL = the geometry's centre for all. noise_correction: takes off what photon noise adds on average (pixels are counts).
 * finish writes bands x order slices of `frames` values, band by band, and a slice of vitro_symmetry_status. NaN: no result; in
 * one band: no counts there. VITRO_DATA if the mask leaves nothing, no pattern has a centre, or the orders cannot be told apart. Method: symm_map.c. */
vitro_status vitro_symmetry_new(const vitro_frames *frames, const vitro_geometry *geometry, const double *centers, int order, int bands, int noise_correction,
                                vitro_job **job);

/* ---- fluctuation, hot spots, correlation length ---------------------------------- */

/* What the fluctuation job writes for each annulus, field by field. */
enum {
    VITRO_FLUCTUATION_PIXELS,    /* that take part in a pattern, on average */
    VITRO_FLUCTUATION_INTENSITY, /* mean over pixels and patterns */
    VITRO_FLUCTUATION_V,         /* four variances of the intensity: mean of annular variance, variance of annular mean, annular mean of variance
                                    image, omega (over pixels and patterns together) */
    VITRO_FLUCTUATION_SIGMA = VITRO_FLUCTUATION_V + 4, /* their standard errors */
    VITRO_FLUCTUATION_FIELDS = VITRO_FLUCTUATION_SIGMA + 4
};

/* Normalised variances <I^2>/<I>^2 - 1 over the radius: `bins` annuli of equal width from geometry->ring_min to ring_max, px after the ellipse;
 * a pixel belongs to the one in which its centre lies. noise_correction: photon noise is taken off, pixels are counts. azimuth_max > 0: V2D of each pattern
 * too, from 36 sectors of the ring azimuth_min..azimuth_max, those less than half unmasked left out. centers = frames x (x, y), NULL = the geometry's centre
 * for all; patterns are moved by whole pixels, those without a centre on the detector take no part. finish writes VITRO_FLUCTUATION_FIELDS x bins values,
 * then with V2D one for each frame and the mean number of sectors. NaN: no counts. Pixels that are no finite numbers are left out. VITRO_DATA: fewer than two
 * patterns, all masked; from finish: all pixels alike. Method and errors: fluct_variance.c. */
vitro_status vitro_fluctuation_new(const vitro_frames *frames, const vitro_geometry *geometry, const double *centers, int bins, int noise_correction,
                                   double azimuth_min, double azimuth_max, vitro_job **job);

/* What is told of a hot spot; x, y in px from the upper left corner of the map: a pixel's centre is at i + 0.5, as ImageJ has it. */
enum { VITRO_HOT_SPOT_PIXELS, VITRO_HOT_SPOT_X, VITRO_HOT_SPOT_Y, VITRO_HOT_SPOT_MEAN, VITRO_HOT_SPOT_MAXIMUM, VITRO_HOT_SPOT_FIELDS };

/* Connected regions (over sides and corners) of at least min_pixels pixels with map >= threshold, numbered 1, 2 ... by their first pixel, row by row.
 * label: width x height, 0 = in none. Pixels that are no finite numbers are in none. */
vitro_status vitro_hot_spots(const float *map, int width, int height, double threshold, int64_t min_pixels, float *label, int64_t *count);
/* out: VITRO_HOT_SPOT_FIELDS numbers for each of the count regions. */
vitro_status vitro_hot_spot_sizes(const float *map, const float *label, int width, int height, int64_t count, double *out);

/* Autocorrelation of a map, 1 at lag 0, pixels that are no finite numbers left out. image: (2 lags + 1)^2, lag 0 in the middle, NaN = no pairs. radial:
 * three times lags + 1 numbers for the lags of length i - 0.5 to i + 0.5 px: their mean length, the autocorrelation over all their pairs, the number of
 * pairs. VITRO_DATA: constant map, fewer than two pixels. */
vitro_status vitro_autocorrelation(const float *map, int width, int height, int lags, float *image, double *radial);

/* Where the curve falls to 1/e (linear between points), its first minimum after that, and the first maximum after the minimum, in units of the
 * distance; NaN = not reached. */
enum { VITRO_CORRELATION_LENGTH, VITRO_CORRELATION_MINIMUM, VITRO_CORRELATION_MINIMUM_VALUE, VITRO_CORRELATION_PEAK, VITRO_CORRELATION_PEAK_VALUE,
       VITRO_CORRELATION_FIELDS };
vitro_status vitro_correlation_lengths(const double *distance, const double *value, int points, double *lengths);

/* ---- thickness, magnetic fields ------------------------------------------------ */

/* Log-ratio thickness: relative = ln(total / zero_loss), the thickness in inelastic mean free paths (Malis, Cheng & Egerton 1988), NaN where either is not
 * above 0. thickness (may be NULL) = mean_free_path * relative. contrast (may be NULL) = haadf / relative against its mean over the map, percent: density and
 * composition without the thickness; NaN where the thickness is not above 0. n values each. VITRO_DATA if nothing can be measured. */
vitro_status vitro_thickness(const float *total, const float *zero_loss, const float *haadf, int64_t n, double mean_free_path, float *relative,
                             float *thickness, float *contrast);

/* The direct beam of a mean pattern: the brightest place over 5 x 5 px, and a radius that holds the whole disc, half as large again as the area above half its
 * height. beam = x, y, radius (px). */
vitro_status vitro_find_direct_beam(const float *mean, int width, int height, double beam[3]);

/* Centre of the direct beam in every pattern, from the intensity within `radius` px (>= 1, its whole disc) of it; center = where to begin. The centre is where the
 * centroid about it is itself: lorentz_beam.c. finish writes frames x (px), then y, then the standard deviation of either by photon noise
 * (counts). NaN: no such place, or NaN pixels there. VITRO_DATA if there is none in any pattern. */
enum { VITRO_BEAM_FIELDS = 3 };
vitro_status vitro_direct_beam_new(const vitro_frames *frames, const double center[2], double radius, vitro_job **job);

typedef struct {
    double q_per_px;     /* 1/Angstrom */
    double thickness_nm; /* of the magnetic specimen */
    double rotation_deg; /* as in vitro_strain_options */
    int32_t flip;
} vitro_induction_options;

/* In-plane induction from where the beam is and where it would be without a field (both as vitro_direct_beam_new writes them, n positions):
 * out = n x Bx, By (T, scan frame, y up), B, angle (degrees, counter-clockwise from +x, (-180, 180]), standard deviation of Bx and By.
 * beta = e lambda B t / h, electrons flying away from the viewer. */
vitro_status vitro_induction(const vitro_induction_options *options, const float *beam, const float *zero, int64_t n, float *out);

typedef struct {
    double lambda_s;  /* magnetostriction, a fraction */
    double young_gpa; /* Young's modulus */
    double poisson;
} vitro_magnetoelastic_options;

/* Angle (degrees, 0 .. 90) between the induction (n x Bx, By) and the direction angle_1 (degrees) of the largest principal strain, and the magnetoelastic energy
 * -3/2 lambda_s sum of sigma_i gamma_i^2 in kJ/m^3: sigma_i the principal stresses of e_1, e_2 (percent) in plane stress, gamma_i the cosine between
 * induction and axis i. NaN where any input is. */
vitro_status vitro_magnetoelastic(const vitro_magnetoelastic_options *options, const float *induction, const float *e_1, const float *e_2,
                                  const float *angle_1, int64_t n, float *angle, float *energy);

/* ---- correlation of two maps ------------------------------------------------------- */

/* A coefficient, its standard error (1 - r^2) / sqrt(n_eff), n_eff, the chance of as large a one between independent maps (Student's, n_eff - 2 degrees of
 * freedom), and the same by random shifts of one map against the other (NaN without shifts). */
enum { VITRO_PAIR_COEFFICIENT, VITRO_PAIR_ERROR, VITRO_PAIR_NUMBER, VITRO_PAIR_CHANCE, VITRO_PAIR_CHANCE_BY_SHIFTS, VITRO_PAIR_FIELDS };

/* Pearson's and Spearman's coefficients over the pixels that are finite numbers in both maps, *pixels of them. VITRO_DATA: fewer than four, a map that is
 * constant there. Method: map_cross.c. */
vitro_status vitro_correlate_pair(const float *a, const float *b, int width, int height, int shifts, double *pearson, double *spearman, double *pixels);

/* Cross-correlation <a(x) b(x + d)> of the standardised maps for lags d up to `lags` px: image (2 lags + 1)^2, lag 0 in the middle, y down; curves:
 * VITRO_CROSS_CURVES x (lags + 1) numbers for the lags of length i - 0.5 to i + 0.5 px: mean length, mean over all directions, pairs, then the means within 22.5
 * degrees of 0, 45, 90, 135 degrees (counter-clockwise on screen, both senses). NaN: no pairs. */
enum { VITRO_CROSS_CURVES = 7 };
vitro_status vitro_cross_correlation(const float *a, const float *b, int width, int height, int lags, float *image, double *curves);

/* Counts of pixels with a from range[0] to range[1] in bins columns, b from range[2] to range[3] in bins rows, the largest on top. */
vitro_status vitro_joint_histogram(const float *a, const float *b, int64_t n, int bins, const double range[4], float *out);

/* ---- peaks of curves ------------------------------------------------------------ */

typedef enum { VITRO_GAUSSIAN = 0, VITRO_PARABOLA = 1, VITRO_MOMENTS = 2 } vitro_peak_model;

/* The peak that is looked for. Points of a curve: z = 0 .. depth - 1, at axis_first + z axis_step. */
typedef struct {
    int32_t model;    /* vitro_peak_model */
    int32_t baseline; /* 0 = none, 1 = linear: fitted with the Gaussian, else through the range's ends, the mean of an eighth of the points each */
    int32_t first, count; /* the range: at least 5 points, 7 for a Gaussian or moments on a line; at most 4096 */
    double axis_first, axis_step;
    const float *weight; /* count inverse standard deviations of the points, the same for all curves; NULL = learned from the residuals. Used by
                            vitro_peak_noise, which hands them on */
} vitro_peak_options;

typedef enum {
    VITRO_PEAK_GOOD = 0,
    VITRO_PEAK_NOT_A_NUMBER = 1, /* a value in the range is none */
    VITRO_PEAK_NO_MAXIMUM = 2,   /* constant, or the maximum lies at an end of the range or beyond it */
    VITRO_PEAK_NO_FIT = 3,       /* the fit did not converge */
    VITRO_PEAK_NOISE_ONLY = 4    /* the position is not certain to a fifth of the peak's width */
} vitro_peak_status;

/* Where what vitro_peak_noise learns stands, and how many numbers that is. */
enum {
    VITRO_PEAK_NOISE_SQUARE,     /* expected sum of squares of a residual; 0 = the fits leave too little of the noise, errors are NaN */
    VITRO_PEAK_NOISE_FREEDOM,    /* its degrees of freedom */
    VITRO_PEAK_NOISE_PRIOR,      /* degrees of freedom that all other curves add to a curve's own */
    VITRO_PEAK_NOISE_CURVES,     /* curves that had a peak */
    VITRO_PEAK_NOISE_COVARIANCE  /* of points 0 .. count - 1 apart; then what the model lacks at each point of a peak of height 1, then the points' weights */
};
#define VITRO_PEAK_NOISE(count) (VITRO_PEAK_NOISE_COVARIANCE + 3 * (count))
enum { VITRO_PEAK_SLICES = 6 };

/* The noise of curves, from the residuals of n of them: block[z * n + i]. Some hundred do; they are the caller's choice. */
vitro_status vitro_peak_noise(const float *block, int depth, int64_t n, const vitro_peak_options *options, double *noise);

/* out = VITRO_PEAK_SLICES x n: position, height (above the baseline), full width at half maximum, area, standard error of the position, vitro_peak_status; where that
 * is not 0 the others are NaN. A curve's numbers do not depend on the others of the block. Methods: peak_models.c, peak_noise.c. */
vitro_status vitro_peak_maps(const float *block, int depth, int64_t n, const vitro_peak_options *options, const double *noise, float *out);

/* ---- regions of a scan ------------------------------------------------------------ */

/* Square blocks of positions, as large as leaves some 20 of them in the region: block[i] = number of that in which position[i] (row by row in a scan of
 * scan_x columns) lies, then their side and how many there are. Few positions: a block each. */
vitro_status vitro_region_blocks(const int64_t *position, int64_t n, int scan_x, int64_t *block, int64_t side_and_count[2]);

/* What vitro_region_statistics writes for each point. */
enum { VITRO_REGION_MEAN, VITRO_REGION_DEVIATION, VITRO_REGION_ERROR, VITRO_REGION_COUNT, VITRO_REGION_FIELDS };

/* Of n curves, curves[z * n + i]: mean, standard deviation, standard error of the mean from the blocks' means, count of what are finite numbers; then the means without
 * each block. out = (VITRO_REGION_FIELDS + blocks) x depth. NaN: too few numbers. */
vitro_status vitro_region_statistics(const float *curves, int depth, int64_t n, const int64_t *block, int64_t blocks, double *out);

/* What is told of a peak; axis units. Sub-peaks (kind 1) have no width nor height. Errors are standard errors. */
enum { VITRO_REGION_PEAK_KIND, VITRO_REGION_PEAK_POSITION, VITRO_REGION_PEAK_POSITION_ERROR, VITRO_REGION_PEAK_WIDTH, VITRO_REGION_PEAK_WIDTH_ERROR,
       VITRO_REGION_PEAK_HEIGHT, VITRO_REGION_PEAK_RATIO, VITRO_REGION_PEAK_RATIO_ERROR, VITRO_REGION_PEAK_FIELDS };

/* Peaks of a mean curve that stand out of its errors, then sub-peaks: shoulders, where it is bent down most away from the peaks. Full width at half the height
 * above the line between the feet; ratio = position over the first peak's. without = blocks x n curves without each block. Point z lies at
 * origin + z step. At most `most` are told. VITRO_DATA: a point of the curve is no number. Method: region_peaks.c. */
vitro_status vitro_region_peaks(const double *curve, const double *without, int64_t blocks, int n, double origin, double step, int most, double *peaks,
                                int64_t *found);

/* ---- dynamics: correlation of intensities in time ---------------------------------- */

/* Tables for time series of one length, whose covariance is A exp(-2 (l / tau)^beta) at a lag of l frames: vitro_dynamics_new, for all of them. The lags that take
 * part are first_lag .. last_lag (0 = all): the fit is one of the spectrum, at periods from 2 first_lag to last_lag frames. The tables' rows are filled
 * one by one, in any order, from any thread; after vitro_dynamics_finish they are immutable, shared by threads.
 * VITRO_ARGUMENT: less than 32 or more than 65536 frames, lags that are none or too few. Methods: dynamics_model.c, dynamics_fit.c. */
typedef struct vitro_dynamics vitro_dynamics;
vitro_status vitro_dynamics_new(int frames, int first_lag, int last_lag, vitro_dynamics **dynamics);
int64_t vitro_dynamics_rows(const vitro_dynamics *dynamics);
vitro_status vitro_dynamics_fill(vitro_dynamics *dynamics, int64_t row);
vitro_status vitro_dynamics_finish(vitro_dynamics *dynamics);
void vitro_dynamics_free(vitro_dynamics *dynamics); /* NULL is fine */
int64_t vitro_dynamics_frames(const vitro_dynamics *dynamics);
/* The lags at which g2 is told, frames; how many. lags may be NULL. */
int64_t vitro_dynamics_lags(const vitro_dynamics *dynamics, double *lags);

/* Why a series has no numbers. */
typedef enum {
    VITRO_DYNAMICS_GOOD = 0,
    VITRO_DYNAMICS_MISSING = 1,    /* a value is no finite number */
    VITRO_DYNAMICS_CONSTANT = 2,   /* all values are the same */
    VITRO_DYNAMICS_NOISE_ONLY = 3, /* its spectrum is that of white noise */
    VITRO_DYNAMICS_TOO_SLOW = 4,   /* the series is too short to tell tau */
    VITRO_DYNAMICS_NO_FIT = 5,
    VITRO_DYNAMICS_NO_MEAN = 6     /* its mean is not above 0: there is no g2 */
} vitro_dynamics_status;

enum { VITRO_DYNAMICS_TAU, VITRO_DYNAMICS_BETA, VITRO_DYNAMICS_AMPLITUDE, VITRO_DYNAMICS_RESIDUAL, VITRO_DYNAMICS_SIGMA_TAU, VITRO_DYNAMICS_SIGMA_BETA,
       VITRO_DYNAMICS_STATUS, VITRO_DYNAMICS_SLICES };

/* The noise from frame to frame that n series share: its variance is noise[0] + noise[1] times the series' mean. block[t * n + i], each `together` of which,
 * one after the other, are neighbours; some hundred series do. Method: dynamics_noise.c. */
vitro_status vitro_dynamics_noise(const vitro_dynamics *dynamics, const float *block, int64_t n, int64_t together, double noise[2]);

/* out = VITRO_DYNAMICS_SLICES x n: tau and its standard error in frames, beta, the amplitude A / mean^2, the root mean square of g2 - model at the lags; where
 * the status is not 0 the others are NaN. A series' numbers do not depend on the others of the block. */
vitro_status vitro_dynamics_maps(const vitro_dynamics *dynamics, const float *block, int64_t n, const double noise[2], float *out);

/* out = 2 lags x n: each series' g2 at the lags of vitro_dynamics_lags, the bias of the short series corrected, then its model; NaN where the status is not 0. */
vitro_status vitro_dynamics_g2(const vitro_dynamics *dynamics, const float *block, int64_t n, const double noise[2], float *out);

/* ---- scattering factors ------------------------------------------------------ */

/* <f^2> and <f>^2 of a composition such as "Zr50Cu45Al5" (Kirkland 2010, electron scattering
 * factors in Angstrom) at q[i]; either output may be NULL. Unknown element, empty text: VITRO_ARGUMENT. */
vitro_status vitro_scattering(const char *composition, const double *q, int n, double *f2_mean, double *f_mean_2);

/* The same with one of the tables: Kirkland 2010, or Lobato & Van Dyck 2014. */
typedef enum { VITRO_KIRKLAND = 0, VITRO_LOBATO = 1 } vitro_factors;
vitro_status vitro_scattering_factors(vitro_factors factors, const char *composition, const double *q, int n, double *f2_mean,
                                      double *f_mean_2);

/* ---- pair distribution functions ------------------------------------------------ */

typedef enum { VITRO_WINDOW_NONE = 0, VITRO_WINDOW_LORCH = 1, VITRO_WINDOW_GAUSSIAN = 2 } vitro_window;
typedef enum { VITRO_PDF_G = 0, VITRO_PDF_SINE_TRANSFORM = 1 } vitro_pdf_form;

/* How profiles I(q) become S(q) and G(r); the equations stand in pdf_reduction.c. */
typedef struct {
    double q_first, q_step;  /* 1/Angstrom: middle of the first bin, width of a bin */
    double fit_min, fit_max; /* 1/Angstrom: bins whose middle lies between them take part */
    double damping;          /* Angstrom^2, >= 0 */
    double shortest;         /* Angstrom, distance below which no two atoms are: what the background cannot take for structure; 0 = plain fit */
    double r_max, r_step;    /* Angstrom; r = r_step, 2 r_step ... up to r_max */
    int32_t bins;            /* of a profile */
    int32_t order;           /* of the polynomial background, 0 = none to 8 */
    int32_t factors, window, form;
    int32_t isa; /* VITRO_ISA_BEST in all but tests */
} vitro_pdf_options;

/* Why a profile has no PDF. */
typedef enum {
    VITRO_PROFILE_GOOD = 0,
    VITRO_PROFILE_MISSING = 1,  /* a bin of the range is no finite number */
    VITRO_PROFILE_NO_SCALE = 2  /* N is not positive: no intensity, or a background taken off that was too high */
} vitro_profile_status;

/* What all profiles share. Immutable, shared by threads. */
typedef struct vitro_pdf vitro_pdf;

/* VITRO_ARGUMENT: an option outside what is allowed, a range with less than 8 + order bins or outside the profile's. */
vitro_status vitro_pdf_new(const vitro_pdf_options *options, const char *composition, vitro_pdf **pdf);
void vitro_pdf_free(vitro_pdf *pdf);

/* The first bin that takes part, how many do, the number of points of G(r), the bins of a whole profile. */
void vitro_pdf_shape(const vitro_pdf *pdf, int64_t shape[4]);

/* Reduces n profiles, block[bin * n + i]. out, rows of n: the points of G(r), N, the residual (root mean square of S - 1 over the upper quarter of
 * the range), vitro_profile_status, and if with_sq S(q) at the bins that take part. A profile that is not good is NaN in all but its status. */
vitro_status vitro_pdf_reduce(const vitro_pdf *pdf, const float *block, int64_t n, int with_sq, float *out);

/* The smooth curve N <f^2> + B(q) under a profile at the bins that take part, in its units. VITRO_DATA if the profile is not good. */
vitro_status vitro_pdf_background(const vitro_pdf *pdf, const float *profile, float *background);

/* A range for the fit, in 1/Angstrom: from the first ring's foot to the last bin. profile = mean of the profiles, NaN where
 * a bin is not to be used. VITRO_DATA: no ring is found. */
vitro_status vitro_pdf_range(const float *profile, int bins, double q_first, double q_step, double range[2]);

/* ---- decomposition of a cube of profiles ---------------------------------------- */

/* A run: new, load all positions, then rounds: next says how many pieces of work there are, work does each of them (any thread, any
 * order), until next says 0. Results do not depend on threads and order. A position with a value that is no finite number
 * is left out: NaN in the maps. */
typedef struct vitro_decomp vitro_decomp;

/* Non-negative matrix factorisation of (cube + shift), V = W H with W, H >= 0 and least sum of squares. */
typedef struct {
    int32_t components;
    int32_t isa;        /* VITRO_ISA_BEST in all but tests */
    int32_t starts;     /* short runs of 5 iterations that choose the start; 0 = 8 */
    int32_t iterations; /* at most; 0 = 1000 */
    uint64_t seed;
    double tolerance;   /* relative decrease of the residual in an iteration at which it ends; 0 = 1e-7 */
    double shift;       /* added to the cube; 0 = as much as makes it non-negative */
} vitro_nmf_options;

vitro_status vitro_nmf_new(int64_t positions, int depth, const vitro_nmf_options *options, vitro_decomp **decomp);

/* Principal components: eigenvectors of the covariance of the profiles, centred by their mean. Weights are scores, basis profiles have the
 * norm 1 and their largest element is positive. */
vitro_status vitro_pca_new(int64_t positions, int depth, int components, int isa, vitro_decomp **decomp);

typedef enum { VITRO_MLLS = 0, VITRO_NNLS = 1 } vitro_fit_method;

/* Least squares of every profile of (cube + shift) on reference profiles [count][depth]: any weights (MLLS), or weights >= 0 (NNLS; Lawson & Hanson
 * 1974). VITRO_DATA if the references are linearly dependent. */
vitro_status vitro_fit_new(int64_t positions, int depth, const double *references, int count, int method, double shift, int isa,
                           vitro_decomp **decomp);

/* Profiles of positions first .. first + n - 1: profiles[z * n + i]. Each position once, from any thread. */
vitro_status vitro_decomp_load(vitro_decomp *decomp, const float *profiles, int64_t first, int64_t n);
vitro_status vitro_decomp_next(vitro_decomp *decomp, int64_t *items);
vitro_status vitro_decomp_work(vitro_decomp *decomp, int64_t item);
/* Part done (0 to 1), iterations so far, relative residual (NaN = not known yet). */
void vitro_decomp_progress(const vitro_decomp *decomp, double out[3]);
/* Positions, points, components, by which a caller checks its buffers. */
void vitro_decomp_shape(const vitro_decomp *decomp, int64_t shape[3]);

/* Places in vitro_decomp_maps.values. */
enum {
    VITRO_DECOMP_TAKEN,      /* positions that are not left out */
    VITRO_DECOMP_SHIFT,      /* that was added to the cube */
    VITRO_DECOMP_ERROR,      /* |V - W H| / |V|; of PCA with V centred */
    VITRO_DECOMP_ITERATIONS,
    VITRO_DECOMP_FRACTIONS   /* %, one for each component: of the weights of all positions */
};

typedef struct {
    float *weights;    /* [components][positions] */
    float *fractions;  /* the same, %: of the sum of the position's weights; NaN if that is not positive */
    float *residual;   /* [2][positions]: root mean square of what is left, and that in % of the profile's own */
    double *basis;     /* [components][depth] */
    double *mean;      /* [depth], of what is decomposed: with the shift */
    double *spectrum;  /* [depth], PCA: fractions of the variance, falling; else NaN; NULL = not wanted */
    double *values;    /* [VITRO_DECOMP_FRACTIONS + components] */
} vitro_decomp_maps;

/* NMF: each basis profile has the integral of the mean profile, so that weights add to 1 for the mean; the largest component is first. */
vitro_status vitro_decomp_result(const vitro_decomp *decomp, const vitro_decomp_maps *out);
void vitro_decomp_free(vitro_decomp *decomp); /* NULL is fine */

/* Reading of a pair distribution function at r = first + i step, in Angstrom; NaN = not found. Heights may have any offset. */
enum {
    VITRO_PDF_R1,       /* the highest maximum in 1.5 .. 4 Angstrom */
    VITRO_PDF_FWHM,     /* its full width halfway to the line through the minima on both sides */
    VITRO_PDF_R2,       /* the highest maximum in 1.3 R1 .. 2.2 R1 */
    VITRO_PDF_SHOULDER, /* beyond R2 and below 2.2 R1: a second maximum, or where the fall is slowest */
    VITRO_PDF_READINGS
};
vitro_status vitro_pdf_reading(const double *curve, int n, double first, double step, double out[VITRO_PDF_READINGS]);
/* ---- spots of one pattern -------------------------------------------------------- */

typedef struct {
    double center_x, center_y; /* px */
    double minimum;            /* height above the surroundings in standard deviations of the smoothed noise, >= 3 */
    double r_min, r_max;       /* px from the centre; r_max 0 = all; r_min 0 = all but the direct beam */
} vitro_spot_options;

/* x, y (px), standard deviation of either, height, background below it (the pattern's units), full width at half maximum (px), height over the noise. */
enum { VITRO_SPOT_X, VITRO_SPOT_Y, VITRO_SPOT_SIGMA, VITRO_SPOT_HEIGHT, VITRO_SPOT_BACKGROUND, VITRO_SPOT_FWHM, VITRO_SPOT_SNR, VITRO_SPOT_FIELDS };

/* Finds the spots, the surest first, at most capacity of them; spots: VITRO_SPOT_FIELDS numbers each. Masked pixels and such that are no numbers are left out.
 * Method and errors: spots_find.c. */
vitro_status vitro_find_spots(const float *pattern, const uint8_t *mask, int width, int height, const vitro_spot_options *options, double *spots,
                              int64_t capacity, int64_t *count);

/* Vector from the centre (px, the ellipse applied, x right, y UP), its length, its direction (degrees counter-clockwise, 0 .. 360), the spot that is
 * next counter-clockwise (index), the angle to it and its standard deviation (degrees; NaN for a single spot). */
enum { VITRO_VECTOR_X, VITRO_VECTOR_Y, VITRO_VECTOR_LENGTH, VITRO_VECTOR_AZIMUTH, VITRO_VECTOR_NEXT, VITRO_VECTOR_ANGLE, VITRO_VECTOR_ANGLE_SIGMA, VITRO_VECTOR_FIELDS };
vitro_status vitro_spot_vectors(const vitro_geometry *geometry, const double *spots, int64_t count, double *vectors);

/* ---- structure models, their patterns ------------------------------------------ */

/* Atoms, in Angstrom, in a periodic box or without one. Immutable, shared by threads. */
typedef struct vitro_model vitro_model;

/* Reads an xyz file's text: number of atoms, a comment, then element (symbol or atomic number), x, y, z in each line. Three numbers at the start of the
 * comment, or Lattice="..." with right angles, are the periodic box. Without a number in the first line, all lines from the third to the end or to -1 are
 * atoms. VITRO_FORMAT, with the line, for anything else. */
vitro_status vitro_model_read(const char *text, size_t n, vitro_model **model);
/* A glass of Zr50Cu45Al5 of our own, 2000 atoms in a periodic box of 3.3 nm: model_glass.c. The same seed gives the same atoms. */
vitro_status vitro_model_glass(uint64_t seed, vitro_model **model);
void vitro_model_free(vitro_model *model); /* NULL is fine */
/* The number of atoms; box: Angstrom, 0 = not periodic. */
int64_t vitro_model_size(const vitro_model *model, double box[3]);
/* Atomic number and x, y, z of each atom: 4 x atoms numbers. */
void vitro_model_atoms(const vitro_model *model, double *out);

typedef struct {
    double voltage_kv;
    double thickness_nm;           /* of the slab across the beam, about the model's middle; a periodic model is repeated; 0 = the model as it is */
    double tilt_x_deg, tilt_y_deg; /* the model is turned about x (right), then about y (up), counter-clockwise seen from the axis's end */
    double probe_nm;               /* full width at half maximum of the intensity, Gaussian, on the model's middle; a periodic model is repeated; 0 = even */
    double q_per_px;               /* 1/Angstrom */
    int32_t detector;              /* px, square; q = 0 is at pixel detector / 2 */
} vitro_pattern_options;

/* Kinematic diffraction pattern: model_pattern.c. VITRO_DATA if no atom is met. */
typedef struct vitro_simulated_pattern vitro_simulated_pattern;
vitro_status vitro_simulated_pattern_new(const vitro_model *model, const vitro_pattern_options *options, vitro_simulated_pattern **pattern);
void vitro_simulated_pattern_free(vitro_simulated_pattern *pattern);
/* How many atoms are lit. */
int64_t vitro_simulated_pattern_atoms(const vitro_simulated_pattern *pattern);
/* Rows first .. first + rows - 1 of |A|^2 (Angstrom^2), rows x detector, which must be that of the options. From any thread; the same numbers whatever the
 * division into calls. */
vitro_status vitro_simulated_pattern_rows(const vitro_simulated_pattern *pattern, int32_t first, int32_t rows, int32_t detector, float *out);
/* Draws from the Poisson distribution with the image's n pixels as means, scaled to a sum of counts. */
vitro_status vitro_draw_counts(const float *image, int64_t n, double counts, uint64_t seed, float *out);

/* ---- simulated glass ----------------------------------------------------------- */

/* What lies in the scan: a shear band with its strain, an unstrained glass with ordered clusters, magnetic domains, or a liquid near its glass transition. */
typedef enum { VITRO_SHEAR_BAND = 0, VITRO_CLUSTERS = 1, VITRO_MAGNETIC = 2, VITRO_LIQUID = 3 } vitro_sample_kind;

typedef struct {
    int32_t scan_x, scan_y;
    int32_t detector;    /* px, square */
    int32_t beam_stop;   /* 1 = with */
    double counts;       /* mean counts of a pattern, unmasked area */
    uint64_t seed;
    double ring_radius;  /* px; 0 = detector * 70 / 256 */
    double strain_scale; /* shear band: 1 = the fields of the thesis; 0 = none */
    double drift_px;     /* amplitude of the centre's drift, 3 by default */
    double ellipticity;  /* of the instrument, 0.02 by default */
    double speckle_contrast; /* 0 = none */
    double speckle_grain_px; /* 3 */
    int32_t kind;            /* vitro_sample_kind */
    int32_t cluster_symmetry;    /* clusters: n = 1 .. 12; 0 = 4, 6 and 10 in turn */
    double cluster_diameter_nm;  /* 3 */
    double cluster_fraction;     /* of the volume, 0.02 */
    double cluster_amplitude;    /* a of 1 + a cos(n phi - p) in the middle of a cluster, 0.3 */
    double thickness_nm;         /* clusters: of the specimen, 20 */
    double field_t;              /* magnetic: induction of the domains, T, 1 */
    int32_t frames;              /* liquid: of the time series, 1000 */
} vitro_sample_options;

typedef struct vitro_sample vitro_sample;
vitro_status vitro_sample_defaults(vitro_sample_options *options);
vitro_status vitro_sample_new(const vitro_sample_options *options, vitro_sample **sample);
void vitro_sample_free(vitro_sample *sample);
/* scan_x, scan_y, detector, by which a caller checks its buffers. */
void vitro_sample_shape(const vitro_sample *sample, int32_t shape[3]);
/* Frames first .. first+n-1, detector x detector uint16. The same numbers whatever the division into calls; any thread. */
vitro_status vitro_sample_frames(const vitro_sample *sample, int64_t first, int64_t n, uint16_t *out);
/* Truth in the slices of the results: strain % (VITRO_STRAIN_SLICES), then ring maps (VITRO_RING_SLICES), scan_x*scan_y each. */
vitro_status vitro_sample_truth(const vitro_sample *sample, float *strain, float *ring_maps);
/* Truth of the symmetry: |c_n|^2 / c_0^2 of the ring, slices n = 1 .. VITRO_SAMPLE_ORDERS of scan_x*scan_y. */
enum { VITRO_SAMPLE_ORDERS = 12 };
vitro_status vitro_sample_symmetry(const vitro_sample *sample, float *power);
/* The clusters; 0 of them in a shear band. For each one VITRO_CLUSTER_FIELDS numbers: x, y (nm from the upper left corner of the scan's first
 * pixel, y down), diameter (nm), order n, direction of its first maximum (degrees, counter-clockwise on screen). */
enum { VITRO_CLUSTER_FIELDS = 5 };
int64_t vitro_sample_cluster_count(const vitro_sample *sample);
vitro_status vitro_sample_clusters(const vitro_sample *sample, double *out);
/* Truth of the induction, T: slices Bx, By, B, angle (degrees) of scan_x*scan_y; 0 but for the magnetic sample. */
vitro_status vitro_sample_induction(const vitro_sample *sample, float *out);
/* The liquid's time series: dark-field counts of positions first .. first + n - 1 at all frames, out[t * n + i]; counts is the sum of an image. The same numbers
 * whatever the division into calls; any thread. */
int64_t vitro_sample_series_frames(const vitro_sample *sample);
vitro_status vitro_sample_series(const vitro_sample *sample, int64_t first, int64_t n, uint16_t *out);
/* Truth of the liquid: slices tau (s), beta, amplitude of scan_x*scan_y, and the time from frame to frame, s. */
enum { VITRO_SAMPLE_DYNAMICS = 3 };
vitro_status vitro_sample_dynamics(const vitro_sample *sample, float *out, double *interval);
/* What the sample's calibration is: voltage_kV, q_per_px, scan_step_nm, E_xx, E_xy, E_yy, mean centre x, y. */
vitro_status vitro_sample_calibration(const vitro_sample *sample, double out[8]);

#ifdef __cplusplus
}
#endif
#endif
