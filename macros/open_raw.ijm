// A plain raw file: its numbers are all that the user must know. SPDX-License-Identifier: GPL-3.0-or-later
// Argument: a folder for the file that is written here to be read back.
folder = getArgument();
if (folder == "") folder = getDirectory("temp");
path = folder + File.separator + "a scan.raw";

// Patterns of 64 x 48 pixels, 16 bits, 6 x 5 scan positions: pixel = 1000 * frame + x + y.
newImage("ramp", "16-bit black", 64, 48, 30);
for (i = 1; i <= nSlices; i++) {
    setSlice(i);
    run("Macro...", "code=v=" + 1000 * i + "+x+y slice");
}
saveAs("Raw Data", path);
close();

run("4D-STEM Open...", "path=[" + path + "] scan_x=6 scan_y=5 detector_x=64 detector_y=48 type=[16-bit unsigned]");
getDimensions(width, height, channels, slices, frames);
if (!(width == 64 && height == 48 && channels == 1 && slices == 6 && frames == 5)) exit("opened as " + width + " x " + height + ", C = " + channels + ", Z = " + slices + ", T = " + frames);
Stack.setPosition(1, 3, 2); // scan column 3, row 2: frame 9
if (getPixel(10, 20) != 9030) exit("pixel is " + getPixel(10, 20));
return "PASS";
