// Mean patterns of regions of the scan: rectangles, bright and dark parts of a map, any selection. SPDX-License-Identifier: GPL-3.0-or-later
run("4D-STEM Sample Data...", "scan=16 detector=96 counts=300000 seed=3");
selectImage("sample-glass");
run("4D-STEM Virtual Image...", "inner_radius=15 outer_radius=32");

selectImage("sample-glass");
run("4D-STEM Region Pattern...", "region=[0,0,4,4; 12,12,4,4]");
if (nSlices != 2) exit("there are " + nSlices + " patterns");
rename("two rectangles");

// The same mean by a loop.
setSlice(2);
value = getPixel(60, 50);
selectImage("sample-glass");
sum = 0;
for (row = 12; row < 16; row++)
    for (column = 12; column < 16; column++) {
        Stack.setPosition(1, column + 1, row + 1);
        sum += getPixel(60, 50);
    }
print("pixel 60, 50 of the second region: " + value + ", by a loop " + sum / 16);
if (value != sum / 16) exit("the mean is " + value + ", not " + sum / 16);

// Bright and dark parts of a map.
selectImage("sample-glass");
run("4D-STEM Region Pattern...", "map=sample-glass-Virtual threshold=bright;dark");
n = 0;
for (i = 1; i <= 2; i++) {
    setSlice(i);
    label = getInfo("slice.label");
    print(label);
    n += parseInt(substring(label, lastIndexOf(label, "(") + 1, lastIndexOf(label, " patterns")));
}
if (n != 256) exit("bright and dark have " + n + " patterns together");
close();

// Any selection on a map.
selectImage("sample-glass-Virtual");
makeOval(3, 4, 8, 6);
selectImage("sample-glass");
run("4D-STEM Region Pattern...", "map=sample-glass-Virtual");
if (getTitle() != "sample-glass-Pattern") exit("the pattern is " + getTitle());
print(getInfo("slice.label"));
return "PASS";
