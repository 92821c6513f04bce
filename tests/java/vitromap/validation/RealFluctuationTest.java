/* SPDX-License-Identifier: GPL-3.0-or-later */
package vitromap.validation;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ij.ImagePlus;
import ij.ImageStack;
import ij.measure.ResultsTable;
import ij.process.ShortProcessor;
import java.io.IOException;
import java.util.Arrays;
import java.util.Locale;
import org.junit.jupiter.api.Test;
import vitromap.commands.Calibrate;
import vitromap.commands.Fluctuation;
import vitromap.engine.Dataset;
import vitromap.engine.FluctuationCurve;
import vitromap.engine.FrameSource;
import vitromap.engine.Mask;
import vitromap.io.Formats;
import vitromap.io.OpenOptions;
import vitromap.io.TestFiles;

/** Ten measured nanodiffraction patterns of an amorphous film: V(k) is the definition's, and has its peak at the first ring. */
class RealFluctuationTest {
    private static final int FROM = 40;
    private static final int TO = 240;
    private static final int SMOOTH = 4;

    private static ImagePlus open() throws IOException {
        try (FrameSource source = Formats.open(TestFiles.data("amorphous/fem_stack.tif"), new OpenOptions()).source) {
            ImageStack stack = new ImageStack(source.width(), source.height());
            for (double[] frame : TestFiles.frames(source)) {
                short[] pixels = new short[frame.length];
                for (int i = 0; i < pixels.length; i++) {
                    pixels[i] = (short) frame[i];
                }
                stack.addSlice(new ShortProcessor(source.width(), source.height(), pixels, null));
            }
            ImagePlus image = new ImagePlus("fem_stack.tif", stack);
            Dataset.setScan(image, 10, 1);
            Calibrate.Settings settings = Calibrate.Settings.of(image);
            settings.findEllipse = true;
            Calibrate.compute(image, settings, line -> { });
            return image;
        }
    }

    /** Annulus of every pixel; -1 = none. */
    private static int[] annuli(ImagePlus image) {
        Dataset dataset = Dataset.of(image);
        double[] e = dataset.numbers(Dataset.ELLIPSE, 3);
        double cx = dataset.number(Dataset.CENTER_X, 0);
        double cy = dataset.number(Dataset.CENTER_Y, 0);
        byte[] mask = Mask.decode(dataset.text(Dataset.MASK), image.getWidth(), image.getHeight());
        int[] annulus = new int[mask.length];
        for (int i = 0; i < mask.length; i++) {
            double x = i % image.getWidth() - cx;
            double y = i / image.getWidth() - cy;
            double r = Math.hypot(e[0] * x + e[1] * y, e[1] * x + e[2] * y);
            annulus[i] = mask[i] == 0 && r >= FROM && r < TO ? (int) (r - FROM) : -1;
        }
        return annulus;
    }

    /** The four variances of every annulus, word by word; with noise, I (I - 1) in place of I^2 and T (T - 1) in place of the square of a sum T. */
    private static double[][] naive(ImagePlus image, boolean noise) {
        int[] annulus = annuli(image);
        int patterns = image.getStackSize();
        double[][] v = new double[FluctuationCurve.VARIANTS.length][TO - FROM];
        double[] count = new double[TO - FROM];
        double[][] sum = new double[patterns][TO - FROM];
        double[][] square = new double[patterns][TO - FROM];
        for (int i = 0; i < annulus.length; i++) {
            if (annulus[i] < 0) {
                continue;
            }
            double pixelSum = 0;
            double pixelSquare = 0;
            for (int p = 0; p < patterns; p++) {
                double value = ((short[]) image.getStack().getPixels(p + 1))[i] & 0xffff;
                pixelSum += value;
                pixelSquare += value * value;
                sum[p][annulus[i]] += value;
                square[p][annulus[i]] += value * value;
            }
            count[annulus[i]]++;
            v[2][annulus[i]] += ratio(patterns, pixelSquare, pixelSum, noise);
        }
        for (int bin = 0; bin < TO - FROM; bin++) {
            double total = 0;
            double squares = 0;
            double means = 0;
            for (int p = 0; p < patterns; p++) {
                total += sum[p][bin];
                squares += square[p][bin];
                means += sum[p][bin] * sum[p][bin];
                v[0][bin] += ratio(count[bin], square[p][bin], sum[p][bin], noise) / patterns;
            }
            v[1][bin] = ratio(patterns, means, total, noise);
            v[2][bin] /= count[bin];
            v[3][bin] = ratio(count[bin] * patterns, squares, total, noise);
        }
        return v;
    }

    private static double ratio(double n, double squares, double sum, boolean noise) {
        return noise ? n * (squares - sum) / (sum * (sum - 1)) - 1 : n * squares / (sum * sum) - 1;
    }

    @Test
    void curveIsTheDefinitionsAndItsPeakTheFirstRing() throws IOException {
        ImagePlus image = open();
        Fluctuation.Settings settings = new Fluctuation.Settings();
        settings.rMin = FROM;
        settings.rMax = TO;
        for (boolean noise : new boolean[] {false, true}) {
            settings.noiseCorrection = noise;
            ResultsTable table = Fluctuation.compute(image, settings, line -> { }).table;
            double[][] expected = naive(image, noise);
            double worst = 0;
            for (int k = 0; k < expected.length; k++) {
                for (int bin = 0; bin < TO - FROM; bin++) {
                    double got = table.getValue(FluctuationCurve.VARIANTS[k], bin);
                    worst = Math.max(worst, Math.abs(got / expected[k][bin] - 1));
                    assertTrue(table.getValue("sigma of " + FluctuationCurve.VARIANTS[k], bin) > 0);
                }
                if (k != 1) { // the annulus's mean hardly varies
                    double peak = peak(table.getColumn(FluctuationCurve.VARIANTS[k]));
                    System.out.printf(Locale.US, "fem_stack.tif, %s: peak of V at %.0f px%n", FluctuationCurve.VARIANTS[k], peak);
                    assertEquals(133.8, peak, 15, FluctuationCurve.VARIANTS[k]);
                }
            }
            System.out.printf(Locale.US, "fem_stack.tif: largest deviation from the naive computation %.1e%n", worst);
            assertEquals(0, worst, 1e-5);
        }
    }

    /** Radius of the largest mean over 2 SMOOTH + 1 annuli. */
    private static double peak(double[] v) {
        int at = SMOOTH;
        double most = 0;
        for (int i = SMOOTH; i < v.length - SMOOTH; i++) {
            double mean = Arrays.stream(v, i - SMOOTH, i + SMOOTH + 1).sum();
            if (mean > most) {
                most = mean;
                at = i;
            }
        }
        return FROM + at + 0.5;
    }
}
