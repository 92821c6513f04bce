/* SPDX-License-Identifier: GPL-3.0-or-later */
package vitromap.engine;

import ij.IJ;
import ij.Prefs;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.BooleanSupplier;
import java.util.function.LongSupplier;

/**
 * Threads, progress and ESC for everything that visits all frames. Work is cut into chunks of whole groups; workers take the next chunk
 * until none is left, one fails, or ESC is pressed. When a method here returns or throws, no worker is alive.
 */
public final class Runner {
    /** Frames are fed in multiples of this. */
    public static final int GROUP = Native.GROUP;

    private static final long CHUNK_BYTES = 4 << 20;
    private static final long BUFFERS_BYTES = 192 << 20;
    private static final int PIECE_FRAMES = 4;
    private static final int PIECE_BYTES = 1 << 20;
    private static final int POLL_MS = 50;

    /** Work on frames first .. first + n - 1. */
    public interface Task {
        void run(long first, int n) throws IOException;
    }

    /** What is done with frames that were read, from position 0 in native byte order; by several threads at once. */
    public interface Use {
        void of(ByteBuffer frames, long first, int n) throws IOException;
    }

    /** Work that comes in rounds: pieces in any order and from several threads at once, then a step alone. */
    public interface Rounds {
        /** Between the rounds, alone: pieces of the next one; 0 = done. */
        long next();

        void work(long piece);

        /** For the status line, from the calling thread while others work: part done, 0 to 1. */
        double part();

        String state();
    }

    /** Makes the task of one worker, on the worker's own thread. */
    private interface Worker {
        Task create() throws IOException;
    }

    private final long frames;
    private final int chunk;
    private final String status;
    private final AtomicLong next = new AtomicLong();
    private final AtomicLong done = new AtomicLong();
    private final AtomicReference<Throwable> failure = new AtomicReference<>();
    private final long start = System.nanoTime();

    private Runner(long frames, int chunk, String status) {
        this.frames = frames;
        this.chunk = chunk;
        this.status = status;
    }

    /** Feeds all frames of the source to the job with ImageJ's number of threads. */
    public static void run(FrameSource source, Job job, String status) throws IOException {
        run(source, job, status, Prefs.getThreads(), 0);
    }

    /** The same for a job that takes frames wherever they lie: those in memory are not copied. */
    static void runInPlace(FrameSource source, Job job, String status) throws IOException {
        Object[] arrays = source.arrays();
        if (arrays == null) {
            run(source, job, status);
        } else {
            each(source.frames(), chunkFrames(source, Prefs.getThreads()), status, (first, n) -> job.feed(arrays, first, n));
        }
    }

    /**
     * The same with a given number of threads and chunk size.
     *
     * @param chunk frames in a chunk, rounded up to a multiple of GROUP; 0 = about 4 MiB
     * @throws Cancelled if ESC was pressed
     * @throws IOException if the source fails
     * @throws VitroException if the job fails
     */
    public static void run(FrameSource source, Job job, String status, int threads, int chunk) throws IOException {
        run(source, (frames, first, n) -> job.feed(frames, first, n), status, threads, chunk > 0 ? roundUp(chunk) : chunkFrames(source, threads));
    }

    /** Reads all frames, in chunks that follow each other without gaps but come in no particular order. */
    public static void run(FrameSource source, Use use, String status) throws IOException {
        long fit = CHUNK_BYTES / Math.max(1, source.bytesPerFrame());
        run(source, use, status, Prefs.getThreads(), (int) Math.max(1, Math.min(fit, source.frames())));
    }

    private static void run(FrameSource source, Use use, String status, int threads, int size) throws IOException {
        long bytes = size * source.bytesPerFrame();
        if (bytes > Integer.MAX_VALUE) {
            throw new VitroException(VitroException.ARGUMENT, "Patterns of " + source.width() + " x " + source.height() + " pixels are too large: "
                    + size + " of them must fit into 2 GiB");
        }
        int workers = (int) Math.max(1, Math.min(threads, BUFFERS_BYTES / bytes));
        Runner runner = new Runner(source.frames(), size, status);
        runner.start(workers, () -> {
            ByteBuffer buffer = ByteBuffer.allocateDirect((int) bytes).order(ByteOrder.nativeOrder());
            return (first, n) -> {
                if (read(source, first, n, buffer, () -> runner.failure.get() != null)) {
                    use.of(buffer, first, n);
                }
            };
        });
    }

    /** Reads a chunk piece by piece, so that a slow source does not hold up ESC; false if the run is over meanwhile. */
    static boolean read(FrameSource source, long first, int n, ByteBuffer buffer, BooleanSupplier over) throws IOException {
        int frame = (int) source.bytesPerFrame();
        int step = Math.max(1, Math.min(PIECE_FRAMES, PIECE_BYTES / Math.max(1, frame)));
        for (int i = 0; i < n && !over.getAsBoolean(); i += step) {
            int count = Math.min(step, n - i);
            ByteBuffer piece = buffer.duplicate();
            piece.limit((i + count) * frame).position(i * frame);
            source.read(first + i, count, piece.slice().order(ByteOrder.nativeOrder()));
        }
        return !over.getAsBoolean();
    }

    /** Runs a task over 0 .. frames - 1 in chunks of the given size, in no particular order; the task must be safe for threads. */
    public static void each(long frames, int chunk, String status, Task task) throws IOException {
        new Runner(frames, chunk, status).start(Prefs.getThreads(), () -> task);
    }

    /** Runs rounds until there are no more, with the same threads all along. */
    public static void rounds(Rounds rounds, int threads) throws IOException {
        Runner runner = new Runner(1, 1, "");
        long[] pieces = new long[1];
        CyclicBarrier barrier = new CyclicBarrier(Math.max(1, threads), () -> {
            runner.next.set(0);
            pieces[0] = runner.failure.get() == null ? runner.guarded(rounds::next) : 0;
        });
        runner.launch(Math.max(1, threads), () -> {
            do {
                barrier.await();
                for (long i = runner.next.getAndIncrement(); i < pieces[0] && runner.failure.get() == null; i = runner.next.getAndIncrement()) {
                    long piece = i;
                    runner.guarded(() -> {
                        rounds.work(piece);
                        return 0;
                    });
                }
            } while (pieces[0] > 0);
            return null;
        }, () -> {
            IJ.showProgress(rounds.part());
            IJ.showStatus(rounds.state());
        });
    }

    /** What a step of the rounds returns; a failure ends the rounds, but every thread still comes to the barrier. */
    private long guarded(LongSupplier step) {
        try {
            return step.getAsLong();
        } catch (Throwable t) {
            failure.compareAndSet(null, t);
            return 0;
        }
    }

    private static int chunkFrames(FrameSource source, int threads) {
        long byBytes = CHUNK_BYTES / Math.max(1, source.bytesPerFrame());
        long byThreads = source.frames() / Math.max(1, threads);
        return roundUp((int) Math.min(1 << 20, Math.min(byBytes - GROUP + 1, byThreads)));
    }

    static int roundUp(int n) {
        return Math.max(1, (n + GROUP - 1) / GROUP) * GROUP;
    }

    private void start(int threads, Worker worker) throws IOException {
        int count = (int) Math.max(1, Math.min(threads, (frames + chunk - 1) / chunk));
        launch(count, () -> {
            work(worker.create());
            return null;
        }, this::show);
    }

    private void launch(int count, Callable<Void> body, Runnable show) throws IOException {
        CountDownLatch running = new CountDownLatch(count);
        List<Thread> workers = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            Thread thread = new Thread(() -> run(body, running), "Vitromap-" + (i + 1));
            thread.setDaemon(true);
            workers.add(thread);
            thread.start();
        }
        boolean interrupted = watch(running, show);
        workers.forEach(Runner::join);
        IJ.showProgress(1.0);
        IJ.showStatus("");
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
        rethrow(failure.get());
    }

    private void run(Callable<Void> body, CountDownLatch running) {
        try {
            body.call();
        } catch (Throwable t) {
            failure.compareAndSet(null, t);
        } finally {
            running.countDown();
        }
    }

    private void work(Task task) throws IOException {
        for (long first = next.getAndAdd(chunk); first < frames && failure.get() == null; first = next.getAndAdd(chunk)) {
            int n = (int) Math.min(chunk, frames - first);
            task.run(first, n);
            done.addAndGet(n);
        }
    }

    /** Shows progress and listens for ESC until the workers are done; returns whether this thread was interrupted, which also cancels. */
    private boolean watch(CountDownLatch running, Runnable show) {
        boolean interrupted = false;
        while (true) {
            try {
                if (running.await(POLL_MS, TimeUnit.MILLISECONDS)) {
                    return interrupted;
                }
            } catch (InterruptedException e) {
                interrupted = true;
            }
            if (interrupted || IJ.escapePressed()) {
                failure.compareAndSet(null, new Cancelled());
                IJ.resetEscape(); // heard: the next run is not cancelled by it
            }
            show.run();
        }
    }

    private void show() {
        long n = done.get();
        double seconds = (System.nanoTime() - start) * 1e-9;
        IJ.showProgress((double) n / frames);
        if (n > 0) {
            double rate = n / seconds;
            IJ.showStatus(String.format(Locale.US, "%s: %,.0f patterns/s, %.0f s left", status, rate, (frames - n) / rate));
        }
    }

    private static void join(Thread thread) {
        boolean interrupted = false;
        while (true) {
            try {
                thread.join();
                break;
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    static void rethrow(Throwable t) throws IOException {
        if (t instanceof IOException) {
            throw (IOException) t;
        } else if (t instanceof RuntimeException) {
            throw (RuntimeException) t;
        } else if (t instanceof Error) {
            throw (Error) t;
        } else if (t != null) {
            throw new IllegalStateException(t);
        }
    }
}
