// Another dataset as reference, by its title: strains are then absolute, their mean levels too. SPDX-License-Identifier: GPL-3.0-or-later
run("4D-STEM Sample Data...", "scan=16 detector=128 counts=1000000 seed=5 strain=0");
selectImage("sample-glass-Truth");
close();
selectImage("sample-glass-Truth ring");
close();
selectImage("sample-glass");
rename("undeformed glass (reference)");
run("4D-STEM Sample Data...", "scan=16 detector=128 counts=1000000 seed=6");
selectImage("sample-glass");
run("4D-STEM Strain Map...", "composition=Zr50Cu45Al5 reference=[undeformed glass (reference)]");
slices = newArray(1, 2, 3, 4, 9);
for (i = 0; i < slices.length; i++) {
    truth = mean("sample-glass-Truth", slices[i]);
    measured = mean("sample-glass-Strain", slices[i]);
    print(getInfo("slice.label") + ": mean " + measured + " %, truth " + truth + " %");
    if (isNaN(measured) || abs(measured - truth) > 0.06) exit(getInfo("slice.label") + ": mean " + measured + ", truth " + truth);
}

// The Info names it.
if (indexOf(getImageInfo(), "reference=[undeformed glass (reference)]") < 0) exit("Info lacks the reference");
return "PASS";

function mean(title, slice) {
    selectImage(title);
    setSlice(slice);
    sum = 0;
    for (y = 0; y < getHeight(); y++)
        for (x = 0; x < getWidth(); x++)
            sum += getPixel(x, y);
    return sum / (getWidth() * getHeight());
}
