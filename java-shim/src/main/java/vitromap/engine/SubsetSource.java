/* SPDX-License-Identifier: GPL-3.0-or-later */
package vitromap.engine;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.stream.LongStream;

/** Chosen frames of another source, in the order of the given indices. */
public final class SubsetSource extends SizedSource {
    private final FrameSource source;
    private final long[] indices;

    public SubsetSource(FrameSource source, long[] indices) {
        super(source, indices.length);
        this.source = source;
        this.indices = indices.clone();
    }

    /** At most limit frames, evenly spaced over those given. */
    public static SubsetSource spread(FrameSource source, long[] indices, int limit) {
        if (indices.length <= limit) {
            return new SubsetSource(source, indices);
        }
        long[] chosen = new long[limit];
        for (int i = 0; i < limit; i++) {
            chosen[i] = indices[(int) ((i + 0.5) * indices.length / limit)];
        }
        return new SubsetSource(source, chosen);
    }

    /** The frames from, from + 1 ... to - 1. */
    public static SubsetSource range(FrameSource source, long from, long to) {
        return new SubsetSource(source, LongStream.range(from, to).toArray());
    }

    /** At most limit frames, evenly spaced over all that can be read now. */
    public static SubsetSource spread(FrameSource source, int limit) {
        long frames = source.ready();
        long[] chosen = new long[(int) Math.min(limit, frames)];
        for (int i = 0; i < chosen.length; i++) {
            chosen[i] = (long) ((i + 0.5) * frames / chosen.length);
        }
        return new SubsetSource(source, chosen);
    }

    @Override
    public FrameSource kept() {
        FrameSource kept = source.kept();
        return kept == source ? this : new SubsetSource(kept, indices);
    }

    @Override
    public boolean reads(Path file) throws IOException {
        return source.reads(file);
    }

    @Override
    public Object[] arrays() {
        Object[] all = source.arrays();
        return all == null ? null : Arrays.stream(indices).mapToObj(i -> all[(int) i]).toArray();
    }

    /** Neighbours in the underlying source are read in one go. */
    @Override
    public void read(long first, int n, ByteBuffer out) throws IOException {
        int bytes = (int) bytesPerFrame();
        for (int i = 0; i < n; ) {
            long start = indices[(int) first + i];
            int run = 1;
            while (i + run < n && indices[(int) first + i + run] == start + run) {
                run++;
            }
            ByteBuffer part = out.duplicate();
            part.limit((i + run) * bytes).position(i * bytes);
            source.read(start, run, part.slice().order(out.order()));
            i += run;
        }
    }
}
