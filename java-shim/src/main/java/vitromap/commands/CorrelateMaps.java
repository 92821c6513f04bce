/* SPDX-License-Identifier: GPL-3.0-or-later */
package vitromap.commands;

import ij.IJ;
import ij.ImagePlus;
import ij.gui.Plot;
import ij.measure.Calibration;
import ij.measure.ResultsTable;
import ij.plugin.PlugIn;
import java.awt.Color;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.function.Consumer;
import vitromap.engine.Dataset;
import vitromap.engine.MapImage;
import vitromap.engine.PairCorrelation;
import vitromap.engine.PairCorrelation.Coefficient;
import vitromap.engine.VitroException;
import vitromap.ui.Command;
import vitromap.ui.MapSlice;
import vitromap.ui.MapSlice.Style;
import vitromap.ui.Notes;
import vitromap.ui.Output;
import vitromap.ui.Params;

/** 4D-STEM Correlate Maps...: correlation of two maps of one scan, or of all slices of a stack, with errors that know that neighbours are alike. */
public final class CorrelateMaps implements PlugIn {
    public static final String NAME = "4D-STEM Correlate Maps...";
    private static final int PLOT_WIDTH = 560;
    private static final int PLOT_HEIGHT = 380;
    private static final String[] DIRECTIONS = {"0 deg", "45 deg", "90 deg", "135 deg"};
    private static final Color[] COLOURS = {new Color(0xd8485a), new Color(0xd99a2b), new Color(0x2fa996), new Color(0x3f7fd0)};

    /** The command's keys with their defaults. */
    public static final class Settings {
        /** Title, or 'title:slice' of a stack; empty = the current image, its current slice. */
        public String first = "";
        /** The same; empty = all pairs of the slices of first. */
        public String second = "";
        /** Largest distance, in the maps' unit; 0 = half the shorter side. */
        public double rMax;

        Params params() {
            return new Params(NAME, "correlate-maps.md")
                    .text("First (title:slice; empty = current)", first)
                    .text("Second (empty = all pairs of slices)", second)
                    .number("R_max (0 = half the map)", rMax, "nm or px");
        }

        void read(Params p) {
            first = p.getText("first");
            second = p.getText("second");
            rMax = p.getNumber("r_max");
        }
    }

    /** What is shown; of a stack's pairs images is the matrix, and there are no plots. */
    public static final class Result {
        /** Joint histogram and cross-correlation; or the matrix. */
        public final ImagePlus[] images;
        /** Cross-correlation over distance and directions; null for a matrix. */
        public final Plot plot;
        public final ResultsTable table;
        /** The plot's values; null for a matrix. */
        public final ResultsTable curves;

        Result(ImagePlus[] images, Plot plot, ResultsTable table, ResultsTable curves) {
            this.images = images;
            this.plot = plot;
            this.table = table;
            this.curves = curves;
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
            String name = Dataset.name(image) + "-Correlation";
            Output.show(result.table, name + " table");
            if (result.plot != null) {
                Output.show(result.curves, name + " curves");
                Output.show(result.plot);
            }
            for (ImagePlus each : result.images) {
                Output.show(each);
            }
        });
    }

    /** The same, with what was found written to ImageJ's log. */
    public static Result compute(ImagePlus image, Settings settings) {
        return compute(image, settings, IJ::log);
    }

    /**
     * Correlates without showing anything.
     *
     * @param image the map, or the stack of maps, if settings.first is empty
     * @param log told the coefficients, or which slices do not correlate with anything
     * @throws VitroException if the maps do not belong to one scan, or do not vary
     */
    public static Result compute(ImagePlus image, Settings settings, Consumer<String> log) {
        Notes notes = new Notes(NAME, image.getTitle(), log);
        if (settings.second.trim().isEmpty()) {
            return ofStack(stack(image, settings), settings, notes);
        }
        MapImage first = settings.first.trim().isEmpty() ? MapImage.of(image, String.valueOf(image.getCurrentSlice()), "the first map")
                : MapImage.of(settings.first, "the first map");
        return ofPair(image, new PairCorrelation(first, MapImage.of(settings.second, "the second map")), settings, notes);
    }

    /** The same for two maps at hand. */
    public static Result compute(MapImage first, MapImage second, Settings settings, Consumer<String> log) {
        return ofPair(first.image, new PairCorrelation(first, second), settings, new Notes(NAME, first.image.getTitle(), log));
    }

    private static ImagePlus stack(ImagePlus image, Settings settings) {
        ImagePlus stack = settings.first.trim().isEmpty() ? image : Dataset.imageTitled(settings.first.trim());
        if (stack.getStackSize() < 2) {
            throw new VitroException(VitroException.ARGUMENT, "'" + stack.getTitle() + "' has one slice. Give another map by 'second', or a stack, all pairs of whose slices are correlated.");
        }
        return stack;
    }

    // ---- all pairs of a stack ----

    private static Result ofStack(ImagePlus stack, Settings settings, Notes notes) {
        int n = stack.getStackSize();
        float[] matrix = new float[3 * n * n];
        Arrays.fill(matrix, Float.NaN);
        ResultsTable table = new ResultsTable();
        List<String> labels = new ArrayList<>();
        int fine = 0;
        for (int i = 0; i < n; i++) {
            MapImage first = MapImage.of(stack, String.valueOf(i + 1), "a slice");
            labels.add(first.label);
            for (int k = i + 1; k < n; k++) {
                try {
                    PairCorrelation pair = new PairCorrelation(first, MapImage.of(stack, String.valueOf(k + 1), "a slice"));
                    add(table, pair);
                    float[] values = {(float) pair.pearson.value, (float) pair.spearman.value, (float) pair.pearson.chance};
                    for (int s = 0; s < 3; s++) {
                        matrix[s * n * n + i * n + k] = values[s];
                        matrix[s * n * n + k * n + i] = values[s];
                    }
                    fine++;
                } catch (VitroException e) {
                    if (e.code != VitroException.DATA) {
                        throw e;
                    }
                    notes.accept(e.getMessage());
                }
            }
            matrix[i * n + i] = 1;
            matrix[n * n + i * n + i] = 1;
        }
        if (fine == 0) {
            throw new VitroException(VitroException.DATA, "No two slices of '" + stack.getTitle() + "' can be correlated: they are constant or not measured.");
        }
        MapSlice[] slices = {new MapSlice("pearson", "", Style.SIGNED), new MapSlice("spearman", "", Style.SIGNED), new MapSlice("p pearson", "", Style.POSITIVE)};
        ImagePlus image = Output.maps(Dataset.name(stack) + "-Correlation matrix", n, n, 0, slices, matrix);
        Output.info(image, settings.params().commandLine(), stack.getTitle(), "rows and columns: " + String.join(", ", labels) + "\n" + notes.text());
        return new Result(new ImagePlus[] {image}, null, table, null);
    }

    private static void add(ResultsTable table, PairCorrelation pair) {
        table.setPrecision(5);
        table.incrementCounter();
        table.addValue("first", pair.first.label);
        table.addValue("second", pair.second.label);
        table.addValue("pixels", pair.pixels);
        add(table, "Pearson", pair.pearson);
        add(table, "Spearman", pair.spearman);
    }

    private static void add(ResultsTable table, String name, Coefficient c) {
        table.addValue(name, c.value);
        table.addValue(name + " error", c.error);
        table.addValue(name + " n_eff", c.effectiveNumber);
        table.addValue(name + " p", c.chance);
        table.addValue(name + " p by shifts", c.chanceByShifts);
    }

    // ---- two maps ----

    private static Result ofPair(ImagePlus input, PairCorrelation pair, Settings settings, Notes notes) {
        Calibration calibration = pair.first.image.getCalibration();
        double pixel = calibration.scaled() ? calibration.pixelWidth : 1;
        String unit = calibration.scaled() ? calibration.getUnit() : "px";
        if (!(settings.rMax >= 0 && settings.rMax / pixel < Integer.MAX_VALUE) || calibration.pixelWidth != calibration.pixelHeight) {
            throw new VitroException(VitroException.ARGUMENT, "R_max (" + settings.rMax + ") is a distance on the maps, 0 = half of them, and their pixels must be square ("
                    + calibration.pixelWidth + " x " + calibration.pixelHeight + ").");
        }
        PairCorrelation.Cross cross = pair.cross(settings.rMax == 0 ? 0 : (int) Math.max(1, Math.rint(settings.rMax / pixel)));
        notes.accept(told("Pearson", pair.pearson) + "; " + told("Spearman", pair.spearman));
        ResultsTable table = new ResultsTable();
        add(table, pair);
        String name = Dataset.name(input) + "-Correlation";
        ImagePlus[] images = {histogram(Dataset.name(input) + "-Joint histogram", pair), image(name, cross, pair)};
        Plot plot = plot(name + " plot", cross, pair, pixel, unit);
        for (ImagePlus image : new ImagePlus[] {images[0], images[1], plot.getImagePlus()}) {
            Output.info(image, settings.params().commandLine(), pair.first.name() + " and " + pair.second.name(), notes.text());
        }
        return new Result(images, plot, table, curves(cross, pixel, unit));
    }

    private static String told(String name, Coefficient c) {
        return String.format(Locale.US, "%s %.3f +- %.3f, p = %.2g (n_eff %.0f), %.2g by random shifts", name, c.value, c.error, c.chance, c.effectiveNumber, c.chanceByShifts);
    }

    /** Calibrated so that the cursor tells both maps' values. */
    private static ImagePlus histogram(String title, PairCorrelation pair) {
        double[] range = pair.range();
        int bins = PairCorrelation.bins();
        ImagePlus image = Output.maps(title, bins, bins, 0, new MapSlice[] {new MapSlice("", "pixels", Style.POSITIVE)}, pair.histogram(range));
        Calibration calibration = image.getCalibration();
        calibration.pixelWidth = (range[1] - range[0]) / bins;
        calibration.pixelHeight = (range[3] - range[2]) / bins;
        calibration.xOrigin = -range[0] / calibration.pixelWidth;
        calibration.yOrigin = bins + range[2] / calibration.pixelHeight;
        calibration.setInvertY(true);
        calibration.setXUnit(pair.first.label);
        calibration.setYUnit(pair.second.label);
        return image;
    }

    private static ImagePlus image(String title, PairCorrelation.Cross cross, PairCorrelation pair) {
        int side = 2 * cross.lags + 1;
        ImagePlus image = Output.maps(title, side, side, 0, new MapSlice[] {new MapSlice("", "", Style.SIGNED)}, cross.image);
        Calibration calibration = pair.first.image.getCalibration().copy();
        calibration.disableDensityCalibration();
        calibration.setValueUnit("");
        calibration.xOrigin = cross.lags;
        calibration.yOrigin = cross.lags;
        image.setCalibration(calibration);
        Dataset.copyProperties(pair.first.image, image);
        return image;
    }

    private static ResultsTable curves(PairCorrelation.Cross cross, double pixel, String unit) {
        ResultsTable table = new ResultsTable();
        table.setPrecision(5);
        for (int i = 0; i <= cross.lags; i++) {
            table.incrementCounter();
            table.addValue("r (" + unit + ")", cross.curves[0][i] * pixel);
            table.addValue("correlation", cross.curves[1][i]);
            table.addValue("pairs", cross.curves[2][i]);
            for (int way = 0; way < DIRECTIONS.length; way++) {
                table.addValue(DIRECTIONS[way], cross.curves[3 + way][i]);
            }
        }
        return table;
    }

    private static Plot plot(String title, PairCorrelation.Cross cross, PairCorrelation pair, double pixel, String unit) {
        double[] x = Arrays.stream(cross.curves[0]).map(d -> d * pixel).toArray();
        Plot plot = new Plot(title, "Distance r (" + unit + ")", "Correlation of " + pair.first.label + " and " + pair.second.label);
        plot.setSize(PLOT_WIDTH, PLOT_HEIGHT);
        plot.setLineWidth(3);
        plot.setColor(Color.BLACK);
        plot.add("line", x, cross.curves[1]);
        plot.setLineWidth(1);
        for (int way = 0; way < DIRECTIONS.length; way++) {
            plot.setColor(COLOURS[way]);
            plot.add("line", x, cross.curves[3 + way]);
        }
        double[] none = {-2 / Math.sqrt(pair.pearson.effectiveNumber), 2 / Math.sqrt(pair.pearson.effectiveNumber)};
        plot.setColor(Color.GRAY);
        plot.setLimitsToFit(true);
        double[] limits = plot.getLimits();
        double low = Math.min(limits[2], 1.3 * none[0]);
        double high = Math.max(limits[3], 1.3 * none[1]);
        plot.setLimits(0, x[x.length - 1], low, high + 0.3 * (high - low));
        plot.drawLine(0, 0, x[x.length - 1], 0);
        for (double level : none) {
            plot.drawDottedLine(0, level, x[x.length - 1], level, 4);
        }
        plot.setColor(Color.BLACK);
        plot.addLegend("all directions\t" + String.join("\t", DIRECTIONS), "top-right");
        plot.addLabel(0.02, 0.07, String.format(Locale.US, "Pearson %.3f \u00b1 %.3f (p = %.2g)", pair.pearson.value, pair.pearson.error, pair.pearson.chance));
        plot.addLabel(0.02, 0.13, String.format(Locale.US, "Spearman %.3f \u00b1 %.3f (p = %.2g)", pair.spearman.value, pair.spearman.error, pair.spearman.chance));
        return plot;
    }
}
