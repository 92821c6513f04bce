// SPDX-License-Identifier: GPL-3.0-or-later
package vitromap.commands;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ij.ImagePlus;
import ij.gui.OvalRoi;
import ij.gui.Roi;
import ij.gui.ShapeRoi;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import vitromap.TestScan;
import vitromap.engine.Dataset;
import vitromap.engine.Mask;
import vitromap.engine.VitroException;
import vitromap.ui.MapSlice;
import vitromap.ui.Output;

/** The command from a dataset to its sums. */
class VirtualImagesTest {
    private static final int X = 6;
    private static final int Y = 5;
    private static final int SIDE = 64;

    private ImagePlus image;
    private final VirtualImages.Settings settings = new VirtualImages.Settings();
    private final List<String> log = new ArrayList<>();

    /** Which pixels a test expects to count. */
    private interface Rule {
        boolean counts(int x, int y, int pattern);
    }

    @BeforeEach
    void scan() {
        image = TestScan.of(X, Y, SIDE, 2e5, 4).image;
        image.setProp(Dataset.CENTER_X, 31.5);
        image.setProp(Dataset.CENTER_Y, 30.25);
        image.setProp(Dataset.SCAN_STEP, 2);
    }

    private float[] run() throws IOException {
        return (float[]) VirtualImages.compute(image, settings, log::add).getProcessor().getPixels();
    }

    private String message() {
        return assertThrows(VitroException.class, () -> VirtualImages.compute(image, settings, line -> { })).getMessage();
    }

    private void expect(Rule rule) throws IOException {
        float[] sums = run();
        int pixels = 0;
        for (int i = 0; i < X * Y; i++) {
            long sum = 0;
            for (int p = 0; p < SIDE * SIDE; p++) {
                if (rule.counts(p % SIDE, p / SIDE, i)) {
                    sum += image.getStack().getProcessor(i + 1).get(p);
                    pixels++;
                }
            }
            assertEquals(sum, sums[i], 0, "pattern " + i);
        }
        assertTrue(pixels > 0);
    }

    private static double radius(double x, double y, double centerX, double centerY) {
        return Math.sqrt((x - centerX) * (x - centerX) + (y - centerY) * (y - centerY));
    }

    @Test
    void annulusDiskAndPixel() throws IOException {
        settings.innerRadius = 8;
        settings.outerRadius = 14.5;
        expect((x, y, i) -> radius(x, y, 31.5, 30.25) >= 8 && radius(x, y, 31.5, 30.25) <= 14.5);
        settings.centerX = 20;
        expect((x, y, i) -> radius(x, y, 20, 30.25) >= 8 && radius(x, y, 20, 30.25) <= 14.5);
        settings.detector = "disk";
        settings.centerY = 41;
        expect((x, y, i) -> radius(x, y, 20, 41) <= 14.5);
        settings.detector = "pixel";
        expect((x, y, i) -> x == 20 && y == 41);
    }

    @Test
    void friedelAddsTheMateAboutTheDatasetsCentre() throws IOException {
        settings.detector = "disk";
        settings.outerRadius = 6;
        settings.centerX = 45;
        settings.centerY = 20;
        settings.friedel = true;
        expect((x, y, i) -> radius(x, y, 45, 20) <= 6 || radius(63 - x, 60.5 - y, 45, 20) <= 6);
        settings.detector = "pixel";
        expect((x, y, i) -> x == 45 && y == 20 || x == 18 && y == 41);
    }

    @Test
    void selectionAndItsMacroLine() throws IOException {
        settings.detector = "ROI";
        image.setRoi(new ShapeRoi(new OvalRoi(10, 12, 30, 25)).not(new ShapeRoi(new Roi(20, 20, 4, 5))));
        Roi roi = image.getRoi();
        expect((x, y, i) -> roi.contains(x, y));
        ImagePlus map = VirtualImages.compute(image, settings, log::add);
        String info = (String) map.getProperty("Info");
        settings.roi = info.replaceAll("(?s).* roi=([^\"\\s]*)\".*", "$1").replaceAll("[\\[\\]]", "");
        image.deleteRoi();
        assertArrayEquals((float[]) map.getProcessor().getPixels(), run());
    }

    @Test
    void maskedPixelsAreLeftOut() throws IOException {
        byte[] mask = new byte[SIDE * SIDE];
        for (int p = 0; p < mask.length; p++) {
            mask[p] = (byte) (p % SIDE < 32 && Math.abs(p / SIDE - 31) < 4 ? 1 : 0);
        }
        image.setProp(Dataset.MASK, Mask.encode(mask, SIDE, SIDE));
        settings.outerRadius = 20;
        expect((x, y, i) -> radius(x, y, 31.5, 30.25) <= 20 && mask[y * SIDE + x] == 0);
    }

    @Test
    void followsTheCentresOfAMap() throws IOException {
        float[] data = new float[2 * X * Y];
        for (int i = 0; i < X * Y; i++) {
            data[i] = 30 + 0.125f * i;
            data[X * Y + i] = 33 - 0.125f * i;
        }
        MapSlice[] slices = {new MapSlice("center_x", "px", MapSlice.Style.VALUE), new MapSlice("center_y", "px", MapSlice.Style.VALUE)};
        settings.followCenter = true;
        settings.centersImage = Output.maps("some-Ring", X, Y, 0, slices, data);
        settings.innerRadius = 9;
        settings.outerRadius = 16;
        expect((x, y, i) -> radius(x, y, data[i], data[X * Y + i]) >= 9 && radius(x, y, data[i], data[X * Y + i]) <= 16);
        data[3] = Float.NaN;
        settings.centersImage = Output.maps("some-Ring", X, Y, 0, slices, data);
        assertTrue(Float.isNaN(run()[3]));
    }

    @Test
    void nothingGivenIsTheFirstRing() throws IOException {
        image.setProp(Dataset.CENTER_X, null);
        ImagePlus map = VirtualImages.compute(image, settings, log::add);
        assertEquals("test glass-Virtual", map.getTitle());
        assertEquals(X, map.getWidth());
        assertEquals(Y, map.getHeight());
        assertEquals(2, map.getCalibration().pixelWidth, 0);
        assertEquals("counts", map.getCalibration().getValueUnit());
        assertTrue(log.toString().contains("ring: found") && log.toString().contains("centre: found"), log.toString());
        assertTrue(((String) map.getProperty("Info")).contains("run(\"4D-STEM Virtual Image...\", \"detector=annulus inner_radius=0 outer_radius=0"));
    }

    @Test
    void badInput() {
        settings.innerRadius = 9;
        settings.outerRadius = 5;
        assertTrue(message().contains("Inner_radius (9 px)"));
        settings.innerRadius = -1;
        assertTrue(message().contains("-1"));
        settings.innerRadius = 200;
        settings.outerRadius = 300;
        assertTrue(message().contains("200 to 300"));
        settings.detector = "square";
        assertTrue(message().contains("annulus; disk; pixel; ROI"));
        settings.detector = "pixel";
        settings.centerX = 64;
        assertTrue(message().contains("64 x 64"));
        settings.detector = "ROI";
        assertTrue(message().contains("selection on 'test glass.tif'"));
        settings.roi = "no ROI";
        assertTrue(message().contains("Base64"));
        settings.roi = "";
        image.setRoi(new Roi(-30, -30, 10, 10));
        assertTrue(message().contains("no pixel"));
        settings.detector = "annulus";
        settings.innerRadius = 0;
        settings.outerRadius = 9;
        settings.centerX = 0;
        settings.followCenter = true;
        assertTrue(message().contains("test glass-Ring"));
        settings.followCenter = false;
        byte[] all = new byte[SIDE * SIDE];
        Arrays.fill(all, (byte) 1);
        image.setProp(Dataset.MASK, Mask.encode(all, SIDE, SIDE));
        assertTrue(message().contains("unmasked"));
    }
}
