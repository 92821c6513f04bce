// SPDX-License-Identifier: GPL-3.0-or-later
package vitromap.commands;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ij.ImagePlus;
import ij.process.FloatProcessor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import vitromap.engine.MapImage;
import vitromap.engine.VitroException;

class ThicknessMapTest {
    private static final int X = 9;
    private static final int Y = 7;

    private static MapImage map(String title, int width, double value) {
        float[] values = new float[width * Y];
        Arrays.fill(values, (float) value);
        ImagePlus image = new ImagePlus(title, new FloatProcessor(width, Y, values));
        image.getCalibration().pixelWidth = 2.5;
        image.getCalibration().pixelHeight = 2.5;
        image.getCalibration().setUnit("nm");
        return MapImage.of(image, "", title);
    }

    @Test
    void slicesAreWhatIsKnown() {
        ThicknessMap.Settings settings = new ThicknessMap.Settings();
        List<String> log = new ArrayList<>();
        ImagePlus plain = ThicknessMap.compute(map("total.tif", X, 2), map("zero", X, 1), null, settings, log::add);
        assertEquals("total-Thickness", plain.getTitle());
        assertEquals(1, plain.getStackSize());
        assertEquals(2.5, plain.getCalibration().pixelWidth);
        assertEquals(Math.log(2), plain.getProcessor().getf(3, 3), 1e-6);
        assertTrue(log.isEmpty(), log.toString());
        settings.meanFreePath = 100;
        ImagePlus all = ThicknessMap.compute(map("total", X, 2), map("zero", X, 1), map("haadf", X, 5), settings, log::add);
        assertArrayEquals(new String[] {"t/lambda", "t", "density contrast"}, Arrays.copyOf(all.getStack().getSliceLabels(), 3));
        assertEquals(100 * Math.log(2), all.getStack().getProcessor(2).getf(0, 0), 1e-4);
        assertEquals(0, all.getStack().getProcessor(3).getf(0, 0), 1e-4);
        assertTrue(all.getInfoProperty().contains("mean_free_path=100"), all.getInfoProperty());
    }

    @Test
    void whatIsMissingIsSaid() {
        MapImage zero = map("zero", X, 1);
        zero.values[4] = 0;
        zero.values[5] = 4;
        List<String> log = new ArrayList<>();
        ImagePlus map = ThicknessMap.compute(map("total", X, 2), zero, null, new ThicknessMap.Settings(), log::add);
        assertTrue(Float.isNaN(map.getProcessor().getf(4)));
        assertTrue(log.get(0).contains("1 of 63 positions") && log.get(0).contains("1 positions have more zero-loss"), log.toString());
    }

    @Test
    void wrongInputIsNamed() {
        ThicknessMap.Settings settings = new ThicknessMap.Settings();
        assertMessage("'zero' is a map of another scan: 8 x 7", map("zero", 8, 1), settings);
        assertMessage("none of the 63 positions", map("zero", X, -1), settings);
        settings.meanFreePath = -1;
        assertMessage("Mean_free_path", map("zero", X, 1), settings);
    }

    private static void assertMessage(String part, MapImage zero, ThicknessMap.Settings settings) {
        String text = assertThrows(VitroException.class, () -> ThicknessMap.compute(map("total", X, 2), zero, null, settings, line -> { })).getMessage();
        assertTrue(text.contains(part), text);
    }
}
