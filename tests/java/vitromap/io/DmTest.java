/* SPDX-License-Identifier: GPL-3.0-or-later */
package vitromap.io;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static vitromap.io.TestFiles.data;
import static vitromap.io.TestFiles.refused;

import java.io.File;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import vitromap.engine.Dataset;

/** Gatan's files, whose pixels lie where a search of the bytes by hand found them. */
class DmTest {
    @TempDir
    Path folder;

    private static double[][] open(String name, String shape) throws IOException {
        Recording recording = TestFiles.open(data("formats/dm/" + name));
        assertEquals(shape, recording.source.width() + " x " + recording.source.height() + " x " + recording.source.frames());
        double[][] frames = TestFiles.frames(recording.source);
        recording.source.close();
        return frames;
    }

    private static ByteBuffer pixels(String name, int from) throws IOException {
        ByteBuffer bytes = ByteBuffer.wrap(Files.readAllBytes(data("formats/dm/" + name).toPath())).order(ByteOrder.LITTLE_ENDIAN);
        bytes.position(from);
        return bytes;
    }

    /** Signed bytes, all negative, behind a picture for display that is larger than the pieces in which tags are read. */
    @Test
    void bothVersionsHoldTheSamePixels() throws IOException {
        double[][] dm3 = open("bismuth.dm3", "256 x 256 x 1");
        assertArrayEquals(dm3[0], open("bismuth.dm4", "256 x 256 x 1")[0]);
        assertEquals(-6126727, Arrays.stream(dm3[0]).sum());
        ByteBuffer bytes = pixels("bismuth.dm3", 595156);
        for (double pixel : dm3[0]) {
            assertEquals(bytes.get(), pixel);
        }
        try (vitromap.engine.FrameSource source = TestFiles.open(data("formats/dm/bismuth.dm4")).source) {
            assertEquals(vitromap.engine.FrameSource.F32, source.type());
        }
        assertEquals(90, TestFiles.open(data("formats/dm/bismuth.dm4")).values.get(Dataset.VOLTAGE), 0);
    }

    @Test
    void stacks() throws IOException {
        for (String name : new String[] {"dmTest_3D_int16_64,65,66.dm3", "dmTest_3D_int16_64,65,66.dm4"}) {
            ByteBuffer bytes = pixels(name, name.endsWith("3") ? 150628 : 153052);
            double[][] frames = open(name, "64 x 65 x 66");
            for (double[] frame : frames) {
                for (double pixel : frame) {
                    assertEquals(bytes.getShort(), pixel);
                }
            }
            assertEquals(63, frames[65][64 * 65 - 1]);
        }
        assertArrayEquals(new double[][] {{1, 2, 3, 4}, {5, 6, 7, 8}}, open("test-2.dm4", "2 x 2 x 2"));
        assertArrayEquals(new double[][] {{1, 2, 3, 4}, {5, 6, 7, 8}}, open("test-10.dm4", "2 x 2 x 2"));
    }

    @Test
    void patterns() throws IOException {
        double[] pattern = open("dmTest_float32_nonSquare_diffPixelSize.dm4", "128 x 64 x 1")[0];
        for (int i = 0; i < pattern.length; i++) {
            assertEquals(i % 128, pattern[i]);
        }
        Recording recording = TestFiles.open(data("formats/dm/test_diffraction_pattern.dm3"));
        assertEquals(0.017443285882472992, recording.values.get(Dataset.Q_PER_PX), 1e-12);
        assertEquals(200, recording.values.get(Dataset.VOLTAGE), 0);
        assertEquals(9459771, Arrays.stream(TestFiles.frames(recording.source)[0]).sum());
        recording.source.close();
    }

    /** The unit 'nm' of a picture is not a scale of the detector. */
    @Test
    void onlyReciprocalUnitsAreAScale() throws IOException {
        Recording recording = TestFiles.open(data("formats/dm/dmTest_float32_nonSquare_diffPixelSize.dm4"));
        assertFalse(recording.values.containsKey(Dataset.Q_PER_PX));
        recording.source.close();
    }

    @Test
    void cutOff() throws IOException {
        byte[] bytes = Files.readAllBytes(data("formats/dm/test-2.dm4").toPath());
        for (int i = 1; i < 20; i++) {
            refused(TestFiles.write(folder, "cut.dm4", Arrays.copyOf(bytes, bytes.length * i / 20)), "DM", "cut off", bytes.length * i / 20 + "");
        }
        File other = TestFiles.write(folder, "other.dm4", "neither three nor four".getBytes());
        refused(other, "no DM3/DM4 file");
    }
}
