/* SPDX-License-Identifier: GPL-3.0-or-later */
package vitromap.engine;

import java.io.IOException;
import java.util.Arrays;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;

/**
 * A map of one number for each pattern: at first of every n-th position in x and y, each filling its block, then of positions that lie
 * closer, at last of all, row by row as they lie in the file.
 */
final class LiveMap extends LiveTask {
    /** From one level to the next the positions lie closer by this factor. */
    private static final int FINER = 4;

    /** Makes the job that gives one number for each frame of a source; it takes frames wherever they lie. */
    interface Method {
        Job job(FrameSource source);
    }

    /** A map, and which part of its positions is measured. */
    static final class Result {
        final float[] values;
        final double done;

        Result(float[] values, double done) {
            this.values = values;
            this.done = done;
        }
    }

    private final FrameSource source;
    private final int scanX;
    private final int scanY;
    private final Pace pace;
    private final Method method;
    private final Consumer<Result> result;
    private final float[] values;
    /** Distance of this level's positions; 1 = all. */
    private int stride;
    /** This level's frames, and how many of them are done. */
    private long[] level;
    private int done;
    private boolean begun;

    LiveMap(FrameSource source, int scanX, Pace pace, Method method, Consumer<Result> result) {
        this.source = source;
        this.scanX = scanX;
        this.scanY = (int) (source.frames() / scanX);
        this.pace = pace;
        this.method = method;
        this.result = result;
        values = new float[(int) source.frames()];
        Arrays.fill(values, Float.NaN);
        int coarse = 1;
        while (blocks(scanX, coarse) * blocks(scanY, coarse) > pace.fit(COARSE_SECONDS)) {
            coarse *= 2;
        }
        begin(coarse);
    }

    private static long blocks(int length, int stride) {
        return (length + stride - 1) / stride;
    }

    /** The positions in the middle of blocks of stride x stride. */
    private void begin(int stride) {
        this.stride = stride;
        done = 0;
        int columns = (int) blocks(scanX, stride);
        level = new long[(int) (columns * blocks(scanY, stride))];
        for (int i = 0; i < level.length; i++) {
            int x = Math.min(i % columns * stride + stride / 2, scanX - 1);
            int y = Math.min(i / columns * stride + stride / 2, scanY - 1);
            level[i] = (long) y * scanX + x;
        }
    }

    @Override
    long next() {
        int left = level.length - done;
        return begun ? Math.min(left, pace.fit(PIECE_SECONDS)) : left;
    }

    @Override
    boolean isBegun() {
        return begun;
    }

    @Override
    void step(LiveRunner runner, BooleanSupplier givenUp) throws IOException {
        long[] piece = Arrays.copyOfRange(level, done, done + (int) next());
        FrameSource some = piece.length == source.frames() ? source : new SubsetSource(source, piece);
        long start = System.nanoTime();
        try (Job job = method.job(some)) {
            if (!runner.run(some, some.arrays(), job, givenUp)) {
                return;
            }
            pace.measured(piece.length, System.nanoTime() - start);
            fill(piece, job.finish());
        }
        begun = true;
        done += piece.length;
        result.accept(new Result(values.clone(), stride == 1 ? (double) done / level.length : 0));
        if (done == level.length && stride > 1) {
            begin(stride > 2 * FINER ? stride / FINER : 1);
        }
    }

    private void fill(long[] piece, float[] measured) {
        for (int i = 0; i < piece.length; i++) {
            int x = (int) (piece[i] % scanX) / stride * stride;
            int y = (int) (piece[i] / scanX) / stride * stride;
            for (int row = y; row < Math.min(y + stride, scanY); row++) {
                Arrays.fill(values, row * scanX + x, row * scanX + Math.min(x + stride, scanX), measured[i]);
            }
        }
    }
}
