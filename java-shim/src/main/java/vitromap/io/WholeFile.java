/* SPDX-License-Identifier: GPL-3.0-or-later */
package vitromap.io;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileStore;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Locale;
import java.util.concurrent.atomic.AtomicLong;

/**
 * A file that is there whole or not at all. It is written under another name in the same folder and takes its own at the end, in one step that the system
 * does or does not; a file of that name is as it was until then.
 */
final class WholeFile implements AutoCloseable {
    /** Bytes after which the disk is waited for: else all of it would wait at the end, where ESC could not be heard. */
    private static final long SYNC_BYTES = 64 << 20;

    private final Path target;
    private final Path part;
    private final FileChannel channel;
    private final AtomicLong waiting = new AtomicLong();
    private boolean done;

    /**
     * Looks whether the file can be written and fits, and begins it.
     *
     * @param bytes that it will have
     * @throws IOException that says why it cannot be written
     */
    WholeFile(Path path, long bytes) throws IOException {
        check(path);
        this.target = Files.exists(path) ? path.toRealPath() : path.toAbsolutePath(); // a link stays, what it leads to is replaced
        checkRoom(target.getParent(), bytes);
        Path part = null;
        FileChannel channel = null;
        for (int i = 0; channel == null; i++) {
            part = target.resolveSibling(target.getFileName() + ".part" + (i == 0 ? "" : "-" + i));
            try {
                channel = FileChannel.open(part, StandardOpenOption.WRITE, StandardOpenOption.CREATE_NEW);
            } catch (FileAlreadyExistsException e) {
                continue; // another export, or what is left of one that was killed
            } catch (IOException e) {
                throw new IOException(path + " cannot be written: " + reason(e), e);
            }
        }
        this.part = part;
        this.channel = channel;
    }

    private static void check(Path path) throws IOException {
        Path folder = path.toAbsolutePath().getParent();
        if (Files.isDirectory(path)) {
            throw new IOException(path + " is a folder. Give the name of a file in it.");
        } else if (folder == null || !Files.isDirectory(folder)) {
            throw new IOException(path + " cannot be written: there is no folder " + folder);
        } else if (Files.exists(path) && !Files.isRegularFile(path)) {
            throw new IOException(path + " is not an ordinary file and cannot be replaced.");
        } else if (Files.exists(path) && !Files.isWritable(path)) {
            throw new IOException(path + " may not be overwritten: it is write-protected.");
        }
    }

    /** A file system that does not tell its size (0) is tried. */
    private static void checkRoom(Path folder, long bytes) throws IOException {
        FileStore store = Files.getFileStore(folder);
        long free = store.getUsableSpace();
        if (store.getTotalSpace() > 0 && free >= 0 && free < bytes) {
            throw new IOException(String.format(Locale.US, "There is not enough room in %s: the file needs %s, %s are free.", folder, size(bytes), size(free)));
        }
    }

    /** As file managers have it: a MB is a million. */
    static String size(long bytes) {
        return bytes < 1_000_000 ? String.format(Locale.US, "%,d bytes", bytes) : bytes < 10_000_000_000L ? String.format(Locale.US, "%,.1f MB", bytes * 1e-6) : String.format(Locale.US, "%,.1f GB", bytes * 1e-9);
    }

    /** The system's words where it has some; the names of files are known. */
    private static String reason(IOException e) {
        String text = e instanceof FileSystemException ? ((FileSystemException) e).getReason() : e.getMessage();
        return text != null ? text : e instanceof AccessDeniedException ? "no permission to write there" : "the system does not say why";
    }

    /** What is between position and limit, to a place of the file; from several threads at once. */
    void write(ByteBuffer from, long position) throws IOException {
        long bytes = from.remaining();
        try {
            for (long at = position; from.hasRemaining(); ) {
                at += channel.write(from, at);
            }
            if (waiting.addAndGet(bytes) >= SYNC_BYTES) {
                waiting.set(0);
                channel.force(false);
            }
        } catch (IOException e) {
            throw new IOException(target + " could not be written: " + reason(e) + ". Nothing of it was kept.", e);
        }
    }

    /** All is written: the file takes its name. Returns whether one of that name was replaced. */
    boolean keep() throws IOException {
        boolean replaces = Files.exists(target);
        try {
            channel.force(true);
            channel.close();
            if (replaces && Files.getFileStore(target).supportsFileAttributeView("posix")) {
                Files.setPosixFilePermissions(part, Files.getPosixFilePermissions(target));
            }
            Files.move(part, target, StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException e) {
            throw new IOException(target + " could not be " + (replaces ? "replaced; it is as it was, perhaps another program has it open" : "written") + ": "
                    + reason(e), e);
        }
        done = true;
        return replaces;
    }

    /** If it was not kept, nothing is left of it. Its name goes at once; the system takes a second to free some GB, for which nobody waits. */
    @Override
    public void close() throws IOException {
        if (done) {
            return;
        }
        Files.deleteIfExists(part);
        Thread free = new Thread(() -> {
            try {
                channel.close();
            } catch (IOException e) {
                return; // there is no file any more
            }
        }, "Free " + part.getFileName());
        free.setDaemon(true);
        free.start();
    }
}
