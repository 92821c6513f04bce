// SPDX-License-Identifier: GPL-3.0-or-later
// The pictures of a file that is watched: the dialog, and maps that are half filled. Argument: the folder they go to.
folder = getArgument() + File.separator;
work = getDirectory("temp") + "vitromap-watch";
File.makeDirectory(work);
whole = work + File.separator + "whole.raw";
path = work + File.separator + "scan.raw";
slow = "vitromap.tool.SlowFile.";
run("4D-STEM Sample Data...", "scan=48 detector=192 counts=1000000 seed=1");
selectImage("sample-glass");
saveAs("Raw Data", whole);
run("Close All");
raw = " scan_x=48 scan_y=48 detector_x=192 detector_y=192";
frame = 2 * 192 * 192;

call(slow + "write", whole, path, "9000000", "10", "" + 48 * 29 * frame + 20 * frame, "");
// Fields from top to bottom: path, command, interval, patience, scan_x, scan_y, flyback, skip, detector_x, detector_y, type, little_endian.
call(slow + "watch", path, "1=4D-STEM Virtual Image... detector=annulus inner_radius=46 outer_radius=60|2=1|3=1|4=48|5=48|8=192|9=192|11=false",
    folder + "watch-dialog.png");
setLocation(20, 20);
run("4D-STEM Watch...", "path=[" + path + "] command=[4D-STEM Strain Map... reference=0,0,12,12] interval=1 patience=1" + raw);
close();
selectImage("scan-Strain sigma");
close();
selectImage("scan-Strain");
Stack.setChannel(9);
setLocation(430, 20);
if (isOpen("Log")) {
    selectWindow("Log");
    run("Close");
}
wait(500);
call("vitromap.tool.DialogDriver.picture", folder + "watch.png");
File.delete(path);
File.delete(whole);
File.delete(work);
return "PASS";
