// SPDX-License-Identifier: GPL-3.0-or-later
package vitromap.commands;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ij.ImagePlus;
import ij.measure.Calibration;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import vitromap.TestScan;
import vitromap.engine.Dataset;
import vitromap.engine.Native;
import vitromap.engine.VitroException;
import vitromap.ui.Output;

/** The command from a cube of profiles, and from a dataset, to its cubes and maps. */
class PdfMapTest {
    private static final int X = 9;
    private static final int Y = 7;
    private static final int BINS = 400;
    private static final double STEP = 0.004;

    private ImagePlus profiles;
    private final PdfMap.Settings settings = new PdfMap.Settings();
    private final List<String> log = new ArrayList<>();

    /** Glasses whose scale and distance of the atoms change from position to position. */
    @BeforeEach
    void glass() {
        double[] q = new double[BINS];
        double[] f2 = new double[BINS];
        double[] fMean2 = new double[BINS];
        for (int z = 0; z < BINS; z++) {
            q[z] = (z + 0.5) * STEP;
        }
        Native.scattering("Zr50Cu45Al5".getBytes(StandardCharsets.UTF_8), q, f2, fMean2);
        float[] data = new float[BINS * X * Y];
        for (int i = 0; i < data.length; i++) {
            int z = i / (X * Y);
            double s = 1.2 * Math.exp(-3 * q[z] * q[z]) * Math.sin(2 * Math.PI * q[z] * distance(i % (X * Y))) / q[z];
            data[i] = (float) (scale(i % (X * Y)) * (f2[z] + fMean2[z] * s + 0.3 * Math.exp(-6 * q[z]) * f2[0]));
        }
        profiles = Output.cube("glass-Profiles.tif", X, Y, 2, STEP, "1/\u00c5", -0.5, "counts", data);
        profiles.setProp(Dataset.Q_PER_PX, STEP);
        settings.fitMin = 0.3;
        settings.fitMax = 1.6;
        settings.window = "Lorch";
    }

    private static double scale(int i) {
        return 100 + 10 * i;
    }

    private static double distance(int i) {
        return 2.7 + 0.005 * i;
    }

    private ImagePlus[] run() throws IOException {
        return PdfMap.compute(profiles, settings, log::add);
    }

    private static float[] curve(ImagePlus cube, int i) {
        float[] curve = new float[cube.getStackSize()];
        for (int z = 0; z < curve.length; z++) {
            curve[z] = ((float[]) cube.getStack().getPixels(z + 1))[i];
        }
        return curve;
    }

    private static float map(ImagePlus maps, String label, int i) {
        int slice = Arrays.asList(maps.getStack().getSliceLabels()).indexOf(label) + 1;
        return ((float[]) maps.getStack().getPixels(slice))[i];
    }

    private String message() {
        return assertThrows(VitroException.class, this::run).getMessage();
    }

    @Test
    void cubesAndMaps() throws IOException {
        ImagePlus[] out = run();
        assertEquals(3, out.length);
        assertEquals("glass-Profiles-Sq", out[0].getTitle());
        assertEquals("glass-Profiles-PDF", out[1].getTitle());
        assertEquals("glass-Profiles-PDF fit", out[2].getTitle());
        assertEquals(325, out[0].getStackSize());
        assertEquals(500, out[1].getStackSize());
        assertEquals(2, out[2].getStackSize());
        Calibration c = out[0].getCalibration();
        assertEquals(0.302, (0 - c.zOrigin) * c.pixelDepth, 1e-6);
        assertEquals("1/\u00c5", c.getZUnit());
        c = out[1].getCalibration();
        assertEquals(0.02, (0 - c.zOrigin) * c.pixelDepth, 1e-9);
        assertEquals(10, (499 - c.zOrigin) * c.pixelDepth, 1e-9);
        assertEquals("\u00c5", c.getZUnit());
        for (ImagePlus image : out) {
            assertEquals(2, image.getCalibration().pixelWidth, 0);
            assertEquals("nm", image.getCalibration().getUnit());
            String info = (String) image.getProperty("Info");
            assertTrue(info.contains("composition=Zr50Cu45Al5") && info.contains("glass-Profiles.tif"), info);
            assertEquals(STEP, Double.parseDouble(image.getProp(Dataset.Q_PER_PX)));
        }
        for (int i = 0; i < X * Y; i++) {
            float[] g = curve(out[1], i);
            int best = 100;
            for (int k = 100; k < 200; k++) {
                best = g[k] > g[best] ? k : best;
            }
            assertEquals(distance(i), (best + 1) * 0.02, 0.03);
            assertEquals(scale(i), map(out[2], "N", i), 0.02 * scale(i));
            assertTrue(map(out[2], "residual", i) < 0.05);
        }
    }

    @Test
    void optionsReachTheReduction() throws IOException {
        float[] g = curve(run()[1], 5);
        settings.form = "sine transform";
        settings.keepSq = false;
        ImagePlus[] out = run();
        assertEquals(2, out.length);
        assertEquals(g[140], 8 * Math.PI * curve(out[0], 5)[140], 1e-4 * g[140]);
        settings.form = "G(r)";
        for (int option = 0; option < 8; option++) {
            PdfMap.Settings other = new PdfMap.Settings();
            other.fitMin = 0.3;
            other.fitMax = option == 0 ? 1.4 : 1.6;
            other.window = option == 1 ? "Gaussian" : "Lorch";
            other.damping = option == 2 ? 0.5 : 0;
            other.order = option == 3 ? 2 : 4;
            other.factors = option == 4 ? "Lobato" : "Kirkland";
            other.composition = option == 5 ? "Pd40Ni40P20" : "Zr10Cu9Al1";
            other.shortestDistance = option == 6 ? 0 : 2;
            float[] changed = curve(PdfMap.compute(profiles, other, log::add)[1], 5);
            double difference = Math.abs(changed[140] - g[140]) / Math.abs(g[140]);
            assertTrue(option == 7 ? difference < 1e-5 : difference > 1e-4, "option " + option + ": " + difference);
        }
    }

    @Test
    void axesInNanometresAreConverted() throws IOException {
        float[] g = curve(run()[1], 3);
        profiles.getCalibration().pixelDepth = 10 * STEP;
        profiles.getCalibration().setZUnit("1/nm");
        float[] same = curve(run()[1], 3);
        for (int k = 0; k < g.length; k++) {
            assertEquals(g[k], same[k], 1e-4);
        }
    }

    @Test
    void rangeIsFound() throws IOException {
        settings.fitMin = 0;
        settings.fitMax = 0;
        profiles.setProp(Dataset.FULL_CIRCLE, 300);
        ImagePlus[] out = run();
        assertTrue(log.get(0).contains("range of the fit"), log.toString());
        Calibration c = out[0].getCalibration();
        double last = (out[0].getStackSize() - 1 - c.zOrigin) * c.pixelDepth;
        assertEquals(1.56, last, 0.005); // 1.3 times the circle
        profiles.setProp(Dataset.FULL_CIRCLE, null);
        out = run();
        c = out[0].getCalibration();
        assertEquals(1.598, (out[0].getStackSize() - 1 - c.zOrigin) * c.pixelDepth, 1e-6);
    }

    @Test
    void profilesThatFailAreNaNWithAReason() throws IOException {
        for (int z = 0; z < BINS; z++) {
            float[] slice = (float[]) profiles.getStack().getPixels(z + 1);
            slice[4] = 0;
            slice[11] = Float.NaN;
        }
        ((float[]) profiles.getStack().getPixels(200))[12] = Float.NaN;
        ImagePlus[] out = run();
        String text = log.toString();
        assertTrue(text.contains("3 of 63") && text.contains("2 with bins") && text.contains("1 without intensity"), text);
        for (int i : new int[] {4, 11, 12}) {
            assertTrue(Float.isNaN(curve(out[0], i)[9]) && Float.isNaN(curve(out[1], i)[9]) && Float.isNaN(map(out[2], "N", i)) && Float.isNaN(map(out[2], "residual", i)));
        }
        assertFalse(Float.isNaN(curve(out[1], 5)[9]));
        assertTrue(((String) out[1].getProperty("Info")).contains("3 of 63"));
        for (int z = 1; z <= BINS; z++) {
            Arrays.fill((float[]) profiles.getStack().getPixels(z), Float.NaN);
        }
        assertTrue(message().contains("None of the 63 profiles"), message());
    }

    @Test
    void badInput() {
        settings.composition = "";
        assertTrue(message().contains("no atoms"));
        settings.composition = "Zr50Xx5";
        assertTrue(message().contains("Xx"));
        settings.composition = "Zr50Cu45Al5";
        settings.fitMax = 1.7;
        assertTrue(message().contains("does not lie in the profiles' q"));
        settings.fitMax = 0.32;
        assertTrue(message().contains("at least 12"));
        settings.fitMax = 0.2;
        assertTrue(message().contains("0.3 to 0.2"));
        settings.fitMax = 1.6;
        settings.window = "Hann";
        assertTrue(message().contains("Allowed: none; Lorch; Gaussian"));
        settings.window = "none";
        settings.order = 12;
        assertTrue(message().contains("order"));
        settings.order = 4;
        settings.rStep = 0;
        assertTrue(message().contains("r_step"));
        settings.rStep = 0.02;
        profiles.getCalibration().setZUnit("px");
        assertTrue(message().contains("'glass-Profiles.tif' is in 'px'"), message());
    }

    @Test
    void datasetGivesThePdfOfItsProfiles() throws IOException {
        TestScan scan = TestScan.of(4, 3, 128, 1e6, 3);
        ImagePlus image = scan.image;
        image.setTitle("scan.mib");
        assertTrue(assertThrows(VitroException.class, () -> PdfMap.compute(image, settings, log::add)).getMessage().contains("'scan.mib' is not known"));
        image.setProp(Dataset.Q_PER_PX, scan.calibration[1]);
        settings.fitMin = 0;
        settings.fitMax = 0;
        ImagePlus[] direct = PdfMap.compute(image, settings, log::add);
        assertEquals("scan-PDF", direct[1].getTitle());
        assertTrue(log.toString().contains("mask: found"), log.toString());
        ImagePlus[] byProfiles = PdfMap.compute(RadialProfiles.compute(image, new RadialProfiles.Settings(), log::add)[0], settings, log::add);
        for (int k = 0; k < direct.length; k++) {
            assertEquals(direct[k].getStackSize(), byProfiles[k].getStackSize());
            for (int z = 1; z <= direct[k].getStackSize(); z++) {
                assertTrue(Arrays.equals((float[]) direct[k].getStack().getPixels(z), (float[]) byProfiles[k].getStack().getPixels(z)));
            }
        }
        assertTrue(((String) direct[0].getProperty("Info")).contains("centre: found"));
    }
}
