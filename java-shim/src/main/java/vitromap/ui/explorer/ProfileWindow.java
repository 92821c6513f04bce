/* SPDX-License-Identifier: GPL-3.0-or-later */
package vitromap.ui.explorer;

import ij.gui.Plot;
import ij.gui.PlotWindow;
import java.awt.Color;
import java.awt.EventQueue;
import java.util.List;
import java.util.Locale;
import java.util.function.Consumer;
import vitromap.engine.LiveScan;

/** The radial profiles of the region and of the pinned regions in one plot, with the peaks of the region's. */
final class ProfileWindow {
    private static final int WIDTH = 380;
    private static final int HEIGHT = 260;
    private static final Color PEAK = new Color(150, 150, 150);

    private final String title;
    /** 1/Angstrom a pixel; 0 = not known. */
    private final double scale;
    private final Consumer<PlotWindow> place;
    private volatile PlotWindow window;
    private volatile Plot plot;
    private volatile boolean ended;

    /** @param place puts a window that was opened where it belongs */
    ProfileWindow(String title, double scale, Consumer<PlotWindow> place) {
        this.title = title;
        this.place = place;
        this.scale = scale > 0 && scale < Double.POSITIVE_INFINITY ? scale : 0;
    }

    /** Opens the window, again if the user has closed it. On the event thread. */
    void open() {
        if (plot != null && !ended && (window == null || window.isClosed())) {
            window = plot.show();
            place.accept(window);
        } else if (window != null) {
            window.toFront();
        }
    }

    /** For good: an answer that comes later does not open it again. */
    void close() {
        ended = true;
        PlotWindow open = window;
        if (open != null && !open.isClosed()) {
            open.getImagePlus().changes = false;
            open.close();
        }
    }

    /** Draws anew; on the thread that answers come on, as ImageJ's live plots do. */
    void draw(LiveScan.Pattern pattern, List<Pin> pins) {
        if (pattern.profile == null) {
            return;
        }
        Plot next = plot(pattern, pins);
        PlotWindow open = window;
        if (plot == null) {
            plot = next;
            EventQueue.invokeLater(this::open);
        } else if (open != null && !open.isClosed()) {
            next.useTemplate(plot, Plot.COPY_SIZE);
            plot = next;
            open.drawPlot(next);
        } else {
            plot = next;
        }
    }

    private Plot plot(LiveScan.Pattern pattern, List<Pin> pins) {
        double unit = scale > 0 ? scale : 1;
        Plot next = new Plot(title, scale > 0 ? "q = 1/d (1/\u00c5)" : "Radius (px)", "Mean intensity (counts)");
        next.setSize(WIDTH, HEIGHT);
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
            next.addLegend(legend.toString());
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
            plot.addText(String.format(Locale.US, unit == 1 ? "%.1f" : "%.4f", radius * unit), radius * unit, 1.07 * top);
        }
    }
}
