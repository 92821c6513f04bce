/* SPDX-License-Identifier: GPL-3.0-or-later */
package vitromap.io;

import ij.Prefs;
import io.jhdf.api.Dataset;
import io.jhdf.filter.FletcherChecksumFilter;
import io.jhdf.filter.Filter;
import io.jhdf.filter.LzfFilter;
import io.jhdf.filter.PipelineFilterWithData;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.zip.Adler32;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;
import vitromap.engine.Native;
import vitromap.engine.VitroException;

/** The filters of a chunked HDF5 dataset, undone; gzip here, shuffle, LZ4 and bitshuffle in C, the others by the HDF5 library. */
final class ChunkFilters {
    private static final int DEFLATE = 1, SHUFFLE = 2, FLETCHER32 = 3;
    private static final int LZF = 32000, LZ4 = 32004, BITSHUFFLE = 32008, BITSHUFFLE_LZ4 = 2;
    /** No compression here makes more of a byte; a chunk of nothing but a header is small. */
    private static final long MOST_RATIO = 1100, SMALL = 1 << 16;
    private static final Map<Integer, Filter> OTHERS = new HashMap<>();

    static {
        for (Filter filter : new Filter[] {new FletcherChecksumFilter(), new LzfFilter()}) {
            OTHERS.put(filter.getId(), filter);
        }
    }

    private final int[] ids;
    private final int[][] parameters;
    private final int chunkBytes;
    /** A checksum of 4 bytes may be under the compression. */
    private int checksum;
    /** Arrays of a chunk's size that nobody reads any more, two for each worker. */
    private final Queue<byte[]> unused = new ArrayBlockingQueue<>(2 * Math.max(1, Prefs.getThreads()));

    /** @throws IOException if the dataset needs a filter that is not known */
    ChunkFilters(Dataset dataset, int chunkBytes) throws IOException {
        List<PipelineFilterWithData> filters = dataset.getFilters();
        this.chunkBytes = chunkBytes;
        this.ids = new int[filters.size()];
        this.parameters = new int[filters.size()][];
        for (int i = 0; i < ids.length; i++) {
            ids[i] = filters.get(i).getId();
            parameters[i] = filters.get(i).getFilterData();
            checksum += ids[i] == FLETCHER32 ? Integer.BYTES : 0;
            boolean zstd = ids[i] == BITSHUFFLE && (parameters[i].length < 4 || parameters[i].length > 4 && parameters[i][4] != 0 && parameters[i][4] != BITSHUFFLE_LZ4);
            if (zstd || ids[i] != DEFLATE && ids[i] != SHUFFLE && ids[i] != LZ4 && ids[i] != BITSHUFFLE && !OTHERS.containsKey(ids[i])) {
                throw new IOException("its compression '" + filters.get(i).getName() + "' (HDF5 filter " + ids[i] + ") cannot be read; gzip, LZF, LZ4, "
                        + "shuffle and bitshuffle can");
            }
        }
        for (int i = 0; i < ids.length; i++) {
            if (ids[i] == LZF && parameters[i].length > 2 && parameters[i][2] > chunkBytes + checksum) { // the library would believe it
                throw new IOException("its LZF chunks should give " + parameters[i][2] + " bytes instead of " + chunkBytes);
            }
        }
    }

    byte[] array(int length) {
        byte[] array = length == chunkBytes ? unused.poll() : null;
        return array == null ? new byte[length] : array;
    }

    /** Takes an array that nobody will read any more, for a chunk to come. */
    void giveBack(byte[] array) {
        if (array.length == chunkBytes) {
            unused.offer(array);
        }
    }

    void clear() {
        unused.clear();
    }

    /** @param skipped bit i = filter i was not applied to this chunk */
    byte[] decode(byte[] stored, int skipped) throws IOException {
        byte[] data = stored;
        if (ids.length > 0 && chunkBytes > MOST_RATIO * stored.length + SMALL) {
            throw new IOException("its " + stored.length + " bytes cannot hold the " + chunkBytes + " that it should have");
        }
        try {
            for (int i = ids.length - 1; i >= 0; i--) {
                if ((skipped >> i & 1) == 0) {
                    byte[] filtered = data;
                    data = ids[i] == DEFLATE ? inflate(filtered) : ids[i] == SHUFFLE ? transposed(filtered, parameters[i][0], filtered.length / parameters[i][0], 1)
                            : ids[i] == LZ4 || ids[i] == BITSHUFFLE ? detector(filtered, ids[i], parameters[i]) : OTHERS.get(ids[i]).decode(filtered, parameters[i]);
                    if (data != filtered) {
                        giveBack(filtered);
                    }
                }
            }
        } catch (DataFormatException | RuntimeException e) {
            throw new IOException("its compressed data are damaged (" + e.getMessage() + ")", e);
        }
        if (data.length != chunkBytes) {
            throw new IOException("it has " + data.length + " bytes instead of " + chunkBytes);
        }
        return data;
    }

    /** @param given the numbers that the file gives with the filter: for bitshuffle the third is a number's bytes, the fourth a block's numbers */
    private byte[] detector(byte[] stored, int id, int[] given) throws DataFormatException {
        int compression = id == LZ4 ? 1 : given.length > 4 && given[4] == BITSHUFFLE_LZ4 ? 3 : 2;
        boolean told = compression != 2 && stored.length >= Long.BYTES;
        long length = told ? ByteBuffer.wrap(stored).getLong() : stored.length;
        if (length != chunkBytes && length != chunkBytes + checksum) {
            throw new DataFormatException(length + " bytes instead of " + chunkBytes);
        }
        byte[] data = array((int) length);
        try {
            Native.chunkDecode(compression, id == LZ4 ? 1 : given[2], id == LZ4 ? 0 : given[3], stored, data);
        } catch (VitroException e) {
            throw new DataFormatException(e.getMessage());
        }
        return data;
    }

    /** A zlib stream (RFC 1950): head, deflated bytes, checksum. Java adds up the checksum faster than zlib does. */
    private byte[] inflate(byte[] stored) throws DataFormatException {
        boolean head = stored.length > 1 && (stored[0] & 0x8F) == 8 && (stored[1] & 0x20) == 0 && ((stored[0] & 0xFF) << 8 | stored[1] & 0xFF) % 31 == 0;
        if (!head) {
            throw new DataFormatException("not compressed by gzip");
        }
        Inflater inflater = new Inflater(true);
        try {
            inflater.setInput(stored, 2, stored.length - 2);
            byte[] data = array(chunkBytes + checksum);
            int n = 0;
            while (!inflater.finished()) {
                int read = n < data.length ? inflater.inflate(data, n, data.length - n) : inflater.inflate(new byte[1]);
                if (read == 0 && !inflater.finished() || n + read > data.length) {
                    throw new DataFormatException("more or fewer bytes than there should be");
                }
                n += read;
            }
            Adler32 sum = new Adler32();
            sum.update(data, 0, n);
            int end = stored.length - inflater.getRemaining();
            if (inflater.getRemaining() < Integer.BYTES || ByteBuffer.wrap(stored).getInt(end) != (int) sum.getValue()) {
                throw new DataFormatException("its checksum is wrong");
            }
            return n == data.length ? data : Arrays.copyOf(data, n);
        } finally {
            inflater.end();
        }
    }

    /** Shuffle's planes, one for each byte of a number, back to numbers; or other elements that change their order. */
    byte[] transposed(byte[] data, int rows, int columns, int elementBytes) {
        byte[] out = array(data.length);
        Native.chunkTranspose(rows, columns, elementBytes, data, out);
        return out;
    }
}
