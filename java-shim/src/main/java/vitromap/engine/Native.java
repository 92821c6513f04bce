// SPDX-License-Identifier: GPL-3.0-or-later
package vitromap.engine;

import java.nio.ByteBuffer;

/**
 * The native library's functions, one to one: vitro_find_mask is {@code findMask}, and so on. Shapes, units, NaN rules and
 * sources stand in native/include/vitromap.h.
 * <p>
 * Text crosses as UTF-8 bytes, structures as arrays in the order of their fields, objects as handles that their
 * {@code ...Free} releases. Buffers of frames are direct and in native byte order. Arrays may be longer than needed, never
 * shorter. Every failure is a {@link VitroException}. All functions may be called from several threads at once, but for
 * the frees and {@code jobFinish}, which come after everything else with that handle.
 * <p>
 * The library is loaded when this class is first used; if that fails, every use is an Error: see {@link NativeLoader#load}.
 */
public final class Native {

    /** Types of pixels as in vitro_type; the three that jobs take. */
    public static final int U8 = 1, U16 = 2, F32 = 3;
    /** Frames are fed in multiples of this many. */
    public static final int GROUP = 16;
    /** Floats that the ring jobs write for each frame. */
    public static final int RING_FIELDS = 17;
    /** Slices of {@link #sampleSymmetry}, numbers for each cluster in {@link #sampleClusters}. */
    public static final int SAMPLE_ORDERS = 12, CLUSTER_FIELDS = 5;
    /** Numbers that describe a sample. */
    public static final int SAMPLE_OPTIONS = 20;
    /** Slices of the maps that {@link #strainMaps} writes. */
    public static final int STRAIN_SLICES = 11, SIGMA_SLICES = 6, RING_SLICES = 9;

    static {
        NativeLoader.load();
    }

    private Native() {
    }

    public static native String version();

    /** Name of an instruction set; 0 = the one that will be used; null = not on this processor. */
    public static native String isaName(int isa);

    // frames and layouts: long[14] and double[8] are vitro_layout and vitro_metadata

    public static native int decodedType(int type);

    public static native int typeBytes(int type);

    public static native void framesDecode(long[] layout, ByteBuffer raw, long rawBytes, long n, ByteBuffer out);

    /** vitro_kept_type. */
    public static native int keptType(int type);

    /** The same with the numbers in the file's own type, keptType. */
    public static native void framesKeep(long[] layout, ByteBuffer raw, long rawBytes, long n, ByteBuffer out);

    /** Numbers of a type that is decoded to float, from byte 0 of in, as float; a failure if one would not be the same number. */
    public static native void framesExact(int type, ByteBuffer in, int width, int height, long first, long n, ByteBuffer out);

    /** part: first pixel, pixels, first frame, frames; range: where they begin in the file, bytes of each, distance of them. */
    public static native void gatherRange(long[] layout, long[] part, long[] range);

    public static native void framesGather(long[] layout, long[] part, ByteBuffer raw, long rawBytes, long rawStride, ByteBuffer out);

    /** compression: 1 = LZ4, 2 = bitshuffle, 3 = both; out has exactly the size of what comes out. */
    public static native void chunkDecode(int compression, int elementBytes, long block, byte[] in, byte[] out);

    /** rows x columns elements become columns x rows. */
    public static native void chunkTranspose(int rows, int columns, int elementBytes, byte[] in, byte[] out);

    /** tile: type, big-endian, columns, rows of a chunk's part, width, height of a pattern; parts: count pairs of numbers, in the chunk and in out. */
    public static native void chunkPlace(long[] tile, int x, int y, long[] parts, int count, byte[] chunk, ByteBuffer out);

    public static native void layoutNpy(byte[] head, long fileBytes, long[] layout, double[] metadata);

    public static native void layoutMib(byte[] head, long fileBytes, byte[] sidecarOrNull, long[] layout, double[] metadata);

    public static native void layoutEmpad(byte[] xml, long fileBytes, long[] layout, double[] metadata);

    public static native void layoutBlo(byte[] head, long fileBytes, long[] layout, double[] metadata);

    public static native void layoutMrc(byte[] head, long fileBytes, byte[] infoOrNull, long[] layout, double[] metadata);

    /** Where in the file bytes are missing; -1 = done. */
    public static native long layoutDm(byte[] bytes, long[] pieces, long fileBytes, long[] layout, double[] metadata);

    public static native void layoutSeq(byte[] head, long fileBytes, long[] layout, double[] metadata);

    public static native void layoutTvips(byte[] head, long fileBytes, int part, long[] layout, double[] metadata);

    public static native void layoutRaw(long fileBytes, int type, boolean bigEndian, long width, long height, long offset,
            long gap, long[] layout);

    // jobs

    public static native void jobFeed(long job, ByteBuffer frames, long first, long n);

    /** frames[first] .. frames[first + n - 1] are the patterns of the same numbers, arrays of the job's type and size; nothing is copied. */
    public static native void jobFeedArrays(long job, Object[] frames, long first, long n);

    public static native long jobOutputs(long job);

    public static native void jobFinish(long job, float[] out);

    public static native void jobFree(long job);

    public static native long meanNew(int width, int height, int type, int isa, long frames);

    // geometry: double[7] is center x, y, ellipse xx, xy, yy, ring min, max

    public static native void findMask(float[] mean, int width, int height, byte[] mask);

    public static native void findCenter(float[] mean, byte[] maskOrNull, int width, int height, double[] center);

    public static native void radialProfile(float[] mean, byte[] maskOrNull, int width, int height, double[] center,
            double[] ellipse, float[] profile);

    public static native void findRing(float[] profile, double[] ring);

    public static native void findEllipse(float[] mean, int width, int height, double[] geometry, byte[] maskOrNull,
            double[] center, double[] ellipse);

    /** centers: x, y of each frame; null = the geometry's for all. */
    public static native long radialProfilesNew(int width, int height, int type, int isa, long frames, double[] geometry, byte[] maskOrNull,
            double[] centersOrNull, int bins);

    // virtual detectors: double[7] is center x, y, the ring's own x, y, inner and outer radius, friedel (0 or 1); see Detector

    public static native void detectorPixels(double[] detector, byte[] pixelsOrNull, byte[] maskOrNull, int width, int height, byte[] out);

    /** centers: x, y of each frame; null = the detector stays. */
    public static native long virtualImageNew(int width, int height, int type, int isa, long frames, double[] detector, byte[] pixelsOrNull,
            byte[] maskOrNull, double[] centersOrNull);

    public static native long centerOfMassNew(int width, int height, int type, int isa, long frames, double[] detector, byte[] pixelsOrNull,
            byte[] maskOrNull);

    /** Six slices: x, y, magnitude, angle, center_x, center_y. */
    public static native void shiftMaps(int scanX, int scanY, boolean flip, double rotationDeg, boolean plane, byte[] referenceOrNull, float[] centers,
            float[] maps);

    public static native void shiftZero(int scanX, int scanY, boolean plane, byte[] referenceOrNull, float[] centers, float[] zero);

    /** first: null = 1, if polar. */
    public static native void vectorMeans(int width, int height, int spacing, boolean polar, boolean headless, float[] first, float[] second, float[] out);

    // bands: path = x, y of each point

    public static native int bandBins(double[] path, double bandWidth, boolean along);

    public static native void bandDistances(double[] path, double bandWidth, boolean along, double[] out);

    /** Mean, standard error, effective number of pixels of each bin, slice by slice. */
    public static native void bandProfile(int width, int height, double[] path, double bandWidth, boolean along, float[] maps, long slices,
            double[] periodsOrNull, float[] out);

    // strain

    public static native long referenceNew(int width, int height, int type, int isa, long frames, double[] geometry,
            byte[] maskOrNull);

    public static native long ringModelNew(long referenceJob, byte[] compositionOrNull, double qPerPx);

    public static native void ringModelFree(long model);

    public static native void ringModelValues(long model, double[] out);

    public static native void ringModelCurves(long model, double[] radius, double[] intensity, double[] background);

    public static native long ringProfileNew(long model, int width, int height, int type, int isa, long frames);

    public static native long directEllipseNew(int width, int height, int type, int isa, long frames, double[] geometry,
            byte[] maskOrNull, double threshold);

    /** options: q0, E xx, xy, yy, definition, flip, rotation, x axis, scan step, scan x, scan y. */
    public static native void strainMaps(double[] options, float[] ring, float[] reference, boolean median, float[] strain,
            float[] sigma, float[] ringMaps);

    // symmetry

    /** Highest order that {@link #symmetryNew} takes. */
    public static final int SYMMETRY_ORDERS = 24;

    /** centers: x, y of each frame; null = the geometry's for all. */
    public static native long symmetryNew(int width, int height, int type, int isa, long frames, double[] geometry, byte[] maskOrNull, double[] centersOrNull,
            int order, int bands, boolean noiseCorrection);

    // fluctuation, hot spots, correlation length

    /** Values that {@link #fluctuationNew} writes for each annulus, numbers of a hot spot, of {@link #correlationLengths}. */
    public static final int FLUCTUATION_FIELDS = 10, HOT_SPOT_FIELDS = 5, CORRELATION_FIELDS = 5;

    /** centers: x, y of each frame; null = the geometry's for all. azimuthMax 0 = no V2D. */
    public static native long fluctuationNew(int width, int height, int type, int isa, long frames, double[] geometry, byte[] maskOrNull,
            double[] centersOrNull, int bins, boolean noiseCorrection, double azimuthMin, double azimuthMax);

    /** The number of spots. */
    public static native long hotSpots(float[] map, int width, int height, double threshold, long minPixels, float[] label);

    public static native void hotSpotSizes(float[] map, float[] label, int width, int height, long count, double[] out);

    public static native void autocorrelation(float[] map, int width, int height, int lags, float[] image, double[] radial);

    public static native void correlationLengths(double[] distance, double[] value, double[] lengths);

    // pair distribution functions: options are q of the first bin, q step, fit min, max, damping, shortest, r max, r step, bins, order, factors, window, form, isa

    public static native long pdfNew(double[] options, byte[] composition);

    public static native void pdfFree(long pdf);

    public static native void pdfShape(long pdf, long[] shape);

    public static native void pdfReduce(long pdf, float[] block, int n, boolean withSq, float[] out);

    public static native void pdfBackground(long pdf, float[] profile, float[] background);

    public static native void pdfRange(float[] profile, double qFirst, double qStep, double[] range);

    /** factors: 0 = Kirkland, 1 = Lobato. */
    public static native void scatteringFactors(int factors, byte[] composition, double[] q, double[] f2OrNull, double[] fMean2OrNull);
    // decomposition of cubes: a handle made by nmfNew, pcaNew or fitNew takes all positions, then rounds of work

    /** Places in the values of {@link #decompResult}; the fractions of the components follow. Readings of {@link #pdfReading}. */
    public static final int DECOMP_TAKEN = 0, DECOMP_SHIFT = 1, DECOMP_ERROR = 2, DECOMP_ITERATIONS = 3, DECOMP_FRACTIONS = 4, PDF_READINGS = 4;

    public static native long nmfNew(long positions, int depth, int components, long seed, double shift);

    public static native long pcaNew(long positions, int depth, int components);

    /** method: 0 = MLLS, 1 = NNLS. */
    public static native long fitNew(long positions, int depth, double[] references, int count, int method, double shift);

    public static native void decompLoad(long decomp, float[] profiles, long first, long n);

    /** Pieces of work of the next round; 0 = done. */
    public static native long decompNext(long decomp);

    public static native void decompWork(long decomp, long item);

    /** Part done, iterations, relative residual. */
    public static native void decompProgress(long decomp, double[] out);

    public static native void decompResult(long decomp, float[] weights, float[] fractions, float[] residual, double[] basis, double[] mean,
            double[] spectrum, double[] values);

    public static native void decompFree(long decomp);

    /** R1, FWHM, R2, shoulder. */
    public static native void pdfReading(double[] curve, double first, double step, double[] out);
    // peaks of curves: options are model, baseline, first point, count, axis at point 0, axis step

    /** Slices that {@link #peakMaps} writes; numbers of {@link #peakNoise} besides three for each point. */
    public static final int PEAK_SLICES = 6, PEAK_NOISE = 4;

    public static native void peakNoise(float[] block, int depth, long n, double[] options, float[] weightOrNull, double[] noise);

    public static native void peakMaps(float[] block, int depth, long n, double[] options, double[] noise, float[] out);

    // thickness, magnetic fields

    public static native void thickness(float[] total, float[] zeroLoss, float[] haadfOrNull, double meanFreePath, float[] relative, float[] thicknessOrNull,
            float[] contrastOrNull);

    /** beam: x, y, radius. */
    public static native void findDirectBeam(float[] mean, int width, int height, double[] beam);

    public static native long directBeamNew(int width, int height, int type, int isa, long frames, double[] center, double radius);

    /** options: q per px, thickness nm, rotation, flip. */
    public static native void induction(double[] options, float[] beam, float[] zero, float[] out);

    /** options: magnetostriction, Young's modulus GPa, Poisson's ratio. */
    public static native void magnetoelastic(double[] options, float[] induction, float[] e1, float[] e2, float[] angle1, float[] angle, float[] energy);

    // spots of one pattern

    /** options: center x, y, minimum, r min, r max; the number of spots. */
    public static native long findSpots(float[] pattern, byte[] maskOrNull, int width, int height, double[] options, double[] spots);

    public static native void spotVectors(double[] geometry, double[] spots, long count, double[] vectors);

    // structure models, their patterns

    public static native long modelRead(byte[] text);

    public static native long modelGlass(long seed);

    /** The number of atoms; box: Angstrom, 0 = not periodic. */
    public static native long modelSize(long model, double[] box);

    public static native void modelFree(long model);

    /** options: voltage, thickness nm, tilt x, tilt y, probe nm, q per px, detector. */
    public static native long simulatedPatternNew(long model, double[] options);

    public static native long simulatedPatternAtoms(long pattern);

    public static native void simulatedPatternRows(long pattern, int first, int rows, int detector, float[] out);

    public static native void simulatedPatternFree(long pattern);

    public static native void drawCounts(float[] image, double counts, long seed, float[] out);
    // dynamics: time series are block[t * n + i]

    /** Slices that {@link #dynamicsMaps} writes; of {@link #sampleDynamics}. */
    public static final int DYNAMICS_SLICES = 7, SAMPLE_DYNAMICS = 3;

    public static native long dynamicsNew(int frames, int firstLag, int lastLag);

    public static native void dynamicsFree(long dynamics);

    public static native long dynamicsRows(long dynamics);

    public static native void dynamicsFill(long dynamics, long row);

    public static native void dynamicsFinish(long dynamics);

    /** The number of lags, 64 at most. */
    public static native long dynamicsLags(long dynamics, double[] lags);

    public static native void dynamicsNoise(long dynamics, float[] block, long n, long together, double[] noise);

    public static native void dynamicsMaps(long dynamics, float[] block, long n, double[] noise, float[] out);

    /** The measured g2 at all lags, then the model. */
    public static native void dynamicsG2(long dynamics, float[] block, long n, double[] noise, float[] out);

    // correlation of two maps

    /** Numbers of a coefficient; {@link #correlatePair} writes those of Pearson's, of Spearman's, and the number of pixels. */
    public static final int PAIR_FIELDS = 5, CROSS_CURVES = 7;

    public static native void correlatePair(float[] first, float[] second, int width, int height, int shifts, double[] out);

    public static native void crossCorrelation(float[] first, float[] second, int width, int height, int lags, float[] image, double[] curves);

    public static native void jointHistogram(float[] first, float[] second, int bins, double[] range, float[] out);

    // regions of a scan

    /** Numbers that {@link #regionStatistics} writes for each point besides one for each block, and for each peak of {@link #regionPeaks}. */
    public static final int REGION_FIELDS = 4, REGION_PEAK_FIELDS = 8;

    /** sideAndCount: side of the blocks in positions, their number. */
    public static native void regionBlocks(long[] positions, int scanX, long[] block, long[] sideAndCount);

    public static native void regionStatistics(float[] curves, int depth, long[] block, long blocks, double[] out);

    /** The number of peaks; as many as fit into the array are told. */
    public static native long regionPeaks(double[] curve, double[] without, long blocks, double origin, double step, double[] peaks);

    // scattering factors, sample: options are scan x, scan y, detector, counts, seed, ring radius, strain scale, drift, ellipticity, contrast, grain, beam stop,
    // kind, cluster symmetry, diameter, fraction, amplitude, thickness, field, frames

    public static native void scattering(byte[] composition, double[] q, double[] f2OrNull, double[] fMean2OrNull);

    public static native void sampleDefaults(double[] options);

    public static native long sampleNew(double[] options);

    public static native void sampleFree(long sample);

    public static native void sampleFrames(long sample, long first, long n, ByteBuffer out);

    public static native void sampleTruth(long sample, float[] strain, float[] ringMaps);

    public static native void sampleSymmetry(long sample, float[] power);

    public static native long sampleClusterCount(long sample);

    /** For each cluster x, y, diameter, order, direction. */
    public static native void sampleClusters(long sample, double[] out);

    /** Bx, By, B, angle. */
    public static native void sampleInduction(long sample, float[] out);

    /** Counts of n positions at all frames, 16 bits: out[t * n + i]. */
    public static native void sampleSeries(long sample, long first, long n, ByteBuffer out);

    /** tau (s), beta, amplitude; interval: s. */
    public static native void sampleDynamics(long sample, float[] out, double[] interval);

    public static native void sampleCalibration(long sample, double[] out);
}
