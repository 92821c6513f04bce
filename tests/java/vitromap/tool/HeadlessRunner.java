// SPDX-License-Identifier: GPL-3.0-or-later
package vitromap.tool;

import ij.IJ;
import ij.macro.Interpreter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Paths;

/**
 * Runs a macro as Fiji's --headless does: ImageJ's classes patched as they are loaded, no display. {@code HeadlessRunner MACRO [ARG]}, with the
 * plugin's jar on the class path. Exit status: 0 = the macro ran to its end, 1 = it did not.
 */
public final class HeadlessRunner {

    private static boolean ended;

    private HeadlessRunner() {
    }

    /** Called by the macro's last line. */
    public static String end() {
        ended = true;
        return "";
    }

    public static void main(String[] args) throws Exception {
        // By name: the patcher is no dependency of the project, and must come before any class of ImageJ.
        Class.forName("net.imagej.patcher.LegacyInjector").getMethod("preinit").invoke(null);
        Macro.run(new String(Files.readAllBytes(Paths.get(args[0])), StandardCharsets.UTF_8), args.length > 1 ? args[1] : "");
    }

    /** What refers to ImageJ, loaded after the patch. */
    private static final class Macro {
        static void run(String text, String argument) {
            IJ.runPlugIn("ij.IJ.init", "");
            Interpreter.batchMode = true;
            IJ.setExceptionHandler(Throwable::printStackTrace);
            // Under the patch runMacro returns after an error as after success: the macro itself must say that it
            // came to its end, by a last line added here or by its own return "PASS".
            String result = IJ.runMacro(text + "\ncall('" + HeadlessRunner.class.getName() + ".end');", argument);
            ended |= "PASS".equals(result);
            System.out.println(ended ? "The macro ran to its end." : "The macro stopped before its end.");
            System.out.flush();
            Runtime.getRuntime().halt(ended ? 0 : 1);
        }
    }
}
