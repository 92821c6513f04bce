// SPDX-License-Identifier: GPL-3.0-or-later
package vitromap.engine;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ij.IJ;
import ij.ImagePlus;
import ij.ImageStack;
import ij.VirtualStack;
import ij.io.FileSaver;
import ij.process.ImageProcessor;
import ij.process.ShortProcessor;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Which images are datasets, what is said of those that are not, and their frames. */
class DatasetTest {
    private static String refused(ImagePlus image) {
        return assertThrows(VitroException.class, () -> Dataset.of(image)).getMessage();
    }

    private static void says(String text, String... parts) {
        for (String part : parts) {
            assertTrue(text.contains(part), text);
        }
    }

    private static ImagePlus hyperstack(String type, int x, int y) {
        return IJ.createHyperStack("scan of glass.tif", 6, 5, 1, x, y, Integer.parseInt(type));
    }

    @Test
    void noImage() {
        says(assertThrows(VitroException.class, Dataset::currentImage).getMessage(), "no image open", "4D-STEM Open...");
        says(refused(null), "no image");
    }

    @Test
    void colourChannelsAndPlainStacksAreRefused() {
        says(refused(IJ.createImage("red", "RGB", 6, 5, 4)), "'red'", "colour");
        says(refused(IJ.createHyperStack("two", 6, 5, 2, 3, 4, 16)), "'two'", "2 channels");
        says(refused(IJ.createImage("plain", "16-bit", 6, 5, 12)), "'plain'", "12 slices", "scan_x");
    }

    @Test
    void closedMeanwhile() {
        ImagePlus image = hyperstack("16", 4, 3);
        image.flush();
        says(refused(image), "closed");
    }

    @Test
    void aSinglePatternIsAScanOfOne() {
        Dataset one = Dataset.of(IJ.createImage("one", "32-bit", 6, 5, 1));
        assertEquals(1, one.scanX() * one.scanY());
    }

    @Test
    void plainStackWithAScanShape() {
        ImagePlus plain = IJ.createImage("plain", "16-bit", 6, 5, 12);
        says(assertThrows(VitroException.class, () -> Dataset.setScan(plain, 5, 3)).getMessage(), "12 slices", "'plain'", "5 x 3", "15");
        Dataset.setScan(plain, 4, 3);
        assertEquals(4, Dataset.of(plain).scanX());
        assertEquals(3, Dataset.of(plain).scanY());
        Dataset.setScan(plain, 12, 1);
        assertEquals(12, Dataset.of(plain).scanX());
        Dataset.setScan(plain, 1, 12);
        assertEquals(12, Dataset.of(plain).scanY());
    }

    @Test
    void namesLoseTheirExtensionOnly() {
        assertEquals("scan of glass", Dataset.of(hyperstack("16", 4, 3)).name());
        ImagePlus image = hyperstack("8", 2, 2);
        image.setTitle("step 0.5");
        assertEquals("step 0.5", Dataset.of(image).name());
    }

    @Test
    void propertiesSurviveATiff(@TempDir Path folder) {
        ImagePlus image = hyperstack("16", 4, 3);
        Dataset dataset = Dataset.of(image);
        dataset.set(Dataset.SCAN_STEP, 2.5);
        dataset.set(Dataset.ELLIPSE, "1.01,0.002,0.9901");
        String path = folder.resolve("scan of glass.tif").toString();
        assertTrue(new FileSaver(image).saveAsTiff(path));
        Dataset read = Dataset.of(IJ.openImage(path));
        assertEquals(2.5, read.number(Dataset.SCAN_STEP, 0));
        assertArrayEquals(new double[] {1.01, 0.002, 0.9901}, read.numbers(Dataset.ELLIPSE, 3));
        assertEquals(4, read.scanX());
        assertEquals(7, read.number(Dataset.ROTATION, 7));
    }

    @Test
    void framesOfAllTypesInScanOrder() throws IOException {
        for (String type : new String[] {"8", "16", "32"}) {
            ImagePlus image = hyperstack(type, 4, 3);
            for (int i = 1; i <= 12; i++) {
                image.getStack().getProcessor(i).setf(2, 1, 10 * i);
            }
            FrameSource source = Dataset.of(image).source();
            assertEquals(12, source.frames());
            assertEquals(90f, pixel(source, 8, 6 + 2), type);
            image.flush(); // closing takes nothing from a run
            assertEquals(90f, pixel(source, 8, 6 + 2), type);
        }
    }

    @Test
    void signedSixteenBits() throws IOException {
        ImagePlus image = hyperstack("16", 4, 3);
        image.getCalibration().setSigned16BitCalibration();
        image.getStack().getProcessor(9).set(2, 1, 32768 - 5);
        assertEquals(-5f, pixel(Dataset.of(image).source(), 8, 6 + 2));
    }

    @Test
    void subsetReadsItsFramesInOrder() throws IOException {
        ImagePlus image = hyperstack("16", 4, 3);
        for (int i = 1; i <= 12; i++) {
            image.getStack().getProcessor(i).set(0, 0, i - 1);
        }
        FrameSource subset = new SubsetSource(Dataset.of(image).source(), new long[] {7, 8, 9, 2, 11});
        ByteBuffer out = ByteBuffer.allocateDirect((int) (4 * subset.bytesPerFrame())).order(ByteOrder.nativeOrder());
        subset.read(1, 4, out);
        int[] expected = {8, 9, 2, 11};
        for (int i = 0; i < 4; i++) {
            assertEquals(expected[i], out.getShort(i * 60));
        }
        assertEquals(5, SubsetSource.spread(Dataset.of(image).source(), 5).frames());
    }

    @Test
    void shiftedFramesOfAllTypes() throws IOException {
        for (String type : new String[] {"8", "16", "32"}) {
            ImagePlus image = hyperstack(type, 4, 3);
            for (int[] shift : new int[][] {{2, 1}, {-2, -1}, {3, -2}, {-1, 3}, {0, 0}, {6, 0}, {0, -5}}) {
                for (int i = 0; i < 30; i++) {
                    image.getStack().getProcessor(8).setf(i, i + 1);
                }
                FrameSource moved = new ShiftedSource(Dataset.of(image).source(), shift[0], shift[1]);
                byte[] mask = ShiftedSource.move(new byte[30], 6, shift[0], shift[1]);
                for (int i = 0; i < 30; i++) {
                    int x = i % 6 - shift[0];
                    int y = i / 6 - shift[1];
                    boolean inside = x >= 0 && x < 6 && y >= 0 && y < 5;
                    assertEquals(inside ? y * 6 + x + 1 : 0, pixel(moved, 7, i), type + " bits, pixel " + i);
                    assertEquals(inside ? 0 : 1, mask[i]);
                }
            }
        }
    }

    @Test
    void unreadableSliceIsAnError() {
        VirtualStack broken = new VirtualStack(6, 5, null, null) {
            @Override
            public ImageProcessor getProcessor(int n) {
                return n == 3 ? null : new ShortProcessor(6, 5);
            }

            @Override
            public int getSize() {
                return 12;
            }
        };
        broken.setBitDepth(16);
        FrameSource source = new StackSource((ImageStack) broken, false);
        IOException thrown = assertThrows(IOException.class, () -> pixel(source, 2, 0));
        assertEquals("Slice 3 of 12 could not be read", thrown.getMessage());
    }

    private static float pixel(FrameSource source, int frame, int pixel) throws IOException {
        ByteBuffer out = ByteBuffer.allocateDirect((int) source.bytesPerFrame()).order(ByteOrder.nativeOrder());
        source.read(frame, 1, out);
        return source.type() == FrameSource.U8 ? out.get(pixel) & 255 : source.type() == FrameSource.U16 ? out.getShort(2 * pixel) & 0xffff
                : out.getFloat(4 * pixel);
    }
}
