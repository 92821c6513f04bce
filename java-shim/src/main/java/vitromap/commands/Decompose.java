/* SPDX-License-Identifier: GPL-3.0-or-later */
package vitromap.commands;

import ij.IJ;
import ij.ImagePlus;
import ij.gui.Plot;
import ij.measure.ResultsTable;
import ij.plugin.PlugIn;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.Consumer;
import vitromap.engine.Cube;
import vitromap.engine.Dataset;
import vitromap.engine.Decomposition;
import vitromap.engine.References;
import vitromap.engine.VitroException;
import vitromap.ui.BasisPlots;
import vitromap.ui.Command;
import vitromap.ui.Composite;
import vitromap.ui.MapSlice;
import vitromap.ui.Notes;
import vitromap.ui.Output;
import vitromap.ui.Params;

/** 4D-STEM Decompose...: the curves of a cube as sums of a few, with a map of each one's weight. */
public final class Decompose implements PlugIn {
    public static final String NAME = "4D-STEM Decompose...";

    static final String[] METHODS = {"NMF", "PCA", "MLLS", "NNLS"};

    /** The command's keys with their defaults. */
    public static final class Settings {
        /** NMF, PCA, MLLS or NNLS. */
        public String method = METHODS[0];
        /** NMF, PCA. */
        public int components = 3;
        /** Axis values; both 0 = all. */
        public double from;
        public double to;
        /** NMF. */
        public int seed = 1;
        /** MLLS, NNLS: title of a table or a cube. */
        public String references = "";
        /** These themselves, for callers whose images and tables have no window; go before references. */
        public ImagePlus referencesImage;
        public ResultsTable referencesTable;
        /** Added to the cube; NMF: 0 = as much as makes it non-negative. */
        public double shift;

        Params params() {
            return new Params(NAME, "decompose.md")
                    .choice("Method", METHODS, method)
                    .number("Components (NMF, PCA)", components, "")
                    .number("From (0 to 0 = all)", from, "axis units")
                    .number("To", to, "axis units")
                    .number("Seed (NMF)", seed, "")
                    .text("References (MLLS, NNLS: table or cube title)", references)
                    .number("Shift (0 = none; NMF: as needed)", shift, "");
        }

        void read(Params p) {
            method = p.getText("method");
            components = p.getInt("components");
            from = p.getNumber("from");
            to = p.getNumber("to");
            seed = p.getInt("seed");
            references = p.getText("references");
            shift = p.getNumber("shift");
        }
    }

    /** All results; what a method does not have is null. */
    public static final class Result {
        /** NAME-NMF weights and so on: a slice for each component. */
        public ImagePlus weights;
        /** NAME-NMF fractions, percent of a position's weights; not with PCA. */
        public ImagePlus fractions;
        /** NAME-NMF composite: a picture of all weights in colours; not with PCA. */
        public ImagePlus composite;
        /** NAME-NMF residual: rms, relative. */
        public ImagePlus residual;
        /** NAME-NMF basis. */
        public Plot basis;
        public ResultsTable basisTable;
        /** NAME-NMF peaks, of basis PDFs over r in Angstrom. */
        public ResultsTable peaks;
        /** NAME-PCA scree. */
        public Plot scree;
        public ResultsTable screeTable;
    }

    @Override
    public void run(String arg) {
        Command.run(NAME, () -> {
            ImagePlus image = Dataset.currentImage();
            Cube.of(image);
            Settings settings = new Settings();
            Params params = settings.params();
            if (params.show()) {
                settings.read(params);
                show(compute(image, settings, IJ::log));
            }
        });
    }

    private static void show(Result result) {
        ImagePlus[] images = {result.residual, result.fractions, result.composite, result.weights};
        for (ImagePlus image : images) {
            if (image != null) {
                Output.show(image);
            }
        }
        String name = result.basis.getTitle();
        Output.show(result.basisTable, name + " table");
        if (result.peaks != null) {
            Output.show(result.peaks, name.replaceFirst("basis$", "peaks"));
        }
        if (result.scree != null) {
            Output.show(result.screeTable, result.scree.getTitle() + " table");
            Output.show(result.scree);
        }
        Output.show(result.basis);
        Output.makeCurrent(result.weights);
    }

    /** The same, with what was found written to ImageJ's log. */
    public static Result compute(ImagePlus image, Settings settings) throws IOException {
        return compute(image, settings, IJ::log);
    }

    /**
     * Decomposes a cube without showing anything.
     *
     * @param log told what was found on the way
     * @throws vitromap.engine.VitroException if the input does not allow it
     */
    public static Result compute(ImagePlus image, Settings settings, Consumer<String> log) throws IOException {
        Cube cube = Cube.of(image);
        Notes notes = new Notes(NAME, image.getTitle(), log);
        int method = Params.index(METHODS, "method", settings.method);
        int[] range = cube.range(settings.from, settings.to, 2);
        checkShift(settings.shift, method);
        References references = method < 2 ? null : references(settings, cube, range);
        Decomposition d = method == 0 ? Decomposition.nmf(cube, range, settings.components, settings.seed, settings.shift)
                : method == 1 ? Decomposition.pca(cube, range, settings.components)
                : Decomposition.fit(cube, range, references, method == 3, settings.shift);
        List<String> names = names(d, references);
        tell(cube, d, method, names, notes);
        Result result = new Result();
        maps(result, cube, d, method, names);
        curves(result, cube, d, method, names);
        for (ImagePlus map : new ImagePlus[] {result.weights, result.fractions, result.composite, result.residual}) {
            if (map != null) {
                Dataset.copyProperties(image, map);
                Output.info(map, settings.params().commandLine(), image.getTitle(), notes.text());
            }
        }
        return result;
    }

    private static void checkShift(double shift, int method) {
        boolean finite = !Double.isNaN(shift) && !Double.isInfinite(shift);
        if (!finite || method == 0 && shift < 0 || method == 1 && shift != 0) {
            throw new VitroException(VitroException.ARGUMENT, "The shift " + Params.format(shift) + " must be " + (method == 0 ? "0 or positive." : method == 1
                    ? "0: PCA takes off the mean." : "a number."));
        }
    }

    private static References references(Settings settings, Cube cube, int[] range) {
        return settings.referencesTable != null ? References.of(settings.referencesTable, "table", cube, range)
                : settings.referencesImage != null ? References.of(settings.referencesImage, cube, range)
                : References.of(settings.references, cube, range);
    }

    private static List<String> names(Decomposition d, References references) {
        List<String> names = new ArrayList<>();
        for (int j = 0; j < d.components; j++) {
            names.add(references == null ? "component " + (j + 1) : references.names[j]);
        }
        return names;
    }

    private static void tell(Cube cube, Decomposition d, int method, List<String> names, Notes notes) {
        if (d.taken() < cube.positions()) {
            notes.accept(cube.positions() - d.taken() + " of " + cube.positions() + " positions have values that are no numbers and are left out");
        }
        if (d.shift() != 0) {
            notes.accept(String.format(Locale.US, "shift: %.6g was added to all values%s", d.shift(), method == 0 ? ", NMF needs them non-negative" : ""));
        }
        if (method == 0) {
            notes.accept(String.format(Locale.US, "%d iterations, relative residual %.4f %%", d.iterations(), 100 * d.error()));
        } else {
            notes.accept(String.format(Locale.US, "relative residual %.4f %%%s", 100 * d.error(), method == 1 ? " of the centred profiles" : ""));
        }
        for (int j = 0; j < d.components; j++) {
            notes.accept(method == 1 ? String.format(Locale.US, "%s: %.3f %% of the variance", names.get(j), 100 * d.spectrum[j])
                    : String.format(Locale.US, "%s: %.1f %% of the weights", names.get(j), d.fraction(j)));
        }
    }

    private static void maps(Result result, Cube cube, Decomposition d, int method, List<String> names) {
        String title = Dataset.name(cube.image()) + "-" + METHODS[method] + " ";
        MapSlice[] weights = new MapSlice[d.components];
        MapSlice[] fractions = new MapSlice[d.components];
        for (int j = 0; j < d.components; j++) {
            weights[j] = new MapSlice(names.get(j), method == 1 ? cube.valueUnit() : "", method == 1 ? MapSlice.Style.SIGNED : MapSlice.Style.VALUE);
            fractions[j] = new MapSlice(names.get(j), "%", MapSlice.Style.VALUE);
        }
        MapSlice[] residual = {new MapSlice("rms", cube.valueUnit(), MapSlice.Style.VALUE), new MapSlice("relative", "%", MapSlice.Style.VALUE)};
        result.weights = Output.maps(title + "weights", cube.width(), cube.height(), cube.scanStep(), weights, d.weights);
        result.residual = Output.maps(title + "residual", cube.width(), cube.height(), cube.scanStep(), residual, d.residual);
        if (method != 1) {
            result.fractions = Output.maps(title + "fractions", cube.width(), cube.height(), cube.scanStep(), fractions, d.fractions);
            result.composite = Composite.of(title + "composite", cube.width(), cube.height(), cube.scanStep(), names, d.weights);
        }
    }

    private static void curves(Result result, Cube cube, Decomposition d, int method, List<String> names) {
        String title = Dataset.name(cube.image()) + "-" + METHODS[method] + " ";
        BasisPlots plots = new BasisPlots(cube, d, names, method == 1);
        result.basisTable = plots.table();
        result.peaks = plots.peaks();
        result.basis = plots.plot(title + "basis");
        if (method == 1) {
            result.scree = plots.scree(title + "scree");
            result.screeTable = plots.screeTable();
        }
    }
}
