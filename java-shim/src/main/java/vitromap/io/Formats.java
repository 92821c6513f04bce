/* SPDX-License-Identifier: GPL-3.0-or-later */
package vitromap.io;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import vitromap.engine.VitroException;

/** Which reader opens which file: one row for each format. */
public final class Formats {
    private interface Reader {
        Recording open(File file, OpenOptions options) throws IOException;
    }

    private interface Content {
        boolean matches(byte[] head, File file) throws IOException;
    }

    private static final class Format {
        final String name;
        final List<String> extensions;
        final Content content;
        final Reader reader;

        Format(String name, String extensions, Content content, Reader reader) {
            this.name = name;
            this.extensions = Arrays.asList(extensions.split(" "));
            this.content = content;
            this.reader = reader;
        }
    }

    private static final int HEAD_BYTES = 1 << 12;

    /** Formats whose patterns can only be found when the file is complete. */
    private static final List<String> CLOSED = Arrays.asList("HDF5", "TIFF", "DM3/DM4");
    private static final String GROWING = "While they grow MIB, EMPAD, BLO, MRC, TVIPS, SEQ, NPY and plain raw files can be watched.";

    /** The content decides, not the extension; without a content test, the extension. */
    private static final Format[] TABLE = {
        new Format("HDF5", "h5 hdf5 hspy emd nxs hdf", (head, file) -> Hdf5Files.isHdf5(file), Hdf5Files::open),
        new Format("NPY", "npy", (head, file) -> starts(head, "\u0093NUMPY"), LayoutFiles::npy),
        new Format("MIB", "mib hdr", (head, file) -> starts(head, "MQ") || starts(head, "HDR,"), MibFiles::open),
        new Format("EMPAD", "xml", (head, file) -> starts(head, "<") || extension(file).equals("raw") && LayoutFiles.isEmpad(file), LayoutFiles::empad),
        new Format("TIFF", "tif tiff", (head, file) -> starts(head, "II*\0") || starts(head, "MM\0*"), TiffFiles::open),
        new Format("BLO", "blo", (head, file) -> starts(head, "IMGBLO"), LayoutFiles::blo),
        new Format("MRC", "mrc mrcs", LayoutFiles::isMrc, LayoutFiles::mrc),
        new Format("DM3/DM4", "dm3 dm4", (head, file) -> DmFiles.isDm(head), DmFiles::open),
        new Format("TVIPS", "tvips", (head, file) -> extension(file).equals("tvips"), TvipsFiles::open),
        new Format("SEQ", "seq", (head, file) -> starts(head, "\u00ed\u00fe\0\0N\0o\0r\0p\0i\0x\0"), LayoutFiles::seq),
    };

    private Formats() {
    }

    /**
     * Opens a file of any known format; its scan shape is decided.
     *
     * @throws IOException that says what is wrong with which file
     * @throws VitroException if a header cannot be right
     */
    public static Recording open(File file, OpenOptions options) throws IOException {
        check(file, options);
        checkWritten(file, options);
        Recording recording = reader(file, options).open(file, options);
        try {
            if (options.growing) {
                GrowingSource.decide(recording, options, file.getName());
            } else {
                ScanShape.decide(recording, options, file.getName());
            }
            return recording;
        } catch (IOException | RuntimeException e) {
            recording.source.close();
            throw e;
        }
    }

    static Survey survey(File file, OpenOptions options) throws IOException {
        check(file, options);
        checkWritten(file, options);
        Reader reader = reader(file, options);
        Recording recording = reader.open(file, options);
        recording.source.close();
        return new Survey(recording, Hdf5Files.isHdf5(file) ? Hdf5Files.names(file) : Collections.emptyList());
    }

    /** Whether a file that ImageJ is asked to open is one for this plugin: several patterns of a format that it knows, TIFF excepted. */
    public static boolean isRecording(File file) {
        try {
            byte[] head = LayoutFiles.head(file, HEAD_BYTES);
            for (Format format : TABLE) {
                boolean named = format.extensions.contains(extension(file)) || format.name.equals("EMPAD");
                if (named && !format.name.equals("TIFF") && format.content.matches(head, file)) {
                    return survey(file, new OpenOptions()).patterns > 1;
                }
            }
        } catch (IOException | RuntimeException e) {
            return false; // ImageJ will say what it thinks of it
        }
        return false;
    }

    /** @throws IOException if there is no such file, or the numbers of a plain raw file are not right */
    static void check(File file, OpenOptions options) throws IOException {
        if (file.isDirectory()) {
            throw new IOException(file + " is a folder. Choose a file in it.");
        } else if (!file.exists()) {
            throw new IOException("There is no file " + file);
        } else if (!file.canRead()) {
            throw new IOException(file + " may not be read");
        } else if (options.detectorX < 0 || options.detectorY < 0 || (options.detectorX > 0) != (options.detectorY > 0)) {
            throw new IOException("For a plain raw file both detector_x and detector_y must be given, not " + options.detectorX + " and "
                    + options.detectorY);
        }
    }

    private static void checkWritten(File file, OpenOptions options) throws IOException {
        if (options.growing && options.detectorX == 0) {
            Format format = byContent(file);
            format = format == null ? byExtension(file) : format;
            if (format != null && CLOSED.contains(format.name)) {
                throw new VitroException(VitroException.ARGUMENT, file.getName() + " is a " + format.name
                        + " file, which can be read only when it is complete: open it then by 4D-STEM Open.... " + GROWING);
            }
        }
        if (file.length() == 0) {
            throw new IOException(file + " is empty: it has 0 bytes");
        }
    }

    private static Format byContent(File file) throws IOException {
        byte[] head = LayoutFiles.head(file, HEAD_BYTES);
        for (Format format : TABLE) {
            if (format.content.matches(head, file)) {
                return format;
            }
        }
        return null;
    }

    private static Format byExtension(File file) {
        for (Format format : TABLE) {
            if (format.extensions.contains(extension(file))) {
                return format;
            }
        }
        return null;
    }

    private static Reader reader(File file, OpenOptions options) throws IOException {
        if (options.detectorX > 0) {
            return LayoutFiles::raw;
        }
        Format format = byContent(file);
        if (format != null) {
            return format.reader;
        }
        format = byExtension(file);
        String text = format != null ? " is no " + format.name + " file, though its extension says so: it may be damaged or cut off."
                : " is of no known format. " + known() + " A plain raw file needs detector_x, detector_y and type.";
        if (options.growing && file.length() >= HEAD_BYTES) {
            throw new VitroException(VitroException.ARGUMENT, file.getName() + text); // more bytes will not help
        }
        throw new IOException(file.getName() + text);
    }

    private static String known() {
        return "Known formats: HDF5 (EMD, py4DSTEM, hspy, NeXus, FPD), NPY, MIB, EMPAD, DM3/DM4, BLO, MRC, TVIPS, SEQ, TIFF, plain raw.";
    }

    static String extension(File file) {
        String name = file.getName();
        return name.substring(name.lastIndexOf('.') + 1).toLowerCase(Locale.ROOT);
    }

    private static boolean starts(byte[] head, String text) {
        byte[] start = text.getBytes(StandardCharsets.ISO_8859_1);
        return head.length >= start.length && Arrays.equals(Arrays.copyOf(head, start.length), start);
    }
}
