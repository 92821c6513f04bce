// The picture of the Lorentz map: induction, its angle to the strain, the magnetoelastic energy. Argument: the folder it goes to. SPDX-License-Identifier: GPL-3.0-or-later
runMacro(getDirectory("current") + "macros/lorentz.ijm");
panel("sample-glass-Induction", 1, "Bx (T)");
panel("sample-glass-Induction", 2, "By (T)");
panel("sample-glass-Induction", 6, "angle to strain (deg)");
panel("sample-glass-Magnetoelastic energy", 1, "energy (kJ/m^3)");
run("Images to Stack", "name=all title=panel use");
run("Make Montage...", "columns=4 rows=1 scale=1 border=4");
saveAs("PNG", getArgument() + File.separator + "lorentz-map.png");
return "PASS";

function panel(title, channel, label) {
    selectImage(title);
    if (nSlices > 1) {
        Stack.setChannel(channel);
        run("Duplicate...", "title=[panel " + label + "] channels=" + channel);
    } else {
        run("Duplicate...", "title=[panel " + label + "]");
    }
    run("Remove Overlay");
    run("Size...", "width=288 height=288 interpolation=None");
    run("Calibration Bar...", "location=[Lower Right] fill=White label=Black number=3 decimal=1 font=10 zoom=1.2 overlay");
    run("Flatten");
    rename("panel " + label + " flat");
    setFont("SansSerif", 18, "bold antialiased");
    setColor(255, 255, 255);
    drawString(label, 8, 26, "black");
    close("panel " + label);
}
