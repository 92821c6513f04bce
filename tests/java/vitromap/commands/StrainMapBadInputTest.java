// SPDX-License-Identifier: GPL-3.0-or-later
package vitromap.commands;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ij.IJ;
import ij.ImagePlus;
import ij.WindowManager;
import ij.process.StackConverter;
import java.awt.event.KeyEvent;
import java.io.IOException;
import java.util.Arrays;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import vitromap.TestScan;
import vitromap.engine.Cancelled;
import vitromap.engine.Dataset;
import vitromap.engine.Mask;
import vitromap.engine.VitroException;

/** What cannot be mapped ends with one message that says why, and leaves nothing behind. */
class StrainMapBadInputTest {
    private static final int X = 8;
    private static final int Y = 6;
    private static ImagePlus scan;

    @BeforeAll
    static void simulate() {
        scan = TestScan.of(X, Y, 96, 2e5, 11).image;
    }

    @AfterEach
    void nothingIsLeft() {
        assertEquals(0, WindowManager.getImageCount());
        assertTrue(Thread.getAllStackTraces().keySet().stream().noneMatch(t -> t.getName().startsWith("Vitromap-")), "a worker is alive");
    }

    private static ImagePlus copy() {
        ImagePlus image = scan.duplicate();
        image.setTitle("a glass.tif");
        image.setDimensions(1, X, Y);
        return image;
    }

    private static void refused(ImagePlus image, StrainMap.Settings settings, String... parts) {
        String text = assertThrows(VitroException.class, () -> StrainMap.compute(image, settings, line -> { })).getMessage();
        for (String part : parts) {
            assertTrue(text.contains(part), text);
        }
    }

    private static void refused(ImagePlus image, String... parts) {
        refused(image, new StrainMap.Settings(), parts);
    }

    private static StrainMap.Settings ring(double min, double max) {
        StrainMap.Settings settings = new StrainMap.Settings();
        settings.ringMin = min;
        settings.ringMax = max;
        return settings;
    }

    private static StrainMap.Settings reference(String text) {
        StrainMap.Settings settings = new StrainMap.Settings();
        settings.reference = text;
        return settings;
    }

    @Test
    void noImage() {
        IJ.getErrorMessage(); // forgets an older one
        new StrainMap().run("");
        String text = IJ.getErrorMessage();
        assertNotNull(text, "nothing was said");
        assertTrue(text.contains("no image open"), text);
    }

    @Test
    void notAScan() {
        refused(IJ.createImage("one pattern", "16-bit", 64, 64, 1), "'one pattern'", "1 x 1");
        refused(IJ.createImage("colours", "RGB", 64, 64, 4), "'colours'", "colour");
        refused(IJ.createHyperStack("channels", 64, 64, 2, 3, 3, 16), "'channels'", "2 channels");
        refused(IJ.createImage("plain stack", "16-bit", 64, 64, 10), "'plain stack'", "10 slices");
    }

    @Test
    void nothingToMeasure() {
        for (String type : new String[] {"8-bit", "16-bit", "32-bit"}) {
            ImagePlus black = IJ.createImage("black", type, 64, 64, 12);
            Dataset.setScan(black, 4, 3);
            refused(black);
        }
        ImagePlus saturated = copy();
        ImagePlus negative = floats();
        ImagePlus nan = floats();
        for (int i = 1; i <= X * Y; i++) {
            Arrays.fill((short[]) saturated.getStack().getPixels(i), (short) 0xffff);
            Arrays.fill((float[]) negative.getStack().getPixels(i), -7);
            Arrays.fill((float[]) nan.getStack().getPixels(i), Float.NaN);
        }
        refused(saturated);
        refused(negative);
        refused(nan);
    }

    private static ImagePlus floats() {
        ImagePlus image = copy();
        new StackConverter(image).convertToGray32();
        image.setDimensions(1, X, Y);
        return image;
    }

    @Test
    void wrongRange() {
        refused(copy(), ring(300, 400), "300.0 to 400.0 px", "outside the detector", "96 x 96");
        refused(copy(), ring(30, 20), "less than");
        refused(copy(), ring(-3, 20), "-3");
        refused(copy(), ring(Double.NaN, 20), "NaN");
        refused(copy(), ring(14, 23), "ring");
        refused(copy(), ring(29, 36), "ring");
    }

    @Test
    void wrongReference() {
        refused(copy(), reference("6,0,4,4"), "'6,0,4,4'", "'a glass.tif'", "8 x 6");
        refused(copy(), reference("0,0,0,4"), "'0,0,0,4'");
        refused(copy(), reference("-1,0,2,2"), "'-1,0,2,2'");
        refused(copy(), reference("no such title"), "'no such title'", "x,y,width,height");
        StrainMap.Settings other = new StrainMap.Settings();
        other.referenceImage = IJ.createHyperStack("small", 32, 40, 1, 3, 3, 16);
        refused(copy(), other, "'small'", "32 x 40", "96 x 96");
    }

    @Test
    void emptyReferenceRegion() {
        ImagePlus image = copy();
        for (int i = 1; i <= 4; i++) {
            Arrays.fill((short[]) image.getStack().getPixels(i), (short) 0);
        }
        refused(image, reference("0,0,4,1"), "reference");
    }

    @Test
    void maskOverEverything() {
        ImagePlus image = copy();
        byte[] all = new byte[96 * 96];
        Arrays.fill(all, (byte) 1);
        image.setProp(Dataset.MASK, Mask.encode(all, 96, 96));
        refused(image, "mask", "whole pattern");
        all[0] = 0; // one pixel is not a ring
        image.setProp(Dataset.MASK, Mask.encode(all, 96, 96));
        image.setProp(Dataset.CENTER_X, 48);
        image.setProp(Dataset.CENTER_Y, 48);
        refused(image, ring(16, 40), "mask");
    }

    @Test
    void wrongWords() {
        StrainMap.Settings settings = new StrainMap.Settings();
        settings.method = "magic";
        refused(copy(), settings, "'magic'", "ring profile; direct ellipse");
        settings = new StrainMap.Settings();
        settings.composition = "Xx50";
        ImagePlus image = copy();
        image.setProp(Dataset.Q_PER_PX, 0.0164);
        refused(image, settings, "Xx");
        settings = new StrainMap.Settings();
        settings.method = "direct ellipse";
        settings.threshold = 1.5;
        refused(copy(), settings, "1.5");
    }

    @Test
    void escapeInTheMiddle() throws Exception {
        ImagePlus slow = TestScan.virtual(copy(), 40);
        Thread user = new Thread(() -> {
            IJ.wait(700);
            IJ.setKeyDown(KeyEvent.VK_ESCAPE);
        });
        user.start();
        long start = System.nanoTime();
        assertThrows(Cancelled.class, () -> StrainMap.compute(slow, new StrainMap.Settings(), line -> { }));
        double seconds = (System.nanoTime() - start) * 1e-9;
        user.join();
        assertTrue(seconds < 0.7 + 0.5, "took " + seconds + " s");
    }

    @Test
    void closedInTheMiddle() throws IOException, InterruptedException {
        float[] expected = strain(copy());
        ImagePlus image = copy();
        Thread user = new Thread(() -> {
            IJ.wait(20);
            image.flush();
        });
        user.start();
        float[] measured = strain(image);
        user.join();
        assertArrayEquals(expected, measured);
    }

    private static float[] strain(ImagePlus image) throws IOException {
        return (float[]) StrainMap.compute(image, new StrainMap.Settings(), line -> { })[0].getStack().getPixels(1);
    }

    @Test
    void aSliceThatCannotBeRead() {
        ImagePlus virtual = TestScan.virtual(copy(), 0);
        ImagePlus broken = TestScan.hyperstack("broken", new TestScan.Broken(virtual.getStack(), 20), X, Y);
        String text = assertThrows(IOException.class, () -> StrainMap.compute(broken, new StrainMap.Settings(), line -> { })).getMessage();
        assertTrue(text.contains("Slice 20 of 48"), text);
    }
}
