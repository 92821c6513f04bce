/* SPDX-License-Identifier: GPL-3.0-or-later */
package vitromap.engine;

import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;

/** The mean pattern of a source's frames: at first of a few of them, then of more, at last of all. */
final class LivePattern extends LiveTask {
    private static final int FINER = 8;

    /** A mean, and of how many patterns. */
    static final class Result {
        final float[] mean;
        final long frames;
        final long of;

        Result(float[] mean, long frames, long of) {
            this.mean = mean;
            this.frames = frames;
            this.of = of;
        }
    }

    private final FrameSource source;
    private final Pace pace;
    private final Consumer<Result> result;
    private final Deque<Long> sizes = new ArrayDeque<>();
    private boolean begun;

    LivePattern(FrameSource source, Pace pace, Consumer<Result> result) {
        this.source = source;
        this.pace = pace;
        this.result = result;
        for (long n = pace.fit(COARSE_SECONDS); n < source.frames() / 2; n *= FINER) {
            sizes.add(n);
        }
        sizes.add(source.frames());
    }

    @Override
    long next() {
        return sizes.isEmpty() ? 0 : sizes.peek();
    }

    @Override
    boolean isBegun() {
        return begun;
    }

    @Override
    void step(LiveRunner runner, BooleanSupplier givenUp) throws IOException {
        long n = sizes.peek();
        FrameSource some = n == source.frames() ? source : SubsetSource.spread(source, (int) n);
        long start = System.nanoTime();
        try (Job job = new Job(Native.meanNew(source.width(), source.height(), source.type(), 0, n))) {
            if (!runner.run(some, null, job, givenUp)) {
                return;
            }
            pace.measured(n, System.nanoTime() - start);
            sizes.remove();
            begun = true;
            result.accept(new Result(Arrays.copyOf(job.finish(), source.width() * source.height()), n, source.frames()));
        }
    }
}
