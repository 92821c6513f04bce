/* SPDX-License-Identifier: GPL-3.0-or-later */
package vitromap.engine;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.Paths;

/** Atoms of a structure model, from an xyz file or our own glass, and their kinematic diffraction patterns. */
public final class StructureModel implements AutoCloseable {
    private static final int ROWS = 32;
    private static final long LARGEST_FILE = 512 << 20;

    private long handle;
    private final double[] box = new double[3];
    private final long atoms;

    private StructureModel(long handle) {
        this.handle = handle;
        this.atoms = Native.modelSize(handle, box);
    }

    /**
     * @param file an xyz file
     * @throws VitroException if it is none, with the line
     */
    public static StructureModel read(String file) throws IOException {
        Path path = Paths.get(file);
        if (!Files.isRegularFile(path)) {
            throw new IOException("There is no file '" + file + "'.");
        }
        if (Files.size(path) > LARGEST_FILE) {
            throw new IOException("'" + file + "' has " + Files.size(path) + " bytes: a structure model has at most " + LARGEST_FILE + ".");
        }
        try {
            return new StructureModel(Native.modelRead(Files.readAllBytes(path)));
        } catch (VitroException e) {
            throw new VitroException(e.code, "'" + path.getFileName() + "': " + e.getMessage());
        }
    }

    /** A glass of Zr50Cu45Al5, the same for the same seed. */
    public static StructureModel glass(long seed) {
        return new StructureModel(Native.modelGlass(seed));
    }

    public long atoms() {
        return atoms;
    }

    /** Edges of the periodic box, Angstrom; 0 = none. */
    public double[] box() {
        return box.clone();
    }

    /** A pattern, detector x detector, and how many atoms made it. */
    public static final class Pattern {
        public final float[] intensity;
        public final long atoms;

        private Pattern(float[] intensity, long atoms) {
            this.intensity = intensity;
            this.atoms = atoms;
        }
    }

    /**
     * The intensity |A|^2.
     *
     * @param options voltage kV, thickness nm, tilt x, tilt y degrees, probe nm, q per px, detector px; see vitro_pattern_options
     * @throws Cancelled if ESC was pressed
     */
    public Pattern pattern(double... options) throws IOException {
        long pattern = Native.simulatedPatternNew(handle, options);
        try {
            int detector = (int) options[6];
            float[] image = new float[detector * detector];
            Runner.each(detector, ROWS, "Simulated pattern", (first, n) -> {
                float[] rows = new float[n * detector];
                Native.simulatedPatternRows(pattern, (int) first, n, detector, rows);
                System.arraycopy(rows, 0, image, (int) first * detector, rows.length);
            });
            return new Pattern(image, Native.simulatedPatternAtoms(pattern));
        } finally {
            Native.simulatedPatternFree(pattern);
        }
    }

    @Override
    public void close() {
        if (handle != 0) {
            Native.modelFree(handle);
            handle = 0;
        }
    }
}
