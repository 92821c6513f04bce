/* SPDX-License-Identifier: GPL-3.0-or-later */
package vitromap.commands;

import ij.IJ;
import ij.ImagePlus;
import ij.WindowManager;
import ij.gui.Plot;
import ij.plugin.PlugIn;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.function.Consumer;
import vitromap.engine.Dataset;
import vitromap.engine.FrameSource;
import vitromap.engine.Geometry;
import vitromap.engine.Mask;
import vitromap.engine.MeanPattern;
import vitromap.engine.RingModel;
import vitromap.engine.Strain;
import vitromap.engine.SubsetSource;
import vitromap.engine.VitroException;
import vitromap.ui.Command;
import vitromap.ui.Output;
import vitromap.ui.Params;
import vitromap.ui.PatternView;

/** 4D-STEM Calibrate...: writes what is known or found about scale, frame, centre, ellipse and mask into the dataset's properties. */
public final class Calibrate implements PlugIn {
    public static final String NAME = "4D-STEM Calibrate...";
    private static final String AUTO = "auto";
    private static final String NO_MASK = "none";
    private static final String ROI = "ROI";

    /** What to set; the defaults are a macro's. */
    public static final class Settings {
        /** kV; 0 = not known. */
        public double voltage;
        /** 1/Angstrom a pixel; 0 = not known. */
        public double qPerPixel;
        /** Radius of the first ring in 1/Angstrom, which sets the scale; 0 = none. */
        public double knownRing;
        /** nm; 0 = not known. */
        public double scanStep;
        /** Degrees, detector to scan, counter-clockwise on screen, after the flip. */
        public double rotation;
        /** kx to -kx. */
        public boolean flip;
        /** px; both 0 = find. */
        public double centerX;
        public double centerY;
        public boolean findEllipse;
        /** auto, none, ROI, or an image's title. */
        public String mask = AUTO;
        /** Scan shape to give to a plain stack; both 0 = as it is. */
        public int scanX;
        public int scanY;

        /** What the dataset already knows. */
        public static Settings of(ImagePlus image) {
            Settings s = new Settings();
            s.voltage = number(image, Dataset.VOLTAGE);
            s.qPerPixel = number(image, Dataset.Q_PER_PX);
            s.scanStep = number(image, Dataset.SCAN_STEP);
            s.rotation = number(image, Dataset.ROTATION);
            s.flip = number(image, Dataset.FLIP) != 0;
            return s;
        }

        private static double number(ImagePlus image, String key) {
            try {
                return Double.parseDouble(image.getProp(key));
            } catch (NullPointerException | NumberFormatException e) {
                return 0;
            }
        }

        private Params params(ImagePlus image) {
            return new Params(NAME, "calibrate.md")
                    .number("Voltage", voltage, "kV")
                    .number("Q_per_pixel", qPerPixel, "1/\u00c5")
                    .number("Known_ring (0 = none)", knownRing, "1/\u00c5")
                    .number("Scan_step", scanStep, "nm")
                    .number("Rotation", rotation, "deg")
                    .flag("Flip", flip)
                    .number("Center_x (0 = find)", centerX, "px")
                    .number("Center_y (0 = find)", centerY, "px")
                    .flag("Find_ellipse", findEllipse)
                    .title("Mask", masks(image), mask)
                    .number("Scan_x (0 = as it is)", scanX, "")
                    .number("Scan_y (0 = as it is)", scanY, "");
        }

        private void read(Params p) {
            voltage = p.getNumber("voltage");
            qPerPixel = p.getNumber("q_per_pixel");
            knownRing = p.getNumber("known_ring");
            scanStep = p.getNumber("scan_step");
            rotation = p.getNumber("rotation");
            flip = p.getFlag("flip");
            centerX = p.getNumber("center_x");
            centerY = p.getNumber("center_y");
            findEllipse = p.getFlag("find_ellipse");
            mask = p.getText("mask");
            scanX = p.getInt("scan_x");
            scanY = p.getInt("scan_y");
        }

        private void check() {
            notNegative("Voltage", voltage, "kV");
            notNegative("Q_per_pixel", qPerPixel, "1/\u00c5");
            notNegative("Known_ring", knownRing, "1/\u00c5");
            notNegative("Scan_step", scanStep, "nm");
            if (Double.isNaN(rotation) || Double.isInfinite(rotation)) {
                throw wrong("Rotation must be an angle in degrees, not " + rotation + ".");
            }
            if (centerX != 0 != (centerY != 0)) {
                throw wrong("Give both center_x and center_y, or neither: with 0 the centre is found.");
            }
        }

        private static void notNegative(String name, double value, String unit) {
            if (!(value >= 0) || Double.isInfinite(value)) {
                throw wrong(name + " must be positive, or 0 = not known; not " + Params.format(value) + " " + unit + ".");
            }
        }
    }

    /** The mean pattern with its overlay, and its radial profile. */
    public static final class Result {
        public final ImagePlus pattern;
        public final Plot profile;

        Result(ImagePlus pattern, Plot profile) {
            this.pattern = pattern;
            this.profile = profile;
        }
    }

    @Override
    public void run(String arg) {
        Command.run(NAME, () -> {
            ImagePlus image = Dataset.currentImage();
            Settings settings = Settings.of(image);
            Params params = settings.params(image);
            if (!params.show()) {
                return;
            }
            settings.read(params);
            Result result = compute(image, settings, IJ::log);
            Output.show(result.pattern);
            Output.show(result.profile);
            Output.makeCurrent(image);
        });
    }

    /**
     * Sets the properties of the dataset, whose pixels stay as they are; nothing is set if anything fails.
     *
     * @param log told what was found
     */
    public static Result compute(ImagePlus image, Settings settings, Consumer<String> log) throws IOException {
        settings.check();
        if (settings.scanX != 0 || settings.scanY != 0) {
            Dataset.setScan(image, settings.scanX, settings.scanY);
        }
        Dataset dataset = Dataset.of(image);
        MeanPattern pattern = MeanPattern.of(dataset.source(), NAME);
        Geometry geometry = geometry(dataset, pattern, settings);
        boolean ring = findRing(pattern, geometry, settings, log);
        double scale = settings.knownRing > 0 ? scaleByRing(dataset, geometry, settings.knownRing) : settings.qPerPixel;
        set(dataset, geometry, settings, scale);
        log.accept(NAME + " '" + image.getTitle() + "': " + summary(geometry, scale, ring));
        PatternView view = new PatternView(pattern, geometry.mask, scale);
        String name = dataset.name();
        ImagePlus shown = view.image(name + "-Pattern", geometry);
        Output.info(shown, settings.params(image).commandLine(), image.getTitle());
        return new Result(shown, view.plot(name + "-Profile", geometry));
    }

    private static Geometry geometry(Dataset dataset, MeanPattern pattern, Settings settings) {
        Geometry geometry = new Geometry();
        geometry.setMask(mask(dataset, pattern, settings.mask));
        boolean given = settings.centerX != 0;
        if (given && !(settings.centerX > 0 && settings.centerX < pattern.width && settings.centerY > 0 && settings.centerY < pattern.height)) {
            throw wrong("The centre " + Params.format(settings.centerX) + ", " + Params.format(settings.centerY) + " lies outside the pattern of "
                    + pattern.width + " x " + pattern.height + " pixels.");
        }
        geometry.setCenter(given ? new double[] {settings.centerX, settings.centerY} : pattern.findCenter(geometry.mask));
        double[] ellipse = dataset.numbers(Dataset.ELLIPSE, 3);
        if (ellipse != null) {
            geometry.setEllipse(ellipse);
        }
        return geometry;
    }

    private static byte[] mask(Dataset dataset, MeanPattern pattern, String choice) {
        if (choice.equalsIgnoreCase(AUTO) || choice.isEmpty()) {
            return pattern.findMask();
        } else if (choice.equalsIgnoreCase(NO_MASK)) {
            return new byte[pattern.mean.length];
        } else if (choice.equalsIgnoreCase(ROI)) {
            return Mask.of(dataset.image().getRoi(), pattern.width, pattern.height);
        }
        return Mask.of(Dataset.imageTitled(choice), pattern.width, pattern.height);
    }

    /** A pattern without a ring can still be calibrated, unless the ring is needed. */
    private static boolean findRing(MeanPattern pattern, Geometry geometry, Settings settings, Consumer<String> log) {
        boolean needed = settings.findEllipse || settings.knownRing > 0;
        try {
            geometry.setRing(pattern, 0, 0, line -> { });
            if (settings.findEllipse) {
                findEllipse(pattern, geometry, settings);
                geometry.setRing(pattern, 0, 0, line -> { });
            }
            return true;
        } catch (VitroException e) {
            if (needed || e.code != VitroException.DATA) {
                throw e;
            }
            log.accept(NAME + " no ring found: " + e.getMessage());
            return false;
        }
    }

    /** By the radius that a strain map would take as q0: the maximum of the profile itself lies on the falling background, too far in. */
    private static double scaleByRing(Dataset dataset, Geometry geometry, double knownRing) throws IOException {
        FrameSource some = SubsetSource.spread(dataset.source(), Strain.REFERENCE_FRAMES);
        try (RingModel model = RingModel.learn(some, geometry, "", 0)) {
            geometry.ring = model.radius();
            return knownRing / geometry.ring;
        }
    }

    /** A centre that was given stays. */
    private static void findEllipse(MeanPattern pattern, Geometry geometry, Settings settings) {
        pattern.findEllipse(geometry);
        if (settings.centerX != 0) {
            geometry.setCenter(new double[] {settings.centerX, settings.centerY});
        }
    }

    private static void set(Dataset dataset, Geometry geometry, Settings settings, double scale) {
        dataset.set(Dataset.VOLTAGE, known(settings.voltage));
        dataset.set(Dataset.Q_PER_PX, known(scale));
        dataset.set(Dataset.SCAN_STEP, known(settings.scanStep));
        dataset.set(Dataset.ROTATION, settings.rotation);
        dataset.set(Dataset.FLIP, settings.flip ? "1" : "0");
        dataset.set(Dataset.CENTER_X, geometry.center[0]);
        dataset.set(Dataset.CENTER_Y, geometry.center[1]);
        if (settings.findEllipse) {
            dataset.set(Dataset.ELLIPSE, geometry.ellipse[0] + "," + geometry.ellipse[1] + "," + geometry.ellipse[2]);
        }
        int width = dataset.width();
        dataset.set(Dataset.MASK, Mask.encode(geometry.mask, width, dataset.height()));
        dataset.image().changes = true;
    }

    private static double known(double value) {
        return value > 0 ? value : Double.NaN;
    }

    private static String summary(Geometry g, double scale, boolean ring) {
        StringBuilder text = new StringBuilder(String.format(Locale.US, "centre %.2f, %.2f px; %d pixels masked", g.center[0], g.center[1], Mask.count(g.mask)));
        if (ring) {
            text.append(String.format(Locale.US, "; ring at %.2f px", g.ring));
            text.append(scale > 0 ? String.format(Locale.US, " = %.4f 1/\u00c5", g.ring * scale) : "");
        }
        text.append(scale > 0 ? String.format(Locale.US, "; %.6g 1/\u00c5 a pixel", scale) : "");
        return text.append(String.format(Locale.US, "; E = %.5f, %.5f, %.5f", g.ellipse[0], g.ellipse[1], g.ellipse[2])).toString();
    }

    /** Choices of the dialog: images of the pattern's size are offered by title. */
    private static String[] masks(ImagePlus image) {
        List<String> items = new ArrayList<>(Arrays.asList(AUTO, NO_MASK, ROI));
        int[] ids = WindowManager.getIDList();
        for (int id : ids == null ? new int[0] : ids) {
            ImagePlus other = WindowManager.getImage(id);
            if (other != null && other != image && other.getStackSize() == 1 && other.getWidth() == image.getWidth() && other.getHeight() == image.getHeight()) {
                items.add(other.getTitle());
            }
        }
        return items.toArray(new String[0]);
    }

    private static VitroException wrong(String text) {
        return new VitroException(VitroException.ARGUMENT, text);
    }
}
