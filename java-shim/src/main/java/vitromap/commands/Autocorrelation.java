/* SPDX-License-Identifier: GPL-3.0-or-later */
package vitromap.commands;

import ij.IJ;
import ij.ImagePlus;
import ij.gui.Plot;
import ij.measure.Calibration;
import ij.measure.ResultsTable;
import ij.plugin.PlugIn;
import java.awt.Color;
import java.util.Arrays;
import java.util.Locale;
import java.util.function.Consumer;
import vitromap.engine.Dataset;
import vitromap.engine.MapCorrelation;
import vitromap.engine.MapImage;
import vitromap.engine.VitroException;
import vitromap.ui.Command;
import vitromap.ui.MapSlice;
import vitromap.ui.Output;
import vitromap.ui.Params;

/** 4D-STEM Autocorrelation...: a map's autocorrelation, averaged over the directions, and its correlation length. */
public final class Autocorrelation implements PlugIn {
    public static final String NAME = "4D-STEM Autocorrelation...";

    private static final MapSlice[] SLICE = {new MapSlice("sigma", "", MapSlice.Style.SIGNED)};
    private static final Color CURVE = new Color(31, 119, 180);
    private static final int PLOT_WIDTH = 520;
    private static final int PLOT_HEIGHT = 340;

    /** The command's keys with their defaults. */
    public static final class Settings {
        /** In the map's unit (nm, or px); 0 = half the map's shorter side. */
        public double rMax;

        Params params() {
            return new Params(NAME, "autocorrelation.md").number("R_max (0 = half the map)", rMax, "nm");
        }

        void read(Params p) {
            rMax = p.getNumber("r_max");
        }
    }

    /** What the command shows. */
    public static final class Result {
        /** NAME-Autocorrelation: lag 0 in the middle. */
        public final ImagePlus image;
        /** NAME-Autocorrelation plot. */
        public final Plot plot;
        /** NAME-Autocorrelation table: the curve. */
        public final ResultsTable table;
        /** NAME-Autocorrelation lengths: one row. */
        public final ResultsTable lengths;

        Result(ImagePlus image, Plot plot, ResultsTable table, ResultsTable lengths) {
            this.image = image;
            this.plot = plot;
            this.table = table;
            this.lengths = lengths;
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
            String name = result.image.getTitle();
            Output.show(result.table, name + " table");
            Output.show(result.lengths, name + " lengths");
            Output.show(result.plot);
            Output.show(result.image);
        });
    }

    /** The same, with the lengths written to ImageJ's log. */
    public static Result compute(ImagePlus image, Settings settings) {
        return compute(image, settings, IJ::log);
    }

    /**
     * Correlates the current slice without showing anything.
     *
     * @param log told the lengths
     * @throws vitromap.engine.VitroException if the map does not allow it
     */
    public static Result compute(ImagePlus image, Settings settings, Consumer<String> log) {
        MapImage map = MapImage.of(image, String.valueOf(image.getCurrentSlice()), "the map to correlate");
        Calibration calibration = image.getCalibration();
        double pixel = pixel(map, calibration);
        if (!(settings.rMax >= 0 && settings.rMax / pixel < Integer.MAX_VALUE)) {
            throw new VitroException(VitroException.ARGUMENT, "R_max is a distance on the map, 0 = half the map; not " + settings.rMax + ".");
        }
        String unit = calibration.scaled() ? calibration.getUnit() : "px";
        MapCorrelation curve = new MapCorrelation(map, settings.rMax == 0 ? 0 : (int) Math.max(1, Math.rint(settings.rMax / pixel)));
        String told = told(curve, pixel, unit);
        log.accept(NAME + " " + map.name() + ": " + told);
        String name = Dataset.name(image) + "-Autocorrelation";
        ImagePlus result = image(name, curve, map, settings.params().commandLine(), told);
        Plot plot = plot(name + " plot", curve, pixel, unit);
        Output.info(plot.getImagePlus(), settings.params().commandLine(), image.getTitle() + " " + map.label, told);
        return new Result(result, plot, table(curve, pixel), lengths(map, curve, pixel, unit));
    }

    private static double pixel(MapImage map, Calibration calibration) {
        if (!calibration.scaled()) {
            return 1;
        }
        if (calibration.pixelWidth != calibration.pixelHeight) {
            throw new VitroException(VitroException.ARGUMENT, "The pixels of " + map.name() + " are not square: " + calibration.pixelWidth + " x "
                    + calibration.pixelHeight + " " + calibration.getUnit() + ".");
        }
        return calibration.pixelWidth;
    }

    private static String told(MapCorrelation curve, double pixel, String unit) {
        if (Double.isNaN(curve.length())) {
            return "the autocorrelation does not fall to 1/e within r_max: no correlation length";
        }
        String text = String.format(Locale.US, "correlation length (1/e) %.4g %s", curve.length() * pixel, unit);
        if (!Double.isNaN(curve.minimum())) {
            text += String.format(Locale.US, ", first minimum at %.4g %s (%.3f)", curve.minimum() * pixel, unit, curve.minimumValue());
        }
        if (!Double.isNaN(curve.peak())) {
            text += String.format(Locale.US, ", nearest neighbours at %.4g %s (%.3f)", curve.peak() * pixel, unit, curve.peakValue());
        }
        return text;
    }

    private static ImagePlus image(String title, MapCorrelation curve, MapImage map, String commandLine, String told) {
        int side = 2 * curve.lags + 1;
        ImagePlus image = Output.maps(title, side, side, 0, SLICE, curve.image);
        Calibration calibration = map.image.getCalibration().copy();
        calibration.disableDensityCalibration();
        calibration.setValueUnit("");
        calibration.xOrigin = curve.lags;
        calibration.yOrigin = curve.lags;
        image.setCalibration(calibration);
        Dataset.copyProperties(map.image, image);
        Output.info(image, commandLine, map.image.getTitle() + " " + map.label, told);
        return image;
    }

    private static ResultsTable table(MapCorrelation curve, double pixel) {
        ResultsTable table = new ResultsTable();
        table.setPrecision(5);
        for (int i = 0; i <= curve.lags; i++) {
            table.incrementCounter();
            table.addValue("r", curve.distance[i] * pixel);
            table.addValue("sigma", curve.value[i]);
            table.addValue("pairs", curve.pairs[i]);
        }
        return table;
    }

    private static ResultsTable lengths(MapImage map, MapCorrelation curve, double pixel, String unit) {
        ResultsTable table = new ResultsTable();
        table.setPrecision(4);
        table.incrementCounter();
        table.addValue("Map", map.label);
        table.addValue("Unit", unit);
        table.addValue("Correlation length", curve.length() * pixel);
        table.addValue("First minimum", curve.minimum() * pixel);
        table.addValue("Value at minimum", curve.minimumValue());
        table.addValue("Neighbours", curve.peak() * pixel);
        table.addValue("Value at neighbours", curve.peakValue());
        return table;
    }

    private static Plot plot(String title, MapCorrelation curve, double pixel, String unit) {
        double[] x = Arrays.stream(curve.distance).map(d -> d * pixel).toArray();
        Plot plot = new Plot(title, "Distance r (" + unit + ")", "Autocorrelation sigma(r)");
        plot.setSize(PLOT_WIDTH, PLOT_HEIGHT);
        plot.setColor(CURVE, CURVE);
        plot.add("connected circle", x, curve.value);
        double low = Math.min(0, Arrays.stream(curve.value).filter(v -> !Double.isNaN(v)).min().orElse(0));
        plot.setLimits(0, x[x.length - 1], low - 0.08, 1.05);
        plot.setColor(Color.GRAY);
        plot.drawLine(0, 0, x[x.length - 1], 0);
        plot.drawDottedLine(0, Math.exp(-1), x[x.length - 1], Math.exp(-1), 4);
        mark(plot, curve.length() * pixel, low - 0.08, Math.exp(-1), Color.RED);
        mark(plot, curve.minimum() * pixel, low - 0.08, curve.minimumValue(), Color.GRAY);
        mark(plot, curve.peak() * pixel, low - 0.08, curve.peakValue(), Color.GRAY);
        plot.setColor(Color.BLACK);
        if (!Double.isNaN(curve.length())) {
            plot.addLabel(0.42, 0.12, String.format(Locale.US, "correlation length (1/e): %.4g %s", curve.length() * pixel, unit));
        }
        return plot;
    }

    private static void mark(Plot plot, double x, double from, double to, Color colour) {
        if (!Double.isNaN(x)) {
            plot.setColor(colour);
            plot.drawDottedLine(x, from, x, to, 3);
        }
    }
}
