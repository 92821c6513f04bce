// SPDX-License-Identifier: GPL-3.0-or-later
package vitromap.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ij.ImagePlus;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import vitromap.ui.Output;

/** One profile and a cube of them, reduced in the same way. */
class PdfTest {
    private static final int BINS = 400;
    private static final double STEP = 0.004;

    /** A glass with atoms at 2.8 Angstrom, on a smooth background. */
    static float[] profile(double scale) {
        double[] q = new double[BINS];
        double[] f2 = new double[BINS];
        double[] fMean2 = new double[BINS];
        for (int z = 0; z < BINS; z++) {
            q[z] = (z + 0.5) * STEP;
        }
        Native.scattering("Zr50Cu45Al5".getBytes(StandardCharsets.UTF_8), q, f2, fMean2);
        float[] profile = new float[BINS];
        for (int z = 0; z < BINS; z++) {
            double s = 1.2 * Math.exp(-1.5 * q[z] * q[z]) * Math.sin(2 * Math.PI * q[z] * 2.8) / q[z];
            profile[z] = (float) (scale * (f2[z] + fMean2[z] * s + 2 * Math.exp(-5 * q[z])));
        }
        return profile;
    }

    private static Pdf.Options options() {
        Pdf.Options options = new Pdf.Options();
        options.fitMin = 0.3;
        options.fitMax = 1.6;
        return options;
    }

    @Test
    void oneProfile() {
        try (Pdf pdf = new Pdf(options(), BINS, 0.5 * STEP, STEP)) {
            Pdf.Curves c = pdf.curves(profile(50));
            assertEquals(0, c.status);
            assertEquals(500, c.gr.length);
            assertEquals(10, c.r[499], 1e-5);
            assertEquals(0.302, c.q[0], 1e-6);
            assertEquals(325, c.q.length);
            int best = 0;
            for (int i = 0; i < c.gr.length; i++) {
                best = c.gr[i] > c.gr[best] ? i : best;
            }
            assertEquals(2.8, c.r[best], 0.03);
            int tail = 320;
            assertEquals(c.intensity[tail], c.background[tail], 0.15 * c.intensity[tail]);
            Pdf.Curves none = pdf.curves(new float[BINS]);
            assertEquals(2, none.status);
            assertTrue(Float.isNaN(none.background[0]) && Float.isNaN(none.gr[5]) && Double.isNaN(none.scale));
        }
    }

    @Test
    void cubeHasTheSameCurves() throws Exception {
        int x = 30;
        int y = 20;
        float[] data = new float[BINS * x * y];
        for (int i = 0; i < x * y; i++) {
            float[] one = profile(100 + i);
            for (int z = 0; z < BINS; z++) {
                data[z * x * y + i] = one[z];
            }
        }
        ImagePlus image = Output.cube("glass-Profiles", x, y, 2, STEP, "1/\u00c5", -0.5, "counts", data);
        Cube cube = Cube.of(image);
        assertEquals(1, Pdf.unit(cube));
        try (Pdf pdf = new Pdf(options(), BINS, cube.value(0), cube.step())) {
            float[] all = pdf.map(cube, true, "test");
            assertEquals((pdf.points + 3 + pdf.bins) * x * y, all.length);
            Pdf.Curves c = pdf.curves(cube.curve(377));
            assertEquals(c.gr[140], all[140 * x * y + 377]);
            assertEquals(c.scale, all[pdf.points * x * y + 377]);
            assertEquals(c.sq[50], all[(pdf.points + 3 + 50) * x * y + 377]);
        }
        image.getCalibration().setZUnit("1/nm");
        assertEquals(0.1, Pdf.unit(Cube.of(image)));
        image.getCalibration().setZUnit("px");
        String message = assertThrows(VitroException.class, () -> Pdf.unit(Cube.of(image))).getMessage();
        assertTrue(message.contains("'glass-Profiles'") && message.contains("'px'"), message);
    }

    @Test
    void rangeIsFoundOrAskedFor() {
        Pdf.Options options = new Pdf.Options();
        options.fitMax = 1.5;
        List<String> log = new ArrayList<>();
        Pdf.findRange(options, () -> profile(50), 0.5 * STEP, STEP, 9, log::add);
        assertEquals(1.5, options.fitMax);
        assertTrue(options.fitMin > 0.2 && options.fitMin < 0.6, "fit_min " + options.fitMin);
        assertEquals(1, log.size());
        options.fitMin = 0;
        String message = assertThrows(VitroException.class, () -> Pdf.findRange(options, () -> new float[BINS], 0.5 * STEP, STEP, 9, log::add)).getMessage();
        assertTrue(message.contains("fit_min"), message);
    }
}
