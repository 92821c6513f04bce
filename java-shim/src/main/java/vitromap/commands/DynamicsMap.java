/* SPDX-License-Identifier: GPL-3.0-or-later */
package vitromap.commands;

import ij.IJ;
import ij.ImagePlus;
import ij.gui.Plot;
import ij.gui.Roi;
import ij.measure.ResultsTable;
import ij.plugin.PlugIn;
import java.awt.Color;
import java.awt.Rectangle;
import java.io.IOException;
import java.util.Arrays;
import java.util.Locale;
import java.util.function.Consumer;
import vitromap.engine.Dataset;
import vitromap.engine.Dynamics;
import vitromap.engine.Region;
import vitromap.engine.TimeSeries;
import vitromap.engine.VitroException;
import vitromap.ui.Command;
import vitromap.ui.MapSlice;
import vitromap.ui.MapSlice.Style;
import vitromap.ui.Notes;
import vitromap.ui.Output;
import vitromap.ui.Params;

/** 4D-STEM Dynamics Map...: electron correlation microscopy, how long and in what way the intensity of each pixel of a time series remembers itself. */
public final class DynamicsMap implements PlugIn {
    public static final String NAME = "4D-STEM Dynamics Map...";

    private static final int LEAST_FRAMES = 32;
    private static final int MOST_FRAMES = 65536;
    private static final int PLOT_WIDTH = 560;
    private static final int PLOT_HEIGHT = 360;
    private static final Color POINTS = new Color(31, 119, 180);
    private static final Color MODEL = new Color(192, 57, 43);

    /** The command's keys with their defaults. */
    public static final class Settings {
        /** s from image to image; 0 = as the stack is calibrated. */
        public double interval;
        /** Frames. */
        public int firstLag = 1;
        /** Frames; 0 = all. */
        public int lastLag;
        /** 'x,y,width,height' in pixels, of the g2 plot; empty = all. */
        public String region = "";

        Params params() {
            return new Params(NAME, "dynamics-map.md")
                    .number("Interval (0 = the stack's)", interval, "s")
                    .number("First_lag", firstLag, "frames")
                    .number("Last_lag (0 = all)", lastLag, "frames")
                    .text("Region of the plot (x,y,width,height)", region);
        }

        void read(Params p) {
            interval = p.getNumber("interval");
            firstLag = p.getInt("first_lag");
            lastLag = p.getInt("last_lag");
            region = p.getText("region");
        }
    }

    /** What the command shows. */
    public static final class Result {
        /** NAME-Dynamics: tau, beta, amplitude, residual, sigma tau, sigma beta. */
        public final ImagePlus maps;
        /** NAME-Dynamics g2. */
        public final Plot plot;
        /** NAME-Dynamics g2 table. */
        public final ResultsTable table;

        Result(ImagePlus maps, Plot plot, ResultsTable table) {
            this.maps = maps;
            this.plot = plot;
            this.table = table;
        }
    }

    @Override
    public void run(String arg) {
        Command.run(NAME, () -> {
            ImagePlus image = TimeSeries.of(Dataset.currentImage()).image();
            Settings settings = new Settings();
            Roi roi = image.getRoi();
            if (Params.isInteractive() && roi != null && roi.isArea()) {
                Rectangle r = roi.getBounds();
                settings.region = r.x + "," + r.y + "," + r.width + "," + r.height;
            }
            Params params = settings.params();
            if (!params.show()) {
                return;
            }
            settings.read(params);
            Result result = compute(image, settings, IJ::log);
            Output.show(result.table, result.plot.getTitle() + " table");
            Output.show(result.plot);
            Output.show(result.maps);
        });
    }

    /** The same, with what was found written to ImageJ's log. */
    public static Result compute(ImagePlus image, Settings settings) throws IOException {
        return compute(image, settings, IJ::log);
    }

    /**
     * Measures without showing anything.
     *
     * @param image a stack, its slices or frames are the times
     * @param log told the noise, and how many pixels have no numbers and why
     * @throws VitroException if the image is no time series, a value is none, or no pixel can be measured
     */
    public static Result compute(ImagePlus image, Settings settings, Consumer<String> log) throws IOException {
        TimeSeries series = TimeSeries.of(image);
        check(series, settings);
        Notes notes = new Notes(NAME, image.getTitle(), log);
        double interval = settings.interval > 0 ? settings.interval : series.interval();
        String unit = interval > 0 ? "s" : "frames";
        if (!(interval > 0)) {
            notes.accept("the stack has no time between its frames: tau is in frames; give 'interval' in s");
            interval = 1;
        }
        Region region = Region.rectangle(settings.region.trim().isEmpty() ? "0,0," + series.width() + "," + series.height() : settings.region, series.width(), series.height(),
                image.getTitle());
        try (Dynamics dynamics = new Dynamics(series, settings.firstLag, settings.lastLag)) {
            double[] noise = dynamics.noise();
            notes.accept(String.format(Locale.US, "noise from frame to frame: variance %.4g + %.4g times the mean", noise[0], noise[1]));
            ImagePlus maps = maps(image, series, dynamics.maps(image.getTitle(), notes), interval, unit);
            Dynamics.Curve curve = dynamics.curve(region);
            String info = settings.params().commandLine();
            Output.info(maps, info, image.getTitle(), notes.text());
            Plot plot = plot(maps.getTitle() + " g2", curve, interval, unit);
            Output.info(plot.getImagePlus(), info, image.getTitle(), notes.text());
            return new Result(maps, plot, table(curve, interval, unit));
        }
    }

    private static void check(TimeSeries series, Settings settings) {
        String name = "'" + series.image().getTitle() + "'";
        int frames = series.frames();
        if (frames < LEAST_FRAMES || frames > MOST_FRAMES) {
            throw wrong(name + " has " + frames + (frames == 1 ? " image" : " images") + ". A time series of " + LEAST_FRAMES + " to " + MOST_FRAMES + " is needed.");
        }
        if (!(settings.interval >= 0 && settings.interval < Double.POSITIVE_INFINITY)) {
            throw wrong("interval = " + settings.interval + " s must be the time from image to image, or 0: as the stack is calibrated.");
        }
        int last = settings.lastLag == 0 ? frames : settings.lastLag;
        if (settings.firstLag < 1 || last > frames || settings.firstLag >= last) {
            throw wrong("Lags from first_lag = " + settings.firstLag + " to last_lag = " + settings.lastLag + " frames: first_lag must be 1 or more and less than last_lag, "
                    + "and last_lag not more than the " + frames + " images of " + name + " (0 = all).");
        }
    }

    private static VitroException wrong(String text) {
        return new VitroException(VitroException.ARGUMENT, text);
    }

    /** The slices, tau in this unit. */
    static MapSlice[] slices(String unit) {
        return new MapSlice[] {
            new MapSlice("tau", unit, Style.POSITIVE), new MapSlice("beta", "", Style.VALUE), new MapSlice("amplitude", "", Style.POSITIVE),
            new MapSlice("residual", "", Style.POSITIVE), new MapSlice("sigma tau", unit, Style.POSITIVE), new MapSlice("sigma beta", "", Style.POSITIVE)
        };
    }

    private static ImagePlus maps(ImagePlus image, TimeSeries series, float[] values, double interval, String unit) {
        for (int slice : new int[] {0, 4}) {
            for (int i = slice * series.pixels(); i < (slice + 1) * series.pixels(); i++) {
                values[i] *= (float) interval;
            }
        }
        ImagePlus maps = Output.maps(Dataset.name(image) + "-Dynamics", series.width(), series.height(), series.pixelNm(), slices(unit), values);
        Dataset.copyProperties(image, maps);
        return maps;
    }

    private static double[] scaled(double[] values, double factor) {
        return Arrays.stream(values).map(v -> v * factor).toArray();
    }

    private static ResultsTable table(Dynamics.Curve curve, double interval, String unit) {
        ResultsTable table = new ResultsTable();
        table.setPrecision(6);
        for (int i = 0; i < curve.lag.length; i++) {
            table.incrementCounter();
            table.addValue("t (" + unit + ")", curve.lag[i] * interval);
            table.addValue("g2", curve.g2[i]);
            table.addValue("g2 error", curve.error[i]);
            table.addValue("model", curve.model[i]);
        }
        return table;
    }

    private static Plot plot(String title, Dynamics.Curve curve, double interval, String unit) {
        double[] t = scaled(curve.lag, interval);
        Plot plot = new Plot(title, "Time t (" + unit + ")", "g2(t)");
        plot.setSize(PLOT_WIDTH, PLOT_HEIGHT);
        plot.setAxisXLog(true);
        plot.setColor(POINTS, POINTS);
        plot.add("circle", t, curve.g2);
        plot.addErrorBars(curve.error);
        plot.setColor(MODEL);
        plot.setLineWidth(2);
        plot.add("line", t, curve.model);
        plot.setLineWidth(1);
        double low = 1;
        double high = 1;
        for (int i = 0; i < t.length; i++) {
            double error = Double.isNaN(curve.error[i]) ? 0 : curve.error[i];
            low = Math.min(low, curve.g2[i] - error);
            high = Math.max(high, Math.max(curve.g2[i] + error, curve.model[i]));
        }
        double room = 0.05 * (high - low);
        plot.setLimits(t[0] * 0.9, t[t.length - 1] * 1.1, low - room, high + room);
        plot.setColor(Color.GRAY);
        plot.drawLine(t[0] * 0.9, 1, t[t.length - 1] * 1.1, 1);
        plot.setColor(Color.BLACK);
        plot.addLabel(0.5, 0.1, "mean of " + curve.count + (curve.count == 1 ? " pixel" : " pixels"));
        plot.setColor(MODEL);
        plot.addLabel(0.5, 0.17, "mean of their fits");
        return plot;
    }
}
