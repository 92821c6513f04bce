/* SPDX-License-Identifier: GPL-3.0-or-later */
package vitromap.ui;

import ij.gui.Plot;
import ij.measure.ResultsTable;
import java.awt.Color;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.Consumer;
import vitromap.engine.Cube;
import vitromap.engine.RegionCurves;
import vitromap.engine.RegionCurves.Peak;

/** Curves of regions as plots and tables. */
public final class RegionReport {
    private static final int WIDTH = 640;
    private static final int HEIGHT = 420;
    private static final Color[] COLOURS = {new Color(0xc0392b), new Color(0x1f5fa8), new Color(0x2e8b57), new Color(0x8e5bb5), new Color(0xd08a1e), new Color(0x4a4a4a)};
    /** Positions of rings over that of the first for icosahedral order. */
    private static final double[] ICOSAHEDRAL = {1.71, 2.04};
    /** How far a ratio may be from one of them to stand beside it. */
    private static final double NEAR = 0.17;

    private final Cube cube;
    private final List<RegionCurves> curves;
    private final int first;
    private final int last;
    private final List<Peak[]> peaks = new ArrayList<>();

    /** @param log told which regions have no peaks */
    public RegionReport(Cube cube, List<RegionCurves> curves, int[] range, Consumer<String> log) {
        this.cube = cube;
        this.curves = curves;
        this.first = range[0];
        this.last = range[1];
        for (RegionCurves region : curves) {
            peaks.add(peaks(region, log));
        }
    }

    public int regions() {
        return curves.size();
    }

    /** In the longest stretch without a gap, since bins behind a beam stop have no mean. */
    private Peak[] peaks(RegionCurves region, Consumer<String> log) {
        double[] mean = region.mean();
        int best = first;
        int length = 0;
        for (int z = first, start = first; z <= last; z++) {
            if (Double.isNaN(mean[z])) {
                start = z + 1;
            } else if (z - start + 1 > length) {
                best = start;
                length = z - start + 1;
            }
        }
        if (length < last - first + 1) {
            log.accept("region " + region.region.name + ": " + (last - first + 1 - length) + " points of the range have no mean or stand apart, peaks are looked for in the others");
        }
        Peak[] found = length < 5 ? new Peak[0] : region.peaks(cube, best, best + length - 1);
        if (found.length == 0) {
            log.accept("region " + region.region.name + ": no peak stands out of the errors");
        }
        return found;
    }

    private boolean isReciprocal() {
        return cube.unit().startsWith("1/");
    }

    private double[] axis() {
        double[] axis = new double[last - first + 1];
        for (int i = 0; i < axis.length; i++) {
            axis[i] = cube.value(first + i);
        }
        return axis;
    }

    private double[] part(double[] curve) {
        double[] part = new double[last - first + 1];
        System.arraycopy(curve, first, part, 0, part.length);
        return part;
    }

    private static double[] sum(double[] a, double[] b, double factor) {
        double[] sum = new double[a.length];
        for (int i = 0; i < sum.length; i++) {
            sum[i] = a[i] + factor * b[i];
        }
        return sum;
    }

    private static Color colour(int region) {
        return COLOURS[region % COLOURS.length];
    }

    private static Color light(Color c) {
        return new Color((c.getRed() + 2 * 255) / 3, (c.getGreen() + 2 * 255) / 3, (c.getBlue() + 2 * 255) / 3);
    }

    private double[] difference(int region) {
        return sum(curves.get(region).mean(), curves.get(0).mean(), -1);
    }

    private double[] differenceError(int region) {
        double[] a = curves.get(region).error();
        double[] b = curves.get(0).error();
        double[] error = new double[a.length];
        for (int i = 0; i < error.length; i++) {
            error[i] = Math.hypot(a[i], b[i]);
        }
        return error;
    }

    private Plot plot(String title, String values) {
        Plot plot = new Plot(title, (isReciprocal() ? "q = 1/d" : "Axis") + " (" + cube.unit() + ")", values);
        plot.setSize(WIDTH, HEIGHT);
        return plot;
    }

    /** A curve between two lighter ones. */
    private void band(Plot plot, double[] curve, double[] width, Color colour) {
        plot.setLineWidth(1);
        plot.setColor(light(colour));
        plot.add("line", axis(), part(sum(curve, width, 1)));
        plot.add("line", axis(), part(sum(curve, width, -1)));
        plot.setLineWidth(2);
        plot.setColor(colour);
        plot.add("line", axis(), part(curve));
        plot.setLineWidth(1);
    }

    /** Means with their standard deviations; peaks as circles, shoulders as triangles; where the axis is q, the icosahedral ratios of the first region. */
    public Plot means(String title) {
        Plot plot = plot(title, "Mean \u00b1 standard deviation" + (cube.valueUnit().trim().isEmpty() ? "" : " (" + cube.valueUnit() + ")"));
        for (int r = 0; r < curves.size(); r++) {
            band(plot, curves.get(r).mean(), curves.get(r).deviation(), colour(r));
        }
        for (int r = 0; r < curves.size(); r++) {
            mark(plot, r);
        }
        plot.setColor(Color.BLACK);
        plot.setLimitsToFit(true);
        double[] limits = plot.getLimits();
        plot.setLimits(cube.value(first), cube.value(last), limits[2], limits[3] + 0.12 * (limits[3] - limits[2]));
        icosahedral(plot);
        legend(plot, 0);
        return plot;
    }

    /** ImageJ's own legend would have a line for each curve of the band; this has one for each region. */
    private void legend(Plot plot, int from) {
        for (int r = from; r < curves.size(); r++) {
            plot.setColor(colour(r));
            plot.setJustification(Plot.RIGHT);
            plot.addLabel(0.98, 0.07 + 0.055 * (r - from), curves.get(r).region.name + " (" + curves.get(r).region.positions.length + ")");
        }
        plot.setJustification(Plot.LEFT);
    }

    private void mark(Plot plot, int r) {
        double[] mean = curves.get(r).mean();
        for (Peak peak : peaks.get(r)) {
            int z = (int) Math.rint(cube.point(peak.position));
            plot.setColor(colour(r));
            plot.setLineWidth(2);
            plot.add(peak.isShoulder ? "triangle" : "circle", new double[] {peak.position}, new double[] {mean[z]});
        }
        plot.setLineWidth(1);
    }

    private void icosahedral(Plot plot) {
        if (!isReciprocal() || peaks.get(0).length == 0) {
            return;
        }
        double[] limits = plot.getLimits();
        plot.setColor(Color.GRAY);
        for (double ratio : ICOSAHEDRAL) {
            double at = ratio * peaks.get(0)[0].position;
            if (at < limits[1]) {
                plot.drawDottedLine(at, limits[2], at, limits[3], 3);
                plot.addLabel((at - limits[0]) / (limits[1] - limits[0]) + 0.005, 0.98, String.format(Locale.US, "%.2f", ratio));
            }
        }
    }

    /** Differences to the first region with their errors. */
    public Plot differences(String title) {
        Plot plot = plot(title, "Difference to " + curves.get(0).region.name + " \u00b1 error");
        for (int r = 1; r < curves.size(); r++) {
            band(plot, difference(r), differenceError(r), colour(r));
        }
        plot.setColor(Color.BLACK);
        plot.setLimitsToFit(true);
        double[] limits = plot.getLimits();
        plot.setLimits(cube.value(first), cube.value(last), limits[2], limits[3] + 0.12 * (limits[3] - limits[2]));
        plot.drawLine(cube.value(first), 0, cube.value(last), 0);
        legend(plot, 1);
        return plot;
    }

    /** All points of the cube. */
    public ResultsTable points() {
        ResultsTable table = new ResultsTable();
        table.setPrecision(6);
        for (int z = 0; z < cube.depth(); z++) {
            table.incrementCounter();
            table.addValue(isReciprocal() ? "q (" + cube.unit() + ")" : "axis (" + cube.unit() + ")", cube.value(z));
        }
        for (int r = 0; r < curves.size(); r++) {
            String name = curves.get(r).region.name;
            column(table, "mean " + name, curves.get(r).mean());
            column(table, "deviation " + name, curves.get(r).deviation());
            column(table, "error " + name, curves.get(r).error());
        }
        for (int r = 1; r < curves.size(); r++) {
            String name = curves.get(r).region.name + " - " + curves.get(0).region.name;
            column(table, "difference " + name, difference(r));
            column(table, "difference error " + name, differenceError(r));
        }
        return table;
    }

    private static void column(ResultsTable table, String name, double[] values) {
        for (int z = 0; z < values.length; z++) {
            table.setValue(name, z, values[z]);
        }
    }

    /** The peaks of all regions; on an axis of q with the icosahedral ratios beside them. */
    public ResultsTable peaks() {
        ResultsTable table = new ResultsTable();
        table.setPrecision(5);
        for (int r = 0; r < curves.size(); r++) {
            for (Peak peak : peaks.get(r)) {
                table.incrementCounter();
                table.addValue("region", curves.get(r).region.name);
                table.addValue("kind", peak.isShoulder ? "sub-peak" : "peak");
                table.addValue("position (" + cube.unit() + ")", peak.position);
                table.addValue("position error", peak.positionError);
                table.addValue("FWHM", peak.width);
                table.addValue("FWHM error", peak.widthError);
                table.addValue("height", peak.height);
                table.addValue("ratio to first", peak.ratio);
                table.addValue("ratio error", peak.ratioError);
                if (isReciprocal()) {
                    table.addValue("icosahedral", nearest(peak.ratio));
                }
            }
        }
        return table;
    }

    private static double nearest(double ratio) {
        double best = Double.NaN;
        double distance = NEAR;
        for (double icosahedral : ICOSAHEDRAL) {
            if (Math.abs(icosahedral - ratio) < distance) {
                best = icosahedral;
                distance = Math.abs(icosahedral - ratio);
            }
        }
        return best;
    }
}
