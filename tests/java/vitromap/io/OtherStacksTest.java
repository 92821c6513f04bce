/* SPDX-License-Identifier: GPL-3.0-or-later */
package vitromap.io;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ij.IJ;
import ij.ImagePlus;
import ij.VirtualStack;
import ij.io.FileSaver;
import ij.plugin.FileInfoVirtualStack;
import ij.process.ImageProcessor;
import java.io.File;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import vitromap.engine.Dataset;
import vitromap.engine.FrameSource;

/** Virtual stacks that ImageJ opened itself: their numbers, and no blank or painted slice in their place. */
class OtherStacksTest {
    @TempDir
    Path folder;

    private File save() {
        ImagePlus image = IJ.createHyperStack("scan", 16, 16, 1, 4, 3, 16);
        for (int s = 1; s <= 12; s++) {
            image.getStack().getProcessor(s).add(s);
        }
        File file = folder.resolve("scan.tif").toFile();
        new FileSaver(image).saveAsTiffStack(file.getPath());
        return file;
    }

    private static int pixel(FrameSource source, long frame) throws IOException {
        ByteBuffer buffer = ByteBuffer.allocateDirect((int) source.bytesPerFrame()).order(ByteOrder.nativeOrder());
        source.read(frame, 1, buffer);
        return buffer.getShort(100);
    }

    @Test
    void aTiffOpenedVirtuallyByImageJ() throws IOException {
        File file = save();
        ImagePlus image = FileInfoVirtualStack.openVirtual(file.getPath());
        FrameSource source = Dataset.of(image).source();
        for (int f = 0; f < 12; f++) {
            assertEquals(f + 1, pixel(source, f));
        }
        long end = file.length();
        try (RandomAccessFile shrink = new RandomAccessFile(file, "rw")) {
            shrink.setLength(8 * 512);
        }
        IOException cut = assertThrows(IOException.class, () -> pixel(source, 11));
        assertTrue(cut.getMessage().contains("scan.tif") && cut.getMessage().contains("cut off"), cut.getMessage());
        assertTrue(end > 8 * 512 && file.delete());
        IOException gone = assertThrows(IOException.class, () -> pixel(source, 0));
        assertTrue(gone.getMessage().contains("no file"), gone.getMessage());
    }

    @Test
    void aFolderOpenedVirtually() throws IOException {
        VirtualStack stack = new VirtualStack(16, 16, null, folder.toString());
        for (int s = 1; s <= 4; s++) {
            ImageProcessor slice = IJ.createImage("slice", "16-bit black", 16, 16, 1).getProcessor();
            slice.add(s);
            new FileSaver(new ImagePlus("slice", slice)).saveAsTiff(folder.resolve(s + ".tif").toString());
            stack.addSlice(s + ".tif");
        }
        stack.setBitDepth(16);
        ImagePlus image = new ImagePlus("folder", stack);
        Dataset.setScan(image, 2, 2);
        FrameSource source = Dataset.of(image).source();
        assertEquals(3, pixel(source, 2));
        assertTrue(folder.resolve("3.tif").toFile().delete());
        IOException gone = assertThrows(IOException.class, () -> pixel(source, 2));
        assertTrue(gone.getMessage().contains("3.tif"), gone.getMessage());
        assertEquals(4, pixel(source, 3));
    }
}
