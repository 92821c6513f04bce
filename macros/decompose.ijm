// A cube of PDFs that are sums of two kinds of glass and a ripple: NMF finds them, PCA counts them, NNLS and MLLS quantify them.
// SPDX-License-Identifier: GPL-3.0-or-later
// Two kinds of short-range order, in zones of a few nanometres; the third component is a wave without structure.
size = 48;
points = 250;
step = 0.04;
newImage("glass-PDF", "32-bit black", size, size, points);
for (z = 0; z < points; z++) {
    setSlice(z + 1);
    r = z * step;
    liquid = pdf(r, 2.53, 0.65, 4.24, 4.95);
    solid = 1.3 * pdf(r, 2.46, 0.48, 4.10, 4.66);
    wave = 0.25 * sin(2 * PI * r / 1.9);
    run("Macro...", "code=[s=0.5+0.25*(sin(x/4)*cos(y/5)+sin((x+y)/7)); v=(1-s)*" + liquid + "+s*" + solid + "+(0.4+0.4*sin(x/9+y/3))*(" + wave + ")] slice");
}
run("Add Specified Noise...", "stack standard=0.03");
setVoxelSize(2, 2, step, "nm");
Stack.setUnits("nm", "nm", "Å", "", "");

run("4D-STEM Decompose...", "method=NMF components=3 seed=1");
print("NMF: " + nSlices + " maps");
if (getTitle() != "glass-PDF-NMF weights") exit("the current image is " + getTitle());
if (indexOf(getMetadata("Info"), "was added to all values") < 0) exit("the shift is not told: " + getMetadata("Info"));
fractions = mean("glass-PDF-NMF fractions", 1) + mean("glass-PDF-NMF fractions", 2) + mean("glass-PDF-NMF fractions", 3);
if (abs(fractions - 100) > 0.01) exit("the fractions add to " + fractions);
if (mean("glass-PDF-NMF residual", 1) > 0.035) exit("the residual is " + mean("glass-PDF-NMF residual", 1) + ", the noise 0.03");

// The peaks of the basis PDFs: R1, the second peak and its shoulder, and where shared atoms would put it.
for (i = 0; i < Table.size("glass-PDF-NMF peaks"); i++)
    print(Table.getString("profile", i, "glass-PDF-NMF peaks") + ": R1 " + d2s(Table.get("R1", i, "glass-PDF-NMF peaks"), 2) + ", second peak "
        + d2s(Table.get("R2", i, "glass-PDF-NMF peaks"), 2) + ", 3 shared atoms at " + d2s(Table.get("sqrt(8/3) R1", i, "glass-PDF-NMF peaks"), 2));

// How many components there are: the variances fall to the noise after the second; a third is in the mean.
selectImage("glass-PDF");
run("4D-STEM Decompose...", "method=PCA components=3");
second = Table.get("variance", 1, "glass-PDF-PCA scree table");
third = Table.get("variance", 2, "glass-PDF-PCA scree table");
print("PCA: " + d2s(Table.get("variance", 0, "glass-PDF-PCA scree table"), 2) + " %, " + d2s(second, 2) + " %, " + d2s(third, 3) + " % of the variance");
if (!(second > 10 * third)) exit("the second component has " + second + " % of the variance, the third " + third);

// The same three profiles as references, with the shift they were found with.
shift = 0;
selectImage("glass-PDF-NMF weights");
lines = split(getMetadata("Info"), "\n");
for (i = 0; i < lines.length; i++)
    if (startsWith(lines[i], "shift: ")) shift = parseFloat(substring(lines[i], 7, indexOf(lines[i], " was")));
selectImage("glass-PDF");
run("4D-STEM Decompose...", "method=NNLS references=[glass-PDF-NMF basis table] shift=" + shift);
for (c = 1; c <= 3; c++) {
    nmf = mean("glass-PDF-NMF weights", c);
    nnls = mean("glass-PDF-NNLS weights", c);
    print("component " + c + ": mean weight " + d2s(nmf, 4) + " by NMF, " + d2s(nnls, 4) + " by NNLS");
    if (abs(nmf - nnls) > 0.002) exit("the weights differ");
}
return "PASS";

// Two shells with a shoulder on the second, on top of a decaying wave.
function pdf(r, first, width, second, shoulder) {
    return bell(r, first, width) * 2 + bell(r, second, 0.7) + bell(r, shoulder, 0.6) * 0.6 + 0.3 * exp(-r / 6) * sin(2 * PI * (r - first) / 2.3 + PI / 2);
}

function bell(r, at, fwhm) {
    return exp(-2.7726 * pow((r - at) / fwhm, 2));
}

function mean(title, slice) {
    selectImage(title);
    setSlice(slice);
    getStatistics(area, value);
    return value;
}
