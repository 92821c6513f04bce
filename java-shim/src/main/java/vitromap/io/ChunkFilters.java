/* SPDX-License-Identifier: GPL-3.0-or-later */
package vitromap.io;

import io.jhdf.api.Dataset;
import io.jhdf.filter.BitShuffleFilter;
import io.jhdf.filter.FletcherChecksumFilter;
import io.jhdf.filter.Filter;
import io.jhdf.filter.Lz4Filter;
import io.jhdf.filter.LzfFilter;
import io.jhdf.filter.PipelineFilterWithData;
import java.io.IOException;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;

/** The filters of a chunked HDF5 dataset, undone; gzip and shuffle in a fast way, the others by the HDF5 library. */
final class ChunkFilters {
    private static final int DEFLATE = 1, SHUFFLE = 2, FLETCHER32 = 3;
    private static final Map<Integer, Filter> OTHERS = new HashMap<>();

    static {
        for (Filter filter : new Filter[] {new FletcherChecksumFilter(), new LzfFilter(), new Lz4Filter(), new BitShuffleFilter()}) {
            OTHERS.put(filter.getId(), filter);
        }
    }

    private final int[] ids;
    private final int[][] parameters;
    private final int chunkBytes;
    /** A checksum of 4 bytes may be under the compression. */
    private int checksum;

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
            if (ids[i] != DEFLATE && ids[i] != SHUFFLE && !OTHERS.containsKey(ids[i])) {
                throw new IOException("its compression '" + filters.get(i).getName() + "' (HDF5 filter " + ids[i] + ") cannot be read; gzip, LZF, LZ4, "
                        + "shuffle and bitshuffle can");
            }
        }
    }

    /** @param skipped bit i = filter i was not applied to this chunk */
    byte[] decode(byte[] stored, int skipped) throws IOException {
        byte[] data = stored;
        try {
            for (int i = ids.length - 1; i >= 0; i--) {
                if ((skipped >> i & 1) == 0) {
                    data = ids[i] == DEFLATE ? inflate(data) : ids[i] == SHUFFLE ? unshuffle(data, parameters[i][0])
                            : OTHERS.get(ids[i]).decode(data, parameters[i]);
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

    private byte[] inflate(byte[] stored) throws DataFormatException {
        Inflater inflater = new Inflater();
        try {
            inflater.setInput(stored);
            byte[] data = new byte[chunkBytes + checksum];
            int n = 0;
            while (!inflater.finished()) {
                int read = n < data.length ? inflater.inflate(data, n, data.length - n) : inflater.inflate(new byte[1]);
                if (read == 0 && !inflater.finished() || n + read > data.length) {
                    throw new DataFormatException("more or fewer bytes than there should be");
                }
                n += read;
            }
            return n == data.length ? data : Arrays.copyOf(data, n);
        } finally {
            inflater.end();
        }
    }

    /** All first bytes of the numbers, then all second bytes, and so on, back to numbers. */
    private static byte[] unshuffle(byte[] planes, int size) {
        int n = planes.length / size;
        byte[] data = new byte[planes.length];
        if (size == 2) {
            for (int i = 0; i < n; i++) {
                data[2 * i] = planes[i];
                data[2 * i + 1] = planes[n + i];
            }
        } else {
            for (int k = 0; k < size; k++) {
                for (int i = 0, from = k * n; i < n; i++) {
                    data[i * size + k] = planes[from + i];
                }
            }
        }
        System.arraycopy(planes, n * size, data, n * size, planes.length - n * size);
        return data;
    }
}
