// Bright and dark regions of a glass, after F. Zhu et al., Phys. Rev. Lett. 119 (2017) 215501: their patterns, profiles on one axis with the difference, peaks with
// their ratios to the first beside the icosahedral ones, and the angles between the spots of single patterns, beside those of a simulated crystal.
// Argument: a folder for the figure; empty = none. SPDX-License-Identifier: GPL-3.0-or-later
setBatchMode(true);
run("4D-STEM Sample Data...", "scan=32 detector=192 counts=1000000 seed=4 drift=0 speckle=0.3");
selectImage("sample-glass");
run("4D-STEM Calibrate...", "voltage=300 known_ring=0.43 find_ellipse");
selectImage("sample-glass");
run("4D-STEM Strain Map...", "composition=Zr50Cu45Al5 reference=[0,0,10,10]");

// The regions: here of the density; with a HAADF image its title stands here, bright and dark being above and below its threshold.
map = "sample-glass-Strain:d_rho";
selectImage("sample-glass");
run("4D-STEM Region Pattern...", "map=[" + map + "] threshold=bright;dark");
if (nSlices != 2) exit("there are " + nSlices + " patterns, not a bright and a dark one");

// Profiles of the patterns on the same axis, their difference, peaks and ratios.
selectImage("sample-glass");
run("4D-STEM Radial Profiles...", "r_max=95 ellipse");
selectImage("sample-glass-Profiles");
run("4D-STEM PDF Map...", "composition=Zr50Cu45Al5 fit_min=0.3 keep_sq");
selectImage("sample-glass-Profiles-Sq");
run("4D-STEM PDF Statistics...", "map=[" + map + "] thresholds=bright;dark from=0.35 to=1.1");
if (!isOpen("sample-glass-Profiles-Sq-Statistics") || !isOpen("sample-glass-Profiles-Sq-Difference")) exit("there are no plots of the regions");
table = "sample-glass-Profiles-Sq-Statistics peaks";
if (isOpen(table)) {
    second = 0;
    for (i = 0; i < Table.size(table); i++) {
        ratio = Table.get("ratio to first", i, table);
        print(Table.getString("region", i, table) + ", " + Table.getString("kind", i, table) + ": ratio " + d2s(ratio, 3) + " +- " + d2s(Table.get("ratio error", i, table), 3));
        if (ratio > 1.6 && ratio < 1.8) second = ratio;
    }
    if (!(abs(second - 1.7) < 0.05)) exit("the second peak's ratio to the first is " + second + ", not 1.7 as the sample has it");
}

// One pattern of the glass: its brightest speckles. Angles that recur from pattern to pattern would be order.
selectImage("sample-glass");
Stack.setPosition(1, 16, 16);
run("4D-STEM Spots and Angles...", "minimum=9 r_min=44 r_max=62");

// A body-centred cubic crystal along its cube axis, for comparison: neighbours at 45 degrees once two rings are taken together.
text = "54\nLattice=\"9.6 0 0 0 9.6 0 0 0 9.6\"\n";
for (i = 0; i < 27; i++) {
    x = 3.2 * (i % 3);
    y = 3.2 * (floor(i / 3) % 3);
    z = 3.2 * floor(i / 9);
    text = text + "Zr " + x + " " + y + " " + z + "\nZr " + x + 1.6 + " " + y + 1.6 + " " + z + 1.6 + "\n";
}
path = getDirectory("temp") + "vitromap-bcc.xyz";
File.saveString(text, path);
run("4D-STEM Simulate Pattern...", "path=[" + path + "] thickness=2 probe=2 q_per_pixel=0.009 detector=192 counts=2000000");
deleted = File.delete(path);
selectImage("vitromap-bcc-Simulated");
run("4D-STEM Spots and Angles...", "minimum=8 r_min=45 r_max=75");
spots = "vitromap-bcc-Simulated-Spots table";
if (isOpen(spots)) {
    if (Table.size(spots) != 8) exit("the crystal has " + Table.size(spots) + " spots 110 and 200, not 8");
    for (i = 0; i < 8; i++)
        if (!(abs(Table.get("Angle to next (deg)", i, spots) - 45) < 0.5)) exit("an angle of " + Table.get("Angle to next (deg)", i, spots) + " degrees, not 45");
}
return "PASS";
