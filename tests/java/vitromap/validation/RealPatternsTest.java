/* SPDX-License-Identifier: GPL-3.0-or-later */
package vitromap.validation;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.util.Locale;
import org.junit.jupiter.api.Test;

/**
 * Centre, first ring and ellipticity of measured patterns against those listed with the data, which come from a quick fit of the
 * ring's maximum in each direction: soft targets, 0.5 px for a centre, 0.5 % for a radius, more where the list says 'about'. The
 * radius is that of the intensity's maximum; a list that counts whole bins instead of their middles is 0.5 px off, which is allowed
 * for. Ellipticity is the amplitude of the radius's second harmonic, half of what the axes' ratio exceeds 1 by.
 *
 * <p>What cannot depend on anybody's fit: the pattern is at least as round about the measured centre as about the listed one.
 */
class RealPatternsTest {
    private static final String HEAD = "                        centre           listed              ring  listed ellipticity listed    angle  unevenness, about the listed centre = 1";

    /** NaN = not listed. */
    private static final class Listed {
        final double x;
        final double y;
        final double ring;
        final double ellipticity;

        Listed(double x, double y, double ring, double ellipticity) {
            this.x = x;
            this.y = y;
            this.ring = ring;
            this.ellipticity = ellipticity;
        }
    }

    private static RealPattern check(String path, Listed listed, double centerPx, double ringShare) throws IOException {
        RealPattern p = RealPattern.open(path);
        double[] about = {listed.x, listed.y};
        double rest = p.unevenness(p.geometry.center) / p.unevenness(about);
        System.out.printf(Locale.US, "%s%n%-22s (%6.2f, %6.2f) (%6.2f, %6.2f) %7.2f %7.2f %8.2f %% %6.2f %% %5.0f deg  %.3f%n", HEAD, path.replaceAll(".*/", ""),
                p.geometry.center[0], p.geometry.center[1], listed.x, listed.y, p.geometry.ring, listed.ring, 100 * p.ellipticity(), listed.ellipticity,
                p.longAxis(), rest);
        assertTrue(Math.hypot(p.geometry.center[0] - listed.x, p.geometry.center[1] - listed.y) < centerPx, "centre");
        assertEquals(listed.ring, p.geometry.ring, ringShare * listed.ring + 0.5, "ring");
        assertTrue(rest < 1.001, "less round than about the listed centre: " + rest);
        return p;
    }

    @Test
    void energyFilteredPatternWithAWedge() throws IOException {
        RealPattern p = check("amorphous/energy_filtered_sum.tif", new Listed(304.80, 249.31, 71.15, 1.6), 0.5, 0.005);
        assertEquals(1.6, 100 * p.ellipticity(), 0.3);
        assertEquals(28, p.longAxis(), 5, "listed as -28 degrees with y down");
        assertTrue(p.geometry.mask[249 * 512 + 305] != 0, "the wedge's tip covers the centre");
        float[] profile = p.pattern.profile(p.geometry.mask, p.geometry.center, p.geometry.ellipse);
        int second = 105;
        for (int i = 105; i < 140; i++) {
            second = profile[i] > profile[second] ? i : second;
        }
        assertEquals(118, second + 0.5, 2, "second ring");
    }

    /**
     * 'About' (266, 289), 133.8 px and 1.6 %. The ring is broad, with a shoulder inside, and its maxima jump from grain to grain: fitting
     * them gives (266.0, 288.3). An independent least-squares fit of all pixels to an elliptic profile gives (267.9, 288.9) and 2.2-2.5 %,
     * for the ring as for its halves and for the halo outside it.
     */
    @Test
    void nanodiffractionWithABeamStopAndSpeckle() throws IOException {
        RealPattern p = check("amorphous/fem_stack.tif", new Listed(266, 289, 133.8, 1.6), 2.0, 0.005);
        assertEquals(1.6, 100 * p.ellipticity(), 1.0);
        assertEquals(267.9, p.geometry.center[0], 0.5, "the independent fit");
        assertEquals(288.9, p.geometry.center[1], 0.5, "the independent fit");
    }

    /** 'About' 141 px: a polycrystal's ring in the four corners of the detector, too little of it for an ellipse. */
    @Test
    void sparseScanWithItsRingInTheCorners() throws IOException {
        check("cube/FPD_HDF5.hdf5", new Listed(127.5, 124.8, 141, Double.NaN), 0.5, 0.015);
    }
}
