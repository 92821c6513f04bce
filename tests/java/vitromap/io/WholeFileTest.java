/* SPDX-License-Identifier: GPL-3.0-or-later */
package vitromap.io;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.Paths;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Room is looked for before, and a disk that refuses in the middle leaves the file of before. */
class WholeFileTest {
    @TempDir
    Path folder;

    private long count() throws IOException {
        try (Stream<Path> list = Files.list(folder)) {
            return list.count();
        }
    }

    @Test
    void notEnoughRoom() throws IOException {
        IOException e = assertThrows(IOException.class, () -> new WholeFile(folder.resolve("huge"), 1L << 60));
        assertTrue(e.getMessage().contains("not enough room in " + folder) && e.getMessage().contains("needs 1,152,921,504.6 GB") && e.getMessage().contains("are free"),
                e.getMessage());
        assertEquals(0, count());
    }

    /** A write that the system itself refuses: nothing lies so far behind the beginning. */
    @Test
    void aWriteThatFails() throws IOException {
        Path old = Files.write(folder.resolve("old"), new byte[] {1, 2, 3});
        IOException e = assertThrows(IOException.class, () -> {
            try (WholeFile file = new WholeFile(old, 100)) {
                file.write(ByteBuffer.allocate(50), 0);
                file.write(ByteBuffer.allocate(50), Long.MAX_VALUE - 60);
                file.keep();
            }
        });
        assertTrue(e.getMessage().contains("old could not be written: ") && e.getMessage().contains("Nothing of it was kept"), e.getMessage());
        assertArrayEquals(new byte[] {1, 2, 3}, Files.readAllBytes(old));
        assertEquals(1, count());
    }

    /** A disk with less than 1 GB, where one can be had: VITROMAP_SMALL_DISK names a folder on it. */
    @Test
    void aFullDisk() throws IOException {
        String small = System.getenv("VITROMAP_SMALL_DISK");
        Assumptions.assumeTrue(small != null);
        Path old = Files.write(Paths.get(small, "old"), new byte[] {1, 2, 3});
        IOException e = assertThrows(IOException.class, () -> {
            try (WholeFile file = new WholeFile(old, 1)) {
                for (int i = 0; i < 1000; i++) {
                    file.write(ByteBuffer.allocate(1 << 20), (long) i << 20);
                }
            }
        });
        assertTrue(e.getMessage().contains("No space left"), e.getMessage());
        assertArrayEquals(new byte[] {1, 2, 3}, Files.readAllBytes(old));
        Files.delete(old);
    }

    @Test
    void permissionsStay() throws IOException {
        Path old = Files.write(folder.resolve("old"), new byte[3]);
        Assumptions.assumeTrue(Files.getFileStore(old).supportsFileAttributeView("posix"));
        Files.setPosixFilePermissions(old, PosixFilePermissions.fromString("rw-rw-r--"));
        try (WholeFile file = new WholeFile(old, 5)) {
            file.write(ByteBuffer.allocate(5), 0);
            assertTrue(file.keep());
        }
        assertEquals(5, Files.size(old));
        assertEquals("rw-rw-r--", PosixFilePermissions.toString(Files.getPosixFilePermissions(old)));
    }
}
