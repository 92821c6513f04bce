/* SPDX-License-Identifier: GPL-3.0-or-later */
package vitromap.engine;

/** How many patterns can be visited in a time, by the speed of the pieces before. */
final class Pace {
    /** Shorter pieces tell more of what it costs to begin than of the speed. */
    private static final double TELLING_SECONDS = 0.002;

    /** Patterns in a second; at first so low that a slow file keeps nobody waiting. */
    private double rate = Native.GROUP / LiveTask.COARSE_SECONDS;

    /** Patterns in so many seconds, at least a group. */
    long fit(double seconds) {
        return Math.max(Native.GROUP, (long) (rate * seconds));
    }

    void measured(long frames, long nanoseconds) {
        double seconds = nanoseconds * 1e-9;
        if (seconds > TELLING_SECONDS) {
            rate = frames / seconds;
        } else {
            rate = Math.max(rate, frames / TELLING_SECONDS);
        }
    }
}
