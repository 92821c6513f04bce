/* SPDX-License-Identifier: GPL-3.0-or-later */
package vitromap.io;

import java.io.IOException;
import java.util.Iterator;
import java.util.LinkedHashMap;

/** The decoded chunks used last, within a limit of memory. Threads that want the same chunk decode it once. */
final class ChunkCache {
    interface Loader {
        byte[] load(int index) throws IOException;
    }

    private static final class Entry {
        byte[] data;
    }

    private final LinkedHashMap<Integer, Entry> entries = new LinkedHashMap<>(64, 0.75f, true);
    private final int limit;

    /** @param limit chunks kept */
    ChunkCache(int limit) {
        this.limit = Math.max(1, limit);
    }

    void clear() {
        synchronized (entries) {
            entries.clear();
        }
    }

    byte[] get(int index, Loader loader) throws IOException {
        Entry entry;
        synchronized (entries) {
            entry = entries.computeIfAbsent(index, i -> new Entry());
            Iterator<Integer> oldest = entries.keySet().iterator();
            while (entries.size() > limit) {
                oldest.next();
                oldest.remove();
            }
        }
        synchronized (entry) {
            if (entry.data == null) {
                entry.data = loader.load(index);
            }
            return entry.data;
        }
    }
}
