/* SPDX-License-Identifier: GPL-3.0-or-later */
package vitromap.io;

import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static vitromap.io.TestFiles.data;
import static vitromap.io.TestFiles.own;

import ij.IJ;
import ij.io.FileSaver;
import java.io.File;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import vitromap.engine.FrameSource;
import vitromap.engine.VitroException;

/** Every format, cut off at 20 places and with random bits turned over: numbers or a message, within seconds, whatever the bytes. */
class DamagedFilesTest {
    private static final int CUTS = 20, FLIPS = 200;
    private static final int READ = 20;

    @TempDir
    Path folder;

    private void mistreat(File file) throws IOException {
        byte[] good = Files.readAllBytes(file.toPath());
        Random random = new Random(7);
        int refused = 0;
        for (int k = 0; k < CUTS + FLIPS; k++) {
            byte[] bytes = k < CUTS ? Arrays.copyOf(good, (int) ((long) good.length * k / CUTS)) : flipped(good, random, k % 2 == 0 ? 4096 : good.length);
            File copy = TestFiles.write(folder, file.getName(), bytes);
            String name = file.getName() + ", treatment " + k;
            refused += assertTimeoutPreemptively(Duration.ofSeconds(20), () -> isRefused(copy, name), name) ? 1 : 0;
        }
        assertTrue(refused > 1, file + ": nothing was refused");
    }

    private static byte[] flipped(byte[] good, Random random, int within) {
        byte[] bytes = good.clone();
        for (int i = random.nextInt(4); i >= 0; i--) {
            bytes[random.nextInt(Math.min(within, bytes.length))] ^= (byte) (1 << random.nextInt(8));
        }
        return bytes;
    }

    /** True if it gave a message, false if it gave numbers; anything else is thrown. */
    private static boolean isRefused(File file, String name) {
        try (FrameSource source = TestFiles.open(file).source) {
            ByteBuffer frame = ByteBuffer.allocateDirect((int) Math.min(source.bytesPerFrame(), 1 << 28));
            for (int i = 0; i < Math.min(READ, source.frames()) && frame.capacity() == source.bytesPerFrame(); i++) {
                source.read(i, 1, frame);
            }
            return false;
        } catch (IOException | VitroException e) {
            assertTrue(e.getMessage() != null && e.getMessage().length() > 20, name + ": " + e);
            return true;
        }
    }

    @Test
    void madeHere() throws IOException {
        mistreat(TestFiles.write(folder, "whole.npy", RawTest.npy("<u2", "(3, 4, 5, 6)", new byte[720])));
        mistreat(own("chunks.h5"));
        mistreat(own("chunks-v4.h5"));
        Path tiff = folder.resolve("whole.tif");
        new FileSaver(IJ.createHyperStack("scan", 6, 5, 1, 4, 3, 16)).saveAsTiffStack(tiff.toString());
        mistreat(tiff.toFile());
    }

    @Test
    void hdf5() throws IOException {
        for (String name : new String[] {"Si100_4D.emd", "example2_v3.1.hspy", "hdf5_sample.h5", "py4DSTEM_size2x3x4x5.h5"}) {
            mistreat(data("formats/hdf5/" + name));
        }
    }

    @Test
    void mib() throws IOException {
        mistreat(data("formats/mib/CL_195mm.mib"));
    }

    @Test
    void empad() throws IOException {
        Files.copy(data("formats/empad/map4x4.xml").toPath(), folder.resolve("map4x4.xml"));
        mistreat(data("formats/empad/scan_x4_y4.raw"));
        mistreat(data("formats/empad/map4x4.xml"));
    }

    @Test
    void bloAndMrc() throws IOException {
        mistreat(data("formats/blo/test2.blo"));
        mistreat(data("formats/mrc/20241021_00405_movie.mrc"));
    }

    @Test
    void dm() throws IOException {
        mistreat(data("formats/dm/test-10.dm4"));
        mistreat(data("formats/dm/test_diffraction_pattern.dm3"));
    }

    @Test
    void tvips() throws IOException {
        mistreat(data("formats/tvips/test_tvips_2345_000.tvips"));
    }

    @Test
    void tiff() throws IOException {
        mistreat(data("amorphous/energy_filtered_sum.tif"));
    }
}
