/* SPDX-License-Identifier: GPL-3.0-or-later */
package vitromap.engine;

import java.io.IOException;
import java.util.Locale;
import java.util.function.Consumer;

/** The in-plane magnetic induction of every pattern of a dataset, from where its direct beam is. */
public final class Lorentz {
    /** Word for the least-squares plane as a reference. */
    public static final String PLANE = "plane";
    /** Slices of the induction: Bx, By, B (T), angle (degrees), standard deviation of Bx and By (T). */
    public static final int SLICES = 5;

    private static final int FIELDS = 3;

    private Lorentz() {
    }

    /**
     * Measures all patterns.
     *
     * @param thickness of the specimen, nm
     * @param reference where the beam is without a field: a region 'x,y,width,height', 'plane' (least squares over the scan), the title of
     *         a dataset without a field, or empty = the scan's mean
     * @param radius px about the beam that hold its disc; 0 = find
     * @return {@link #SLICES} slices
     * @throws VitroException if thickness or scale are not known, or no beam is found
     */
    public static float[] run(Dataset dataset, double thickness, String reference, double radius, Consumer<String> log) throws IOException {
        double scale = dataset.number(Dataset.Q_PER_PX, 0);
        if (!(thickness > 0 && thickness < Double.POSITIVE_INFINITY)) {
            throw wrong("Thickness must be the specimen's thickness in nm, above 0; not " + thickness + ". The induction is the deflection divided by it.");
        }
        if (!(scale > 0 && scale < Double.POSITIVE_INFINITY)) {
            throw wrong("The scale of '" + dataset.image().getTitle() + "' (1/\u00c5 a pixel) is not known: give q_per_pixel in 4D-STEM Calibrate....");
        }
        String text = reference.trim();
        boolean another = !text.isEmpty() && !text.equals(PLANE) && !Region.isRectangle(text);
        Dataset other = another ? Dataset.of(Dataset.imageTitled(text)) : null;
        Region region = Region.isRectangle(text) ? Region.rectangle(text, dataset.scanX(), dataset.scanY(), dataset.image().getTitle()) : null;
        double[] spot = spot(dataset, radius, log);
        float[] beam = beam(dataset, spot, log);
        float[] zero = other == null ? zero(dataset, beam, region, text.equals(PLANE)) : zero(dataset, other, spot[2], log);
        float[] out = new float[beam.length / FIELDS * SLICES];
        Native.induction(new double[] {scale, thickness, dataset.number(Dataset.ROTATION, 0), dataset.number(Dataset.FLIP, 0)}, beam, zero, out);
        return out;
    }

    /** x, y and radius of the direct beam on the mean pattern; radius 0 = find. */
    private static double[] spot(Dataset dataset, double radius, Consumer<String> log) throws IOException {
        MeanPattern pattern = MeanPattern.of(dataset.source(), "Mean pattern");
        double[] spot = new double[FIELDS];
        Native.findDirectBeam(pattern.mean, pattern.width, pattern.height, spot);
        spot[2] = radius == 0 ? spot[2] : radius;
        String name = "'" + dataset.image().getTitle() + "'";
        if (!(spot[2] >= 1 && spot[2] < Math.min(pattern.width, pattern.height))) {
            throw wrong("Radius is the direct beam's radius in px, 0 = find, at least 1 and less than the detector of " + name + "; not " + radius + ".");
        }
        requireUnmasked(dataset, spot);
        log.accept(String.format(Locale.US, "direct beam of %s: at %.0f, %.0f px, radius %.1f px%s", name, spot[0], spot[1], spot[2], radius == 0 ? " (found)" : ""));
        return spot;
    }

    /** x, y and standard deviation of the beam in every pattern. */
    private static float[] beam(Dataset dataset, double[] spot, Consumer<String> log) throws IOException {
        FrameSource source = dataset.source();
        try (Job job = new Job(Native.directBeamNew(source.width(), source.height(), source.type(), 0, source.frames(), spot, spot[2]))) {
            Runner.run(source, job, "Direct beam");
            float[] beam = job.finish();
            int missing = 0;
            for (int i = 0; i < source.frames(); i++) {
                missing += Float.isNaN(beam[i]) ? 1 : 0;
            }
            if (missing > 0) {
                log.accept("no direct beam in " + missing + " of " + source.frames() + " patterns of '" + dataset.image().getTitle() + "': NaN");
            }
            return beam;
        }
    }

    /** A beam behind a stop has no centre. */
    private static void requireUnmasked(Dataset dataset, double[] spot) {
        byte[] mask = Mask.known(dataset);
        for (int i = 0; mask != null && i < mask.length; i++) {
            if (mask[i] != 0 && Math.hypot(i % dataset.width() - spot[0], i / dataset.width() - spot[1]) < spot[2]) {
                throw new VitroException(VitroException.DATA, String.format(Locale.US, "The mask of '%s' covers part of its brightest place at %.0f, %.0f px. A Lorentz map needs "
                        + "the direct beam unmasked: 4D-STEM Calibrate... with mask=none.", dataset.image().getTitle(), spot[0], spot[1]));
            }
        }
    }

    /** The scan's own reference. */
    private static float[] zero(Dataset dataset, float[] beam, Region regionOrNull, boolean plane) {
        float[] zero = new float[beam.length];
        Deflection.zero(dataset, beam, regionOrNull, plane, zero);
        return zero;
    }

    /** Another dataset's beam: position by position where it is a scan of the same shape, else its mean. */
    private static float[] zero(Dataset dataset, Dataset other, double radius, Consumer<String> log) throws IOException {
        if (other.width() != dataset.width() || other.height() != dataset.height()) {
            throw wrong("The patterns of the reference '" + other.image().getTitle() + "' have " + other.width() + " x " + other.height() + " pixels, those of '"
                    + dataset.image().getTitle() + "' have " + dataset.width() + " x " + dataset.height() + ".");
        }
        float[] beam = beam(other, spot(other, radius, log), log);
        if (other.scanX() == dataset.scanX() && other.scanY() == dataset.scanY()) {
            return beam;
        }
        log.accept("the reference's scan has another shape: its mean is taken");
        float[] mean = new float[beam.length];
        Deflection.zero(other, beam, null, false, mean);
        int n = dataset.scanX() * dataset.scanY();
        float[] zero = new float[FIELDS * n];
        for (int i = 0; i < n; i++) {
            zero[i] = mean[0];
            zero[n + i] = mean[beam.length / FIELDS];
        }
        return zero;
    }

    private static VitroException wrong(String text) {
        return new VitroException(VitroException.ARGUMENT, text);
    }
}
