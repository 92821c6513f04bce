/* SPDX-License-Identifier: GPL-3.0-or-later */
package vitromap.ui;

import ij.IJ;
import ij.Macro;
import ij.gui.GenericDialog;
import ij.macro.Interpreter;
import java.awt.GraphicsEnvironment;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.Predicate;
import vitromap.engine.VitroException;

/**
 * A command's parameters: declared once, then filled from a dialog, from a macro's options, or from the defaults where there is no
 * display. The key of a parameter is its label's first word in lower case.
 */
public final class Params {
    private enum Kind { TEXT, LINE, NUMBER, CHOICE, TITLE, FLAG }

    private static final class Field {
        final Kind kind;
        final String label;
        final String unit;
        final String[] items;
        Object value;

        Field(Kind kind, String label, Object value, String unit, String[] items) {
            this.kind = kind;
            this.label = label;
            this.value = value;
            this.unit = unit;
            this.items = items;
        }
    }

    private final String command;
    private final String page;
    private final Map<String, Field> fields = new LinkedHashMap<>();
    private Consumer<GenericDialog> opened;
    private Predicate<Params> changed;

    /** @param page the command's page of the user guide, for the Help button */
    public Params(String command, String page) {
        this.command = command;
        this.page = page;
    }

    /** The command's page of the user guide. */
    public String page() {
        return page;
    }

    public Params text(String label, String value) {
        return add(Kind.TEXT, label, value, "", null);
    }

    /** A text that is long: its field is wider. */
    public Params line(String label, String value) {
        return add(Kind.LINE, label, value, "", null);
    }

    /** @param unit shown behind the field */
    public Params number(String label, double value, String unit) {
        return add(Kind.NUMBER, label, value, unit, null);
    }

    public Params choice(String label, String[] items, String value) {
        return add(Kind.CHOICE, label, value, "", items);
    }

    /** A choice among items in the dialog; a macro may give any text, such as an image's title. */
    public Params title(String label, String[] items, String value) {
        return add(Kind.TITLE, label, value, "", items);
    }

    /** In a macro: named = on. */
    public Params flag(String label, boolean value) {
        return add(Kind.FLAG, label, value, "", null);
    }

    private Params add(Kind kind, String label, Object value, String unit, String[] items) {
        fields.put(Macro.trimKey(label), new Field(kind, label, value, unit, items));
        return this;
    }

    /**
     * A live preview: opened is called with the dialog before it is shown, changed after every change of a field (on the event
     * thread: it must be quick); false from it disables OK. Neither is called without a dialog.
     */
    public Params preview(Consumer<GenericDialog> opened, Predicate<Params> changed) {
        this.opened = opened;
        this.changed = changed;
        return this;
    }

    /** Fills the values from a macro's options; those that are not given stay. */
    public Params read(String options) {
        new Options(options).read();
        return this;
    }

    /** Fills the values; false if the user cancelled the dialog. */
    public boolean show() {
        String options = Macro.getOptions();
        if (options != null) {
            read(options);
            return true;
        }
        return !isInteractive() || showDialog();
    }

    /**
     * Whether the parameters come from a dialog. Unlike ImageJ's own commands, a macro's run("Command...") without options takes the
     * defaults: the same macro does the same with and without a display, and run("Command...", "") cannot be told from it.
     */
    public static boolean isInteractive() {
        boolean inMacro = IJ.macroRunning() && Interpreter.getInstance() != null;
        return Macro.getOptions() == null && !inMacro && !GraphicsEnvironment.isHeadless();
    }

    private boolean showDialog() {
        GenericDialog dialog = new GenericDialog(command.replace("...", ""));
        fields.values().forEach(field -> addTo(dialog, field));
        String help = Help.html(page);
        if (help != null) {
            dialog.addHelp(help);
        }
        dialog.addDialogListener((d, event) -> {
            boolean fine = readFrom(dialog);
            return fine && (changed == null || event == null || changed.test(this));
        });
        if (opened != null) {
            opened.accept(dialog);
        }
        dialog.showDialog();
        return dialog.wasOKed();
    }

    private static void addTo(GenericDialog dialog, Field field) {
        switch (field.kind) {
            case NUMBER:
                double number = (Double) field.value;
                int decimals = decimals(number);
                double shown = Double.parseDouble(IJ.d2s(number, decimals)); // the recorder writes what is shown
                dialog.addNumericField(field.label, shown, decimals, 10, field.unit);
                break;
            case FLAG:
                dialog.addCheckbox(field.label, (Boolean) field.value);
                break;
            case TEXT:
            case LINE:
                dialog.addStringField(field.label, (String) field.value, field.kind == Kind.LINE ? 52 : 24);
                break;
            default:
                dialog.addChoice(field.label, field.items, (String) field.value);
        }
    }

    private static int decimals(double number) {
        String text = format(number);
        int point = text.indexOf('.');
        return point < 0 || text.indexOf('E') >= 0 ? (text.indexOf('E') >= 0 ? 12 : 0) : text.length() - point - 1;
    }

    /** Reads every field once, in order, which also records them; false if a number is none. */
    private boolean readFrom(GenericDialog dialog) {
        boolean fine = true;
        for (Field field : fields.values()) {
            switch (field.kind) {
                case NUMBER:
                    double number = dialog.getNextNumber();
                    fine &= !Double.isNaN(number);
                    field.value = number;
                    break;
                case FLAG:
                    field.value = dialog.getNextBoolean();
                    break;
                case TEXT:
                case LINE:
                    field.value = dialog.getNextString().trim();
                    break;
                default:
                    field.value = dialog.getNextChoice();
            }
        }
        return fine;
    }

    public String getText(String key) {
        return (String) field(key).value;
    }

    public double getNumber(String key) {
        return (Double) field(key).value;
    }

    /** A whole number. */
    public int getInt(String key) {
        double value = getNumber(key);
        if (value != Math.rint(value) || Math.abs(value) > Integer.MAX_VALUE) {
            throw error("The value " + format(value) + " of '" + key + "' must be a whole number.");
        }
        return (int) value;
    }

    public boolean getFlag(String key) {
        return (Boolean) field(key).value;
    }

    private Field field(String key) {
        Field field = fields.get(key);
        if (field == null) {
            throw new IllegalArgumentException(key);
        }
        return field;
    }

    private VitroException error(String text) {
        return new VitroException(VitroException.ARGUMENT, command + " " + text);
    }

    /** run("Command...", "key=value ...") with every key, as a macro's line. */
    public String commandLine() {
        StringBuilder line = new StringBuilder();
        fields.forEach((key, field) -> {
            if (field.kind == Kind.FLAG) {
                line.append((Boolean) field.value ? key + " " : "");
            } else {
                String value = field.kind == Kind.NUMBER ? format((Double) field.value) : (String) field.value;
                boolean plain = value.matches("[^\\s\\[\\]'&]+");
                line.append(key).append('=').append(plain ? value : "[" + value + "]").append(' ');
            }
        });
        String options = line.toString().trim().replace("\\", "\\\\").replace("\"", "\\\"");
        return "run(\"" + command + "\", \"" + options + "\");";
    }

    /**
     * Place of a choice's value among what is allowed, for values that came another way than through {@link #show}.
     *
     * @throws VitroException if it is not among them
     */
    public static int index(String[] items, String key, String value) {
        int index = Arrays.asList(items).indexOf(value);
        if (index < 0) {
            throw new VitroException(VitroException.ARGUMENT, "There is no " + key + " '" + value + "'. Allowed: " + String.join("; ", items) + ".");
        }
        return index;
    }

    /** The shortest text that reads back as the same number. */
    public static String format(double number) {
        String text = Double.toString(number);
        return text.endsWith(".0") ? text.substring(0, text.length() - 2) : text;
    }

    /** A macro's options, read with ImageJ's rules; what ImageJ would overlook, a key that does not exist, is an error. */
    private final class Options {
        private final String options;

        Options(String options) {
            this.options = options;
        }

        void read() {
            Map<String, String> given = new OptionParser(options).parse();
            given.forEach((key, value) -> {
                if (!fields.containsKey(key)) {
                    throw error("has no key '" + key + "'. Its keys are: " + String.join(", ", fields.keySet()) + ".");
                }
            });
            fields.forEach((key, field) -> {
                if (field.kind == Kind.FLAG) {
                    field.value = given.containsKey(key);
                } else if (given.containsKey(key)) {
                    field.value = value(key, field, given.get(key));
                }
            });
        }

        private Object value(String key, Field field, String given) {
            String text = given == null ? "" : variable(given);
            if (field.kind == Kind.NUMBER) {
                return number(key, text);
            } else if (field.kind == Kind.CHOICE) {
                return item(key, field, text);
            }
            return text.trim();
        }

        private double number(String key, String text) {
            try {
                return Double.parseDouble(text.trim());
            } catch (NumberFormatException e) {
                Interpreter macro = Interpreter.getInstance();
                double value = macro == null ? Double.NaN : macro.getVariable2(text);
                if (Double.isNaN(value)) {
                    throw error("needs a number for '" + key + "', not '" + text + "'.");
                }
                return value;
            }
        }

        private String item(String key, Field field, String text) {
            for (String item : field.items) {
                if (item.toLowerCase(Locale.US).equals(text.trim().toLowerCase(Locale.US))) {
                    return item;
                }
            }
            throw error("has no choice '" + text + "' for '" + key + "'. Allowed: " + String.join("; ", field.items) + ".");
        }

        /** '&name' stands for a macro's variable. */
        private String variable(String text) {
            Interpreter macro = Interpreter.getInstance();
            String value = text.startsWith("&") && macro != null ? macro.getVariableAsString(text.substring(1)) : null;
            return value == null ? text : value;
        }
    }
}
