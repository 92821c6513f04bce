/* SPDX-License-Identifier: GPL-3.0-or-later */
package vitromap.io;

import java.io.File;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import vitromap.engine.FrameSource;
import vitromap.engine.Native;

/** Merlin files: name.mib with or without name.hdr, or name1.mib, name2.mib and so on with one name.hdr. Any of them may be given. */
final class MibFiles {
    private MibFiles() {
    }

    static Recording open(File file, OpenOptions options) throws IOException {
        File hdr = hdr(file);
        List<File> files = files(file, hdr);
        byte[] sidecar = hdr.isFile() ? LayoutFiles.head(hdr, LayoutFiles.HEAD_BYTES) : null;
        List<FrameSource> sources = new ArrayList<>();
        Recording recording = null;
        try {
            for (File part : files) {
                Layout layout = new Layout();
                Native.layoutMib(LayoutFiles.head(part, LayoutFiles.HEAD_BYTES), part.length(), sidecar, layout.fields, layout.metadata);
                Recording one = LayoutFiles.recording(part, layout);
                sources.add(one.source);
                recording = recording == null ? one : recording;
                FrameSource first = sources.get(0);
                if (one.source.width() != first.width() || one.source.height() != first.height() || one.source.type() != first.type()) {
                    throw new IOException(part.getName() + " has other patterns than " + files.get(0).getName() + ": the parts of a recording must be alike");
                }
                recording.leftOver += part.length() - layout.frames() * layout.frameStride();
            }
        } catch (IOException | RuntimeException e) {
            PartsSource.close(sources);
            throw e;
        }
        recording.source = sources.size() == 1 ? sources.get(0) : new PartsSource(sources);
        return recording;
    }

    /** The file's own, or that of the recording whose part it is, of the longest name; it need not exist. */
    private static File hdr(File file) {
        File own = LayoutFiles.sibling(file, "hdr");
        String name = file.getName();
        int dot = name.lastIndexOf('.');
        for (int i = dot - 1; i > 0 && !own.isFile() && Character.isDigit(name.charAt(i)); i--) {
            String stem = name.substring(0, name.charAt(i - 1) == '_' ? i - 1 : i);
            File common = LayoutFiles.sibling(new File(file.getAbsoluteFile().getParentFile(), stem + ".mib"), "hdr");
            if (common.isFile()) {
                return common;
            }
        }
        return own;
    }

    private static List<File> files(File file, File hdr) throws IOException {
        File single = LayoutFiles.sibling(hdr, "mib");
        List<File> files = new ArrayList<>();
        if (single.isFile()) {
            files.add(single);
            return files;
        }
        String stem = hdr.getName().substring(0, hdr.getName().lastIndexOf('.'));
        Pattern number = Pattern.compile(Pattern.quote(stem) + "_?(\\d{1,9})\\.mib", Pattern.CASE_INSENSITIVE);
        TreeMap<Integer, File> parts = new TreeMap<>();
        File folder = hdr.getAbsoluteFile().getParentFile();
        for (String name : folder.list()) {
            Matcher part = number.matcher(name);
            if (part.matches()) {
                parts.put(Integer.parseInt(part.group(1)), new File(folder, name));
            }
        }
        if (parts.isEmpty()) {
            throw new IOException(file.getName() + ": the patterns should be in " + single.getName() + ", which is not in the same folder");
        } else if (parts.lastKey() - parts.firstKey() + 1 != parts.size()) {
            throw new IOException(file.getName() + ": of the parts " + parts.firstEntry().getValue().getName() + " to " + parts.lastEntry().getValue().getName()
                    + " only " + parts.size() + " are in the folder");
        }
        files.addAll(parts.values());
        return files;
    }
}
