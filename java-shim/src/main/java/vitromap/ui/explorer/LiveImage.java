/* SPDX-License-Identifier: GPL-3.0-or-later */
package vitromap.ui.explorer;

import ij.ImagePlus;
import ij.process.FloatProcessor;
import ij.process.LUT;

/** An image whose pixels are replaced as answers come; its display range follows them until the user sets another. On the event thread only. */
final class LiveImage {
    final ImagePlus image;
    final ExplorerWindow window;
    private double low;
    private double high;
    private boolean follows = true;

    LiveImage(ImagePlus image, ExplorerWindow window) {
        this.image = image;
        this.window = window;
    }

    boolean isOpen() {
        return image.getWindow() == window && !window.isClosed();
    }

    /** The display range follows the pixels again. */
    void follow() {
        follows = true;
        low = image.getDisplayRangeMin();
        high = image.getDisplayRangeMax();
    }

    /** @param range lowest and highest value shown, if the user has set no other */
    void show(float[] pixels, double[] range, String line) {
        if (!isOpen()) {
            return;
        }
        image.getProcessor().setPixels(pixels);
        follows &= image.getDisplayRangeMin() == low && image.getDisplayRangeMax() == high;
        if (follows) {
            image.setDisplayRange(range[0], range[1]);
            low = image.getDisplayRangeMin();
            high = image.getDisplayRangeMax();
        }
        image.changes = false;
        image.updateAndDraw();
        window.say(line);
    }

    /** Another image's pixels with its colours and display range. */
    void show(FloatProcessor pixels, LUT colours, double[] range, String line) {
        image.getProcessor().setLut(colours);
        follow();
        show((float[]) pixels.getPixels(), range, line);
    }

    void close() {
        if (isOpen()) {
            image.changes = false;
            image.close();
        }
    }
}
