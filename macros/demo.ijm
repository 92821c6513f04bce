// A simulated glass with a shear band: its strain maps against the truth. SPDX-License-Identifier: GPL-3.0-or-later
// Argument: a folder for the maps (TIFF, and PNG to look at); without one nothing is saved.
folder = getArgument();
var xx, yy, xy; // true strain, %
var side = 16; // of the reference region, in the corner that is far from the band
run("4D-STEM Sample Data...", "sample=[shear band] scan=64 detector=256 counts=1000000 seed=1");
selectImage("sample-glass");
run("4D-STEM Calibrate...", "find_ellipse");
selectImage("sample-glass");
start = getTime();
run("4D-STEM Strain Map...", "composition=Zr50Cu45Al5 reference=0,0," + side + "," + side);
print("4096 patterns mapped in " + d2s((getTime() - start) / 1000, 1) + " s");

// Truth against measured. Strains are relative to the reference, so the truth's mean over it is taken off.
xx = relativeTruth(1);
yy = relativeTruth(2);
xy = relativeTruth(3);
print(" ");
print("               mean error   rms error   stated sigma   within 1 sigma   within 2 sigma");
slices = newArray(1, 2, 3, 4, 5, 9); // of NAME-Strain; NAME-Strain sigma has them as 1 to 6
for (i = 0; i < slices.length; i++)
    compare(slices[i], i + 1);
print("               (%)          (%)         (%, rms)       (68 % is right)  (95 % is right)");
print("e_dev where the truth is above 3 sigma");
if (folder != "") {
    save("sample-glass-Strain");
    save("sample-glass-Strain sigma");
    save("sample-glass-Ring");
    save("sample-glass-Truth");
    selectImage("sample-glass-Pattern");
    run("Flatten");
    run("Size...", "width=768 height=768 interpolation=Bilinear");
    saveAs("PNG", folder + File.separator + "sample-glass-Pattern.png");
    close();
}
selectImage("sample-glass-Strain");
return "PASS";

// One row of the table.
function compare(slice, sigmaSlice) {
    measured = pixels("sample-glass-Strain", slice);
    label = getInfo("slice.label");
    sigma = pixels("sample-glass-Strain sigma", sigmaSlice);
    if (label == "e_dev") truth = shear();
    else truth = relativeTruth(slice);
    n = 0;
    sum = 0;
    squares = 0;
    variance = 0;
    one = 0;
    two = 0;
    for (k = 0; k < truth.length; k++) {
        error = measured[k] - truth[k];
        if (isNaN(error)) continue;
        if (label == "e_dev" && truth[k] < 3 * sigma[k]) continue; // noise makes a shear where there is none
        n++;
        sum += error;
        squares += error * error;
        variance += sigma[k] * sigma[k];
        if (abs(error) < sigma[k]) one++;
        if (abs(error) < 2 * sigma[k]) two++;
    }
    print(pad(label, 15) + pad(d2s(sum / n, 4), 13) + pad(d2s(sqrt(squares / n), 4), 12) + pad(d2s(sqrt(variance / n), 4), 15)
        + pad(d2s(100 * one / n, 1) + " %", 17) + d2s(100 * two / n, 1) + " %");
}

function pixels(title, slice) {
    selectImage(title);
    setSlice(slice);
    values = newArray(getWidth() * getHeight());
    for (k = 0; k < values.length; k++)
        values[k] = getPixel(k % getWidth(), floor(k / getWidth()));
    return values;
}

function relativeTruth(slice) {
    values = pixels("sample-glass-Truth", slice);
    sum = 0;
    for (y = 0; y < side; y++)
        for (x = 0; x < side; x++)
            sum += values[y * 64 + x];
    for (k = 0; k < values.length; k++)
        values[k] -= sum / (side * side);
    return values;
}

// e_dev of the true tensor; it cannot be had from a difference of e_dev.
function shear() {
    values = newArray(xx.length);
    for (k = 0; k < values.length; k++)
        values[k] = sqrt(pow((xx[k] - yy[k]) / 2, 2) + pow(xy[k], 2));
    return values;
}

// The stack as TIFF; as one PNG its slices, enlarged, each with its label and colour bar.
function save(title) {
    selectImage(title);
    saveAs("Tiff", folder + File.separator + title + ".tif");
    rename(title);
    n = nSlices;
    setBatchMode(true);
    setBackgroundColor(255, 255, 255);
    for (i = 1; i <= n; i++) {
        selectImage(title);
        setSlice(i);
        label = getInfo("slice.label");
        run("Duplicate...", "title=map channels=" + i);
        run("Size...", "width=256 height=256 depth=1 interpolation=None");
        run("Calibration Bar...", "location=[Separate Image] fill=White label=Black number=5 decimal=2 font=12 zoom=1.3");
        rename("bar");
        selectImage("map");
        run("Flatten"); // with the grey of what was not measured
        rename("flat");
        close("map");
        run("Combine...", "stack1=flat stack2=bar");
        run("Canvas Size...", "width=370 height=286 position=Bottom-Left");
        setColor("black");
        setFont("SansSerif", 18, "bold antialiased");
        drawString(label, 4, 26);
        rename("panel" + i);
    }
    run("Images to Stack", "name=panels title=panel");
    run("Make Montage...", "columns=4 rows=" + floor((n + 3) / 4) + " scale=1");
    saveAs("PNG", folder + File.separator + title + ".png");
    close();
    selectImage("panels");
    close();
    setBatchMode(false);
}

function pad(text, n) {
    while (lengthOf(text) < n) text = text + " ";
    return text;
}
