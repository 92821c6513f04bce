// Vectors over maps: arrows of the beam's shift, directors of the greatest tension, a colour wheel. SPDX-License-Identifier: GPL-3.0-or-later
// Argument: a folder for the pictures; none = they are not written.
folder = getArgument();
run("4D-STEM Sample Data...", "scan=48 detector=96 counts=300000 seed=3");
selectImage("sample-glass-Truth");
rename("truth");

// Directors of length e_dev along angle_1, over the map that is shown: slice d_rho.
selectImage("truth");
Stack.setChannel(9);
run("4D-STEM Vector Overlay...", "magnitude=truth:e_dev angle=truth:angle_1 kind=headless");
if (getTitle() != "truth-Vectors") exit("the picture is " + getTitle());
if (Overlay.size < 100) exit("only " + Overlay.size + " outlines are drawn");
save("directors");

// The centres' drift as arrows over its length, then as colours.
selectImage("sample-glass");
run("4D-STEM Center of Mass...", "outer_radius=40");
rename("shift");
Stack.setChannel(3);
run("4D-STEM Vector Overlay...", "x=shift:x y=shift:y kind=arrows spacing=4");
arrows = Overlay.size;
if (arrows > 2 * 144) exit(arrows + " outlines for 144 arrows");
save("arrows");
selectImage("shift");
run("4D-STEM Vector Overlay...", "x=shift:x y=shift:y kind=[colour wheel]");
if (bitDepth() != 24) exit("the colour-wheel image has " + bitDepth() + " bits");
save("colour-wheel");

// Slices of the current image need no title; with nothing given they are found: x and y here.
selectImage("shift");
run("4D-STEM Vector Overlay...", "magnitude=magnitude angle=angle spacing=4");
if (Overlay.size != arrows) exit(Overlay.size + " outlines from magnitude and angle, " + arrows + " from x and y");
close();
selectImage("shift");
run("4D-STEM Vector Overlay...");
return "PASS";

// As a picture file, the overlay drawn in.
function save(name) {
    if (folder != "") {
        run("Flatten");
        saveAs("PNG", folder + File.separator + name + ".png");
        close();
    }
    close();
}
