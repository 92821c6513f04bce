// The pictures of the pages on virtual images, centres of mass, region patterns, vectors and bands. Argument: the folder they go to. SPDX-License-Identifier: GPL-3.0-or-later
folder = getArgument() + File.separator;
driver = "vitromap.tool.DialogDriver.";
run("4D-STEM Sample Data...", "scan=48 detector=256 counts=1000000 seed=1");
selectImage("sample-glass-Truth ring");
close();
selectImage("sample-glass-Truth");
close();
selectImage("sample-glass");
run("4D-STEM Calibrate...", "voltage=300 known_ring=0.43 scan_step=2.5");
selectImage("sample-glass-Pattern");
close();
selectWindow("sample-glass-Profile");
run("Close");

place("sample-glass", 20, 20);
tidy();
call(driver + "record", "4D-STEM Virtual Image...", "0=annulus|1=60|2=80", folder + "virtual-image-dialog.png");
place("sample-glass-Virtual", 320, 20);

// Two parts of a map and their patterns.
selectImage("sample-glass");
run("4D-STEM Region Pattern...", "map=sample-glass-Virtual threshold=bright;dark");
place("sample-glass-Pattern", 710, 20);
tidy();
call(driver + "picture", folder + "region-pattern.png");
close();
selectImage("sample-glass-Virtual");
close();

selectImage("sample-glass");
run("4D-STEM Center of Mass...", "outer_radius=100");
selectImage("sample-glass");
close();
place("sample-glass-CoM", 20, 20);
Stack.setChannel(3);
run("4D-STEM Vector Overlay...", "spacing=4");
place("sample-glass-CoM-Vectors", 420, 20);
tidy();
call(driver + "picture", folder + "center-of-mass.png");
close();
selectImage("sample-glass-CoM");
run("4D-STEM Vector Overlay...", "kind=[colour wheel]");
rename("colours");
width = getWidth;
height = getHeight;
selectImage("sample-glass-CoM");
close();

// Directors of the true strain over the true density.
run("4D-STEM Sample Data...", "scan=48 detector=64 counts=100000 seed=1");
selectImage("sample-glass-Truth ring");
close();
selectImage("sample-glass");
close();
selectImage("sample-glass-Truth");
Stack.setChannel(9);
run("4D-STEM Vector Overlay...", "kind=headless");
run("Flatten");
rename("directors");
newImage("both", "RGB white", 2 * width + 10, height, 1);
run("Insert...", "source=directors destination=both x=0 y=0");
run("Insert...", "source=colours destination=both x=" + width + 10 + " y=0");
saveAs("PNG", folder + "vector-overlay.png");
close();
selectImage("colours");
close();
selectImage("directors");
close();
selectImage("sample-glass-Truth-Vectors");
close();

place("sample-glass-Truth", 20, 20);
makeLine(0, 32, 47, 14);
run("4D-STEM Band Profile...", "width=24");
place("sample-glass-Truth-Band", 420, 20);
setSlice(9);
Table.setLocationAndSize(20, 480, 980, 220, "sample-glass-Truth-Band table");
tidy();
call(driver + "picture", folder + "band-profile.png");
return "PASS";

function place(title, x, y) {
    selectImage(title);
    setLocation(x, y);
}

// The log's window is in the way.
function tidy() {
    if (isOpen("Log")) {
        selectWindow("Log");
        run("Close");
    }
    wait(500);
}
