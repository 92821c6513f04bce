/* SPDX-License-Identifier: GPL-3.0-or-later */
package vitromap.commands;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ij.IJ;
import ij.ImagePlus;
import ij.Prefs;
import ij.measure.ResultsTable;
import java.awt.event.KeyEvent;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import vitromap.engine.Cancelled;
import vitromap.engine.Dataset;
import vitromap.engine.VitroException;

class SampleDataTest {
    private static SampleData.Settings small() {
        SampleData.Settings settings = new SampleData.Settings();
        settings.scan = 6;
        settings.detector = 64;
        settings.counts = 1e5;
        return settings;
    }

    private static short[] pattern(ImagePlus image, int slice) {
        return (short[]) image.getStack().getPixels(slice);
    }

    private static double sum(short[] pattern) {
        double sum = 0;
        for (short value : pattern) {
            sum += value & 0xffff;
        }
        return sum;
    }

    @Test
    void isADatasetThatKnowsItsScale() throws Exception {
        ImagePlus image = SampleData.compute(small())[0];
        assertEquals("sample-glass", image.getTitle());
        assertArrayEquals(new int[] {64, 64, 1, 6, 6}, image.getDimensions());
        assertEquals(16, image.getBitDepth());
        Dataset dataset = Dataset.of(image);
        assertEquals(300, dataset.number(Dataset.VOLTAGE, 0));
        assertEquals(0.43, dataset.number(Dataset.Q_PER_PX, 0) * 64 * 70 / 256, 1e-9); // the first ring of the glass, 1/Angstrom
        assertEquals(371.2 / 6, dataset.number(Dataset.SCAN_STEP, 0), 1e-9);
        for (String measured : new String[] {Dataset.CENTER_X, Dataset.CENTER_Y, Dataset.ELLIPSE, Dataset.MASK}) {
            assertEquals(null, dataset.text(measured));
        }
        double total = 0;
        for (int i = 1; i <= 36; i++) {
            total += sum(pattern(image, i));
        }
        assertEquals(1e5, total / 36, 1500);
    }

    @Test
    void truthHasTheSlicesOfTheResults() throws Exception {
        ImagePlus[] images = SampleData.compute(small());
        assertEquals("sample-glass-Truth", images[1].getTitle());
        String[] strain = {"e_xx", "e_yy", "e_xy", "e_vol", "e_dev", "e_1", "e_2", "angle_1", "d_rho", "energy", "curl"};
        String[] ring = {"center_x", "center_y", "q_max", "q_min", "theta_max", "amplitude", "width", "residual", "status"};
        assertArrayEquals(strain, Arrays.copyOf(images[1].getStack().getSliceLabels(), 11));
        assertArrayEquals(ring, Arrays.copyOf(images[2].getStack().getSliceLabels(), 9));
        for (int i = 1; i <= 2; i++) {
            assertEquals(371.2 / 6, images[i].getCalibration().pixelWidth, 1e-9);
            assertTrue(images[i].getInfoProperty().contains("run(\"4D-STEM Sample Data...\", \"sample=[shear band] scan=6 detector=64 counts=100000 seed=1"));
        }
        float[] vol = (float[]) images[1].getStack().getPixels(4);
        float[] xx = (float[]) images[1].getStack().getPixels(1);
        float[] yy = (float[]) images[1].getStack().getPixels(2);
        for (int i = 0; i < 36; i++) {
            assertEquals(vol[i], xx[i] + yy[i], 1e-5);
        }
    }

    @Test
    void clustersHaveTheSlicesOfASymmetryMap() throws Exception {
        SampleData.Settings settings = small();
        settings.sample = "clusters";
        settings.scan = 32;
        settings.symmetry = 6;
        ImagePlus[] images = SampleData.compute(settings);
        assertEquals("sample-glass-Truth", images[1].getTitle());
        assertEquals(12, images[1].getStackSize());
        for (int n = 1; n <= 12; n++) {
            assertEquals("n=" + n, images[1].getStack().getSliceLabel(n));
        }
        assertEquals(40.96 / 32, images[1].getCalibration().pixelWidth, 1e-9);
        ResultsTable table = SampleData.clusterTable(settings);
        assertEquals(Math.rint(0.02 * 40.96 * 40.96 * 20 / (Math.PI / 6 * 27)), table.size());
        float[] power = (float[]) images[1].getStack().getPixels(6);
        double step = images[1].getCalibration().pixelWidth;
        for (int i = 0; i < table.size(); i++) {
            assertEquals(6, table.getValue("n", i));
            assertEquals(0.0225, power[(int) (table.getValue("Y (nm)", i) / step) * 32 + (int) (table.getValue("X (nm)", i) / step)], 1e-6);
        }
        assertEquals(0, SampleData.clusterTable(small()).size());
    }

    @Test
    void sameSeedSamePatternsWhateverTheThreads() throws Exception {
        int threads = Prefs.getThreads();
        try {
            Prefs.setThreads(1);
            ImagePlus one = SampleData.compute(small())[0];
            Prefs.setThreads(3);
            ImagePlus three = SampleData.compute(small())[0];
            SampleData.Settings other = small();
            other.seed = 2;
            ImagePlus seeded = SampleData.compute(other)[0];
            for (int i = 1; i <= 36; i++) {
                assertArrayEquals(pattern(one, i), pattern(three, i));
                assertFalse(Arrays.equals(pattern(one, i), pattern(seeded, i)));
            }
        } finally {
            Prefs.setThreads(threads);
        }
    }

    @Test
    void theStopHidesTheDirectBeam() throws Exception {
        SampleData.Settings settings = small();
        settings.drift = 0;
        int middle = 31 * 64 + 32;
        assertEquals(0, pattern(SampleData.compute(settings)[0], 1)[middle]);
        settings.beamStop = "none";
        assertTrue(pattern(SampleData.compute(settings)[0], 1)[middle] > 500);
    }

    @Test
    void theSmallestSample() throws Exception {
        SampleData.Settings settings = small();
        settings.scan = 1;
        settings.detector = 32;
        ImagePlus[] images = SampleData.compute(settings);
        assertEquals(1, images[0].getStackSize());
        assertEquals(1e5, sum(pattern(images[0], 1)), 3e4);
        assertTrue(Float.isNaN(((float[]) images[1].getStack().getPixels(11))[0])); // a curl needs neighbours
        assertFalse(Float.isNaN(((float[]) images[1].getStack().getPixels(10))[0]));
    }

    @Test
    void whatDoesNotFitIsMadeWhenItIsLookedAt() throws Exception {
        SampleData.Settings settings = small();
        settings.detector = 256;
        settings.scan = 1 + (int) Math.sqrt(Runtime.getRuntime().maxMemory() / 2.0 / (256 * 256 * 2));
        ImagePlus image = SampleData.compute(settings)[0];
        assertTrue(image.getStack().isVirtual());
        assertArrayEquals(new int[] {256, 256, 1, settings.scan, settings.scan}, image.getDimensions());
        ByteBuffer frames = ByteBuffer.allocateDirect(2 * 256 * 256 * 2).order(ByteOrder.nativeOrder());
        Dataset.of(image).source().read(10, 2, frames);
        short[] twelfth = new short[256 * 256];
        frames.position(256 * 256 * 2);
        frames.asShortBuffer().get(twelfth);
        assertArrayEquals(twelfth, pattern(image, 12));
        assertEquals(1e5, sum(twelfth), 3e4);
    }

    @Test
    void wrongValuesAreNamed() {
        SampleData.Settings settings = small();
        settings.detector = 7;
        assertMessage("detector = 7 is outside 32 to 4096", settings);
        settings = small();
        settings.scan = -1;
        assertMessage("scan_x = -1", settings);
        settings = small();
        settings.counts = Double.NaN;
        assertMessage("counts", settings);
        settings = small();
        settings.seed = 1.5;
        assertMessage("seed = 1.5", settings);
        settings = small();
        settings.sample = "quasicrystal";
        assertMessage("'quasicrystal'. Allowed: shear band; clusters", settings);
        settings = small();
        settings.scan = 1025;
        assertMessage("scan_x = 1025 is outside 1 to 1024", settings);
    }

    private static void assertMessage(String part, SampleData.Settings settings) {
        String text = assertThrows(VitroException.class, () -> SampleData.compute(settings)).getMessage();
        assertTrue(text.contains(part), text);
    }

    @Test
    void escEndsIt() {
        SampleData.Settings settings = small();
        settings.scan = 40;
        settings.detector = 256;
        settings.grain = 60; // slow patterns: many seconds on any machine
        AtomicLong pressed = new AtomicLong();
        IJ.resetEscape();
        new Thread(() -> {
            IJ.wait(300);
            pressed.set(System.nanoTime());
            IJ.setKeyDown(KeyEvent.VK_ESCAPE);
        }).start();
        assertThrows(Cancelled.class, () -> SampleData.compute(settings));
        assertTrue(System.nanoTime() - pressed.get() < 1_000_000_000L);
    }
}
