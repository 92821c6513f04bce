// SPDX-License-Identifier: GPL-3.0-or-later
package vitromap.engine;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ij.ImagePlus;
import java.io.IOException;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import vitromap.TestScan;

/** Bit for bit the same result whatever the threads, the chunks, and where the patterns lie. */
class SameNumbersTest {
    private static TestScan scan;
    private static Geometry geometry;

    @BeforeAll
    static void simulate() {
        scan = TestScan.of(10, 9, 96, 2e5, 5);
        geometry = new Geometry();
        geometry.setCenter(new double[] {scan.calibration[6], scan.calibration[7]});
        geometry.setMask(new byte[96 * 96]);
        geometry.ringMin = 16;
        geometry.ringMax = 40;
    }

    private static float[] mean(FrameSource source, int threads, int chunk) throws IOException {
        try (Job job = new Job(Native.meanNew(source.width(), source.height(), source.type(), 0, source.frames()))) {
            Runner.run(source, job, "test", threads, chunk);
            return job.finish();
        }
    }

    /** The model is learned with the same threads and chunks. */
    private static float[] ring(FrameSource source, int threads, int chunk) throws IOException {
        int w = source.width();
        int h = source.height();
        try (Job gather = new Job(Native.referenceNew(w, h, source.type(), 0, source.frames(), geometry.array(), geometry.mask))) {
            Runner.run(source, gather, "test", threads, chunk);
            long model = Native.ringModelNew(gather.handle(), new byte[0], 0);
            try (Job job = new Job(Native.ringProfileNew(model, w, h, source.type(), 0, source.frames()))) {
                Runner.run(source, job, "test", threads, chunk);
                return job.finish();
            } finally {
                Native.ringModelFree(model);
            }
        }
    }

    private static float[] direct(FrameSource source, int threads, int chunk) throws IOException {
        try (Job job = new Job(Native.directEllipseNew(source.width(), source.height(), source.type(), 0, source.frames(), geometry.array(),
                geometry.mask, 0.95))) {
            Runner.run(source, job, "test", threads, chunk);
            return job.finish();
        }
    }

    /** One of the jobs. */
    private interface Method {
        float[] of(FrameSource source, int threads, int chunk) throws IOException;
    }

    private static void same(Method method) throws IOException {
        FrameSource memory = Dataset.of(scan.image).source();
        FrameSource virtual = Dataset.of(TestScan.virtual(scan.image, 0)).source();
        float[] expected = method.of(memory, 1, 0);
        assertTrue(expected.length > 0 && distinct(expected) > 100, "the result says nothing");
        for (int threads = 1; threads <= 3; threads++) {
            for (int chunk : new int[] {16, 48, 1024}) {
                String what = threads + " threads, chunks of " + chunk;
                assertArrayEquals(expected, method.of(memory, threads, chunk), what);
                assertArrayEquals(expected, method.of(virtual, threads, chunk), what + ", virtual");
            }
        }
    }

    private static long distinct(float[] values) {
        java.util.Set<Float> set = new java.util.HashSet<>();
        for (float value : values) {
            set.add(value);
        }
        return set.size();
    }

    @Test
    void meanPattern() throws IOException {
        same(SameNumbersTest::mean);
    }

    @Test
    void ringProfile() throws IOException {
        same(SameNumbersTest::ring);
    }

    @Test
    void directEllipse() throws IOException {
        same(SameNumbersTest::direct);
    }

    @Test
    void meanOfFloatsToo() throws IOException {
        ImagePlus floats = scan.image.duplicate();
        new ij.process.StackConverter(floats).convertToGray32();
        floats.setDimensions(1, 10, 9);
        FrameSource source = Dataset.of(floats).source();
        assertArrayEquals(mean(Dataset.of(scan.image).source(), 2, 0), mean(source, 2, 32));
    }
}
