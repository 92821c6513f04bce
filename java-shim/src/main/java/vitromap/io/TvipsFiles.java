/* SPDX-License-Identifier: GPL-3.0-or-later */
package vitromap.io;

import java.io.File;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import vitromap.engine.FrameSource;
import vitromap.engine.Native;

/** TVIPS recordings: name_000.tvips has the header, name_001.tvips and so on go on. Any part may be given. */
final class TvipsFiles {
    private static final int HEAD_BYTES = 1 << 10;
    private static final Pattern NAME = Pattern.compile("(.*_)(\\d{3})(\\.tvips)", Pattern.CASE_INSENSITIVE);

    private TvipsFiles() {
    }

    static Recording open(File file, OpenOptions options) throws IOException {
        List<File> files = parts(file);
        byte[] head = LayoutFiles.head(files.get(0), HEAD_BYTES);
        List<FrameSource> sources = new ArrayList<>();
        List<Layout> layouts = new ArrayList<>();
        Layout first = null;
        long leftOver = 0;
        try {
            for (int i = 0; i < files.size(); i++) {
                Layout layout = new Layout();
                File part = files.get(i);
                Native.layoutTvips(head, part.length(), i, layout.fields, layout.metadata);
                first = i == 0 ? layout : first;
                layouts.add(layout);
                leftOver += part.length() - layout.offset() - (layout.frames() - 1) * layout.frameStride() - layout.storedFrameBytes();
                sources.add(new FileSource(part.toPath(), layout));
            }
        } catch (IOException | RuntimeException e) {
            PartsSource.close(sources);
            throw e;
        }
        Recording recording = new Recording(new PartsSource(sources));
        recording.voltage(first.metadata[0]);
        recording.leftOver = leftOver;
        if (first.metadata[7] < 0) {
            findScan(recording, files, layouts);
        }
        return recording;
    }

    private static void findScan(Recording recording, List<File> files, List<Layout> layouts) throws IOException {
        List<TvipsScan.Part> parts = new ArrayList<>();
        try {
            for (int i = 0; i < files.size(); i++) {
                Layout layout = layouts.get(i);
                long index = layout.offset() + (long) layouts.get(0).metadata[7];
                parts.add(new TvipsScan.Part(new DataFile(files.get(i).toPath()), index, layout.frameStride(), layout.frames()));
            }
            new TvipsScan(parts).find(recording);
        } finally {
            for (TvipsScan.Part part : parts) {
                part.file.close();
            }
        }
    }

    /** All parts in their order. */
    private static List<File> parts(File file) throws IOException {
        Matcher name = NAME.matcher(file.getName());
        List<File> parts = new ArrayList<>();
        if (!name.matches()) {
            parts.add(file);
            return parts;
        }
        File folder = file.getAbsoluteFile().getParentFile();
        int last = 0;
        for (String other : folder.list()) {
            Matcher part = NAME.matcher(other);
            last = part.matches() && part.group(1).equals(name.group(1)) ? Math.max(last, Integer.parseInt(part.group(2))) : last;
        }
        for (int i = 0; i <= last; i++) {
            File part = new File(folder, name.group(1) + String.format("%03d", i) + name.group(3));
            if (!part.isFile()) {
                throw new IOException(file.getName() + ": the recording has parts 000 to " + String.format("%03d", last) + ", but " + part.getName()
                        + " is not in the same folder");
            }
            parts.add(part);
        }
        return parts;
    }
}
