// SPDX-License-Identifier: GPL-3.0-or-later
package vitromap.engine;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ij.ImagePlus;
import ij.ImageStack;
import ij.VirtualStack;
import ij.gui.OvalRoi;
import ij.gui.PointRoi;
import ij.gui.Roi;
import ij.process.ImageProcessor;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BooleanSupplier;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import vitromap.TestScan;

/** Patterns and virtual images that follow the mouse: coarse at once, at last exact, the newest request first. */
class LiveScanTest {
    private static final int X = 23;
    private static final int Y = 17;
    private static final int DETECTOR = 40;
    private static final byte[] NO_MASK = new byte[DETECTOR * DETECTOR];

    private final ImagePlus image = TestScan.of(X, Y, DETECTOR, 20000, 3).image;
    private final Answers answers = new Answers();
    private LiveScan scan;

    @AfterEach
    void noThreadIsLeft() {
        if (scan != null) {
            scan.close();
            await(() -> threads().isEmpty());
        }
    }

    private static List<String> threads() {
        return Thread.getAllStackTraces().keySet().stream().map(Thread::getName).filter(name -> name.startsWith("Vitromap explorer")).collect(Collectors.toList());
    }

    private static void await(BooleanSupplier done) {
        long end = System.nanoTime() + 60_000_000_000L;
        while (!done.getAsBoolean()) {
            assertTrue(System.nanoTime() < end, "it did not end: " + threads());
            try {
                Thread.sleep(2);
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
        }
    }

    /** All that came, in order. */
    private static final class Answers implements LiveScan.Listener {
        final List<LiveScan.Pattern> patterns = new ArrayList<>();
        final List<LiveScan.Pattern> pinned = new ArrayList<>();
        final List<LiveScan.Map> maps = new ArrayList<>();
        final List<Throwable> failures = new ArrayList<>();
        Geometry geometry;
        int geometries;

        @Override
        public synchronized void geometry(Geometry found, MeanPattern pattern) {
            geometry = found;
            geometries++;
        }

        @Override
        public synchronized void pattern(LiveScan.Pattern pattern) {
            patterns.add(pattern);
        }

        @Override
        public synchronized void map(LiveScan.Map map) {
            maps.add(map);
        }

        @Override
        public synchronized void pinned(LiveScan.Pattern pattern) {
            pinned.add(pattern);
        }

        @Override
        public synchronized void failed(boolean map, Throwable reason) {
            failures.add(reason);
        }

        synchronized LiveScan.Pattern pattern() {
            return patterns.isEmpty() ? null : patterns.get(patterns.size() - 1);
        }

        synchronized LiveScan.Map map() {
            return maps.isEmpty() ? null : maps.get(maps.size() - 1);
        }
    }

    private LiveScan scan(ImagePlus of) {
        scan = new LiveScan(Dataset.of(of), answers);
        return scan;
    }

    private static Region region(Roi roi) {
        return Region.of(roi, "selection", X, Y);
    }

    private static Detector detector(Roi roi) {
        return Detector.of(roi, DETECTOR, DETECTOR);
    }

    /** Sums in whole numbers, divided once. */
    private float[] naiveMean(Region region) {
        float[] mean = new float[DETECTOR * DETECTOR];
        for (int i = 0; i < mean.length; i++) {
            long sum = 0;
            for (int position : region.positions) {
                sum += ((short[]) image.getStack().getPixels(position + 1))[i] & 0xffff;
            }
            mean[i] = (float) ((double) sum / region.positions.length);
        }
        return mean;
    }

    private float[] naiveSums(Roi roi, byte[] mask) {
        float[] sums = new float[X * Y];
        for (int i = 0; i < sums.length; i++) {
            short[] pixels = (short[]) image.getStack().getPixels(i + 1);
            long sum = 0;
            for (java.awt.Point p : roi) {
                int k = p.y * DETECTOR + p.x;
                sum += mask[k] == 0 ? pixels[k] & 0xffff : 0;
            }
            sums[i] = sum;
        }
        return sums;
    }

    @Test
    void exactAnswersAreThoseOfANaiveSumAndOfTheCommands() throws Exception {
        Roi region = new OvalRoi(2, 3, 11, 9);
        Roi ring = new OvalRoi(8, 9, 20, 14);
        scan(image).region(() -> region(region));
        scan.detector(() -> detector(ring));
        await(scan::isIdle);
        assertTrue(answers.failures.isEmpty(), answers.failures.toString());
        assertTrue(answers.pattern().isExact());
        assertArrayEquals(naiveMean(region(region)), answers.pattern().mean);
        assertEquals(1, answers.map().done);
        assertArrayEquals(naiveSums(ring, NO_MASK), answers.map().values);
        assertArrayEquals(VirtualImage.run(Dataset.of(image).source(), detector(ring), "test"), answers.map().values);
        Geometry geometry = Geometry.of(Dataset.of(image), MeanPattern.of(Dataset.of(image).source(), "test"), line -> { });
        assertArrayEquals(geometry.mask, answers.geometry.mask);
        assertArrayEquals(geometry.center, answers.geometry.center);
        MeanPattern mean = new MeanPattern(DETECTOR, DETECTOR, answers.pattern().mean);
        assertArrayEquals(mean.profile(geometry.mask, geometry.center, geometry.ellipse), answers.pattern().profile);
    }

    @Test
    void aSlowFileAnswersCoarselyFirstAndEndsExact() {
        Region all = Region.rectangle("0,0," + X + "," + Y, X, Y, "");
        Roi ring = new OvalRoi(8, 9, 20, 14);
        scan(TestScan.virtual(image, 1)).region(() -> all);
        scan.detector(() -> detector(ring));
        await(scan::isIdle);
        LiveScan.Pattern first = answers.patterns.get(0);
        assertFalse(first.isExact());
        assertTrue(first.patterns <= 64, "the first answer took " + first.patterns + " patterns");
        assertArrayEquals(naiveMean(all), answers.pattern().mean);
        LiveScan.Map coarse = answers.maps.get(0);
        assertEquals(0, coarse.done);
        for (float value : coarse.values) {
            assertTrue(value > 0, "a position has no coarse value");
        }
        double done = 0;
        for (LiveScan.Map map : answers.maps) {
            assertTrue(map.done >= done || map.done == 0, "it went back");
            done = map.done;
        }
        assertArrayEquals(naiveSums(ring, NO_MASK), answers.map().values);
    }

    @Test
    void aNewRequestStopsTheRefinementOfTheOneBefore() {
        scan(TestScan.virtual(image, 10)).region(() -> Region.rectangle("0,0,23,17", X, Y, ""));
        await(() -> answers.pattern() != null);
        int geometries = answers.geometries;
        Region next = region(new PointRoi(4, 5));
        scan.region(() -> next); // the second piece of the centre's mean pattern, which takes more than a second, has just begun
        await(() -> answers.pattern().region == next);
        assertArrayEquals(naiveMean(next), answers.pattern().mean);
        assertEquals(geometries, answers.geometries, "the piece was finished first");
        assertTrue(answers.patterns.stream().noneMatch(p -> p.region != next && p.isExact()), "the old region was finished");
    }

    @Test
    void ofManyRequestsTheLastIsAnsweredAndNotAll() {
        scan(TestScan.virtual(image, 1));
        for (int i = 0; i < 500; i++) {
            Roi roi = new Roi(i % X, i % Y, 3, 3);
            scan.region(() -> region(roi));
            scan.detector(() -> detector(roi));
        }
        await(scan::isIdle);
        assertArrayEquals(naiveMean(region(new Roi(499 % X, 499 % Y, 3, 3))), answers.pattern().mean);
        assertArrayEquals(naiveSums(new Roi(499 % X, 499 % Y, 3, 3), NO_MASK), answers.map().values);
        assertTrue(answers.patterns.size() < 250, answers.patterns.size() + " of 500 were answered");
    }

    @Test
    void askingReturnsWhileTheFileHangs() {
        CountDownLatch file = new CountDownLatch(1);
        scan(blocked(file)).region(() -> region(new Roi(0, 0, 4, 4)));
        scan.detector(() -> detector(new Roi(3, 3, 9, 9)));
        scan.pin(region(new Roi(0, 0, 4, 4)));
        scan.again();
        assertFalse(scan.isIdle());
        assertTrue(answers.patterns.isEmpty() && answers.maps.isEmpty());
        file.countDown(); // here only if nothing above has waited for it
        await(scan::isIdle);
        assertArrayEquals(naiveMean(region(new Roi(0, 0, 4, 4))), answers.pattern().mean);
    }

    /** The dataset through a stack that waits. */
    private ImagePlus blocked(CountDownLatch until) {
        AtomicBoolean hangs = new AtomicBoolean();
        ImageStack stack = new VirtualStack(DETECTOR, DETECTOR, null, null) {
            @Override
            public ImageProcessor getProcessor(int n) {
                try {
                    if (hangs.get()) {
                        until.await();
                    }
                } catch (InterruptedException e) {
                    throw new IllegalStateException(e);
                }
                return image.getStack().getProcessor(n);
            }

            @Override
            public int getSize() {
                return X * Y;
            }

            @Override
            public int getBitDepth() {
                return 16;
            }
        };
        ImagePlus blocked = TestScan.hyperstack("blocked", stack, X, Y); // which looks at the first slice
        hangs.set(true);
        return blocked;
    }

    @Test
    void closedWhileItWorksItEndsAndSaysNothingMore() {
        scan(TestScan.virtual(image, 20)).region(() -> Region.rectangle("0,0,23,17", X, Y, ""));
        scan.detector(() -> detector(new Roi(3, 3, 9, 9)));
        scan.close();
        await(() -> threads().isEmpty());
        assertTrue(answers.failures.isEmpty(), answers.failures.toString());
    }

    @Test
    void aSliceThatCannotBeReadIsToldAndTheNextRequestAnswered() {
        ImageStack broken = new TestScan.Broken(image.getStack(), 1 + 5 * X + 4);
        scan(TestScan.hyperstack("broken", broken, X, Y)).region(() -> region(new PointRoi(4, 5)));
        await(scan::isIdle);
        assertTrue(answers.failures.stream().anyMatch(e -> e.getMessage().contains("could not be read")), answers.failures.toString());
        scan.region(() -> region(new PointRoi(6, 5)));
        await(scan::isIdle);
        assertArrayEquals(naiveMean(region(new PointRoi(6, 5))), answers.pattern().mean);
    }

    @Test
    void aSelectionOutsideTheScanIsToldAndThePatternStays() {
        scan(image).region(() -> region(new PointRoi(6, 5)));
        await(scan::isIdle);
        LiveScan.Pattern before = answers.pattern();
        scan.region(() -> region(new Roi(100, 100, 5, 5)));
        scan.detector(() -> detector(new Roi(-20, -20, 5, 5)));
        await(scan::isIdle);
        assertEquals(2, answers.failures.size(), answers.failures.toString());
        assertTrue(answers.failures.stream().allMatch(e -> e instanceof VitroException && e.getMessage().contains("holds no")));
        assertEquals(before.region, answers.pattern().region);
    }

    @Test
    void pinnedRegionsAllGetTheirExactPattern() {
        scan(TestScan.virtual(image, 1));
        List<Region> regions = new ArrayList<>();
        for (int i = 0; i < 5; i++) {
            regions.add(region(new Roi(i, i, 8, 8)));
            scan.pin(regions.get(i));
            scan.region(() -> region(new PointRoi(1, 1)));
        }
        await(scan::isIdle);
        assertEquals(regions, answers.pinned.stream().map(p -> p.region).collect(Collectors.toList()));
        for (LiveScan.Pattern p : answers.pinned) {
            assertArrayEquals(naiveMean(p.region), p.mean);
        }
    }

    @Test
    void aMaskThatIsSetMeanwhileIsTakenOut() {
        Roi ring = new Roi(2, 2, 30, 30);
        scan(image).detector(() -> detector(ring));
        await(scan::isIdle);
        byte[] mask = new byte[DETECTOR * DETECTOR];
        java.util.Arrays.fill(mask, 0, DETECTOR * DETECTOR / 2, (byte) 1);
        image.setProp(Dataset.MASK, Mask.encode(mask, DETECTOR, DETECTOR));
        image.setProp(Dataset.CENTER_X, "19.5");
        image.setProp(Dataset.CENTER_Y, "19.5");
        Region at = region(new Roi(6, 5, 2, 2));
        scan.region(() -> at);
        await(scan::isIdle);
        assertArrayEquals(mask, answers.geometry.mask);
        assertArrayEquals(naiveSums(ring, mask), answers.map().values);
        float[] expected = naiveMean(at);
        java.util.Arrays.fill(expected, 0, DETECTOR * DETECTOR / 2, Float.NaN);
        assertArrayEquals(expected, answers.pattern().mean);
    }
}
