/* SPDX-License-Identifier: GPL-3.0-or-later */
package vitromap.engine;

import java.util.ArrayDeque;
import java.util.Queue;
import java.util.function.Consumer;

/**
 * A dataset for looking: mean patterns of regions and virtual images, a coarse answer at once, the exact one in the background, the latest
 * request first. All methods return at once, so that they may be called on the event thread; answers come on a thread of their own. The exact
 * answers are the numbers of 4D-STEM Region Pattern... and 4D-STEM Virtual Image....
 */
public final class LiveScan implements AutoCloseable {
    private static final String THREAD = "Vitromap explorer";
    private static final int GEOMETRY = 0;
    private static final int PATTERN = 1;
    private static final int MAP = 2;
    private static final int PINNED = 3;
    private static final int AGAIN = 4;
    private static final int OTHER = 5;
    private static final int SLOTS = 6;

    /** The mean pattern of a region. */
    public static final class Pattern {
        public final Region region;
        public final float[] mean;
        /** Patterns in the mean; all of the region's, if it is exact. */
        public final long patterns;
        /** Azimuthal mean, element i covers the radii [i, i + 1) px; null as long as no centre is known. */
        public final float[] profile;

        Pattern(Region region, float[] mean, long patterns, float[] profile) {
            this.region = region;
            this.mean = mean;
            this.patterns = patterns;
            this.profile = profile;
        }

        public boolean isExact() {
            return patterns == region.positions.length;
        }
    }

    /** A virtual image. */
    public static final class Map {
        public final float[] values;
        /** Pixels of the detector. */
        public final int pixels;
        /** The part of the positions that is exact. */
        public final double done;

        Map(float[] values, int pixels, double done) {
            this.values = values;
            this.pixels = pixels;
            this.done = done;
        }
    }

    /** What is wanted, by code that may fail and take a while. */
    public interface Wanted<T> {
        T get();
    }

    /** Answers, on a thread of their own: an implementation hands them on to the event thread. */
    public interface Listener {
        /** Centre and mask are known, or known better. */
        void geometry(Geometry geometry, MeanPattern pattern);

        void pattern(Pattern pattern);

        void map(Map map);

        /** The exact mean pattern of a region that was asked for by {@link #pin}. */
        void pinned(Pattern pattern);

        /** A request for a map or for a pattern could not be answered; what was answered before stays. */
        void failed(boolean map, Throwable reason);
    }

    private final Dataset dataset;
    private final FrameSource source;
    private final Listener listener;
    private final LiveWorker worker;
    private final Queue<Region> pins = new ArrayDeque<>();
    private final Pace pace = new Pace();
    private final Pace mapPace = new Pace();
    /** The properties that the geometry is of. */
    private String properties;
    private Wanted<Region> region;
    private Wanted<Detector> detector;
    // on the worker's thread only
    private MeanPattern mean;
    private Geometry geometry;
    private Pattern last;
    private String maskText;
    private byte[] mask;

    public LiveScan(Dataset dataset, Listener listener) {
        this.dataset = dataset;
        this.source = dataset.source();
        this.listener = listener;
        worker = new LiveWorker(THREAD, SLOTS, this::failed);
        checkProperties();
    }

    /** Asks for the mean pattern of a region. */
    public synchronized void region(Wanted<Region> wanted) {
        checkProperties();
        region = wanted;
        askRegion();
    }

    private void askRegion() {
        Wanted<Region> wanted = region;
        worker.ask(PATTERN, () -> mean(wanted.get(), pattern -> {
            last = pattern;
            listener.pattern(pattern);
        }));
    }

    /** The task that tells the mean patterns of a region, coarse and exact. */
    private LiveTask mean(Region of, Consumer<Pattern> result) {
        byte[] mask = mask();
        return new LivePattern(new SubsetSource(source, of.frames()), pace, answer -> {
            for (int i = 0; mask != null && i < mask.length; i++) {
                answer.mean[i] = mask[i] != 0 ? Float.NaN : answer.mean[i];
            }
            result.accept(new Pattern(of, answer.mean, answer.frames, profile(answer.mean)));
        });
    }

    /** Asks for the virtual image of a detector; pixels that the dataset's mask covers are taken out of it. */
    public synchronized void detector(Wanted<Detector> wanted) {
        checkProperties();
        detector = wanted;
        askDetector();
    }

    private void askDetector() {
        Wanted<Detector> wanted = detector;
        worker.ask(MAP, () -> {
            Detector unmasked = wanted.get().without(mask());
            int pixels = Mask.count(unmasked.selected());
            return new LiveMap(source, dataset.scanX(), mapPace, some -> unmasked.imageJob(some, null),
                    result -> listener.map(new Map(result.values, pixels, result.done)));
        });
    }

    /** Asks for the exact pattern of a region once more, for {@link Listener#pinned}; none of these requests is dropped. */
    public void pin(Region region) {
        synchronized (pins) {
            pins.add(region);
            if (pins.size() == 1) {
                askPinned(region);
            }
        }
    }

    private void askPinned(Region region) {
        worker.ask(PINNED, () -> mean(region, pattern -> {
            if (pattern.isExact()) {
                listener.pinned(pattern);
                synchronized (pins) {
                    pins.poll();
                    if (!pins.isEmpty()) {
                        askPinned(pins.peek());
                    }
                }
            }
        }));
    }

    /** Asks for the last pattern's answer once more. */
    public void again() {
        later(AGAIN, () -> {
            if (last != null) {
                listener.pattern(last);
            }
        });
    }

    /** Does something else that is too slow for the event thread. */
    public void later(Runnable work) {
        later(OTHER, work);
    }

    private void later(int slot, Runnable work) {
        worker.ask(slot, () -> {
            work.run();
            return null;
        });
    }

    private void failed(int slot, Throwable reason) {
        if (slot == PINNED) {
            synchronized (pins) {
                pins.clear();
            }
        }
        listener.failed(slot == MAP, reason);
    }

    /** The dataset's mask, decoded anew only when it has changed. */
    private byte[] mask() {
        String text = String.valueOf(dataset.text(Dataset.MASK));
        if (!text.equals(maskText)) {
            maskText = text;
            mask = Mask.known(dataset);
        }
        return mask;
    }

    /** Azimuthal mean of a pattern; null as long as there is no centre. */
    private float[] profile(float[] pattern) {
        return geometry == null ? null
                : new MeanPattern(source.width(), source.height(), pattern).profile(geometry.mask, geometry.center, geometry.ellipse);
    }

    /** Whether all that was asked for is answered. */
    public boolean isIdle() {
        return worker.isIdle();
    }

    /** Its threads end by themselves, soon. */
    @Override
    public void close() {
        worker.close();
    }

    /** What a changed property says otherwise is asked for anew. */
    private void checkProperties() {
        String now = dataset.text(Dataset.MASK) + ";" + dataset.text(Dataset.CENTER_X) + ";" + dataset.text(Dataset.CENTER_Y) + ";"
                + dataset.text(Dataset.ELLIPSE);
        if (now.equals(properties)) {
            return;
        }
        properties = now;
        worker.ask(GEOMETRY, this::beginGeometry);
        if (region != null) {
            askRegion();
        }
        if (detector != null) {
            askDetector();
        }
    }

    private LiveTask beginGeometry() {
        if (mean != null) {
            measure(mean);
            return null;
        }
        return new LivePattern(SubsetSource.spread(source, MeanPattern.ENOUGH), pace, result -> {
            MeanPattern pattern = new MeanPattern(source.width(), source.height(), result.mean);
            mean = result.frames == result.of ? pattern : null;
            measure(pattern);
        });
    }

    /** Mask and centre for the profiles, from the properties or from the mean pattern. */
    private void measure(MeanPattern pattern) {
        geometry = Geometry.of(dataset, pattern, line -> { });
        listener.geometry(geometry, pattern);
        if (last != null) {
            last = new Pattern(last.region, last.mean, last.patterns, profile(last.mean));
            listener.pattern(last);
        }
    }
}
