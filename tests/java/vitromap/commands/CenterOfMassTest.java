// SPDX-License-Identifier: GPL-3.0-or-later
package vitromap.commands;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ij.ImagePlus;
import ij.ImageStack;
import ij.process.ShortProcessor;
import java.io.IOException;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import vitromap.TestScan;
import vitromap.engine.Centers;
import vitromap.engine.Dataset;
import vitromap.engine.Mask;
import vitromap.engine.VitroException;

/** The command from a dataset to its vectors. */
class CenterOfMassTest {
    private static final int X = 7;
    private static final int Y = 5;
    private static final int SIDE = 48;

    private ImagePlus image;
    private final CenterOfMass.Settings settings = new CenterOfMass.Settings();

    /** Blobs whose place depends on the position, on noise. */
    @BeforeEach
    void blobs() {
        Random random = new Random(8);
        ImageStack stack = new ImageStack(SIDE, SIDE);
        for (int i = 0; i < X * Y; i++) {
            ShortProcessor pattern = new ShortProcessor(SIDE, SIDE);
            for (int p = 0; p < SIDE * SIDE; p++) {
                double r = Math.hypot(p % SIDE - 22 - i % X, p / SIDE - 20 - 2 * (i / X));
                pattern.set(p, random.nextInt(20) + (r < 5 ? 3000 : 0));
            }
            stack.addSlice(pattern);
        }
        image = TestScan.hyperstack("blobs.tif", stack, X, Y);
        image.setProp(Dataset.CENTER_X, 24);
        image.setProp(Dataset.CENTER_Y, 23.5);
        image.setProp(Dataset.SCAN_STEP, 3);
    }

    private float[] slice(ImagePlus map, int slice) {
        return (float[]) map.getStack().getPixels(slice);
    }

    private String message() {
        return assertThrows(VitroException.class, () -> CenterOfMass.compute(image, settings, line -> { })).getMessage();
    }

    @Test
    void centresAreThoseOfAPlainSum() throws IOException {
        byte[] mask = new byte[SIDE * SIDE];
        for (int p = 0; p < mask.length; p += 5) {
            mask[p] = 1;
        }
        for (int masked = 0; masked < 2; masked++) {
            image.setProp(Dataset.MASK, masked == 1 ? Mask.encode(mask, SIDE, SIDE) : null);
            for (double radius : new double[] {0, 15.5}) {
                settings.outerRadius = radius;
                ImagePlus map = CenterOfMass.compute(image, settings, line -> { });
                for (int i = 0; i < X * Y; i++) {
                    long sum = 0;
                    long ofX = 0;
                    long ofY = 0;
                    for (int p = 0; p < SIDE * SIDE; p++) {
                        boolean in = radius == 0 || Math.hypot(p % SIDE - 24, p / SIDE - 23.5) <= radius;
                        long v = in && (masked == 0 || mask[p] == 0) ? image.getStack().getProcessor(i + 1).get(p) : 0;
                        sum += v;
                        ofX += v * (p % SIDE);
                        ofY += v * (p / SIDE);
                    }
                    assertEquals((float) ((double) ofX / sum), slice(map, 5)[i], 0);
                    assertEquals((float) ((double) ofY / sum), slice(map, 6)[i], 0);
                }
            }
        }
    }

    @Test
    void shiftsAreInTheScansFrameAgainstTheReference() throws IOException {
        settings.outerRadius = 22;
        settings.reference = "0,0,1,1";
        image.setProp(Dataset.FLIP, "1");
        image.setProp(Dataset.ROTATION, 90);
        ImagePlus map = CenterOfMass.compute(image, settings, line -> { });
        float[] cx = slice(map, 5);
        float[] cy = slice(map, 6);
        for (int i = 0; i < X * Y; i++) {
            double right = -(cx[i] - cx[0]); // flipped, then y up, then a quarter turn to the left
            double up = -(cy[i] - cy[0]);
            assertEquals(-up, slice(map, 1)[i], 1e-5);
            assertEquals(right, slice(map, 2)[i], 1e-5);
            assertEquals(Math.hypot(right, up), slice(map, 3)[i], 1e-5);
            if (i > 0) {
                assertEquals(Math.toDegrees(Math.atan2(right, -up)), slice(map, 4)[i], 1e-3);
            }
        }
        assertEquals(0, slice(map, 1)[0], 0);
    }

    @Test
    void thePlaneTakesTheDriftAway() throws IOException {
        settings.outerRadius = 22;
        ImagePlus drift = CenterOfMass.compute(image, settings, line -> { });
        settings.plane = true;
        ImagePlus flat = CenterOfMass.compute(image, settings, line -> { });
        double before = 0;
        double after = 0;
        for (int i = 0; i < X * Y; i++) {
            before = Math.max(before, slice(drift, 3)[i]);
            after = Math.max(after, slice(flat, 3)[i]);
        }
        assertTrue(before > 3 && after < 0.6, before + " and " + after);
    }

    @Test
    void labelsUnitsAndUseAsCentres() throws IOException {
        ImagePlus map = CenterOfMass.compute(image, settings, line -> { });
        assertEquals("blobs-CoM", map.getTitle());
        String[] labels = {"x", "y", "magnitude", "angle", "center_x", "center_y"};
        for (int i = 0; i < labels.length; i++) {
            assertEquals(labels[i], map.getStack().getSliceLabel(i + 1));
        }
        assertEquals(3, map.getCalibration().pixelWidth, 0);
        double[] centers = Centers.of(Dataset.of(image), map);
        assertEquals(slice(map, 5)[9], centers[18], 0);
        assertEquals(slice(map, 6)[9], centers[19], 0);
    }

    @Test
    void anEmptyPatternIsNotMeasured() throws IOException {
        image.getStack().setPixels(new short[SIDE * SIDE], 4);
        ImagePlus map = CenterOfMass.compute(image, settings, line -> { });
        for (int slice = 1; slice <= 6; slice++) {
            assertTrue(Float.isNaN(slice(map, slice)[3]));
            assertTrue(!Float.isNaN(slice(map, slice)[4]));
        }
    }

    @Test
    void badInput() {
        settings.reference = "5,0,4,2";
        assertTrue(message().contains("7 x 5"));
        settings.reference = "left";
        assertTrue(message().contains("'left'"));
        settings.reference = "";
        settings.outerRadius = -3;
        assertTrue(message().contains("-3"));
        settings.outerRadius = 5;
        image.setProp(Dataset.CENTER_X, 400);
        assertTrue(message().contains("unmasked"));
    }
}
