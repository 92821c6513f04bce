/* SPDX-License-Identifier: GPL-3.0-or-later */
package vitromap.ui.explorer;

import ij.gui.GenericDialog;
import ij.gui.Plot;
import java.awt.Color;
import java.util.List;
import vitromap.engine.Dataset;
import vitromap.engine.Geometry;
import vitromap.engine.LiveScan;
import vitromap.engine.Pdf;
import vitromap.engine.VitroException;
import vitromap.ui.Help;

/** The pair distribution functions of the region and of the pinned regions, as 4D-STEM PDF Map... makes them with its defaults. */
final class PdfPlot {
    private final Dataset dataset;
    private String composition = new Pdf.Options().composition;
    /** With the range of the fit as found on the first profile; null = not yet. */
    private volatile Pdf.Options options;

    PdfPlot(Dataset dataset) {
        this.dataset = dataset;
    }

    /**
     * Asks for the composition; false if the user cancels.
     *
     * @throws VitroException if the dataset's scale is not known
     */
    boolean ask() {
        Pdf.scale(dataset);
        GenericDialog dialog = new GenericDialog(Explorer.NAME + " PDF");
        dialog.addStringField("Composition", composition, 16);
        String help = Help.html("pdf-map.md");
        if (help != null) {
            dialog.addHelp(help);
        }
        dialog.showDialog();
        composition = dialog.getNextString().trim();
        options = null;
        return dialog.wasOKed();
    }

    /**
     * @param geometry the profiles' centre
     * @return null if there is no profile yet
     */
    Plot of(String title, LiveScan.Pattern pattern, List<Pin> pins, Geometry geometry) {
        if (pattern.profile == null || geometry == null) {
            return null;
        }
        double scale = Pdf.scale(dataset);
        Pdf.Options found = options;
        if (found == null) {
            found = new Pdf.Options();
            found.composition = composition;
            Pdf.findRange(found, () -> pattern.profile, 0.5 * scale, scale, geometry.fullCircle(dataset.width(), dataset.height()) * scale, line -> { });
            options = found;
        }
        Plot plot = new Plot(title, "r (\u00c5)", "G(r) (1/\u00c5\u00b2)");
        plot.setSize(LivePlot.WIDTH, LivePlot.HEIGHT);
        plot.setFontSize(11);
        try (Pdf pdf = new Pdf(found, pattern.profile.length, 0.5 * scale, scale)) {
            add(plot, pdf, pattern.profile, Color.BLACK, 1);
            for (Pin pin : pins) {
                if (pin.pattern.profile != null && pin.pattern.profile.length == pattern.profile.length) {
                    add(plot, pdf, pin.pattern.profile, pin.colour, 2);
                }
            }
        }
        plot.setColor(Color.BLACK);
        plot.setLineWidth(1);
        plot.setLimitsToFit(false);
        return plot;
    }

    private static void add(Plot plot, Pdf pdf, float[] profile, Color colour, int width) {
        Pdf.Curves curves = pdf.curves(profile);
        if (curves.status != 0) {
            throw new VitroException(VitroException.DATA, "The region's profile has no PDF: it is one " + Pdf.reason(curves.status) + ".");
        }
        plot.setColor(colour);
        plot.setLineWidth(width);
        plot.addPoints(curves.r, curves.gr, Plot.LINE);
    }
}
