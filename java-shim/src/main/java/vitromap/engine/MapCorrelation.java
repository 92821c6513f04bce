/* SPDX-License-Identifier: GPL-3.0-or-later */
package vitromap.engine;

import java.util.Arrays;

/** Autocorrelation of a map over the lag, and its lengths; lags in px of the map. */
public final class MapCorrelation {
    /** The image reaches so many px from its middle. */
    public final int lags;
    /** (2 lags + 1) squared; NaN = no pairs. */
    public final float[] image;
    /** Mean length of the lags of a ring, and the autocorrelation and the number of pairs there; NaN = no pairs. */
    public final double[] distance;
    public final double[] value;
    public final double[] pairs;

    private final double[] lengths = new double[Native.CORRELATION_FIELDS];

    /**
     * @param lags px; 0 = half the map's shorter side
     * @throws VitroException if the map is constant or not measured
     */
    public MapCorrelation(MapImage map, int lags) {
        int most = Math.max(map.width(), map.height()) - 1;
        this.lags = lags > 0 ? lags : Math.max(1, Math.min(map.width(), map.height()) / 2);
        if (this.lags > most) {
            throw new VitroException(VitroException.ARGUMENT, "A lag of " + this.lags + " px does not fit into " + map.name() + ", " + map.width() + " x "
                    + map.height() + " px: up to " + most + " px are possible.");
        }
        image = new float[(2 * this.lags + 1) * (2 * this.lags + 1)];
        double[] radial = new double[3 * (this.lags + 1)];
        Native.autocorrelation(map.values, map.width(), map.height(), this.lags, image, radial);
        int points = this.lags + 1;
        distance = Arrays.copyOf(radial, points);
        value = Arrays.copyOfRange(radial, points, 2 * points);
        pairs = Arrays.copyOfRange(radial, 2 * points, 3 * points);
        Native.correlationLengths(distance, value, lengths);
    }

    /** Where it has fallen to 1/e; NaN = not within the lags, as with all that follow. */
    public double length() {
        return lengths[0];
    }

    /** The first minimum after that. */
    public double minimum() {
        return lengths[1];
    }

    public double minimumValue() {
        return lengths[2];
    }

    /** The first maximum after the minimum: the nearest neighbours. */
    public double peak() {
        return lengths[3];
    }

    public double peakValue() {
        return lengths[4];
    }
}
