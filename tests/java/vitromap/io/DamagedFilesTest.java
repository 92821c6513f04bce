/* SPDX-License-Identifier: GPL-3.0-or-later */
package vitromap.io;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static vitromap.io.TestFiles.data;
import static vitromap.io.TestFiles.own;

import com.sun.management.ThreadMXBean;
import ij.IJ;
import ij.io.FileSaver;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.Random;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import vitromap.engine.FrameSource;
import vitromap.engine.VitroException;

/**
 * Every format, and every file of the third-party data, cut off at 20 places and with random bits turned over: numbers or a message,
 * within seconds and without much memory, whatever the bytes. What is left of a file that was cut gives the numbers that it gave before.
 */
class DamagedFilesTest {
    private static final int CUTS = 20, FLIPS = 200;
    private static final int READ = 8;
    /** Of Java's memory beside twice the file: the structure of an HDF5 file as objects, a chunk, a header. */
    private static final long SLACK = 24 << 20;
    private static final ThreadMXBean MEMORY = (ThreadMXBean) ManagementFactory.getThreadMXBean();

    @TempDir
    Path folder;

    /** Beside copies of the files that it needs. */
    private void mistreat(File file, File... companions) throws IOException {
        for (File companion : companions) {
            Files.copy(companion.toPath(), folder.resolve(companion.getName()), java.nio.file.StandardCopyOption.REPLACE_EXISTING);
        }
        byte[] good = Files.readAllBytes(file.toPath());
        byte[][] whole = new byte[READ][];
        assertTrue(!isRefused(TestFiles.write(folder, file.getName(), good), file.getName(), whole, false), file + " as it is");
        Random random = new Random(7);
        int refused = 0;
        for (int k = 0; k < CUTS + FLIPS; k++) {
            boolean cut = k < CUTS;
            byte[] bytes = cut ? Arrays.copyOf(good, (int) ((long) good.length * k / CUTS)) : flipped(good, random, k % 2 == 0 ? 4096 : good.length);
            File copy = TestFiles.write(folder, file.getName(), bytes);
            String name = file.getName() + ", treatment " + k;
            refused += assertTimeoutPreemptively(Duration.ofSeconds(20), () -> isRefused(copy, name, whole, cut), name) ? 1 : 0;
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
    private static boolean isRefused(File file, String name, byte[][] whole, boolean compare) {
        long before = MEMORY.getThreadAllocatedBytes(Thread.currentThread().getId());
        try (FrameSource source = TestFiles.open(file).source) {
            ByteBuffer frame = ByteBuffer.allocateDirect((int) Math.min(source.bytesPerFrame(), 1 << 26)).order(ByteOrder.nativeOrder());
            for (int i = 0; i < Math.min(READ, source.frames()) && frame.capacity() == source.bytesPerFrame(); i++) {
                frame.clear();
                source.read(i, 1, frame);
                byte[] pixels = new byte[(int) Math.min(frame.capacity(), SLACK / READ)];
                frame.get(pixels);
                if (compare) {
                    assertArrayEquals(whole[i], pixels, name + ": frame " + i);
                } else if (whole[i] == null) {
                    whole[i] = pixels;
                }
            }
            return false;
        } catch (IOException | VitroException e) {
            assertTrue(e.getMessage() != null && e.getMessage().length() > 20, name + ": " + e);
            return true;
        } finally {
            long used = MEMORY.getThreadAllocatedBytes(Thread.currentThread().getId()) - before;
            assertTrue(used < 2 * file.length() + 2 * SLACK, name + ": " + used + " bytes of memory for a file of " + file.length());
        }
    }

    @Test
    void madeHere() throws IOException {
        mistreat(TestFiles.write(folder, "whole.npy", RawTest.npy("<u2", "(3, 4, 5, 6)", new byte[720])));
        mistreat(TestFiles.write(folder, "whole.seq", SeqTest.seq(5, 16)));
        mistreat(own("chunks.h5"));
        mistreat(own("chunks-v4.h5"));
        Path tiff = folder.resolve("whole.tif");
        new FileSaver(IJ.createHyperStack("scan", 6, 5, 1, 4, 3, 16)).saveAsTiffStack(tiff.toString());
        mistreat(tiff.toFile());
    }

    @Test
    void asVendorsWriteThem() throws IOException {
        mistreat(own("arina_data_000001.h5"));
        mistreat(own("arina_master.h5"), own("arina_data_000001.h5"), own("arina_data_000002.h5"));
        for (String kind : new String[] {"chunks", "gzip", "plain"}) {
            mistreat(own("velox-" + kind + ".emd"));
        }
    }

    @Test
    void hdf5() throws IOException {
        for (String name : new String[] {"Si100_4D.emd", "example2_v3.1.hspy", "hdf5_sample.h5", "py4DSTEM_size2x3x4x5.h5", "real_py4dstem.h5",
            "real_py4dstem_origin_maps.h5", "test_00_data_000001.h5"}) {
            mistreat(data("formats/hdf5/" + name));
        }
        mistreat(data("formats/hdf5/test_00_master.h5"), data("formats/hdf5/test_00_data_000001.h5"));
    }

    @Test
    void mib() throws IOException {
        mistreat(data("formats/mib/CL_195mm.mib"));
        mistreat(data("formats/mib/CL_380mm_Si110.mib"));
        Path files = Files.createDirectory(folder.resolve("zip"));
        for (String zip : new String[] {"Merlin_navigation4x2_ROI", "Merlin_Single_Quad"}) {
            try (InputStream file = Files.newInputStream(data("formats/mib/" + zip + ".zip").toPath()); ZipInputStream in = new ZipInputStream(file)) {
                for (ZipEntry entry = in.getNextEntry(); entry != null; entry = in.getNextEntry()) {
                    Files.copy(in, files.resolve(entry.getName()));
                }
            }
        }
        for (String name : new String[] {"001_4x2_6bit", "002_4x2_6bit_roi128", "Single_9_Frame_CounterDepth_1_Rows_256RAW",
            "Quad_9_Frame_CounterDepth_1_Rows_256RAW", "Single_9_Frame_CounterDepth_6_Rows_256", "Quad_1_Frame_CounterDepth_12_Rows_256",
            "Single_1_Frame_CounterDepth_24_Rows_256"}) {
            mistreat(files.resolve(name + ".mib").toFile(), files.resolve(name + ".hdr").toFile());
        }
    }

    @Test
    void empad() throws IOException {
        mistreat(data("formats/empad/scan_x4_y4.raw"), data("formats/empad/map4x4.xml"));
        mistreat(data("formats/empad/map4x4.xml"), data("formats/empad/scan_x4_y4.raw"));
        mistreat(data("formats/empad/series_x10.raw"), data("formats/empad/stack_images.xml"));
        mistreat(data("formats/empad/stack_images.xml"), data("formats/empad/series_x10.raw"));
    }

    @Test
    void bloAndMrc() throws IOException {
        mistreat(data("formats/blo/test1.blo"));
        mistreat(data("formats/blo/test2.blo"));
        mistreat(data("formats/mrc/20241021_00405_movie.mrc"), data("formats/mrc/20241021_00405_info.txt"));
        mistreat(data("formats/mrc/HAADFscan.mrc"));
    }

    @Test
    void dm() throws IOException {
        for (String name : new String[] {"bismuth.dm3", "bismuth.dm4", "dmTest_3D_int16_64,65,66.dm3", "dmTest_3D_int16_64,65,66.dm4",
            "dmTest_float32_nonSquare_diffPixelSize.dm4", "test-10.dm4", "test-2.dm4", "test_diffraction_pattern.dm3"}) {
            mistreat(data("formats/dm/" + name));
        }
    }

    @Test
    void tvips() throws IOException {
        mistreat(data("formats/tvips/test_tvips_2345_000.tvips"));
        File[] parts = {data("formats/tvips/test_tvips_2345_split_000.tvips"), data("formats/tvips/test_tvips_2345_split_001.tvips"),
            data("formats/tvips/test_tvips_2345_split_002.tvips")};
        for (File part : parts) {
            mistreat(part, parts);
        }
    }
}
