// The picture of 4D-STEM Export...'s dialog. Argument: the folder it goes to. SPDX-License-Identifier: GPL-3.0-or-later
run("4D-STEM Sample Data...", "scan=24 detector=128 counts=300000 seed=1");
selectImage("sample-glass-Truth ring");
close();
selectImage("sample-glass-Truth");
close();
selectImage("sample-glass");
setLocation(640, 60);
call("vitromap.tool.DialogDriver.record", "4D-STEM Export...", "0=/tmp/scan 12|1=EMD HDF5", getArgument() + File.separator + "export-dialog.png");
File.delete("/tmp/scan 12.emd");
return "PASS";
