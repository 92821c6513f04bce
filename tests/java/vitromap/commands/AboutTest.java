// SPDX-License-Identifier: GPL-3.0-or-later
package vitromap.commands;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Paths;
import org.junit.jupiter.api.Test;
import vitromap.engine.Native;

/** What a bug report needs. */
class AboutTest {
    /** Who has the jar alone has no CITATION.cff. */
    @Test
    void theCitationIsThatOfTheFile() throws IOException {
        String file = new String(Files.readAllBytes(Paths.get("CITATION.cff")), StandardCharsets.UTF_8);
        String title = file.replaceAll("(?s).*\ntitle: \"Vitromap: ([^\"]*)\".*", "$1");
        String text = About.text().replace('\n', ' ');
        assertTrue(text.contains("Vitromap " + Native.version() + ": " + title), title);
        assertTrue(file.contains("name: The Vitromap developers") && text.contains("The Vitromap developers"), text);
    }

    @Test
    void versionKernelsAndLicence() {
        String text = About.text();
        for (String part : new String[] {Native.version(), Native.isaName(0), System.getProperty("os.arch"), "GPL-3.0-or-later", "To cite"}) {
            assertTrue(text.contains(part), text);
        }
    }
}
