/* SPDX-License-Identifier: GPL-3.0-or-later */
package vitromap.io;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import vitromap.engine.FrameSource;
import vitromap.engine.Native;
import vitromap.engine.SizedSource;

/**
 * Frames of a file that holds a scan image for each detector pixel. They are put together in bands of many frames, so that the file
 * is read in pieces of some kilobytes and once in all; two bands are kept. All threads that want a band work on it.
 */
final class ScatteredSource extends SizedSource {
    private static final long BAND_BYTES = 128 << 20;
    private static final int STRIP_BYTES = 4 << 20;
    /** Bytes that are quicker read over than passed over. */
    private static final int GAP_BYTES = 1 << 16;
    /** Fewer frames than this are read alone; the second time in a row that a band is asked for, it is read. */
    private static final int FEW = 8, OFTEN = 2;

    private final DataFile file;
    private final Layout layout;
    private final Layout gathered;
    private final long bandBytes;
    private final long bandFrames;
    private final Queue<ByteBuffer> scratch = new ConcurrentLinkedQueue<>();
    private final Band[] bands = new Band[2];
    private long asked = -1;
    private int times;

    ScatteredSource(Path path, Layout layout) throws IOException {
        this(path, layout, Math.min(BAND_BYTES, Runtime.getRuntime().maxMemory() / 8));
    }

    ScatteredSource(Path path, Layout layout, long bandBytes) throws IOException {
        this(new DataFile(path), layout, bandBytes);
    }

    private ScatteredSource(DataFile file, Layout layout, long bandBytes) {
        super(layout.width(), layout.height(), layout.frameType(), layout.frames());
        this.layout = layout;
        this.bandBytes = bandBytes;
        this.gathered = layout.gathered();
        long fit = Math.max(1, bandBytes / gathered.frameStride());
        int row = layout.scanX();
        this.bandFrames = fit < row ? fit : Math.min(fit / row * row, layout.frames());
        this.file = file;
    }

    @Override
    public void read(long first, int n, ByteBuffer out) throws IOException {
        check(file.name(), first, n);
        for (long frame = first; frame < first + n; ) {
            long begin = bandBegin(frame);
            long end = Math.min(first + n, begin + bandLength(begin));
            Band band = band(begin, (int) (end - frame));
            if (band == null) {
                end = Math.min(end, (frame / layout.scanX() + 1) * layout.scanX());
                band = new Band(frame, (int) (end - frame));
            }
            band.fill();
            decode(band, frame, (int) (end - frame), out, (int) (frame - first));
            frame = end;
        }
    }

    /** A band is some frames of a scan row, or some whole rows. */
    private long bandBegin(long frame) {
        long row = bandFrames < layout.scanX() ? frame / layout.scanX() * layout.scanX() : 0;
        return row + (frame - row) / bandFrames * bandFrames;
    }

    private long bandLength(long begin) {
        long end = bandFrames < layout.scanX() ? (begin / layout.scanX() + 1) * layout.scanX() : frames();
        return Math.min(bandFrames, end - begin);
    }

    /** null = not there, and not worth reading for these few frames. */
    private synchronized Band band(long begin, int n) {
        for (Band band : bands) {
            if (band != null && band.first == begin && band.failure == null) {
                return band;
            }
        }
        times = asked == begin ? times + 1 : 1;
        asked = begin;
        if (n < FEW && times < OFTEN && n < bandLength(begin)) {
            return null;
        }
        bands[1] = bands[0];
        bands[0] = new Band(begin, (int) bandLength(begin));
        return bands[0];
    }

    private void decode(Band band, long first, int n, ByteBuffer out, int place) {
        ByteBuffer from = band.data.duplicate();
        int bytes = (int) gathered.frameStride();
        int start = (int) (first - band.first) * bytes;
        from.limit(start + n * bytes).position(start);
        ByteBuffer to = out.duplicate();
        to.limit((int) ((place + n) * bytesPerFrame())).position((int) (place * bytesPerFrame()));
        if (gathered.isDecoded()) {
            to.put(from);
        } else {
            gathered.decode(from.slice(), (long) n * bytes, n, to.slice());
        }
    }

    @Override
    public FrameSource kept() {
        return Native.keptType(layout.type()) == type() ? this : new ScatteredSource(file, layout.kept(), bandBytes);
    }

    @Override
    public boolean reads(Path path) throws IOException {
        return file.is(path);
    }

    @Override
    public synchronized void close() throws IOException {
        bands[0] = null;
        bands[1] = null;
        scratch.clear();
        file.close();
    }

    /** Some frames, read in strips of detector pixels by whoever needs them. */
    private final class Band {
        final long first;
        final int frames;
        final ByteBuffer data;
        private final int pixels;
        private final int pixelsInStrip;
        private final boolean whole;
        private final long[] range = new long[3];
        private int next;
        private int done;
        private volatile IOException failure;

        Band(long first, int frames) {
            this.first = first;
            this.frames = frames;
            this.pixels = width() * height();
            this.data = ByteBuffer.allocateDirect((int) (frames * gathered.frameStride()));
            Native.gatherRange(layout.fields, part(0, pixels), range);
            this.whole = range[2] - range[1] <= GAP_BYTES;
            this.pixelsInStrip = (int) Math.min(pixels, Math.max(1, STRIP_BYTES / (whole ? range[2] : range[1])));
        }

        private long[] part(long pixel, int n) {
            return new long[] {pixel, n, first, frames};
        }

        void fill() throws IOException {
            int strips = (pixels + pixelsInStrip - 1) / pixelsInStrip;
            for (int strip = take(strips); strip < strips; strip = take(strips)) {
                try {
                    if (failure == null) {
                        read(strip * pixelsInStrip, Math.min(pixelsInStrip, pixels - strip * pixelsInStrip));
                    }
                } catch (IOException | RuntimeException | OutOfMemoryError e) {
                    failure = e instanceof IOException ? (IOException) e : new IOException(file.name() + ": " + e.getMessage(), e);
                }
                ready();
            }
            await(strips);
            if (failure != null) {
                throw new IOException(failure.getMessage(), failure);
            }
        }

        private synchronized int take(int strips) {
            return next < strips ? next++ : strips;
        }

        private synchronized void ready() {
            done++;
            notifyAll();
        }

        private synchronized void await(int strips) throws IOException {
            try {
                while (done < strips) {
                    wait();
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new IOException(file.name() + ": reading was interrupted", e);
            }
        }

        private void read(int pixel, int n) throws IOException {
            long stride = whole ? range[2] : range[1];
            long bytes = (n - 1) * stride + range[1];
            if (bytes > Integer.MAX_VALUE) {
                throw new IOException(file.name() + ": " + bytes + " bytes from one pattern to another are too many to read");
            }
            ByteBuffer raw = scratch.poll();
            if (raw == null || raw.capacity() < bytes) {
                raw = ByteBuffer.allocateDirect((int) bytes).order(ByteOrder.nativeOrder());
            }
            String what = "patterns " + (first + 1) + " to " + (first + frames);
            raw.clear();
            for (int i = 0; i < (whole ? 1 : n); i++) {
                raw.limit(whole ? (int) bytes : (int) ((i + 1) * stride));
                file.readFully(raw, range[0] + (pixel + i) * range[2], what);
            }
            Native.framesGather(layout.fields, part(pixel, n), raw, bytes, stride, data);
            scratch.add(raw);
        }
    }
}
