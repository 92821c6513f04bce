// SPDX-License-Identifier: GPL-3.0-or-later
package vitromap.commands;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ij.IJ;
import ij.ImagePlus;
import ij.gui.Roi;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import vitromap.TestScan;
import vitromap.engine.Dataset;
import vitromap.engine.Mask;
import vitromap.engine.VitroException;

/** What Calibrate finds on a simulated scan, and what it writes into the dataset. */
class CalibrateTest {
    private static final int SIZE = 128;
    private static TestScan scan;

    @BeforeAll
    static void simulate() {
        scan = TestScan.of(8, 6, SIZE, 1e6, 21);
    }

    private static ImagePlus copy() {
        ImagePlus image = scan.image.duplicate();
        image.setTitle("a glass.tif");
        image.setDimensions(1, 8, 6);
        return image;
    }

    private static Calibrate.Result quiet(ImagePlus image, Calibrate.Settings settings) throws IOException {
        return Calibrate.compute(image, settings, line -> { });
    }

    private static Calibrate.Settings settings() {
        return new Calibrate.Settings();
    }

    private static void refused(ImagePlus image, Calibrate.Settings settings, String... parts) {
        String text = assertThrows(VitroException.class, () -> quiet(image, settings)).getMessage();
        for (String part : parts) {
            assertTrue(text.contains(part), text);
        }
    }

    @Test
    void findsCentreScaleEllipseAndMask() throws IOException {
        ImagePlus image = copy();
        Calibrate.Settings settings = settings();
        settings.knownRing = scan.calibration[1] * SIZE * 70 / 256;
        settings.findEllipse = true;
        Calibrate.Result result = quiet(image, settings);
        Dataset dataset = Dataset.of(image);
        assertEquals(scan.calibration[6], dataset.number(Dataset.CENTER_X, 0), 0.5);
        assertEquals(scan.calibration[7], dataset.number(Dataset.CENTER_Y, 0), 0.5);
        assertEquals(1, dataset.number(Dataset.Q_PER_PX, 0) / scan.calibration[1], 0.01);
        double[] ellipse = dataset.numbers(Dataset.ELLIPSE, 3);
        for (int i = 0; i < 3; i++) {
            assertEquals(scan.calibration[3 + i], ellipse[i], 0.004, "E " + i);
        }
        byte[] mask = Mask.decode(dataset.text(Dataset.MASK), SIZE, SIZE);
        assertTrue(Mask.count(mask) > 50 && Mask.count(mask) < SIZE * SIZE / 4, Mask.count(mask) + " pixels masked");
        assertEquals("a glass-Pattern", result.pattern.getTitle());
        assertEquals("a glass-Profile", result.profile.getTitle());
        assertTrue(result.pattern.getOverlay().size() >= 6);
        assertTrue(result.profile.getLabel('x').contains("1/"), result.profile.getLabel('x'));
    }

    @Test
    void whatIsGivenIsTaken() throws IOException {
        ImagePlus image = copy();
        Calibrate.Settings settings = settings();
        settings.voltage = 200;
        settings.qPerPixel = 0.0123;
        settings.scanStep = 5.5;
        settings.rotation = -30;
        settings.flip = true;
        settings.centerX = 60.25;
        settings.centerY = 65.5;
        settings.findEllipse = true;
        settings.mask = "none";
        quiet(image, settings);
        String[] keys = {Dataset.VOLTAGE, Dataset.Q_PER_PX, Dataset.SCAN_STEP, Dataset.ROTATION, Dataset.FLIP, Dataset.CENTER_X, Dataset.CENTER_Y, Dataset.MASK};
        String[] values = {"200", "0.0123", "5.5", "-30", "1", "60.25", "65.5", "none"};
        assertArrayEquals(values, Arrays.stream(keys).map(image::getProp).toArray());
        Calibrate.Settings again = Calibrate.Settings.of(image);
        assertEquals(-30, again.rotation);
        assertTrue(again.flip);
    }

    @Test
    void theScanShapeOfAPlainStack() throws IOException {
        ImagePlus image = copy();
        image.setDimensions(1, 48, 1);
        refused(image, settings(), "plain stack", "48 slices");
        Calibrate.Settings settings = settings();
        settings.scanX = 7;
        settings.scanY = 7;
        refused(image, settings, "48 slices", "7 x 7");
        settings.scanX = 8;
        settings.scanY = 6;
        quiet(image, settings);
        assertEquals(8, Dataset.of(image).scanX());
    }

    @Test
    void theMaskIsARoiAndComesFromOne() throws IOException {
        ImagePlus image = copy();
        image.setRoi(new Roi(10, 20, 30, 5));
        Calibrate.Settings settings = settings();
        settings.mask = "ROI";
        quiet(image, settings);
        byte[] mask = Mask.decode(image.getProp(Dataset.MASK), SIZE, SIZE);
        assertEquals(150, Mask.count(mask));
        assertEquals(1, mask[22 * SIZE + 12]);
        image.deleteRoi();
        refused(image, settings, "area selection");
        image.setRoi(new Roi(0, 0, SIZE, SIZE));
        refused(image, settings, "whole pattern");
        settings.mask = "no such image";
        refused(image, settings, "'no such image'");
    }

    @Test
    void nothingIsSetWhenItFails() {
        ImagePlus image = copy();
        Calibrate.Settings settings = settings();
        settings.voltage = 200;
        settings.centerX = 500;
        settings.centerY = 3;
        refused(image, settings, "500, 3", "128 x 128");
        assertNull(image.getProp(Dataset.VOLTAGE));
        settings.centerX = 0;
        refused(image, settings, "both center_x and center_y");
        settings.centerY = 0;
        settings.scanStep = -2;
        refused(image, settings, "-2 nm");
        settings.scanStep = Double.NaN;
        refused(image, settings, "Scan_step");
    }

    @Test
    void aSinglePatternCanBeCalibrated() throws IOException {
        ImagePlus one = new ImagePlus("one", scan.image.getStack().getProcessor(3).duplicate());
        quiet(one, settings());
        assertEquals(scan.calibration[6], Dataset.of(one).number(Dataset.CENTER_X, 0), 4);
    }

    @Test
    void aPatternWithoutARing() throws IOException {
        ImagePlus flat = IJ.createHyperStack("flat", 64, 64, 1, 3, 3, 32);
        Random random = new Random(1); // ImageJ's own noise differs from run to run, and one in many looks like a ring
        for (int i = 1; i <= 9; i++) {
            for (int k = 0; k < 64 * 64; k++) {
                flat.getStack().getProcessor(i).setf(k, (float) (100 + 5 * random.nextGaussian()));
            }
        }
        Calibrate.Settings settings = settings();
        settings.centerX = 32;
        settings.centerY = 32;
        settings.mask = "none";
        List<String> log = new ArrayList<>();
        Calibrate.compute(flat, settings, log::add);
        assertEquals("32", flat.getProp(Dataset.CENTER_X));
        settings.knownRing = 0.4;
        refused(flat, settings);
    }
}
