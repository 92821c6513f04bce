/* SPDX-License-Identifier: GPL-3.0-or-later */
package vitromap.engine;

import ij.Prefs;
import java.io.IOException;
import java.util.Arrays;
import java.util.Locale;

/**
 * Profiles of a cube as sums of a few basis profiles: non-negative matrix factorisation, principal components, or least squares on references.
 * Results do not depend on the number of threads.
 */
public final class Decomposition {
    private static final int CHUNK = 1024;

    /** First and last point of the cube's axis that took part. */
    public final int first;
    public final int last;
    public final int components;
    /** components x positions; PCA: scores. NaN where a position has a value that is no number. */
    public final float[] weights;
    /** The same in percent of the position's sum. */
    public final float[] fractions;
    /** 2 x positions: root mean square of what is left, and that in percent of the profile's own (PCA: of the centred profile's). */
    public final float[] residual;
    /** components x points. */
    public final double[] basis;
    /** Mean profile of what was decomposed. */
    public final double[] mean;
    /** PCA: all fractions of the variance, falling. */
    public final double[] spectrum;
    private final double[] values;

    private Decomposition(long handle, int positions, int[] range, int components) {
        this.first = range[0];
        this.last = range[1];
        this.components = components;
        int points = last - first + 1;
        weights = new float[components * positions];
        fractions = new float[components * positions];
        residual = new float[2 * positions];
        basis = new double[components * points];
        mean = new double[points];
        spectrum = new double[points];
        values = new double[Native.DECOMP_FRACTIONS + components];
        Native.decompResult(handle, weights, fractions, residual, basis, mean, spectrum, values);
    }

    /**
     * Non-negative matrix factorisation.
     *
     * @param range first and last point
     * @param shift added to the cube; 0 = as much as makes it non-negative
     */
    public static Decomposition nmf(Cube cube, int[] range, int components, long seed, double shift) throws IOException {
        return run(cube, range, components, "NMF", Native.nmfNew(cube.positions(), points(range), components, seed, shift), Prefs.getThreads());
    }

    /** The same with a given number of threads. */
    static Decomposition nmf(Cube cube, int[] range, int components, long seed, double shift, int threads) throws IOException {
        return run(cube, range, components, "NMF", Native.nmfNew(cube.positions(), points(range), components, seed, shift), threads);
    }

    /** Principal components of the centred profiles. */
    public static Decomposition pca(Cube cube, int[] range, int components) throws IOException {
        return run(cube, range, components, "PCA", Native.pcaNew(cube.positions(), points(range), components), Prefs.getThreads());
    }

    /**
     * Least squares on references.
     *
     * @param nonnegative whether weights must not be negative
     * @param shift added to the cube before
     */
    public static Decomposition fit(Cube cube, int[] range, References references, boolean nonnegative, double shift) throws IOException {
        int count = references.names.length;
        long handle = Native.fitNew(cube.positions(), points(range), references.values, count, nonnegative ? 1 : 0, shift);
        return run(cube, range, count, nonnegative ? "NNLS" : "MLLS", handle, Prefs.getThreads());
    }

    private static int points(int[] range) {
        return range[1] - range[0] + 1;
    }

    /** Takes over the handle. */
    private static Decomposition run(Cube cube, int[] range, int components, String name, long handle, int threads) throws IOException {
        try {
            if ((long) components * cube.positions() > Integer.MAX_VALUE - 8) {
                throw new VitroException(VitroException.ARGUMENT, components + " maps of " + cube.positions() + " positions do not fit into one array.");
            }
            load(handle, cube, range, name);
            Runner.rounds(new Work(handle, name), threads);
            return new Decomposition(handle, cube.positions(), range, components);
        } catch (VitroException e) {
            throw explained(e, cube, range);
        } finally {
            Native.decompFree(handle);
        }
    }

    private static void load(long handle, Cube cube, int[] range, String name) throws IOException {
        Runner.each(cube.positions(), CHUNK, name, (at, n) -> {
            float[] block = cube.block((int) at, n);
            boolean whole = range[0] == 0 && range[1] == cube.depth() - 1;
            Native.decompLoad(handle, whole ? block : Arrays.copyOfRange(block, range[0] * n, (range[1] + 1) * n), at, n);
        });
    }

    /** A native run as rounds. */
    private static final class Work implements Runner.Rounds {
        private final long handle;
        private final String name;

        Work(long handle, String name) {
            this.handle = handle;
            this.name = name;
        }

        @Override
        public long next() {
            return Native.decompNext(handle);
        }

        @Override
        public void work(long piece) {
            Native.decompWork(handle, piece);
        }

        private double[] progress() {
            double[] progress = new double[3];
            Native.decompProgress(handle, progress);
            return progress;
        }

        @Override
        public double part() {
            return progress()[0];
        }

        @Override
        public String state() {
            double[] p = progress();
            return p[1] > 0 && p[2] > 0 ? String.format(Locale.US, "%s: iteration %.0f, residual %.4f %%", name, p[1], 100 * p[2]) : name;
        }
    }

    /** The failure with the cube's name, and where its values are no numbers if that is the reason. */
    private static VitroException explained(VitroException e, Cube cube, int[] range) {
        String text = "'" + cube.image().getTitle() + "' cannot be decomposed: " + e.getMessage() + ".";
        int from = range[0];
        int to = range[1];
        while (from <= to && isEmpty(cube, from)) {
            from++;
        }
        while (to > from && isEmpty(cube, to)) {
            to--;
        }
        if (e.code == VitroException.DATA && from > to) {
            text = "'" + cube.image().getTitle() + "' has no finite value in the range.";
        } else if (e.code == VitroException.DATA && (from > range[0] || to < range[1])) {
            text += " No position has values outside " + (float) cube.value(from) + " to " + (float) cube.value(to) + " " + cube.unit() + ": set from and to.";
        }
        return new VitroException(e.code, text);
    }

    private static boolean isEmpty(Cube cube, int z) {
        for (float value : cube.slice(z)) {
            if (!Float.isNaN(value) && !Float.isInfinite(value)) {
                return false;
            }
        }
        return true;
    }

    /** Positions that were not left out. */
    public int taken() {
        return (int) values[Native.DECOMP_TAKEN];
    }

    /** What was added to the cube. */
    public double shift() {
        return values[Native.DECOMP_SHIFT];
    }

    /** Norm of what is left over the norm of what was decomposed. */
    public double error() {
        return values[Native.DECOMP_ERROR];
    }

    public int iterations() {
        return (int) values[Native.DECOMP_ITERATIONS];
    }

    /** Share of component j in the weights of all positions, percent. */
    public double fraction(int j) {
        return values[Native.DECOMP_FRACTIONS + j];
    }

    /** Basis profile j. */
    public double[] profile(int j) {
        return Arrays.copyOfRange(basis, j * mean.length, (j + 1) * mean.length);
    }
}
