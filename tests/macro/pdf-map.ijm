// The PDF map's dialog: it previews the selection, Cancel leaves nothing, what the recorder writes makes the same cube again. SPDX-License-Identifier: GPL-3.0-or-later
run("4D-STEM Sample Data...", "scan=8 detector=96 counts=300000 seed=2");
selectImage("sample-glass");
run("4D-STEM Calibrate...", "voltage=300 known_ring=0.43 scan_step=2");
selectImage("sample-glass");
driver = "vitromap.tool.DialogDriver.";

windows = nImages;
call(driver + "cancel", "4D-STEM PDF Map...");
if (nImages != windows) exit("Cancel left " + nImages + " images of " + windows);
if (getTitle() != "sample-glass") exit("after Cancel the current image is " + getTitle());
run("4D-STEM Radial Profiles...");
selectImage("sample-glass-Profiles");
makeRectangle(1, 2, 4, 3);

// Fields from top to bottom: composition, factors, fit_min, fit_max, order, window, damping, r_max, r_step, form, keep_sq, shortest_distance.
windows = nImages;
line = call(driver + "record", "4D-STEM PDF Map...", "0=Zr50Cu50|1=Lobato|2=0.28|3=1|4=3|5=Gaussian|6=0.1|7=8|8=0.04", "");
print(line);
if (indexOf(line, "composition=Zr50Cu50") < 0 || indexOf(line, "window=Gaussian") < 0) exit("not recorded: " + line);
if (nImages != windows + 3) exit("the preview is still there, or a result is not: " + nImages + " images of " + windows + " + 3");
selectImage("sample-glass-Profiles-PDF");
if (nSlices != 200) exit(nSlices + " points of r");
rename("first");
selectImage("sample-glass-Profiles-Sq");
close();
selectImage("sample-glass-Profiles-PDF fit");
close();

selectImage("sample-glass-Profiles");
eval(substring(line, indexOf(line, "run(")));
for (slice = 1; slice <= 200; slice += 20) {
    selectImage("first");
    setSlice(slice);
    a = getPixel(3, 5);
    selectImage("sample-glass-Profiles-PDF");
    setSlice(slice);
    if (getPixel(3, 5) != a) exit("slice " + slice + ": " + getPixel(3, 5) + ", not " + a);
}
return "PASS";
