/* SPDX-License-Identifier: GPL-3.0-or-later */
package vitromap.io;

import io.jhdf.api.Attribute;
import io.jhdf.api.Dataset;
import io.jhdf.api.Node;
import java.lang.reflect.Array;
import java.util.Locale;

/** The calibration of one dimension of a dataset: step and unit, as EMD, py4DSTEM, FPD and hspy write them beside it. */
final class Hdf5Axis {
    static final Hdf5Axis NONE = new Hdf5Axis(Double.NaN, "");

    private final double step;
    private final String unit;

    private Hdf5Axis(double step, String unit) {
        this.step = Math.abs(step);
        this.unit = unit.replaceAll("[\\[\\]{}$_ ]", "").replace("\u00c5", "A").replace("\u212b", "A").replace("\u00b5", "u").replace("\u03bc", "u");
    }

    /** Of dimension i; NONE if the file does not tell. */
    static Hdf5Axis of(Hdf5Entry entry, int i) {
        try {
            Node hspy = entry.siblings.get("axis-" + i);
            if (hspy != null) {
                return new Hdf5Axis(number(hspy.getAttribute("scale")), text(hspy.getAttribute("units")));
            }
            int first = entry.siblings.containsKey("dim0") ? 0 : 1; // EMD 1.0 counts from 0, those before it from 1
            Node axis = entry.siblings.get("dim" + (i + first));
            boolean sane = axis instanceof Dataset && ((Dataset) axis).getSizeInBytes() <= 16L * Math.max(2, entry.size[i]);
            return sane ? new Hdf5Axis(step(((Dataset) axis).getData()), text(axis.getAttribute("units"))) : NONE;
        } catch (RuntimeException e) {
            return NONE; // a calibration that cannot be read is one that is not there
        }
    }

    private static double number(Attribute attribute) {
        Object value = attribute == null ? null : attribute.getData();
        return value instanceof Number ? ((Number) value).doubleValue() : Double.NaN;
    }

    private static String text(Attribute attribute) {
        Object value = attribute == null ? null : attribute.getData();
        return value instanceof String ? (String) value : "";
    }

    /** Coordinates of the pixels, or only of the first two. */
    private static double step(Object values) {
        int n = values != null && values.getClass().isArray() ? Array.getLength(values) : 0;
        if (n < 2) {
            return Double.NaN;
        }
        return (Array.getDouble(values, n - 1) - Array.getDouble(values, 0)) / (n - 1);
    }

    /** A length in nm; NaN if it is none. */
    double nanometres() {
        switch (unit) {
            case "pm":
                return 1e-3 * step;
            case "A":
            case "angstrom":
                return 0.1 * step;
            case "nm":
                return step;
            case "um":
                return 1e3 * step;
            case "m":
                return 1e9 * step;
            default:
                return Double.NaN;
        }
    }

    /** A reciprocal length in 1/Angstrom; an angle is turned into one if the voltage (kV) is known. */
    double perAngstrom(double kilovolt) {
        switch (unit.toLowerCase(Locale.ROOT)) {
            case "1/nm":
            case "nm^-1":
            case "knm^-1":
                return 0.1 * step;
            case "1/a":
            case "a^-1":
            case "ka^-1": // pyxem
                return step;
            case "mrad":
                return 1e-3 * step / wavelength(kilovolt);
            case "rad":
                return step / wavelength(kilovolt);
            default:
                return Double.NaN;
        }
    }

    /** Relativistic, in Angstrom: 0.025079 at 200 kV. */
    private static double wavelength(double kilovolt) {
        double volt = 1e3 * kilovolt;
        return 12.2642594 / Math.sqrt(volt * (1 + 0.978475598e-6 * volt));
    }
}
