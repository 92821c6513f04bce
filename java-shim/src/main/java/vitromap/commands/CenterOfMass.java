/* SPDX-License-Identifier: GPL-3.0-or-later */
package vitromap.commands;

import ij.IJ;
import ij.ImagePlus;
import ij.plugin.PlugIn;
import java.io.IOException;
import java.util.function.Consumer;
import vitromap.engine.Dataset;
import vitromap.engine.Deflection;
import vitromap.engine.Detector;
import vitromap.engine.Geometry;
import vitromap.engine.Mask;
import vitromap.engine.Region;
import vitromap.engine.VitroException;
import vitromap.ui.Command;
import vitromap.ui.MapSlice;
import vitromap.ui.Notes;
import vitromap.ui.Output;
import vitromap.ui.Params;
import vitromap.ui.StrainPreview;

/** 4D-STEM Center of Mass...: the centre of mass of every pattern, and its shift as a vector map. */
public final class CenterOfMass implements PlugIn {
    public static final String NAME = "4D-STEM Center of Mass...";

    /** In the order of vitro_shift_maps. */
    private static final MapSlice[] SLICES = {
        new MapSlice("x", "px", MapSlice.Style.SIGNED), new MapSlice("y", "px", MapSlice.Style.SIGNED),
        new MapSlice("magnitude", "px", MapSlice.Style.POSITIVE), new MapSlice("angle", "deg", MapSlice.Style.DIRECTION),
        new MapSlice("center_x", "px", MapSlice.Style.VALUE), new MapSlice("center_y", "px", MapSlice.Style.VALUE)
    };

    /** The command's keys with their defaults. */
    public static final class Settings {
        /** px about the dataset's centre; 0 = the whole pattern. */
        public double outerRadius;
        /** 'x,y,width,height' in scan pixels; empty = all. */
        public String reference = "";
        /** The reference's plane is taken off, not its mean. */
        public boolean plane;

        Params params() {
            return new Params(NAME, "center-of-mass.md")
                    .number("Outer_radius (0 = all)", outerRadius, "px")
                    .text("Reference (region; empty = mean)", reference)
                    .flag("Plane", plane);
        }

        void read(Params p) {
            outerRadius = p.getNumber("outer_radius");
            reference = p.getText("reference");
            plane = p.getFlag("plane");
        }
    }

    @Override
    public void run(String arg) {
        Command.run(NAME, () -> {
            Dataset dataset = Dataset.of(Dataset.currentImage());
            Settings settings = new Settings();
            settings.reference = Params.isInteractive() ? StrainPreview.regionOfMap(dataset) : "";
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
     * Makes the maps without showing them.
     *
     * @param log told what had to be measured
     * @return NAME-CoM: x, y, magnitude, angle, center_x, center_y
     * @throws VitroException if the input does not allow it
     */
    public static ImagePlus compute(ImagePlus image, Settings settings, Consumer<String> log) throws IOException {
        Dataset dataset = Dataset.of(image);
        Notes notes = new Notes(NAME, image.getTitle(), log);
        String region = settings.reference.trim();
        Region reference = region.isEmpty() ? null : Region.rectangle(region, dataset.scanX(), dataset.scanY(), image.getTitle());
        float[] centers = Deflection.centers(dataset.source(), detector(dataset, settings.outerRadius, notes), "Center of mass");
        float[] maps = Deflection.maps(dataset, centers, reference, settings.plane);
        if (dataset.text(Dataset.ROTATION) == null && dataset.text(Dataset.FLIP) == null) {
            notes.accept("rotation, flip: not known (see 4D-STEM Calibrate...), taken as 0: x and y are those of the detector");
        }
        ImagePlus map = Output.maps(dataset.name() + "-CoM", dataset.scanX(), dataset.scanY(), dataset.number(Dataset.SCAN_STEP, 0), SLICES, maps);
        dataset.copyProperties(map);
        Output.info(map, settings.params().commandLine(), image.getTitle(), notes.text());
        return map;
    }

    private static Detector detector(Dataset dataset, double radius, Notes notes) throws IOException {
        if (!(radius >= 0 && radius < Double.POSITIVE_INFINITY)) {
            throw new VitroException(VitroException.ARGUMENT, "Outer_radius is a radius in px, 0 = the whole pattern; not " + radius + ".");
        }
        int width = dataset.width();
        int height = dataset.height();
        double[] center = radius > 0 ? Geometry.center(dataset, notes) : new double[2];
        Detector detector = Detector.disk(width, height, center[0], center[1], radius > 0 ? radius : width + height);
        return detector.without(Mask.known(dataset));
    }
}
