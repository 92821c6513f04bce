/* SPDX-License-Identifier: GPL-3.0-or-later */
package vitromap.commands;

import ij.IJ;
import ij.ImagePlus;
import ij.plugin.PlugIn;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Consumer;
import vitromap.engine.Dataset;
import vitromap.engine.MapImage;
import vitromap.engine.Native;
import vitromap.engine.VitroException;
import vitromap.ui.Command;
import vitromap.ui.MapSlice;
import vitromap.ui.Output;
import vitromap.ui.Params;

/** 4D-STEM Thickness Map...: log-ratio thickness from two energy-filtered images, and the density contrast of a HAADF image. */
public final class ThicknessMap implements PlugIn {
    public static final String NAME = "4D-STEM Thickness Map...";

    /** The command's keys with their defaults. */
    public static final class Settings {
        /** Maps as 'title' or 'title:slice'; total empty = the current image, haadf empty = none. */
        public String total = "";
        public String zeroLoss = "";
        /** nm; 0 = not known. */
        public double meanFreePath;
        public String haadf = "";

        Params params() {
            return new Params(NAME, "thickness-map.md")
                    .text("Total intensity (title; empty = current)", total)
                    .text("Zero_loss intensity (title)", zeroLoss)
                    .number("Mean_free_path (0 = not known)", meanFreePath, "nm")
                    .text("HAADF (title; empty = none)", haadf);
        }

        void read(Params p) {
            total = p.getText("total");
            zeroLoss = p.getText("zero_loss");
            meanFreePath = p.getNumber("mean_free_path");
            haadf = p.getText("haadf");
        }
    }

    @Override
    public void run(String arg) {
        Command.run(NAME, () -> {
            Settings settings = new Settings();
            ImagePlus current = Dataset.currentImage();
            Params params = settings.params();
            if (!params.show()) {
                return;
            }
            settings.read(params);
            MapImage total = settings.total.isEmpty() ? MapImage.of(current, "", "total intensity") : MapImage.of(settings.total, "total intensity");
            if (settings.zeroLoss.isEmpty()) {
                throw wrong("Zero_loss must be the title of the zero-loss image: the thickness is the logarithm of total over zero-loss intensity.");
            }
            MapImage zeroLoss = MapImage.of(settings.zeroLoss, "zero-loss intensity");
            MapImage haadf = settings.haadf.isEmpty() ? null : MapImage.of(settings.haadf, "HAADF");
            Output.show(compute(total, zeroLoss, haadf, settings, IJ::log));
        });
    }

    /**
     * Makes the map without showing it.
     *
     * @param haadfOrNull without it there is no density contrast
     * @param settings of which the mean free path is used, and all of it for the Info
     * @param log told what could not be measured
     * @return NAME-Thickness, NAME = the total's title: t/lambda; t (nm) if the mean free path is known; density contrast (%) if there is a HAADF image
     * @throws VitroException if the maps are not of one scan, or nothing can be measured
     */
    public static ImagePlus compute(MapImage total, MapImage zeroLoss, MapImage haadfOrNull, Settings settings, Consumer<String> log) {
        zeroLoss.requireScan(total.width(), total.height(), total.image.getTitle());
        if (haadfOrNull != null) {
            haadfOrNull.requireScan(total.width(), total.height(), total.image.getTitle());
        }
        if (!(settings.meanFreePath >= 0 && settings.meanFreePath < Double.POSITIVE_INFINITY)) {
            throw wrong("Mean_free_path is the inelastic mean free path in nm, 0 = not known; not " + settings.meanFreePath + ".");
        }
        int n = total.values.length;
        float[] relative = new float[n];
        float[] thickness = settings.meanFreePath > 0 ? new float[n] : null;
        float[] contrast = haadfOrNull != null ? new float[n] : null;
        Native.thickness(total.values, zeroLoss.values, haadfOrNull == null ? null : haadfOrNull.values, settings.meanFreePath, relative, thickness, contrast);
        List<MapSlice> slices = new ArrayList<>();
        float[] data = add(new float[0], relative, slices, new MapSlice("t/lambda", "", MapSlice.Style.VALUE));
        data = add(data, thickness, slices, new MapSlice("t", "nm", MapSlice.Style.VALUE));
        data = add(data, contrast, slices, new MapSlice("density contrast", "%", MapSlice.Style.SIGNED));
        String note = note(relative);
        if (!note.isEmpty()) {
            log.accept(NAME + " '" + total.image.getTitle() + "': " + note);
        }
        ImagePlus map = Output.maps(Dataset.name(total.image) + "-Thickness", total.width(), total.height(), step(total.image), slices.toArray(new MapSlice[0]), data);
        Output.info(map, settings.params().commandLine(), total.image.getTitle(), note);
        return map;
    }

    private static float[] add(float[] data, float[] map, List<MapSlice> slices, MapSlice slice) {
        if (map == null) {
            return data;
        }
        slices.add(slice);
        float[] longer = Arrays.copyOf(data, data.length + map.length);
        System.arraycopy(map, 0, longer, data.length, map.length);
        return longer;
    }

    private static String note(float[] relative) {
        int missing = 0;
        int negative = 0;
        for (float value : relative) {
            missing += Float.isNaN(value) ? 1 : 0;
            negative += value < 0 ? 1 : 0;
        }
        return (missing > 0 ? missing + " of " + relative.length + " positions have no intensity above 0 in both images: NaN. " : "")
                + (negative > 0 ? negative + " positions have more zero-loss than total intensity: their thickness is negative." : "");
    }

    private static double step(ImagePlus image) {
        return "nm".equals(image.getCalibration().getUnit()) ? image.getCalibration().pixelWidth : 0;
    }

    private static VitroException wrong(String text) {
        return new VitroException(VitroException.ARGUMENT, text);
    }
}
