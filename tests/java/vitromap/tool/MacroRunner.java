// SPDX-License-Identifier: GPL-3.0-or-later
package vitromap.tool;

import ij.IJ;
import ij.ImageJ;
import java.awt.Component;
import java.awt.Container;
import java.awt.Dialog;
import java.awt.Label;
import java.awt.TextComponent;
import java.awt.Window;
import java.lang.reflect.Field;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Paths;
import javax.swing.JLabel;
import javax.swing.text.JTextComponent;

/**
 * Runs a macro in a real ImageJ and tells how it ended: {@code MacroRunner PLUGINS_FOLDER MACRO [ARG]}. The log goes to standard
 * output, what went wrong to standard error.
 * <p>
 * Exit status: 0 = it ran to its end; 1 = it stopped before; 2 = wrong use; 3 = a modal window came up (an error, or a dialog
 * whose values the macro does not give) or a command threw; 4 = it took longer than -Dvitromap.limit=SECONDS (600).
 * While the system property vitromap.driven is true a test answers the windows, see DialogDriver.
 * With -Dvitromap.stay=true ImageJ shows its window and stays open, and modal windows are left to the user.
 */
public final class MacroRunner {

    private static final int STOPPED = 1, USAGE = 2, DIALOG = 3, LATE = 4;
    private static final int POLL_MS = 150;
    private static final boolean STAY = Boolean.getBoolean("vitromap.stay");

    private MacroRunner() {
    }

    public static void main(String[] args) throws Exception {
        if (args.length < 2) {
            System.err.println("Use: MacroRunner PLUGINS_FOLDER MACRO [ARG]");
            Runtime.getRuntime().halt(USAGE);
        }
        String macro = new String(Files.readAllBytes(Paths.get(args[1])), StandardCharsets.UTF_8);
        System.setProperty("plugins.dir", args[0]);
        new ImageJ(STAY ? ImageJ.STANDALONE : ImageJ.NO_SHOW).exitWhenQuitting(true);
        IJ.setExceptionHandler(MacroRunner::threw);
        watch(Thread.currentThread());
        String result = IJ.runMacro(macro, args.length > 2 ? args[2] : "");
        if ("[aborted]".equals(result)) end(STOPPED, args[1] + " stopped before its end.");
        if (!STAY) end(0, args[1] + " ran to its end.");
        printLog();
        System.out.println(args[1] + " ran to its end. ImageJ stays open.");
    }

    private static void threw(Throwable e) {
        e.printStackTrace();
        end(DIALOG, "A command threw: " + e);
    }

    /** Watches for modal windows and for the time limit. */
    private static void watch(Thread macro) {
        long limit = System.nanoTime() + Long.getLong("vitromap.limit", 600) * 1_000_000_000L;
        Thread watcher = new Thread(() -> {
            int seen = 0;
            while (true) {
                Dialog dialog = modal();
                seen = dialog == null || Boolean.getBoolean("vitromap.driven") ? 0 : seen + 1;
                if (seen == 3) end(DIALOG, "ImageJ waits at \"" + dialog.getTitle() + "\":\n" + text(dialog));
                if (System.nanoTime() > limit) {
                    for (StackTraceElement e : macro.getStackTrace()) System.err.println("    at " + e);
                    end(LATE, "The time limit is over.");
                }
                IJ.wait(POLL_MS);
            }
        }, "macro watcher");
        watcher.setDaemon(true);
        if (!STAY) watcher.start();
    }

    private static Dialog modal() {
        for (Window w : Window.getWindows())
            if (w instanceof Dialog && w.isShowing() && ((Dialog) w).isModal()) return (Dialog) w;
        return null;
    }

    /** All the text in a window, line by line. */
    private static String text(Component c) {
        StringBuilder out = new StringBuilder();
        if (c instanceof Label) out.append(((Label) c).getText()).append('\n');
        else if (c instanceof TextComponent) out.append(((TextComponent) c).getText()).append('\n');
        else if (c instanceof JLabel) out.append(((JLabel) c).getText()).append('\n');
        else if (c instanceof JTextComponent) out.append(((JTextComponent) c).getText()).append('\n');
        else if (c instanceof ij.gui.MultiLineLabel) out.append(lines(c));
        if (c instanceof Container)
            for (Component child : ((Container) c).getComponents()) out.append(text(child));
        return out.toString();
    }

    /** ImageJ's label keeps its text to itself. */
    private static String lines(Component label) {
        try {
            Field field = ij.gui.MultiLineLabel.class.getDeclaredField("lines");
            field.setAccessible(true);
            return String.join("\n", (String[]) field.get(label)) + "\n";
        } catch (ReflectiveOperationException e) {
            return label + "\n";
        }
    }

    private static void printLog() {
        String log = IJ.getLog();
        if (log != null) System.out.print(log);
        System.out.flush();
    }

    private static void end(int status, String message) {
        printLog();
        (status == 0 ? System.out : System.err).println(message);
        System.err.flush();
        System.out.flush();
        Runtime.getRuntime().halt(status);
    }
}
