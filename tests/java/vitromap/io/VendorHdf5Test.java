/* SPDX-License-Identifier: GPL-3.0-or-later */
package vitromap.io;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static vitromap.io.TestFiles.data;
import static vitromap.io.TestFiles.own;
import static vitromap.io.TestFiles.refused;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import vitromap.engine.Dataset;

/** HDF5 files as DECTRIS and Velox write them: those of tests/data/vendors.py, and a real one. */
class VendorHdf5Test {
    @TempDir
    Path folder;

    private static void assertFrames(double[][] frames, int first, boolean shorts) {
        for (int f = 0; f < frames.length; f++) {
            for (int i = 0; i < 80; i++) {
                int value = (int) (((first + f) * 80L + i) * 7919 % 70001);
                assertEquals(shorts ? value & 0xffff : value, frames[f][i]);
            }
        }
    }

    private File copy(String name) throws IOException {
        return TestFiles.write(folder, name, Files.readAllBytes(own(name).toPath()));
    }

    @Test
    void aMasterAndItsDataFilesAreOneRecording() throws IOException {
        Recording recording = TestFiles.open(own("arina_master.h5"));
        assertEquals("3 x 2 of 10 x 8", recording.scanX + " x " + recording.scanY + " of " + recording.source.width() + " x "
                + recording.source.height());
        assertEquals(200, recording.values.get(Dataset.VOLTAGE), 0);
        assertTrue(recording.notes.isEmpty(), recording.notes.toString());
        assertFrames(TestFiles.frames(recording.source), 0, false);
        recording.source.close();
        assertFrames(TestFiles.frames(TestFiles.open(own("arina_data_000002.h5")).source), 4, false);
        OpenOptions options = new OpenOptions();
        options.dataset = "entry/data/data_000002";
        options.scanX = 2;
        assertFrames(TestFiles.frames(Formats.open(own("arina_master.h5"), options).source), 4, false);
    }

    @Test
    void aMissingOrDamagedPartIsAnError() throws IOException {
        File master = copy("arina_master.h5");
        refused(master, "patterns are missing", "data_000001");
        copy("arina_data_000001.h5");
        refused(master, "patterns are missing", "arina_data_000002.h5", "not in the same folder");
        File second = copy("arina_data_000002.h5");
        assertEquals(6, TestFiles.open(master).source.frames());
        Files.write(second.toPath(), new byte[100]);
        refused(master, "data_000002");
        OpenOptions options = new OpenOptions();
        options.dataset = "entry/data/data_000001";
        options.scanX = 4;
        options.scanY = 1;
        assertFrames(TestFiles.frames(Formats.open(master, options).source), 0, false); // what is there can be had
    }

    @Test
    void arina() throws IOException {
        Recording recording = TestFiles.open(data("formats/hdf5/test_00_master.h5"));
        assertEquals("4 x 4 of 192 x 192", recording.scanX + " x " + recording.scanY + " of " + recording.source.width() + " x "
                + recording.source.height());
        assertEquals(300, recording.values.get(Dataset.VOLTAGE), 0);
        for (double[] frame : TestFiles.frames(recording.source)) { // recorded without a beam: h5py finds zeros too
            for (double pixel : frame) {
                assertEquals(0, pixel);
            }
        }
        recording.source.close();
        Recording part = TestFiles.open(data("formats/hdf5/test_00_data_000001.h5"));
        assertEquals(16, part.source.frames());
        part.source.close();
    }

    @Test
    void whatADialogOffers() throws IOException {
        Survey several = Survey.of(own("chunks.h5"), new OpenOptions());
        assertTrue(several.datasets.contains("/noise [4, 8, 8]") && several.datasets.size() > 5 && !several.isClear(), several.datasets.toString());
        assertEquals("/a [b/c", Survey.path("/a [b/c [4, 8, 8]"));
        Survey clear = Survey.of(own("arina_master.h5"), new OpenOptions());
        assertTrue(clear.isClear() && clear.datasets.isEmpty() && clear.shape.equals("3 x 2"), clear.shape + clear.datasets);
        Survey unknown = Survey.of(own("velox-plain.emd"), new OpenOptions());
        assertTrue(!unknown.isClear() && unknown.proposals.contains("2 x 2, fly-back 1"), unknown.proposals.toString());
    }

    /** What is dropped on ImageJ's window: a recording, or something else that ImageJ should see to. */
    @Test
    void recordingsAreToldFromOtherFiles() throws IOException {
        assertTrue(Formats.isRecording(own("arina_master.h5")));
        assertTrue(Formats.isRecording(own("velox-gzip.emd")));
        assertTrue(Formats.isRecording(TestFiles.write(folder, "movie.seq", SeqTest.seq(5, 16))));
        for (String name : new String[] {"a.xml", "a.tif", "a.npy", "a.raw", "a.txt", "a.h5"}) {
            assertTrue(!Formats.isRecording(TestFiles.write(folder, name, "<html> neither this nor that".getBytes())), name);
        }
        assertTrue(!Formats.isRecording(folder.toFile()) && !Formats.isRecording(folder.resolve("nowhere.npy").toFile()));
        Path other = Files.createDirectory(folder.resolve("empad"));
        Files.copy(data("formats/empad/map4x4.xml").toPath(), other.resolve("map4x4.xml"));
        Files.copy(data("formats/empad/scan_x4_y4.raw").toPath(), other.resolve("scan_x4_y4.raw"));
        assertTrue(Formats.isRecording(other.resolve("map4x4.xml").toFile()) && Formats.isRecording(other.resolve("scan_x4_y4.raw").toFile()));
    }

    @Test
    void veloxHasItsFramesLast() throws IOException {
        for (String name : new String[] {"velox-chunks.emd", "velox-gzip.emd", "velox-plain.emd"}) {
            OpenOptions options = new OpenOptions();
            options.scanX = 3;
            Recording recording = Formats.open(own(name), options);
            assertEquals("10 x 8", recording.source.width() + " x " + recording.source.height());
            assertFrames(TestFiles.frames(recording.source), 0, true);
            assertEquals(300, recording.values.get(Dataset.VOLTAGE), 1e-9);
            assertEquals(0.0123, recording.values.get(Dataset.Q_PER_PX), 1e-12);
            assertEquals(185, recording.values.get(Dataset.CAMERA_LENGTH), 1e-9);
            recording.source.close();
        }
    }
}
