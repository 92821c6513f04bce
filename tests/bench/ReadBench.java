// SPDX-License-Identifier: GPL-3.0-or-later

import ij.ImagePlus;
import ij.Prefs;
import java.io.File;
import java.io.OutputStream;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.concurrent.atomic.AtomicLong;
import vitromap.commands.Export;
import vitromap.commands.Open;
import vitromap.engine.FrameSource;
import vitromap.engine.Runner;
import vitromap.engine.SourceStack;
import vitromap.io.DatasetFile;
import vitromap.io.OpenOptions;

/**
 * Speed of a pass over all patterns of files that lie in the system's cache, beside the reading of their bytes with as many threads; and of export, beside
 * the writing of as many bytes to the same disk. Arguments: patterns (2048), repeats (5). HDF5 has a bench of its own.
 */
public final class ReadBench {
    private static final int SIDE = 256;

    /** What is timed. */
    private interface Work {
        void run() throws Exception;
    }

    private ReadBench() {
    }

    public static void main(String[] args) throws Exception {
        int patterns = args.length > 0 ? Integer.parseInt(args[0]) : 2048;
        int repeats = args.length > 1 ? Integer.parseInt(args[1]) : 5;
        Path folder = Files.createTempDirectory("vitromap-read");
        System.out.printf("%nA pass over all patterns, %d threads, files in the cache%n%-34s %10s %16s %8s%n", Prefs.getThreads(), "", "MB/s", "their bytes MB/s", "ratio");
        try {
            line("raw, 16 bit", raw(folder, patterns), rawOptions("16-bit unsigned"), repeats);
            line("raw, 16 bit, big-endian", raw(folder, patterns), bigEndian(), repeats);
            line("MIB, 12 bit", mib(folder, patterns, "U16", 2 * SIDE * SIDE), new OpenOptions(), repeats);
            line("MIB, 12 bit raw readout", mib(folder, patterns, "R64", 2 * SIDE * SIDE), new OpenOptions(), repeats);
            line("EMPAD", file(folder, "scan_x64_y" + patterns / 32 + ".raw", new byte[0], 130 * 128 * 4L * 2 * patterns), new OpenOptions(), repeats);
            line("DM4", dm4(folder, patterns, true), new OpenOptions(), repeats);
            line("DM4, the scan first", dm4(folder, patterns, false), new OpenOptions(), repeats);
            export(folder, patterns, repeats);
        } finally {
            for (File file : folder.toFile().listFiles()) {
                file.delete();
            }
            Files.delete(folder);
        }
    }

    private static void line(String name, File file, OpenOptions options, int repeats) throws Exception {
        ImagePlus image = Open.open(file, options);
        FrameSource source = ((SourceStack) image.getStack()).source();
        double[] seconds = medians(new Work[] {() -> bytes(file), () -> pass(source)}, repeats);
        System.out.printf("%-34s %10.0f %16.0f %8.2f%n", name, file.length() * 1e-6 / seconds[1], file.length() * 1e-6 / seconds[0], seconds[0] / seconds[1]);
        image.close();
        file.delete();
    }

    /** To the disk, which is waited for, and from the cache. */
    private static void export(Path folder, int patterns, int repeats) throws Exception {
        File file = raw(folder, patterns);
        ImagePlus image = Open.open(file, rawOptions("16-bit unsigned"));
        Path plain = folder.resolve("plain.out");
        for (String format : DatasetFile.FORMATS) {
            double[] seconds = medians(new Work[] {() -> write(plain, file.length()), () -> Export.write(image, folder.resolve("export").toString(), format, line -> { })}, repeats);
            System.out.printf("%-34s %10.0f %16.0f %8.2f%n", "export to " + format, file.length() * 1e-6 / seconds[1], file.length() * 1e-6 / seconds[0], seconds[0] / seconds[1]);
        }
        image.close();
    }

    private static void write(Path path, long length) throws Exception {
        ByteBuffer buffer = ByteBuffer.allocateDirect(4 << 20);
        try (FileChannel channel = FileChannel.open(path, StandardOpenOption.CREATE, StandardOpenOption.WRITE, StandardOpenOption.TRUNCATE_EXISTING)) {
            for (long left = length; left > 0; left -= buffer.position()) {
                buffer.clear().limit((int) Math.min(left, buffer.capacity()));
                channel.write(buffer);
            }
            channel.force(true);
        }
    }

    private static void pass(FrameSource source) throws Exception {
        ThreadLocal<ByteBuffer> buffers = ThreadLocal.withInitial(() -> ByteBuffer.allocateDirect((int) (32 * source.bytesPerFrame())).order(ByteOrder.nativeOrder()));
        Runner.each(source.frames(), 32, "Reading", (first, n) -> source.read(first, n, buffers.get()));
    }

    private static void bytes(File file) throws Exception {
        int piece = 4 << 20;
        ThreadLocal<ByteBuffer> buffers = ThreadLocal.withInitial(() -> ByteBuffer.allocateDirect(piece));
        try (FileChannel channel = FileChannel.open(file.toPath())) {
            Runner.each((file.length() + piece - 1) / piece, 1, "Bytes", (first, n) -> {
                ByteBuffer buffer = buffers.get();
                buffer.clear();
                channel.read(buffer, first * piece);
            });
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

    /** A head, then pixels of any value. */
    private static File file(Path folder, String name, byte[] head, long length) throws Exception {
        File file = folder.resolve(name).toFile();
        byte[] block = new byte[1 << 20];
        new java.util.Random(1).nextBytes(block);
        try (OutputStream out = Files.newOutputStream(file.toPath())) {
            out.write(head);
            for (long left = length; left > 0; left -= block.length) {
                out.write(block, 0, (int) Math.min(left, block.length));
            }
        }
        return file;
    }

    private static File raw(Path folder, int patterns) throws Exception {
        return file(folder, "plain.raw", new byte[0], 2L * SIDE * SIDE * patterns);
    }

    private static OpenOptions rawOptions(String type) {
        OpenOptions options = new OpenOptions();
        options.detectorX = SIDE;
        options.detectorY = SIDE;
        options.type = type;
        return options;
    }

    private static OpenOptions bigEndian() {
        OpenOptions options = rawOptions("16-bit unsigned");
        options.littleEndian = false;
        return options;
    }

    private static File mib(Path folder, int patterns, String type, int frame) throws Exception {
        byte[] head = ("MQ1,000001,00384,01,0256,0256," + type + ",   1x1,01,2021-02-04 14:45:04.704161,0.01,0,0,0,MQ1A,2021-02-04T19:45:04Z,10000000ns,12,")
                .getBytes(StandardCharsets.US_ASCII);
        File file = file(folder, "merlin-" + type + ".mib", new byte[0], (384L + frame) * patterns);
        try (RandomAccessFile out = new RandomAccessFile(file, "rw")) {
            for (int i = 0; i < patterns; i++) {
                out.seek((384L + frame) * i);
                out.write(Arrays.copyOf(head, 384));
            }
        }
        return file;
    }

    /** Tags with the pixels of a scan of 64 columns; the units tell which axes are the detector's. */
    private static File dm4(Path folder, int patterns, boolean detectorFirst) throws Exception {
        int[] size = detectorFirst ? new int[] {SIDE, SIDE, 64, patterns / 64} : new int[] {64, patterns / 64, SIDE, SIDE};
        long pixels = (long) SIDE * SIDE * patterns;
        ByteBuffer head = ByteBuffer.allocate(4096);
        head.putInt(4).putLong(0).putInt(1);
        group(head, 1, null);
        group(head, 1, "ImageList");
        group(head, 1, "");
        group(head, 4, "ImageData");
        group(head, 1, "Calibrations");
        group(head, 4, "Dimension");
        for (int i = 0; i < 4; i++) {
            String unit = i < 2 == detectorFirst ? "1/nm" : "nm";
            group(head, 1, "");
            tag(head, 21, "Units");
            head.putInt(0x25252525).putLong(3).putLong(20).putLong(4).putLong(unit.length());
            head.put(unit.getBytes(StandardCharsets.UTF_16LE));
        }
        tag(head, 21, "DataType");
        head.putInt(0x25252525).putLong(1).putLong(5).put(new byte[] {10, 0, 0, 0});
        group(head, 4, "Dimensions");
        for (int n : size) {
            tag(head, 21, "");
            head.putInt(0x25252525).putLong(1).putLong(5).putInt(Integer.reverseBytes(n));
        }
        tag(head, 21, "Data");
        head.putInt(0x25252525).putLong(3).putLong(20).putLong(4).putLong(pixels);
        return file(folder, "gatan.dm4", Arrays.copyOf(head.array(), head.position()), 2 * pixels);
    }

    private static void tag(ByteBuffer head, int kind, String name) {
        head.put((byte) kind).putShort((short) name.length()).put(name.getBytes(StandardCharsets.US_ASCII)).putLong(0);
    }

    private static void group(ByteBuffer head, int tags, String name) {
        if (name != null) {
            tag(head, 20, name);
        }
        head.putShort((short) 0).putLong(tags);
    }
}
