/* SPDX-License-Identifier: GPL-3.0-or-later */
package vitromap.engine;

import java.io.IOException;

/** The centre of mass of every pattern over a detector, and its shift against a reference. */
public final class Deflection {
    /** Slices of {@link #maps}: shift in px of the detector, in the scan's frame; its length and direction; the centre itself, detector px. */
    public static final int X = 0, Y = 1, MAGNITUDE = 2, ANGLE = 3, CENTER_X = 4, CENTER_Y = 5, SLICES = 6;

    private Deflection() {
    }

    /** x of all patterns, then y, detector px; NaN where there are no counts. */
    public static float[] centers(FrameSource source, Detector detector, String status) throws IOException {
        try (Job job = detector.massJob(source)) {
            Runner.runInPlace(source, job, status);
            return job.finish();
        }
    }

    /**
     * The shifts as maps, one after the other.
     *
     * @param centers as {@link #centers} gives them
     * @param reference positions whose mean, or plane, is taken off; null = all
     * @param plane whether the least-squares plane through the reference is taken off, else the mean
     */
    public static float[] maps(Dataset dataset, float[] centers, Region reference, boolean plane) {
        float[] maps = new float[SLICES * dataset.scanX() * dataset.scanY()];
        Native.shiftMaps(dataset.scanX(), dataset.scanY(), dataset.number(Dataset.FLIP, 0) != 0, dataset.number(Dataset.ROTATION, 0), plane,
                in(dataset, reference), centers, maps);
        return maps;
    }

    /** What {@link #maps} takes off, in place of the centres: x of all patterns, then y, into zero, which may be longer. */
    public static void zero(Dataset dataset, float[] centers, Region reference, boolean plane, float[] zero) {
        Native.shiftZero(dataset.scanX(), dataset.scanY(), plane, in(dataset, reference), centers, zero);
    }

    private static byte[] in(Dataset dataset, Region reference) {
        byte[] in = reference == null ? null : new byte[dataset.scanX() * dataset.scanY()];
        for (int i = 0; reference != null && i < reference.positions.length; i++) {
            in[reference.positions[i]] = 1;
        }
        return in;
    }
}
