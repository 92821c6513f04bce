// The picture of the simulated pattern: our own glass in a nanobeam, and its mean over 16 directions. Argument: the folder it goes to. SPDX-License-Identifier: GPL-3.0-or-later
run("4D-STEM Simulate Pattern...", "thickness=3 probe=1 q_per_pixel=0.008 detector=256");
rename("one");
for (i = 0; i < 16; i++) {
    run("4D-STEM Simulate Pattern...", "thickness=3 probe=1 q_per_pixel=0.008 detector=256 tilt_x=" + 22.5 * i + " tilt_y=" + 7 * i);
    if (i == 0) {
        rename("sum");
    } else {
        rename("next");
        imageCalculator("Add", "sum", "next");
        close("next");
    }
}
panel("one", "1 nm probe, 3 nm of glass");
panel("sum", "mean of 16 directions");
run("Images to Stack", "name=all title=[] use");
run("Make Montage...", "columns=2 rows=1 scale=1 border=4");
saveAs("PNG", getArgument() + File.separator + "simulate-pattern.png");
return "PASS";

// The range is that of the rings: the direct beam is far brighter.
function panel(title, label) {
    selectImage(title);
    makeOval(128 - 48, 128 - 48, 96, 96);
    run("Make Inverse");
    getStatistics(area, mean, least, most);
    run("Select None");
    setMinAndMax(0, 6 * mean);
    run("RGB Color");
    setFont("SansSerif", 14, "bold antialiased");
    setColor(255, 255, 255);
    drawString(label, 6, 20, "black");
}
