// SPDX-License-Identifier: GPL-3.0-or-later
// The pictures of the user guide: dialogs and windows as a user sees them. Argument: the folder they go to. On a display with a window
// manager the windows have their titles.
folder = getArgument() + File.separator;
driver = "vitromap.tool.DialogDriver.";
run("4D-STEM Sample Data...", "scan=48 detector=256 counts=1000000 seed=1");
selectImage("sample-glass-Truth ring");
close();
selectImage("sample-glass-Truth");
close();
selectImage("sample-glass");
setLocation(20, 20);

call(driver + "record", "4D-STEM Calibrate...", "8=true", folder + "calibrate-dialog.png");
selectImage("sample-glass-Pattern");
setLocation(320, 20);
selectWindow("sample-glass-Profile");
setLocation(620, 20);
tidy();
call(driver + "picture", folder + "calibrate.png");
selectImage("sample-glass-Pattern");
close();
selectWindow("sample-glass-Profile");
run("Close");

selectImage("sample-glass");
tidy();
call(driver + "record", "4D-STEM Strain Map...", "1=Zr50Cu45Al5|6=0,0,12,12", folder + "strain-map-dialog.png");
arrange("sample-glass-Strain", 9, 20, 20);
arrange("sample-glass-Strain sigma", 6, 330, 20);
arrange("sample-glass-Ring", 3, 640, 20);
selectImage("sample-glass");
close();
tidy();
call(driver + "picture", folder + "strain-map.png");

// The log's window is in the way.
function tidy() {
    if (isOpen("Log")) {
        selectWindow("Log");
        run("Close");
    }
    wait(500);
}

function arrange(title, slice, x, y) {
    selectImage(title);
    Stack.setChannel(slice);
    setLocation(x, y);
}
