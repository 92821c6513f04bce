/* SPDX-License-Identifier: GPL-3.0-or-later */
package vitromap.io;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import vitromap.engine.FrameSource;
import vitromap.engine.Native;

/**
 * Frames of a chunked HDF5 dataset, whose last two dimensions are ky and kx. A chunk may hold parts of several frames, and a frame may
 * be spread over several chunks; what one frame needs of a chunk, the next ones need too, so decoded chunks are kept for a while.
 */
final class ChunkSource implements FrameSource {
    private static final double GOLDEN = 0.6180339887498949;

    private final DataFile file;
    private final ChunkTable table;
    private final ChunkFilters filters;
    private final ChunkCache cache;
    private final Layout layout;
    private final int pixelBytes;
    private final int chunkBytes;
    private final int framesInChunk;
    private final boolean framesLast;
    private final int type;
    private final byte[] empty;
    private final Queue<ByteBuffer> scratch = new ConcurrentLinkedQueue<>();

    /** @param fill bytes of a pixel in chunks that were never written */
    ChunkSource(Hdf5Entry entry, int storedType, boolean bigEndian, byte[] fill) throws IOException {
        table = new ChunkTable(entry);
        int rank = table.size.length;
        pixelBytes = Native.typeBytes(storedType);
        long bytes = pixelBytes;
        long frames = 1;
        int together = 1;
        for (int i = 0; i < rank; i++) {
            bytes *= table.chunk[i];
            frames *= i < rank - 2 ? table.size[i] : 1;
            together *= i < rank - 2 ? table.chunk[i] : 1;
            if (bytes > Integer.MAX_VALUE - 64) {
                throw new IOException("its chunks are larger than 2 GB");
            }
        }
        chunkBytes = (int) bytes;
        framesInChunk = together;
        framesLast = entry.framesLast;
        filters = new ChunkFilters(entry.dataset, chunkBytes);
        long frameBytes = (long) table.size[rank - 1] * table.size[rank - 2] * pixelBytes;
        layout = Layout.plain(storedType, bigEndian, table.size[rank - 1], table.size[rank - 2], 0, frameBytes, frames);
        type = Native.decodedType(storedType);
        cache = new ChunkCache(cachedChunks());
        empty = filled(fill);
        file = new DataFile(entry.file);
    }

    /** Those that the patterns of one scan row lie in, twice: when one worker has gone on to the next rows, another may not have. */
    private int cachedChunks() {
        int rank = table.size.length;
        long row = (long) across() * (rank > 2 ? table.count[rank - 3] : 1);
        return (int) Math.min(2 * row + 1, Runtime.getRuntime().maxMemory() / 4 / chunkBytes);
    }

    /** Chunks that share the area of a pattern. */
    private int across() {
        return table.count[table.size.length - 1] * table.count[table.size.length - 2];
    }

    private byte[] filled(byte[] fill) {
        if (table.missing() == 0) {
            return null;
        }
        byte[] chunk = new byte[chunkBytes];
        for (int i = 0; i < chunkBytes; i++) {
            chunk[i] = fill[i % pixelBytes];
        }
        return chunk;
    }

    int missingChunks() {
        return table.missing();
    }

    int chunks() {
        return table.address.length;
    }

    @Override
    public int width() {
        return layout.width();
    }

    @Override
    public int height() {
        return layout.height();
    }

    @Override
    public int type() {
        return type;
    }

    @Override
    public long frames() {
        return layout.frames();
    }

    @Override
    public void read(long first, int n, ByteBuffer out) throws IOException {
        if (first < 0 || n < 0 || first + n > frames()) {
            throw new IOException(file.name() + " has no patterns " + first + " to " + (first + n - 1) + ", only " + frames());
        }
        if (layout.isDecoded()) {
            gather(first, n, out.duplicate());
            return;
        }
        int frameBytes = (int) layout.frameStride();
        int atOnce = Math.max(1, Math.min(n, Integer.MAX_VALUE / frameBytes));
        for (int i = 0; i < n; i += atOnce) {
            int count = Math.min(atOnce, n - i);
            ByteBuffer raw = scratch.poll();
            if (raw == null || raw.capacity() < count * frameBytes) {
                raw = ByteBuffer.allocateDirect(count * frameBytes).order(ByteOrder.nativeOrder());
            }
            gather(first + i, count, raw.duplicate());
            ByteBuffer part = out.duplicate();
            part.limit((int) ((i + count) * bytesPerFrame())).position((int) (i * bytesPerFrame()));
            Native.framesDecode(layout.fields, raw, (long) count * frameBytes, count, part.slice());
            scratch.add(raw);
        }
    }

    /** Frames first .. first + n - 1 as they are stored, one after the other from position 0. */
    private void gather(long first, int n, ByteBuffer out) throws IOException {
        int across = across();
        int start = (int) (first / n * GOLDEN % 1 * across); // threads that need the same chunks begin at different ones
        for (Map.Entry<Integer, List<int[]>> block : blocks(first, n).entrySet()) {
            for (int i = 0; i < across; i++) {
                int k = (start + i) % across;
                int index = block.getKey() * across + k;
                byte[] chunk = framesInChunk == 1 ? load(index) : cache.get(index, this::load);
                for (int[] frame : block.getValue()) {
                    copy(chunk, frame[1], k, out, frame[0]);
                }
            }
        }
    }

    /** For each block of chunks that holds some of the frames: {place among the n, place within the chunk} of each. */
    private Map<Integer, List<int[]>> blocks(long first, int n) {
        Map<Integer, List<int[]>> blocks = new LinkedHashMap<>();
        for (int i = 0; i < n; i++) {
            long rest = first + i;
            int block = 0;
            int within = 0;
            int blockStep = 1;
            int withinStep = 1;
            for (int d = table.size.length - 3; d >= 0; d--) {
                int at = (int) (rest % table.size[d]);
                rest /= table.size[d];
                block += at / table.chunk[d] * blockStep;
                within += at % table.chunk[d] * withinStep;
                blockStep *= table.count[d];
                withinStep *= table.chunk[d];
            }
            blocks.computeIfAbsent(block, b -> new ArrayList<>()).add(new int[] {i, within});
        }
        return blocks;
    }

    /** The part of one frame that lies in the k-th of the chunks that share its area. */
    private void copy(byte[] chunk, int within, int k, ByteBuffer out, int frame) {
        int rank = table.size.length;
        int rows = table.chunk[rank - 2];
        int columns = table.chunk[rank - 1];
        int y0 = k / table.count[rank - 1] * rows;
        int x0 = k % table.count[rank - 1] * columns;
        int y1 = Math.min(layout.height(), y0 + rows);
        int length = (Math.min(layout.width(), x0 + columns) - x0) * pixelBytes;
        int from = within * rows * columns * pixelBytes;
        int to = (frame * layout.height() + y0) * layout.width() * pixelBytes + x0 * pixelBytes;
        for (int y = y0; y < y1; y++) {
            out.position(to);
            out.put(chunk, from, length);
            from += columns * pixelBytes;
            to += layout.width() * pixelBytes;
        }
    }

    private byte[] load(int index) throws IOException {
        if (table.address[index] < 0) {
            return empty;
        }
        String what = "chunk " + (index + 1) + " of " + table.address.length;
        if (table.bytes[index] < 0 || table.bytes[index] > file.length()) {
            throw new IOException(file.name() + ": " + what + " should have " + table.bytes[index] + " bytes, the file has " + file.length());
        }
        byte[] stored = new byte[table.bytes[index]];
        file.readFully(ByteBuffer.wrap(stored), table.address[index], what);
        try {
            return ordered(filters.decode(stored, table.skipped[index]));
        } catch (IOException e) {
            throw new IOException(file.name() + ": " + what + " cannot be read: " + e.getMessage(), e);
        }
    }

    /** A chunk with the frames last, turned. */
    private byte[] ordered(byte[] chunk) {
        if (!framesLast || framesInChunk == 1) {
            return chunk;
        }
        byte[] turned = new byte[chunk.length];
        int pixels = chunk.length / (pixelBytes * framesInChunk);
        for (int p = 0, from = 0; p < pixels; p++) {
            for (int f = 0; f < framesInChunk; f++, from += pixelBytes) {
                System.arraycopy(chunk, from, turned, (f * pixels + p) * pixelBytes, pixelBytes);
            }
        }
        return turned;
    }

    @Override
    public void close() throws IOException {
        cache.clear();
        file.close();
    }
}
