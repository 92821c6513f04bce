/* SPDX-License-Identifier: GPL-3.0-or-later */
package vitromap.io;

import java.io.IOException;

/** Which scan columns and rows the patterns of a file make. */
final class ScanShape {
    private ScanShape() {
    }

    /**
     * Sets the recording's scan shape: what the user gave, else what the file says, else a square, else one row.
     *
     * @throws IOException if the shape given, or the file's own, does not hold all patterns; or if the file was cut off and no shape was given
     */
    static void decide(Recording recording, int scanX, int scanY, String name) throws IOException {
        long frames = recording.source.frames();
        if (scanX < 0 || scanY < 0) {
            throw new IOException("scan_x and scan_y must not be negative: " + scanX + " x " + scanY);
        }
        if (scanX > 0 || scanY > 0) {
            long x = scanX > 0 ? scanX : frames / scanY;
            long y = scanY > 0 ? scanY : frames / scanX;
            if (x * y != frames) {
                throw new IOException("A scan of " + x + " x " + y + " does not fit: " + name + " holds " + frames + " patterns. " + fitting(frames));
            }
            cutOff(recording).ifPresent(recording.notes::add);
            set(recording, x, y);
            return;
        }
        String cut = cutOff(recording).orElse(null);
        if (cut != null) {
            throw new IOException(name + ": " + cut + " To open what is there, give its scan shape. " + fitting(frames));
        }
        long x = recording.scanX;
        long y = recording.scanY;
        if (x > 0 && y > 0 && x * y == frames) {
            return;
        }
        if (x > 0 && y > 0) {
            recording.notes.add("The scan shape of " + x + " x " + y + " in the file does not fit its " + frames + " patterns.");
        }
        guess(recording, frames);
    }

    private static void guess(Recording recording, long frames) {
        long root = Math.round(Math.sqrt(frames));
        boolean square = root > 1 && root * root == frames;
        set(recording, square ? root : frames, square ? root : 1);
        if (frames > 1) {
            recording.notes.add("The file does not tell its scan shape: its " + frames + " patterns were taken as " + recording.scanX + " x "
                    + recording.scanY + ". If that is wrong, open it with scan_x and scan_y. " + fitting(frames));
        }
    }

    private static java.util.Optional<String> cutOff(Recording recording) {
        long frames = recording.source.frames();
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
    private static String fitting(long frames) {
        StringBuilder shapes = new StringBuilder();
        int count = 0;
        for (long y = (long) Math.sqrt(frames); y >= 1 && count < 4; y--) {
            if (frames % y == 0) {
                long x = frames / y;
                shapes.append(count++ == 0 ? "" : ", ").append(x).append(" x ").append(y);
                shapes.append(x == y ? "" : ", " + y + " x " + x);
            }
        }
        return "Shapes that fit " + frames + " patterns: " + shapes + ".";
    }
}
