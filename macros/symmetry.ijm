// From n-fold maps to size, volume and correlation of ordered regions, as Im et al. (Ultramicroscopy 195 (2018) 189) do for a metallic glass, on a
// simulated glass whose clusters are known. Argument: a folder for the picture; empty = none. SPDX-License-Identifier: GPL-3.0-or-later
orders = newArray(2, 4, 6, 8, 10);
thickness = 20;
field = 40.96;
run("4D-STEM Sample Data...", "sample=clusters scan=64 detector=128 counts=300000 drift=0 seed=4 thickness=" + thickness);
selectImage("sample-glass");
run("4D-STEM Calibrate...", "voltage=300 known_ring=0.43 scan_step=0.64 find_ellipse");
selectImage("sample-glass");
run("4D-STEM Symmetry Map...", "ring_min=30 ring_max=40 max_order=12 noise_correction");

// The even orders one by one, and their sum; odd ones tell of thickness and errors, not of structure.
for (i = 0; i < orders.length; i++) {
    slice("sample-glass-Symmetry", orders[i], "n=" + orders[i]);
    slice("sample-glass-Truth", orders[i], "true n=" + orders[i]);
    if (i == 0) run("Duplicate...", "title=sum");
    imageCalculator("Add 32-bit", "sum", "n=" + orders[i]);
}
selectImage("sum");
imageCalculator("Subtract 32-bit", "sum", "true n=" + orders[0]);

// One threshold for all, found where every cluster is to be seen: an order without clusters then has no hot spots.
spots("sum", "IsoData");
threshold = Table.get("Threshold", 0, "sum-Hot Spots summary");
all = Table.get("Count", 0, "sum-Hot Spots summary");

count = newArray(orders.length);
diameter = newArray(orders.length);
volume = newArray(orders.length);
trueVolume = newArray(orders.length);
total = 0;
clusters = "sample-glass-Truth clusters";
for (i = 0; i < orders.length; i++) {
    name = "n=" + orders[i];
    spots(name, threshold);
    summary = name + "-Hot Spots summary";
    count[i] = Table.get("Count", 0, summary);
    diameter[i] = Table.get("Mean diameter", 0, summary);
    volume[i] = Table.get("Volume %", 0, summary);
    known = 0;
    for (k = 0; k < Table.size(clusters); k++)
        if (Table.get("n", k, clusters) == orders[i]) {
            known++;
            trueVolume[i] += 100 * PI / 6 * pow(Table.get("Diameter (nm)", k, clusters), 3) / (field * field * thickness);
        }
    total += volume[i];
    print(name + ": " + count[i] + " hot spots, true " + known + "; diameter " + d2s(diameter[i], 2) + " nm, true 3; " + d2s(volume[i], 2) + " % of the volume, true " + d2s(trueVolume[i], 2));
    if (count[i] != known) exit(name + ": " + count[i] + " hot spots, not " + known);
    if (known > 0 && abs(diameter[i] - 3) > 0.3) exit(name + ": the mean diameter is " + diameter[i] + " nm, not 3");
    if (known > 0 && abs(volume[i] / trueVolume[i] - 1) > 0.25) exit(name + ": the volume is " + volume[i] + " %, not " + trueVolume[i]);
}
print("all orders: " + d2s(total, 2) + " % of the volume; their sum map: " + all + " hot spots, true " + Table.size(clusters));
if (all > Table.size(clusters) || all < Table.size(clusters) - 2) exit("the sum of the maps has " + all + " hot spots"); // neighbours of two orders may touch

// The correlation length of each map, against that of the true one.
for (i = 1; i < orders.length; i++) {
    if (count[i] == 0) continue;
    got = correlate("n=" + orders[i]);
    known = correlate("true n=" + orders[i]);
    print("n=" + orders[i] + ": correlation length " + d2s(got, 2) + " nm, of the true map " + d2s(known, 2));
    if (abs(got / known - 1) > 0.1) exit("n=" + orders[i] + ": the correlation length is " + got + " nm, not " + known);
}
if (getArgument() != "") figure(getArgument() + File.separator + "symmetry-chain.png");
return "PASS";

function slice(stack, channel, title) {
    selectImage(stack);
    Stack.setChannel(channel);
    run("Duplicate...", "title=[" + title + "]");
}

function spots(title, threshold) {
    selectImage(title);
    run("4D-STEM Hot Spots...", "threshold=" + threshold + " thickness=" + thickness + " min_size=4");
}

function correlate(title) {
    selectImage(title);
    run("4D-STEM Autocorrelation...", "r_max=12");
    return Table.get("Correlation length", 0, title + "-Autocorrelation lengths");
}

// The maps with their hot spots above; diameters, volumes and autocorrelations below.
function figure(path) {
    newImage("figure", "RGB white", 1064, 500, 1);
    setFont("SansSerif", 18, "antialiased");
    for (i = 0; i <= orders.length; i++) {
        name = "sum";
        if (i < orders.length) name = "n=" + orders[i];
        panel(name, 172);
        selectImage("figure");
        run("Insert...", "source=panel destination=figure x=" + 6 + i * 176 + " y=30");
        setColor(0, 0, 0);
        drawString(name, 6 + i * 176 + 60, 26);
        close("panel");
    }
    bars("diameter", "Mean diameter (nm)", diameter, newArray(0, 3, 0), 4);
    insert("diameter", 0);
    bars("volume", "Volume (%)", volume, trueVolume, 1.2);
    insert("volume", 350);
    curves();
    insert("curves", 700);
    selectImage("figure");
    saveAs("PNG", path);
}

function panel(name, size) {
    selectImage(name + "-Hot Spots");
    run("Duplicate...", "title=large");
    setMinAndMax(0, 0.025);
    run("Size...", "width=" + size + " height=" + size + " interpolation=None");
    run("Flatten");
    rename("panel");
    close("large");
}

function bars(title, label, values, known, top) {
    Plot.create(title, "n", label);
    Plot.setFrameSize(270, 210);
    Plot.setLimits(0.5, 11.5, 0, top);
    Plot.setColor("#1f77b4", "#1f77b4");
    Plot.add("separate bars", orders, values);
    Plot.setColor("red");
    Plot.setLineWidth(2);
    for (i = 0; i < orders.length; i++) {
        level = known[minOf(i, known.length - 1)];
        if (known.length == 3 && count[i] > 0) level = 3;
        if (level > 0) Plot.drawLine(orders[i] - 0.8, level, orders[i] + 0.8, level);
    }
    Plot.setColor("black");
    Plot.setLineWidth(1);
    Plot.addText("red: true", 0.7, 0.1);
    Plot.show();
}

function curves() {
    Plot.create("curves", "r (nm)", "sigma(r)");
    Plot.setFrameSize(270, 210);
    Plot.setLimits(0, 12, -0.2, 1);
    colours = newArray("", "#1f77b4", "#2ca02c", "", "#d62728");
    legend = "";
    for (i = 1; i < orders.length; i++) {
        if (count[i] == 0) continue;
        table = "n=" + orders[i] + "-Autocorrelation table";
        Plot.setColor(colours[i]);
        Plot.setLineWidth(2);
        Plot.add("line", Table.getColumn("r", table), Table.getColumn("sigma", table));
        legend += "n=" + orders[i] + "\n";
    }
    Plot.setColor("black");
    Plot.setLineWidth(1);
    Plot.addLegend(legend, "top-right");
    Plot.show();
}

function insert(title, x) {
    selectImage(title);
    run("RGB Color");
    selectImage("figure");
    run("Insert...", "source=" + title + " destination=figure x=" + x + " y=215");
}
