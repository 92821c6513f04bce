/* SPDX-License-Identifier: GPL-3.0-or-later */
package vitromap.ui.explorer;

import ij.ImagePlus;
import ij.WindowManager;
import ij.gui.PlotWindow;
import java.awt.Choice;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;

/** The choice of what the map window shows: the virtual image, or any open image that may be a map of the scan. */
final class Navigators {
    static final String VIRTUAL = "Virtual image";

    final Choice choice = new Choice();
    private final Predicate<ImagePlus> offered;
    private final List<ImagePlus> images = new ArrayList<>();

    /** @param offered whether an image is one that a user may mean */
    Navigators(Predicate<ImagePlus> offered) {
        this.offered = offered;
        choice.add(VIRTUAL);
        list(null);
    }

    /** Lists the open images; chosen = the one in use, null = the virtual image. */
    void list(ImagePlus chosen) {
        List<ImagePlus> open = new ArrayList<>();
        int[] ids = WindowManager.getIDList();
        for (int id : ids == null ? new int[0] : ids) {
            ImagePlus image = WindowManager.getImage(id);
            if (image != null && image.getBitDepth() != 24 && !(image.getWindow() instanceof PlotWindow) && offered.test(image)) {
                open.add(image);
            }
        }
        List<String> titles = titles(open);
        if (!titles.equals(titles(images)) || choice.getItemCount() != 1 + open.size()) {
            choice.removeAll();
            choice.add(VIRTUAL);
            titles.forEach(choice::add);
        }
        images.clear();
        images.addAll(open);
        select(chosen);
    }

    private static List<String> titles(List<ImagePlus> images) {
        List<String> titles = new ArrayList<>();
        images.forEach(image -> titles.add(image.getTitle()));
        return titles;
    }

    void select(ImagePlus chosen) {
        choice.select(images.indexOf(chosen) + 1);
    }

    /** The image that the user has chosen; null = the virtual image. */
    ImagePlus selected() {
        int index = choice.getSelectedIndex() - 1;
        return index < 0 || index >= images.size() ? null : images.get(index);
    }
}
