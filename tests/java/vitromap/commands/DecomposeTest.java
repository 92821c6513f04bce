// SPDX-License-Identifier: GPL-3.0-or-later
package vitromap.commands;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ij.ImagePlus;
import ij.measure.ResultsTable;
import ij.process.ColorProcessor;
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

/** The command from a cube to maps, plots and tables. */
class DecomposeTest {
    private static final int X = 20;
    private static final int Y = 15;
    private static final int N = X * Y;
    private static final int POINTS = 120;
    private static final double STEP = 0.05;
    private static final double NOISE = 0.004;

    private ImagePlus cube;
    private final List<String> log = new ArrayList<>();
    private final Decompose.Settings settings = new Decompose.Settings();

    /** Two PDFs with first peaks at 2.5 and 2.9 Angstrom. */
    private static double known(int j, double r) {
        double first = j == 0 ? 2.5 : 2.9;
        return 0.02 + 2 * bell(r, first, 0.4) + bell(r, 1.66 * first, 0.6);
    }

    private static double bell(double r, double at, double fwhm) {
        return Math.exp(-2.7726 * (r - at) * (r - at) / (fwhm * fwhm));
    }

    /** Share of the first at position i; the first and last columns are pure. */
    private static double share(int i) {
        return i % X / (X - 1.0);
    }

    @BeforeEach
    void twoKinds() {
        Random random = new Random(4);
        float[] data = new float[N * POINTS];
        for (int z = 0; z < POINTS; z++) {
            for (int i = 0; i < N; i++) {
                double r = (z + 1) * STEP;
                data[z * N + i] = (float) (share(i) * known(0, r) + (1 - share(i)) * known(1, r) + NOISE * random.nextGaussian());
            }
        }
        cube = Output.cube("glass-PDF.tif", X, Y, 2, STEP, "\u00c5", -1, "1/\u00c5^2", data);
        cube.setProp(Dataset.VOLTAGE, 300);
        settings.components = 2;
    }

    private Decompose.Result result() throws IOException {
        return Decompose.compute(cube, settings, log::add);
    }

    private String message() {
        return assertThrows(VitroException.class, this::result).getMessage();
    }

    private static float value(ImagePlus image, int slice, int i) {
        return ((float[]) image.getStack().getPixels(slice))[i];
    }

    @Test
    void nmfFindsBothKindsAndTheirShares() throws IOException {
        Decompose.Result r = result();
        assertEquals("glass-PDF-NMF weights", r.weights.getTitle());
        assertEquals("glass-PDF-NMF fractions", r.fractions.getTitle());
        assertEquals("glass-PDF-NMF composite", r.composite.getTitle());
        assertEquals("glass-PDF-NMF residual", r.residual.getTitle());
        assertEquals("glass-PDF-NMF basis", r.basis.getTitle());
        assertNull(r.scree);
        assertEquals(2, r.weights.getStackSize());
        assertEquals("component 2", r.weights.getStack().getSliceLabel(2));
        assertEquals(2, r.weights.getCalibration().pixelWidth);
        assertEquals("300", r.weights.getProp(Dataset.VOLTAGE));
        int first = r.peaks.getValue("R1", 0) < 2.7 ? 1 : 2;
        assertEquals(2.5, r.peaks.getValue("R1", first - 1), 0.01);
        assertEquals(2.9, r.peaks.getValue("R1", 2 - first), 0.01);
        assertEquals(Math.sqrt(3) * r.peaks.getValue("R1", 0), r.peaks.getValue("sqrt(3) R1", 0), 1e-9);
        for (int i = 0; i < N; i++) {
            assertEquals(100 * share(i), value(r.fractions, first, i), 4, "position " + i);
            assertEquals(NOISE, value(r.residual, 1, i), 0.3 * NOISE);
        }
        assertEquals("component 1", r.basisTable.getColumnHeading(1));
        assertEquals(STEP, r.basisTable.getValueAsDouble(0, 0), 1e-9);
        assertEquals(POINTS, r.basisTable.size());
        String info = (String) r.weights.getProperty("Info");
        assertTrue(info.contains("run(\"4D-STEM Decompose...\", \"method=NMF components=2 from=0 to=0 seed=1 references=[] shift=0\");"), info);
        assertTrue(log.toString().contains("iterations"), log.toString());
    }

    @Test
    void compositeHasEachPositionsColours() throws IOException {
        Decompose.Result r = result();
        ColorProcessor picture = (ColorProcessor) r.composite.getProcessor();
        int zoom = picture.getWidth() / X;
        assertEquals(2.0 / zoom, r.composite.getCalibration().pixelWidth, 1e-12);
        int pureRed = 0;
        for (int column : new int[] {0, X - 1}) {
            int rgb = picture.getPixel(column * zoom + zoom / 2, 7 * zoom + zoom / 2);
            int red = rgb >> 16 & 255;
            int green = rgb >> 8 & 255;
            assertTrue(Math.abs(red - green) > 80, "column " + column + " is " + Integer.toHexString(rgb));
            pureRed += red > green ? 1 : 0;
        }
        assertEquals(1, pureRed);
    }

    @Test
    void negativeCubesAreShiftedAndItIsSaid() throws IOException {
        cube.getStack().getProcessor(3).setf(5, -0.75f);
        Decompose.Result r = result();
        assertTrue(log.toString().contains("shift: 0.750000 was added"), log.toString());
        assertTrue(((String) r.weights.getProperty("Info")).contains("shift: 0.75"));
        settings.shift = 0.5;
        assertTrue(message().contains("smallest value is -0.75"), message());
        settings.shift = -1;
        assertTrue(message().contains("positive"), message());
    }

    @Test
    void positionsWithNanAreLeftOut() throws IOException {
        cube.getStack().getProcessor(9).setf(33, Float.NaN);
        for (String method : new String[] {"NMF", "PCA"}) {
            settings.method = method;
            settings.components = 1;
            Decompose.Result r = result();
            assertTrue(log.toString().contains("1 of 300 positions have values that are no numbers"), log.toString());
            for (ImagePlus map : new ImagePlus[] {r.weights, r.residual}) {
                assertTrue(Float.isNaN(value(map, 1, 33)) && !Float.isNaN(value(map, 1, 34)), map.getTitle());
            }
        }
    }

    @Test
    void emptySlicesAreNamed() {
        Arrays.fill((float[]) cube.getStack().getPixels(1), Float.NaN);
        Arrays.fill((float[]) cube.getStack().getPixels(POINTS), Float.NaN);
        String text = message();
        assertTrue(text.contains("0.1 to 5.95 \u00c5: set from and to"), text);
        settings.from = 0.1;
        settings.to = 5.95;
        assertEquals(POINTS - 2, assertDone().basisTable.size());
        for (int z = 1; z <= POINTS; z++) {
            Arrays.fill((float[]) cube.getStack().getPixels(z), Float.NaN);
        }
        assertTrue(message().contains("no finite value"), message());
    }

    private Decompose.Result assertDone() {
        try {
            return result();
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void pcaHasItsScreePlot() throws IOException {
        settings.method = "PCA";
        Decompose.Result r = result();
        assertEquals("glass-PDF-PCA scree", r.scree.getTitle());
        assertNull(r.fractions);
        assertNull(r.composite);
        assertNull(r.peaks);
        assertEquals(POINTS, r.screeTable.size());
        assertEquals(100, r.screeTable.getValue("sum", POINTS - 1), 1e-6);
        assertTrue(r.screeTable.getValue("variance", 0) > 99 && r.screeTable.getValue("variance", 1) < 0.1, "the shares vary in one way");
        assertEquals("mean", r.basisTable.getColumnHeading(3));
        settings.shift = 1;
        assertTrue(message().contains("PCA"), message());
    }

    @Test
    void referencesFromACube() throws IOException {
        settings.method = "NNLS";
        settings.referencesImage = referenceCube(POINTS, -1, "\u00c5");
        Decompose.Result r = result();
        assertEquals("glass-PDF-NNLS weights", r.weights.getTitle());
        for (int i = 0; i < N; i++) {
            assertEquals(share(i), value(r.weights, 1, i), 0.01);
            assertEquals((1 - share(i)) / 2, value(r.weights, 2, i), 0.01);
        }
        settings.method = "MLLS";
        assertEquals("glass-PDF-MLLS weights", result().weights.getTitle());
    }

    /** The second reference is twice the known PDF. */
    private static ImagePlus referenceCube(int points, double zOrigin, String unit) {
        float[] data = new float[2 * points];
        for (int z = 0; z < points; z++) {
            data[2 * z] = (float) known(0, (z - zOrigin) * STEP);
            data[2 * z + 1] = (float) (2 * known(1, (z - zOrigin) * STEP));
        }
        return Output.cube("references", 2, 1, 0, STEP, unit, zOrigin, "", data);
    }

    @Test
    void referencesFromATable() throws IOException {
        settings.from = 2;
        settings.to = 5;
        ResultsTable nmf = result().basisTable;
        settings.method = "NNLS";
        settings.referencesTable = nmf;
        Decompose.Result r = result();
        assertEquals("component 1", r.weights.getStack().getSliceLabel(1));
        for (int i = 0; i < N; i++) {
            assertEquals(value(assertNotNullMap(r.fractions), 1, i) + value(r.fractions, 2, i), 100, 1e-3);
            assertTrue(value(r.residual, 1, i) < 2 * NOISE);
        }
        settings.from = 1;
        assertTrue(message().contains("no value at 1.0 \u00c5"), message());
        assertTrue(message().contains("go from 2.0 to 5.0"), message());
    }

    private static ImagePlus assertNotNullMap(ImagePlus map) {
        assertNotNull(map);
        return map;
    }

    @Test
    void referencesOfAnotherAxisAreRefused() {
        settings.method = "MLLS";
        assertTrue(message().contains("References are needed"), message());
        settings.references = "no such thing";
        assertTrue(message().contains("'no such thing'"), message());
        settings.referencesImage = referenceCube(POINTS, -1.5, "\u00c5");
        assertTrue(message().contains("no value at"), message());
        settings.referencesImage = referenceCube(POINTS - 1, -1, "\u00c5");
        assertTrue(message().contains("no value at 6.0 \u00c5"), message());
        settings.referencesImage = referenceCube(POINTS, -1, "1/\u00c5");
        assertTrue(message().contains("1/\u00c5, the cube"), message());
        settings.referencesImage = cube;
        assertTrue(message().contains("300 pixels"), message());
        ResultsTable table = new ResultsTable();
        settings.referencesTable = table;
        assertTrue(message().contains("first column"), message());
    }

    @Test
    void badInputIsToldWithTheCubesName() {
        settings.components = 0;
        assertTrue(message().contains("1 to 64"), message());
        settings.components = 2;
        settings.method = "ICA";
        assertTrue(message().contains("NMF; PCA; MLLS; NNLS"), message());
        settings.method = "NMF";
        settings.from = 7;
        settings.to = 9;
        assertTrue(message().contains("holds 0 points"), message());
        settings.from = 0;
        settings.to = 0;
        for (int z = 1; z <= POINTS; z++) {
            Arrays.fill((float[]) cube.getStack().getPixels(z), z);
        }
        assertTrue(message().contains("'glass-PDF.tif' cannot be decomposed: 2 components are too many"), message());
        for (int z = 1; z <= POINTS; z++) {
            Arrays.fill((float[]) cube.getStack().getPixels(z), -2);
        }
        assertTrue(message().contains("all values are -2"), message());
        settings.method = "PCA";
        assertTrue(message().contains("all values are -2"), message());
    }
}
