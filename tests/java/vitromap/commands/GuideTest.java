// SPDX-License-Identifier: GPL-3.0-or-later
package vitromap.commands;

import static org.junit.jupiter.api.Assertions.assertAll;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ij.ImagePlus;
import ij.Macro;
import ij.process.ByteProcessor;
import java.io.IOException;
import java.lang.reflect.Method;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.Paths;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import vitromap.engine.VitroException;
import vitromap.ui.Help;
import vitromap.ui.Params;

/** What the user guide says of each command is what the command does: pages, keys and defaults. */
class GuideTest {
    private static final Path DOCS = Paths.get("docs");
    private static final Pattern MENU = Pattern.compile("Plugins>4D-STEM, \"(4D-STEM [^\"]+)\", (\\S+)");
    private static final Pattern LINK = Pattern.compile("(?<!!)\\[[^\\]]*\\]\\(([^)#:]+)\\)");
    private static final Pattern PICTURE = Pattern.compile("!\\[[^\\]]*\\]\\(([^)]+)\\)");
    private static final Pattern OPTION = Pattern.compile("(\\w+)(?:=(\\[[^\\]]*\\]|\\S*))?");
    /** Commands without a dialog of parameters. */
    private static final Set<String> WITHOUT_KEYS = new TreeSet<>(Arrays.asList("4D-STEM Explorer", "4D-STEM About..."));

    /** Its page is on formats; it has no table of keys but in the reference. */
    private static final String OPEN = "4D-STEM Open...";

    private final Map<String, String> classes = new LinkedHashMap<>();
    private String reference;
    private String thread;

    @BeforeEach
    void asACommand() throws IOException {
        Matcher line = MENU.matcher(text(Paths.get("plugins.config")));
        while (line.find()) {
            classes.put(line.group(1), line.group(2));
        }
        reference = page("macro-reference.md");
        thread = Thread.currentThread().getName();
        Thread.currentThread().setName("Run$_test");
    }

    @AfterEach
    void restore() {
        Macro.setOptions(null);
        Thread.currentThread().setName(thread);
    }

    private static String text(Path file) throws IOException {
        return new String(Files.readAllBytes(file), StandardCharsets.UTF_8);
    }

    private static String page(String name) throws IOException {
        return text(DOCS.resolve(name));
    }

    private static List<String> all(Pattern pattern, String text) {
        List<String> found = new ArrayList<>();
        Matcher matcher = pattern.matcher(text);
        while (matcher.find()) {
            found.add(matcher.group(1));
        }
        return found;
    }

    private static Set<String> files(Path folder, String end) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.map(file -> file.getFileName().toString()).filter(name -> name.endsWith(end)).collect(Collectors.toCollection(TreeSet::new));
        }
    }

    private Stream<String> withKeys() {
        return classes.keySet().stream().filter(command -> !WITHOUT_KEYS.contains(command));
    }

    /** The part of the macro reference that belongs to a command. */
    private String section(String command) {
        int start = reference.indexOf("\n## " + command + "\n");
        assertTrue(start >= 0, "docs/macro-reference.md has no section '" + command + "'");
        int end = reference.indexOf("\n## ", start + 1);
        return reference.substring(start + 1, end < 0 ? reference.length() : end);
    }

    /** The page that the reference names for a command. */
    private String pageOf(String command) {
        List<String> links = all(LINK, section(command));
        assertFalse(links.isEmpty(), "docs/macro-reference.md: '" + command + "' has no link to its page");
        return links.get(0);
    }

    /** A command's parameters as its dialog would have them, on an image that knows nothing. */
    private Params params(String command) throws ReflectiveOperationException {
        String name = classes.get(command);
        for (String owner : new String[] {name + "$Settings", name}) {
            try {
                Class<?> c = Class.forName(owner);
                for (Method method : c.getDeclaredMethods()) {
                    if (method.getName().equals("params") && method.getParameterCount() < 2) {
                        Object[] arguments = Stream.of(method.getParameterTypes())
                                .map(type -> type == String.class ? "" : new ImagePlus("blank", new ByteProcessor(8, 8))).toArray();
                        method.setAccessible(true);
                        return (Params) method.invoke(owner.equals(name) ? null : c.getDeclaredConstructor().newInstance(), arguments);
                    }
                }
            } catch (ClassNotFoundException e) {
                continue; // no settings of its own
            }
        }
        throw new AssertionError(command + ": no method params in " + name);
    }

    /** The keys, from the message about one that does not exist. */
    private static List<String> keys(Params params) {
        Macro.setOptions("no_such_key ");
        String message = assertThrows(VitroException.class, params::show).getMessage();
        return Arrays.asList(message.substring(message.indexOf("Its keys are: ") + 14, message.length() - 1).split(", "));
    }

    /** Key and default of each row of the tables whose head is '| key | default |'. */
    private static Map<String, String> documented(String where, String markdown) {
        Map<String, String> found = new LinkedHashMap<>();
        boolean table = false;
        for (String line : markdown.split("\n")) {
            table = line.startsWith("| key | default |") || table && line.startsWith("|");
            if (table && line.startsWith("| `")) {
                String[] cells = line.split("\\|");
                String[] keys = cells[1].trim().replace("`", "").split(", ");
                String text = cells[2].trim().replace("`", "");
                String[] values = text.split(", ").length == keys.length ? text.split(", ") : new String[] {text};
                for (int i = 0; i < keys.length; i++) {
                    String value = values[values.length == 1 ? 0 : i];
                    assertEquals(null, found.put(keys[i], value), where + ": '" + keys[i] + "' twice");
                }
            }
        }
        return found;
    }

    private static Map<String, String> defaults(Params params, Map<String, String> documented) {
        String required = documented.entrySet().stream().filter(entry -> entry.getValue().isEmpty()).map(entry -> entry.getKey() + "=1 ")
                .collect(Collectors.joining());
        if (!required.isEmpty()) { // then a macro always has options, and flags that are not named are off
            Macro.setOptions(required);
            params.show();
        }
        String line = params.commandLine();
        Map<String, String> found = new LinkedHashMap<>();
        Matcher option = OPTION.matcher(line.substring(line.indexOf("\", \"") + 4, line.lastIndexOf('"')));
        while (option.find()) {
            found.put(option.group(1), option.group(2) == null ? "on" : option.group(2).replaceAll("^\\[|\\]$", ""));
        }
        return found;
    }

    /** 'what the dataset says' is nothing for an image that knows nothing. */
    private static boolean same(String documented, String value) {
        String expected = documented.equals("empty") ? "" : documented.equals("what the dataset says") ? "0" : documented;
        if (expected.equals(value == null ? "off" : value)) {
            return true;
        }
        return expected.matches("-?[0-9.]+") && value != null && value.matches("[-0-9.E]+") && Double.parseDouble(expected) == Double.parseDouble(value);
    }

    private void check(String where, String command, String markdown) throws ReflectiveOperationException {
        Map<String, String> documented = documented(where, markdown);
        List<String> keys = keys(params(command));
        assertEquals(new TreeSet<>(keys), new TreeSet<>(documented.keySet()), where + ", keys of " + command);
        Map<String, String> defaults = defaults(params(command), documented);
        documented.forEach((key, value) -> assertTrue(value.isEmpty() || same(value, defaults.get(key)),
                where + ": the default of '" + key + "' is '" + defaults.get(key) + "', not '" + value + "'"));
    }

    @Test
    void theReferenceHasAllCommandsInTheMenusOrder() {
        List<String> sections = all(Pattern.compile("(?m)^## (4D-STEM .*)$"), reference);
        assertEquals(new ArrayList<>(classes.keySet()), sections);
    }

    @Test
    void theReferenceHasEachCommandsKeysAndDefaults() throws Exception {
        assertAll(withKeys().map(command -> () -> check("docs/macro-reference.md", command, section(command))));
    }

    @Test
    void eachPageHasItsCommandsKeysAndDefaults() throws Exception {
        assertAll(withKeys().filter(command -> !command.equals(OPEN)).map(command -> () -> check("docs/" + pageOf(command), command, page(pageOf(command)))));
    }

    @Test
    void eachHelpButtonOpensTheCommandsPage() throws Exception {
        assertAll(withKeys().map(command -> () -> assertEquals(pageOf(command), params(command).page(), command)));
        assertEquals(pageOf(About.NAME), About.PAGE);
        assertAll(classes.keySet().stream().map(command -> () -> rendered(command, pageOf(command))));
    }

    private static void rendered(String command, String page) throws IOException {
        String html = Help.html(page);
        assertNotNull(html, command + ": no page " + page);
        assertTrue(command.equals(About.NAME) || html.startsWith("<html><h1>" + command + "</h1>"), page);
        String markdown = page(page);
        assertEquals(all(PICTURE, markdown).size(), html.split("<img ", -1).length - 1, page + ": pictures");
        assertEquals(markdown.split("(?m)^\\|[-|]+\\|$", -1).length, html.split("<table ", -1).length, page + ": tables");
        String prose = html.replaceAll("(?s)<pre>.*?</pre>|<code>.*?</code>", "");
        for (String left : new String[] {"](", "**", "`", "|---"}) {
            assertFalse(prose.contains(left), page + ": '" + left + "' is left of the Markdown");
        }
    }

    @Test
    void everyPageIsListedAndEveryLinkLeadsSomewhere() throws IOException {
        Set<String> pages = files(DOCS, ".md");
        Set<String> listed = new TreeSet<>(all(LINK, page("index.md")));
        listed.add("index.md");
        assertEquals(pages, listed, "docs/index.md");
        for (String page : pages) {
            for (String link : all(LINK, page(page).replaceAll("(?s)```.*?```", ""))) {
                assertTrue(Files.exists(DOCS.resolve(link)), page + " has a link to " + link);
            }
        }
    }

    @Test
    void theIndexHasTheCommandsInTheMenusOrder() throws IOException {
        List<String> inMenu = classes.keySet().stream().filter(command -> !command.equals(About.NAME)).map(this::pageOf).collect(Collectors.toList());
        List<String> listed = all(LINK, page("index.md")).stream().filter(inMenu::contains).distinct().collect(Collectors.toList());
        assertEquals(inMenu, listed, "docs/index.md");
    }

    @Test
    void everyPictureIsThereAndShown() throws IOException {
        Set<String> shown = new TreeSet<>();
        for (String page : files(DOCS, ".md")) {
            all(PICTURE, page(page)).forEach(picture -> shown.add(picture.replace("images/", "")));
        }
        assertEquals(shown, files(DOCS.resolve("images"), ".png"), "docs/images");
    }

    @Test
    void theChangelogNamesAllCommands() throws IOException {
        String changes = text(Paths.get("CHANGELOG.md"));
        for (String command : classes.keySet()) {
            assertTrue(changes.contains("`" + command + "`"), command);
        }
    }
}
