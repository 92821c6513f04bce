// Does the first ring's amplitude go with the strain? Correlation of maps, with errors that know that neighbours are alike.
// SPDX-License-Identifier: GPL-3.0-or-later
setBatchMode(true); // no windows come between
run("4D-STEM Sample Data...", "scan=48 detector=96 counts=300000 seed=3");
selectImage("sample-glass");
run("4D-STEM Calibrate...", "voltage=300 known_ring=0.43 scan_step=2 find_ellipse");
selectImage("sample-glass");
run("4D-STEM Strain Map...", "composition=Zr50Cu45Al5 reference=[0,0,10,10]");

// Density falls where the glass is dilated: two slices of one stack.
selectImage("sample-glass-Strain");
run("4D-STEM Correlate Maps...", "first=[sample-glass-Strain:e_vol] second=[sample-glass-Strain:d_rho] r_max=40");
check("sample-glass-Strain-Joint histogram");
check("sample-glass-Strain-Correlation plot");
selectImage("sample-glass-Strain-Correlation");
r = getPixel(floor(getWidth / 2), floor(getHeight / 2));
print("e_vol and d_rho: " + d2s(r, 3));
if (!(r < -0.95)) exit("dilation and density correlate by " + r);

// All pairs of the stack's maps as a matrix.
selectImage("sample-glass-Strain");
run("4D-STEM Correlate Maps...");
selectImage("sample-glass-Strain-Correlation matrix");
if (getWidth != 11) exit("the matrix has " + getWidth + " columns");
if (abs(getPixel(3, 8) - r) > 1e-4) exit("the matrix has " + getPixel(3, 8));
return "PASS";

function check(title) {
    if (!isOpen(title)) exit("there is no " + title);
}
