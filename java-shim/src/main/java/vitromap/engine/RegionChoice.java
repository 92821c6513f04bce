/* SPDX-License-Identifier: GPL-3.0-or-later */
package vitromap.engine;

import ij.ImagePlus;
import java.util.ArrayList;
import java.util.List;

/** The regions that a command's keys ask for. */
public final class RegionChoice {
    /** Text for the selections of the ROI Manager. */
    public static final String MANAGER = "ROI Manager";

    private final int scanX;
    private final int scanY;
    private final String of;

    /** @param of title of what the scan belongs to, for messages */
    public RegionChoice(int scanX, int scanY, String of) {
        this.scanX = scanX;
        this.scanY = scanY;
        this.of = of;
    }

    /**
     * The regions by text, or those of a map.
     *
     * @param regions 'x,y,width,height', several separated by ';', or MANAGER; empty = the whole scan, if there is no map
     * @param map 'title' or 'title:slice'; empty = none
     * @param mapImage the map itself, its slice by the part of map behind the colon; goes before map; null = none
     * @param thresholds bright, dark or 'from,to', several separated by ';'; empty = the selection on the map
     */
    public List<Region> regions(String regions, String map, ImagePlus mapImage, String thresholds) {
        String text = regions.trim();
        boolean ofMap = mapImage != null || !map.trim().isEmpty();
        if (ofMap && !text.isEmpty()) {
            throw wrong("Give either a region ('" + text + "') or a map ('" + map.trim() + "'), not both.");
        }
        if (!ofMap && !thresholds.trim().isEmpty()) {
            throw wrong("The threshold '" + thresholds + "' needs a map: give its title by 'map'.");
        }
        if (ofMap) {
            return ofMap(map, mapImage, thresholds);
        }
        if (text.equalsIgnoreCase(MANAGER)) {
            List<Region> managed = Region.managed(scanX, scanY);
            if (managed.isEmpty()) {
                throw wrong("The ROI Manager is empty. Add selections on a map of '" + of + "' to it.");
            }
            return managed;
        }
        List<Region> list = new ArrayList<>();
        for (String one : (text.isEmpty() ? "0,0," + scanX + "," + scanY : text).split(";")) {
            list.add(Region.rectangle(one.trim(), scanX, scanY, of));
        }
        return list;
    }

    private List<Region> ofMap(String text, ImagePlus image, String thresholds) {
        String what = "map of the region";
        int colon = text.lastIndexOf(':');
        MapImage map = image != null ? MapImage.of(image, colon < 0 ? "" : text.substring(colon + 1), what) : MapImage.of(text, what);
        map.requireScan(scanX, scanY, of);
        List<Region> list = new ArrayList<>();
        if (!thresholds.trim().isEmpty()) {
            for (String rule : thresholds.split(";")) {
                list.add(Region.threshold(map, rule));
            }
        } else if (map.image.getRoi() == null) {
            throw wrong(map.name() + " has no selection. Draw one on it, or give a threshold.");
        } else {
            list.add(Region.of(map.image.getRoi(), "selection on " + map.image.getTitle(), scanX, scanY));
        }
        return list;
    }

    private static VitroException wrong(String text) {
        return new VitroException(VitroException.ARGUMENT, text);
    }
}
