// The sample: its windows, what it knows, its command line, and that a saved TIFF keeps all of it. SPDX-License-Identifier: GPL-3.0-or-later
run("4D-STEM Sample Data...", "scan=5 detector=64 counts=50000 seed=7 beam_stop=none speckle=0.2 strain=2");
if (getTitle() != "sample-glass") exit("the current image is " + getTitle());
Stack.getDimensions(width, height, channels, slices, frames);
if (width != 64 || height != 64 || channels != 1 || slices != 5 || frames != 5 || bitDepth() != 16)
    exit("" + width + " x " + height + " x " + channels + " x " + slices + " x " + frames + ", " + bitDepth() + " bits");
check("4dstem.voltage_kV", 300);
check("4dstem.q_per_px", 0.43 / 17.5);
check("4dstem.scan_step_nm", 371.2 / 5);
if (Property.get("4dstem.center_x") != "" || Property.get("4dstem.mask") != "") exit("centre and mask are to be measured");
first = counts();

// The truth has the slices of the results, and twice the strain is twice the truth.
twice = deviatoric("sample-glass-Truth");
selectImage("sample-glass-Truth ring");
if (nSlices != 9) exit("" + nSlices + " ring slices");

// The command line of the Info makes the same again, under another title.
info = getMetadata("Info");
start = indexOf(info, "run(");
eval(substring(info, start, indexOf(info, ";", start) + 1));
if (getTitle() != "sample-glass-1") exit("the second sample is " + getTitle());
same(first, counts());

run("4D-STEM Sample Data...", "scan=5 detector=64");
once = deviatoric("sample-glass-Truth-2");
if (!(abs(twice / once - 2) < 0.05)) exit("deviatoric strain " + twice + " % with strain=2, " + once + " % without");

selectImage("sample-glass-1");
path = getArgument() + File.separator + "sample.tif";
saveAs("Tiff", path);
close();
open(path);
check("4dstem.q_per_px", 0.43 / 17.5);
same(first, counts());

// Clusters: the same number of them in the table and in the maps.
run("4D-STEM Sample Data...", "sample=clusters scan=64 detector=32");
if (Table.size("sample-glass-Truth clusters") != 47) exit("" + Table.size("sample-glass-Truth clusters") + " clusters");
selectImage("sample-glass-Truth-3");
if (nSlices != 12) exit("" + nSlices + " orders");
setSlice(4);
if (getInfo("slice.label") != "n=4") exit("slice 4 is " + getInfo("slice.label"));
run("Duplicate...", "title=four channels=4");
setThreshold(0.01125, 1);
run("Analyze Particles...", "display clear");
if (nResults != 16) exit("" + nResults + " clusters of order 4");
for (i = 0; i < nResults; i++) if (abs(2 * sqrt(getResult("Area", i) / PI) - 3) > 0.3) exit("diameter " + 2 * sqrt(getResult("Area", i) / PI));
return "PASS";

function check(key, expected) {
    if (!(abs(parseFloat(Property.get(key)) - expected) < 1e-6 * expected)) exit(key + " is " + Property.get(key) + ", not " + expected);
}

// All pixels of the pattern in the middle.
function counts() {
    Stack.setPosition(1, 3, 3);
    values = newArray(4096);
    for (i = 0; i < values.length; i++) values[i] = getPixel(i % 64, floor(i / 64));
    return values;
}

function same(first, second) {
    for (i = 0; i < first.length; i++) if (first[i] != second[i]) exit("pixel " + i + ": " + first[i] + " and " + second[i]);
}

function deviatoric(title) {
    selectImage(title);
    setSlice(5);
    if (getInfo("slice.label") != "e_dev") exit("slice 5 of " + title + " is " + getInfo("slice.label"));
    getStatistics(area, mean, min, max);
    return max;
}
