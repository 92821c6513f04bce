/* SPDX-License-Identifier: GPL-3.0-or-later */
package vitromap.engine;

import java.io.IOException;
import java.util.Locale;
import java.util.function.Consumer;

/** Normalised power of the rings' Fourier components, n = 1 .. order, of every pattern: vitro_symmetry_new. */
public final class Symmetry {
    private static final String[] REASONS = {"", "no centre on the detector", "no counts in the ring", "too little of the ring is unmasked and on the detector",
        "all pixels of the ring have one value"};

    /** Highest n. */
    public final int order;
    public final int bands;
    /** Of the ring, px (after the ellipse). */
    public final double ringMin;
    public final double ringMax;
    /** bands x order x scanY x scanX values. */
    public final float[] values;
    private final int positions;

    private Symmetry(int order, int bands, double ringMin, double ringMax, int positions, float[] values) {
        this.order = order;
        this.bands = bands;
        this.ringMin = ringMin;
        this.ringMax = ringMax;
        this.positions = positions;
        this.values = values;
    }

    /**
     * Measures all patterns.
     *
     * @param ringMin px; 0 = find, like ringMax
     * @param noiseCorrection takes off what photon noise adds; the pixels are counts
     * @param centers x, y of each pattern; null = the dataset's centre for all
     * @param log told what had to be measured, and how many patterns have no power, and why
     */
    public static Symmetry run(Dataset dataset, double ringMin, double ringMax, int bands, int order, boolean noiseCorrection, double[] centers,
            Consumer<String> log) throws IOException {
        if (order < 1 || order > Native.SYMMETRY_ORDERS) {
            throw new VitroException(VitroException.ARGUMENT, "Max_order is " + order + ": 1 to " + Native.SYMMETRY_ORDERS + " are allowed.");
        }
        MeanPattern pattern = MeanPattern.of(dataset.source(), "Mean pattern");
        Geometry geometry = Geometry.of(dataset, pattern, log);
        if (dataset.numbers(Dataset.ELLIPSE, 3) == null) {
            log.accept("ellipse: not known, the rings are taken as round: an ellipse of the instrument shows as n = 2");
        }
        geometry.setRing(pattern, ringMin, ringMax, log);
        int annuli = (int) Math.max(1, Math.rint(geometry.ringMax - geometry.ringMin));
        geometry.ringMax = geometry.ringMin + annuli; // whole annuli of 1 px
        FrameSource source = dataset.source();
        int positions = (int) source.frames();
        try (Job job = new Job(Native.symmetryNew(source.width(), source.height(), source.type(), 0, positions, geometry.array(), geometry.mask, centers, order,
                bands, noiseCorrection))) {
            Runner.run(source, job, "Symmetry");
            Symmetry result = new Symmetry(order, bands, geometry.ringMin, geometry.ringMax, positions, job.finish());
            result.tellMissing(log);
            return result;
        }
    }

    private void tellMissing(Consumer<String> log) {
        int[] count = new int[REASONS.length];
        for (int i = 0; i < positions; i++) {
            count[(int) values[bands * order * positions + i]]++;
        }
        for (int why = 1; why < REASONS.length; why++) {
            if (count[why] > 0) {
                log.accept(count[why] + " of " + positions + " patterns have no power (NaN): " + REASONS[why]);
            }
        }
    }

    /** Inner radius of a band, px; that of band `bands` is the ring's outer one. */
    public double edge(int band) {
        return ringMin + band * (ringMax - ringMin) / bands;
    }

    /** Mean over some positions and its standard error, each for n = 1 .. order, from the measured ones; NaN if there is none (no two). */
    public double[][] spectrum(int band, int[] of) {
        double[][] spectrum = new double[2][order];
        for (int n = 0; n < order; n++) {
            int slice = (band * order + n) * positions;
            int count = 0;
            double sum = 0;
            double squares = 0;
            for (int i : of) {
                if (!Float.isNaN(values[slice + i])) {
                    count++;
                    sum += values[slice + i];
                }
            }
            double mean = sum / count;
            for (int i : of) {
                if (!Float.isNaN(values[slice + i])) {
                    squares += (values[slice + i] - mean) * (values[slice + i] - mean);
                }
            }
            spectrum[0][n] = mean;
            spectrum[1][n] = Math.sqrt(squares / (count - 1.0) / count);
        }
        return spectrum;
    }

    /** The mean power of odd orders as a part of that of even ones, over all measured values; NaN without even orders. */
    public double oddOverEven() {
        double[] sum = new double[2];
        int[] count = new int[2];
        for (int i = 0; i < bands * order * positions; i++) {
            int parity = (i / positions % order + 1) % 2;
            if (!Float.isNaN(values[i])) {
                sum[parity] += values[i];
                count[parity]++;
            }
        }
        return sum[1] / count[1] / (sum[0] / count[0]);
    }

    /** What a band covers, for labels. */
    public String bandName(int band, double qPerPx) {
        boolean known = qPerPx > 0 && qPerPx < Double.POSITIVE_INFINITY;
        return known ? String.format(Locale.US, "%.3f-%.3f 1/\u00c5", edge(band) * qPerPx, edge(band + 1) * qPerPx)
                : String.format(Locale.US, "%.1f-%.1f px", edge(band), edge(band + 1));
    }
}
