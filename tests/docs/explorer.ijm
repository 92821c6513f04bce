// SPDX-License-Identifier: GPL-3.0-or-later
// The pictures of the Explorer. Argument: the folder they go to.
folder = getArgument() + File.separator;
driver = "vitromap.tool.ExplorerDriver.";
map = "sample-glass-Explorer";
pattern = "sample-glass-Explorer pattern";
run("4D-STEM Sample Data...", "scan=48 detector=256 counts=1000000 seed=1");
selectImage("sample-glass-Truth ring");
close();
selectImage("sample-glass-Truth");
Stack.setChannel(9);
setLocation(20, 20);
selectImage("sample-glass");
setLocation(20, 20);
run("4D-STEM Explorer");
x = call(driver + "exact", map);
wait(500); // the plot's window

selectImage(pattern);
makeRotatedRectangle(140, 60, 225, 100, 30);
selectImage(map);
makeOval(8, 10, 9, 9);
x = call(driver + "exact", map);
selectImage("sample-glass");
setLocation(20, 20);
selectImage(map);
picture("explorer.png");

x = call(driver + "key", map, "p");
x = call(driver + "pdf", map, "Zr50Cu45Al5");
selectImage(pattern);
run("Select None");
selectImage(map);
makeRectangle(21, 21, 8, 8);
call(driver + "choose", map, "sample-glass-Truth");
x = call(driver + "exact", map);
call(driver + "key", map, "p");
call(driver + "key", pattern, "2");
x = call(driver + "exact", map);
wait(1000);
selectImage("sample-glass-Explorer pinned");
setLocation(20, 450);
selectImage(map);
picture("explorer-pinned.png");

function picture(name) {
    if (isOpen("Log")) {
        selectWindow("Log");
        run("Close");
    }
    wait(300);
    x = call("vitromap.tool.DialogDriver.picture", folder + name);
}
