/* SPDX-License-Identifier: GPL-3.0-or-later */
package vitromap.io;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static vitromap.io.TestFiles.data;
import static vitromap.io.TestFiles.refused;

import ij.IJ;
import ij.ImagePlus;
import ij.io.FileSaver;
import ij.io.TiffDecoder;
import ij.process.ImageProcessor;
import java.io.File;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import vitromap.commands.Open;
import vitromap.engine.Dataset;
import vitromap.engine.FrameSource;

/** TIFF stacks: real ones, those that ImageJ saves with the dataset's properties, damaged ones. */
class TiffTest {
    @TempDir
    Path folder;

    private File save(ImagePlus image, String name) {
        String path = folder.resolve(name).toString();
        assertTrue(image.getStackSize() > 1 ? new FileSaver(image).saveAsTiffStack(path) : new FileSaver(image).saveAsTiff(path));
        return new File(path);
    }

    private static ImagePlus scan(int bits) {
        ImagePlus image = IJ.createHyperStack("scan", 6, 5, 1, 4, 3, bits);
        for (int s = 1; s <= 12; s++) {
            ImageProcessor slice = image.getStack().getProcessor(s);
            for (int i = 0; i < 30; i++) {
                slice.setf(i, (s * 31 + i) % 251);
            }
        }
        return image;
    }

    @Test
    void realStacks() throws IOException {
        Recording stack = TestFiles.open(data("amorphous/fem_stack.tif"));
        assertEquals(FrameSource.U16, stack.source.type());
        double[][] frames = TestFiles.frames(stack.source);
        assertEquals(10, frames.length);
        long[] sums = {126390791, 126633458, 125083010, 125861627, 126240524, 127005956, 128967313, 128902710, 127576462, 128584577};
        for (int f = 0; f < 10; f++) {
            assertEquals(sums[f], Arrays.stream(frames[f]).sum());
        }
        assertEquals(466, frames[9][300 * 512 + 100]);
        double[] single = TestFiles.frames(TestFiles.open(data("amorphous/energy_filtered_sum.tif")).source)[0];
        assertEquals(-48649, Arrays.stream(single).min().getAsDouble());
        assertEquals(-275, single[300 * 512 + 100]);
    }

    @Test
    void whatImageJSaves() throws IOException {
        for (int bits : new int[] {8, 16, 32}) {
            ImagePlus image = scan(bits);
            image.setProp(Dataset.VOLTAGE, 300);
            image.setProp(Dataset.ELLIPSE, "1.01,0,0.99");
            ImagePlus opened = Open.open(save(image, "scan.tif"), new OpenOptions());
            assertEquals("4 x 3", opened.getNSlices() + " x " + opened.getNFrames());
            assertTrue(opened.getStack().isVirtual());
            assertEquals("1.01,0,0.99", opened.getProp(Dataset.ELLIPSE));
            assertEquals(300, Dataset.of(opened).number(Dataset.VOLTAGE, 0));
            for (int s = 1; s <= 12; s++) {
                assertArrayEquals((float[]) image.getStack().getProcessor(s).convertToFloatProcessor().getPixels(),
                        (float[]) opened.getStack().getProcessor(s).convertToFloatProcessor().getPixels());
            }
        }
    }

    @Test
    void aScanOfOneRowKeepsItsShape() throws IOException {
        ImagePlus image = IJ.createImage("row", "16-bit black", 6, 5, 7);
        Dataset.setScan(image, 1, 7);
        Recording opened = TestFiles.open(save(image, "row.tif"));
        assertEquals("1 x 7", opened.scanX + " x " + opened.scanY);
    }

    @Test
    void colour() throws IOException {
        refused(save(IJ.createImage("colour", "RGB black", 6, 5, 1), "colour.tif"), "colour.tif", "colour image");
    }

    @Test
    void cutOffAndDamaged() throws IOException {
        byte[] whole = Files.readAllBytes(save(scan(16), "scan.tif").toPath());
        long end = new TiffDecoder(folder + File.separator, "scan.tif").getTiffInfo()[0].getOffset() + 12 * 60;
        for (int i = 1; i < 20; i++) { // after the patterns come directories that nobody needs
            refused(TestFiles.write(folder, "cut.tif", Arrays.copyOf(whole, (int) (end * i / 20))), "cut.tif");
        }
        byte[] ring = whole.clone(); // the directory is followed by itself
        ByteBuffer bytes = ByteBuffer.wrap(ring).order(ring[0] == 'I' ? ByteOrder.LITTLE_ENDIAN : ByteOrder.BIG_ENDIAN);
        int directory = bytes.getInt(4);
        bytes.putInt(directory + 2 + 12 * bytes.getShort(directory), directory);
        refused(TestFiles.write(folder, "ring.tif", ring), "ring.tif", "damaged");
    }
}
