/* SPDX-License-Identifier: GPL-3.0-or-later */
package vitromap.engine;

import java.io.IOException;
import java.util.Arrays;
import java.util.function.Consumer;

/** Radial profiles of every pattern of a dataset, with standard errors: vitro_radial_profiles_new. */
public final class Profiles {
    private static final int MOST_BINS = 65536;

    /** Radius of the first bin's inner edge and width of a bin, px (after the ellipse). */
    public final double rMin;
    public final double binWidth;
    public final int bins;
    /** {@link Geometry#fullCircle}. */
    public final double fullCircle;
    /** bins x scanY x scanX values, then as many standard errors. */
    public final float[] values;

    private Profiles(double rMin, double binWidth, int bins, double fullCircle, float[] values) {
        this.rMin = rMin;
        this.binWidth = binWidth;
        this.bins = bins;
        this.fullCircle = fullCircle;
        this.values = values;
    }

    /**
     * Measures all patterns.
     *
     * @param rMax px; 0 = to the farthest pixel
     * @param bins 0 = one for each px
     * @param ellipse whether the dataset's ellipse is applied
     * @param centers x, y of each pattern; null = the dataset's centre for all
     * @param log told what had to be measured, and how many patterns have no centre
     */
    public static Profiles run(Dataset dataset, double rMin, double rMax, int bins, boolean ellipse, double[] centers, Consumer<String> log)
            throws IOException {
        if (bins < 0 || bins > MOST_BINS) {
            throw wrong("The number of bins is 0 (one for each px) to " + MOST_BINS + ", not " + bins + ".");
        }
        Geometry geometry = Geometry.of(dataset, MeanPattern.of(dataset.source(), "Mean pattern"), log);
        if (!ellipse) {
            geometry.setEllipse(new double[] {1, 0, 1});
        } else if (dataset.numbers(Dataset.ELLIPSE, 3) == null) {
            log.accept("ellipse: not known, the rings are taken as round");
        }
        geometry.setRadii(rMin, rMax, dataset.width(), dataset.height());
        int count = bins > 0 ? bins : (int) Math.max(1, Math.rint(geometry.ringMax - rMin));
        Centers.tellMissing(dataset, centers, "their profiles are NaN", log);
        FrameSource source = dataset.source();
        try (Job job = new Job(Native.radialProfilesNew(source.width(), source.height(), source.type(), 0, source.frames(), geometry.array(),
                geometry.mask, centers, count))) {
            Runner.run(source, job, "Radial profiles");
            return new Profiles(rMin, (geometry.ringMax - rMin) / count, count, geometry.fullCircle(dataset.width(), dataset.height()), job.finish());
        }
    }

    /** The values, bin by bin, without the errors. */
    public float[] means() {
        return Arrays.copyOf(values, values.length / 2);
    }

    public float[] errors() {
        return Arrays.copyOfRange(values, values.length / 2, values.length);
    }

    private static VitroException wrong(String text) {
        return new VitroException(VitroException.ARGUMENT, text);
    }
}
