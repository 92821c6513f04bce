/* SPDX-License-Identifier: GPL-3.0-or-later */
package vitromap.io;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.LongBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import vitromap.engine.FrameSource;
import vitromap.engine.Native;
import vitromap.engine.SizedSource;

/**
 * Frames of a chunked HDF5 dataset, whose last two dimensions are ky and kx. A chunk may hold parts of several frames, and a frame may
 * be spread over several chunks; what one frame needs of a chunk, the next ones need too, so decoded chunks are kept for a while.
 */
final class ChunkSource extends SizedSource {
    /** Place in a vitro_tile. */
    private static final int KEEP = 6;

    private final DataFile file;
    private final ChunkTable table;
    private final ChunkFilters filters;
    private final ChunkCache cache;
    /** vitro_tile. */
    private final long[] tile;
    private final int pixelBytes;
    private final int chunkBytes;
    private final int framesInChunk;
    private final boolean framesLast;
    private final byte[] empty;

    /** @param fill bytes of a pixel in chunks that were never written */
    ChunkSource(Hdf5Entry entry, int storedType, boolean bigEndian, byte[] fill) throws IOException {
        super(entry.width(), entry.height(), Native.decodedType(storedType), entry.frames());
        table = new ChunkTable(entry);
        int rank = table.size.length;
        pixelBytes = Native.typeBytes(storedType);
        long bytes = pixelBytes;
        int together = 1;
        for (int i = 0; i < rank; i++) {
            bytes *= table.chunk[i];
            together *= i < rank - 2 ? table.chunk[i] : 1;
            if (bytes > Integer.MAX_VALUE - 64) {
                throw new IOException("its chunks are larger than 2 GB");
            }
        }
        chunkBytes = (int) bytes;
        framesInChunk = together;
        framesLast = entry.framesLast;
        filters = new ChunkFilters(entry.dataset, chunkBytes);
        tile = new long[] {storedType, bigEndian ? 1 : 0, table.chunk[rank - 1], table.chunk[rank - 2], width(), height(), 0};
        cache = new ChunkCache(cachedChunks(), this::load, this::giveBack);
        empty = filled(fill);
        file = new DataFile(entry.file);
    }

    /** The numbers as they are in the chunks. */
    private ChunkSource(ChunkSource other) {
        super(other.width(), other.height(), Native.keptType((int) other.tile[0]), other.frames());
        table = other.table;
        pixelBytes = other.pixelBytes;
        chunkBytes = other.chunkBytes;
        framesInChunk = other.framesInChunk;
        framesLast = other.framesLast;
        filters = other.filters;
        tile = other.tile.clone();
        tile[KEEP] = 1;
        cache = other.cache;
        empty = other.empty;
        file = other.file;
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
    public void read(long first, int n, ByteBuffer out) throws IOException {
        check(file.name(), first, n);
        Map<Integer, LongBuffer> blocks = blocks(first, n);
        List<Integer> later = new ArrayList<>(); // what another thread is just decoding is not waited for
        for (int block : blocks.keySet()) {
            for (int k = 0, index = block * across(); k < across(); k++, index++) {
                if (!place(index, blocks.get(block), false, out)) {
                    later.add(index);
                }
            }
        }
        for (int index : later) {
            place(index, blocks.get(index / across()), true, out);
        }
    }

    /** For each block of chunks that holds some of the frames: place within the chunk, and among the n, of each. */
    private Map<Integer, LongBuffer> blocks(long first, int n) {
        Map<Integer, LongBuffer> blocks = new LinkedHashMap<>();
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
            blocks.computeIfAbsent(block, b -> LongBuffer.allocate(2 * n)).put(within).put(i);
        }
        return blocks;
    }

    /** The frames' parts that lie in a chunk; false if another thread is decoding it and shall not be waited for. */
    private boolean place(int index, LongBuffer parts, boolean wait, ByteBuffer out) throws IOException {
        if (framesInChunk > 1) {
            return cache.read(index, wait, chunk -> place(chunk, index % across(), parts, out));
        }
        byte[] chunk = load(index);
        place(chunk, index % across(), parts, out);
        giveBack(chunk);
        return true;
    }

    /** @param k number of the chunk among those that share the area of a pattern */
    private void place(byte[] chunk, int k, LongBuffer parts, ByteBuffer out) {
        int columns = table.count[table.size.length - 1];
        Native.chunkPlace(tile, k % columns * (int) tile[2], k / columns * (int) tile[3], parts.array(), parts.position() / 2, chunk, out);
    }

    private void giveBack(byte[] chunk) {
        if (chunk != empty) {
            filters.giveBack(chunk);
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
        byte[] stored = filters.array(table.bytes[index]);
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
        byte[] turned = filters.transposed(chunk, chunk.length / (pixelBytes * framesInChunk), framesInChunk, pixelBytes);
        filters.giveBack(chunk);
        return turned;
    }

    @Override
    public FrameSource kept() {
        return Native.keptType((int) tile[0]) == type() ? this : new ChunkSource(this);
    }

    @Override
    public boolean reads(Path path) throws IOException {
        return file.is(path);
    }

    @Override
    public void close() throws IOException {
        cache.clear();
        filters.clear();
        file.close();
    }
}
