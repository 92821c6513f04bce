/* SPDX-License-Identifier: GPL-3.0-or-later */
package vitromap.io;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static vitromap.io.TestFiles.data;
import static vitromap.io.TestFiles.own;
import static vitromap.io.TestFiles.refused;

import io.jhdf.HdfFile;
import io.jhdf.api.dataset.ChunkedDataset;
import java.io.File;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import vitromap.engine.Dataset;
import vitromap.engine.FrameSource;

/** HDF5: chunks and filters against known numbers, which dataset is taken, metadata, damage. */
class Hdf5Test {
    @TempDir
    Path folder;

    private static Recording open(File file, String dataset) throws IOException {
        OpenOptions options = new OpenOptions();
        options.dataset = dataset;
        return Formats.open(file, options);
    }

    private static double sum(double[][] frames) {
        double sum = 0;
        for (double[] frame : frames) {
            for (double value : frame) {
                sum += value;
            }
        }
        return sum;
    }

    /** Sum of value times index over the whole dataset: it notices any two pixels that changed places. */
    private static double moment(double[][] frames) {
        double sum = 0;
        long index = 0;
        for (double[] frame : frames) {
            for (double value : frame) {
                sum += value * index++;
            }
        }
        return sum;
    }

    /** The numbers of tests/data/chunks.py. */
    private static void assertRamp(Recording recording) throws IOException {
        assertEquals(9, recording.source.width());
        assertEquals(7, recording.source.height());
        assertEquals(5, recording.scanX);
        assertEquals(3, recording.scanY);
        double[][] frames = TestFiles.frames(recording.source);
        assertEquals(15, frames.length);
        for (int i = 0; i < 15 * 63; i++) {
            assertEquals(i % 1009, frames[i / 63][i % 63], "frame " + i / 63 + " pixel " + i % 63);
        }
        recording.source.close();
    }

    @Test
    void chunksThatSpanPatternsAndEveryFilter() throws IOException {
        for (String name : new String[] {"gzip", "/gzip", "checksum", "lzf", "lz4", "bitshuffle", "plain"}) {
            assertRamp(open(own("chunks.h5"), name));
        }
        for (String name : new String[] {"fixed", "growing"}) {
            assertRamp(open(own("chunks-v4.h5"), name));
        }
    }

    @Test
    void severalFramesAtOnceEqualSingleOnes() throws IOException {
        for (String name : new String[] {"gzip", "lzf", "plain"}) {
            try (FrameSource source = open(own("chunks.h5"), name).source) {
                double[][] single = TestFiles.frames(source);
                int n = 11;
                ByteBuffer out = ByteBuffer.allocateDirect((int) (n * source.bytesPerFrame())).order(ByteOrder.nativeOrder());
                source.read(3, n, out);
                for (int i = 0; i < n * 63; i++) {
                    double value = source.type() == FrameSource.U16 ? out.getShort(2 * i) & 0xffff : out.getFloat(4 * i);
                    assertEquals(single[3 + i / 63][i % 63], value);
                }
                assertThrows(IOException.class, () -> source.read(10, 6, out));
            }
        }
    }

    @Test
    void chunksThatCouldNotBeCompressed() throws IOException {
        double[][] frames = TestFiles.frames(open(own("chunks.h5"), "noise").source);
        assertEquals(4, frames.length);
        assertEquals(NOISE_SUM, sum(frames));
        assertEquals(NOISE_MOMENT, moment(frames));
    }

    private static final double NOISE_SUM = 31531;
    private static final double NOISE_MOMENT = 3905166;

    @Test
    void chunksThatWereNeverWritten() throws IOException {
        Recording recording = open(own("chunks.h5"), "holes");
        double[][] frames = TestFiles.frames(recording.source);
        for (int f = 0; f < 12; f++) {
            for (double value : frames[f]) {
                assertEquals(f == 0 ? 5 : -7, value);
            }
        }
        assertTrue(recording.notes.get(0).contains("11 of 12 chunks were never written"), recording.notes.toString());
        refused(own("chunks.h5"), options("missing/nothing"), "missing/nothing", "no patterns were written");
    }

    private static OpenOptions options(String dataset) {
        OpenOptions options = new OpenOptions();
        options.dataset = dataset;
        return options;
    }

    @Test
    void theLargestIsTakenAndTheOthersAreNamed() throws IOException {
        Recording recording = TestFiles.open(own("chunks.h5"));
        String note = recording.notes.get(0);
        assertTrue(note.contains("Opened /bitshuffle") && note.contains("/holes [4, 3, 6, 6]") && note.contains("'dataset'"), note);
        String text = refused(own("chunks.h5"), options("gzap"), "no dataset 'gzap'", "/gzip [3, 5, 7, 9]");
        assertFalse(text.contains("nowhere]"), text);
    }

    @Test
    void fpd() throws IOException {
        Recording recording = TestFiles.open(data("cube/FPD_HDF5.hdf5"));
        assertEquals(16, recording.scanX);
        assertEquals(16, recording.scanY);
        assertEquals(256, recording.source.width());
        assertEquals(256, recording.source.height());
        assertEquals(FrameSource.U16, recording.source.type());
        assertEquals(200, recording.values.get(Dataset.VOLTAGE), 0);
        assertEquals(5.483, recording.values.get(Dataset.SCAN_STEP), 0.001);
        assertNull(recording.values.get(Dataset.Q_PER_PX)); // the file has pixels only
        double[][] frames = TestFiles.frames(recording.source);
        assertEquals(1304983, sum(frames)); // also the sum of the file's own summed pattern
        assertEquals(156894998, moment(new double[][] {frames[0]}));
        assertEquals(159624628, moment(new double[][] {frames[5 * 16 + 11]}));
        assertEquals(133148520, moment(new double[][] {frames[255]}));
        double[] mean = TestFiles.frames(open(data("cube/FPD_HDF5.hdf5"), "fpd_expt/fpd_sum_dif/data").source)[0];
        double[] added = new double[256 * 256];
        for (double[] frame : frames) {
            for (int i = 0; i < added.length; i++) {
                added[i] += frame[i];
            }
        }
        assertArrayEquals(mean, added);
    }

    @Test
    void emd() throws IOException {
        Recording recording = TestFiles.open(data("formats/hdf5/Si100_4D.emd"));
        assertEquals(11, recording.scanX);
        assertEquals(100, recording.values.get(Dataset.VOLTAGE), 0);
        assertEquals(0.5, recording.values.get(Dataset.SCAN_STEP), 1e-6);
        assertEquals(0.0184162, recording.values.get(Dataset.Q_PER_PX), 1e-6);
        double[][] frames = TestFiles.frames(recording.source);
        assertEquals(110.66839191815737, sum(frames), 1e-9);
        assertEquals(428770.7719125713, moment(frames), 1e-6);
        assertTrue(recording.notes.get(0).contains("CBED_array_depth0001"), recording.notes.toString());
    }

    @Test
    void py4dstem() throws IOException {
        Recording recording = TestFiles.open(data("formats/hdf5/py4DSTEM_size2x3x4x5.h5"));
        assertEquals("3 x 2", recording.scanX + " x " + recording.scanY);
        assertEquals("5 x 4", recording.source.width() + " x " + recording.source.height());
        assertEquals(0.126796875, recording.values.get(Dataset.SCAN_STEP), 1e-9);
        assertEquals(0.0442515666, recording.values.get(Dataset.Q_PER_PX), 1e-9);
        double[][] frames = TestFiles.frames(recording.source);
        assertEquals(28255.876245498657, sum(frames), 1e-6);
        assertEquals(1912867.3303842545, moment(frames), 1e-4);
        Recording angstrom = TestFiles.open(data("formats/hdf5/real_py4dstem_origin_maps.h5"));
        assertEquals(0.25, angstrom.values.get(Dataset.SCAN_STEP), 1e-12);
        assertEquals(0.0125, angstrom.values.get(Dataset.Q_PER_PX), 1e-12);
        frames = TestFiles.frames(angstrom.source);
        assertEquals(7140, sum(frames), 0); // what h5py finds
        assertEquals(568820, moment(frames), 0);
        frames = TestFiles.frames(TestFiles.open(data("formats/hdf5/real_py4dstem.h5")).source);
        assertEquals(2016, sum(frames), 0);
        assertEquals(85344, moment(frames), 0);
    }

    @Test
    void hspy() throws IOException {
        Recording single = TestFiles.open(data("formats/hdf5/example2_v3.1.hspy"));
        assertEquals(200, single.values.get(Dataset.VOLTAGE), 0);
        assertEquals(0.0174432859, single.values.get(Dataset.Q_PER_PX), 1e-9);
        assertEquals(32238419, moment(TestFiles.frames(single.source)));
    }

    @Test
    void unitsOfPyxem() throws IOException {
        Recording recording = open(own("chunks.h5"), "signal/data");
        assertEquals(80, recording.values.get(Dataset.VOLTAGE), 0);
        assertEquals(2, recording.values.get(Dataset.SCAN_STEP), 1e-12); // of the columns
        assertTrue(recording.notes.get(0).contains("2000.0 nm from row to row"), recording.notes.toString());
        assertEquals(0.01, recording.values.get(Dataset.Q_PER_PX), 1e-12);
    }

    @Test
    void nonsenseIsLeftOutAndSaid() throws IOException {
        Recording recording = TestFiles.open(data("amorphous/Amorphous.hspy"));
        assertNull(recording.values.get(Dataset.Q_PER_PX));
        assertEquals(200, recording.values.get(Dataset.VOLTAGE), 0);
        assertTrue(recording.notes.get(0).contains("E-21"), recording.notes.toString());
        double[][] hspy = TestFiles.frames(recording.source);
        double[][] tiff = TestFiles.frames(TestFiles.open(data("amorphous/energy_filtered_sum.tif")).source);
        assertArrayEquals(tiff[0], hspy[0]); // the same pattern in another format
        assertEquals(23312957099.0, sum(hspy));
    }

    @Test
    void anyFourDimensionalDataset() throws IOException {
        Recording recording = TestFiles.open(data("formats/hdf5/hdf5_sample.h5"));
        assertEquals(16, recording.scanX);
        assertEquals(4299202.89415377, moment(TestFiles.frames(recording.source)), 1e-6);
    }

    @Test
    void cutOff() throws IOException {
        byte[] whole = Files.readAllBytes(own("chunks.h5").toPath());
        for (int i = 1; i < 20; i++) {
            byte[] part = Arrays.copyOf(whole, whole.length * i / 20);
            refused(TestFiles.write(folder, "cut.h5", part), "cut.h5", "cut off", "" + part.length);
        }
    }

    @Test
    void aDamagedChunkIsAnErrorThatNamesIt() throws IOException {
        byte[] bytes = Files.readAllBytes(own("chunks.h5").toPath());
        Recording whole = open(own("chunks.h5"), "gzip");
        whole.source.close();
        int damaged = 0;
        for (int at = 4096; at < bytes.length; at += 97) {
            byte[] copy = bytes.clone();
            for (int i = 0; i < 8; i++) {
                copy[at + i < copy.length ? at + i : at] ^= 0x55;
            }
            try (FrameSource source = open(TestFiles.write(folder, "damaged.h5", copy), "gzip").source) {
                TestFiles.frames(source);
            } catch (IOException e) {
                assertTrue(e.getMessage().contains("damaged.h5"), e.getMessage());
                damaged += e.getMessage().matches("(?s).*chunk \\d+ of 16 cannot be read.*damaged.*") ? 1 : 0;
            }
        }
        assertTrue(damaged > 10, damaged + " damaged chunks were noticed");
    }

    @Test
    void everyByteOfACompressedChunkCounts() throws IOException {
        int bytes = 2 * 3 * 4 * 5 * Short.BYTES;
        try (HdfFile hdf = new HdfFile(own("chunks.h5").toPath())) {
            ChunkedDataset dataset = (ChunkedDataset) hdf.getDatasetByPath("gzip");
            ChunkFilters filters = new ChunkFilters(dataset, bytes);
            ByteBuffer raw = dataset.getRawChunkBuffer(new int[4]);
            byte[] stored = new byte[raw.remaining()];
            raw.get(stored);
            byte[] good = filters.decode(stored, 0).clone();
            for (int i = 0; i < stored.length; i++) {
                byte[] damaged = stored.clone();
                damaged[i] ^= 1;
                String message = assertThrows(IOException.class, () -> filters.decode(damaged, 0), "byte " + i).getMessage();
                String reason = i < 2 ? "not compressed by gzip" : i >= stored.length - 4 ? "checksum is wrong" : "damaged";
                assertTrue(message.contains(reason), i + ": " + message);
                byte[] cut = Arrays.copyOf(stored, i);
                assertThrows(IOException.class, () -> filters.decode(cut, 0), i + " bytes");
            }
            assertArrayEquals(good, filters.decode(stored, 0));
        }
    }

    private static double[] frame(FrameSource source, int index) {
        ByteBuffer out = ByteBuffer.allocateDirect((int) source.bytesPerFrame()).order(ByteOrder.nativeOrder());
        try {
            source.read(index, 1, out);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return IntStream.range(0, 63).mapToDouble(i -> source.type() == FrameSource.U16 ? out.getShort(2 * i) & 0xffff : out.getFloat(4 * i)).toArray();
    }

    /** Chunks that several threads want at the same time, more than are kept. */
    @Test
    void threadsReadTheSame() throws IOException {
        for (String name : new String[] {"gzip", "bitshuffle", "plain"}) {
            try (FrameSource source = open(own("chunks.h5"), name).source) {
                double[][] single = TestFiles.frames(source);
                source.close();
                IntStream.range(0, 400).parallel().forEach(k -> assertArrayEquals(single[k % 15], frame(source, k % 15)));
            }
        }
    }

    @Test
    void aFileThatShrinksWhileItIsRead() throws IOException {
        Path copy = folder.resolve("shrinks.h5");
        Files.copy(own("chunks.h5").toPath(), copy);
        long length = Files.size(copy);
        for (String name : new String[] {"plain", "noise"}) {
            try (FrameSource source = open(copy.toFile(), name).source) {
                try (RandomAccessFile shrink = new RandomAccessFile(copy.toFile(), "rw")) {
                    shrink.setLength(length / 20);
                }
                IOException e = assertThrows(IOException.class, () -> TestFiles.frames(source));
                assertTrue(e.getMessage().contains("shrinks.h5") && e.getMessage().contains("cut off"), e.getMessage());
            }
            Files.write(copy, Files.readAllBytes(own("chunks.h5").toPath()));
        }
    }

    @Test
    void inflatingIsFast() throws IOException {
        File file = data("cube/FPD_HDF5.hdf5");
        ThreadMXBean clock = ManagementFactory.getThreadMXBean(); // processor time: the computer may have other work
        double best = Double.MAX_VALUE;
        for (int i = 0; i < 5; i++) {
            try (FrameSource source = TestFiles.open(file).source) {
                ByteBuffer out = ByteBuffer.allocateDirect((int) (32 * source.bytesPerFrame())).order(ByteOrder.nativeOrder());
                long start = clock.getCurrentThreadCpuTime();
                for (int f = 0; f < 256; f += 32) {
                    source.read(f, 32, out);
                }
                best = Math.min(best, (clock.getCurrentThreadCpuTime() - start) * 1e-9);
            }
        }
        System.out.printf("HDF5, gzip and shuffle, one thread: %.0f MB/s of patterns%n", 256 * 65536 * 2 / best / 1e6);
        assertTrue(best < 2, best + " s"); // without the cache every chunk would be inflated eight times
    }
}
