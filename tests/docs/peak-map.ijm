// SPDX-License-Identifier: GPL-3.0-or-later
// The picture of the page on peak maps: the maps as a user sees them, and the dialog. Argument: the folder it goes to.
driver = "vitromap.tool.DialogDriver.";
setBatchMode(true);
run("4D-STEM Sample Data...", "scan=48 detector=192 counts=1000000 seed=1 drift=0");
selectImage("sample-glass");
run("4D-STEM Calibrate...", "voltage=300 known_ring=0.43 scan_step=2 find_ellipse");
selectImage("sample-glass");
run("4D-STEM Radial Profiles...", "ellipse");
selectImage("sample-glass-Profiles");
run("4D-STEM PDF Map...", "composition=Zr50Cu45Al5 fit_min=0.3 window=Lorch");
selectImage("sample-glass-Profiles-PDF");
setBatchMode("show");
setBatchMode("exit and display");
titles = getList("image.titles");
for (i = 0; i < titles.length; i++)
    if (titles[i] != "sample-glass-Profiles-PDF") {
        selectImage(titles[i]);
        close();
    }
selectImage("sample-glass-Profiles-PDF");
run("4D-STEM Peak Map...", "from=2.4 to=3.3");
selectImage("sample-glass-Profiles-PDF-Peak");
rename("error");
Stack.setChannel(5);
setLocation(330, 20);
selectImage("sample-glass-Profiles-PDF");
setLocation(20, 420);
if (isOpen("Log")) {
    selectWindow("Log");
    run("Close");
}
selectImage("sample-glass-Profiles-PDF");
run("4D-STEM Peak Map...", "from=2.4 to=3.3");
selectImage("sample-glass-Profiles-PDF-Peak");
setLocation(20, 20);
selectImage("sample-glass-Profiles-PDF");
wait(500);
call(driver + "record", "4D-STEM Peak Map...", "0=2.4|1=3.3", getArgument() + File.separator + "peak-map.png");
return "PASS";
