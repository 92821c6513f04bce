// The Lorentz 4D-STEM chain: induction, its angle to the strain, magnetoelastic energy, after S. Kang, thesis, TU Darmstadt 2023, chapter 8.
// Argument: a folder for the figure; empty = none. SPDX-License-Identifier: GPL-3.0-or-later
options = "sample=magnetic scan=48 detector=256 thickness=50 counts=1000000";

// The same scan without a field, as with a saturated specimen: it holds the descan.
run("4D-STEM Sample Data...", options + " field=0 seed=2");
titles = getList("image.titles");
for (i = 0; i < titles.length; i++)
    if (startsWith(titles[i], "sample-glass-Truth")) {
        selectImage(titles[i]);
        close();
    }
selectImage("sample-glass");
rename("saturated");
run("4D-STEM Sample Data...", options + " seed=1");

// Strain first, from the rings of the same patterns.
selectImage("sample-glass");
run("4D-STEM Calibrate...", "voltage=300 known_ring=0.43 find_ellipse mask=none");
selectImage("sample-glass");
run("4D-STEM Strain Map...", "composition=Zr50Cu45Al5 reference=[0,0,8,8]");

selectImage("sample-glass");
run("4D-STEM Lorentz Map...", "thickness=50 reference=saturated strain=sample-glass-Strain lambda_s=0.000025 young=160 poisson=0.33");

// Against the truth: slope 1 within a percent, both components.
for (c = 1; c <= 2; c++) {
    truth = values("sample-glass-Truth induction", c);
    measured = values("sample-glass-Induction", c);
    product = 0;
    square = 0;
    for (i = 0; i < truth.length; i++) {
        product += truth[i] * measured[i];
        square += truth[i] * truth[i];
    }
    slope = product / square;
    print("component " + c + ": measured over true induction " + d2s(slope, 4));
    if (!(abs(slope - 1) < 0.01)) exit("the induction's component " + c + " comes back with a slope of " + slope);
}
selectImage("sample-glass-Magnetoelastic energy");
getStatistics(area, mean, least, most);
print("magnetoelastic energy from " + d2s(least, 1) + " to " + d2s(most, 1) + " kJ/m^3");
if (!(least < 0 && most > 0 && most < 200)) exit("magnetoelastic energies from " + least + " to " + most);
return "PASS";

// A channel, row by row.
function values(title, channel) {
    selectImage(title);
    Stack.setChannel(channel);
    array = newArray(getWidth() * getHeight());
    for (i = 0; i < array.length; i++)
        array[i] = getPixel(i % getWidth(), floor(i / getWidth()));
    return array;
}
