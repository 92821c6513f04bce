/* SPDX-License-Identifier: GPL-3.0-or-later */
package vitromap.commands;

import ij.IJ;
import ij.ImagePlus;
import ij.gui.Plot;
import ij.gui.PlotVirtualStack;
import ij.gui.Roi;
import ij.measure.Calibration;
import ij.measure.ResultsTable;
import ij.plugin.PlugIn;
import java.awt.Color;
import java.util.Arrays;
import java.util.Locale;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import vitromap.engine.Band;
import vitromap.engine.Dataset;
import vitromap.engine.VitroException;
import vitromap.ui.Command;
import vitromap.ui.Notes;
import vitromap.ui.Output;
import vitromap.ui.Params;

/** 4D-STEM Band Profile...: profiles across or along a line on a map, all slices, with standard errors. */
public final class BandProfile implements PlugIn {
    public static final String NAME = "4D-STEM Band Profile...";

    private static final int PLOT_WIDTH = 560;
    private static final int PLOT_HEIGHT = 320;
    private static final Color BARS = new Color(200, 60, 40);

    /** The command's keys with their defaults. */
    public static final class Settings {
        /** Of the band, px; 0 = the line's own, or a quarter of the map's shorter side for a thin line. */
        public double width;
        /** Along the line, not across it. */
        public boolean along;
        /** 'x1,y1,x2,y2', or more points, in px; empty = the selection on the image. */
        public String line = "";

        Params params() {
            return params(line);
        }

        private Params params(String path) {
            return new Params(NAME, "band-profile.md")
                    .number("Width (0 = the line's)", width, "px")
                    .flag("Along", along)
                    .text("Line (x1,y1,x2,y2; empty = selection)", path);
        }

        void read(Params p) {
            width = p.getNumber("width");
            along = p.getFlag("along");
            line = p.getText("line");
        }
    }

    /** What the command makes. */
    public static final class Result {
        /** One plot for each slice. */
        public final Plot[] plots;
        /** Distance, effective number of pixels, then mean and error of each slice. */
        public final ResultsTable table;
        private final String info;

        Result(Plot[] plots, ResultsTable table, String info) {
            this.plots = plots;
            this.table = table;
            this.info = info;
        }

        /** The plots as an image: one, or a stack of them. */
        public ImagePlus image() {
            if (plots.length == 1) {
                return plots[0].getImagePlus();
            }
            PlotVirtualStack stack = new PlotVirtualStack(plots[0].getSize().width, plots[0].getSize().height);
            for (Plot plot : plots) {
                stack.addPlot(plot);
            }
            ImagePlus image = new ImagePlus(plots[0].getTitle(), stack);
            image.setProperty("Info", info);
            return image;
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
            Output.show(result.table, result.plots[0].getTitle() + " table");
            if (result.plots.length == 1) {
                Output.show(result.plots[0]);
            } else {
                ImagePlus plots = result.image();
                plots.setSlice(image.getCurrentSlice());
                Output.show(plots);
            }
        });
    }

    /** The same, with what was chosen written to ImageJ's log. */
    public static Result compute(ImagePlus image, Settings settings) {
        return compute(image, settings, IJ::log);
    }

    /**
     * Measures the profiles without showing them.
     *
     * @param log told the width of the band, if it was not given
     * @throws VitroException if there is no line, or no band on the map
     */
    public static Result compute(ImagePlus image, Settings settings, Consumer<String> log) {
        Notes notes = new Notes(NAME, image.getTitle(), log);
        Roi roi = image.getRoi();
        double[] path = settings.line.trim().isEmpty() ? Band.path(image, roi) : path(settings.line);
        double width = width(image, settings, roi, notes);
        Band band = Band.of(image, path, width, settings.along);
        Calibration calibration = image.getCalibration();
        boolean scaled = calibration.scaled() && calibration.pixelWidth == calibration.pixelHeight;
        double step = scaled ? calibration.pixelWidth : 1;
        String unit = scaled ? calibration.getUnit() : "px";
        double[] distances = Arrays.stream(band.distances).map(d -> d * step).toArray();
        String title = Dataset.name(image) + "-Band";
        Plot[] plots = new Plot[image.getStackSize()];
        String[] labels = labels(image);
        String axis = (settings.along ? "Distance along the line (" : "Distance from the line (") + unit + ")";
        for (int z = 0; z < plots.length; z++) {
            plots[z] = plot(title, axis, withUnit(image, labels[z]), distances, band, z);
        }
        String line = Arrays.stream(path).mapToObj(v -> Params.format(Math.rint(v * 1000) / 1000)).collect(Collectors.joining(","));
        Output.info(plots[0].getImagePlus(), settings.params(line).commandLine(), image.getTitle(), notes.text());
        return new Result(plots, table(distances, unit, labels, band), (String) plots[0].getImagePlus().getProperty("Info"));
    }

    private static double[] path(String text) {
        String[] parts = text.split(",");
        double[] path = new double[parts.length];
        try {
            for (int i = 0; i < path.length; i++) {
                path[i] = Double.parseDouble(parts[i].trim());
            }
        } catch (NumberFormatException e) {
            path = new double[0];
        }
        if (path.length < 4 || path.length % 2 != 0) {
            throw wrong("The line '" + text + "' must be 'x1,y1,x2,y2', or more points, in px.");
        }
        return path;
    }

    private static double width(ImagePlus image, Settings settings, Roi roi, Consumer<String> log) {
        if (!(settings.width >= 0 && settings.width < 1e6)) {
            throw wrong("Width is that of the band in px, 0 = the line's own; not " + settings.width + ".");
        }
        if (settings.width > 0) {
            return settings.width;
        }
        double own = roi != null && roi.isLine() && settings.line.trim().isEmpty() ? roi.getStrokeWidth() : 0;
        double width = own > 1 ? own : Math.max(1, Math.min(image.getWidth(), image.getHeight()) / 4);
        log.accept(String.format(Locale.US, "width: %.4g px, " + (own > 1 ? "the line's own" : "a quarter of the map's shorter side"), width));
        return width;
    }

    private static String[] labels(ImagePlus image) {
        String[] labels = new String[image.getStackSize()];
        for (int z = 0; z < labels.length; z++) {
            String label = image.getStack().getShortSliceLabel(z + 1);
            labels[z] = label != null && !label.isEmpty() ? label : labels.length == 1 ? "mean" : "slice " + (z + 1);
        }
        return labels;
    }

    private static String withUnit(ImagePlus image, String label) {
        String unit = image.getCalibration().getValueUnit();
        unit = Band.period(label) > 0 ? "deg" : unit.equals("Gray Value") ? "" : unit;
        return unit.isEmpty() ? label : label + " (" + unit + ")";
    }

    private static Plot plot(String title, String axis, String label, double[] distances, Band band, int slice) {
        Plot plot = new Plot(title, axis, label);
        double[] means = band.means(slice);
        double[] errors = Arrays.stream(band.errors(slice)).map(e -> Double.isNaN(e) ? 0 : e).toArray();
        plot.setSize(PLOT_WIDTH, PLOT_HEIGHT);
        plot.setColor(Color.BLACK);
        plot.add("line", distances, means);
        plot.setColor(BARS);
        plot.setLineWidth(2);
        plot.add("dot", distances, means);
        plot.addErrorBars(errors);
        plot.setColor(Color.BLACK);
        plot.setLineWidth(1);
        plot.setLimitsToFit(true);
        return plot;
    }

    private static ResultsTable table(double[] distances, String unit, String[] labels, Band band) {
        ResultsTable table = new ResultsTable();
        table.setPrecision(6);
        double[] pixels = new double[distances.length];
        double[][] means = new double[labels.length][];
        double[][] errors = new double[labels.length][];
        for (int z = 0; z < labels.length; z++) {
            means[z] = band.means(z);
            errors[z] = band.errors(z);
            double[] of = band.pixels(z);
            Arrays.setAll(pixels, i -> Math.max(pixels[i], of[i]));
        }
        for (int i = 0; i < distances.length; i++) {
            table.incrementCounter();
            table.addValue("distance (" + unit + ")", distances[i]);
            table.addValue("pixels", pixels[i]);
            for (int z = 0; z < labels.length; z++) {
                table.addValue(labels[z], means[z][i]);
                table.addValue(labels[z] + " error", errors[z][i]);
            }
        }
        return table;
    }

    private static VitroException wrong(String text) {
        return new VitroException(VitroException.ARGUMENT, text);
    }
}
