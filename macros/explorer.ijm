// The Explorer, its selections set by a macro, and the same virtual image and pattern without it. SPDX-License-Identifier: GPL-3.0-or-later
run("4D-STEM Sample Data...", "scan=16 detector=96 counts=300000 seed=1");
selectImage("sample-glass");
run("4D-STEM Explorer");
selectImage("sample-glass-Explorer");
makeRectangle(3, 4, 6, 5); // its mean pattern is shown
selectImage("sample-glass-Explorer pattern");
makeRectangle(50, 30, 20, 12); // its virtual image is shown
wait(2000);
selectImage("sample-glass-Explorer");
shown = getPixel(7, 7);

selectImage("sample-glass");
makeRectangle(50, 30, 20, 12);
run("4D-STEM Virtual Image...", "detector=ROI");
if (getPixel(7, 7) != shown) exit("the Explorer shows " + shown + ", the virtual image is " + getPixel(7, 7));
selectImage("sample-glass");
run("4D-STEM Region Pattern...", "region=3,4,6,5");
getStatistics(area, mean);
selectImage("sample-glass-Explorer pattern");
run("Select None");
getStatistics(area, shown);
if (mean != shown) exit("the Explorer's pattern has the mean " + shown + ", the region's " + mean);
close(); // ends the Explorer: its other windows go, too
