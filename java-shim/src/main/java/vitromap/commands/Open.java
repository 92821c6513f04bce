/* SPDX-License-Identifier: GPL-3.0-or-later */
package vitromap.commands;

import ij.IJ;
import ij.ImagePlus;
import ij.ImageStack;
import ij.io.OpenDialog;
import ij.plugin.PlugIn;
import java.awt.FileDialog;
import java.io.File;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import vitromap.engine.Dataset;
import vitromap.engine.FrameSource;
import vitromap.engine.Runner;
import vitromap.engine.VitroException;
import vitromap.io.FileRelease;
import vitromap.io.Formats;
import vitromap.io.LayoutStack;
import vitromap.io.OpenOptions;
import vitromap.io.Recording;
import vitromap.io.Survey;
import vitromap.ui.Command;
import vitromap.ui.FileChoices;
import vitromap.ui.Output;
import vitromap.ui.Params;
import vitromap.ui.explorer.ExploreButton;

/** 4D-STEM Open...: a file of patterns as a hyperstack, width kx, height ky, Z = scan columns, T = scan rows; virtual by default. */
public final class Open implements PlugIn {
    private static final String NAME = "4D-STEM Open...";
    private static final double DISPLAYED = 0.999;
    private static final int DISPLAY_PIXELS = 1 << 18;

    @Override
    public void run(String arg) {
        Command.run(NAME, () -> show(arg));
    }

    /** @param given a file that was dropped or chosen elsewhere: no dialog if it leaves nothing to ask; empty = ask */
    private static void show(String given) throws IOException {
        boolean byHand = Params.isInteractive();
        boolean dropped = byHand && given != null && !given.isEmpty();
        String chosen = dropped ? given : byHand ? choose("Open a 4D-STEM dataset") : "";
        if (chosen == null) {
            return;
        }
        Params params = params(chosen);
        Survey survey = byHand ? survey(new File(chosen)) : null;
        if (survey != null) {
            params.preview(dialog -> FileChoices.add(dialog, new File(chosen), survey), p -> true);
        }
        boolean clear = dropped && survey != null && survey.isClear();
        if (!clear && !params.show()) {
            return;
        }
        ImagePlus image = open(file(params), options(params));
        Output.info(image, params.commandLine(), params.getText("path"));
        Output.show(image);
        if (byHand) {
            ExploreButton.addTo(image);
        }
    }

    static File file(Params params) {
        if (params.getText("path").isEmpty()) {
            throw new VitroException(VitroException.ARGUMENT, "No file was given (key 'path').");
        }
        return new File(params.getText("path"));
    }

    /** null = not of a known format: the numbers of a plain raw file are needed first, or it will be said what is wrong. */
    private static Survey survey(File file) {
        try {
            return Survey.of(file, new OpenOptions());
        } catch (IOException | VitroException e) {
            return null;
        }
    }

    /** ImageJ's own dialog would write itself into a recorded macro. null = cancelled. */
    static String choose(String title) {
        FileDialog dialog = new FileDialog(IJ.getInstance(), title, FileDialog.LOAD);
        dialog.setDirectory(OpenDialog.getDefaultDirectory());
        dialog.setVisible(true);
        if (dialog.getFile() == null) {
            return null;
        }
        OpenDialog.setDefaultDirectory(dialog.getDirectory());
        return dialog.getDirectory() + dialog.getFile();
    }

    private static Params params(String path) {
        OpenOptions options = new OpenOptions();
        Params params = addScan(new Params(NAME, "formats.md").text("Path", path), options);
        return addRaw(params.text("Dataset (HDF5, empty = find)", ""), options).flag("In_memory", false);
    }

    /** The keys of the scan shape. */
    static Params addScan(Params params, OpenOptions options) {
        return params.number("Scan_x (0 = as in the file)", options.scanX, "columns")
                .number("Scan_y (0 = as in the file)", options.scanY, "rows")
                .number("Flyback (after each row, left out)", options.flyback, "patterns")
                .number("Skip (before the scan, left out)", options.skip, "patterns");
    }

    /** The keys of plain raw files. */
    static Params addRaw(Params params, OpenOptions options) {
        return params.number("Detector_x (plain raw only)", options.detectorX, "px")
                .number("Detector_y (plain raw only)", options.detectorY, "px")
                .choice("Type (plain raw only)", OpenOptions.TYPES, options.type)
                .flag("Little_endian (plain raw only)", options.littleEndian)
                .number("Offset (plain raw only)", options.offset, "bytes")
                .number("Gap (plain raw only)", options.gap, "bytes");
    }

    /** What {@link #addScan} and {@link #addRaw} ask for. */
    static OpenOptions read(Params params) {
        OpenOptions options = new OpenOptions();
        options.scanX = params.getInt("scan_x");
        options.scanY = params.getInt("scan_y");
        options.flyback = params.getInt("flyback");
        options.skip = params.getInt("skip");
        options.detectorX = params.getInt("detector_x");
        options.detectorY = params.getInt("detector_y");
        options.type = params.getText("type");
        options.littleEndian = params.getFlag("little_endian");
        options.offset = whole(params, "offset");
        options.gap = whole(params, "gap");
        return options;
    }

    private static OpenOptions options(Params params) {
        OpenOptions options = read(params);
        options.dataset = params.getText("dataset");
        options.inMemory = params.getFlag("in_memory");
        return options;
    }

    /** A number of bytes: it may be larger than an int. */
    private static long whole(Params params, String key) {
        double value = params.getNumber(key);
        if (value != Math.rint(value) || Math.abs(value) > 1L << 53) {
            throw new VitroException(VitroException.ARGUMENT, "The value " + Params.format(value) + " of '" + key + "' must be a whole number of bytes.");
        }
        return (long) value;
    }

    /**
     * Opens a file without showing it; what the user should know goes to the log.
     *
     * @return the hyperstack with the properties of {@link Dataset} that the file knows; its title is the file's name
     * @throws IOException if the file cannot be read
     * @throws VitroException if its header cannot be right
     */
    public static ImagePlus open(File file, OpenOptions options) throws IOException {
        Recording recording = Formats.open(file, options);
        boolean opened = false;
        try {
            ImagePlus image = image(file, recording, options.inMemory ? load(recording.source) : new LayoutStack(recording.source));
            display(image, recording.source, recording.slow);
            if (!options.inMemory) {
                FileRelease.whenClosed(image, recording.source);
            }
            opened = true;
            recording.notes.forEach(note -> IJ.log(file.getName() + ": " + note));
            return image;
        } finally {
            if (!opened || options.inMemory) {
                recording.source.close();
            }
        }
    }

    /** The hyperstack of a recording with what its file knows. */
    static ImagePlus image(File file, Recording recording, ImageStack stack) {
        ImagePlus image = new ImagePlus(file.getName(), stack);
        if (recording.properties != null) {
            image.setProperties(recording.properties);
        }
        Dataset.setScan(image, recording.scanX, recording.scanY);
        recording.values.forEach((key, value) -> image.setProp(key, value));
        return image;
    }

    private static ImageStack load(FrameSource source) throws IOException {
        long bytes = source.frames() * source.bytesPerFrame();
        System.gc();
        Runtime java = Runtime.getRuntime();
        long free = java.maxMemory() - java.totalMemory() + java.freeMemory();
        if (bytes > 0.9 * free) {
            throw new VitroException(VitroException.MEMORY, "The dataset needs " + (bytes >> 20) + " MB of memory and Java has " + (free >> 20)
                    + " MB left. Open it without in_memory, or raise Edit > Options > Memory & Threads.");
        }
        Object[] pixels = new Object[(int) source.frames()];
        int chunk = (int) Math.max(1, Math.min(256, (4 << 20) / source.bytesPerFrame()));
        Runner.each(source.frames(), chunk, "Loading", (first, n) -> {
            ByteBuffer buffer = ByteBuffer.allocateDirect((int) (n * source.bytesPerFrame())).order(ByteOrder.nativeOrder());
            source.read(first, n, buffer);
            for (int i = 0; i < n; i++) {
                pixels[(int) first + i] = LayoutStack.pixels(source, buffer, i);
            }
        });
        ImageStack stack = new ImageStack(source.width(), source.height());
        for (Object frame : pixels) {
            stack.addSlice(null, frame);
        }
        return stack;
    }

    /**
     * Display range from the first, the middle and the last pattern, without the brightest pixels: the direct beam hides everything
     * else. Reading the last one also tells at once whether the file is whole.
     *
     * @param slow only the first is looked at
     */
    private static void display(ImagePlus image, FrameSource source, boolean slow) throws IOException {
        int pixels = source.width() * source.height();
        int step = Math.max(1, pixels / DISPLAY_PIXELS) | 1; // odd: not all from the same columns
        float[] values = new float[3 * (pixels / step + 1)];
        int n = 0;
        ByteBuffer buffer = ByteBuffer.allocateDirect((int) source.bytesPerFrame()).order(ByteOrder.nativeOrder());
        for (long frame : slow ? new long[] {0} : new long[] {0, source.frames() / 2, source.frames() - 1}) {
            buffer.clear();
            source.read(frame, 1, buffer);
            for (int i = 0; i < pixels; i += step) {
                float value = source.type() == FrameSource.U8 ? buffer.get(i) & 0xff
                        : source.type() == FrameSource.U16 ? buffer.getShort(2 * i) & 0xffff : buffer.getFloat(4 * i);
                if (!Float.isNaN(value) && !Float.isInfinite(value)) {
                    values[n++] = value;
                }
            }
        }
        if (n > 0) {
            java.util.Arrays.sort(values, 0, n);
            double low = values[0];
            double high = values[(int) (DISPLAYED * (n - 1))];
            image.setDisplayRange(low, high > low ? high : Math.max(values[n - 1], low + 1));
        }
    }
}
