/* SPDX-License-Identifier: GPL-3.0-or-later */
package vitromap.io;

import ij.ImagePlus;
import ij.ImageStack;
import ij.WindowManager;
import ij.io.FileInfo;
import java.io.File;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;
import vitromap.engine.Dataset;
import vitromap.engine.FrameSource;
import vitromap.engine.Native;
import vitromap.engine.Runner;
import vitromap.engine.SourceStack;
import vitromap.engine.StackSource;

/** Datasets written to files: what stands before the pixels, the patterns one after another in the order of the scan, what stands after them. */
public final class DatasetFile {
    /** The formats, by the names that users give. */
    public static final String[] FORMATS = {"EMD HDF5", "NPY", "raw", "TIFF"};
    private static final int EMD = 0, NPY = 1, TIFF = 3;
    /** Of each format, the one that is given to a file first. */
    private static final List<List<String>> EXTENSIONS = Arrays.asList(Arrays.asList("emd", "h5", "hdf5"), Arrays.asList("npy"), Arrays.asList("raw", "bin", "dat"),
            Arrays.asList("tif", "tiff"));
    /** By vitro_type. */
    private static final String[] NPY_TYPES = {null, "|u1", "<u2", "<f4", "|i1", "<i2", "<u4", "<i4", "<u8", "<i8", "<f8", null, "<f2"};

    private DatasetFile() {
    }

    /** The path with an extension of the format: that of another of these formats is replaced, else one is added. */
    public static String complete(String path, int format) {
        int dot = path.lastIndexOf('.');
        String extension = dot > path.lastIndexOf(File.separatorChar) ? path.substring(dot + 1).toLowerCase(Locale.ROOT) : "";
        if (EXTENSIONS.get(format).contains(extension)) {
            return path;
        }
        boolean others = EXTENSIONS.stream().anyMatch(list -> list.contains(extension));
        return (others ? path.substring(0, dot) : path) + "." + EXTENSIONS.get(format).get(0);
    }

    /**
     * Writes the patterns of an image with their numbers as they are; the file is there whole or not at all.
     *
     * @param path with an extension of the format
     * @param format place in {@link #FORMATS}
     * @param log told what was written, and what of the dataset's properties the format cannot hold
     * @throws IOException that says why the file cannot be written, or a pattern not be read
     */
    public static void write(ImagePlus image, Path path, int format, Consumer<String> log) throws IOException {
        Dataset dataset = Dataset.of(image);
        checkFree(image, path);
        FrameSource kept = dataset.source().kept();
        FrameSource source = format == TIFF && kept.type() > FrameSource.F32 ? new ExactSource(kept) : kept;
        TiffHead tiff = format == TIFF ? new TiffHead(image, dataset) : null;
        byte[] head = format == EMD ? EmdHead.of(dataset, source, properties(image)) : format == NPY ? npy(dataset, source)
                : tiff != null ? tiff.head : new byte[0];
        long frame = source.bytesPerFrame();
        long bytes = head.length + source.frames() * frame + (tiff == null ? 0 : tiff.tailBytes());
        try (WholeFile file = new WholeFile(path, bytes)) {
            file.write(ByteBuffer.wrap(head), 0);
            Runner.run(source, (frames, first, n) -> {
                ByteBuffer pixels = frames.duplicate();
                pixels.limit((int) (n * frame)).position(0);
                file.write(pixels, head.length + first * frame);
            }, "Exporting");
            if (tiff != null) {
                tiff.writeTail(file);
            }
            boolean replaced = file.keep();
            log.accept(String.format(Locale.US, "%,d patterns, %s, %s, written to %s%s", source.frames(), OpenOptions.TYPES[source.type() - 1],
                    WholeFile.size(bytes), path, replaced ? " in the place of the file that was there" : ""));
        }
        if (source != kept) {
            log.accept("A TIFF of ImageJ has no " + OpenOptions.TYPES[kept.type() - 1] + " numbers: each of them is there as the same number in "
                    + OpenOptions.TYPES[FrameSource.F32 - 1] + ".");
        }
        if (tiff == null && format != EMD) {
            readingBack(dataset, source, path, format == NPY, log);
        }
    }

    /** What is read from a file cannot at the same time be replaced by it: the window would show other numbers. */
    private static void checkFree(ImagePlus image, Path path) throws IOException {
        int[] ids = WindowManager.getIDList();
        ImagePlus[] open = Arrays.stream(ids == null ? new int[0] : ids).mapToObj(WindowManager::getImage).toArray(ImagePlus[]::new);
        for (int i = -1; i < open.length; i++) {
            ImagePlus other = i < 0 ? image : open[i];
            if (other != null && Files.exists(path) && reads(other, path)) {
                throw new IOException(path + " is the file that the open image '" + other.getTitle() + "' is read from. Choose another file"
                        + (other == image ? "." : ", or close that image first."));
            }
        }
    }

    private static boolean reads(ImagePlus image, Path path) throws IOException {
        ImageStack stack = image.getStack();
        if (!stack.isVirtual()) {
            return false;
        } else if (stack instanceof SourceStack) {
            return ((SourceStack) stack).source().reads(path);
        }
        FileInfo info = image.getOriginalFileInfo();
        File file = info == null || info.fileName == null ? null : new File(info.directory == null ? "" : info.directory, info.fileName);
        return file != null && file.exists() && Files.isSameFile(file.toPath(), path) || new StackSource(stack, false).reads(path);
    }

    /** Those of a 4D-STEM dataset but for the scan shape, which files have in their own way; by the part of their keys behind '4dstem.'. */
    private static Map<String, String> properties(ImagePlus image) {
        Map<String, String> own = new TreeMap<>();
        String[] all = image.getPropertiesAsArray();
        for (int i = 0; all != null && i < all.length; i += 2) {
            if (all[i].startsWith(EmdHead.OWN) && !all[i].equals(Dataset.SCAN)) {
                own.put(all[i].substring(EmdHead.OWN.length()), all[i + 1]);
            }
        }
        return own;
    }

    /** Version 1.0 of the format; the pixels begin at a multiple of 64. */
    private static byte[] npy(Dataset dataset, FrameSource source) {
        String text = String.format(Locale.US, "{'descr': '%s', 'fortran_order': False, 'shape': (%d, %d, %d, %d), }", NPY_TYPES[source.type()], dataset.scanY(),
                dataset.scanX(), source.height(), source.width());
        int length = (10 + text.length() + 64) / 64 * 64;
        ByteBuffer head = ByteBuffer.allocate(length).order(java.nio.ByteOrder.LITTLE_ENDIAN);
        head.put((byte) 0x93).put("NUMPY".getBytes(StandardCharsets.US_ASCII)).put((byte) 1).put((byte) 0).putShort((short) (length - 10));
        head.put(text.getBytes(StandardCharsets.US_ASCII));
        while (head.remaining() > 1) {
            head.put((byte) ' ');
        }
        head.put((byte) '\n');
        return head.array();
    }

    /** The macro lines that open the file again and tell what it could not hold. */
    private static void readingBack(Dataset dataset, FrameSource source, Path path, boolean npy, Consumer<String> log) {
        Map<String, String> properties = properties(dataset.image());
        if (npy && properties.isEmpty()) {
            return;
        }
        StringBuilder lines = new StringBuilder(npy ? "NPY holds the patterns only." : "A raw file holds the numbers only.").append(" These lines open it with all that is known:");
        lines.append(String.format(Locale.US, "\nrun(\"4D-STEM Open...\", \"path=[%s]%s\");", escaped(path.toAbsolutePath().toString()), npy ? ""
                : String.format(Locale.US, " scan_x=%d scan_y=%d detector_x=%d detector_y=%d type=[%s] little_endian", dataset.scanX(), dataset.scanY(), source.width(),
                        source.height(), OpenOptions.TYPES[source.type() - 1])));
        properties.forEach((key, value) -> lines.append(String.format("\nProperty.set(\"%s%s\", \"%s\");", EmdHead.OWN, key, escaped(value))));
        log.accept(lines.toString());
    }

    /** In a macro's quotes. */
    private static String escaped(String text) {
        return text.replace("\\", "\\\\").replace("\"", "\\\"");
    }
}
