/* SPDX-License-Identifier: GPL-3.0-or-later */
package vitromap.engine;

import ij.ImagePlus;
import ij.ImageStack;
import ij.gui.Line;
import ij.gui.Roi;
import ij.process.FloatPolygon;

/** Profiles across or along a line on all slices of an image: vitro_band_profile. Lengths are px of the map. */
public final class Band {
    /** Distance from the line (positive to the left of its direction), or along it from its beginning. */
    public final double[] distances;
    private final float[] values;

    private Band(double[] distances, float[] values) {
        this.distances = distances;
        this.values = values;
    }

    /**
     * Measures all slices.
     *
     * @param path x, y of each point of the line, pixel centres at integers
     * @param along along the line, averaged over the width; else across it, averaged over its length
     */
    public static Band of(ImagePlus image, double[] path, double width, boolean along) {
        ImageStack stack = image.getStack();
        int pixels = image.getWidth() * image.getHeight();
        if (image.getBitDepth() == 24) {
            throw wrong("'" + image.getTitle() + "' is a colour picture. A profile needs grey values.");
        }
        if ((long) pixels * stack.getSize() > Integer.MAX_VALUE - 8) {
            throw wrong("'" + image.getTitle() + "' has too many slices for a profile: " + stack.getSize() + " of " + pixels + " pixels.");
        }
        float[] maps = new float[pixels * stack.getSize()];
        double[] periods = new double[stack.getSize()];
        for (int z = 0; z < stack.getSize(); z++) {
            System.arraycopy(stack.getProcessor(z + 1).convertToFloat().getPixels(), 0, maps, z * pixels, pixels);
            periods[z] = period(stack.getShortSliceLabel(z + 1));
        }
        int bins = Native.bandBins(path, width, along);
        float[] values = new float[3 * bins * stack.getSize()];
        Native.bandProfile(image.getWidth(), image.getHeight(), path, width, along, maps, stack.getSize(), periods, values);
        double[] distances = new double[bins];
        Native.bandDistances(path, width, along, distances);
        return new Band(distances, values);
    }

    /** Degrees after which the values of a slice begin anew: 180 for the angle of a line, 360 for that of an arrow; 0 = they do not. */
    public static double period(String label) {
        return label == null ? 0 : label.equals("angle_1") || label.equals("theta_max") ? 180 : label.equals("angle") ? 360 : 0;
    }

    public double[] means(int slice) {
        return column(slice, 0);
    }

    /** Standard errors; NaN where a single pixel makes up the bin. */
    public double[] errors(int slice) {
        return column(slice, 1);
    }

    /** Effective number of pixels in each bin. */
    public double[] pixels(int slice) {
        return column(slice, 2);
    }

    private double[] column(int slice, int column) {
        double[] out = new double[distances.length];
        for (int i = 0; i < out.length; i++) {
            out[i] = values[3 * (slice * out.length + i) + column];
        }
        return out;
    }

    /** The points of a line selection, straight or not. */
    public static double[] path(ImagePlus image, Roi roi) {
        if (roi == null || !roi.isLine()) {
            throw wrong("A profile needs a line selection on '" + image.getTitle() + "'" + (roi == null ? "" : ", not one of type " + roi.getTypeAsString())
                    + ". Draw a line along the band.");
        }
        if (roi instanceof Line) {
            Line line = (Line) roi;
            return new double[] {line.x1d, line.y1d, line.x2d, line.y2d};
        }
        FloatPolygon polygon = roi.getFloatPolygon();
        double[] path = new double[2 * polygon.npoints];
        for (int i = 0; i < polygon.npoints; i++) {
            path[2 * i] = polygon.xpoints[i];
            path[2 * i + 1] = polygon.ypoints[i];
        }
        return path;
    }

    private static VitroException wrong(String text) {
        return new VitroException(VitroException.ARGUMENT, text);
    }
}
