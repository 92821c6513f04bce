// SPDX-License-Identifier: GPL-3.0-or-later
package vitromap.commands;

import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import vitromap.engine.Native;

/** What a bug report needs. */
class AboutTest {
    @Test
    void versionKernelsAndLicence() {
        String text = About.text();
        for (String part : new String[] {Native.version(), Native.isaName(0), System.getProperty("os.arch"), "GPL-3.0-or-later", "CITATION.cff"}) {
            assertTrue(text.contains(part), text);
        }
    }
}
