/* SPDX-License-Identifier: GPL-3.0-or-later */
package vitromap.ui.explorer;

import java.util.Arrays;
import vitromap.engine.Geometry;
import vitromap.ui.MapSlice;
import vitromap.ui.Output;

/** Which counts of a pattern are shown from dark to bright. */
final class PatternRange {
    /** As many pixels tell the range well. */
    private static final int ENOUGH = 1 << 16;
    /** Of the pattern's shorter side: where a direct beam is looked for. */
    private static final double BEAM = 1 / 12.0;

    private PatternRange() {
    }

    /**
     * @param geometry mask and centre; null = not known
     * @param scale of ScaledProcessor; a linear one shows what is outside the direct beam, the others reach into it
     */
    static double[] of(float[] pattern, int width, Geometry geometry, int scale) {
        int height = pattern.length / width;
        double x = geometry == null ? (width - 1) / 2.0 : geometry.center[0];
        double y = geometry == null ? (height - 1) / 2.0 : geometry.center[1];
        double beam = scale == ScaledProcessor.LINEAR ? BEAM * Math.min(width, height) : -1;
        int step = Math.max(1, pattern.length / ENOUGH) | 1; // odd: not all from the same columns
        float[] values = new float[pattern.length / step + 1];
        int n = 0;
        for (int i = 0; i < pattern.length; i += step) {
            boolean masked = geometry != null && geometry.mask[i] != 0;
            if (!masked && Math.hypot(i % width - x, i / width - y) > beam) {
                values[n++] = pattern[i];
            }
        }
        double[] range = Output.range(Arrays.copyOf(values, n), MapSlice.Style.VALUE);
        if (scale != ScaledProcessor.LINEAR) {
            for (int i = 0; i < n; i++) {
                range[1] = values[i] > range[1] && values[i] < Float.POSITIVE_INFINITY ? values[i] : range[1];
            }
        }
        return range;
    }
}
