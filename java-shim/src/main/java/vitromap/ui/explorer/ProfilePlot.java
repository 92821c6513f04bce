/* SPDX-License-Identifier: GPL-3.0-or-later */
package vitromap.ui.explorer;

import ij.gui.Plot;
import java.awt.Color;
import java.util.List;
import java.util.Locale;
import vitromap.engine.LiveScan;

/** The radial profiles of the region and of the pinned regions, with the peaks of the region's. */
final class ProfilePlot {
    private static final Color PEAK = new Color(150, 150, 150);

    private ProfilePlot() {
    }

    /**
     * @param scale 1/Angstrom a pixel; 0 = not known
     * @return null if there is no profile yet
     */
    static Plot of(String title, LiveScan.Pattern pattern, List<Pin> pins, double scale) {
        if (pattern.profile == null) {
            return null;
        }
        double unit = scale > 0 ? scale : 1;
        Plot next = new Plot(title, scale > 0 ? "q = 1/d (1/\u00c5)" : "Radius (px)", "Mean intensity (counts)");
        next.setSize(LivePlot.WIDTH, LivePlot.HEIGHT);
        double top = Math.max(add(next, pattern.profile, unit, Color.BLACK, 1), Double.MIN_NORMAL);
        StringBuilder legend = new StringBuilder("region");
        for (Pin pin : pins) {
            if (pin.pattern.profile != null) {
                top = Math.max(top, add(next, pin.pattern.profile, unit, pin.colour, 2));
                legend.append('\n').append(pin.name);
            }
        }
        next.setLimits(0, pattern.profile.length * unit, 0, 1.15 * top);
        mark(next, pattern.profile, unit, top);
        next.setColor(Color.BLACK);
        next.setLineWidth(1);
        if (!pins.isEmpty()) {
            next.addLegend(legend.toString(), "top-right");
        }
        return next;
    }

    /** Adds a curve; its highest point outside the direct beam. */
    private static double add(Plot plot, float[] profile, double unit, Color colour, int width) {
        double[] x = new double[profile.length];
        double[] y = new double[profile.length];
        double top = 0;
        int from = ProfilePeaks.beam(profile);
        for (int i = 0; i < x.length; i++) {
            x[i] = (i + 0.5) * unit;
            y[i] = profile[i];
            top = i >= from && y[i] > top ? y[i] : top;
        }
        plot.setColor(colour);
        plot.setLineWidth(width);
        plot.add("line", x, y);
        return top;
    }

    private static void mark(Plot plot, float[] profile, double unit, double top) {
        plot.setLineWidth(1);
        plot.setFontSize(11);
        plot.setJustification(Plot.CENTER);
        for (double radius : ProfilePeaks.find(profile)) {
            plot.setColor(PEAK);
            plot.drawDottedLine(radius * unit, 0, radius * unit, 1.05 * top, 2);
            plot.setColor(Color.BLACK);
            plot.addText(String.format(Locale.US, unit == 1 ? "%.1f" : "%.3f", radius * unit), radius * unit, 1.07 * top);
        }
    }
}
