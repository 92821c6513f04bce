/* SPDX-License-Identifier: GPL-3.0-or-later */
package vitromap.commands;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ij.ImagePlus;
import ij.ImageStack;
import ij.measure.ResultsTable;
import ij.process.FloatProcessor;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import vitromap.TestScan;
import vitromap.engine.Dataset;
import vitromap.engine.FluctuationCurve;
import vitromap.engine.VitroException;
import vitromap.ui.MapSlice;
import vitromap.ui.Output;

/** The command from a dataset to its plot, table and map. */
class FluctuationTest {
    private static final int X = 12;
    private static final int Y = 10;
    private static final int SIDE = 48;

    private final Fluctuation.Settings settings = new Fluctuation.Settings();
    private ImagePlus image;

    /** Ring on a slope; independent gamma noise of contrast 1/2 within the ring, 1/4 outside. */
    @BeforeEach
    void speckle() {
        image = image(new Random(3), X * Y, 200);
    }

    private static ImagePlus image(Random random, int patterns, double counts) {
        ImageStack stack = new ImageStack(SIDE, SIDE);
        for (int i = 0; i < patterns; i++) {
            FloatProcessor pattern = new FloatProcessor(SIDE, SIDE);
            for (int p = 0; p < SIDE * SIDE; p++) {
                double r = Math.hypot(p % SIDE - 23.5, p / SIDE - 23.5);
                int shape = r >= 10 && r < 16 ? 4 : 16;
                double product = 1;
                for (int k = 0; k < shape; k++) {
                    product *= 1 - random.nextDouble();
                }
                double ring = 1 + Math.exp(-0.5 * (r - 13) * (r - 13) / 4);
                pattern.setf(p, (float) (-Math.log(product) / shape * counts * ring));
            }
            stack.addSlice(pattern);
        }
        ImagePlus image = TestScan.hyperstack("speckle.tif", stack, patterns / Y, Y);
        image.setProp(Dataset.CENTER_X, 23.5);
        image.setProp(Dataset.CENTER_Y, 23.5);
        image.setProp(Dataset.MASK, "none");
        image.setProp(Dataset.Q_PER_PX, 0.02);
        image.setProp(Dataset.SCAN_STEP, 2);
        return image;
    }

    private String message() {
        return assertThrows(VitroException.class, () -> Fluctuation.compute(image, settings, line -> { })).getMessage();
    }

    private static double column(ResultsTable table, int variant, int row) {
        return table.getValue(FluctuationCurve.VARIANTS[variant], row);
    }

    @Test
    void varianceImageTellsTheContrast() throws IOException {
        settings.noiseCorrection = false;
        ResultsTable table = Fluctuation.compute(image, settings, line -> { }).table;
        assertEquals(34, table.size()); // to the corner
        for (int bin = 2; bin < 32; bin++) {
            double known = (X * Y - 1.0) / (X * Y * (bin >= 10 && bin < 16 ? 4 : 16) + 1);
            assertEquals(known, column(table, 2, bin), 0.12 * known);
            assertEquals(bin + 0.5, table.getValue("r (px)", bin), 1e-9);
            assertEquals(0.02 * (bin + 0.5), table.getValue("k (1/\u00c5)", bin), 1e-9);
            assertTrue(table.getValue("pixels", bin) > 0 && table.getValue("intensity", bin) > 100);
        }
    }

    @Test
    void mapOfV2d() throws IOException {
        settings.azimuth = true;
        settings.ringMin = 10;
        settings.ringMax = 16;
        settings.noiseCorrection = false;
        List<String> log = new ArrayList<>();
        Fluctuation.Result result = Fluctuation.compute(image, settings, log::add);
        assertEquals("speckle-V2D", result.v2d.getTitle());
        assertEquals("speckle-Fluctuation", result.plot.getTitle());
        assertEquals(X, result.v2d.getWidth());
        assertEquals(Y, result.v2d.getHeight());
        assertEquals(2, result.v2d.getCalibration().pixelWidth, 0);
        assertTrue(log.toString().contains("36 of 36 sectors"), log.toString());
        String info = result.v2d.getInfoProperty();
        assertTrue(info.contains("ring_min=10") && info.contains("azimuth") && info.contains("speckle.tif"), info);
        assertEquals("0.02", result.v2d.getProp(Dataset.Q_PER_PX));
        double mean = result.v2d.getStatistics().mean;
        assertEquals(1 / (4 * 490 / 36.0), mean, 0.1 * mean); // 490 pixels in the ring
        settings.azimuth = false;
        log.clear();
        assertNull(Fluctuation.compute(image, settings, log::add).v2d);
        assertTrue(log.toString().contains("not used"), log.toString());
    }

    /** Patterns that drift by whole pixels, followed, are as good as those that do not. */
    @Test
    void ownCentres() throws IOException {
        settings.rMax = 20;
        settings.azimuth = true;
        settings.ringMin = 10;
        settings.ringMax = 16;
        Fluctuation.Result still = Fluctuation.compute(image, settings, line -> { });
        float[] centers = new float[2 * X * Y];
        for (int i = 0; i < X * Y; i++) {
            centers[i] = 23.5f + i % 3 - 1;
            centers[X * Y + i] = 23.5f - i % 2;
            image.getStack().getProcessor(i + 1).translate(i % 3 - 1, -(i % 2));
        }
        settings.followCenter = true;
        MapSlice[] slices = {new MapSlice("center_x", "px", MapSlice.Style.VALUE), new MapSlice("center_y", "px", MapSlice.Style.VALUE)};
        settings.centersImage = Output.maps("speckle-Ring", X, Y, 0, slices, centers);
        Fluctuation.Result followed = Fluctuation.compute(image, settings, line -> { });
        for (int bin = 0; bin < 20; bin++) {
            assertEquals(column(still.table, 3, bin), column(followed.table, 3, bin), 1e-6);
        }
        assertArrayEquals((float[]) still.v2d.getProcessor().getPixels(), (float[]) followed.v2d.getProcessor().getPixels(), 1e-6f);
        settings.centersImage = null;
        settings.centers = "no such map";
        assertTrue(message().contains("'no such map'"));
    }

    @Test
    void valuesThatAreNoCounts() throws IOException {
        image = image(new Random(4), X * Y, 0.01);
        List<String> log = new ArrayList<>();
        Fluctuation.compute(image, settings, log::add);
        assertTrue(log.toString().contains("noise_correction"), log.toString());
    }

    @Test
    void badInput() {
        settings.rMin = 60;
        assertTrue(message().contains("outside the detector"));
        settings.rMin = 0;
        settings.azimuth = true;
        settings.ringMin = 50;
        settings.ringMax = 60;
        assertTrue(message().contains("outside the detector"));
        settings.azimuth = false;
        for (int i = 1; i <= image.getStackSize(); i++) {
            image.getStack().getProcessor(i).set(5);
        }
        assertTrue(message().contains("same value"));
        image = new ImagePlus("one", image.getStack().getProcessor(1));
        assertTrue(message().contains("'one' is a single pattern"));
    }
}
