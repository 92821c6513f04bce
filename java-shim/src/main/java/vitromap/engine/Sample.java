/* SPDX-License-Identifier: GPL-3.0-or-later */
package vitromap.engine;

import java.nio.ByteBuffer;

/**
 * The simulated glass as a source of patterns, with its truth. Frames are made when they are asked for, always with the same numbers.
 * A native sample is made and freed within each call, which costs little beside the patterns, so that there is nothing to close.
 */
public final class Sample implements FrameSource {
    /** What a native sample is used for. */
    private interface Use {
        void of(long sample);
    }

    private final double[] options;
    private final double[] calibration = new double[8];
    private final float[] strain;
    private final float[] ring;
    private final float[] symmetry;
    private final float[] induction;
    private final float[] dynamics;
    private final double[] interval = new double[1];
    private double[] clusters;

    /**
     * @param options scan x, scan y, detector, counts, seed, ring radius, strain scale, drift, ellipticity, speckle contrast, grain, beam stop,
     *         kind, cluster symmetry, diameter, fraction, amplitude, thickness, field, frames; what they mean stands at vitro_sample_options
     * @throws VitroException if an option is out of its range
     */
    public Sample(double... options) {
        this.options = options.clone();
        use(sample -> Native.sampleCalibration(sample, calibration));
        strain = new float[(int) frames() * Native.STRAIN_SLICES];
        ring = new float[(int) frames() * Native.RING_SLICES];
        symmetry = new float[(int) frames() * Native.SAMPLE_ORDERS];
        induction = new float[(int) frames() * 4];
        dynamics = new float[(int) frames() * Native.SAMPLE_DYNAMICS];
        use(sample -> {
            Native.sampleTruth(sample, strain, ring);
            Native.sampleInduction(sample, induction);
            Native.sampleSymmetry(sample, symmetry);
            Native.sampleDynamics(sample, dynamics, interval);
            clusters = new double[(int) Native.sampleClusterCount(sample) * Native.CLUSTER_FIELDS];
            Native.sampleClusters(sample, clusters);
        });
    }

    private void use(Use use) {
        long sample = Native.sampleNew(options);
        try {
            use.of(sample);
        } finally {
            Native.sampleFree(sample);
        }
    }

    public int scanX() {
        return (int) options[0];
    }

    public int scanY() {
        return (int) options[1];
    }

    public double voltage() {
        return calibration[0];
    }

    /** 1/Angstrom a pixel. */
    public double qPerPx() {
        return calibration[1];
    }

    public double scanStepNm() {
        return calibration[2];
    }

    /** Truth in the slices of NAME-Strain, one after the other. */
    public float[] strain() {
        return strain;
    }

    /** Truth in the slices of NAME-Ring, one after the other. */
    public float[] ring() {
        return ring;
    }

    /** Truth in the slices of NAME-Symmetry, n = 1 .. {@link Native#SAMPLE_ORDERS}. */
    public float[] symmetry() {
        return symmetry;
    }

    /** Truth of the induction, T: Bx, By, B, angle. */
    public float[] induction() {
        return induction;
    }

    /** Truth of the time series: tau (s), beta, amplitude. */
    public float[] dynamics() {
        return dynamics;
    }

    /** Images of the time series. */
    public int times() {
        return (int) options[19];
    }

    /** The time from image to image, s. */
    public double interval() {
        return interval[0];
    }

    /** Counts of n positions at all times, 16 bits: n numbers for each time. */
    public void series(long first, int n, ByteBuffer out) {
        use(sample -> Native.sampleSeries(sample, first, n, out));
    }

    /** {@link Native#CLUSTER_FIELDS} numbers for each cluster: x, y (nm from the scan's upper left corner), diameter (nm), order, direction (degrees). */
    public double[] clusters() {
        return clusters;
    }

    @Override
    public int width() {
        return (int) options[2];
    }

    @Override
    public int height() {
        return (int) options[2];
    }

    @Override
    public int type() {
        return U16;
    }

    @Override
    public long frames() {
        return (long) scanX() * scanY();
    }

    @Override
    public void read(long first, int n, ByteBuffer out) {
        use(sample -> Native.sampleFrames(sample, first, n, out));
    }
}
