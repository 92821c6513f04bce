/* SPDX-License-Identifier: GPL-3.0-or-later */
package vitromap.engine;

import java.io.IOException;
import java.util.Arrays;
import java.util.Locale;
import java.util.function.Consumer;

/** Variances of a dataset's patterns over the radius, and V2D of each pattern: vitro_fluctuation_new. */
public final class FluctuationCurve {
    /** The four variances, in the order of {@link #variance}. */
    public static final String[] VARIANTS = {"mean of annular variance", "variance of annular mean", "annular mean of variance image", "omega"};
    /** The last of them: over pixels and patterns together. */
    public static final int OMEGA = 3;

    private static final int PIXELS = 0;
    private static final int INTENSITY = 1;
    private static final int V = 2;
    private static final int SIGMA = 6;

    /** Inner radius of the first annulus, px; an annulus is 1 px wide or a little more or less, so that they fill the range. */
    public final double rMin;
    public final double width;
    public final int bins;
    /** V2D of each pattern in scan order; null if it was not asked for. */
    public final float[] v2d;

    private final float[] values;

    private FluctuationCurve(Geometry geometry, int bins, boolean azimuth, float[] values) {
        this.rMin = geometry.ringMin;
        this.width = (geometry.ringMax - geometry.ringMin) / bins;
        this.bins = bins;
        this.values = values;
        int end = values.length - 1;
        this.v2d = azimuth ? Arrays.copyOfRange(values, Native.FLUCTUATION_FIELDS * bins, end) : null;
    }

    /**
     * Measures all patterns in one pass.
     *
     * @param rMax px; 0 = to the farthest pixel
     * @param noise photon noise is taken off: the pixels are counts
     * @param ring from, to of V2D, px, 0 = find; null = no V2D
     * @param centers x, y of each pattern, to which it is moved by whole pixels; null = the dataset's centre for all
     * @param log told what had to be measured
     */
    public static FluctuationCurve run(Dataset dataset, double rMin, double rMax, boolean noise, double[] ring, double[] centers, Consumer<String> log)
            throws IOException {
        FrameSource source = dataset.source();
        if (source.frames() < 2) {
            throw new VitroException(VitroException.DATA, "'" + dataset.image().getTitle() + "' is a single pattern. A variance needs two at least.");
        }
        MeanPattern pattern = MeanPattern.of(source, "Mean pattern");
        Geometry geometry = Geometry.of(dataset, pattern, log);
        if (dataset.numbers(Dataset.ELLIPSE, 3) == null) {
            log.accept("ellipse: not known, the rings are taken as round");
        }
        double[] azimuth = {0, 0};
        if (ring != null) {
            geometry.setRing(pattern, ring[0], ring[1], log);
            azimuth = new double[] {geometry.ringMin, geometry.ringMax};
        }
        geometry.setRadii(rMin, rMax, source.width(), source.height());
        Centers.tellMissing(dataset, centers, "they are left out", log);
        int bins = (int) Math.max(1, Math.rint(geometry.ringMax - geometry.ringMin));
        try (Job job = new Job(Native.fluctuationNew(source.width(), source.height(), source.type(), 0, source.frames(), geometry.array(), geometry.mask,
                centers, bins, noise, azimuth[0], azimuth[1]))) {
            Runner.run(source, job, "Fluctuation");
            FluctuationCurve curve = new FluctuationCurve(geometry, bins, ring != null, job.finish());
            curve.tell(noise, ring == null ? null : azimuth, log);
            return curve;
        }
    }

    private void tell(boolean noise, double[] azimuth, Consumer<String> log) {
        if (azimuth != null) {
            double sectors = values[values.length - 1];
            log.accept(String.format(Locale.US, sectors == Math.rint(sectors) ? "V2D: ring from %.1f to %.1f px, %.0f of 36 sectors of 10 degrees"
                    : "V2D: ring from %.1f to %.1f px, %.1f of 36 sectors of 10 degrees on average", azimuth[0], azimuth[1], sectors));
        }
        int below = 0;
        int measured = 0;
        for (int bin = 0; bin < bins; bin++) {
            double v = variance(OMEGA, bin);
            measured += Double.isNaN(v) ? 0 : 1;
            below += v < -3 * sigma(OMEGA, bin) ? 1 : 0;
        }
        if (noise && 2 * below > measured) {
            log.accept("noise_correction: the values vary less than counts of photons or electrons do, so they are none; take noise_correction off");
        }
    }

    /** Middle of an annulus, px. */
    public double radius(int bin) {
        return rMin + (bin + 0.5) * width;
    }

    /** Pixels of an annulus that take part in a pattern, on average. */
    public double pixels(int bin) {
        return values[PIXELS * bins + bin];
    }

    /** Mean over pixels and patterns. */
    public double intensity(int bin) {
        return values[INTENSITY * bins + bin];
    }

    /** One of the four variances; NaN = not measured. */
    public double variance(int variant, int bin) {
        return values[(V + variant) * bins + bin];
    }

    /** Its standard error. */
    public double sigma(int variant, int bin) {
        return values[(SIGMA + variant) * bins + bin];
    }
}
