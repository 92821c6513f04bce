/* SPDX-License-Identifier: GPL-3.0-or-later */
package vitromap.commands;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ij.ImagePlus;
import ij.ImageStack;
import ij.gui.Roi;
import ij.measure.ResultsTable;
import ij.process.AutoThresholder;
import ij.process.FloatProcessor;
import ij.process.ImageProcessor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import vitromap.engine.Spots;
import vitromap.engine.VitroException;

/** Discs of known number and size come back, whatever ImageJ's threshold; fractions are exact. */
class HotSpotsTest {
    private static final int SIDE = 120;
    private static final double STEP = 0.4;
    private static final double THICKNESS = 20;

    private final HotSpots.Settings settings = new HotSpots.Settings();
    /** Radius, px, and pixels of each disc. */
    private final List<int[]> discs = new ArrayList<>();
    private FloatProcessor map;

    @BeforeEach
    void discs() {
        Random random = new Random(4);
        map = new FloatProcessor(SIDE, SIDE);
        for (int i = 0; i < SIDE * SIDE; i++) {
            map.setf(i, (float) (0.1 + 0.02 * random.nextGaussian()));
        }
        for (int k = 0; k < 25; k++) {
            int radius = 2 + k % 7;
            int pixels = 0;
            for (int i = 0; i < SIDE * SIDE; i++) {
                if (Math.hypot(i % SIDE - (12 + 23 * (k % 5)), i / SIDE - (12 + 23 * (k / 5))) <= radius) {
                    map.setf(i, (float) (1 + 0.02 * random.nextGaussian()));
                    pixels++;
                }
            }
            discs.add(new int[] {radius, pixels});
        }
    }

    private ImagePlus image(ImageProcessor ip) {
        ImagePlus image = new ImagePlus("discs.tif", ip);
        image.getCalibration().pixelWidth = STEP;
        image.getCalibration().pixelHeight = STEP;
        image.getCalibration().setUnit("nm");
        return image;
    }

    private HotSpots.Result compute() {
        return HotSpots.compute(image(map), settings, line -> { });
    }

    private String message(ImagePlus image) {
        return assertThrows(VitroException.class, () -> HotSpots.compute(image, settings, line -> { })).getMessage();
    }

    @Test
    void discsComeBack() {
        settings.thickness = THICKNESS;
        HotSpots.Result result = compute();
        assertEquals(discs.size(), result.table.size());
        double area = 0;
        double volume = 0;
        for (int k = 0; k < discs.size(); k++) {
            double x = STEP * (12.5 + 23 * (k % 5));
            double y = STEP * (12.5 + 23 * (k / 5));
            int row = row(result.table, x, y);
            assertEquals(discs.get(k)[1] * STEP * STEP, result.table.getValue("Area", row), 1e-9);
            assertEquals(2 * (discs.get(k)[0] + 0.25) * STEP, result.table.getValue("Diameter", row), STEP); // a pixel's rounding
            area += discs.get(k)[1];
            volume += Math.PI / 6 * Math.pow(result.table.getValue("Diameter", row), 3);
        }
        assertEquals(discs.size(), result.summary.getValue("Count", 0), 0);
        assertEquals(100 * area / (SIDE * SIDE), result.summary.getValue("Area %", 0), 1e-9);
        double fraction = 100 * volume / (SIDE * STEP * SIDE * STEP * THICKNESS);
        assertEquals(fraction, result.summary.getValue("Volume %", 0), 1e-9);
        assertEquals(fraction / (10.0 / 170), result.summary.getValue("Volume with Bragg %", 0), 1e-9);
        assertEquals(discs.size(), result.image.getOverlay().size());
        assertEquals("discs-Hot Spots", result.image.getTitle());
    }

    private static int row(ResultsTable table, double x, double y) {
        for (int row = 0; row < table.size(); row++) {
            if (Math.hypot(table.getValue("X", row) - x, table.getValue("Y", row) - y) < 0.01) {
                return row;
            }
        }
        throw new AssertionError("no spot at " + x + ", " + y);
    }

    /** Every outline holds the pixels of its spot. */
    @Test
    void outlines() {
        HotSpots.Result result = compute();
        for (int i = 0; i < result.table.size(); i++) {
            Roi roi = result.image.getOverlay().get(i);
            int hot = 0;
            for (java.awt.Point p : roi) {
                hot += map.getf(p.x, p.y) > 0.6 ? 1 : 0;
            }
            assertEquals(result.table.getValue("Pixels", i), roi.getContainedPoints().length, 0);
            assertEquals(roi.getContainedPoints().length, hot);
            assertEquals(String.valueOf(i + 1), roi.getName());
        }
    }

    /** The threshold is ImageJ's for each of its methods; those that find the gap between the two levels find the discs. */
    @Test
    void imageJsThresholds() {
        List<String> divide = Arrays.asList("IsoData", "Otsu", "Default", "Intermodes");
        for (AutoThresholder.Method method : AutoThresholder.Method.values()) {
            settings.threshold = method.name().toLowerCase(Locale.US);
            HotSpots.Result result = compute();
            FloatProcessor copy = (FloatProcessor) map.duplicate();
            copy.setAutoThreshold(method, true, ImageProcessor.NO_LUT_UPDATE);
            assertEquals(copy.getMinThreshold(), result.summary.getValue("Threshold", 0), 1e-9, method.name());
            if (divide.contains(method.name())) {
                assertEquals(discs.size(), result.table.size(), method.name());
            }
        }
        settings.threshold = "0.5";
        assertEquals(0.5, compute().summary.getValue("Threshold", 0), 0);
    }

    @Test
    void sizesAndMissingPixels() {
        settings.minSize = 100; // radii 6, 7, 8
        assertEquals(discs.stream().filter(d -> d[1] >= 100).count(), compute().table.size());
        settings.minSize = 1;
        int missing = 0;
        int hot = 0;
        for (int i = 0; i < SIDE * SIDE; i++) {
            if (i % SIDE < 30) {
                missing++;
                map.setf(i, Float.NaN);
            } else {
                hot += map.getf(i) > 0.6 ? 1 : 0;
            }
        }
        HotSpots.Result result = compute();
        assertEquals(20, result.table.size());
        assertEquals(100.0 * hot / (SIDE * SIDE - missing), result.summary.getValue("Area %", 0), 1e-9);
    }

    /** 87 spots with a radius of 0.74 nm in 40.6 nm x 40.6 nm x 20 nm and 10 degrees: about 7.5 % of the volume (Im 2018, figure 4a). */
    @Test
    void thePapersNumbers() {
        assertEquals(0.059, Spots.braggShare(10), 0.0005);
        double share = 87 * Math.PI / 6 * Math.pow(2 * 0.74, 3) / (40.6 * 40.6 * 20) / Spots.braggShare(10);
        assertEquals(0.075, share, 0.003);
    }

    @Test
    void currentSlice() {
        ImageStack stack = new ImageStack(SIDE, SIDE);
        stack.addSlice("n=2", new FloatProcessor(SIDE, SIDE));
        stack.addSlice("n=4", map);
        ImagePlus image = new ImagePlus("glass-Symmetry", stack);
        image.setSlice(2);
        List<String> log = new ArrayList<>();
        settings.thickness = THICKNESS;
        HotSpots.Result result = HotSpots.compute(image, settings, log::add);
        assertEquals("n=4", result.summary.getStringValue("Map", 0));
        assertEquals("px", result.summary.getStringValue("Unit", 0));
        assertTrue(Double.isNaN(result.summary.getValue("Volume %", 0)));
        assertTrue(log.toString().contains("no scale in nm"), log.toString());
        assertEquals(discs.get(0)[1], result.table.getValue("Area", row(result.table, 12.5, 12.5)), 0);
    }

    @Test
    void badInput() {
        settings.threshold = "IsoDat";
        assertTrue(message(image(map)).contains("'IsoDat'"));
        settings.threshold = "IsoData";
        assertTrue(message(image(new FloatProcessor(8, 8))).contains("same value"));
        FloatProcessor missing = new FloatProcessor(8, 8);
        missing.set(Double.NaN);
        assertTrue(message(image(missing)).contains("NaN"));
        settings.minSize = 0;
        assertTrue(message(image(map)).contains("Min_size"));
        settings.minSize = 1;
        settings.acceptance = 90;
        assertTrue(message(image(map)).contains("acceptance"));
        settings.acceptance = 10;
        settings.threshold = "7";
        HotSpots.Result none = compute();
        assertEquals(0, none.table.size());
        assertEquals(0, none.summary.getValue("Area %", 0), 0);
    }
}
