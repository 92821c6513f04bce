// The picture of the sample data: a pattern and five true maps. Argument: the folder it goes to. SPDX-License-Identifier: GPL-3.0-or-later
run("4D-STEM Sample Data...", "seed=1");
Stack.setPosition(1, 30, 30);
run("Duplicate...", "title=pattern");
run("Enhance Contrast", "saturated=0.5");
panel("");
for (slice = 1; slice <= 5; slice++) {
    selectImage("sample-glass-Truth");
    Stack.setChannel(slice);
    label = getInfo("slice.label");
    run("Duplicate...", "title=" + label + " channels=" + slice);
    panel(label);
}
run("Images to Stack", "name=all title=[] use");
run("Make Montage...", "columns=3 rows=2 scale=0.75 border=4");
saveAs("PNG", getArgument() + File.separator + "sample-data.png");
return "PASS";

function panel(label) {
    run("Size...", "width=384 height=384 interpolation=None");
    run("RGB Color");
    setFont("SansSerif", 26, "bold antialiased");
    setColor(0, 0, 0);
    drawString(label, 10, 36);
}
