/* SPDX-License-Identifier: GPL-3.0-or-later */
package vitromap.io;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ij.ImagePlus;
import ij.process.ImageProcessor;
import java.awt.EventQueue;
import java.io.File;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.Paths;
import java.util.Arrays;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import vitromap.commands.Open;
import vitromap.engine.Dataset;
import vitromap.engine.FrameSource;
import vitromap.engine.Job;
import vitromap.engine.Native;
import vitromap.engine.Runner;
import vitromap.engine.VitroException;

/** A file as ImageJ sees it: slices, their order, and what happens when one cannot be read. */
class LayoutStackTest {
    @TempDir
    Path folder;

    /** 4 x 3 patterns of 8 x 8 pixels, all of a pattern with its number. */
    private File file() throws IOException {
        byte[] bytes = new byte[12 * 64];
        for (int i = 0; i < bytes.length; i++) {
            bytes[i] = (byte) (i / 64);
        }
        return TestFiles.write(folder, "a.npy", RawTest.npy("|u1", "(3, 4, 8, 8)", bytes));
    }

    private static int number(ImagePlus image, int slice) {
        return image.getStack().getProcessor(slice).get(0);
    }

    @Test
    void dimensionsAndSlices() throws IOException {
        ImagePlus image = Open.open(file(), new OpenOptions());
        assertEquals("a.npy", image.getTitle());
        assertArrayEquals(new int[] {8, 8, 1, 4, 3}, image.getDimensions());
        assertEquals(8, image.getBitDepth());
        for (int y = 1; y <= 3; y++) {
            for (int x = 1; x <= 4; x++) {
                assertEquals((y - 1) * 4 + x - 1, number(image, image.getStackIndex(1, x, y)));
            }
        }
        assertSame(Dataset.of(image).source(), ((LayoutStack) image.getStack()).source());
        assertThrows(IllegalArgumentException.class, () -> image.getStack().getProcessor(0));
        assertThrows(IllegalArgumentException.class, () -> image.getStack().getProcessor(13));
    }

    @Test
    void inMemoryIsTheSame() throws IOException {
        OpenOptions options = new OpenOptions();
        options.inMemory = true;
        ImagePlus image = Open.open(file(), options);
        assertTrue(!image.getStack().isVirtual());
        ImagePlus virtual = Open.open(file(), new OpenOptions());
        for (int s = 1; s <= 12; s++) {
            assertArrayEquals((byte[]) virtual.getStack().getPixels(s), (byte[]) image.getStack().getPixels(s));
        }
        assertEquals(virtual.getDisplayRangeMax(), image.getDisplayRangeMax());
    }

    @Test
    void deletedAndReorderedSlices() throws IOException {
        ImagePlus image = Open.open(file(), new OpenOptions());
        image.getStack().deleteSlice(2);
        image.getStack().deleteLastSlice();
        assertEquals(10, image.getStack().getSize());
        FrameSource source = ((LayoutStack) image.getStack()).source();
        double[][] frames = TestFiles.frames(source);
        for (int s = 1; s <= 10; s++) {
            assertEquals(s == 1 ? 0 : s, number(image, s));
            assertEquals(number(image, s), frames[s - 1][0]);
        }
        ImagePlus turned = Open.open(file(), new OpenOptions());
        int[] reverse = new int[12]; // what ImageJ does when it re-orders a virtual hyperstack
        Arrays.setAll(reverse, i -> 11 - i);
        ((LayoutStack) turned.getStack()).setIndexes(reverse);
        assertEquals(11, number(turned, 1));
        double[][] order = TestFiles.frames(((LayoutStack) turned.getStack()).source());
        for (int s = 1; s <= 12; s++) {
            assertEquals(number(turned, s), order[s - 1][0]);
        }
    }

    @Test
    void aJobOverAFileThatShrinksEndsWithItsMessage() throws IOException {
        byte[] bytes = new byte[400 * 64];
        File file = TestFiles.write(folder, "job.npy", RawTest.npy("|u1", "(20, 20, 8, 8)", bytes));
        Dataset dataset = Dataset.of(Open.open(file, new OpenOptions()));
        try (RandomAccessFile shrink = new RandomAccessFile(file, "rw")) {
            shrink.setLength(file.length() / 2);
        }
        try (Job job = new Job(Native.meanNew(8, 8, FrameSource.U8, 0, 400))) {
            IOException e = assertThrows(IOException.class, () -> Runner.run(dataset.source(), job, "Mean"));
            assertTrue(e.getMessage().contains("job.npy") && e.getMessage().contains("of 400"), e.getMessage());
        }
    }

    @Test
    void closingTheImageGivesTheFileFree() throws Exception {
        Path descriptors = Paths.get("/proc/self/fd");
        Assumptions.assumeTrue(Files.isDirectory(descriptors), "no /proc to look at open files");
        File file = file();
        ImagePlus image = Open.open(file, new OpenOptions());
        FrameSource source = Dataset.of(image).source();
        assertTrue(isOpen(file));
        image.flush(); // what closing a window does
        EventQueue.invokeAndWait(() -> { });
        assertFalse(isOpen(file));
        assertEquals(11, TestFiles.frames(source)[11][0]); // a command that still reads goes on
    }

    private static boolean isOpen(File file) throws IOException {
        try (DirectoryStream<Path> open = Files.newDirectoryStream(Paths.get("/proc/self/fd"))) {
            for (Path link : open) {
                try {
                    if (Files.readSymbolicLink(link).equals(file.toPath().toRealPath())) {
                        return true;
                    }
                } catch (NoSuchFileException e) {
                    continue; // closed meanwhile
                }
            }
        }
        return false;
    }

    @Test
    void aPatternThatCannotBeReadIsNeverBlank() throws Exception {
        File file = file();
        ImagePlus image = Open.open(file, new OpenOptions());
        try (RandomAccessFile shrink = new RandomAccessFile(file, "rw")) {
            shrink.setLength(128 + 5 * 64 + 1);
        }
        assertEquals(4, number(image, 5));
        VitroException e = assertThrows(VitroException.class, () -> image.getStack().getProcessor(6));
        assertTrue(e.getMessage().contains("pattern 6 of 12") && e.getMessage().contains("a.npy"), e.getMessage());
        ImageProcessor[] shown = new ImageProcessor[1];
        Thread window = new Thread(() -> shown[0] = image.getStack().getProcessor(7), "zSelector");
        window.start();
        window.join();
        double brightest = shown[0].getStats().max;
        assertEquals(255, brightest); // the message, written into the picture
        assertThrows(IOException.class, () -> TestFiles.frames(Dataset.of(image).source()));
    }
}
