/* SPDX-License-Identifier: GPL-3.0-or-later */
package vitromap.ui;

import ij.IJ;
import ij.Macro;
import java.io.IOException;
import vitromap.engine.Cancelled;
import vitromap.engine.NativeLoader;
import vitromap.engine.VitroException;

/** The one place where a command's failure becomes one clear message; from a macro it ends the macro. */
public final class Command {
    /** What a command does after its name is known. */
    public interface Body {
        void run() throws IOException;
    }

    private Command() {
    }

    /** @param name the command's name, the title of its messages */
    public static void run(String name, Body body) {
        IJ.resetEscape();
        try {
            NativeLoader.load();
            FileHandler.install();
            body.run();
        } catch (Cancelled e) {
            IJ.showStatus(name + " cancelled");
            Macro.abort();
        } catch (VitroException | IOException e) {
            fail(name, message(e));
        } catch (OutOfMemoryError e) {
            fail(name, "Not enough memory for Java: " + e.getMessage() + ". Open the dataset virtually, or raise Edit > Options > Memory & Threads.");
        }
    }

    private static String message(Exception e) {
        String text = e.getMessage();
        return text == null || text.isEmpty() ? e.getClass().getSimpleName() : text;
    }

    private static void fail(String name, String text) {
        IJ.showProgress(1.0);
        IJ.error(name, wrap(text));
    }

    /** Breaks a line at blanks: ImageJ's message window does not. */
    static String wrap(String text) {
        StringBuilder out = new StringBuilder();
        int column = 0;
        for (String word : text.split(" ")) {
            if (column > 0 && column + word.length() > 90) {
                out.append('\n');
                column = 0;
            } else if (out.length() > 0) {
                out.append(' ');
            }
            out.append(word);
            int newline = word.lastIndexOf('\n');
            column = newline < 0 ? column + word.length() + 1 : word.length() - newline;
        }
        return out.toString();
    }
}
