/* SPDX-License-Identifier: GPL-3.0-or-later */
package vitromap.engine;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** The ring as it is learned from reference patterns; freed by close. */
public final class RingModel implements AutoCloseable {
    private final long handle;
    private final double[] values = new double[7];

    private RingModel(long handle) {
        this.handle = handle;
        Native.ringModelValues(handle, values);
    }

    /**
     * Learns from all frames of the source.
     *
     * @param composition such as Zr50Cu45Al5; empty = the background is learned too
     * @param scale 1/Angstrom a pixel; 0 = not known, then the composition does not count
     */
    public static RingModel learn(FrameSource source, Geometry geometry, String composition, double scale) throws IOException {
        try (Job gather = new Job(Native.referenceNew(source.width(), source.height(), source.type(), 0, source.frames(), geometry.array(), geometry.mask))) {
            Runner.run(source, gather, "Reference");
            return new RingModel(Native.ringModelNew(gather.handle(), composition.getBytes(StandardCharsets.UTF_8), Math.max(scale, 0)));
        }
    }

    /** A job that fits every pattern of the source against the model. */
    long profileJob(FrameSource source) {
        return Native.ringProfileNew(handle, source.width(), source.height(), source.type(), 0, source.frames());
    }

    /** Radius of the ring in px, the ellipse taken off. */
    public double radius() {
        return values[0];
    }

    /** E, 'xx, xy, yy'. */
    double[] ellipse() {
        return Arrays.copyOfRange(values, 1, 4);
    }

    /** Full width at half maximum, px. */
    double width() {
        return values[6];
    }

    @Override
    public void close() {
        Native.ringModelFree(handle);
    }
}
