// The lists of 4D-STEM Open...'s dialog fill its fields; a file that is dropped on ImageJ's window comes the same way, other files as ever.
// SPDX-License-Identifier: GPL-3.0-or-later
folder = getArgument();
if (folder == "") folder = getDirectory("temp");
if (!endsWith(folder, File.separator)) folder += File.separator;
data = getDirectory("cwd") + "tests/data/";
driver = "vitromap.tool.DialogDriver.";

function check(found, expected) {
    if ("" + found != "" + expected) exit("open-dialog.ijm: '" + found + "' instead of '" + expected + "'");
}

// Six patterns without a scan shape. Fields from top to bottom: path, scan_x, scan_y, flyback, skip, dataset, detector_x, detector_y, type,
// little_endian, offset, gap, in_memory, then the lists.
check(call(driver + "drop", data + "velox-plain.emd", "13=2 x 2, fly-back 1", folder + "shapes.png"), "velox-plain.emd");
getDimensions(width, height, channels, slices, frames);
check("" + slices + " x " + frames, "2 x 2");
Stack.setPosition(1, 1, 2); // the fourth pattern of the file
check(getPixel(0, 0), 3 * 80 * 7919 % 70001);
if (indexOf(getMetadata("Info"), "scan_x=2 scan_y=2 flyback=1 skip=0") < 0) exit("not in Info: " + getMetadata("Info"));
close();

// Several datasets: the first list names them with their sizes, the second one goes with the choice.
check(call(driver + "drop", data + "chunks.h5", "13=/noise [4, 8, 8]|14=4 x 1", folder + "datasets.png"), "chunks.h5");
getDimensions(width, height, channels, slices, frames);
check("" + width + " x " + height + ", " + slices + " x " + frames, "8 x 8, 4 x 1");
close();

// Nothing to be asked, and a file for ImageJ itself.
check(call(driver + "drop", data + "arina_master.h5", "none", ""), "arina_master.h5");
getDimensions(width, height, channels, slices, frames);
check("" + slices + " x " + frames, "3 x 2");
close();
newImage("picture", "8-bit ramp", 20, 20, 1);
saveAs("Tiff", folder + "picture.tif");
close();
check(call(driver + "drop", folder + "picture.tif", "none", ""), "picture.tif");
close();
