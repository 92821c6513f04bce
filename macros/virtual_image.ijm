// Virtual images: annulus, disk with its mate, selection, and a ring that follows every pattern's centre. SPDX-License-Identifier: GPL-3.0-or-later
run("4D-STEM Sample Data...", "scan=16 detector=128 counts=300000 seed=3");
selectImage("sample-glass");

// Nothing given: the first ring, found on the mean pattern.
run("4D-STEM Virtual Image...");
if (getTitle() != "sample-glass-Virtual") exit("the image is " + getTitle());
rename("first ring");

// Sums are exact: a pixel counts when its centre lies at inner <= r <= outer.
selectImage("sample-glass");
run("4D-STEM Virtual Image...", "detector=annulus inner_radius=20 outer_radius=30 center_x=60 center_y=64");
value = getPixel(5, 2);
selectImage("sample-glass");
Stack.setPosition(1, 6, 3); // the pattern of scan position 5, 2
sum = 0;
for (y = 0; y < 128; y++)
    for (x = 0; x < 128; x++) {
        r = sqrt((x - 60) * (x - 60) + (y - 64) * (y - 64));
        if (r >= 20 && r <= 30) sum += getPixel(x, y);
    }
print("annulus at 5, 2: " + value + ", by a loop over the pixels: " + sum);
if (value != sum) exit("the sum is " + value + ", not " + sum);
selectImage("sample-glass-Virtual");
close();

// An aperture beside the centre, and with its Friedel mate: a glass has as much in the one as in the other.
selectImage("sample-glass");
run("4D-STEM Virtual Image...", "detector=disk outer_radius=8 center_x=63 center_y=29");
one = average();
selectImage("sample-glass");
run("4D-STEM Virtual Image...", "detector=disk outer_radius=8 center_x=63 center_y=29 friedel");
both = average();
print("aperture " + one + ", with its mate " + both);
if (abs(both / one - 2) > 0.3) exit("the mate has not about the same intensity");

// Any selection on a pattern; the Info's line holds it, and makes the image again.
selectImage("sample-glass");
makePolygon(60, 20, 80, 25, 70, 40);
run("4D-STEM Virtual Image...", "detector=ROI");
first = getPixel(3, 3);
info = getMetadata("Info");
line = substring(info, indexOf(info, "run("));
line = substring(line, 0, indexOf(line, "\n"));
close();
selectImage("sample-glass");
run("Select None");
eval(line);
if (getPixel(3, 3) != first) exit("the Info's line gives " + getPixel(3, 3) + ", not " + first);
close();

// The centres drift over the scan: a ring that follows them sees the glass, not the drift.
selectImage("sample-glass");
run("4D-STEM Strain Map...");
selectImage("sample-glass");
run("4D-STEM Virtual Image...", "inner_radius=15 outer_radius=32");
fixed = spread();
selectImage("sample-glass");
run("4D-STEM Virtual Image...", "inner_radius=15 outer_radius=32 follow_center centers=sample-glass-Ring");
following = spread();
print("spread over the scan: " + fixed + " % for a ring that stays, " + following + " % for one that follows");
return "PASS";

function average() {
    getStatistics(area, mean);
    close();
    return mean;
}

function spread() {
    getStatistics(area, mean, min, max, std);
    if (!(std > 0)) exit("the image is flat");
    close();
    return 100 * std / mean;
}
