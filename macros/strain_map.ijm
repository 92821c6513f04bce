// Strain and density of a metallic glass, with error bars. SPDX-License-Identifier: GPL-3.0-or-later
// Argument: a 4D-STEM file; without one, a small simulated glass is mapped.
path = getArgument();
if (path == "" || File.isDirectory(path)) {
    run("4D-STEM Sample Data...", "scan=16 detector=128 counts=300000 seed=3");
    selectImage("sample-glass");
} else {
    run("4D-STEM Open...", "path=[" + path + "]");
}
dataset = getTitle();
name = File.getNameWithoutExtension(dataset);

// No key need be given: centre, mask and ring are found, and strains are against the median of the map.
run("4D-STEM Strain Map...");

// Better: a region of undeformed glass as reference, and what the glass is made of.
selectImage(name + "-Strain");
close();
selectImage(name + "-Strain sigma");
close();
selectImage(name + "-Ring");
close();
selectImage(dataset);
run("4D-STEM Strain Map...", "composition=Zr50Cu45Al5 reference=[0,0,4,16]");

// The results are stacks; slices are found by their labels.
print("slice        mean     standard deviation (%)");
selectImage(name + "-Strain");
if (nSlices != 11) exit("NAME-Strain has " + nSlices + " slices");
for (i = 1; i <= nSlices; i++) {
    setSlice(i);
    getStatistics(area, mean, min, max, deviation);
    print(pad(getInfo("slice.label"), 12), d2s(mean, 4), " ", d2s(deviation, 4));
}
selectImage(name + "-Ring");
setSlice(9);
if (getInfo("slice.label") != "status") exit("the last slice of NAME-Ring is " + getInfo("slice.label"));
failed = 0;
for (y = 0; y < getHeight(); y++)
    for (x = 0; x < getWidth(); x++)
        if (getPixel(x, y) != 0) failed++;
print(failed + " of " + getWidth() * getHeight() + " patterns not measured");
if (failed >= getWidth() * getHeight()) exit("no pattern was measured");

// The Info of a map holds the command that makes it again.
selectImage(name + "-Strain");
info = getImageInfo();
if (indexOf(info, "run(\"4D-STEM Strain Map...\", \"method=[ring profile] composition=Zr50Cu45Al5") < 0) exit("Info lacks the command line: " + info);
return "PASS";

function pad(text, n) {
    while (lengthOf(text) < n) text = text + " ";
    return text;
}
