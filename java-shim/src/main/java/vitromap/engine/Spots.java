/* SPDX-License-Identifier: GPL-3.0-or-later */
package vitromap.engine;

import ij.process.AutoThresholder;
import ij.process.FloatProcessor;
import ij.process.ImageProcessor;
import java.util.Arrays;

/** Hot spots of a map: connected regions above a threshold, their sizes, and what of area and volume they make up. */
public final class Spots {
    /** Degrees in half a turn: a direction of diffraction and its opposite are one. */
    private static final double HALF_TURN = 180;

    public final int width;
    public final int height;
    /** Pixels at or above it are hot. */
    public final double threshold;
    public final int count;
    /** 0 = in no spot, else the spot's number from 1 on. */
    public final float[] label;
    /** Measured pixels of the map. */
    public final int measured;

    private final double[] numbers;

    private Spots(MapImage map, double threshold, int minSize, int measured) {
        this.width = map.width();
        this.height = map.height();
        this.threshold = threshold;
        this.measured = measured;
        this.label = new float[map.values.length];
        this.count = (int) Native.hotSpots(map.values, width, height, threshold, minSize, label);
        this.numbers = new double[count * Native.HOT_SPOT_FIELDS];
        Native.hotSpotSizes(map.values, label, width, height, count, numbers);
    }

    /**
     * Finds the spots.
     *
     * @param rule name of one of ImageJ's automatic thresholds, or a number
     * @param minSize pixels
     */
    public static Spots find(MapImage map, String rule, int minSize) {
        float[] finite = new float[map.values.length];
        int n = 0;
        for (float value : map.values) {
            if (!Float.isNaN(value) && !Float.isInfinite(value)) {
                finite[n++] = value;
            }
        }
        if (n == 0) {
            throw new VitroException(VitroException.DATA, "None of the pixels of " + map.name() + " is measured: all are NaN.");
        }
        if (minSize < 1) {
            throw new VitroException(VitroException.ARGUMENT, "Min_size is a number of pixels from 1 on, not " + minSize + ".");
        }
        return new Spots(map, threshold(Arrays.copyOf(finite, n), rule.trim(), map), minSize, n);
    }

    /** ImageJ's own way: a histogram of 256 bins from the least to the largest value, the bright side. */
    private static double threshold(float[] values, String rule, MapImage map) {
        String[] methods = AutoThresholder.getMethods();
        for (String method : methods) {
            if (method.equalsIgnoreCase(rule)) {
                FloatProcessor row = new FloatProcessor(values.length, 1, values);
                if (row.getMin() == row.getMax()) {
                    throw new VitroException(VitroException.DATA, "All measured pixels of " + map.name() + " have the same value, " + row.getMin()
                            + ": an automatic threshold has nothing to divide. A number may be given.");
                }
                row.setAutoThreshold(AutoThresholder.Method.valueOf(method), true, ImageProcessor.NO_LUT_UPDATE);
                return row.getMinThreshold();
            }
        }
        try {
            double number = Double.parseDouble(rule);
            if (!Double.isNaN(number) && !Double.isInfinite(number)) {
                return number;
            }
        } catch (NumberFormatException e) {
            // the message below
        }
        throw new VitroException(VitroException.ARGUMENT, "The threshold '" + rule + "' is neither a number nor one of ImageJ's methods: " + String.join(", ", methods) + ".");
    }

    /** Share of the clusters that are in diffracting condition at a time, as against those that are not: 10 degrees give 5.9 %. */
    public static double braggShare(double acceptanceDeg) {
        if (!(acceptanceDeg > 0 && acceptanceDeg < HALF_TURN / 2)) {
            throw new VitroException(VitroException.ARGUMENT, "The Bragg acceptance is an angle between 0 and 90 degrees, not " + acceptanceDeg + ".");
        }
        return acceptanceDeg / (HALF_TURN - acceptanceDeg);
    }

    private double number(int spot, int field) {
        return numbers[spot * Native.HOT_SPOT_FIELDS + field];
    }

    public double pixels(int spot) {
        return number(spot, 0);
    }

    /** Centroid, px from the upper left corner: a pixel's centre is at i + 0.5. */
    public double x(int spot) {
        return number(spot, 1);
    }

    public double y(int spot) {
        return number(spot, 2);
    }

    public double mean(int spot) {
        return number(spot, 3);
    }

    public double maximum(int spot) {
        return number(spot, 4);
    }

    /** Diameter of a disc of the same area, for pixels of that area. */
    public double diameter(int spot, double pixelArea) {
        return 2 * Math.sqrt(pixels(spot) * pixelArea / Math.PI);
    }

    /** Hot pixels in spots over measured pixels. */
    public double areaFraction() {
        double sum = 0;
        for (int i = 0; i < count; i++) {
            sum += pixels(i);
        }
        return sum / measured;
    }

    /** Volume of spheres of the spots' diameters over that of the specimen under the measured pixels; lengths in one unit. */
    public double volumeFraction(double pixelArea, double thickness) {
        double sum = 0;
        for (int i = 0; i < count; i++) {
            sum += Math.PI / 6 * Math.pow(diameter(i, pixelArea), 3);
        }
        return sum / (measured * pixelArea * thickness);
    }
}
