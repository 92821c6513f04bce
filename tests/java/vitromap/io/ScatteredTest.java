/* SPDX-License-Identifier: GPL-3.0-or-later */
package vitromap.io;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static vitromap.io.TestFiles.refused;

import java.io.File;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import vitromap.engine.FrameSource;

/** Arrays in Fortran order, whose patterns are scattered over the file, against the numbers that were written. */
class ScatteredTest {
    private static final int ROWS = 9, COLUMNS = 11, H = 6, W = 5;

    @TempDir
    Path folder;

    private static int value(int row, int column, int y, int x) {
        return ((row * COLUMNS + column) * H + y) * W + x;
    }

    /** As numpy.save writes numpy.asfortranarray of that array. */
    private File npy(String type, int bytes, ByteOrder order) throws IOException {
        ByteBuffer data = ByteBuffer.allocate(ROWS * COLUMNS * H * W * bytes).order(order);
        for (int x = 0; x < W; x++) {
            for (int y = 0; y < H; y++) {
                for (int column = 0; column < COLUMNS; column++) {
                    for (int row = 0; row < ROWS; row++) {
                        int v = value(row, column, y, x);
                        if (bytes == 2) {
                            data.putShort((short) v);
                        } else if (type.endsWith("f8")) {
                            data.putDouble(v);
                        } else {
                            data.putInt(v);
                        }
                    }
                }
            }
        }
        byte[] file = RawTest.npy(type, "(" + ROWS + ", " + COLUMNS + ", " + H + ", " + W + ")", data.array());
        byte[] no = "False".getBytes();
        for (int i = 0; i < 128; i++) {
            if (Arrays.equals(no, Arrays.copyOfRange(file, i, i + 5))) {
                System.arraycopy("True ".getBytes(), 0, file, i, 5);
            }
        }
        return TestFiles.write(folder, "fortran.npy", file);
    }

    private static void assertNumbers(double[][] frames) {
        for (int f = 0; f < ROWS * COLUMNS; f++) {
            for (int p = 0; p < H * W; p++) {
                assertEquals(value(f / COLUMNS, f % COLUMNS, p / W, p % W), frames[f][p]);
            }
        }
    }

    @Test
    void everyNumberStandsWhereItBelongs() throws IOException {
        for (String type : new String[] {"<u2", ">u2", "<i4", ">i4", "<f8"}) {
            int bytes = type.charAt(2) - '0';
            Recording recording = TestFiles.open(npy(type, bytes, type.charAt(0) == '<' ? ByteOrder.LITTLE_ENDIAN : ByteOrder.BIG_ENDIAN));
            assertEquals("11 x 9 of 5 x 6", recording.scanX + " x " + recording.scanY + " of " + recording.source.width() + " x "
                    + recording.source.height());
            assertNumbers(TestFiles.frames(recording.source));
            recording.source.close();
        }
    }

    private static Layout layout(File file) throws IOException {
        Layout layout = new Layout();
        vitromap.engine.Native.layoutNpy(LayoutFiles.head(file, 1 << 20), file.length(), layout.fields, layout.metadata);
        return layout;
    }

    /** From bands of a part of a row to a band of all. */
    @Test
    void whateverTheBandAndTheNumberOfFrames() throws IOException {
        File file = npy("<u2", 2, ByteOrder.LITTLE_ENDIAN);
        for (int band : new int[] {1, 4, COLUMNS, 3 * COLUMNS + 1, 10000}) {
            for (int n : new int[] {1, 3, 20, ROWS * COLUMNS}) {
                try (FrameSource source = new ScatteredSource(file.toPath(), layout(file), 2L * band * H * W)) {
                    double[][] frames = new double[ROWS * COLUMNS][H * W];
                    ByteBuffer out = ByteBuffer.allocateDirect((int) (n * source.bytesPerFrame())).order(ByteOrder.nativeOrder());
                    for (int f = 0; f < frames.length; f += n) {
                        int count = Math.min(n, frames.length - f);
                        source.read(f, count, out);
                        for (int i = 0; i < count * H * W; i++) {
                            frames[f + i / (H * W)][i % (H * W)] = out.getShort(2 * i) & 0xffff;
                        }
                    }
                    assertNumbers(frames);
                }
            }
        }
    }

    @Test
    void severalThreadsFillOneBand() throws Exception {
        File file = npy("<u2", 2, ByteOrder.LITTLE_ENDIAN);
        try (FrameSource source = new ScatteredSource(file.toPath(), layout(file), 2L * 40 * H * W)) {
            double[][] alone = TestFiles.frames(source);
            AtomicReference<Throwable> wrong = new AtomicReference<>();
            AtomicInteger next = new AtomicInteger();
            Thread[] threads = new Thread[6];
            for (int t = 0; t < threads.length; t++) {
                threads[t] = new Thread(() -> {
                    ByteBuffer out = ByteBuffer.allocateDirect((int) (9 * source.bytesPerFrame())).order(ByteOrder.nativeOrder());
                    try {
                        for (int k = next.getAndIncrement(); k < 500; k = next.getAndIncrement()) {
                            int first = k * 37 % (ROWS * COLUMNS - 9);
                            source.read(first, 9, out);
                            for (int i = 0; i < 9 * H * W; i++) {
                                assertEquals(alone[first + i / (H * W)][i % (H * W)], out.getShort(2 * i) & 0xffff);
                            }
                        }
                    } catch (Throwable e) {
                        wrong.set(e);
                    }
                });
                threads[t].start();
            }
            for (Thread thread : threads) {
                thread.join();
            }
            assertEquals(null, wrong.get());
        }
    }

    @Test
    void cutOffAndShrinking() throws IOException {
        File file = npy("<u2", 2, ByteOrder.LITTLE_ENDIAN);
        byte[] whole = Files.readAllBytes(file.toPath());
        for (int i = 1; i < 20; i++) {
            refused(TestFiles.write(folder, "cut.npy", Arrays.copyOf(whole, whole.length * i / 20)), "NPY", "cut off");
        }
        try (FrameSource source = TestFiles.open(file).source) {
            Files.write(file.toPath(), Arrays.copyOf(whole, whole.length / 2));
            IOException e = assertThrows(IOException.class, () -> TestFiles.frames(source));
            assertTrue(e.getMessage().contains("fortran.npy") && e.getMessage().contains("cut off"), e.getMessage());
            Files.write(file.toPath(), whole); // it is there again: so are the patterns
            assertNumbers(TestFiles.frames(source));
        }
    }

    @Test
    void onePatternAndAStack() throws IOException {
        byte[] pixels = new byte[24];
        for (int i = 0; i < 24; i++) {
            pixels[i] = (byte) i;
        }
        String head = "{'descr': '|u1', 'fortran_order': True, 'shape': (%s), }";
        double[][] single = TestFiles.frames(TestFiles.open(TestFiles.write(folder, "single.npy", header(String.format(head, "6, 4"), pixels))).source);
        assertArrayEquals(new double[] {0, 6, 12, 18, 1, 7, 13, 19}, Arrays.copyOf(single[0], 8));
        double[][] stack = TestFiles.frames(TestFiles.open(TestFiles.write(folder, "stack.npy", header(String.format(head, "2, 3, 4"), pixels))).source);
        assertArrayEquals(new double[] {1, 7, 13, 19, 3, 9, 15, 21, 5, 11, 17, 23}, stack[1]);
    }

    private static byte[] header(String text, byte[] data) {
        ByteBuffer file = ByteBuffer.allocate(128 + data.length).order(ByteOrder.LITTLE_ENDIAN);
        file.put(new byte[] {(byte) 0x93, 'N', 'U', 'M', 'P', 'Y', 1, 0, 118, 0}).put(text.getBytes());
        file.position(128);
        return file.put(data).array();
    }
}
