// SPDX-License-Identifier: GPL-3.0-or-later
package vitromap.ui;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

/** The guide's pages in the help window. */
class HelpTest {
    @Test
    void markdownBecomesHtml() {
        String markdown = "# Strain\n\nWith `q < 1` and **care**,\nsee [methods](methods.md).\n![picture](a.png)\n- one\n  more\n- two\n\n"
                + "| key | unit |\n|---|---|\n| x | px |\n\n```\na & b\n# no heading\n```\n";
        assertEquals("<html><h1>Strain</h1><p>With <code>q &lt; 1</code> and <b>care</b>,\nsee methods.\n</p><ul><li>one  more\n<li>two</ul>"
                + "<table><tr><th>key</th><th>unit</th></tr><tr><td>x</td><td>px</td></tr></table><pre>a &amp; b\n# no heading\n</pre></html>",
                Help.convert(markdown));
    }

    @Test
    void everyDialogHasItsPage() {
        for (String page : new String[] {"calibrate.md", "strain-map.md", "radial-profiles.md", "pdf-map.md", "decompose.md", "fluctuation.md", "hot-spots.md", "autocorrelation.md"}) {
            String html = Help.html(page);
            assertTrue(html != null && html.contains("<h1>"), page);
        }
        assertNull(Help.html("no-such-page.md"));
    }
}
