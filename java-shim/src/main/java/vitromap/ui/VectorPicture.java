/* SPDX-License-Identifier: GPL-3.0-or-later */
package vitromap.ui;

import ij.ImagePlus;
import ij.gui.Overlay;
import ij.gui.Roi;
import ij.gui.ShapeRoi;
import ij.measure.Calibration;
import ij.process.LUT;
import java.awt.Color;
import java.awt.Shape;
import java.util.Arrays;
import vitromap.engine.VectorField;
import vitromap.engine.VitroException;

/** Vectors over a map, or as colours, with their legend. */
public final class VectorPicture {
    private static final int ALONG_A_SIDE = 24;
    private static final int MOST_VECTORS = 40000;
    private static final double SHORTEST = 2;
    private static final double SHORTEST_KEY = 40;
    private static final double LONGEST_KEY = 100;

    private VectorPicture() {
    }

    /**
     * Arrows or lines as an overlay on a picture of the map.
     *
     * @param spacing map pixels from vector to vector, each the mean of its block; 0 = about 24 along the longer side
     * @param scale length in map pixels of a vector of 1; 0 = so that all but the longest twentieth fit into their block
     */
    public static ImagePlus vectors(String title, ImagePlus map, VectorField field, boolean headless, int spacing, double scale) {
        int step = spacing > 0 ? spacing : (int) Math.ceil((double) Math.max(field.width, field.height) / ALONG_A_SIDE);
        int columns = VectorField.blocks(field.width, step);
        int rows = VectorField.blocks(field.height, step);
        if ((long) columns * rows > MOST_VECTORS) {
            throw new VitroException(VitroException.ARGUMENT, "A spacing of " + step + " px makes " + (long) columns * rows + " vectors, at most " + MOST_VECTORS
                    + " are drawn. Give a larger spacing.");
        }
        float[] means = field.means(step, headless);
        double typical = quantile(means, 0.95);
        double unit = scale > 0 ? scale : step / typical;
        MapPicture picture = new MapPicture(field.width, field.height);
        picture.map(map);
        double key = MapPicture.round(Math.min(LONGEST_KEY, Math.max(SHORTEST_KEY, typical * unit * picture.zoom)) / (unit * picture.zoom));
        picture.key(key * unit * picture.zoom, headless, MapPicture.number(key) + (field.unit.isEmpty() ? "" : " " + field.unit) + " (" + field.label + ")");
        double stepNm = stepNm(map);
        picture.scaleBar(stepNm);
        ImagePlus image = picture.image(title, stepNm);
        image.setOverlay(overlay(field, means, columns, step, headless, unit * picture.zoom, picture.zoom));
        return image;
    }

    private static Overlay overlay(VectorField field, float[] means, int columns, int step, boolean headless, double unit, int zoom) {
        Overlay overlay = new Overlay();
        int n = means.length / 2;
        for (int i = 0; i < n; i++) {
            double x = means[i] * unit;
            double y = -means[n + i] * unit;
            if (Math.hypot(x, y) >= SHORTEST) {
                int left = i % columns * step;
                int top = i / columns * step;
                double middleX = 0.5 * (left + Math.min(left + step, field.width)) * zoom;
                double middleY = 0.5 * (top + Math.min(top + step, field.height)) * zoom;
                Shape shape = MapPicture.shape(middleX, middleY, x, y, headless);
                Roi rim = new ShapeRoi(shape);
                rim.setStrokeColor(Color.WHITE);
                rim.setStrokeWidth(1.6);
                overlay.add(rim);
                Roi vector = new ShapeRoi(shape);
                vector.setFillColor(Color.BLACK);
                overlay.add(vector);
            }
        }
        return overlay;
    }

    /**
     * Direction as colour, length as brightness.
     *
     * @param spacing map pixels of a block; 0 = 1
     * @param scale length of full brightness; 0 = so that all but the longest hundredth are below it
     */
    public static ImagePlus wheel(String title, ImagePlus map, VectorField field, int spacing, double scale) {
        int step = Math.max(1, spacing);
        float[] means = field.means(step, field.isLine);
        int n = means.length / 2;
        double full = scale > 0 ? scale : quantile(means, 0.99);
        LUT cyclic = Luts.cyclic();
        int[] colours = new int[field.width * field.height];
        for (int p = 0; p < colours.length; p++) {
            int i = p / field.width / step * VectorField.blocks(field.width, step) + p % field.width / step;
            colours[p] = MapPicture.colour(cyclic, means[i] / full, means[n + i] / full, field.isLine);
        }
        MapPicture picture = new MapPicture(field.width, field.height);
        picture.map(colours);
        picture.wheel(cyclic, field.isLine, full, field.label, field.unit);
        double stepNm = stepNm(map);
        picture.scaleBar(stepNm);
        return picture.image(title, stepNm);
    }

    private static double stepNm(ImagePlus map) {
        Calibration calibration = map.getCalibration();
        return "nm".equals(calibration.getUnit()) ? calibration.pixelWidth : 0;
    }

    /** Of the lengths, those that are not measured left out; 1 if nothing has a length. */
    private static double quantile(float[] means, double part) {
        int n = means.length / 2;
        double[] lengths = new double[n];
        int count = 0;
        for (int i = 0; i < n; i++) {
            double length = Math.hypot(means[i], means[n + i]);
            if (!Double.isNaN(length) && !Double.isInfinite(length)) {
                lengths[count++] = length;
            }
        }
        if (count == 0) {
            throw new VitroException(VitroException.DATA, "None of the vectors is measured: both maps are NaN everywhere, or in more than half of each block.");
        }
        Arrays.sort(lengths, 0, count);
        double value = lengths[(int) Math.ceil(part * (count - 1))];
        return value > 0 ? value : 1;
    }
}
