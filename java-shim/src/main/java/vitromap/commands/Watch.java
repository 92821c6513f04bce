/* SPDX-License-Identifier: GPL-3.0-or-later */
package vitromap.commands;

import ij.IJ;
import ij.ImagePlus;
import ij.macro.Interpreter;
import ij.plugin.PlugIn;
import java.awt.EventQueue;
import java.awt.GraphicsEnvironment;
import java.io.IOException;
import java.lang.reflect.InvocationTargetException;
import java.util.function.Consumer;
import vitromap.engine.VitroException;
import vitromap.io.OpenOptions;
import vitromap.ui.Command;
import vitromap.ui.Output;
import vitromap.ui.Params;

/** 4D-STEM Watch...: a map of a file that is still being written, which fills in as the scan goes on. */
public final class Watch implements PlugIn {
    public static final String NAME = "4D-STEM Watch...";

    /** The command's keys with their defaults. */
    public static final class Settings {
        public String path = "";
        /** A virtual image's or a strain map's macro line. */
        public String command = VirtualImages.NAME;
        /** Seconds between two looks at the file. */
        public double interval = 2;
        /** Seconds without growth after which nothing more is expected. */
        public double patience = 60;
        /** Scan shape, and how a plain raw file is to be read. */
        public OpenOptions file = new OpenOptions();

        Params params() {
            Params params = new Params(NAME, "watch.md")
                    .line("Path", path)
                    .line("Command (with its keys)", command)
                    .number("Interval", interval, "s")
                    .number("Patience", patience, "s");
            return Open.addRaw(Open.addScan(params, file), file);
        }

        void read(Params p) {
            path = p.getText("path");
            command = p.getText("command");
            interval = p.getNumber("interval");
            patience = p.getNumber("patience");
            file = Open.read(p);
        }
    }

    /** @param arg a file that was chosen elsewhere; empty = ask */
    @Override
    public void run(String arg) {
        Command.run(NAME, () -> {
            Settings settings = new Settings();
            settings.path = !arg.isEmpty() ? arg : Params.isInteractive() ? Open.choose("Watch a 4D-STEM dataset") : "";
            if (settings.path == null) {
                return;
            }
            Params params = settings.params();
            if (params.show()) {
                Open.file(params);
                settings.read(params);
                Windows windows = new Windows();
                new GrowingScan(settings, windows, IJ::log).run();
                windows.makeCurrent();
            }
        });
    }

    /**
     * Watches a file without showing anything.
     *
     * @param log told what had to be measured, and how it ended
     * @return the command's maps, NaN where no pattern came
     * @throws VitroException if the file or the settings do not allow it
     */
    public static ImagePlus[] compute(Settings settings, Consumer<String> log) throws IOException {
        return new GrowingScan(settings, new GrowingScan.Viewer() {
            @Override
            public void show(ImagePlus[] maps) {
                // the caller gets the last ones
            }

            @Override
            public boolean isOpen() {
                return true;
            }
        }, log).run();
    }

    /** The maps' windows: opened once, then filled. */
    private static final class Windows implements GrowingScan.Viewer {
        private final boolean visible = !GraphicsEnvironment.isHeadless() && !Interpreter.isBatchMode();
        private ImagePlus[] shown;

        @Override
        public void show(ImagePlus[] maps) {
            if (shown == null) {
                shown = maps;
                for (ImagePlus map : maps) {
                    Output.show(map);
                }
                return;
            }
            try {
                EventQueue.invokeAndWait(() -> refresh(maps)); // none is closed meanwhile
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            } catch (InvocationTargetException e) {
                throw new IllegalStateException(e.getCause());
            }
        }

        private void refresh(ImagePlus[] maps) {
            for (int i = 0; i < maps.length; i++) {
                if (!visible || shown[i].getWindow() != null) {
                    Output.refresh(shown[i], maps[i]);
                }
            }
        }

        @Override
        public boolean isOpen() {
            return !visible || shown == null || shown[0].getWindow() != null;
        }

        /** The last, as after the command itself. */
        void makeCurrent() {
            if (shown != null) {
                Output.makeCurrent(shown[shown.length - 1]);
            }
        }
    }
}
