/* SPDX-License-Identifier: GPL-3.0-or-later */
package vitromap.commands;

import ij.ImagePlus;
import java.io.IOException;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import vitromap.engine.VitroException;
import vitromap.ui.Params;

/** A virtual image or a strain map, given by its macro line: its name, then its keys; or run("NAME", "keys"). */
final class MapCommand {
    private static final Pattern RUN = Pattern.compile("run\\(\\s*\"([^\"]*)\"\\s*(?:,\\s*\"(.*)\"\\s*)?\\)\\s*;?");

    private final VirtualImages.Settings image;
    private final StrainMap.Settings strain;

    /** One of them is null. */
    private MapCommand(VirtualImages.Settings image, StrainMap.Settings strain) {
        this.image = image;
        this.strain = strain;
    }

    /** @throws VitroException if it is another command, or has other keys than the command */
    static MapCommand of(String line) {
        Matcher run = RUN.matcher(line.trim());
        String text = !run.matches() ? line.trim() : run.group(1) + " " + (run.group(2) == null ? "" : run.group(2).replaceAll("\\\\(.)", "$1"));
        if ((text + " ").startsWith(VirtualImages.NAME + " ")) {
            VirtualImages.Settings settings = new VirtualImages.Settings();
            settings.read(settings.params().read(text.substring(VirtualImages.NAME.length())));
            return new MapCommand(settings, null);
        } else if ((text + " ").startsWith(StrainMap.NAME + " ")) {
            StrainMap.Settings settings = new StrainMap.Settings();
            settings.read(settings.params().read(text.substring(StrainMap.NAME.length())));
            return new MapCommand(null, settings);
        }
        throw new VitroException(VitroException.ARGUMENT, "The command '" + line + "' cannot be run while a file grows. Allowed: '" + VirtualImages.NAME
                + "' or '" + StrainMap.NAME + "', each with its keys behind it, such as '" + VirtualImages.NAME + " detector=disk outer_radius=20'.");
    }

    /** From the patterns that are there. */
    PartMaps begin(ImagePlus dataset) throws IOException {
        Consumer<String> quiet = line -> { }; // it comes again with the whole scan
        return image != null ? VirtualImages.begin(dataset, image, quiet) : StrainMap.begin(dataset, strain, quiet);
    }

    /** From all patterns: what the command itself makes. */
    ImagePlus[] compute(ImagePlus dataset, Consumer<String> log) throws IOException {
        return image != null ? new ImagePlus[] {VirtualImages.compute(dataset, image, log)} : StrainMap.compute(dataset, strain, log);
    }
}
