/* SPDX-License-Identifier: GPL-3.0-or-later */
package vitromap.ui.explorer;

import ij.IJ;
import ij.ImageListener;
import ij.ImagePlus;
import ij.ImageStack;
import ij.gui.HTMLDialog;
import ij.gui.Overlay;
import ij.gui.Plot;
import ij.gui.Roi;
import ij.gui.RoiListener;
import ij.measure.Calibration;
import ij.process.FloatProcessor;
import ij.process.ImageProcessor;
import java.awt.Button;
import java.awt.Choice;
import java.awt.EventQueue;
import java.awt.event.KeyEvent;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import vitromap.engine.Dataset;
import vitromap.engine.Detector;
import vitromap.engine.Geometry;
import vitromap.engine.LiveScan;
import vitromap.engine.MapImage;
import vitromap.engine.MeanPattern;
import vitromap.engine.Region;
import vitromap.engine.VitroException;
import vitromap.ui.Help;
import vitromap.ui.Luts;
import vitromap.ui.MapSlice;
import vitromap.ui.Output;
import vitromap.ui.PatternView;

/**
 * A map and a pattern, linked both ways: a selection on the map shows its mean pattern, a selection on the pattern its virtual image. The
 * methods that ImageJ calls on the event thread only ask; the answers are computed by a {@link LiveScan}.
 */
public final class Explorer implements LiveScan.Listener, RoiListener, ImageListener {
    public static final String NAME = "4D-STEM Explorer";
    private static final int SIDE = 384;
    private static final int GAP = 8;
    private static final List<Explorer> OPEN = new ArrayList<>();

    private final Dataset dataset;
    private final ImageStack stack;
    private final LiveScan scan;
    private final LiveImage map;
    private final LiveImage pattern;
    private final ScaledProcessor pixels;
    private final LivePlot profile;
    private final LivePlot pdf;
    private final PdfPlot pdfs;
    private final String title;
    private final Pins pins;
    private final Navigators navigators;
    private final Choice scales = new Choice();
    private final Latest<Runnable> shownMap = new Latest<>(Runnable::run);
    private final Latest<Runnable> shownPattern = new Latest<>(Runnable::run);
    private final Set<String> told = new HashSet<>();
    /** The image whose pixels the map window shows; null = the virtual image. */
    private ImagePlus navigator;
    private LiveScan.Map lastMap;
    private volatile LiveScan.Pattern lastPattern;
    private volatile Geometry geometry;
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
            return OPEN.stream().filter(e -> image == e.dataset.image() || image == e.map.image || image == e.pattern.image).findFirst().orElse(null);
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
        Arrays.stream(ScaledProcessor.SCALES).forEach(scales::add);
        String name = Output.uniqueTitle(dataset.name() + "-Explorer");
        pixels = new ScaledProcessor(dataset.width(), dataset.height());
        pins = new Pins(name + " pinned");
        ImagePlus mapImage = new ImagePlus(name, new FloatProcessor(dataset.scanX(), dataset.scanY()));
        ImagePlus patternImage = new ImagePlus(name + " pattern", pixels);
        calibrate(mapImage);
        mapImage.setLut(Luts.sequential());
        navigators = new Navigators(image -> image != dataset.image() && of(image) == null && image != mapImage && image != patternImage);
        map = new LiveImage(mapImage, new ExplorerWindow(mapImage, SIDE, this::key, navigators.choice, button("Record", this::record), button("?", this::help)));
        pattern = new LiveImage(patternImage, new ExplorerWindow(patternImage, SIDE, this::key, scales, button("Pin", this::pin), button("Unpin", this::unpin),
                button("Profile", this::showProfile), button("PDF", this::showPdf)));
        title = name;
        profile = new LivePlot(true, window -> WindowLayout.beside(GAP, pattern.window, window, 0));
        pdf = new LivePlot(false, window -> WindowLayout.beside(GAP, pattern.window, window, 1));
        pdfs = new PdfPlot(dataset);
        scales.addItemListener(e -> scale(scales.getSelectedIndex()));
        navigators.choice.addItemListener(e -> navigate(navigators.selected()));
        map.follow();
        pattern.follow();
        arrange();
        scan = new LiveScan(dataset, this);
        synchronized (OPEN) {
            OPEN.add(this);
        }
        Roi.addRoiListener(this);
        ImagePlus.addImageListener(this);
        askMap(null);
        mapImage.setRoi(firstRegion());
        WindowLayout.toFront(map.window);
    }

    private static Button button(String label, Runnable action) {
        Button button = new Button(label);
        button.addActionListener(e -> action.run());
        return button;
    }

    private void calibrate(ImagePlus image) {
        double step = dataset.number(Dataset.SCAN_STEP, 0);
        if (step > 0) {
            Calibration calibration = image.getCalibration();
            calibration.pixelWidth = step;
            calibration.pixelHeight = step;
            calibration.setUnit("nm");
        }
    }

    /** An eighth of the scan in its middle: something to take hold of. */
    private Roi firstRegion() {
        int width = Math.max(1, dataset.scanX() / 8);
        int height = Math.max(1, dataset.scanY() / 8);
        return new Roi((dataset.scanX() - width) / 2, (dataset.scanY() - height) / 2, width, height);
    }

    // ---- what the user does ----

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
        boolean nothing = roi != null && roi.getType() != Roi.POINT && !roi.isLine() && (roi.getBounds().width == 0 || roi.getBounds().height == 0);
        if (closed || nothing) {
            return; // a selection that is just begun
        } else if (image == map.image) {
            askPattern(roi);
        } else if (image == pattern.image) {
            askMap(roi);
            navigate(null);
        } else if (image == navigator) {
            map.image.setRoi(copy(roi));
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
        switch (e.getKeyChar()) {
            case 'p':
                pin();
                return true;
            case 'P':
                unpin();
                return true;
            case 'r':
                record();
                return true;
            case 'n':
                nextNavigator();
                return true;
            case 'q':
                showProfile();
                return true;
            case 'g':
                showPdf();
                return true;
            case '1':
            case '2':
            case '3':
                scales.select(e.getKeyChar() - '1');
                scale(e.getKeyChar() - '1');
                return true;
            default:
                return false;
        }
    }

    private void scale(int scale) {
        pixels.setScale(scale);
        pattern.follow();
        scan.again();
    }

    private void pin() {
        LiveScan.Pattern now = lastPattern;
        if (now == null || pins.isFull()) {
            IJ.showStatus(now == null ? "There is no pattern yet." : Pins.MOST + " regions are pinned, and there are no more colours. P (shift) unpins all.");
            return;
        }
        pins.add(map.image.getRoi(), now);
        if (!now.isExact()) {
            scan.pin(now.region);
        }
        pinsChanged();
    }

    private void showProfile() {
        profile.open();
    }

    private void showPdf() {
        try {
            if (pdfs.ask()) {
                pdf.open();
                scan.again();
            }
        } catch (VitroException e) {
            tell(e.getMessage());
        }
    }

    private void unpin() {
        pins.clear();
        pinsChanged();
    }

    private void pinsChanged() {
        Overlay overlay = pins.overlay();
        map.image.setOverlay(overlay.size() > 0 ? overlay : null);
        scan.again();
        Geometry at = geometry;
        if (pins.list().size() > 1) {
            float[] first = pins.list().get(0).pattern.mean;
            scan.later(() -> {
                double[] range = PatternRange.of(first, dataset.width(), at, ScaledProcessor.LINEAR);
                EventQueue.invokeLater(() -> pins.compare(dataset.width(), dataset.height(), range));
            });
        }
    }

    private void nextNavigator() {
        int next = (navigators.choice.getSelectedIndex() + 1) % navigators.choice.getItemCount();
        navigators.choice.select(next);
        navigate(navigators.selected());
    }

    /** Shows an image of the scan's size in the map window; null = the virtual image. A selection on that image acts as one on the map. */
    private void navigate(ImagePlus image) {
        if (image != null && (image.getWidth() != dataset.scanX() || image.getHeight() != dataset.scanY())) {
            navigators.select(navigator);
            tell("'" + image.getTitle() + "' is no map of this scan: it has " + image.getWidth() + " x " + image.getHeight() + " pixels, '"
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
            if (lastMap != null) {
                map(lastMap);
            }
        }
    }

    private void showNavigator() {
        ImageProcessor shown = navigator.getProcessor();
        String label = navigator.getStackSize() > 1 ? navigator.getStack().getShortSliceLabel(navigator.getCurrentSlice()) : null;
        map.show(shown.convertToFloatProcessor(), shown.getLut(), new double[] {shown.getMin(), shown.getMax()},
                navigator.getTitle() + (label == null ? "" : ": " + label));
    }

    private void record() {
        Roi detector = copy(pattern.image.getRoi());
        Roi region = copy(map.image.getRoi());
        scan.later(() -> {
            StateMacro macro = new StateMacro(dataset, dataset.image().getTitle());
            macro.virtualImage(detector == null ? wholePattern() : detector);
            macro.regionPattern(region(region));
            pins.list().forEach(pin -> macro.regionPattern(pin.pattern.region));
            String text = macro.text();
            EventQueue.invokeLater(() -> StateMacro.write(text));
        });
    }

    private void help() {
        String html = Help.html("explorer.md");
        if (html != null) {
            new HTMLDialog(NAME, html, false);
        }
    }

    // ---- answers, on the scan's thread ----

    @Override
    public void map(LiveScan.Map answer) {
        double[] range = Output.range(answer.values, MapSlice.Style.VALUE);
        String line = "virtual image: sum of " + answer.pixels + " px" + (answer.done < 1 ? String.format("; refining, %.0f %%", 100 * answer.done) : "");
        shownMap.put(() -> {
            lastMap = answer;
            if (navigator == null) {
                map.show(answer.values, range, line);
            }
        });
    }

    @Override
    public void pattern(LiveScan.Pattern answer) {
        lastPattern = answer;
        int scale = scales.getSelectedIndex();
        double[] range = PatternRange.of(answer.mean, dataset.width(), geometry, scale);
        int all = answer.region.positions.length;
        String line = answer.isExact() ? "mean of " + all + (all == 1 ? " pattern" : " patterns") : "mean of " + answer.patterns + " of " + all + " patterns; refining";
        shownPattern.put(() -> pattern.show(answer.mean, range, line + "; " + ScaledProcessor.SCALES[scale]));
        draw(answer);
    }

    private void draw(LiveScan.Pattern answer) {
        double scale = Math.max(0, dataset.number(Dataset.Q_PER_PX, 0));
        Plot profiles = ProfilePlot.of(title + " profile", answer, pins.list(), scale);
        if (profiles != null) {
            profile.draw(profiles);
        }
        try {
            Plot functions = pdf.isOpen() ? pdfs.of(title + " PDF", answer, pins.list(), geometry) : null;
            if (functions != null) {
                pdf.draw(functions);
            }
        } catch (VitroException e) {
            EventQueue.invokeLater(() -> tell(e.getMessage()));
        }
    }

    @Override
    public void pinned(LiveScan.Pattern answer) {
        pins.replace(answer);
        EventQueue.invokeLater(this::pinsChanged);
    }

    @Override
    public void geometry(Geometry found, MeanPattern mean) {
        geometry = found;
        Overlay overlay = new PatternView(mean, found.mask, 0).overlay(found);
        EventQueue.invokeLater(() -> {
            if (pattern.isOpen()) {
                pattern.image.setOverlay(overlay);
            }
        });
    }

    @Override
    public void failed(boolean ofMap, Throwable reason) {
        String text = reason.getMessage() == null ? reason.toString() : reason.getMessage();
        boolean expected = reason instanceof VitroException && ((VitroException) reason).code == VitroException.ARGUMENT;
        EventQueue.invokeLater(() -> {
            LiveImage where = ofMap ? map : pattern;
            if (where.isOpen()) {
                where.window.say(text);
            }
            if (!expected) {
                tell(text);
            }
            IJ.showStatus(text);
        });
    }

    /** In the log, once. */
    private void tell(String text) {
        if (told.add(text)) {
            IJ.log(NAME + ": " + text);
        }
        IJ.showStatus(text);
    }

    // ---- windows ----

    private void arrange() {
        WindowLayout.row(GAP, map.window, pattern.window);
    }

    private void toFront() {
        WindowLayout.toFront(pattern.window);
        WindowLayout.toFront(map.window);
    }

    @Override
    public void imageOpened(ImagePlus image) {
        navigators.list(navigator);
    }

    @Override
    public void imageUpdated(ImagePlus image) {
        if (image == dataset.image() && image.getStack() != stack) {
            close("'" + image.getTitle() + "' has got other patterns, so its Explorer has ended. Start it again to look at them.");
        } else if (image == navigator) {
            showNavigator();
        }
    }

    @Override
    public void imageClosed(ImagePlus image) {
        if (image == dataset.image()) {
            close("'" + image.getTitle() + "' was closed, so its Explorer has ended.");
        } else if (image == map.image || image == pattern.image) {
            close(null);
        } else {
            if (image == navigator) {
                navigate(null);
            }
            navigators.list(navigator);
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
        profile.close();
        pdf.close();
    }
}
