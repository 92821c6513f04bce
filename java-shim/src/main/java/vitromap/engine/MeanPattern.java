/* SPDX-License-Identifier: GPL-3.0-or-later */
package vitromap.engine;

import java.io.IOException;
import java.util.Arrays;

/** The mean of many patterns, and what is found on it: mask, centre, rings. Lengths are px, pixel centres at integers. */
public final class MeanPattern {
    /** Patterns that suffice for a mean: more only cost time. */
    public static final int ENOUGH = 512;

    public final int width;
    public final int height;
    /** height x width; NaN where a pixel is never a number. */
    public final float[] mean;

    MeanPattern(int width, int height, float[] mean) {
        this.width = width;
        this.height = height;
        this.mean = mean;
    }

    /** The mean over at most ENOUGH frames, evenly spaced over the source. */
    public static MeanPattern of(FrameSource source, String status) throws IOException {
        return whole(SubsetSource.spread(source, ENOUGH), status);
    }

    /** The mean over all frames. */
    public static MeanPattern whole(FrameSource source, String status) throws IOException {
        int pixels = source.width() * source.height();
        try (Job job = new Job(Native.meanNew(source.width(), source.height(), source.type(), 0, source.frames()))) {
            Runner.run(source, job, status);
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

    /** Radius of the first ring's maximum, and the range for the fit. */
    public double[] findRing(byte[] mask, double[] center, double[] ellipse) {
        double[] ring = new double[3];
        Native.findRing(profile(mask, center, ellipse), ring);
        return ring;
    }

    /** Sets the geometry's ellipse, and its centre finer, from its ring. */
    public void findEllipse(Geometry geometry) {
        Native.findEllipse(mean, width, height, geometry.array(), geometry.mask, geometry.center, geometry.ellipse);
    }
}
