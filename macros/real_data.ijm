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
if (abs(parseFloat(Property.get("4dstem.center_x")) - 127.5) >= 0.5) exit("centre x is " + Property.get("4dstem.center_x"));
if (abs(parseFloat(Property.get("4dstem.center_y")) - 124.8) >= 0.5) exit("centre y is " + Property.get("4dstem.center_y"));

run("4D-STEM Strain Map...");
status = pixels(name + "-Ring", 9);
measured = 0;
for (i = 0; i < 256; i++) {
    if (!(status[i] >= 0 && status[i] <= 10)) exit("pattern " + i + " has the status " + status[i]);
    if (status[i] == 0) measured++;
}
print(measured + " of 256 patterns measured; of the others the status slice says why not");
if (measured == 0) exit("no pattern was measured");

// A pattern that was not measured is NaN in the maps; a measured one has a strain and its error.
strain = pixels(name + "-Strain", 1);
sigma = pixels(name + "-Strain sigma", 1);
for (i = 0; i < 256; i++)
    if (isNaN(strain[i]) == (status[i] == 0) || isNaN(sigma[i]) == (status[i] == 0))
        exit("pattern " + i + ": status " + status[i] + ", strain " + strain[i] + ", sigma " + sigma[i]);
return "PASS";

function pixels(title, slice) {
    selectImage(title);
    setSlice(slice);
    values = newArray(getWidth() * getHeight());
    for (k = 0; k < values.length; k++) values[k] = getPixel(k % getWidth(), floor(k / getWidth()));
    return values;
}
