/* SPDX-License-Identifier: GPL-3.0-or-later */
package vitromap.io;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
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
import vitromap.engine.FrameSource;

/** ASTAR block files and MRC files: real ones, and bytes made here. */
class BloMrcTest {
    @TempDir
    Path folder;

    private static double[] sums(Recording recording) throws IOException {
        return Arrays.stream(TestFiles.frames(recording.source)).mapToDouble(frame -> Arrays.stream(frame).sum()).toArray();
    }

    @Test
    void blo() throws IOException {
        File file = data("formats/blo/test1.blo");
        Recording recording = TestFiles.open(file);
        assertEquals("2 x 3 of 144 x 144", recording.scanX + " x " + recording.scanY + " of " + recording.source.width() + " x "
                + recording.source.height());
        assertEquals(200, recording.values.get(Dataset.VOLTAGE), 0);
        assertEquals(12.8, recording.values.get(Dataset.SCAN_STEP), 0);
        assertEquals(1000.0 / 6226 / 200 / 0.025079, recording.values.get(Dataset.Q_PER_PX), 1e-5);
        assertArrayEquals(new double[] {845297, 867000, 861801, 872369, 847954, 870149}, sums(recording));
        byte[] bytes = Files.readAllBytes(file.toPath());
        double[][] frames = TestFiles.frames(recording.source);
        for (int f = 0; f < 6; f++) {
            for (int i = 0; i < 144 * 144; i++) {
                assertEquals(bytes[0x1010 + 6 + f * (144 * 144 + 6) + i] & 0xff, frames[f][i]);
            }
        }
        recording.source.close();
        recording = TestFiles.open(data("formats/blo/test2.blo"));
        assertEquals("3 x 2", recording.scanX + " x " + recording.scanY);
        assertArrayEquals(new double[] {473, 537, 534, 482, 388, 538}, sums(recording));
        recording.source.close();
    }

    @Test
    void cutOffBlo() throws IOException {
        byte[] bytes = Files.readAllBytes(data("formats/blo/test2.blo").toPath());
        refused(TestFiles.write(folder, "cut.blo", Arrays.copyOf(bytes, bytes.length - 1)), "5 patterns", "6 were announced");
        refused(TestFiles.write(folder, "no.blo", "nothing of the kind".getBytes()), "no BLO file");
    }

    /** Pattern i of Direct Electron's test file has i in every pixel; its text file tells the rest. */
    @Test
    void directElectron() throws IOException {
        Recording recording = TestFiles.open(data("formats/mrc/20241021_00405_movie.mrc"));
        assertEquals("8 x 4 of 8 x 4", recording.scanX + " x " + recording.scanY + " of " + recording.source.width() + " x "
                + recording.source.height());
        assertEquals(FrameSource.U16, recording.source.type());
        assertEquals(300, recording.values.get(Dataset.VOLTAGE), 0);
        assertEquals(0.01, recording.values.get(Dataset.Q_PER_PX), 1e-12);
        double[][] frames = TestFiles.frames(recording.source);
        for (int f = 0; f < 32; f++) {
            for (double pixel : frames[f]) {
                assertEquals(f, pixel);
            }
        }
        recording.source.close();
    }

    @Test
    void withoutTheTextFileTheShapeIsNotKnown() throws IOException {
        File copy = TestFiles.write(folder, "scan_movie.mrc", Files.readAllBytes(data("formats/mrc/20241021_00405_movie.mrc").toPath()));
        Recording recording = TestFiles.open(copy);
        assertEquals("32 x 1", recording.scanX + " x " + recording.scanY);
        assertFalse(recording.values.containsKey(Dataset.Q_PER_PX));
        recording.source.close();
    }

    @Test
    void thermoFisher() throws IOException {
        File file = data("formats/mrc/HAADFscan.mrc");
        Recording recording = TestFiles.open(file);
        assertEquals(300, recording.values.get(Dataset.VOLTAGE), 0);
        byte[] bytes = Files.readAllBytes(file.toPath());
        ByteBuffer pixels = ByteBuffer.wrap(bytes, 1024 + 909312, 512).order(ByteOrder.LITTLE_ENDIAN);
        for (double pixel : TestFiles.frames(recording.source)[0]) {
            assertEquals(pixels.getShort() & 0xffff, pixel);
        }
        assertArrayEquals(new double[] {1552947}, sums(recording));
        recording.source.close();
    }

    /** Big-endian float, an extended header, no mark 'MAP ': the extension decides. */
    @Test
    void madeHere() throws IOException {
        ByteBuffer bytes = ByteBuffer.allocate(1024 + 100 + 6 * 5 * 4 * 4).order(ByteOrder.BIG_ENDIAN);
        bytes.putInt(0, 5).putInt(4, 4).putInt(8, 6).putInt(12, 2).putInt(92, 100);
        for (int i = 0; i < 120; i++) {
            bytes.putFloat(1124 + 4 * i, i - 0.5f);
        }
        File file = TestFiles.write(folder, "old.mrc", bytes.array());
        OpenOptions options = new OpenOptions();
        options.scanX = 3;
        Recording recording = Formats.open(file, options);
        assertEquals("3 x 2", recording.scanX + " x " + recording.scanY);
        double[][] frames = TestFiles.frames(recording.source);
        assertEquals(-0.5, frames[0][0]);
        assertEquals(118.5, frames[5][19]);
        recording.source.close();
        bytes.putInt(12, 4);
        assertTrue(refused(TestFiles.write(folder, "old.mrc", bytes.array()), "mode 4").startsWith("MRC"));
        refused(TestFiles.write(folder, "cut.mrc", Arrays.copyOf(bytes.putInt(12, 2).array(), 1300)), "2 patterns", "6 were announced");
    }
}
