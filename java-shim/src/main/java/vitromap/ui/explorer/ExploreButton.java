/* SPDX-License-Identifier: GPL-3.0-or-later */
package vitromap.ui.explorer;

import ij.IJ;
import ij.ImagePlus;
import ij.WindowManager;
import ij.gui.GUI;
import ij.gui.ImageWindow;
import java.awt.Button;
import java.awt.FlowLayout;
import java.awt.Panel;

/** The way from a dataset that was just opened to its Explorer: a button below its sliders. */
public final class ExploreButton {
    private ExploreButton() {
    }

    /** For commands that a user has started by hand: a macro's windows stay as they are. */
    public static void addTo(ImagePlus image) {
        ImageWindow window = image.getWindow();
        if (window == null || image.getStackSize() < 2) {
            return;
        }
        Button button = new Button("Explore");
        button.setFocusable(false);
        button.addActionListener(e -> {
            WindowManager.setCurrentWindow(window);
            IJ.doCommand(Explorer.NAME); // on a thread of its own, and recorded
        });
        Panel bar = new Panel(new FlowLayout(FlowLayout.LEFT, 4, 0));
        bar.add(button);
        GUI.scale(bar);
        window.add(bar);
        window.pack();
    }
}
