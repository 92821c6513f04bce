// The way of Im et al. (Ultramicroscopy 195 (2018) 189) on the simulated glass with ordered clusters: maps of n-fold symmetry, their hot spots with
// size and volume, the correlation length; each against the truth. SPDX-License-Identifier: GPL-3.0-or-later
run("4D-STEM Sample Data...", "sample=clusters scan=64 detector=128 counts=300000 seed=4");
selectImage("sample-glass");
run("4D-STEM Calibrate...", "voltage=300 known_ring=0.43 scan_step=0.64 find_ellipse");

// The beam drifts: each pattern's centre comes from its ring.
selectImage("sample-glass");
run("4D-STEM Strain Map...");
selectImage("sample-glass");
run("4D-STEM Symmetry Map...", "ring_min=30 ring_max=40 noise_correction follow_center");

// The mean spectrum: clusters of n = 4, 6 and 10 on the power of the speckle.
table = "sample-glass-Symmetry spectrum table";
orders = newArray(4, 6, 10);
for (n = 1; n <= 12; n++) {
    power = Table.get("all", n - 1, table);
    ordered = n == 4 || n == 6 || n == 10;
    if (ordered && power < 0.001) exit("the mean power at n = " + n + " is " + power);
    if (!ordered && n > 2 && power > 0.0008) exit("the mean power at n = " + n + " is " + power);
}
print("mean power at n = 4: " + Table.get("all", 3, table) + ", at n = 5: " + Table.get("all", 4, table));

clusters = "sample-glass-Truth clusters";
for (k = 0; k < 3; k++) {
    n = orders[k];
    // Against the true map, position by position.
    true_map = slice("sample-glass-Truth", n, "truth of n=" + n);
    map = slice("sample-glass-Symmetry", n, "n=" + n);
    difference = rms(map, true_map);
    if (difference > 0.002) exit("the map of n = " + n + " is off by " + difference);

    count = 0;
    for (i = 0; i < Table.size(clusters); i++) count += Table.get("n", i, clusters) == n;
    volume = 100 * count * PI / 6 * 27 / (40.96 * 40.96 * 20);
    selectImage("n=" + n);
    run("4D-STEM Hot Spots...", "threshold=IsoData thickness=20 min_size=5");
    summary = "n=" + n + "-Hot Spots summary";
    found = Table.get("Count", 0, summary);
    diameter = Table.get("Mean diameter", 0, summary);
    measured = Table.get("Volume %", 0, summary);
    selectImage("n=" + n);
    run("4D-STEM Autocorrelation...", "r_max=10");
    length = Table.get("Correlation length", 0, "n=" + n + "-Autocorrelation lengths");
    print("n = " + n + ": " + found + " hot spots of " + d2s(diameter, 2) + " nm, " + d2s(measured, 2) + " % of the volume, correlation length "
        + d2s(length, 2) + " nm; true: " + count + " of 3 nm, " + d2s(volume, 2) + " %");
    if (found != count) exit("there are " + count + " clusters of order " + n + ", not " + found);
    if (abs(diameter - 3) > 0.3) exit("the mean diameter is " + diameter + " nm, not 3");
    if (abs(measured / volume - 1) > 0.25) exit("the volume is " + measured + " %, not " + volume);
    if (abs(length - 1.4) > 0.3) exit("the correlation length is " + length + " nm");
}

// Spectra of regions, in bands of k.
selectImage("sample-glass");
run("4D-STEM Symmetry Map...", "ring_min=30 ring_max=42 bands=3 max_order=6 noise_correction follow_center region=[0,0,32,64;32,0,32,64]");
if (getTitle() != "sample-glass-Symmetry-1") exit("the current image is " + getTitle());
Stack.getDimensions(width, height, channels, slices, frames);
if (channels != 1 || slices != 6 || frames != 3) exit("" + channels + " x " + slices + " x " + frames);

// The command line of the Info makes the same again.
info = getMetadata("Info");
start = indexOf(info, "run(");
selectImage("sample-glass");
eval(substring(info, start, indexOf(info, ");", start) + 2));
difference = rms("sample-glass-Symmetry-1", "sample-glass-Symmetry-2");
if (difference != 0) exit("the second map differs by " + difference);
return "PASS";

// A slice as an image of its own.
function slice(title, n, name) {
    selectImage(title);
    Stack.setChannel(n);
    if (getInfo("slice.label") != "n=" + n) exit("slice " + n + " of " + title + " is " + getInfo("slice.label"));
    run("Duplicate...", "title=[" + name + "] channels=" + n);
    return name;
}

function rms(first, second) {
    selectImage(first);
    a = values();
    selectImage(second);
    b = values();
    sum = 0;
    for (i = 0; i < a.length; i++) sum += (a[i] - b[i]) * (a[i] - b[i]);
    return sqrt(sum / a.length);
}

function values() {
    w = getWidth;
    v = newArray(w * getHeight);
    for (i = 0; i < v.length; i++) v[i] = getPixel(i % w, floor(i / w));
    return v;
}
