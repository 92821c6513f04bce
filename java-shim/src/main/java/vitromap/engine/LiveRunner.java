/* SPDX-License-Identifier: GPL-3.0-or-later */
package vitromap.engine;

import ij.Prefs;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.BooleanSupplier;

/**
 * Feeds jobs many times a second, for windows that follow the mouse: unlike {@link Runner} it keeps its threads and buffers, shows no
 * progress, and stops when the caller does not want the result any more. The calling thread is one of the workers.
 */
final class LiveRunner implements AutoCloseable {
    /** Small: a chunk begun is a chunk waited for. */
    private static final long CHUNK_BYTES = 1 << 20;

    private final int threads;
    private final ExecutorService helpers;
    private final ThreadLocal<ByteBuffer> buffers = new ThreadLocal<>();

    LiveRunner(String name) {
        threads = Math.max(1, Prefs.getThreads());
        AtomicLong count = new AtomicLong(1);
        helpers = Executors.newFixedThreadPool(Math.max(1, threads - 1), work -> {
            Thread thread = new Thread(work, name + "-" + count.incrementAndGet());
            thread.setDaemon(true);
            return thread;
        });
    }

    /**
     * Feeds all frames. When it returns or throws, nothing is fed any more.
     *
     * @param arrays the frames where they lie in memory, for a job that takes them so; null = they are read from the source
     * @return false if it was given up before the end
     */
    boolean run(FrameSource source, Object[] arrays, Job job, BooleanSupplier givenUp) throws IOException {
        Feed feed = new Feed(source, arrays, job, givenUp);
        List<Future<?>> others = new ArrayList<>();
        for (int i = 1; i < Math.min(threads, feed.chunks()); i++) {
            others.add(helpers.submit(feed));
        }
        feed.run();
        others.forEach(LiveRunner::await);
        Runner.rethrow(feed.failure.get());
        return !feed.stopped;
    }

    private static void await(Future<?> work) {
        boolean interrupted = false;
        while (true) {
            try {
                work.get();
                break;
            } catch (InterruptedException e) {
                interrupted = true;
            } catch (ExecutionException | CancellationException e) {
                break; // a feed keeps what it met to itself
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    /** One job's run, which every thread calls. */
    private final class Feed implements Runnable {
        final FrameSource source;
        final Object[] arrays;
        final Job job;
        final BooleanSupplier givenUp;
        final int chunk;
        final AtomicLong next = new AtomicLong();
        final AtomicReference<Throwable> failure = new AtomicReference<>();
        volatile boolean stopped;

        Feed(FrameSource source, Object[] arrays, Job job, BooleanSupplier givenUp) {
            this.source = source;
            this.arrays = arrays;
            this.job = job;
            this.givenUp = givenUp;
            long share = (source.frames() + threads - 1) / threads;
            chunk = Runner.roundUp((int) Math.min(CHUNK_BYTES / source.bytesPerFrame(), share));
            if (chunk * source.bytesPerFrame() > Integer.MAX_VALUE) {
                throw new VitroException(VitroException.ARGUMENT, "Patterns of " + source.width() + " x " + source.height() + " pixels are too large: "
                        + Runner.GROUP + " of them must fit into 2 GiB");
            }
        }

        long chunks() {
            return (source.frames() + chunk - 1) / chunk;
        }

        @Override
        public void run() {
            try {
                for (long first = next.getAndAdd(chunk); first < source.frames() && !over(); first = next.getAndAdd(chunk)) {
                    feed(first, (int) Math.min(chunk, source.frames() - first));
                }
            } catch (Throwable t) {
                failure.compareAndSet(null, t);
            }
        }

        private void feed(long first, int n) throws IOException {
            if (arrays != null) {
                job.feed(arrays, first, n);
                return;
            }
            ByteBuffer buffer = buffer((int) (Math.min(chunk, source.frames()) * source.bytesPerFrame()));
            if (Runner.read(source, first, n, buffer, this::over)) {
                job.feed(buffer, first, n);
            }
        }

        private boolean over() {
            stopped |= givenUp.getAsBoolean();
            return stopped || failure.get() != null;
        }
    }

    /** This thread's buffer, of at least so many bytes. */
    private ByteBuffer buffer(int bytes) {
        ByteBuffer buffer = buffers.get();
        if (buffer == null || buffer.capacity() < bytes) {
            buffer = ByteBuffer.allocateDirect(bytes).order(ByteOrder.nativeOrder());
            buffers.set(buffer);
        }
        return buffer;
    }

    /** Its threads end. */
    @Override
    public void close() {
        helpers.shutdown();
    }
}
