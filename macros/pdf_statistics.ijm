// Regions of a glass compared: profiles and PDFs of where the shear band is dilated, and of where it is not. SPDX-License-Identifier: GPL-3.0-or-later
setBatchMode(true); // no windows come between
run("4D-STEM Sample Data...", "scan=32 detector=192 counts=1000000 seed=2 drift=0");
selectImage("sample-glass");
run("4D-STEM Calibrate...", "voltage=300 known_ring=0.43 scan_step=2 find_ellipse");
selectImage("sample-glass");
run("4D-STEM Strain Map...", "composition=Zr50Cu45Al5 reference=[0,0,10,10]");
selectImage("sample-glass");
run("4D-STEM Radial Profiles...", "ellipse");

// Bright = dilated: its first ring lies further in. The same regions as patterns come from Region Pattern.
selectImage("sample-glass-Profiles");
run("4D-STEM PDF Statistics...", "map=[sample-glass-Strain:e_vol] thresholds=0.4,100;-0.4,0.4 from=0.3 to=0.98");
check("sample-glass-Profiles-Statistics");
check("sample-glass-Profiles-Difference");
q = peak("sample-glass-Profiles-Statistics table", "q (1/Å)", 0.38, 0.48);
print("first ring: dilated " + d2s(q[0], 4) + ", elsewhere " + d2s(q[1], 4) + " 1/A");
selectImage("sample-glass");
run("4D-STEM Region Pattern...", "map=[sample-glass-Strain:e_vol] threshold=0.4,100;-0.4,0.4");
if (nSlices != 2) exit("there are " + nSlices + " patterns");

// The same regions of G(r): where the glass is dilated its atoms are further apart.
selectImage("sample-glass-Profiles");
run("4D-STEM PDF Map...", "composition=Zr50Cu45Al5 fit_min=0.3 window=Lorch");
selectImage("sample-glass-Profiles-PDF");
run("4D-STEM PDF Statistics...", "map=[sample-glass-Strain:e_vol] thresholds=0.4,100;-0.4,0.4 from=2 to=8");
check("sample-glass-Profiles-PDF-Statistics");
r = peak("sample-glass-Profiles-PDF-Statistics table", "axis (Å)", 2.4, 3.4);
print("first distance: dilated " + d2s(r[0], 3) + ", elsewhere " + d2s(r[1], 3) + " A");
if (!(r[0] > r[1])) exit("the dilated part's first distance is no longer");

// Rectangles and the ROI Manager are regions too.
selectImage("sample-glass-Profiles-PDF");
run("4D-STEM PDF Statistics...", "regions=[0,0,10,10; 20,20,10,10] from=2 to=8");
check("sample-glass-Profiles-PDF-Statistics-1");
return "PASS";

function check(title) {
    if (!isOpen(title)) exit("there is no " + title);
}

// Place of the highest mean of each region, by a parabola through three points; the regions' columns begin at the second.
function peak(title, axis, from, to) {
    result = newArray(2);
    if (!isOpen(title)) return result; // without a display no table is shown
    x = Table.getColumn(axis, title);
    names = split(Table.headings(title), "\t");
    found = 0;
    for (c = 0; c < names.length && found < 2; c++) {
        if (!startsWith(names[c], "mean ")) continue;
        y = Table.getColumn(names[c], title);
        top = 1;
        while (x[top] < from) top++;
        for (i = top; i < x.length - 1; i++)
            if (x[i] <= to && y[i] > y[top]) top = i;
        result[found++] = x[top] + (x[1] - x[0]) * 0.5 * (y[top - 1] - y[top + 1]) / (y[top - 1] - 2 * y[top] + y[top + 1]);
    }
    return result;
}
