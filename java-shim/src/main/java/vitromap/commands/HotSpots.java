/* SPDX-License-Identifier: GPL-3.0-or-later */
package vitromap.commands;

import ij.IJ;
import ij.ImagePlus;
import ij.gui.Overlay;
import ij.gui.Roi;
import ij.measure.Calibration;
import ij.measure.ResultsTable;
import ij.plugin.PlugIn;
import ij.plugin.filter.ThresholdToSelection;
import ij.process.ByteProcessor;
import ij.process.ImageProcessor;
import java.awt.Color;
import java.awt.Rectangle;
import java.util.Locale;
import java.util.function.Consumer;
import vitromap.engine.Dataset;
import vitromap.engine.MapImage;
import vitromap.engine.Spots;
import vitromap.ui.Command;
import vitromap.ui.MapSlice;
import vitromap.ui.Output;
import vitromap.ui.Params;

/** 4D-STEM Hot Spots...: connected regions of a map above a threshold, their sizes, area and volume. */
public final class HotSpots implements PlugIn {
    public static final String NAME = "4D-STEM Hot Spots...";

    private static final Color OUTLINE = new Color(255, 60, 60);

    /** The command's keys with their defaults. */
    public static final class Settings {
        /** One of ImageJ's methods, or a number. */
        public String threshold = "IsoData";
        /** Of the specimen, nm; 0 = not known: no volumes. */
        public double thickness;
        /** Bragg acceptance, degrees. */
        public double acceptance = 10;
        /** Smaller regions are left out, px. */
        public int minSize = 1;

        Params params() {
            return new Params(NAME, "hot-spots.md")
                    .text("Threshold (method or number)", threshold)
                    .number("Thickness (0 = not known)", thickness, "nm")
                    .number("Acceptance (Bragg)", acceptance, "deg")
                    .number("Min_size", minSize, "px");
        }

        void read(Params p) {
            threshold = p.getText("threshold");
            thickness = p.getNumber("thickness");
            acceptance = p.getNumber("acceptance");
            minSize = p.getInt("min_size");
        }
    }

    /** What the command shows. */
    public static final class Result {
        /** NAME-Hot Spots: the map with the spots' outlines, numbered, as overlay. */
        public final ImagePlus image;
        /** NAME-Hot Spots table: a row for each spot. */
        public final ResultsTable table;
        /** NAME-Hot Spots summary: one row. */
        public final ResultsTable summary;

        Result(ImagePlus image, ResultsTable table, ResultsTable summary) {
            this.image = image;
            this.table = table;
            this.summary = summary;
        }
    }

    @Override
    public void run(String arg) {
        Command.run(NAME, () -> {
            ImagePlus image = Dataset.currentImage();
            Settings settings = new Settings();
            Params params = settings.params();
            if (!params.show()) {
                return;
            }
            settings.read(params);
            Result result = compute(image, settings, IJ::log);
            String name = result.image.getTitle();
            Output.show(result.table, name + " table");
            Output.show(result.summary, name + " summary");
            Output.show(result.image);
        });
    }

    /** The same, with the summary written to ImageJ's log. */
    public static Result compute(ImagePlus image, Settings settings) {
        return compute(image, settings, IJ::log);
    }

    /**
     * Finds the spots of the current slice without showing anything.
     *
     * @param log told the summary
     * @throws vitromap.engine.VitroException if the map or a value does not allow it
     */
    public static Result compute(ImagePlus image, Settings settings, Consumer<String> log) {
        MapImage map = MapImage.of(image, String.valueOf(image.getCurrentSlice()), "the map with the hot spots");
        Spots spots = Spots.find(map, settings.threshold, settings.minSize);
        Calibration calibration = image.getCalibration();
        boolean nm = "nm".equals(calibration.getUnit());
        double pixelArea = calibration.scaled() ? calibration.pixelWidth * calibration.pixelHeight : 1;
        double volume = settings.thickness > 0 && nm ? spots.volumeFraction(pixelArea, settings.thickness) : Double.NaN;
        ResultsTable summary = summary(map, spots, calibration, pixelArea, volume, Spots.braggShare(settings.acceptance));
        StringBuilder notes = new StringBuilder(told(spots, summary));
        if (settings.thickness > 0 && !nm) {
            notes.append("thickness: the map has no scale in nm, so there are no volumes\n");
        }
        for (String line : notes.toString().split("\n")) {
            log.accept(NAME + " " + map.name() + ": " + line);
        }
        return new Result(overlaid(map, spots, settings, notes.toString()), table(spots, calibration, pixelArea), summary);
    }

    private static ResultsTable table(Spots spots, Calibration calibration, double pixelArea) {
        ResultsTable table = new ResultsTable();
        for (int i = 0; i < spots.count; i++) {
            table.incrementCounter();
            table.addValue("Area", spots.pixels(i) * pixelArea);
            table.addValue("Diameter", spots.diameter(i, pixelArea));
            table.addValue("X", calibration.getX(spots.x(i)));
            table.addValue("Y", calibration.getY(spots.y(i)));
            table.addValue("Pixels", spots.pixels(i));
            table.addValue("Mean", spots.mean(i));
            table.addValue("Max", spots.maximum(i));
        }
        return table;
    }

    private static ResultsTable summary(MapImage map, Spots spots, Calibration calibration, double pixelArea, double volume, double bragg) {
        double area = 0;
        double mean = 0;
        double squares = 0;
        for (int i = 0; i < spots.count; i++) {
            area += spots.pixels(i) * pixelArea;
            mean += spots.diameter(i, pixelArea) / spots.count;
        }
        for (int i = 0; i < spots.count; i++) {
            squares += Math.pow(spots.diameter(i, pixelArea) - mean, 2);
        }
        ResultsTable table = new ResultsTable();
        table.setPrecision(4);
        table.incrementCounter();
        table.addValue("Map", map.label);
        table.addValue("Unit", calibration.scaled() ? calibration.getUnit() : "px");
        table.addValue("Threshold", spots.threshold);
        table.addValue("Count", spots.count);
        table.addValue("Mean area", spots.count > 0 ? area / spots.count : Double.NaN);
        table.addValue("Mean diameter", spots.count > 0 ? mean : Double.NaN);
        table.addValue("SD diameter", spots.count > 1 ? Math.sqrt(squares / (spots.count - 1)) : Double.NaN);
        table.addValue("Area %", 100 * spots.areaFraction());
        table.addValue("Volume %", 100 * volume);
        table.addValue("Bragg %", 100 * bragg);
        table.addValue("Volume with Bragg %", 100 * volume / bragg);
        return table;
    }

    private static String told(Spots spots, ResultsTable summary) {
        String unit = summary.getStringValue("Unit", 0);
        String text = String.format(Locale.US, "%d spots above %.4g, %.3g %% of the area", spots.count, spots.threshold, summary.getValue("Area %", 0));
        if (spots.count > 0) {
            text += String.format(Locale.US, ", mean diameter %.3g %s", summary.getValue("Mean diameter", 0), unit);
        }
        double volume = summary.getValue("Volume %", 0);
        if (!Double.isNaN(volume)) {
            text += String.format(Locale.US, "; %.3g %% of the volume, %.3g %% with the %.2g %% that are in diffracting condition", volume,
                    summary.getValue("Volume with Bragg %", 0), summary.getValue("Bragg %", 0));
        }
        return text + "\n";
    }

    private static ImagePlus overlaid(MapImage map, Spots spots, Settings settings, String notes) {
        MapSlice[] slice = {new MapSlice(map.label, map.image.getCalibration().getValueUnit(), MapSlice.Style.VALUE)};
        ImagePlus image = Output.maps(Dataset.name(map.image) + "-Hot Spots", map.width(), map.height(), 0, slice, map.values);
        Calibration calibration = map.image.getCalibration().copy();
        calibration.disableDensityCalibration();
        image.setCalibration(calibration);
        Overlay overlay = image.getOverlay() == null ? new Overlay() : image.getOverlay();
        Rectangle[] boxes = boxes(spots);
        for (int i = 0; i < spots.count; i++) {
            Roi roi = outline(spots, i, boxes[i]);
            roi.setStrokeColor(OUTLINE);
            overlay.add(roi, String.valueOf(i + 1));
        }
        image.setOverlay(overlay);
        Dataset.copyProperties(map.image, image);
        Output.info(image, settings.params().commandLine(), map.image.getTitle() + " " + map.label, notes);
        return image;
    }

    private static Rectangle[] boxes(Spots spots) {
        Rectangle[] boxes = new Rectangle[spots.count];
        for (int i = 0; i < spots.label.length; i++) {
            int spot = (int) spots.label[i] - 1;
            if (spot >= 0) {
                Rectangle pixel = new Rectangle(i % spots.width, i / spots.width, 1, 1);
                boxes[spot] = boxes[spot] == null ? pixel : boxes[spot].union(pixel);
            }
        }
        return boxes;
    }

    private static Roi outline(Spots spots, int spot, Rectangle box) {
        ByteProcessor mask = new ByteProcessor(box.width, box.height);
        for (int i = 0; i < box.width * box.height; i++) {
            int at = (box.y + i / box.width) * spots.width + box.x + i % box.width;
            mask.set(i, spots.label[at] == spot + 1 ? 255 : 0);
        }
        mask.setThreshold(255, 255, ImageProcessor.NO_LUT_UPDATE);
        Roi roi = ThresholdToSelection.run(new ImagePlus("", mask));
        roi.setLocation(roi.getXBase() + box.x, roi.getYBase() + box.y);
        return roi;
    }
}
