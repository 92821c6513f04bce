/* SPDX-License-Identifier: GPL-3.0-or-later */
package vitromap.engine;

import ij.ImagePlus;
import ij.ImageStack;
import ij.WindowManager;

/** The centre of every pattern, from a map with the slices center_x and center_y (px, pixel centres at integers): NAME-Ring or NAME-CoM. */
public final class Centers {
    private Centers() {
    }

    /**
     * The open map of that title.
     *
     * @param title empty = the dataset's NAME-Ring
     * @return x, y of each pattern in scan order; NaN where the map has none
     */
    public static double[] of(Dataset dataset, String title) {
        String name = title.trim().isEmpty() ? dataset.name() + "-Ring" : title.trim();
        ImagePlus map = WindowManager.getImage(name);
        if (map == null) {
            throw wrong("There is no open image '" + name + "' with the patterns' centres. It comes from 4D-STEM Strain Map...; "
                    + "give another map's title by 'centers', or leave follow_center off.");
        }
        return of(dataset, map);
    }

    /** The same from the map itself. */
    public static double[] of(Dataset dataset, ImagePlus map) {
        if (map.getWidth() != dataset.scanX() || map.getHeight() != dataset.scanY()) {
            throw wrong("The centres in '" + map.getTitle() + "' are those of another scan: " + map.getWidth() + " x " + map.getHeight() + " patterns, '"
                    + dataset.image().getTitle() + "' has " + dataset.scanX() + " x " + dataset.scanY() + ".");
        }
        float[] x = slice(map, "center_x");
        float[] y = slice(map, "center_y");
        double[] centers = new double[2 * x.length];
        for (int i = 0; i < x.length; i++) {
            centers[2 * i] = x[i];
            centers[2 * i + 1] = y[i];
        }
        return centers;
    }

    private static float[] slice(ImagePlus map, String label) {
        ImageStack stack = map.getStack();
        for (int i = 1; i <= stack.getSize(); i++) {
            if (label.equals(stack.getSliceLabel(i)) && stack.getBitDepth() == 32) {
                return (float[]) stack.getProcessor(i).getPixels();
            }
        }
        throw wrong("'" + map.getTitle() + "' has no 32-bit slice '" + label + "'. Centres are the slices center_x and center_y, as in NAME-Ring.");
    }

    private static VitroException wrong(String text) {
        return new VitroException(VitroException.ARGUMENT, text);
    }
}
