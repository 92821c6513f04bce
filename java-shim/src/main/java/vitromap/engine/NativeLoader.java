// SPDX-License-Identifier: GPL-3.0-or-later
package vitromap.engine;

import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Locale;
import java.util.Properties;

/**
 * Loads the native library: the file named by {@code -Dvitromap.library=PATH} if given, else a temporary copy of the one
 * in the jar. Its version must be the jar's. Whatever fails becomes one {@link VitroException} that names the system and
 * what was tried.
 */
public final class NativeLoader {

    private static final String PROPERTY = "vitromap.library";
    private static VitroException failure;
    private static boolean started;

    private NativeLoader() {
    }

    /**
     * Loads once; a failure is final, and thrown again at each call. {@link Native} does this by itself, but an exception in a
     * class's initialiser arrives as an Error: who wants the exception calls this first.
     */
    public static synchronized void load() {
        if (failure != null) throw failure;
        if (started) return;
        started = true; // before the library initialises Native, which comes here again
        try {
            String path = System.getProperty(PROPERTY);
            if (path != null) loadFile(new File(path), "-D" + PROPERTY + "=" + path);
            else loadResource(resource(jarVersion()));
            checkVersion(Native.version(), jarVersion());
        } catch (VitroException e) {
            failure = e;
            throw e;
        }
    }

    /** Where the jar keeps the library for this system: native/linux-x86_64/libvitromap-0.1.0.so. */
    static String resource(String version) {
        return "native/" + system() + "/" + System.mapLibraryName("vitromap-" + version);
    }

    /** Loads a temporary copy of a resource; its name is unique, so that two ImageJ never share or replace it. */
    static void loadResource(String name) {
        try (InputStream in = NativeLoader.class.getClassLoader().getResourceAsStream(name)) {
            if (in == null) throw unusable("this jar holds no library for it", "jar:" + name, null);
            String file = name.substring(name.lastIndexOf('/') + 1);
            int dot = file.lastIndexOf('.');
            Path copy = Files.createTempFile(file.substring(0, dot) + "-", file.substring(dot));
            try {
                Files.copy(in, copy, StandardCopyOption.REPLACE_EXISTING);
                loadFile(copy.toFile(), "jar:" + name + ", copied to " + copy);
            } finally {
                // A loaded library's file may go on Linux and macOS; Windows holds it until the end.
                if (!copy.toFile().delete()) copy.toFile().deleteOnExit();
            }
        } catch (IOException e) {
            throw unusable("it could not be copied to a temporary file", "jar:" + name, e);
        }
    }

    static void loadFile(File file, String tried) {
        if (!file.isFile()) throw unusable("there is no such file", tried, null);
        try {
            System.load(file.getAbsolutePath());
        } catch (UnsatisfiedLinkError | SecurityException e) {
            throw unusable("the system would not load it", tried, e);
        }
    }

    /** The library and the classes are built together; another pair would misread each other's data. */
    static void checkVersion(String library, String jar) {
        if (!jar.equals(library))
            throw new VitroException(VitroException.LIBRARY, "The native library is version " + library
                    + ", the Vitromap jar is version " + jar + ". Keep only one Vitromap_-*.jar in plugins/ and restart ImageJ.");
    }

    /** The jar's version, from version.properties, which the build fills in. */
    static String jarVersion() {
        Properties properties = new Properties();
        try (InputStream in = NativeLoader.class.getResourceAsStream("version.properties")) {
            properties.load(in);
        } catch (IOException | NullPointerException e) {
            throw new VitroException(VitroException.LIBRARY, "The Vitromap jar is damaged: its version.properties is missing.");
        }
        return properties.getProperty("version");
    }

    /** Operating system and processor as in the resource's folder, for example linux-x86_64. */
    static String system() {
        String os = System.getProperty("os.name").toLowerCase(Locale.ROOT);
        String cpu = System.getProperty("os.arch").toLowerCase(Locale.ROOT);
        os = os.startsWith("mac") ? "darwin" : os.startsWith("windows") ? "windows" : os.replace(' ', '_');
        return os + "-" + (cpu.equals("amd64") ? "x86_64" : cpu);
    }

    private static VitroException unusable(String why, String tried, Throwable cause) {
        VitroException e = new VitroException(VitroException.LIBRARY, "Vitromap's native library for " + system()
                + " cannot be used: " + why + (cause == null ? "" : " (" + cause.getMessage() + ")") + ". Tried: " + tried);
        e.initCause(cause);
        return e;
    }
}
