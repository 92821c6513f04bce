// Every compression that HDF5 files come with, read by the jar as it is released: the library in it has other names than in the
// unit tests. SPDX-License-Identifier: GPL-3.0-or-later
path = getDirectory("cwd") + "tests/data/chunks.h5";
names = newArray("gzip", "checksum", "lzf", "lz4", "bitshuffle", "plain");
for (i = 0; i < names.length; i++) {
    run("4D-STEM Open...", "path=[" + path + "] dataset=" + names[i]);
    getDimensions(width, height, channels, slices, frames);
    if (!(width == 9 && height == 7 && slices == 5 && frames == 3)) exit(names[i] + ": " + width + " x " + height + ", Z = " + slices + ", T = " + frames);
    Stack.setPosition(1, 4, 3); // pattern 13: numbers count up through the dataset, modulo 1009
    if (getPixel(8, 6) != (14 * 63 - 1) % 1009) exit(names[i] + ": pixel is " + getPixel(8, 6));
    close();
}
return "PASS";
