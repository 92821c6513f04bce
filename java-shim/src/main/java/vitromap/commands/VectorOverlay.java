/* SPDX-License-Identifier: GPL-3.0-or-later */
package vitromap.commands;

import ij.IJ;
import ij.ImagePlus;
import ij.plugin.PlugIn;
import java.util.function.Consumer;
import vitromap.engine.Dataset;
import vitromap.engine.VectorField;
import vitromap.engine.VitroException;
import vitromap.ui.Command;
import vitromap.ui.Notes;
import vitromap.ui.Output;
import vitromap.ui.Params;
import vitromap.ui.VectorPicture;

/** 4D-STEM Vector Overlay...: vectors of two maps over the current map, or as colours, with their legend. */
public final class VectorOverlay implements PlugIn {
    public static final String NAME = "4D-STEM Vector Overlay...";

    static final String[] KINDS = {"arrows", "headless", "colour wheel"};

    /** The command's keys with their defaults. */
    public static final class Settings {
        /** 'title:slice', a title, or a slice of the current image. */
        public String x = "";
        public String y = "";
        /** Likewise; magnitude empty = 1. */
        public String magnitude = "";
        /** Degrees counter-clockwise. */
        public String angle = "";
        /** One of KINDS. */
        public String kind = KINDS[0];
        /** Map pixels; 0 = about 24 vectors along a side. */
        public int spacing;
        /** Map pixels for a vector of 1; colour wheel: the length of full colour; 0 = from the map. */
        public double scale;

        Params params() {
            return new Params(NAME, "vector-overlay.md")
                    .text("X (title:slice)", x)
                    .text("Y (title:slice)", y)
                    .text("Magnitude (title:slice)", magnitude)
                    .text("Angle (title:slice)", angle)
                    .choice("Kind", KINDS, kind)
                    .number("Spacing (0 = auto)", spacing, "px")
                    .number("Scale (0 = auto)", scale, "px/unit");
        }

        void read(Params p) {
            x = p.getText("x");
            y = p.getText("y");
            magnitude = p.getText("magnitude");
            angle = p.getText("angle");
            kind = p.getText("kind");
            spacing = p.getInt("spacing");
            scale = p.getNumber("scale");
        }
    }

    @Override
    public void run(String arg) {
        Command.run(NAME, () -> {
            ImagePlus image = Dataset.currentImage();
            Settings settings = new Settings();
            Params params = settings.params();
            if (params.show()) {
                settings.read(params);
                Output.show(compute(image, settings, IJ::log));
            }
        });
    }

    /** The same, with what was found written to ImageJ's log. */
    public static ImagePlus compute(ImagePlus image, Settings settings) {
        return compute(image, settings, IJ::log);
    }

    /**
     * Makes the picture without showing it.
     *
     * @param log told how directions are drawn
     * @return NAME-Vectors: the map that the image shows, enlarged, with the vectors as overlay and a legend; or the colour-wheel image
     * @throws VitroException if there are no such maps
     */
    public static ImagePlus compute(ImagePlus image, Settings settings, Consumer<String> log) {
        Notes notes = new Notes(NAME, image.getTitle(), log);
        int kind = Params.index(KINDS, "kind", settings.kind);
        if (settings.spacing < 0 || !(settings.scale >= 0 && settings.scale < Double.POSITIVE_INFINITY)) {
            throw new VitroException(VitroException.ARGUMENT, "Spacing and scale must be 0 (= automatic) or more. Given: spacing " + settings.spacing + ", scale "
                    + settings.scale + ".");
        }
        VectorField field = VectorField.of(image, settings.x, settings.y, settings.magnitude, settings.angle);
        if (field.width != image.getWidth() || field.height != image.getHeight()) {
            throw new VitroException(VitroException.ARGUMENT, "The vectors (" + field.label + ") are those of another scan: " + field.width + " x " + field.height
                    + " positions, '" + image.getTitle() + "' has " + image.getWidth() + " x " + image.getHeight() + ".");
        }
        boolean headless = kind == 1 || field.isLine;
        if (headless && kind == 0) {
            notes.accept(field.label + ": a direction without a sign, drawn headless");
        }
        String title = Dataset.name(image) + "-Vectors";
        ImagePlus result = kind == 2 ? VectorPicture.wheel(title, image, field, settings.spacing, settings.scale)
                : VectorPicture.vectors(title, image, field, headless, settings.spacing, settings.scale);
        Dataset.copyProperties(image, result);
        Output.info(result, settings.params().commandLine(), image.getTitle(), notes.text());
        return result;
    }
}
