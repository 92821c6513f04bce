/* SPDX-License-Identifier: GPL-3.0-or-later */
package vitromap.engine;

import java.util.Arrays;

/** The spots of one pattern, the surest first, and the vectors and angles between them: vitro_find_spots, vitro_spot_vectors. */
public final class DiffractionSpots {
    private static final int MOST = 2000;
    private static final int SPOT = 7;
    private static final int VECTOR = 7;

    public final int count;
    private final double[] spots;
    private final double[] vectors;

    private DiffractionSpots(int count, double[] spots, double[] vectors) {
        this.count = count;
        this.spots = spots;
        this.vectors = vectors;
    }

    /**
     * Finds the spots.
     *
     * @param maskOrNull nonzero = masked
     * @param center px
     * @param ellipse the instrument's, 'xx, xy, yy'
     * @param minimum height over the noise
     * @param rMin px; 0 = all but the direct beam
     * @param rMax px; 0 = all
     */
    public static DiffractionSpots find(float[] pattern, byte[] maskOrNull, int width, int height, double[] center, double[] ellipse, double minimum, double rMin,
            double rMax) {
        double[] spots = new double[MOST * SPOT];
        int count = (int) Native.findSpots(pattern, maskOrNull, width, height, new double[] {center[0], center[1], minimum, rMin, rMax}, spots);
        double[] vectors = new double[count * VECTOR];
        Native.spotVectors(new double[] {center[0], center[1], ellipse[0], ellipse[1], ellipse[2], 0, 0}, spots, count, vectors);
        return new DiffractionSpots(count, Arrays.copyOf(spots, count * SPOT), vectors);
    }

    /** px, pixel centres at integers. */
    public double x(int spot) {
        return spots[spot * SPOT];
    }

    public double y(int spot) {
        return spots[spot * SPOT + 1];
    }

    /** Standard deviation of x and of y, px. */
    public double sigma(int spot) {
        return spots[spot * SPOT + 2];
    }

    /** Above the background. */
    public double height(int spot) {
        return spots[spot * SPOT + 3];
    }

    public double background(int spot) {
        return spots[spot * SPOT + 4];
    }

    /** Full width at half maximum, px. */
    public double width(int spot) {
        return spots[spot * SPOT + 5];
    }

    /** Height over the noise. */
    public double snr(int spot) {
        return spots[spot * SPOT + 6];
    }

    /** Vector from the centre, px, ellipse applied, x right, y up. */
    public double vectorX(int spot) {
        return vectors[spot * VECTOR];
    }

    public double vectorY(int spot) {
        return vectors[spot * VECTOR + 1];
    }

    public double length(int spot) {
        return vectors[spot * VECTOR + 2];
    }

    /** Degrees, counter-clockwise on screen. */
    public double azimuth(int spot) {
        return vectors[spot * VECTOR + 3];
    }

    /** The spot that is next counter-clockwise; -1 for a single one. */
    public int next(int spot) {
        double next = vectors[spot * VECTOR + 4];
        return Double.isNaN(next) ? -1 : (int) next;
    }

    /** Degrees to the next; NaN for a single spot. */
    public double angle(int spot) {
        return vectors[spot * VECTOR + 5];
    }

    public double angleSigma(int spot) {
        return vectors[spot * VECTOR + 6];
    }
}
