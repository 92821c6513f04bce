/* SPDX-License-Identifier: GPL-3.0-or-later */
package vitromap.ui.explorer;

import ij.gui.Roi;
import java.awt.Color;
import vitromap.engine.LiveScan;

/** A region that is kept for comparison. */
final class Pin {
    final String name;
    final Color colour;
    /** Its outline on the map; null = the whole scan. */
    final Roi roi;
    final LiveScan.Pattern pattern;

    Pin(String name, Color colour, Roi roi, LiveScan.Pattern pattern) {
        this.name = name;
        this.colour = colour;
        this.roi = roi;
        this.pattern = pattern;
    }

    Pin with(LiveScan.Pattern exact) {
        return new Pin(name, colour, roi, exact);
    }
}
