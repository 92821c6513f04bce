/* SPDX-License-Identifier: GPL-3.0-or-later */
package vitromap.engine;

import java.nio.ByteBuffer;

/**
 * The simulated glass as a source of patterns, with its truth. Frames are made when they are asked for, always with the same numbers.
 * A native sample is made and freed within each call, which costs little beside the patterns, so that there is nothing to close.
 */
public final class Sample implements FrameSource {
    /** What can be chosen; the defaults are those of vitro_sample_defaults. */
    public static final class Options {
        private final double[] values = new double[12];

        public Options() {
            Native.sampleDefaults(values);
        }

        /** Scan positions along x and y. */
        public Options scan(int x, int y) {
            values[0] = x;
            values[1] = y;
            return this;
        }

        /** px along x and y. */
        public Options detector(int size) {
            values[2] = size;
            return this;
        }

        /** Mean counts of a pattern, outside the beam stop. */
        public Options counts(double counts) {
            values[3] = counts;
            return this;
        }

        /** Of the random numbers: 0 to 2^53. */
        public Options seed(double seed) {
            if (!(seed >= 0 && seed <= 1L << 53 && seed == Math.rint(seed))) {
                throw new VitroException(VitroException.ARGUMENT, "sample data: seed = " + seed + " must be a whole number from 0 to 2^53");
            }
            values[4] = seed;
            return this;
        }

        /** 1 = the strain that the documentation shows, 0 = none. */
        public Options strain(double scale) {
            values[6] = scale;
            return this;
        }

        /** Largest drift of the pattern's centre, px. */
        public Options drift(double px) {
            values[7] = px;
            return this;
        }

        /** Of the instrument, as a fraction. */
        public Options ellipticity(double fraction) {
            values[8] = fraction;
            return this;
        }

        /** Contrast, 0 to 1, and grain, px. */
        public Options speckle(double contrast, double grain) {
            values[9] = contrast;
            values[10] = grain;
            return this;
        }

        public Options beamStop(boolean with) {
            values[11] = with ? 1 : 0;
            return this;
        }
    }

    /** What a native sample is used for. */
    private interface Use {
        void of(long sample);
    }

    private final double[] options;
    private final double[] calibration = new double[8];
    private final float[] strain;
    private final float[] ring;

    /** @throws VitroException if an option is out of its range */
    public Sample(Options options) {
        this.options = options.values.clone();
        use(sample -> Native.sampleCalibration(sample, calibration));
        strain = new float[(int) frames() * Native.STRAIN_SLICES];
        ring = new float[(int) frames() * Native.RING_SLICES];
        use(sample -> Native.sampleTruth(sample, strain, ring));
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
