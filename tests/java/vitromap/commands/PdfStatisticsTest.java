// SPDX-License-Identifier: GPL-3.0-or-later
package vitromap.commands;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ij.ImagePlus;
import ij.gui.OvalRoi;
import ij.measure.ResultsTable;
import ij.process.FloatProcessor;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import vitromap.engine.VitroException;
import vitromap.ui.Output;

/** Regions of a cube with bright and dark parts of known curves. */
class PdfStatisticsTest {
    private static final int X = 40;
    private static final int Y = 30;
    private static final int N = X * Y;
    private static final int DEPTH = 150;
    private static final double STEP = 0.01;
    private static final double NOISE = 0.05;

    private final PdfStatistics.Settings settings = new PdfStatistics.Settings();
    private final List<String> log = new ArrayList<>();
    private ImagePlus cube;
    private ImagePlus map;

    private static boolean isBright(int i) {
        return i % X < 12;
    }

    /** Profiles over q: the bright part's first ring lies at 0.40, the dark part's at 0.41 and lower; a second ring at 1.71 times that. */
    private static double profile(double q, boolean bright) {
        double first = bright ? 0.40 : 0.41;
        double a = (q - first) / 0.04;
        double b = (q - 1.71 * first) / 0.05;
        return (bright ? 3 : 2) * Math.exp(-0.5 * a * a) + Math.exp(-0.5 * b * b);
    }

    @BeforeEach
    void brightAndDark() {
        Random random = new Random(1);
        float[] data = new float[N * DEPTH];
        float[] values = new float[N];
        for (int i = 0; i < N; i++) {
            values[i] = (float) ((isBright(i) ? 20 : 5) + random.nextGaussian());
            for (int z = 0; z < DEPTH; z++) {
                data[z * N + i] = (float) (profile((z + 0.5) * STEP, isBright(i)) + NOISE * random.nextGaussian());
            }
        }
        cube = Output.cube("glass-Profiles.tif", X, Y, 2, STEP, "1/\u00c5", -0.5, "counts", data);
        map = new ImagePlus("HAADF", new FloatProcessor(X, Y, values));
        settings.mapImage = map;
        settings.map = "HAADF";
    }

    private PdfStatistics.Result compute() throws IOException {
        return PdfStatistics.compute(cube, settings, log::add);
    }

    private String message() {
        return assertThrows(VitroException.class, this::compute).getMessage();
    }

    @Test
    void meansAndDifferencesAreThoseOfTheRegions() throws IOException {
        ResultsTable points = compute().points;
        assertEquals(DEPTH, points.getCounter());
        int within = 0;
        for (int z = 0; z < DEPTH; z++) {
            double q = (z + 0.5) * STEP;
            assertEquals(q, points.getValue("q (1/\u00c5)", z), 1e-9);
            assertEquals(profile(q, true), points.getValue("mean HAADF bright", z), 0.02);
            assertEquals(NOISE, points.getValue("deviation HAADF dark", z), 0.005);
            double error = points.getValue("difference error HAADF dark - HAADF bright", z);
            double difference = points.getValue("difference HAADF dark - HAADF bright", z) - profile(q, false) + profile(q, true);
            assertEquals(NOISE * Math.sqrt(1.0 / (12 * Y) + 1.0 / (28 * Y)), error, 0.5 * error);
            within += Math.abs(difference) < error ? 1 : 0;
        }
        assertEquals(0.68, within / (double) DEPTH, 0.12);
        assertTrue(log.get(0).contains("region HAADF bright: 360 positions"), log.get(0));
    }

    @Test
    void peaksStandBesideTheIcosahedralRatios() throws IOException {
        settings.from = 0.2;
        settings.to = 1.2;
        ResultsTable peaks = compute().peaks;
        assertEquals(4, peaks.getCounter());
        for (int i = 0; i < 4; i++) {
            double first = i < 2 ? 0.40 : 0.41;
            assertEquals(i < 2 ? "HAADF bright" : "HAADF dark", peaks.getStringValue("region", i));
            assertEquals("peak", peaks.getStringValue("kind", i));
            assertEquals(first * (i % 2 == 0 ? 1 : 1.71), peaks.getValue("position (1/\u00c5)", i), 0.003);
            assertEquals(2.3548 * (i % 2 == 0 ? 0.04 : 0.05), peaks.getValue("FWHM", i), 0.01);
            assertEquals(i % 2 == 0 ? 1 : 1.71, peaks.getValue("ratio to first", i), 0.01);
            assertTrue(peaks.getValue("position error", i) > 0 && peaks.getValue("position error", i) < 0.002);
        }
        assertTrue(Double.isNaN(peaks.getValue("icosahedral", 0)));
        assertEquals(1.71, peaks.getValue("icosahedral", 1), 1e-9);
    }

    @Test
    void plotsHaveTheCurvesAndSayHow() throws IOException {
        PdfStatistics.Result result = compute();
        assertEquals("glass-Profiles-Statistics", result.means.getTitle());
        assertEquals("glass-Profiles-Difference", result.differences.getTitle());
        String info = (String) result.means.getImagePlus().getProperty("Info");
        assertTrue(info.contains("run(\"4D-STEM PDF Statistics...\", \"regions=[ROI Manager] map=HAADF thresholds=bright;dark from=0 to=0\");"), info);
        settings.thresholds = "10,30";
        PdfStatistics.Result one = compute();
        assertNotNull(one.means);
        assertNull(one.differences);
    }

    @Test
    void rectanglesAndSelections() throws IOException {
        settings.mapImage = null;
        settings.map = "";
        settings.regions = "0,0,5,30; 20,0,5,30";
        ResultsTable points = compute().points;
        assertEquals(profile(0.405, false) - profile(0.405, true), points.getValue("difference 20,0,5,30 - 0,0,5,30", 40), 0.03);
        settings.regions = "ROI Manager";
        settings.mapImage = map;
        settings.thresholds = "";
        map.setRoi(new OvalRoi(0, 0, 10, 10));
        compute();
        assertTrue(log.get(log.size() - 1).contains("selection on HAADF"), log.toString());
    }

    @Test
    void overlapIsTold() throws IOException {
        settings.mapImage = null;
        settings.map = "";
        settings.regions = "0,0,10,10; 5,5,10,10";
        compute();
        assertTrue(log.toString().contains("share 25 positions"), log.toString());
    }

    @Test
    void gapsAndConstants() throws IOException {
        float[] data = new float[N * DEPTH];
        Arrays.fill(data, 7);
        Arrays.fill(data, 0, 30 * N, Float.NaN);
        cube = Output.cube("flat", X, Y, 2, STEP, "1/\u00c5", -0.5, "counts", data);
        PdfStatistics.Result result = compute();
        assertEquals(0, result.peaks.getCounter());
        assertTrue(Double.isNaN(result.points.getValue("mean HAADF dark", 3)));
        assertEquals(7, result.points.getValue("mean HAADF dark", 60), 1e-6);
        assertEquals(0, result.points.getValue("deviation HAADF dark", 60), 1e-6);
        assertTrue(log.toString().contains("30 points of the range") && log.toString().contains("no peak stands out"), log.toString());
        Arrays.fill(data, Float.NaN);
        cube = Output.cube("nothing", X, Y, 2, STEP, "1/\u00c5", -0.5, "counts", data);
        assertEquals(0, compute().peaks.getCounter());
    }

    @Test
    void badInput() {
        settings.from = 3;
        settings.to = 4;
        assertTrue(message().contains("holds 0 points"), message());
        settings.from = 0;
        settings.to = 0;
        settings.thresholds = "100,200";
        assertTrue(message().contains("No position of 'HAADF' lies in the threshold"), message());
        settings.thresholds = "brigth";
        assertTrue(message().contains("must be bright, dark, or 'from,to'"), message());
        settings.thresholds = "bright;dark";
        settings.mapImage = new ImagePlus("constant", new FloatProcessor(X, Y));
        assertTrue(message().contains("no bright and dark parts"), message());
        settings.mapImage = new ImagePlus("other", new FloatProcessor(X + 1, Y));
        assertTrue(message().contains("another scan"), message());
        settings.mapImage = null;
        settings.map = "no such map";
        assertTrue(message().contains("'no such map'"), message());
        settings.map = "";
        settings.regions = "0,0,50,10";
        assertTrue(message().contains("does not lie in the scan"), message());
        settings.regions = "";
        assertTrue(message().contains("Give regions"), message());
        settings.regions = "left";
        assertTrue(message().contains("x,y,width,height"), message());
        settings.regions = "0,0,5,5";
        settings.map = "HAADF";
        assertTrue(message().contains("not both"), message());
        cube = map;
        assertTrue(message().contains("is no cube"), message());
    }
}
