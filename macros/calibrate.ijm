// All that 4D-STEM Calibrate... can set, and where it is kept. SPDX-License-Identifier: GPL-3.0-or-later
run("4D-STEM Sample Data...", "scan=8 detector=128 counts=300000 seed=3");
selectImage("sample-glass");
id = getImageID();

// Find centre, mask and the instrument's ellipse; the first ring of this glass is at 0.43 1/A, which gives the scale.
run("4D-STEM Calibrate...", "voltage=300 known_ring=0.43 scan_step=2.5 rotation=-12 flip find_ellipse mask=auto");

// The dataset stays the current image; its properties hold what was set and found.
if (getImageID() != id) exit("the current image is " + getTitle());
keys = newArray("voltage_kV", "q_per_px", "scan_step_nm", "rotation_deg", "flip", "center_x", "center_y", "ellipse", "mask");
for (i = 0; i < keys.length; i++) {
    selectImage(id); // a result's window may still be coming to the front
    value = Property.get("4dstem." + keys[i]);
    if (value == "") exit("4dstem." + keys[i] + " was not set");
    if (lengthOf(value) > 40) value = substring(value, 0, 40) + "...";
    print("4dstem." + keys[i] + " = " + value);
}
if (Property.get("4dstem.rotation_deg") != "-12") exit("rotation is " + Property.get("4dstem.rotation_deg"));
if (abs(parseFloat(Property.get("4dstem.center_x")) - 64) >= 6) exit("centre is at " + Property.get("4dstem.center_x"));

// A mask drawn by hand: an area selection on the dataset. A centre that is known goes before a search.
makeRectangle(0, 60, 50, 9);
run("4D-STEM Calibrate...", "center_x=63.5 center_y=63.5 mask=ROI");
selectImage(id);
if (Property.get("4dstem.center_x") != "63.5") exit("centre is at " + Property.get("4dstem.center_x"));
if (Property.get("4dstem.voltage_kV") != "300") exit("what was known got lost");

// Or an image whose nonzero pixels are masked.
newImage("my mask", "8-bit black", 128, 128, 1);
makeOval(54, 54, 20, 20);
run("Set...", "value=255");
selectImage(id);
run("4D-STEM Calibrate...", "mask=[my mask]");

// The mean pattern carries centre, ring and mask as overlay.
selectImage("sample-glass-Pattern");
if (Overlay.size < 5) exit("the overlay has " + Overlay.size + " elements");
return "PASS";
