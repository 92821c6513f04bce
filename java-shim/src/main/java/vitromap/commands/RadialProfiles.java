/* SPDX-License-Identifier: GPL-3.0-or-later */
package vitromap.commands;

import ij.IJ;
import ij.ImagePlus;
import ij.plugin.PlugIn;
import java.io.IOException;
import java.util.function.Consumer;
import vitromap.engine.Centers;
import vitromap.engine.Dataset;
import vitromap.engine.Profiles;
import vitromap.ui.Command;
import vitromap.ui.Output;
import vitromap.ui.Params;

/** 4D-STEM Radial Profiles...: the azimuthal mean of every pattern, and its standard error, as cubes over q. */
public final class RadialProfiles implements PlugIn {
    public static final String NAME = "4D-STEM Radial Profiles...";

    /** The command's keys with their defaults. */
    public static final class Settings {
        /** px; r_max 0 = to the farthest pixel. */
        public double rMin;
        public double rMax;
        /** 0 = one for each px. */
        public int bins;
        /** The dataset's ellipse is applied. */
        public boolean ellipse = true;
        /** Every pattern about its own centre. */
        public boolean followCenter;
        /** Title of a map with the slices center_x and center_y; empty = NAME-Ring. */
        public String centers = "";
        /** That map itself, for callers whose images have no window; goes before centers. */
        public ImagePlus centersImage;

        Params params() {
            return new Params(NAME, "radial-profiles.md")
                    .number("R_min", rMin, "px")
                    .number("R_max (0 = all)", rMax, "px")
                    .number("Bins (0 = one a px)", bins, "")
                    .flag("Ellipse", ellipse)
                    .flag("Follow_center", followCenter)
                    .text("Centers (title; empty = NAME-Ring)", centers);
        }

        void read(Params p) {
            rMin = p.getNumber("r_min");
            rMax = p.getNumber("r_max");
            bins = p.getInt("bins");
            ellipse = p.getFlag("ellipse");
            followCenter = p.getFlag("follow_center");
            centers = p.getText("centers");
        }
    }

    @Override
    public void run(String arg) {
        Command.run(NAME, () -> {
            Dataset dataset = Dataset.of(Dataset.currentImage());
            Settings settings = new Settings();
            Params params = settings.params();
            if (!params.show()) {
                return;
            }
            settings.read(params);
            for (ImagePlus cube : compute(dataset.image(), settings, IJ::log)) {
                Output.show(cube);
            }
        });
    }

    /** The same, with what was found written to ImageJ's log. */
    public static ImagePlus[] compute(ImagePlus image, Settings settings) throws IOException {
        return compute(image, settings, IJ::log);
    }

    /**
     * Makes the cubes without showing them.
     *
     * @param log told what had to be measured
     * @return NAME-Profiles, NAME-Profiles sigma: XY = scan, Z = q in 1/Angstrom, or the radius in px if the scale is not known
     * @throws vitromap.engine.VitroException if the input does not allow profiles
     */
    public static ImagePlus[] compute(ImagePlus image, Settings settings, Consumer<String> log) throws IOException {
        Dataset dataset = Dataset.of(image);
        StringBuilder notes = new StringBuilder();
        Consumer<String> tell = line -> {
            notes.append(line).append('\n');
            log.accept(NAME + " '" + image.getTitle() + "': " + line);
        };
        double[] centers = Centers.chosen(dataset, settings.followCenter, settings.centersImage, settings.centers, tell);
        Profiles profiles = Profiles.run(dataset, settings.rMin, settings.rMax, settings.bins, settings.ellipse, centers, tell);
        double scale = dataset.number(Dataset.Q_PER_PX, 0);
        boolean calibrated = scale > 0 && scale < Double.POSITIVE_INFINITY;
        if (!calibrated) {
            tell.accept("scale: not known (see 4D-STEM Calibrate...), the axis is in px");
        }
        double origin = -(profiles.rMin / profiles.binWidth + 0.5);
        double depth = profiles.binWidth * (calibrated ? scale : 1);
        String unit = calibrated ? "1/\u00c5" : "px";
        double step = dataset.number(Dataset.SCAN_STEP, 0);
        ImagePlus[] cubes = {
            Output.cube(dataset.name() + "-Profiles", dataset.scanX(), dataset.scanY(), step, depth, unit, origin, "counts", profiles.means()),
            Output.cube(dataset.name() + "-Profiles sigma", dataset.scanX(), dataset.scanY(), step, depth, unit, origin, "counts", profiles.errors())
        };
        for (ImagePlus cube : cubes) {
            dataset.copyProperties(cube);
            cube.setProp(Dataset.FULL_CIRCLE, profiles.fullCircle);
            Output.info(cube, settings.params().commandLine(), image.getTitle(), notes.toString());
        }
        return cubes;
    }
}
