/* SPDX-License-Identifier: GPL-3.0-or-later */
package vitromap.commands;

import ij.IJ;
import ij.ImagePlus;
import ij.gui.Line;
import ij.gui.OvalRoi;
import ij.gui.Overlay;
import ij.gui.Roi;
import ij.gui.TextRoi;
import ij.measure.ResultsTable;
import ij.plugin.PlugIn;
import ij.process.FloatProcessor;
import java.awt.Color;
import java.awt.Font;
import java.io.IOException;
import java.util.Locale;
import java.util.function.Consumer;
import vitromap.engine.Dataset;
import vitromap.engine.DiffractionSpots;
import vitromap.engine.Geometry;
import vitromap.engine.MapImage;
import vitromap.engine.Mask;
import vitromap.engine.VitroException;
import vitromap.ui.Command;
import vitromap.ui.Notes;
import vitromap.ui.Output;
import vitromap.ui.Params;

/** 4D-STEM Spots and Angles...: the spots of a pattern, their vectors, and the angles between neighbours. */
public final class SpotsAndAngles implements PlugIn {
    public static final String NAME = "4D-STEM Spots and Angles...";
    private static final Color SPOT = new Color(255, 200, 0);
    private static final Color VECTOR = new Color(0, 200, 255);
    /** Of the text on the pattern, px of a pattern of 256 px. */
    private static final double FONT = 7;

    /** The command's keys with their defaults. */
    public static final class Settings {
        /** Height above the background, standard deviations. */
        public double minimum = 7;
        /** px; r_min 0 = all but the direct beam, r_max 0 = all. */
        public double rMin;
        public double rMax;

        Params params() {
            return new Params(NAME, "spots-and-angles.md")
                    .number("Minimum (above the background)", minimum, "sigma")
                    .number("R_min", rMin, "px")
                    .number("R_max (0 = all)", rMax, "px");
        }

        void read(Params p) {
            minimum = p.getNumber("minimum");
            rMin = p.getNumber("r_min");
            rMax = p.getNumber("r_max");
        }
    }

    /** What the command makes. */
    public static final class Result {
        /** NAME-Spots: the pattern with spots, vectors and angles as overlay. */
        public final ImagePlus image;
        /** NAME-Spots table: a row for each spot, the surest first. */
        public final ResultsTable table;

        Result(ImagePlus image, ResultsTable table) {
            this.image = image;
            this.table = table;
        }
    }

    @Override
    public void run(String arg) {
        Command.run(NAME, () -> {
            ImagePlus image = Dataset.currentImage();
            Settings settings = new Settings();
            Params params = settings.params();
            if (!params.show()) {
                return;
            }
            settings.read(params);
            Result result = compute(image, settings, IJ::log);
            Output.show(result.table, result.image.getTitle() + " table");
            Output.show(result.image);
        });
    }

    /**
     * Finds the spots of the current slice without showing anything.
     *
     * @param log told what had to be measured, and the number of spots
     * @throws VitroException if the image is no pattern or a value does not make sense
     */
    public static Result compute(ImagePlus image, Settings settings, Consumer<String> log) throws IOException {
        MapImage slice = MapImage.of(image, String.valueOf(image.getCurrentSlice()), "the pattern");
        Notes notes = new Notes(NAME, image.getTitle(), log);
        ImagePlus pattern = pattern(image, slice);
        Dataset dataset = Dataset.of(pattern);
        byte[] mask = Mask.known(dataset);
        double[] center = Geometry.center(dataset, notes);
        double[] known = dataset.numbers(Dataset.ELLIPSE, 3);
        double[] ellipse = known == null ? new double[] {1, 0, 1} : known;
        DiffractionSpots spots = DiffractionSpots.find(slice.values, mask, slice.width(), slice.height(), center, ellipse, settings.minimum, settings.rMin, settings.rMax);
        double scale = dataset.number(Dataset.Q_PER_PX, 0);
        if (!(scale > 0)) {
            notes.accept("scale: not known (see 4D-STEM Calibrate...), the table has no 1/\u00c5");
        }
        notes.accept(spots.count + " spots");
        pattern.setOverlay(overlay(spots, center, Math.max(slice.width(), slice.height()) / 256.0));
        Output.info(pattern, settings.params().commandLine(), image.getTitle() + " " + slice.label, notes.text());
        return new Result(pattern, table(spots, scale));
    }

    /** The slice on its own, with all that is known of its image. */
    private static ImagePlus pattern(ImagePlus image, MapImage slice) {
        ImagePlus pattern = new ImagePlus(Dataset.name(image) + "-Spots", new FloatProcessor(slice.width(), slice.height(), slice.values.clone()));
        pattern.getProcessor().setColorModel(image.getProcessor().getColorModel());
        pattern.setDisplayRange(image.getDisplayRangeMin(), image.getDisplayRangeMax());
        Dataset.copyProperties(image, pattern);
        return pattern;
    }

    private static ResultsTable table(DiffractionSpots spots, double scale) {
        ResultsTable table = new ResultsTable();
        table.setPrecision(4);
        for (int i = 0; i < spots.count; i++) {
            table.incrementCounter();
            table.addValue("Spot", i + 1);
            table.addValue("X (px)", spots.x(i));
            table.addValue("Y (px)", spots.y(i));
            table.addValue("Sigma (px)", spots.sigma(i));
            table.addValue("Height", spots.height(i));
            table.addValue("Background", spots.background(i));
            table.addValue("FWHM (px)", spots.width(i));
            table.addValue("SNR", spots.snr(i));
            table.addValue("Vector x (px)", spots.vectorX(i));
            table.addValue("Vector y (px)", spots.vectorY(i));
            table.addValue("Radius (px)", spots.length(i));
            if (scale > 0) {
                table.addValue("q (1/A)", spots.length(i) * scale);
                table.addValue("Sigma q (1/A)", spots.sigma(i) * scale);
                table.addValue("d (A)", 1 / (spots.length(i) * scale));
            }
            table.addValue("Azimuth (deg)", spots.azimuth(i));
            table.addValue("Next spot", spots.next(i) < 0 ? Double.NaN : spots.next(i) + 1);
            table.addValue("Angle to next (deg)", spots.angle(i));
            table.addValue("Sigma angle (deg)", spots.angleSigma(i));
        }
        return table;
    }

    /** @param unit 1 for a pattern of 256 px */
    private static Overlay overlay(DiffractionSpots spots, double[] center, double unit) {
        Overlay overlay = new Overlay();
        for (int i = 0; i < spots.count; i++) {
            double x = spots.x(i) + 0.5; // ImageJ draws pixel centres at halves
            double y = spots.y(i) + 0.5;
            double r = Math.max(2 * unit, 0.7 * spots.width(i));
            Line vector = new Line(center[0] + 0.5, center[1] + 0.5, x, y);
            add(overlay, vector, VECTOR);
            OvalRoi circle = new OvalRoi(x - r, y - r, 2 * r, 2 * r);
            add(overlay, circle, SPOT);
            add(overlay, text(x + r, y - r, String.valueOf(i + 1), unit), SPOT);
            if (spots.next(i) >= 0 && spots.angle(i) < 180) {
                double middle = Math.toRadians(spots.azimuth(i) + spots.angle(i) / 2);
                double at = 0.55 * Math.min(spots.length(i), spots.length(spots.next(i)));
                add(overlay, text(center[0] + at * Math.cos(middle) - 6 * unit, center[1] - at * Math.sin(middle) - 4 * unit,
                        String.format(Locale.US, "%.1f\u00b0", spots.angle(i)), unit), VECTOR);
            }
        }
        return overlay;
    }

    private static TextRoi text(double x, double y, String text, double unit) {
        return new TextRoi(x, y, text, new Font("SansSerif", Font.PLAIN, (int) Math.max(7, Math.round(FONT * unit))));
    }

    private static void add(Overlay overlay, Roi roi, Color color) {
        roi.setStrokeColor(color);
        overlay.add(roi);
    }
}
