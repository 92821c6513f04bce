/* SPDX-License-Identifier: GPL-3.0-or-later */
package vitromap.io;

import ij.IJ;
import ij.VirtualStack;
import ij.process.ByteProcessor;
import ij.process.FloatProcessor;
import ij.process.ImageProcessor;
import ij.process.ShortProcessor;
import java.awt.EventQueue;
import java.awt.Font;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import vitromap.engine.FrameSource;
import vitromap.engine.SourceStack;
import vitromap.engine.SubsetSource;
import vitromap.engine.VitroException;

/**
 * A source's frames as a virtual stack. A frame that cannot be read is never shown as a blank one: whoever asks for its pixels gets an
 * exception; in a window its place is taken by the message, and the user is told once.
 */
public final class LayoutStack extends VirtualStack implements SourceStack {
    private final FrameSource source;
    private final AtomicBoolean told = new AtomicBoolean();
    private final Queue<ByteBuffer> buffers = new ConcurrentLinkedQueue<>();
    /** Frames that are left after slices were deleted; null = all. */
    private int[] kept;

    public LayoutStack(FrameSource source) {
        super(source.width(), source.height());
        if (source.frames() > Integer.MAX_VALUE) {
            throw new VitroException(VitroException.ARGUMENT, source.frames() + " patterns are more than ImageJ can hold in a stack");
        }
        this.source = source;
    }

    /** The frames in the order of the slices, which re-ordering and deleting change. */
    @Override
    public FrameSource source() {
        int n = getSize();
        long[] order = new long[n];
        boolean same = n == source.frames();
        for (int i = 0; i < n; i++) {
            order[i] = frame(i + 1);
            same &= order[i] == i;
        }
        return same ? source : new SubsetSource(source, order);
    }

    private int frame(int slice) {
        int position = translate(slice) - 1;
        return kept == null ? position : kept[position];
    }

    @Override
    public ImageProcessor getProcessor(int slice) {
        if (slice < 1 || slice > getSize()) {
            throw new IllegalArgumentException("Argument out of range: " + slice);
        }
        try {
            return read(frame(slice));
        } catch (IOException | VitroException e) {
            String text = e.getMessage();
            if (told.compareAndSet(false, true)) {
                IJ.log("Slice " + slice + ": " + text);
            }
            if (isForDisplay()) {
                return message(text);
            }
            throw new VitroException(VitroException.FORMAT, "Slice " + slice + ": " + text);
        }
    }

    private ImageProcessor read(int frame) throws IOException {
        ByteBuffer buffer = buffers.poll();
        if (buffer == null) {
            buffer = ByteBuffer.allocateDirect((int) source.bytesPerFrame()).order(ByteOrder.nativeOrder());
        }
        source.read(frame, 1, buffer);
        ImageProcessor processor = processor(source, pixels(source, buffer, 0));
        buffers.add(buffer);
        return processor;
    }

    /** The i-th of the frames in a buffer that the source has filled, as an array for ImageJ. */
    public static Object pixels(FrameSource source, ByteBuffer buffer, int i) {
        int n = source.width() * source.height();
        ByteBuffer frame = buffer.duplicate().order(ByteOrder.nativeOrder());
        frame.position((int) (i * source.bytesPerFrame()));
        if (source.type() == FrameSource.U8) {
            byte[] pixels = new byte[n];
            frame.get(pixels);
            return pixels;
        } else if (source.type() == FrameSource.U16) {
            short[] pixels = new short[n];
            frame.asShortBuffer().get(pixels);
            return pixels;
        }
        float[] pixels = new float[n];
        frame.asFloatBuffer().get(pixels);
        return pixels;
    }

    private ImageProcessor processor(FrameSource source, Object pixels) {
        int w = source.width();
        int h = source.height();
        ImageProcessor processor = pixels instanceof byte[] ? new ByteProcessor(w, h, (byte[]) pixels)
                : pixels instanceof short[] ? new ShortProcessor(w, h, (short[]) pixels, null) : new FloatProcessor(w, h, (float[]) pixels);
        if (cTable != null) {
            processor.setCalibrationTable(cTable);
        }
        return processor;
    }

    /** Threads that only draw windows: for them an exception would end the scrolling, and nobody would see it. */
    private static boolean isForDisplay() {
        return EventQueue.isDispatchThread() || "zSelector".equals(Thread.currentThread().getName());
    }

    private ImageProcessor message(String text) {
        ImageProcessor picture = new ByteProcessor(getWidth(), getHeight());
        picture.setColor(255);
        picture.setFont(new Font(Font.SANS_SERIF, Font.PLAIN, Math.max(9, getHeight() / 24)));
        int line = picture.getFontMetrics().getHeight();
        StringBuilder row = new StringBuilder();
        int y = line;
        for (String word : ("CANNOT BE READ " + text).split(" ")) {
            if (row.length() > 0 && picture.getStringWidth(row + word) > getWidth() - 4) {
                picture.drawString(row.toString(), 2, y);
                row.setLength(0);
                y += line;
            }
            row.append(word).append(' ');
        }
        picture.drawString(row.toString(), 2, y);
        return source.type() == FrameSource.U8 ? picture : source.type() == FrameSource.U16 ? picture.convertToShort(false) : picture.convertToFloat();
    }

    @Override
    public int getSize() {
        return kept != null ? kept.length : (int) source.frames();
    }

    @Override
    public int size() {
        return getSize();
    }

    @Override
    public int getBitDepth() {
        return 8 * source.bytesPerPixel();
    }

    @Override
    public String getSliceLabel(int slice) {
        return null;
    }

    @Override
    public void deleteSlice(int slice) {
        if (slice < 1 || slice > getSize()) {
            throw new IllegalArgumentException("Argument out of range: " + slice);
        }
        int[] left = new int[getSize() - 1];
        for (int i = 0; i < left.length; i++) {
            int old = i < slice - 1 ? i : i + 1;
            left[i] = kept == null ? old : kept[old];
        }
        kept = left;
    }

    @Override
    public String getDirectory() {
        return null;
    }

    @Override
    public String getFileName(int slice) {
        return null;
    }
}
