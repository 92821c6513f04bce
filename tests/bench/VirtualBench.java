// SPDX-License-Identifier: GPL-3.0-or-later

import ij.ImagePlus;
import ij.ImageStack;
import ij.Prefs;
import java.util.Arrays;
import java.util.Random;
import java.util.concurrent.atomic.LongAdder;
import vitromap.engine.Dataset;
import vitromap.engine.Detector;
import vitromap.engine.FrameSource;
import vitromap.engine.MeanPattern;
import vitromap.engine.Runner;
import vitromap.engine.SubsetSource;
import vitromap.engine.VirtualImage;

/**
 * Speed of virtual images and region patterns of a stack in memory, as a live display needs them. One plain pass = summing every
 * pixel of the stack with the same threads. Arguments: scan (64), repeats (9).
 */
public final class VirtualBench {
    private static final int DETECTOR = 256;
    private static final double MIDDLE = DETECTOR / 2 - 0.5;

    private VirtualBench() {
    }

    /** What is timed. */
    private interface Work {
        void run() throws Exception;
    }

    public static void main(String[] args) throws Exception {
        int scan = args.length > 0 ? Integer.parseInt(args[0]) : 64;
        int repeats = args.length > 1 ? Integer.parseInt(args[1]) : 9;
        ImagePlus image = random(scan);
        FrameSource source = Dataset.of(image).source();
        long[] hundred = new long[Math.min(100, scan * scan)];
        Arrays.setAll(hundred, i -> (long) i * scan * scan / hundred.length);
        Detector ring = Detector.annulus(DETECTOR, DETECTOR, MIDDLE, MIDDLE, 60, 80);
        double[] centers = new double[2 * scan * scan];
        Arrays.setAll(centers, i -> MIDDLE + 0.001 * (i % 999));
        Work[] works = {() -> plainPass(image), () -> virtual(source, ring), () -> virtual(source, Detector.disk(DETECTOR, DETECTOR, MIDDLE, MIDDLE, 20)),
            () -> virtual(source, Detector.disk(DETECTOR, DETECTOR, MIDDLE, MIDDLE, 200)), () -> VirtualImage.run(source, ring, centers, "Sum"),
            () -> MeanPattern.of(new SubsetSource(source, hundred), "Mean")};
        String[] names = {"plain pass", "virtual image, annulus 60-80 px", "virtual image, disk of 20 px", "virtual image, every pixel",
            "annulus that follows the centres", "mean pattern of " + hundred.length};
        System.out.printf("%nVirtual images, %d threads, %d patterns of %d x %d px, 16 bit, in memory%n%-34s %10s %12s %12s%n", Prefs.getThreads(), scan * scan, DETECTOR,
                DETECTOR, "", "ms", "patterns/s", "plain passes");
        double[] seconds = medians(works, repeats);
        for (int i = 0; i < works.length; i++) {
            System.out.printf("%-34s %10.1f %12.0f %12.2f%n", names[i], 1e3 * seconds[i], scan * scan / seconds[i], seconds[i] / seconds[0]);
        }
    }

    private static void virtual(FrameSource source, Detector detector) throws Exception {
        VirtualImage.run(source, detector, "Sum");
    }

    /** All in turn, several times, after two runs that warm up. */
    private static double[] medians(Work[] works, int repeats) throws Exception {
        double[][] seconds = new double[works.length][repeats];
        for (int r = -2; r < repeats; r++) {
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

    private static ImagePlus random(int scan) {
        Random random = new Random(1);
        ImageStack stack = new ImageStack(DETECTOR, DETECTOR);
        short[] first = new short[DETECTOR * DETECTOR];
        for (int i = 0; i < first.length; i++) {
            first[i] = (short) random.nextInt(1000);
        }
        for (int i = 0; i < scan * scan; i++) {
            stack.addSlice(null, first.clone());
        }
        ImagePlus image = new ImagePlus("random", stack);
        image.setDimensions(1, scan, scan);
        return image;
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
            throw new IllegalStateException("the stack is empty");
        }
    }
}
