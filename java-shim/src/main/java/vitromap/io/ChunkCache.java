/* SPDX-License-Identifier: GPL-3.0-or-later */
package vitromap.io;

import java.io.IOException;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;

/** The decoded chunks used last, within a limit of memory. Threads that want the same chunk decode it once. */
final class ChunkCache {
    interface Loader {
        byte[] load(int index) throws IOException;
    }

    /** Locked by the thread that decodes it. */
    private static final class Entry extends ReentrantLock {
        private static final long serialVersionUID = 1;
        volatile byte[] data;
        int readers;
        boolean kept = true;
    }

    private final LinkedHashMap<Integer, Entry> entries = new LinkedHashMap<>(64, 0.75f, true);
    private final int limit;
    private final Loader loader;
    private final Consumer<byte[]> unused;

    /**
     * @param limit chunks kept
     * @param unused takes chunks that are not kept any more, when nobody reads them
     */
    ChunkCache(int limit, Loader loader, Consumer<byte[]> unused) {
        this.limit = Math.max(1, limit);
        this.loader = loader;
        this.unused = unused;
    }

    void clear() {
        synchronized (entries) {
            entries.values().forEach(entry -> entry.kept = false);
            entries.clear();
        }
    }

    /**
     * Has a chunk read.
     *
     * @param wait for a thread that decodes this chunk
     * @return false if there is one and it shall not be waited for
     */
    boolean read(int index, boolean wait, Consumer<byte[]> reader) throws IOException {
        Entry entry = enter(index);
        try {
            byte[] data = entry.data == null ? decoded(entry, index, wait) : entry.data;
            if (data != null) {
                reader.accept(data);
            }
            return data != null;
        } finally {
            leave(entry);
        }
    }

    private byte[] decoded(Entry entry, int index, boolean wait) throws IOException {
        if (wait) {
            entry.lock();
        } else if (!entry.tryLock()) {
            return null;
        }
        try {
            if (entry.data == null) {
                entry.data = loader.load(index);
            }
            return entry.data;
        } finally {
            entry.unlock();
        }
    }

    private Entry enter(int index) {
        synchronized (entries) {
            Entry entry = entries.get(index);
            if (entry == null) {
                entry = new Entry();
                entries.put(index, entry);
            }
            entry.readers++;
            Iterator<Entry> oldest = entries.values().iterator();
            while (entries.size() > limit) {
                drop(oldest.next());
                oldest.remove();
            }
            return entry;
        }
    }

    private void leave(Entry entry) {
        synchronized (entries) {
            entry.readers--;
            if (!entry.kept) {
                drop(entry);
            }
        }
    }

    private void drop(Entry entry) {
        entry.kept = false;
        if (entry.readers == 0 && entry.data != null) {
            unused.accept(entry.data);
        }
    }
}
