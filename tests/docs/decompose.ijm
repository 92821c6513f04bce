// The picture of 4D-STEM Decompose...: basis PDFs and the composite of the example macro's cube. Argument: the folder it goes to.
// SPDX-License-Identifier: GPL-3.0-or-later
example = File.openAsString(getInfo("user.dir") + "/macros/decompose.ijm");
eval(substring(example, 0, indexOf(example, "print(\"NMF: ")) + substring(example, indexOf(example, "return \"PASS\";")));
selectImage("glass-PDF-NMF basis");
run("Duplicate...", "title=basis");
height = getHeight();
selectImage("glass-PDF-NMF composite");
run("Duplicate...", "title=composite");
run("Size...", "width=" + round(getWidth() * height / getHeight()) + " height=" + height + " interpolation=Bilinear average");
run("Combine...", "stack1=basis stack2=composite");
saveAs("PNG", getArgument() + File.separator + "decompose.png");
return "PASS";
