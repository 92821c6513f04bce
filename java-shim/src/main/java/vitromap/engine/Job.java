/* SPDX-License-Identifier: GPL-3.0-or-later */
package vitromap.engine;

import java.nio.ByteBuffer;

/** A native job: fed with frames by {@link Runner}, finished once, freed by close. */
public final class Job implements AutoCloseable {
    private long handle;

    /** Takes over a handle from one of the constructors in {@link Native}. */
    public Job(long handle) {
        this.handle = handle;
    }

    /** The native handle, for functions that take a job. */
    public long handle() {
        if (handle == 0) {
            throw new IllegalStateException("the job is closed");
        }
        return handle;
    }

    void feed(ByteBuffer frames, long first, long n) {
        Native.jobFeed(handle(), frames, first, n);
    }

    void feed(Object[] frames, long first, long n) {
        Native.jobFeedArrays(handle(), frames, first, n);
    }

    /** The job's result, in the layout that its constructor's description gives. */
    public float[] finish() {
        long floats = Native.jobOutputs(handle());
        if (floats > Integer.MAX_VALUE - 8) {
            throw new VitroException(VitroException.ARGUMENT, "The result of " + floats + " numbers does not fit into one array");
        }
        float[] out = new float[(int) floats];
        Native.jobFinish(handle(), out);
        return out;
    }

    @Override
    public void close() {
        if (handle != 0) {
            Native.jobFree(handle);
            handle = 0;
        }
    }
}
