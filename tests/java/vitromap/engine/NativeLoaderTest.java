// SPDX-License-Identifier: GPL-3.0-or-later
package vitromap.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.File;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class NativeLoaderTest {

    @TempDir
    Path folder;

    @Test
    void theLibraryIsOfTheJarsVersion() {
        assertEquals(NativeLoader.jarVersion(), Native.version());
        assertTrue(Native.version().matches("\\d+\\.\\d+\\.\\d+"), Native.version());
    }

    @Test
    void aMissingFileIsNamed() {
        VitroException e = assertThrows(VitroException.class, () -> NativeLoader.loadFile(new File("/no/such.so"), "-Dx=/no/such.so"));
        assertEquals(VitroException.LIBRARY, e.code);
        assertTrue(e.getMessage().contains(NativeLoader.system()), e.getMessage());
        assertTrue(e.getMessage().contains("Tried: -Dx=/no/such.so"), e.getMessage());
    }

    @Test
    void aSystemWithoutALibraryIsNamed() {
        VitroException e = assertThrows(VitroException.class, () -> NativeLoader.loadResource("native/beos-m68k/libvitromap-0.so"));
        assertTrue(e.getMessage().contains("native/beos-m68k"), e.getMessage());
    }

    @Test
    void whatIsNoLibraryIsAnExceptionNotAnError() throws Exception {
        Path text = Files.write(folder.resolve("text.so"), "not a library".getBytes(StandardCharsets.US_ASCII));
        VitroException e = assertThrows(VitroException.class, () -> NativeLoader.loadFile(text.toFile(), text.toString()));
        assertTrue(e.getCause() instanceof UnsatisfiedLinkError);
    }

    @Test
    void anotherVersionIsRefused() {
        VitroException e = assertThrows(VitroException.class, () -> NativeLoader.checkVersion("0.1.0", "0.2.0"));
        assertTrue(e.getMessage().contains("version 0.1.0") && e.getMessage().contains("version 0.2.0"), e.getMessage());
    }

    /** The whole way in a Java of its own: the same library, but with another version written into it. */
    @Test
    void aLibraryOfAnotherVersionIsRefusedByTheLoader() throws Exception {
        byte[] library;
        try (InputStream in = NativeLoader.class.getClassLoader().getResourceAsStream(NativeLoader.resource(Native.version()))) {
            library = readAll(in);
        }
        byte[] version = (Native.version() + "\0").getBytes(StandardCharsets.US_ASCII);
        for (int at = indexOf(library, version); at >= 0; at = indexOf(library, version)) library[at] = '9';
        Path other = Files.write(folder.resolve("other.so"), library);
        String out = javaLoad("-Dvitromap.library=" + other);
        assertTrue(out.contains("The native library is version 9"), out);
    }

    @Test
    void theProperty_MissingFile_IsOneMessageHoweverOftenItIsTried() throws Exception {
        String out = javaLoad("-Dvitromap.library=" + folder.resolve("nothing.so"));
        String[] lines = out.trim().split("\n");
        assertEquals(2, lines.length, out);
        assertEquals(lines[0], lines[1]);
        assertTrue(lines[0].contains("there is no such file"), out);
    }

    @Test
    void noTemporaryCopyIsLeft() throws Exception {
        String out = javaLoad("-Djava.io.tmpdir=" + folder);
        assertEquals("loaded\nloaded", out.trim());
        try (java.util.stream.Stream<Path> left = Files.list(folder)) {
            assertEquals(0, left.filter(p -> p.toString().contains("vitromap")).count());
        }
    }

    /** A limit on the size of files stands for a full disk: writing the copy fails half-way. */
    @Test
    void noRoomForTheTemporaryCopyIsToldAndNothingIsLeft() throws Exception {
        String out = javaLoad("-Djava.io.tmpdir=" + folder, "sh", "-c", "ulimit -f 16 && exec \"$@\"", "sh");
        assertTrue(out.contains("it could not be copied to a temporary file"), out);
        try (java.util.stream.Stream<Path> left = Files.list(folder)) {
            assertEquals(0, left.filter(p -> p.toString().contains("vitromap")).count());
        }
    }

    @Test
    void aTemporaryFolderThatIsNotThereIsTold() throws Exception {
        String out = javaLoad("-Djava.io.tmpdir=" + folder.resolve("nowhere"));
        assertTrue(out.contains("it could not be copied to a temporary file"), out);
    }

    /** Loads twice and prints how it went; run by the tests in a Java of its own. */
    public static final class Main {
        public static void main(String[] args) {
            for (int i = 0; i < 2; i++) {
                try {
                    NativeLoader.load();
                    System.out.println("loaded");
                } catch (VitroException e) {
                    System.out.println(e.getMessage());
                }
            }
        }
    }

    /** @param wrapper what the command line begins with */
    private static String javaLoad(String property, String... wrapper) throws Exception {
        String path = System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));
        List<String> command = new ArrayList<>(Arrays.asList(wrapper));
        command.addAll(Arrays.asList(System.getProperty("java.home") + "/bin/java", "-XX:-UsePerfData", "-cp", path, property,
                Main.class.getName()));
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String out = new String(readAll(process.getInputStream()), StandardCharsets.UTF_8);
        assertTrue(process.waitFor(60, TimeUnit.SECONDS));
        return out;
    }

    private static byte[] readAll(InputStream in) throws Exception {
        java.io.ByteArrayOutputStream out = new java.io.ByteArrayOutputStream();
        byte[] buffer = new byte[1 << 16];
        for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) out.write(buffer, 0, n);
        return out.toByteArray();
    }

    private static int indexOf(byte[] where, byte[] what) {
        for (int i = 0; i + what.length <= where.length; i++) {
            int n = 0;
            while (n < what.length && where[i + n] == what[n]) n++;
            if (n == what.length) return i;
        }
        return -1;
    }
}
