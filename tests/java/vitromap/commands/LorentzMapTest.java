// SPDX-License-Identifier: GPL-3.0-or-later
package vitromap.commands;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ij.ImagePlus;
import ij.ImageStack;
import ij.process.FloatProcessor;
import ij.process.ImageProcessor;
import java.util.Arrays;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import vitromap.engine.Dataset;
import vitromap.engine.Mask;
import vitromap.engine.VitroException;

/** The whole way in every rotation by a right angle and every flip of the detector, and what is refused. */
class LorentzMapTest {
    private static final int SIDE = 48;
    private static final int SCAN = 4;
    private static final double MIDDLE = (SIDE - 1) / 2.0;

    private final LorentzMap.Settings settings = new LorentzMap.Settings();

    @BeforeEach
    void thickness() {
        settings.thickness = 40;
        settings.reference = "0,0,4,1";
    }

    /** Row y of the scan holds the field 0.3 T times y along x, column x 0.2 T times x along y; in the first row there is none. */
    private static double[] field(int x, int y) {
        return y == 0 ? new double[2] : new double[] {0.3 * y, 0.2 * x};
    }

    /** Discs where the field moves them on a detector whose frame is the scan's. */
    private static ImagePlus scan() {
        double px = 40e-9 * 1.602176634e-19 / 6.62607015e-34 * 1e-10 / 0.001;
        ImageStack stack = new ImageStack(SIDE, SIDE);
        for (int i = 0; i < SCAN * SCAN; i++) {
            double[] b = field(i % SCAN, i / SCAN);
            FloatProcessor pattern = new FloatProcessor(SIDE, SIDE);
            for (int k = 0; k < SIDE * SIDE; k++) {
                double r = Math.hypot(k % SIDE - MIDDLE + px * b[1], k / SIDE - MIDDLE + px * b[0]); // force (-By, Bx), y down
                pattern.setf(k, (float) (1000 / (1 + Math.exp((r - 4) / 0.8)) + 50));
            }
            stack.addSlice(pattern);
        }
        ImagePlus image = new ImagePlus("domains", stack);
        image.setDimensions(1, SCAN, SCAN);
        image.setProp(Dataset.Q_PER_PX, 0.001);
        return image;
    }

    private static ImagePlus turned(int quarters, boolean flip) {
        ImagePlus image = scan();
        ImageStack stack = image.getStack();
        for (int i = 1; i <= stack.getSize(); i++) {
            ImageProcessor pattern = stack.getProcessor(i);
            for (int q = 0; q < quarters; q++) {
                pattern = pattern.rotateRight(); // the detector sees the scan's frame turned clockwise
            }
            if (flip) {
                pattern.flipHorizontal();
            }
            stack.setProcessor(pattern, i);
        }
        image.setProp(Dataset.ROTATION, 90 * quarters);
        image.setProp(Dataset.FLIP, flip ? 1 : 0);
        return image;
    }

    @Test
    void theFieldComesBackInEveryRotationAndFlip() throws Exception {
        for (int k = 0; k < 8; k++) {
            ImagePlus map = LorentzMap.compute(turned(k % 4, k > 3), settings, line -> { })[0];
            assertEquals("domains-Induction", map.getTitle());
            assertArrayEquals(new String[] {"Bx", "By", "B", "angle", "sigma"}, Arrays.copyOf(map.getStack().getSliceLabels(), 5));
            for (int i = 0; i < SCAN * SCAN; i++) {
                double[] b = field(i % SCAN, i / SCAN);
                assertEquals(b[0], map.getStack().getProcessor(1).getf(i), 0.01 * 0.9);
                assertEquals(b[1], map.getStack().getProcessor(2).getf(i), 0.01 * 0.9);
            }
        }
    }

    @Test
    void withAStrainMapAngleAndEnergyCome() throws Exception {
        ImageStack strain = new ImageStack(SCAN, SCAN);
        float[] one = new float[SCAN * SCAN];
        Arrays.fill(one, 1);
        strain.addSlice("e_1", new FloatProcessor(SCAN, SCAN, one));
        strain.addSlice("e_2", new FloatProcessor(SCAN, SCAN));
        strain.addSlice("angle_1", new FloatProcessor(SCAN, SCAN));
        settings.strainImage = new ImagePlus("domains-Strain", strain);
        settings.poisson = 0;
        ImagePlus[] maps = LorentzMap.compute(scan(), settings, line -> { });
        assertEquals("domains-Magnetoelastic energy", maps[1].getTitle());
        assertEquals(6, maps[0].getStackSize());
        int i = 2 * SCAN + 3; // field 0.6, 0.6: at 45 degrees to the strain
        assertEquals(45, maps[0].getStack().getProcessor(6).getf(i), 0.5);
        assertEquals(-1.5 * 25e-6 * 160e9 * 0.01 * 0.5 / 1000, maps[1].getProcessor().getf(i), 0.3);
    }

    @Test
    void wrongInputIsNamed() {
        settings.thickness = 0;
        assertMessage("Thickness must be", scan());
        settings.thickness = 40;
        ImagePlus unscaled = scan();
        unscaled.setProp(Dataset.Q_PER_PX, null);
        assertMessage("The scale of 'domains'", unscaled);
        settings.reference = "3,3,4,4";
        assertMessage("does not lie in the scan", scan());
        settings.reference = "nothing open";
        assertMessage("no open image with the title 'nothing open'", scan());
        settings.reference = "";
        settings.radius = 100;
        assertMessage("Radius is the direct beam's radius", scan());
        settings.radius = 0;
        ImagePlus stopped = scan();
        byte[] mask = new byte[SIDE * SIDE];
        Arrays.fill(mask, SIDE * 20, SIDE * 26, (byte) 1);
        stopped.setProp(Dataset.MASK, Mask.encode(mask, SIDE, SIDE));
        assertMessage("covers part of its brightest place", stopped);
        settings.strainImage = new ImagePlus("plain", new FloatProcessor(SCAN, SCAN));
        assertMessage("has no slice 'e_1'", scan());
    }

    private void assertMessage(String part, ImagePlus image) {
        String text = assertThrows(VitroException.class, () -> LorentzMap.compute(image, settings, line -> { })).getMessage();
        assertTrue(text.contains(part), text);
    }
}
