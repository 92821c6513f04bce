// A peak of every profile and of every PDF: its position, height, width, area, and the position's error. SPDX-License-Identifier: GPL-3.0-or-later
setBatchMode(true); // no windows come between
run("4D-STEM Sample Data...", "scan=32 detector=128 counts=1000000 seed=2 drift=0");
selectImage("sample-glass");
run("4D-STEM Calibrate...", "voltage=300 known_ring=0.43 scan_step=2 find_ellipse");
selectImage("sample-glass");
run("4D-STEM Radial Profiles...", "r_max=60 ellipse");

// The first ring, on the line that its background is near to.
selectImage("sample-glass-Profiles");
run("4D-STEM Peak Map...", "from=0.33 to=0.53 baseline=linear");
selectImage("sample-glass-Profiles-Peak");
if (nSlices != 5) exit("there are " + nSlices + " maps");
Stack.setChannel(1);
if (getInfo("slice.label") != "position") exit("the first map is " + getInfo("slice.label"));
scatter = deviation();
getStatistics(area, mean);
print("first ring at " + d2s(mean, 4) + " 1/A, over the scan +- " + d2s(scatter, 4));
if (abs(mean - 0.43) > 0.01) exit("the ring is at " + mean);
Stack.setChannel(5);
getStatistics(area, sigma);
print("stated error of a position: " + d2s(sigma, 5) + " 1/A");
if (!(sigma > 0 && sigma < 1.5 * scatter)) exit("the error is " + sigma + ", the scatter " + scatter);

// The same with the profiles' standard errors as weights, and by the parabola through the top.
selectImage("sample-glass-Profiles");
run("4D-STEM Peak Map...", "from=0.33 to=0.53 baseline=linear sigma=[sample-glass-Profiles sigma]");
compare("sample-glass-Profiles-Peak-1", mean);
selectImage("sample-glass-Profiles");
run("4D-STEM Peak Map...", "from=0.33 to=0.53 model=parabola");
compare("sample-glass-Profiles-Peak-2", mean);

// The first distance in G(r), and how far apart it is in tension and compression.
selectImage("sample-glass-Profiles");
run("4D-STEM PDF Map...", "composition=Zr50Cu45Al5 fit_min=0.3 window=Lorch");
selectImage("sample-glass-Profiles-PDF");
run("4D-STEM Peak Map...", "from=2.4 to=3.4");
selectImage("sample-glass-Profiles-PDF-Peak");
Stack.setChannel(1);
getStatistics(area, distance, low, high);
Stack.setChannel(5);
getStatistics(area, sigma);
print("first distance " + d2s(distance, 3) + " A, from " + d2s(low, 3) + " to " + d2s(high, 3) + ", error of one " + d2s(sigma, 3) + " A");
if (abs(distance - 1.23 / 0.43) > 0.12) exit("the first distance is " + distance);
return "PASS";

function deviation() {
    getStatistics(area, mean, min, max, std);
    return std;
}

function compare(title, before) {
    selectImage(title);
    Stack.setChannel(1);
    getStatistics(area, mean);
    print(title + ": " + d2s(mean, 4) + " 1/A");
    if (abs(mean - before) > 0.01) exit(title + " has the ring at " + mean);
}
