// SPDX-License-Identifier: GPL-3.0-or-later
package vitromap;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ij.plugin.PlugIn;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Paths;
import org.junit.jupiter.api.Test;

/** ImageJ silently does nothing when a command's class is missing. */
class PluginsConfigTest {

    @Test
    void everyCommandHasItsPlugIn() throws Exception {
        byte[] file = Files.readAllBytes(Paths.get("plugins.config"));
        for (byte b : file) assertTrue(b >= 0, "plugins.config is read with the platform's charset: ASCII only");
        int commands = 0;
        for (String line : new String(file, StandardCharsets.US_ASCII).split("\n")) {
            if (line.startsWith("#") || line.contains("\"-\"")) continue;
            String[] parts = line.split(",");
            assertEquals(3, parts.length, line);
            assertTrue(parts[1].trim().matches("\"4D-STEM [A-Z].*\""), line);
            Class<?> c = Class.forName(parts[2].trim());
            assertTrue(c.getConstructor().newInstance() instanceof PlugIn, line);
            commands++;
        }
        assertTrue(commands >= 5, commands + " commands");
    }
}
