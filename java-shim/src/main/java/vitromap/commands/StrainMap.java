/* SPDX-License-Identifier: GPL-3.0-or-later */
package vitromap.commands;

import ij.IJ;
import ij.ImagePlus;
import ij.plugin.PlugIn;
import java.io.IOException;
import java.util.function.Consumer;
import vitromap.engine.Dataset;
import vitromap.engine.FrameSource;
import vitromap.engine.MeanPattern;
import vitromap.engine.Reference;
import vitromap.engine.Strain;
import vitromap.engine.VitroException;
import vitromap.ui.Command;
import vitromap.ui.Notes;
import vitromap.ui.Output;
import vitromap.ui.Params;
import vitromap.ui.StrainPreview;

/** 4D-STEM Strain Map...: strain, density, their errors, and the ring's fit, from the first amorphous ring of every pattern. */
public final class StrainMap implements PlugIn {
    public static final String NAME = "4D-STEM Strain Map...";

    static final String[] METHODS = {"ring profile", "direct ellipse"};
    static final String[] DEFINITIONS = {"linear", "real-space"};

    /** The command's keys with their defaults. */
    public static final class Settings {
        /** One of METHODS. */
        public String method = METHODS[0];
        /** Such as Zr50Cu45Al5; empty = the background is learned. */
        public String composition = "";
        /** px; 0 = find. */
        public double ringMin;
        public double ringMax;
        /** Direct ellipse: pixels above this fraction of the maximum count. */
        public double threshold = 0.95;
        /** One of DEFINITIONS. */
        public String definition = DEFINITIONS[0];
        /** 'x,y,width,height' in scan pixels, an open dataset's title, or empty = the median of the map. */
        public String reference = "";
        /** The reference dataset itself, for callers whose images have no window; goes before reference. */
        public ImagePlus referenceImage;
        /** Degrees, counter-clockwise: the components are along these axes. */
        public double xAxis;

        Params params() {
            return new Params(NAME, "strain-map.md")
                    .choice("Method", METHODS, method)
                    .text("Composition", composition)
                    .number("Ring_min (0 = find)", ringMin, "px")
                    .number("Ring_max (0 = find)", ringMax, "px")
                    .number("Threshold (direct ellipse)", threshold, "")
                    .choice("Definition", DEFINITIONS, definition)
                    .text("Reference (region or title)", reference)
                    .number("X_axis", xAxis, "deg");
        }

        void read(Params p) {
            method = p.getText("method");
            composition = p.getText("composition");
            ringMin = p.getNumber("ring_min");
            ringMax = p.getNumber("ring_max");
            threshold = p.getNumber("threshold");
            definition = p.getText("definition");
            reference = p.getText("reference");
            xAxis = p.getNumber("x_axis");
        }

        private Strain.Options options() {
            Strain.Options options = new Strain.Options();
            options.direct = Params.index(METHODS, "method", method) == 1;
            options.composition = composition.trim();
            options.ringMin = ringMin;
            options.ringMax = ringMax;
            options.threshold = threshold;
            options.definition = Params.index(DEFINITIONS, "definition", definition);
            options.xAxis = xAxis;
            return options;
        }
    }

    @Override
    public void run(String arg) {
        Command.run(NAME, () -> {
            Dataset dataset = Dataset.of(Dataset.currentImage());
            Settings settings = new Settings();
            Params params = parameters(dataset, settings);
            if (params == null) {
                return;
            }
            settings.read(params);
            for (ImagePlus map : compute(dataset.image(), settings, IJ::log)) {
                Output.show(map);
            }
        });
    }

    /** The filled parameters; null if the dialog was cancelled. */
    private static Params parameters(Dataset dataset, Settings settings) throws IOException {
        if (!Params.isInteractive()) {
            Params params = settings.params();
            params.show();
            return params;
        }
        settings.reference = StrainPreview.regionOfMap(dataset);
        Params params = settings.params();
        try (StrainPreview preview = new StrainPreview(dataset, MeanPattern.of(dataset.source(), NAME))) {
            params.preview(preview::show, p -> preview.update(p.getNumber("ring_min"), p.getNumber("ring_max")));
            return params.show() ? params : null;
        }
    }

    /** The same, with what was found written to ImageJ's log. */
    public static ImagePlus[] compute(ImagePlus image, Settings settings) throws IOException {
        return compute(image, settings, IJ::log);
    }

    /**
     * Makes the maps without showing them.
     *
     * @param log told what had to be measured, and which patterns failed why
     * @return NAME-Strain, NAME-Strain sigma, NAME-Ring
     * @throws VitroException if the input does not allow a map
     */
    public static ImagePlus[] compute(ImagePlus image, Settings settings, Consumer<String> log) throws IOException {
        Dataset dataset = Dataset.of(image);
        Reference reference = reference(dataset, settings);
        Notes notes = new Notes(NAME, image.getTitle(), log);
        return maps(dataset, Strain.run(dataset, reference, settings.options(), notes), settings, notes);
    }

    /** Learns the ring on the patterns that are there; the maps may come in parts. */
    static PartMaps begin(ImagePlus image, Settings settings, Consumer<String> log) throws IOException {
        Dataset dataset = Dataset.of(image);
        Notes notes = new Notes(NAME, image.getTitle(), log);
        Strain strain = Strain.begin(dataset, reference(dataset, settings), settings.options(), notes);
        return new PartMaps() {
            @Override
            public void add(FrameSource part, long first) throws IOException {
                strain.add(part, first);
            }

            @Override
            public ImagePlus[] maps() throws IOException {
                strain.soFar();
                return StrainMap.maps(dataset, strain, settings, notes);
            }

            @Override
            public void close() {
                strain.close();
            }
        };
    }

    private static Reference reference(Dataset dataset, Settings settings) {
        Reference reference = settings.referenceImage != null ? Reference.of(dataset, settings.referenceImage) : Reference.of(dataset, settings.reference);
        if (dataset.image().getStackSize() == 1 && !reference.isOther()) {
            throw new VitroException(VitroException.ARGUMENT, "'" + dataset.image().getTitle() + "' is a single pattern (a scan of 1 x 1), not a scan: its strain needs "
                    + "another dataset as reference. A 4D-STEM dataset is a hyperstack with Z = scan columns and T = scan rows.");
        }
        return reference;
    }

    private static ImagePlus[] maps(Dataset dataset, Strain strain, Settings settings, Notes notes) {
        double step = dataset.number(Dataset.SCAN_STEP, 0);
        int x = dataset.scanX();
        int y = dataset.scanY();
        String name = dataset.name();
        ImagePlus[] maps = {
            Output.strain(name + "-Strain", x, y, step, strain.strain),
            Output.sigma(name + "-Strain sigma", x, y, step, strain.sigma),
            Output.ring(name + "-Ring", x, y, step, strain.ring)
        };
        for (ImagePlus map : maps) {
            dataset.copyProperties(map);
            Output.info(map, settings.params().commandLine(), dataset.image().getTitle(), notes.text());
        }
        return maps;
    }
}
