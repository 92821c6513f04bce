// Fluctuation microscopy on the simulated glass with ordered clusters: V(k), the map V2D, its hot spots against the true clusters,
// and the correlation length. SPDX-License-Identifier: GPL-3.0-or-later
run("4D-STEM Sample Data...", "sample=clusters scan=64 detector=128 counts=300000 drift=0 seed=4");
selectImage("sample-glass");
run("4D-STEM Calibrate...", "voltage=300 known_ring=0.43 scan_step=0.64 find_ellipse");

// V(k): the clusters make the patterns vary at the ring, and there alone.
selectImage("sample-glass");
run("4D-STEM Fluctuation...", "noise_correction azimuth ring_min=28 ring_max=42");
table = "sample-glass-Fluctuation table";
column = "annular mean of variance image";
ring = 0;
outside = 0;
for (row = 0; row < Table.size(table); row++) {
    r = Table.get("r (px)", row, table);
    v = Table.get(column, row, table);
    sigma = Table.get("sigma of " + column, row, table);
    if (abs(r - 35) < 3) ring += v / 6;
    if (abs(r - 55) < 3) outside += v / 6;
    if (r > 20 && r < 60 && !(sigma > 0 && sigma < v / 5)) exit("the error at " + r + " px is " + sigma);
}
print("V at the ring " + d2s(ring, 4) + ", beyond it " + d2s(outside, 4) + "; the speckle's contrast squared is 0.0225");
if (ring < 1.2 * outside) exit("V has no peak at the ring");
if (abs(outside - 0.0225) > 0.0015) exit("without clusters V is " + outside);

// Hot spots of V2D: as many as there are clusters, of their size and volume. All of the sample's clusters are in diffracting condition, so
// the volume is that without the Bragg acceptance.
clusters = "sample-glass-Truth clusters";
n = Table.size(clusters);
volume = 0;
for (i = 0; i < n; i++) volume += PI / 6 * pow(Table.get("Diameter (nm)", i, clusters), 3);
volume = 100 * volume / (40.96 * 40.96 * 20);
selectImage("sample-glass-V2D");
run("4D-STEM Hot Spots...", "threshold=IsoData thickness=20 min_size=5");
summary = "sample-glass-V2D-Hot Spots summary";
count = Table.get("Count", 0, summary);
diameter = Table.get("Mean diameter", 0, summary);
measured = Table.get("Volume %", 0, summary);
print(count + " hot spots of " + d2s(diameter, 2) + " nm, " + d2s(measured, 2) + " % of the volume; true: " + n + " of 3 nm, " + d2s(volume, 2) + " %");
if (count != n) exit("there are " + n + " clusters, not " + count);
if (abs(diameter - 3) > 0.3) exit("the mean diameter is " + diameter + " nm, not 3");
if (abs(measured / volume - 1) > 0.25) exit("the volume is " + measured + " %, not " + volume);

// Every spot lies on a cluster.
spots = "sample-glass-V2D-Hot Spots table";
for (i = 0; i < count; i++) {
    nearest = 1e9;
    for (k = 0; k < n; k++) {
        dx = Table.get("X", i, spots) - Table.get("X (nm)", k, clusters);
        dy = Table.get("Y", i, spots) - Table.get("Y (nm)", k, clusters);
        nearest = minOf(nearest, sqrt(dx * dx + dy * dy));
    }
    if (nearest > 0.7) exit("spot " + i + 1 + " is " + nearest + " nm from the next cluster");
}

// Discs of 3 nm alone would have it at 0.52 diameters, 1.56 nm; that they keep a distance makes it shorter.
selectImage("sample-glass-V2D");
run("4D-STEM Autocorrelation...", "r_max=15");
length = Table.get("Correlation length", 0, "sample-glass-V2D-Autocorrelation lengths");
print("correlation length " + d2s(length, 2) + " nm");
if (length < 1 || length > 1.8) exit("the correlation length is " + length);
return "PASS";
