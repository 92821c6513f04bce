/* SPDX-License-Identifier: GPL-3.0-or-later */
package vitromap.commands;

import ij.IJ;
import ij.ImagePlus;
import ij.gui.Plot;
import ij.measure.ResultsTable;
import ij.plugin.PlugIn;
import java.io.IOException;
import java.util.List;
import java.util.Locale;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import vitromap.engine.Centers;
import vitromap.engine.Dataset;
import vitromap.engine.Region;
import vitromap.engine.Symmetry;
import vitromap.ui.Command;
import vitromap.ui.MapSlice;
import vitromap.ui.Notes;
import vitromap.ui.Output;
import vitromap.ui.Params;
import vitromap.ui.SpectrumPlot;

/** 4D-STEM Symmetry Map...: how strongly the rings of every pattern have an n-fold symmetry, as maps and as mean spectra. */
public final class SymmetryMap implements PlugIn {
    public static final String NAME = "4D-STEM Symmetry Map...";

    /** The command's keys with their defaults. */
    public static final class Settings {
        /** px; 0 = find. */
        public double ringMin;
        public double ringMax;
        /** Bands of k of equal width. */
        public int bands = 1;
        /** Highest n. */
        public int maxOrder = 12;
        /** Photon noise is taken off. */
        public boolean noiseCorrection = true;
        /** Every pattern about its own centre. */
        public boolean followCenter;
        /** Title of a map with the slices center_x and center_y; empty = NAME-Ring. */
        public String centers = "";
        /** That map itself, for callers whose images have no window; goes before centers. */
        public ImagePlus centersImage;
        /** Regions with a spectrum of their own, given as in 4D-STEM Region Pattern...; none named = none. */
        public RegionPattern.Settings regions = new RegionPattern.Settings();

        Params params() {
            return new Params(NAME, "symmetry-map.md")
                    .number("Ring_min (0 = find)", ringMin, "px")
                    .number("Ring_max (0 = find)", ringMax, "px")
                    .number("Bands of k", bands, "")
                    .number("Max_order (n)", maxOrder, "")
                    .flag("Noise_correction", noiseCorrection)
                    .flag("Follow_center", followCenter)
                    .text("Centers (title; empty = NAME-Ring)", centers)
                    .text("Region (x,y,width,height; spectra)", regions.region)
                    .text("Map (title or title:slice)", regions.map)
                    .text("Threshold (bright, dark or from,to)", regions.threshold);
        }

        void read(Params p) {
            ringMin = p.getNumber("ring_min");
            ringMax = p.getNumber("ring_max");
            bands = p.getInt("bands");
            maxOrder = p.getInt("max_order");
            noiseCorrection = p.getFlag("noise_correction");
            followCenter = p.getFlag("follow_center");
            centers = p.getText("centers");
            regions.region = p.getText("region");
            regions.map = p.getText("map");
            regions.threshold = p.getText("threshold");
        }

        private boolean withRegions() {
            return !regions.region.trim().isEmpty() || !regions.map.trim().isEmpty() || !regions.threshold.trim().isEmpty() || regions.mapImage != null;
        }
    }

    /** What the command shows. */
    public static final class Result {
        /** NAME-Symmetry: slices n=1 and so on; with several bands a hyperstack, Z = n, T = band. */
        public final ImagePlus map;
        /** NAME-Symmetry spectrum: mean power over n, even and odd orders beside each other. */
        public final Plot plot;
        /** The same as numbers. */
        public final ResultsTable table;

        Result(ImagePlus map, Plot plot, ResultsTable table) {
            this.map = map;
            this.plot = plot;
            this.table = table;
        }
    }

    @Override
    public void run(String arg) {
        Command.run(NAME, () -> {
            Dataset dataset = Dataset.of(Dataset.currentImage());
            Settings settings = new Settings();
            Params params = settings.params();
            if (!params.show()) {
                return;
            }
            settings.read(params);
            Result result = compute(dataset.image(), settings, IJ::log);
            Output.show(result.table, dataset.name() + "-Symmetry spectrum table");
            Output.show(result.plot);
            Output.show(result.map);
        });
    }

    /** The same, with what was found written to ImageJ's log. */
    public static Result compute(ImagePlus image, Settings settings) throws IOException {
        return compute(image, settings, IJ::log);
    }

    /**
     * Measures without showing anything.
     *
     * @param log told what had to be measured
     * @throws vitromap.engine.VitroException if the input does not allow it
     */
    public static Result compute(ImagePlus image, Settings settings, Consumer<String> log) throws IOException {
        Dataset dataset = Dataset.of(image);
        Notes notes = new Notes(NAME, image.getTitle(), log);
        List<Region> regions = RegionPattern.regions(dataset, settings.regions);
        double[] centers = Centers.chosen(dataset, settings.followCenter, settings.centersImage, settings.centers, notes);
        Symmetry symmetry = Symmetry.run(dataset, settings.ringMin, settings.ringMax, settings.bands, settings.maxOrder, settings.noiseCorrection, centers, notes);
        double odd = symmetry.oddOverEven();
        if (!Double.isNaN(odd)) {
            notes.accept(String.format(Locale.US, "odd orders have %.2g times the power of even ones; they grow with thickness, plural scattering and errors of the "
                    + "centre (Im et al. 2018): take them as a measure of these, not of the structure", odd));
        }
        SpectrumPlot spectra = new SpectrumPlot(symmetry, dataset.number(Dataset.Q_PER_PX, 0));
        spectra.add("all", IntStream.range(0, dataset.scanX() * dataset.scanY()).toArray());
        for (Region region : regions) {
            if (settings.withRegions()) {
                spectra.add(region.name, region.positions);
            }
        }
        ImagePlus map = map(dataset, symmetry);
        Plot plot = spectra.plot(dataset.name() + "-Symmetry spectrum");
        for (ImagePlus result : new ImagePlus[] {map, plot.getImagePlus()}) {
            dataset.copyProperties(result);
            Output.info(result, settings.params().commandLine(), image.getTitle(), notes.text());
        }
        return new Result(map, plot, spectra.table());
    }

    private static ImagePlus map(Dataset dataset, Symmetry symmetry) {
        String title = dataset.name() + "-Symmetry";
        double step = dataset.number(Dataset.SCAN_STEP, 0);
        if (symmetry.bands == 1) {
            MapSlice[] slices = IntStream.rangeClosed(1, symmetry.order).mapToObj(n -> new MapSlice("n=" + n, "", MapSlice.Style.POSITIVE)).toArray(MapSlice[]::new);
            return Output.maps(title, dataset.scanX(), dataset.scanY(), step, slices, symmetry.values);
        }
        String[] labels = new String[symmetry.bands * symmetry.order];
        for (int i = 0; i < labels.length; i++) {
            labels[i] = "n=" + (i % symmetry.order + 1) + ", " + symmetry.bandName(i / symmetry.order, dataset.number(Dataset.Q_PER_PX, 0));
        }
        return Output.hyperstack(title, dataset.scanX(), dataset.scanY(), step, labels, symmetry.order, symmetry.bands, symmetry.values);
    }
}
