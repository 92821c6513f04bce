/* SPDX-License-Identifier: GPL-3.0-or-later */
package vitromap.engine;

import ij.gui.Roi;
import ij.plugin.frame.RoiManager;
import ij.process.AutoThresholder;
import java.awt.Point;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;

/** Some positions of a scan. */
public final class Region {
    private static final int HISTOGRAM = 256;

    public final String name;
    /** In scan order, row by row, each once; at least one. */
    public final int[] positions;

    private Region(String name, BitSet set) {
        this.name = name;
        this.positions = set.stream().toArray();
    }

    /** Whether a text has the form of a rectangle. */
    public static boolean isRectangle(String text) {
        return text.matches("(\\s*-?\\d{1,8}\\s*,){3}\\s*-?\\d{1,8}\\s*");
    }

    /**
     * @param text 'x,y,width,height' in scan positions
     * @param of title of what the scan belongs to, for messages
     */
    public static Region rectangle(String text, int scanX, int scanY, String of) {
        if (!isRectangle(text)) {
            throw wrong("The region '" + text + "' must be 'x,y,width,height' in scan pixels.");
        }
        int[] r = Arrays.stream(text.split(",")).mapToInt(part -> Integer.parseInt(part.trim())).toArray();
        if (r[0] < 0 || r[1] < 0 || r[2] < 1 || r[3] < 1 || r[0] + r[2] > scanX || r[1] + r[3] > scanY) {
            throw wrong("The region '" + text + "' (x,y,width,height) does not lie in the scan of '" + of + "', " + scanX + " x " + scanY + ".");
        }
        BitSet set = new BitSet();
        for (int y = r[1]; y < r[1] + r[3]; y++) {
            set.set(y * scanX + r[0], y * scanX + r[0] + r[2]);
        }
        return new Region(text.trim(), set);
    }

    /** The positions in any selection on a map; what lies outside the scan is left out. */
    public static Region of(Roi roi, String name, int scanX, int scanY) {
        BitSet set = new BitSet();
        for (Point p : roi) {
            if (p.x >= 0 && p.y >= 0 && p.x < scanX && p.y < scanY) {
                set.set(p.y * scanX + p.x);
            }
        }
        if (set.isEmpty()) {
            throw wrong("The selection '" + name + "' holds no position of the scan of " + scanX + " x " + scanY + ".");
        }
        return new Region(name, set);
    }

    /** All selections of the ROI Manager; none if it is not open or empty. */
    public static List<Region> managed(int scanX, int scanY) {
        List<Region> regions = new ArrayList<>();
        RoiManager manager = RoiManager.getInstance2();
        if (manager != null) {
            for (Roi roi : manager.getRoisAsArray()) {
                regions.add(of(roi, roi.getName() == null ? "region " + (regions.size() + 1) : roi.getName(), scanX, scanY));
            }
        }
        return regions;
    }

    /**
     * The positions where a map lies in a range.
     *
     * @param rule bright or dark (above, below the IsoData threshold of the map), or 'from,to' in the map's values, both included
     */
    public static Region threshold(MapImage map, String rule) {
        String text = rule.trim();
        double from = Double.NEGATIVE_INFINITY;
        double to = Double.POSITIVE_INFINITY;
        if (text.equals("bright")) {
            from = isoData(map);
        } else if (text.equals("dark")) {
            to = Math.nextDown(isoData(map));
        } else {
            String[] parts = text.split(",");
            try {
                from = Double.parseDouble(parts[0].trim());
                to = Double.parseDouble(parts[1].trim());
            } catch (NumberFormatException | ArrayIndexOutOfBoundsException e) {
                throw wrong("The threshold '" + rule + "' must be bright, dark, or 'from,to' in the values of " + map.name() + ".");
            }
        }
        BitSet set = new BitSet();
        for (int i = 0; i < map.values.length; i++) {
            set.set(i, map.values[i] >= from && map.values[i] <= to);
        }
        if (set.isEmpty()) {
            throw wrong("No position of " + map.name() + " lies in the threshold '" + rule + "'" + range(map) + ".");
        }
        return new Region(map.label + " " + text, set);
    }

    /** The threshold between dark and bright: the lower edge of the first bright bin of a histogram. */
    private static double isoData(MapImage map) {
        double[] range = extremes(map);
        if (!(range[1] > range[0])) {
            throw wrong(map.name() + " is constant or not measured: it has no bright and dark parts.");
        }
        int[] histogram = new int[HISTOGRAM];
        double scale = HISTOGRAM / (range[1] - range[0]);
        for (float value : map.values) {
            if (!Float.isNaN(value) && !Float.isInfinite(value)) {
                histogram[(int) Math.min(HISTOGRAM - 1, (value - range[0]) * scale)]++;
            }
        }
        return range[0] + (new AutoThresholder().getThreshold(AutoThresholder.Method.IsoData, histogram) + 1) / scale;
    }

    private static String range(MapImage map) {
        double[] range = extremes(map);
        return range[0] > range[1] ? ": nothing of it is measured" : ": its values go from " + (float) range[0] + " to " + (float) range[1];
    }

    private static double[] extremes(MapImage map) {
        double[] range = {Double.POSITIVE_INFINITY, Double.NEGATIVE_INFINITY};
        for (float value : map.values) {
            if (!Float.isNaN(value) && !Float.isInfinite(value)) {
                range[0] = Math.min(range[0], value);
                range[1] = Math.max(range[1], value);
            }
        }
        return range;
    }

    /** The positions as frames of a dataset. */
    public long[] frames() {
        return Arrays.stream(positions).asLongStream().toArray();
    }

    private static VitroException wrong(String text) {
        return new VitroException(VitroException.ARGUMENT, text);
    }
}
