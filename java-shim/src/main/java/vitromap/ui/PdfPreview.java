/* SPDX-License-Identifier: GPL-3.0-or-later */
package vitromap.ui;

import ij.ImagePlus;
import ij.gui.GenericDialog;
import ij.gui.ImageWindow;
import ij.gui.Plot;
import ij.gui.Roi;
import ij.process.ColorProcessor;
import ij.process.ImageProcessor;
import java.awt.Color;
import java.awt.Font;
import java.awt.Rectangle;
import java.io.IOException;
import vitromap.engine.Cube;
import vitromap.engine.Dataset;
import vitromap.engine.Geometry;
import vitromap.engine.MeanPattern;
import vitromap.engine.Pdf;
import vitromap.engine.Region;
import vitromap.engine.SubsetSource;
import vitromap.engine.VitroException;

/**
 * I(q) with its fit, S(q) and G(r) of a region's mean profile, beside the dialog of the PDF map. The mean is made before the dialog
 * opens; an update reduces one profile and draws.
 */
public final class PdfPreview implements AutoCloseable {
    private static final int MARGIN = 20;
    private static final int WIDTH = 560;
    private static final int HEIGHT = 260;
    private static final int LINE = 20;
    private static final Color CURVE = new Color(30, 60, 160);
    private static final Color FIT = new Color(220, 60, 30);

    private final ImagePlus input;
    private final String region;
    /** Mean profiles: of the region, and of all, on which a range is found. */
    private final float[] profile;
    private final float[] whole;
    private final double qFirst;
    private final double qStep;
    private final double circle;
    private ImagePlus image;

    private PdfPreview(ImagePlus input, String region, float[] profile, float[] whole, double qFirst, double qStep, double circle) {
        this.input = input;
        this.region = region;
        this.profile = profile;
        this.whole = whole;
        this.qFirst = qFirst;
        this.qStep = qStep;
        this.circle = circle;
    }

    /** Of a cube of profiles: in its selection. Of a dataset: in the selection on a map of its scan. All if there is none. */
    public static PdfPreview of(ImagePlus input) throws IOException {
        return Dataset.hasScan(input) ? ofDataset(Dataset.of(input)) : ofCube(Cube.of(input));
    }

    private static PdfPreview ofCube(Cube cube) {
        double unit = Pdf.unit(cube);
        Roi roi = cube.image().getRoi();
        Region region = roi == null ? null : Region.of(roi, "selection", cube.width(), cube.height());
        float[] whole = Pdf.mean(cube, null);
        float[] profile = region == null ? whole : Pdf.mean(cube, region.positions);
        String text = region == null ? "all " + cube.positions() + " profiles" : region.positions.length + " profiles of the selection";
        return new PdfPreview(cube.image(), text, profile, whole, cube.value(0) * unit, cube.step() * unit, Pdf.fullCircle(cube.image()));
    }

    private static PdfPreview ofDataset(Dataset dataset) throws IOException {
        double scale = Pdf.scale(dataset);
        MeanPattern all = MeanPattern.of(dataset.source(), "Mean pattern");
        Geometry geometry = Geometry.of(dataset, all, line -> { });
        float[] whole = all.profile(geometry.mask, geometry.center, geometry.ellipse);
        float[] profile = whole;
        String rectangle = StrainPreview.regionOfMap(dataset);
        if (!rectangle.isEmpty()) {
            Region region = Region.rectangle(rectangle, dataset.scanX(), dataset.scanY(), dataset.image().getTitle());
            MeanPattern part = MeanPattern.of(new SubsetSource(dataset.source(), region.frames()), "Mean pattern");
            profile = part.profile(geometry.mask, geometry.center, geometry.ellipse);
        }
        String text = rectangle.isEmpty() ? "the mean pattern" : "the mean pattern of region " + rectangle;
        return new PdfPreview(dataset.image(), text, profile, whole, 0.5 * scale, scale, geometry.fullCircle(all.width, all.height) * scale);
    }

    /** Opens the window and puts the dialog beside it. */
    public void show(GenericDialog dialog, Pdf.Options options) {
        image = new ImagePlus("Preview of " + region, blank());
        update(options);
        image.show();
        ImageWindow window = image.getWindow();
        Rectangle screen = ij.gui.GUI.getMaxWindowBounds(window);
        window.setLocation(screen.x + MARGIN, screen.y + MARGIN);
        dialog.centerDialog(false);
        dialog.setLocation(screen.x + 2 * MARGIN + window.getWidth(), screen.y + MARGIN);
    }

    /** Draws what the options give; false if they cannot be used. */
    public boolean update(Pdf.Options options) {
        try {
            draw(curves(options));
            return true;
        } catch (VitroException e) {
            return refuse(e.getMessage());
        }
    }

    private Pdf.Curves curves(Pdf.Options options) {
        Pdf.Options complete = options.clone();
        Pdf.findRange(complete, () -> whole, qFirst, qStep, circle, line -> { });
        try (Pdf pdf = new Pdf(complete, profile.length, qFirst, qStep)) {
            return pdf.curves(profile);
        }
    }

    /** Says in the window why there is nothing to draw; always false. */
    public boolean refuse(String why) {
        if (image != null) {
            ColorProcessor page = blank();
            page.setColor(FIT);
            int y = 2 * LINE;
            for (String line : Command.wrap(why).split("\n")) {
                page.drawString(line, LINE, y);
                y += LINE;
            }
            image.setProcessor(page);
        }
        return false;
    }

    private void draw(Pdf.Curves c) {
        if (c.status != 0) {
            refuse("The mean profile is one " + Pdf.reason(c.status) + ".");
            return;
        }
        ColorProcessor page = blank();
        page.setColor(Color.BLACK);
        page.drawString(String.format(java.util.Locale.US, "N = %.4g, residual %.3f, q from %.4g to %.4g 1/\u00c5", c.scale, c.residual, c.q[0], c.q[c.q.length - 1]), LINE, LINE);
        Plot intensity = plot("q = 1/d (1/\u00c5)", "I(q), fit: red", c.q, c.intensity);
        intensity.setColor(FIT);
        intensity.add("line", doubles(c.q), doubles(c.background));
        intensity.setAxisYLog(true);
        intensity.setLimitsToFit(false);
        insert(page, intensity, 0);
        insert(page, level(plot("q = 1/d (1/\u00c5)", "S(q)", c.q, c.sq), c.q, 1), 1);
        insert(page, level(plot("r (\u00c5)", "G(r)", c.r, c.gr), c.r, 0), 2);
        image.setProcessor(page);
    }

    private static Plot plot(String x, String y, float[] xs, float[] ys) {
        Plot plot = new Plot("", x, y);
        plot.setFrameSize(WIDTH - 90, HEIGHT - 60);
        plot.setColor(CURVE);
        plot.setLineWidth(2);
        plot.add("line", doubles(xs), doubles(ys));
        plot.setLineWidth(1);
        return plot;
    }

    /** A grey line at the value that a glass without structure has. */
    private static Plot level(Plot plot, float[] xs, double value) {
        plot.setLimitsToFit(false);
        plot.setColor(Color.GRAY);
        plot.drawLine(xs[0], value, xs[xs.length - 1], value);
        return plot;
    }

    private static void insert(ColorProcessor page, Plot plot, int place) {
        ImageProcessor drawn = plot.getProcessor();
        page.insert(drawn.convertToRGB(), 0, LINE + 4 + place * HEIGHT);
    }

    private static double[] doubles(float[] values) {
        double[] out = new double[values.length];
        for (int i = 0; i < out.length; i++) {
            out[i] = values[i];
        }
        return out;
    }

    private static ColorProcessor blank() {
        ColorProcessor page = new ColorProcessor(WIDTH, LINE + 4 + 3 * HEIGHT);
        page.setColor(Color.WHITE);
        page.fill();
        page.setFont(new Font(Font.SANS_SERIF, Font.PLAIN, 13));
        page.setAntialiasedText(true);
        return page;
    }

    /** Closes the window; the input is the current image again. */
    @Override
    public void close() {
        if (image != null) {
            image.changes = false;
            image.close();
        }
        Output.makeCurrent(input);
    }
}
