/* SPDX-License-Identifier: GPL-3.0-or-later */
package vitromap.commands;

import ij.IJ;
import ij.ImagePlus;
import java.io.File;
import java.io.IOException;
import java.util.Locale;
import java.util.function.Consumer;
import vitromap.engine.Cancelled;
import vitromap.engine.FrameSource;
import vitromap.engine.SubsetSource;
import vitromap.engine.VitroException;
import vitromap.io.GrowingFile;
import vitromap.io.LayoutStack;
import vitromap.io.Recording;
import vitromap.ui.Output;
import vitromap.ui.Params;

/** A scan that is mapped while its file is being written, to its end or as far as it comes. */
final class GrowingScan {
    private static final int POLL_MS = 50;
    /** A file that is ahead is mapped in about so many steps, for the eye. */
    private static final int STEPS = 64;

    /** Where the maps are seen. */
    interface Viewer {
        void show(ImagePlus[] maps);

        /** False ends it. */
        boolean isOpen();
    }

    private final Watch.Settings settings;
    private final File path;
    private final MapCommand command;
    private final Viewer viewer;
    private final Consumer<String> log;
    private Recording recording;
    private PartMaps parts;
    private ImagePlus[] maps;
    /** Patterns that are mapped, and those on which was measured what the maps need. */
    private long done;
    private long begun;
    /** Why no map could be begun yet, and with how many patterns. */
    private VitroException failure;
    private long failedWith;

    /** @throws VitroException if the settings are not right */
    GrowingScan(Watch.Settings settings, Viewer viewer, Consumer<String> log) {
        this.settings = settings;
        this.path = new File(settings.path);
        this.command = MapCommand.of(settings.command);
        this.viewer = viewer;
        this.log = log;
        if (!(settings.interval > 0 && settings.patience > 0 && settings.interval + settings.patience < Double.POSITIVE_INFINITY)) {
            throw new VitroException(VitroException.ARGUMENT, "Interval and patience are seconds, more than 0; not " + Params.format(settings.interval) + " and "
                    + Params.format(settings.patience) + ".");
        }
    }

    /**
     * Maps until the last pattern has come, or nothing comes any more, or the user has enough.
     *
     * @return the command's maps; NaN where no pattern came
     * @throws IOException if the file shrinks, is replaced or goes away, or is none that can be watched; what was mapped stays shown
     * @throws Cancelled if the user had enough before there was a map
     */
    ImagePlus[] run() throws IOException {
        try (GrowingFile file = new GrowingFile(path, settings.file)) {
            String end = follow(file);
            end = end == null ? complete() : end;
            if (end != null && maps == null) {
                throw new Cancelled();
            } else if (end != null) {
                keep(end);
            }
        } catch (IOException | VitroException e) {
            if (maps != null) {
                keep(e.getMessage());
            }
            throw e;
        } finally {
            if (parts != null) {
                parts.close();
            }
            IJ.showProgress(1.0);
            IJ.showStatus("");
        }
        return maps;
    }

    /** Until all patterns are there: null; else why it ended before. */
    private String follow(GrowingFile file) throws IOException {
        while (true) {
            recording = file.look();
            long ready = recording == null ? 0 : recording.source.ready();
            if (ready > 0 && ready == recording.source.frames()) {
                return null;
            }
            boolean waited = file.idle() > settings.patience;
            String end = null;
            try {
                end = advance(ready, waited) ? stopped() : waited ? tooLong(file) : pause(file);
            } catch (Cancelled e) {
                end = "ESC was pressed";
            }
            if (end != null) {
                return end;
            }
        }
    }

    /** Maps a piece of what is there; false if there is nothing to do. */
    private boolean advance(long ready, boolean waited) throws IOException {
        if (parts == null && ready > failedWith && (ready >= recording.scanX || waited)) {
            try {
                begin(ready);
            } catch (VitroException e) {
                if (e.code != VitroException.DATA) {
                    throw e;
                }
                failure = e; // a scan may begin in a hole: more patterns may do
                failedWith = ready;
            }
        }
        if (parts == null || ready <= done) {
            return false;
        }
        FrameSource source = recording.source;
        long to = Math.min(ready, done + Math.max(recording.scanX, source.frames() / STEPS));
        parts.add(SubsetSource.range(source, done, to), done);
        done = to;
        show(parts.maps());
        return true;
    }

    private void begin(long ready) throws IOException {
        PartMaps before = parts;
        parts = command.begin(dataset());
        begun = ready;
        if (before != null) {
            before.close();
        }
    }

    /** Nothing more will come: what the maps need is measured on all that did. */
    private void again() throws IOException {
        if (begun < done) {
            begin(done);
            parts.add(SubsetSource.range(recording.source, 0, done), 0);
            show(parts.maps());
        }
    }

    private ImagePlus dataset() {
        return Open.image(path, recording, new LayoutStack(recording.source));
    }

    private void show(ImagePlus[] now) {
        maps = now;
        viewer.show(now);
    }

    /** The whole scan by the command itself: the maps are those of the finished file. Null, or why it was not done. */
    private String complete() throws IOException {
        try {
            ImagePlus[] whole = command.compute(dataset(), log);
            done = recording.source.frames();
            show(whole);
            recording.notes.forEach(note -> log.accept(path.getName() + ": " + note));
            tell("all " + done + " patterns came");
            return null;
        } catch (Cancelled e) {
            return "ESC was pressed before the maps of the whole scan were ready";
        }
    }

    /** What there is when it ended before the scan did. */
    private void keep(String why) {
        String text = String.format(Locale.US, "%d of %d patterns are mapped%s: %s", done, recording.source.frames(),
                begun < done ? ", what had to be measured comes from the first " + begun : "", why);
        tell(text);
        for (ImagePlus map : maps) {
            Output.info(map, settings.params().commandLine(), path.getPath(), text + "\n");
        }
        viewer.show(maps);
    }

    private void tell(String text) {
        log.accept(Watch.NAME + " '" + path.getName() + "': " + text);
    }

    private String stopped() {
        if (IJ.escapePressed() || Thread.interrupted()) {
            IJ.resetEscape();
            return "ESC was pressed";
        }
        return viewer.isOpen() ? null : "the map's window was closed";
    }

    private String tooLong(GrowingFile file) throws IOException {
        String wait = path.getName() + " has not grown for " + Params.format(settings.patience) + " s";
        wait += file.obstacle().isEmpty() ? "" : " and cannot be read: " + file.obstacle();
        if (recording == null) {
            throw new IOException(wait);
        } else if (parts == null && failure != null) {
            throw new VitroException(failure.code, wait + ", and its " + failedWith + " patterns give no map: " + failure.getMessage());
        } else if (parts == null) {
            throw new IOException(wait + " and holds no whole pattern");
        }
        again();
        return wait;
    }

    private String pause(GrowingFile file) {
        String state = recording == null ? "waiting for " + path.getName() + ": " + file.obstacle()
                : String.format(Locale.US, "%,d of %,d patterns, waiting for more", recording.source.ready(), recording.source.frames());
        IJ.showStatus("Watch: " + state);
        if (recording != null) {
            IJ.showProgress((double) done / recording.source.frames());
        }
        long end = System.nanoTime() + (long) (1e9 * settings.interval);
        String stop = stopped();
        for (long left = end - System.nanoTime(); stop == null && left > 0; left = end - System.nanoTime()) {
            IJ.wait((int) Math.min(POLL_MS, left / 1_000_000 + 1));
            stop = stopped();
        }
        return stop;
    }
}
