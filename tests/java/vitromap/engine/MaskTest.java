// SPDX-License-Identifier: GPL-3.0-or-later
package vitromap.engine;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ij.IJ;
import ij.gui.Line;
import ij.gui.Roi;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** A mask goes into a property and comes back pixel by pixel. */
class MaskTest {
    private static final int W = 40;
    private static final int H = 30;

    private static void roundTrip(byte[] mask) {
        assertArrayEquals(mask, Mask.decode(Mask.encode(mask, W, H), W, H));
    }

    @Test
    void roundTripOfStopPixelsAndNothing() {
        byte[] stop = new byte[W * H];
        for (int y = 0; y < 15; y++) {
            for (int x = 18; x < 23 + y / 5; x++) {
                stop[y * W + x] = 1;
            }
        }
        roundTrip(stop);
        stop[0] = 1;
        stop[W * H - 1] = 1;
        roundTrip(stop);
        byte[] one = new byte[W * H];
        one[7 * W + 11] = 1;
        roundTrip(one);
        roundTrip(new byte[W * H]);
        assertEquals("none", Mask.encode(new byte[W * H], W, H));
    }

    @Test
    void roundTripOfScatteredPixels() {
        Random random = new Random(1);
        for (double part : new double[] {0.01, 0.3, 0.9}) {
            byte[] mask = new byte[W * H];
            for (int i = 0; i < mask.length; i++) {
                mask[i] = (byte) (random.nextDouble() < part ? 1 : 0);
            }
            roundTrip(mask);
        }
    }

    @Test
    void wrongMasksAreRefused() {
        assertTrue(assertThrows(VitroException.class, () -> Mask.of((Roi) null, W, H)).getMessage().contains("area selection"));
        assertThrows(VitroException.class, () -> Mask.of(new Line(1, 1, 9, 9), W, H));
        String size = assertThrows(VitroException.class, () -> Mask.of(IJ.createImage("my mask", "8-bit", 20, 30, 1), W, H)).getMessage();
        assertTrue(size.contains("'my mask'") && size.contains("20 x 30") && size.contains("40 x 30"), size);
        for (String text : new String[] {"!!", "AAAA", ""}) {
            assertTrue(assertThrows(VitroException.class, () -> Mask.decode(text, W, H)).getMessage().contains(Dataset.MASK));
        }
    }

    @Test
    void aMaskOverEverythingIsRefused() {
        byte[] all = Mask.of(new Roi(0, 0, W, H), W, H);
        assertEquals(W * H, Mask.count(all));
        assertTrue(assertThrows(VitroException.class, () -> new Geometry().setMask(all)).getMessage().contains("whole pattern"));
    }
}
