/* SPDX-License-Identifier: GPL-3.0-or-later */
package vitromap.commands;

import ij.IJ;
import ij.ImagePlus;
import ij.gui.Plot;
import ij.measure.ResultsTable;
import ij.plugin.PlugIn;
import java.awt.Color;
import java.io.IOException;
import java.util.function.Consumer;
import vitromap.engine.Centers;
import vitromap.engine.Dataset;
import vitromap.engine.FluctuationCurve;
import vitromap.ui.Command;
import vitromap.ui.MapSlice;
import vitromap.ui.Output;
import vitromap.ui.Params;

/** 4D-STEM Fluctuation...: variance of the patterns over the radius, V(k), and over the azimuth at every position, V2D. */
public final class Fluctuation implements PlugIn {
    public static final String NAME = "4D-STEM Fluctuation...";

    private static final Color[] COLOURS = {new Color(31, 119, 180), new Color(44, 160, 44), new Color(214, 39, 40), Color.BLACK};
    private static final MapSlice[] V2D = {new MapSlice("V2D", "", MapSlice.Style.VALUE)};
    private static final int PLOT_WIDTH = 600;
    private static final int PLOT_HEIGHT = 380;

    /** The command's keys with their defaults. */
    public static final class Settings {
        /** px; r_max 0 = to the farthest pixel. */
        public double rMin;
        public double rMax;
        /** Photon noise is taken off. */
        public boolean noiseCorrection = true;
        /** V2D too. */
        public boolean azimuth;
        /** Of V2D, px; 0 = find. */
        public double ringMin;
        public double ringMax;
        /** Every pattern about its own centre, to whole pixels. */
        public boolean followCenter;
        /** Title of a map with the slices center_x and center_y; empty = NAME-Ring. */
        public String centers = "";
        /** That map itself, for callers whose images have no window; goes before centers. */
        public ImagePlus centersImage;

        Params params() {
            return new Params(NAME, "fluctuation.md")
                    .number("R_min", rMin, "px")
                    .number("R_max (0 = all)", rMax, "px")
                    .flag("Noise_correction", noiseCorrection)
                    .flag("Azimuth (map of V2D)", azimuth)
                    .number("Ring_min of V2D (0 = find)", ringMin, "px")
                    .number("Ring_max of V2D (0 = find)", ringMax, "px")
                    .flag("Follow_center", followCenter)
                    .text("Centers (title; empty = NAME-Ring)", centers);
        }

        void read(Params p) {
            rMin = p.getNumber("r_min");
            rMax = p.getNumber("r_max");
            noiseCorrection = p.getFlag("noise_correction");
            azimuth = p.getFlag("azimuth");
            ringMin = p.getNumber("ring_min");
            ringMax = p.getNumber("ring_max");
            followCenter = p.getFlag("follow_center");
            centers = p.getText("centers");
        }
    }

    /** What the command shows. */
    public static final class Result {
        /** NAME-Fluctuation: the four variances with error bars over k. */
        public final Plot plot;
        /** NAME-Fluctuation table: the same as numbers. */
        public final ResultsTable table;
        /** NAME-V2D; null if it was not asked for. */
        public final ImagePlus v2d;

        Result(Plot plot, ResultsTable table, ImagePlus v2d) {
            this.plot = plot;
            this.table = table;
            this.v2d = v2d;
        }
    }

    @Override
    public void run(String arg) {
        Command.run(NAME, () -> {
            Dataset dataset = Dataset.of(Dataset.currentImage());
            Settings settings = new Settings();
            Params params = settings.params();
            if (!params.show()) {
                return;
            }
            settings.read(params);
            Result result = compute(dataset.image(), settings, IJ::log);
            Output.show(result.table, dataset.name() + "-Fluctuation table");
            Output.show(result.plot);
            if (result.v2d != null) {
                Output.show(result.v2d);
            }
        });
    }

    /** The same, with what was found written to ImageJ's log. */
    public static Result compute(ImagePlus image, Settings settings) throws IOException {
        return compute(image, settings, IJ::log);
    }

    /**
     * Measures without showing anything.
     *
     * @param log told what had to be measured
     * @throws vitromap.engine.VitroException if the input does not allow it
     */
    public static Result compute(ImagePlus image, Settings settings, Consumer<String> log) throws IOException {
        Dataset dataset = Dataset.of(image);
        StringBuilder notes = new StringBuilder();
        Consumer<String> tell = line -> {
            notes.append(line).append('\n');
            log.accept(NAME + " '" + image.getTitle() + "': " + line);
        };
        double[] ring = settings.azimuth ? new double[] {settings.ringMin, settings.ringMax} : null;
        if (ring == null && (settings.ringMin != 0 || settings.ringMax != 0)) {
            tell.accept("ring_min and ring_max are not used: azimuth is off");
        }
        double[] centers = Centers.chosen(dataset, settings.followCenter, settings.centersImage, settings.centers, tell);
        FluctuationCurve curve = FluctuationCurve.run(dataset, settings.rMin, settings.rMax, settings.noiseCorrection, ring, centers, tell);
        double scale = dataset.number(Dataset.Q_PER_PX, 0);
        if (!(scale > 0 && scale < Double.POSITIVE_INFINITY)) {
            tell.accept("scale: not known (see 4D-STEM Calibrate...), the axis is in px");
            scale = Double.NaN;
        }
        Plot plot = plot(dataset.name() + "-Fluctuation", curve, scale);
        Output.info(plot.getImagePlus(), settings.params().commandLine(), image.getTitle(), notes.toString());
        ImagePlus v2d = null;
        if (curve.v2d != null) {
            v2d = Output.maps(dataset.name() + "-V2D", dataset.scanX(), dataset.scanY(), dataset.number(Dataset.SCAN_STEP, 0), V2D, curve.v2d);
            dataset.copyProperties(v2d);
            Output.info(v2d, settings.params().commandLine(), image.getTitle(), notes.toString());
        }
        return new Result(plot, table(curve, scale), v2d);
    }

    private static ResultsTable table(FluctuationCurve curve, double scale) {
        ResultsTable table = new ResultsTable();
        table.setPrecision(6);
        for (int bin = 0; bin < curve.bins; bin++) {
            table.incrementCounter();
            table.addValue("k (1/\u00c5)", curve.radius(bin) * scale);
            table.addValue("r (px)", curve.radius(bin));
            table.addValue("pixels", curve.pixels(bin));
            table.addValue("intensity", curve.intensity(bin));
            for (int v = 0; v < FluctuationCurve.VARIANTS.length; v++) {
                table.addValue(FluctuationCurve.VARIANTS[v], curve.variance(v, bin));
                table.addValue("sigma of " + FluctuationCurve.VARIANTS[v], curve.sigma(v, bin));
            }
        }
        return table;
    }

    private static Plot plot(String title, FluctuationCurve curve, double scale) {
        double unit = scale > 0 ? scale : 1;
        Plot plot = new Plot(title, scale > 0 ? "k = 1/d (1/\u00c5)" : "Radius (px)", "Normalised variance V");
        plot.setSize(PLOT_WIDTH, PLOT_HEIGHT);
        double[] x = new double[curve.bins];
        for (int bin = 0; bin < x.length; bin++) {
            x[bin] = curve.radius(bin) * unit;
        }
        for (int v = 0; v < FluctuationCurve.VARIANTS.length; v++) {
            double[] y = new double[x.length];
            double[] sigma = new double[x.length];
            for (int bin = 0; bin < x.length; bin++) {
                y[bin] = curve.variance(v, bin);
                sigma[bin] = curve.sigma(v, bin);
            }
            plot.setColor(COLOURS[v]);
            plot.add("line", x, y);
            plot.addErrorBars(sigma);
        }
        double[] range = range(curve);
        plot.setColor(Color.BLACK);
        plot.setLimits(curve.rMin * unit, (curve.rMin + curve.bins * curve.width) * unit, range[0], range[1]);
        plot.addLegend(String.join("\t", FluctuationCurve.VARIANTS), "top-right");
        return plot;
    }

    /** Beside the direct beam and in the corners, where few pixels make up an annulus, V is of no use for the scale, unless the user chose that range. */
    private static double[] range(FluctuationCurve curve) {
        int first = curve.rMin > 0 ? 0 : (int) (0.3 * curve.bins);
        int end = curve.rMin > 0 ? curve.bins : Math.max(first + 1, (int) (0.75 * curve.bins));
        double low = 0;
        double high = 0;
        for (int bin = first; bin < end; bin++) {
            for (int v = 0; v < FluctuationCurve.VARIANTS.length; v++) {
                if (!Double.isNaN(curve.variance(v, bin))) {
                    low = Math.min(low, curve.variance(v, bin));
                    high = Math.max(high, curve.variance(v, bin));
                }
            }
        }
        double room = high > low ? 0.15 * (high - low) : 1;
        return new double[] {low < 0 ? low - room : 0, high + 2 * room};
    }
}
