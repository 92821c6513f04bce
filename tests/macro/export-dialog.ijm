// The dialog of 4D-STEM Export...: it proposes a path that goes with the format, and the recorder's line does it again. SPDX-License-Identifier: GPL-3.0-or-later
folder = getArgument();
if (folder == "") folder = getDirectory("temp");
if (!endsWith(folder, File.separator)) folder += File.separator;
File.setDefaultDir(folder);
run("4D-STEM Sample Data...", "scan=12 detector=64 counts=100000 seed=4");
selectImage("sample-glass");

// Fields from top to bottom: path, format.
line = call("vitromap.tool.DialogDriver.record", "4D-STEM Export...", "1=TIFF", folder + "export-dialog.png");
print(line);
if (!File.exists(folder + "sample-glass.tif")) exit("export-dialog.ijm: no file " + folder + "sample-glass.tif");
bytes = File.length(folder + "sample-glass.tif");
File.delete(folder + "sample-glass.tif");
eval(substring(line, indexOf(line, "run(")));
if (File.length(folder + "sample-glass.tif") != bytes) exit("export-dialog.ijm: the recorded line writes another file");
return "PASS";
