/* SPDX-License-Identifier: GPL-3.0-or-later */
package vitromap.io;

import java.io.Closeable;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Objects;
import vitromap.engine.FrameSource;
import vitromap.engine.VitroException;

/** A file that is still being written. Each look opens it anew with its format's reader: the header may change, and further parts may come. */
public final class GrowingFile implements Closeable {
    private final File file;
    private final OpenOptions options;
    private final Object identity;
    private long length;
    private Recording recording;
    private String obstacle = "";
    private long grown = System.nanoTime();

    /** @throws IOException if there is no such file */
    public GrowingFile(File file, OpenOptions options) throws IOException {
        this.file = file;
        this.options = options;
        options.growing = true;
        Formats.check(file, options);
        this.identity = identity();
    }

    /** Another file of the same name has another one, where the system tells. */
    private Object identity() throws IOException {
        return Files.readAttributes(file.toPath(), BasicFileAttributes.class).fileKey();
    }

    /**
     * Looks how far the file is.
     *
     * @return its recording, whose source says how many patterns are ready; null = none can be read yet
     * @throws IOException if it is not the file it was, or shorter
     * @throws VitroException if it can never be read so
     */
    public Recording look() throws IOException {
        if (!file.isFile()) {
            throw new IOException(file.getName() + " is gone: it was deleted or renamed while it was watched");
        }
        if (!Objects.equals(identity, identity())) {
            throw new IOException(file.getName() + " was replaced by another file while it was watched");
        }
        lengthen(file.length());
        Recording next;
        try {
            next = Formats.open(file, options);
        } catch (IOException e) {
            obstacle = e.getMessage();
            return recording;
        } catch (VitroException e) {
            if (e.code == VitroException.ARGUMENT) {
                throw e;
            }
            obstacle = e.getMessage();
            return recording;
        }
        obstacle = "";
        take(next);
        return recording;
    }

    private void lengthen(long now) throws IOException {
        if (now < length) {
            throw new IOException(file.getName() + " has shrunk from " + length + " to " + now + " bytes: it was cut off or begun anew while it was watched");
        } else if (now > length) {
            grown = System.nanoTime();
        }
        length = now;
    }

    private void take(Recording next) throws IOException {
        String change = recording == null ? "" : change(recording, next);
        if (!change.isEmpty()) {
            next.source.close();
            throw new IOException(file.getName() + " is another recording than it was when watching began: " + change);
        }
        if (recording == null || next.source.ready() > recording.source.ready()) {
            grown = System.nanoTime();
        }
        close();
        recording = next;
    }

    private static String change(Recording before, Recording now) {
        FrameSource a = before.source;
        FrameSource b = now.source;
        String was = a.width() + " x " + a.height() + " px, " + before.scanX + " x " + before.scanY + " patterns";
        String is = b.width() + " x " + b.height() + " px, " + now.scanX + " x " + now.scanY + " patterns";
        if (!was.equals(is) || a.type() != b.type()) {
            return is + " instead of " + was;
        }
        return b.ready() < a.ready() ? b.ready() + " patterns where " + a.ready() + " were" : "";
    }

    /** Seconds since it last grew. */
    public double idle() {
        return 1e-9 * (System.nanoTime() - grown);
    }

    /** Why the last look found nothing that can be read, in the reader's words; empty = it did. */
    public String obstacle() {
        return obstacle;
    }

    @Override
    public void close() throws IOException {
        if (recording != null) {
            recording.source.close();
        }
    }
}
