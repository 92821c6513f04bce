// The pictures of the pages on fluctuation, hot spots and autocorrelation. Argument: the folder they go to. SPDX-License-Identifier: GPL-3.0-or-later
folder = getArgument() + File.separator;
run("4D-STEM Sample Data...", "sample=clusters scan=64 detector=128 counts=300000 drift=0 seed=4");
selectImage("sample-glass");
run("4D-STEM Calibrate...", "voltage=300 known_ring=0.43 scan_step=0.64 find_ellipse");
selectImage("sample-glass");
run("4D-STEM Fluctuation...", "noise_correction azimuth ring_min=28 ring_max=42");

selectImage("sample-glass-V2D");
run("4D-STEM Hot Spots...", "threshold=IsoData thickness=20 min_size=5");
enlarged("sample-glass-V2D-Hot Spots", 384);
run("Flatten");
saveAs("PNG", folder + "hot-spots.png");

selectImage("sample-glass-V2D");
run("4D-STEM Autocorrelation...", "r_max=15");
selectImage("sample-glass-V2D-Autocorrelation plot");
saveAs("PNG", folder + "autocorrelation.png");

// The plot, and the map beside it at the same height.
selectImage("sample-glass-Fluctuation");
run("Duplicate...", "title=plot");
run("RGB Color");
width = getWidth;
height = getHeight;
enlarged("sample-glass-V2D", height);
run("RGB Color");
rename("map");
newImage("both", "RGB white", width + height + 10, height, 1);
run("Insert...", "source=plot destination=both x=0 y=0");
run("Insert...", "source=map destination=both x=" + width + 10 + " y=0");
saveAs("PNG", folder + "fluctuation.png");
return "PASS";

function enlarged(title, size) {
    selectImage(title);
    run("Duplicate...", "title=large");
    run("Size...", "width=" + size + " height=" + size + " interpolation=None");
}
