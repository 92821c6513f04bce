/* SPDX-License-Identifier: GPL-3.0-or-later */
package vitromap.engine;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.function.Consumer;
import java.util.stream.IntStream;

/** A peak of every curve of a cube: vitro_peak_maps. */
public final class Peaks {
    public static final String[] MODELS = {"Gaussian", "parabola", "moments"};
    public static final String[] BASELINES = {"none", "linear"};

    /** Curves that the noise is learned from. */
    private static final int SAMPLE = 1024;
    /** By vitro_peak_status. */
    private static final String[] REASONS = {"", "a value in the range is missing", "no maximum inside the range", "the fit did not converge",
        "the position is not certain to a fifth of the width"};
    private static final int STATUS = Native.PEAK_SLICES - 1;
    private static final int NOISE_SQUARE = 0;

    private Peaks() {
    }

    /**
     * Measures the peak at all positions.
     *
     * @param from range on the axis; from and to both 0 = the whole axis
     * @param model index in MODELS
     * @param baseline index in BASELINES
     * @param sigma cube of standard errors, by whose mean the points are weighted; null = weights are learned
     * @param log told how many positions have no peak, and why
     * @return position, height, full width at half maximum, area, standard error of the position, slice by slice
     */
    public static float[] run(Cube cube, double from, double to, int model, int baseline, Cube sigma, Consumer<String> log) throws IOException {
        int[] range = cube.range(from, to, baseline > 0 ? 7 : 5);
        int count = range[1] - range[0] + 1;
        double[] options = {model, baseline, range[0], count, cube.value(0), cube.step()};
        float[] weight = sigma == null ? null : weights(cube, sigma, range[0], count);
        double[] noise = new double[Native.PEAK_NOISE + 3 * count];
        int[] sample = sample(cube.positions());
        Native.peakNoise(cube.gather(sample), cube.depth(), sample.length, options, weight, noise);
        float[] maps = cube.map(Native.PEAK_SLICES, "Peaks", (block, n) -> {
            float[] out = new float[Native.PEAK_SLICES * n];
            Native.peakMaps(block, cube.depth(), n, options, noise, out);
            return out;
        });
        tell(cube, range, maps, noise, log);
        return Arrays.copyOf(maps, STATUS * cube.positions());
    }

    /** Positions spread evenly over the scan. */
    private static int[] sample(int positions) {
        int n = Math.min(SAMPLE, positions);
        return IntStream.range(0, n).map(i -> (int) ((long) i * positions / n)).toArray();
    }

    private static float[] weights(Cube cube, Cube sigma, int first, int count) {
        if (sigma.width() != cube.width() || sigma.height() != cube.height() || sigma.depth() != cube.depth()) {
            throw wrong(String.format("The standard errors '%s' are those of another cube: %d x %d x %d points, '%s' has %d x %d x %d.", sigma.image().getTitle(),
                    sigma.width(), sigma.height(), sigma.depth(), cube.image().getTitle(), cube.width(), cube.height(), cube.depth()));
        }
        float[] weight = new float[count];
        for (int i = 0; i < count; i++) {
            double sum = 0;
            int n = 0;
            for (float error : sigma.slice(first + i)) {
                if (error > 0 && error < Float.POSITIVE_INFINITY) {
                    sum += (double) error * error;
                    n++;
                }
            }
            if (n == 0) {
                throw wrong(String.format(Locale.US, "'%s' holds no standard error above 0 at %.5g %s.", sigma.image().getTitle(), cube.value(first + i), cube.unit()));
            }
            weight[i] = (float) Math.sqrt(n / sum);
        }
        return weight;
    }

    private static void tell(Cube cube, int[] range, float[] maps, double[] noise, Consumer<String> log) {
        int[] counts = new int[REASONS.length];
        int positions = cube.positions();
        for (int i = 0; i < positions; i++) {
            counts[(int) maps[STATUS * positions + i]]++;
        }
        List<String> why = new ArrayList<>();
        for (int i = 1; i < counts.length; i++) {
            if (counts[i] > 0) {
                why.add(counts[i] + ": " + REASONS[i]);
            }
        }
        String where = "from " + (float) cube.value(range[0]) + " to " + (float) cube.value(range[1]) + " " + cube.unit();
        if (counts[0] == 0) {
            throw new VitroException(VitroException.DATA, "'" + cube.image().getTitle() + "' has no peak " + where + " at any of " + positions + " positions ("
                    + String.join("; ", why) + "). Give another range by 'from' and 'to'.");
        }
        if (!why.isEmpty()) {
            log.accept(positions - counts[0] + " of " + positions + " positions have no peak " + where + " and are NaN (" + String.join("; ", why) + ")");
        }
        if (!(noise[NOISE_SQUARE] > 0)) {
            log.accept("sigma position: not known, the fits follow nearly all of the curves' noise; take a wider range, or no baseline");
        }
    }

    private static VitroException wrong(String text) {
        return new VitroException(VitroException.ARGUMENT, text);
    }
}
