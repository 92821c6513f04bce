/* SPDX-License-Identifier: GPL-3.0-or-later */
package vitromap.validation;

import ij.ImagePlus;
import ij.ImageStack;
import ij.process.FloatProcessor;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.function.DoubleUnaryOperator;
import vitromap.engine.Dataset;
import vitromap.engine.FrameSource;
import vitromap.engine.Geometry;
import vitromap.engine.Job;
import vitromap.engine.MeanPattern;
import vitromap.engine.Native;
import vitromap.engine.Runner;
import vitromap.io.Formats;
import vitromap.io.OpenOptions;
import vitromap.io.TestFiles;

/** The mean of a measured file's patterns and what is found on it. */
final class RealPattern {
    final MeanPattern pattern;
    final Geometry geometry = new Geometry();

    private RealPattern(FrameSource source) throws IOException {
        pattern = MeanPattern.of(source, "Mean pattern");
        geometry.setMask(pattern.findMask());
        geometry.setCenter(pattern.findCenter(geometry.mask));
        geometry.setRing(pattern, 0, 0, line -> { });
        pattern.findEllipse(geometry);
        geometry.setRing(pattern, 0, 0, line -> { });
    }

    /** A third-party file; the test is skipped without it. */
    static RealPattern open(String path) throws IOException {
        try (FrameSource source = Formats.open(TestFiles.data(path), new OpenOptions()).source) {
            return new RealPattern(source);
        }
    }

    /** Half of what the ratio of the ring's axes exceeds 1 by. */
    double ellipticity() {
        double[] e = geometry.ellipse;
        double mean = (e[0] + e[2]) / 2;
        double half = Math.hypot((e[0] - e[2]) / 2, e[1]);
        return half / (mean - half);
    }

    /** Degrees, counter-clockwise on screen: where E shortens least. */
    double longAxis() {
        double[] e = geometry.ellipse;
        return Math.toDegrees(0.5 * Math.atan2(2 * e[1], e[2] - e[0]));
    }

    /** |E k| of a pixel about a centre. */
    private double radius(int i, double[] center) {
        double x = i % pattern.width - center[0];
        double y = i / pattern.width - center[1];
        double[] e = geometry.ellipse;
        return Math.hypot(e[0] * x + e[1] * y, e[1] * x + e[2] * y);
    }

    private boolean inRing(int i) {
        double r = radius(i, geometry.center);
        return geometry.mask[i] == 0 && r >= geometry.ringMin && r <= geometry.ringMax;
    }

    /** Mean square of what the ring's pixels differ by from their azimuthal mean about a centre. */
    double unevenness(double[] center) {
        float[] profile = pattern.profile(geometry.mask, center, geometry.ellipse);
        double sum = 0;
        for (int i = 0; i < pattern.mean.length; i++) {
            if (inRing(i)) {
                double rest = pattern.mean[i] - interpolated(profile, radius(i, center));
                sum += rest * rest;
            }
        }
        return sum;
    }

    private static double interpolated(float[] profile, double radius) {
        double place = Math.max(0, Math.min(profile.length - 1.001, radius - 0.5));
        int i = (int) place;
        double a = profile[i];
        double b = profile[i + 1];
        return Double.isNaN(a) ? b : Double.isNaN(b) ? a : a + (place - i) * (b - a);
    }

    /** The reference's smooth curve as the core learns it from this pattern alone. */
    DoubleUnaryOperator learnedFallOff() throws IOException {
        ImageStack stack = new ImageStack(pattern.width, pattern.height);
        stack.addSlice(new FloatProcessor(pattern.width, pattern.height, pattern.mean));
        FrameSource source = Dataset.of(new ImagePlus("mean", stack)).source();
        int last = (int) (2 * geometry.ringMax);
        double[] radius = new double[last + 1];
        double[] curve = new double[last + 1];
        for (int i = 0; i <= last; i++) {
            radius[i] = Math.max(i, 1);
        }
        try (Job job = new Job(Native.referenceNew(source.width(), source.height(), source.type(), 0, 1, geometry.array(), geometry.mask))) {
            Runner.run(source, job, "Reference");
            long model = Native.ringModelNew(job.handle(), null, 0);
            Native.ringModelCurves(model, radius, new double[last + 1], curve);
            Native.ringModelFree(model);
        }
        return r -> curve[(int) Math.min(r, last - 1)] + (Math.min(r, last - 1) % 1) * (curve[(int) Math.min(r, last - 1) + 1] - curve[(int) Math.min(r, last - 1)]);
    }

    /** Tabulated mean square of the scattering factors of Zr50Cu45Al5, with the first ring where metallic glasses have it, at 0.43 1/Angstrom. */
    DoubleUnaryOperator tabulatedFallOff() {
        double[] q = new double[2000];
        double[] f2 = new double[q.length];
        for (int i = 0; i < q.length; i++) {
            q[i] = 1e-3 * i;
        }
        Native.scattering("Zr50Cu45Al5".getBytes(StandardCharsets.UTF_8), q, f2, null);
        return r -> {
            double place = Math.min(430 * r / geometry.ring, q.length - 2);
            int i = (int) place;
            return f2[i] + (place - i) * (f2[i + 1] - f2[i]);
        };
    }

    /**
     * The pattern as a strained specimen would show it, scaled to a number of counts in the ring's unmasked range; masked pixels 0.
     *
     * @param strain e_xx, e_yy, e_xy in %, scan frame (y up), linear definition
     * @param fallOff B: the part of the intensity that stays where it is; I(k) = B(|E k|) S(V k), S = I / B of the unstrained pattern
     */
    float[] warped(double[] strain, DoubleUnaryOperator fallOff, double counts) {
        double[] map = detectorMap(strain);
        FloatProcessor structure = structure(fallOff);
        float[] out = new float[pattern.mean.length];
        double total = 0;
        for (int i = 0; i < out.length; i++) {
            total += inRing(i) ? pattern.mean[i] : 0;
        }
        for (int i = 0; i < out.length; i++) {
            double x = i % pattern.width - geometry.center[0];
            double y = i / pattern.width - geometry.center[1];
            double value = structure.getBicubicInterpolatedPixel(geometry.center[0] + map[0] * x + map[1] * y, geometry.center[1] + map[2] * x + map[3] * y, structure);
            out[i] = geometry.mask[i] != 0 ? 0 : (float) Math.max(0, value * fallOff.applyAsDouble(radius(i, geometry.center)) * counts / total);
        }
        return out;
    }

    /** Pattern over fall-off; behind the mask the azimuthal mean, of which only a pixel's width comes into sight. */
    private FloatProcessor structure(DoubleUnaryOperator fallOff) {
        float[] profile = pattern.profile(geometry.mask, geometry.center, geometry.ellipse);
        float[] values = new float[pattern.mean.length];
        for (int i = 0; i < values.length; i++) {
            double r = radius(i, geometry.center);
            double value = geometry.mask[i] == 0 ? pattern.mean[i] : interpolated(profile, r);
            values[i] = Double.isNaN(value) ? 0 : (float) (value / fallOff.applyAsDouble(r));
        }
        return new FloatProcessor(pattern.width, pattern.height, values);
    }

    /** Row by row: E^-1 V E, V = (1 - strain)^-1 with y down: the specimen strains, then the instrument distorts. */
    private double[] detectorMap(double[] strain) {
        double xx = 1 - strain[0] / 100;
        double yy = 1 - strain[1] / 100;
        double xy = strain[2] / 100;
        double det = xx * yy - xy * xy;
        double[] v = {yy / det, -xy / det, -xy / det, xx / det};
        double[] e = geometry.ellipse;
        double[] ve = {v[0] * e[0] + v[1] * e[1], v[0] * e[1] + v[1] * e[2], v[2] * e[0] + v[3] * e[1], v[2] * e[1] + v[3] * e[2]};
        double unit = e[0] * e[2] - e[1] * e[1];
        return new double[] {(e[2] * ve[0] - e[1] * ve[2]) / unit, (e[2] * ve[1] - e[1] * ve[3]) / unit,
            (e[0] * ve[2] - e[1] * ve[0]) / unit, (e[0] * ve[3] - e[1] * ve[1]) / unit};
    }
}
