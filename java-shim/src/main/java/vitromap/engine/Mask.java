/* SPDX-License-Identifier: GPL-3.0-or-later */
package vitromap.engine;

import ij.ImagePlus;
import ij.gui.Roi;
import ij.io.RoiDecoder;
import ij.io.RoiEncoder;
import ij.plugin.filter.ThresholdToSelection;
import ij.process.ByteProcessor;
import ij.process.ImageProcessor;
import java.util.Base64;

/** Masked detector pixels as bytes (nonzero = masked), as an ImageJ ROI, and as that ROI in Base64 for an image property. */
public final class Mask {
    /** The property's value when nothing is masked. */
    public static final String NONE = "none";

    private Mask() {
    }

    /** Number of masked pixels. */
    public static int count(byte[] mask) {
        int n = 0;
        for (byte value : mask) {
            n += value != 0 ? 1 : 0;
        }
        return n;
    }

    /** The masked area; null if nothing is masked. */
    public static Roi roi(byte[] mask, int width, int height) {
        byte[] full = new byte[mask.length];
        for (int i = 0; i < full.length; i++) {
            full[i] = (byte) (mask[i] != 0 ? 255 : 0);
        }
        ImageProcessor processor = new ByteProcessor(width, height, full);
        processor.setThreshold(255, 255, ImageProcessor.NO_LUT_UPDATE);
        return count(mask) == 0 ? null : new ThresholdToSelection().convert(processor);
    }

    /** The pixels inside an area ROI. */
    public static byte[] of(Roi roi, int width, int height) {
        if (roi == null || !roi.isArea()) {
            throw wrong("Mask = ROI needs an area selection on the dataset: the masked pixels.");
        }
        ByteProcessor processor = new ByteProcessor(width, height);
        processor.setValue(1);
        processor.fill(roi);
        return (byte[]) processor.getPixels();
    }

    /** The nonzero (or not a number) pixels of an image of the pattern's size. */
    public static byte[] of(ImagePlus image, int width, int height) {
        if (image.getWidth() != width || image.getHeight() != height) {
            throw wrong("The mask '" + image.getTitle() + "' has " + image.getWidth() + " x " + image.getHeight() + " pixels, the patterns have "
                    + width + " x " + height + ".");
        }
        ImageProcessor processor = image.getProcessor();
        byte[] mask = new byte[width * height];
        for (int i = 0; i < mask.length; i++) {
            mask[i] = (byte) (processor.getf(i) != 0 ? 1 : 0);
        }
        return mask;
    }

    /** The dataset's mask; null if it has none. */
    public static byte[] known(Dataset dataset) {
        String text = dataset.text(Dataset.MASK);
        return text == null || text.equals(NONE) ? null : decode(text, dataset.width(), dataset.height());
    }

    public static String encode(byte[] mask, int width, int height) {
        Roi roi = roi(mask, width, height);
        return roi == null ? NONE : Base64.getEncoder().encodeToString(RoiEncoder.saveAsByteArray(roi));
    }

    public static byte[] decode(String text, int width, int height) {
        if (text.equals(NONE)) {
            return new byte[width * height];
        }
        Roi roi = null;
        try {
            roi = RoiDecoder.openFromByteArray(Base64.getDecoder().decode(text.trim()));
        } catch (IllegalArgumentException e) {
            // not Base64: reported below, as bytes that are no ROI are
        }
        if (roi == null) {
            throw wrong("The dataset's property " + Dataset.MASK + " is not a ROI. Set the mask again by 4D-STEM Calibrate....");
        }
        return of(roi, width, height);
    }

    private static VitroException wrong(String text) {
        return new VitroException(VitroException.ARGUMENT, text);
    }
}
