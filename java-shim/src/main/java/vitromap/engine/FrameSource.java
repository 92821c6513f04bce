/* SPDX-License-Identifier: GPL-3.0-or-later */
package vitromap.engine;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;

/**
 * Where the patterns of a dataset come from: frames 0 .. frames() - 1, in scan order (columns fast),
 * each height x width pixels, row by row, kx to the right, ky down.
 */
public interface FrameSource extends AutoCloseable {
    /** Pixel types, the numbers of vitro_type. */
    int U8 = 1;
    int U16 = 2;
    int F32 = 3;

    /** Detector columns, kx. */
    int width();

    /** Detector rows, ky. */
    int height();

    /** Type of the pixels that {@link #read} gives: U8, U16 or F32; of a source by {@link #kept}, any of vitro_type. */
    int type();

    long frames();

    /** How many of the frames, the first ones, can be read now: fewer than all while their file is being written. */
    default long ready() {
        return frames();
    }

    /**
     * Fills out from position 0 with the n frames that begin at first, in native byte order; the buffer's position and limit are
     * left as they are. Safe to call from several threads at once.
     *
     * @throws IOException if a frame cannot be read whole; never a blank frame
     */
    void read(long first, int n, ByteBuffer out) throws IOException;

    /** All frames as Java arrays of the type and size that {@link #read} gives, for those who read little of each; null if they do not lie in memory so. */
    default Object[] arrays() {
        return null;
    }

    /**
     * The same frames with their numbers in the type in which they are kept, before they become U8, U16 or F32; itself if that is the same. It reads
     * from the same file, and is not to be closed.
     */
    default FrameSource kept() {
        return this;
    }

    /** Whether frames are read from this file. */
    default boolean reads(Path file) throws IOException {
        return false;
    }

    /** Frees files; the default does nothing. */
    @Override
    default void close() throws IOException {
    }

    default int bytesPerPixel() {
        return type() < F32 ? type() : type() == F32 ? 4 : Native.typeBytes(type());
    }

    default long bytesPerFrame() {
        return (long) width() * height() * bytesPerPixel();
    }
}
