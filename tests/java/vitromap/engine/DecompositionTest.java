// SPDX-License-Identifier: GPL-3.0-or-later
package vitromap.engine;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import ij.IJ;
import java.awt.event.KeyEvent;
import java.util.Random;
import org.junit.jupiter.api.Test;
import vitromap.ui.Output;

class DecompositionTest {
    private static Cube cube(int x, int y, int points) {
        Random random = new Random(1);
        float[] data = new float[x * y * points];
        for (int i = 0; i < data.length; i++) {
            data[i] = random.nextFloat();
        }
        return Cube.of(Output.cube("noise", x, y, 0, 1, "px", 0, "", data));
    }

    @Test
    void sameSeedSameNumbersWithAnyThreads() throws Exception {
        Cube cube = cube(41, 23, 30);
        Decomposition one = Decomposition.nmf(cube, new int[] {2, 27}, 4, 5, 0, 1);
        for (int threads : new int[] {2, 3, 7}) {
            Decomposition more = Decomposition.nmf(cube, new int[] {2, 27}, 4, 5, 0, threads);
            assertArrayEquals(one.weights, more.weights);
            assertArrayEquals(one.basis, more.basis);
            assertEquals(one.iterations(), more.iterations());
        }
        assertEquals(26, one.mean.length);
    }

    @Test
    void escapeEndsIt() throws Exception {
        Cube cube = cube(128, 128, 200);
        Thread.sleep(1);
        IJ.resetEscape();
        Thread key = new Thread(() -> {
            try {
                Thread.sleep(300);
            } catch (InterruptedException e) {
                return;
            }
            IJ.setKeyDown(KeyEvent.VK_ESCAPE);
        });
        key.start();
        assertThrows(Cancelled.class, () -> Decomposition.nmf(cube, new int[] {0, 199}, 16, 1, 0, 2));
        key.join();
    }
}
