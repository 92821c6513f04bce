// SPDX-License-Identifier: GPL-3.0-or-later
package vitromap.commands;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ij.IJ;
import ij.ImagePlus;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import vitromap.engine.Dataset;
import vitromap.engine.VitroException;
import vitromap.ui.Output;

/** The command from a cube to its maps. */
class PeakMapTest {
    private static final int X = 30;
    private static final int Y = 20;
    private static final int N = X * Y;
    private static final int DEPTH = 80;
    private static final double STEP = 0.02;
    private static final double NOISE = 0.03;

    private final PeakMap.Settings settings = new PeakMap.Settings();
    private final List<String> log = new ArrayList<>();
    private float[] data;
    private ImagePlus cube;

    private static double position(int i) {
        return 2.7 + 0.1 * (i % X) / X;
    }

    /** A G(r) whose first peak lies at 2.7 to 2.8, higher from row to row, and a second one at 3.5 that the range leaves out; axis from 2. */
    @BeforeEach
    void peaks() {
        Random random = new Random(5);
        data = new float[N * DEPTH];
        for (int z = 0; z < DEPTH; z++) {
            for (int i = 0; i < N; i++) {
                double r = 2 + z * STEP;
                data[z * N + i] = (float) (height(i) * bell(r, position(i), 0.12) + 3 * bell(r, 3.5, 0.1) + NOISE * random.nextGaussian());
            }
        }
        cube = cube("glass-PDF.tif");
        cube.setProp(Dataset.Q_PER_PX, 0.01);
        settings.from = 2.3;
        settings.to = 3.1;
    }

    private ImagePlus cube(String title) {
        return Output.cube(title, X, Y, 2.5, STEP, "\u00c5", -100, "", data);
    }

    private static double height(int i) {
        return 1 + 0.05 * (i / X);
    }

    private static double bell(double r, double middle, double width) {
        return Math.exp(-0.5 * (r - middle) * (r - middle) / (width * width));
    }

    private ImagePlus compute() throws IOException {
        return PeakMap.compute(cube, settings, log::add);
    }

    private static float[] slice(ImagePlus maps, int slice) {
        return (float[]) maps.getStack().getPixels(slice);
    }

    private String message() {
        return assertThrows(VitroException.class, this::compute).getMessage();
    }

    @Test
    void mapsHaveTheTruthWithinTheirErrors() throws IOException {
        for (String model : new String[] {"Gaussian", "parabola", "moments"}) {
            settings.model = model;
            ImagePlus maps = compute();
            int within = 0;
            for (int i = 0; i < N; i++) {
                within += Math.abs(slice(maps, 1)[i] - position(i)) < slice(maps, 5)[i] ? 1 : 0;
                assertEquals(height(i), slice(maps, 2)[i], 0.15, model);
                assertEquals(2.3548 * 0.12, slice(maps, 3)[i], 0.1, model);
                assertEquals(height(i) * 2.5066 * 0.12, slice(maps, 4)[i], 0.08, model);
            }
            if (!model.equals("moments")) { // whose positions the range's ends pull to its middle
                assertEquals(0.68, within / (double) N, 0.06, model);
            }
        }
        assertTrue(log.isEmpty(), log.toString());
    }

    @Test
    void mapsSayWhatTheyAre() throws IOException {
        settings.baseline = "linear";
        ImagePlus maps = compute();
        assertEquals("glass-PDF-Peak", maps.getTitle());
        String[] labels = {"position", "height", "fwhm", "area", "sigma position"};
        assertEquals(labels.length, maps.getStackSize());
        for (int i = 0; i < labels.length; i++) {
            assertEquals(labels[i], maps.getStack().getSliceLabel(i + 1));
        }
        assertEquals(2.5, maps.getCalibration().pixelWidth);
        assertEquals("nm", maps.getCalibration().getUnit());
        assertEquals("\u00c5", maps.getCalibration().getValueUnit());
        assertEquals("0.01", maps.getProp(Dataset.Q_PER_PX));
        String info = (String) maps.getProperty("Info");
        assertTrue(info.contains("run(\"4D-STEM Peak Map...\", \"from=2.3 to=3.1 model=Gaussian baseline=linear sigma=[]\");"), info);
        assertTrue(info.contains("glass-PDF.tif"), info);
    }

    @Test
    void whatHasNoPeakIsNaNAndCounted() throws IOException {
        for (int z = 0; z < DEPTH; z++) {
            data[z * N + 7] = 4;
            data[z * N + 8] = Float.NaN;
            data[z * N + 9] = z;
        }
        cube = cube("glass-PDF");
        ImagePlus maps = compute();
        for (int i = 0; i < N; i++) {
            for (int slice = 1; slice <= 5; slice++) {
                assertEquals(i >= 7 && i <= 9, Float.isNaN(slice(maps, slice)[i]), "position " + i);
            }
        }
        assertEquals(1, log.size());
        assertTrue(log.get(0).contains("3 of 600 positions have no peak from 2.3 to 3.1"), log.get(0));
        assertTrue(log.get(0).contains("1: a value in the range is missing; 2: no maximum inside the range"), log.get(0));
        assertTrue(((String) maps.getProperty("Info")).contains("3 of 600 positions"));
    }

    @Test
    void errorsOfThePointsWeightThem() throws IOException {
        Random random = new Random(6);
        float[] sigma = new float[data.length];
        for (int z = 0; z < DEPTH; z++) {
            double wild = z % 2 * 0.4;
            for (int i = 0; i < N; i++) {
                data[z * N + i] += (float) (wild * random.nextGaussian());
                sigma[z * N + i] = (float) Math.hypot(NOISE, wild);
            }
        }
        cube = cube("glass-PDF");
        double alike = scatter(compute());
        settings.sigmaImage = Output.cube("sigma", X, Y, 2.5, STEP, "\u00c5", -100, "", sigma);
        ImagePlus maps = compute();
        assertTrue(scatter(maps) < 0.5 * alike, scatter(maps) + " with weights, " + alike + " without");
        settings.sigmaImage = Output.cube("other", X, Y, 2.5, STEP, "\u00c5", -100, "", Arrays.copyOf(sigma, 40 * N));
        assertTrue(message().contains("another cube: 30 x 20 x 40 points"), message());
        settings.sigmaImage = Output.cube("zero", X, Y, 2.5, STEP, "\u00c5", -100, "", new float[sigma.length]);
        assertTrue(message().contains("no standard error above 0"), message());
    }

    private static double scatter(ImagePlus maps) {
        double square = 0;
        int n = 0;
        for (int i = 0; i < N; i++) {
            double error = slice(maps, 1)[i] - position(i);
            if (!Double.isNaN(error)) {
                square += error * error;
                n++;
            }
        }
        assertTrue(n > 0.9 * N, n + " positions measured");
        return Math.sqrt(square / n);
    }

    @Test
    void badInput() {
        settings.from = 3.7;
        settings.to = 4.5;
        assertTrue(message().contains("holds 0 points of 'glass-PDF.tif'"), message());
        settings.from = 2.5;
        settings.to = 2.56;
        assertTrue(message().contains("at least 5"), message());
        settings.baseline = "linear";
        settings.to = 2.6;
        assertTrue(message().contains("at least 7"), message());
        settings.from = 3.1;
        settings.to = 2.3;
        assertTrue(message().contains("3.1"), message());
        settings.from = Double.NaN;
        assertTrue(message().contains("NaN"), message());
        settings.from = 2.3;
        settings.to = 3.1;
        settings.model = "Lorentzian";
        assertTrue(message().contains("Allowed: Gaussian; parabola; moments"), message());
        settings.model = "Gaussian";
        settings.baseline = "cubic";
        assertTrue(message().contains("none; linear"), message());
        settings.baseline = "none";
        settings.sigma = "no such cube";
        assertTrue(message().contains("'no such cube'"), message());
        settings.sigma = "";
        for (int i = 0; i < data.length; i++) {
            data[i] = -i;
        }
        cube = cube("falling");
        assertTrue(message().contains("'falling' has no peak from 2.3 to 3.1 \u00c5 at any of 600") && message().contains("600: no maximum"), message());
        Arrays.fill(data, 3);
        cube = cube("constant");
        assertTrue(message().contains("'constant' has no peak"), message());
        Arrays.fill(data, Float.NaN);
        cube = cube("nothing");
        assertTrue(message().contains("600: a value in the range is missing"), message());
        cube = IJ.createImage("one slice", "32-bit", 8, 8, 1);
        assertTrue(message().contains("'one slice' is no cube"), message());
    }
}
