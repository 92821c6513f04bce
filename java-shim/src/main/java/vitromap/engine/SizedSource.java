/* SPDX-License-Identifier: GPL-3.0-or-later */
package vitromap.engine;

import java.io.IOException;

/** A source whose size is known when it is made. */
public abstract class SizedSource implements FrameSource {
    private final int width;
    private final int height;
    private final int type;
    private final long frames;

    protected SizedSource(int width, int height, int type, long frames) {
        this.width = width;
        this.height = height;
        this.type = type;
        this.frames = frames;
    }

    /** Patterns like those of another source, so many of them. */
    protected SizedSource(FrameSource like, long frames) {
        this(like.width(), like.height(), like.type(), frames);
    }

    @Override
    public final int width() {
        return width;
    }

    @Override
    public final int height() {
        return height;
    }

    @Override
    public final int type() {
        return type;
    }

    @Override
    public final long frames() {
        return frames;
    }

    /** @throws IOException unless there are n frames from first on */
    protected final void check(String name, long first, int n) throws IOException {
        if (first < 0 || n < 0 || first + n > frames) {
            throw new IOException(name + " has no patterns " + first + " to " + (first + n - 1) + ", only " + frames);
        }
    }
}
