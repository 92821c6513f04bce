/* SPDX-License-Identifier: GPL-3.0-or-later */
package vitromap.ui;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;

/** The user guide's pages, which the jar carries, for the Help buttons: true to the version and there without a network. */
public final class Help {
    private final StringBuilder html = new StringBuilder("<html>");
    private String block = "";

    private Help() {
    }

    /** A page as HTML for ImageJ's help window; null if the jar has none of that name. */
    public static String html(String page) {
        try (InputStream in = Help.class.getResourceAsStream("/docs/" + page)) {
            return in == null ? null : convert(text(in));
        } catch (IOException e) {
            return null; // a dialog without a Help button still works
        }
    }

    private static String text(InputStream in) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        byte[] buffer = new byte[8192];
        for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
            out.write(buffer, 0, n);
        }
        return new String(out.toByteArray(), StandardCharsets.UTF_8);
    }

    /** The part of Markdown that the guide uses: headings, paragraphs, lists, tables, code; pictures are left out. */
    static String convert(String markdown) {
        Help help = new Help();
        for (String line : markdown.split("\r?\n")) {
            help.line(line);
        }
        help.open("");
        return help.html.append("</html>").toString();
    }

    private void line(String line) {
        if (line.startsWith("```")) {
            open(block.equals("pre") ? "" : "pre");
        } else if (block.equals("pre")) {
            html.append(escape(line)).append('\n');
        } else if (line.trim().isEmpty()) {
            open("");
        } else if (line.startsWith("#")) {
            heading(line);
        } else if (line.startsWith("|")) {
            row(line);
        } else if (line.startsWith("- ")) {
            open("ul");
            html.append("<li>").append(inline(line.substring(2)));
        } else if (!line.startsWith("![")) {
            open(block.equals("ul") ? "ul" : "p"); // an indented line continues its item
            html.append(inline(line)).append('\n');
        }
    }

    /** Ends the block at hand, if it is another, and begins one; "" = none. */
    private void open(String next) {
        if (!next.equals(block)) {
            html.append(block.isEmpty() ? "" : "</" + block + ">").append(next.isEmpty() ? "" : "<" + next + ">");
            block = next;
        }
    }

    private void heading(String line) {
        open("");
        int level = 1;
        while (line.startsWith("#", level)) {
            level++;
        }
        html.append("<h").append(level).append('>').append(inline(line.substring(level).trim())).append("</h").append(level).append('>');
    }

    private void row(String line) {
        if (line.matches("[|\\s:-]+")) {
            return; // the rule under a table's head
        }
        String cell = block.equals("table") ? "td" : "th";
        open("table");
        html.append("<tr>");
        for (String text : line.substring(1).split("\\|")) {
            html.append('<').append(cell).append('>').append(inline(text.trim())).append("</").append(cell).append('>');
        }
        html.append("</tr>");
    }

    private static String inline(String text) {
        return escape(text).replaceAll("`([^`]+)`", "<code>$1</code>").replaceAll("\\*\\*([^*]+)\\*\\*", "<b>$1</b>")
                .replaceAll("\\[([^\\]]+)\\]\\([^)]+\\)", "$1");
    }

    private static String escape(String text) {
        return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;");
    }
}
