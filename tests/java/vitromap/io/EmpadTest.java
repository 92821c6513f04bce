/* SPDX-License-Identifier: GPL-3.0-or-later */
package vitromap.io;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static vitromap.io.TestFiles.data;
import static vitromap.io.TestFiles.refused;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import vitromap.engine.Dataset;

/** EMPAD files whose pixels count 0, 1, 2 ... through the two rows that are cut off each frame. */
class EmpadTest {
    private static final int FRAME = 130 * 128;

    @TempDir
    Path folder;

    private static void assertRamp(Recording recording, int frames) throws IOException {
        assertEquals("128 x 128", recording.source.width() + " x " + recording.source.height());
        double[][] found = TestFiles.frames(recording.source);
        assertEquals(frames, found.length);
        for (int f = 0; f < frames; f++) {
            for (int i = 0; i < 128 * 128; i++) {
                assertEquals(f * FRAME + i, found[f][i]);
            }
        }
        recording.source.close();
    }

    @Test
    void scan() throws IOException {
        for (String name : new String[] {"scan_x4_y4.raw", "map4x4.xml"}) {
            Recording recording = TestFiles.open(data("formats/empad/" + name));
            assertEquals("4 x 4", recording.scanX + " x " + recording.scanY);
            assertEquals(300, recording.values.get(Dataset.VOLTAGE), 0);
            assertEquals(0.02179, recording.values.get(Dataset.Q_PER_PX), 1e-5);
            assertEquals(4566.34 * 0.55 / 4, recording.values.get(Dataset.SCAN_STEP), 0.01);
            assertRamp(recording, 16);
        }
    }

    @Test
    void series() throws IOException {
        for (String name : new String[] {"series_x10.raw", "stack_images.xml"}) {
            Recording recording = TestFiles.open(data("formats/empad/" + name));
            assertEquals("10 x 1", recording.scanX + " x " + recording.scanY);
            assertRamp(recording, 10);
        }
    }

    @Test
    void withoutXmlTheNameTellsTheShape() throws IOException {
        Path raw = folder.resolve("scan_x4_y4.raw");
        Files.copy(data("formats/empad/scan_x4_y4.raw").toPath(), raw);
        Recording recording = TestFiles.open(raw.toFile());
        assertEquals("4 x 4", recording.scanX + " x " + recording.scanY);
        assertRamp(recording, 16);
    }

    @Test
    void anotherVersionsXml() throws IOException {
        Files.copy(data("formats/empad/map128x128_version1.2.0.xml").toPath(), folder.resolve("new.xml"));
        Files.copy(data("formats/empad/scan_x4_y4.raw").toPath(), folder.resolve("scan_x128_y128.raw"));
        refused(folder.resolve("new.xml").toFile(), "16 patterns", "16384 were announced");
        OpenOptions options = new OpenOptions();
        options.scanX = 4;
        Recording recording = Formats.open(folder.resolve("new.xml").toFile(), options);
        assertEquals(300, recording.values.get(Dataset.VOLTAGE), 0);
        assertEquals(9.26664 / 128, recording.values.get(Dataset.SCAN_STEP), 1e-5);
    }

    @Test
    void missingAndCutOff() throws IOException {
        refused(data("formats/empad/map64x64.xml"), "scan_x64_y64.raw", "not in the same folder");
        Files.copy(data("formats/empad/map4x4.xml").toPath(), folder.resolve("map4x4.xml"));
        byte[] whole = Files.readAllBytes(data("formats/empad/scan_x4_y4.raw").toPath());
        File raw = null;
        for (int i = 1; i < 20; i++) {
            raw = TestFiles.write(folder, "scan_x4_y4.raw", Arrays.copyOf(whole, whole.length * i / 20));
            refused(raw, "cut off".substring(0, i > 1 ? 7 : 0));
            refused(folder.resolve("map4x4.xml").toFile(), "");
        }
        byte[] xml = Files.readAllBytes(folder.resolve("map4x4.xml"));
        refused(TestFiles.write(folder, "map4x4.xml", Arrays.copyOf(xml, 500)), "map4x4.xml", "raw file");
    }
}
