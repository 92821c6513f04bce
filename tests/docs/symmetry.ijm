// The pictures of the page on symmetry maps: the dialog, and a map beside the mean spectrum. Argument: the folder they go to. SPDX-License-Identifier: GPL-3.0-or-later
folder = getArgument() + File.separator;
run("4D-STEM Sample Data...", "sample=clusters scan=64 detector=128 counts=300000 seed=1");
selectImage("sample-glass");
run("4D-STEM Calibrate...", "voltage=300 known_ring=0.43 scan_step=0.64 find_ellipse");
selectImage("sample-glass");
run("4D-STEM Strain Map...");
only("sample-glass", "sample-glass-Ring");
selectImage("sample-glass");
setLocation(20, 20);
call("vitromap.tool.DialogDriver.record", "4D-STEM Symmetry Map...", "0=30|1=40|5=true", folder + "symmetry-dialog.png");
selectImage("sample-glass-Symmetry");
Stack.setChannel(4);
run("Duplicate...", "title=map channels=4");
run("RGB Color");
selectImage("sample-glass-Symmetry spectrum");
run("Duplicate...", "title=plot");
run("RGB Color");
width = getWidth;
height = getHeight;
selectImage("map");
run("Size...", "width=" + height + " height=" + height + " interpolation=None");
newImage("both", "RGB white", width + height + 10, height, 1);
run("Insert...", "source=map destination=both x=0 y=0");
run("Insert...", "source=plot destination=both x=" + height + 10 + " y=0");
saveAs("PNG", folder + "symmetry.png");
return "PASS";

// The dialog's picture has no other windows on it.
function only(first, second) {
    titles = getList("image.titles");
    for (i = 0; i < titles.length; i++)
        if (titles[i] != first && titles[i] != second) {
            selectImage(titles[i]);
            close();
        }
    titles = getList("window.titles");
    for (i = 0; i < titles.length; i++) {
        selectWindow(titles[i]);
        run("Close");
    }
    selectImage(second);
    setLocation(330, 20);
}
