// A shear band from patterns to a map of structures: strain and density, profiles, PDFs, NMF, composite, as in the thesis of Kang (2023), chapters 3 to 6.
// SPDX-License-Identifier: GPL-3.0-or-later
// Argument: a folder for the figure; without one nothing is saved.
folder = getArgument();
scan = 32;
run("4D-STEM Sample Data...", "sample=[shear band] scan=" + scan + " detector=192 counts=1000000 seed=1 strain=4");
selectImage("sample-glass");
run("4D-STEM Calibrate...", "find_ellipse");

// Strain and density from the first ring, against the corner that is far from the band. It also measures each pattern's centre.
selectImage("sample-glass");
run("4D-STEM Strain Map...", "composition=Zr50Cu45Al5 reference=0,0,8,8");

// Profiles about these centres, then S(q) and G(r).
selectImage("sample-glass");
run("4D-STEM Radial Profiles...", "ellipse follow_center");
selectImage("sample-glass-Profiles");
run("4D-STEM PDF Map...", "composition=Zr50Cu45Al5 fit_min=0.3 fit_max=1.05 window=Lorch");

// The PDFs as sums of structures: two, and a third for what is left. Below 2 Angstrom there are no atoms.
selectImage("sample-glass-Profiles-PDF");
run("4D-STEM Decompose...", "method=NMF components=3 from=2 to=8");
name = "sample-glass-Profiles-PDF-NMF ";
distance = newArray(scan * scan);
for (c = 1; c <= 3; c++) {
    first = Table.get("R1", c - 1, name + "peaks");
    print("component " + c + ": first distance " + d2s(first, 3) + " A");
    fraction = values(name + "fractions", c);
    for (i = 0; i < distance.length; i++) distance[i] += fraction[i] / 100 * first;
}

// Where structures with shorter distances have more weight, the glass is denser.
r = correlation(distance, values("sample-glass-Strain", 9));
print("mean first distance and density: correlation " + d2s(r, 3));
if (!(r < -0.8)) exit("the structures do not follow the density: correlation " + r);

// The figure: maximum shear, density, the basis PDFs, the structures in colours.
setBackgroundColor(255, 255, 255);
panel("sample-glass-Strain", 5, "maximum shear (%)");
panel("sample-glass-Strain", 9, "density (%)");
run("Combine...", "stack1=[maximum shear (%)] stack2=[density (%)]");
rename("maps");
selectImage(name + "basis");
run("Duplicate...", "title=basis");
run("Canvas Size...", "width=800 height=485 position=Center");
run("Combine...", "stack1=maps stack2=basis combine");
rename("left");
selectImage(name + "composite");
run("Duplicate...", "title=composite");
height = round(getHeight() * 800 / getWidth());
run("Size...", "width=800 height=" + height + " interpolation=None");
run("Combine...", "stack1=left stack2=composite");
rename("shear band");
if (folder != "") saveAs("PNG", folder + File.separator + "thesis-shear-band.png");
return "PASS";

// A map with its colour bar and label, 400 px wide.
function panel(title, slice, label) {
    selectImage(title);
    setSlice(slice);
    run("Duplicate...", "title=map channels=" + slice);
    run("Size...", "width=320 height=320 depth=1 interpolation=None");
    run("Calibration Bar...", "location=[Separate Image] fill=White label=Black number=5 decimal=1 font=12 zoom=1.4");
    rename("bar");
    selectImage("map");
    run("Flatten");
    rename("flat");
    close("map");
    run("Combine...", "stack1=flat stack2=bar");
    run("Canvas Size...", "width=400 height=360 position=Bottom-Left");
    setColor("black");
    setFont("SansSerif", 18, "antialiased");
    drawString(label, 4, 30);
    rename(label);
}

function values(title, slice) {
    selectImage(title);
    setSlice(slice);
    list = newArray(scan * scan);
    for (i = 0; i < list.length; i++) list[i] = getPixel(i % scan, floor(i / scan));
    return list;
}

function correlation(a, b) {
    n = 0; sa = 0; sb = 0; aa = 0; bb = 0; ab = 0;
    for (i = 0; i < a.length; i++) {
        if (isNaN(a[i]) || isNaN(b[i])) continue;
        n++;
        sa += a[i]; sb += b[i]; aa += a[i] * a[i]; bb += b[i] * b[i]; ab += a[i] * b[i];
    }
    return (ab - sa * sb / n) / sqrt((aa - sa * sa / n) * (bb - sb * sb / n));
}
