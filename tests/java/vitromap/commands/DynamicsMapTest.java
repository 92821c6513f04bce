// SPDX-License-Identifier: GPL-3.0-or-later
package vitromap.commands;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ij.IJ;
import ij.ImagePlus;
import ij.ImageStack;
import ij.Prefs;
import ij.process.FloatProcessor;
import ij.process.StackConverter;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import vitromap.engine.Dataset;
import vitromap.engine.VitroException;

/** The command from a time series to its maps. */
class DynamicsMapTest {
    private static final int SIDE = 16;
    private static final int FRAMES = 600;

    private static ImagePlus[] sample;
    private final DynamicsMap.Settings settings = new DynamicsMap.Settings();
    private final List<String> log = new ArrayList<>();
    private ImagePlus series;

    @BeforeAll
    static void simulate() throws IOException {
        SampleData.Settings of = new SampleData.Settings();
        of.sample = "dynamics";
        of.scan = SIDE;
        of.detector = 32;
        of.frames = FRAMES;
        of.counts = SIDE * SIDE * 40;
        sample = SampleData.compute(of);
    }

    @BeforeEach
    void copy() {
        series = sample[0].duplicate();
        series.setTitle("glass.tif");
    }

    private DynamicsMap.Result compute() throws IOException {
        return DynamicsMap.compute(series, settings, log::add);
    }

    private static float[] slice(ImagePlus maps, int slice) {
        return (float[]) maps.getStack().getPixels(slice);
    }

    private static double mean(float[] values) {
        double sum = 0;
        int n = 0;
        for (float value : values) {
            if (!Float.isNaN(value)) {
                sum += value;
                n++;
            }
        }
        return sum / n;
    }

    private String message() {
        return assertThrows(VitroException.class, this::compute).getMessage();
    }

    private String message(ImagePlus image) {
        series = image;
        return message();
    }

    @Test
    void sampleIsATimeSeriesWithItsTruth() {
        assertEquals("sample-glass", sample[0].getTitle());
        assertEquals(FRAMES, sample[0].getNFrames());
        assertEquals(1, sample[0].getNSlices());
        assertEquals(16, sample[0].getBitDepth());
        assertEquals(0.1, sample[0].getCalibration().frameInterval, 1e-9);
        assertEquals("sample-glass-Truth", sample[1].getTitle());
        assertTrue(sample[0].getInfoProperty().contains("sample=dynamics"));
        assertTrue(sample[0].getInfoProperty().contains("frames=600"));
        double sum = 0;
        for (int t = 1; t <= FRAMES; t++) {
            sum += sample[0].getStack().getProcessor(t).getStatistics().mean;
        }
        assertEquals(40, sum / FRAMES, 1.5);
    }

    @Test
    void mapsHaveTheTruth() throws IOException {
        DynamicsMap.Result result = compute();
        ImagePlus maps = result.maps;
        assertEquals("glass-Dynamics", maps.getTitle());
        String[] labels = {"tau", "beta", "amplitude", "residual", "sigma tau", "sigma beta"};
        for (int i = 0; i < labels.length; i++) {
            assertEquals(labels[i], maps.getStack().getSliceLabel(i + 1));
            assertEquals(labels[i], sample[1].getStack().getSliceLabel(i + 1));
        }
        assertEquals(labels.length, maps.getStackSize());
        assertEquals("s", maps.getCalibration().getValueUnit());
        assertEquals("nm", maps.getCalibration().getUnit());
        assertEquals(32.0 / SIDE, maps.getCalibration().pixelWidth, 1e-9);
        for (int slice = 1; slice <= 3; slice++) {
            double scatter = slice == 1 ? 0.2 : 0.08; // few pixels; the mean of many is held by test_dynamics_statistics.c
            assertEquals(1, mean(slice(maps, slice)) / mean(slice(sample[1], slice)), scatter, labels[slice - 1]);
        }
        int within = 0;
        for (int i = 0; i < SIDE * SIDE; i++) {
            within += Math.abs(slice(maps, 2)[i] - slice(sample[1], 2)[i]) < slice(maps, 6)[i] ? 1 : 0;
        }
        assertEquals(0.68, within / (double) (SIDE * SIDE), 0.1);
        String info = (String) maps.getProperty("Info");
        assertTrue(info.contains("run(\"4D-STEM Dynamics Map...\", \"interval=0 first_lag=1 last_lag=0 region=[]\");"), info);
        assertTrue(info.contains("noise from frame to frame"), info);

        assertEquals("glass-Dynamics g2", result.plot.getTitle());
        assertEquals(0.1, result.table.getValue("t (s)", 0), 1e-9);
        assertEquals(1 + mean(slice(maps, 3)) * 0.75, result.table.getValue("g2", 0), 0.15);
        assertEquals(result.table.getValue("model", 0), result.table.getValue("g2", 0), 0.03);
        assertTrue(result.table.getValue("g2 error", 0) > 0.002 && result.table.getValue("g2 error", 0) < 0.05);
    }

    @Test
    void timesAreThoseOfTheStackOrGiven() throws IOException {
        settings.region = "2,3,4,5";
        float[] calibrated = slice(compute().maps, 1);
        settings.interval = 0.5;
        ImagePlus given = compute().maps;
        assertFalse(log.toString().contains("frames:"), log.toString());
        settings.interval = 0;
        series.getCalibration().frameInterval = 100;
        series.getCalibration().setTimeUnit("ms");
        ImagePlus inMilliseconds = compute().maps;
        series.getCalibration().frameInterval = 0;
        log.clear();
        ImagePlus frames = compute().maps;
        assertTrue(log.toString().contains("tau is in frames"), log.toString());
        assertEquals("frames", frames.getCalibration().getValueUnit());
        for (int i = 0; i < SIDE * SIDE; i++) {
            assertEquals(calibrated[i], slice(inMilliseconds, 1)[i], 1e-5f);
            assertEquals(5 * calibrated[i], slice(given, 1)[i], 1e-3f);
            assertEquals(10 * calibrated[i], slice(frames, 1)[i], 1e-3f);
        }
    }

    @Test
    void sameNumbersWhateverTheTypeAndTheThreads() throws IOException {
        int threads = Prefs.getThreads();
        try {
            Prefs.setThreads(1);
            ImagePlus one = compute().maps;
            Prefs.setThreads(3);
            new StackConverter(series).convertToGray32();
            series.setDimensions(1, FRAMES, 1); // slices instead of frames
            ImagePlus three = compute().maps;
            for (int slice = 1; slice <= 6; slice++) {
                assertArrayEquals(slice(one, slice), slice(three, slice));
            }
        } finally {
            Prefs.setThreads(threads);
        }
    }

    @Test
    void whatCannotBeMeasuredIsNaNAndCounted() throws IOException {
        new StackConverter(series).convertToGray32();
        for (int t = 1; t <= FRAMES; t++) {
            float[] image = (float[]) series.getStack().getPixels(t);
            image[0] = 7;
            image[1] = t == 9 ? Float.NaN : image[1];
            image[2] -= 1000;
        }
        ImagePlus maps = compute().maps;
        for (int slice = 1; slice <= 6; slice++) {
            for (int i = 0; i < 3; i++) {
                assertTrue(Float.isNaN(slice(maps, slice)[i]));
            }
            assertFalse(Float.isNaN(slice(maps, slice)[30]));
        }
        String said = log.toString();
        assertTrue(said.contains("of 256 pixels are NaN"), said);
        assertTrue(said.contains("1: a value is missing") && said.contains("1: the values are constant") && said.contains("1: the mean is not above 0"), said);
        settings.region = "0,0,3,1";
        assertTrue(message().contains("0,0,3,1"), message());
    }

    @Test
    void wrongInputIsTold() {
        settings.interval = -1;
        assertTrue(message().contains("interval = -1"), message());
        settings.interval = Double.NaN;
        assertTrue(message().contains("interval = NaN"), message());
        settings.interval = 0;
        settings.firstLag = 20;
        settings.lastLag = 10;
        assertTrue(message().contains("first_lag = 20 to last_lag = 10"), message());
        settings.firstLag = 0;
        settings.lastLag = 0;
        assertTrue(message().contains("first_lag = 0"), message());
        settings.firstLag = 1;
        settings.lastLag = 601;
        assertTrue(message().contains("600 images of 'glass.tif'"), message());
        settings.firstLag = 50;
        settings.lastLag = 60;
        assertTrue(message().contains("8 are needed"), message());
        settings.firstLag = 1;
        settings.lastLag = 0;
        settings.region = "12,0,8,8";
        assertTrue(message().contains("'12,0,8,8'") && message().contains("16 x 16"), message());
        settings.region = "";

        assertTrue(message(null).contains("no image"));
        assertTrue(message(IJ.createImage("colours", "RGB", 8, 8, 50)).contains("'colours' is a colour image"));
        assertTrue(message(IJ.createHyperStack("channels", 8, 8, 2, 1, 50, 16)).contains("'channels' has 2 channels"));
        assertTrue(message(IJ.createHyperStack("scan", 8, 8, 1, 8, 8, 16)).contains("'scan' is a 4D-STEM dataset"));
        ImagePlus row = IJ.createHyperStack("row", 8, 8, 1, 64, 1, 16);
        Dataset.setScan(row, 64, 1); // may be patterns of one place
        assertTrue(message(row).contains("No correlation could be measured in 'row'"));
        Dataset.setScan(row, 8, 8);
        assertTrue(message(row).contains("'row' is a 4D-STEM dataset"));
        assertTrue(message(IJ.createImage("single", "32-bit", 8, 8, 1)).contains("'single' has 1 image."), message());
        assertTrue(message(IJ.createImage("few", "32-bit", 8, 8, 31)).contains("'few' has 31 images"), message());
        assertTrue(message(IJ.createImage("blank", "16-bit black", 8, 8, 64)).contains("'blank'") && message().contains("64: the values are constant"), message());
    }

    @Test
    void aSinglePixelIsEnough() throws IOException {
        ImageStack stack = new ImageStack(1, 1);
        for (int t = 1; t <= FRAMES; t++) {
            stack.addSlice(null, new FloatProcessor(1, 1, new float[] {series.getStack().getProcessor(t).getf(5, 5)}));
        }
        series = new ImagePlus("pixel", stack);
        DynamicsMap.Result result = compute();
        assertTrue(slice(result.maps, 1)[0] > 1 && slice(result.maps, 1)[0] < 200);
        assertTrue(Double.isNaN(result.table.getValue("g2 error", 0)) || result.table.getValue("g2 error", 0) >= 0);
    }
}
