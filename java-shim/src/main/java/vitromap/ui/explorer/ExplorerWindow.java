/* SPDX-License-Identifier: GPL-3.0-or-later */
package vitromap.ui.explorer;

import ij.IJ;
import ij.ImageJ;
import ij.ImagePlus;
import ij.gui.GUI;
import ij.gui.ImageCanvas;
import ij.gui.ImageWindow;
import java.awt.Component;
import java.awt.FlowLayout;
import java.awt.Panel;
import java.awt.event.KeyEvent;
import java.awt.event.KeyListener;
import java.util.function.Predicate;

/** An image window with a bar of controls below the image, keys of its own beside ImageJ's, and a line that says what is shown. */
final class ExplorerWindow extends ImageWindow implements KeyListener {
    private static final long serialVersionUID = 1;
    /** ImageJ's own steps of zoom. */
    private static final double[] ZOOMS = {1 / 32.0, 1 / 24.0, 1 / 16.0, 1 / 12.0, 1 / 8.0, 1 / 6.0, 1 / 4.0, 1 / 3.0, 1 / 2.0, 0.75, 1, 1.5, 2, 3, 4, 6, 8, 12,
        16, 24, 32};

    private final transient Predicate<KeyEvent> keys;
    private String line = "";

    /**
     * @param side screen pixels for the image's longer side, at most
     * @param keys true from it: the key is not for ImageJ
     */
    ExplorerWindow(ImagePlus image, int side, Predicate<KeyEvent> keys, Component... controls) {
        super(image);
        this.keys = keys;
        Panel bar = new Panel(new FlowLayout(FlowLayout.LEFT, 4, 0));
        for (Component control : controls) {
            control.setFocusable(false); // the keys stay with the image
            bar.add(control);
        }
        GUI.scale(bar);
        add(bar);
        listen(this);
        listen(getCanvas());
        zoom(side);
    }

    private void listen(Component component) {
        component.removeKeyListener(IJ.getInstance());
        component.addKeyListener(this);
    }

    private void zoom(int side) {
        ImageCanvas canvas = getCanvas();
        double zoom = ZOOMS[0];
        for (double next : ZOOMS) {
            zoom = next * Math.max(imp.getWidth(), imp.getHeight()) <= side ? next : zoom;
        }
        canvas.setMagnification(zoom);
        canvas.setSize((int) Math.round(imp.getWidth() * zoom), (int) Math.round(imp.getHeight() * zoom));
        pack();
    }

    /** The line above the image. */
    void say(String text) {
        if (!text.equals(line)) {
            line = text;
            repaint();
        }
    }

    @Override
    public String createSubtitle() {
        return line == null ? "" : line;
    }

    @Override
    public void keyPressed(KeyEvent e) {
        ImageJ ij = IJ.getInstance();
        boolean plain = !e.isControlDown() && !e.isAltDown() && !e.isMetaDown();
        if (!(plain && keys.test(e)) && ij != null) {
            ij.keyPressed(e);
        }
    }

    @Override
    public void keyReleased(KeyEvent e) {
        if (IJ.getInstance() != null) {
            IJ.getInstance().keyReleased(e);
        }
    }

    @Override
    public void keyTyped(KeyEvent e) {
        if (IJ.getInstance() != null) {
            IJ.getInstance().keyTyped(e);
        }
    }
}
