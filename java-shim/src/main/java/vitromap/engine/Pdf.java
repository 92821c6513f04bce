/* SPDX-License-Identifier: GPL-3.0-or-later */
package vitromap.engine;

import ij.ImagePlus;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * From profiles I(q) to structure factors S(q) and pair distribution functions G(r): vitro_pdf_new. May be used from several threads; freed by
 * close.
 */
public final class Pdf implements AutoCloseable {
    public static final String[] FACTORS = {"Kirkland", "Lobato"};
    public static final String[] WINDOWS = {"none", "Lorch", "Gaussian"};
    public static final String[] FORMS = {"G(r)", "sine transform"};
    /** N, residual, status. */
    public static final int FIT_FIELDS = 3;

    /** How profiles are reduced; the numbers' meaning stands in native/include/vitromap.h. */
    public static final class Options implements Cloneable {
        public String composition = "Zr50Cu45Al5";
        /** Places in FACTORS, WINDOWS, FORMS. */
        public int factors;
        public int window;
        public int form;
        /** 1/Angstrom. */
        public double fitMin;
        public double fitMax;
        public int order = 4;
        /** Angstrom^2. */
        public double damping;
        /** Angstrom. */
        public double shortest = 2;
        public double rMax = 10;
        public double rStep = 0.02;

        @Override
        public Options clone() {
            try {
                return (Options) super.clone();
            } catch (CloneNotSupportedException e) {
                throw new IllegalStateException(e);
            }
        }
    }

    /** A profile with all that comes of it. */
    public static final class Curves {
        /** The bins that take part, 1/Angstrom. */
        public final float[] q;
        public final float[] intensity;
        /** N f2 + B(q): the smooth curve under the profile; NaN if the profile cannot be reduced. */
        public final float[] background;
        public final float[] sq;
        /** Angstrom. */
        public final float[] r;
        public final float[] gr;
        /** N, and the root mean square of S - 1 over the upper quarter of the range. */
        public final double scale;
        public final double residual;
        /** 0 = good; see {@link Pdf#reason}. */
        public final int status;

        private Curves(Pdf pdf, float[] profile) {
            float[] out = pdf.reduce(profile, 1, true);
            q = pdf.axis(pdf.bins, z -> pdf.q(z));
            r = pdf.axis(pdf.points, i -> (i + 1) * pdf.options.rStep);
            intensity = Arrays.copyOfRange(profile, pdf.firstBin, pdf.firstBin + pdf.bins);
            gr = Arrays.copyOf(out, pdf.points);
            scale = out[pdf.points];
            residual = out[pdf.points + 1];
            status = (int) out[pdf.points + 2];
            sq = Arrays.copyOfRange(out, pdf.points + FIT_FIELDS, out.length);
            background = new float[pdf.bins];
            if (status == 0) {
                Native.pdfBackground(pdf.handle(), profile, background);
            } else {
                Arrays.fill(background, Float.NaN);
            }
        }
    }

    /** Beyond so many radii of the largest circle on a square detector less than an eighth of the azimuths are left. */
    private static final double CORNERS = 1.3;

    private interface Value {
        double at(int i);
    }

    public final Options options;
    /** The first bin of a profile that takes part, how many do, points of G(r). */
    public final int firstBin;
    public final int bins;
    public final int points;
    private final double qFirst;
    private final double qStep;
    private long handle;

    /**
     * @param profileBins bins of a profile
     * @param qFirst middle of the first one, 1/Angstrom
     * @param qStep their width
     * @throws VitroException if an option is outside what is allowed
     */
    public Pdf(Options options, int profileBins, double qFirst, double qStep) {
        this.options = options.clone();
        this.qFirst = qFirst;
        this.qStep = qStep;
        double[] numbers = {qFirst, qStep, options.fitMin, options.fitMax, options.damping, options.shortest, options.rMax, options.rStep,
            profileBins, options.order, options.factors, options.window, options.form, 0};
        handle = Native.pdfNew(numbers, options.composition.getBytes(StandardCharsets.UTF_8));
        long[] shape = new long[4];
        Native.pdfShape(handle, shape);
        firstBin = (int) shape[0];
        bins = (int) shape[1];
        points = (int) shape[2];
    }

    /**
     * What turns a cube's axis into 1/Angstrom: 1, or 0.1 for 1/nm.
     *
     * @throws VitroException if its unit is another
     */
    public static double unit(Cube cube) {
        String unit = cube.unit() == null ? "" : cube.unit().trim().replace("\u212b", "\u00c5");
        if (unit.matches("1/(\u00c5|A|Angstrom)|(\u00c5|A)\\^?-1")) {
            return 1;
        } else if (unit.matches("1/nm|nm\\^?-1")) {
            return 0.1;
        }
        throw new VitroException(VitroException.ARGUMENT, "The axis of '" + cube.image().getTitle() + "' is in '" + unit + "', not in 1/\u00c5: a PDF needs "
                + "q = 1/d. Give the dataset its scale (q_per_pixel or known_ring of 4D-STEM Calibrate...) and make the profiles again.");
    }

    /** The scale of a dataset, 1/Angstrom a pixel. */
    public static double scale(Dataset dataset) {
        double scale = dataset.number(Dataset.Q_PER_PX, 0);
        if (!(scale > 0 && scale < Double.POSITIVE_INFINITY)) {
            throw new VitroException(VitroException.ARGUMENT, "The scale of '" + dataset.image().getTitle() + "' is not known: a PDF needs q in 1/\u00c5. "
                    + "Give it by q_per_pixel or known_ring of 4D-STEM Calibrate...");
        }
        return scale;
    }

    /** The largest q of a dataset's profiles that lies on the detector in all directions, 1/Angstrom; infinite if it is not known. */
    public static double fullCircle(ImagePlus profiles) {
        try {
            return Double.parseDouble(profiles.getProp(Dataset.FULL_CIRCLE)) * Double.parseDouble(profiles.getProp(Dataset.Q_PER_PX));
        } catch (NullPointerException | NumberFormatException e) {
            return Double.POSITIVE_INFINITY;
        }
    }

    /**
     * The range of a fit where the options say 0 = find: from the first ring's foot to the profile's end, or to where too
     * few azimuths are left in the detector's corners.
     *
     * @param profile the mean of the profiles
     * @param circle 1/Angstrom, see {@link #fullCircle}
     */
    public static void findRange(Options options, Supplier<float[]> profile, double qFirst, double qStep, double circle, Consumer<String> log) {
        if (options.fitMin != 0 && options.fitMax != 0) {
            return;
        }
        double[] range = new double[2];
        try {
            Native.pdfRange(profile.get(), qFirst, qStep, range);
        } catch (VitroException e) {
            throw new VitroException(e.code, "No range for the fit was found: " + e.getMessage() + ". Give fit_min and fit_max in 1/\u00c5.");
        }
        options.fitMin = options.fitMin != 0 ? options.fitMin : range[0];
        options.fitMax = options.fitMax != 0 ? options.fitMax : Math.min(range[1], CORNERS * circle);
        log.accept(String.format(java.util.Locale.US, "range of the fit: %.4g to %.4g 1/\u00c5", options.fitMin, options.fitMax));
    }

    /** q of the z-th bin that takes part, 1/Angstrom. */
    public double q(int z) {
        return qFirst + (firstBin + z) * qStep;
    }

    /** The mean profile of some positions of a cube; null = all. NaN: a bin that one in a hundred of the measured positions, or more, does not have. */
    public static float[] mean(Cube cube, int[] positions) {
        int depth = cube.depth();
        int width = cube.width();
        double[] sum = new double[depth];
        int[] count = new int[depth];
        boolean[] chosen = new boolean[cube.positions()];
        Arrays.fill(chosen, positions == null);
        for (int position : positions == null ? new int[0] : positions) {
            chosen[position] = true;
        }
        for (int row = 0; row < cube.positions(); row += width) {
            float[] block = cube.block(row, width);
            for (int z = 0; z < depth; z++) {
                for (int x = 0; x < width; x++) {
                    float value = block[z * width + x];
                    if (chosen[row + x] && Math.abs(value) <= Float.MAX_VALUE) {
                        sum[z] += value;
                        count[z]++;
                    }
                }
            }
        }
        int most = Arrays.stream(count).max().orElse(0);
        float[] mean = new float[depth];
        for (int z = 0; z < depth; z++) {
            mean[z] = count[z] > 0 && count[z] >= 0.99 * most ? (float) (sum[z] / count[z]) : Float.NaN;
        }
        return mean;
    }

    /** Reduces one profile. */
    public Curves curves(float[] profile) {
        return new Curves(this, profile);
    }

    /** Reduces all profiles of a cube: the points of G(r), N, residual, status, and if withSq the bins of S(q), slice by slice. */
    public float[] map(Cube cube, boolean withSq, String status) throws IOException {
        return cube.map(points + FIT_FIELDS + (withSq ? bins : 0), status, (block, n) -> reduce(block, n, withSq));
    }

    private float[] reduce(float[] block, int n, boolean withSq) {
        float[] out = new float[(points + FIT_FIELDS + (withSq ? bins : 0)) * n];
        Native.pdfReduce(handle(), block, n, withSq, out);
        return out;
    }

    /** Why a profile of this status has no PDF. */
    public static String reason(int status) {
        return status == 1 ? "with bins in the range of the fit that are not measured" : "without intensity: their scale N is not positive";
    }

    private float[] axis(int n, Value value) {
        float[] axis = new float[n];
        for (int i = 0; i < n; i++) {
            axis[i] = (float) value.at(i);
        }
        return axis;
    }

    private long handle() {
        if (handle == 0) {
            throw new IllegalStateException("the PDF is closed");
        }
        return handle;
    }

    @Override
    public void close() {
        if (handle != 0) {
            Native.pdfFree(handle);
            handle = 0;
        }
    }
}
