/* SPDX-License-Identifier: GPL-3.0-or-later */
package vitromap.commands;

import ij.IJ;
import ij.ImagePlus;
import ij.gui.Roi;
import ij.io.RoiDecoder;
import ij.io.RoiEncoder;
import ij.plugin.PlugIn;
import java.io.IOException;
import java.util.Arrays;
import java.util.Base64;
import java.util.function.Consumer;
import vitromap.engine.Centers;
import vitromap.engine.Dataset;
import vitromap.engine.Detector;
import vitromap.engine.FrameSource;
import vitromap.engine.Geometry;
import vitromap.engine.Mask;
import vitromap.engine.MeanPattern;
import vitromap.engine.VirtualImage;
import vitromap.engine.VitroException;
import vitromap.ui.Command;
import vitromap.ui.MapSlice;
import vitromap.ui.Notes;
import vitromap.ui.Output;
import vitromap.ui.Params;

/** 4D-STEM Virtual Image...: the sum of every pattern over a virtual detector. */
public final class VirtualImages implements PlugIn {
    public static final String NAME = "4D-STEM Virtual Image...";

    static final String[] DETECTORS = {"annulus", "disk", "pixel", "ROI"};

    /** The command's keys with their defaults. */
    public static final class Settings {
        /** One of DETECTORS. */
        public String detector = DETECTORS[0];
        /** px; outer_radius 0 = the first ring: its range for the annulus, up to it for the disk. */
        public double innerRadius;
        public double outerRadius;
        /** Of the detector, px; 0 = the dataset's centre. */
        public double centerX;
        public double centerY;
        /** With the mates about the dataset's centre. */
        public boolean friedel;
        /** The detector moves with every pattern's centre. */
        public boolean followCenter;
        /** Title of a map with the slices center_x and center_y; empty = NAME-Ring. */
        public String centers = "";
        /** That map itself, for callers whose images have no window; goes before centers. */
        public ImagePlus centersImage;
        /** Detector ROI: an ImageJ ROI in Base64; empty = the dataset's selection. */
        public String roi = "";

        Params params() {
            return params(roi);
        }

        private Params params(String roi) {
            return new Params(NAME, "virtual-image.md")
                    .choice("Detector", DETECTORS, detector)
                    .number("Inner_radius", innerRadius, "px")
                    .number("Outer_radius (0 = first ring)", outerRadius, "px")
                    .number("Center_x (0 = the dataset's)", centerX, "px")
                    .number("Center_y (0 = the dataset's)", centerY, "px")
                    .flag("Friedel", friedel)
                    .flag("Follow_center", followCenter)
                    .text("Centers (title; empty = NAME-Ring)", centers)
                    .text("Roi (Base64; empty = selection)", roi);
        }

        void read(Params p) {
            detector = p.getText("detector");
            innerRadius = p.getNumber("inner_radius");
            outerRadius = p.getNumber("outer_radius");
            centerX = p.getNumber("center_x");
            centerY = p.getNumber("center_y");
            friedel = p.getFlag("friedel");
            followCenter = p.getFlag("follow_center");
            centers = p.getText("centers");
            roi = p.getText("roi");
        }
    }

    @Override
    public void run(String arg) {
        Command.run(NAME, () -> {
            Dataset dataset = Dataset.of(Dataset.currentImage());
            Settings settings = new Settings();
            if (Params.isInteractive() && dataset.image().getRoi() != null) {
                settings.detector = DETECTORS[3];
            }
            Params params = settings.params();
            if (params.show()) {
                settings.read(params);
                Output.show(compute(dataset.image(), settings, IJ::log));
            }
        });
    }

    /** The same, with what was found written to ImageJ's log. */
    public static ImagePlus compute(ImagePlus image, Settings settings) throws IOException {
        return compute(image, settings, IJ::log);
    }

    /**
     * Makes the image without showing it.
     *
     * @param log told what had to be measured
     * @return NAME-Virtual, the sums
     * @throws VitroException if the input does not allow it
     */
    public static ImagePlus compute(ImagePlus image, Settings settings, Consumer<String> log) throws IOException {
        PartMaps sums = begin(image, settings, log);
        sums.add(Dataset.of(image).source(), 0);
        return sums.maps()[0];
    }

    /** Finds the detector on the patterns that are there; their sums may come in parts. */
    static PartMaps begin(ImagePlus image, Settings settings, Consumer<String> log) throws IOException {
        return new Sums(Dataset.of(image), settings, new Notes(NAME, image.getTitle(), log));
    }

    private static final class Sums implements PartMaps {
        private final Dataset dataset;
        private final Settings settings;
        private final Notes notes;
        private final Roi roi;
        private final double[] centers;
        private final Detector detector;
        private final float[] sums;

        Sums(Dataset dataset, Settings settings, Notes notes) throws IOException {
            this.dataset = dataset;
            this.settings = settings;
            this.notes = notes;
            centers = Centers.chosen(dataset, settings.followCenter, settings.centersImage, settings.centers, notes);
            boolean byRoi = Params.index(DETECTORS, "detector", settings.detector) == 3;
            roi = byRoi ? roi(dataset.image(), settings.roi) : null;
            boolean central = !byRoi && (settings.centerX == 0 || settings.centerY == 0);
            double[] center = central || settings.friedel || settings.followCenter ? Geometry.center(dataset, notes) : new double[2];
            Detector alone = roi != null ? Detector.of(roi, dataset.width(), dataset.height()) : detector(dataset, settings, center, notes);
            detector = alone.about(center[0], center[1]).withMates(settings.friedel).without(Mask.known(dataset));
            notes.accept("detector: " + Mask.count(detector.selected()) + " pixels");
            sums = new float[dataset.scanX() * dataset.scanY()];
            Arrays.fill(sums, Float.NaN);
        }

        @Override
        public void add(FrameSource part, long first) throws IOException {
            int at = (int) first;
            int n = (int) part.frames();
            double[] own = centers == null ? null : Arrays.copyOfRange(centers, 2 * at, 2 * (at + n));
            System.arraycopy(VirtualImage.run(part, detector, own, "Virtual image"), 0, sums, at, n);
        }

        @Override
        public ImagePlus[] maps() {
            MapSlice[] slices = {new MapSlice("virtual image, " + settings.detector, "counts", MapSlice.Style.VALUE)};
            ImagePlus map = Output.maps(dataset.name() + "-Virtual", dataset.scanX(), dataset.scanY(), dataset.number(Dataset.SCAN_STEP, 0), slices, sums);
            dataset.copyProperties(map);
            String drawn = roi == null ? "" : Base64.getEncoder().encodeToString(RoiEncoder.saveAsByteArray(roi));
            Output.info(map, settings.params(drawn).commandLine(), dataset.image().getTitle(), notes.text());
            return new ImagePlus[] {map};
        }
    }

    private static Roi roi(ImagePlus image, String text) {
        if (text.isEmpty()) {
            if (image.getRoi() == null) {
                throw wrong("Detector = ROI needs a selection on '" + image.getTitle() + "': draw the detector on a pattern.");
            }
            return image.getRoi();
        }
        Roi roi = null;
        try {
            roi = RoiDecoder.openFromByteArray(Base64.getDecoder().decode(text));
        } catch (IllegalArgumentException e) {
            // not Base64: reported below, as bytes that are no ROI are
        }
        if (roi == null) {
            throw wrong("The value of 'roi' is no ImageJ ROI in Base64. Leave it empty to take the selection on '" + image.getTitle() + "'.");
        }
        return roi;
    }

    /** Annulus, disk or pixel; center: the dataset's, if it is needed. */
    private static Detector detector(Dataset dataset, Settings s, double[] center, Consumer<String> log) throws IOException {
        if (!(s.innerRadius >= 0 && s.outerRadius >= 0 && s.outerRadius < Double.POSITIVE_INFINITY && Double.isFinite(s.centerX + s.centerY))) {
            throw wrong("Inner_radius and outer_radius are radii in px, 0 or more, center_x and center_y a place in px. Given: radii " + s.innerRadius + " and "
                    + s.outerRadius + ", center " + s.centerX + ", " + s.centerY + ".");
        }
        double x = s.centerX == 0 ? center[0] : s.centerX;
        double y = s.centerY == 0 ? center[1] : s.centerY;
        if (s.detector.equals(DETECTORS[2])) {
            return Detector.pixel(dataset.width(), dataset.height(), x, y);
        }
        boolean disk = s.detector.equals(DETECTORS[1]);
        double inner = disk ? 0 : s.innerRadius;
        double outer = s.outerRadius;
        if (outer == 0) {
            double[] ring = firstRing(dataset, log);
            outer = disk ? ring[0] : ring[1];
            inner = disk || inner > 0 ? inner : ring[0];
        }
        if (inner > outer) {
            throw wrong("Inner_radius (" + Params.format(inner) + " px) must not be larger than outer_radius (" + Params.format(outer) + " px).");
        }
        return Detector.annulus(dataset.width(), dataset.height(), x, y, inner, outer);
    }

    private static double[] firstRing(Dataset dataset, Consumer<String> log) throws IOException {
        MeanPattern pattern = MeanPattern.of(dataset.source(), "Mean pattern");
        Geometry geometry = Geometry.of(dataset, pattern, line -> { });
        geometry.setRing(pattern, 0, 0, log);
        return new double[] {geometry.ringMin, geometry.ringMax};
    }

    private static VitroException wrong(String text) {
        return new VitroException(VitroException.ARGUMENT, text);
    }
}
