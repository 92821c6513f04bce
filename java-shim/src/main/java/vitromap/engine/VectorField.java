/* SPDX-License-Identifier: GPL-3.0-or-later */
package vitromap.engine;

import ij.ImagePlus;
import java.util.Arrays;
import java.util.List;

/** Two maps that make vectors, or directors, which have no head; the frame is the scan's, y up. */
public final class VectorField {
    /** Directions of lines, known to the half turn only. */
    private static final List<String> LINES = Arrays.asList("angle_1", "theta_max");
    /** What an image's own slices may be, in this order. */
    private static final String[][] PAIRS = {{"x", "y"}, {"magnitude", "angle"}, {"e_dev", "angle_1"}};

    public final int width;
    public final int height;
    /** Unit of the length. */
    public final String unit;
    /** The maps' labels. */
    public final String label;
    /** Whether the angle is that of a line. */
    public final boolean isLine;
    private final boolean polar;
    private final float[] first;
    private final float[] second;

    private VectorField(MapImage first, MapImage second, boolean polar) {
        this.width = second.width();
        this.height = second.height();
        String valueUnit = first == null ? "" : first.image.getCalibration().getValueUnit();
        this.unit = valueUnit.equals("Gray Value") ? "" : valueUnit;
        this.label = first == null ? second.label : first.label + ", " + second.label;
        this.isLine = polar && LINES.contains(second.label);
        this.polar = polar;
        this.first = first == null ? null : first.values;
        this.second = second.values;
        if (first != null) {
            first.requireScan(width, height, second.image.getTitle());
        }
    }

    /**
     * The vectors of two maps: x and y, or magnitude and angle (degrees counter-clockwise), each 'title:slice', a title, or a slice of the image; an angle
     * alone makes vectors of length 1; nothing given: the image's own slices.
     */
    public static VectorField of(ImagePlus image, String x, String y, String magnitude, String angle) {
        boolean cartesian = !x.trim().isEmpty() || !y.trim().isEmpty();
        boolean polar = !magnitude.trim().isEmpty() || !angle.trim().isEmpty();
        if (cartesian && polar) {
            throw wrong("Give either x and y, or magnitude and angle.");
        } else if (cartesian && (x.trim().isEmpty() || y.trim().isEmpty())) {
            throw wrong("Vectors need both maps: " + (x.trim().isEmpty() ? "x" : "y") + " is missing.");
        } else if (polar && angle.trim().isEmpty()) {
            throw wrong("Vectors need an angle with the magnitude '" + magnitude.trim() + "'.");
        } else if (cartesian) {
            return new VectorField(map(image, x, "x of the vectors"), map(image, y, "y of the vectors"), false);
        } else if (polar) {
            return new VectorField(magnitude.trim().isEmpty() ? null : map(image, magnitude, "length of the vectors"), map(image, angle, "angle of the vectors"), true);
        }
        List<String> labels = Arrays.asList(image.getStack().getSliceLabels() == null ? new String[0] : image.getStack().getSliceLabels());
        for (String[] pair : PAIRS) {
            if (labels.contains(pair[0]) && labels.contains(pair[1])) {
                return new VectorField(MapImage.of(image, pair[0], "vectors"), MapImage.of(image, pair[1], "vectors"), pair != PAIRS[0]);
            }
        }
        throw wrong("'" + image.getTitle() + "' has no slices x and y, magnitude and angle, or e_dev and angle_1. Say by x and y, or magnitude and angle, "
                + "what the vectors are: 'title:slice'.");
    }

    private static MapImage map(ImagePlus image, String text, String what) {
        String[] labels = image.getStack().getSliceLabels();
        boolean own = labels != null && Arrays.asList(labels).contains(text.trim());
        return own ? MapImage.of(image, text, what) : MapImage.of(text, what);
    }

    /**
     * Means over blocks: x of all blocks, row by row, then y; NaN where less than half of a block is measured.
     *
     * @param headless a vector and its opposite are the same
     */
    public float[] means(int spacing, boolean headless) {
        float[] out = new float[2 * blocks(width, spacing) * blocks(height, spacing)];
        Native.vectorMeans(width, height, spacing, polar, headless, first, second, out);
        return out;
    }

    /** Blocks along a side; the last one may be smaller. */
    public static int blocks(int side, int spacing) {
        return (side + spacing - 1) / spacing;
    }

    private static VitroException wrong(String text) {
        return new VitroException(VitroException.ARGUMENT, text);
    }
}
