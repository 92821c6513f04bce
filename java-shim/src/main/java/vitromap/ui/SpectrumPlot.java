/* SPDX-License-Identifier: GPL-3.0-or-later */
package vitromap.ui;

import ij.gui.Plot;
import ij.measure.ResultsTable;
import java.awt.Color;
import java.awt.Font;
import java.util.ArrayList;
import java.util.List;
import vitromap.engine.Symmetry;

/** Mean power over n of some regions and bands, as a plot with even and odd orders beside each other, and as a table. */
public final class SpectrumPlot {
    private static final Color[] COLOURS = {Color.BLACK, new Color(31, 119, 180), new Color(214, 39, 40), new Color(44, 160, 44), new Color(148, 103, 189),
        new Color(255, 127, 14)};
    private static final int WIDTH = 640;
    private static final int HEIGHT = 400;
    private static final int LEGEND_LINE = 18;

    private final Symmetry symmetry;
    private final double qPerPx;
    private final List<String> names = new ArrayList<>();
    private final List<double[][]> spectra = new ArrayList<>();

    /** @param qPerPx 0 = not known, bands are named in px */
    public SpectrumPlot(Symmetry symmetry, double qPerPx) {
        this.symmetry = symmetry;
        this.qPerPx = qPerPx;
    }

    /** Adds the mean over some scan positions, for every band. */
    public void add(String name, int[] positions) {
        for (int band = 0; band < symmetry.bands; band++) {
            names.add(symmetry.bands == 1 ? name : name + ", " + symmetry.bandName(band, qPerPx));
            spectra.add(symmetry.spectrum(band, positions));
        }
    }

    /** Columns n, parity, and for each region and band the mean and its standard error. */
    public ResultsTable table() {
        ResultsTable table = new ResultsTable();
        table.setPrecision(8);
        for (int n = 0; n < symmetry.order; n++) {
            table.incrementCounter();
            table.addValue("n", n + 1);
            table.addValue("parity", n % 2 == 0 ? "odd" : "even");
            for (int i = 0; i < names.size(); i++) {
                table.addValue(names.get(i), spectra.get(i)[0][n]);
                table.addValue("error of " + names.get(i), spectra.get(i)[1][n]);
            }
        }
        return table;
    }

    /** Even orders connected, odd ones as open circles, with standard errors. */
    public Plot plot(String title) {
        Plot plot = new Plot(title, "Order n (odd: open circles)", "Normalised power |c_n|\u00b2 / c_0\u00b2");
        plot.setSize(WIDTH, HEIGHT);
        StringBuilder legend = new StringBuilder();
        double low = 0;
        double high = 0;
        for (int i = 0; i < names.size(); i++) {
            Color colour = COLOURS[i % COLOURS.length];
            for (int odd = 0; odd < 2; odd++) {
                double[][] part = part(spectra.get(i), odd);
                if (part[0].length == 0) {
                    continue;
                }
                plot.setColor(colour, odd == 1 ? null : colour);
                plot.add(odd == 1 ? "circle" : "connected circle", part[0], part[1]);
                plot.addErrorBars(part[2]);
                legend.append(odd == 1 ? "\t" : names.get(i) + "\t");
                for (int k = 0; k < part[0].length; k++) {
                    double error = Double.isNaN(part[2][k]) ? 0 : part[2][k];
                    low = Double.isNaN(part[1][k]) ? low : Math.min(low, part[1][k] - error);
                    high = Double.isNaN(part[1][k]) ? high : Math.max(high, part[1][k] + error);
                }
            }
        }
        double room = high > low ? 0.05 * (high - low) : 1;
        double legendPart = Math.min(0.6, (names.size() + 1.0) * LEGEND_LINE / HEIGHT);
        plot.setColor(Color.BLACK);
        plot.setLimits(0.5, symmetry.order + 0.5, low < 0 ? low - room : 0, (high + room) / (1 - legendPart));
        plot.setFont(Font.PLAIN, 12);
        plot.addLegend(legend.toString(), "top-right");
        return plot;
    }

    /** n, mean and error of the even or odd orders. */
    private static double[][] part(double[][] spectrum, int odd) {
        int count = (spectrum[0].length + odd) / 2;
        double[][] part = new double[3][count];
        for (int k = 0; k < count; k++) {
            int n = 2 * k + 2 - odd;
            part[0][k] = n;
            part[1][k] = spectrum[0][n - 1];
            part[2][k] = spectrum[1][n - 1];
        }
        return part;
    }
}
