// How long a liquid near its glass transition remembers itself, from a time series of dark-field images, on a simulated one whose tau and beta are known.
// Argument: a folder for the picture; empty = none. SPDX-License-Identifier: GPL-3.0-or-later
run("4D-STEM Sample Data...", "sample=dynamics scan=48 frames=1500 seed=2");
selectImage("sample-glass");
run("4D-STEM Dynamics Map...", "region=[16,0,16,48]");

// Map against truth: the mean of each number, and how many pixels lie within one standard error.
labels = newArray("tau", "beta", "amplitude");
for (s = 1; s <= 3; s++) {
    truth = slice("sample-glass-Truth", s);
    found = slice("sample-glass-Dynamics", s);
    sum = 0;
    known = 0;
    count = 0;
    for (i = 0; i < truth.length; i++)
        if (!isNaN(found[i])) {
            sum += found[i];
            known += truth[i];
            count++;
        }
    print(labels[s - 1] + ": mean " + d2s(sum / count, 4) + ", true " + d2s(known / count, 4) + ", " + count + " of " + truth.length + " pixels");
    if (count < 0.99 * truth.length) exit(labels[s - 1] + " is measured at " + count + " pixels");
    if (abs(sum / known - 1) > 0.05) exit("the mean " + labels[s - 1] + " is off by " + d2s(100 * (sum / known - 1), 1) + " %");
    if (s == 3) continue;
    error = slice("sample-glass-Dynamics", s + 4);
    within = 0;
    for (i = 0; i < truth.length; i++) within += abs(found[i] - truth[i]) < error[i];
    print(labels[s - 1] + ": " + d2s(100 * within / count, 1) + " % within one standard error");
    if (abs(within / count - 0.68) > 0.08) exit(labels[s - 1] + ": " + within + " of " + count + " pixels are within one standard error");
}

// The mean g2 of the middle and the mean of its pixels' fits.
table = "sample-glass-Dynamics g2 table";
g2 = Table.getColumn("g2", table);
error = Table.getColumn("g2 error", table);
model = Table.getColumn("model", table);
for (i = 0; i < g2.length; i++)
    if (abs(g2[i] - model[i]) > 5 * error[i] + 0.03) exit("g2 at " + Table.get("t (s)", i, table) + " s is " + g2[i] + ", the model " + model[i]);
selectImage("sample-glass-Dynamics g2");
if (indexOf(getMetadata("Info"), "region=16,0,16,48") < 0) exit("the plot's Info does not tell the command: " + getMetadata("Info"));
if (getArgument() != "") figure(getArgument() + File.separator + "dynamics-map.png");
return "PASS";

function slice(title, n) {
    selectImage(title);
    setSlice(n);
    values = newArray(getWidth() * getHeight());
    for (k = 0; k < values.length; k++) values[k] = getPixel(k % getWidth(), floor(k / getWidth()));
    return values;
}

// An image of the series, true and measured tau and beta, and g2.
function figure(path) {
    newImage("figure", "RGB white", 1040, 470, 1);
    setFont("SansSerif", 15, "antialiased");
    panel("sample-glass", 100, 0, 900, "one of 1500 images", 8, 24);
    panel("sample-glass-Truth", 1, 0, 4, "true tau, 0 to 4 s", 218, 24);
    panel("sample-glass-Dynamics", 1, 0, 4, "tau", 428, 24);
    panel("sample-glass-Truth", 2, 0.5, 1.1, "true beta, 0.5 to 1.1", 218, 254);
    panel("sample-glass-Dynamics", 2, 0.5, 1.1, "beta", 428, 254);
    selectImage("sample-glass-Dynamics g2");
    Plot.setFrameSize(300, 340);
    run("RGB Color");
    rename("g2 picture");
    insert("g2 picture", 644, 30);
    saveAs("PNG", path);
}

function panel(title, n, low, high, text, x, y) {
    selectImage(title);
    setSlice(n);
    run("Duplicate...", "title=panel");
    setMinAndMax(low, high);
    run("RGB Color");
    rename("rgb panel");
    run("Size...", "width=200 height=200 interpolation=None");
    insert("rgb panel", x, y);
    setColor(0, 0, 0);
    drawString(text, x, y);
}

function insert(title, x, y) {
    selectImage("figure");
    run("Insert...", "source=[" + title + "] destination=figure x=" + x + " y=" + y);
    close(title);
    selectImage("figure");
}
