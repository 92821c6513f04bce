/* SPDX-License-Identifier: GPL-3.0-or-later */
package vitromap.io;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;
import vitromap.engine.FrameSource;
import vitromap.engine.SizedSource;

/** A recording that goes on from file to file: sources of the same shape, one after another. */
final class PartsSource extends SizedSource {
    private final List<FrameSource> parts;

    /** At least one part; they are closed with this source. */
    PartsSource(List<FrameSource> parts) {
        super(parts.get(0), parts.stream().mapToLong(FrameSource::frames).sum());
        this.parts = parts;
    }

    @Override
    public void read(long first, int n, ByteBuffer out) throws IOException {
        check("The recording", first, n);
        long begin = 0;
        int done = 0;
        for (FrameSource part : parts) {
            int count = (int) Math.min(n - done, begin + part.frames() - (first + done));
            if (count > 0) {
                ByteBuffer place = out.duplicate();
                place.limit((int) ((done + count) * bytesPerFrame())).position((int) (done * bytesPerFrame()));
                part.read(first + done - begin, count, place.slice().order(out.order()));
                done += count;
            }
            begin += part.frames();
        }
    }

    /** Parts of different types stay as they are read. */
    @Override
    public FrameSource kept() {
        List<FrameSource> kept = parts.stream().map(FrameSource::kept).collect(Collectors.toList());
        boolean same = kept.stream().allMatch(part -> part.type() == kept.get(0).type());
        return same && !kept.equals(parts) ? new PartsSource(kept) : this;
    }

    @Override
    public boolean reads(Path file) throws IOException {
        for (FrameSource part : parts) {
            if (part.reads(file)) {
                return true;
            }
        }
        return false;
    }

    @Override
    public void close() throws IOException {
        close(parts);
    }

    static void close(List<FrameSource> parts) throws IOException {
        for (FrameSource part : parts) {
            part.close();
        }
    }
}
