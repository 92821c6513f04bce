/* SPDX-License-Identifier: GPL-3.0-or-later */
package vitromap.io;

import java.io.File;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.util.Arrays;
import vitromap.engine.Native;

/** DM3 and DM4 files, whose tags lie before and after the pixels: only the parts of the file that hold tags are read. */
final class DmFiles {
    private static final int PIECE_BYTES = 1 << 18, MOST_PIECES = 64;

    private DmFiles() {
    }

    /** Version 3 or 4, and a byte order of 0 or 1 after the length of the tags. */
    static boolean isDm(byte[] head) {
        int order = head.length < 16 ? 0 : head[3] == 3 ? 8 : 12;
        return order > 0 && head[0] == 0 && head[1] == 0 && head[2] == 0 && (head[3] == 3 || head[3] == 4)
                && head[order] == 0 && head[order + 1] == 0 && head[order + 2] == 0 && (head[order + 3] & 0xfe) == 0;
    }

    static Recording open(File file, OpenOptions options) throws IOException {
        Layout layout = new Layout();
        byte[] bytes = {};
        long[] pieces = {};
        try (RandomAccessFile in = new RandomAccessFile(file, "r")) {
            long missing = 0;
            while (missing >= 0) {
                if (pieces.length == 2 * MOST_PIECES) {
                    throw new IOException(file.getName() + ": its tags are scattered over more than " + MOST_PIECES + " places of the file");
                }
                int length = (int) Math.min(PIECE_BYTES, in.length() - missing);
                bytes = Arrays.copyOf(bytes, bytes.length + length);
                in.seek(missing);
                in.readFully(bytes, bytes.length - length, length);
                pieces = Arrays.copyOf(pieces, pieces.length + 2);
                pieces[pieces.length - 2] = missing;
                pieces[pieces.length - 1] = length;
                missing = Native.layoutDm(bytes, pieces, in.length(), layout.fields, layout.metadata);
            }
        }
        return LayoutFiles.recording(file, layout);
    }
}
