// SPDX-License-Identifier: GPL-3.0-or-later
package vitromap.ui;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ij.CompositeImage;
import ij.IJ;
import ij.ImagePlus;
import ij.gui.Roi;
import ij.io.FileSaver;
import ij.macro.Interpreter;
import java.awt.Rectangle;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a map carries: labels, units, calibration, colours, ranges; also after it was saved. */
class OutputTest {
    private static final int X = 8;
    private static final int Y = 4;

    private static ImagePlus strain() {
        float[] data = new float[11 * X * Y];
        for (int i = 0; i < data.length; i++) {
            data[i] = i % 7 - 4f;
        }
        data[3] = Float.NaN;
        return Output.strain("glass-Strain", X, Y, 2.5, data);
    }

    @Test
    void labelsUnitsCalibration() {
        ImagePlus image = strain();
        String[] labels = {"e_xx", "e_yy", "e_xy", "e_vol", "e_dev", "e_1", "e_2", "angle_1", "d_rho", "energy", "curl"};
        assertArrayEquals(labels, Arrays.copyOf(image.getStack().getSliceLabels(), 11));
        assertEquals(32, image.getBitDepth());
        assertEquals(2.5, image.getCalibration().pixelWidth);
        assertEquals("nm", image.getCalibration().getUnit());
        assertEquals("%", image.getCalibration().getValueUnit());
        assertTrue(Float.isNaN(image.getStack().getProcessor(1).getf(3, 0)));
        assertEquals(strain().getStack().getProcessor(11).getf(7, 3), image.getStack().getProcessor(11).getf(7, 3));
    }

    @Test
    void pixelsThatWereNotMeasuredAreCoveredInTheirSlice() {
        ImagePlus image = strain();
        assertEquals(1, image.getOverlay().size());
        Roi cover = image.getOverlay().get(0);
        assertEquals(new Rectangle(3, 0, 1, 1), cover.getBounds());
        assertEquals(1, cover.getCPosition() + cover.getPosition()); // either, as ImageJ's version has it
        assertNull(Output.sigma("glass-Strain sigma", X, Y, 2.5, new float[6 * X * Y]).getOverlay());
    }

    @Test
    void everySliceHasItsRangeAndColoursAlsoFromAFile(@TempDir Path folder) {
        String path = folder.resolve("glass-Strain.tif").toString();
        assertTrue(new FileSaver(strain()).saveAsTiff(path));
        for (ImagePlus image : new ImagePlus[] {strain(), IJ.openImage(path)}) {
            assertTrue(image.isComposite());
            assertEquals(CompositeImage.COLOR, ((CompositeImage) image).getMode());
            range(image, 5, 0, 2);
            range(image, 8, -90, 90);
            range(image, 1, -4, 4); // last: a composite that was never drawn learns its first range when it changes slices
            CompositeImage maps = (CompositeImage) image;
            assertNotEquals(maps.getChannelLut(1).getRGB(255), maps.getChannelLut(5).getRGB(255));
            assertEquals(maps.getChannelLut(8).getRGB(0), maps.getChannelLut(8).getRGB(255), "an angle's colours do not close");
        }
    }

    private static void range(ImagePlus image, int slice, double low, double high) {
        image.setPosition(slice, 1, 1);
        assertEquals(low, image.getDisplayRangeMin(), "slice " + slice);
        assertEquals(high, image.getDisplayRangeMax(), "slice " + slice);
    }

    @Test
    void outliersAndEmptyMapsDoNotSpoilTheRange() {
        float[] map = new float[1000];
        for (int i = 0; i < map.length; i++) {
            map[i] = i % 3 - 1;
        }
        map[7] = 1e6f;
        map[8] = Float.NaN;
        map[9] = Float.NEGATIVE_INFINITY;
        assertArrayEquals(new double[] {-1, 1}, Output.range(map, MapSlice.Style.SIGNED));
        Arrays.fill(map, Float.NaN);
        assertArrayEquals(new double[] {-1, 1}, Output.range(map, MapSlice.Style.SIGNED));
        assertArrayEquals(new double[] {0, 1}, Output.range(map, MapSlice.Style.POSITIVE));
        Arrays.fill(map, 5);
        assertArrayEquals(new double[] {4, 6}, Output.range(map, MapSlice.Style.VALUE));
    }

    @Test
    void plainTitleIfFreeElseNumbered() {
        Interpreter.batchMode = true;
        ImagePlus first = strain();
        ImagePlus second = strain();
        try {
            Interpreter.addBatchModeImage(first);
            assertEquals("glass-Strain sigma", Output.uniqueTitle("glass-Strain sigma"));
            assertEquals("glass-Strain-1", Output.uniqueTitle("glass-Strain"));
            second.setTitle("glass-Strain-1");
            Interpreter.addBatchModeImage(second);
            assertEquals("glass-Strain-2", Output.uniqueTitle("glass-Strain"));
        } finally {
            Interpreter.removeBatchModeImage(first);
            Interpreter.removeBatchModeImage(second);
            Interpreter.batchMode = false;
        }
    }

    @Test
    void messagesAreBrokenIntoLines() {
        String text = "The slices of the dataset do not make a scan of that many patterns: give scan_x and scan_y so that their product is right.";
        String wrapped = Command.wrap(text);
        assertEquals(text, wrapped.replace('\n', ' '));
        assertTrue(Arrays.stream(wrapped.split("\n")).allMatch(line -> line.length() <= 91), wrapped);
        assertEquals("one\ntwo", Command.wrap("one\ntwo"));
    }
}
