// Centre of mass of every pattern, its shift as vectors, and a vector overlay. SPDX-License-Identifier: GPL-3.0-or-later
run("4D-STEM Sample Data...", "scan=16 detector=128 counts=300000 seed=3");
selectImage("sample-glass");
run("4D-STEM Calibrate...", "voltage=300 known_ring=0.43 scan_step=2 mask=none");

// Against the mean of the map.
selectImage("sample-glass");
run("4D-STEM Center of Mass...", "outer_radius=40");
labels = newArray("x", "y", "magnitude", "angle", "center_x", "center_y");
for (i = 0; i < 6; i++) {
    Stack.setChannel(i + 1);
    if (getInfo("slice.label") != labels[i]) exit("slice " + (i + 1) + " is '" + getInfo("slice.label") + "'");
}
Stack.setChannel(1);
getStatistics(area, mean);
if (abs(mean) > 1e-5) exit("the mean shift is " + mean);
Stack.setChannel(3);
getStatistics(area, drift);
close();

// With the plane taken off, as is usual where the scan tilts the beam; against a region.
selectImage("sample-glass");
run("4D-STEM Center of Mass...", "outer_radius=40 plane");
Stack.setChannel(3);
getStatistics(area, flat);
print("mean shift " + d2s(drift, 3) + " px, without the plane " + d2s(flat, 3) + " px");
if (flat > drift) exit("the plane made it worse");
close();
selectImage("sample-glass");
run("4D-STEM Center of Mass...", "outer_radius=40 reference=0,0,4,16");
makeRectangle(0, 0, 4, 16);
Stack.setChannel(2);
getStatistics(area, mean);
if (abs(mean) > 1e-5) exit("the reference's mean shift is " + mean);
return "PASS";
