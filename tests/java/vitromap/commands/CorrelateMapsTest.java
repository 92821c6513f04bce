// SPDX-License-Identifier: GPL-3.0-or-later
package vitromap.commands;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ij.ImagePlus;
import ij.ImageStack;
import ij.process.FloatProcessor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import vitromap.engine.MapImage;
import vitromap.engine.VitroException;

/** Maps of known correlation. */
class CorrelateMapsTest {
    private static final int X = 50;
    private static final int Y = 40;
    private static final int N = X * Y;

    private final CorrelateMaps.Settings settings = new CorrelateMaps.Settings();
    private final List<String> log = new ArrayList<>();
    private float[] a;
    private float[] b;

    @BeforeEach
    void maps() {
        Random random = new Random(2);
        a = new float[N];
        b = new float[N];
        for (int i = 0; i < N; i++) {
            a[i] = (float) random.nextGaussian();
            b[i] = (float) (100 - 0.75 * a[i] + random.nextGaussian()); // correlation -0.6
        }
        a[7] = Float.NaN;
    }

    private static ImagePlus image(String title, float[] values) {
        ImagePlus image = new ImagePlus(title, new FloatProcessor(X, Y, values));
        image.getCalibration().pixelWidth = 2;
        image.getCalibration().pixelHeight = 2;
        image.getCalibration().setUnit("nm");
        return image;
    }

    private static MapImage map(String title, float[] values) {
        return MapImage.of(image(title, values), "", "a map");
    }

    private CorrelateMaps.Result compute() {
        return CorrelateMaps.compute(map("strain", a), map("order", b), settings, log::add);
    }

    @Test
    void twoMaps() {
        settings.rMax = 20;
        CorrelateMaps.Result result = compute();
        assertEquals(1, result.table.getCounter());
        assertEquals(-0.6, result.table.getValue("Pearson", 0), 0.06);
        assertEquals(-0.58, result.table.getValue("Spearman", 0), 0.06);
        assertEquals(N - 1, result.table.getValue("pixels", 0));
        assertEquals(N / (1 + 0.8 * 0.36), result.table.getValue("Pearson n_eff", 0), 0.15 * N);
        assertTrue(result.table.getValue("Pearson p", 0) < 1e-10);
        assertEquals(0.002, result.table.getValue("Pearson p by shifts", 0), 0.0021);
        assertTrue(log.get(0).contains("Pearson -0.") && log.get(0).contains("n_eff"), log.get(0));
    }

    @Test
    void pictures() {
        settings.rMax = 20;
        CorrelateMaps.Result result = compute();
        ImagePlus histogram = result.images[0];
        assertEquals("strain-Joint histogram", histogram.getTitle());
        double sum = 0;
        for (float count : (float[]) histogram.getProcessor().getPixels()) {
            sum += count;
        }
        assertEquals(N - 1, sum);
        double largest = Float.NEGATIVE_INFINITY;
        for (float value : b) {
            largest = Math.max(largest, value);
        }
        assertEquals(largest, histogram.getCalibration().getY(0, histogram.getHeight()), 1e-3); // the top edge
        ImagePlus cross = result.images[1];
        assertEquals("strain-Correlation", cross.getTitle());
        assertEquals(21, cross.getWidth());
        assertEquals(0, cross.getCalibration().getX(10), 1e-9);
        assertEquals(result.table.getValue("Pearson", 0), cross.getProcessor().getf(10, 10), 1e-5);
        assertEquals(11, result.curves.getCounter());
        assertEquals(2, result.curves.getValue("r (nm)", 1), 0.5);
        assertEquals(result.table.getValue("Pearson", 0), result.curves.getValue("correlation", 0), 1e-6);
        assertEquals(0, result.curves.getValue("90 deg", 5), 0.1);
        assertEquals("strain-Correlation plot", result.plot.getTitle());
    }

    @Test
    void allPairsOfAStack() {
        ImageStack stack = new ImageStack(X, Y);
        stack.addSlice("first", a);
        stack.addSlice("second", b);
        stack.addSlice("constant", new float[N]);
        CorrelateMaps.Result result = CorrelateMaps.compute(new ImagePlus("maps.tif", stack), settings, log::add);
        ImagePlus matrix = result.images[0];
        assertEquals("maps-Correlation matrix", matrix.getTitle());
        assertEquals(3, matrix.getWidth());
        float[] pearson = (float[]) matrix.getStack().getPixels(1);
        assertEquals(-0.6, pearson[1], 0.06);
        assertEquals(pearson[1], pearson[3], 0);
        assertEquals(1, pearson[0], 0);
        assertTrue(Float.isNaN(pearson[2]) && Float.isNaN(pearson[7]));
        assertEquals(1, result.table.getCounter());
        assertTrue(log.toString().contains("'maps.tif:constant'") && log.toString().contains("constant"), log.toString());
        assertTrue(((String) matrix.getProperty("Info")).contains("rows and columns: first, second, constant"));
    }

    private String message() {
        return assertThrows(VitroException.class, this::compute).getMessage();
    }

    @Test
    void badInput() {
        settings.rMax = 80;
        assertTrue(message().contains("A lag of 40 px does not fit into 'strain', 50 x 40 px"), message());
        settings.rMax = -1;
        assertTrue(message().contains("R_max"), message());
        settings.rMax = 0;
        MapImage other = MapImage.of(new ImagePlus("other", new FloatProcessor(X, Y + 1)), "", "a map");
        assertTrue(assertThrows(VitroException.class, () -> CorrelateMaps.compute(map("strain", a), other, settings, log::add)).getMessage().contains("another scan"));
        Arrays.fill(b, 4);
        assertTrue(message().contains("'strain' and 'order'") && message().contains("second map is constant"), message());
        Arrays.fill(b, Float.NaN);
        assertTrue(message().contains("0 pixels are measured in both"), message());
        String single = assertThrows(VitroException.class, () -> CorrelateMaps.compute(image("single", a), settings, log::add)).getMessage();
        assertTrue(single.contains("'single' has one slice"), single);
        settings.second = "no such map";
        String missing = assertThrows(VitroException.class, () -> CorrelateMaps.compute(image("single", a), settings, log::add)).getMessage();
        assertTrue(missing.contains("'no such map'"), missing);
    }
}
