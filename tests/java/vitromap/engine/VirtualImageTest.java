// SPDX-License-Identifier: GPL-3.0-or-later
package vitromap.engine;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ij.ImagePlus;
import ij.ImageStack;
import ij.gui.Line;
import ij.gui.OvalRoi;
import ij.gui.PointRoi;
import ij.gui.Roi;
import ij.gui.ShapeRoi;
import ij.process.ByteProcessor;
import ij.process.FloatProcessor;
import ij.process.ImageProcessor;
import ij.process.ShortProcessor;
import java.io.IOException;
import java.util.Random;
import org.junit.jupiter.api.Test;
import vitromap.TestScan;

/** Detectors and their sums, against a plain loop over ImageJ's own pixels. */
class VirtualImageTest {
    private static final int WIDTH = 40;
    private static final int HEIGHT = 33;
    private static final int X = 6;
    private static final int Y = 7;

    /** Random whole numbers, the same whatever the depth. */
    private static ImagePlus scan(int bits) {
        Random random = new Random(3);
        ImageStack stack = new ImageStack(WIDTH, HEIGHT);
        for (int i = 0; i < X * Y; i++) {
            ImageProcessor ip = bits == 8 ? new ByteProcessor(WIDTH, HEIGHT) : bits == 16 ? new ShortProcessor(WIDTH, HEIGHT) : new FloatProcessor(WIDTH, HEIGHT);
            for (int p = 0; p < WIDTH * HEIGHT; p++) {
                ip.setf(p, random.nextInt(256));
            }
            stack.addSlice(ip);
        }
        return TestScan.hyperstack("random.tif", stack, X, Y);
    }

    private static void check(ImagePlus image, Detector detector) throws IOException {
        byte[] selected = detector.selected();
        float[] sums = VirtualImage.run(Dataset.of(image).source(), detector, "Sum");
        for (int i = 0; i < X * Y; i++) {
            double sum = 0;
            for (int p = 0; p < selected.length; p++) {
                sum += selected[p] != 0 ? image.getStack().getProcessor(i + 1).getf(p) : 0;
            }
            assertEquals(sum, sums[i], 0);
        }
    }

    @Test
    void sumsOfEveryDepthWayAndShape() throws IOException {
        byte[] mask = new byte[WIDTH * HEIGHT];
        for (int i = 0; i < mask.length; i += 3) {
            mask[i] = 1;
        }
        Detector[] detectors = {
            Detector.annulus(WIDTH, HEIGHT, 19.5, 16.25, 4, 9.5), Detector.disk(WIDTH, HEIGHT, 25, 10, 5).about(19.5, 16).withMates(true).without(mask),
            Detector.pixel(WIDTH, HEIGHT, 3.4, 30.6), Detector.of(new OvalRoi(5, 20, 12, 9), WIDTH, HEIGHT), Detector.disk(WIDTH, HEIGHT, 19, 16, 100)
        };
        for (int bits : new int[] {8, 16, 32}) {
            for (Detector detector : detectors) {
                check(scan(bits), detector);
                check(TestScan.virtual(scan(bits), 0), detector);
            }
        }
        ImagePlus signed = scan(16);
        signed.getCalibration().setSigned16BitCalibration();
        float[] sums = VirtualImage.run(Dataset.of(signed).source(), detectors[2], "Sum");
        assertEquals(signed.getStack().getProcessor(5).getf(31 * WIDTH + 3) - 32768, sums[4], 0);
    }

    @Test
    void selectionsAreThoseOfImageJ() {
        Roi[] rois = {new Roi(3, 4, 5, 6), new OvalRoi(1, 2, 9, 8), new PointRoi(7, 9), new Line(2, 2, 9, 2),
            new ShapeRoi(new OvalRoi(2, 2, 20, 20)).not(new ShapeRoi(new OvalRoi(8, 8, 8, 8)))};
        for (Roi roi : rois) {
            byte[] selected = Detector.of(roi, WIDTH, HEIGHT).selected();
            for (int p = 0; p < selected.length && roi.isArea(); p++) {
                assertEquals(roi.contains(p % WIDTH, p / WIDTH) ? 1 : 0, selected[p]);
            }
            assertTrue(Mask.count(selected) > 0);
        }
    }

    @Test
    void detectorThatMovesWithTheCentres() throws IOException {
        ImagePlus image = scan(16);
        double[] centers = new double[2 * X * Y];
        for (int i = 0; i < X * Y; i++) {
            centers[2 * i] = 18 + 0.1 * i;
            centers[2 * i + 1] = 17 - 0.07 * i;
        }
        centers[10] = Double.NaN;
        Detector detector = Detector.annulus(WIDTH, HEIGHT, 19, 16, 3, 8);
        FrameSource source = Dataset.of(image).source();
        float[] moving = VirtualImage.run(source, detector, centers, "Sum");
        for (int i = 0; i < X * Y; i++) {
            if (i == 5) {
                assertTrue(Float.isNaN(moving[i]));
                continue;
            }
            Detector there = Detector.annulus(WIDTH, HEIGHT, centers[2 * i], centers[2 * i + 1], 3, 8);
            assertEquals(VirtualImage.run(source, there, "Sum")[i], moving[i], 0);
        }
    }

    @Test
    void stacksInMemoryAreSummedWhereTheyLie() {
        assertSame(scan(16).getStack().getPixels(1).getClass(), Dataset.of(scan(16)).source().arrays()[0].getClass());
        assertNull(Dataset.of(TestScan.virtual(scan(16), 0)).source().arrays());
        try (Job mean = new Job(Native.meanNew(WIDTH, HEIGHT, Native.U16, 0, X * Y))) {
            assertThrows(VitroException.class, () -> mean.feed(Dataset.of(scan(16)).source().arrays(), 0, 16));
        }
        Detector disk = Detector.disk(WIDTH, HEIGHT, 9, 9, 4);
        FrameSource source = Dataset.of(scan(16)).source();
        try (Job job = disk.imageJob(source, null)) {
            assertThrows(VitroException.class, () -> job.feed(source.arrays(), 32, 16));
            assertThrows(VitroException.class, () -> job.feed(new Object[X * Y], 0, 16));
            assertThrows(VitroException.class, () -> job.feed(new Object[] {"no array"}, 0, 1));
            assertThrows(VitroException.class, () -> job.feed(new Object[3], 0, 16));
            assertThrows(VitroException.class, () -> job.feed((Object[]) null, 0, 16));
            Object[] few = source.arrays().clone();
            few[4] = new short[3];
            assertThrows(VitroException.class, () -> job.feed(few, 0, 16));
        }
    }

    @Test
    void aPatternThatCannotBeReadIsAnError() {
        ImagePlus broken = TestScan.hyperstack("broken.tif", new TestScan.Broken(scan(16).getStack(), 17), X, Y);
        IOException e = assertThrows(IOException.class, () -> VirtualImage.run(Dataset.of(broken).source(), Detector.disk(WIDTH, HEIGHT, 9, 9, 4), "Sum"));
        assertTrue(e.getMessage().contains("17"), e.getMessage());
    }

    @Test
    void anImageThatIsClosedMeanwhileIsSummedToItsEnd() throws IOException {
        ImagePlus image = scan(16);
        Detector disk = Detector.disk(WIDTH, HEIGHT, 9, 9, 4);
        float[] sums = VirtualImage.run(Dataset.of(image).source(), disk, "Sum");
        FrameSource source = Dataset.of(image).source();
        image.close();
        image.flush();
        assertArrayEquals(sums, VirtualImage.run(source, disk, "Sum"));
    }

    @Test
    void badInput() {
        assertThrows(VitroException.class, () -> Detector.pixel(WIDTH, HEIGHT, -1, 3));
        assertThrows(VitroException.class, () -> Detector.of(new Roi(100, 100, 3, 3), WIDTH, HEIGHT));
        assertThrows(VitroException.class, () -> Detector.of((Roi) null, WIDTH, HEIGHT));
        assertThrows(VitroException.class, () -> Detector.annulus(WIDTH, HEIGHT, 20, 20, 100, 120).selected());
        assertThrows(VitroException.class, () -> VirtualImage.run(Dataset.of(scan(8)).source(), Detector.disk(WIDTH, HEIGHT, 3, 3, -1), "Sum"));
    }
}
