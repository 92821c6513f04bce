/* SPDX-License-Identifier: GPL-3.0-or-later */
package vitromap.ui;

import ij.process.LUT;

/** Colour tables by control points: ImageJ alone has none that is diverging, cyclic or perceptually even. */
public final class Luts {
    private static final int[] DIVERGING = {0x1b4a8c, 0x3f82bf, 0x9cc7e0, 0xf6f6f6, 0xf3a985, 0xcf5146, 0x860f2a};
    private static final int[] CYCLIC = {0xd8485a, 0xd99a2b, 0x8fb545, 0x2fa996, 0x3f7fd0, 0x9a59c4, 0xd8485a};
    private static final int[] SEQUENTIAL = {0x440154, 0x472d7b, 0x3b528b, 0x2c728e, 0x21918c, 0x28ae80, 0x5ec962, 0xaddc30, 0xfde725};

    private Luts() {
    }

    /** Blue - white - red: compression, none, tension. */
    public static LUT diverging() {
        return of(DIVERGING);
    }

    /** The last colour is the first: angles. */
    public static LUT cyclic() {
        return of(CYCLIC);
    }

    /** Dark violet - green - yellow, like matplotlib's viridis. */
    public static LUT sequential() {
        return of(SEQUENTIAL);
    }

    private static LUT of(int[] colours) {
        byte[][] table = new byte[3][256];
        for (int i = 0; i < 256; i++) {
            double position = i / 255.0 * (colours.length - 1);
            int k = Math.min((int) position, colours.length - 2);
            for (int c = 0; c < 3; c++) {
                int shift = 16 - 8 * c;
                int from = colours[k] >> shift & 255;
                int to = colours[k + 1] >> shift & 255;
                table[c][i] = (byte) Math.round(from + (to - from) * (position - k));
            }
        }
        return new LUT(table[0], table[1], table[2]);
    }
}
