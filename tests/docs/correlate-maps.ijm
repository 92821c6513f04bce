// SPDX-License-Identifier: GPL-3.0-or-later
// The picture of the page on the correlation of maps: plot, cross-correlation and joint histogram side by side. Argument: the folder it goes to.
setBatchMode(true);
run("4D-STEM Sample Data...", "scan=64 detector=96 counts=300000 seed=3");
selectImage("sample-glass");
run("4D-STEM Calibrate...", "voltage=300 known_ring=0.43 scan_step=2 find_ellipse");
selectImage("sample-glass");
run("4D-STEM Strain Map...", "composition=Zr50Cu45Al5 reference=[0,0,10,10]");
selectImage("sample-glass-Strain");
run("4D-STEM Correlate Maps...", "first=[sample-glass-Strain:e_vol] second=[sample-glass-Strain:e_xx] r_max=60");
selectImage("sample-glass-Strain-Correlation plot");
run("Duplicate...", "title=picture");
run("RGB Color");
width = getWidth;
height = getHeight;
run("Canvas Size...", "width=" + width + 2 * height + 20 + " height=" + height + " position=Center-Left");
beside("sample-glass-Strain-Correlation", width + 5);
beside("sample-glass-Strain-Joint histogram", width + height + 15);
saveAs("PNG", getArgument() + File.separator + "correlate-maps.png");
return "PASS";

function beside(title, x) {
    selectImage(title);
    run("Duplicate...", "title=copy");
    run("RGB Color");
    run("Size...", "width=" + height + " height=" + height + " interpolation=None");
    rename("copy");
    run("Insert...", "source=copy destination=picture x=" + x + " y=0");
    selectImage("copy");
    close();
    selectImage("picture");
}
