// Profiles across and along a shear band on all slices of a map, with standard errors. SPDX-License-Identifier: GPL-3.0-or-later
// Argument: a folder for a picture of the plot; none = it is not written.
folder = getArgument();
run("4D-STEM Sample Data...", "scan=48 detector=64 counts=100000 seed=3");
selectImage("sample-glass-Truth");
rename("truth");

// The line lies along the band: from end to end of it.
makeLine(0, 32, 47, 14);
run("4D-STEM Band Profile...", "width=24");
if (getTitle() != "truth-Band") exit("the plots are " + getTitle());
if (nSlices != 11) exit("there are " + nSlices + " plots");
if (folder != "") {
    setSlice(9);
    saveAs("PNG", folder + File.separator + "band-profile.png");
}
close();
table = "truth-Band table";
if (Table.size(table) != 24) exit("the table has " + Table.size(table) + " rows");
distance = Table.getColumn("distance (nm)", table);
density = Table.getColumn("d_rho", table);
error = Table.getColumn("d_rho error", table);
least = 0;
for (i = 0; i < density.length; i++) {
    print(d2s(distance[i], 1) + " nm: d_rho " + d2s(density[i], 3) + " +- " + d2s(error[i], 3) + " %");
    if (density[i] < density[least]) least = i;
}
selectImage("truth");
getPixelSize(unit, step, height);
if (abs(distance[least]) > 4 * step) exit("the band's density has its minimum at " + distance[least] + " nm from the line");
close(table);

// Along the band: the strain fields alternate.
selectImage("truth");
run("4D-STEM Band Profile...", "width=6 along");
close();
density = Table.getColumn("d_rho", table);
Array.getStatistics(density, min, max);
print("along the band d_rho goes from " + d2s(min, 2) + " to " + d2s(max, 2) + " %");
if (Table.size(table) < 50) exit("the table has " + Table.size(table) + " rows");
if (!(max > min)) exit("the band is flat");
return "PASS";
