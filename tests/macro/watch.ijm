// A file that another program writes while it is watched: its maps fill in, and in the end they are those of the finished file. SPDX-License-Identifier: GPL-3.0-or-later
folder = getArgument();
if (folder == "") folder = getDirectory("temp");
if (!endsWith(folder, File.separator)) folder += File.separator;
whole = folder + "whole.raw";
path = folder + "a scan.raw";
slow = "vitromap.tool.SlowFile.";
frame = 96 * 96 * 2;
run("4D-STEM Sample Data...", "scan=12 detector=96 counts=300000 seed=3");
selectImage("sample-glass");
saveAs("Raw Data", whole);
run("Close All");
raw = " scan_x=12 scan_y=12 detector_x=96 detector_y=96";

// The strain map comes while the file is written in pieces that end within patterns.
call(slow + "write", whole, path, "130001", "40", "0", "");
run("4D-STEM Watch...", "path=[" + path + "] command=[4D-STEM Strain Map... reference=0,8,12,2] interval=0.05" + raw);
if (nImages != 3) exit(nImages + " images instead of 3");
if (getTitle() != "a scan-Ring") exit("the current image is " + getTitle());
if (indexOf(getImageInfo(), "run(\"4D-STEM Strain Map...\", ") < 0 || indexOf(getImageInfo(), "reference=0,8,12,2") < 0) exit("Info: " + getImageInfo());
if (indexOf(getInfo("log"), "all 144 patterns came") < 0) exit("log: " + getInfo("log"));
run("4D-STEM Open...", "path=[" + path + "]" + raw);
run("4D-STEM Strain Map...", "reference=0,8,12,2");
compare("a scan-Strain", "a scan-Strain-1", 11);
compare("a scan-Strain sigma", "a scan-Strain sigma-1", 6);
compare("a scan-Ring", "a scan-Ring-1", 9);

// The grey of the curl's border, slice 11, does not lie on the density.
selectImage("a scan-Strain");
for (slice = 9; slice <= 11; slice += 2) {
    setSlice(slice);
    run("Flatten", "slice");
    grey = getPixel(0, 0) & 0xffffff == 0x808080;
    if (grey != (slice == 11)) exit("slice " + slice + ": the corner is " + toHex(getPixel(0, 0)));
    close();
}
run("Close All");

// Half a scan: what came stays, the rest is NaN, and the Info's line makes the map again.
half = 71 * frame + 1000;
call(slow + "write", whole, path, "200003", "20", "" + half, "");
run("4D-STEM Watch...", "path=[" + path + "] command=[4D-STEM Virtual Image... detector=disk outer_radius=12] interval=0.05 patience=1" + raw);
if (measured() != 71) exit(measured() + " patterns instead of 71");
line = substring(getImageInfo(), indexOf(getImageInfo(), "run("));
line = substring(line, 0, indexOf(line, "\n"));
rename("first");
eval(line);
compare("first", "a scan-Virtual", 1);
run("Close All");

// The user closes the window while the microscope goes on.
call(slow + "write", whole, path, "200003", "10", "" + half, "a scan-Virtual");
start = getTime();
run("4D-STEM Watch...", "path=[" + path + "] interval=0.05" + raw);
if (getTime() - start > 10000) exit("the closed window was not noticed");
if (nImages != 0) exit("a window came back");
if (indexOf(getInfo("log"), "the map's window was closed") < 0) exit("log: " + getInfo("log"));

// By hand: what the recorder writes does the same.
call(slow + "write", whole, path, "300007", "20", "0", "");
// Fields from top to bottom: path, command, interval, patience, scan_x, scan_y, flyback, skip, detector_x, detector_y, type, ...
line = call(slow + "watch", path, "1=4D-STEM Virtual Image... detector=disk outer_radius=9|2=0.1|3=5|4=12|5=12|8=96|9=96|11=false",
    folder + "dialog.png");
print(line);
rename("first");
eval(substring(line, indexOf(line, "run(")));
compare("first", "a scan-Virtual", 1);
return "PASS";

function compare(a, b, slices) {
    for (slice = 1; slice <= slices; slice++) {
        first = pixels(a, slice);
        second = pixels(b, slice);
        for (i = 0; i < first.length; i++)
            if (!(first[i] == second[i] || (isNaN(first[i]) && isNaN(second[i])))) exit(b + ", slice " + slice + ", pixel " + i + ": " + first[i] + ", " + second[i]);
    }
}

function pixels(title, slice) {
    selectImage(title);
    setSlice(slice);
    values = newArray(getWidth() * getHeight());
    for (k = 0; k < values.length; k++) values[k] = getPixel(k % getWidth(), floor(k / getWidth()));
    return values;
}

function measured() {
    n = 0;
    for (k = 0; k < getWidth() * getHeight(); k++)
        if (!isNaN(getPixel(k % getWidth(), floor(k / getWidth())))) n++;
    return n;
}
