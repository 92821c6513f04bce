/* SPDX-License-Identifier: GPL-3.0-or-later */
package vitromap.io;

import java.io.File;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import vitromap.engine.FrameSource;
import vitromap.engine.Native;

/** Files whose frames lie at fixed distances: NPY, EMPAD, BLO, MRC, SEQ, plain raw. */
final class LayoutFiles {
    static final int HEAD_BYTES = 1 << 20;
    private static final Pattern RAW_NAME = Pattern.compile("<raw_file[^>]*filename=\"([^\"]+)\"");
    private static final Pattern EMPAD_NAME = Pattern.compile("scan_x(\\d{1,5})_y(\\d{1,5})\\.raw", Pattern.CASE_INSENSITIVE);
    private static final int EMPAD_FRAME_BYTES = 130 * 128 * 4;

    private LayoutFiles() {
    }

    /** The first bytes of a file, all of them if there are fewer. */
    static byte[] head(File file, int bytes) throws IOException {
        try (RandomAccessFile in = new RandomAccessFile(file, "r")) {
            byte[] head = new byte[(int) Math.min(bytes, in.length())];
            in.readFully(head);
            return head;
        }
    }

    static Recording npy(File file, OpenOptions options) throws IOException {
        Layout layout = new Layout();
        Native.layoutNpy(head(file, HEAD_BYTES), file.length(), layout.fields, layout.metadata);
        return recording(file, layout);
    }

    static Recording blo(File file, OpenOptions options) throws IOException {
        Layout layout = new Layout();
        Native.layoutBlo(head(file, HEAD_BYTES), file.length(), layout.fields, layout.metadata);
        return recording(file, layout);
    }

    /** Direct Electron writes dark and gain references beside the patterns. */
    static Recording seq(File file, OpenOptions options) throws IOException {
        Layout layout = new Layout();
        Native.layoutSeq(head(file, HEAD_BYTES), file.length(), layout.fields, layout.metadata);
        Recording recording = recording(file, layout);
        for (String reference : new String[] {"dark", "gain"}) {
            if (new File(file.getPath() + "." + reference + ".mrc").isFile()) {
                recording.notes.add("The " + reference + " reference " + file.getName() + "." + reference + ".mrc was not applied: the patterns are as recorded.");
            }
        }
        return recording;
    }

    /** Beside 'name_movie.mrc' Direct Electron writes 'name_info.txt'. */
    static Recording mrc(File file, OpenOptions options) throws IOException {
        String name = file.getName();
        File info = new File(file.getAbsoluteFile().getParentFile(), name.substring(0, Math.max(0, name.lastIndexOf('_'))) + "_info.txt");
        Layout layout = new Layout();
        Native.layoutMrc(head(file, HEAD_BYTES), file.length(), info.isFile() ? head(info, HEAD_BYTES) : null, layout.fields, layout.metadata);
        return recording(file, layout);
    }

    /** True for the mark that all but old MRC files have, or the extension. */
    static boolean isMrc(byte[] head, File file) {
        return head.length > 212 && new String(head, 208, 4, StandardCharsets.ISO_8859_1).equals("MAP ")
                || file.getName().toLowerCase().matches(".*\\.mrcs?");
    }

    /** The xml or the raw file may be given; without xml the raw file's name tells the scan shape. */
    static Recording empad(File file, OpenOptions options) throws IOException {
        File xml = file.getName().toLowerCase().endsWith(".xml") ? file : empadXml(file);
        File raw = file;
        Layout layout = new Layout();
        byte[] text = xml == null ? new byte[0] : head(xml, HEAD_BYTES);
        if (xml == file) {
            Matcher name = RAW_NAME.matcher(new String(text, StandardCharsets.UTF_8));
            if (!name.find()) {
                throw new IOException(file.getName() + " names no raw file: it is not of an EMPAD, or cut off");
            }
            raw = new File(file.getAbsoluteFile().getParentFile(), new File(name.group(1).replace('\\', '/')).getName());
            if (!raw.isFile()) {
                throw new IOException(file.getName() + ": the patterns should be in " + raw.getName() + ", which is not in the same folder");
            }
        }
        Native.layoutEmpad(text, raw.length(), layout.fields, layout.metadata);
        Recording recording = recording(raw, layout);
        recording.leftOver = raw.length() - layout.frames() * layout.frameStride();
        Matcher name = EMPAD_NAME.matcher(raw.getName());
        if (xml == null && name.matches()) {
            recording.scanX = Integer.parseInt(name.group(1));
            recording.scanY = Integer.parseInt(name.group(2));
            recording.announced = (long) recording.scanX * recording.scanY;
        }
        return recording;
    }

    /** A raw file of an EMPAD has an xml that names it, or a name like scan_x64_y64.raw and at most the length that goes with it. */
    static boolean isEmpad(File file) throws IOException {
        Matcher name = EMPAD_NAME.matcher(file.getName());
        return empadXml(file) != null || name.matches()
                && Long.parseLong(name.group(1)) * Long.parseLong(name.group(2)) * EMPAD_FRAME_BYTES >= file.length();
    }

    private static File empadXml(File raw) throws IOException {
        File[] candidates = raw.getAbsoluteFile().getParentFile().listFiles((folder, name) -> name.toLowerCase().endsWith(".xml"));
        for (File xml : candidates == null ? new File[0] : candidates) {
            Matcher name = RAW_NAME.matcher(new String(head(xml, HEAD_BYTES), StandardCharsets.UTF_8));
            if (name.find() && name.group(1).endsWith(raw.getName())) {
                return xml;
            }
        }
        return null;
    }

    static Recording raw(File file, OpenOptions options) throws IOException {
        int type = java.util.Arrays.asList(OpenOptions.TYPES).indexOf(options.type) + 1;
        if (type == 0) {
            throw new IOException("No pixel type '" + options.type + "'. Allowed: " + String.join("; ", OpenOptions.TYPES));
        }
        Layout layout = new Layout();
        Native.layoutRaw(file.length(), type, !options.littleEndian, options.detectorX, options.detectorY, options.offset, options.gap,
                layout.fields);
        Recording recording = recording(file, layout);
        long end = layout.offset() + (layout.frames() - 1) * layout.frameStride() + layout.storedFrameBytes();
        long rest = file.length() - end;
        recording.leftOver = rest == options.gap ? 0 : rest;
        return recording;
    }

    static Recording recording(File file, Layout layout) throws IOException {
        FrameSource source = layout.isScattered() ? new ScatteredSource(file.toPath(), layout) : new FileSource(file.toPath(), layout);
        Recording recording = new Recording(source);
        recording.slow = layout.isScattered();
        recording.scanX = layout.scanX();
        recording.scanY = layout.scanY();
        double[] known = layout.metadata;
        recording.voltage(known[0]);
        recording.qPerPixel(known[1]);
        recording.scanStep(known[2]);
        recording.scanRotation(known[3]);
        recording.cameraLength(known[4]);
        recording.announced = known[6] > 0 ? (long) known[6] : 0;
        return recording;
    }

    /** The file of the same name with another extension, in lower or upper case as it is on disk. */
    static File sibling(File file, String extension) {
        String name = file.getName();
        int dot = name.lastIndexOf('.');
        String stem = dot < 0 ? name : name.substring(0, dot);
        File folder = file.getAbsoluteFile().getParentFile();
        File upper = new File(folder, stem + "." + extension.toUpperCase());
        return Files.isRegularFile(upper.toPath()) ? upper : new File(folder, stem + "." + extension);
    }
}
