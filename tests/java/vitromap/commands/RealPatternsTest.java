// SPDX-License-Identifier: GPL-3.0-or-later
package vitromap.commands;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import ij.IJ;
import ij.ImagePlus;
import ij.ImageStack;
import ij.plugin.ZProjector;
import ij.process.FloatProcessor;
import ij.process.ImageProcessor;
import java.io.File;
import java.io.IOException;
import java.util.Random;
import org.junit.jupiter.api.Test;
import vitromap.TestScan;
import vitromap.engine.Dataset;
import vitromap.engine.Mask;

/** Measured patterns of amorphous films, where they are at hand: what is known about them, and known strains put on them. */
class RealPatternsTest {
    private static final String FOLDER = "../shared/data/amorphous/";
    private static final int COPIES = 4;
    /** Rows of the scan that are not strained. */
    private static final int PLAIN = 4;
    /** e_xx, e_yy, e_xy as fractions, real space, one row of the scan for each. */
    private static final double[][] STRAINS = {{0.003, 0, 0}, {0, -0.005, 0}, {0.008, 0.008, 0}, {0, 0, 0.01}, {0.02, -0.01, 0.005}, {-0.015, 0.004, -0.008}};

    private static ImagePlus open(String name) {
        File file = new File(FOLDER + name);
        if (!file.exists()) {
            System.out.println("SKIPPED: there is no " + file);
        }
        assumeTrue(file.exists(), "there is no " + file);
        return IJ.openImage(file.getPath());
    }

    private static Dataset calibrated(ImagePlus image, int frames) throws IOException {
        Calibrate.Settings settings = new Calibrate.Settings();
        settings.findEllipse = true;
        settings.scanX = frames;
        settings.scanY = 1;
        Calibrate.compute(image, settings, line -> { });
        return Dataset.of(image);
    }

    /** Amplitude of the radius' second harmonic, as a fraction. */
    private static double ellipticity(Dataset dataset) {
        double[] e = dataset.numbers(Dataset.ELLIPSE, 3);
        return Math.hypot((e[0] - e[2]) / 2, e[1]);
    }

    @Test
    void energyFilteredSum() throws IOException {
        Dataset dataset = calibrated(open("energy_filtered_sum.tif"), 1);
        assertEquals(304.80, dataset.number(Dataset.CENTER_X, 0), 0.5);
        assertEquals(249.31, dataset.number(Dataset.CENTER_Y, 0), 0.5);
        assertEquals(0.016, ellipticity(dataset), 0.003);
    }

    /** Ten patterns only: their speckle moves the rings' centre by a pixel or two. */
    @Test
    void femStack() throws IOException {
        Dataset dataset = calibrated(open("fem_stack.tif"), 10);
        assertEquals(266, dataset.number(Dataset.CENTER_X, 0), 2.5);
        assertEquals(289, dataset.number(Dataset.CENTER_Y, 0), 2.5);
        assertEquals(0.016, ellipticity(dataset), 0.01);
    }

    @Test
    void knownStrainsOnTheEnergyFilteredSum() throws IOException {
        ImagePlus measured = open("energy_filtered_sum.tif");
        strainsComeBack(measured, calibrated(measured, 1), 0.05, 0.05);
    }

    /** Its speckle is frozen: it moves with the strain, and counts as noise. */
    @Test
    void knownStrainsOnTheMeanOfTheFemStack() throws IOException {
        ImagePlus stack = open("fem_stack.tif");
        strainsComeBack(ZProjector.run(stack, "avg"), calibrated(stack, 10), 0, 0.1);
    }

    /**
     * Every pattern within the margin and three sigma, the mean over the copies within the limit, all in percent.
     */
    private static void strainsComeBack(ImagePlus measured, Dataset calibrated, double margin, double limit) throws IOException {
        ImagePlus scan = strained(measured, calibrated);
        scan.setProp(Dataset.CENTER_X, calibrated.number(Dataset.CENTER_X, 0));
        scan.setProp(Dataset.CENTER_Y, calibrated.number(Dataset.CENTER_Y, 0));
        scan.setProp(Dataset.MASK, grown(calibrated));
        StrainMap.Settings settings = new StrainMap.Settings();
        settings.definition = "real-space";
        settings.reference = "0,0," + COPIES + "," + PLAIN;
        ImagePlus[] maps = StrainMap.compute(scan, settings, line -> { });
        for (int row = 0; row < STRAINS.length; row++) {
            for (int c = 0; c < 3; c++) {
                double sum = 0;
                for (int copy = 0; copy < COPIES; copy++) {
                    double error = value(maps[0], c, copy, PLAIN + row) - 100 * STRAINS[row][c];
                    double sigma = value(maps[1], c, copy, PLAIN + row);
                    assertTrue(Math.abs(error) < margin + 3 * sigma, "strain " + row + ", component " + c + ": error " + error + ", sigma " + sigma);
                    sum += error;
                }
                assertEquals(0, sum / COPIES, limit, "strain " + row + ", component " + c);
            }
        }
    }

    private static float value(ImagePlus maps, int slice, int x, int y) {
        return maps.getStack().getProcessor(slice + 1).getf(x, y);
    }

    /** Unstrained rows, then a row for each strain, every pattern with its own Poisson noise. */
    private static ImagePlus strained(ImagePlus measured, Dataset calibrated) {
        double x = calibrated.number(Dataset.CENTER_X, 0);
        double y = calibrated.number(Dataset.CENTER_Y, 0);
        FloatProcessor pattern = measured.getProcessor().convertToFloatProcessor();
        pattern.setInterpolationMethod(ImageProcessor.BICUBIC);
        ImageStack stack = new ImageStack(pattern.getWidth(), pattern.getHeight());
        Random random = new Random(1);
        for (int row = 0; row < PLAIN + STRAINS.length; row++) {
            FloatProcessor mean = warped(pattern, x, y, row < PLAIN ? new double[3] : STRAINS[row - PLAIN]);
            for (int copy = 0; copy < COPIES; copy++) {
                stack.addSlice(noisy(mean, random));
            }
        }
        return TestScan.hyperstack("warped", stack, COPIES, PLAIN + STRAINS.length);
    }

    /** q' = V^-1 q: what is at V q' comes to q'. The strain's y points up, the detector's down. */
    private static FloatProcessor warped(FloatProcessor pattern, double x, double y, double[] e) {
        FloatProcessor out = new FloatProcessor(pattern.getWidth(), pattern.getHeight());
        for (int v = 0; v < out.getHeight(); v++) {
            for (int u = 0; u < out.getWidth(); u++) {
                double du = u - x;
                double dv = v - y;
                double from = x + (1 + e[0]) * du - e[2] * dv;
                double fromY = y - e[2] * du + (1 + e[1]) * dv;
                boolean inside = from > 1 && fromY > 1 && from < out.getWidth() - 3 && fromY < out.getHeight() - 3;
                out.setf(u, v, inside ? (float) pattern.getBicubicInterpolatedPixel(from, fromY, pattern) : 0);
            }
        }
        return out;
    }

    private static FloatProcessor noisy(FloatProcessor mean, Random random) {
        FloatProcessor out = new FloatProcessor(mean.getWidth(), mean.getHeight());
        for (int i = 0; i < mean.getPixelCount(); i++) {
            double expected = Math.max(0, mean.getf(i));
            out.setf(i, (float) (expected + Math.sqrt(expected) * random.nextGaussian()));
        }
        return out;
    }

    /** The mask with a margin, for the beam stop was warped with the pattern, and the border, where the warp came from outside. */
    private static String grown(Dataset dataset) {
        int width = dataset.width();
        int height = dataset.height();
        byte[] mask = Mask.decode(dataset.text(Dataset.MASK), width, height);
        byte[] grown = new byte[mask.length];
        for (int i = 0; i < mask.length; i++) {
            int border = Math.min(Math.min(i % width, width - 1 - i % width), Math.min(i / width, height - 1 - i / width));
            grown[i] |= (byte) (border < 10 ? 1 : 0);
            for (int j = -5; mask[i] != 0 && j <= 5; j++) {
                for (int k = -5; k <= 5; k++) {
                    int u = Math.max(0, Math.min(width - 1, i % width + k));
                    int v = Math.max(0, Math.min(height - 1, i / width + j));
                    grown[v * width + u] = 1;
                }
            }
        }
        return Mask.encode(grown, width, height);
    }
}
