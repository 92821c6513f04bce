/* SPDX-License-Identifier: GPL-3.0-or-later */
package vitromap.commands;

import ij.IJ;
import ij.ImagePlus;
import ij.measure.Calibration;
import ij.plugin.PlugIn;
import ij.process.FloatProcessor;
import java.io.File;
import java.io.IOException;
import java.util.Arrays;
import java.util.Locale;
import java.util.function.Consumer;
import vitromap.engine.Dataset;
import vitromap.engine.Native;
import vitromap.engine.StructureModel;
import vitromap.engine.VitroException;
import vitromap.ui.Command;
import vitromap.ui.Notes;
import vitromap.ui.Output;
import vitromap.ui.Params;

/** 4D-STEM Simulate Pattern...: the kinematic nanodiffraction pattern of a structure model. */
public final class SimulatePattern implements PlugIn {
    public static final String NAME = "4D-STEM Simulate Pattern...";
    /** Name of our own model, where no file is given. */
    private static final String GLASS = "glass";
    /** Share of the pixels that the display range holds: the direct beam is thousands of times as bright as the rings. */
    private static final double SHOWN = 0.995;

    /** The command's keys with their defaults. */
    public static final class Settings {
        /** An xyz file; empty = our own glass. */
        public String path = "";
        /** kV. */
        public double voltage = 300;
        /** nm; 0 = the model as it is. */
        public double thickness = 3;
        /** Degrees. */
        public double tiltX;
        public double tiltY;
        /** Full width at half maximum, nm; 0 = even illumination of the model. */
        public double probe = 1;
        /** Sum of the pattern; 0 = intensities without noise. */
        public double counts;
        /** 1/Angstrom. */
        public double qPerPixel = 0.01;
        /** px. */
        public int detector = 256;
        /** Of the noise and of our own glass. */
        public int seed = 1;

        Params params() {
            return new Params(NAME, "simulate-pattern.md")
                    .text("Path (xyz file; empty = own glass)", path)
                    .number("Voltage", voltage, "kV")
                    .number("Thickness (0 = the model's)", thickness, "nm")
                    .number("Tilt_x", tiltX, "deg")
                    .number("Tilt_y", tiltY, "deg")
                    .number("Probe (width; 0 = even)", probe, "nm")
                    .number("Counts (0 = without noise)", counts, "")
                    .number("Q_per_pixel", qPerPixel, "1/\u00c5")
                    .number("Detector", detector, "px")
                    .number("Seed", seed, "");
        }

        void read(Params p) {
            path = p.getText("path");
            voltage = p.getNumber("voltage");
            thickness = p.getNumber("thickness");
            tiltX = p.getNumber("tilt_x");
            tiltY = p.getNumber("tilt_y");
            probe = p.getNumber("probe");
            counts = p.getNumber("counts");
            qPerPixel = p.getNumber("q_per_pixel");
            detector = p.getInt("detector");
            seed = p.getInt("seed");
        }
    }

    @Override
    public void run(String arg) {
        Command.run(NAME, () -> {
            Settings settings = new Settings();
            Params params = settings.params();
            if (params.show()) {
                settings.read(params);
                Output.show(compute(settings, IJ::log));
            }
        });
    }

    /**
     * Makes the pattern without showing it.
     *
     * @param log told how many atoms there are
     * @return NAME-Simulated, NAME = the file's name or glass
     * @throws VitroException if the file is no model or a value is out of its range
     * @throws IOException if the file cannot be read
     */
    public static ImagePlus compute(Settings settings, Consumer<String> log) throws IOException {
        if (!(settings.counts >= 0)) {
            throw new VitroException(VitroException.ARGUMENT, "Counts is the sum of the pattern, 0 = without noise; not " + settings.counts + ".");
        }
        String file = new File(settings.path).getName();
        String name = settings.path.isEmpty() ? GLASS : file.replaceFirst("\\.[A-Za-z0-9]{1,4}$", "");
        Notes notes = new Notes(NAME, name, log);
        try (StructureModel model = settings.path.isEmpty() ? StructureModel.glass(settings.seed) : StructureModel.read(settings.path)) {
            StructureModel.Pattern pattern = model.pattern(settings.voltage, settings.thickness, settings.tiltX, settings.tiltY, settings.probe, settings.qPerPixel,
                    settings.detector);
            double[] box = model.box();
            notes.accept(String.format(Locale.US, "%d atoms, %s; %d atoms lit", model.atoms(), box[0] > 0
                    ? String.format(Locale.US, "periodic box %.2f x %.2f x %.2f \u00c5", box[0], box[1], box[2]) : "not periodic", pattern.atoms));
            float[] image = pattern.intensity;
            if (settings.counts > 0) {
                image = new float[pattern.intensity.length];
                Native.drawCounts(pattern.intensity, settings.counts, settings.seed, image);
            }
            return image(name + "-Simulated", image, settings, notes);
        }
    }

    private static ImagePlus image(String title, float[] values, Settings settings, Notes notes) {
        int side = settings.detector;
        ImagePlus image = new ImagePlus(title, new FloatProcessor(side, side, values));
        Dataset dataset = Dataset.of(image);
        dataset.set(Dataset.VOLTAGE, settings.voltage);
        dataset.set(Dataset.Q_PER_PX, settings.qPerPixel);
        dataset.set(Dataset.CENTER_X, side / 2);
        dataset.set(Dataset.CENTER_Y, side / 2);
        dataset.set(Dataset.MASK, "none");
        Calibration calibration = image.getCalibration();
        calibration.setValueUnit(settings.counts > 0 ? "counts" : "\u00c5^2");
        float[] sorted = values.clone();
        Arrays.sort(sorted);
        image.setDisplayRange(0, Math.max(Float.MIN_NORMAL, sorted[(int) (SHOWN * (sorted.length - 1))]));
        Output.info(image, settings.params().commandLine(), settings.path.isEmpty() ? "none (own glass)" : settings.path, notes.text());
        return image;
    }
}
