/* SPDX-License-Identifier: GPL-3.0-or-later */
package vitromap.io;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import vitromap.engine.FrameSource;
import vitromap.engine.Native;
import vitromap.engine.SizedSource;
import vitromap.engine.VitroException;

/** Frames of a wider or signed type as 32-bit float; a number that float does not hold is an error. */
final class ExactSource extends SizedSource {
    private final FrameSource source;
    private final Queue<ByteBuffer> scratch = new ConcurrentLinkedQueue<>();

    ExactSource(FrameSource source) {
        super(source.width(), source.height(), F32, source.frames());
        this.source = source;
    }

    @Override
    public void read(long first, int n, ByteBuffer out) throws IOException {
        ByteBuffer numbers = scratch.poll();
        if (numbers == null || numbers.capacity() < n * source.bytesPerFrame()) {
            numbers = ByteBuffer.allocateDirect(Math.toIntExact(n * source.bytesPerFrame())).order(ByteOrder.nativeOrder());
        }
        source.read(first, n, numbers);
        try {
            Native.framesExact(source.type(), numbers, width(), height(), first, n, out.duplicate());
        } catch (VitroException e) {
            throw new IOException(e.getMessage() + ". EMD HDF5, NPY and raw files can have it.", e);
        }
        scratch.add(numbers);
    }
}
