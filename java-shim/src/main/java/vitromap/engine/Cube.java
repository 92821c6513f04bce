/* SPDX-License-Identifier: GPL-3.0-or-later */
package vitromap.engine;

import ij.ImagePlus;
import ij.ImageStack;
import ij.measure.Calibration;
import java.io.IOException;

/**
 * A stack with a curve at every scan position: XY = scan, Z = an axis whose values are (z - zOrigin) * pixelDepth, such as profiles over q
 * or PDFs over r. Methods on cubes run block by block, a block being the curves of neighbouring positions, slice by slice.
 */
public final class Cube {
    /** Positions of a block; fixed, so that results do not depend on the number of threads. */
    private static final int BLOCK = 256;

    private final ImagePlus image;
    private final Calibration calibration;
    private final float[][] slices;

    /** What is done with the curves of n positions: block[z * n + i] is the z-th value of the i-th, the result is outputs x n in the same way. */
    public interface Method {
        float[] run(float[] block, int n);
    }

    private Cube(ImagePlus image) {
        this.image = image;
        this.calibration = image.getCalibration();
        ImageStack stack = image.getStack();
        slices = new float[stack.getSize()][];
        for (int z = 0; z < slices.length; z++) {
            slices[z] = (float[]) stack.getProcessor(z + 1).convertToFloat().getPixels();
        }
    }

    /**
     * The image as a cube.
     *
     * @throws VitroException if it is none, says which image and why
     */
    public static Cube of(ImagePlus image) {
        if (image == null || image.getStackSize() == 0 || image.getProcessor() == null) {
            throw wrong("There is no image, or it was closed meanwhile.");
        }
        String name = "'" + image.getTitle() + "'";
        if (image.getBitDepth() == 24 || image.getNChannels() > 1 || image.getNSlices() > 1 && image.getNFrames() > 1 || image.getStackSize() < 2) {
            throw wrong(name + " is no cube. A cube is a stack with X and Y = scan and its slices along one axis, such as NAME-Profiles, NAME-Sq or NAME-PDF.");
        }
        double depth = image.getCalibration().pixelDepth;
        if (!(Math.abs(depth) > 0 && Math.abs(depth) < Double.POSITIVE_INFINITY)) {
            throw wrong("The slices of " + name + " have the distance " + depth + ": set the voxel depth by Image > Properties...");
        }
        return new Cube(image);
    }

    private static VitroException wrong(String text) {
        return new VitroException(VitroException.ARGUMENT, text);
    }

    public ImagePlus image() {
        return image;
    }

    /** Scan columns. */
    public int width() {
        return image.getWidth();
    }

    /** Scan rows. */
    public int height() {
        return image.getHeight();
    }

    /** Scan positions, row by row. */
    public int positions() {
        return image.getWidth() * image.getHeight();
    }

    /** Points of a curve. */
    public int depth() {
        return slices.length;
    }

    /** The axis at point z = 0, 1 ... */
    public double value(double z) {
        return (z - calibration.zOrigin) * calibration.pixelDepth;
    }

    /** The point, as a fraction, at which the axis has a value. */
    public double point(double value) {
        return value / calibration.pixelDepth + calibration.zOrigin;
    }

    /** Distance of two points on the axis. */
    public double step() {
        return calibration.pixelDepth;
    }

    /** The axis's unit, such as 1/A or A with the ring. */
    public String unit() {
        return calibration.getZUnit();
    }

    /** What the values are, such as counts. */
    public String valueUnit() {
        return calibration.getValueUnit();
    }

    /** Distance of two scan positions, nm; 0 = not known. */
    public double scanStep() {
        return "nm".equals(calibration.getUnit()) ? calibration.pixelWidth : 0;
    }

    /**
     * First and last point whose axis value lies in from..to; both 0 = all points.
     *
     * @throws VitroException if there are fewer than least points
     */
    public int[] range(double from, double to, int least) {
        int first = 0;
        int last = depth() - 1;
        if (from != 0 || to != 0) {
            double a = point(from);
            double b = point(to);
            first = (int) Math.max(0, Math.ceil(Math.min(a, b) - 1e-6));
            last = (int) Math.min(depth() - 1, Math.floor(Math.max(a, b) + 1e-6));
        }
        if (from > to || Double.isNaN(from) || Double.isNaN(to) || last - first + 1 < least) {
            throw wrong(String.format(java.util.Locale.US, "The range from %s to %s %s holds %d points of '%s', at least %d are needed. Its axis goes from %.4g to %.4g %s in steps of %.4g.",
                    from, to, unit(), Math.max(0, last - first + 1), image.getTitle(), least, value(0), value(depth() - 1), unit(), Math.abs(step())));
        }
        return new int[] {first, last};
    }

    /** The values of point z at all positions, row by row; not to be changed. */
    public float[] slice(int z) {
        return slices[z];
    }

    /** The curves of positions first .. first + n - 1, slice by slice. */
    public float[] block(int first, int n) {
        float[] block = new float[depth() * n];
        for (int z = 0; z < depth(); z++) {
            System.arraycopy(slices[z], first, block, z * n, n);
        }
        return block;
    }

    /** The curves of chosen positions, slice by slice. */
    public float[] gather(int[] positions) {
        if ((long) depth() * positions.length > Integer.MAX_VALUE - 8) {
            throw wrong("The curves of " + positions.length + " positions of '" + image.getTitle() + "' do not fit into one array.");
        }
        float[] block = new float[depth() * positions.length];
        for (int z = 0; z < depth(); z++) {
            for (int i = 0; i < positions.length; i++) {
                block[z * positions.length + i] = slices[z][positions[i]];
            }
        }
        return block;
    }

    /** The curve of one position. */
    public float[] curve(int position) {
        return block(position, 1);
    }

    /**
     * Runs a method over all positions with ImageJ's number of threads; the method must be safe for threads.
     *
     * @return outputs x positions, slice by slice, as ui.Output takes it
     * @throws Cancelled if ESC was pressed
     */
    public float[] map(int outputs, String status, Method method) throws IOException {
        int positions = positions();
        if ((long) outputs * positions > Integer.MAX_VALUE - 8) {
            throw wrong("The result of " + outputs + " slices of " + width() + " x " + height() + " positions does not fit into one array.");
        }
        float[] out = new float[outputs * positions];
        Runner.each(positions, BLOCK, status, (first, n) -> {
            float[] result = method.run(block((int) first, n), n);
            for (int z = 0; z < outputs; z++) {
                System.arraycopy(result, z * n, out, z * positions + (int) first, n);
            }
        });
        return out;
    }
}
