// The picture of the chain of regions: patterns of the bright and the dark one, S(q) of both, their difference, and the crystal's angles. Argument: the folder it goes to.
// SPDX-License-Identifier: GPL-3.0-or-later
setBatchMode(true);
runMacro(getDirectory("current") + "macros/regions.ijm");
newImage("picture", "RGB white", 1060, 720, 1);
selectImage("sample-glass-Pattern-1");
for (i = 1; i <= 2; i++) {
    selectImage("sample-glass-Pattern-1");
    setSlice(i);
    label = newArray("bright (denser)", "dark");
    put("sample-glass-Pattern-1", 0, (i - 1) * 360, 350, 350, label[i - 1]);
}
put("sample-glass-Profiles-Sq-Statistics", 360, 0, 345, 350, "");
put("sample-glass-Profiles-Sq-Difference", 360, 360, 345, 350, "");
selectImage("vitromap-bcc-Simulated-Spots");
setMinAndMax(0, 500);
put("vitromap-bcc-Simulated-Spots", 710, 0, 350, 350, "crystal, simulated");
put("sample-glass-Spots", 710, 360, 350, 350, "one pattern of the glass");
selectImage("picture");
saveAs("PNG", getArgument() + File.separator + "regions.png");
return "PASS";

// A copy of what a window shows, scaled to a place of the picture.
function put(title, x, y, width, height, label) {
    selectImage(title);
    run("Select None");
    if (nSlices == 1) run("Duplicate...", "title=part");
    else run("Duplicate...", "title=part use");
    if (Overlay.size > 0) {
        run("Scale...", "x=2 y=2 interpolation=Bilinear create title=large");
        close("part");
        selectImage("large");
        rename("part");
        run("Flatten");
        close("part");
        rename("part");
    }
    run("RGB Color");
    run("Size...", "width=" + width + " height=" + height + " interpolation=Bilinear");
    if (label != "") {
        setFont("SansSerif", 16, "bold antialiased");
        setColor(255, 255, 255);
        drawString(label, 6, 22, "black");
    }
    run("Insert...", "source=part destination=picture x=" + x + " y=" + y);
    close("part");
}
