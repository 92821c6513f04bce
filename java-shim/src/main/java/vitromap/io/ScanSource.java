/* SPDX-License-Identifier: GPL-3.0-or-later */
package vitromap.io;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import vitromap.engine.FrameSource;
import vitromap.engine.SizedSource;

/** The patterns of a scan among those of a recording: without what came before it, and without the fly-back at the end of each row. */
final class ScanSource extends SizedSource {
    private final FrameSource recorded;
    private final long skip;
    private final int columns;
    private final int rows;
    private final int flyback;

    /** The recording is closed with this source. */
    ScanSource(FrameSource recorded, long skip, int columns, int rows, int flyback) {
        super(recorded, (long) columns * rows);
        this.recorded = recorded;
        this.skip = skip;
        this.columns = columns;
        this.rows = rows;
        this.flyback = flyback;
    }

    @Override
    public long ready() {
        long recordedRow = columns + (long) flyback;
        long there = Math.max(0, recorded.ready() - skip);
        return Math.min(frames(), there / recordedRow * columns + Math.min(columns, there % recordedRow));
    }

    /** Row by row: what lies side by side is read at once. */
    @Override
    public void read(long first, int n, ByteBuffer out) throws IOException {
        int bytes = (int) bytesPerFrame();
        for (int i = 0; i < n; ) {
            long row = (first + i) / columns;
            int column = (int) ((first + i) % columns);
            int run = flyback == 0 ? n - i : Math.min(n - i, columns - column);
            ByteBuffer part = out.duplicate();
            part.limit((i + run) * bytes).position(i * bytes);
            recorded.read(skip + row * (columns + flyback) + column, run, part.slice().order(out.order()));
            i += run;
        }
    }

    @Override
    public FrameSource kept() {
        FrameSource kept = recorded.kept();
        return kept == recorded ? this : new ScanSource(kept, skip, columns, rows, flyback);
    }

    @Override
    public boolean reads(Path file) throws IOException {
        return recorded.reads(file);
    }

    @Override
    public void close() throws IOException {
        recorded.close();
    }
}
