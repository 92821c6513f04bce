// Thickness from an unfiltered and a zero-loss image, density contrast from a HAADF image. SPDX-License-Identifier: GPL-3.0-or-later
// Here: a wedge of 0.2 to 1 mean free paths, with a denser disc in it.
newImage("unfiltered", "32-bit black", 80, 60, 1);
run("Macro...", "code=v=1000");
newImage("filtered", "32-bit black", 80, 60, 1);
run("Macro...", "code=v=1000*exp(-(0.2+0.01*x))");
newImage("HAADF", "32-bit black", 80, 60, 1);
run("Macro...", "code=v=500*(0.2+0.01*x)*(1+0.1*(((x-40)*(x-40)+(y-30)*(y-30))<100))");

selectImage("unfiltered");
run("4D-STEM Thickness Map...", "zero_loss=filtered mean_free_path=75 haadf=HAADF");
selectImage("unfiltered-Thickness");
if (nSlices != 3) exit(nSlices + " slices");
Stack.setChannel(2);
nm = getPixel(60, 10);
if (abs(nm - 75 * 0.8) > 0.01) exit("the thickness is " + nm + " nm, not 60");
Stack.setChannel(3);
inside = getPixel(40, 30);
outside = getPixel(5, 5);
print("density contrast: " + d2s(inside, 2) + " % in the disc, " + d2s(outside, 2) + " % outside");
if (abs((100 + inside) / (100 + outside) - 1.1) > 0.001) exit("the disc is not 10 % denser");
return "PASS";
