/* SPDX-License-Identifier: GPL-3.0-or-later */
package vitromap.commands;

import ij.IJ;
import ij.ImagePlus;
import ij.plugin.PlugIn;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Consumer;
import vitromap.engine.Cube;
import vitromap.engine.Dataset;
import vitromap.engine.Pdf;
import vitromap.engine.VitroException;
import vitromap.ui.Command;
import vitromap.ui.MapSlice;
import vitromap.ui.Output;
import vitromap.ui.Params;
import vitromap.ui.PdfPreview;

/** 4D-STEM PDF Map...: structure factor and pair distribution function of every pattern or profile, as cubes over q and r. */
public final class PdfMap implements PlugIn {
    public static final String NAME = "4D-STEM PDF Map...";

    /** The command's keys with their defaults. */
    public static final class Settings {
        /** Such as Zr50Cu45Al5; the amounts need not add up to 100. */
        public String composition = "Zr50Cu45Al5";
        /** One of Pdf.FACTORS. */
        public String factors = Pdf.FACTORS[0];
        /** 1/Angstrom; 0 = find. */
        public double fitMin;
        public double fitMax;
        /** Of the polynomial background. */
        public int order = 4;
        /** One of Pdf.WINDOWS. */
        public String window = Pdf.WINDOWS[0];
        /** Angstrom^2. */
        public double damping;
        /** Angstrom. */
        public double rMax = 10;
        public double rStep = 0.02;
        /** One of Pdf.FORMS. */
        public String form = Pdf.FORMS[0];
        /** NAME-Sq is shown as well. */
        public boolean keepSq = true;
        /** Angstrom; 0 = the background is fitted without regard to the structure. */
        public double shortestDistance = 2;

        Params params() {
            return new Params(NAME, "pdf-map.md")
                    .text("Composition", composition)
                    .choice("Factors", Pdf.FACTORS, factors)
                    .number("Fit_min (0 = find)", fitMin, "1/\u00c5")
                    .number("Fit_max (0 = find)", fitMax, "1/\u00c5")
                    .number("Order (of the background)", order, "")
                    .choice("Window", Pdf.WINDOWS, window)
                    .number("Damping", damping, "\u00c5\u00b2")
                    .number("R_max", rMax, "\u00c5")
                    .number("R_step", rStep, "\u00c5")
                    .choice("Form", Pdf.FORMS, form)
                    .flag("Keep_sq", keepSq)
                    .number("Shortest_distance (of atoms)", shortestDistance, "\u00c5");
        }

        void read(Params p) {
            composition = p.getText("composition");
            factors = p.getText("factors");
            fitMin = p.getNumber("fit_min");
            fitMax = p.getNumber("fit_max");
            order = p.getInt("order");
            window = p.getText("window");
            damping = p.getNumber("damping");
            rMax = p.getNumber("r_max");
            rStep = p.getNumber("r_step");
            form = p.getText("form");
            keepSq = p.getFlag("keep_sq");
            shortestDistance = p.getNumber("shortest_distance");
        }

        Pdf.Options options() {
            Pdf.Options options = new Pdf.Options();
            options.composition = composition.trim();
            options.factors = Params.index(Pdf.FACTORS, "factors", factors);
            options.fitMin = fitMin;
            options.fitMax = fitMax;
            options.order = order;
            options.window = Params.index(Pdf.WINDOWS, "window", window);
            options.damping = damping;
            options.shortest = shortestDistance;
            options.rMax = rMax;
            options.rStep = rStep;
            options.form = Params.index(Pdf.FORMS, "form", form);
            return options;
        }
    }

    @Override
    public void run(String arg) {
        Command.run(NAME, () -> {
            ImagePlus image = Dataset.currentImage();
            Settings settings = new Settings();
            if (!parameters(image, settings)) {
                return;
            }
            for (ImagePlus result : compute(image, settings, IJ::log)) {
                Output.show(result);
            }
        });
    }

    /** Fills the settings; false if the dialog was cancelled. */
    private static boolean parameters(ImagePlus image, Settings settings) throws IOException {
        Params params = settings.params();
        if (!Params.isInteractive()) {
            params.show();
            settings.read(params);
            return true;
        }
        try (PdfPreview preview = PdfPreview.of(image)) {
            params.preview(dialog -> preview.show(dialog, settings.options()), p -> {
                try {
                    settings.read(p);
                    return preview.update(settings.options());
                } catch (VitroException e) {
                    return preview.refuse(e.getMessage());
                }
            });
            if (!params.show()) {
                return false;
            }
        }
        settings.read(params);
        return true;
    }

    /** The same, with what was found written to ImageJ's log. */
    public static ImagePlus[] compute(ImagePlus image, Settings settings) throws IOException {
        return compute(image, settings, IJ::log);
    }

    /**
     * Makes the cubes and maps without showing them.
     *
     * @param image a 4D-STEM dataset, or a cube of profiles over q
     * @param log told what had to be measured, and how many profiles have no PDF
     * @return NAME-Sq if it is kept, NAME-PDF, NAME-PDF fit
     * @throws VitroException if the input does not allow PDFs
     */
    public static ImagePlus[] compute(ImagePlus image, Settings settings, Consumer<String> log) throws IOException {
        StringBuilder notes = new StringBuilder();
        Consumer<String> tell = line -> {
            notes.append(line).append('\n');
            log.accept(NAME + " '" + image.getTitle() + "': " + line);
        };
        Pdf.Options options = settings.options();
        Cube cube = profiles(image, tell);
        double unit = Pdf.unit(cube);
        double first = cube.value(0) * unit;
        double step = cube.step() * unit;
        Pdf.findRange(options, () -> Pdf.mean(cube, null), first, step, Pdf.fullCircle(cube.image()), tell);
        try (Pdf pdf = new Pdf(options, cube.depth(), first, step)) {
            float[] all = pdf.map(cube, settings.keepSq, "PDF");
            tellFailures(Arrays.copyOfRange(all, (pdf.points + 2) * cube.positions(), (pdf.points + 3) * cube.positions()), cube, pdf, tell);
            List<ImagePlus> results = results(image, cube, pdf, all, settings.keepSq);
            for (ImagePlus result : results) {
                Dataset.copyProperties(image, result);
                Output.info(result, settings.params().commandLine(), image.getTitle(), notes.toString());
            }
            return results.toArray(new ImagePlus[0]);
        }
    }

    /** The image itself if it is a cube, else the profiles of its patterns. */
    private static Cube profiles(ImagePlus image, Consumer<String> log) throws IOException {
        if (!Dataset.hasScan(image)) {
            return Cube.of(image);
        }
        Dataset dataset = Dataset.of(image);
        Pdf.scale(dataset);
        return Cube.of(RadialProfiles.compute(image, new RadialProfiles.Settings(), line -> log.accept(line.substring(line.indexOf("': ") + 3)))[0]);
    }

    private static void tellFailures(float[] status, Cube cube, Pdf pdf, Consumer<String> log) {
        int[] count = new int[3];
        for (float code : status) {
            count[(int) code]++;
        }
        StringBuilder text = new StringBuilder();
        for (int code = 1; code < count.length; code++) {
            text.append(count[code] == 0 ? "" : (text.length() > 0 ? ", " : "") + count[code] + " " + Pdf.reason(code));
        }
        if (count[0] == 0) {
            throw new VitroException(VitroException.DATA, String.format(java.util.Locale.US, "None of the %d profiles of '%s' has a PDF in the range from %.4g to %.4g 1/\u00c5: %s.",
                    status.length, cube.image().getTitle(), pdf.options.fitMin, pdf.options.fitMax, text));
        } else if (text.length() > 0) {
            log.accept((status.length - count[0]) + " of " + status.length + " profiles have no PDF and are NaN: " + text);
        }
    }

    private static List<ImagePlus> results(ImagePlus image, Cube cube, Pdf pdf, float[] all, boolean keepSq) {
        int n = cube.positions();
        String name = Dataset.name(image);
        int fit = pdf.points * n;
        List<ImagePlus> results = new ArrayList<>();
        if (keepSq) {
            double step = pdf.q(1) - pdf.q(0);
            results.add(Output.cube(name + "-Sq", cube.width(), cube.height(), cube.scanStep(), step, "1/\u00c5", -pdf.q(0) / step, "",
                    Arrays.copyOfRange(all, fit + Pdf.FIT_FIELDS * n, all.length)));
        }
        String unit = pdf.options.form == 0 ? "1/\u00c5\u00b2" : "";
        results.add(Output.cube(name + "-PDF", cube.width(), cube.height(), cube.scanStep(), pdf.options.rStep, "\u00c5", -1, unit, Arrays.copyOf(all, fit)));
        MapSlice[] slices = {new MapSlice("N", "", MapSlice.Style.VALUE), new MapSlice("residual", "", MapSlice.Style.POSITIVE)};
        results.add(Output.maps(name + "-PDF fit", cube.width(), cube.height(), cube.scanStep(), slices, Arrays.copyOfRange(all, fit, fit + 2 * n)));
        return results;
    }
}
