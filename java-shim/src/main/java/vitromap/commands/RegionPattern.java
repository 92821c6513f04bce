/* SPDX-License-Identifier: GPL-3.0-or-later */
package vitromap.commands;

import ij.IJ;
import ij.ImagePlus;
import ij.plugin.PlugIn;
import java.io.IOException;
import java.util.List;
import java.util.function.Consumer;
import vitromap.engine.Dataset;
import vitromap.engine.FrameSource;
import vitromap.engine.Mask;
import vitromap.engine.MeanPattern;
import vitromap.engine.Region;
import vitromap.engine.RegionChoice;
import vitromap.engine.SubsetSource;
import vitromap.ui.Command;
import vitromap.ui.Notes;
import vitromap.ui.Output;
import vitromap.ui.Params;
import vitromap.ui.StrainPreview;

/** 4D-STEM Region Pattern...: the mean pattern of one or more regions of the scan. */
public final class RegionPattern implements PlugIn {
    public static final String NAME = "4D-STEM Region Pattern...";
    /** Value of 'region' for the selections of the ROI Manager. */
    public static final String MANAGER = RegionChoice.MANAGER;

    /** The command's keys with their defaults. */
    public static final class Settings {
        /** 'x,y,width,height', several separated by ';', or MANAGER; empty = all. */
        public String region = "";
        /** Title of a map of the same scan ('title:slice' of a stack). */
        public String map = "";
        /** bright, dark or 'from,to', several separated by ';'; empty = the selection on the map. */
        public String threshold = "";
        /** The map itself (its slice by the part of `map` behind the colon), for callers whose images have no window; goes before map. */
        public ImagePlus mapImage;

        Params params() {
            return new Params(NAME, "region-pattern.md")
                    .text("Region (x,y,width,height)", region)
                    .text("Map (title or title:slice)", map)
                    .text("Threshold (bright, dark or from,to)", threshold);
        }

        void read(Params p) {
            region = p.getText("region");
            map = p.getText("map");
            threshold = p.getText("threshold");
        }
    }

    @Override
    public void run(String arg) {
        Command.run(NAME, () -> {
            Dataset dataset = Dataset.of(Dataset.currentImage());
            Settings settings = new Settings();
            settings.region = Params.isInteractive() ? StrainPreview.regionOfMap(dataset) : "";
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
     * Makes the patterns without showing them.
     *
     * @param log told the number of patterns of each region
     * @return NAME-Pattern, one slice for each region; masked pixels are NaN
     * @throws vitromap.engine.VitroException if there is no such region
     */
    public static ImagePlus compute(ImagePlus image, Settings settings, Consumer<String> log) throws IOException {
        Dataset dataset = Dataset.of(image);
        Notes notes = new Notes(NAME, image.getTitle(), log);
        List<Region> regions = regions(dataset, settings);
        byte[] mask = Mask.known(dataset);
        int pixels = dataset.width() * dataset.height();
        float[][] means = new float[regions.size()][];
        String[] labels = new String[regions.size()];
        for (int i = 0; i < means.length; i++) {
            Region region = regions.get(i);
            FrameSource some = new SubsetSource(dataset.source(), region.frames());
            means[i] = MeanPattern.whole(some, "Pattern of " + region.name).mean;
            for (int p = 0; mask != null && p < pixels; p++) {
                means[i][p] = mask[p] != 0 ? Float.NaN : means[i][p];
            }
            labels[i] = region.name + " (" + region.positions.length + " patterns)";
            notes.accept("region " + labels[i]);
        }
        ImagePlus result = Output.patterns(dataset, dataset.name() + "-Pattern", labels, means);
        dataset.copyProperties(result);
        Output.info(result, settings.params().commandLine(), image.getTitle(), notes.text());
        return result;
    }

    /** The regions that the settings name; all positions if they name none. */
    static List<Region> regions(Dataset dataset, Settings settings) {
        return new RegionChoice(dataset.scanX(), dataset.scanY(), dataset.image().getTitle())
                .regions(settings.region, settings.map, settings.mapImage, settings.threshold);
    }
}
