/* SPDX-License-Identifier: GPL-3.0-or-later */
package vitromap.io;

import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.File;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.Paths;
import org.junit.jupiter.api.Assumptions;
import vitromap.engine.FrameSource;
import vitromap.engine.VitroException;

/** Files for the tests: third-party ones, if they are there, and those that a test makes. */
public final class TestFiles {
    private TestFiles() {
    }

    /** A third-party file; the test is skipped, and says so, if it is not there. */
    public static File data(String path) {
        String folder = System.getenv("VITROMAP_DATA");
        File file = new File(folder == null ? "../shared/data" : folder, path);
        if (!file.exists()) {
            System.out.println("skipped: no " + file.getPath() + " (environment VITROMAP_DATA = the folder with the third-party data)");
        }
        Assumptions.assumeTrue(file.exists(), () -> "no " + file);
        return file;
    }

    /** One of the project's own files. */
    static File own(String name) {
        return new File("tests/data", name);
    }

    static File write(Path folder, String name, byte[] bytes) throws IOException {
        Path path = folder.resolve(name);
        Files.write(path, bytes);
        return path.toFile();
    }

    /** All frames as numbers. */
    public static double[][] frames(FrameSource source) throws IOException {
        double[][] frames = new double[(int) source.frames()][];
        int n = source.width() * source.height();
        ByteBuffer buffer = ByteBuffer.allocateDirect((int) source.bytesPerFrame()).order(ByteOrder.nativeOrder());
        for (int f = 0; f < frames.length; f++) {
            buffer.clear();
            source.read(f, 1, buffer);
            frames[f] = new double[n];
            for (int i = 0; i < n; i++) {
                frames[f][i] = source.type() == FrameSource.U8 ? buffer.get(i) & 0xff
                        : source.type() == FrameSource.U16 ? buffer.getShort(2 * i) & 0xffff : buffer.getFloat(4 * i);
            }
        }
        return frames;
    }

    static Recording open(File file) throws IOException {
        return Formats.open(file, new OpenOptions());
    }

    /** Opening and reading everything fails with a message that holds these parts; its text. */
    static String refused(File file, OpenOptions options, String... parts) {
        Exception e = assertThrows(Exception.class, () -> {
            try (FrameSource source = Formats.open(file, options).source) {
                frames(source);
            }
        });
        assertTrue(e instanceof IOException || e instanceof VitroException, e.toString());
        for (String part : parts) {
            assertTrue(e.getMessage().contains(part), "'" + part + "' is not in: " + e.getMessage());
        }
        return e.getMessage();
    }

    static String refused(File file, String... parts) {
        return refused(file, new OpenOptions(), parts);
    }

    static Path paths(File file) {
        return Paths.get(file.getPath());
    }
}
