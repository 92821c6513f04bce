/* SPDX-License-Identifier: GPL-3.0-or-later */
package vitromap.engine;

import java.io.IOException;
import java.util.Arrays;

/** The mean of many patterns, and what is found on it: mask, centre, rings. Lengths are px, pixel centres at integers. */
public final class MeanPattern {
    /** Patterns that suffice for a mean: more only cost time. */
    public static final int ENOUGH = 512;

    /** Part of a circle that must be seen for its mean to tell of a ring. */
    private static final double LEAST_COVERAGE = 0.1;

    public final int width;
    public final int height;
    /** height x width; NaN where a pixel is never a number. */
    public final float[] mean;

    private MeanPattern(int width, int height, float[] mean) {
        this.width = width;
        this.height = height;
        this.mean = mean;
    }

    /** The mean over at most ENOUGH frames, evenly spaced over the source. */
    public static MeanPattern of(FrameSource source, String status) throws IOException {
        FrameSource some = SubsetSource.spread(source, ENOUGH);
        int pixels = source.width() * source.height();
        try (Job job = new Job(Native.meanNew(source.width(), source.height(), source.type(), 0, some.frames()))) {
            Runner.run(some, job, status);
            return new MeanPattern(source.width(), source.height(), Arrays.copyOf(job.finish(), pixels));
        }
    }

    /** Nonzero = masked. */
    public byte[] findMask() {
        byte[] mask = new byte[mean.length];
        Native.findMask(mean, width, height, mask);
        return mask;
    }

    public double[] findCenter(byte[] mask) {
        double[] center = new double[2];
        Native.findCenter(mean, mask, width, height, center);
        return center;
    }

    /** Azimuthal mean; element i covers the radii [i, i + 1), NaN where no pixel is. Reaches into the farthest corner. */
    public float[] profile(byte[] mask, double[] center, double[] ellipse) {
        double corner = Math.hypot(Math.max(center[0], width - 1 - center[0]), Math.max(center[1], height - 1 - center[1]));
        float[] profile = new float[(int) corner + 1];
        Native.radialProfile(mean, mask, width, height, center, ellipse, profile);
        return profile;
    }

    /** Radius of the first ring's maximum, and the range for the fit. Radii of which little is on the detector do not count. */
    public double[] findRing(byte[] mask, double[] center, double[] ellipse) {
        float[] profile = profile(mask, center, ellipse);
        int[] pixels = new int[profile.length];
        for (int i = 0; i < mean.length; i++) {
            int bin = (int) Math.hypot(i % width - center[0], i / width - center[1]);
            if (mask[i] == 0 && bin < pixels.length) {
                pixels[bin]++;
            }
        }
        for (int bin = 0; bin < pixels.length; bin++) {
            if (pixels[bin] < LEAST_COVERAGE * 2 * Math.PI * (bin + 0.5)) {
                profile[bin] = Float.NaN;
            }
        }
        double[] ring = new double[3];
        Native.findRing(profile, ring);
        return ring;
    }

    /** Sets the geometry's ellipse, and its centre finer, from its ring. */
    public void findEllipse(Geometry geometry) {
        Native.findEllipse(mean, width, height, geometry.array(), geometry.mask, geometry.center, geometry.ellipse);
    }
}
