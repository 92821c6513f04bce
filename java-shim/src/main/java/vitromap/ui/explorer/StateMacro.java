/* SPDX-License-Identifier: GPL-3.0-or-later */
package vitromap.ui.explorer;

import ij.IJ;
import ij.gui.Roi;
import ij.io.RoiEncoder;
import ij.plugin.frame.Recorder;
import java.util.Base64;
import vitromap.engine.Dataset;
import vitromap.engine.Region;

/** What the Explorer shows as lines of a macro that make it again without it. */
final class StateMacro {
    private static final String MAP = "explorer-region";

    private final Dataset dataset;
    private final String title;
    private final StringBuilder text = new StringBuilder();

    StateMacro(Dataset dataset, String title) {
        this.dataset = dataset;
        this.title = SelectionMacro.quoted(title);
    }

    /** The selection goes along in Base64: any kind of it selects the same pixels again. */
    void virtualImage(Roi detector) {
        select(title);
        text.append("run(\"4D-STEM Virtual Image...\", \"detector=ROI roi=").append(Base64.getEncoder().encodeToString(RoiEncoder.saveAsByteArray(detector)))
                .append("\");\n");
    }

    void regionPattern(Region region) {
        int x = dataset.scanX();
        int y = dataset.scanY();
        byte[] mask = new byte[x * y];
        for (int position : region.positions) {
            mask[position] = 1;
        }
        String rectangle = SelectionMacro.rectangle(mask, x, y);
        if (rectangle == null) {
            text.append("newImage(\"" + MAP + "\", \"8-bit black\", ").append(x).append(", ").append(y).append(", 1);\n");
            text.append(SelectionMacro.of(mask, x, y));
        }
        select(title);
        text.append("run(\"4D-STEM Region Pattern...\", \"").append(rectangle == null ? "map=" + MAP : "region=" + rectangle).append("\");\n");
        text.append(rectangle == null ? "close(\"" + MAP + "\");\n" : "");
    }

    private void select(String image) {
        text.append("selectImage(").append(image).append(");\n");
    }

    String text() {
        return text.toString();
    }

    /** Into ImageJ's recorder if it is open, else into the log. */
    static void write(String text) {
        if (Recorder.getInstance() != null) {
            Recorder.recordString(text);
            IJ.showStatus("Written to the Recorder");
        } else {
            IJ.log(text.trim());
        }
    }
}
