// SPDX-License-Identifier: GPL-3.0-or-later

import ij.ImagePlus;
import ij.Prefs;
import java.io.File;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.concurrent.atomic.LongAdder;
import vitromap.commands.Calibrate;
import vitromap.commands.Open;
import vitromap.commands.SampleData;
import vitromap.commands.StrainMap;
import vitromap.engine.Runner;
import vitromap.io.OpenOptions;

/**
 * Speed of the Strain Map command as a user has it, with all outputs, on a calibrated dataset: from a stack in memory, and from a
 * raw file that lies in the system's cache. One plain pass = summing every pixel of the stack in memory with the same threads.
 * Arguments: scan (64), repeats (5).
 */
public final class StrainBench {
    private static final int DETECTOR = 256;

    private StrainBench() {
    }

    /** What is timed. */
    private interface Work {
        void run() throws Exception;
    }

    public static void main(String[] args) throws Exception {
        int scan = args.length > 0 ? Integer.parseInt(args[0]) : 64;
        int repeats = args.length > 1 ? Integer.parseInt(args[1]) : 5;
        ImagePlus memory = sample(scan);
        Path raw = Files.createTempFile("vitromap-bench", ".raw");
        try {
            write(memory, raw);
            ImagePlus file = open(raw, scan);
            for (ImagePlus image : new ImagePlus[] {memory, file}) {
                Calibrate.compute(image, Calibrate.Settings.of(image), line -> { });
            }
            Work[] works = {() -> plainPass(memory), () -> map(memory, "ring profile"), () -> map(file, "ring profile"), () -> map(memory, "direct ellipse")};
            String[] names = {"plain pass", "strain map from memory", "strain map from a raw file", "direct ellipse from memory"};
            System.out.printf("%nStrain Map command, %d threads, %d patterns of %d x %d px, 16 bit%n%-30s %12s %12s%n", Prefs.getThreads(), scan * scan, DETECTOR,
                    DETECTOR, "", "patterns/s", "plain passes");
            double[] seconds = medians(works, repeats);
            for (int i = 0; i < works.length; i++) {
                System.out.printf("%-30s %12.0f %12.2f%n", names[i], scan * scan / seconds[i], seconds[i] / seconds[0]);
            }
        } finally {
            Files.deleteIfExists(raw);
        }
    }

    /** All in turn, several times, after one run that warms up. */
    private static double[] medians(Work[] works, int repeats) throws Exception {
        double[][] seconds = new double[works.length][repeats];
        for (int r = -1; r < repeats; r++) {
            for (int i = 0; i < works.length; i++) {
                long start = System.nanoTime();
                works[i].run();
                if (r >= 0) {
                    seconds[i][r] = (System.nanoTime() - start) * 1e-9;
                }
            }
        }
        return Arrays.stream(seconds).mapToDouble(all -> {
            Arrays.sort(all);
            return all[all.length / 2];
        }).toArray();
    }

    private static ImagePlus sample(int scan) throws Exception {
        SampleData.Settings settings = new SampleData.Settings();
        settings.scan = scan;
        settings.detector = DETECTOR;
        return SampleData.compute(settings)[0];
    }

    private static void write(ImagePlus image, Path path) throws Exception {
        ByteBuffer bytes = ByteBuffer.allocate(2 * DETECTOR * DETECTOR).order(ByteOrder.LITTLE_ENDIAN);
        try (OutputStream out = Files.newOutputStream(path)) {
            for (int i = 1; i <= image.getStackSize(); i++) {
                bytes.asShortBuffer().put((short[]) image.getStack().getPixels(i));
                out.write(bytes.array());
            }
        }
    }

    private static ImagePlus open(Path path, int scan) throws Exception {
        OpenOptions options = new OpenOptions();
        options.detectorX = DETECTOR;
        options.detectorY = DETECTOR;
        options.scanX = scan;
        options.scanY = scan;
        return Open.open(new File(path.toString()), options);
    }

    private static void plainPass(ImagePlus image) throws Exception {
        LongAdder total = new LongAdder();
        Runner.each(image.getStackSize(), 32, "Plain pass", (first, n) -> {
            for (long i = first; i < first + n; i++) {
                int sum = 0;
                for (short pixel : (short[]) image.getStack().getPixels((int) i + 1)) {
                    sum += pixel & 0xffff;
                }
                total.add(sum);
            }
        });
        if (total.sum() <= 0) {
            throw new IllegalStateException("the sample is empty");
        }
    }

    private static void map(ImagePlus image, String method) throws Exception {
        StrainMap.Settings settings = new StrainMap.Settings();
        settings.method = method;
        StrainMap.compute(image, settings, line -> { });
    }
}
