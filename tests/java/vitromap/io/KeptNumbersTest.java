/* SPDX-License-Identifier: GPL-3.0-or-later */
package vitromap.io;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;

import java.io.File;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Random;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import vitromap.engine.FrameSource;
import vitromap.engine.Native;
import vitromap.engine.NativeLoader;
import vitromap.engine.SubsetSource;

/** The other side of each source: numbers in the type of the file, through chunks, scattered pixels, parts, and scans cut out of a recording. */
class KeptNumbersTest {
    private static final int U16 = 2, I16 = 5, U32 = 6, I32 = 7, I64 = 9, F64 = 10;

    @TempDir
    Path folder;

    @BeforeAll
    static void library() {
        NativeLoader.load();
    }

    private static double number(int type, ByteBuffer bytes, int i) {
        return type == I16 ? bytes.getShort(2 * i) : type == U32 ? bytes.getInt(4 * i) & 0xffffffffL : type == I32 ? bytes.getInt(4 * i)
                : type == I64 ? bytes.getLong(8 * i) : bytes.getDouble(8 * i);
    }

    /** Asked for in pieces of several sizes, the numbers rounded to float are those that a job gets. */
    private static double[][] kept(FrameSource source, int type) throws IOException {
        FrameSource kept = source.kept();
        assertEquals(type, kept.type());
        assertEquals(source.frames(), kept.frames());
        int pixels = source.width() * source.height();
        assertEquals((long) pixels * Native.typeBytes(type), kept.bytesPerFrame());
        double[][] read = TestFiles.frames(source);
        double[][] all = new double[read.length][pixels];
        for (int first = 0, n = 1; first < read.length; first += n, n = Math.min(n + 1, read.length - first)) {
            ByteBuffer buffer = ByteBuffer.allocateDirect((int) (n * kept.bytesPerFrame())).order(ByteOrder.nativeOrder());
            kept.read(first, n, buffer);
            for (int i = 0; i < n * pixels; i++) {
                double value = number(type, buffer, i);
                all[first + i / pixels][i % pixels] = value;
                assertEquals((float) value, read[first + i / pixels][i % pixels]);
            }
        }
        return all;
    }

    private static FrameSource open(File file, String dataset) throws IOException {
        OpenOptions options = new OpenOptions();
        options.dataset = dataset;
        return Formats.open(file, options).source;
    }

    @Test
    void chunksOfHdf5() throws IOException {
        File file = TestFiles.own("chunks.h5");
        double[][] numbers = kept(open(file, "bitshuffle"), U32);
        assertEquals(5 * 7 * 9 * 2 % 1009 + 40, numbers[10][40], "pattern 10 begins with number 630");
        assertArrayEquals(numbers, kept(open(file, "plain"), I64));
        double[][] holes = kept(open(file, "holes"), I16);
        assertEquals("5.0 -7.0", holes[0][3] + " " + holes[7][3]);
        FrameSource unsigned = open(file, "gzip");
        assertSame(unsigned, unsigned.kept());
    }

    /** NPY in Fortran order, and a scan image for each detector pixel. */
    @Test
    void scatteredPixels() throws IOException {
        String head = String.format("%-117s\n", "{'descr': '>i4', 'fortran_order': True, 'shape': (3, 4, 5, 6), }");
        ByteBuffer bytes = ByteBuffer.allocate(128 + 4 * 360);
        bytes.put((byte) 0x93).put("NUMPY\1\0".getBytes(StandardCharsets.US_ASCII)).put((byte) 118).put((byte) 0).put(head.getBytes(StandardCharsets.US_ASCII));
        Random random = new Random(5);
        int[] stored = random.ints(360).toArray();
        for (int value : stored) {
            bytes.putInt(value);
        }
        double[][] numbers = kept(TestFiles.open(TestFiles.write(folder, "fortran.npy", bytes.array())).source, I32);
        for (int i = 0; i < 360; i++) { // the first axis, scan y, runs fastest
            int row = i % 3;
            int column = i / 3 % 4;
            int ky = i / 12 % 5;
            int kx = i / 60;
            assertEquals(stored[i], numbers[row * 4 + column][ky * 6 + kx]);
        }
    }

    /** A recording with fly-back and a pattern before the scan; some of its patterns in another order. */
    @Test
    void cutOutOfARecording() throws IOException {
        ByteBuffer bytes = ByteBuffer.allocate(8 * 6 * 13);
        for (int i = 0; i < 6 * 13; i++) {
            bytes.putDouble(i + 0.1);
        }
        OpenOptions options = new OpenOptions();
        options.type = "64-bit float";
        options.littleEndian = false;
        options.detectorX = 3;
        options.detectorY = 2;
        options.scanX = 3;
        options.scanY = 3;
        options.flyback = 1;
        options.skip = 1;
        FrameSource scan = Formats.open(TestFiles.write(folder, "recorded", bytes.array()), options).source;
        double[][] numbers = kept(scan, F64);
        assertEquals(9, numbers.length);
        assertEquals(6 * (1 + 4 * 2 + 1) + 2 + 0.1, numbers[7][2]);
        double[][] some = kept(new SubsetSource(scan, new long[] {7, 2, 3}), F64);
        assertArrayEquals(new double[][] {numbers[7], numbers[2], numbers[3]}, some);
    }

    /** Files of a recording one after another. */
    @Test
    void parts() throws IOException {
        FrameSource whole = open(TestFiles.own("arina_master.h5"), "");
        int type = whole.kept().type();
        if (type <= U16) {
            assertSame(whole, whole.kept());
        } else {
            kept(whole, type);
        }
        ByteBuffer bytes = ByteBuffer.allocate(4 * 6 * 4);
        for (int i = 0; i < 24; i++) {
            bytes.putInt(1 << 30 | i);
        }
        OpenOptions options = new OpenOptions();
        options.type = "32-bit signed";
        options.littleEndian = false;
        options.detectorX = 3;
        options.detectorY = 2;
        File file = TestFiles.write(folder, "part", bytes.array());
        FrameSource two = new PartsSource(java.util.Arrays.asList(Formats.open(file, options).source, Formats.open(file, options).source));
        double[][] numbers = kept(two, I32);
        assertEquals((1 << 30) + 23.0, numbers[7][5]);
        options.type = "32-bit unsigned";
        FrameSource mixed = new PartsSource(java.util.Arrays.asList(Formats.open(file, options).source, two));
        assertSame(mixed, mixed.kept());
    }
}
