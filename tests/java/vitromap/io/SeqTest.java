/* SPDX-License-Identifier: GPL-3.0-or-later */
package vitromap.io;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static vitromap.io.TestFiles.refused;

import java.io.File;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** StreamPix files made here: six patterns of 5 x 4 pixels that count 0, 1, 2 ... */
class SeqTest {
    private static final int W = 5, H = 4, N = 6, PIXELS = W * H;

    @TempDir
    Path folder;

    static byte[] seq(int version, int bits) {
        int stride = PIXELS * bits / 8 + 8 + 24;
        int offset = version < 5 ? 1024 : 8192;
        ByteBuffer file = ByteBuffer.allocate(offset + N * stride).order(ByteOrder.LITTLE_ENDIAN);
        file.putInt(0xFEED).put("Norpix seq".getBytes(StandardCharsets.UTF_16LE));
        file.putInt(28, version).putInt(32, 1024).putInt(548, W).putInt(552, H).putInt(556, bits).putInt(560, bits).putInt(564, PIXELS * bits / 8);
        file.putInt(568, 100).putInt(572, N).putInt(580, stride).putDouble(584, 100);
        for (int f = 0; f < N; f++) {
            file.position(offset + f * stride);
            for (int i = 0; i < PIXELS; i++) {
                int value = f * PIXELS + i;
                if (bits == 8) {
                    file.put((byte) value);
                } else if (bits == 16) {
                    file.putShort((short) value);
                } else {
                    file.putInt(value);
                }
            }
            file.putInt(1700000000).putShort((short) 7).putShort((short) 9);
        }
        return file.array();
    }

    @Test
    void versionsAndDepths() throws IOException {
        for (int version = 3; version <= 5; version++) {
            for (int bits : new int[] {8, 16, 32}) {
                OpenOptions options = new OpenOptions();
                options.scanX = 3;
                Recording recording = Formats.open(TestFiles.write(folder, "movie.seq", seq(version, bits)), options);
                assertEquals("3 x 2 of 5 x 4", recording.scanX + " x " + recording.scanY + " of " + recording.source.width() + " x "
                        + recording.source.height());
                double[][] frames = TestFiles.frames(recording.source);
                for (int i = 0; i < N * PIXELS; i++) {
                    assertEquals(i, frames[i / PIXELS][i % PIXELS]);
                }
                assertTrue(recording.notes.isEmpty());
                recording.source.close();
            }
        }
    }

    @Test
    void referencesAreNotApplied() throws IOException {
        File file = TestFiles.write(folder, "movie.seq", seq(5, 16));
        TestFiles.write(folder, "movie.seq.gain.mrc", new byte[1]);
        Recording recording = TestFiles.open(file);
        assertTrue(recording.notes.get(0).contains("movie.seq.gain.mrc was not applied"), recording.notes.toString());
        recording.source.close();
    }

    @Test
    void cutOff() throws IOException {
        byte[] bytes = seq(5, 16);
        for (int i = 1; i < 20; i++) {
            File cut = TestFiles.write(folder, "cut.seq", Arrays.copyOf(bytes, bytes.length * i / 20));
            String message = refused(cut, "");
            assertTrue(message.contains("cut off") || message.contains("longer than the file") || message.contains("6 were announced"), message);
        }
    }
}
