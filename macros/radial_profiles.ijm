// Radial profiles of every pattern, about the dataset's centre and about each pattern's own. SPDX-License-Identifier: GPL-3.0-or-later
run("4D-STEM Sample Data...", "scan=16 detector=128 counts=300000 seed=3");
selectImage("sample-glass");
run("4D-STEM Calibrate...", "voltage=300 known_ring=0.43 scan_step=2 find_ellipse");

// One centre for all: the fastest. The cube's axis is q, so ImageJ's own profile along Z works with any region.
selectImage("sample-glass");
run("4D-STEM Radial Profiles...");
selectImage("sample-glass-Profiles");
rename("one centre");
height = peak();
selectImage("sample-glass-Profiles sigma");
close();

// The sample's centre drifts by 3 px: about their own centres, which the strain map measures, the rings are sharper.
selectImage("sample-glass");
run("4D-STEM Strain Map...");
selectImage("sample-glass");
run("4D-STEM Radial Profiles...", "r_min=10 r_max=60 bins=100 ellipse follow_center");
selectImage("sample-glass-Profiles");
if (nSlices != 100) exit("there are " + nSlices + " bins");
getVoxelSize(width, depth, step, unit);
Stack.getUnits(xUnit, yUnit, zUnit, tUnit, valueUnit);
if (zUnit != "1/Å") exit("the axis is in " + zUnit);
own = peak();
print("height of the ring over the minimum inside it: " + d2s(height, 3) + " about one centre, " + d2s(own, 3) + " about their own");
if (own <= height) exit("the ring is not sharper about the patterns' own centres");

// The standard error: far below the value, and never zero.
sigma = value("sample-glass-Profiles sigma", 50);
mean = value("sample-glass-Profiles", 50);
print("one pattern, middle of the range: " + d2s(mean, 2) + " +- " + d2s(sigma, 2) + " counts");
if (!(sigma > 0 && sigma < mean / 5)) exit("sigma is " + sigma + " of " + mean);

// A map of another scan is no source of centres, and so on: one message ends the macro.
return "PASS";

function value(title, slice) {
    selectImage(title);
    setSlice(slice);
    return getPixel(3, 4);
}

// Mean over the scan: the first ring's maximum over the minimum before it.
function peak() {
    run("Select All");
    run("Plot Z-axis Profile");
    Plot.getValues(q, mean);
    close();
    top = 0;
    at = 0;
    for (i = 0; i < q.length; i++)
        if (q[i] > 0.38 && q[i] < 0.48 && mean[i] > top) {
            top = mean[i];
            at = q[i];
        }
    print("maximum at " + d2s(at, 4) + " 1/A");
    if (abs(at - 0.43) > 0.015) exit("the first ring is at " + at + " 1/A");
    low = top;
    for (i = 0; i < q.length; i++)
        if (q[i] > 0.25 && q[i] < at && mean[i] < low) low = mean[i];
    return top / low;
}
