// SPDX-License-Identifier: GPL-3.0-or-later
package vitromap.engine;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import ij.ImagePlus;
import ij.ImageStack;
import ij.VirtualStack;
import ij.process.FloatProcessor;
import ij.process.ImageProcessor;
import java.io.IOException;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** Time series of pixels, from memory and from a file in parts. */
class TimeSeriesTest {
    private static final int X = 9;
    private static final int Y = 13;
    private static final int FRAMES = 40;

    /** A stack that makes its images when they are asked for, and counts. */
    private static final class Made extends VirtualStack {
        private final AtomicInteger reads = new AtomicInteger();

        @Override
        public int getWidth() {
            return X;
        }

        @Override
        public int getHeight() {
            return Y;
        }

        @Override
        public int getSize() {
            return FRAMES;
        }

        @Override
        public int getBitDepth() {
            return 32;
        }

        @Override
        public boolean isVirtual() {
            return true;
        }

        @Override
        public String getSliceLabel(int n) {
            return null;
        }

        @Override
        public ImageProcessor getProcessor(int n) {
            reads.incrementAndGet();
            return image(n - 1);
        }
    }

    private static FloatProcessor image(int t) {
        FloatProcessor image = new FloatProcessor(X, Y);
        for (int i = 0; i < X * Y; i++) {
            image.setf(i, 1000 * t + i);
        }
        return image;
    }

    /** The first and the last value of each series, and its sum. */
    private static float[] method(float[] block, int n) {
        float[] out = new float[3 * n];
        for (int i = 0; i < n; i++) {
            out[i] = block[i];
            out[n + i] = block[(FRAMES - 1) * n + i];
            for (int t = 0; t < FRAMES; t++) {
                out[2 * n + i] += block[t * n + i];
            }
        }
        return out;
    }

    @Test
    void eachPartReadsTheFileOnce() throws IOException {
        ImageStack inMemory = new ImageStack(X, Y);
        for (int t = 0; t < FRAMES; t++) {
            inMemory.addSlice(null, image(t));
        }
        float[] expected = TimeSeries.of(new ImagePlus("series", inMemory)).map(3, "", TimeSeriesTest::method);
        for (int i = 0; i < X * Y; i++) {
            assertEquals(i, expected[i]);
            assertEquals(39000 + i, expected[X * Y + i]);
            assertEquals(40f * i + 1000 * 780, expected[2 * X * Y + i]);
        }
        for (int rows : new int[] {1, 5, 13}) {
            Made stack = new Made();
            TimeSeries series = TimeSeries.of(new ImagePlus("made", stack));
            stack.reads.set(0);
            assertArrayEquals(expected, series.map(3, "", rows, TimeSeriesTest::method));
            assertEquals((Y + rows - 1) / rows * FRAMES, stack.reads.get());
            assertArrayEquals(expected, series.map(3, "", TimeSeriesTest::method));
        }
        Made stack = new Made();
        float[] some = TimeSeries.of(new ImagePlus("made", stack)).gather(new int[] {3, 100}, "");
        assertEquals(7003, some[14]);
        assertEquals(7100, some[15]);
    }
}
