// SPDX-License-Identifier: GPL-3.0-or-later
// The picture of the page on PDF statistics: both plots, one below the other. Argument: the folder it goes to.
setBatchMode(true);
run("4D-STEM Sample Data...", "scan=48 detector=192 counts=1000000 seed=1 drift=0");
selectImage("sample-glass");
run("4D-STEM Calibrate...", "voltage=300 known_ring=0.43 scan_step=2 find_ellipse");
selectImage("sample-glass");
run("4D-STEM Strain Map...", "composition=Zr50Cu45Al5 reference=[0,0,10,10]");
selectImage("sample-glass");
run("4D-STEM Radial Profiles...", "ellipse");
selectImage("sample-glass-Profiles");
run("4D-STEM PDF Map...", "composition=Zr50Cu45Al5 fit_min=0.3 window=Lorch keep_sq");
selectImage("sample-glass-Profiles-Sq");
run("4D-STEM PDF Statistics...", "map=[sample-glass-Strain:e_vol] thresholds=0.4,100;-0.4,0.4");
selectImage("sample-glass-Profiles-Sq-Difference");
run("Duplicate...", "title=below");
run("RGB Color");
selectImage("sample-glass-Profiles-Sq-Statistics");
run("Duplicate...", "title=picture");
run("RGB Color");
width = getWidth;
height = getHeight;
run("Canvas Size...", "width=" + width + " height=" + 2 * height + " position=Top-Center");
run("Insert...", "source=below destination=picture x=0 y=" + height);
selectImage("picture");
saveAs("PNG", getArgument() + File.separator + "pdf-statistics.png");
return "PASS";
