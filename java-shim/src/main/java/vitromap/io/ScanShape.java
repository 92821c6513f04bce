/* SPDX-License-Identifier: GPL-3.0-or-later */
package vitromap.io;

import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** Which scan columns and rows the patterns of a file make. */
final class ScanShape {
    private static final int MOST_FLYBACK = 3, MOST_FACTORS = 4;

    private ScanShape() {
    }

    /**
     * Sets the recording's scan shape: what the user gave, else what the file says, else a square, else one row.
     *
     * @throws IOException if the shape given, or the file's own, does not hold all patterns; or if the file was cut off and no shape was given
     */
    static void decide(Recording recording, OpenOptions options, String name) throws IOException {
        long frames = recording.source.frames();
        if (options.scanX < 0 || options.scanY < 0 || options.flyback < 0 || options.skip < 0) {
            throw new IOException("scan_x, scan_y, flyback and skip must not be negative: " + options.scanX + " x " + options.scanY + ", "
                    + options.flyback + ", " + options.skip);
        }
        if (options.scanX > 0 || options.scanY > 0) {
            given(recording, options, name);
            cutOff(recording, frames).ifPresent(recording.notes::add);
            return;
        }
        String cut = cutOff(recording, frames).orElse(null);
        if (cut != null) {
            throw new IOException(name + ": " + cut + " To open what is there, give its scan shape. " + fitting(frames, 0));
        }
        if (options.flyback > 0 || options.skip > 0) {
            withFlyback(recording, options, name);
            return;
        }
        ownOrGuess(recording, frames);
    }

    private static void ownOrGuess(Recording recording, long frames) {
        long x = recording.scanX;
        long y = recording.scanY;
        if (x > 0 && y > 0 && x * y == frames) {
            return;
        }
        if (recording.scanPatterns > 0) {
            int side = (int) Math.round(Math.sqrt(recording.scanPatterns));
            cut(recording, recording.scanFirst, side, side, 0);
            recording.notes.add("The file counts the positions of a scan of " + side + " x " + side + ", which were taken; " + recording.scanFirst
                    + " patterns before it and " + (frames - recording.scanFirst - recording.scanPatterns) + " after it were left out.");
            return;
        }
        if (x > 0 && y > 0) {
            recording.notes.add("The scan shape of " + x + " x " + y + " in the file does not fit its " + frames + " patterns.");
        }
        guess(recording, frames);
    }

    /** All patterns belong to the scan, but for those to skip and the fly-back, which the last row may lack. */
    private static void given(Recording recording, OpenOptions options, String name) throws IOException {
        long frames = recording.source.frames();
        long left = frames - options.skip;
        long y = options.scanY > 0 ? options.scanY : (left + options.flyback) / (options.scanX + (long) options.flyback);
        long x = options.scanX > 0 ? options.scanX : (left + options.flyback) / y - options.flyback;
        long needed = y * (x + options.flyback);
        boolean both = options.scanX > 0 && options.scanY > 0;
        boolean fits = x > 0 && y > 0 && (needed == left || needed - options.flyback == left);
        if (!fits && both && options.skip > 0 && needed - options.flyback < left) {
            recording.notes.add((left - needed) + " patterns after the scan were left out.");
            fits = true;
        }
        if (!fits && both && options.skip == 0 && options.flyback == 0 && needed == recording.scanPatterns) {
            cut(recording, recording.scanFirst, x, y, 0);
            return;
        }
        if (!fits) {
            throw new IOException("A scan of " + x + " x " + y + with(options) + " does not fit: " + name + " holds " + frames + " patterns. "
                    + fitting(left, options.flyback) + other(frames, options));
        }
        cut(recording, options.skip, x, y, options.flyback);
    }

    private static String with(OpenOptions options) {
        return (options.flyback > 0 ? " with " + options.flyback + " fly-back pixels a row" : "") + (options.skip > 0 ? " after " + options.skip + " patterns" : "");
    }

    /** If nothing but one row fits, fly-back may be why. */
    private static String other(long frames, OpenOptions options) {
        List<String> flyback = flybacks(frames);
        return options.flyback > 0 || options.skip > 0 || flyback.isEmpty() ? "" : " With fly-back pixels: " + String.join("; ", flyback) + ".";
    }

    /** The file's own columns, less the fly-back; else a square. */
    private static void withFlyback(Recording recording, OpenOptions options, String name) throws IOException {
        long left = recording.source.frames() - options.skip;
        long x = recording.scanX - options.flyback;
        long y = recording.scanY;
        if (x < 1 || y < 1 || y * (x + options.flyback) != left) {
            x = Math.round((Math.sqrt((double) options.flyback * options.flyback + 4.0 * left) - options.flyback) / 2);
            y = x;
        }
        if (left < 1 || x < 1 || y * (x + options.flyback) != left && y * (x + options.flyback) - options.flyback != left) {
            throw new IOException(name + ": its scan shape" + with(options) + " is not known; give scan_x. " + fitting(left, options.flyback));
        }
        cut(recording, options.skip, x, y, options.flyback);
    }

    private static void cut(Recording recording, long skip, long x, long y, int flyback) {
        set(recording, x, y);
        if (skip > 0 || flyback > 0 || x * y < recording.source.frames()) {
            recording.source = new ScanSource(recording.source, skip, (int) x, (int) y, flyback);
        }
    }

    private static void guess(Recording recording, long frames) {
        long root = Math.round(Math.sqrt(frames));
        boolean square = root > 1 && root * root == frames;
        set(recording, square ? root : frames, square ? root : 1);
        if (frames > 1) {
            recording.notes.add("The file does not tell its scan shape: its " + frames + " patterns were taken as " + recording.scanX + " x "
                    + recording.scanY + ". If that is wrong, open it with scan_x and scan_y. " + fitting(frames, 0));
        }
    }

    private static java.util.Optional<String> cutOff(Recording recording, long frames) {
        if (recording.leftOver > 0) {
            return java.util.Optional.of("after " + frames + " whole patterns the file ends " + recording.leftOver
                    + " bytes into the next one: it was cut off, is still being written, or the numbers given do not fit it.");
        } else if (recording.announced > frames) {
            return java.util.Optional.of("the file holds " + frames + " patterns, but " + recording.announced
                    + " were announced: it was cut off or is still being written.");
        }
        return java.util.Optional.empty();
    }

    private static void set(Recording recording, long x, long y) {
        recording.scanX = (int) x;
        recording.scanY = (int) y;
    }

    /** The shapes nearest to a square, both ways round. */
    private static Set<String> factors(long frames, int flyback) {
        Set<String> shapes = new LinkedHashSet<>();
        for (long y = (long) Math.sqrt(Math.max(0, frames)); y >= 1 && shapes.size() < 2 * MOST_FACTORS; y--) {
            if (frames % y == 0) {
                long x = frames / y;
                if (x > flyback) {
                    shapes.add((x - flyback) + " x " + y);
                }
                if (y > flyback) {
                    shapes.add((y - flyback) + " x " + x);
                }
            }
        }
        return shapes;
    }

    private static String fitting(long frames, int flyback) {
        return "Shapes that fit " + frames + " patterns" + (flyback > 0 ? " with this fly-back" : "") + ": " + String.join(", ", factors(frames, flyback)) + ".";
    }

    /** Squares with some fly-back pixels a row, and perhaps one pattern before the scan. */
    private static List<String> flybacks(long frames) {
        List<String> shapes = new ArrayList<>();
        for (int skip = 0; skip <= 1; skip++) {
            for (int flyback = 1; flyback <= MOST_FLYBACK; flyback++) {
                long x = Math.round((Math.sqrt((double) flyback * flyback + 4.0 * (frames - skip)) - flyback) / 2);
                long needed = x * (x + flyback);
                if (x > 1 && (needed == frames - skip || needed - flyback == frames - skip)) {
                    shapes.add(x + " x " + x + ", fly-back " + flyback + (skip > 0 ? ", skip " + skip : ""));
                }
            }
        }
        return shapes;
    }

    /** What a dialog offers for a file: 'x x y' or 'x x y, fly-back n', perhaps with ', skip n'; the likeliest first. */
    static List<String> proposals(long frames) {
        List<String> shapes = new ArrayList<>(factors(frames, 0));
        shapes.addAll(flybacks(frames));
        return shapes;
    }
}
