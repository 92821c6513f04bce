/* SPDX-License-Identifier: GPL-3.0-or-later */
package vitromap.commands;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ij.ImagePlus;
import ij.measure.Calibration;
import ij.process.FloatProcessor;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import vitromap.engine.VitroException;

/** A random field of known length, in nm. */
class AutocorrelationTest {
    private static final int SIDE = 300;
    private static final double STEP = 0.5;
    private static final double BLUR = 3;

    private final Autocorrelation.Settings settings = new Autocorrelation.Settings();

    /** White noise blurred by a Gaussian of BLUR px: exp(-r^2 / (4 BLUR^2)), 1/e at 2 BLUR. */
    private static ImagePlus field() {
        Random random = new Random(5);
        FloatProcessor map = new FloatProcessor(SIDE, SIDE);
        for (int i = 0; i < SIDE * SIDE; i++) {
            map.setf(i, (float) random.nextGaussian());
        }
        map.blurGaussian(BLUR);
        ImagePlus image = new ImagePlus("field.tif", map);
        image.getCalibration().pixelWidth = STEP;
        image.getCalibration().pixelHeight = STEP;
        image.getCalibration().setUnit("nm");
        return image;
    }

    private String message(ImagePlus image) {
        return assertThrows(VitroException.class, () -> Autocorrelation.compute(image, settings, line -> { })).getMessage();
    }

    @Test
    void knownLength() {
        settings.rMax = 20;
        List<String> log = new ArrayList<>();
        ImagePlus image = field();
        for (int i = 0; i < SIDE * SIDE; i += 3) {
            image.getProcessor().setf(i, Float.NaN);
        }
        Autocorrelation.Result result = Autocorrelation.compute(image, settings, log::add);
        double known = 2 * BLUR * STEP;
        assertEquals(known, result.lengths.getValue("Correlation length", 0), 0.05 * known);
        assertEquals("nm", result.lengths.getStringValue("Unit", 0));
        assertTrue(log.toString().contains("correlation length (1/e)"), log.toString());
        assertEquals(41, result.table.size());
        assertEquals(1, result.table.getValue("sigma", 0), 1e-9);
        for (int i = 1; i < 12; i++) {
            double r = result.table.getValue("r", i);
            assertEquals(Math.exp(-r * r / (known * known)), result.table.getValue("sigma", i), 0.07);
        }
        assertEquals("field-Autocorrelation", result.image.getTitle());
        assertEquals("field-Autocorrelation plot", result.plot.getTitle());
        Calibration c = result.image.getCalibration();
        assertEquals(81, result.image.getWidth());
        assertEquals(0, c.getX(40), 0);
        assertEquals(1, result.image.getProcessor().getf(40, 40), 1e-6);
        assertTrue(result.image.getInfoProperty().contains("r_max=20"));
    }

    @Test
    void halfTheMap() {
        assertEquals(151, Autocorrelation.compute(field(), settings, line -> { }).table.size());
    }

    @Test
    void badInput() {
        assertTrue(message(new ImagePlus("flat", new FloatProcessor(9, 9))).contains("constant"));
        FloatProcessor missing = new FloatProcessor(9, 9);
        missing.set(Double.NaN);
        assertTrue(message(new ImagePlus("missing", missing)).contains("measured"));
        settings.rMax = 500;
        assertTrue(message(field()).contains("does not fit"));
        settings.rMax = -1;
        assertTrue(message(field()).contains("R_max"));
        settings.rMax = 0;
        ImagePlus oblong = field();
        oblong.getCalibration().pixelHeight = 1;
        assertTrue(message(oblong).contains("square"));
    }
}
