// The whole way on a small glass, in seconds: sample, strain map with no parameter given, its numbers against the truth; the patterns to files and back. SPDX-License-Identifier: GPL-3.0-or-later
run("4D-STEM Sample Data...", "sample=[shear band] scan=16 detector=128 counts=1000000 seed=1");
run("4D-STEM Strain Map...", "");
slices = newArray("e_xx", "e_yy", "e_xy", "e_vol", "d_rho");
for (i = 0; i < slices.length; i++) compare(slices[i]);
exportTo("EMD HDF5", "glass.emd");
exportTo("TIFF", "glass.tif");

// The error's median size must be 0.67 of the error bar, and the error bar small beside the sample's strains of a percent.
function compare(label) {
    measured = values("sample-glass-Strain", label);
    truth = values("sample-glass-Truth", label);
    offset = 0; // the map is measured against its own median
    difference = newArray(measured.length);
    for (i = 0; i < measured.length; i++) {
        difference[i] = measured[i] - truth[i];
        if (isNaN(difference[i])) exit("whole-way.ijm: " + label + " is NaN at " + i);
        offset += difference[i] / measured.length;
    }
    for (i = 0; i < measured.length; i++) difference[i] = abs(difference[i] - offset);
    Array.sort(difference);
    error = difference[difference.length / 2];
    sigma = values("sample-glass-Strain sigma", label);
    Array.sort(sigma);
    bar = sigma[sigma.length / 2];
    print(label + ": median error " + error + " %, median error bar " + bar + " %");
    if (!(error > 0.4 * bar && error < 0.9 * bar && bar < 0.6)) exit("whole-way.ijm: the median error of " + label + " is " + error + " %, the error bar " + bar + " %");
}

// The file has the same pattern in the same place, and what the strain map found.
function exportTo(format, name) {
    path = getArgument() + File.separator + name;
    selectWindow("sample-glass");
    Stack.setPosition(1, 11, 6);
    expected = getPixel(70, 31);
    center = Property.get("4dstem.center_x");
    run("4D-STEM Export...", "path=[" + path + "] format=[" + format + "]");
    run("4D-STEM Open...", "path=[" + path + "]");
    Stack.setPosition(1, 11, 6);
    if (getPixel(70, 31) != expected || Property.get("4dstem.center_x") != center) exit("whole-way.ijm: " + name + " has " + getPixel(70, 31) + ", not " + expected);
    close();
}

function values(title, label) {
    if (!isOpen(title)) exit("whole-way.ijm: no window '" + title + "'");
    selectWindow(title);
    for (n = 1; n <= nSlices; n++) {
        setSlice(n);
        if (getInfo("slice.label") == label) {
            list = newArray(getWidth() * getHeight());
            for (i = 0; i < list.length; i++) list[i] = getPixel(i % getWidth(), floor(i / getWidth()));
            return list;
        }
    }
    exit("whole-way.ijm: '" + title + "' has no slice '" + label + "'");
}
