// SPDX-License-Identifier: GPL-3.0-or-later
package vitromap.ui.explorer;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ij.ImagePlus;
import ij.ImageStack;
import ij.process.ColorProcessor;
import ij.process.FloatProcessor;
import java.util.Random;
import org.junit.jupiter.api.Test;
import vitromap.TestScan;
import vitromap.engine.Geometry;
import vitromap.engine.VitroException;

/** How patterns and profiles are shown, and what is refused. */
class PatternDisplayTest {
    private static ScaledProcessor ramp(int scale) {
        ScaledProcessor processor = new ScaledProcessor(101, 1);
        for (int i = 0; i <= 100; i++) {
            processor.setf(i, i);
        }
        processor.setMinAndMax(0, 100);
        processor.setScale(scale);
        return processor;
    }

    private static int brightness(ScaledProcessor processor, int i) {
        return new ColorProcessor(processor.createImage()).get(i) & 0xff;
    }

    @Test
    void scalesChangeTheDrawingAndNotThePixels() {
        double[][] expected = {{0.01, 0.25, 0.5}, {0.1, 0.5, Math.sqrt(0.5)}, {Math.log(11) / Math.log(1001), Math.log(251) / Math.log(1001), Math.log(501) / Math.log(1001)}};
        for (int scale = 0; scale < 3; scale++) {
            ScaledProcessor processor = ramp(scale);
            float[] before = ((float[]) processor.getPixels()).clone();
            assertEquals(0, brightness(processor, 0));
            assertEquals(255, brightness(processor, 100));
            assertEquals(255 * expected[scale][0], brightness(processor, 1), 1.5);
            assertEquals(255 * expected[scale][1], brightness(processor, 25), 1.5);
            assertEquals(255 * expected[scale][2], brightness(processor, 50), 1.5);
            assertArrayEquals(before, (float[]) processor.getPixels());
            assertEquals(25, processor.crop().getf(25));
        }
    }

    @Test
    void outsideTheRangeAndNotANumberAreDrawn() {
        ScaledProcessor processor = ramp(ScaledProcessor.LOG);
        processor.setMinAndMax(20, 60);
        processor.setf(50, Float.NaN);
        assertEquals(0, brightness(processor, 5));
        assertEquals(255, brightness(processor, 90));
        assertEquals(0, brightness(processor, 50));
    }

    @Test
    void theLinearRangeLeavesOutTheBeamTheOthersReachIntoIt() {
        int size = 64;
        float[] pattern = new float[size * size];
        for (int i = 0; i < pattern.length; i++) {
            double r = Math.hypot(i % size - 30, i / size - 33);
            pattern[i] = (float) (r < 3 ? 10000 : 5 + 40 * Math.exp(-0.1 * (r - 18) * (r - 18)));
        }
        Geometry geometry = new Geometry();
        geometry.setCenter(new double[] {30, 33});
        geometry.setMask(new byte[size * size]);
        double[] linear = PatternRange.of(pattern, size, geometry, ScaledProcessor.LINEAR);
        assertTrue(linear[0] < 6 && linear[1] > 40 && linear[1] < 46, linear[0] + " " + linear[1]);
        assertEquals(10000, PatternRange.of(pattern, size, geometry, ScaledProcessor.LOG)[1]);
    }

    @Test
    void peaksAreFoundWhereTheyAre() {
        double[] rings = {31.3, 52.8, 80.1};
        float[] profile = new float[120];
        Random random = new Random(3);
        for (int i = 0; i < profile.length; i++) {
            double r = i + 0.5;
            profile[i] = (float) (2000 * Math.exp(-r / 2) + 60 * Math.exp(-r / 40) + 0.15 * random.nextGaussian());
            for (int k = 0; k < 3; k++) {
                profile[i] += (float) (new double[] {50, 20, 12}[k] * Math.exp(-0.5 * Math.pow((r - rings[k]) / 4, 2)));
            }
        }
        double[] found = ProfilePeaks.find(profile);
        assertEquals(3, found.length, java.util.Arrays.toString(found));
        for (int k = 0; k < 3; k++) {
            assertEquals(rings[k], found[k], 0.8); // the falling background draws them inwards
        }
        float[] noise = new float[120];
        for (int i = 0; i < noise.length; i++) {
            noise[i] = (float) (100 * Math.exp(-i / 40.0) + random.nextGaussian());
        }
        assertEquals(0, ProfilePeaks.find(noise).length);
        assertEquals(0, ProfilePeaks.find(new float[] {Float.NaN, Float.NaN}).length);
    }

    @Test
    void whatIsNoScanIsRefusedBeforeAWindowOpens() {
        ImagePlus single = new ImagePlus("single", new FloatProcessor(8, 8));
        says(single, "'single' is a single pattern");
        ImageStack slices = new ImageStack(8, 8);
        for (int i = 0; i < 6; i++) {
            slices.addSlice(new FloatProcessor(8, 8));
        }
        says(new ImagePlus("plain", slices), "'plain' is a plain stack of 6 slices");
        says(new ImagePlus("colour", new ColorProcessor(8, 8)), "'colour' is a colour image");
        ImagePlus closed = TestScan.of(2, 2, 32, 100, 1).image;
        closed.close();
        closed.flush();
        says(closed, "closed");
        says(null, "no image");
    }

    private static void says(ImagePlus image, String part) {
        String text = assertThrows(VitroException.class, () -> Explorer.open(image)).getMessage();
        assertTrue(text.contains(part), text);
    }
}
