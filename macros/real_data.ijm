// A measured scan, the whole way from its HDF5 file to the strain maps. SPDX-License-Identifier: GPL-3.0-or-later
// Argument: the file FPD_HDF5.hdf5 of the merlintools project: 16 x 16 patterns of an AuPd film, 200 kV, very sparse.
// Without it the file is looked for beside the project, and the macro is skipped if it is not there.
path = getArgument();
if (path == "" || File.isDirectory(path)) path = getDirectory("cwd") + "../shared/data/cube/FPD_HDF5.hdf5";
if (!File.exists(path)) {
    print("SKIPPED: there is no file " + path);
    return "PASS";
}
run("4D-STEM Open...", "path=[" + path + "]");
getDimensions(width, height, channels, slices, frames);
if (!(width == 256 && height == 256 && slices == 16 && frames == 16)) exit("opened as " + width + " x " + height + " x " + slices + " x " + frames);
name = File.getNameWithoutExtension(getTitle());

run("4D-STEM Calibrate...", "voltage=200 scan_step=5.483");
if (abs(parseFloat(Property.get("4dstem.center_x")) - 127.5) >= 2) exit("centre x is " + Property.get("4dstem.center_x"));
if (abs(parseFloat(Property.get("4dstem.center_y")) - 124.8) >= 2) exit("centre y is " + Property.get("4dstem.center_y"));

run("4D-STEM Strain Map...");
selectImage(name + "-Ring");
setSlice(9);
measured = 0;
for (y = 0; y < 16; y++)
    for (x = 0; x < 16; x++)
        if (getPixel(x, y) == 0) measured++;
print(measured + " of 256 patterns measured; of the others the status slice says why not");

// A pattern that was not measured is NaN in every slice of every map; a measured one has a strain and its error.
titles = newArray(name + "-Strain", name + "-Strain sigma");
for (k = 0; k < titles.length; k++) {
    for (y = 0; y < 16; y++) {
        for (x = 0; x < 16; x++) {
            selectImage(name + "-Ring");
            good = getPixel(x, y) == 0;
            selectImage(titles[k]);
            if (isNaN(getPixel(x, y)) == good) exit(titles[k] + " at " + x + ", " + y);
        }
    }
}
if (measured <= 0) exit("no pattern was measured");
return "PASS";
