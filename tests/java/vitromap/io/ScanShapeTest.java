/* SPDX-License-Identifier: GPL-3.0-or-later */
package vitromap.io;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static vitromap.io.TestFiles.refused;

import java.io.File;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Scan shapes with patterns that do not belong to the scan; a pattern is one row of pixels that hold its number. */
class ScanShapeTest {
    @TempDir
    Path folder;

    private File file(int patterns) throws IOException {
        byte[] bytes = new byte[3 * patterns];
        for (int i = 0; i < bytes.length; i++) {
            bytes[i] = (byte) (i / 3);
        }
        return TestFiles.write(folder, patterns + ".raw", bytes);
    }

    private static OpenOptions options(int scanX, int scanY, int flyback, int skip) {
        OpenOptions options = new OpenOptions();
        options.detectorX = 3;
        options.detectorY = 1;
        options.type = "8-bit unsigned";
        options.scanX = scanX;
        options.scanY = scanY;
        options.flyback = flyback;
        options.skip = skip;
        return options;
    }

    /** 'columns x rows: numbers of the patterns in the scan', also when several are read at once. */
    private static String opened(File file, OpenOptions options) throws IOException {
        Recording recording = Formats.open(file, options);
        double[][] frames = TestFiles.frames(recording.source);
        java.nio.ByteBuffer all = java.nio.ByteBuffer.allocateDirect(3 * frames.length);
        recording.source.read(0, frames.length, all);
        StringBuilder text = new StringBuilder(recording.scanX + " x " + recording.scanY + ":");
        for (int i = 0; i < frames.length; i++) {
            assertEquals(frames[i][2], all.get(3 * i) & 0xff);
            text.append(' ').append((int) frames[i][0]);
        }
        recording.source.close();
        return text.toString();
    }

    private static String numbers(int columns, int rows, int flyback, int skip) {
        StringBuilder text = new StringBuilder(columns + " x " + rows + ":");
        IntStream.range(0, columns * rows).forEach(i -> text.append(' ').append(skip + i / columns * (columns + flyback) + i % columns));
        return text.toString();
    }

    @Test
    void flybackAndSkippedPatternsAreLeftOut() throws IOException {
        assertEquals(numbers(4, 3, 1, 0), opened(file(15), options(4, 3, 1, 0)));
        assertEquals(numbers(4, 3, 1, 0), opened(file(15), options(4, 0, 1, 0)));
        assertEquals(numbers(4, 3, 1, 0), opened(file(15), options(0, 3, 1, 0)));
        assertEquals(numbers(4, 3, 2, 1), opened(file(19), options(4, 3, 2, 1)));
        assertEquals(numbers(4, 3, 2, 0), opened(file(16), options(4, 3, 2, 0))); // the last row lacks them
        assertEquals(numbers(4, 4, 1, 0), opened(file(20), options(0, 0, 1, 0))); // a square
        assertEquals(numbers(4, 4, 1, 1), opened(file(21), options(0, 0, 1, 1)));
        assertEquals(numbers(4, 3, 0, 2), opened(file(14), options(4, 3, 0, 2)));
        assertEquals(numbers(4, 3, 0, 2), opened(file(17), options(4, 3, 0, 2))); // and some after it
        assertEquals(numbers(4, 3, 0, 0), opened(file(12), options(4, 3, 0, 0)));
    }

    @Test
    void aShapeThatDoesNotFitSaysWhichDo() throws IOException {
        refused(file(15), options(4, 3, 0, 0), "4 x 3 does not fit", "15 patterns", "5 x 3, 3 x 5");
        refused(file(20), options(5, 5, 0, 0), "5 x 5 does not fit", "4 x 4, fly-back 1");
        refused(file(15), options(5, 3, 1, 0), "with 1 fly-back", "4 x 3", "2 x 5");
        refused(file(16), options(4, 4, 0, 1), "after 1 patterns", "15 patterns: 5 x 3");
        refused(file(15), options(0, 0, 1, 0), "give scan_x");
        refused(file(15), options(4, 3, -1, 0), "not be negative");
        refused(file(15), options(4, 3, 0, 15), "does not fit");
        refused(file(15), options(4, 3, 0, 99), "does not fit");
        refused(file(15), options(0, 0, 0, 15), "does not fit".substring(0, 0));
    }

    @Test
    void whatADialogProposes() {
        List<String> shapes = ScanShape.proposals(128 * 129);
        assertEquals("129 x 128", shapes.get(0));
        assertTrue(shapes.contains("128 x 129") && shapes.contains("128 x 128, fly-back 1"), shapes.toString());
        assertTrue(ScanShape.proposals(64 * 65 + 1).contains("64 x 64, fly-back 1, skip 1"));
        assertArrayEquals(new String[] {"7 x 1", "1 x 7"}, Arrays.copyOf(ScanShape.proposals(7).toArray(new String[0]), 2));
    }
}
