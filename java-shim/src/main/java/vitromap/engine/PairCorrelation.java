/* SPDX-License-Identifier: GPL-3.0-or-later */
package vitromap.engine;

import java.util.Arrays;

/** Correlation of two maps of one scan: vitro_correlate_pair, vitro_cross_correlation. */
public final class PairCorrelation {
    /** Random shifts of one map against the other. */
    private static final int SHIFTS = 499;
    private static final int BINS = 64;

    /** A coefficient with its error and the chance of as large a one between independent maps. */
    public static final class Coefficient {
        public final double value;
        public final double error;
        /** So many independent pixels would scatter as much. */
        public final double effectiveNumber;
        public final double chance;
        public final double chanceByShifts;

        private Coefficient(double[] fields, int at) {
            value = fields[at];
            error = fields[at + 1];
            effectiveNumber = fields[at + 2];
            chance = fields[at + 3];
            chanceByShifts = fields[at + 4];
        }
    }

    /** Cross-correlation over the lag, px. */
    public static final class Cross {
        public final int lags;
        /** (2 lags + 1) squared, y down; NaN = no pairs. */
        public final float[] image;
        /** distance, mean over all directions, pairs, then the means about 0, 45, 90 and 135 degrees; each lags + 1 values. */
        public final double[][] curves = new double[Native.CROSS_CURVES][];

        private Cross(MapImage first, MapImage second, int lags) {
            this.lags = lags;
            image = new float[(2 * lags + 1) * (2 * lags + 1)];
            double[] all = new double[Native.CROSS_CURVES * (lags + 1)];
            Native.crossCorrelation(first.values, second.values, first.width(), first.height(), lags, image, all);
            for (int i = 0; i < curves.length; i++) {
                curves[i] = Arrays.copyOfRange(all, i * (lags + 1), (i + 1) * (lags + 1));
            }
        }
    }

    public final MapImage first;
    public final MapImage second;
    public final Coefficient pearson;
    public final Coefficient spearman;
    /** Pixels that are measured in both. */
    public final int pixels;

    /** @throws VitroException if the maps differ in size, or one is constant where both are measured */
    public PairCorrelation(MapImage first, MapImage second) {
        second.requireScan(first.width(), first.height(), first.name());
        this.first = first;
        this.second = second;
        double[] out = new double[2 * Native.PAIR_FIELDS + 1];
        try {
            Native.correlatePair(first.values, second.values, first.width(), first.height(), SHIFTS, out);
        } catch (VitroException e) {
            throw new VitroException(e.code, first.name() + " and " + second.name() + ": " + e.getMessage());
        }
        pearson = new Coefficient(out, 0);
        spearman = new Coefficient(out, Native.PAIR_FIELDS);
        pixels = (int) out[2 * Native.PAIR_FIELDS];
    }

    /** @param lags px; 0 = half the map's shorter side */
    public Cross cross(int lags) {
        int shorter = Math.min(first.width(), first.height());
        int wanted = lags > 0 ? lags : Math.max(1, shorter / 2);
        if (wanted >= shorter) {
            throw new VitroException(VitroException.ARGUMENT, "A lag of " + wanted + " px does not fit into " + first.name() + ", " + first.width() + " x " + first.height()
                    + " px: up to " + (shorter - 1) + " px are possible.");
        }
        return new Cross(first, second, wanted);
    }

    public static int bins() {
        return BINS;
    }

    /** Counts in bins x bins of both maps' ranges, the second's largest values on top. */
    public float[] histogram(double[] range) {
        float[] counts = new float[BINS * BINS];
        Native.jointHistogram(first.values, second.values, BINS, range, counts);
        return counts;
    }

    /** Smallest and largest value of the first map, then of the second, over the pixels measured in both. */
    public double[] range() {
        double[] range = {Double.POSITIVE_INFINITY, Double.NEGATIVE_INFINITY, Double.POSITIVE_INFINITY, Double.NEGATIVE_INFINITY};
        for (int i = 0; i < first.values.length; i++) {
            float a = first.values[i];
            float b = second.values[i];
            if (Float.isNaN(a - a) || Float.isNaN(b - b)) {
                continue;
            }
            range[0] = Math.min(range[0], a);
            range[1] = Math.max(range[1], a);
            range[2] = Math.min(range[2], b);
            range[3] = Math.max(range[3], b);
        }
        return range;
    }
}
