/* SPDX-License-Identifier: GPL-3.0-or-later */
package vitromap.commands;

import ij.IJ;
import ij.gui.GenericDialog;
import ij.plugin.PlugIn;
import vitromap.engine.Native;
import vitromap.ui.Command;
import vitromap.ui.Help;
import vitromap.ui.Params;

/** 4D-STEM About...: version, native library, licence, how to cite; its Help button opens the guide's first steps. */
public final class About implements PlugIn {
    public static final String NAME = "4D-STEM About...";
    static final String PAGE = "first-steps.md";

    @Override
    public void run(String arg) {
        Command.run(NAME, () -> {
            if (Params.isInteractive()) {
                show();
            } else {
                IJ.log(text()); // a macro goes on
            }
        });
    }

    private static void show() {
        GenericDialog dialog = new GenericDialog("4D-STEM About");
        dialog.addMessage(text());
        dialog.addHelp(Help.html(PAGE));
        dialog.hideCancelButton();
        dialog.showDialog();
    }

    /** The message's lines. */
    public static String text() {
        String version = Native.version();
        return "Vitromap " + version + ": maps of metallic glasses from 4D-STEM data\n \n"
                + "Native library: " + version + ", " + System.getProperty("os.name") + " " + System.getProperty("os.arch")
                + ", instruction set " + Native.isaName(0) + "\n"
                + "ImageJ " + IJ.getVersion() + ", Java " + System.getProperty("java.version") + "\n \n"
                + "Licence: GPL-3.0-or-later, without any warranty.\n"
                + "FFTW 3 and LAPACK are linked into the native library; all licences are in the jar, META-INF/licenses.\n \n"
                + "To cite:\n"
                + "The Vitromap developers, Vitromap " + version + ": strain and density maps of metallic glasses\n"
                + "from 4D-STEM data in ImageJ and Fiji.\n"
                + "The papers behind a method are named on its page of the guide (Help of its dialog).";
    }
}
