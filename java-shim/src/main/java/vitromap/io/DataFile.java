/* SPDX-License-Identifier: GPL-3.0-or-later */
package vitromap.io;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * A file read by position, from any number of threads at once. It is never mapped into memory: a mapped file that shrinks takes the
 * whole application down.
 */
final class DataFile implements Closeable {
    private final Path path;
    private final long length;
    private FileChannel channel;

    DataFile(Path path) throws IOException {
        this.path = path;
        this.channel = FileChannel.open(path, StandardOpenOption.READ);
        this.length = channel.size();
    }

    String name() {
        return path.getFileName().toString();
    }

    /** Bytes when it was opened. */
    long length() {
        return length;
    }

    /** Whether this is the file, by whatever name. */
    boolean is(Path other) throws IOException {
        return Files.exists(path) && Files.exists(other) && Files.isSameFile(path, other);
    }

    /**
     * Fills the buffer from its position to its limit.
     *
     * @param what is read, for the message: 'pattern 5 of 9'
     * @throws IOException if the file ends before
     */
    void readFully(ByteBuffer buffer, long position, String what) throws IOException {
        long start = position - buffer.position();
        while (buffer.hasRemaining()) {
            int read = 0;
            try {
                read = channel().read(buffer, start + buffer.position());
            } catch (ClosedChannelException e) {
                if (Thread.currentThread().isInterrupted()) {
                    throw new IOException(name() + ": reading of " + what + " was interrupted", e);
                }
            }
            if (read < 0) {
                throw new IOException(name() + ": " + what + " cannot be read: the file ends at byte " + channel().size() + ". It had " + length
                        + " bytes when it was opened; it has been cut off or replaced since");
            }
        }
    }

    /** An interrupted thread closes a channel for all others, and so does a window that goes: it is opened again. */
    private synchronized FileChannel channel() throws IOException {
        if (!channel.isOpen()) {
            channel = FileChannel.open(path, StandardOpenOption.READ);
        }
        return channel;
    }

    /** Gives the file free; a read after it opens it again. */
    @Override
    public synchronized void close() throws IOException {
        channel.close();
    }
}
