/* SPDX-License-Identifier: GPL-3.0-or-later */
package vitromap.ui;

import ij.gui.GenericDialog;
import java.awt.Choice;
import java.awt.GridLayout;
import java.awt.Label;
import java.awt.Panel;
import java.awt.TextField;
import java.io.File;
import java.io.IOException;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import vitromap.engine.VitroException;
import vitromap.io.OpenOptions;
import vitromap.io.Survey;

/** Lists in the dialog of Open that fill its fields: the datasets of the file, and the shapes that fit its patterns. They are no keys. */
public final class FileChoices {
    private static final Pattern SHAPE = Pattern.compile("(\\d+) x (\\d+)(?:, fly-back (\\d+))?(?:, skip (\\d+))?");
    private static final int SCAN_X = 0, FIELDS = 4, DATASET = 1;
    private static final int LONGEST = 56;

    private final File file;
    private final List<TextField> numbers;
    private final TextField dataset;
    private final Choice shapes = new Choice();
    private final Label label = new Label();

    @SuppressWarnings("unchecked")
    private FileChoices(GenericDialog dialog, File file) {
        this.file = file;
        this.numbers = dialog.getNumericFields();
        this.dataset = (TextField) dialog.getStringFields().get(DATASET);
    }

    /** The dialog's second text field is the dataset, its first numbers are scan_x, scan_y, flyback and skip. */
    public static void add(GenericDialog dialog, File file, Survey survey) {
        if (survey.proposals.isEmpty() && survey.datasets.size() < 2) {
            return;
        }
        FileChoices choices = new FileChoices(dialog, file);
        Panel panel = new Panel(new GridLayout(0, 1, 0, 2));
        if (survey.datasets.size() > 1) {
            panel.add(new Label(survey.datasets.size() + " datasets in the file:"));
            panel.add(choices.datasets(survey.datasets));
        }
        choices.offer(survey);
        choices.shapes.addItemListener(e -> choices.choose(choices.shapes.getSelectedItem()));
        panel.add(choices.label);
        panel.add(choices.shapes);
        dialog.addPanel(panel);
    }

    private Choice datasets(List<String> names) {
        Choice choice = new Choice();
        names.forEach(name -> choice.add(name.length() > LONGEST ? "..." + name.substring(name.length() - LONGEST) : name));
        choice.addItemListener(e -> {
            dataset.setText(Survey.path(names.get(choice.getSelectedIndex())));
            choose("0 x 0");
            survey();
        });
        return choice;
    }

    /** Of the dataset that was chosen. */
    private void survey() {
        OpenOptions options = new OpenOptions();
        options.dataset = dataset.getText();
        try {
            offer(Survey.of(file, options));
        } catch (IOException | VitroException e) {
            label.setText("This dataset cannot be opened.");
            shapes.removeAll();
        }
    }

    private void offer(Survey survey) {
        label.setText("Shapes that fit " + survey.patterns + " patterns:");
        shapes.removeAll();
        shapes.add(survey.shape.isEmpty() ? "not in the file" : "as in the file: " + survey.shape);
        survey.proposals.forEach(shapes::add);
    }

    /** Zeros for what is not a shape: as in the file. */
    private void choose(String shape) {
        Matcher match = SHAPE.matcher(shape);
        boolean matches = match.matches();
        for (int i = 0; i < FIELDS; i++) {
            String number = matches ? match.group(i + 1) : null;
            numbers.get(SCAN_X + i).setText(number == null ? "0" : number);
        }
    }
}
