/* SPDX-License-Identifier: GPL-3.0-or-later */
package vitromap.ui.explorer;

import ij.ImagePlus;
import ij.gui.Overlay;
import ij.gui.Plot;
import java.awt.Choice;
import java.awt.Component;
import java.awt.EventQueue;
import java.awt.event.KeyEvent;
import java.util.Arrays;
import java.util.function.Consumer;
import java.util.function.Predicate;
import vitromap.engine.Dataset;
import vitromap.engine.Geometry;
import vitromap.engine.LiveScan;
import vitromap.engine.MeanPattern;
import vitromap.engine.VitroException;
import vitromap.ui.PatternView;

/** The pattern's window with the plots that belong to it. {@link #answer} and {@link #geometry} come on the scan's thread and do the work there. */
final class PatternPane {
    private final Dataset dataset;
    private final Pins pins;
    private final Consumer<String> tell;
    private final ScaledProcessor pixels;
    private final Choice scales = new Choice();
    private final LiveImage pattern;
    private final LivePlot profile;
    private final LivePlot pdf;
    private final PdfPlot pdfs;
    private final Latest<Runnable> shown = new Latest<>(Runnable::run);
    private volatile int scale;
    private volatile LiveScan.Pattern last;
    private volatile Geometry geometry;

    /**
     * @param rescaled called when the pattern is to be drawn anew
     * @param tell told why there is no PDF
     */
    PatternPane(Dataset dataset, String title, int side, Pins pins, Runnable rescaled, Consumer<String> tell, Predicate<KeyEvent> keys, Component... buttons) {
        this.dataset = dataset;
        this.pins = pins;
        this.tell = tell;
        pixels = new ScaledProcessor(dataset.width(), dataset.height());
        Arrays.stream(ScaledProcessor.SCALES).forEach(scales::add);
        Component[] controls = new Component[1 + buttons.length];
        controls[0] = scales;
        System.arraycopy(buttons, 0, controls, 1, buttons.length);
        ImagePlus image = new ImagePlus(title, pixels);
        pattern = new LiveImage(image, new ExplorerWindow(image, side, keys, controls));
        pattern.follow();
        scales.addItemListener(e -> {
            setScale(scales.getSelectedIndex());
            rescaled.run();
        });
        profile = new LivePlot(true, window -> WindowLayout.beside(pattern.window, window, 0));
        pdf = new LivePlot(false, window -> WindowLayout.beside(pattern.window, window, 1));
        pdfs = new PdfPlot(dataset);
    }

    ImagePlus image() {
        return pattern.image;
    }

    ExplorerWindow window() {
        return pattern.window;
    }

    boolean isOpen() {
        return pattern.isOpen();
    }

    void close() {
        pattern.close();
        profile.close();
        pdf.close();
    }

    /** What was shown last; null = nothing yet. */
    LiveScan.Pattern last() {
        return last;
    }

    /** Mask and centre; null = not known yet. */
    Geometry geometry() {
        return geometry;
    }

    /** A place in ScaledProcessor's SCALES; seen when the pattern is drawn anew. */
    void setScale(int next) {
        scale = next;
        scales.select(next);
        pixels.setScale(next);
        pattern.follow();
    }

    void showProfile() {
        profile.open();
    }

    /** Asks for the composition and opens the window; false: nothing is to be drawn. */
    boolean askPdf() {
        try {
            if (!pdfs.ask()) {
                return false;
            }
        } catch (VitroException e) {
            tell.accept(e.getMessage());
            return false;
        }
        pdf.open();
        return true;
    }

    void answer(LiveScan.Pattern answer) {
        last = answer;
        int drawn = scale;
        double[] range = PatternRange.of(answer.mean, dataset.width(), geometry, drawn);
        int all = answer.region.positions.length;
        String of = answer.isExact() ? all + (all == 1 ? " pattern" : " patterns") : answer.patterns + " of " + all + " patterns; refining";
        String line = "mean of " + of + "; " + ScaledProcessor.SCALES[drawn];
        shown.put(() -> pattern.show(answer.mean, range, line));
        Plot profiles = ProfilePlot.of(title(" profile"), answer, pins.list(), Math.max(0, dataset.number(Dataset.Q_PER_PX, 0)));
        if (profiles != null) {
            profile.draw(profiles);
        }
        if (pdf.isOpen()) {
            drawPdf(answer);
        }
    }

    private void drawPdf(LiveScan.Pattern answer) {
        try {
            Plot functions = pdfs.of(title(" PDF"), answer, pins.list(), geometry);
            if (functions != null) {
                pdf.draw(functions);
            }
        } catch (VitroException e) {
            EventQueue.invokeLater(() -> tell.accept(e.getMessage()));
        }
    }

    private String title(String of) {
        return pattern.image.getTitle().replaceFirst(" pattern$", "") + of;
    }

    void geometry(Geometry found, MeanPattern mean) {
        geometry = found;
        Overlay overlay = new PatternView(mean, found.mask, 0).overlay(found);
        EventQueue.invokeLater(() -> {
            if (pattern.isOpen()) {
                pattern.image.setOverlay(overlay);
            }
        });
    }
}
