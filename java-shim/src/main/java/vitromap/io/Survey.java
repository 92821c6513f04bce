/* SPDX-License-Identifier: GPL-3.0-or-later */
package vitromap.io;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/** What a user can choose when opening a file: its datasets, and the scan shapes that its patterns may have. */
public final class Survey {
    /** In the file, or in the dataset that was chosen. */
    public final long patterns;
    /** The file's own shape, 'columns x rows'; empty = it does not say. */
    public final String shape;
    /** 'x x y' or 'x x y, fly-back n, skip n', likely ones first. */
    public final List<String> proposals;
    /** Paths of the datasets of an HDF5 file that hold several patterns, the largest first, each with its size; empty for other formats. */
    public final List<String> datasets;

    Survey(Recording recording, List<String> datasets) {
        this.patterns = recording.source.frames();
        boolean known = recording.scanX > 0 && recording.scanY > 0 && (long) recording.scanX * recording.scanY == patterns;
        this.shape = known ? recording.scanX + " x " + recording.scanY : "";
        this.proposals = patterns > 1 ? ScanShape.proposals(patterns) : Collections.emptyList();
        this.datasets = Collections.unmodifiableList(new ArrayList<>(datasets));
    }

    /** Nothing is left to be asked. */
    public boolean isClear() {
        return datasets.size() < 2 && (!shape.isEmpty() || patterns == 1);
    }

    /** The path of one of {@link #datasets}. */
    public static String path(String dataset) {
        return dataset.substring(0, dataset.lastIndexOf(" ["));
    }

    /** @throws IOException if the file cannot be opened, as {@link Formats#open} would say */
    public static Survey of(java.io.File file, OpenOptions options) throws IOException {
        return Formats.survey(file, options);
    }
}
