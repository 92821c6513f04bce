/* SPDX-License-Identifier: GPL-3.0-or-later */
package vitromap.ui;

import java.util.function.Consumer;

/** What a command found on the way: told at once, with the command and the input's title, and kept for the result's Info. */
public final class Notes implements Consumer<String> {
    private final StringBuilder lines = new StringBuilder();
    private final String prefix;
    private final Consumer<String> log;

    public Notes(String command, String title, Consumer<String> log) {
        this.prefix = command + " '" + title + "': ";
        this.log = log;
    }

    @Override
    public void accept(String line) {
        lines.append(line).append('\n');
        log.accept(prefix + line);
    }

    /** The lines so far. */
    public String text() {
        return lines.toString();
    }
}
