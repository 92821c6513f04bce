/* SPDX-License-Identifier: GPL-3.0-or-later */
package vitromap.io;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static vitromap.io.TestFiles.data;
import static vitromap.io.TestFiles.refused;
import static vitromap.io.TestFiles.write;

import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Merlin files of the vendor, decoded here a second time from the format's description. */
class MibTest {
    @TempDir
    Path folder;

    private void unzip(File zip) throws IOException {
        try (InputStream file = Files.newInputStream(zip.toPath()); ZipInputStream in = new ZipInputStream(file)) {
            for (ZipEntry entry = in.getNextEntry(); entry != null; entry = in.getNextEntry()) {
                Files.copy(in, folder.resolve(entry.getName()));
            }
        }
    }

    /** Pixels after each frame's own header, big-endian. */
    private static double[][] plainPixels(byte[] bytes) {
        String[] header = new String(bytes, 0, 384, StandardCharsets.US_ASCII).split(",");
        int head = Integer.parseInt(header[2]);
        int pixels = Integer.parseInt(header[4]) * Integer.parseInt(header[5]);
        int size = Integer.parseInt(header[6].substring(1)) / 8;
        double[][] frames = new double[bytes.length / (head + pixels * size)][pixels];
        ByteBuffer buffer = ByteBuffer.wrap(bytes);
        for (int f = 0; f < frames.length; f++) {
            int start = f * (head + pixels * size) + head;
            for (int i = 0; i < pixels; i++) {
                frames[f][i] = size == 1 ? bytes[start + i] & 0xff : size == 2 ? buffer.getShort(start + 2 * i) & 0xffff
                        : (float) (buffer.getInt(start + 4 * i) & 0xffffffffL);
            }
        }
        return frames;
    }

    @Test
    void everyDepthSingleAndQuad() throws IOException {
        unzip(data("formats/mib/Merlin_Single_Quad.zip"));
        for (String chips : new String[] {"Single", "Quad"}) {
            for (int depth : new int[] {1, 6, 12, 24}) {
                for (int n : new int[] {1, 9}) {
                    File file = folder.resolve(chips + "_" + n + "_Frame_CounterDepth_" + depth + "_Rows_256.mib").toFile();
                    Recording recording = TestFiles.open(file);
                    assertEquals(chips.equals("Quad") ? 512 : 256, recording.source.width());
                    double[][] expected = plainPixels(Files.readAllBytes(file.toPath()));
                    double[][] found = TestFiles.frames(recording.source);
                    assertEquals(n, found.length);
                    for (int f = 0; f < n; f++) {
                        assertTrue(Arrays.equals(expected[f], found[f]), file.getName() + " frame " + f);
                    }
                    recording.source.close();
                }
            }
        }
    }

    /** The chips show the figures 1 to 4; raw and plain readout are two exposures of the same, so nearly all pixels agree. */
    @Test
    void rawReadoutShowsTheSamePicture() throws IOException {
        unzip(data("formats/mib/Merlin_Single_Quad.zip"));
        for (String chips : new String[] {"Single", "Quad"}) {
            for (int n : new int[] {1, 9}) {
                String stem = chips + "_" + n + "_Frame_CounterDepth_1_Rows_256";
                double[][] plain = TestFiles.frames(TestFiles.open(folder.resolve(stem + ".mib").toFile()).source);
                double[][] raw = TestFiles.frames(TestFiles.open(folder.resolve(stem + "RAW.hdr").toFile()).source);
                for (int f = 0; f < n; f++) {
                    int lit = 0;
                    int different = 0;
                    for (int i = 0; i < plain[f].length; i++) {
                        lit += plain[f][i] > 0 ? 1 : 0;
                        different += plain[f][i] != raw[f][i] ? 1 : 0;
                    }
                    assertTrue(lit > 2000 && different < lit / 20, stem + ": " + different + " of " + lit + " lit pixels differ");
                }
            }
        }
    }

    @Test
    void regionOfTheChip() throws IOException {
        unzip(data("formats/mib/Merlin_navigation4x2_ROI.zip"));
        OpenOptions options = new OpenOptions();
        options.scanX = 4;
        Recording recording = Formats.open(folder.resolve("002_4x2_6bit_roi128.mib").toFile(), options);
        assertEquals("4 x 2", recording.scanX + " x " + recording.scanY);
        assertEquals("256 x 128", recording.source.width() + " x " + recording.source.height());
        double[][] expected = plainPixels(Files.readAllBytes(folder.resolve("002_4x2_6bit_roi128.mib")));
        assertTrue(Arrays.deepEquals(expected, TestFiles.frames(recording.source)));
        options.scanX = 3;
        refused(folder.resolve("001_4x2_6bit.mib").toFile(), options, "3 x 2", "8 patterns", "4 x 2");
    }

    @Test
    void realPatterns() throws IOException {
        for (String name : new String[] {"CL_195mm.mib", "CL_380mm_Si110.mib"}) {
            File file = data("formats/mib/" + name);
            double[][] expected = plainPixels(Files.readAllBytes(file.toPath()));
            assertTrue(Arrays.deepEquals(expected, TestFiles.frames(TestFiles.open(file).source)), name);
        }
    }

    /** Four frames of 16 x 8 pixels. */
    private static byte[] four() {
        byte[] bytes = new byte[4 * (384 + 16 * 8)];
        for (int f = 0; f < 4; f++) {
            int start = f * (384 + 16 * 8);
            byte[] head = String.format("MQ1,%06d,00384,01,0016,0008,U08,   1x1,01,2021-05-07 18:51:10,0.1,0,0,0,", f + 1).getBytes(StandardCharsets.US_ASCII);
            System.arraycopy(head, 0, bytes, start, head.length);
            Arrays.fill(bytes, start + 384, start + 512, (byte) (f + 1));
        }
        return bytes;
    }

    @Test
    void theScanShapeIsInTheHdr() throws IOException {
        File mib = write(folder, "scan.mib", four());
        write(folder, "scan.hdr", "HDR,\t\r\nFrames in Acquisition (Number):\t4\r\nFrames per Trigger (Number):\t2\r\nEnd\t".getBytes(StandardCharsets.US_ASCII));
        Recording recording = TestFiles.open(mib);
        assertEquals("2 x 2", recording.scanX + " x " + recording.scanY);
        assertTrue(recording.notes.isEmpty());
        assertEquals(3, TestFiles.frames(recording.source)[2][5]);
    }

    @Test
    void partsWithOneHdr() throws IOException {
        byte[] whole = four();
        for (String separator : new String[] {"", "_"}) {
            String stem = "parts" + separator.length();
            for (int i = 0; i < 4; i++) {
                write(folder, stem + separator + (i + 9) + ".mib", Arrays.copyOfRange(whole, 512 * i, 512 * i + 512)); // 9 before 10
            }
            File hdr = write(folder, stem + ".hdr", "HDR,\t\nFrames in Acquisition (Number):\t4\nFrames per Trigger (Number):\t2\nEnd\t".getBytes(StandardCharsets.US_ASCII));
            for (File given : new File[] {hdr, folder.resolve(stem + separator + "11.mib").toFile()}) {
                Recording recording = TestFiles.open(given);
                assertEquals("2 x 2", recording.scanX + " x " + recording.scanY);
                double[][] frames = TestFiles.frames(recording.source);
                for (int i = 0; i < 4; i++) {
                    assertEquals(i + 1, frames[i][0]);
                }
                recording.source.close();
            }
            Files.delete(folder.resolve(stem + separator + "10.mib"));
            refused(hdr, "only 3 are in the folder");
            Files.delete(folder.resolve(stem + separator + "9.mib"));
            refused(hdr, "2 patterns", "4 were announced");
        }
        write(folder, "own1.mib", whole); // with a file of its own name it is no part
        write(folder, "own.hdr", "HDR,\t\nFrames in Acquisition (Number):\t9\nEnd\t".getBytes(StandardCharsets.US_ASCII));
        File own = write(folder, "own1.hdr", "HDR,\t\nFrames in Acquisition (Number):\t4\nEnd\t".getBytes(StandardCharsets.US_ASCII));
        assertEquals(4, TestFiles.open(own).source.frames());
        assertEquals(4, TestFiles.open(folder.resolve("own1.mib").toFile()).source.frames());
    }

    @Test
    void cutOffOrStillWritten() throws IOException {
        byte[] whole = four();
        for (int i = 1; i < 20; i++) {
            if (whole.length * i % 20 == 0 && whole.length * i / 20 % 512 == 0) {
                continue; // four frames are five parts each: cut between two of them, they are whole
            }
            refused(write(folder, "cut.mib", Arrays.copyOf(whole, whole.length * i / 20)), i < 5 ? "MIB" : "cut.mib");
        }
        File three = write(folder, "three.mib", Arrays.copyOf(whole, 3 * 512));
        write(folder, "three.hdr", "HDR,\t\nFrames in Acquisition (Number):\t4\nFrames per Trigger (Number):\t2\nEnd\t".getBytes(StandardCharsets.US_ASCII));
        refused(three, "3 patterns", "4 were announced", "3 x 1, 1 x 3");
        OpenOptions options = new OpenOptions();
        options.scanX = 3;
        options.scanY = 1;
        Recording there = Formats.open(three, options);
        assertEquals(3, there.source.frames());
        assertEquals(1, there.notes.size());
        refused(write(folder, "alone.hdr", "HDR,\t\nEnd\t".getBytes(StandardCharsets.US_ASCII)), "alone.mib", "not in the same folder");
    }
}
