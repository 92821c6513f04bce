/* SPDX-License-Identifier: GPL-3.0-or-later */
package vitromap.ui.explorer;

import ij.ImagePlus;
import ij.measure.Calibration;
import ij.process.FloatProcessor;
import ij.process.ImageProcessor;
import java.awt.Component;
import java.awt.event.KeyEvent;
import java.util.function.Consumer;
import java.util.function.Predicate;
import vitromap.engine.Dataset;
import vitromap.engine.LiveScan;
import vitromap.ui.Luts;
import vitromap.ui.MapSlice;
import vitromap.ui.Output;

/** The map's window: the virtual image, or another map of the same scan as navigator. On the event thread, but for {@link #answer}. */
final class MapPane {
    private final Dataset dataset;
    private final Consumer<String> tell;
    private final Latest<Runnable> answers = new Latest<>(Runnable::run);
    private final Navigators navigators;
    private final LiveImage map;
    /** The image whose pixels are shown; null = the virtual image. */
    private ImagePlus navigator;
    /** Draws the last virtual image; null = there is none yet. */
    private Runnable last;

    /**
     * @param offered whether an image may be offered as navigator
     * @param tell told why an image cannot be one
     */
    MapPane(Dataset dataset, String title, int side, Predicate<ImagePlus> offered, Consumer<String> tell, Predicate<KeyEvent> keys, Component... buttons) {
        this.dataset = dataset;
        this.tell = tell;
        navigators = new Navigators(offered);
        ImagePlus image = new ImagePlus(title, new FloatProcessor(dataset.scanX(), dataset.scanY()));
        calibrate(image.getCalibration());
        image.setLut(Luts.sequential());
        Component[] controls = new Component[1 + buttons.length];
        controls[0] = navigators.choice;
        System.arraycopy(buttons, 0, controls, 1, buttons.length);
        map = new LiveImage(image, new ExplorerWindow(image, side, keys, controls));
        map.follow();
        navigators.choice.addItemListener(e -> navigate(navigators.selected()));
    }

    private void calibrate(Calibration calibration) {
        double step = dataset.number(Dataset.SCAN_STEP, 0);
        if (step > 0) {
            calibration.pixelWidth = step;
            calibration.pixelHeight = step;
            calibration.setUnit("nm");
        }
    }

    ImagePlus image() {
        return map.image;
    }

    ExplorerWindow window() {
        return map.window;
    }

    boolean isOpen() {
        return map.isOpen();
    }

    void close() {
        map.close();
    }

    /** Whether it shows this image. */
    boolean shows(ImagePlus image) {
        return image != null && image == navigator;
    }

    /** A virtual image, coarse or exact; from any thread. */
    void answer(LiveScan.Map answer) {
        double[] range = Output.range(answer.values, MapSlice.Style.VALUE);
        String line = "virtual image: sum of " + answer.pixels + " px" + (answer.done < 1 ? String.format("; refining, %.0f %%", 100 * answer.done) : "");
        answers.put(() -> {
            last = () -> map.show(answer.values, range, line);
            if (navigator == null) {
                last.run();
            }
        });
    }

    /** Shows an image of the scan's size; null = the virtual image. */
    void navigate(ImagePlus image) {
        if (image != null && (image.getWidth() != dataset.scanX() || image.getHeight() != dataset.scanY())) {
            navigators.select(navigator);
            tell.accept("'" + image.getTitle() + "' is no map of this scan: it has " + image.getWidth() + " x " + image.getHeight() + " pixels, '"
                    + dataset.image().getTitle() + "' has " + dataset.scanX() + " x " + dataset.scanY() + " positions.");
            return;
        }
        boolean same = navigator == image;
        navigator = image;
        navigators.select(image);
        if (image != null) {
            showNavigator();
        } else if (!same) {
            map.image.setLut(Luts.sequential());
            map.follow();
            if (last != null) {
                last.run();
            }
        }
    }

    void next() {
        navigators.choice.select((navigators.choice.getSelectedIndex() + 1) % navigators.choice.getItemCount());
        navigate(navigators.selected());
    }

    /** The open images are others than before. */
    void list() {
        navigators.list(navigator);
    }

    /** The navigator's pixels, slice or display range are others than before. */
    void showNavigator() {
        if (navigator.getWidth() != dataset.scanX() || navigator.getHeight() != dataset.scanY()) {
            navigate(null);
            return;
        }
        ImageProcessor shown = navigator.getProcessor();
        String label = navigator.getStackSize() > 1 ? navigator.getStack().getShortSliceLabel(navigator.getCurrentSlice()) : null;
        map.show(shown.convertToFloatProcessor(), shown.getLut(), new double[] {shown.getMin(), shown.getMax()},
                navigator.getTitle() + (label == null ? "" : ": " + label));
    }
}
