/* SPDX-License-Identifier: GPL-3.0-or-later */
package vitromap.engine;

import ij.gui.Roi;
import java.awt.Point;

/**
 * A virtual detector: the pixels of the pattern that are summed. A pixel belongs to a ring when its centre lies at inner <= r <= outer, to a
 * selection when ImageJ says so. Lengths are px, pixel centres at integers. Immutable.
 */
public final class Detector {
    public final int width;
    public final int height;
    private final double[] center;
    private final double[] ring;
    private final boolean friedel;
    private final byte[] pixels;
    private final byte[] mask;

    /** @param center the pattern's; ring: its own x, y, inner and outer radius; pixels: null = the ring holds */
    private Detector(int width, int height, double[] center, double[] ring, boolean friedel, byte[] pixels, byte[] mask) {
        this.width = width;
        this.height = height;
        this.center = center;
        this.ring = ring;
        this.friedel = friedel;
        this.pixels = pixels;
        this.mask = mask;
    }

    public static Detector annulus(int width, int height, double x, double y, double inner, double outer) {
        return new Detector(width, height, new double[] {x, y}, new double[] {x, y, inner, outer}, false, null, null);
    }

    public static Detector disk(int width, int height, double x, double y, double radius) {
        return annulus(width, height, x, y, 0, radius);
    }

    /** The pixel nearest to a point. */
    public static Detector pixel(int width, int height, double x, double y) {
        int column = (int) Math.floor(x + 0.5);
        int row = (int) Math.floor(y + 0.5);
        if (!(column >= 0 && row >= 0 && column < width && row < height)) {
            throw wrong("The pixel " + column + ", " + row + " does not lie on the detector of " + width + " x " + height + " px.");
        }
        byte[] pixels = new byte[width * height];
        pixels[row * width + column] = 1;
        return of(width, height, pixels);
    }

    /** The pixels of any selection on the pattern: area, line or points; what lies outside the pattern is left out. */
    public static Detector of(Roi roi, int width, int height) {
        if (roi == null) {
            throw wrong("Detector = ROI needs a selection on the dataset: draw the detector on a pattern.");
        }
        byte[] pixels = new byte[width * height];
        boolean any = false;
        for (Point p : roi) {
            if (p.x >= 0 && p.y >= 0 && p.x < width && p.y < height) {
                pixels[p.y * width + p.x] = 1;
                any = true;
            }
        }
        if (!any) {
            throw wrong("The selection holds no pixel of the pattern of " + width + " x " + height + " px.");
        }
        return of(width, height, pixels);
    }

    /** @param pixels height x width bytes, nonzero = counts */
    public static Detector of(int width, int height, byte[] pixels) {
        return new Detector(width, height, new double[2], new double[4], false, pixels, null);
    }

    /** About a pattern's centre: its mates lie opposite of it, and with it the detector moves where the patterns have centres of their own. */
    public Detector about(double x, double y) {
        return new Detector(width, height, new double[] {x, y}, ring, friedel, pixels, mask);
    }

    /** With the pixels opposite of the pattern's centre; each counts once. */
    public Detector withMates(boolean on) {
        return new Detector(width, height, center, ring, on, pixels, mask);
    }

    /** Without masked pixels: height x width bytes, nonzero = masked; null = none is. */
    public Detector without(byte[] masked) {
        return new Detector(width, height, center, ring, friedel, pixels, masked);
    }

    /**
     * The pixels that count where the detector stands: height x width bytes, 1 = counts.
     *
     * @throws VitroException if none does
     */
    public byte[] selected() {
        byte[] out = new byte[width * height];
        Native.detectorPixels(array(), pixels, mask, width, height, out);
        return out;
    }

    /** The native job of its virtual image; centers: x, y of each frame, null = it stays. */
    Job imageJob(FrameSource source, double[] centers) {
        return new Job(Native.virtualImageNew(source.width(), source.height(), source.type(), 0, source.frames(), array(), pixels, mask, centers));
    }

    /** The native job of the centre of mass over it. */
    Job massJob(FrameSource source) {
        return new Job(Native.centerOfMassNew(source.width(), source.height(), source.type(), 0, source.frames(), array(), pixels, mask));
    }

    private double[] array() {
        return new double[] {center[0], center[1], ring[0], ring[1], ring[2], ring[3], friedel ? 1 : 0};
    }

    private static VitroException wrong(String text) {
        return new VitroException(VitroException.ARGUMENT, text);
    }
}
