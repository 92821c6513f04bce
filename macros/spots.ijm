// Spots of a simulated crystal seen along its cube axis, and the angles between them. SPDX-License-Identifier: GPL-3.0-or-later
text = "64\nLattice=\"16 0 0 0 16 0 0 0 16\"\n";
for (i = 0; i < 64; i++) text = text + "Au " + 4 * (i % 4) + " " + 4 * (floor(i / 4) % 4) + " " + 4 * floor(i / 16) + "\n";
path = getDirectory("temp") + "vitromap-spots.xyz";
File.saveString(text, path);
run("4D-STEM Simulate Pattern...", "path=[" + path + "] thickness=2 probe=2 q_per_pixel=0.008 counts=3000000");
deleted = File.delete(path);
selectImage("vitromap-spots-Simulated");
setMinAndMax(0, 3000);

// The four spots 100 only: the range is that of their ring.
run("4D-STEM Spots and Angles...", "minimum=8 r_min=25 r_max=37");
table = "vitromap-spots-Simulated-Spots table";
if (Table.size(table) != 4) exit(Table.size(table) + " spots, not 4");
for (i = 0; i < 4; i++) {
    q = Table.get("q (1/A)", i, table);
    angle = Table.get("Angle to next (deg)", i, table);
    print("spot " + i + 1 + ": q = " + d2s(q, 4) + " 1/A, " + d2s(angle, 2) + " degrees to the next");
    if (!(abs(q - 0.25) < 0.001 && abs(angle - 90) < 0.3)) exit("the spot is at " + q + " 1/A, the next one at " + angle + " degrees");
}
return "PASS";
