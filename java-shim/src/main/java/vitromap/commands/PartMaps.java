/* SPDX-License-Identifier: GPL-3.0-or-later */
package vitromap.commands;

import ij.ImagePlus;
import java.io.IOException;
import vitromap.engine.FrameSource;

/** A command's maps whose patterns come in parts. */
interface PartMaps extends AutoCloseable {
    /** Computes all patterns of a source: those of the scan from first on. */
    void add(FrameSource part, long first) throws IOException;

    /** The maps of the whole scan as the command shows them; NaN where nothing came yet. */
    ImagePlus[] maps() throws IOException;

    @Override
    default void close() {
    }
}
