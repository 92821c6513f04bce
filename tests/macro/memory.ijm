// A dataset of 3 GB in a Java heap of 300 MB: opened virtually and mapped. The argument is a folder for it; it is deleted again. SPDX-License-Identifier: GPL-3.0-or-later
// java: -Xmx300m
path = getArgument() + File.separator + "large.raw";
part = getArgument() + File.separator + "part.raw";
run("4D-STEM Sample Data...", "scan=16 detector=256 counts=100000");
selectWindow("sample-glass");
saveAs("Raw Data", part);
close("*");
exec("sh", "-c", "for i in $(seq 96); do cat '" + part + "'; done >'" + path + "'");
if (parseFloat(File.length(path)) != 96 * parseFloat(File.length(part))) exit("memory.ijm: no room for " + path);
run("4D-STEM Open...", "path=[" + path + "] scan_x=256 scan_y=96 detector_x=256 detector_y=256 type=[16-bit unsigned]");
before = memory("VmRSS");
start = getTime();
run("4D-STEM Strain Map...", "");
seconds = (getTime() - start) / 1000;
peak = memory("VmHWM");
exec("rm", path, part);
print("3 GB mapped in " + seconds + " s; memory before " + before + " MB, at the most " + peak + " MB");

// Library, buffers, maps and what Java's heap grew by.
if (!(peak - before < 200)) exit("memory.ijm: mapping took " + (peak - before) + " MB");
selectWindow("large-Ring");
setSlice(nSlices);
good = 0;
for (i = 0; i < 256 * 96; i++) if (getPixel(i % 256, floor(i / 256)) == 0) good++;
print(good + " of " + 256 * 96 + " patterns measured");
if (good < 0.9 * 256 * 96) exit("memory.ijm: only " + good + " patterns were measured");
return "PASS";

// A line of what Linux tells about this process, in MB.
function memory(what) {
    lines = split(File.openAsString("/proc/self/status"), "\n");
    for (i = 0; i < lines.length; i++)
        if (startsWith(lines[i], what)) return parseInt(replace(lines[i], "[^0-9]", "")) / 1024;
    return NaN;
}
