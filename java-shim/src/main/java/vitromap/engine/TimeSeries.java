/* SPDX-License-Identifier: GPL-3.0-or-later */
package vitromap.engine;

import ij.ImagePlus;
import ij.measure.Calibration;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Locale;
import java.util.stream.IntStream;

/**
 * A stack whose slices or frames are times, read as time series of its pixels. A stack in memory is read where it lies. Of any other, as many rows are
 * taken at a time as fit into half of the free memory, and the file is read once for each of these parts.
 */
public final class TimeSeries {
    /** Pixels of a block; fixed, so that results do not depend on the number of threads. */
    private static final int BLOCK = 64;
    private static final int MOST_PASSES = 8;

    private final ImagePlus image;
    private final FrameSource source;

    /** What is done with the series of n pixels, block[t * n + i]: the result is outputs x n in the same way. */
    public interface Method {
        float[] run(float[] block, int n);
    }

    /** Where blocks come from: n pixels, given row by row. */
    private interface Values {
        void copy(int time, int[] pixels, float[] block);
    }

    private TimeSeries(ImagePlus image) {
        this.image = image;
        this.source = Dataset.source(image);
    }

    /**
     * The image as a time series.
     *
     * @throws VitroException if it is none, says which image and why
     */
    public static TimeSeries of(ImagePlus image) {
        if (image == null || image.getStackSize() == 0 || image.getProcessor() == null) {
            throw wrong("There is no image, or it was closed meanwhile.");
        }
        String name = "'" + image.getTitle() + "'";
        if (image.getBitDepth() == 24) {
            throw wrong(name + " is a colour image. A time series of images has grey values.");
        } else if (image.getNChannels() > 1) {
            throw wrong(name + " has " + image.getNChannels() + " channels. A time series is a stack of images whose slices or frames are the times.");
        } else if (isScan(image)) {
            throw wrong(name + " is a 4D-STEM dataset. A time series is a stack of images, whose slices or frames are the times, such as dark-field images.");
        }
        return new TimeSeries(image);
    }

    /** One scan row or column may as well be a time series of patterns. */
    private static boolean isScan(ImagePlus image) {
        Dataset dataset = Dataset.hasScan(image) ? Dataset.of(image) : null;
        return dataset != null && dataset.scanX() > 1 && dataset.scanY() > 1;
    }

    public ImagePlus image() {
        return image;
    }

    public int width() {
        return source.width();
    }

    public int height() {
        return source.height();
    }

    public int pixels() {
        return source.width() * source.height();
    }

    /** Images. */
    public int frames() {
        return (int) source.frames();
    }

    /** Distance of two pixels, nm; 0 = not known. */
    public double pixelNm() {
        return "nm".equals(image.getCalibration().getUnit()) ? image.getCalibration().pixelWidth : 0;
    }

    /** The time between two images as the calibration tells it, s; 0 = not known. */
    public double interval() {
        Calibration calibration = image.getCalibration();
        double slices = image.getNSlices() > 1 ? calibration.pixelDepth * seconds(calibration.getZUnit()) : 0;
        double seconds = slices > 0 ? slices : calibration.frameInterval * seconds(calibration.getTimeUnit());
        return seconds > 0 && seconds < Double.POSITIVE_INFINITY ? seconds : 0;
    }

    private static double seconds(String unit) {
        switch (unit == null ? "" : unit.trim().toLowerCase(Locale.US)) {
            case "s":
            case "sec":
            case "second":
            case "seconds":
                return 1;
            case "ms":
            case "msec":
                return 1e-3;
            case "\u00b5s":
            case "us":
                return 1e-6;
            case "min":
                return 60;
            default:
                return 0;
        }
    }

    /** The series of chosen pixels. */
    public float[] gather(int[] pixels, String status) throws IOException {
        float[] block = new float[frames() * pixels.length];
        Object[] arrays = source.arrays();
        if (arrays != null) {
            Runner.each(frames(), Runner.GROUP, status, (first, n) -> {
                for (int t = (int) first; t < first + n; t++) {
                    copy(arrays[t], 0, pixels, block, t * pixels.length);
                }
            });
        } else {
            visit(status, (t, frame) -> copy(frame, 0, pixels, block, t * pixels.length));
        }
        return block;
    }

    /**
     * Runs a method over all pixels with ImageJ's number of threads; the method must be safe for threads.
     *
     * @return outputs x pixels, slice by slice, as ui.Output takes it
     * @throws Cancelled if ESC was pressed
     * @throws VitroException if the file had to be read in more than eight parts
     */
    public float[] map(int outputs, String status, Method method) throws IOException {
        return map(outputs, status, source.arrays() == null ? rows() : height(), method);
    }

    /** @param rows of which the series are held at a time, if the stack is not in memory */
    float[] map(int outputs, String status, int rows, Method method) throws IOException {
        if ((long) outputs * pixels() > Integer.MAX_VALUE - 8) {
            throw wrong("The maps of " + width() + " x " + height() + " pixels do not fit into one array.");
        }
        float[] out = new float[outputs * pixels()];
        Object[] arrays = source.arrays();
        if (arrays != null) {
            run(0, pixels(), out, status, (t, pixels, block) -> copy(arrays[t], 0, pixels, block, t * pixels.length), method);
            return out;
        }
        for (int row = 0; row < height(); row += rows) {
            int first = row * width();
            int count = Math.min(rows, height() - row) * width();
            float[][] part = new float[frames()][];
            int[] all = IntStream.range(first, first + count).toArray();
            visit(status, (t, frame) -> {
                part[t] = new float[count];
                copy(frame, 0, all, part[t], 0);
            });
            run(first, count, out, status, (t, pixels, block) -> copy(part[t], first, pixels, block, t * pixels.length), method);
        }
        return out;
    }

    /** Rows whose series fit into half of the free memory at once. */
    private int rows() {
        Runtime java = Runtime.getRuntime();
        java.gc(); // what is garbage counts as taken
        long free = java.maxMemory() - java.totalMemory() + java.freeMemory();
        long row = 4L * width() * frames();
        long rows = Math.min(height(), free / 2 / row);
        if (rows * MOST_PASSES < height()) {
            throw new VitroException(VitroException.MEMORY, String.format(Locale.US, "The %d images of '%s', %.1f GB as numbers, would have to be read %d times with the %.1f GB of memory that are "
                    + "free; %d times are the most. Give ImageJ more memory (Edit > Options > Memory & Threads...), or crop the images.", frames(), image.getTitle(),
                    row * (double) height() / 1e9, (height() + Math.max(1, rows) - 1) / Math.max(1, rows), free / 1e9, MOST_PASSES));
        }
        return (int) rows;
    }

    private void run(int first, int count, float[] out, String status, Values values, Method method) throws IOException {
        Runner.each(count, BLOCK, status, (at, n) -> {
            int[] pixels = IntStream.range(first + (int) at, first + (int) at + n).toArray();
            float[] block = new float[frames() * n];
            for (int t = 0; t < frames(); t++) {
                values.copy(t, pixels, block);
            }
            float[] result = method.run(block, n);
            for (int z = 0; z * n < result.length; z++) {
                System.arraycopy(result, z * n, out, z * pixels() + pixels[0], n);
            }
        });
    }

    private interface Frames {
        void take(int time, Object frame);
    }

    /** Reads all images once, several threads at a time. */
    private void visit(String status, Frames frames) throws IOException {
        int bytes = (int) source.bytesPerFrame();
        Runner.each(frames(), 1, status, (first, n) -> {
            ByteBuffer buffer = ByteBuffer.allocateDirect(bytes).order(ByteOrder.nativeOrder());
            source.read(first, 1, buffer);
            frames.take((int) first, array(buffer));
        });
    }

    private Object array(ByteBuffer buffer) {
        if (source.type() == FrameSource.U8) {
            byte[] values = new byte[pixels()];
            buffer.get(values);
            return values;
        } else if (source.type() == FrameSource.U16) {
            short[] values = new short[pixels()];
            buffer.asShortBuffer().get(values);
            return values;
        }
        float[] values = new float[pixels()];
        buffer.asFloatBuffer().get(values);
        return values;
    }

    /** Values of an image that begins with pixel `from`. */
    private static void copy(Object frame, int from, int[] pixels, float[] to, int at) {
        if (frame instanceof byte[]) {
            for (int i = 0; i < pixels.length; i++) {
                to[at + i] = ((byte[]) frame)[pixels[i] - from] & 0xff;
            }
        } else if (frame instanceof short[]) {
            for (int i = 0; i < pixels.length; i++) {
                to[at + i] = ((short[]) frame)[pixels[i] - from] & 0xffff;
            }
        } else {
            for (int i = 0; i < pixels.length; i++) {
                to[at + i] = ((float[]) frame)[pixels[i] - from];
            }
        }
    }

    private static VitroException wrong(String text) {
        return new VitroException(VitroException.ARGUMENT, text);
    }
}
