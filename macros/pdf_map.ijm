// From patterns to pair distribution functions: profiles about each pattern's own centre, S(q), G(r), and what they are worth. SPDX-License-Identifier: GPL-3.0-or-later
run("4D-STEM Sample Data...", "scan=16 detector=192 counts=1000000 seed=3");
selectImage("sample-glass");
run("4D-STEM Calibrate...", "voltage=300 known_ring=0.43 scan_step=2 find_ellipse");

// Centres drift: the strain map measures each pattern's own, and the profiles follow them.
selectImage("sample-glass");
run("4D-STEM Strain Map...");
selectImage("sample-glass");
run("4D-STEM Radial Profiles...", "ellipse follow_center");

// fit_max: where the profiles become noisy. A window keeps the range's end from making ripples.
selectImage("sample-glass-Profiles");
run("4D-STEM PDF Map...", "composition=Zr50Cu45Al5 fit_min=0.3 fit_max=1.05 window=Lorch keep_sq");
selectImage("sample-glass-Profiles-Sq");
check("S(q)", "1/Å");
selectImage("sample-glass-Profiles-PDF");
check("G(r)", "Å");
if (nSlices != 500) exit("there are " + nSlices + " points of r");

// Mean over the scan. The first distance of a glass is about 1.23 / q of its first ring.
run("Select All");
run("Plot Z-axis Profile");
Plot.getValues(r, g);
close();
first = highest(r, g, 2.2, 3.6);
second = highest(r, g, 4, 6);
print("first peak " + d2s(r[first], 2) + " A, second " + d2s(r[second], 2) + " A");
if (abs(r[first] - 1.23 / 0.43) > 0.12) exit("the first peak is at " + r[first] + " A");

// One pattern scatters little about the mean.
setSlice(first + 1);
getStatistics(area, mean, min, max, deviation);
print("height of the first peak " + d2s(mean, 3) + " +- " + d2s(deviation, 3) + " from pattern to pattern");
if (!(deviation < 0.1 * mean)) exit("the height scatters by " + deviation + " of " + mean);

// How well the smooth curve fits; N follows the intensity.
selectImage("sample-glass-Profiles-PDF fit");
for (slice = 1; slice <= 2; slice++) {
    Stack.setChannel(slice);
    getStatistics(area, mean, min, max);
    print(getInfo("slice.label") + ": " + d2s(min, 3) + " to " + d2s(max, 3));
    if (!(min > 0)) exit(getInfo("slice.label") + " is " + min);
}

// The dataset itself will do where one centre is good enough for all.
selectImage("sample-glass");
run("4D-STEM PDF Map...", "composition=Zr50Cu45Al5 fit_min=0.3 fit_max=1.05 window=Lorch");
selectImage("sample-glass-PDF");
setSlice(first + 1);
getStatistics(area, mean);
print("about one centre the first peak's height is " + d2s(mean, 3));
return "PASS";

function check(name, unit) {
    Stack.getUnits(xUnit, yUnit, zUnit, tUnit, valueUnit);
    if (zUnit != unit || xUnit != "nm") exit(name + " has the units " + xUnit + ", " + zUnit);
}

function highest(x, y, from, to) {
    best = 0;
    while (x[best] < from) best++;
    for (i = best; i < x.length; i++)
        if (x[i] <= to && y[i] > y[best]) best = i;
    return best;
}
