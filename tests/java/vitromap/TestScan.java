// SPDX-License-Identifier: GPL-3.0-or-later
package vitromap;

import ij.IJ;
import ij.ImagePlus;
import ij.ImageStack;
import ij.VirtualStack;
import ij.process.ImageProcessor;
import ij.process.ShortProcessor;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import vitromap.engine.Native;

/** Small simulated datasets. */
public final class TestScan {
    /** Scan x, scan y, detector, counts, seed, ring radius, strain scale, drift, ellipticity, speckle contrast, grain, beam stop. */
    private static final int SCAN_X = 0;
    private static final int SCAN_Y = 1;
    private static final int DETECTOR = 2;
    private static final int COUNTS = 3;
    private static final int SEED = 4;
    private static final int SPECKLE = 9;

    public final ImagePlus image;
    /** Slices of NAME-Strain, %. */
    public final float[] strain;
    /** Slices of NAME-Ring. */
    public final float[] ring;
    /** As vitro_sample_calibration gives it. */
    public final double[] calibration = new double[8];

    private TestScan(ImagePlus image, int pixels) {
        this.image = image;
        this.strain = new float[11 * pixels];
        this.ring = new float[9 * pixels];
    }

    /** A hyperstack in memory, without any property, and its truth. */
    public static TestScan of(int scanX, int scanY, int detector, double counts, int seed) {
        double[] options = new double[Native.SAMPLE_OPTIONS];
        Native.sampleDefaults(options);
        options[SCAN_X] = scanX;
        options[SCAN_Y] = scanY;
        options[DETECTOR] = detector;
        options[COUNTS] = counts;
        options[SEED] = seed;
        options[SPECKLE] = 0;
        long sample = Native.sampleNew(options);
        try {
            TestScan scan = new TestScan(image(sample, scanX, scanY, detector), scanX * scanY);
            Native.sampleTruth(sample, scan.strain, scan.ring);
            Native.sampleCalibration(sample, scan.calibration);
            return scan;
        } finally {
            Native.sampleFree(sample);
        }
    }

    private static ImagePlus image(long sample, int scanX, int scanY, int detector) {
        int frames = scanX * scanY;
        ByteBuffer out = ByteBuffer.allocateDirect(2 * frames * detector * detector).order(ByteOrder.nativeOrder());
        Native.sampleFrames(sample, 0, frames, out);
        ImageStack stack = new ImageStack(detector, detector);
        for (int i = 0; i < frames; i++) {
            short[] pixels = new short[detector * detector];
            out.position(2 * i * pixels.length);
            out.slice().order(ByteOrder.nativeOrder()).asShortBuffer().get(pixels);
            stack.addSlice(new ShortProcessor(detector, detector, pixels, null));
        }
        return hyperstack("test glass.tif", stack, scanX, scanY);
    }

    /** A stack as a scan of patterns. */
    public static ImagePlus hyperstack(String title, ImageStack stack, int scanX, int scanY) {
        ImagePlus image = new ImagePlus(title, stack);
        image.setDimensions(1, scanX, scanY);
        image.setOpenAsHyperStack(true);
        return image;
    }

    /** The same slices through a virtual stack that waits so long at each. */
    public static ImagePlus virtual(ImagePlus image, int waitMs) {
        return hyperstack(image.getTitle(), new Slow(image.getStack(), waitMs), image.getNSlices(), image.getNFrames());
    }

    /** A virtual stack over the slices of another. */
    private static class Slow extends VirtualStack {
        private final ImageStack source;
        private final int waitMs;

        Slow(ImageStack source, int waitMs) {
            super(source.getWidth(), source.getHeight(), null, null);
            this.source = source;
            this.waitMs = waitMs;
            setBitDepth(source.getBitDepth());
        }

        @Override
        public ImageProcessor getProcessor(int n) {
            if (waitMs > 0) {
                IJ.wait(waitMs);
            }
            return source.getProcessor(n);
        }

        @Override
        public int getSize() {
            return source.getSize();
        }
    }

    /** A virtual stack one of whose slices cannot be read. */
    public static final class Broken extends Slow {
        private final int slice;

        public Broken(ImageStack source, int slice) {
            super(source, 0);
            this.slice = slice;
        }

        @Override
        public ImageProcessor getProcessor(int n) {
            return n == slice ? null : super.getProcessor(n);
        }
    }
}
