/* SPDX-License-Identifier: GPL-3.0-or-later */
package vitromap.engine;

import java.io.IOException;

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
        return run(source, detector, null, status);
    }

    /**
     * The same with a detector that moves with every pattern's centre.
     *
     * @param centers x, y of each pattern, NaN = none: the pattern has no value then; null = the detector stays
     */
    public static float[] run(FrameSource source, Detector detector, double[] centers, String status) throws IOException {
        try (Job job = detector.imageJob(source, centers)) {
            Runner.runInPlace(source, job, status);
            return job.finish();
        }
    }
}
