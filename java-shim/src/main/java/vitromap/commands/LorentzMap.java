/* SPDX-License-Identifier: GPL-3.0-or-later */
package vitromap.commands;

import ij.IJ;
import ij.ImagePlus;
import ij.WindowManager;
import ij.plugin.PlugIn;
import java.io.IOException;
import java.util.Arrays;
import java.util.function.Consumer;
import vitromap.engine.Dataset;
import vitromap.engine.Lorentz;
import vitromap.engine.MapImage;
import vitromap.engine.Native;
import vitromap.engine.VitroException;
import vitromap.ui.Command;
import vitromap.ui.MapSlice;
import vitromap.ui.Notes;
import vitromap.ui.Output;
import vitromap.ui.Params;

/** 4D-STEM Lorentz Map...: the magnetic induction, its angle to the principal strain, and the magnetoelastic energy. */
public final class LorentzMap implements PlugIn {
    public static final String NAME = "4D-STEM Lorentz Map...";

    /** NAME-Induction; the last one with a strain map only. */
    static final MapSlice[] SLICES = {
        new MapSlice("Bx", "T", MapSlice.Style.SIGNED), new MapSlice("By", "T", MapSlice.Style.SIGNED), new MapSlice("B", "T", MapSlice.Style.POSITIVE),
        new MapSlice("angle", "deg", MapSlice.Style.DIRECTION), new MapSlice("sigma", "T", MapSlice.Style.POSITIVE),
        new MapSlice("angle to strain", "deg", MapSlice.Style.POSITIVE)
    };
    private static final MapSlice[] ENERGY = {new MapSlice("energy", "kJ/m^3", MapSlice.Style.SIGNED)};

    /** The command's keys with their defaults. */
    public static final class Settings {
        /** Of the specimen, nm; must be given. */
        public double thickness;
        /** Region, 'plane', title of a dataset without a field; empty = mean. */
        public String reference = "";
        /** Of the direct beam, px; 0 = find. */
        public double radius;
        /** Title of a NAME-Strain; empty = no comparison with strain. */
        public String strain = "";
        /** That map itself, for callers whose images have no window; goes before strain. */
        public ImagePlus strainImage;
        /** Magnetostriction, a fraction: of iron-based glasses. */
        public double lambdaS = 25e-6;
        public double young = 160;
        public double poisson = 0.33;

        Params params() {
            return new Params(NAME, "lorentz-map.md")
                    .number("Thickness of the specimen", thickness, "nm")
                    .text("Reference (region, plane, title; empty = mean)", reference)
                    .number("Radius of the direct beam (0 = find)", radius, "px")
                    .text("Strain (title; empty = none)", strain)
                    .number("Lambda_s (magnetostriction)", lambdaS, "")
                    .number("Young (modulus)", young, "GPa")
                    .number("Poisson (ratio)", poisson, "");
        }

        void read(Params p) {
            thickness = p.getNumber("thickness");
            reference = p.getText("reference");
            radius = p.getNumber("radius");
            strain = p.getText("strain");
            lambdaS = p.getNumber("lambda_s");
            young = p.getNumber("young");
            poisson = p.getNumber("poisson");
        }
    }

    @Override
    public void run(String arg) {
        Command.run(NAME, () -> {
            Dataset dataset = Dataset.of(Dataset.currentImage());
            Settings settings = new Settings();
            String strain = dataset.name() + "-Strain";
            settings.strain = Params.isInteractive() && WindowManager.getImage(strain) != null ? strain : "";
            Params params = settings.params();
            if (!params.show()) {
                return;
            }
            settings.read(params);
            ImagePlus[] maps = compute(dataset.image(), settings, IJ::log);
            for (int i = maps.length - 1; i >= 0; i--) {
                Output.show(maps[i]);
            }
        });
    }

    /**
     * Makes the maps without showing them.
     *
     * @param log told what had to be found
     * @return NAME-Induction; with a strain map NAME-Magnetoelastic energy too
     * @throws VitroException if the input does not allow them
     */
    public static ImagePlus[] compute(ImagePlus image, Settings settings, Consumer<String> log) throws IOException {
        Dataset dataset = Dataset.of(image);
        Notes notes = new Notes(NAME, image.getTitle(), log);
        ImagePlus strain = settings.strainImage != null ? settings.strainImage : settings.strain.trim().isEmpty() ? null : Dataset.imageTitled(settings.strain.trim());
        MapImage[] principal = strain == null ? null : principal(dataset, strain);
        float[] induction = Lorentz.run(dataset, settings.thickness, settings.reference, settings.radius, notes);
        if (dataset.text(Dataset.ROTATION) == null && dataset.text(Dataset.FLIP) == null) {
            notes.accept("rotation, flip: not known (see 4D-STEM Calibrate...), taken as 0: x and y are those of the detector");
        }
        if (principal == null) {
            return new ImagePlus[] {output(dataset, "-Induction", Arrays.copyOf(SLICES, Lorentz.SLICES), induction, settings, notes)};
        }
        int n = dataset.scanX() * dataset.scanY();
        float[] angle = new float[n];
        float[] energy = new float[n];
        Native.magnetoelastic(new double[] {settings.lambdaS, settings.young, settings.poisson}, induction, principal[0].values, principal[1].values,
                principal[2].values, angle, energy);
        float[] all = Arrays.copyOf(induction, induction.length + n);
        System.arraycopy(angle, 0, all, induction.length, n);
        return new ImagePlus[] {output(dataset, "-Induction", SLICES, all, settings, notes), output(dataset, "-Magnetoelastic energy", ENERGY, energy, settings, notes)};
    }

    /** e_1, e_2 and angle_1 of a strain map of the same scan. */
    private static MapImage[] principal(Dataset dataset, ImagePlus strain) {
        MapImage[] slices = {MapImage.of(strain, "e_1", "strain"), MapImage.of(strain, "e_2", "strain"), MapImage.of(strain, "angle_1", "strain")};
        slices[0].requireScan(dataset.scanX(), dataset.scanY(), dataset.image().getTitle());
        return slices;
    }

    private static ImagePlus output(Dataset dataset, String suffix, MapSlice[] slices, float[] data, Settings settings, Notes notes) {
        ImagePlus map = Output.maps(dataset.name() + suffix, dataset.scanX(), dataset.scanY(), dataset.number(Dataset.SCAN_STEP, 0), slices, data);
        dataset.copyProperties(map);
        Output.info(map, settings.params().commandLine(), dataset.image().getTitle(), notes.text());
        return map;
    }
}
