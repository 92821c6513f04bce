/* SPDX-License-Identifier: GPL-3.0-or-later */
package vitromap.engine;

import ij.ImagePlus;
import ij.ImageStack;
import ij.WindowManager;
import java.util.ArrayList;
import java.util.List;

/** One map: an image, or one slice of a stack of maps. */
public final class MapImage {
    public final ImagePlus image;
    /** The slice's label; the image's title if it has none. */
    public final String label;
    /** Row by row; NaN = not measured. */
    public final float[] values;

    private MapImage(ImagePlus image, int slice) {
        String name = image.getStack().getShortSliceLabel(slice);
        this.image = image;
        this.label = name == null || name.isEmpty() ? image.getTitle() : name;
        this.values = (float[]) image.getStack().getProcessor(slice).convertToFloat().getPixels();
    }

    /**
     * An open image by text.
     *
     * @param text a title, or for a slice of a stack 'title:slice' with the slice's label or number
     * @param what what the map is for, for messages
     */
    public static MapImage of(String text, String what) {
        ImagePlus image = WindowManager.getImage(text.trim());
        if (image != null) {
            return of(image, "", what);
        }
        int colon = text.lastIndexOf(':');
        image = colon < 0 ? null : WindowManager.getImage(text.substring(0, colon).trim());
        if (image == null) {
            throw wrong("There is no open image '" + text.trim() + "' (" + what + "). Give an image's title, or 'title:slice' for a slice of a stack.");
        }
        return of(image, text.substring(colon + 1), what);
    }

    /**
     * A slice of an image.
     *
     * @param slice label or number; empty = the only one
     */
    public static MapImage of(ImagePlus image, String slice, String what) {
        if (image.getBitDepth() == 24) {
            throw wrong("'" + image.getTitle() + "' (" + what + ") is a colour picture. A map has grey values.");
        }
        ImageStack stack = image.getStack();
        String wanted = slice.trim();
        if (wanted.isEmpty() && stack.getSize() == 1) {
            return new MapImage(image, 1);
        }
        List<String> labels = new ArrayList<>();
        for (int i = 1; i <= stack.getSize(); i++) {
            String label = stack.getShortSliceLabel(i);
            labels.add(label == null || label.isEmpty() ? String.valueOf(i) : label);
        }
        int index = labels.indexOf(wanted) + 1;
        if (index == 0 && wanted.matches("\\d{1,6}")) {
            index = Integer.parseInt(wanted);
        }
        if (index < 1 || index > stack.getSize()) {
            throw wrong("'" + image.getTitle() + "' (" + what + ") has " + (wanted.isEmpty() ? "several slices: give '" + image.getTitle() + ":slice'" : "no slice '" + wanted + "'")
                    + ". Its slices are: " + String.join(", ", labels.subList(0, Math.min(20, labels.size()))) + (labels.size() > 20 ? " ..." : "") + ".");
        }
        return new MapImage(image, index);
    }

    public int width() {
        return image.getWidth();
    }

    public int height() {
        return image.getHeight();
    }

    /** Title and slice, for messages. */
    public String name() {
        return "'" + (label.equals(image.getTitle()) ? label : image.getTitle() + ":" + label) + "'";
    }

    /** @throws VitroException if the map is not one of a scan of that shape, which is the scan of `of` */
    public void requireScan(int scanX, int scanY, String of) {
        if (width() != scanX || height() != scanY) {
            throw wrong(name() + " is a map of another scan: " + width() + " x " + height() + " positions, '" + of + "' has " + scanX + " x " + scanY + ".");
        }
    }

    private static VitroException wrong(String text) {
        return new VitroException(VitroException.ARGUMENT, text);
    }
}
