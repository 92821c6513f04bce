/* SPDX-License-Identifier: GPL-3.0-or-later */
package vitromap.ui.explorer;

import ij.plugin.filter.MaximumFinder;
import java.util.Arrays;

/** The peaks of a radial profile outside the direct beam: maxima that rise above the noise. */
final class ProfilePeaks {
    private static final double NOISE_FACTOR = 6;
    /** Nearer to the centre than this part of the profile is the halo of the beam or of its stop. */
    private static final int INNER = 8;
    /** Farther out than this part of it are the detector's corners, with few pixels. */
    private static final double OUTER = 0.9;
    private static final double LEAST_HEIGHT = 0.003;
    /** Standard deviation of the third difference of white noise, and of its median absolute value. */
    private static final double THIRD_DIFFERENCE = Math.sqrt(20) * 0.6745;

    private ProfilePeaks() {
    }

    /** Where the direct beam ends: the first minimum after the profile's highest point in its inner half; 0 = there is no beam. */
    static int beam(float[] profile) {
        int top = 0;
        for (int i = 1; i < profile.length / 2; i++) {
            top = profile[i] > profile[top] || Float.isNaN(profile[top]) ? i : top;
        }
        if (top > profile.length / 10) {
            return 0;
        }
        int end = top;
        while (end + 2 < profile.length && (profile[end + 1] < profile[end] || profile[end + 2] < profile[end])) {
            end++;
        }
        return end + 2 < profile.length ? end : 0;
    }

    /** Radii of the peaks, px, inwards to outwards; element i of the profile covers the radii [i, i + 1). */
    static double[] find(float[] profile) {
        int from = Math.max(beam(profile), profile.length / INNER);
        while (from < profile.length && Float.isNaN(profile[from])) {
            from++; // under the beam stop
        }
        double[] values = new double[Math.max(0, (int) (OUTER * profile.length) - from)];
        int n = 0;
        while (n < values.length && !Float.isNaN(profile[from + n])) {
            values[n] = profile[from + n];
            n++;
        }
        if (n < 5) {
            return new double[0];
        }
        values = Arrays.copyOf(values, n);
        double[] sorted = values.clone();
        Arrays.sort(sorted);
        double tolerance = Math.max(NOISE_FACTOR * noise(values), LEAST_HEIGHT * (sorted[n - 1] - sorted[0]));
        int[] found = MaximumFinder.findMaxima(values, tolerance, true);
        Arrays.sort(found);
        double[] radii = new double[found.length];
        for (int i = 0; i < found.length; i++) {
            radii[i] = from + found[i] + 0.5 + vertex(values, found[i]);
        }
        return radii;
    }

    /** Where the parabola through three neighbours has its top, against the middle one. */
    private static double vertex(double[] v, int i) {
        if (i < 1 || i > v.length - 2) {
            return 0;
        }
        double curvature = v[i - 1] - 2 * v[i] + v[i + 1];
        return curvature < 0 ? 0.5 * (v[i - 1] - v[i + 1]) / curvature : 0;
    }

    /** Standard deviation of white noise on a smooth curve. */
    private static double noise(double[] v) {
        double[] third = new double[v.length - 3];
        for (int i = 0; i < third.length; i++) {
            third[i] = Math.abs(v[i + 3] - 3 * v[i + 2] + 3 * v[i + 1] - v[i]);
        }
        Arrays.sort(third);
        return third[third.length / 2] / THIRD_DIFFERENCE;
    }
}
