/* SPDX-License-Identifier: GPL-3.0-or-later */
package vitromap.ui.explorer;

import ij.IJ;
import ij.ImageJ;
import ij.WindowManager;
import ij.gui.GUI;
import ij.gui.ImageWindow;
import java.awt.Rectangle;

/** Where the Explorer's windows stand. */
final class WindowLayout {
    private static final int GAP = 8;

    private WindowLayout() {
    }

    /** Side by side from the left of the screen, below ImageJ's own window if there is room. */
    static void row(ImageWindow... windows) {
        Rectangle screen = GUI.getMaxWindowBounds(windows[0]);
        ImageJ main = IJ.getInstance();
        int below = main == null || !main.isShowing() ? screen.y : main.getY() + main.getHeight();
        int tallest = 0;
        for (ImageWindow window : windows) {
            tallest = Math.max(tallest, window.getHeight());
        }
        int y = Math.max(screen.y, Math.min(below, screen.y + screen.height - tallest) + GAP);
        int x = screen.x + GAP;
        for (ImageWindow window : windows) {
            window.setLocation(x, y);
            x += window.getWidth() + GAP;
        }
    }

    /** Beside another window, if the screen is wide enough; row 0 at its height, 1 below that. */
    static void beside(ImageWindow left, ImageWindow window, int row) {
        Rectangle screen = GUI.getMaxWindowBounds(left);
        int x = Math.min(left.getX() + left.getWidth() + GAP, screen.x + screen.width - window.getWidth());
        int y = left.getY() + row * (window.getHeight() + GAP);
        window.setLocation(Math.max(screen.x, x), Math.max(screen.y, Math.min(y, screen.y + screen.height - window.getHeight())));
    }

    static void toFront(ImageWindow window) {
        window.toFront();
        WindowManager.setCurrentWindow(window);
    }
}
