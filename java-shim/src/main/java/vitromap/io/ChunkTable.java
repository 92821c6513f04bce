/* SPDX-License-Identifier: GPL-3.0-or-later */
package vitromap.io;

import io.jhdf.api.dataset.ChunkedDataset;
import io.jhdf.dataset.chunked.Chunk;
import io.jhdf.dataset.chunked.ChunkedDatasetBase;
import java.io.IOException;
import java.lang.reflect.Method;
import java.util.Arrays;
import java.util.Map;

/** Where the chunks of an HDF5 dataset lie in the file. */
final class ChunkTable {
    /** Extent of the dataset and of a chunk, and number of chunks, by dimension. */
    final int[] size;
    final int[] chunk;
    final int[] count;
    /** By chunk, last dimension fastest; -1 = never written. */
    final long[] address;
    final int[] bytes;
    /** Bit i = filter i was not applied. */
    final int[] skipped;

    ChunkTable(Hdf5Entry entry) throws IOException {
        ChunkedDataset dataset = (ChunkedDataset) entry.dataset;
        size = entry.size;
        chunk = dataset.getChunkDimensions().length == 3 ? entry.framesFirst(dataset.getChunkDimensions()) : dataset.getChunkDimensions();
        count = new int[size.length];
        long chunks = 1;
        for (int i = 0; i < size.length; i++) {
            if (chunk.length != size.length || chunk[i] < 1) {
                throw new IOException("chunks of " + Arrays.toString(chunk) + " do not divide " + Arrays.toString(size));
            }
            count[i] = (size[i] + chunk[i] - 1) / chunk[i];
            chunks *= count[i];
            if (chunks > 1 << 28) {
                throw new IOException("it has too many chunks: " + Arrays.toString(size) + " in pieces of " + Arrays.toString(chunk));
            }
        }
        Iterable<Chunk> written = entries(dataset);
        if (chunks > 1 << 20 && chunks > 64L * count(written)) {
            throw new IOException("of its " + chunks + " chunks hardly any was written: " + Arrays.toString(size) + " in pieces of " + Arrays.toString(chunk));
        }
        address = new long[(int) chunks];
        bytes = new int[(int) chunks];
        skipped = new int[(int) chunks];
        Arrays.fill(address, -1);
        for (Chunk found : written) {
            int index = index(size.length == 3 ? entry.framesFirst(found.getChunkOffset()) : found.getChunkOffset());
            if (index >= 0) {
                address[index] = entry.base + found.getAddress();
                bytes[index] = found.getSize();
                long[] mask = found.getFilterMask() == null ? new long[0] : found.getFilterMask().toLongArray();
                skipped[index] = mask.length == 0 ? 0 : (int) mask[0];
            }
        }
    }

    private static long count(Iterable<Chunk> chunks) {
        long n = 0;
        for (Chunk ignored : chunks) {
            n++;
        }
        return n;
    }

    /** The library keeps its table to itself; its other ways to a chunk map the file into memory. */
    @SuppressWarnings("unchecked")
    private static Iterable<Chunk> entries(ChunkedDataset dataset) throws IOException {
        try {
            Method lookup = ChunkedDatasetBase.class.getDeclaredMethod("getChunkLookup");
            lookup.setAccessible(true);
            return ((Map<?, Chunk>) lookup.invoke(dataset)).values();
        } catch (ReflectiveOperationException e) {
            Throwable cause = e.getCause() == null ? e : e.getCause();
            throw new IOException("its table of chunks cannot be read: " + cause.getMessage(), e);
        }
    }

    /** Of the chunk that begins at these coordinates; -1 if it lies outside. */
    private int index(int[] offset) {
        int index = 0;
        for (int i = 0; i < size.length; i++) {
            if (offset[i] < 0 || offset[i] >= size[i]) {
                return -1;
            }
            index = index * count[i] + offset[i] / chunk[i];
        }
        return index;
    }

    int missing() {
        int missing = 0;
        for (long a : address) {
            missing += a < 0 ? 1 : 0;
        }
        return missing;
    }
}
