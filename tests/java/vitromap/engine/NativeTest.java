// SPDX-License-Identifier: GPL-3.0-or-later
package vitromap.engine;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;

/** The border: what Java hands over wrongly is refused before the library touches it. */
class NativeTest {

    /** Every method is in the glue's table, and none crashes on nulls and zeros. */
    @Test
    void everyMethodIsBoundAndSurvivesNothing() throws Exception {
        int bound = 0;
        for (Method m : Native.class.getDeclaredMethods()) {
            if (!Modifier.isNative(m.getModifiers())) continue;
            Object[] nothing = new Object[m.getParameterCount()];
            for (int i = 0; i < nothing.length; i++) nothing[i] = zero(m.getParameterTypes()[i]);
            try {
                m.invoke(null, nothing);
            } catch (InvocationTargetException e) {
                assertTrue(e.getCause() instanceof VitroException, m + ": " + e.getCause());
                assertFalse(e.getCause().getMessage().isEmpty(), m.toString());
            }
            bound++;
        }
        assertTrue(bound >= 34, bound + " methods");
    }

    private static Object zero(Class<?> type) {
        if (type == int.class) return 0;
        if (type == long.class) return 0L;
        if (type == double.class) return 0.0;
        if (type == boolean.class) return false;
        return null;
    }

    @Test
    void theBaselineIsOnEveryProcessor() {
        assertEquals("baseline", Native.isaName(1));
        assertNotNull(Native.isaName(0));
        assertEquals(null, Native.isaName(99));
    }

    @Test
    void theFailuresCodeAndTextArrive() {
        VitroException e = assertThrows(VitroException.class, () -> Native.meanNew(-3, 8, Native.U16, 0, 1));
        assertEquals(VitroException.ARGUMENT, e.code);
        assertTrue(e.getMessage().contains("-3"), e.getMessage());
    }

    @Test
    void shortArraysAreRefused() {
        refused("An array of 63 elements, where 64 are needed", () -> Native.findMask(new float[63], 8, 8, new byte[64]));
        refused("An array of 63 elements, where 64 are needed", () -> Native.findMask(new float[64], 8, 8, new byte[63]));
        refused("null", () -> Native.findMask(null, 8, 8, new byte[64]));
        refused("An array of 1 elements, where 2 are needed", () -> Native.findCenter(new float[64], null, 8, 8, new double[1]));
        refused("An array of 63 elements", () -> Native.findCenter(new float[64], new byte[63], 8, 8, new double[2]));
        refused("An array of 2 elements, where 3 are needed", () -> Native.findRing(new float[64], new double[2]));
        refused("An array of 13 elements, where 14 are needed", () -> Native.layoutRaw(100, Native.U8, false, 8, 8, 0, 0, new long[13]));
    }

    @Test
    void sizesThatOverflowAreRefused() {
        refused("needed", () -> Native.findMask(new float[64], Integer.MAX_VALUE, Integer.MAX_VALUE, new byte[64]));
        refused("needed", () -> Native.findMask(new float[64], -8, 8, new byte[64]));
    }

    @Test
    void buffersAreChecked() {
        long job = Native.meanNew(8, 8, Native.U16, 0, 32);
        try {
            refused("A buffer of 2047 bytes, where 2048 are needed", () -> Native.jobFeed(job, direct(2047), 0, 16));
            refused("not direct", () -> Native.jobFeed(job, ByteBuffer.allocate(4096), 0, 16));
            refused("null", () -> Native.jobFeed(job, null, 0, 16));
            refused("needed", () -> Native.jobFeed(job, direct(2048), 0, Long.MAX_VALUE));
            refused("needed", () -> Native.jobFeed(job, direct(2048), 0, -16));
            refused("An array of 3 elements, where 128 are needed", () -> Native.jobFinish(job, new float[3]));
        } finally {
            Native.jobFree(job);
        }
    }

    @Test
    void aFreedHandleIsRefused() {
        refused("freed", () -> Native.jobFeed(0, direct(2048), 0, 16));
        refused("freed", () -> Native.ringModelValues(0, new double[7]));
        Native.jobFree(0);
        Native.ringModelFree(0);
        Native.sampleFree(0);
    }

    @Test
    void aFailureLeavesTheOutputsAlone() {
        double[] out = {1, 2, 3};
        assertThrows(VitroException.class, () -> Native.scattering(bytes("Qq99"), new double[] {0, 1, 2}, out, null));
        assertArrayEquals(new double[] {1, 2, 3}, out);
    }

    @Test
    void textAndNumbersCross() {
        double[] f2 = new double[1];
        double[] fMean2 = new double[1];
        Native.scattering(bytes("Cu"), new double[] {0.5}, f2, fMean2);
        assertEquals(2.8011 * 2.8011, f2[0], 1e-3); // Kirkland's f(Cu) at 0.5 1/A
        assertEquals(f2[0], fMean2[0], 1e-12);
    }

    /** A mean over frames, through job, buffer and array: 2 px, 32 frames of frame number and 7. */
    @Test
    void aJobGoesTheWholeWay() {
        long job = Native.meanNew(2, 1, Native.U16, 0, 32);
        try {
            ByteBuffer frames = direct(32 * 4);
            for (int i = 0; i < 32; i++) frames.putShort((short) i).putShort((short) 7);
            Native.jobFeed(job, frames, 0, 32);
            float[] out = new float[(int) Native.jobOutputs(job)];
            Native.jobFinish(job, out);
            assertArrayEquals(new float[] {15.5f, 7, 31, 7}, out);
        } finally {
            Native.jobFree(job);
        }
    }

    private static void refused(String text, Executable call) {
        VitroException e = assertThrows(VitroException.class, call);
        assertEquals(VitroException.ARGUMENT, e.code);
        assertTrue(e.getMessage().contains(text), e.getMessage());
    }

    private static ByteBuffer direct(int bytes) {
        return ByteBuffer.allocateDirect(bytes).order(ByteOrder.nativeOrder());
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
