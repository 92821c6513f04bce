/* SPDX-License-Identifier: GPL-3.0-or-later */
package vitromap.ui.explorer;

import ij.CompositeImage;
import ij.ImagePlus;
import ij.ImageStack;
import ij.gui.Overlay;
import ij.gui.Roi;
import ij.process.FloatProcessor;
import ij.process.LUT;
import java.awt.Color;
import java.awt.Font;
import java.awt.Point;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import vitromap.engine.LiveScan;
import vitromap.ui.Output;

/** The pinned regions: outlines on the map, and their patterns laid over each other in colour. Lists are never changed, only replaced. */
final class Pins {
    /** As many as a composite image has channels. The first two make white together: where they are alike, there is no colour. */
    private static final Color[] COLOURS = {
        new Color(230, 50, 50), new Color(0, 170, 190), new Color(60, 160, 60), new Color(170, 70, 200), new Color(230, 140, 0),
        new Color(60, 100, 220), new Color(140, 110, 70)
    };
    static final int MOST = COLOURS.length;

    private final String title;
    private volatile List<Pin> pins = Collections.emptyList();
    private CompositeImage composite;

    Pins(String title) {
        this.title = title;
    }

    List<Pin> list() {
        return pins;
    }

    boolean isFull() {
        return pins.size() == MOST;
    }

    void add(Roi roi, LiveScan.Pattern pattern) {
        List<Pin> next = new ArrayList<>(pins);
        int number = next.size() + 1;
        Roi outline = roi == null ? null : (Roi) roi.clone();
        next.add(new Pin("region " + number, COLOURS[number - 1], outline, pattern));
        pins = next;
    }

    void clear() {
        pins = Collections.emptyList();
    }

    /** The exact pattern, or one with another profile, of what was pinned before. */
    void replace(LiveScan.Pattern pattern) {
        List<Pin> next = new ArrayList<>(pins);
        next.replaceAll(pin -> pin.pattern.region == pattern.region ? pin.with(pattern) : pin);
        pins = next;
    }

    Overlay overlay() {
        Overlay overlay = new Overlay();
        for (Pin pin : pins) {
            if (pin.roi != null) {
                Roi outline = (Roi) pin.roi.clone();
                outline.setStrokeColor(pin.colour);
                overlay.add(outline, pin.name.replaceAll("\\D", ""));
            }
        }
        overlay.drawLabels(true);
        overlay.drawNames(true);
        overlay.setLabelFont(new Font(Font.SANS_SERIF, Font.BOLD, 12), false);
        overlay.drawBackgrounds(true);
        return overlay;
    }

    /**
     * Shows the patterns of two regions or more as channels of one image, each in its region's colour.
     *
     * @param range lowest and highest count shown, for all
     */
    void compare(int width, int height, double[] range) {
        if (pins.size() < 2) {
            return;
        }
        ImageStack stack = new ImageStack(width, height);
        for (Pin pin : pins) {
            stack.addSlice(pin.name, new FloatProcessor(width, height, pin.pattern.mean));
        }
        ImagePlus image = new ImagePlus(title, stack);
        image.setDimensions(pins.size(), 1, 1);
        CompositeImage next = new CompositeImage(image, CompositeImage.COMPOSITE);
        for (int i = 0; i < pins.size(); i++) {
            LUT lut = LUT.createLutFromColor(pins.get(i).colour);
            lut.min = range[0];
            lut.max = range[1];
            next.setChannelLut(lut, i + 1);
        }
        show(next);
    }

    /** In the window of the comparison before, if it is still open. */
    private void show(CompositeImage next) {
        Point place = null;
        if (composite != null && composite.getWindow() != null) {
            place = composite.getWindow().getLocation();
            composite.changes = false;
            composite.close();
        }
        composite = next;
        Output.show(composite);
        if (place != null) {
            composite.getWindow().setLocation(place);
        }
    }
}
