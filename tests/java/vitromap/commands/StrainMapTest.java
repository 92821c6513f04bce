// SPDX-License-Identifier: GPL-3.0-or-later
package vitromap.commands;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ij.ImagePlus;
import ij.Macro;
import ij.WindowManager;
import ij.macro.Interpreter;
import ij.process.ImageProcessor;
import ij.process.StackConverter;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import vitromap.TestScan;
import vitromap.engine.Dataset;

/** The command from a dataset to its maps. */
class StrainMapTest {
    private static final int X = 12;
    private static final int Y = 10;
    private static TestScan scan;

    @BeforeAll
    static void simulate() {
        scan = TestScan.of(X, Y, 128, 5e5, 7);
    }

    private static ImagePlus copy() {
        ImagePlus image = scan.image.duplicate();
        image.setTitle(scan.image.getTitle());
        image.setDimensions(1, X, Y);
        return image;
    }

    private static ImagePlus floats() {
        ImagePlus image = copy();
        new StackConverter(image).convertToGray32();
        image.setDimensions(1, X, Y);
        return image;
    }

    private static StrainMap.Settings reference(String region) {
        StrainMap.Settings settings = new StrainMap.Settings();
        settings.reference = region;
        return settings;
    }

    private static ImagePlus[] quiet(ImagePlus image, StrainMap.Settings settings) throws IOException {
        return StrainMap.compute(image, settings, line -> { });
    }

    private static float[] slice(ImagePlus maps, String label) {
        for (int i = 1; i <= maps.getStackSize(); i++) {
            if (label.equals(maps.getStack().getSliceLabel(i))) {
                return (float[]) maps.getStack().getPixels(i);
            }
        }
        throw new AssertionError("no slice " + label + " in " + maps.getTitle());
    }

    private static double mean(float[] values) {
        double sum = 0;
        for (float value : values) {
            sum += value;
        }
        return sum / values.length;
    }

    @Test
    void nothingGiven() throws IOException {
        List<String> log = new ArrayList<>();
        ImagePlus[] maps = StrainMap.compute(copy(), new StrainMap.Settings(), log::add);
        assertEquals("test glass-Strain", maps[0].getTitle());
        assertEquals("test glass-Strain sigma", maps[1].getTitle());
        assertEquals("test glass-Ring", maps[2].getTitle());
        assertArrayEquals(new int[] {11, 6, 9}, Arrays.stream(maps).mapToInt(ImagePlus::getStackSize).toArray());
        String text = String.join("\n", log);
        for (String part : new String[] {"mask: found", "centre: found", "ring: found", "no reference", "all 120 patterns measured"}) {
            assertTrue(text.contains(part), text);
        }
    }

    /** Against the truth, up to the mean level that a median cannot know. */
    @Test
    void theTruthLiesWithinTheErrorBars() throws IOException {
        ImagePlus[] maps = quiet(copy(), new StrainMap.Settings());
        String[] labels = {"e_xx", "e_yy", "e_xy", "d_rho"};
        int[] slices = {0, 1, 2, 8};
        int[] inside = new int[3];
        for (int k = 0; k < labels.length; k++) {
            float[] measured = slice(maps[0], labels[k]);
            float[] sigma = slice(maps[1], labels[k]);
            float[] truth = Arrays.copyOfRange(scan.strain, slices[k] * X * Y, (slices[k] + 1) * X * Y);
            double offset = mean(measured) - mean(truth);
            for (int i = 0; i < truth.length; i++) {
                double error = Math.abs(measured[i] - truth[i] - offset) / sigma[i];
                inside[error < 1 ? 0 : error < 2 ? 1 : 2]++;
            }
        }
        double n = labels.length * X * Y;
        assertEquals(0.68, inside[0] / n, 0.1, "within one sigma");
        assertEquals(0.95, (inside[0] + inside[1]) / n, 0.05, "within two sigma");
    }

    @Test
    void theReferenceRegionIsZero() throws IOException {
        ImagePlus[] maps = quiet(copy(), reference("2, 3, 5, 6"));
        for (String label : new String[] {"e_xx", "e_yy", "e_xy", "e_vol", "d_rho"}) {
            ImageProcessor map = maps[0].getStack().getProcessor(1 + Arrays.asList(maps[0].getStack().getSliceLabels()).indexOf(label));
            map.setRoi(2, 3, 5, 6);
            assertEquals(0, map.crop().getStatistics().mean, 0.01, label);
        }
    }

    @Test
    void anotherDatasetAsReference() throws IOException {
        StrainMap.Settings settings = new StrainMap.Settings();
        settings.referenceImage = copy();
        ImagePlus[] maps = quiet(copy(), settings);
        assertEquals(0, mean(slice(maps[0], "e_xx")), 0.01);
        assertEquals(0, mean(slice(maps[0], "e_xy")), 0.01);
    }

    /** The beam stop and the centre of the reference lie elsewhere. */
    @Test
    void aReferenceWhoseBeamWasElsewhere() throws IOException {
        for (int[] shift : new int[][] {{7, -4}, {-12, 9}}) {
            StrainMap.Settings settings = new StrainMap.Settings();
            settings.referenceImage = copy();
            for (int i = 1; i <= X * Y; i++) {
                settings.referenceImage.getStack().getProcessor(i).translate(shift[0], shift[1]);
            }
            ImagePlus[] maps = quiet(copy(), settings);
            for (String label : new String[] {"e_xx", "e_yy", "e_xy", "d_rho"}) {
                assertEquals(0, mean(slice(maps[0], label)), 0.02, label + " for a shift by " + shift[0] + ", " + shift[1]);
            }
        }
    }

    @Test
    void calibrationTurnsTheTensor() throws IOException {
        ImagePlus image = copy();
        ImagePlus plain = quiet(image, reference("0,0,12,10"))[0];
        image.setProp(Dataset.ROTATION, 90);
        ImagePlus turned = quiet(image, reference("0,0,12,10"))[0];
        image.setProp(Dataset.ROTATION, 0);
        image.setProp(Dataset.FLIP, 1);
        ImagePlus flipped = quiet(image, reference("0,0,12,10"))[0];
        image.setProp(Dataset.FLIP, 0);
        StrainMap.Settings settings = reference("0,0,12,10");
        settings.xAxis = 45;
        ImagePlus axes = quiet(image, settings)[0];
        float[] xx = slice(plain, "e_xx");
        float[] yy = slice(plain, "e_yy");
        float[] xy = slice(plain, "e_xy");
        for (int i = 0; i < xx.length; i++) {
            assertEquals(xx[i], slice(turned, "e_yy")[i], 2e-4);
            assertEquals(-xy[i], slice(turned, "e_xy")[i], 2e-4);
            assertEquals(xx[i], slice(flipped, "e_xx")[i], 2e-4);
            assertEquals(-xy[i], slice(flipped, "e_xy")[i], 2e-4);
            assertEquals((xx[i] + yy[i]) / 2 + xy[i], slice(axes, "e_xx")[i], 2e-4);
            assertEquals(slice(plain, "d_rho")[i], slice(axes, "d_rho")[i], 2e-4);
        }
    }

    @Test
    void failedPatternsAreNaNWithTheirReason() throws IOException {
        ImagePlus image = floats();
        StrainMap.Settings settings = reference("0,5,12,5"); // without the patterns spoiled below
        ImagePlus[] whole = quiet(image, settings);
        fill(image, 3, 0);
        fill(image, 20, Float.NaN);
        fill(image, 30, -5);
        List<String> log = new ArrayList<>();
        ImagePlus[] maps = StrainMap.compute(image, settings, log::add);
        float[] status = slice(maps[2], "status");
        assertEquals(1, status[3]);
        assertEquals(4, status[20]);
        assertEquals(5, status[30]);
        assertTrue(String.join("\n", log).contains("3 of 120 patterns not measured: 1 empty, 1 not a number, 1 negative"), log.toString());
        for (ImagePlus stack : new ImagePlus[] {maps[0], maps[1], maps[2]}) {
            for (int s = 1; s <= stack.getStackSize() - (stack == maps[2] ? 1 : 0); s++) {
                float[] map = (float[]) stack.getStack().getPixels(s);
                assertTrue(Float.isNaN(map[3]) && Float.isNaN(map[20]) && Float.isNaN(map[30]), stack.getTitle() + " slice " + s);
            }
        }
        assertEquals(slice(whole[0], "e_xx")[50], slice(maps[0], "e_xx")[50], 0.02, "the others were disturbed");
        assertTrue(!Float.isNaN(slice(maps[0], "e_xx")[4]));
    }

    private static void fill(ImagePlus image, int frame, float value) {
        Arrays.fill((float[]) image.getStack().getPixels(frame + 1), value);
    }

    @Test
    void saturatedPattern() throws IOException {
        ImagePlus image = copy();
        Arrays.fill((short[]) image.getStack().getPixels(8), (short) 0xffff);
        ImagePlus[] maps = quiet(image, reference("0,5,12,5"));
        assertEquals(3, slice(maps[2], "status")[7]);
        assertTrue(Float.isNaN(slice(maps[0], "e_vol")[7]));
    }

    @Test
    void directEllipse() throws IOException {
        StrainMap.Settings settings = reference("0,0,12,10");
        settings.method = "direct ellipse";
        settings.threshold = 0.7;
        ImagePlus[] maps = quiet(copy(), settings);
        int good = 0;
        for (float value : slice(maps[2], "status")) {
            good += value == 0 ? 1 : 0;
        }
        assertTrue(good > X * Y / 4, good + " patterns measured");
    }

    @Test
    void theInfoMakesTheMapAgain() throws IOException {
        ImagePlus image = copy();
        StrainMap.Settings settings = reference("0,5,12,5");
        settings.definition = "real-space";
        settings.xAxis = 20;
        settings.ringMin = 25.5;
        settings.composition = "Zr50Cu45Al5";
        image.setProp(Dataset.Q_PER_PX, scan.calibration[1]);
        ImagePlus[] maps = quiet(image, settings);
        String info = maps[0].getInfoProperty();
        assertTrue(info.contains("Input: test glass.tif"), info);
        assertEquals(image.getProp(Dataset.Q_PER_PX), maps[2].getProp(Dataset.Q_PER_PX));
        String line = info.substring(info.indexOf("run("), info.indexOf(");") + 2);
        ImagePlus again = replay(image, line.substring(line.indexOf(", \"") + 3, line.length() - 3));
        assertArrayEquals(slice(maps[0], "e_1"), slice(again, "e_1"));
        assertArrayEquals(slice(maps[0], "e_xx"), slice(again, "e_xx"));
    }

    /** Runs the command as a macro would, and takes the map it shows. */
    private static ImagePlus replay(ImagePlus image, String options) {
        String name = Thread.currentThread().getName();
        Interpreter.batchMode = true;
        List<ImagePlus> shown = new ArrayList<>();
        try {
            Thread.currentThread().setName("Run$_test");
            Macro.setOptions(options);
            WindowManager.setTempCurrentImage(image);
            new StrainMap().run("");
            for (int id : WindowManager.getIDList()) {
                shown.add(WindowManager.getImage(id));
            }
            return shown.stream().filter(map -> map.getTitle().equals("test glass-Strain")).findFirst().get();
        } finally {
            shown.forEach(Interpreter::removeBatchModeImage);
            WindowManager.setTempCurrentImage(null);
            Macro.setOptions(null);
            Interpreter.batchMode = false;
            Thread.currentThread().setName(name);
        }
    }
}
