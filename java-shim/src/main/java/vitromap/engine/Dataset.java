/* SPDX-License-Identifier: GPL-3.0-or-later */
package vitromap.engine;

import ij.ImagePlus;
import ij.ImageStack;
import ij.WindowManager;

/**
 * A 4D-STEM dataset: an ImageJ hyperstack with width kx, height ky, Z = scan columns, T = scan rows, C = 1, of 8, 16 or 32 bits.
 * What it knows about the experiment are image properties, which ImageJ saves with a TIFF.
 */
public final class Dataset {
    public static final String VOLTAGE = "4dstem.voltage_kV";
    /** 1/Angstrom a pixel. */
    public static final String Q_PER_PX = "4dstem.q_per_px";
    public static final String SCAN_STEP = "4dstem.scan_step_nm";
    /** Degrees, counter-clockwise on screen, that turn the flipped pattern into the scan's frame. */
    public static final String ROTATION = "4dstem.rotation_deg";
    /** What the microscope says that it turned its scan by, and its camera length, mm: for the record, not used. */
    public static final String SCAN_ROTATION = "4dstem.scan_rotation_deg";
    public static final String CAMERA_LENGTH = "4dstem.camera_length_mm";
    /** 1 = kx is turned to -kx before the rotation. */
    public static final String FLIP = "4dstem.flip";
    /** px, pixel centres at integers, the first pixel 0. */
    public static final String CENTER_X = "4dstem.center_x";
    public static final String CENTER_Y = "4dstem.center_y";
    /** The matrix E, 'xx,xy,yy'. */
    public static final String ELLIPSE = "4dstem.ellipse";
    /** The masked area as a Base64 ImageJ ROI; 'none' = nothing is masked. */
    /** Radius of the largest circle about the centre that lies on the detector, px: what profiles remember of it. */
    public static final String FULL_CIRCLE = "4dstem.full_circle_px";
    public static final String MASK = "4dstem.mask";
    /** Scan shape 'x,y' of a stack whose dimensions cannot say it: one scan row, or one column. */
    public static final String SCAN = "4dstem.scan";

    private final ImagePlus image;
    private final ImageStack stack;
    private final FrameSource source;
    private final int scanX;
    private final int scanY;

    private Dataset(ImagePlus image, int scanX, int scanY) {
        this.image = image;
        this.stack = image.getStack();
        this.source = source(image, stack);
        this.scanX = scanX;
        this.scanY = scanY;
    }

    /** The current image; never asks ImageJ in a way that ends the program where there is neither image nor display. */
    public static ImagePlus currentImage() {
        ImagePlus image = WindowManager.getCurrentImage();
        if (image == null) {
            throw error("There is no image open. Open a 4D-STEM dataset first (Plugins > 4D-STEM > 4D-STEM Open...).");
        }
        return image;
    }

    /** The open image of this title. */
    public static ImagePlus imageTitled(String title) {
        ImagePlus image = WindowManager.getImage(title);
        if (image == null) {
            throw error("There is no open image with the title '" + title + "'.");
        }
        return image;
    }

    /**
     * The image as a scan of patterns; a single pattern is a scan of 1 x 1.
     *
     * @throws VitroException if it is none, says which image and why
     */
    public static Dataset of(ImagePlus image) {
        if (image == null || image.getStackSize() == 0 || image.getProcessor() == null) {
            throw error("There is no image, or it was closed meanwhile.");
        }
        String name = "'" + image.getTitle() + "'";
        if (image.getType() == ImagePlus.COLOR_RGB || image.getType() == ImagePlus.COLOR_256) {
            throw error(name + " is a colour image. A 4D-STEM dataset has 8, 16 or 32 bit grey values.");
        }
        if (image.getNChannels() > 1) {
            throw error(name + " has " + image.getNChannels() + " channels. A 4D-STEM dataset is a hyperstack with one channel, "
                    + "Z = scan columns and T = scan rows (Image > Hyperstacks > Re-order Hyperstack...).");
        }
        int[] scan = scan(image);
        return new Dataset(image, scan[0], scan[1]);
    }

    /** Whether an image has a scan shape, so that its slices are patterns: else it may be a cube. */
    public static boolean hasScan(ImagePlus image) {
        return image.getNChannels() == 1 && shape(image) != null;
    }

    private static int[] scan(ImagePlus image) {
        int[] shape = shape(image);
        if (shape != null) {
            return shape;
        }
        throw error("'" + image.getTitle() + "' is a plain stack of " + image.getStackSize() + " slices, whose scan shape is not known. Give it by scan_x and scan_y "
                + "of 4D-STEM Calibrate..., or make it a hyperstack with Z = scan columns and T = scan rows (Image > Hyperstacks > Stack to Hyperstack...).");
    }

    private static int[] shape(ImagePlus image) {
        int slices = image.getStackSize();
        if (slices == 1 || image.getNSlices() > 1 && image.getNFrames() > 1) {
            return new int[] {image.getNSlices(), image.getNFrames()};
        }
        String said = image.getProp(SCAN);
        if (said != null && said.matches("\\d{1,9},\\d{1,9}")) {
            String[] parts = said.split(",");
            int x = Integer.parseInt(parts[0]);
            int y = Integer.parseInt(parts[1]);
            if ((long) x * y == slices) {
                return new int[] {x, y};
            }
        }
        return null;
    }

    /** Makes a plain stack a scan of x times y patterns, row by row. */
    public static void setScan(ImagePlus image, int x, int y) {
        int slices = image.getStackSize();
        if (x < 1 || y < 1 || (long) x * y != slices) {
            throw error("The " + slices + " slices of '" + image.getTitle() + "' do not make a scan of " + x + " x " + y + " patterns ("
                    + (long) x * y + "). Scan_x times scan_y must be " + slices + ".");
        }
        image.setDimensions(1, x, y);
        image.setOpenAsHyperStack(true);
        image.setProp(SCAN, x + "," + y);
    }

    private static VitroException error(String text) {
        return new VitroException(VitroException.ARGUMENT, text);
    }

    public ImagePlus image() {
        return image;
    }

    /** Scan columns. */
    public int scanX() {
        return scanX;
    }

    /** Scan rows. */
    public int scanY() {
        return scanY;
    }

    /** Detector columns. */
    public int width() {
        return stack.getWidth();
    }

    /** Detector rows. */
    public int height() {
        return stack.getHeight();
    }

    /** The patterns in scan order; what it reads from stays the image's, so there is nothing to close. */
    public FrameSource source() {
        return source;
    }

    /** The slices of any stack. */
    static FrameSource source(ImagePlus image) {
        return source(image, image.getStack());
    }

    private static FrameSource source(ImagePlus image, ImageStack stack) {
        if (stack instanceof SourceStack && ((SourceStack) stack).source().frames() == stack.getSize()) {
            return ((SourceStack) stack).source();
        }
        return new StackSource(stack, image.getCalibration().isSigned16Bit());
    }

    /** The title without its extension, for the names of results. */
    public String name() {
        return name(image);
    }

    public static String name(ImagePlus image) {
        String name = image.getTitle().replaceFirst("\\.[A-Za-z][A-Za-z0-9]{1,4}$", "");
        return name.isEmpty() ? image.getTitle() : name;
    }

    /** A property; null if it is not known. */
    public String text(String key) {
        return image.getProp(key);
    }

    /** A number; missing if it is not known or not a number. */
    public double number(String key, double missing) {
        String text = image.getProp(key);
        try {
            return text == null ? missing : Double.parseDouble(text.trim());
        } catch (NumberFormatException e) {
            return missing;
        }
    }

    /** Numbers separated by commas, count of them; null if they are not known. */
    public double[] numbers(String key, int count) {
        String text = image.getProp(key);
        String[] parts = text == null ? new String[0] : text.split(",");
        if (parts.length != count) {
            return null;
        }
        double[] values = new double[count];
        try {
            for (int i = 0; i < count; i++) {
                values[i] = Double.parseDouble(parts[i].trim());
            }
        } catch (NumberFormatException e) {
            return null;
        }
        return values;
    }

    /** Sets a property; null or empty text takes it away. */
    public void set(String key, String value) {
        image.setProp(key, value);
    }

    /** Sets a number; NaN takes it away. */
    public void set(String key, double value) {
        image.setProp(key, value);
    }

    /** Gives a result what the dataset knows, so that the result can be made again from what it carries. */
    public void copyProperties(ImagePlus result) {
        copyProperties(image, result);
    }

    /** The same from an image that need not be a dataset, such as a cube or a map, which carry what their dataset knew. */
    public static void copyProperties(ImagePlus from, ImagePlus to) {
        for (String key : new String[] {VOLTAGE, Q_PER_PX, SCAN_STEP, ROTATION, FLIP, CENTER_X, CENTER_Y, ELLIPSE, MASK}) {
            to.setProp(key, from.getProp(key));
        }
    }
}
