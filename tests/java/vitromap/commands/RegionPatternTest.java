// SPDX-License-Identifier: GPL-3.0-or-later
package vitromap.commands;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ij.ImagePlus;
import ij.gui.OvalRoi;
import ij.gui.Roi;
import ij.process.FloatProcessor;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntPredicate;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import vitromap.TestScan;
import vitromap.engine.Dataset;
import vitromap.engine.Mask;
import vitromap.engine.VitroException;

/** The command from a dataset to the mean patterns of regions. */
class RegionPatternTest {
    private static final int X = 30;
    private static final int Y = 20;
    private static final int SIDE = 32;

    private ImagePlus image;
    private final RegionPattern.Settings settings = new RegionPattern.Settings();

    @BeforeEach
    void scan() {
        image = TestScan.of(X, Y, SIDE, 2e4, 6).image;
    }

    private void expect(ImagePlus result, int slice, IntPredicate in) {
        double[] sum = new double[SIDE * SIDE];
        int n = 0;
        for (int i = 0; i < X * Y; i++) {
            if (in.test(i)) {
                n++;
                for (int p = 0; p < sum.length; p++) {
                    sum[p] += image.getStack().getProcessor(i + 1).get(p);
                }
            }
        }
        float[] mean = (float[]) result.getStack().getPixels(slice);
        for (int p = 0; p < sum.length; p++) {
            assertEquals((float) (sum[p] / n), mean[p], 0);
        }
        assertTrue(result.getStack().getSliceLabel(slice).endsWith(" (" + n + " patterns)"), result.getStack().getSliceLabel(slice));
    }

    private ImagePlus run() throws IOException {
        return RegionPattern.compute(image, settings, line -> { });
    }

    private String message() {
        return assertThrows(VitroException.class, this::run).getMessage();
    }

    private static ImagePlus map() {
        FloatProcessor map = new FloatProcessor(X, Y);
        for (int i = 0; i < X * Y; i++) {
            map.setf(i, i % X < 8 ? 10 + i % 3 : 2 + i % 2);
        }
        map.setf(5, Float.NaN);
        return new ImagePlus("map", map);
    }

    @Test
    void rectangles() throws IOException {
        settings.region = "2,3,5,4; 0,0,1,1";
        ImagePlus result = run();
        assertEquals("test glass-Pattern", result.getTitle());
        assertEquals(2, result.getStackSize());
        expect(result, 1, i -> i % X >= 2 && i % X < 7 && i / X >= 3 && i / X < 7);
        expect(result, 2, i -> i == 0);
        settings.region = "";
        expect(run(), 1, i -> true);
    }

    @Test
    void partsOfAMap() throws IOException {
        settings.mapImage = map();
        settings.threshold = "bright;dark;11,12";
        ImagePlus result = run();
        expect(result, 1, i -> i % X < 8 && i != 5);
        expect(result, 2, i -> i % X >= 8);
        expect(result, 3, i -> i % X < 8 && i != 5 && i % 3 > 0);
        settings.threshold = "";
        OvalRoi oval = new OvalRoi(3, 4, 12, 9);
        settings.mapImage.setRoi(oval);
        expect(run(), 1, i -> oval.contains(i % X, i / X));
    }

    @Test
    void maskedPixelsAreNotMeasuredAndTheScaleIsKept() throws IOException {
        byte[] mask = new byte[SIDE * SIDE];
        mask[70] = 1;
        image.setProp(Dataset.MASK, Mask.encode(mask, SIDE, SIDE));
        image.setProp(Dataset.Q_PER_PX, 0.02);
        image.setProp(Dataset.CENTER_X, 15.5);
        image.setProp(Dataset.CENTER_Y, 16);
        List<String> log = new ArrayList<>();
        ImagePlus result = RegionPattern.compute(image, settings, log::add);
        float[] mean = (float[]) result.getProcessor().getPixels();
        for (int p = 0; p < mean.length; p++) {
            assertEquals(p == 70, Float.isNaN(mean[p]));
        }
        assertEquals(0.02, result.getCalibration().pixelWidth, 0);
        assertEquals(0.1, result.getCalibration().getX(20.5), 1e-12);
        assertTrue(log.toString().contains("600 patterns"), log.toString());
        assertEquals(image.getProp(Dataset.MASK), result.getProp(Dataset.MASK));
    }

    @Test
    void badInput() {
        settings.region = "25,3,6,4";
        assertTrue(message().contains("30 x 20"));
        settings.region = "1,2,3";
        assertTrue(message().contains("x,y,width,height"));
        settings.region = "ROI Manager";
        assertTrue(message().contains("empty"));
        settings.region = "";
        settings.threshold = "bright";
        assertTrue(message().contains("needs a map"));
        settings.mapImage = new ImagePlus("other", new FloatProcessor(4, 4));
        assertTrue(message().contains("another scan"));
        settings.mapImage = map();
        settings.threshold = "light";
        assertTrue(message().contains("'light'"));
        settings.threshold = "100,200";
        assertTrue(message().contains("100,200"));
        settings.threshold = "";
        assertTrue(message().contains("no selection"));
        settings.mapImage.setRoi(new Roi(200, 200, 3, 3));
        assertTrue(message().contains("no position"));
        settings.region = "0,0,2,2";
        assertTrue(message().contains("not both"));
        settings.mapImage = null;
        settings.region = "";
        settings.map = "no such map";
        assertTrue(message().contains("'no such map'"));
    }
}
