// SPDX-License-Identifier: GPL-3.0-or-later

import ij.ImagePlus;
import ij.Prefs;
import java.io.File;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;
import vitromap.commands.Open;
import vitromap.engine.FrameSource;
import vitromap.engine.Native;
import vitromap.engine.Runner;
import vitromap.engine.SourceStack;
import vitromap.io.OpenOptions;
import vitromap.shaded.jhdf.HdfFile;
import vitromap.shaded.jhdf.api.dataset.ChunkedDataset;

/**
 * Speed of a pass over all patterns of HDF5 files beside the decompressing of their chunks alone, both with all threads. Arguments: files, such as
 * hdf5_files.py writes; none = the third-party data's.
 */
public final class Hdf5Bench {
    private static final int WARM = 3, REPEATS = 15, FRAMES = 32;

    /** What is timed. */
    private interface Work {
        void run() throws IOException;
    }

    private Hdf5Bench() {
    }

    public static void main(String[] args) throws IOException {
        File[] files = args.length == 0 ? new File[] {new File("../shared/data/cube/FPD_HDF5.hdf5")} : Arrays.stream(args).map(File::new).toArray(File[]::new);
        System.out.printf("%nA pass over all patterns, %d threads%n%-40s %10s %22s %8s %16s%n", Prefs.getThreads(), "", "MB/s", "decompressing, MB/s", "ratio", "processor's");
        for (File file : files) {
            if (file.exists()) {
                line(file);
            }
        }
    }

    private static void line(File file) throws IOException {
        ImagePlus image = Open.open(file, new OpenOptions());
        FrameSource source = ((SourceStack) image.getStack()).source();
        Work chunks = decompressing(file);
        Queue<ByteBuffer> buffers = new ConcurrentLinkedQueue<>();
        for (int i = 0; i < Prefs.getThreads(); i++) {
            buffers.add(ByteBuffer.allocateDirect((int) (FRAMES * source.bytesPerFrame())).order(ByteOrder.nativeOrder()));
        }
        Clock alone = new Clock();
        Clock all = new Clock();
        for (int r = -WARM; r < REPEATS; r++) {
            alone.time(chunks, r >= 0);
            source.close(); // forgets its chunks
            all.time(() -> pass(source, buffers), r >= 0);
        }
        double megabytes = source.frames() * source.bytesPerFrame() * 1e-6;
        System.out.printf("%-40s %10.0f %22.0f %8.2f %16.2f%n", file.getName(), megabytes / all.median(), megabytes / alone.median(),
                alone.median() / all.median(), alone.processor / all.processor);
        image.close();
    }

    /** The time that a work takes, and the processors'. */
    private static final class Clock {
        private static final com.sun.management.OperatingSystemMXBean SYSTEM =
                (com.sun.management.OperatingSystemMXBean) java.lang.management.ManagementFactory.getOperatingSystemMXBean();

        double[] seconds = {};
        double processor;

        void time(Work work, boolean counts) throws IOException {
            long start = System.nanoTime();
            long used = SYSTEM.getProcessCpuTime();
            work.run();
            if (counts) {
                seconds = Arrays.copyOf(seconds, seconds.length + 1);
                seconds[seconds.length - 1] = (System.nanoTime() - start) * 1e-9;
                processor += (SYSTEM.getProcessCpuTime() - used) * 1e-9;
            }
        }

        double median() {
            Arrays.sort(seconds);
            return seconds[seconds.length / 2];
        }
    }

    private static void pass(FrameSource source, Queue<ByteBuffer> buffers) throws IOException {
        Runner.each(source.frames(), FRAMES, "Reading", (first, n) -> {
            ByteBuffer buffer = buffers.remove();
            source.read(first, n, buffer);
            buffers.add(buffer);
        });
    }

    /** gzip, or bitshuffle with LZ4. */
    private static Work decompressing(File file) {
        List<byte[]> stored = new ArrayList<>();
        try (HdfFile hdf = new HdfFile(file.toPath())) {
            ChunkedDataset dataset = (ChunkedDataset) hdf.getDatasetByPath(file.getName().startsWith("FPD") ? "fpd_expt/fpd_data/data" : "data");
            int[] size = dataset.getDimensions();
            int[] chunk = dataset.getChunkDimensions();
            int bytes = dataset.getDataType().getSize();
            int count = 1;
            for (int i = 0; i < size.length; i++) {
                bytes *= chunk[i];
                count *= (size[i] + chunk[i] - 1) / chunk[i];
            }
            for (int k = 0; k < count; k++) {
                int[] offset = new int[size.length];
                for (int i = size.length - 1, rest = k; i >= 0; i--) {
                    int n = (size[i] + chunk[i] - 1) / chunk[i];
                    offset[i] = rest % n * chunk[i];
                    rest /= n;
                }
                ByteBuffer raw = dataset.getRawChunkBuffer(offset);
                byte[] copy = new byte[raw.remaining()];
                raw.get(copy);
                stored.add(copy);
            }
            boolean gzip = dataset.getFilters().stream().anyMatch(filter -> filter.getId() == 1);
            int element = dataset.getDataType().getSize();
            int length = bytes;
            return () -> Runner.each(stored.size(), 1, "Decompressing", (first, n) -> {
                byte[] out = new byte[length];
                if (gzip) {
                    inflate(stored.get((int) first), out);
                } else {
                    Native.chunkDecode(3, element, 0, stored.get((int) first), out);
                }
            });
        }
    }

    private static void inflate(byte[] stored, byte[] out) throws IOException {
        Inflater inflater = new Inflater();
        try {
            inflater.setInput(stored);
            inflater.inflate(out);
        } catch (DataFormatException e) {
            throw new IOException(e);
        } finally {
            inflater.end();
        }
    }
}
