/* SPDX-License-Identifier: GPL-3.0-or-later */
package vitromap.engine;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.function.Consumer;

/** Correlation of the intensities of a time series: maps of tau and beta, and the mean g2 of a region: vitro_dynamics. Times in frames. */
public final class Dynamics implements AutoCloseable {
    /** By vitro_dynamics_status. */
    private static final String[] REASONS = {"", "a value is missing", "the values are constant", "no correlation stands out of the noise",
        "the series is too short to tell tau", "the fit did not converge", "the mean is not above 0"};
    private static final int STATUS = Native.DYNAMICS_SLICES - 1;
    private static final int TILE = 8;
    private static final int MOST_TILES = 32;
    private static final int LEAST_TILES = 4;
    /** Series of a mean g2 at most. */
    private static final int MOST_SERIES = 4096;
    /** Numbers that a sample of series may have. */
    private static final int SAMPLE = 1 << 25;
    private static final int BLOCK = 64;
    private static final int MOST_LAGS = 64;

    private final TimeSeries series;
    private final long handle;
    private final double[] lags;
    private final double[] noise = new double[2];

    /** The mean g2 of a region. */
    public static final class Curve {
        public final double[] lag;
        public final double[] g2;
        /** Standard error, from the means of blocks of neighbours. */
        public final double[] error;
        /** The mean of the pixels' models. */
        public final double[] model;
        /** Series that it is the mean of. */
        public final int count;

        Curve(double[] lag, double[] g2, double[] error, double[] model, int count) {
            this.lag = lag;
            this.g2 = g2;
            this.error = error;
            this.model = model;
            this.count = count;
        }
    }

    /**
     * Sets up the fit and learns the noise from some of the series.
     *
     * @param lastLag 0 = all
     */
    public Dynamics(TimeSeries series, int firstLag, int lastLag) throws IOException {
        this.series = series;
        this.handle = Native.dynamicsNew(series.frames(), firstLag, lastLag);
        double[] all = new double[MOST_LAGS];
        lags = Arrays.copyOf(all, (int) Native.dynamicsLags(handle, all));
        try {
            Runner.each(Native.dynamicsRows(handle), 1, "Dynamics: tables", (row, n) -> Native.dynamicsFill(handle, row));
            Native.dynamicsFinish(handle);
            learn();
        } catch (IOException | RuntimeException | Error e) {
            close();
            throw e;
        }
    }

    /** From tiles of neighbours, spread over the image. */
    private void learn() throws IOException {
        int w = Math.min(TILE, series.width());
        int h = Math.min(TILE, series.height());
        int across = series.width() / w;
        int all = across * (series.height() / h);
        int tiles = Math.min(all, Math.max(LEAST_TILES, Math.min(MOST_TILES, SAMPLE / series.frames() / (w * h))));
        int[] pixels = new int[tiles * w * h];
        for (int i = 0, at = 0; i < tiles; i++) {
            int tile = (int) ((i + 0.5) * all / tiles);
            for (int y = 0; y < h; y++) {
                for (int x = 0; x < w; x++) {
                    pixels[at++] = (tile / across * h + y) * series.width() + tile % across * w + x;
                }
            }
        }
        Native.dynamicsNoise(handle, series.gather(pixels, "Dynamics: noise"), pixels.length, w * h, noise);
    }

    /** Variance of the noise from frame to frame: a part that does not depend on the intensity, and one that is proportional to it. */
    public double[] noise() {
        return noise.clone();
    }

    /**
     * The maps.
     *
     * @param log told how many pixels have no numbers, and why
     * @return tau, beta, amplitude, residual, sigma tau, sigma beta, slice by slice
     * @throws VitroException if no pixel has numbers
     */
    public float[] maps(String title, Consumer<String> log) throws IOException {
        float[] maps = series.map(Native.DYNAMICS_SLICES, "Dynamics", (block, n) -> {
            float[] out = new float[Native.DYNAMICS_SLICES * n];
            Native.dynamicsMaps(handle, block, n, noise, out);
            return out;
        });
        int pixels = series.pixels();
        int[] counts = new int[REASONS.length];
        for (int i = 0; i < pixels; i++) {
            counts[(int) maps[STATUS * pixels + i]]++;
        }
        List<String> why = new ArrayList<>();
        for (int i = 1; i < counts.length; i++) {
            if (counts[i] > 0) {
                why.add(counts[i] + ": " + REASONS[i]);
            }
        }
        if (counts[0] == 0) {
            throw new VitroException(VitroException.DATA, "No correlation could be measured in '" + title + "', " + series.frames() + " images of " + series.width() + " x "
                    + series.height() + " pixels (" + String.join("; ", why) + ").");
        }
        if (!why.isEmpty()) {
            log.accept(pixels - counts[0] + " of " + pixels + " pixels are NaN (" + String.join("; ", why) + ")");
        }
        return Arrays.copyOf(maps, STATUS * pixels);
    }

    /**
     * The mean g2 of a region; of 4096 of its pixels, spread evenly, where it has more.
     *
     * @throws VitroException if none of its pixels has numbers
     */
    public Curve curve(Region region) throws IOException {
        int n = Math.min(region.positions.length, Math.min(MOST_SERIES, SAMPLE / series.frames()));
        int[] pixels = new int[n];
        long[] positions = new long[n];
        for (int i = 0; i < n; i++) {
            pixels[i] = region.positions[(int) ((long) i * region.positions.length / n)];
            positions[i] = pixels[i];
        }
        int depth = lags.length;
        float[] curves = new float[2 * depth * n];
        float[] values = series.gather(pixels, "Dynamics: g2");
        Runner.each(n, BLOCK, "Dynamics: g2", (first, count) -> {
            float[] block = new float[series.frames() * count];
            for (int t = 0; t < series.frames(); t++) {
                System.arraycopy(values, t * n + (int) first, block, t * count, count);
            }
            float[] out = new float[2 * depth * count];
            Native.dynamicsG2(handle, block, count, noise, out);
            for (int z = 0; z < 2 * depth; z++) {
                System.arraycopy(out, z * count, curves, z * n + (int) first, count);
            }
        });
        long[] block = new long[n];
        long[] sideAndCount = new long[2];
        Native.regionBlocks(positions, series.width(), block, sideAndCount);
        double[] statistics = new double[(int) (Native.REGION_FIELDS + sideAndCount[1]) * 2 * depth];
        Native.regionStatistics(curves, 2 * depth, block, sideAndCount[1], statistics);
        int points = 2 * depth;
        int good = (int) statistics[3 * points];
        if (good == 0) {
            throw new VitroException(VitroException.DATA, String.format(Locale.US, "The region %s has no pixel whose correlation could be measured.", region.name));
        }
        return new Curve(lags.clone(), Arrays.copyOf(statistics, depth), Arrays.copyOfRange(statistics, 2 * points, 2 * points + depth),
                Arrays.copyOfRange(statistics, depth, points), good);
    }

    @Override
    public void close() {
        Native.dynamicsFree(handle);
    }
}
