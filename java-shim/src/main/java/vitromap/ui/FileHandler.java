/* SPDX-License-Identifier: GPL-3.0-or-later */
package vitromap.ui;

import ij.CommandListener;
import ij.Executer;
import ij.IJ;
import ij.Macro;
import ij.io.OpenDialog;
import ij.io.Opener;
import ij.plugin.DragAndDrop;
import ij.plugin.frame.Recorder;
import java.awt.GraphicsEnvironment;
import java.io.File;
import vitromap.io.Formats;

/**
 * Files dropped on ImageJ's window, or chosen by File > Open, that hold patterns go to 4D-STEM Open...; all others go their usual way. ImageJ runs no
 * plugin when it starts, so this holds from the first 4D-STEM command of a session on, or from a macro's
 * {@code call("vitromap.ui.FileHandler.install")}.
 */
public final class FileHandler extends DragAndDrop implements CommandListener {
    private static final String OPEN = "Open...";
    private static boolean installed;

    private FileHandler() {
    }

    /** Once in a session, and only where there is ImageJ's window. */
    public static synchronized void install() {
        if (!installed && !GraphicsEnvironment.isHeadless() && IJ.getInstance() != null) {
            installed = true;
            FileHandler handler = new FileHandler();
            handler.run(""); // ImageJ's own way: the window has a new target
            Executer.addCommandListener(handler);
        }
    }

    /** A dropped file. */
    @Override
    public void openFile(File file) {
        if (file != null && file.isFile() && Formats.isRecording(file)) {
            open(file.getPath());
        } else {
            super.openFile(file);
        }
    }

    /** File > Open by hand; in a macro it stays what it is. */
    @Override
    public String commandExecuting(String command) {
        if (!OPEN.equals(command) || Macro.getOptions() != null || IJ.macroRunning()) {
            return command;
        }
        Thread thread = new Thread(FileHandler::choose, "Run$_" + OPEN); // ImageJ holds a lock here
        thread.start();
        return null;
    }

    private static void choose() {
        OpenDialog dialog = new OpenDialog("Open", "");
        String path = dialog.getFileName() == null ? null : dialog.getDirectory() + dialog.getFileName();
        if (path == null) {
            return;
        }
        if (Formats.isRecording(new File(path))) {
            open(path);
        } else {
            Recorder.recordOpen(path);
            new Opener().openAndAddToRecent(path);
        }
    }

    private static void open(String path) {
        IJ.runPlugIn("vitromap.commands.Open", path);
    }
}
