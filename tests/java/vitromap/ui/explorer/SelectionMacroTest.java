// SPDX-License-Identifier: GPL-3.0-or-later
package vitromap.ui.explorer;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import ij.gui.PolygonRoi;
import ij.gui.Roi;
import ij.gui.ShapeRoi;
import java.awt.Point;
import java.util.Arrays;
import java.util.Random;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** Sets of pixels as lines of a macro. */
class SelectionMacroTest {
    private static final int WIDTH = 31;
    private static final int HEIGHT = 23;

    @Test
    void theLinesSelectTheSamePixels() {
        Random random = new Random(4);
        for (int density = 1; density < 10; density++) {
            byte[] pixels = new byte[WIDTH * HEIGHT];
            for (int i = 0; i < pixels.length; i++) {
                pixels[i] = (byte) (random.nextInt(10) < density ? 1 : 0);
            }
            assertArrayEquals(pixels, selected(SelectionMacro.of(pixels, WIDTH, HEIGHT)), "density " + density);
        }
    }

    @Test
    void ringsWithinRings() {
        byte[] pixels = new byte[WIDTH * HEIGHT];
        for (int i = 0; i < pixels.length; i++) {
            double r = Math.hypot(i % WIDTH - 15, i / WIDTH - 11);
            pixels[i] = (byte) ((int) r / 2 % 2);
        }
        assertArrayEquals(pixels, selected(SelectionMacro.of(pixels, WIDTH, HEIGHT)));
    }

    /** What ImageJ's macro functions do: shift adds, alt takes away. */
    private static byte[] selected(String lines) {
        Matcher line = Pattern.compile("(?:setKeyDown\\(\"(\\w+)\"\\);\n)?makeSelection\\(\"polygon\", newArray\\(([\\d,]+)\\), newArray\\(([\\d,]+)\\)\\);\n").matcher(lines);
        ShapeRoi shape = null;
        int end = 0;
        while (line.find()) {
            assertEquals(end, line.start(), lines);
            end = line.end();
            int[] x = numbers(line.group(2));
            int[] y = numbers(line.group(3));
            ShapeRoi next = new ShapeRoi(new PolygonRoi(x, y, x.length, Roi.POLYGON));
            shape = shape == null ? next : line.group(1).equals("shift") ? shape.or(next) : shape.not(next);
        }
        assertEquals(lines.length(), end, lines);
        byte[] pixels = new byte[WIDTH * HEIGHT];
        for (Point p : shape) {
            pixels[p.y * WIDTH + p.x] = 1;
        }
        return pixels;
    }

    private static int[] numbers(String list) {
        return Arrays.stream(list.split(",")).mapToInt(Integer::parseInt).toArray();
    }

    @Test
    void fullRectanglesAreToldFromOthers() {
        byte[] pixels = new byte[WIDTH * HEIGHT];
        for (int y = 3; y < 7; y++) {
            Arrays.fill(pixels, y * WIDTH + 5, y * WIDTH + 15, (byte) 1);
        }
        assertEquals("5,3,10,4", SelectionMacro.rectangle(pixels, WIDTH, HEIGHT));
        pixels[4 * WIDTH + 8] = 0;
        assertNull(SelectionMacro.rectangle(pixels, WIDTH, HEIGHT));
        Arrays.fill(pixels, (byte) 0);
        pixels[0] = 1;
        assertEquals("0,0,1,1", SelectionMacro.rectangle(pixels, WIDTH, HEIGHT));
    }

    @Test
    void titlesWithQuotesAndBackslashes() {
        assertEquals("\"C:\\\\a \\\"b\\\"\"", SelectionMacro.quoted("C:\\a \"b\""));
    }
}
