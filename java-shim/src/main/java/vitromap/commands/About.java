/* SPDX-License-Identifier: GPL-3.0-or-later */
package vitromap.commands;

import ij.IJ;
import ij.plugin.PlugIn;
import vitromap.engine.Native;
import vitromap.ui.Command;

/** 4D-STEM About...: version, native library, licence, how to cite. */
public final class About implements PlugIn {
    public static final String NAME = "4D-STEM About...";

    @Override
    public void run(String arg) {
        Command.run(NAME, () -> {
            if (IJ.isMacro()) IJ.log(text()); // a macro goes on
            else IJ.showMessage("4D-STEM About", text());
        });
    }

    /** The message's lines. */
    public static String text() {
        return "Vitromap " + Native.version() + ": maps of metallic glasses from 4D-STEM data\n \n"
                + "Native library: " + System.getProperty("os.name") + " " + System.getProperty("os.arch") + ", kernels " + Native.isaName(0) + "\n"
                + "ImageJ " + IJ.getVersion() + ", Java " + System.getProperty("java.version") + "\n \n"
                + "Licence: GPL-3.0-or-later. FFTW 3 and LAPACK are linked into the native library.\n"
                + "To cite: see CITATION.cff in the source code; name Vitromap and its version.";
    }
}
