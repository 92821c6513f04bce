/* SPDX-License-Identifier: GPL-3.0-or-later */
package vitromap.commands;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ij.IJ;
import ij.ImagePlus;
import ij.io.TiffDecoder;
import java.io.File;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import vitromap.engine.Dataset;
import vitromap.engine.NativeLoader;
import vitromap.io.DatasetFile;
import vitromap.io.OpenOptions;

/** What a dataset knows goes along as far as the format can hold it, and the log has the rest; the file's name. */
class ExportKnowledgeTest {
    private static final String[] KEYS = {Dataset.VOLTAGE, Dataset.Q_PER_PX, Dataset.SCAN_STEP, Dataset.ROTATION, Dataset.FLIP, Dataset.CENTER_X, Dataset.CENTER_Y,
        Dataset.ELLIPSE, Dataset.MASK, Dataset.CAMERA_LENGTH, Dataset.SCAN_ROTATION};

    @TempDir
    Path folder;

    private final List<String> log = new ArrayList<>();

    @BeforeAll
    static void library() {
        NativeLoader.load();
    }

    private File export(ImagePlus image, String name, String format) throws IOException {
        return Export.write(image, folder.resolve(name).toString(), format, log::add);
    }

    private static ImagePlus knowing() {
        ImagePlus image = IJ.createHyperStack("knowing", 6, 5, 1, 3, 2, 16);
        char[] mask = new char[100_000]; // an attribute of HDF5 would not hold it
        Arrays.fill(mask, 'x');
        String[] values = {"299.99999", "0.0120", "2.50", "-17.25", "1", "2.4000000000000004", "1.900", "1.01,0.002,0.99", new String(mask) + "\u00e9=", "150",
            "33.5"};
        for (int i = 0; i < KEYS.length; i++) {
            image.setProp(KEYS[i], values[i]);
        }
        return image;
    }

    @Test
    void whatTheDatasetKnows() throws IOException {
        ImagePlus image = knowing();
        for (String format : new String[] {"EMD HDF5", "TIFF"}) {
            ImagePlus read = Open.open(export(image, "knowing", format), new OpenOptions());
            for (String key : KEYS) {
                assertEquals(image.getProp(key), read.getProp(key), format + ": " + key);
            }
            assertEquals("3,2", read.getProp(Dataset.SCAN));
        }
        assertTrue(log.stream().noneMatch(line -> line.contains("Property.set")), "these formats hold all");
    }

    /** NPY and raw: the lines in the log open the file and tell the rest. */
    @Test
    void whatTheFormatCannotHoldIsInTheLog() throws IOException {
        ImagePlus image = knowing();
        image.setProp(Dataset.MASK, "none");
        File npy = export(image, "knowing", "NPY");
        String told = log.get(log.size() - 1);
        assertTrue(told.contains("run(\"4D-STEM Open...\", \"path=[" + npy.getPath() + "]\");"), told);
        Matcher line = Pattern.compile("(?m)^Property.set\\(\"(.*)\", \"(.*)\"\\);$").matcher(told);
        int found = 0;
        while (line.find()) {
            assertEquals(image.getProp(line.group(1)), line.group(2));
            found++;
        }
        assertEquals(KEYS.length, found);
        export(image, "knowing", "raw");
        told = log.get(log.size() - 1);
        assertTrue(told.contains("scan_x=3 scan_y=2 detector_x=6 detector_y=5 type=[16-bit unsigned] little_endian\");"), told);
        log.clear();
        export(IJ.createHyperStack("knows nothing", 6, 5, 1, 3, 2, 8), "nothing", "NPY");
        assertEquals(1, log.size(), log.toString());
    }

    /** Centre, scale and step stand where other programs look, too. */
    @Test
    void tiffHasImageJsOwnMetadata() throws IOException {
        ImagePlus image = knowing();
        image.setProperty("Info", "measured on a Tuesday");
        image.getCalibration().pixelWidth = 0.5;
        image.getCalibration().setUnit("1/nm");
        image.setDisplayRange(3, 77);
        File file = export(image, "knowing", "TIFF");
        ImagePlus read = IJ.openImage(file.getPath());
        assertEquals("measured on a Tuesday", read.getInfoProperty());
        assertEquals(0.5, read.getCalibration().pixelWidth);
        assertEquals("1/nm", read.getCalibration().getUnit());
        assertEquals("3.0 77.0", read.getDisplayRangeMin() + " " + read.getDisplayRangeMax());
        assertNotNull(new TiffDecoder(folder + File.separator, file.getName()).getTiffInfo()[0].description);
    }

    @Test
    void extensions() {
        String[][] cases = {{"/d/scan", "0", "/d/scan.emd"}, {"/d/scan.h5", "0", "/d/scan.h5"}, {"/d/scan.HDF5", "0", "/d/scan.HDF5"},
            {"/d/scan.mib", "0", "/d/scan.mib.emd"}, {"/d/scan.tif", "1", "/d/scan.npy"}, {"/d/scan 2.5 nm", "3", "/d/scan 2.5 nm.tif"},
            {"/d/scan.tiff", "3", "/d/scan.tiff"}, {"/d.npy/scan", "2", "/d.npy/scan.raw"}, {"/d/scan.emd", "2", "/d/scan.raw"}, {"/d/scan.", "1", "/d/scan..npy"}};
        for (String[] c : cases) {
            assertEquals(c[2], DatasetFile.complete(c[0].replace('/', File.separatorChar), Integer.parseInt(c[1])).replace(File.separatorChar, '/'));
        }
    }
}
