/* SPDX-License-Identifier: GPL-3.0-or-later */
package vitromap.io;

import io.jhdf.HdfFile;
import io.jhdf.api.Dataset;
import io.jhdf.api.dataset.ChunkedDataset;
import io.jhdf.api.dataset.ContiguousDataset;
import io.jhdf.object.datatype.DataType;
import io.jhdf.object.datatype.FixedPoint;
import io.jhdf.object.datatype.FloatingPoint;
import java.io.File;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Collectors;
import vitromap.engine.FrameSource;
import vitromap.engine.Native;
import vitromap.engine.VitroException;

/**
 * HDF5 files: EMD, py4DSTEM, hspy, NeXus, FPD, and any other with a dataset of 2 to 4 dimensions whose last two are ky and kx. The
 * library reads the structure; the patterns are read here.
 */
final class Hdf5Files {
    private static final byte[] SIGNATURE = {(byte) 0x89, 'H', 'D', 'F', '\r', '\n', 0x1a, '\n'};
    private static final int F32 = 3, F64 = 10, F16 = 12;
    /** vitro_type by the bytes of an integer. */
    private static final int[] UNSIGNED = {0, 1, 2, 0, 6, 0, 0, 0, 8};
    private static final int[] SIGNED = {0, 4, 5, 0, 7, 0, 0, 0, 9};

    private Hdf5Files() {
    }

    static boolean isHdf5(File file) throws IOException {
        return signature(file) >= 0;
    }

    /** The signature stands at byte 0, 512, 1024, 2048 and so on; -1 = there is none. */
    private static long signature(File file) throws IOException {
        try (RandomAccessFile in = new RandomAccessFile(file, "r")) {
            byte[] found = new byte[SIGNATURE.length];
            for (long at = 0; at + SIGNATURE.length <= in.length(); at = at == 0 ? 512 : 2 * at) {
                in.seek(at);
                in.readFully(found);
                if (Arrays.equals(found, SIGNATURE)) {
                    return at;
                }
            }
        }
        return -1;
    }

    static Recording open(File file, OpenOptions options) throws IOException {
        checkLength(file);
        try (HdfFile hdf = new HdfFile(file.toPath())) {
            Hdf5Tree tree = new Hdf5Tree(hdf);
            boolean any = options.dataset.trim().isEmpty();
            Hdf5Entry entry = any ? largest(tree, file.getName()) : named(tree, options.dataset.trim(), file.getName());
            if (any) {
                tree.checkParts(file.getName());
            }
            List<Hdf5Entry> parts = any ? tree.parts(entry) : Collections.singletonList(entry);
            Recording recording = recording(parts, file.getName());
            tree.describe(entry, recording);
            if (any) {
                others(tree, parts, recording);
            }
            return recording;
        } catch (VitroException e) {
            throw e;
        } catch (RuntimeException | StackOverflowError | OutOfMemoryError e) {
            throw new IOException(file.getName() + ": its HDF5 structure is damaged or of a kind that cannot be read (" + Hdf5Tree.reason(e) + ")", e);
        }
    }

    /** Datasets that hold several patterns, the largest first. */
    static List<String> names(File file) {
        try (HdfFile hdf = new HdfFile(file.toPath())) {
            Hdf5Tree tree = new Hdf5Tree(hdf); // the parts of one recording are no choice
            return tree.datasets().stream().filter(entry -> entry.rank() > 2 && tree.parts(entry).size() == 1)
                    .sorted(Comparator.comparing((Hdf5Entry entry) -> -entry.dataset.getSize())).map(Hdf5Entry::toString).collect(Collectors.toList());
        } catch (RuntimeException e) {
            return Collections.emptyList();
        }
    }

    /** The superblock tells how long the file was when it was closed. */
    private static void checkLength(File file) throws IOException {
        byte[] bytes = new byte[64];
        try (RandomAccessFile in = new RandomAccessFile(file, "r")) {
            in.seek(signature(file));
            in.read(bytes);
        }
        ByteBuffer block = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
        int version = block.get(8);
        boolean known = block.get(version < 2 ? 13 : 9) == Long.BYTES;
        long end = known ? block.getLong(version == 0 ? 40 : version == 1 ? 44 : 28) : 0;
        if (end > file.length()) {
            throw new IOException(file.getName() + " is cut off or still being written: it should have " + end + " bytes and has " + file.length());
        }
    }

    private static Hdf5Entry named(Hdf5Tree tree, String path, String name) throws IOException {
        String wanted = path.startsWith("/") ? path : "/" + path;
        for (Hdf5Entry entry : tree.datasets()) {
            if (entry.path.equals(wanted)) {
                return entry;
            }
        }
        throw new IOException(name + " has no dataset '" + path + "'. It has: " + names(tree.datasets()) + "." + tree.damage());
    }

    /** The largest of those with scans of patterns, else of those with one pattern. */
    private static Hdf5Entry largest(Hdf5Tree tree, String name) throws IOException {
        Comparator<Hdf5Entry> bySize = Comparator.comparing((Hdf5Entry entry) -> entry.rank() > 2).thenComparing(entry -> entry.dataset.getSize());
        Hdf5Entry best = null;
        for (Hdf5Entry entry : tree.datasets()) {
            best = best == null || bySize.compare(entry, best) > 0 ? entry : best;
        }
        if (best == null) {
            throw new IOException(name + (tree.damage().isEmpty() ? " holds no patterns: there is no dataset of 2 to 4 dimensions in it."
                    : ": no patterns were found; the file is damaged or of a kind that cannot be read." + tree.damage()));
        }
        return best;
    }

    private static void others(Hdf5Tree tree, List<Hdf5Entry> chosen, Recording recording) {
        List<Hdf5Entry> others = tree.datasets().stream().filter(e -> !chosen.contains(e) && e.rank() > 2).collect(Collectors.toList());
        if (!others.isEmpty()) {
            recording.notes.add("Opened " + names(chosen) + ". Others in the file (key 'dataset'): " + names(others));
        }
    }

    private static String names(List<Hdf5Entry> entries) {
        return entries.stream().map(Hdf5Entry::toString).collect(Collectors.joining(", "));
    }

    /** Number type as of vitro_type, negative for big-endian; 0 = not numbers that can be read. */
    static int type(DataType type) {
        if (type instanceof FixedPoint && type.getSize() <= Long.BYTES) {
            FixedPoint integer = (FixedPoint) type;
            int known = integer.getBitOffset() != 0 ? 0 : (integer.isSigned() ? SIGNED : UNSIGNED)[type.getSize()];
            return integer.getByteOrder() == ByteOrder.BIG_ENDIAN ? -known : known;
        } else if (type instanceof FloatingPoint) {
            boolean half = type.getSize() == Short.BYTES && ((FloatingPoint) type).getExponentSize() == 5;
            int known = type.getSize() == Float.BYTES ? F32 : type.getSize() == Double.BYTES ? F64 : half ? F16 : 0;
            return ((FloatingPoint) type).getByteOrder() == ByteOrder.BIG_ENDIAN ? -known : known;
        }
        return 0;
    }

    private static Recording recording(List<Hdf5Entry> parts, String name) throws IOException {
        List<FrameSource> sources = new ArrayList<>();
        try {
            for (Hdf5Entry part : parts) {
                sources.add(source(part, name));
            }
        } catch (IOException | RuntimeException e) {
            PartsSource.close(sources);
            throw e;
        }
        Recording recording = new Recording(sources.size() == 1 ? sources.get(0) : new PartsSource(sources));
        Hdf5Entry first = parts.get(0);
        if (first.rank() == 4) {
            recording.scanX = first.size[first.size.length - 3];
            recording.scanY = first.size[first.size.length - 4];
        }
        for (FrameSource source : sources) {
            if (source instanceof ChunkSource && ((ChunkSource) source).missingChunks() > 0) {
                recording.notes.add(((ChunkSource) source).missingChunks() + " of " + ((ChunkSource) source).chunks()
                        + " chunks were never written: the scan may have been cut off. HDF5 gives its fill value there, mostly 0.");
            }
        }
        return recording;
    }

    private static FrameSource source(Hdf5Entry entry, String name) throws IOException {
        try {
            return source(entry);
        } catch (IOException e) {
            throw new IOException(name + ": the dataset " + entry.path + " cannot be read: " + e.getMessage(), e);
        }
    }

    private static FrameSource source(Hdf5Entry entry) throws IOException {
        Dataset dataset = entry.dataset;
        int type = type(dataset.getDataType());
        if (entry.rank() > 4) {
            throw new IOException("it has " + entry.size.length + " dimensions, " + Arrays.toString(entry.size) + "; 2 to 4 are possible");
        } else if (dataset instanceof ChunkedDataset) {
            return new ChunkSource(entry, Math.abs(type), type < 0, fill(dataset));
        } else if (!(dataset instanceof ContiguousDataset) || ((ContiguousDataset) dataset).isEmpty()) {
            throw new IOException("no patterns were written to it, or it lies within the header (compact layout)");
        }
        return contiguous(entry, Math.abs(type), type < 0);
    }

    private static FrameSource contiguous(Hdf5Entry entry, int type, boolean bigEndian) throws IOException {
        long width = entry.width();
        long height = entry.height();
        long bytes = width * height * Native.typeBytes(type);
        long frames = entry.dataset.getSize() / (width * height);
        long offset = entry.base + ((ContiguousDataset) entry.dataset).getDataAddress();
        long length = entry.file.toFile().length();
        if (offset + frames * bytes > length) {
            throw new IOException("it ends at byte " + (offset + frames * bytes) + " of a file of " + length + " bytes, which was cut off");
        }
        Layout plain = Layout.plain(type, bigEndian, width, height, offset, bytes, frames);
        return entry.framesLast && frames > 1 ? new ScatteredSource(entry.file, plain.framesLast()) : new FileSource(entry.file, plain);
    }

    /** The fill value's bytes as they would be stored; zeros if there is none. */
    private static byte[] fill(Dataset dataset) {
        DataType type = dataset.getDataType();
        ByteBuffer bytes = ByteBuffer.allocate(Long.BYTES).order(type(type) < 0 ? ByteOrder.BIG_ENDIAN : ByteOrder.LITTLE_ENDIAN);
        Object value = dataset.getFillValue();
        if (value instanceof Number) {
            Number number = (Number) value;
            if (type instanceof FloatingPoint && type.getSize() == Float.BYTES) {
                bytes.putFloat(0, number.floatValue());
            } else if (type instanceof FloatingPoint) {
                bytes.putDouble(0, number.doubleValue());
            } else if (type.getSize() == 1) {
                bytes.put(0, number.byteValue());
            } else if (type.getSize() == Short.BYTES) {
                bytes.putShort(0, number.shortValue());
            } else if (type.getSize() == Integer.BYTES) {
                bytes.putInt(0, number.intValue());
            } else {
                bytes.putLong(0, number.longValue());
            }
        }
        return bytes.array();
    }
}
