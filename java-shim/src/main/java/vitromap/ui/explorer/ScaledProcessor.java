/* SPDX-License-Identifier: GPL-3.0-or-later */
package vitromap.ui.explorer;

import ij.process.ByteProcessor;
import ij.process.FloatProcessor;
import java.awt.Image;

/**
 * A pattern that is drawn in a linear, square-root or logarithmic scale, while its pixels stay what was measured: what ImageJ reads,
 * measures and duplicates are counts. The scale lies between the ends of the display range.
 */
final class ScaledProcessor extends FloatProcessor {
    static final String[] SCALES = {"linear", "square root", "log"};
    static final int LINEAR = 0;
    static final int SQUARE_ROOT = 1;
    static final int LOG = 2;
    /** The logarithm is of 1 + 1000 t, t from 0 to 1 over the display range: three decades. */
    private static final double LOG_RANGE = 1000;
    private static final int STEPS = 1 << 14;

    private final byte[] shown;
    private byte[] table;

    ScaledProcessor(int width, int height) {
        super(width, height);
        shown = new byte[width * height];
    }

    /** @param scale LINEAR, SQUARE_ROOT or LOG */
    void setScale(int scale) {
        byte[] next = scale == LINEAR ? null : new byte[STEPS + 1];
        for (int i = 0; next != null && i <= STEPS; i++) {
            next[i] = (byte) Math.round(255 * curve(scale, (double) i / STEPS));
        }
        table = next;
    }

    /** Brightness of a place in the display range, both from 0 to 1. */
    static double curve(int scale, double t) {
        return scale == SQUARE_ROOT ? Math.sqrt(t) : scale == LOG ? Math.log1p(LOG_RANGE * t) / Math.log1p(LOG_RANGE) : t;
    }

    @Override
    public Image createImage() {
        byte[] curve = table;
        if (curve == null || getMinThreshold() != NO_THRESHOLD) {
            return super.createImage();
        }
        float[] pixels = (float[]) getPixels();
        double min = getMin();
        double scale = STEPS / (getMax() - min);
        for (int i = 0; i < pixels.length; i++) {
            double t = (pixels[i] - min) * scale;
            shown[i] = curve[t > 0 ? t < STEPS ? (int) t : STEPS : 0]; // NaN: the first colour
        }
        return new ByteProcessor(getWidth(), getHeight(), shown, getColorModel()).createImage();
    }
}
