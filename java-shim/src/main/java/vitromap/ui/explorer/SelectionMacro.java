/* SPDX-License-Identifier: GPL-3.0-or-later */
package vitromap.ui.explorer;

import ij.gui.Roi;
import ij.gui.ShapeRoi;
import ij.plugin.filter.ThresholdToSelection;
import ij.process.ByteProcessor;
import ij.process.ImageProcessor;
import java.awt.Polygon;
import java.awt.Rectangle;
import java.util.Arrays;
import java.util.Comparator;

/** A set of pixels as lines of a macro that select exactly these. */
final class SelectionMacro {
    private SelectionMacro() {
    }

    /** A text in quotes. */
    static String quoted(String text) {
        return '"' + text.replace("\\", "\\\\").replace("\"", "\\\"") + '"';
    }

    /** 'x,y,width,height' if the pixels are a full rectangle; else null. */
    static String rectangle(byte[] pixels, int width, int height) {
        Rectangle r = traced(pixels, width, height).getBounds();
        for (int i = 0; i < pixels.length; i++) {
            if (pixels[i] == 0 && r.contains(i % width, i / width)) {
                return null;
            }
        }
        return r.x + "," + r.y + "," + r.width + "," + r.height;
    }

    /** @param pixels height x width bytes, nonzero = selected; at least one is */
    static String of(byte[] pixels, int width, int height) {
        Roi roi = traced(pixels, width, height);
        Roi[] outlines = roi instanceof ShapeRoi ? ((ShapeRoi) roi).getRois() : new Roi[] {roi};
        Arrays.sort(outlines, Comparator.comparingInt(o -> -o.getBounds().width * o.getBounds().height)); // what holds others comes before them
        StringBuilder text = new StringBuilder();
        for (Roi outline : outlines) {
            Polygon polygon = outline.getPolygon();
            if (text.length() > 0) {
                text.append("setKeyDown(\"").append(isHole(polygon, pixels, width) ? "alt" : "shift").append("\");\n");
            }
            text.append("makeSelection(\"polygon\", newArray(").append(list(polygon.xpoints, polygon.npoints)).append("), newArray(")
                    .append(list(polygon.ypoints, polygon.npoints)).append("));\n");
        }
        return text.toString();
    }

    private static Roi traced(byte[] pixels, int width, int height) {
        byte[] full = new byte[pixels.length];
        for (int i = 0; i < full.length; i++) {
            full[i] = (byte) (pixels[i] != 0 ? 255 : 0);
        }
        ImageProcessor processor = new ByteProcessor(width, height, full);
        processor.setThreshold(255, 255, ImageProcessor.NO_LUT_UPDATE);
        return new ThresholdToSelection().convert(processor);
    }

    /** Right of and below the leftmost of an outline's topmost corners lies a pixel inside it. */
    private static boolean isHole(Polygon outline, byte[] pixels, int width) {
        int best = 0;
        for (int i = 1; i < outline.npoints; i++) {
            int down = outline.ypoints[i] - outline.ypoints[best];
            best = down < 0 || down == 0 && outline.xpoints[i] < outline.xpoints[best] ? i : best;
        }
        return pixels[outline.ypoints[best] * width + outline.xpoints[best]] == 0;
    }

    private static String list(int[] values, int n) {
        return Arrays.toString(Arrays.copyOf(values, n)).replaceAll("[\\[\\] ]", "");
    }
}
