// SPDX-License-Identifier: GPL-3.0-or-later
package vitromap.commands;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ij.ImagePlus;
import ij.Prefs;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import vitromap.engine.Dataset;

class SimulatePatternTest {
    @TempDir
    Path folder;
    private final SimulatePattern.Settings settings = new SimulatePattern.Settings();

    @BeforeEach
    void small() {
        settings.detector = 64;
        settings.qPerPixel = 0.025;
    }

    private String file(String name, String text) throws Exception {
        Path path = folder.resolve(name);
        Files.write(path, text.getBytes(StandardCharsets.UTF_8));
        return path.toString();
    }

    @Test
    void patternKnowsItsGeometryAndFriedelsLawHoldsForAThinModel() throws Exception {
        settings.path = file("two \u03bcodels.xyz", "2\nno box\nZr 0 0 0\nCu 1.3 0.4 0\n");
        settings.thickness = 0;
        ImagePlus image = SimulatePattern.compute(settings, line -> { });
        assertEquals("two \u03bcodels-Simulated", image.getTitle());
        Dataset dataset = Dataset.of(image);
        assertEquals(32, dataset.number(Dataset.CENTER_X, 0));
        assertEquals(0.025, dataset.number(Dataset.Q_PER_PX, 0));
        for (int i = 1; i < 32; i++) {
            float one = image.getProcessor().getf(32 + i, 32 + i / 2);
            assertEquals(one, image.getProcessor().getf(32 - i, 32 - i / 2), 1e-4 * one);
        }
    }

    @Test
    void sameSeedSamePatternWhateverTheThreads() throws Exception {
        settings.counts = 1e5;
        int threads = Prefs.getThreads();
        try {
            Prefs.setThreads(1);
            float[] one = (float[]) SimulatePattern.compute(settings, line -> { }).getProcessor().getPixels();
            Prefs.setThreads(3);
            float[] three = (float[]) SimulatePattern.compute(settings, line -> { }).getProcessor().getPixels();
            assertArrayEquals(one, three);
            double sum = 0;
            for (float value : one) {
                sum += value;
            }
            assertEquals(1e5, sum, 2e3);
        } finally {
            Prefs.setThreads(threads);
        }
    }

    @Test
    void wrongInputIsNamed() throws Exception {
        settings.path = folder.resolve("nothing.xyz").toString();
        assertMessage("There is no file");
        settings.path = folder.toString();
        assertMessage("There is no file");
        settings.path = file("broken.xyz", "2\nbox\nZr 0 0 0\nUnobtainium 1 2 3\n");
        assertMessage("'broken.xyz': structure model, line 4: an unknown element");
        settings.path = file("empty.xyz", "");
        assertMessage("'empty.xyz': structure model: there are no atoms");
        settings.path = "";
        settings.detector = 4;
        assertMessage("detector = 4 is outside 8 to 4096");
        settings.detector = 64;
        settings.counts = -1;
        assertMessage("Counts");
    }

    private void assertMessage(String part) {
        String text = assertThrows(Exception.class, () -> SimulatePattern.compute(settings, line -> { })).getMessage();
        assertTrue(text.contains(part), text);
    }
}
