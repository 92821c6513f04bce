// The dialog: it previews, Cancel leaves nothing, and what the recorder writes makes the same map again. SPDX-License-Identifier: GPL-3.0-or-later
run("4D-STEM Sample Data...", "scan=8 detector=96 counts=300000 seed=2");
selectImage("sample-glass");
rename("a sample, with blanks");
id = getImageID();
driver = "vitromap.tool.DialogDriver.";

windows = nImages;
left = call(driver + "cancel", "4D-STEM Strain Map...");
if (nImages != windows) exit("Cancel left " + nImages + " images of " + windows);
if (getImageID() != id) exit("after Cancel the current image is " + getTitle());

// Fields from top to bottom: method, composition, ring_min, ring_max, threshold, definition, reference, x_axis.
line = call(driver + "record", "4D-STEM Strain Map...", "1=Zr50Cu45Al5|2=14.5|3=36|5=real-space|6=0,0,4,8|7=30", "");
print(line);
if (indexOf(line, "run(\"4D-STEM Strain Map...\"") < 0) exit("not recorded: " + line);
if (nImages != windows + 3) exit("the preview is still there, or a map is not: " + nImages + " images");
selectImage("a sample, with blanks-Strain");
rename("first");
selectImage("a sample, with blanks-Strain sigma");
close();
selectImage("a sample, with blanks-Ring");
close();

selectImage(id);
eval(substring(line, indexOf(line, "run(")));
for (slice = 1; slice <= 11; slice++) {
    selectImage("first");
    setSlice(slice);
    first = pixels();
    selectImage("a sample, with blanks-Strain");
    setSlice(slice);
    second = pixels();
    for (i = 0; i < first.length; i++)
        if (!(first[i] == second[i] || (isNaN(first[i]) && isNaN(second[i])))) exit("slice " + slice + ", pixel " + i + ": " + first[i] + ", " + second[i]);
}

// A rectangle on a map of the same scan is the reference that the dialog proposes.
selectImage("first");
makeRectangle(2, 3, 4, 5);
selectImage(id);
line = call(driver + "record", "4D-STEM Strain Map...", "", "");
if (indexOf(line, "reference=2,3,4,5") < 0) exit("the region of the map was not proposed: " + line);
return "PASS";

function pixels() {
    values = newArray(getWidth() * getHeight());
    for (k = 0; k < values.length; k++) values[k] = getPixel(k % getWidth(), floor(k / getWidth()));
    return values;
}
