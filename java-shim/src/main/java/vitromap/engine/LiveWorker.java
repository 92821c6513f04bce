/* SPDX-License-Identifier: GPL-3.0-or-later */
package vitromap.engine;

import java.io.IOException;
import java.util.Arrays;
import java.util.function.BiConsumer;

/**
 * One thread for pictures that follow the mouse. There is one slot for each picture, and the latest request in a slot wins: what was asked for
 * before is dropped, but for a coarse answer that is begun, so that there is something to see while the mouse moves. Of what
 * is left to do, the shortest piece goes first. To ask costs nothing, so that it may be done on the event thread.
 */
final class LiveWorker implements AutoCloseable {
    /** Makes the slot's new task, on the worker's thread; null = none. */
    interface Request {
        LiveTask begin() throws IOException;
    }

    private final Request[] wanted;
    private final LiveTask[] tasks;
    private final BiConsumer<Integer, Throwable> failed;
    private boolean working = true;
    private volatile boolean news;
    private volatile boolean closed;

    /** @param failed told in which slot a request got no answer and why, on the worker's thread */
    LiveWorker(String name, int slots, BiConsumer<Integer, Throwable> failed) {
        this.wanted = new Request[slots];
        this.tasks = new LiveTask[slots];
        this.failed = failed;
        Thread thread = new Thread(() -> run(name), name + "-1");
        thread.setDaemon(true);
        thread.start();
    }

    synchronized void ask(int slot, Request request) {
        wanted[slot] = request;
        news = true;
        notifyAll();
    }

    /** Whether nothing is left to do. */
    synchronized boolean isIdle() {
        return !working && !news;
    }

    /** The thread ends soon; does not wait for it. */
    @Override
    public synchronized void close() {
        closed = true;
        notifyAll();
    }

    private void run(String name) {
        try (LiveRunner runner = new LiveRunner(name)) {
            for (int slot = next(); slot >= 0; slot = next()) {
                LiveTask task = tasks[slot];
                boolean begun = task.isBegun();
                try {
                    task.step(runner, () -> closed || begun && news);
                } catch (IOException | RuntimeException | Error e) {
                    fail(slot, e);
                }
            }
        }
    }

    /** The slot whose task is to go on; waits for one; -1 = closed. */
    private int next() {
        while (!closed) {
            begin();
            int slot = shortest();
            synchronized (this) {
                if (slot >= 0 && !news) {
                    return slot;
                }
                working = news;
                while (!news && !closed) {
                    try {
                        wait();
                    } catch (InterruptedException e) {
                        closed = true;
                    }
                }
                working = true;
            }
        }
        return -1;
    }

    /** Makes tasks of what is asked for. */
    private void begin() {
        Request[] requests;
        synchronized (this) {
            requests = wanted.clone();
            Arrays.fill(wanted, null);
            news = false;
        }
        for (int slot = 0; slot < requests.length; slot++) {
            try {
                tasks[slot] = requests[slot] == null ? tasks[slot] : requests[slot].begin();
            } catch (IOException | RuntimeException | Error e) {
                fail(slot, e);
            }
        }
    }

    private int shortest() {
        int best = -1;
        for (int slot = 0; slot < tasks.length; slot++) {
            long n = tasks[slot] == null ? 0 : tasks[slot].next();
            if (n > 0 && (best < 0 || n < tasks[best].next())) {
                best = slot;
            }
        }
        return best;
    }

    private void fail(int slot, Throwable e) {
        tasks[slot] = null;
        if (!closed) {
            failed.accept(slot, e);
        }
    }
}
