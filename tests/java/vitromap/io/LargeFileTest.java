/* SPDX-License-Identifier: GPL-3.0-or-later */
package vitromap.io;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.management.ThreadMXBean;
import ij.ImagePlus;
import ij.ImageStack;
import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.RandomAccessFile;
import java.lang.management.BufferPoolMXBean;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.Paths;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import vitromap.TestScan;
import vitromap.commands.Open;
import vitromap.commands.StrainMap;
import vitromap.engine.VitroException;

/** A dataset larger than Java's memory: 3 GB in a heap of 300 MB. */
class LargeFileTest {
    private static final int SIDE = 256, FRAMES = 24000;

    @TempDir
    Path folder;

    private static OpenOptions options() {
        OpenOptions options = new OpenOptions();
        options.detectorX = SIDE;
        options.detectorY = SIDE;
        options.scanX = 160;
        return options;
    }

    /** Sparse: it takes no room on the disk. */
    private File file() throws IOException {
        File file = folder.resolve("large.raw").toFile();
        try (RandomAccessFile sparse = new RandomAccessFile(file, "rw")) {
            sparse.setLength(2L * SIDE * SIDE * FRAMES);
            sparse.seek(sparse.length() - 2);
            sparse.write(new byte[] {0x34, 0x12});
        }
        return file;
    }

    @Test
    void opensAtOnceAndVirtually() throws IOException {
        File file = file();
        Open.open(file, options());
        long start = System.nanoTime();
        ImagePlus image = Open.open(file, options());
        double seconds = (System.nanoTime() - start) * 1e-9;
        assertTrue(seconds < 2, seconds + " s");
        assertTrue(image.getStack().isVirtual());
        assertEquals("160 x 150", image.getNSlices() + " x " + image.getNFrames());
        assertEquals(0x1234, image.getStack().getProcessor(FRAMES).get(SIDE - 1, SIDE - 1));
    }

    /** Opening is measured in processor time and in bytes: of Java's heap, and of buffers outside it. */
    private static void opensQuickly(File file, OpenOptions options, long frames) throws IOException {
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        BufferPoolMXBean direct = ManagementFactory.getPlatformMXBeans(BufferPoolMXBean.class).stream().filter(p -> p.getName().equals("direct")).findFirst().get();
        Open.open(file, options).close(); // loads classes
        long id = Thread.currentThread().getId();
        long heap = threads.getThreadAllocatedBytes(id);
        long buffers = direct.getMemoryUsed();
        long start = threads.getCurrentThreadCpuTime();
        ImagePlus image = Open.open(file, options);
        double seconds = (threads.getCurrentThreadCpuTime() - start) * 1e-9;
        heap = threads.getThreadAllocatedBytes(id) - heap;
        buffers = direct.getMemoryUsed() - buffers;
        assertEquals(frames, image.getStackSize());
        System.out.printf("%s: %.0f GB open after %.3f s, with %.1f MB of heap and %.1f MB of buffers%n", file.getName(), file.length() * 1e-9, seconds,
                heap * 1e-6, buffers * 1e-6);
        assertTrue(seconds < 1, seconds + " s");
        assertTrue(heap + buffers < 50_000_000, heap + " + " + buffers + " bytes");
        image.close();
    }

    /** Sparse files of 100 GB: nothing in them but the header. */
    private File sparse(String name, byte[] head, long length) throws IOException {
        File file = TestFiles.write(folder, name, head);
        try (RandomAccessFile grow = new RandomAccessFile(file, "rw")) {
            grow.setLength(length);
        } catch (IOException e) {
            Assumptions.assumeTrue(false, "this file system has no sparse files of 100 GB: " + e.getMessage());
        }
        return file;
    }

    @Test
    void hundredGigabytes() throws IOException {
        long frames = 100_000_000_000L / (2L * SIDE * SIDE);
        OpenOptions raw = options();
        raw.scanX = 0;
        opensQuickly(sparse("large.raw", new byte[0], frames * 2 * SIDE * SIDE), raw, frames);
        byte[] mib = "MQ1,000001,00384,01,0256,0256,U16,   1x1,01,2021-02-04 14:45:04.704161,0.01,".getBytes(StandardCharsets.US_ASCII);
        opensQuickly(sparse("large.mib", mib, frames * (384 + 2L * SIDE * SIDE)), new OpenOptions(), frames);
        String head = "{'descr': '<u2', 'fortran_order': False, 'shape': (1024, 745, 256, 256), }";
        byte[] npy = java.util.Arrays.copyOf(new byte[] {(byte) 0x93, 'N', 'U', 'M', 'P', 'Y', 1, 0, 118, 0}, 128);
        System.arraycopy(head.getBytes(StandardCharsets.US_ASCII), 0, npy, 10, head.length());
        opensQuickly(sparse("large.npy", npy, 128 + 1024L * 745 * 2 * SIDE * SIDE), new OpenOptions(), 1024 * 745);
    }

    @Test
    void moreThanJavaHasIsNotLoaded() throws IOException {
        Assumptions.assumeTrue(Runtime.getRuntime().maxMemory() < 3L << 30, "Java has more than 3 GB here");
        OpenOptions options = options();
        options.inMemory = true;
        VitroException e = assertThrows(VitroException.class, () -> Open.open(file(), options));
        assertTrue(e.getMessage().contains("needs 3000 MB"), e.getMessage());
    }

    /** The whole way: 24000 patterns of a simulated glass, mapped by a Java of its own with a small heap. */
    @Test
    void isMappedInASmallHeap() throws Exception {
        Assumptions.assumeTrue(folder.toFile().getUsableSpace() > 8L << 30, "no room for a file of 3 GB");
        Process java = new ProcessBuilder(Paths.get(System.getProperty("java.home"), "bin", "java").toString(), "-Xmx300m", "-Djava.awt.headless=true",
                "-cp", System.getProperty("java.class.path"), LargeFileTest.class.getName(), glass().getPath()).redirectErrorStream(true).start();
        String last = "";
        try (BufferedReader lines = new BufferedReader(new InputStreamReader(java.getInputStream()))) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                System.out.println(line);
                last = line;
            }
        }
        assertEquals(0, java.waitFor());
        assertTrue(last.startsWith("mapped 24000 of 24000 patterns"), last);
        Matcher resident = Pattern.compile("VmHWM: (\\d+) kB").matcher(last);
        assertTrue(!resident.find() || Long.parseLong(resident.group(1)) < 500_000, last); // heap, native memory, Java itself
    }

    /** One scan row of patterns, over and over. */
    private File glass() throws IOException {
        ImageStack row = TestScan.of(16, 10, SIDE, 1e6, 1).image.getStack();
        ByteBuffer block = ByteBuffer.allocate(2 * SIDE * SIDE * row.getSize()).order(ByteOrder.LITTLE_ENDIAN);
        for (int i = 1; i <= row.getSize(); i++) {
            for (short value : (short[]) row.getPixels(i)) {
                block.putShort(value);
            }
        }
        File file = folder.resolve("glass.raw").toFile();
        try (RandomAccessFile out = new RandomAccessFile(file, "rw")) {
            for (int i = 0; i < FRAMES / row.getSize(); i++) {
                out.write(block.array());
            }
        }
        return file;
    }

    /** Run with a small heap: the strain map of the file. */
    public static void main(String[] arguments) throws IOException {
        ImagePlus image = Open.open(new File(arguments[0]), options());
        long start = System.nanoTime();
        ImagePlus[] maps = StrainMap.compute(image, new StrainMap.Settings());
        double seconds = (System.nanoTime() - start) * 1e-9;
        int good = 0;
        for (float value : (float[]) maps[0].getStack().getPixels(1)) {
            good += Float.isNaN(value) ? 0 : 1;
        }
        System.out.printf("mapped %d of %d patterns, %.1f GB, in %.1f s; heap %d MB, resident at most %s%n", good, FRAMES,
                2e-9 * SIDE * SIDE * FRAMES, seconds, Runtime.getRuntime().maxMemory() >> 20, resident());
    }

    private static String resident() throws IOException {
        Path status = Paths.get("/proc/self/status");
        return !Files.exists(status) ? "unknown" : Files.lines(status).filter(line -> line.startsWith("VmHWM")).findFirst().orElse("").replaceAll("\\s+", " ");
    }
}
