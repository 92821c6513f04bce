/* SPDX-License-Identifier: GPL-3.0-or-later */
package vitromap.io;

import java.io.IOException;
import java.nio.ByteBuffer;
import vitromap.engine.FrameSource;
import vitromap.engine.SizedSource;
import vitromap.engine.VitroException;

/** The patterns that a recording will have when it is complete; the first ones can be read. */
final class GrowingSource extends SizedSource {
    private final FrameSource written;

    /** What is written so far is closed with this source. */
    private GrowingSource(FrameSource written, long frames) {
        super(written, frames);
        this.written = written;
    }

    /**
     * Decides the scan shape of a recording that may be as short as it likes.
     *
     * @throws VitroException if neither the user nor the file says how many patterns there will be, or the shape given does not fit them
     */
    static void decide(Recording recording, OpenOptions options, String name) throws IOException {
        if (recording.slow) {
            throw wrong(name + " holds a scan image for each detector pixel: no pattern is complete before the file is. Open it then by 4D-STEM Open....");
        }
        boolean fine = options.scanX >= 0 && options.scanY >= 0 && options.flyback >= 0 && options.skip >= 0;
        long frames = fine ? promised(recording, options) : 1; // refused below, as for any file
        if (frames < 1) {
            throw wrong(name + " does not say how many patterns its scan will have: give scan_x and scan_y.");
        }
        recording.source = new GrowingSource(recording.source, frames);
        recording.announced = 0;
        recording.leftOver = 0;
        recording.scanPatterns = 0; // counted from the patterns that are there
        try {
            ScanShape.decide(recording, options, name);
        } catch (IOException e) {
            throw wrong(e.getMessage());
        }
    }

    /** The last row may lack its fly-back. */
    private static long promised(Recording recording, OpenOptions o) {
        if (o.scanX > 0 && o.scanY > 0) {
            return o.skip + o.scanY * (o.scanX + (long) o.flyback) - o.flyback;
        }
        return recording.announced > 0 ? recording.announced : (long) recording.scanX * recording.scanY;
    }

    private static VitroException wrong(String text) {
        return new VitroException(VitroException.ARGUMENT, text);
    }

    @Override
    public long ready() {
        return Math.min(frames(), written.frames());
    }

    @Override
    public void read(long first, int n, ByteBuffer out) throws IOException {
        written.read(first, n, out);
    }

    @Override
    public void close() throws IOException {
        written.close();
    }
}
