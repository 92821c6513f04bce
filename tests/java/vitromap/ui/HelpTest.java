// SPDX-License-Identifier: GPL-3.0-or-later
package vitromap.ui;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.awt.image.BufferedImage;
import java.io.IOException;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;

/** The guide's pages in the help window. */
class HelpTest {
    @Test
    void markdownBecomesHtml() {
        String markdown = "# Strain\n\nWith `q < 1` and **care**,\nsee [methods](methods.md).\n![no such picture](a.png)\n- one\n  more\n- two\n1. first\n\n"
                + "| key | unit |\n|---|---|\n| x | px |\n\n```\na & b\n# no heading\n```\n";
        assertEquals("<html><h1>Strain</h1><p>With <code>q &lt; 1</code> and <b>care</b>,\nsee methods.\n</p><ul><li>one\n  more\n<li>two\n</ul>"
                + "<ol><li>first\n</ol><table border=1 cellspacing=0 cellpadding=4><tr><th>key</th><th>unit</th></tr><tr><td>x</td><td>px</td></tr></table>"
                + "<pre>a &amp; b\n# no heading\n</pre></html>", Help.convert(markdown));
    }

    @Test
    void aWidePictureFitsTheWindow() throws IOException {
        String file = "images/strain-slices.png";
        BufferedImage picture = ImageIO.read(HelpTest.class.getResource("/docs/" + file));
        String html = Help.convert("![All slices](" + file + ")");
        assertTrue(picture.getWidth() > 720, "the test needs a wide picture");
        assertTrue(html.contains(" alt=\"All slices\" width=720 height=" + Math.round(720.0 * picture.getHeight() / picture.getWidth()) + ">"), html);
    }

    @Test
    void noSuchPage() {
        assertNull(Help.html("no-such-page.md"));
    }
}
