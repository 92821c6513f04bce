/* SPDX-License-Identifier: GPL-3.0-or-later */
package vitromap.ui.explorer;

import ij.gui.Plot;
import ij.gui.PlotWindow;
import java.awt.EventQueue;
import java.util.function.Consumer;

/** A plot's window that is drawn anew as answers come, and can be closed and opened again. */
final class LivePlot {
    static final int WIDTH = 380;
    static final int HEIGHT = 250;

    private final Consumer<PlotWindow> place;
    private volatile boolean wanted;
    private volatile PlotWindow window;
    private volatile Plot plot;
    private volatile boolean ended;

    /**
     * @param wanted whether the window opens by itself with the first plot
     * @param place puts a window that was opened where it belongs
     */
    LivePlot(boolean wanted, Consumer<PlotWindow> place) {
        this.wanted = wanted;
        this.place = place;
    }

    /** Opens the window, now or when there is something to see, again if the user has closed it. On the event thread. */
    void open() {
        wanted = true;
        if (plot != null && !ended && (window == null || window.isClosed())) {
            window = plot.show();
            place.accept(window);
        } else if (window != null) {
            window.toFront();
        }
    }

    /** Whether it is seen, or will be with the next plot. */
    boolean isOpen() {
        return wanted && (window == null || !window.isClosed());
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
    void draw(Plot next) {
        boolean first = plot == null;
        PlotWindow open = window;
        if (open != null && !open.isClosed()) {
            next.useTemplate(plot, Plot.COPY_SIZE);
            plot = next;
            open.drawPlot(next);
        } else {
            plot = next;
        }
        if (first && wanted) {
            EventQueue.invokeLater(this::open);
        }
    }
}
