/* SPDX-License-Identifier: GPL-3.0-or-later */
package vitromap.io;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;

/**
 * Which patterns of a TVIPS recording were taken while the beam was scanned: the header of each pattern has an index, 0 before the scan, then
 * 1, 2 and so on. Some tens of headers are read, however long the recording is.
 */
final class TvipsScan {
    private static final int SAMPLES = 64, LEAST = 16;

    /** A part of the recording: its file, and where the indices stand in it. */
    static final class Part {
        final DataFile file;
        final long begin;
        final long stride;
        final long frames;

        Part(DataFile file, long begin, long stride, long frames) {
            this.file = file;
            this.begin = begin;
            this.stride = stride;
            this.frames = frames;
        }
    }

    private interface Condition {
        boolean holds(long index);
    }

    private final List<Part> parts;
    private final long frames;

    TvipsScan(List<Part> parts) {
        this.parts = parts;
        this.frames = parts.stream().mapToLong(part -> part.frames).sum();
    }

    /** Sets the first pattern of the scan and their number, if the index tells them without doubt: a square that is counted without a gap. */
    void find(Recording recording) throws IOException {
        long last = frames - 1;
        if (index(last) == 0) {
            long sample = lastSample();
            last = sample < 0 ? -1 : first(sample, frames - 1, index -> index == 0) - 1;
        }
        if (last < 0) {
            return;
        }
        long count = index(last);
        long start = first(0, last, index -> index > 0);
        long side = Math.round(Math.sqrt(count));
        if (count < LEAST || side * side != count || start + count > frames || start == 0 && count == frames) {
            return;
        }
        for (int i = 0; i <= SAMPLES; i++) {
            long k = (count - 1) * i / SAMPLES;
            if (index(start + k) != k + 1) {
                recording.notes.add("The file counts " + count + " positions of a scan, but not one for each pattern: all " + frames + " patterns were kept.");
                return;
            }
        }
        recording.scanFirst = start;
        recording.scanPatterns = count;
    }

    /** The last of some evenly spaced patterns whose index is not 0; -1 = none. */
    private long lastSample() throws IOException {
        for (int i = SAMPLES - 1; i >= 0; i--) {
            long frame = (frames - 1) * i / SAMPLES;
            if (index(frame) > 0) {
                return frame;
            }
        }
        return -1;
    }

    /** The first pattern from low on for which the condition holds, as it does for high and from then on. */
    private long first(long low, long high, Condition condition) throws IOException {
        long from = low;
        long to = high;
        while (from < to) {
            long middle = (from + to) / 2;
            if (condition.holds(index(middle))) {
                to = middle;
            } else {
                from = middle + 1;
            }
        }
        return from;
    }

    private long index(long frame) throws IOException {
        long rest = frame;
        for (Part part : parts) {
            if (rest < part.frames) {
                ByteBuffer bytes = ByteBuffer.allocate(Integer.BYTES).order(ByteOrder.LITTLE_ENDIAN);
                part.file.readFully(bytes, part.begin + rest * part.stride, "the header of pattern " + (frame + 1));
                return bytes.getInt(0) & 0xffffffffL;
            }
            rest -= part.frames;
        }
        throw new IOException("The recording has no pattern " + frame);
    }
}
