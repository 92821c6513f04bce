/* SPDX-License-Identifier: GPL-3.0-or-later */
package vitromap.engine;

import java.io.IOException;
import java.util.function.BooleanSupplier;

/** Work on one picture in pieces: after the first there is a coarse answer, after the last the exact one. */
abstract class LiveTask {
    /** Seconds that the coarse answer may take, and a piece of the refinement. */
    static final double COARSE_SECONDS = 0.04;
    static final double PIECE_SECONDS = 0.15;

    /** Patterns of the next piece; 0 = nothing is left to do. */
    abstract long next();

    /** Whether there is a coarse answer. */
    abstract boolean isBegun();

    /** Does the next piece and tells its result; a piece that is given up stays the next. */
    abstract void step(LiveRunner runner, BooleanSupplier givenUp) throws IOException;
}
