// SPDX-License-Identifier: GPL-3.0-or-later
package vitromap.commands;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ij.ImagePlus;
import ij.ImageStack;
import ij.measure.ResultsTable;
import ij.process.FloatProcessor;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import vitromap.TestScan;
import vitromap.engine.Dataset;
import vitromap.engine.VitroException;
import vitromap.ui.MapSlice;
import vitromap.ui.Output;

/** The command from a dataset to its maps and spectra. */
class SymmetryMapTest {
    private static final int X = 4;
    private static final int Y = 3;
    private static final int SIDE = 96;

    private ImagePlus image;
    private final SymmetryMap.Settings settings = new SymmetryMap.Settings();
    private final List<String> log = new ArrayList<>();

    /** A ring of 30 px about centres that differ, with an amplitude of 0.2 at n = 2 in the left half of the scan and at n = 5 in the right one. */
    @BeforeEach
    void rings() {
        ImageStack stack = new ImageStack(SIDE, SIDE);
        for (int i = 0; i < X * Y; i++) {
            FloatProcessor pattern = new FloatProcessor(SIDE, SIDE);
            int n = i % X < X / 2 ? 2 : 5;
            for (int p = 0; p < SIDE * SIDE; p++) {
                double x = p % SIDE - centerX(i);
                double y = p / SIDE - centerY(i);
                double ring = Math.hypot(x, y) - 30;
                pattern.setf(p, (float) (1000 * Math.exp(-ring * ring / 32) * (1 + 0.2 * Math.cos(n * Math.atan2(-y, x) - 1)) + 50));
            }
            stack.addSlice(pattern);
        }
        image = TestScan.hyperstack("rings.tif", stack, X, Y);
        image.setProp(Dataset.CENTER_X, 47.5);
        image.setProp(Dataset.CENTER_Y, 47.5);
        image.setProp(Dataset.MASK, "none");
        image.setProp(Dataset.ELLIPSE, "1,0,1");
        image.setProp(Dataset.Q_PER_PX, 0.01);
        image.setProp(Dataset.SCAN_STEP, 2);
        settings.ringMin = 28;
        settings.ringMax = 32;
        settings.noiseCorrection = false;
        settings.followCenter = true;
        settings.centersImage = centers();
    }

    private static double centerX(int i) {
        return 46 + i * 0.23;
    }

    private static double centerY(int i) {
        return 49 - i * 0.19;
    }

    private static ImagePlus centers() {
        float[] data = new float[2 * X * Y];
        for (int i = 0; i < X * Y; i++) {
            data[i] = (float) centerX(i);
            data[X * Y + i] = (float) centerY(i);
        }
        data[7] = Float.NaN;
        MapSlice[] slices = {new MapSlice("center_x", "px", MapSlice.Style.VALUE), new MapSlice("center_y", "px", MapSlice.Style.VALUE)};
        return Output.maps("rings-Ring", X, Y, 0, slices, data);
    }

    private SymmetryMap.Result result() throws IOException {
        return SymmetryMap.compute(image, settings, log::add);
    }

    private String message() {
        return assertThrows(VitroException.class, this::result).getMessage();
    }

    private static float value(ImagePlus map, int slice, int i) {
        return ((float[]) map.getStack().getPixels(slice))[i];
    }

    @Test
    void mapsHaveASliceForEachOrder() throws IOException {
        ImagePlus map = result().map;
        assertEquals("rings-Symmetry", map.getTitle());
        assertEquals(12, map.getStackSize());
        assertEquals(2, map.getCalibration().pixelWidth);
        assertEquals("nm", map.getCalibration().getUnit());
        double level = 0.01 * Math.pow(1000.0 / 1050, 2); // the background of 50 has no symmetry
        for (int n = 1; n <= 12; n++) {
            assertEquals("n=" + n, map.getStack().getSliceLabel(n));
            for (int i = 0; i < X * Y; i++) {
                double truth = n == (i % X < X / 2 ? 2 : 5) ? level : 0;
                assertEquals(i == 7 ? Double.NaN : truth, value(map, n, i), 0.02 * level);
            }
        }
        assertTrue(log.toString().contains("1 of 12 patterns have no power (NaN): no centre"), log.toString());
        assertTrue(log.toString().contains("odd orders have"), log.toString());
        assertTrue(map.getInfoProperty().contains("run(\"4D-STEM Symmetry Map...\", \"ring_min=28 ring_max=32 bands=1 max_order=12 follow_center"), map.getInfoProperty());
        assertEquals("0.01", map.getProp(Dataset.Q_PER_PX));
    }

    @Test
    void bandsMakeAHyperstack() throws IOException {
        settings.bands = 2;
        settings.maxOrder = 6;
        ImagePlus map = result().map;
        assertArrayEquals(new int[] {X, Y, 1, 6, 2}, map.getDimensions());
        assertEquals("n=5, 0.300-0.320 1/\u00c5", map.getStack().getSliceLabel(11));
        assertEquals(value(map, 11, 2), value(map, 5, 2), 1e-3);
        assertTrue(value(map, 11, 2) > 0.008);
    }

    @Test
    void spectraOfTheAreaAndOfRegions() throws IOException {
        settings.maxOrder = 6;
        settings.regions.region = "0,0,2,3;2,0,2,3";
        SymmetryMap.Result result = result();
        ResultsTable table = result.table;
        assertEquals(6, table.size());
        assertEquals("odd", table.getStringValue("parity", 4));
        double two = table.getValue("0,0,2,3", 1);
        assertEquals(0.00907, two, 2e-4);
        assertEquals(0, table.getValue("2,0,2,3", 1), 1e-4);
        assertEquals(two, table.getValue("2,0,2,3", 4), 2e-4);
        assertEquals((6 * two + 5 * table.getValue("2,0,2,3", 1)) / 11, table.getValue("all", 1), 1e-6);
        assertTrue(table.getValue("error of all", 1) > 0.001);
        assertEquals("rings-Symmetry spectrum", result.plot.getTitle());
        settings.regions.region = "";
        assertEquals(-1, result().table.getColumnIndex("0,0,2,3"));
    }

    @Test
    void theRingIsFound() throws IOException {
        settings.ringMin = 0;
        settings.ringMax = 0;
        assertEquals(0.009, value(result().map, 2, 0), 0.001);
        assertTrue(log.toString().contains("ring: found at"), log.toString());
    }

    @Test
    void theSampleComesBack() throws IOException {
        SampleData.Settings sample = new SampleData.Settings();
        sample.sample = "clusters";
        sample.scan = 24;
        sample.detector = 96;
        sample.counts = 200000;
        sample.speckle = 0;
        sample.fraction = 1.5;
        sample.ellipticity = 0;
        ImagePlus[] images = SampleData.compute(sample);
        images[0].setProp(Dataset.ELLIPSE, "1,0,1");
        settings.ringMin = 23;
        settings.ringMax = 29;
        settings.noiseCorrection = true;
        settings.centersImage = images[2];
        ImagePlus map = SymmetryMap.compute(images[0], settings, log::add).map;
        for (int n : new int[] {4, 6, 10, 5}) {
            double sum = 0;
            double truth = 0;
            for (int i = 0; i < 24 * 24; i++) {
                assertEquals(value(images[1], n, i), value(map, n, i), 0.005);
                sum += value(map, n, i);
                truth += value(images[1], n, i);
            }
            assertEquals(truth / 576, sum / 576, 0.02 * truth / 576 + 2e-5);
        }
    }

    @Test
    void wrongInputIsNamed() {
        settings.maxOrder = 0;
        assertTrue(message().contains("Max_order is 0: 1 to 24"), message());
        settings.maxOrder = 12;
        settings.bands = 9;
        assertTrue(message().contains("9 bands on a ring of 4.0 px: 1 to 4"), message());
        settings.bands = 1;
        settings.ringMin = 90;
        settings.ringMax = 95;
        assertTrue(message().contains("lies outside the detector"), message());
        settings.ringMin = 2;
        settings.ringMax = 3;
        assertTrue(message().contains("cannot be told apart"), message());
        settings.ringMin = 28;
        settings.ringMax = 32;
        settings.regions.region = "0,0,9,9";
        assertTrue(message().contains("does not lie in the scan"), message());
        settings.regions.region = "";
        settings.centersImage = null;
        settings.centers = "nothing";
        assertTrue(message().contains("There is no open image 'nothing'"), message());
        assertNull(image.getRoi());
    }

    @Test
    void emptyAndConstantPatternsAreNaN() throws IOException {
        java.util.Arrays.fill((float[]) image.getStack().getPixels(2), 0);
        java.util.Arrays.fill((float[]) image.getStack().getPixels(3), 9);
        ImagePlus map = result().map;
        assertTrue(Float.isNaN(value(map, 2, 1)) && Float.isNaN(value(map, 2, 2)));
        assertTrue(log.toString().contains("no counts in the ring"), log.toString());
        assertTrue(log.toString().contains("all pixels of the ring have one value"), log.toString());
    }
}
