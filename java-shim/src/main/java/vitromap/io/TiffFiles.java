/* SPDX-License-Identifier: GPL-3.0-or-later */
package vitromap.io;

import ij.IJ;
import ij.ImagePlus;
import ij.io.FileInfo;
import ij.io.Opener;
import ij.io.TiffDecoder;
import java.io.File;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.HashSet;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import vitromap.engine.Dataset;
import vitromap.engine.Native;
import vitromap.engine.StackSource;

/** TIFF stacks: read in place where the slices lie at equal distances and are not compressed, else by ImageJ, into memory. */
final class TiffFiles {
    private TiffFiles() {
    }

    static Recording open(File file, OpenOptions options) throws IOException {
        FileInfo[] slices = decode(file);
        FileInfo first = slices[0];
        Layout layout = layout(slices);
        Recording recording = layout == null ? inMemory(file) : fromFile(file, layout);
        int x = described(first, "slices");
        int y = described(first, "frames");
        if (described(first, "channels") <= 1 && (long) x * y == recording.source.frames() && y > 1) {
            recording.scanX = x;
            recording.scanY = y;
        }
        recording.properties = first.properties;
        String scan = property(first.properties, Dataset.SCAN);
        if (scan.matches("\\d{1,9},\\d{1,9}")) {
            recording.scanX = Integer.parseInt(scan.split(",")[0]);
            recording.scanY = Integer.parseInt(scan.split(",")[1]);
        }
        return recording;
    }

    private static FileInfo[] decode(File file) throws IOException {
        checkChain(file);
        FileInfo[] slices;
        try {
            slices = new TiffDecoder(file.getAbsoluteFile().getParent() + File.separator, file.getName()).getTiffInfo();
        } catch (IOException | RuntimeException | OutOfMemoryError e) {
            throw new IOException(file.getName() + ": the TIFF structure is damaged or cut off (" + e + ")", e);
        }
        if (slices == null || slices.length == 0) {
            throw new IOException(file.getName() + " is not a TIFF file, or it is damaged");
        } else if (slices[0].width < 1 || slices[0].height < 1) {
            throw new IOException(file.getName() + " is damaged: its patterns have " + slices[0].width + " x " + slices[0].height + " pixels");
        }
        return slices;
    }

    /** ImageJ follows the chain of directories for ever if it bites its tail. */
    private static void checkChain(File file) throws IOException {
        try (RandomAccessFile in = new RandomAccessFile(file, "r")) {
            byte[] bytes = new byte[8];
            in.readFully(bytes);
            ByteOrder order = bytes[0] == 'I' ? ByteOrder.LITTLE_ENDIAN : ByteOrder.BIG_ENDIAN;
            Set<Long> seen = new HashSet<>();
            for (long at = unsigned(bytes, 4, order, 4); at != 0; at = unsigned(bytes, 0, order, 4)) {
                boolean inside = at + 2 <= in.length();
                if (inside) {
                    in.seek(at);
                    in.readFully(bytes, 0, 2);
                }
                long end = at + 2 + 12 * unsigned(bytes, 0, order, 2);
                if (!inside || end > in.length() || !seen.add(at)) {
                    throw new IOException(file.getName() + " is damaged or cut off: directory " + (seen.size() + 1) + " of the TIFF file cannot be at byte "
                            + at + " of " + in.length());
                }
                in.seek(end);
                if (in.read(bytes, 0, 4) < 4) {
                    return; // some writers leave the last pointer out
                }
            }
        }
    }

    private static long unsigned(byte[] bytes, int at, ByteOrder order, int size) {
        ByteBuffer buffer = ByteBuffer.wrap(bytes).order(order);
        return size == 2 ? buffer.getShort(at) & 0xffffL : buffer.getInt(at) & 0xffffffffL;
    }

    private static Recording fromFile(File file, Layout layout) throws IOException {
        long end = layout.offset() + (layout.frames() - 1) * layout.frameStride() + layout.storedFrameBytes();
        if (end > file.length()) {
            throw new IOException(file.getName() + " is cut off: its " + layout.frames() + " patterns end at byte " + end + ", the file at "
                    + file.length());
        }
        return new Recording(new FileSource(file.toPath(), layout));
    }

    /** null = not of the kind that can be read in place. */
    private static Layout layout(FileInfo[] slices) {
        FileInfo first = slices[0];
        int type = type(first.fileType);
        if (type == 0) {
            return null;
        }
        long bytes = (long) first.width * first.height * Native.typeBytes(type);
        long frames = slices.length == 1 ? Math.max(1, first.nImages) : slices.length;
        long stride = slices.length > 1 ? slices[1].getOffset() - first.getOffset() : bytes + first.getGap();
        for (int i = 0; i < slices.length; i++) {
            FileInfo slice = slices[i];
            if (slice.compression > FileInfo.COMPRESSION_NONE || slice.fileType != first.fileType || slice.width != first.width
                    || slice.height != first.height || slice.getOffset() != first.getOffset() + i * stride || !contiguous(slice, bytes)) {
                return null;
            }
        }
        return stride < bytes ? null : Layout.plain(type, !first.intelByteOrder, first.width, first.height, first.getOffset(), stride, frames);
    }

    /** The strips follow each other without gaps. */
    private static boolean contiguous(FileInfo slice, long bytes) {
        if (slice.whiteIsZero) {
            return false;
        } else if (slice.stripOffsets == null || slice.stripOffsets.length < 2) {
            return true;
        }
        for (int i = 1; i < slice.stripOffsets.length; i++) {
            if ((slice.stripOffsets[i] & 0xffffffffL) != (slice.stripOffsets[i - 1] & 0xffffffffL) + slice.stripLengths[i - 1]) {
                return false;
            }
        }
        return true;
    }

    private static int type(int fileType) {
        switch (fileType) {
            case FileInfo.GRAY8:
                return 1;
            case FileInfo.GRAY16_UNSIGNED:
                return 2;
            case FileInfo.GRAY32_FLOAT:
                return 3;
            case FileInfo.GRAY16_SIGNED:
                return 5;
            case FileInfo.GRAY32_UNSIGNED:
                return 6;
            case FileInfo.GRAY32_INT:
                return 7;
            case FileInfo.GRAY64_FLOAT:
                return 10;
            default:
                return 0;
        }
    }

    private static Recording inMemory(File file) throws IOException {
        Opener opener = new Opener();
        opener.setSilentMode(true);
        IJ.redirectErrorMessages(true); // else ImageJ shows windows of its own
        ImagePlus image;
        try {
            image = opener.openTiff(file.getAbsoluteFile().getParent() + File.separator, file.getName());
        } catch (RuntimeException | OutOfMemoryError e) {
            throw new IOException(file.getName() + ": ImageJ cannot read this TIFF file (" + e + ")", e);
        } finally {
            IJ.redirectErrorMessages(false);
        }
        if (image == null) {
            throw new IOException(file.getName() + ": ImageJ cannot read this TIFF file: it is damaged, or of a kind that ImageJ does not know");
        }
        if (image.getType() == ImagePlus.COLOR_RGB || image.getNChannels() > 1) {
            throw new IOException(file.getName() + " is a colour image; patterns have 8, 16 or 32 bit grey values");
        }
        Recording recording = new Recording(new StackSource(image.getStack(), image.getCalibration().isSigned16Bit()));
        recording.notes.add("This TIFF is compressed or its slices are not evenly spaced: it was read into memory.");
        return recording;
    }

    /** A number of ImageJ's description 'slices=16'; 1 if it is not there. */
    private static int described(FileInfo first, String key) {
        Matcher match = Pattern.compile("(?m)^" + key + "=(\\d{1,9})").matcher(first.description == null ? "" : first.description);
        return match.find() ? Integer.parseInt(match.group(1)) : 1;
    }

    private static String property(String[] properties, String key) {
        for (int i = 0; properties != null && i + 1 < properties.length; i += 2) {
            if (properties[i].equals(key)) {
                return properties[i + 1];
            }
        }
        return "";
    }
}
