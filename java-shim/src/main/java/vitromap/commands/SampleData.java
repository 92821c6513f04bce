/* SPDX-License-Identifier: GPL-3.0-or-later */
package vitromap.commands;

import ij.ImagePlus;
import ij.ImageStack;
import ij.measure.ResultsTable;
import ij.plugin.PlugIn;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import vitromap.engine.Dataset;
import vitromap.engine.Native;
import vitromap.engine.Runner;
import vitromap.engine.Sample;
import vitromap.engine.VitroException;
import vitromap.io.LayoutStack;
import vitromap.ui.Command;
import vitromap.ui.MapSlice;
import vitromap.ui.Output;
import vitromap.ui.Params;
import vitromap.ui.explorer.ExploreButton;

/**
 * 4D-STEM Sample Data...: a simulated scan over a metallic glass, with its truth: a shear band and its strain, ordered clusters and
 * their symmetry, magnetic domains and their induction, or a time series of a liquid and its dynamics.
 */
public final class SampleData implements PlugIn {
    public static final String NAME = "4D-STEM Sample Data...";

    static final String[] SAMPLES = {"shear band", "clusters", "magnetic", "dynamics"};
    /** Slices of the truth of the clusters. */
    private static final MapSlice[] ORDERS = IntStream.rangeClosed(1, Native.SAMPLE_ORDERS)
            .mapToObj(n -> new MapSlice("n=" + n, "", MapSlice.Style.POSITIVE)).toArray(MapSlice[]::new);
    static final String[] STOPS = {"rod", "none"};

    private static final String TITLE = "sample-glass";
    /** Patterns of this many pixels in all are made between two looks at ESC. */
    private static final int CHUNK_PIXELS = 1 << 18;

    /** Positions whose time series are made between two looks at ESC. */
    private static final int SERIES = 16;

    /** The command's keys with their defaults. */
    public static final class Settings {
        /** One of SAMPLES. */
        public String sample = SAMPLES[0];
        /** Positions along x and along y. */
        public int scan = 64;
        /** px. */
        public int detector = 256;
        /** Mean counts of a pattern. */
        public double counts = 1e6;
        public double seed = 1;
        /** One of STOPS. */
        public String beamStop = STOPS[0];
        /** Contrast of the speckle, 0 to 1. */
        public double speckle = 0.15;
        /** Its grain, px. */
        public double grain = 3;
        /** Scale of the strain, 0 = none. */
        public double strain = 1;
        /** Largest drift of the centre, px. */
        public double drift = 3;
        /** Of the instrument, %. */
        public double ellipticity = 2;
        /** Clusters only: n of their pattern; 0 = 4, 6 and 10 in turn. */
        public int symmetry;
        /** nm. */
        public double diameter = 3;
        /** Of the volume, %. */
        public double fraction = 2;
        /** a of 1 + a cos(n phi - p) in the middle of a cluster. */
        public double amplitude = 0.3;
        /** Of the specimen, nm. */
        public double thickness = 20;
        /** Magnetic only: induction of the domains, T. */
        public double field = 1;
        /** Dynamics only: images of the time series. */
        public int frames = 1000;

        Params params() {
            return new Params(NAME, "sample-data.md")
                    .choice("Sample", SAMPLES, sample)
                    .number("Scan", scan, "positions")
                    .number("Detector", detector, "px")
                    .number("Counts", counts, "a pattern")
                    .number("Seed", seed, "")
                    .choice("Beam_stop", STOPS, beamStop)
                    .number("Speckle (contrast)", speckle, "0..1")
                    .number("Grain of the speckle", grain, "px")
                    .number("Strain (1 = as documented)", strain, "")
                    .number("Drift of the centre", drift, "px")
                    .number("Ellipticity", ellipticity, "%")
                    .number("Symmetry of the clusters (0 = 4, 6, 10)", symmetry, "n")
                    .number("Diameter of a cluster", diameter, "nm")
                    .number("Fraction of the volume in clusters", fraction, "%")
                    .number("Amplitude of a cluster", amplitude, "0..1")
                    .number("Thickness (clusters, magnetic)", thickness, "nm")
                    .number("Field of the domains", field, "T")
                    .number("Frames of the time series", frames, "");
        }

        void read(Params p) {
            sample = p.getText("sample");
            scan = p.getInt("scan");
            detector = p.getInt("detector");
            counts = p.getNumber("counts");
            seed = p.getNumber("seed");
            beamStop = p.getText("beam_stop");
            speckle = p.getNumber("speckle");
            grain = p.getNumber("grain");
            strain = p.getNumber("strain");
            drift = p.getNumber("drift");
            ellipticity = p.getNumber("ellipticity");
            symmetry = p.getInt("symmetry");
            diameter = p.getNumber("diameter");
            fraction = p.getNumber("fraction");
            amplitude = p.getNumber("amplitude");
            thickness = p.getNumber("thickness");
            field = p.getNumber("field");
            frames = p.getInt("frames");
        }

        private Sample sample() {
            int kind = Params.index(SAMPLES, "sample", sample);
            if (!(seed >= 0 && seed <= 1L << 53 && seed == Math.rint(seed))) {
                throw new VitroException(VitroException.ARGUMENT, "sample data: seed = " + seed + " must be a whole number from 0 to 2^53");
            }
            boolean stop = Params.index(STOPS, "beam_stop", beamStop) == 0;
            return new Sample(scan, scan, detector, counts, seed, 0, strain, drift, ellipticity / 100, speckle, grain, stop ? 1 : 0,
                    kind, symmetry, diameter, fraction / 100, amplitude, thickness, field, frames);
        }
    }

    @Override
    public void run(String arg) {
        Command.run(NAME, () -> {
            boolean byHand = Params.isInteractive();
            Settings settings = new Settings();
            Params params = settings.params();
            if (!params.show()) {
                return;
            }
            settings.read(params);
            ImagePlus[] images = compute(settings);
            if (clusters(settings)) {
                Output.show(clusterTable(settings), TITLE + "-Truth clusters");
            }
            for (int i = images.length - 1; i >= 0; i--) { // the dataset last: it becomes the current image
                Output.show(images[i]);
            }
            if (byHand && !settings.sample.equals(SAMPLES[3])) {
                ExploreButton.addTo(images[0]);
            }
        });
    }

    /**
     * Makes the sample without showing it.
     *
     * @return sample-glass, sample-glass-Truth (slices as NAME-Strain; with clusters as NAME-Symmetry), sample-glass-Truth ring (as NAME-Ring); a magnetic
     *         one sample-glass-Truth induction (as NAME-Induction) too; dynamics: sample-glass, a time series, and sample-glass-Truth (as NAME-Dynamics)
     * @throws VitroException if a value is out of its range
     */
    public static ImagePlus[] compute(Settings settings) throws IOException {
        Sample sample = settings.sample();
        if (settings.sample.equals(SAMPLES[3])) {
            return told(settings, timeSeries(sample), dynamics(sample));
        }
        int x = sample.scanX();
        int y = sample.scanY();
        double step = sample.scanStepNm();
        List<ImagePlus> images = new ArrayList<>();
        images.add(dataset(sample));
        images.add(clusters(settings) ? Output.maps(TITLE + "-Truth", x, y, step, ORDERS, sample.symmetry())
                : Output.strain(TITLE + "-Truth", x, y, step, sample.strain()));
        images.add(Output.ring(TITLE + "-Truth ring", x, y, step, sample.ring()));
        if (settings.sample.equals(SAMPLES[2])) {
            images.add(Output.maps(TITLE + "-Truth induction", x, y, step, Arrays.copyOf(LorentzMap.SLICES, 4), sample.induction()));
        }
        return told(settings, images.toArray(new ImagePlus[0]));
    }

    private static ImagePlus[] told(Settings settings, ImagePlus... images) {
        for (ImagePlus image : images) {
            Output.info(image, settings.params().commandLine(), "none (simulated)");
        }
        return images;
    }

    private static boolean clusters(Settings settings) {
        return settings.sample.equals(SAMPLES[1]);
    }

    /** The clusters: X, Y (nm, as ImageJ measures on the maps), diameter, n, direction of the pattern; no rows where there are none. */
    public static ResultsTable clusterTable(Settings settings) {
        double[] numbers = settings.sample().clusters();
        ResultsTable table = new ResultsTable();
        for (int i = 0; i < numbers.length; i += Native.CLUSTER_FIELDS) {
            table.incrementCounter();
            table.addValue("X (nm)", numbers[i]);
            table.addValue("Y (nm)", numbers[i + 1]);
            table.addValue("Diameter (nm)", numbers[i + 2]);
            table.addValue("n", numbers[i + 3]);
            table.addValue("Direction (deg)", numbers[i + 4]);
        }
        return table;
    }

    private static ImagePlus dataset(Sample sample) throws IOException {
        ImagePlus image = new ImagePlus(TITLE, fits(sample) ? inMemory(sample) : new LayoutStack(sample));
        Dataset.setScan(image, sample.scanX(), sample.scanY());
        Dataset dataset = Dataset.of(image);
        dataset.set(Dataset.VOLTAGE, sample.voltage());
        dataset.set(Dataset.Q_PER_PX, sample.qPerPx());
        dataset.set(Dataset.SCAN_STEP, sample.scanStepNm());
        image.setDisplayRange(0, Math.max(1, 2.2 * amplitude(sample)));
        return image;
    }

    /** Images, T = time. */
    private static ImagePlus timeSeries(Sample sample) throws IOException {
        int positions = (int) sample.frames();
        short[][] pixels = new short[sample.times()][positions];
        Runner.each(positions, SERIES, NAME, (first, n) -> {
            ByteBuffer buffer = ByteBuffer.allocateDirect(2 * n * pixels.length).order(ByteOrder.nativeOrder());
            sample.series(first, n, buffer);
            for (short[] frame : pixels) {
                buffer.asShortBuffer().get(frame, (int) first, n);
                buffer.position(buffer.position() + 2 * n);
            }
        });
        ImageStack stack = new ImageStack(sample.scanX(), sample.scanY());
        for (short[] frame : pixels) {
            stack.addSlice(null, frame);
        }
        ImagePlus image = new ImagePlus(TITLE, stack);
        image.setDimensions(1, 1, pixels.length);
        image.getCalibration().pixelWidth = image.getCalibration().pixelHeight = sample.scanStepNm();
        image.getCalibration().setUnit("nm");
        image.getCalibration().frameInterval = sample.interval();
        image.getCalibration().setTimeUnit("sec");
        image.resetDisplayRange();
        return image;
    }

    /** Residual and errors of a truth are 0. */
    private static ImagePlus dynamics(Sample sample) {
        MapSlice[] slices = DynamicsMap.slices("s");
        return Output.maps(TITLE + "-Truth", sample.scanX(), sample.scanY(), sample.scanStepNm(), slices,
                Arrays.copyOf(sample.dynamics(), slices.length * (int) sample.frames()));
    }

    /** Half of the heap that is free is for the patterns; those of a larger scan are made when they are asked for. */
    private static boolean fits(Sample sample) {
        Runtime java = Runtime.getRuntime();
        long free = java.maxMemory() - java.totalMemory() + java.freeMemory();
        return sample.frames() * sample.bytesPerFrame() < free / 2;
    }

    private static ImageStack inMemory(Sample sample) throws IOException {
        short[][] pixels = new short[(int) sample.frames()][];
        int chunk = Math.max(1, Math.min(Runner.GROUP, CHUNK_PIXELS / (sample.width() * sample.height())));
        ThreadLocal<ByteBuffer> buffers = ThreadLocal.withInitial(
                () -> ByteBuffer.allocateDirect((int) (chunk * sample.bytesPerFrame())).order(ByteOrder.nativeOrder()));
        Runner.each(sample.frames(), chunk, NAME, (first, n) -> {
            ByteBuffer buffer = buffers.get();
            sample.read(first, n, buffer);
            buffer.rewind();
            for (int i = 0; i < n; i++) {
                short[] frame = new short[sample.width() * sample.height()];
                buffer.asShortBuffer().get(frame);
                buffer.position((int) ((i + 1) * sample.bytesPerFrame()));
                pixels[(int) first + i] = frame;
            }
        });
        ImageStack stack = new ImageStack(sample.width(), sample.height());
        for (short[] frame : pixels) {
            stack.addSlice(null, frame);
        }
        return stack;
    }

    /** Of the ring in the middle of the scan, counts. */
    private static double amplitude(Sample sample) {
        float[] ring = sample.ring();
        int slice = ring.length / Native.RING_SLICES;
        return ring[5 * slice + slice / 2];
    }
}
