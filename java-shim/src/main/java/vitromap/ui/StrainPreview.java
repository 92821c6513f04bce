/* SPDX-License-Identifier: GPL-3.0-or-later */
package vitromap.ui;

import ij.ImagePlus;
import ij.WindowManager;
import ij.gui.GenericDialog;
import ij.gui.ImageWindow;
import ij.gui.Plot;
import ij.gui.PlotWindow;
import ij.gui.Roi;
import java.awt.Rectangle;
import vitromap.engine.Dataset;
import vitromap.engine.Geometry;
import vitromap.engine.MeanPattern;
import vitromap.engine.VitroException;

/**
 * The mean pattern with ring and mask, and the radial profile with the chosen range, beside the dialog of the strain map. Everything
 * slow is done before the dialog opens; an update only draws.
 */
public final class StrainPreview implements AutoCloseable {
    private static final int MARGIN = 20;
    private static final int PATTERN_SIZE = 400;
    private static final int PLOT_WIDTH = 420;
    private static final int PLOT_HEIGHT = 220;

    private final Dataset dataset;
    private final MeanPattern pattern;
    private final Geometry geometry;
    private final PatternView view;
    private ImagePlus image;
    private PlotWindow plot;

    public StrainPreview(Dataset dataset, MeanPattern pattern) {
        this.dataset = dataset;
        this.pattern = pattern;
        this.geometry = Geometry.of(dataset, pattern, line -> { });
        this.view = new PatternView(pattern, geometry.mask, 0);
    }

    /** Opens the windows and puts the dialog between them. */
    public void show(GenericDialog dialog) {
        update(0, 0);
        image = view.image("Preview of the mean pattern", geometry);
        image.show();
        Output.enlarge(image, PATTERN_SIZE);
        plot = profile().show();
        ImageWindow window = image.getWindow();
        Rectangle screen = ij.gui.GUI.getMaxWindowBounds(window);
        int top = screen.y + screen.height / 8;
        window.setLocation(screen.x + MARGIN, top);
        plot.setLocation(screen.x + MARGIN, top + window.getHeight() + MARGIN);
        int left = screen.x + 2 * MARGIN + Math.max(window.getWidth(), plot.getWidth());
        dialog.centerDialog(false);
        dialog.setLocation(left, top);
    }

    /** Draws the range; false if it cannot be one. */
    public boolean update(double ringMin, double ringMax) {
        try {
            geometry.setRing(pattern, ringMin, ringMax, line -> { });
        } catch (VitroException e) {
            ij.IJ.showStatus(e.getMessage());
            return false;
        }
        if (image != null && image.getWindow() != null) {
            image.setOverlay(view.overlay(geometry));
        }
        if (plot != null && !plot.isClosed()) {
            plot.drawPlot(profile());
        }
        return true;
    }

    private Plot profile() {
        Plot profile = view.plot("Preview of the radial profile", geometry);
        profile.setSize(PLOT_WIDTH, PLOT_HEIGHT);
        return profile;
    }

    /** Closes the windows; the dataset is the current image again. */
    @Override
    public void close() {
        if (image != null) {
            image.changes = false;
            image.close();
        }
        if (plot != null) {
            plot.getImagePlus().changes = false;
            plot.close();
        }
        Output.makeCurrent(dataset.image());
    }

    /** The ROI's bounds 'x,y,width,height' of the first open map of the same scan that has an area ROI; empty if there is none. */
    public static String regionOfMap(Dataset dataset) {
        int[] ids = WindowManager.getIDList();
        for (int id : ids == null ? new int[0] : ids) {
            ImagePlus map = WindowManager.getImage(id);
            Roi roi = map == null || map == dataset.image() ? null : map.getRoi();
            if (roi != null && roi.isArea() && map.getWidth() == dataset.scanX() && map.getHeight() == dataset.scanY()) {
                Rectangle r = roi.getBounds().intersection(new Rectangle(dataset.scanX(), dataset.scanY()));
                return r.isEmpty() ? "" : r.x + "," + r.y + "," + r.width + "," + r.height;
            }
        }
        return "";
    }
}
