/* SPDX-License-Identifier: GPL-3.0-or-later */
package vitromap.io;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static vitromap.io.TestFiles.refused;
import static vitromap.io.TestFiles.write;

import ij.IJ;
import ij.io.FileSaver;
import java.io.File;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import vitromap.engine.FrameSource;

/** Plain raw and NPY files made here; scan shapes; what is wrong with a file or a name. */
class RawTest {
    private static final int W = 6, H = 5, N = 12;

    @TempDir
    Path folder;

    private static OpenOptions raw(String type, boolean littleEndian) {
        OpenOptions options = new OpenOptions();
        options.detectorX = W;
        options.detectorY = H;
        options.type = type;
        options.littleEndian = littleEndian;
        return options;
    }

    private static int value(int frame, int pixel) {
        return frame * 7 + pixel;
    }

    /** N frames of value(), offset bytes before and gap bytes between them. */
    private static byte[] bytes(String type, ByteOrder order, int offset, int gap) {
        int size = Integer.parseInt(type.split("-")[0]) / 8;
        ByteBuffer out = ByteBuffer.allocate(offset + N * W * H * size + (N - 1) * gap).order(order);
        out.position(offset);
        for (int f = 0; f < N; f++) {
            for (int i = 0; i < W * H; i++) {
                put(out, type, value(f, i));
            }
            out.position(Math.min(out.capacity(), out.position() + gap));
        }
        return out.array();
    }

    private static void put(ByteBuffer out, String type, int value) {
        if (type.equals("32-bit float")) {
            out.putFloat(value);
        } else if (type.equals("64-bit float")) {
            out.putDouble(value);
        } else if (type.startsWith("8")) {
            out.put((byte) value);
        } else if (type.equals("16-bit float")) {
            int exponent = value == 0 ? 0 : 31 - Integer.numberOfLeadingZeros(value);
            out.putShort((short) (value == 0 ? 0 : exponent + 15 << 10 | (value << 10 >> exponent) - 1024)); // 1.mantissa times 2^exponent
        } else if (type.startsWith("16")) {
            out.putShort((short) value);
        } else if (type.startsWith("32")) {
            out.putInt(value);
        } else {
            out.putLong(value);
        }
    }

    private static void assertValues(Recording recording) throws IOException {
        double[][] frames = TestFiles.frames(recording.source);
        assertEquals(N, frames.length);
        for (int f = 0; f < N; f++) {
            for (int i = 0; i < W * H; i++) {
                assertEquals(value(f, i), frames[f][i], "frame " + f + " pixel " + i);
            }
        }
        recording.source.close();
    }

    @Test
    void everyTypeAndByteOrder() throws IOException {
        for (String type : OpenOptions.TYPES) {
            if (type.equals("1-bit")) {
                continue;
            }
            for (boolean little : new boolean[] {true, false}) {
                byte[] bytes = bytes(type, little ? ByteOrder.LITTLE_ENDIAN : ByteOrder.BIG_ENDIAN, 0, 0);
                assertValues(Formats.open(write(folder, "a.raw", bytes), raw(type, little)));
            }
        }
    }

    @Test
    void offsetAndGap() throws IOException {
        for (String type : new String[] {"8-bit unsigned", "16-bit unsigned", "32-bit float", "16-bit signed"}) {
            OpenOptions options = raw(type, true);
            options.offset = 100;
            options.gap = 13;
            assertValues(Formats.open(write(folder, "gaps.bin", bytes(type, ByteOrder.LITTLE_ENDIAN, 100, 13)), options));
        }
    }

    @Test
    void severalFramesAtOnceEqualSingleOnes() throws IOException {
        File file = write(folder, "a.raw", bytes("16-bit unsigned", ByteOrder.BIG_ENDIAN, 0, 0));
        try (FrameSource source = Formats.open(file, raw("16-bit unsigned", false)).source) {
            ByteBuffer out = ByteBuffer.allocateDirect(7 * W * H * 2).order(ByteOrder.nativeOrder());
            source.read(3, 7, out);
            assertEquals(0, out.position());
            for (int i = 0; i < 7 * W * H; i++) {
                assertEquals(value(3 + i / (W * H), i % (W * H)), out.getShort(2 * i));
            }
            assertThrows(IOException.class, () -> source.read(N - 3, 7, out));
        }
    }

    @Test
    void npy() throws IOException {
        for (String descr : new String[] {"<u2", ">u2", "<f4", ">f8", "|u1"}) {
            String type = descr.endsWith("u1") ? "8-bit unsigned" : descr.endsWith("u2") ? "16-bit unsigned"
                    : descr.endsWith("f4") ? "32-bit float" : "64-bit float";
            byte[] pixels = bytes(type, descr.startsWith(">") ? ByteOrder.BIG_ENDIAN : ByteOrder.LITTLE_ENDIAN, 0, 0);
            Recording four = TestFiles.open(write(folder, "a.npy", npy(descr, "(3, 4, 5, 6)", pixels)));
            assertEquals(4, four.scanX);
            assertEquals(3, four.scanY);
            assertTrue(four.notes.isEmpty());
            assertValues(four);
            Recording three = TestFiles.open(write(folder, "b.npy", npy(descr, "(12, 5, 6)", pixels)));
            assertEquals(12, three.scanX);
            assertEquals(1, three.notes.size());
            assertValues(three);
        }
    }

    static byte[] npy(String descr, String shape, byte[] pixels) {
        String text = "{'descr': '" + descr + "', 'fortran_order': False, 'shape': " + shape + ", }";
        StringBuilder header = new StringBuilder("\u0093NUMPY\u0001\u0000\u0076\u0000").append(text);
        while (header.length() < 127) {
            header.append(' ');
        }
        byte[] head = header.append('\n').toString().getBytes(StandardCharsets.ISO_8859_1);
        return ByteBuffer.allocate(head.length + pixels.length).put(head).put(pixels).array();
    }

    @Test
    void npyCutOff() throws IOException {
        byte[] whole = npy("<u2", "(3, 4, 5, 6)", bytes("16-bit unsigned", ByteOrder.LITTLE_ENDIAN, 0, 0));
        for (int i = 1; i < 20; i++) {
            int n = whole.length * i / 20;
            refused(write(folder, "cut.npy", java.util.Arrays.copyOf(whole, n)), i < 5 ? "NPY" : "cut.npy: the file holds " + (n - 128) / 60 + " patterns");
        }
        refused(write(folder, "wrong.npy", "PK this is a zip".getBytes(StandardCharsets.US_ASCII)), "wrong.npy", "no NPY file");
    }

    @Test
    void scanShapes() throws IOException {
        File file = write(folder, "a.raw", bytes("8-bit unsigned", ByteOrder.LITTLE_ENDIAN, 0, 0));
        OpenOptions options = raw("8-bit unsigned", true);
        Recording unknown = Formats.open(file, options);
        assertEquals("12 x 1", unknown.scanX + " x " + unknown.scanY);
        assertTrue(unknown.notes.get(0).contains("4 x 3"), unknown.notes.get(0));
        options.scanX = 4;
        Recording given = Formats.open(file, options);
        assertEquals("4 x 3", given.scanX + " x " + given.scanY);
        assertTrue(given.notes.isEmpty());
        options.scanX = 5;
        refused(file, options, "5 x 2", "12 patterns", "4 x 3, 3 x 4, 6 x 2, 2 x 6, 12 x 1, 1 x 12");
        options.scanX = 4;
        options.scanY = 4;
        refused(file, options, "4 x 4", "12 patterns");
        options.scanX = -4;
        refused(file, options, "-4");
        options.scanX = 46341; // 46341 squared is more than an int holds
        options.scanY = 46341;
        refused(file, options, "46341");
        File square = write(folder, "b.raw", new byte[9 * W * H]);
        Recording guessed = Formats.open(square, raw("8-bit unsigned", true));
        assertEquals("3 x 3", guessed.scanX + " x " + guessed.scanY);
        assertEquals(1, guessed.notes.size());
    }

    @Test
    void aFileThatDoesNotFitItsNumbers() throws IOException {
        File file = write(folder, "a.raw", new byte[4 * W * H + 7]);
        refused(file, raw("8-bit unsigned", true), "7 bytes", "4 x 1");
        OpenOptions given = raw("8-bit unsigned", true);
        given.scanX = 2;
        given.scanY = 2;
        Recording recording = Formats.open(file, given);
        assertEquals(4, recording.source.frames());
        assertEquals(1, recording.notes.size());
        OpenOptions tooLarge = raw("64-bit float", true);
        refused(file, tooLarge, "127 bytes", "6 x 5");
        OpenOptions half = raw("8-bit unsigned", true);
        half.detectorY = 0;
        refused(file, half, "detector_x and detector_y");
        OpenOptions negative = raw("8-bit unsigned", true);
        negative.offset = -1;
        refused(file, negative, "-1");
        OpenOptions other = raw("12-bit packed", true);
        refused(file, other, "12-bit packed", "16-bit unsigned");
    }

    @Test
    void aFileThatShrinksWhileItIsRead() throws IOException {
        for (String type : new String[] {"16-bit unsigned", "64-bit float"}) {
            File file = write(folder, "shrinks.raw", bytes(type, ByteOrder.LITTLE_ENDIAN, 0, 0));
            long length = file.length();
            try (FrameSource source = Formats.open(file, raw(type, true)).source) {
                ByteBuffer out = ByteBuffer.allocateDirect((int) (N * source.bytesPerFrame())).order(ByteOrder.nativeOrder());
                source.read(0, N, out);
                try (RandomAccessFile shrink = new RandomAccessFile(file, "rw")) {
                    shrink.setLength(length / 2 + 3);
                }
                source.read(0, N / 2, out);
                IOException e = assertThrows(IOException.class, () -> source.read(0, N, out));
                assertTrue(e.getMessage().contains("shrinks.raw") && e.getMessage().contains("cut off") && e.getMessage().contains("" + length), e.getMessage());
                e = assertThrows(IOException.class, () -> source.read(9, 1, out));
                assertTrue(e.getMessage().contains("pattern 10 of 12"), e.getMessage());
            }
        }
    }

    @Test
    void anInterruptedReaderDoesNotStopTheOthers() throws Exception {
        File file = write(folder, "a.raw", bytes("8-bit unsigned", ByteOrder.LITTLE_ENDIAN, 0, 0));
        Recording recording = Formats.open(file, raw("8-bit unsigned", true));
        Thread.currentThread().interrupt();
        ByteBuffer out = ByteBuffer.allocateDirect(W * H);
        assertThrows(IOException.class, () -> recording.source.read(0, 1, out));
        assertTrue(Thread.interrupted());
        assertValues(recording);
    }

    @Test
    void namesWithBlanksAndOtherLetters() throws IOException {
        Assumptions.assumeTrue("UTF-8".equalsIgnoreCase(System.getProperty("sun.jnu.encoding")), "this system's file names are not UTF-8");
        byte[] pixels = bytes("16-bit unsigned", ByteOrder.LITTLE_ENDIAN, 0, 0);
        String name = "metallic glass \u91d1\u5c5e \u0433\u043b\u0430\u0441\u0441";
        assertValues(TestFiles.open(write(folder, name + ".npy", npy("<u2", "(3, 4, 5, 6)", pixels))));
        Path inside = Files.createDirectory(folder.resolve(name));
        Files.copy(TestFiles.own("chunks.h5").toPath(), inside.resolve(name + ".h5"));
        assertEquals(15, TestFiles.frames(TestFiles.open(inside.resolve(name + ".h5").toFile()).source).length);
        assertTrue(new FileSaver(IJ.createImage("a", "16-bit ramp", W, H, N)).saveAsTiffStack(inside.resolve(name + ".tif").toString()));
        assertEquals(N, TestFiles.frames(TestFiles.open(inside.resolve(name + ".tif").toFile()).source).length);
    }

    @Test
    void notAFile() throws IOException {
        refused(write(folder, "empty.mib", new byte[0]), "empty.mib", "0 bytes");
        refused(folder.toFile(), "is a folder");
        refused(folder.resolve("nowhere.h5").toFile(), "no file", "nowhere.h5");
        refused(write(folder, "letter.txt", "Dear reader".getBytes(StandardCharsets.US_ASCII)), "no known format", "detector_x");
        refused(write(folder, "a.s", new byte[100]), "no known format");
        for (String name : new String[] {"a.h5", "a.mib", "a.tif", "a.npy", "a.xml", "a.hspy", "a.hdr", "a.blo", "a.seq", "a.dm3", "a.dm4",
            "a.emd", "a.nxs", "a.hdf5"}) {
            refused(write(folder, name, "neither this nor that, but long enough for a header".getBytes(StandardCharsets.US_ASCII)), name, "is no ");
        }
        refused(write(folder, "a.mrc", "neither this nor that, but long enough for a header".getBytes(StandardCharsets.US_ASCII)), "MRC", "cut off");
        refused(write(folder, "a.tvips", "neither this nor that, but long enough for a header".getBytes(StandardCharsets.US_ASCII)), "TVIPS", "no header");
    }

    @Test
    void noPermission() throws IOException {
        File file = write(folder, "secret.npy", npy("<u2", "(3, 4, 5, 6)", bytes("16-bit unsigned", ByteOrder.LITTLE_ENDIAN, 0, 0)));
        Assumptions.assumeTrue(file.setReadable(false) && !file.canRead(), "this user may read everything");
        refused(file, "secret.npy", "may not be read");
    }

    @Test
    void rawIsReadAtMoreThanHalfTheSpeedOfItsBytes() throws IOException {
        int side = 256;
        int frames = 1024; // 128 MB
        File file = write(folder, "large.raw", new byte[0]);
        try (RandomAccessFile grow = new RandomAccessFile(file, "rw")) {
            byte[] block = new byte[side * side * 2 * 16];
            new java.util.Random(1).nextBytes(block);
            for (int i = 0; i < frames / 16; i++) {
                grow.write(block);
            }
        }
        for (String type : new String[] {"16-bit unsigned", "16-bit signed"}) {
            for (boolean little : new boolean[] {true, false}) {
                OpenOptions options = raw(type, little);
                options.detectorX = side;
                options.detectorY = side;
                try (FrameSource source = Formats.open(file, options).source) {
                    ByteBuffer out = ByteBuffer.allocateDirect((int) (32 * source.bytesPerFrame())).order(ByteOrder.nativeOrder());
                    double bytes = Double.MAX_VALUE;
                    double frame = Double.MAX_VALUE;
                    for (int i = 0; i < 4 || i < 20 && frame >= 2 * bytes; i++) { // in turns: both feel what else the computer does
                        bytes = Math.min(bytes, seconds(() -> readBytes(file)));
                        frame = Math.min(frame, seconds(() -> {
                            for (int f = 0; f < frames; f += 32) {
                                source.read(f, 32, out);
                            }
                        }));
                    }
                    System.out.printf("raw %s %s: %.0f MB/s, plain bytes %.0f MB/s%n", type, little ? "little-endian" : "big-endian",
                            file.length() / frame / 1e6, file.length() / bytes / 1e6);
                    if (type.endsWith("unsigned")) {
                        assertTrue(frame < 2 * bytes, frame + " s against " + bytes + " s");
                    }
                }
            }
        }
    }

    private interface Work {
        void run() throws IOException;
    }

    private static double seconds(Work work) throws IOException {
        long start = System.nanoTime();
        work.run();
        return (System.nanoTime() - start) * 1e-9;
    }

    private static void readBytes(File file) throws IOException {
        ByteBuffer buffer = ByteBuffer.allocateDirect(4 << 20);
        try (java.nio.channels.FileChannel channel = java.nio.channels.FileChannel.open(file.toPath())) {
            while (channel.read(buffer) >= 0) {
                buffer.clear();
            }
        }
    }

    @Test
    void bytesAreNotMistakenForAnotherFormat() throws IOException {
        byte[] mib = "MQ1 these are pixels of a plain raw file, whatever they look like".getBytes(StandardCharsets.US_ASCII);
        OpenOptions options = new OpenOptions();
        options.detectorX = mib.length;
        options.detectorY = 1;
        options.type = "8-bit unsigned";
        double[][] frames = TestFiles.frames(Formats.open(write(folder, "a.raw", mib), options).source);
        double[] expected = new double[mib.length];
        for (int i = 0; i < mib.length; i++) {
            expected[i] = mib[i];
        }
        assertArrayEquals(expected, frames[0]);
    }
}
