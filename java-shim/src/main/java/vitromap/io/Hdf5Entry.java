/* SPDX-License-Identifier: GPL-3.0-or-later */
package vitromap.io;

import io.jhdf.api.Dataset;
import io.jhdf.api.Node;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.regex.Pattern;

/** A dataset that may hold patterns, and where it was found. */
final class Hdf5Entry {
    private static final Pattern VELOX = Pattern.compile("/Data/Image/[0-9a-f]{32}/Data");

    final Dataset dataset;
    /** Path within the HDF5 file. */
    final String path;
    /** The file with its bytes: another one behind an external link. */
    final Path file;
    /** What addresses in that file count from. */
    final long base;
    /** The members of its group, where programs put the axes. */
    final Map<String, Node> siblings;
    /** In the order of the patterns: frames first, whatever the file's order is. */
    final int[] size;
    /** Velox has the frames last: height, width, frames. */
    final boolean framesLast;

    Hdf5Entry(Dataset dataset, String path, Path file, long base, Map<String, Node> siblings) {
        this.dataset = dataset;
        this.path = path;
        this.file = file;
        this.base = base;
        this.siblings = siblings;
        int[] stored = dataset.getDimensions();
        this.framesLast = stored.length == 3 && VELOX.matcher(path).matches();
        this.size = framesFirst(stored);
    }

    /** Numbers by the dimensions of the file, put in the order of size. */
    int[] framesFirst(int[] stored) {
        return framesLast ? new int[] {stored[2], stored[0], stored[1]} : stored;
    }

    /** Detector columns: the last dimension. */
    int width() {
        return size[size.length - 1];
    }

    /** Detector rows. */
    int height() {
        return size[size.length - 2];
    }

    long frames() {
        long frames = 1;
        for (int i = 0; i < size.length - 2; i++) {
            frames *= size[i];
        }
        return frames;
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
