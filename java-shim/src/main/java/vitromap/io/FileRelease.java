/* SPDX-License-Identifier: GPL-3.0-or-later */
package vitromap.io;

import ij.IJ;
import ij.ImageListener;
import ij.ImagePlus;
import java.io.IOException;
import java.util.Collections;
import java.util.Map;
import java.util.WeakHashMap;
import vitromap.engine.FrameSource;

/** Closes a dataset's file when its window is closed: an open file can be neither deleted nor renamed on Windows. */
public final class FileRelease implements ImageListener {
    private static final Map<ImagePlus, FrameSource> SOURCES = Collections.synchronizedMap(new WeakHashMap<>());

    static {
        ImagePlus.addImageListener(new FileRelease());
    }

    private FileRelease() {
    }

    /** Who still reads from the source, a running command or another window, opens the file again without noticing. */
    public static void whenClosed(ImagePlus image, FrameSource source) {
        SOURCES.put(image, source);
    }

    @Override
    public void imageClosed(ImagePlus image) {
        FrameSource source = SOURCES.remove(image);
        try {
            if (source != null) {
                source.close();
            }
        } catch (IOException e) {
            IJ.log(image.getTitle() + ": " + e.getMessage());
        }
    }

    @Override
    public void imageOpened(ImagePlus image) {
    }

    @Override
    public void imageUpdated(ImagePlus image) {
    }
}
