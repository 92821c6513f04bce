/* SPDX-License-Identifier: GPL-3.0-or-later */
package vitromap.io;

import java.nio.ByteBuffer;
import vitromap.engine.Native;

/** Where the frames of a file lie, and what its header says of the experiment: vitro_layout and vitro_metadata. */
final class Layout {
    private static final int TYPE = 0, BIG_ENDIAN = 1, PACKING = 2, WIDTH = 4, HEIGHT = 5, OFFSET = 6, ROW_STRIDE = 7, FRAME_STRIDE = 8,
            FRAMES = 9, SCAN_X = 10, SCAN_Y = 11, PIXEL_STRIDE = 12, LENGTH = 14;
    private static final int METADATA = 8;

    final long[] fields;
    final double[] metadata = new double[METADATA];
    private boolean keeps;

    Layout() {
        this(new long[LENGTH]);
    }

    private Layout(long[] fields) {
        this.fields = fields;
        java.util.Arrays.fill(metadata, Double.NaN);
    }

    /** Frames of plain rows without padding, stride bytes apart. */
    static Layout plain(int type, boolean bigEndian, long width, long height, long offset, long stride, long frames) {
        long row = width * Native.typeBytes(type);
        return new Layout(new long[] {type, bigEndian ? 1 : 0, 0, 0, width, height, offset, row, stride, frames, 0, 0, 0, 0});
    }

    /** The same, but frames come in the type that the file has. */
    Layout kept() {
        Layout kept = new Layout(fields);
        kept.keeps = true;
        return kept;
    }

    /** Of the pixels that come out of {@link #decode}. */
    int frameType() {
        return keeps ? Native.keptType(type()) : Native.decodedType(type());
    }

    /** n frames from the file's bytes, the first of which is the first frame's first. */
    void decode(ByteBuffer raw, long bytes, int n, ByteBuffer out) {
        if (keeps) {
            Native.framesKeep(fields, raw, bytes, n, out);
        } else {
            Native.framesDecode(fields, raw, bytes, n, out);
        }
    }

    int type() {
        return (int) fields[TYPE];
    }

    int width() {
        return (int) fields[WIDTH];
    }

    int height() {
        return (int) fields[HEIGHT];
    }

    long offset() {
        return fields[OFFSET];
    }

    long frameStride() {
        return fields[FRAME_STRIDE];
    }

    long frames() {
        return fields[FRAMES];
    }

    int scanX() {
        return (int) fields[SCAN_X];
    }

    int scanY() {
        return (int) fields[SCAN_Y];
    }

    /** No frame lies in one piece: there is a scan image for each detector pixel. */
    boolean isScattered() {
        return fields[PIXEL_STRIDE] > 0;
    }

    /** The same pixels with the frames as the fastest dimension: one in all, side by side in each pixel. */
    Layout framesLast() {
        long bytes = Native.typeBytes(type());
        long step = frames() * bytes;
        return new Layout(new long[] {type(), fields[BIG_ENDIAN], 0, 0, width(), height(), offset(), width() * step, bytes, frames(), frames(), 1, step, step});
    }

    /** Frames as {@link vitromap.engine.Native#framesGather} puts them together, one after another. */
    Layout gathered() {
        long bytes = (long) width() * height() * Native.typeBytes(type());
        Layout plain = plain(type(), fields[BIG_ENDIAN] != 0, width(), height(), 0, bytes, frames());
        return keeps ? plain.kept() : plain;
    }

    /** The bytes are pixels as {@link vitromap.engine.FrameSource} gives them: nothing has to be decoded. */
    boolean isDecoded() {
        long row = fields[WIDTH] * Native.typeBytes(type());
        return fields[PACKING] == 0 && frameType() == type() && (fields[BIG_ENDIAN] == 0 || Native.typeBytes(type()) == 1)
                && fields[ROW_STRIDE] == row;
    }

    /** Bytes from the first pixel of a stored frame to its last. */
    long storedFrameBytes() {
        if (fields[PACKING] != 0) {
            return fields[FRAME_STRIDE] - padding();
        }
        long row = fields[TYPE] == 11 ? (fields[WIDTH] + 7) / 8 : fields[WIDTH] * Native.typeBytes(type());
        return (fields[HEIGHT] - 1) * fields[ROW_STRIDE] + row;
    }

    /** Packed frames fill their stride but for the header before each, which is as long as the first one's. */
    private long padding() {
        return fields[OFFSET];
    }
}
