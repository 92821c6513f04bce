// The picture of Spots and Angles. Argument: the folder it goes to. SPDX-License-Identifier: GPL-3.0-or-later
runMacro(getDirectory("current") + "macros/spots.ijm");
selectImage("vitromap-spots-Simulated-Spots");
run("Flatten");
saveAs("PNG", getArgument() + File.separator + "spots-and-angles.png");
return "PASS";
