/* SPDX-License-Identifier: GPL-3.0-or-later */
package vitromap.ui;

import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.URL;
import java.nio.charset.StandardCharsets;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The user guide's pages, which the jar carries, for the Help buttons: true to the version and there without a network. */
public final class Help {
    private static final Pattern PICTURE = Pattern.compile("!\\[([^\\]]*)\\]\\(([^)]+)\\)");
    /** What fits into ImageJ's help window, px. */
    private static final int PICTURE_WIDTH = 720;
    /** Where a PNG file has its width and height: behind its signature, and the length and name of its first chunk. */
    private static final int PNG_SIZE = 16;

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

    /** The part of Markdown that the guide uses: headings, paragraphs, lists, tables, code, pictures. Links to other pages become text. */
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
            item("ul", line.substring(2));
        } else if (line.matches("\\d+\\. .*")) {
            item("ol", line.substring(line.indexOf(' ') + 1));
        } else if (line.startsWith("![")) {
            picture(line);
        } else {
            open(block.endsWith("l") && line.startsWith(" ") ? block : "p"); // an indented line continues its item
            html.append(inline(line)).append('\n');
        }
    }

    private void item(String list, String text) {
        open(list);
        html.append("<li>").append(inline(text)).append('\n');
    }

    /** With its size, so that the text does not move when the picture comes. */
    private void picture(String line) {
        open("");
        Matcher link = PICTURE.matcher(line);
        URL file = link.matches() ? Help.class.getResource("/docs/" + link.group(2)) : null;
        if (file == null) {
            return;
        }
        try (DataInputStream in = new DataInputStream(file.openStream())) {
            in.readFully(new byte[PNG_SIZE]);
            int width = in.readInt();
            int height = in.readInt();
            double scale = Math.min(1, PICTURE_WIDTH / (double) width);
            html.append("<p><img src=\"").append(file).append("\" alt=\"").append(escape(link.group(1))).append("\" width=").append(Math.round(width * scale))
                    .append(" height=").append(Math.round(height * scale)).append("></p>");
        } catch (IOException e) {
            html.append("<p>[").append(escape(link.group(1))).append("]</p>");
        }
    }

    /** Ends the block at hand, if it is another, and begins one; "" = none. */
    private void open(String next) {
        if (!next.equals(block)) {
            String lines = next.equals("table") ? " border=1 cellspacing=0 cellpadding=4" : "";
            html.append(block.isEmpty() ? "" : "</" + block + ">").append(next.isEmpty() ? "" : "<" + next + lines + ">");
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
