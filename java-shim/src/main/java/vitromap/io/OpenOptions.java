/* SPDX-License-Identifier: GPL-3.0-or-later */
package vitromap.io;

/** How a file is to be opened; the defaults leave everything to the file. */
public final class OpenOptions {
    /** Names of the pixel types of plain raw files, in the order of vitro_type, whose first is 1. */
    public static final String[] TYPES = {"8-bit unsigned", "16-bit unsigned", "32-bit float", "8-bit signed", "16-bit signed",
        "32-bit unsigned", "32-bit signed", "64-bit unsigned", "64-bit signed", "64-bit float", "1-bit", "16-bit float"};

    /** Scan columns and rows; 0 = as in the file. */
    public int scanX;
    public int scanY;
    /** Patterns at the end of each scan row, while the beam flew back: left out. */
    public int flyback;
    /** Patterns before the scan: left out. */
    public int skip;
    /** Path of a dataset within an HDF5 file; empty = find it. */
    public String dataset = "";
    /** Pixels of a pattern in a plain raw file; 0 = the file is not read as plain raw. */
    public int detectorX;
    public int detectorY;
    /** Plain raw: one of {@link #TYPES}. */
    public String type = TYPES[1];
    public boolean littleEndian = true;
    /** Plain raw: bytes before the first pattern, and between patterns. */
    public long offset;
    public long gap;
    /** The file is still being written: it may hold fewer patterns than its scan has. */
    boolean growing;
    /** Read everything now instead of when it is looked at. */
    public boolean inMemory;
}
