/* SPDX-License-Identifier: GPL-3.0-or-later */
package vitromap.ui;

import ij.gui.Plot;
import ij.measure.ResultsTable;
import java.awt.Color;
import java.util.List;
import java.util.Locale;
import vitromap.engine.Cube;
import vitromap.engine.Decomposition;
import vitromap.engine.Native;

/** The basis profiles of a decomposition as plots and tables. */
public final class BasisPlots {
    private static final int WIDTH = 620;
    private static final int HEIGHT = 420;
    private static final int FONT = 14;
    private static final int SCREE = 20;
    /** Of the largest range of a profile: the distance of two profiles in a plot of PDFs. */
    private static final double SPACE = 1.15;
    /** Where polyhedra that share 3, 2 or 1 atoms have the distance of their centres, in units of R1. */
    private static final double[] SHARED = {Math.sqrt(8.0 / 3), Math.sqrt(3), 2};
    private static final String[] SHARED_NAMES = {"sqrt(8/3) R1", "sqrt(3) R1", "2 R1"};

    private final Cube cube;
    private final Decomposition d;
    private final List<String> names;
    private final boolean pca;
    private final double[] axis;
    private final double[][] readings;

    /** @param pca whether the basis profiles are principal components */
    public BasisPlots(Cube cube, Decomposition d, List<String> names, boolean pca) {
        this.cube = cube;
        this.d = d;
        this.names = names;
        this.pca = pca;
        axis = new double[d.mean.length];
        for (int z = 0; z < axis.length; z++) {
            axis[z] = cube.value(d.first + z);
        }
        readings = !pca && "\u00c5".equals(cube.unit()) && cube.step() > 0 && axis.length > 2 ? readings() : null;
    }

    private double[][] readings() {
        double[][] readings = new double[d.components][Native.PDF_READINGS];
        for (int j = 0; j < d.components; j++) {
            Native.pdfReading(d.profile(j), axis[0], cube.step(), readings[j]);
        }
        return readings;
    }

    private String axisLabel() {
        String unit = cube.unit();
        return ("\u00c5".equals(unit) ? "r" : "1/\u00c5".equals(unit) ? "q" : "axis") + " (" + unit + ")";
    }

    /** The axis, then a column for each profile; PCA: the mean too. */
    public ResultsTable table() {
        ResultsTable table = new ResultsTable();
        table.setPrecision(6);
        for (int z = 0; z < axis.length; z++) {
            table.incrementCounter();
            table.addValue(axisLabel(), axis[z]);
            for (int j = 0; j < d.components; j++) {
                table.addValue(names.get(j), d.basis[j * axis.length + z]);
            }
            if (pca) {
                table.addValue("mean", d.mean[z]);
            }
        }
        return table;
    }

    /** First peak, its width, second peak, its shoulder, and the distances of polyhedra; null if the profiles are no PDFs. */
    public ResultsTable peaks() {
        if (readings == null) {
            return null;
        }
        ResultsTable table = new ResultsTable();
        table.setPrecision(3);
        String[] headings = {"R1", "FWHM", "R2", "shoulder"};
        for (int j = 0; j < d.components; j++) {
            table.incrementCounter();
            table.addValue("profile", names.get(j));
            for (int i = 0; i < headings.length; i++) {
                table.addValue(headings[i], readings[j][i]);
            }
            for (int i = 0; i < SHARED.length; i++) {
                table.addValue(SHARED_NAMES[i], SHARED[i] * readings[j][0]);
            }
        }
        return table;
    }

    /** All profiles; PDFs one above the other, with the lines of shared atoms. */
    public Plot plot(String title) {
        double[] range = range();
        double space = readings == null ? 0 : SPACE * range[2];
        double low = range[0];
        double high = range[1] + space * (d.components - 1) + (readings == null ? 0 : 0.35 * range[2]);
        Plot plot = plain(title, axisLabel(), space == 0 ? label() : String.format(Locale.US, "%s, one above the other by %.3g", label(), space));
        plot.setLimits(axis[0], axis[axis.length - 1], low - 0.05 * (high - low), high + 0.05 * (high - low));
        StringBuilder legend = new StringBuilder();
        for (int j = 0; j < d.components; j++) {
            double[] profile = d.profile(j);
            double offset = space * (d.components - 1 - j);
            for (int z = 0; z < profile.length; z++) {
                profile[z] += offset;
            }
            plot.setColor(Composite.colour(j));
            plot.setLineWidth(2);
            plot.add("line", axis, profile);
            legend.append(names.get(j)).append(share(j)).append('\n');
        }
        for (int j = 0; j < d.components && readings != null; j++) {
            lines(plot, j, space * (d.components - 1 - j), range);
        }
        plot.setColor(Color.BLACK);
        plot.setLineWidth(1);
        plot.addLegend(legend.toString().trim(), readings == null ? "auto" : "top-right");
        if (readings != null) {
            plot.addLabel(0.02, 0.06, "3, 2, 1: shared atoms");
        }
        return plot;
    }

    private String label() {
        String unit = cube.valueUnit();
        return pca ? "principal component" : "basis profile" + (unit.isEmpty() || unit.startsWith("Gray") ? "" : " (" + unit + ")");
    }

    private String share(int j) {
        return String.format(Locale.US, pca ? "  %.2f %% of variance" : "  %.1f %%", pca ? 100 * d.spectrum[j] : d.fraction(j));
    }

    /** Lowest and highest value, and the largest range of one profile. */
    private double[] range() {
        double[] range = {Double.POSITIVE_INFINITY, Double.NEGATIVE_INFINITY, 0};
        for (int j = 0; j < d.components; j++) {
            double low = Double.POSITIVE_INFINITY;
            double high = Double.NEGATIVE_INFINITY;
            for (double value : d.profile(j)) {
                low = Math.min(low, value);
                high = Math.max(high, value);
            }
            range[0] = Math.min(range[0], low);
            range[1] = Math.max(range[1], high);
            range[2] = Math.max(range[2], high - low);
        }
        range[2] = range[2] > 0 ? range[2] : 1;
        return range;
    }

    private void lines(Plot plot, int j, double offset, double[] range) {
        double first = readings[j][0];
        plot.setColor(Composite.colour(j));
        plot.setLineWidth(1);
        plot.setFontSize(FONT - 2);
        for (int i = 0; i < SHARED.length && first > 0; i++) {
            double r = SHARED[i] * first;
            if (r < axis[axis.length - 1]) {
                double value = d.basis[j * axis.length + (int) Math.round((r - axis[0]) / cube.step())] + offset;
                plot.drawDottedLine(r, value - 0.12 * range[2], r, value + 0.2 * range[2], 2);
                plot.setJustification(Plot.CENTER);
                plot.addText(String.valueOf(3 - i), r, value + 0.22 * range[2]);
                plot.setJustification(Plot.LEFT);
            }
        }
        plot.setFontSize(FONT);
    }

    /** Fractions of the variance on a logarithmic axis. */
    public Plot scree(String title) {
        int n = Math.min(SCREE, d.spectrum.length);
        double[] x = new double[n];
        double[] y = new double[n];
        double least = 1;
        for (int i = 0; i < n; i++) {
            x[i] = i + 1;
            y[i] = 100 * d.spectrum[i];
            least = y[i] > 0 ? Math.min(least, y[i]) : least;
        }
        Plot plot = plain(title, "component", "variance (%)");
        plot.setAxisYLog(true);
        plot.setLimits(0, n + 1, least / 2, 200);
        plot.setColor(Composite.colour(2), Composite.colour(2));
        plot.setLineWidth(2);
        plot.add("connected circle", x, y);
        return plot;
    }

    /** Fraction of the variance of each component, and of all up to it, percent. */
    public ResultsTable screeTable() {
        ResultsTable table = new ResultsTable();
        table.setPrecision(6);
        double sum = 0;
        for (int i = 0; i < d.spectrum.length; i++) {
            sum += 100 * d.spectrum[i];
            table.incrementCounter();
            table.addValue("component", i + 1);
            table.addValue("variance", 100 * d.spectrum[i]);
            table.addValue("sum", sum);
        }
        return table;
    }

    private static Plot plain(String title, String x, String y) {
        Plot plot = new Plot(title, x, y);
        plot.setFrameSize(WIDTH, HEIGHT);
        plot.setFontSize(FONT);
        return plot;
    }
}
