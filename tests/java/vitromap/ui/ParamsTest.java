// SPDX-License-Identifier: GPL-3.0-or-later
package vitromap.ui;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ij.Macro;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import vitromap.engine.VitroException;

/** Parameters from a macro's options. */
class ParamsTest {
    private static final String[] METHODS = {"ring profile", "direct ellipse"};
    private String thread;

    @BeforeEach
    void asACommand() {
        thread = Thread.currentThread().getName();
        Thread.currentThread().setName("Run$_test");
    }

    @AfterEach
    void restore() {
        Macro.setOptions(null);
        Thread.currentThread().setName(thread);
    }

    private static Params params() {
        return new Params("4D-STEM Test...", "test.md").text("Path", "").choice("Method (a or b)", METHODS, METHODS[0])
                .number("Ring_min (0 = find)", 0, "px").flag("In_memory", false).title("Mask", new String[] {"auto", "none"}, "auto");
    }

    private static Params read(String options) {
        Macro.setOptions(options);
        Params params = params();
        assertTrue(params.show());
        return params;
    }

    @Test
    void defaultsWhereNothingIsNamed() {
        Params p = read(" ");
        assertEquals("", p.getText("path"));
        assertEquals("ring profile", p.getText("method"));
        assertEquals(0, p.getNumber("ring_min"));
        assertFalse(p.getFlag("in_memory"));
        assertEquals("auto", p.getText("mask"));
    }

    @Test
    void valuesByImageJsRules() {
        Params p = read("path=[/data/my scans/a [1].mib] method=[Direct ellipse] ring_min=12.5 mask='my mask' in_memory");
        assertEquals("/data/my scans/a [1].mib", p.getText("path"));
        assertEquals("direct ellipse", p.getText("method"));
        assertEquals(12.5, p.getNumber("ring_min"));
        assertEquals("my mask", p.getText("mask"));
        assertTrue(p.getFlag("in_memory"));
        assertThrows(VitroException.class, () -> p.getInt("ring_min"));
    }

    @Test
    void aKeyInsideAValueIsNoKey() {
        Params p = read("path=[in_memory ring_min=3] method=[ring profile]");
        assertFalse(p.getFlag("in_memory"));
        assertEquals(0, p.getNumber("ring_min"));
    }

    @Test
    void wrongOptionsAreNamed() {
        says("ring_mni=3", "'ring_mni'", "ring_min");
        says("ring_min=wide", "'ring_min'", "'wide'");
        says("method=magic", "'magic'", "ring profile; direct ellipse");
    }

    private static void says(String options, String... parts) {
        String text = assertThrows(VitroException.class, () -> read(options)).getMessage();
        for (String part : parts) {
            assertTrue(text.contains(part), text);
        }
    }

    @Test
    void theCommandLineReadsBack() {
        Params p = read("path=[C:\\my scans\\a.mib] method=[direct ellipse] ring_min=0.1 in_memory mask=[my mask]");
        assertEquals("run(\"4D-STEM Test...\", \"path=[C:\\\\my scans\\\\a.mib] method=[direct ellipse] ring_min=0.1 in_memory mask=[my mask]\");",
                p.commandLine());
        assertEquals("run(\"4D-STEM Test...\", \"path=[] method=[ring profile] ring_min=0 mask=auto\");", read(" ").commandLine());
        String line = p.commandLine();
        String options = line.substring(line.indexOf(", \"") + 3, line.length() - 3).replace("\\\\", "\\");
        assertEquals(line, read(options).commandLine());
    }
}
