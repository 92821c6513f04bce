/* SPDX-License-Identifier: GPL-3.0-or-later */
package vitromap.ui.explorer;

import ij.IJ;
import ij.ImageListener;
import ij.ImagePlus;
import ij.ImageStack;
import ij.gui.HTMLDialog;
import ij.gui.Overlay;
import ij.gui.Roi;
import ij.gui.RoiListener;
import java.awt.Button;
import java.awt.EventQueue;
import java.awt.event.KeyEvent;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import vitromap.engine.Dataset;
import vitromap.engine.Detector;
import vitromap.engine.Geometry;
import vitromap.engine.LiveScan;
import vitromap.engine.MeanPattern;
import vitromap.engine.Region;
import vitromap.engine.VitroException;
import vitromap.ui.Help;
import vitromap.ui.Output;

/**
 * A map and a pattern, linked both ways: a selection on the map shows its mean pattern, a selection on the pattern its virtual image. The
 * methods that ImageJ calls on the event thread only ask; the answers are computed by a {@link LiveScan}.
 */
public final class Explorer implements LiveScan.Listener, RoiListener, ImageListener {
    public static final String NAME = "4D-STEM Explorer";
    private static final int SIDE = 384;
    private static final List<Explorer> OPEN = new ArrayList<>();

    private final Dataset dataset;
    private final ImageStack stack;
    private final int patterns;
    private final int columns;
    private final LiveScan scan;
    private final Pins pins;
    private final MapPane map;
    private final PatternPane pattern;
    private final Set<String> told = new HashSet<>();
    private volatile boolean closed;

    /**
     * Opens the windows, or brings those that the dataset has to the front.
     *
     * @throws VitroException if the image is no scan of patterns
     */
    public static Explorer open(ImagePlus image) {
        Explorer explorer = of(image);
        if (explorer == null) {
            explorer = new Explorer(scan(image));
        } else {
            explorer.toFront();
        }
        return explorer;
    }

    /** The Explorer that an image belongs to, as its dataset or as one of its windows; null = none. */
    private static Explorer of(ImagePlus image) {
        synchronized (OPEN) {
            return OPEN.stream().filter(e -> image == e.dataset.image() || e.isOwn(image)).findFirst().orElse(null);
        }
    }

    private static Dataset scan(ImagePlus image) {
        Dataset dataset = Dataset.of(image);
        if (dataset.scanX() * dataset.scanY() < 2) {
            throw new VitroException(VitroException.ARGUMENT, "'" + image.getTitle() + "' is a single pattern (a scan of 1 x 1): there is nothing to explore. "
                    + "A 4D-STEM dataset is a hyperstack with Z = scan columns and T = scan rows.");
        }
        return dataset;
    }

    private Explorer(Dataset dataset) {
        this.dataset = dataset;
        stack = dataset.image().getStack();
        patterns = dataset.image().getStackSize();
        columns = dataset.image().getNSlices();
        String title = Output.uniqueTitle(dataset.name() + "-Explorer");
        pins = new Pins(title + " pinned");
        map = new MapPane(dataset, title, SIDE, image -> of(image) == null && image != dataset.image() && !image.getTitle().startsWith(title), this::tell, this::key,
                button("Record", this::record), button("?", Explorer::help));
        pattern = new PatternPane(dataset, title + " pattern", SIDE, pins, this::drawAgain, this::tell, this::key, button("Pin", this::pin),
                button("Unpin", this::unpin), button("Profile", this::showProfile), button("PDF", this::showPdf));
        WindowLayout.row(map.window(), pattern.window());
        scan = new LiveScan(dataset, this);
        synchronized (OPEN) {
            OPEN.add(this);
        }
        Roi.addRoiListener(this);
        ImagePlus.addImageListener(this);
        askMap(null);
        map.image().setRoi(firstRegion());
        WindowLayout.toFront(map.window());
    }

    private static Button button(String label, Runnable action) {
        Button button = new Button(label);
        button.addActionListener(e -> action.run());
        return button;
    }

    /** An eighth of the scan in its middle: something to take hold of. */
    private Roi firstRegion() {
        int width = Math.max(1, dataset.scanX() / 8);
        int height = Math.max(1, dataset.scanY() / 8);
        return new Roi((dataset.scanX() - width) / 2, (dataset.scanY() - height) / 2, width, height);
    }

    private boolean isOwn(ImagePlus image) {
        return image == map.image() || image == pattern.image();
    }

    @Override
    public void roiModified(ImagePlus image, int id) {
        if (image == null || closed) {
            return;
        } else if (id == DELETED) {
            Roi deleted = image.getRoi(); // it goes away after this call, or a new one takes its place
            EventQueue.invokeLater(() -> selected(image, image.getRoi() == deleted ? null : image.getRoi()));
        } else {
            selected(image, image.getRoi());
        }
    }

    private void selected(ImagePlus image, Roi roi) {
        boolean begun = roi != null && roi.getType() != Roi.POINT && !roi.isLine() && (roi.getBounds().width == 0 || roi.getBounds().height == 0);
        if (closed || begun) {
            return;
        } else if (image == map.image()) {
            askPattern(roi);
        } else if (image == pattern.image()) {
            askMap(roi);
            map.navigate(null);
        } else if (map.shows(image)) {
            map.image().setRoi(copy(roi));
        }
    }

    private static Roi copy(Roi roi) {
        return roi == null ? null : (Roi) roi.clone();
    }

    private void askPattern(Roi roi) {
        Roi copy = copy(roi);
        scan.region(() -> region(copy));
    }

    private Region region(Roi roi) {
        int x = dataset.scanX();
        int y = dataset.scanY();
        return roi == null ? Region.rectangle("0,0," + x + "," + y, x, y, dataset.name()) : Region.of(roi, "on the map", x, y);
    }

    private void askMap(Roi roi) {
        Roi detector = roi == null ? wholePattern() : copy(roi);
        scan.detector(() -> Detector.of(detector, dataset.width(), dataset.height()));
    }

    private Roi wholePattern() {
        return new Roi(0, 0, dataset.width(), dataset.height());
    }

    /** Keys in both windows; false: it is ImageJ's. */
    private boolean key(KeyEvent e) {
        int number = "123".indexOf(e.getKeyChar());
        Runnable action = number >= 0 ? () -> scale(number) : action(e.getKeyChar());
        if (action != null) {
            action.run();
        }
        return action != null;
    }

    private Runnable action(char key) {
        switch (key) {
            case 'p':
                return this::pin;
            case 'P':
                return this::unpin;
            case 'r':
                return this::record;
            case 'n':
                return map::next;
            case 'q':
                return this::showProfile;
            case 'g':
                return this::showPdf;
            default:
                return null;
        }
    }

    private void scale(int scale) {
        pattern.setScale(scale);
        drawAgain();
    }

    private void drawAgain() {
        scan.again();
    }

    private void showProfile() {
        pattern.showProfile();
    }

    private void showPdf() {
        if (pattern.askPdf()) {
            drawAgain();
        }
    }

    private void pin() {
        LiveScan.Pattern now = pattern.last();
        if (now == null || pins.isFull()) {
            IJ.showStatus(now == null ? "There is no pattern yet." : Pins.MOST + " regions are pinned, and there are no more colours. P (shift) unpins all.");
            return;
        }
        pins.add(map.image().getRoi(), now);
        if (!now.isExact()) {
            scan.pin(now.region);
        }
        pinsChanged();
    }

    private void unpin() {
        pins.clear();
        pinsChanged();
    }

    private void pinsChanged() {
        if (closed) {
            return;
        }
        Overlay overlay = pins.overlay();
        map.image().setOverlay(overlay.size() > 0 ? overlay : null);
        drawAgain();
        if (pins.list().size() > 1) {
            float[] first = pins.list().get(0).pattern.mean;
            scan.later(() -> {
                double[] range = PatternRange.of(first, dataset.width(), pattern.geometry(), ScaledProcessor.LINEAR);
                EventQueue.invokeLater(() -> pins.compare(dataset.width(), dataset.height(), range));
            });
        }
    }

    private void record() {
        Roi detector = pattern.image().getRoi() == null ? wholePattern() : copy(pattern.image().getRoi());
        Roi region = copy(map.image().getRoi());
        scan.later(() -> {
            StateMacro macro = new StateMacro(dataset, dataset.image().getTitle());
            macro.virtualImage(detector);
            macro.regionPattern(region(region));
            pins.list().forEach(pin -> macro.regionPattern(pin.pattern.region));
            String text = macro.text();
            EventQueue.invokeLater(() -> StateMacro.write(text));
        });
    }

    private static void help() {
        String html = Help.html("explorer.md");
        if (html != null) {
            new HTMLDialog(NAME, html, false);
        }
    }

    @Override
    public void map(LiveScan.Map answer) {
        map.answer(answer);
    }

    @Override
    public void pattern(LiveScan.Pattern answer) {
        pattern.answer(answer);
    }

    @Override
    public void pinned(LiveScan.Pattern answer) {
        pins.replace(answer);
        EventQueue.invokeLater(this::pinsChanged);
    }

    @Override
    public void geometry(Geometry found, MeanPattern mean) {
        pattern.geometry(found, mean);
    }

    @Override
    public void failed(boolean ofMap, Throwable reason) {
        String text = reason.getMessage() == null ? reason.toString() : reason.getMessage();
        boolean expected = reason instanceof VitroException && ((VitroException) reason).code == VitroException.ARGUMENT;
        EventQueue.invokeLater(() -> {
            if (closed) {
                return;
            }
            (ofMap ? map.window() : pattern.window()).say(text);
            if (expected) {
                IJ.showStatus(text);
            } else {
                tell(text);
            }
        });
    }

    /** In the log, once, and in the status bar. */
    private void tell(String text) {
        if (told.add(text)) {
            IJ.log(NAME + ": " + text);
        }
        IJ.showStatus(text);
    }

    private void toFront() {
        WindowLayout.toFront(pattern.window());
        WindowLayout.toFront(map.window());
    }

    @Override
    public void imageOpened(ImagePlus image) {
        map.list();
    }

    @Override
    public void imageUpdated(ImagePlus image) {
        if (image == dataset.image() && isReplaced()) {
            close("'" + image.getTitle() + "' has got other patterns, so its Explorer has ended. Start it again to look at them.");
        } else if (map.shows(image)) {
            map.showNavigator();
        }
    }

    private boolean isReplaced() {
        ImagePlus image = dataset.image();
        return image.getStack() != stack || image.getStackSize() != patterns || image.getNSlices() != columns;
    }

    @Override
    public void imageClosed(ImagePlus image) {
        if (image == dataset.image()) {
            close("'" + image.getTitle() + "' was closed, so its Explorer has ended.");
        } else if (isOwn(image)) {
            close(null);
        } else {
            if (map.shows(image)) {
                map.navigate(null);
            }
            map.list();
        }
    }

    /** @param why told in the log if the windows are closed under the user's eyes */
    private void close(String why) {
        if (closed) {
            return;
        }
        closed = true;
        Roi.removeRoiListener(this);
        ImagePlus.removeImageListener(this);
        scan.close();
        synchronized (OPEN) {
            OPEN.remove(this);
        }
        if (why != null && map.isOpen() && pattern.isOpen()) {
            IJ.log(NAME + ": " + why);
        }
        map.close();
        pattern.close();
    }
}
