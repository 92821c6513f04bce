/* SPDX-License-Identifier: GPL-3.0-or-later */
package vitromap.commands;

import ij.IJ;
import ij.ImagePlus;
import ij.gui.GenericDialog;
import ij.io.OpenDialog;
import ij.plugin.PlugIn;
import java.awt.Choice;
import java.awt.Dialog;
import java.awt.FileDialog;
import java.awt.TextField;
import java.io.File;
import java.io.IOException;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.function.Consumer;
import javax.swing.SwingUtilities;
import vitromap.engine.Dataset;
import vitromap.engine.VitroException;
import vitromap.io.DatasetFile;
import vitromap.ui.Command;
import vitromap.ui.Notes;
import vitromap.ui.Params;

/** 4D-STEM Export...: the patterns of a dataset to a file of another format, with the same numbers. */
public final class Export implements PlugIn {
    public static final String NAME = "4D-STEM Export...";

    @Override
    public void run(String arg) {
        Command.run(NAME, () -> {
            Dataset dataset = Dataset.of(Dataset.currentImage());
            Params params = params(Params.isInteractive() ? proposal(dataset) : "");
            params.preview(Export::addButton, p -> true);
            if (params.show()) {
                write(dataset.image(), params.getText("path"), params.getText("format"), IJ::log);
            }
        });
    }

    private static Params params(String path) {
        return new Params(NAME, "export.md")
                .line("Path", path)
                .choice("Format", DatasetFile.FORMATS, DatasetFile.FORMATS[0]);
    }

    private static String proposal(Dataset dataset) {
        String folder = OpenDialog.getDefaultDirectory();
        return DatasetFile.complete((folder == null ? System.getProperty("user.home") + File.separator : folder) + dataset.name(), 0);
    }

    /** The dialog's path is chosen by a file dialog, and goes with the format. */
    private static void addButton(GenericDialog dialog) {
        TextField path = (TextField) dialog.getStringFields().get(0);
        Choice format = (Choice) dialog.getChoices().get(0);
        format.addItemListener(e -> path.setText(DatasetFile.complete(path.getText().trim(), format.getSelectedIndex())));
        dialog.addButton("Browse...", e -> {
            // not the dialog itself: without a display ImageJ's is no Dialog of Java's
            FileDialog files = new FileDialog((Dialog) SwingUtilities.getWindowAncestor(path), "Export to", FileDialog.SAVE);
            File now = new File(path.getText().trim());
            files.setDirectory(now.getParent());
            files.setFile(now.getName());
            files.setVisible(true);
            if (files.getFile() != null) {
                String chosen = new File(files.getDirectory(), files.getFile()).getPath();
                path.setText(DatasetFile.complete(chosen, format.getSelectedIndex()));
                OpenDialog.setDefaultDirectory(files.getDirectory());
            }
        });
    }

    /** The same, with what was found written to ImageJ's log. */
    public static File write(ImagePlus image, String path, String format) throws IOException {
        return write(image, path, format, IJ::log);
    }

    /**
     * Writes a dataset to a file, whole or not at all; one of that name is replaced.
     *
     * @param path an extension that is not the format's is completed
     * @param format one of {@link DatasetFile#FORMATS}
     * @param log told what was written
     * @return the file
     * @throws IOException if the file cannot be written, a pattern not be read, or a number not be kept
     * @throws VitroException if the image is no dataset, or there is no such format or path
     */
    public static File write(ImagePlus image, String path, String format, Consumer<String> log) throws IOException {
        int index = Params.index(DatasetFile.FORMATS, "format", format);
        if (path.trim().isEmpty()) {
            throw new VitroException(VitroException.ARGUMENT, "No file was given (key 'path').");
        }
        String given = new File(path).isDirectory() ? path : DatasetFile.complete(path, index); // a folder is told as such
        try {
            Path file = new File(given).toPath().toAbsolutePath().normalize();
            DatasetFile.write(image, file, index, new Notes(NAME, image.getTitle(), log));
            return file.toFile();
        } catch (InvalidPathException e) {
            throw new VitroException(VitroException.ARGUMENT, "'" + given + "' is no path on this system: " + e.getReason() + ".");
        }
    }
}
