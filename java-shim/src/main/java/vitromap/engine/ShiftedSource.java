/* SPDX-License-Identifier: GPL-3.0-or-later */
package vitromap.engine;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;

/** The frames of another source, moved by whole pixels: to the right by dx, down by dy; what comes in from outside is 0. */
final class ShiftedSource extends SizedSource {
    private final FrameSource source;
    private final int dx;
    private final int dy;

    ShiftedSource(FrameSource source, int dx, int dy) {
        super(source, source.frames());
        this.source = source;
        this.dx = dx;
        this.dy = dy;
    }

    @Override
    public void read(long first, int n, ByteBuffer out) throws IOException {
        source.read(first, n, out);
        for (int i = 0; i < n; i++) {
            move(out, (int) (i * bytesPerFrame()));
        }
    }

    /** In place: the rows are taken from the side to which they move. */
    private void move(ByteBuffer out, int start) {
        int row = width() * bytesPerPixel();
        byte[] from = new byte[row];
        byte[] to = new byte[row];
        ByteBuffer frame = out.duplicate();
        for (int k = 0; k < height(); k++) {
            int y = dy > 0 ? height() - 1 - k : k;
            Arrays.fill(to, (byte) 0);
            if (y - dy >= 0 && y - dy < height() && Math.abs(dx) < width()) {
                frame.position(start + (y - dy) * row);
                frame.get(from);
                int shift = dx * bytesPerPixel();
                System.arraycopy(from, Math.max(0, -shift), to, Math.max(0, shift), row - Math.abs(shift));
            }
            frame.position(start + y * row);
            frame.put(to);
        }
    }

    /** A mask moved likewise; what comes in from outside is masked. */
    static byte[] move(byte[] mask, int width, int dx, int dy) {
        int height = mask.length / width;
        byte[] moved = new byte[mask.length];
        for (int i = 0; i < mask.length; i++) {
            int x = i % width - dx;
            int y = i / width - dy;
            boolean inside = x >= 0 && x < width && y >= 0 && y < height;
            moved[i] = inside ? mask[y * width + x] : 1;
        }
        return moved;
    }
}
