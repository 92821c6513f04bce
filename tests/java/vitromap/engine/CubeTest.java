// SPDX-License-Identifier: GPL-3.0-or-later
package vitromap.engine;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ij.ImagePlus;
import ij.ImageStack;
import ij.gui.OvalRoi;
import ij.process.FloatProcessor;
import org.junit.jupiter.api.Test;
import vitromap.ui.Output;

class CubeTest {
    private static final int X = 37;
    private static final int Y = 23;
    private static final int DEPTH = 5;

    private static ImagePlus cube() {
        float[] data = new float[X * Y * DEPTH];
        for (int i = 0; i < data.length; i++) {
            data[i] = i;
        }
        return Output.cube("cube", X, Y, 2, 0.25, "1/\u00c5", -3.5, "counts", data);
    }

    @Test
    void axisIsThatOfPlotZAxisProfile() {
        Cube cube = Cube.of(cube());
        assertEquals((2 + 3.5) * 0.25, cube.value(2), 1e-12);
        assertEquals(2, cube.point(cube.value(2)), 1e-12);
        assertEquals(2, cube.scanStep());
        assertArrayEquals(new int[] {1, 3}, cube.range(cube.value(1), cube.value(3), 3));
        assertArrayEquals(new int[] {0, DEPTH - 1}, cube.range(0, 0, 1));
        String message = assertThrows(VitroException.class, () -> cube.range(1.0, 1.05, 3)).getMessage();
        assertTrue(message.contains("at least 3"), message);
    }

    @Test
    void mapVisitsEveryPositionOnceAndKeepsItsPlace() throws Exception {
        Cube cube = Cube.of(cube());
        float[] sums = cube.map(2, "test", (block, n) -> {
            float[] out = new float[2 * n];
            for (int i = 0; i < n; i++) {
                for (int z = 0; z < DEPTH; z++) {
                    out[i] += block[z * n + i];
                }
                out[n + i] = block[(DEPTH - 1) * n + i];
            }
            return out;
        });
        for (int i = 0; i < X * Y; i++) {
            assertEquals(DEPTH * i + X * Y * 10, sums[i]);
            assertEquals(i + X * Y * (DEPTH - 1), sums[X * Y + i]);
        }
    }

    @Test
    void whatIsNoCubeIsRefusedByName() {
        String message = assertThrows(VitroException.class, () -> Cube.of(new ImagePlus("plain", new FloatProcessor(4, 4)))).getMessage();
        assertTrue(message.contains("'plain'"), message);
    }

    @Test
    void regionOfAnOvalHoldsWhatTheOvalContains() {
        OvalRoi oval = new OvalRoi(-4, 3, 12, 9);
        int count = 0;
        for (int y = 0; y < Y; y++) {
            for (int x = 0; x < X; x++) {
                count += oval.contains(x, y) ? 1 : 0;
            }
        }
        assertEquals(count, Region.of(oval, "oval", X, Y).positions.length);
        assertThrows(VitroException.class, () -> Region.of(new OvalRoi(100, 100, 5, 5), "outside", X, Y));
        assertArrayEquals(new int[] {X + 2, X + 3}, Region.rectangle("2,1,2,1", X, Y, "cube").positions);
        assertThrows(VitroException.class, () -> Region.rectangle("36,0,2,1", X, Y, "cube"));
    }

    @Test
    void brightAndDarkDivideAMap() {
        float[] values = new float[X * Y];
        for (int i = 0; i < values.length; i++) {
            values[i] = (i % 3 == 0 ? 10 : 1) + 0.01f * (i % 7);
        }
        values[1] = Float.NaN;
        ImageStack stack = new ImageStack(X, Y);
        stack.addSlice("other", new FloatProcessor(X, Y));
        stack.addSlice("height", new FloatProcessor(X, Y, values));
        ImagePlus image = new ImagePlus("map", stack);
        MapImage map = MapImage.of(image, "height", "test");
        assertEquals((X * Y + 2) / 3, Region.threshold(map, "bright").positions.length);
        assertEquals(X * Y - 1 - (X * Y + 2) / 3, Region.threshold(map, "dark").positions.length);
        assertEquals((X * Y + 2) / 3, Region.threshold(map, "5,20").positions.length);
        assertThrows(VitroException.class, () -> Region.threshold(map, "50,60"));
        assertThrows(VitroException.class, () -> Region.threshold(MapImage.of(image, "1", "test"), "bright"));
        String message = assertThrows(VitroException.class, () -> MapImage.of(image, "", "test")).getMessage();
        assertTrue(message.contains("other, height"), message);
    }
}
