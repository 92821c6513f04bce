/* SPDX-License-Identifier: GPL-3.0-or-later */
package vitromap.engine;

import ij.ImagePlus;
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
        float[] x = MapImage.of(map, "center_x", "centres of the patterns").values;
        float[] y = MapImage.of(map, "center_y", "centres of the patterns").values;
        double[] centers = new double[2 * x.length];
        for (int i = 0; i < x.length; i++) {
            centers[2 * i] = x[i];
            centers[2 * i + 1] = y[i];
        }
        return centers;
    }

    private static VitroException wrong(String text) {
        return new VitroException(VitroException.ARGUMENT, text);
    }
}
