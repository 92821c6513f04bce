/* SPDX-License-Identifier: GPL-3.0-or-later */
package vitromap.ui;

import ij.CompositeImage;
import ij.IJ;
import ij.ImagePlus;
import ij.ImageStack;
import ij.WindowManager;
import ij.gui.GUI;
import ij.gui.ImageCanvas;
import ij.gui.Overlay;
import ij.gui.Plot;
import ij.gui.Roi;
import ij.macro.Interpreter;
import ij.measure.Calibration;
import ij.measure.ResultsTable;
import ij.plugin.filter.ThresholdToSelection;
import ij.process.ByteProcessor;
import ij.process.FloatProcessor;
import ij.process.ImageProcessor;
import ij.process.LUT;
import java.awt.Color;
import java.awt.GraphicsEnvironment;
import java.awt.Point;
import java.awt.Rectangle;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import vitromap.engine.Dataset;
import vitromap.engine.Native;

/** How results look: titles, labels, units, colours, display ranges, Info. */
public final class Output {
    private static final int STATUS_CODES = 10;
    private static final int MAP_SIZE = 320;
    private static final int MAX_ZOOM = 16;
    private static final int WINDOW_FRAME = 80;
    private static final Color UNMEASURED = new Color(128, 128, 128);

    private Output() {
    }

    /** NAME-Strain, from the slices of vitro_strain_maps. */
    public static ImagePlus strain(String title, int scanX, int scanY, double stepNm, float[] data) {
        return maps(title, scanX, scanY, stepNm, MapSlice.STRAIN, data);
    }

    /** NAME-Strain sigma. */
    public static ImagePlus sigma(String title, int scanX, int scanY, double stepNm, float[] data) {
        return maps(title, scanX, scanY, stepNm, MapSlice.SIGMA, data);
    }

    /** NAME-Ring. */
    public static ImagePlus ring(String title, int scanX, int scanY, double stepNm, float[] data) {
        return maps(title, scanX, scanY, stepNm, MapSlice.RING, data);
    }

    /**
     * A stack of maps, one after the other in data, each scanY rows of scanX. The slices are the channels of a composite in colour mode,
     * because only channels have a colour table and a display range of their own, on screen and in a saved TIFF.
     *
     * @param stepNm scan step; 0 or NaN = not known, the map stays in pixels
     */
    public static ImagePlus maps(String title, int scanX, int scanY, double stepNm, MapSlice[] slices, float[] data) {
        int pixels = scanX * scanY;
        ImageStack stack = new ImageStack(scanX, scanY);
        for (int i = 0; i < slices.length; i++) {
            float[] map = Arrays.copyOfRange(data, i * pixels, (i + 1) * pixels);
            stack.addSlice(slices[i].label, new FloatProcessor(scanX, scanY, map));
        }
        ImagePlus image = new ImagePlus(title, stack);
        if (slices.length > 1) {
            image.setDimensions(slices.length, 1, 1);
            image = new CompositeImage(image, CompositeImage.COLOR);
            image.setOpenAsHyperStack(true);
        }
        colour(image, slices);
        coverUnmeasured(image);
        calibrate(image, stepNm, slices[0].unit);
        return image;
    }

    /**
     * A cube over an axis: XY = scan, Z = the axis, its value (z - zOrigin) * pixelDepth for z = 0, 1 ..., as 'Plot Z-axis Profile' has it.
     *
     * @param data slices of scanY x scanX, one after the other
     */
    public static ImagePlus cube(String title, int scanX, int scanY, double stepNm, double pixelDepth, String axisUnit, double zOrigin,
            String valueUnit, float[] data) {
        int pixels = scanX * scanY;
        ImageStack stack = new ImageStack(scanX, scanY);
        for (int i = 0; i < data.length / pixels; i++) {
            stack.addSlice(String.format(Locale.US, "%.5g %s", (i - zOrigin) * pixelDepth, axisUnit), Arrays.copyOfRange(data, i * pixels, (i + 1) * pixels));
        }
        ImagePlus image = new ImagePlus(title, stack);
        calibrate(image, stepNm, valueUnit);
        Calibration calibration = image.getCalibration();
        calibration.pixelDepth = pixelDepth;
        calibration.zOrigin = zOrigin;
        calibration.setZUnit(axisUnit);
        image.setSlice(stack.getSize() / 2 + 1);
        double[] range = range((float[]) image.getProcessor().getPixels(), MapSlice.Style.VALUE);
        image.setLut(Luts.sequential());
        image.setDisplayRange(range[0], range[1]);
        return image;
    }

    /**
     * Patterns of a dataset, one slice for each, in one display range; in 1/Angstrom from the centre where scale and centre are known.
     *
     * @param patterns height x width values each
     */
    public static ImagePlus patterns(Dataset dataset, String title, String[] labels, float[][] patterns) {
        ImageStack stack = new ImageStack(dataset.width(), dataset.height());
        float[] all = new float[patterns.length * patterns[0].length];
        for (int i = 0; i < patterns.length; i++) {
            stack.addSlice(labels[i], patterns[i]);
            System.arraycopy(patterns[i], 0, all, i * patterns[i].length, patterns[i].length);
        }
        ImagePlus image = new ImagePlus(title, stack);
        double[] range = range(all, MapSlice.Style.VALUE);
        image.setDisplayRange(range[0], range[1]);
        coverUnmeasured(image);
        Calibration calibration = image.getCalibration();
        double scale = dataset.number(Dataset.Q_PER_PX, 0);
        double x = dataset.number(Dataset.CENTER_X, Double.NaN);
        double y = dataset.number(Dataset.CENTER_Y, Double.NaN);
        if (scale > 0 && !Double.isNaN(x + y)) {
            calibration.pixelWidth = scale;
            calibration.pixelHeight = scale;
            calibration.xOrigin = x;
            calibration.yOrigin = y;
            calibration.setUnit("1/\u00c5");
        }
        calibration.setValueUnit("counts");
        return image;
    }

    /** Maps of one kind as a hyperstack, Z fastest, with one display range for all. */
    public static ImagePlus hyperstack(String title, int scanX, int scanY, double stepNm, String[] labels, int slices, int frames, float[] data) {
        int pixels = scanX * scanY;
        ImageStack stack = new ImageStack(scanX, scanY);
        for (int i = 0; i < labels.length; i++) {
            stack.addSlice(labels[i], Arrays.copyOfRange(data, i * pixels, (i + 1) * pixels));
        }
        ImagePlus image = new ImagePlus(title, stack);
        image.setDimensions(1, slices, frames);
        image.setOpenAsHyperStack(true);
        calibrate(image, stepNm, "");
        double[] range = range(Arrays.copyOf(data, labels.length * pixels), MapSlice.Style.POSITIVE);
        image.setLut(Luts.sequential());
        image.setDisplayRange(range[0], range[1]);
        return image;
    }

    private static void colour(ImagePlus image, MapSlice[] slices) {
        for (int i = 0; i < slices.length; i++) {
            double[] range = range((float[]) image.getStack().getPixels(i + 1), slices[i].style);
            LUT lut = lut(slices[i].style);
            lut.min = range[0];
            lut.max = range[1];
            if (image instanceof CompositeImage) {
                ((CompositeImage) image).setChannelLut(lut, i + 1);
            } else {
                image.setLut(lut);
                image.setDisplayRange(range[0], range[1]);
            }
        }
        if (image instanceof CompositeImage) {
            image.setPosition(1, 1, 1);
        }
    }

    private static LUT lut(MapSlice.Style style) {
        switch (style) {
            case SIGNED:
                return Luts.diverging();
            case ANGLE:
            case DIRECTION:
                return Luts.cyclic();
            default:
                return Luts.sequential();
        }
    }

    /** Display range that a few wild pixels do not widen: the 1st to the 99th percentile. */
    public static double[] range(float[] map, MapSlice.Style style) {
        if (style == MapSlice.Style.ANGLE) {
            return new double[] {-90, 90};
        } else if (style == MapSlice.Style.DIRECTION) {
            return new double[] {-180, 180};
        } else if (style == MapSlice.Style.CODE) {
            return new double[] {0, STATUS_CODES};
        }
        float[] sorted = new float[map.length];
        int n = 0;
        for (float value : map) {
            if (!Float.isNaN(value) && !Float.isInfinite(value)) {
                sorted[n++] = value;
            }
        }
        if (n == 0) {
            return new double[] {style == MapSlice.Style.SIGNED ? -1 : 0, 1};
        }
        Arrays.sort(sorted, 0, n);
        double low = sorted[(int) (0.01 * (n - 1))];
        double high = sorted[(int) Math.ceil(0.99 * (n - 1))];
        if (style == MapSlice.Style.SIGNED) {
            high = Math.max(Math.abs(low), Math.abs(high));
            low = -high;
        } else if (style == MapSlice.Style.POSITIVE) {
            low = 0;
        }
        return high > low ? new double[] {low, high} : new double[] {low - 1, low + 1};
    }

    /**
     * Lays grey over the pixels that are NaN, slice by slice: ImageJ itself draws NaN in the first colour of the table, which
     * in a signed map would look like the strongest compression.
     */
    private static void coverUnmeasured(ImagePlus image) {
        Overlay overlay = new Overlay();
        for (int i = 1; i <= image.getStackSize(); i++) {
            Roi unmeasured = unmeasured((float[]) image.getStack().getPixels(i), image.getWidth(), image.getHeight());
            if (unmeasured != null) {
                unmeasured.setFillColor(UNMEASURED);
                unmeasured.setName("not measured");
                if (image.getNChannels() > 1 && coversByChannel()) {
                    unmeasured.setPosition(i, 1, 1);
                } else if (image.getStackSize() > 1) {
                    unmeasured.setPosition(i);
                }
                overlay.add(unmeasured);
            }
        }
        if (overlay.size() > 0) {
            image.setOverlay(overlay);
        }
    }

    /** Of a stack of channels alone, ImageJ before 1.54f shows what belongs to one channel on all of them; later ones show what belongs to one slice on none. */
    private static boolean coversByChannel() {
        return IJ.getVersion().replaceFirst(".*/", "").compareTo("1.54f") >= 0; // Fiji puts its own version before a slash
    }

    /** The NaN pixels as a selection; null if there is none. */
    private static Roi unmeasured(float[] map, int width, int height) {
        ByteProcessor mask = new ByteProcessor(width, height);
        boolean any = false;
        for (int i = 0; i < map.length; i++) {
            if (Float.isNaN(map[i])) {
                mask.set(i, 255);
                any = true;
            }
        }
        mask.setThreshold(255, 255, ImageProcessor.NO_LUT_UPDATE);
        return any ? ThresholdToSelection.run(new ImagePlus("", mask)) : null;
    }

    private static void calibrate(ImagePlus image, double stepNm, String unit) {
        Calibration calibration = image.getCalibration();
        if (stepNm > 0) {
            calibration.pixelWidth = stepNm;
            calibration.pixelHeight = stepNm;
            calibration.setUnit("nm");
        }
        calibration.setValueUnit(unit);
    }

    /** Writes what made the image into its Info: pasting the command line makes it again. */
    public static void info(ImagePlus image, String commandLine, String input) {
        info(image, commandLine, input, "");
    }

    /** The same with notes: lines on what was measured on the way. */
    public static void info(ImagePlus image, String commandLine, String input, String notes) {
        image.setProperty("Info", "Vitromap " + Native.version() + "\nInput: " + input + "\n" + commandLine + "\n" + notes);
    }

    /** Gives a map that is open what another of the same slices has: pixels, display ranges, what is not measured, calibration, Info. */
    public static void refresh(ImagePlus open, ImagePlus map) {
        for (int i = 1; i <= map.getStackSize(); i++) {
            float[] pixels = (float[]) map.getStack().getPixels(i);
            System.arraycopy(pixels, 0, (float[]) open.getStack().getPixels(i), 0, pixels.length);
            if (map instanceof CompositeImage) {
                ((CompositeImage) open).setChannelLut(((CompositeImage) map).getChannelLut(i), i);
            }
        }
        if (!(map instanceof CompositeImage)) {
            open.setDisplayRange(map.getDisplayRangeMin(), map.getDisplayRangeMax());
        }
        open.setOverlay(map.getOverlay());
        open.setCalibration(map.getCalibration());
        Dataset.copyProperties(map, open);
        open.setProperty("Info", map.getProperty("Info"));
        open.updateAndDraw();
    }

    /** Shows an image under its own title if that is free, else with -1, -2 and so on. */
    public static void show(ImagePlus image) {
        image.setTitle(uniqueTitle(image.getTitle()));
        image.show();
        enlarge(image, MAP_SIZE);
    }

    /** Zooms a small image in until its longer side takes about so many screen pixels; its window is moved where it has room, else ImageJ shows a part. */
    static void enlarge(ImagePlus image, int size) {
        ImageCanvas canvas = image.getCanvas();
        int side = Math.max(image.getWidth(), image.getHeight());
        if (image.getWindow() != null && side < 0.75 * size) {
            Rectangle screen = GUI.getMaxWindowBounds(image.getWindow());
            Point at = image.getWindow().getLocation();
            int room = 3 * size / 2 + WINDOW_FRAME;
            image.getWindow().setLocation(Math.max(screen.x, Math.min(at.x, screen.x + screen.width - room)),
                    Math.max(screen.y, Math.min(at.y, screen.y + screen.height - room)));
        }
        while (canvas != null && canvas.getMagnification() < MAX_ZOOM && canvas.getMagnification() * side < 0.75 * size) {
            canvas.zoomIn(0, 0);
        }
    }

    /** Shows a plot under a unique title. */
    public static void show(Plot plot) {
        if (GraphicsEnvironment.isHeadless()) {
            show(plot.getImagePlus());
            return;
        }
        String title = uniqueTitle(plot.getTitle());
        Object info = plot.getImagePlus().getProperty("Info");
        plot.show(); // in an image of its own, under the plot's own title
        plot.getImagePlus().setTitle(title);
        plot.getImagePlus().setProperty("Info", info);
    }

    /** Shows a table under a unique title; without a display there is nothing to see. */
    public static void show(ResultsTable table, String title) {
        if (!GraphicsEnvironment.isHeadless()) {
            table.show(uniqueTitle(title));
        }
    }

    /** Makes an open image the current one again, without waiting for the window system. */
    public static void makeCurrent(ImagePlus image) {
        if (image.getWindow() != null) {
            WindowManager.setCurrentWindow(image.getWindow());
            image.getWindow().toFront();
        } else if (Interpreter.isBatchMode()) {
            Interpreter.activateImage(image);
            WindowManager.setTempCurrentImage(image);
        }
    }

    public static String uniqueTitle(String title) {
        List<String> taken = new ArrayList<>(Arrays.asList(WindowManager.getImageTitles()));
        if (!GraphicsEnvironment.isHeadless()) {
            taken.addAll(Arrays.asList(WindowManager.getNonImageTitles()));
        }
        String unique = title;
        for (int i = 1; taken.contains(unique); i++) {
            unique = title + "-" + i;
        }
        return unique;
    }
}
