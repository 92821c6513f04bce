// SPDX-License-Identifier: GPL-3.0-or-later
package vitromap.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ij.IJ;
import ij.Prefs;
import java.awt.event.KeyEvent;
import java.io.IOException;
import java.util.concurrent.atomic.AtomicIntegerArray;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Every frame once, the first error, ESC, and no thread left behind. */
class RunnerTest {
    private int threads;

    @BeforeEach
    void twoThreads() {
        threads = Prefs.getThreads();
        Prefs.setThreads(2);
        IJ.resetEscape();
    }

    @AfterEach
    void noThreadLeft() {
        Prefs.setThreads(threads);
        IJ.resetEscape();
        assertTrue(Thread.getAllStackTraces().keySet().stream().noneMatch(t -> t.getName().startsWith("Vitromap-")), "a worker is alive");
    }

    @Test
    void everyFrameOnce() throws IOException {
        AtomicIntegerArray visits = new AtomicIntegerArray(1001);
        Runner.each(1001, 16, "test", (first, n) -> {
            assertEquals(0, first % 16);
            for (int i = 0; i < n; i++) {
                visits.incrementAndGet((int) first + i);
            }
        });
        for (int i = 0; i < visits.length(); i++) {
            assertEquals(1, visits.get(i), "frame " + i);
        }
    }

    /** Rounds of 5, 4 .. 1 pieces; the step between them sees all pieces of a round done. */
    private static class Countdown implements Runner.Rounds {
        final AtomicIntegerArray visits = new AtomicIntegerArray(6);
        int round = 6;
        boolean mixed;

        @Override
        public long next() {
            mixed |= round < 6 && visits.get(round) != round;
            return --round;
        }

        @Override
        public void work(long piece) {
            visits.incrementAndGet(round);
        }

        @Override
        public double part() {
            return 0.5;
        }

        @Override
        public String state() {
            return "test";
        }
    }

    @Test
    void roundsFollowOneAnother() throws IOException {
        for (int workers : new int[] {1, 2, 9}) {
            Countdown countdown = new Countdown();
            Runner.rounds(countdown, workers);
            assertTrue(!countdown.mixed && countdown.round == 0, workers + " threads: round " + countdown.round);
        }
    }

    @Test
    void aFailureEndsTheRounds() {
        VitroException broken = new VitroException(VitroException.DATA, "broken");
        assertSame(broken, assertThrows(VitroException.class, () -> Runner.rounds(new Countdown() {
            @Override
            public void work(long piece) {
                if (round == 3) {
                    throw broken;
                }
            }
        }, 3)));
        assertSame(broken, assertThrows(VitroException.class, () -> Runner.rounds(new Countdown() {
            @Override
            public long next() {
                if (round == 2) {
                    throw broken;
                }
                return --round;
            }
        }, 3)));
    }

    @Test
    void firstErrorIsThrownAndEndsTheRun() {
        IOException broken = new IOException("frame 32 is broken");
        AtomicLong after = new AtomicLong();
        IOException thrown = assertThrows(IOException.class, () -> Runner.each(1 << 20, 16, "test", (first, n) -> {
            if (first == 32) {
                throw broken;
            } else if (first > 32) {
                after.incrementAndGet();
                pause(1);
            }
        }));
        assertSame(broken, thrown);
        assertTrue(after.get() < 1000, "worked on after the error: " + after.get());
    }

    @Test
    void escapeCancelsInHalfASecond() {
        AtomicLong pressed = new AtomicLong();
        assertThrows(Cancelled.class, () -> Runner.each(1 << 20, 16, "test", (first, n) -> {
            pause(5);
            if (first == 160) {
                pressed.set(System.nanoTime());
                IJ.setKeyDown(KeyEvent.VK_ESCAPE);
            }
        }));
        double seconds = (System.nanoTime() - pressed.get()) * 1e-9;
        assertTrue(pressed.get() != 0 && seconds < 0.5, "took " + seconds + " s");
        assertTrue(!IJ.escapePressed(), "the next run would be cancelled too");
    }

    @Test
    void interruptedThreadCancels() {
        Thread.currentThread().interrupt();
        assertThrows(Cancelled.class, () -> Runner.each(1 << 20, 16, "test", (first, n) -> pause(5)));
        assertTrue(Thread.interrupted(), "the interruption was swallowed");
    }

    private static void pause(int ms) {
        try {
            Thread.sleep(ms);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }
}
