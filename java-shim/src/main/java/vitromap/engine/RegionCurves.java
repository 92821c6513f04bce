/* SPDX-License-Identifier: GPL-3.0-or-later */
package vitromap.engine;

import java.util.Arrays;

/** The curves of a region of a cube: mean, standard deviation, the mean's error, and its peaks: vitro_region_statistics, vitro_region_peaks. */
public final class RegionCurves {
    private static final int MOST_PEAKS = 32;
    private static final int MEAN = 0;
    private static final int DEVIATION = 1;
    private static final int ERROR = 2;

    /** A peak of the mean curve, in units of the axis; NaN = not known. */
    public static final class Peak {
        /** A shoulder, without width and height. */
        public final boolean isShoulder;
        public final double position;
        public final double positionError;
        /** Full width at half the height above the line between the feet. */
        public final double width;
        public final double widthError;
        public final double height;
        /** Position over that of the first peak. */
        public final double ratio;
        public final double ratioError;

        private Peak(double[] fields, int at) {
            isShoulder = fields[at] != 0;
            position = fields[at + 1];
            positionError = fields[at + 2];
            width = fields[at + 3];
            widthError = fields[at + 4];
            height = fields[at + 5];
            ratio = fields[at + 6];
            ratioError = fields[at + 7];
        }
    }

    public final Region region;
    /** Side of the blocks whose means give the errors, in positions. */
    public final int blockSide;
    private final int depth;
    private final int blocks;
    private final double[] values;

    /** Of all points of the cube. */
    public RegionCurves(Cube cube, Region region) {
        this.region = region;
        depth = cube.depth();
        int n = region.positions.length;
        long[] block = new long[n];
        long[] sideAndCount = new long[2];
        Native.regionBlocks(region.frames(), cube.width(), block, sideAndCount);
        blockSide = (int) sideAndCount[0];
        blocks = (int) sideAndCount[1];
        values = new double[(Native.REGION_FIELDS + blocks) * depth];
        Native.regionStatistics(cube.gather(region.positions), depth, block, blocks, values);
    }

    private double[] field(int i) {
        return Arrays.copyOfRange(values, i * depth, (i + 1) * depth);
    }

    public double[] mean() {
        return field(MEAN);
    }

    /** From position to position. */
    public double[] deviation() {
        return field(DEVIATION);
    }

    /** Standard error of the mean. */
    public double[] error() {
        return field(ERROR);
    }

    /** The peaks of the mean curve between two points, in the order they are told: peaks, then shoulders, each from left to right. */
    public Peak[] peaks(Cube cube, int first, int last) {
        int count = last - first + 1;
        double[] without = new double[blocks * count];
        for (int b = 0; b < blocks; b++) {
            System.arraycopy(values, (Native.REGION_FIELDS + b) * depth + first, without, b * count, count);
        }
        double[] found = new double[MOST_PEAKS * Native.REGION_PEAK_FIELDS];
        int peaks = (int) Native.regionPeaks(Arrays.copyOfRange(values, first, last + 1), without, blocks, cube.value(first), cube.step(), found);
        Peak[] list = new Peak[peaks];
        for (int i = 0; i < peaks; i++) {
            list[i] = new Peak(found, i * Native.REGION_PEAK_FIELDS);
        }
        return list;
    }
}
