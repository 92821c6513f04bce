/* SPDX-License-Identifier: GPL-3.0-or-later */
package vitromap.io;

import static org.junit.jupiter.api.Assertions.assertEquals;
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

/** Six patterns of 5 x 4 pixels that count 0, 1, 2 ..., in one file and in three. */
class TvipsTest {
    @TempDir
    Path folder;

    private static void assertCounts(File file) throws IOException {
        OpenOptions options = new OpenOptions();
        options.scanX = 3;
        Recording recording = Formats.open(file, options);
        assertEquals("3 x 2 of 5 x 4", recording.scanX + " x " + recording.scanY + " of " + recording.source.width() + " x "
                + recording.source.height());
        assertEquals(200, recording.values.get(Dataset.VOLTAGE), 0);
        ByteBuffer all = ByteBuffer.allocateDirect(240).order(ByteOrder.nativeOrder());
        recording.source.read(0, 6, all);
        double[][] frames = TestFiles.frames(recording.source);
        for (int i = 0; i < 120; i++) {
            assertEquals(i, frames[i / 20][i % 20]);
            assertEquals(i, all.getShort(2 * i)); // across the parts
        }
        recording.source.close();
    }

    private File copy(String name) throws IOException {
        return TestFiles.write(folder, name, Files.readAllBytes(data("formats/tvips/" + name).toPath()));
    }

    @Test
    void oneFileAndParts() throws IOException {
        assertCounts(data("formats/tvips/test_tvips_2345_000.tvips"));
        assertCounts(data("formats/tvips/test_tvips_2345_split_000.tvips"));
        assertCounts(data("formats/tvips/test_tvips_2345_split_002.tvips"));
    }

    /** Patterns whose pixels are their number and whose headers count a scan of side x side after some patterns; in two parts. */
    private File scan(int before, int side, int after, boolean falls, int lost) throws IOException {
        int frames = before + side * side + after;
        ByteBuffer all = ByteBuffer.allocate(256 + frames * 68).order(ByteOrder.LITTLE_ENDIAN);
        int[] header = {256, 2, 2, 2, 16, 0, 0, 1, 1, 1, 200, 80, 60};
        for (int word : header) {
            all.putInt(word);
        }
        for (int f = 0; f < frames; f++) {
            int index = Math.max(0, f - before + 1);
            index = index > side * side ? falls ? 0 : side * side : index;
            all.putInt(256 + f * 68 + 48, index >= lost ? Math.min(index + (lost > 0 ? 1 : 0), side * side) : index);
            all.putShort(256 + f * 68 + 60, (short) f);
        }
        int cut = 256 + frames / 3 * 68;
        TestFiles.write(folder, "scan_001.tvips", Arrays.copyOfRange(all.array(), cut, all.capacity()));
        return TestFiles.write(folder, "scan_000.tvips", Arrays.copyOf(all.array(), cut));
    }

    @Test
    void theScanAmongThePatterns() throws IOException {
        for (boolean falls : new boolean[] {true, false}) {
            for (int[] around : new int[][] {{0, 3}, {5, 0}, {7, 9}, {40, 60}}) {
                Recording recording = TestFiles.open(scan(around[0], 6, around[1], falls, 0));
                assertEquals("6 x 6", recording.scanX + " x " + recording.scanY);
                double[][] frames = TestFiles.frames(recording.source);
                for (int i = 0; i < 36; i++) {
                    assertEquals(around[0] + i, frames[i][0]);
                }
                assertTrue(recording.notes.get(0).contains(around[0] + " patterns before it and " + around[1] + " after"), recording.notes.toString());
                recording.source.close();
            }
        }
    }

    @Test
    void allPatternsIfTheScanIsInDoubt() throws IOException {
        Recording recording = TestFiles.open(scan(5, 6, 4, false, 10)); // position 10 has no pattern
        assertEquals(45, recording.source.frames());
        assertTrue(recording.notes.get(0).contains("36 positions"), recording.notes.toString());
        recording.source.close();
        OpenOptions options = new OpenOptions();
        options.scanX = 15;
        recording = Formats.open(scan(5, 6, 4, false, 0), options); // what the user says counts
        assertEquals("15 x 3 of 45", recording.scanX + " x " + recording.scanY + " of " + recording.source.frames());
        recording.source.close();
        options.scanX = 9;
        options.scanY = 4;
        recording = Formats.open(scan(5, 6, 4, false, 0), options);
        assertEquals(5, TestFiles.frames(recording.source)[0][0]);
        recording.source.close();
    }

    @Test
    void missingPart() throws IOException {
        File first = copy("test_tvips_2345_split_000.tvips");
        copy("test_tvips_2345_split_002.tvips");
        refused(first, "_001.tvips is not in the same folder");
        Files.delete(first.toPath());
        refused(folder.resolve("test_tvips_2345_split_002.tvips").toFile(), "_000.tvips is not in the same folder");
    }

    @Test
    void cutOff() throws IOException {
        byte[] bytes = Files.readAllBytes(data("formats/tvips/test_tvips_2345_000.tvips").toPath());
        for (int i = 1; i < 20; i++) {
            int length = bytes.length * i / 20;
            File cut = TestFiles.write(folder, "cut_000.tvips", Arrays.copyOf(bytes, length));
            if (length > 256 && (length - 256) % 100 == 0) { // between two patterns: the file does not tell how many there should be
                Recording recording = TestFiles.open(cut);
                assertEquals((length - 256) / 100, recording.source.frames());
                recording.source.close();
                continue;
            }
            String message = refused(cut, "");
            assertTrue(message.contains("cut off") || message.contains("longer than the file"), message);
        }
    }
}
