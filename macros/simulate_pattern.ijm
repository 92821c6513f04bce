// The kinematic pattern of our own glass, with and without noise, and of a crystal from an xyz file. SPDX-License-Identifier: GPL-3.0-or-later
run("4D-STEM Simulate Pattern...", "thickness=2 probe=1.5 detector=128 q_per_pixel=0.0125");
selectImage("glass-Simulated");
run("4D-STEM Radial Profiles...", "r_min=20 r_max=60 ellipse");
selectImage("glass-Simulated-Profiles");
highest = 0;
for (i = 1; i <= nSlices; i++) {
    setSlice(i);
    if (getPixel(0, 0) > highest) {
        highest = getPixel(0, 0);
        ring = (20 + i - 0.5) * 0.0125;
    }
}
print("first ring of the glass at " + d2s(ring, 3) + " 1/A");
if (!(ring > 0.36 && ring < 0.48)) exit("the first ring is at " + ring + " 1/A");

// A cubic crystal with an edge of 4 A: the spots are 1/4 1/A apart.
text = "64\nLattice=\"16 0 0 0 16 0 0 0 16\"\n";
for (i = 0; i < 64; i++) text = text + "Au " + 4 * (i % 4) + " " + 4 * (floor(i / 4) % 4) + " " + 4 * floor(i / 16) + "\n";
path = getDirectory("temp") + "vitromap-crystal.xyz";
File.saveString(text, path);
run("4D-STEM Simulate Pattern...", "path=[" + path + "] thickness=2 probe=2 detector=128 q_per_pixel=0.0125 counts=1000000 seed=2");
deleted = File.delete(path);
selectImage("vitromap-crystal-Simulated");
spot = getPixel(64 + 20, 64);
between = getPixel(64 + 10, 64);
print("counts in the spot 100: " + spot + ", between the spots: " + between);
if (!(spot > 20 * (between + 1))) exit("no spot at 100");
return "PASS";
