// ESC in the middle of a map: the command ends in half a second and leaves no window, and the next run is not disturbed. SPDX-License-Identifier: GPL-3.0-or-later
// alone: half a second is short beside another ImageJ
run("4D-STEM Sample Data...", "scan=64 detector=128 counts=100000 seed=2");
selectImage("sample-glass");
windows = nImages;
// Fields from top to bottom: method, composition, ring_min, ring_max, threshold, definition, reference, x_axis.
ms = parseInt(call("vitromap.tool.DialogDriver.escape", "4D-STEM Strain Map...", "0=direct ellipse|4=0.6", "150"));
print("ended " + ms + " ms after ESC");
if (ms < 0) exit("the map was ready before ESC");
if (ms > 500) exit("ESC took " + ms + " ms");
if (nImages != windows) exit("a window was left: " + nImages + " images instead of " + windows);
if (getTitle() != "sample-glass") exit("the current image is " + getTitle());
run("4D-STEM Strain Map...", "reference=0,0,8,8");
if (nImages != windows + 3) exit("after ESC the command does not work: " + nImages + " images");
return "PASS";
