/* SPDX-License-Identifier: GPL-3.0-or-later */
package vitromap.io;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import vitromap.engine.FrameSource;
import vitromap.engine.Native;
import vitromap.engine.SizedSource;

/** Frames that lie at fixed distances in a file. */
final class FileSource extends SizedSource {
    private static final int SCRATCH_BYTES = 1 << 18;

    private final DataFile file;
    private final Layout layout;
    private final Queue<ByteBuffer> scratch = new ConcurrentLinkedQueue<>();

    /** Opens the file; the layout is kept. */
    FileSource(Path path, Layout layout) throws IOException {
        this(new DataFile(path), layout);
    }

    private FileSource(DataFile file, Layout layout) {
        super(layout.width(), layout.height(), layout.frameType(), layout.frames());
        this.layout = layout;
        this.file = file;
    }

    @Override
    public void read(long first, int n, ByteBuffer out) throws IOException {
        check(file.name(), first, n);
        if (layout.isDecoded()) {
            copy(first, n, out);
        } else {
            decode(first, n, out);
        }
    }

    private void copy(long first, int n, ByteBuffer out) throws IOException {
        int frame = (int) bytesPerFrame();
        int run = layout.frameStride() == frame ? n : 1;
        for (int i = 0; i < n; i += run) {
            ByteBuffer part = out.duplicate();
            part.limit((i + run) * frame).position(i * frame);
            read(first + i, part);
        }
    }

    /** Through a buffer of a few frames, small enough to stay in the processor's cache. */
    private void decode(long first, int n, ByteBuffer out) throws IOException {
        int atOnce = (int) Math.max(1, Math.min(n, SCRATCH_BYTES / layout.frameStride()));
        ByteBuffer raw = scratch(atOnce);
        for (int i = 0; i < n; i += atOnce) {
            int count = Math.min(atOnce, n - i);
            raw.clear().limit((int) bytes(count));
            read(first + i, raw);
            ByteBuffer part = out.duplicate();
            part.limit((int) ((i + count) * bytesPerFrame())).position((int) (i * bytesPerFrame()));
            layout.decode(raw, bytes(count), count, part.slice());
        }
        scratch.add(raw);
    }

    /** Bytes from the first pixel of a frame to the last of the one that is frames - 1 behind it. */
    private long bytes(int frames) {
        return (frames - 1) * layout.frameStride() + layout.storedFrameBytes();
    }

    private ByteBuffer scratch(int frames) throws IOException {
        if (bytes(frames) > Integer.MAX_VALUE) {
            throw new IOException(file.name() + ": a pattern of " + bytes(frames) + " bytes is too large to read");
        }
        ByteBuffer raw = scratch.poll();
        return raw != null && raw.capacity() >= bytes(frames) ? raw
                : ByteBuffer.allocateDirect((int) bytes(frames)).order(ByteOrder.nativeOrder());
    }

    private void read(long frame, ByteBuffer buffer) throws IOException {
        file.readFully(buffer, layout.offset() + frame * layout.frameStride(), "pattern " + (frame + 1) + " of " + frames());
    }

    @Override
    public FrameSource kept() {
        return Native.keptType(layout.type()) == type() ? this : new FileSource(file, layout.kept());
    }

    @Override
    public boolean reads(Path path) throws IOException {
        return file.is(path);
    }

    @Override
    public void close() throws IOException {
        file.close();
    }
}
