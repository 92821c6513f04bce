// SPDX-License-Identifier: GPL-3.0-or-later

import ij.ImagePlus;
import ij.ImageStack;
import ij.Prefs;
import ij.gui.OvalRoi;
import ij.gui.Roi;
import java.io.File;
import java.io.RandomAccessFile;
import java.util.Arrays;
import java.util.Random;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import vitromap.commands.Open;
import vitromap.engine.Dataset;
import vitromap.engine.Detector;
import vitromap.engine.Geometry;
import vitromap.engine.LiveScan;
import vitromap.engine.MeanPattern;
import vitromap.engine.Region;
import vitromap.engine.Runner;
import vitromap.io.OpenOptions;

/**
 * How long the Explorer takes from a move of the mouse to an answer: exact, for a stack in memory; coarse, for a file that is larger than
 * the memory (a sparse one, so that it measures the way through the file system, not a disk). Arguments: scan (64), repeats (25).
 */
public final class ExplorerBench {
    private static final int DETECTOR = 256;

    private final LinkedBlockingQueue<LiveScan.Pattern> patterns = new LinkedBlockingQueue<>();
    private final LinkedBlockingQueue<LiveScan.Map> maps = new LinkedBlockingQueue<>();
    private final Dataset dataset;
    private final LiveScan scan;
    private final int repeats;

    private ExplorerBench(ImagePlus image, int repeats) {
        this.repeats = repeats;
        dataset = Dataset.of(image);
        image.setProp(Dataset.MASK, "none");
        image.setProp(Dataset.CENTER_X, "127.5");
        image.setProp(Dataset.CENTER_Y, "127.5");
        scan = new LiveScan(dataset, new LiveScan.Listener() {
            @Override
            public void geometry(Geometry geometry, MeanPattern pattern) {
            }

            @Override
            public void pattern(LiveScan.Pattern pattern) {
                patterns.add(pattern);
            }

            @Override
            public void map(LiveScan.Map map) {
                maps.add(map);
            }

            @Override
            public void pinned(LiveScan.Pattern pattern) {
            }

            @Override
            public void failed(boolean map, Throwable reason) {
                reason.printStackTrace();
            }
        });
    }

    public static void main(String[] args) throws Exception {
        int side = args.length > 0 ? Integer.parseInt(args[0]) : 64;
        int repeats = args.length > 1 ? Integer.parseInt(args[1]) : 25;
        System.out.printf("%nExplorer, %d threads, patterns of %d x %d px, 16 bit; ms from a move to the answer%n%-58s %8s %8s %8s%n", Prefs.getThreads(), DETECTOR, DETECTOR,
                "", "first", "exact", "worst");
        ImagePlus image = random(side);
        System.out.printf("%-58s %8.1f%n", "plain pass over " + side + " x " + side + " in memory", plainPass(image, repeats));
        ExplorerBench memory = new ExplorerBench(image, repeats);
        memory.all(side + " x " + side + " in memory");
        memory.scan.close();
        File file = File.createTempFile("vitromap-bench", ".raw");
        try {
            int large = (int) Math.ceil(Math.sqrt(1.5 * memoryBytes() / (2.0 * DETECTOR * DETECTOR)));
            ExplorerBench sparse = new ExplorerBench(sparse(file, large), Math.min(repeats, 9));
            sparse.all(large + " x " + large + " in a file of " + (file.length() >> 30) + " GiB");
            sparse.scan.close();
        } finally {
            file.delete();
        }
    }

    /** Summing every pixel with the same threads: what the machine can do at this moment. */
    private static double plainPass(ImagePlus image, int repeats) throws Exception {
        double[] ms = new double[repeats];
        LongAdder total = new LongAdder();
        for (int r = 0; r < repeats; r++) {
            long start = System.nanoTime();
            Runner.each(image.getStackSize(), 32, "Plain pass", (first, n) -> {
                for (long i = first; i < first + n; i++) {
                    int sum = 0;
                    for (short pixel : (short[]) image.getStack().getPixels((int) i + 1)) {
                        sum += pixel & 0xffff;
                    }
                    total.add(sum);
                }
            });
            ms[r] = (System.nanoTime() - start) * 1e-6;
        }
        Arrays.sort(ms);
        return total.sum() > 0 ? ms[repeats / 2] : 0;
    }

    private static double memoryBytes() {
        return ((com.sun.management.OperatingSystemMXBean) java.lang.management.ManagementFactory.getOperatingSystemMXBean()).getTotalPhysicalMemorySize();
    }

    private void all(String what) throws Exception {
        Roi[] detectors = {new OvalRoi(118, 118, 20, 20), ring(60, 80), new OvalRoi(28, 28, 200, 200), new Roi(0, 0, DETECTOR, DETECTOR)};
        String[] names = {"disk of 20 px", "annulus 60-80 px", "disk of 200 px", "every pixel"};
        boolean whole = dataset.scanX() <= 256; // else the exact answer is not waited for: the next move comes before
        for (int k = 0; k < detectors.length; k++) {
            Roi roi = detectors[k];
            measure(what + ", " + names[k], () -> {
                scan.detector(() -> Detector.of(roi, DETECTOR, DETECTOR));
                return maps;
            }, answer -> !whole || ((LiveScan.Map) answer).done == 1);
        }
        for (int side : new int[] {1, 10, whole ? dataset.scanX() : 200}) {
            int[] move = {0};
            measure(what + ", pattern of " + side * side, () -> {
                int shift = move[0]++ % Math.max(1, dataset.scanX() - side);
                scan.region(() -> Region.rectangle(shift + "," + 0 + "," + side + "," + side, dataset.scanX(), dataset.scanY(), ""));
                return patterns;
            }, answer -> !whole || ((LiveScan.Pattern) answer).isExact());
        }
    }

    private static Roi ring(int inner, int outer) {
        ij.gui.ShapeRoi disk = new ij.gui.ShapeRoi(new OvalRoi(128 - outer, 128 - outer, 2 * outer, 2 * outer));
        return disk.not(new ij.gui.ShapeRoi(new OvalRoi(128 - inner, 128 - inner, 2 * inner, 2 * inner)));
    }

    /** Moves the mouse. */
    private interface Move {
        LinkedBlockingQueue<?> run() throws Exception;
    }

    /** Whether an answer is the last one. */
    private interface Last {
        boolean test(Object answer);
    }

    private void measure(String name, Move move, Last last) throws Exception {
        double[] first = new double[repeats];
        double[] exact = new double[repeats];
        for (int r = -3; r < repeats; r++) {
            patterns.clear();
            maps.clear();
            long start = System.nanoTime();
            LinkedBlockingQueue<?> answers = move.run();
            Object answer = answers.poll(60, TimeUnit.SECONDS);
            double begun = (System.nanoTime() - start) * 1e-6;
            while (!last.test(answer)) {
                answer = answers.poll(60, TimeUnit.SECONDS);
            }
            if (r >= 0) {
                first[r] = begun;
                exact[r] = (System.nanoTime() - start) * 1e-6;
            }
        }
        Arrays.sort(first);
        Arrays.sort(exact);
        boolean told = dataset.scanX() <= 256;
        System.out.printf("%-58s %8.1f %8s %8.1f%n", name, first[repeats / 2], told ? String.format("%.1f", exact[repeats / 2]) : "-", first[repeats - 1]);
    }

    private static ImagePlus random(int side) {
        Random random = new Random(1);
        short[] noise = new short[DETECTOR * DETECTOR];
        for (int i = 0; i < noise.length; i++) {
            noise[i] = (short) random.nextInt(200);
        }
        ImageStack stack = new ImageStack(DETECTOR, DETECTOR);
        for (int i = 0; i < side * side; i++) {
            stack.addSlice(null, noise.clone());
        }
        ImagePlus image = new ImagePlus("bench", stack);
        image.setDimensions(1, side, side);
        image.setOpenAsHyperStack(true);
        return image;
    }

    private static ImagePlus sparse(File file, int side) throws Exception {
        try (RandomAccessFile raw = new RandomAccessFile(file, "rw")) {
            raw.setLength(2L * DETECTOR * DETECTOR * side * side);
        }
        OpenOptions options = new OpenOptions();
        options.detectorX = DETECTOR;
        options.detectorY = DETECTOR;
        options.scanX = side;
        options.scanY = side;
        return Open.open(file, options);
    }
}
