/* SPDX-License-Identifier: GPL-3.0-or-later */
package vitromap.ui;

import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;

/** Splits a macro's options, 'key=value key=[value with blanks] flag', by the rules of ij.Macro.getValue. */
final class OptionParser {
    private final String text;
    private int position;

    OptionParser(String text) {
        this.text = text;
    }

    /** Keys in lower case and their values; the value of a key without '=' is null. */
    Map<String, String> parse() {
        Map<String, String> values = new LinkedHashMap<>();
        while (skipBlanks()) {
            int start = position;
            while (position < text.length() && text.charAt(position) != ' ' && text.charAt(position) != '=') {
                position++;
            }
            String key = text.substring(start, position).toLowerCase(Locale.US);
            boolean named = position < text.length() && text.charAt(position) == '=';
            if (named) {
                position++;
            }
            values.put(key, named ? value() : null);
        }
        return values;
    }

    private boolean skipBlanks() {
        while (position < text.length() && text.charAt(position) == ' ') {
            position++;
        }
        return position < text.length();
    }

    private String value() {
        char first = position < text.length() ? text.charAt(position) : ' ';
        int end = first == '[' ? closingBracket() : first == '\'' ? text.indexOf('\'', position + 1) : -1;
        if (end > 0) {
            String quoted = text.substring(position + 1, end);
            position = end + 1;
            return quoted;
        }
        end = text.indexOf(' ', position);
        end = end < 0 ? text.length() : end;
        String plain = text.substring(position, end);
        position = end;
        return plain;
    }

    /** Index of the bracket that closes the one at position; -1 if there is none. */
    private int closingBracket() {
        int depth = 0;
        for (int i = position; i < text.length(); i++) {
            depth += text.charAt(i) == '[' ? 1 : text.charAt(i) == ']' ? -1 : 0;
            if (depth == 0) {
                return i;
            }
        }
        return -1;
    }
}
