/* SPDX-License-Identifier: GPL-3.0-or-later */
package vitromap.commands;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ij.ImagePlus;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The whole way: a simulated scan, its strain map with nothing but the composition given, and the truth. */
class SampleToStrainTest {
    private static final int N = 32;
    /** Strain slices and the sigma slices that belong to them. */
    private static final int[][] SLICES = {{1, 1}, {2, 2}, {3, 3}, {4, 4}, {9, 6}};
    private static ImagePlus strain;
    private static ImagePlus sigma;
    private static ImagePlus ring;
    private static ImagePlus truth;
    private static ImagePlus truthRing;

    @BeforeAll
    static void map() throws Exception {
        SampleData.Settings sample = new SampleData.Settings();
        sample.scan = N;
        ImagePlus[] made = SampleData.compute(sample);
        truth = made[1];
        truthRing = made[2];
        StrainMap.Settings settings = new StrainMap.Settings();
        settings.composition = "Zr50Cu45Al5";
        settings.reference = "0,0," + N + ",5";
        ImagePlus[] maps = StrainMap.compute(made[0], settings, line -> { });
        strain = maps[0];
        sigma = maps[1];
        ring = maps[2];
    }

    private static float[] slice(ImagePlus image, int n) {
        return (float[]) image.getStack().getPixels(n);
    }

    /** Measured minus true, each against its mean in the reference region. */
    private static double[] errors(ImagePlus measured, ImagePlus true_, int n) {
        float[] a = slice(measured, n);
        float[] b = slice(true_, n);
        double offset = 0;
        for (int i = 0; i < 5 * N; i++) {
            offset += (a[i] - b[i]) / (5 * N);
        }
        double[] errors = new double[a.length];
        for (int i = 0; i < a.length; i++) {
            errors[i] = a[i] - b[i] - offset;
        }
        return errors;
    }

    /** What a set of errors amounts to. */
    private static double rms(double[] errors) {
        double squares = 0;
        for (double error : errors) {
            squares += error * error / errors.length;
        }
        return Math.sqrt(squares);
    }

    private static double mean(double[] values) {
        double sum = 0;
        for (double value : values) {
            sum += value / values.length;
        }
        return sum;
    }

    /** Part of the errors that are smaller than so many error bars. */
    private static double covered(double[] errors, float[] bars, double bar) {
        int n = 0;
        for (int i = 0; i < errors.length; i++) {
            n += Math.abs(errors[i]) < bar * bars[i] ? 1 : 0;
        }
        return n / (double) errors.length;
    }

    /** Of the errors against the truth: how much the measured strain falls short or overshoots in proportion. */
    private static double slope(double[] errors, float[] truth) {
        double mean = 0;
        for (float value : truth) {
            mean += value / truth.length;
        }
        double products = 0;
        double squares = 0;
        for (int i = 0; i < truth.length; i++) {
            products += errors[i] * (truth[i] - mean);
            squares += (truth[i] - mean) * (truth[i] - mean);
        }
        return products / squares;
    }

    @Test
    void strainIsTheTruthWithinItsErrorBars() {
        for (int[] s : SLICES) {
            double[] errors = errors(strain, truth, s[0]);
            float[] bars = slice(sigma, s[1]);
            double rms = rms(errors);
            double one = covered(errors, bars, 1);
            double two = covered(errors, bars, 2);
            double slope = slope(errors, slice(truth, s[0]));
            String label = strain.getStack().getSliceLabel(s[0]);
            String figures = String.format("%s: mean error %.3f %%, rms %.3f %%, within 1 sigma %.3f, within 2 sigma %.3f, slope %.3f", label,
                    mean(errors), rms, one, two, 1 + slope);
            System.out.println(figures);
            assertEquals(truth.getStack().getSliceLabel(s[0]), label);
            assertEquals(0, mean(errors), 0.06, figures); // 4 times the error of the reference region's mean
            assertTrue(rms < 0.25, figures);
            assertEquals(0.68, one, 0.07, figures);
            assertEquals(0.95, two, 0.035, figures);
            assertEquals(0, slope, 0.06, figures); // 4 times its own error
        }
    }

    @Test
    void everyPatternIsGood() {
        for (float status : slice(ring, 9)) {
            assertEquals(0, status);
        }
        for (int n = 1; n <= 10; n++) {
            for (float value : slice(strain, n)) {
                assertFalse(Float.isNaN(value));
            }
        }
    }

    /** Absolute values: centre, semi-axes, direction, height, width. */
    @Test
    void ringsAreWhereTheyAre() {
        double[] allowed = {0.15, 0.15, 0.25, 0.25, 8, 4, 1.5};
        for (int n = 1; n <= allowed.length; n++) {
            float[] a = slice(ring, n);
            float[] b = slice(truthRing, n);
            double[] errors = new double[a.length];
            for (int i = 0; i < a.length; i++) {
                errors[i] = n == 5 ? Math.IEEEremainder(a[i] - b[i], 180) : a[i] - b[i];
            }
            String figures = String.format("%s: mean error %.3f, rms %.3f", ring.getStack().getSliceLabel(n), mean(errors), rms(errors));
            System.out.println(figures);
            assertTrue(rms(errors) < allowed[n - 1], figures);
        }
    }
}
