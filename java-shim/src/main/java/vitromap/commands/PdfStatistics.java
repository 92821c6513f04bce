/* SPDX-License-Identifier: GPL-3.0-or-later */
package vitromap.commands;

import ij.IJ;
import ij.ImagePlus;
import ij.gui.Plot;
import ij.measure.ResultsTable;
import ij.plugin.PlugIn;
import java.io.IOException;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.function.Consumer;
import vitromap.engine.Cube;
import vitromap.engine.Dataset;
import vitromap.engine.Region;
import vitromap.engine.RegionChoice;
import vitromap.engine.RegionCurves;
import vitromap.engine.VitroException;
import vitromap.ui.Command;
import vitromap.ui.Notes;
import vitromap.ui.Output;
import vitromap.ui.Params;
import vitromap.ui.RegionReport;

/** 4D-STEM PDF Statistics...: a cube's curves in regions of the scan: means, deviations, differences, peaks. */
public final class PdfStatistics implements PlugIn {
    public static final String NAME = "4D-STEM PDF Statistics...";
    private static final int LEAST_POINTS = 5;

    /** The command's keys with their defaults. */
    public static final class Settings {
        /** ROI Manager, or 'x,y,width,height', several separated by ';'. Not used if there is a map. */
        public String regions = RegionChoice.MANAGER;
        /** Title of a map of the same scan ('title:slice' of a stack). */
        public String map = "";
        /** bright, dark or 'from,to' of the map, several separated by ';'; empty = the selection on the map. */
        public String thresholds = "bright;dark";
        /** Range of the axis for the peaks and the plots; both 0 = all. */
        public double from;
        public double to;
        /** The map itself (its slice by the part of `map` behind the colon), for callers whose images have no window; goes before map. */
        public ImagePlus mapImage;

        Params params() {
            return new Params(NAME, "pdf-statistics.md")
                    .text("Regions (ROI Manager, or x,y,width,height;...)", regions)
                    .text("Map (title or title:slice; empty = none)", map)
                    .text("Thresholds (bright, dark or from,to;...)", thresholds)
                    .number("From", from, "axis units; both 0 = all")
                    .number("To", to, "axis units");
        }

        void read(Params p) {
            regions = p.getText("regions");
            map = p.getText("map");
            thresholds = p.getText("thresholds");
            from = p.getNumber("from");
            to = p.getNumber("to");
        }
    }

    /** What is shown. */
    public static final class Result {
        /** Means of all regions with their standard deviations. */
        public final Plot means;
        /** Differences to the first region with their errors; null if there is only one. */
        public final Plot differences;
        /** Point by point. */
        public final ResultsTable points;
        public final ResultsTable peaks;

        Result(RegionReport report, String name) {
            means = report.means(name + "-Statistics");
            differences = report.regions() > 1 ? report.differences(name + "-Difference") : null;
            points = report.points();
            peaks = report.peaks();
        }
    }

    @Override
    public void run(String arg) {
        Command.run(NAME, () -> {
            ImagePlus image = Cube.of(Dataset.currentImage()).image();
            Settings settings = new Settings();
            Params params = settings.params();
            if (!params.show()) {
                return;
            }
            settings.read(params);
            Result result = compute(image, settings, IJ::log);
            String name = Dataset.name(image) + "-Statistics";
            Output.show(result.points, name + " table");
            Output.show(result.peaks, name + " peaks");
            if (result.differences != null) {
                Output.show(result.differences);
            }
            Output.show(result.means);
        });
    }

    /** The same, with what was found written to ImageJ's log. */
    public static Result compute(ImagePlus image, Settings settings) throws IOException {
        return compute(image, settings, IJ::log);
    }

    /**
     * Measures without showing anything.
     *
     * @param image a cube: XY = scan, Z = its axis
     * @param log told the size of each region, and what they share
     * @throws VitroException if there is no such region or range
     */
    public static Result compute(ImagePlus image, Settings settings, Consumer<String> log) throws IOException {
        Cube cube = Cube.of(image);
        Notes notes = new Notes(NAME, image.getTitle(), log);
        int[] range = cube.range(settings.from, settings.to, LEAST_POINTS);
        List<RegionCurves> curves = new ArrayList<>();
        for (Region region : regions(cube, settings)) {
            RegionCurves of = new RegionCurves(cube, region);
            curves.add(of);
            notes.accept("region " + region.name + ": " + region.positions.length + " positions, error from blocks of " + of.blockSide + " x " + of.blockSide);
        }
        tellShared(curves, notes);
        Result result = new Result(new RegionReport(cube, curves, range, notes), Dataset.name(image));
        for (Plot plot : new Plot[] {result.means, result.differences}) {
            if (plot != null) {
                Output.info(plot.getImagePlus(), settings.params().commandLine(), image.getTitle(), notes.text());
            }
        }
        return result;
    }

    private static List<Region> regions(Cube cube, Settings settings) {
        boolean ofMap = settings.mapImage != null || !settings.map.trim().isEmpty();
        if (!ofMap && settings.regions.trim().isEmpty()) {
            throw new VitroException(VitroException.ARGUMENT, "Give regions ('ROI Manager', or 'x,y,width,height', several separated by ';'), or a map with thresholds.");
        }
        boolean byDefault = settings.regions.trim().equalsIgnoreCase(RegionChoice.MANAGER);
        return new RegionChoice(cube.width(), cube.height(), cube.image().getTitle()).regions(ofMap && byDefault ? "" : settings.regions, settings.map, settings.mapImage,
                ofMap ? settings.thresholds : "");
    }

    /** Regions that overlap are no independent samples. */
    private static void tellShared(List<RegionCurves> curves, Consumer<String> log) {
        for (int i = 0; i < curves.size(); i++) {
            BitSet of = set(curves.get(i).region);
            for (int k = i + 1; k < curves.size(); k++) {
                BitSet both = set(curves.get(k).region);
                both.and(of);
                if (!both.isEmpty()) {
                    log.accept("regions " + curves.get(i).region.name + " and " + curves.get(k).region.name + " share " + both.cardinality()
                            + " positions: the error of their difference takes them for independent");
                }
            }
        }
    }

    private static BitSet set(Region region) {
        BitSet set = new BitSet();
        for (int position : region.positions) {
            set.set(position);
        }
        return set;
    }
}
