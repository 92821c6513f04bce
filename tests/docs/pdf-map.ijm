// SPDX-License-Identifier: GPL-3.0-or-later
// The pictures of the guide's page on PDF maps. Argument: the folder they go to.
folder = getArgument() + File.separator;
driver = "vitromap.tool.DialogDriver.";
run("4D-STEM Sample Data...", "scan=32 detector=256 counts=1000000 seed=1");
run("4D-STEM Calibrate...", "voltage=300 known_ring=0.43 scan_step=2 find_ellipse");
run("4D-STEM Strain Map...");
selectImage("sample-glass");
run("4D-STEM Radial Profiles...", "ellipse follow_center");
keep("sample-glass-Profiles");
selectWindow("Log");
run("Close");
selectImage("sample-glass-Profiles");
setSlice(70);
run("Enhance Contrast", "saturated=0.35");
setLocation(660, 500);
makeRectangle(3, 4, 12, 9);
wait(500);
call(driver + "record", "4D-STEM PDF Map...", "2=0.3|3=1.08|5=Lorch", folder + "pdf-map-dialog.png");

// G(r) at the first peak, its mean curve over the scan, and the fit.
selectImage("sample-glass-Profiles");
close();
selectWindow("Recorder");
run("Close");
selectImage("sample-glass-Profiles-PDF");
setSlice(144);
setMinAndMax(0.9, 1.3);
setLocation(20, 20);
run("Select All");
run("Plot Z-axis Profile");
setLocation(20, 380);
selectImage("sample-glass-Profiles-PDF fit");
setLocation(340, 20);
selectImage("sample-glass-Profiles-Sq");
setLocation(660, 20);
wait(500);
call(driver + "picture", folder + "pdf-map.png");
return "PASS";

function keep(title) {
    titles = getList("image.titles");
    for (i = 0; i < titles.length; i++)
        if (titles[i] != title) {
            selectImage(titles[i]);
            close();
        }
}
