/* SPDX-License-Identifier: GPL-3.0-or-later */
package vitromap.engine;

import java.io.IOException;
import java.util.Locale;
import java.util.function.Consumer;

/** Where the rings lie on the detector (px, pixel centres at integers), and which pixels are left out. */
public final class Geometry {
    public final double[] center = {0, 0};
    /** The symmetric matrix E, 'xx, xy, yy': k_round = E (k - center). */
    public final double[] ellipse = {1, 0, 1};
    /** Radius of the first ring's maximum; 0 = not looked for. */
    public double ring;
    public double ringMin;
    public double ringMax;
    /** height x width bytes, nonzero = masked. */
    public byte[] mask;

    /** The seven numbers as the native functions take them. */
    public double[] array() {
        return new double[] {center[0], center[1], ellipse[0], ellipse[1], ellipse[2], ringMin, ringMax};
    }

    /** The dataset's centre, ellipse and mask; what it does not know is measured on its mean pattern, and said in the log. */
    public static Geometry of(Dataset dataset, MeanPattern pattern, Consumer<String> log) {
        Geometry geometry = new Geometry();
        String mask = dataset.text(Dataset.MASK);
        geometry.setMask(mask == null ? pattern.findMask() : Mask.decode(mask, pattern.width, pattern.height));
        if (mask == null) {
            log.accept("mask: found, " + Mask.count(geometry.mask) + " pixels");
        }
        double x = dataset.number(Dataset.CENTER_X, Double.NaN);
        double y = dataset.number(Dataset.CENTER_Y, Double.NaN);
        if (Double.isNaN(x) || Double.isNaN(y)) {
            geometry.setCenter(pattern.findCenter(geometry.mask));
            log.accept(String.format(Locale.US, "centre: found at %.2f, %.2f px", geometry.center[0], geometry.center[1]));
        } else {
            geometry.setCenter(new double[] {x, y});
        }
        double[] ellipse = dataset.numbers(Dataset.ELLIPSE, 3);
        if (ellipse != null) {
            geometry.setEllipse(ellipse);
        }
        return geometry;
    }

    /** The dataset's centre, x and y; measured if it is not known, and said in the log. */
    public static double[] center(Dataset dataset, Consumer<String> log) throws IOException {
        double x = dataset.number(Dataset.CENTER_X, Double.NaN);
        double y = dataset.number(Dataset.CENTER_Y, Double.NaN);
        if (!Double.isNaN(x) && !Double.isNaN(y)) {
            return new double[] {x, y};
        }
        return of(dataset, MeanPattern.of(dataset.source(), "Mean pattern"), line -> {
            if (line.startsWith("centre")) { // the mask that was found on the way is not used
                log.accept(line);
            }
        }).center;
    }

    /** Radius of the largest circle about the centre that lies on a detector of this size, px: beyond it radii lack azimuths. */
    public double fullCircle(int width, int height) {
        return Math.min(Math.min(center[0], width - 1 - center[0]), Math.min(center[1], height - 1 - center[1]));
    }

    public void setCenter(double[] value) {
        System.arraycopy(value, 0, center, 0, 2);
    }

    public void setEllipse(double[] value) {
        System.arraycopy(value, 0, ellipse, 0, 3);
    }

    /** @throws VitroException if nothing is left of the pattern */
    public void setMask(byte[] value) {
        if (Mask.count(value) == value.length) {
            throw new VitroException(VitroException.ARGUMENT, "The mask covers the whole pattern. Masked are the nonzero pixels.");
        }
        mask = value;
    }

    /**
     * Sets the range for the fit; 0 = as found on the profile of the pattern.
     *
     * @throws VitroException if there is no ring to be found, or the range does not lie on the detector
     */
    public void setRing(MeanPattern pattern, double min, double max, Consumer<String> log) {
        if (min < 0 || max < 0 || Double.isNaN(min + max)) {
            throw wrong("Ring_min and ring_max are radii in px, 0 = find; not " + min + " and " + max + ".");
        }
        double corner = Math.hypot(Math.max(center[0], pattern.width - 1 - center[0]), Math.max(center[1], pattern.height - 1 - center[1]));
        if (min == 0 || max == 0) {
            double[] found = pattern.findRing(mask, center, ellipse);
            ring = found[0];
            ringMin = min > 0 ? min : found[1];
            ringMax = max > 0 ? max : Math.min(found[2], corner);
            log.accept(String.format(Locale.US, "ring: found at %.1f px, range %.1f to %.1f px", ring, ringMin, ringMax));
        } else {
            ring = 0;
            ringMin = min;
            ringMax = max;
        }
        if (!(ringMin < ringMax)) {
            throw wrong(String.format(Locale.US, "Ring_min (%.1f px) must be less than ring_max (%.1f px).", ringMin, ringMax));
        }
        if (ringMax > corner) {
            throw wrong(String.format(Locale.US, "The ring's range, %.1f to %.1f px, lies outside the detector: about the centre %.1f, %.1f the farthest pixel "
                    + "of %d x %d is at %.1f px.", ringMin, ringMax, center[0], center[1], pattern.width, pattern.height, corner));
        }
    }

    /**
     * Sets the range of radii of a profile, ringMin and ringMax.
     *
     * @param max 0 = to the farthest pixel of a detector of that size
     * @throws VitroException if the range does not rise or lies outside the detector
     */
    public void setRadii(double min, double max, int width, int height) {
        if (!(min >= 0 && max >= 0 && (max == 0 || max > min))) {
            throw wrong("R_min and r_max are radii in px, 0 <= r_min < r_max, r_max 0 = all. Given: r_min " + min + ", r_max " + max + ".");
        }
        double farthest = farthest(width, height);
        if (min >= farthest || max > Math.ceil(farthest)) {
            throw wrong(String.format(Locale.US, "The range from r_min %.1f to r_max %.1f px lies outside the detector: about the centre %.1f, %.1f the farthest "
                    + "pixel of %d x %d is at %.1f px.", min, max, center[0], center[1], width, height, farthest));
        }
        ringMin = min;
        ringMax = max > 0 ? max : min + Math.max(1, Math.ceil(farthest - min));
    }

    private double farthest(int width, int height) {
        double most = 0;
        for (int corner = 0; corner < 4; corner++) {
            double x = (corner & 1) * (width - 1) - center[0];
            double y = (corner >> 1) * (height - 1) - center[1];
            most = Math.max(most, Math.hypot(ellipse[0] * x + ellipse[1] * y, ellipse[1] * x + ellipse[2] * y));
        }
        return most;
    }

    private static VitroException wrong(String text) {
        return new VitroException(VitroException.ARGUMENT, text);
    }
}
