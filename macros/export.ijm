// A dataset to each format and back: the same numbers, and what the dataset knows. SPDX-License-Identifier: GPL-3.0-or-later
// Argument: a folder for the files.
folder = getArgument();
if (folder == "") folder = getDirectory("temp");
if (!endsWith(folder, File.separator)) folder += File.separator;
path = folder + "a scan, " + fromCharCode(28204, 23450);

run("4D-STEM Sample Data...", "scan=6 detector=64 counts=100000 seed=4");
selectImage("sample-glass");
Property.set("4dstem.voltage_kV", "300");
Property.set("4dstem.ellipse", "1.01,0.002,0.99");
expected = numbers();

formats = newArray("EMD HDF5", "NPY", "raw", "TIFF");
extensions = newArray(".emd", ".npy", ".raw", ".tif");
for (i = 0; i < 4; i++) {
    selectImage("sample-glass");
    print("\\Clear");
    run("4D-STEM Export...", "path=[" + path + "] format=[" + formats[i] + "]");
    if (getTitle() != "sample-glass") exit("the current image is " + getTitle());
    if (!File.exists(path + extensions[i])) exit("no file " + path + extensions[i]);

    // NPY and raw: the log has the lines that open the file with what it cannot hold.
    told = getInfo("log");
    if (i == 1 || i == 2) eval(substring(told, indexOf(told, "run(")));
    else run("4D-STEM Open...", "path=[" + path + extensions[i] + "]");
    getDimensions(width, height, channels, slices, frames);
    if (slices != 6 || frames != 6) exit(formats[i] + ": " + slices + " x " + frames);
    found = numbers();
    if (found != expected) exit(formats[i] + ": other numbers");
    if (Property.get("4dstem.voltage_kV") != "300" || Property.get("4dstem.ellipse") != "1.01,0.002,0.99") exit(formats[i] + ": what the dataset knows is lost");
    close();
}
return "PASS";

// Some pixels of every pattern, as one text.
function numbers() {
    text = "";
    for (s = 1; s <= nSlices; s++) {
        setSlice(s);
        for (k = 0; k < 8; k++) text = text + getPixel((17 * s + 29 * k) % 64, (31 * s + 7 * k) % 64) + " ";
    }
    return text;
}
