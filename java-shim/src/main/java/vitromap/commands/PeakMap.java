/* SPDX-License-Identifier: GPL-3.0-or-later */
package vitromap.commands;

import ij.IJ;
import ij.ImagePlus;
import ij.plugin.PlugIn;
import java.io.IOException;
import java.util.function.Consumer;
import vitromap.engine.Cube;
import vitromap.engine.Dataset;
import vitromap.engine.Peaks;
import vitromap.ui.Command;
import vitromap.ui.MapSlice;
import vitromap.ui.MapSlice.Style;
import vitromap.ui.Notes;
import vitromap.ui.Output;
import vitromap.ui.Params;

/** 4D-STEM Peak Map...: position, height, width and area of a peak of every curve of a cube, with the position's error. */
public final class PeakMap implements PlugIn {
    public static final String NAME = "4D-STEM Peak Map...";

    /** The command's keys with their defaults. */
    public static final class Settings {
        /** Range on the cube's axis; both 0 = the whole axis. */
        public double from;
        public double to;
        public String model = Peaks.MODELS[0];
        public String baseline = Peaks.BASELINES[0];
        /** Title of a cube of standard errors, by which points are weighted; empty = weights are learned. */
        public String sigma = "";
        /** That cube itself, for callers whose images have no window; goes before sigma. */
        public ImagePlus sigmaImage;

        Params params() {
            return new Params(NAME, "peak-map.md")
                    .number("From", from, "axis units; both 0 = all")
                    .number("To", to, "axis units")
                    .choice("Model", Peaks.MODELS, model)
                    .choice("Baseline", Peaks.BASELINES, baseline)
                    .text("Sigma (title; empty = learned)", sigma);
        }

        void read(Params p) {
            from = p.getNumber("from");
            to = p.getNumber("to");
            model = p.getText("model");
            baseline = p.getText("baseline");
            sigma = p.getText("sigma");
        }
    }

    @Override
    public void run(String arg) {
        Command.run(NAME, () -> {
            ImagePlus image = Cube.of(Dataset.currentImage()).image();
            Settings settings = new Settings();
            Params params = settings.params();
            if (!params.show()) {
                return;
            }
            settings.read(params);
            Output.show(compute(image, settings, IJ::log));
        });
    }

    /** The same, with what was found written to ImageJ's log. */
    public static ImagePlus compute(ImagePlus image, Settings settings) throws IOException {
        return compute(image, settings, IJ::log);
    }

    /**
     * Makes the maps without showing them.
     *
     * @param image a cube: XY = scan, Z = its axis
     * @param log told how many positions have no peak, and why
     * @return NAME-Peak with the slices position, height, fwhm, area, sigma position
     * @throws vitromap.engine.VitroException if no position has a peak in the range, or the range is none
     */
    public static ImagePlus compute(ImagePlus image, Settings settings, Consumer<String> log) throws IOException {
        Cube cube = Cube.of(image);
        Notes notes = new Notes(NAME, image.getTitle(), log);
        int model = Params.index(Peaks.MODELS, "model", settings.model);
        int baseline = Params.index(Peaks.BASELINES, "baseline", settings.baseline);
        ImagePlus errors = settings.sigmaImage != null || settings.sigma.isEmpty() ? settings.sigmaImage : Dataset.imageTitled(settings.sigma);
        float[] maps = Peaks.run(cube, settings.from, settings.to, model, baseline, errors == null ? null : Cube.of(errors), notes);
        String axis = cube.unit();
        String value = cube.valueUnit();
        MapSlice[] slices = {
            new MapSlice("position", axis, Style.VALUE), new MapSlice("height", value, Style.VALUE), new MapSlice("fwhm", axis, Style.VALUE),
            new MapSlice("area", value + " " + axis, Style.VALUE), new MapSlice("sigma position", axis, Style.POSITIVE)
        };
        ImagePlus result = Output.maps(Dataset.name(image) + "-Peak", cube.width(), cube.height(), cube.scanStep(), slices, maps);
        Dataset.copyProperties(image, result);
        Output.info(result, settings.params().commandLine(), image.getTitle(), notes.text());
        return result;
    }
}
