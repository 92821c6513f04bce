// The picture of the clusters: a pattern in one of order 4, and the true power at n = 4, 6 and 10. Argument: the folder it goes to. SPDX-License-Identifier: GPL-3.0-or-later
run("4D-STEM Sample Data...", "sample=clusters amplitude=0.6 speckle=0.05");
selectWindow("sample-glass-Truth clusters");
step = 40.96 / 64;
x = floor(Table.get("X (nm)", 0) / step);
y = floor(Table.get("Y (nm)", 0) / step);
selectImage("sample-glass");
Stack.setPosition(1, x + 1, y + 1);
run("Duplicate...", "title=pattern");
run("Enhance Contrast", "saturated=0.5");
panel("n = 4");
orders = newArray(4, 6, 10);
for (i = 0; i < 3; i++) {
    selectImage("sample-glass-Truth");
    Stack.setChannel(orders[i]);
    label = getInfo("slice.label");
    run("Duplicate...", "title=" + label + " channels=" + orders[i]);
    panel(label);
}
run("Images to Stack", "name=all title=[] use");
run("Make Montage...", "columns=4 rows=1 scale=0.75 border=4");
saveAs("PNG", getArgument() + File.separator + "clusters.png");
return "PASS";

function panel(label) {
    run("Size...", "width=320 height=320 interpolation=None");
    run("RGB Color");
    setFont("SansSerif", 26, "bold antialiased");
    setColor(255, 255, 255);
    drawString(label, 10, 36, "black");
}
