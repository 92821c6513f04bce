/* SPDX-License-Identifier: GPL-3.0-or-later */
package vitromap.io;

import io.jhdf.api.Dataset;
import io.jhdf.api.Node;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;

/** A dataset that may hold patterns, and where it was found. */
final class Hdf5Entry {
    final Dataset dataset;
    /** Path within the HDF5 file. */
    final String path;
    /** The file with its bytes: another one behind an external link. */
    final Path file;
    /** What addresses in that file count from. */
    final long base;
    /** The members of its group, where programs put the axes. */
    final Map<String, Node> siblings;
    final int[] size;

    Hdf5Entry(Dataset dataset, String path, Path file, long base, Map<String, Node> siblings) {
        this.dataset = dataset;
        this.path = path;
        this.file = file;
        this.base = base;
        this.siblings = siblings;
        this.size = dataset.getDimensions();
    }

    /** Dimensions, but for those before the last four that are 1. */
    int rank() {
        int rank = size.length;
        for (int i = 0; i < size.length - 4 && size[i] == 1; i++) {
            rank--;
        }
        return rank;
    }

    @Override
    public String toString() {
        return path + " " + Arrays.toString(size);
    }
}
