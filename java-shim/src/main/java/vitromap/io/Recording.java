/* SPDX-License-Identifier: GPL-3.0-or-later */
package vitromap.io;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import vitromap.engine.Dataset;
import vitromap.engine.FrameSource;

/** What was found in a file: its patterns, their scan shape, what is known of the experiment, and what the user should know. */
public final class Recording {
    /** Of all patterns; when the scan shape is decided, of those that belong to the scan. */
    public FrameSource source;
    /** 0 = the file does not say. */
    public int scanX;
    public int scanY;
    /** The patterns that the file itself says to be those of the scan; 0 of them = it does not say. */
    long scanFirst;
    long scanPatterns;
    /** Patterns that the file or its sidecar promises; 0 = no promise. */
    public long announced;
    /** Bytes after the last whole pattern, of what may be a pattern that was cut off. */
    public long leftOver;
    /** A single pattern takes long to read. */
    public boolean slow;
    /** Values by the keys of {@link Dataset}. */
    public final Map<String, Double> values = new LinkedHashMap<>();
    /** Lines for the log. */
    public final List<String> notes = new ArrayList<>();
    /** Properties that an ImageJ TIFF carries, key after value; null = none. */
    public String[] properties;

    Recording(FrameSource source) {
        this.source = source;
    }

    void voltage(double kilovolt) {
        put(Dataset.VOLTAGE, kilovolt, 10, 3000, "voltage", "kV");
    }

    /** 1/Angstrom. */
    void qPerPixel(double value) {
        put(Dataset.Q_PER_PX, value, 1e-6, 1, "detector scale", "1/\u00c5 a pixel");
    }

    void scanStep(double nanometre) {
        put(Dataset.SCAN_STEP, nanometre, 1e-4, 1e5, "scan step", "nm");
    }

    void cameraLength(double millimetre) {
        put(Dataset.CAMERA_LENGTH, millimetre, 0.1, 1e5, "camera length", "mm");
    }

    /** The microscope's; the angle between detector and scan depends on its lenses too, so this is not what maps are turned by. */
    void scanRotation(double degrees) {
        if (Math.abs(degrees) > 0 && Math.abs(degrees) <= 360) {
            values.put(Dataset.SCAN_ROTATION, degrees);
            notes.add(String.format(Locale.US, "The microscope had turned the scan by %.2f\u00b0. The angle between detector and scan is not in the file: "
                    + "give it in Calibrate.", degrees));
        }
    }

    void center(double x, double y) {
        if (x > 0 && y > 0 && x < source.width() - 1 && y < source.height() - 1) {
            values.put(Dataset.CENTER_X, x);
            values.put(Dataset.CENTER_Y, y);
        }
    }

    /** Files hold nonsense such as 7.8e-20 1/nm: it is left out and said. */
    private void put(String key, double value, double least, double most, String name, String unit) {
        if (value >= least && value <= most) {
            values.put(key, value);
        } else if (!Double.isNaN(value) && value != 0 && value != 1) {
            notes.add("The file's " + name + " of " + value + " " + unit + " cannot be right and was left out.");
        }
    }
}
