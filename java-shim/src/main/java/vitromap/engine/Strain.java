/* SPDX-License-Identifier: GPL-3.0-or-later */
package vitromap.engine;

import java.io.IOException;
import java.util.Arrays;
import java.util.Locale;
import java.util.function.Consumer;

/**
 * Strain and density of every pattern of a dataset from its first ring: what to measure, in which order. The patterns may come in parts, while the
 * dataset is being written. Freed by close; the maps stay.
 */
public final class Strain implements AutoCloseable {
    /** Patterns of the reference that are used: its error is then far below that of one pattern. */
    public static final int REFERENCE_FRAMES = 512;

    /** Reasons in the order of vitro_pattern_status. */
    private static final String[] REASONS = {"good", "empty", "too few counts", "saturated", "not a number", "negative", "masked", "no ring",
        "not converged", "out of range", "one-sided"};

    private static final int FIELDS = Native.RING_FIELDS;
    /** VITRO_RING_STATUS, the field's index. */
    private static final int STATUS = 10;

    /** How to measure. */
    public static final class Options {
        public boolean direct;
        public String composition = "";
        public double ringMin;
        public double ringMax;
        public double threshold = 0.95;
        /** vitro_definition. */
        public int definition;
        public double xAxis;
    }

    /** Slices of scanY x scanX floats, in the order of vitro_strain_maps. */
    public final float[] strain;
    public final float[] sigma;
    public final float[] ring;

    private final Dataset dataset;
    private final Reference reference;
    /** The reference's frames to learn from. */
    private final FrameSource against;
    private final Options options;
    private final Geometry geometry;
    /** null = direct ellipse. */
    private RingModel model;
    /** Of each pattern; NaN = not there yet. null = none is. */
    private float[] fields;
    /** Of another dataset's patterns; null = not measured yet. */
    private float[] others;

    private Strain(Dataset dataset, Reference reference, FrameSource against, Options options, Geometry geometry) {
        int pixels = dataset.scanX() * dataset.scanY();
        this.strain = unmeasured(Native.STRAIN_SLICES * pixels);
        this.sigma = unmeasured(Native.SIGMA_SLICES * pixels);
        this.ring = unmeasured(Native.RING_SLICES * pixels);
        this.dataset = dataset;
        this.reference = reference;
        this.against = against;
        this.options = options;
        this.geometry = geometry;
    }

    private static float[] unmeasured(int count) {
        float[] values = new float[count];
        Arrays.fill(values, Float.NaN);
        return values;
    }

    /**
     * Measures all patterns.
     *
     * @param log told what had to be found, and which patterns failed why
     * @throws VitroException if nothing can be measured, says why
     */
    public static Strain run(Dataset dataset, Reference reference, Options options, Consumer<String> log) throws IOException {
        try (Strain strain = begin(dataset, reference, options, log)) {
            strain.add(dataset.source(), 0);
            strain.finish(log);
            return strain;
        }
    }

    /**
     * Finds on the patterns that are there what the fits need: geometry, ring, the reference's model.
     *
     * @param log told what had to be found
     * @throws VitroException if it cannot be found, says why
     */
    public static Strain begin(Dataset dataset, Reference reference, Options options, Consumer<String> log) throws IOException {
        if (options.direct && !(options.threshold > 0 && options.threshold < 1)) {
            throw error("Threshold must lie between 0 and 1, a fraction of the maximum; not " + options.threshold + ".");
        }
        MeanPattern pattern = MeanPattern.of(dataset.source(), "Mean pattern");
        Geometry geometry = Geometry.of(dataset, pattern, log);
        FrameSource against = reference.source(REFERENCE_FRAMES);
        if (reference.isOther()) {
            against = align(against, geometry, reference.dataset(), log);
        }
        geometry.setRing(pattern, options.ringMin, options.ringMax, log);
        Strain strain = new Strain(dataset, reference, against, options, geometry);
        if (!options.direct) {
            strain.learn(log);
        }
        return strain;
    }

    /**
     * Moves the patterns of another dataset by whole pixels so that their mean centre falls on the geometry's, and adds their mask to it:
     * both are then measured with the same pixels.
     */
    private static FrameSource align(FrameSource source, Geometry geometry, Dataset other, Consumer<String> log) throws IOException {
        String name = "reference '" + other.image().getTitle() + "': ";
        Geometry own = Geometry.of(other, MeanPattern.of(source, "Reference"), line -> log.accept(name + line));
        int dx = (int) Math.rint(geometry.center[0] - own.center[0]);
        int dy = (int) Math.rint(geometry.center[1] - own.center[1]);
        byte[] both = ShiftedSource.move(own.mask, source.width(), dx, dy);
        for (int i = 0; i < both.length; i++) {
            both[i] |= geometry.mask[i];
        }
        geometry.setMask(both);
        return dx == 0 && dy == 0 ? source : new ShiftedSource(source, dx, dy);
    }

    /** Ring profile: the model is learned from the reference, then fitted to every pattern. */
    private void learn(Consumer<String> log) throws IOException {
        double scale = dataset.number(Dataset.Q_PER_PX, 0);
        if (!options.composition.isEmpty() && !(scale > 0)) {
            log.accept("composition not used: the scale (1/Angstrom a pixel) is not known, see 4D-STEM Calibrate...; the background is learned");
        }
        model = RingModel.learn(against, geometry, options.composition, scale);
        log.accept(String.format(Locale.US, "reference: ring of %.2f px, width %.1f px", model.radius(), model.width()));
        try {
            checkRange(model.radius());
        } catch (VitroException e) {
            close();
            throw e;
        }
    }

    /** A flank without its maximum fits as well, but is not the first ring. */
    private void checkRange(double radius) {
        if (radius < geometry.ringMin + 1 || radius > geometry.ringMax - 1) {
            throw new VitroException(VitroException.DATA, String.format(Locale.US, "Between ring_min (%.1f px) and ring_max (%.1f px) there is no ring: "
                    + "the profile rises to the end of the range. Choose a range that holds the whole first ring, or 0 = find.",
                    geometry.ringMin, geometry.ringMax));
        }
    }

    /** Measures all patterns of a source: those of the scan from first on. */
    public void add(FrameSource part, long first) throws IOException {
        float[] measured = measure(part, "Strain map");
        if (part.frames() == dataset.source().frames()) {
            fields = measured;
            return;
        } else if (fields == null) {
            fields = unmeasured(dataset.scanX() * dataset.scanY() * FIELDS);
        }
        System.arraycopy(measured, 0, fields, (int) first * FIELDS, measured.length);
    }

    /** Maps of the patterns so far, against the median where none of the reference's own is there; NaN where nothing came. */
    public void soFar() throws IOException {
        if (fields != null && count(fields, 0) > 0) {
            float[] zero = zero();
            boolean median = reference.isMedian() || count(zero, 0) == 0;
            maps(median ? fields : zero, median);
        }
    }

    private float[] zero() throws IOException {
        if (reference.isOther() && others == null) {
            others = measure(against, "Reference");
        }
        return reference.isOther() ? others : reference.isMedian() ? fields : rows(fields, reference.frames());
    }

    private void finish(Consumer<String> log) throws IOException {
        float[] zero = zero();
        int frames = fields.length / FIELDS;
        if (count(fields, 0) == 0) {
            throw new VitroException(VitroException.DATA, "None of the " + frames + " patterns of '" + dataset.image().getTitle()
                    + "' could be measured: " + reasons(fields) + ".");
        }
        if (count(zero, 0) == 0) {
            throw new VitroException(VitroException.DATA, "None of the " + zero.length / FIELDS + " patterns of the reference could be measured: "
                    + reasons(zero) + ".");
        }
        if (reference.isMedian()) {
            log.accept("no reference was given: strains are against the median of the map, their mean level is not known");
        }
        maps(zero, reference.isMedian());
        int good = count(fields, 0);
        log.accept(good == frames ? "all " + frames + " patterns measured" : frames - good + " of " + frames + " patterns not measured: " + reasons(fields));
    }

    private void maps(float[] zero, boolean median) {
        Native.strainMaps(strainOptions(), fields, zero, median, strain, sigma, ring);
    }

    /** Direct ellipse: the middle of the range stands for q0 until the reference is taken off. */
    private double[] strainOptions() {
        double q0 = model == null ? (geometry.ringMin + geometry.ringMax) / 2 : model.radius();
        double[] ellipse = model == null ? geometry.ellipse : model.ellipse();
        return new double[] {q0, ellipse[0], ellipse[1], ellipse[2], options.definition, dataset.number(Dataset.FLIP, 0) != 0 ? 1 : 0,
            dataset.number(Dataset.ROTATION, 0), options.xAxis, dataset.number(Dataset.SCAN_STEP, 0), dataset.scanX(), dataset.scanY()};
    }

    private float[] measure(FrameSource source, String status) throws IOException {
        long handle = model != null ? model.profileJob(source) : Native.directEllipseNew(source.width(), source.height(), source.type(), 0, source.frames(),
                geometry.array(), geometry.mask, options.threshold);
        try (Job job = new Job(handle)) {
            Runner.run(source, job, status);
            return job.finish();
        }
    }

    @Override
    public void close() {
        if (model != null) {
            model.close();
        }
    }

    private static float[] rows(float[] fields, long[] frames) {
        float[] chosen = new float[frames.length * FIELDS];
        for (int i = 0; i < frames.length; i++) {
            System.arraycopy(fields, (int) frames[i] * FIELDS, chosen, i * FIELDS, FIELDS);
        }
        return chosen;
    }

    private static int count(float[] fields, int status) {
        int n = 0;
        for (int i = STATUS; i < fields.length; i += FIELDS) {
            n += fields[i] == status ? 1 : 0;
        }
        return n;
    }

    /** '12 empty, 3 no ring'. */
    private static String reasons(float[] fields) {
        StringBuilder text = new StringBuilder();
        for (int status = 1; status < REASONS.length; status++) {
            int n = count(fields, status);
            if (n > 0) {
                text.append(text.length() > 0 ? ", " : "").append(n).append(' ').append(REASONS[status]);
            }
        }
        return text.toString();
    }

    private static VitroException error(String text) {
        return new VitroException(VitroException.ARGUMENT, text);
    }
}
