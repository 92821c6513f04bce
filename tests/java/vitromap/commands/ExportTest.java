/* SPDX-License-Identifier: GPL-3.0-or-later */
package vitromap.commands;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ij.IJ;
import ij.ImagePlus;
import ij.ImageStack;
import ij.plugin.FileInfoVirtualStack;
import ij.process.ImageProcessor;
import io.jhdf.HdfFile;
import io.jhdf.api.dataset.ContiguousDataset;
import java.io.File;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import vitromap.TestScan;
import vitromap.engine.Dataset;
import vitromap.engine.NativeLoader;
import vitromap.io.DatasetFile;
import vitromap.io.OpenOptions;
import vitromap.io.TestFiles;

/** A file that is read back has the same numbers in the same order and type. */
class ExportTest {
    private static final int WIDTH = 5, HEIGHT = 4, SCAN_X = 3, SCAN_Y = 2, PIXELS = WIDTH * HEIGHT * SCAN_X * SCAN_Y;
    /** Bytes of a number, by place in OpenOptions.TYPES; 0 = a bit. */
    private static final int[] BYTES = {1, 2, 4, 1, 2, 4, 4, 8, 8, 8, 0, 2};
    private static final String[] NPY = {"|u1", "<u2", "<f4", "|i1", "<i2", "<u4", "<i4", "<u8", "<i8", "<f8", "|u1", "<f2"};
    private static final int FLOAT = 2, BIT = 10;

    @TempDir
    Path folder;

    @BeforeAll
    static void library() {
        NativeLoader.load();
    }

    private final List<String> log = new ArrayList<>();

    private File export(ImagePlus image, String name, String format) throws IOException {
        return Export.write(image, folder.resolve(name).toString(), format, log::add);
    }

    /** A big-endian raw file of a type, opened. */
    private ImagePlus raw(int type, byte[] bytes) throws IOException {
        Path file = folder.resolve("input" + type + ".dat");
        Files.write(file, bytes);
        OpenOptions options = new OpenOptions();
        options.type = OpenOptions.TYPES[type];
        options.littleEndian = false;
        options.detectorX = WIDTH;
        options.detectorY = HEIGHT;
        options.scanX = SCAN_X;
        return Open.open(file.toFile(), options);
    }

    private static byte[] random(int type) {
        byte[] bytes = new byte[type == BIT ? PIXELS / WIDTH : PIXELS * BYTES[type]];
        new Random(type).nextBytes(bytes);
        return bytes;
    }

    /** The same numbers in little-endian order, a byte for a bit. */
    private static byte[] turned(int type, byte[] bytes) {
        int size = Math.max(1, BYTES[type]);
        byte[] out = new byte[PIXELS * size];
        for (int i = 0; i < out.length; i++) {
            int x = i % WIDTH;
            out[i] = type == BIT ? (byte) (bytes[i / WIDTH] >> (7 - x) & 1) : bytes[i / size * size + size - 1 - i % size];
        }
        return out;
    }

    private static byte[] tail(File file, int length) throws IOException {
        byte[] all = Files.readAllBytes(file.toPath());
        return Arrays.copyOfRange(all, all.length - length, all.length);
    }

    private static double[][] frames(ImagePlus image) throws IOException {
        return TestFiles.frames(Dataset.of(image).source());
    }

    private static void assertSame(ImagePlus expected, ImagePlus read) throws IOException {
        assertEquals(expected.getNSlices() + " x " + expected.getNFrames(), read.getNSlices() + " x " + read.getNFrames());
        double[][] e = frames(expected);
        double[][] r = frames(read);
        assertEquals(e.length, r.length);
        for (int i = 0; i < e.length; i++) {
            assertArrayEquals(e[i], r[i], "pattern " + i);
        }
    }

    private ImagePlus open(File file, ImagePlus like, int type) throws IOException {
        OpenOptions options = new OpenOptions();
        if (file.getName().endsWith(".raw")) {
            options.detectorX = like.getWidth();
            options.detectorY = like.getHeight();
            options.scanX = like.getNSlices();
            options.scanY = like.getNFrames();
            options.type = OpenOptions.TYPES[type];
        }
        return Open.open(file, options);
    }

    @Test
    void everyTypeKeepsItsBytes() throws IOException {
        for (int type = 0; type < BYTES.length; type++) {
            byte[] bytes = random(type);
            byte[] expected = turned(type, bytes);
            ImagePlus image = raw(type, bytes);
            int kept = type == BIT ? 0 : type;
            File raw = export(image, "out" + type, "raw");
            assertArrayEquals(expected, Files.readAllBytes(raw.toPath()), OpenOptions.TYPES[type]);
            File npy = export(image, "out" + type, "NPY");
            npyHead(npy, type, expected.length);
            assertArrayEquals(expected, tail(npy, expected.length), OpenOptions.TYPES[type]);
            File emd = export(image, "out" + type, "EMD HDF5");
            assertArrayEquals(expected, tail(emd, expected.length), OpenOptions.TYPES[type]);
            for (File file : new File[] {raw, npy, emd}) {
                assertSame(image, open(file, image, kept));
            }
        }
    }

    /** The head by the format's description alone. */
    private static void npyHead(File file, int type, int bytes) throws IOException {
        byte[] all = Files.readAllBytes(file.toPath());
        int length = (all[8] & 0xff) + 256 * (all[9] & 0xff);
        assertEquals("\u0093NUMPY\1\0", new String(all, 0, 8, StandardCharsets.ISO_8859_1));
        assertEquals(all.length, 10 + length + bytes);
        assertEquals(0, (10 + length) % 64);
        String text = new String(all, 10, length, StandardCharsets.US_ASCII);
        assertEquals("{'descr': '" + NPY[type] + "', 'fortran_order': False, 'shape': (2, 3, 4, 5), }", text.trim());
        assertTrue(text.endsWith("\n"));
    }

    /** As the HDF5 library reads it: what type it is said to be. */
    @Test
    void hdf5TypesAndAxes() throws IOException {
        for (int type = 0; type < BYTES.length; type++) {
            ImagePlus image = raw(type, random(type));
            image.setProp(Dataset.SCAN_STEP, 2.5);
            image.setProp(Dataset.Q_PER_PX, 0.0123);
            try (HdfFile file = new HdfFile(export(image, "types", "EMD HDF5").toPath())) {
                io.jhdf.api.Dataset data = file.getDatasetByPath("/datacube_root/datacube/data");
                assertArrayEquals(new int[] {2, 3, 4, 5}, data.getDimensions());
                assertTrue(data instanceof ContiguousDataset);
                Object first = java.lang.reflect.Array.get(data.getDataFlat(), 0);
                byte[] kept = turned(type, random(type));
                assertEquals(number(type, kept), first.toString(), OpenOptions.TYPES[type]);
                assertArrayEquals(new double[] {0, 2.5}, (double[]) file.getDatasetByPath("/datacube_root/datacube/dim1").getData());
                assertArrayEquals(new double[] {0, 0.0123}, (double[]) file.getDatasetByPath("/datacube_root/datacube/dim3").getData());
                assertEquals("A^-1", file.getDatasetByPath("/datacube_root/datacube/dim3").getAttribute("units").getData());
                assertEquals("nm", file.getDatasetByPath("/datacube_root/datacube/dim0").getAttribute("units").getData());
                assertEquals("array", file.getByPath("/datacube_root/datacube").getAttribute("emd_group_type").getData());
            }
        }
    }

    /** The first number, as Java writes it. */
    private static String number(int type, byte[] bytes) {
        ByteBuffer b = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
        switch (type) {
            case 1:
                return "" + (b.getShort(0) & 0xffff);
            case FLOAT:
                return "" + b.getFloat(0);
            case 3:
                return "" + b.get(0);
            case 4:
                return "" + b.getShort(0);
            case 5:
                return "" + (b.getInt(0) & 0xffffffffL);
            case 6:
                return "" + b.getInt(0);
            case 7:
                return Long.toUnsignedString(b.getLong(0));
            case 8:
                return "" + b.getLong(0);
            case 9:
                return "" + b.getDouble(0);
            case 11:
                int bits = b.getShort(0) & 0xffff;
                double size = (bits & 0x7c00) == 0 ? Math.scalb(bits & 1023, -24) : Math.scalb(1024 + (bits & 1023), (bits >> 10 & 31) - 25);
                return "" + (float) (bits > 0x7fff ? -size : size);
            default:
                return "" + (b.get(0) & 0xff);
        }
    }

    /** Numbers that 32-bit float holds, in every type; ImageJ itself reads the file, in memory and virtually. */
    @Test
    void tiffAsImageJReadsIt() throws IOException {
        for (int type = 0; type < BYTES.length; type++) {
            byte[] bytes = random(type);
            for (int i = 0; BYTES[type] >= 4 && type != FLOAT && i < bytes.length; i++) { // whole numbers of 24 bits, or doubles with as few
                bytes[i] = type == 9 ? i % 8 > 3 ? 0 : (byte) (i % 8 == 0 ? 0x40 : bytes[i] & 0x7f) : i % BYTES[type] < BYTES[type] - 3 ? 0 : bytes[i];
            }
            ImagePlus image = raw(type, bytes);
            File file = export(image, "out" + type, "TIFF");
            assertSame(image, open(file, image, type));
            ImagePlus inMemory = IJ.openImage(file.getPath());
            assertEquals("3 x 2", inMemory.getNSlices() + " x " + inMemory.getNFrames());
            assertSame(image, inMemory);
            assertSame(image, FileInfoVirtualStack.openVirtual(file.getPath()));
            directories(file, image);
        }
        assertTrue(log.stream().anyMatch(line -> line.contains("32-bit unsigned") && line.contains("same number")), log.toString());
    }

    /** Every slice has a directory that leads to its pixels, for programs that do not know ImageJ's way. */
    private static void directories(File file, ImagePlus image) throws IOException {
        ByteBuffer bytes = ByteBuffer.wrap(Files.readAllBytes(file.toPath())).order(ByteOrder.LITTLE_ENDIAN);
        double[][] frames = frames(image);
        int at = bytes.getInt(4);
        for (double[] frame : frames) {
            int bits = 0;
            int offset = 0;
            int count = bytes.getShort(at);
            for (int i = 0; i < count; i++) {
                int entry = at + 2 + 12 * i;
                bits = bytes.getShort(entry) == 258 ? bytes.getShort(entry + 8) : bits;
                offset = bytes.getShort(entry) == 273 ? bytes.getInt(entry + 8) : offset;
            }
            for (int i = 0; i < frame.length; i++) {
                double value = bits == 8 ? bytes.get(offset + i) & 0xff : bits == 16 ? bytes.getShort(offset + 2 * i) & 0xffff : bytes.getFloat(offset + 4 * i);
                assertEquals(frame[i], value);
            }
            at = bytes.getInt(at + 2 + 12 * count);
        }
        assertEquals(0, at);
    }

    @Test
    void aNumberThatCannotBeKeptIsToldAndNothingIsWritten() throws IOException {
        byte[] bytes = new byte[PIXELS * 4];
        ByteBuffer.wrap(bytes).putInt(4 * (4 * WIDTH * HEIGHT + 7), 16777217);
        ImagePlus image = raw(5, bytes);
        ExportErrorsTest.refused(() -> export(image, "wide", "TIFF"), "pattern 5 has 16777217 at (2, 1)", "EMD HDF5, NPY and raw");
        assertFalse(Files.exists(folder.resolve("wide.tif")));
        assertSame(image, open(export(image, "wide", "NPY"), image, 5));
    }

    /** What ImageJ's own stacks hold, in memory and through a virtual stack of another program. */
    @Test
    void otherStacks() throws IOException {
        for (int bits : new int[] {8, 16, 32}) {
            ImagePlus image = IJ.createHyperStack("other", 7, 3, 1, 3, 5, bits);
            Random random = new Random(bits);
            for (int s = 1; s <= 15; s++) {
                ImageProcessor slice = image.getStack().getProcessor(s);
                for (int i = 0; i < 21; i++) {
                    slice.setf(i, bits == 32 ? (float) random.nextGaussian() : random.nextInt(1 << bits));
                }
            }
            image.setProp(Dataset.VOLTAGE, 200);
            for (String format : DatasetFile.FORMATS) {
                File file = export(image, "memory" + bits, format);
                assertSame(image, open(file, image, bits == 8 ? 0 : bits == 16 ? 1 : FLOAT));
                File virtual = export(TestScan.virtual(image, 0), "virtual" + bits, format);
                if (!format.equals("TIFF") && !format.startsWith("EMD")) { // those have the properties, which the virtual one lacks
                    assertArrayEquals(Files.readAllBytes(file.toPath()), Files.readAllBytes(virtual.toPath()));
                }
                assertSame(image, open(virtual, image, bits == 8 ? 0 : bits == 16 ? 1 : FLOAT));
            }
        }
    }

    @Test
    void imageJsSigned16Bits() throws IOException {
        ImagePlus image = IJ.createHyperStack("signed", 4, 2, 1, 2, 2, 16);
        for (int i = 0; i < 8; i++) {
            image.getStack().getProcessor(3).set(i, 32768 + 1000 * i - 3500);
        }
        image.getCalibration().setSigned16BitCalibration();
        image.setDisplayRange(30000, 36000);
        for (String format : DatasetFile.FORMATS) {
            ImagePlus read = open(export(image, "signed", format), image, 4);
            assertEquals(-3500, frames(read)[2][0]);
            assertSame(image, read);
        }
        assertTrue(log.toString().contains("16-bit signed"), log.toString());
    }

    @Test
    void scansOfAnyShape() throws IOException {
        int[][] shapes = {{1, 1}, {7, 1}, {1, 7}, {13, 11}};
        for (int[] shape : shapes) {
            ImagePlus image = IJ.createImage("shape", "16-bit ramp", 6, 5, shape[0] * shape[1]);
            for (int s = 1; s <= image.getStackSize(); s++) {
                image.getStack().getProcessor(s).add(s);
            }
            Dataset.setScan(image, shape[0], shape[1]);
            for (String format : DatasetFile.FORMATS) {
                assertSame(image, open(export(image, "shape", format), image, 1));
            }
        }
    }

    /** 320 patterns of 64 x 64 in 32 bits are 5 MB: chunks of 4 MB, by several threads. */
    @Test
    void largerThanAChunk() throws IOException {
        ImageStack stack = new ImageStack(64, 64);
        for (int s = 0; s < 320; s++) {
            float[] pixels = new float[64 * 64];
            for (int i = 0; i < pixels.length; i++) {
                pixels[i] = s * 4096 + i;
            }
            stack.addSlice(null, pixels);
        }
        ImagePlus image = TestScan.hyperstack("large", stack, 20, 16);
        for (String format : DatasetFile.FORMATS) {
            assertSame(image, open(export(image, "large", format), image, FLOAT));
        }
    }

    /** Slices that were put in another order, and one that was taken out. */
    @Test
    void theOrderOfTheStack() throws IOException {
        ImagePlus image = raw(6, random(6));
        image.getStack().deleteSlice(2);
        image.getStack().deleteSlice(5);
        ImagePlus left = TestScan.hyperstack("left", image.getStack(), 2, 2);
        byte[] all = turned(6, random(6));
        int frame = 4 * WIDTH * HEIGHT;
        byte[] written = Files.readAllBytes(export(left, "left", "raw").toPath());
        int[] kept = {0, 2, 3, 4};
        assertEquals(4 * frame, written.length);
        for (int i = 0; i < 4; i++) {
            assertArrayEquals(Arrays.copyOfRange(all, kept[i] * frame, (kept[i] + 1) * frame), Arrays.copyOfRange(written, i * frame, (i + 1) * frame));
        }
    }
}
