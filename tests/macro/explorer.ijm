// The Explorer: linked both ways with any selection, exact in the end, recorded, pinned, other maps as navigator, and gone when a window is
// closed. SPDX-License-Identifier: GPL-3.0-or-later
driver = "vitromap.tool.ExplorerDriver.";
data = "sample-glass";
map = "sample-glass-Explorer";
pattern = "sample-glass-Explorer pattern";
call(driver + "watch");
run("4D-STEM Sample Data...", "scan=12 detector=64 counts=20000 seed=2");
selectImage("sample-glass-Truth ring");
close();
selectImage(data);
run("4D-STEM Explorer");
same("at the start");

// A mouse drags the rectangle, and another one on the pattern.
setTool("rectangle");
selectImage(map);
makeRectangle(2, 3, 3, 2);
call(driver + "drag", map, 3, 4, 7, 6);
selectImage(map);
getSelectionBounds(x, y, w, h);
if (x < 5 || y < 4) exit("the rectangle was dragged to " + x + ", " + y);
same("dragged");
selectImage(pattern);
run("Select None");
call(driver + "drag", pattern, 10, 12, 40, 30);
same("a rectangle on the pattern");

// Every kind of selection on either side.
for (side = 0; side < 2; side++) {
    title = newArray(map, pattern);
    s = newArray(1, 4);
    s = s[side];
    title = title[side];
    select(title); makeOval(2*s, 3*s, 5*s, 4*s); same("oval");
    select(title); makePoint(3*s, 5*s); same("point");
    select(title); makeSelection("points", newArray(1*s, 4*s, 7*s), newArray(2*s, 9*s, 3*s)); same("points");
    select(title); makeLine(1*s, 1*s, 9*s, 6*s); same("line");
    select(title); makeLine(1*s, 2*s, 9*s, 6*s, 3*s); same("wide line");
    select(title); makeSelection("freehand", newArray(2*s, 7*s, 9*s, 4*s), newArray(1*s, 2*s, 8*s, 9*s)); same("freehand");
    select(title); makeSelection("polyline", newArray(2*s, 7*s, 9*s), newArray(1*s, 2*s, 8*s)); same("segmented line");
    call(driver + "composite", title, s); same("composite");
}

// What is recorded makes the same without the Explorer.
n = recorded();
if (n != 1) exit(n + " patterns were recorded");
select(map);
select(pattern);
same("nothing selected");
recorded();
select(map);
makeRectangle(1, 2, 4, 4);
same("a rectangle again");
call(driver + "key", map, "p");
n = recorded();
if (n != 2) exit(n + " patterns were recorded, one was pinned");

// Scales draw only.
before = mean(pattern);
for (i = 1; i <= 3; i++) {
    call(driver + "key", pattern, "" + i);
    if (indexOf(call(driver + "exact", pattern), "" + substring("linsqulog", 3*i - 3, 3*i)) < 0) exit("scale " + i + " is not said");
}
if (mean(pattern) != before) exit("a scale changed the pixels");

// Two pinned regions make a picture in colour, whose channels are their patterns.
call(driver + "press", pattern, "Pin");
wait(500);
selectImage("sample-glass-Explorer pinned");
getDimensions(width, height, channels, slices, frames);
if (channels != 2 || width != 64) exit("pinned: " + channels + " channels of " + width);
Stack.setChannel(2);
if (mean("sample-glass-Explorer pinned") != before) exit("the second pin is not the region's pattern");
close();
call(driver + "key", map, "P");

// The PDF beside the profile; for what cannot be it is said why, once.
call(driver + "pdf", map, "Zr50Cu45Al5");
call(driver + "exact", map);
wait(500);
if (!isOpen("sample-glass-Explorer PDF")) exit("no PDF: " + getInfo("log"));
call(driver + "pdf", map, "Xx50");
call(driver + "exact", map);
wait(500);
if (indexOf(getInfo("log"), "Xx") < 0) exit("a composition that cannot be was not refused: " + getInfo("log"));

// Another map as navigator, of which a selection acts as one on the map; one of another size is refused.
newImage("other scan", "32-bit black", 13, 12, 1);
newImage("density", "32-bit ramp", 12, 12, 2);
items = call(driver + "choose", map, "density");
if (indexOf(items, "density") < 0 || indexOf(items, pattern) >= 0 || indexOf(items, data + "\n") >= 0) exit("offered: " + items);
wait(300);
selectImage(map);
if (getPixel(11, 5) <= getPixel(1, 5)) exit("the map does not show the ramp");
selectImage("density");
makeOval(1, 1, 5, 5);
wait(300);
selectImage(map);
if (selectionType() != 1) exit("the selection on the navigator did not come over");
call(driver + "choose", map, "other scan");
if (indexOf(getInfo("log"), "'other scan' is no map of this scan: it has 13 x 12 pixels, 'sample-glass' has 12 x 12") < 0) exit("not refused: " + getInfo("log"));
selectImage("density");
close();
wait(500);
call(driver + "exact", map);

// Outside of it: said above the pattern, and the pattern stays.
select(map);
makeRectangle(4, 4, 3, 3);
call(driver + "exact", pattern);
before = mean(pattern);
selectImage(map);
makeRectangle(40, 40, 3, 3);
if (indexOf(call(driver + "exact", pattern), "holds no position of the scan of 12 x 12") < 0) exit("not said: " + call(driver + "exact", pattern));
if (mean(pattern) != before) exit("the pattern did not stay");

// Started twice it is one; closed it is gone.
n = nImages;
selectImage(data);
run("4D-STEM Explorer");
if (nImages != n) exit("a second Explorer");
ends(map);
starts(data);
ends(pattern);
starts(data);
selectImage(data);
run("Duplicate...", "title=[another one] duplicate");
starts("another one");
selectImage("another one");
close();
gone("another one");
if (indexOf(getInfo("log"), "'another one' was closed") < 0) exit("not said: " + getInfo("log"));
if (!isOpen(map)) exit("the other dataset's Explorer went, too");
call(driver + "replace", data);
gone(data);
if (indexOf(getInfo("log"), "'sample-glass' has got other patterns") < 0) exit("not said: " + getInfo("log"));

// A dataset that was made or opened by hand has a button that leads to the Explorer; one that a macro made has none.
x = call("vitromap.tool.DialogDriver.record", "4D-STEM Sample Data...", "1=8|2=64|3=20000", "");
x = call(driver + "press", "sample-glass-1", "Explore");
for (i = 0; i < 100 && !isOpen("sample-glass-1-Explorer pattern"); i++) wait(50);
if (!isOpen("sample-glass-1-Explorer pattern")) exit("the button does not lead to the Explorer");
x = call(driver + "exact", "sample-glass-1-Explorer");
selectImage("sample-glass-1-Explorer pattern");
close();
gone("sample-glass-1");

// While the file hangs the event thread does not wait for it.
call(driver + "slow", data, "slow");
starts("slow");
call(driver + "exact", "slow-Explorer pattern");
call(driver + "hang", "on");
call(driver + "drag", "slow-Explorer", 5, 5, 8, 8);
selectImage("slow-Explorer pattern");
makeOval(10, 12, 30, 30);
call(driver + "key", "slow-Explorer pattern", "3");
call(driver + "key", "slow-Explorer pattern", "p");
call(driver + "hang", "off");
call(driver + "exact", "slow-Explorer");
call(driver + "hang", "on");
selectImage("slow-Explorer pattern");
makeOval(10, 12, 20, 30);
selectImage("slow-Explorer");
close();
call(driver + "hang", "off");
gone("slow");
return "PASS";

function select(title) {
    selectImage(title);
    run("Select None");
}

function starts(title) {
    selectImage(title);
    run("4D-STEM Explorer");
    if (!isOpen(title + "-Explorer pattern")) exit("no Explorer of " + title);
}

function ends(title) {
    selectImage(title);
    close();
    gone(data);
}

// Neither windows nor threads are left, and nothing was thrown. (Of another dataset's Explorer the threads may be there.)
function gone(of) {
    wait(300);
    titles = getList("image.titles");
    others = 0;
    for (i = 0; i < titles.length; i++) {
        if (startsWith(titles[i], of + "-Explorer")) exit(titles[i] + " is still there");
        if (indexOf(titles[i], "-Explorer") > 0) others++;
    }
    left = call(driver + "threads");
    if (others == 0 && left != "0") exit(left + " threads are left of " + of);
    thrown = call(driver + "quiet");
    if (thrown != "") exit("thrown: " + thrown);
}

// What the windows show against sums over the selected pixels.
function same(what) {
    line = call(driver + "exact", pattern) + "; " + call(driver + "exact", map);
    thrown = call(driver + "quiet");
    if (thrown != "") exit(what + ": thrown: " + thrown);
    wrong = call(driver + "naive", data, map, pattern);
    if (wrong != "") exit(what + ": " + wrong + " (" + line + ")");
}

// The lines that are written make the same virtual image and the same patterns; returns how many patterns.
function recorded() {
    print("\\Clear");
    call(driver + "key", map, "r");
    for (i = 0; i < 100 && indexOf(getInfo("log"), "Region Pattern") < 0; i++) wait(20);
    lines = getInfo("log");
    eval(lines);
    wrong = call(driver + "equal", map, "sample-glass-Virtual") + call(driver + "equal", pattern, "sample-glass-Pattern");
    if (wrong != "") exit(wrong + " by " + lines);
    selectImage("sample-glass-Virtual");
    close();
    patterns = 0;
    made = "sample-glass-Pattern";
    while (isOpen(made)) {
        selectImage(made);
        close();
        patterns++;
        made = "sample-glass-Pattern-" + patterns;
    }
    return patterns;
}

function mean(title) {
    selectImage(title);
    getStatistics(area, m);
    return m;
}
