// SPDX-License-Identifier: GPL-3.0-or-later
// The pictures of the first steps: the dataset with its button, the Recorder after a strain map. Argument: the folder they go to.
folder = getArgument() + File.separator;
driver = "vitromap.tool.DialogDriver.";
run("Record...");
call(driver + "place", "Recorder", 20, 420, 940, 190);
call(driver + "record", "4D-STEM Sample Data...", "1=48|2=192|3=500000", "");
selectImage("sample-glass-Truth ring");
close();
selectImage("sample-glass-Truth");
close();
selectImage("sample-glass");
setLocation(20, 20);
call(driver + "record", "4D-STEM Calibrate...", "8=true", "");
selectImage("sample-glass-Pattern");
setLocation(330, 20);
selectWindow("sample-glass-Profile");
run("Close");
tidy();
selectImage("sample-glass");
call(driver + "picture", folder + "first-steps-dataset.png");
selectImage("sample-glass-Pattern");
close();
selectImage("sample-glass");
call(driver + "record", "4D-STEM Strain Map...", "1=Zr50Cu45Al5|6=0,0,12,12", "");
selectImage("sample-glass-Strain sigma");
setLocation(640, 20);
Stack.setChannel(6);
selectImage("sample-glass-Ring");
close();
selectImage("sample-glass-Strain");
setLocation(330, 20);
Stack.setChannel(9);
tidy();
call(driver + "picture", folder + "first-steps-recorder.png");

// The log's window is in the way.
function tidy() {
    if (isOpen("Log")) {
        selectWindow("Log");
        run("Close");
    }
    wait(500);
}
