/* SPDX-License-Identifier: GPL-3.0-or-later */
package vitromap.commands;

import ij.macro.Interpreter;
import ij.plugin.PlugIn;
import java.awt.GraphicsEnvironment;
import vitromap.engine.Dataset;
import vitromap.engine.VitroException;
import vitromap.ui.Command;

/** 4D-STEM Explorer: a map and a pattern in two windows, linked both ways. */
public final class Explorer implements PlugIn {
    @Override
    public void run(String arg) {
        Command.run(vitromap.ui.explorer.Explorer.NAME, () -> {
            if (GraphicsEnvironment.isHeadless() || Interpreter.isBatchMode()) {
                throw new VitroException(VitroException.STATE, "The Explorer is for looking and needs windows: not in batch mode, nor without a display. "
                        + "Its results come from 4D-STEM Virtual Image... and 4D-STEM Region Pattern....");
            }
            vitromap.ui.explorer.Explorer.open(Dataset.currentImage());
        });
    }
}
