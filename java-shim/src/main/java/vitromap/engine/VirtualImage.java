/* SPDX-License-Identifier: GPL-3.0-or-later */
package vitromap.engine;

import java.io.IOException;
import java.util.Arrays;

/** The sum of every pattern over a virtual detector. */
public final class VirtualImage {
    private VirtualImage() {
    }

    /**
     * Sums all patterns with a detector that stays.
     *
     * @return one value for each pattern, in scan order; NaN where none of the detector's pixels is a number
     * @throws Cancelled if ESC was pressed or the thread was interrupted
     */
    public static float[] run(FrameSource source, Detector detector, String status) throws IOException {
        byte[] selected = detector.selected();
        int width = source.width();
        int from = 0;
        while (selected[from] == 0) {
            from++;
        }
        int to = selected.length - 1;
        while (selected[to] == 0) {
            to--;
        }
        from /= width;
        int rows = to / width + 1 - from;
        FrameSource part = rows < source.height() ? source.rows(from, rows) : null;
        byte[] pixels = part == null ? selected : Arrays.copyOfRange(selected, from * width, (from + rows) * width);
        FrameSource read = part == null ? source : part;
        return finish(read, Detector.of(width, read.height(), pixels), null, status);
    }

    /**
     * The same with a detector that moves with every pattern's centre.
     *
     * @param centers x, y of each pattern, NaN = none: the pattern has no value then; null = the detector stays
     */
    public static float[] run(FrameSource source, Detector detector, double[] centers, String status) throws IOException {
        return centers == null ? run(source, detector, status) : finish(source, detector, centers, status);
    }

    private static float[] finish(FrameSource source, Detector detector, double[] centers, String status) throws IOException {
        try (Job job = detector.imageJob(source, centers)) {
            Runner.run(source, job, status);
            return job.finish();
        }
    }
}
