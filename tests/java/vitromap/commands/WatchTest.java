// SPDX-License-Identifier: GPL-3.0-or-later
package vitromap.commands;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ij.IJ;
import ij.ImagePlus;
import java.awt.event.KeyEvent;
import java.io.ByteArrayOutputStream;
import java.io.File;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import vitromap.TestScan;
import vitromap.engine.Cancelled;
import vitromap.engine.VitroException;
import vitromap.io.OpenOptions;

/** Files that grow by odd pieces while they are watched. Where a viewer is asked whether it is still open, the next piece is written: no clock decides. */
class WatchTest {
    private static final int X = 8;
    private static final int Y = 6;
    private static final int SIDE = 64;
    private static final int FRAME = 2 * SIDE * SIDE;
    private static final String ANNULUS = VirtualImages.NAME + " detector=annulus inner_radius=8 outer_radius=14 center_x=31.5 center_y=31.5";
    private static final TestScan SCAN = TestScan.of(X, Y, SIDE, 3e5, 7);

    @TempDir
    Path folder;
    private final Watch.Settings settings = new Watch.Settings();
    private final List<String> log = new ArrayList<>();

    /** Writes a file while it is watched. */
    private class Writer implements GrowingScan.Viewer {
        final File file;
        final byte[] bytes;
        final int piece;
        int written;
        int stopAt = Integer.MAX_VALUE;
        Runnable then = () -> { };
        boolean open = true;
        ImagePlus[] maps;
        final List<Integer> counts = new ArrayList<>();

        Writer(File file, byte[] bytes, int piece) throws IOException {
            this.file = file;
            this.bytes = bytes;
            this.piece = piece;
            Files.write(file.toPath(), new byte[0]);
            settings.path = file.getPath();
        }

        @Override
        public void show(ImagePlus[] shown) {
            maps = shown;
            counts.add(measured(shown[0]));
        }

        @Override
        public boolean isOpen() {
            int n = Math.min(piece, bytes.length - written);
            if (written >= stopAt) {
                then.run();
                return open;
            }
            try (RandomAccessFile out = new RandomAccessFile(file, "rw")) {
                out.seek(written);
                out.write(bytes, written, n);
                written += n;
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
            return true;
        }

        ImagePlus[] watch() throws IOException {
            return new GrowingScan(settings, this, log::add).run();
        }
    }

    @BeforeEach
    void quick() {
        settings.interval = 1e-4;
        settings.patience = 0.2;
        settings.command = ANNULUS;
        IJ.resetEscape();
    }

    private static int measured(ImagePlus map) {
        int n = 0;
        for (float value : pixels(map, 1)) {
            n += Float.isNaN(value) ? 0 : 1;
        }
        return n;
    }

    private static float[] pixels(ImagePlus map, int slice) {
        return (float[]) map.getStack().getPixels(slice);
    }

    /** The scan's patterns, each after its header and before its tail. */
    private static byte[] patterns(ByteOrder order, int header, int tail) {
        ByteBuffer out = ByteBuffer.allocate(X * Y * (header + FRAME + tail)).order(order);
        for (int i = 1; i <= X * Y; i++) {
            out.position(out.position() + header);
            for (short value : (short[]) SCAN.image.getStack().getPixels(i)) {
                out.putShort(value);
            }
            out.position(out.position() + tail);
        }
        return out.array();
    }

    private Writer raw(int piece) throws IOException {
        settings.file.scanX = X;
        settings.file.scanY = Y;
        settings.file.detectorX = SIDE;
        settings.file.detectorY = SIDE;
        return new Writer(folder.resolve("a scan.raw").toFile(), patterns(ByteOrder.LITTLE_ENDIAN, 0, 0), piece);
    }

    private Writer mib() throws IOException {
        return new Writer(folder.resolve("scan.mib").toFile(), mibBytes(), 9001);
    }

    private byte[] mibBytes() throws IOException {
        byte[] bytes = patterns(ByteOrder.BIG_ENDIAN, 384, 0);
        for (int i = 0; i < X * Y; i++) {
            String head = String.format("MQ1,%06d,00384,01,%04d,%04d,U16,   1x1,01,2024-01-01 00:00:00.0,0.001,0,0,1,", i + 1, SIDE, SIDE);
            System.arraycopy(head.getBytes(StandardCharsets.US_ASCII), 0, bytes, i * (384 + FRAME), head.length());
        }
        String hdr = "HDR,\t\nFrames in Acquisition (Number):\t" + X * Y + "\nFrames per Trigger (Number):\t" + X + "\n";
        Files.write(folder.resolve("scan.hdr"), hdr.getBytes(StandardCharsets.US_ASCII));
        return bytes;
    }

    private Writer npy() throws IOException {
        byte[] head = new byte[128];
        Arrays.fill(head, (byte) ' ');
        byte[] text = ("\u0093NUMPY\1\0" + (char) 118 + "\0{'descr': '<u2', 'fortran_order': False, 'shape': (" + Y + ", " + X + ", " + SIDE + ", " + SIDE + "), }")
                .getBytes(StandardCharsets.ISO_8859_1);
        System.arraycopy(text, 0, head, 0, text.length);
        head[127] = '\n';
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.write(head);
        out.write(patterns(ByteOrder.LITTLE_ENDIAN, 0, 0));
        return new Writer(folder.resolve("scan.npy").toFile(), out.toByteArray(), 7919);
    }

    /** An EMPAD's patterns are floats of 130 rows of 128, its file's name tells the scan; the pattern is put into a corner. */
    private Writer empad() throws IOException {
        ByteBuffer out = ByteBuffer.allocate(X * Y * 130 * 128 * 4).order(ByteOrder.LITTLE_ENDIAN);
        for (int i = 0; i < X * Y; i++) {
            short[] pixels = (short[]) SCAN.image.getStack().getPixels(i + 1);
            for (int k = 0; k < pixels.length; k++) {
                out.putFloat(4 * (i * 130 * 128 + k / SIDE * 128 + k % SIDE), pixels[k]);
            }
        }
        return new Writer(folder.resolve("scan_x" + X + "_y" + Y + ".raw").toFile(), out.array(), 70001);
    }

    private ImagePlus opened() throws IOException {
        OpenOptions o = new OpenOptions();
        o.scanX = settings.file.scanX;
        o.scanY = settings.file.scanY;
        o.flyback = settings.file.flyback;
        o.skip = settings.file.skip;
        o.detectorX = settings.file.detectorX;
        o.detectorY = settings.file.detectorY;
        return Open.open(new File(settings.path), o);
    }

    /** What was shown last is what the command makes of the finished file. */
    private void expectFinal(Writer writer, ImagePlus[] expected, ImagePlus[] found) {
        assertArrayEquals(found, writer.maps);
        assertEquals(expected.length, found.length);
        for (int m = 0; m < expected.length; m++) {
            assertEquals(expected[m].getTitle(), found[m].getTitle());
            assertEquals(expected[m].getProperty("Info"), found[m].getProperty("Info"));
            for (int s = 1; s <= expected[m].getStackSize(); s++) {
                assertArrayEquals(pixels(expected[m], s), pixels(found[m], s), found[m].getTitle() + " " + s);
            }
        }
        assertTrue(log.get(log.size() - 1).contains("all " + X * Y + " patterns came"), log.toString());
    }

    private void expectFills(Writer writer) throws IOException {
        ImagePlus[] found = writer.watch();
        VirtualImages.Settings annulus = new VirtualImages.Settings();
        annulus.read(annulus.params().read(ANNULUS.substring(VirtualImages.NAME.length())));
        expectFinal(writer, new ImagePlus[] {VirtualImages.compute(opened(), annulus, line -> { })}, found);
        assertEquals(X * Y, measured(found[0]));
        assertTrue(writer.counts.size() > Y && writer.counts.get(0) == X, writer.counts.toString());
        for (int i = 1; i < writer.counts.size(); i++) {
            assertTrue(writer.counts.get(i) > writer.counts.get(i - 1), writer.counts.toString());
        }
    }

    @Test
    void rawMibNpyEmpad() throws IOException {
        expectFills(raw(5003));
        settings.file = new OpenOptions();
        expectFills(mib());
        expectFills(npy());
        expectFills(empad());
    }

    /** Only what is whole is ever mapped, and it has the final numbers at once where nothing had to be measured. */
    @Test
    void aPatternIsUsedWhenItIsWhole() throws IOException {
        Writer whole = raw(FRAME);
        float[] expected = pixels(whole.watch()[0], 1);
        Writer writer = new Writer(folder.resolve("b.raw").toFile(), whole.bytes, 3001) {
            @Override
            public void show(ImagePlus[] shown) {
                super.show(shown);
                assertTrue(measured(shown[0]) <= written / FRAME || written == bytes.length);
                for (int i = 0; i < X * Y; i++) {
                    float value = pixels(shown[0], 1)[i];
                    assertTrue(Float.isNaN(value) || value == expected[i], "pattern " + i);
                }
            }
        };
        writer.watch();
    }

    /** The first part is complete, and is what was given; the second one comes and grows. */
    @Test
    void partsOfARecording() throws IOException {
        byte[] bytes = mibBytes();
        int first = 30 * (384 + FRAME);
        Files.write(folder.resolve("scan1.mib"), Arrays.copyOf(bytes, first));
        Writer writer = new Writer(folder.resolve("scan2.mib").toFile(), Arrays.copyOfRange(bytes, first, bytes.length), 9001);
        settings.path = folder.resolve("scan1.mib").toString();
        expectFills(writer);
    }

    /** Fly-back and what came before the scan are left out of the count too. */
    @Test
    void flyback() throws IOException {
        Writer writer = raw(5003);
        settings.file.scanX = 6;
        settings.file.scanY = 5;
        settings.file.flyback = 2;
        settings.file.skip = 10;
        ImagePlus[] found = writer.watch();
        VirtualImages.Settings annulus = new VirtualImages.Settings();
        annulus.read(annulus.params().read(ANNULUS.substring(VirtualImages.NAME.length())));
        ImagePlus expected = VirtualImages.compute(opened(), annulus, line -> { });
        assertArrayEquals(pixels(expected, 1), pixels(found[0], 1));
        assertEquals(30, measured(found[0]));
    }

    @Test
    void strainMap() throws IOException {
        for (String reference : new String[] {"", " reference=0,4,8,2", " method=[direct ellipse] threshold=0.6 reference=0,0,8,1"}) {
            settings.command = StrainMap.NAME + reference;
            Writer writer = raw(30011);
            ImagePlus[] found = writer.watch();
            StrainMap.Settings strain = new StrainMap.Settings();
            strain.read(strain.params().read(reference));
            expectFinal(writer, StrainMap.compute(opened(), strain, line -> { }), found);
            assertTrue(writer.counts.size() > 3 && writer.counts.get(0) < X * Y / 2, writer.counts.toString());
        }
    }

    /** With a writer of its own, by the clock. */
    @Test
    void aWriterInItsOwnTime() throws Exception {
        settings.interval = 0.02;
        settings.patience = 5;
        settings.command = "run(\"4D-STEM Virtual Image...\", \"detector=disk outer_radius=20\");";
        Writer writer = raw(13577);
        Thread thread = new Thread(() -> {
            while (writer.written < writer.bytes.length) {
                writer.isOpen();
                IJ.wait(10);
            }
        });
        thread.start();
        ImagePlus[] found = Watch.compute(settings, log::add);
        thread.join();
        VirtualImages.Settings disk = new VirtualImages.Settings();
        disk.detector = "disk";
        disk.outerRadius = 20;
        assertArrayEquals(pixels(VirtualImages.compute(opened(), disk, line -> { }), 1), pixels(found[0], 1));
    }

    /** What is there stays; the rest is NaN, and the Info's line maps it again. */
    private void expectPart(Writer writer, int patterns, String why) {
        assertEquals(patterns, measured(writer.maps[0]));
        String told = log.get(log.size() - 1);
        assertTrue(told.contains(patterns + " of " + X * Y + " patterns") && told.contains(why), told);
        String info = (String) writer.maps[0].getProperty("Info");
        assertTrue(info.contains("run(\"4D-STEM Watch...\", \"path=") && info.contains(why), info);
    }

    @Test
    void theFileStopsGrowing() throws IOException {
        Writer writer = raw(FRAME / 2);
        writer.stopAt = 21 * FRAME + FRAME / 2;
        writer.watch();
        expectPart(writer, 21, "a scan.raw has not grown for 0.2 s");
    }

    @Test
    void lessThanARow() throws IOException {
        Writer writer = raw(FRAME);
        writer.stopAt = 3 * FRAME;
        writer.watch();
        expectPart(writer, 3, "has not grown");
    }

    @Test
    void escape() throws IOException {
        Writer writer = raw(FRAME);
        settings.interval = 30;
        settings.patience = 60;
        writer.stopAt = 10 * FRAME;
        writer.then = () -> IJ.setKeyDown(KeyEvent.VK_ESCAPE);
        Files.write(writer.file.toPath(), Arrays.copyOf(writer.bytes, 10 * FRAME));
        writer.written = 10 * FRAME;
        long start = System.nanoTime();
        writer.watch();
        assertTrue(System.nanoTime() - start < 2_000_000_000L);
        expectPart(writer, 10, "ESC was pressed");
        assertFalse(IJ.escapePressed(), "the next run would be cancelled too");
    }

    @Test
    void escapeBeforeAnything() throws IOException {
        Writer writer = raw(FRAME);
        writer.stopAt = 0;
        writer.then = () -> IJ.setKeyDown(KeyEvent.VK_ESCAPE);
        assertThrows(Cancelled.class, writer::watch);
        assertNull(writer.maps);
    }

    @Test
    void theWindowIsClosed() throws IOException {
        Writer writer = raw(FRAME);
        writer.stopAt = 20 * FRAME;
        writer.then = () -> writer.open = false;
        writer.watch();
        expectPart(writer, 20, "the map's window was closed");
    }

    private void expectEnd(Writer writer, String... parts) {
        String text = assertThrows(IOException.class, writer::watch).getMessage();
        for (String part : parts) {
            assertTrue(text.contains(part), text);
        }
        expectPart(writer, 20, parts[0]);
    }

    @Test
    void theFileShrinksOrGoesOrIsReplaced() throws IOException {
        Writer shrinks = raw(FRAME);
        shrinks.stopAt = 20 * FRAME;
        shrinks.then = () -> change(() -> Files.write(shrinks.file.toPath(), new byte[5 * FRAME]));
        expectEnd(shrinks, "a scan.raw has shrunk", 20 * FRAME + " to " + 5 * FRAME);
        Writer goes = raw(FRAME);
        goes.stopAt = 20 * FRAME;
        goes.then = () -> change(() -> Files.delete(goes.file.toPath()));
        expectEnd(goes, "a scan.raw is gone");
        Writer replaced = raw(FRAME);
        replaced.stopAt = 20 * FRAME;
        Files.write(folder.resolve("new"), new byte[25 * FRAME]);
        replaced.then = () -> change(() -> Files.move(folder.resolve("new"), replaced.file.toPath(), StandardCopyOption.REPLACE_EXISTING));
        expectEnd(replaced, "a scan.raw was replaced");
        Writer begunAnew = npy();
        begunAnew.stopAt = 20 * FRAME + 1000;
        begunAnew.then = () -> change(() -> Files.write(begunAnew.file.toPath(), with(begunAnew.bytes, "(6, 8,", "(8, 6,")));
        settings.file = new OpenOptions();
        String text = assertThrows(IOException.class, begunAnew::watch).getMessage();
        assertTrue(text.contains("another recording") && text.contains("6 x 8 patterns instead of 64 x 64 px, 8 x 6"), text);
    }

    private static byte[] with(byte[] bytes, String old, String text) {
        byte[] head = new String(bytes, 0, 128, StandardCharsets.ISO_8859_1).replace(old, text).getBytes(StandardCharsets.ISO_8859_1);
        byte[] changed = bytes.clone();
        System.arraycopy(head, 0, changed, 0, head.length);
        return changed;
    }

    private interface Change {
        void run() throws IOException;
    }

    private static void change(Change change) {
        try {
            change.run();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private String refused() {
        Exception e = assertThrows(Exception.class, () -> Watch.compute(settings, log::add));
        assertTrue(e instanceof IOException || e instanceof VitroException, e.toString());
        return e.getMessage();
    }

    private void refused(String... parts) {
        String text = refused();
        for (String part : parts) {
            assertTrue(text.contains(part), "'" + part + "' is not in: " + text);
        }
    }

    @Test
    void wrongCommandsAndKeys() throws IOException {
        settings.path = raw(FRAME).file.getPath();
        settings.patience = 60; // none of these waits
        for (String command : new String[] {"", "4D-STEM Symmetry Map...", "run(\"4D-STEM Open...\", \"path=x\")", "4D-STEM Virtual Image...detector=disk"}) {
            settings.command = command;
            refused("'" + command + "'", "Allowed", VirtualImages.NAME, StrainMap.NAME);
        }
        settings.command = VirtualImages.NAME + " radius=4";
        refused(VirtualImages.NAME + " has no key 'radius'", "inner_radius");
        settings.command = StrainMap.NAME + " method=guess";
        refused("no choice 'guess'", "ring profile; direct ellipse");
        settings.command = VirtualImages.NAME + " inner_radius=9 outer_radius=4 center_x=9 center_y=9";
        Files.write(new File(settings.path).toPath(), new byte[20 * FRAME]);
        refused("Inner_radius (9 px) must not be larger");
        settings.command = ANNULUS;
        settings.interval = 0;
        refused("Interval and patience", "0 and 60");
        settings.interval = 1;
        settings.file.scanY = 0;
        refused("a scan.raw does not say how many patterns", "scan_x and scan_y");
        settings.file.scanY = -2;
        refused("must not be negative");
        settings.path = folder.resolve("none.mib").toString();
        refused("There is no file");
        settings.path = folder.toString();
        refused("is a folder");
    }

    @Test
    void formatsThatCannotGrow() throws IOException {
        settings.patience = 60;
        for (String name : new String[] {"a.h5", "a.emd", "a.tif", "a.dm4"}) {
            settings.path = folder.resolve(name).toString();
            Files.write(folder.resolve(name), new byte[0]);
            refused(name + " is a ", "only when it is complete", "4D-STEM Open...", "MIB, EMPAD");
        }
        settings.path = folder.resolve("hdf5.bin").toString();
        Files.write(folder.resolve("hdf5.bin"), "\u0089HDF\r\n\u001a\n and so on".getBytes(StandardCharsets.ISO_8859_1));
        refused("hdf5.bin is a HDF5 file");
        settings.path = folder.resolve("unknown.bin").toString();
        Files.write(folder.resolve("unknown.bin"), new byte[5000]);
        refused("unknown.bin is of no known format");
        Writer fortran = npy();
        Files.write(fortran.file.toPath(), with(fortran.bytes, "'fortran_order': False", "'fortran_order': True "));
        refused("scan.npy holds a scan image for each detector pixel");
    }

    /** Nothing, or not even a header, within the time. */
    @Test
    void nothingComes() throws IOException {
        settings.patience = 0.05;
        Writer writer = npy();
        refused("scan.npy has not grown for 0.05 s and cannot be read", "0 bytes");
        Files.write(writer.file.toPath(), Arrays.copyOf(writer.bytes, 60));
        refused("scan.npy has not grown for 0.05 s and cannot be read", "NPY", "60");
        Files.write(writer.file.toPath(), Arrays.copyOf(writer.bytes, 500));
        refused("scan.npy has not grown", "longer than the file");
    }

    /** A scan that begins in a hole gives no ring at first. */
    @Test
    void beginsWithEmptyPatterns() throws IOException {
        Writer writer = raw(FRAME);
        Arrays.fill(writer.bytes, 0, 11 * FRAME, (byte) 0);
        settings.command = StrainMap.NAME;
        ImagePlus[] found = writer.watch();
        expectFinal(writer, StrainMap.compute(opened(), new StrainMap.Settings(), line -> { }), found);
        assertTrue(writer.counts.get(0) < 20, writer.counts.toString());
        Writer empty = raw(FRAME);
        Arrays.fill(empty.bytes, (byte) 0);
        empty.stopAt = 20 * FRAME;
        String text = assertThrows(VitroException.class, empty::watch).getMessage();
        assertTrue(text.contains("20 patterns give no map"), text);
    }

    /** On a file that is complete it is the command. */
    @Test
    void aFinishedFile() throws IOException {
        Writer writer = mib();
        Files.write(writer.file.toPath(), writer.bytes);
        settings.command = StrainMap.NAME;
        ImagePlus[] found = writer.watch();
        assertEquals(1, writer.counts.size());
        expectFinal(writer, StrainMap.compute(opened(), new StrainMap.Settings(), line -> { }), found);
        assertEquals(Arrays.asList("scan-Strain", "scan-Strain sigma", "scan-Ring"),
                Arrays.asList(found[0].getTitle(), found[1].getTitle(), found[2].getTitle()));
    }
}
