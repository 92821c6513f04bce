/* SPDX-License-Identifier: GPL-3.0-or-later */
package vitromap.commands;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ij.IJ;
import ij.ImagePlus;
import ij.ImageStack;
import ij.Prefs;
import ij.plugin.FileInfoVirtualStack;
import ij.process.ByteProcessor;
import java.awt.event.KeyEvent;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.api.io.TempDir;
import vitromap.TestScan;
import vitromap.engine.Cancelled;
import vitromap.engine.NativeLoader;
import vitromap.engine.VitroException;
import vitromap.io.DatasetFile;
import vitromap.io.OpenOptions;

/** What goes wrong is told in one message, leaves nothing behind, and a file that was there stays as it was. */
class ExportErrorsTest {
    @TempDir
    Path folder;

    private final int threads = Prefs.getThreads();
    private final List<String> log = new ArrayList<>();

    @BeforeAll
    static void library() {
        NativeLoader.load();
    }

    @AfterEach
    void restore() {
        Prefs.setThreads(threads);
        IJ.resetEscape();
    }

    static void refused(Executable action, String... parts) {
        Exception e = assertThrows(Exception.class, action);
        assertTrue(e instanceof IOException || e instanceof VitroException, e.toString());
        for (String part : parts) {
            assertTrue(e.getMessage().contains(part), "'" + part + "' is not in: " + e.getMessage());
        }
    }

    private static ImagePlus scan() {
        ImagePlus image = IJ.createHyperStack("scan", 16, 16, 1, 5, 4, 16);
        for (int s = 1; s <= 20; s++) {
            image.getStack().getProcessor(s).add(s);
        }
        return image;
    }

    private File export(ImagePlus image, Path path, String format) throws IOException {
        return Export.write(image, path.toString(), format, log::add);
    }

    private List<String> files() throws IOException {
        try (Stream<Path> list = Files.list(folder)) {
            return list.map(file -> file.getFileName().toString()).sorted().collect(Collectors.toList());
        }
    }

    @Test
    void pathsThatAreNone() throws IOException {
        Path file = Files.write(folder.resolve("file"), new byte[3]);
        Files.createDirectory(folder.resolve("scan.npy"));
        refused(() -> export(scan(), folder, "NPY"), folder.toString(), "is a folder");
        refused(() -> export(scan(), folder.resolve("scan"), "NPY"), "scan.npy", "is a folder");
        refused(() -> export(scan(), folder.resolve("no/scan"), "NPY"), "there is no folder", "no");
        refused(() -> export(scan(), file.resolve("scan"), "NPY"), "there is no folder");
        refused(() -> Export.write(scan(), "  ", "NPY", log::add), "No file was given");
        refused(() -> Export.write(scan(), "a\0b", "NPY", log::add), "no path");
        refused(() -> export(scan(), folder.resolve("scan"), "CSV"), "no format 'CSV'", "EMD HDF5; NPY; raw; TIFF");
        refused(() -> export(IJ.createImage("plain", "8-bit", 4, 4, 6), folder.resolve("plain"), "NPY"), "'plain'", "scan shape");
        assertEquals(Arrays.asList("file", "scan.npy"), files());
    }

    @Test
    void withoutPermission() throws IOException {
        File locked = Files.createDirectory(folder.resolve("locked")).toFile();
        Path old = Files.write(folder.resolve("old.npy"), new byte[3]);
        assertTrue(locked.setWritable(false) && old.toFile().setWritable(false));
        try {
            Assumptions.assumeFalse(Files.isWritable(locked.toPath()), "who may do anything cannot be refused");
            refused(() -> export(scan(), locked.toPath().resolve("scan"), "NPY"), "scan.npy", "no permission");
            refused(() -> export(scan(), old, "NPY"), "old.npy", "write-protected");
            assertArrayEquals(new byte[3], Files.readAllBytes(old));
        } finally {
            assertTrue(locked.setWritable(true));
        }
    }

    /** Where nobody may write. */
    @Test
    void aFolderOfTheSystem() {
        Assumptions.assumeTrue(new File("/proc/self").isDirectory());
        refused(() -> Export.write(scan(), "/proc/scan", "NPY", log::add), "/proc/scan.npy cannot be written");
        refused(() -> Export.write(scan(), "/dev/null/scan", "raw", log::add), "no folder");
    }

    @Test
    void namesWithBlanksAndOtherLetters() throws IOException {
        Path unicode = Files.createDirectories(folder.resolve("Messung \u00fc\u00df, \u6e2c\u5b9a [2] 'a'"));
        for (String format : DatasetFile.FORMATS) {
            File file = export(scan(), unicode.resolve("\u8a66\u6599 \u2116 1 \ud83d\ude00"), format);
            OpenOptions options = new OpenOptions();
            options.detectorX = format.equals("raw") ? 16 : 0;
            options.detectorY = options.detectorX;
            assertEquals(20, Open.open(file, options).getStackSize());
        }
    }

    @Test
    void aFileOfThatNameIsReplacedAndItIsSaid() throws IOException {
        Path old = Files.write(folder.resolve("scan.raw"), new byte[7]);
        export(scan(), old, "raw");
        assertEquals(20 * 512, Files.size(old));
        assertTrue(log.get(0).contains("in the place of the file that was there"), log.get(0));
        export(scan(), folder.resolve("new.raw"), "raw");
        assertTrue(log.stream().filter(line -> line.contains("new.raw")).noneMatch(line -> line.contains("in the place")), log.toString());
        assertEquals(Arrays.asList("new.raw", "scan.raw"), files());
    }

    /** A link stays one; what it leads to is replaced. */
    @Test
    void throughALink() throws IOException {
        Path real = Files.write(folder.resolve("real.raw"), new byte[7]);
        Path link = Files.createSymbolicLink(folder.resolve("link.raw"), real);
        export(scan(), link, "raw");
        assertTrue(Files.isSymbolicLink(link));
        assertEquals(20 * 512, Files.size(real));
    }

    /** What is left of an export that was killed is nobody's. */
    @Test
    void aPartOfBefore() throws IOException {
        Path part = Files.write(folder.resolve("scan.raw.part"), new byte[7]);
        export(scan(), folder.resolve("scan.raw"), "raw");
        assertEquals(7, Files.size(part));
        assertEquals(Arrays.asList("scan.raw", "scan.raw.part"), files());
    }

    @Test
    void aPatternThatCannotBeRead() throws IOException {
        byte[] old = {1, 2, 3};
        ImagePlus image = scan();
        ImagePlus broken = TestScan.hyperstack("broken", new TestScan.Broken(image.getStack(), 17), 5, 4);
        for (String format : DatasetFile.FORMATS) {
            Path file = Files.write(folder.resolve(DatasetFile.complete("scan", Arrays.asList(DatasetFile.FORMATS).indexOf(format))), old);
            refused(() -> export(broken, file, format), "Slice 17 of 20");
            assertArrayEquals(old, Files.readAllBytes(file));
        }
        assertEquals(4, files().size(), files().toString());
    }

    /** The file that the patterns are read from, by its name, through a link, and by ImageJ's own virtual stack. */
    @Test
    void ontoItself() throws IOException {
        File npy = export(scan(), folder.resolve("scan.npy"), "NPY");
        byte[] before = Files.readAllBytes(npy.toPath());
        ImagePlus opened = Open.open(npy, new OpenOptions());
        Path link = Files.createSymbolicLink(folder.resolve("link.npy"), npy.toPath());
        Path hard = Files.createLink(folder.resolve("hard.npy"), npy.toPath());
        for (Path name : new Path[] {npy.toPath(), link, hard, folder.resolve("../" + folder.getFileName() + "/scan.npy")}) {
            refused(() -> export(opened, name, "NPY"), "'scan.npy' is read from", "Choose another file");
        }
        assertArrayEquals(before, Files.readAllBytes(npy.toPath()));
        File tiff = export(scan(), folder.resolve("scan.tif"), "TIFF");
        ImagePlus virtual = FileInfoVirtualStack.openVirtual(tiff.getPath());
        refused(() -> export(virtual, tiff.toPath(), "TIFF"), "is read from");
        ImagePlus inMemory = IJ.openImage(tiff.getPath());
        export(inMemory, tiff.toPath(), "TIFF");
        for (String format : new String[] {"EMD HDF5", "TIFF"}) {
            File file = export(scan(), folder.resolve("own"), format);
            ImagePlus image = Open.open(file, new OpenOptions());
            refused(() -> export(image, file.toPath(), format), "is read from");
        }
        assertEquals(Arrays.asList("hard.npy", "link.npy", "own.emd", "own.tif", "scan.npy", "scan.tif"), files());
    }

    /** Another open image would show other numbers from then on. */
    @Test
    void ontoTheFileOfAnotherImage() throws IOException {
        File npy = export(scan(), folder.resolve("scan.npy"), "NPY");
        ImagePlus opened = Open.open(npy, new OpenOptions());
        ij.macro.Interpreter.batchMode = true;
        try {
            opened.show();
            refused(() -> export(scan(), npy.toPath(), "NPY"), "'scan.npy' is read from", "close that image");
            opened.close();
            export(scan(), npy.toPath(), "NPY");
        } finally {
            ij.macro.Interpreter.batchMode = false;
        }
    }

    /** Patterns that take 10 ms each. */
    @Test
    void escapeRemovesWhatWasWritten() throws Exception {
        Prefs.setThreads(2);
        Path old = Files.write(folder.resolve("scan.npy"), new byte[3]);
        ImageStack stack = new ImageStack(8, 8);
        for (int i = 0; i < 500; i++) {
            stack.addSlice(new ByteProcessor(8, 8));
        }
        ImagePlus slow = TestScan.virtual(TestScan.hyperstack("slow", stack, 25, 20), 10);
        long[] pressed = new long[1];
        Thread finger = new Thread(() -> {
            IJ.wait(300);
            pressed[0] = System.nanoTime();
            IJ.setKeyDown(KeyEvent.VK_ESCAPE);
        });
        finger.start();
        assertThrows(Cancelled.class, () -> export(slow, old, "NPY"));
        double seconds = (System.nanoTime() - pressed[0]) * 1e-9;
        finger.join();
        assertTrue(seconds < 0.5, "took " + seconds + " s");
        assertArrayEquals(new byte[3], Files.readAllBytes(old));
        assertEquals(Arrays.asList("scan.npy"), files());
    }
}
