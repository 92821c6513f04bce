// SPDX-License-Identifier: GPL-3.0-or-later
package vitromap.commands;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ij.ImagePlus;
import ij.ImageStack;
import ij.measure.ResultsTable;
import ij.process.ColorProcessor;
import ij.process.FloatProcessor;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import vitromap.engine.Dataset;
import vitromap.engine.VitroException;

class SpotsAndAnglesTest {
    private static final int SIDE = 128;

    /** Second slice: a direct beam and four spots at right angles, 40 px away. */
    private static ImagePlus image() {
        FloatProcessor pattern = new FloatProcessor(SIDE, SIDE);
        for (int i = 0; i < SIDE * SIDE; i++) {
            double value = 10 + 0.01 * Math.sin(i * 12.9898);
            for (int k = 0; k < 5; k++) {
                double x = k == 4 ? 63 : 63 + 40 * Math.cos(0.3 + k * Math.PI / 2);
                double y = k == 4 ? 64 : 64 - 40 * Math.sin(0.3 + k * Math.PI / 2);
                double r = Math.hypot(i % SIDE - x, i / SIDE - y);
                value += (k == 4 ? 1000 : 100) * Math.exp(-r * r / 8);
            }
            pattern.setf(i, (float) value);
        }
        ImageStack stack = new ImageStack(SIDE, SIDE);
        stack.addSlice(new FloatProcessor(SIDE, SIDE));
        stack.addSlice(pattern);
        ImagePlus image = new ImagePlus("crystal.mib", stack);
        image.setDimensions(1, 2, 1);
        image.setSlice(2);
        image.setProp(Dataset.CENTER_X, 63);
        image.setProp(Dataset.CENTER_Y, 64);
        return image;
    }

    @Test
    void theSliceThatIsShownIsMeasuredAndTheDirectBeamIsNoSpot() throws Exception {
        ImagePlus image = image();
        image.setProp(Dataset.Q_PER_PX, 0.01);
        SpotsAndAngles.Result result = SpotsAndAngles.compute(image, new SpotsAndAngles.Settings(), line -> { });
        assertEquals("crystal-Spots", result.image.getTitle());
        ResultsTable table = result.table;
        assertEquals(4, table.size());
        for (int i = 0; i < 4; i++) {
            assertEquals(90, table.getValue("Angle to next (deg)", i), 0.1);
            assertEquals(0.4, table.getValue("q (1/A)", i), 0.0005);
            assertEquals(2.5, table.getValue("d (A)", i), 0.005);
            assertEquals(Math.toDegrees(0.3), table.getValue("Azimuth (deg)", i) % 90, 0.1);
            assertEquals(4.71, table.getValue("FWHM (px)", i), 0.1);
        }
        assertTrue(result.image.getOverlay().size() >= 12);
        assertEquals(null, image.getOverlay());
        assertTrue(result.image.getInfoProperty().contains("run(\"4D-STEM Spots and Angles...\", \"minimum=7 r_min=0 r_max=0\");"));
    }

    @Test
    void withoutAScaleThereIsNoQAndTheLogSaysSo() throws Exception {
        List<String> log = new ArrayList<>();
        ResultsTable table = SpotsAndAngles.compute(image(), new SpotsAndAngles.Settings(), log::add).table;
        assertFalse(table.columnExists("q (1/A)"));
        assertTrue(log.toString().contains("scale: not known") && log.toString().contains("4 spots"), log.toString());
    }

    @Test
    void wrongInputIsNamed() {
        SpotsAndAngles.Settings settings = new SpotsAndAngles.Settings();
        settings.minimum = 0;
        String text = assertThrows(VitroException.class, () -> SpotsAndAngles.compute(image(), settings, line -> { })).getMessage();
        assertTrue(text.contains("at least 3"), text);
        text = assertThrows(VitroException.class, () -> SpotsAndAngles.compute(new ImagePlus("rgb", new ColorProcessor(9, 9)), settings, line -> { })).getMessage();
        assertTrue(text.contains("'rgb'"), text);
    }
}
