// SPDX-License-Identifier: GPL-3.0-or-later
package vitromap.tool;

import ij.IJ;
import ij.ImagePlus;
import ij.WindowManager;
import ij.gui.GenericDialog;
import ij.plugin.frame.Recorder;
import java.awt.EventQueue;
import java.io.File;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;

/** What goes on beside a macro of the tests that watches a file: a microscope that writes it, a user who closes it. */
public final class SlowFile {
    private static final int LIMIT_MS = 60_000;

    private SlowFile() {
    }

    /**
     * Copies a file piece by piece, from a thread of its own; one that is there is begun anew.
     *
     * @param ms between two pieces
     * @param stop bytes after which it stops; 0 = all
     * @param close title of an image whose window is closed then; empty = none
     */
    public static String write(String from, String to, String piece, String ms, String stop, String close) throws IOException {
        byte[] bytes = Files.readAllBytes(new File(from).toPath());
        int end = stop.equals("0") ? bytes.length : Integer.parseInt(stop);
        Files.write(new File(to).toPath(), new byte[0]);
        Thread writer = new Thread(() -> {
            try (RandomAccessFile out = new RandomAccessFile(to, "rw")) {
                for (int at = 0; at < end; at += Integer.parseInt(piece)) {
                    out.write(bytes, at, Math.min(Integer.parseInt(piece), end - at));
                    IJ.wait(Integer.parseInt(ms));
                }
            } catch (IOException e) {
                throw new IllegalStateException(e);
            }
            if (!close.isEmpty()) {
                close(close);
            }
        }, "Microscope");
        writer.setDaemon(true);
        writer.start();
        return "" + end;
    }

    private static void close(String title) {
        for (int ms = 0; ms < LIMIT_MS; ms += 20) {
            ImagePlus image = WindowManager.getImage(title);
            if (image != null && image.getWindow() != null) {
                IJ.wait(500); // as a user, who sees it first: ImageJ is not done with showing it yet
                EventQueue.invokeLater(() -> image.getWindow().close());
                return;
            }
            IJ.wait(20);
        }
    }

    /**
     * Starts 4D-STEM Watch... for a file that was chosen, as {@link DialogDriver#record} does for other commands: ImageJ's own dialog for files
     * cannot be driven.
     *
     * @return what ImageJ's recorder writes
     */
    public static String watch(String path, String fields, String picture) throws Exception {
        if (Recorder.getInstance() == null) {
            new Recorder(false);
        }
        System.setProperty("vitromap.driven", "true");
        StringBuilder options = new StringBuilder();
        Thread user = new Thread(() -> {
            Recorder.setCommand("4D-STEM Watch...");
            IJ.runPlugIn("vitromap.commands.Watch", path);
            options.append(Recorder.getCommandOptions());
        }, "4D-STEM Watch...");
        user.start();
        GenericDialog dialog = DialogDriver.await();
        EventQueue.invokeAndWait(() -> DialogDriver.fill(dialog, fields));
        if (!picture.isEmpty()) {
            IJ.wait(1000);
            DialogDriver.picture(picture);
        }
        EventQueue.invokeLater(() -> DialogDriver.press(dialog, "OK"));
        user.join(LIMIT_MS);
        System.setProperty("vitromap.driven", "false");
        return "run(\"4D-STEM Watch...\", \"" + options.toString().trim() + "\");";
    }
}
