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
