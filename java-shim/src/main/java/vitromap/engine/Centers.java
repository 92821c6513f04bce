/* SPDX-License-Identifier: GPL-3.0-or-later */
package vitromap.engine;

import ij.ImagePlus;
import ij.WindowManager;
import java.util.function.Consumer;

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

    /**
     * The centres that a command's keys ask for.
     *
     * @param map the map itself; null = that of the title
     * @param log told if a title is given for nothing
     * @return null if the dataset's centre is for all
     */
    public static double[] chosen(Dataset dataset, boolean follow, ImagePlus map, String title, Consumer<String> log) {
        if (!follow) {
            if (!title.isEmpty()) {
                log.accept("centers is not used: follow_center is off");
            }
            return null;
        }
        return map != null ? of(dataset, map) : of(dataset, title);
    }

    /** Logs how many patterns have no centre on the detector, and what comes of it; centers may be null. */
    public static void tellMissing(Dataset dataset, double[] centers, String consequence, Consumer<String> log) {
        int missing = 0;
        for (int i = 0; centers != null && i < centers.length; i += 2) {
            boolean on = centers[i] >= 0 && centers[i + 1] >= 0 && centers[i] <= dataset.width() - 1 && centers[i + 1] <= dataset.height() - 1;
            missing += on ? 0 : 1;
        }
        if (missing > 0) {
            log.accept(missing + " of " + centers.length / 2 + " patterns have no centre on the detector: " + consequence);
        }
    }

    private static VitroException wrong(String text) {
        return new VitroException(VitroException.ARGUMENT, text);
    }
}
