/* SPDX-License-Identifier: GPL-3.0-or-later */
package vitromap.io;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ij.ImagePlus;
import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.Paths;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import vitromap.commands.Open;
import vitromap.engine.Dataset;
import vitromap.engine.Job;
import vitromap.engine.Native;
import vitromap.engine.Runner;
import vitromap.engine.VitroException;

/** A dataset larger than Java's memory: 3 GB in a heap of 300 MB. The file is sparse, so it takes no room on the disk. */
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

    @Test
    void moreThanJavaHasIsNotLoaded() throws IOException {
        Assumptions.assumeTrue(Runtime.getRuntime().maxMemory() < 3L << 30, "Java has more than 3 GB here");
        OpenOptions options = options();
        options.inMemory = true;
        VitroException e = assertThrows(VitroException.class, () -> Open.open(file(), options));
        assertTrue(e.getMessage().contains("needs 3000 MB"), e.getMessage());
    }

    @Test
    void isReadWhollyInASmallHeap() throws Exception {
        Process java = new ProcessBuilder(Paths.get(System.getProperty("java.home"), "bin", "java").toString(), "-Xmx300m", "-Djava.awt.headless=true",
                "-cp", System.getProperty("java.class.path"), LargeFileTest.class.getName(), file().getPath()).redirectErrorStream(true).start();
        String last = "";
        try (BufferedReader lines = new BufferedReader(new InputStreamReader(java.getInputStream()))) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                System.out.println(line);
                last = line;
            }
        }
        assertEquals(0, java.waitFor());
        assertTrue(last.startsWith("read 24000 patterns"), last);
    }

    /** Run with a small heap: the mean of all patterns of the file. */
    public static void main(String[] arguments) throws IOException {
        ImagePlus image = Open.open(new File(arguments[0]), options());
        Dataset dataset = Dataset.of(image);
        long start = System.nanoTime();
        float[] mean;
        try (Job job = new Job(Native.meanNew(SIDE, SIDE, dataset.source().type(), 0, FRAMES))) {
            Runner.run(dataset.source(), job, "Mean");
            mean = job.finish();
        }
        double seconds = (System.nanoTime() - start) * 1e-9;
        if (mean[SIDE * SIDE - 1] != (float) (0x1234 / (double) FRAMES) || mean[0] != 0) {
            throw new IOException("mean " + mean[0] + ", " + mean[SIDE * SIDE - 1]);
        }
        System.out.printf("read %d patterns, %.1f GB, in %.1f s; heap %d MB, resident at most %s%n", FRAMES, 2e-9 * SIDE * SIDE * FRAMES, seconds,
                Runtime.getRuntime().maxMemory() >> 20, resident());
    }

    private static String resident() throws IOException {
        Path status = Paths.get("/proc/self/status");
        return !Files.exists(status) ? "unknown" : Files.lines(status).filter(line -> line.startsWith("VmHWM")).findFirst().orElse("").replaceAll("\\s+", " ");
    }
}
