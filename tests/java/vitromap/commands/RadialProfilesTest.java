// SPDX-License-Identifier: GPL-3.0-or-later
package vitromap.commands;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ij.ImagePlus;
import ij.ImageStack;
import ij.gui.Roi;
import ij.io.RoiEncoder;
import ij.measure.Calibration;
import ij.process.FloatProcessor;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import vitromap.TestScan;
import vitromap.engine.Dataset;
import vitromap.engine.VitroException;
import vitromap.ui.MapSlice;
import vitromap.ui.Output;

/** The command from a dataset to its cubes. */
class RadialProfilesTest {
    private static final int X = 5;
    private static final int Y = 4;
    private static final int SIDE = 64;

    private ImagePlus image;
    private final RadialProfiles.Settings settings = new RadialProfiles.Settings();

    /** Rings about centres that differ from pattern to pattern: the intensity is 1000 + 10 times the radius. */
    @BeforeEach
    void rings() {
        ImageStack stack = new ImageStack(SIDE, SIDE);
        for (int i = 0; i < X * Y; i++) {
            FloatProcessor pattern = new FloatProcessor(SIDE, SIDE);
            for (int p = 0; p < SIDE * SIDE; p++) {
                pattern.setf(p, (float) (1000 + 10 * Math.hypot(p % SIDE - centerX(i), p / SIDE - centerY(i))));
            }
            stack.addSlice(pattern);
        }
        image = TestScan.hyperstack("rings.tif", stack, X, Y);
        image.setProp(Dataset.CENTER_X, 31.5);
        image.setProp(Dataset.CENTER_Y, 31.5);
        image.setProp(Dataset.MASK, "none");
        image.setProp(Dataset.Q_PER_PX, 0.01);
        image.setProp(Dataset.SCAN_STEP, 2);
    }

    private static double centerX(int i) {
        return 30 + i * 0.125;
    }

    private static double centerY(int i) {
        return 33 - i * 0.125;
    }

    private static ImagePlus centers(int x, int y) {
        float[] data = new float[2 * x * y];
        for (int i = 0; i < x * y; i++) {
            data[i] = (float) centerX(i);
            data[x * y + i] = (float) centerY(i);
        }
        data[7] = Float.NaN;
        MapSlice[] slices = {new MapSlice("center_x", "px", MapSlice.Style.VALUE), new MapSlice("center_y", "px", MapSlice.Style.VALUE)};
        return Output.maps("rings-Ring", x, y, 0, slices, data);
    }

    private static float value(ImagePlus cube, int bin, int i) {
        return ((float[]) cube.getStack().getPixels(bin + 1))[i];
    }

    private String message() {
        return assertThrows(VitroException.class, () -> RadialProfiles.compute(image, settings, line -> { })).getMessage();
    }

    @Test
    void ownCentres() throws IOException {
        settings.followCenter = true;
        settings.centersImage = centers(X, Y);
        settings.rMin = 4;
        settings.rMax = 24;
        settings.bins = 10;
        List<String> log = new ArrayList<>();
        ImagePlus[] cubes = RadialProfiles.compute(image, settings, log::add);
        assertEquals("rings-Profiles", cubes[0].getTitle());
        assertEquals("rings-Profiles sigma", cubes[1].getTitle());
        assertTrue(log.toString().contains("1 of 20 patterns have no centre"), log.toString());
        for (ImagePlus cube : cubes) {
            assertEquals(10, cube.getStackSize());
            assertEquals(X, cube.getWidth());
            assertEquals(Y, cube.getHeight());
        }
        for (int bin = 0; bin < 10; bin++) {
            for (int i = 0; i < X * Y; i++) {
                if (i == 7) {
                    assertTrue(Float.isNaN(value(cubes[0], bin, i)) && Float.isNaN(value(cubes[1], bin, i)));
                } else {
                    assertEquals(1000 + 10 * (5 + 2 * bin), value(cubes[0], bin, i), 0.1);
                    assertTrue(value(cubes[1], bin, i) < 0.3, "sigma " + value(cubes[1], bin, i));
                }
            }
        }
    }

    @Test
    void axis() throws IOException {
        settings.rMin = 10;
        settings.rMax = 20;
        settings.bins = 20;
        Calibration c = RadialProfiles.compute(image, settings, line -> { })[0].getCalibration();
        assertEquals(0.005, c.pixelDepth, 1e-9);
        assertEquals(0.1025, (0 - c.zOrigin) * c.pixelDepth, 1e-9);
        assertEquals("1/\u00c5", c.getZUnit());
        assertEquals(2, c.pixelWidth, 0);
        image.setProp(Dataset.Q_PER_PX, null);
        c = RadialProfiles.compute(image, settings, line -> { })[0].getCalibration();
        assertEquals(10.25, (0 - c.zOrigin) * c.pixelDepth, 1e-9);
        assertEquals("px", c.getZUnit());
    }

    @Test
    void defaultsAndEllipse() throws IOException {
        ImagePlus all = RadialProfiles.compute(image, settings, line -> { })[0];
        assertEquals(45, all.getStackSize()); // to the corner
        image.setProp(Dataset.ELLIPSE, "1.1,0,0.9090909");
        float round = value(all, 20, 0);
        float elliptic = value(RadialProfiles.compute(image, settings, line -> { })[0], 20, 0);
        assertTrue(Math.abs(elliptic - round) > 0.1, elliptic + " against " + round);
        settings.ellipse = false;
        assertEquals(round, value(RadialProfiles.compute(image, settings, line -> { })[0], 20, 0), 0);
    }

    @Test
    void badInput() {
        settings.rMin = 60;
        assertTrue(message().contains("outside the detector"));
        settings.rMin = 10;
        settings.rMax = 5;
        assertTrue(message().contains("r_min"));
        settings.rMax = 0;
        settings.bins = -1;
        assertTrue(message().contains("bins"));
        settings.bins = 0;
        settings.followCenter = true;
        settings.centers = "no such map";
        assertTrue(message().contains("'no such map'"));
        settings.centersImage = centers(X + 1, Y);
        assertTrue(message().contains("another scan"));
        settings.centersImage = image;
        image.setDimensions(1, X, Y);
        assertTrue(message().contains("another scan"));
    }

    @Test
    void nothingLeft() throws IOException {
        Roi all = new Roi(0, 0, SIDE, SIDE);
        image.setProp(Dataset.MASK, Base64.getEncoder().encodeToString(RoiEncoder.saveAsByteArray(all)));
        assertTrue(message().contains("mask"));
        image.setProp(Dataset.MASK, "none");
        for (int i = 1; i <= X * Y; i++) {
            Arrays.fill((float[]) image.getStack().getPixels(i), Float.NaN);
        }
        for (ImagePlus cube : RadialProfiles.compute(image, settings, line -> { })) {
            assertTrue(Float.isNaN(value(cube, 20, 3)));
        }
        image.setProp(Dataset.MASK, null);
        assertThrows(VitroException.class, () -> RadialProfiles.compute(image, settings, line -> { }));
    }
}
