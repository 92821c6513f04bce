/* SPDX-License-Identifier: GPL-3.0-or-later */
package vitromap.ui;

import ij.ImagePlus;
import ij.gui.Line;
import ij.gui.Overlay;
import ij.gui.Plot;
import ij.gui.PolygonRoi;
import ij.gui.Roi;
import ij.process.FloatProcessor;
import java.awt.Color;
import java.util.Arrays;
import vitromap.engine.Geometry;
import vitromap.engine.Mask;
import vitromap.engine.MeanPattern;

/** A mean pattern with centre, ring and mask as overlay, and its radial profile with the ring's range. */
public final class PatternView {
    private static final Color RING = new Color(255, 90, 60);
    private static final Color RANGE = new Color(255, 200, 0);
    private static final Color MASKED = new Color(0, 160, 255, 90);
    private static final int POINTS = 180;

    private final MeanPattern pattern;
    private final byte[] mask;
    private final double scale;

    /** @param scale 1/Angstrom a pixel; 0 = not known, the profile's axis is in px */
    public PatternView(MeanPattern pattern, byte[] mask, double scale) {
        this.pattern = pattern;
        this.mask = mask;
        this.scale = scale;
    }

    public ImagePlus image(String title, Geometry geometry) {
        ImagePlus image = new ImagePlus(title, new FloatProcessor(pattern.width, pattern.height, pattern.mean.clone()));
        double[] range = displayRange(geometry);
        image.setDisplayRange(range[0], range[1]);
        image.setOverlay(overlay(geometry));
        return image;
    }

    /** The pattern outside the direct beam, so that the rings are seen. */
    private double[] displayRange(Geometry geometry) {
        float[] values = new float[pattern.mean.length];
        int n = 0;
        for (int i = 0; i < values.length; i++) {
            double r = Math.hypot(i % pattern.width - geometry.center[0], i / pattern.width - geometry.center[1]);
            if (mask[i] == 0 && !Float.isNaN(pattern.mean[i]) && r > 0.6 * geometry.ringMin) {
                values[n++] = pattern.mean[i];
            }
        }
        return n == 0 ? new double[] {0, 1} : Output.range(Arrays.copyOf(values, n), MapSlice.Style.VALUE);
    }

    /** ImageJ draws pixel centres at halves: everything is moved by half a pixel. */
    public Overlay overlay(Geometry geometry) {
        Overlay overlay = new Overlay();
        Roi masked = Mask.roi(mask, pattern.width, pattern.height);
        if (masked != null) {
            masked.setFillColor(MASKED);
            overlay.add(masked, "mask");
        }
        double x = geometry.center[0] + 0.5;
        double y = geometry.center[1] + 0.5;
        double arm = Math.max(3, pattern.width / 40.0);
        add(overlay, new Line(x - arm, y, x + arm, y), RING, "centre");
        add(overlay, new Line(x, y - arm, x, y + arm), RING, "centre");
        if (geometry.ringMax > 0) {
            add(overlay, ring(geometry, geometry.ringMin), RANGE, "ring_min");
            add(overlay, ring(geometry, geometry.ringMax), RANGE, "ring_max");
        }
        if (geometry.ring > 0) {
            add(overlay, ring(geometry, geometry.ring), RING, "ring");
        }
        return overlay;
    }

    private static void add(Overlay overlay, Roi roi, Color colour, String name) {
        roi.setStrokeColor(colour);
        overlay.add(roi, name);
    }

    /** The curve |E (k - center)| = radius. */
    private static Roi ring(Geometry g, double radius) {
        double det = g.ellipse[0] * g.ellipse[2] - g.ellipse[1] * g.ellipse[1];
        float[] xs = new float[POINTS];
        float[] ys = new float[POINTS];
        for (int i = 0; i < POINTS; i++) {
            double u = radius * Math.cos(2 * Math.PI * i / POINTS);
            double v = radius * Math.sin(2 * Math.PI * i / POINTS);
            xs[i] = (float) (g.center[0] + 0.5 + (g.ellipse[2] * u - g.ellipse[1] * v) / det);
            ys[i] = (float) (g.center[1] + 0.5 + (g.ellipse[0] * v - g.ellipse[1] * u) / det);
        }
        return new PolygonRoi(xs, ys, Roi.POLYGON);
    }

    /** The radial profile; dashed: the range; line: the ring's maximum. */
    public Plot plot(String title, Geometry geometry) {
        float[] profile = pattern.profile(mask, geometry.center, geometry.ellipse);
        double unit = scale > 0 ? scale : 1;
        double[] x = new double[profile.length];
        double[] y = new double[profile.length];
        double highest = 0;
        int from = Math.max(0, (int) (0.5 * geometry.ringMin));
        for (int i = 0; i < x.length; i++) {
            x[i] = (i + 0.5) * unit;
            y[i] = profile[i];
            highest = i >= from && y[i] > highest ? y[i] : highest;
        }
        Plot plot = new Plot(title, scale > 0 ? "q = 1/d (1/\u00c5)" : "Radius (px)", "Mean intensity");
        plot.setColor(Color.BLACK);
        plot.add("line", x, y);
        double top = highest > 0 ? 1.1 * highest : 1;
        plot.setLimits(0, x.length * unit, 0, top);
        plot.setLineWidth(1);
        mark(plot, geometry.ringMin * unit, top, RANGE.darker());
        mark(plot, geometry.ringMax * unit, top, RANGE.darker());
        mark(plot, geometry.ring * unit, top, RING);
        plot.setColor(Color.BLACK);
        return plot;
    }

    private static void mark(Plot plot, double x, double top, Color colour) {
        if (x > 0) {
            plot.setColor(colour);
            plot.drawLine(x, 0, x, top);
        }
    }
}
