/* SPDX-License-Identifier: GPL-3.0-or-later */
package vitromap.engine;

import ij.ImageStack;
import ij.process.ImageProcessor;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;

/**
 * The slices of any ImageJ stack of 8, 16 or 32 bits. For a stack in memory it holds the pixel arrays, so that closing the image while
 * a job runs takes nothing away.
 */
public final class StackSource implements FrameSource {
    /** The number of vitro_type for signed 16 bits. */
    private static final int I16 = 5;

    private final ImageStack stack;
    private final Object[] pixels;
    private final StackFiles files;
    private final int type;
    private final boolean signed;

    /** @param signed 16 bits with ImageJ's signed calibration: given as 32 bits, 32768 taken off */
    public StackSource(ImageStack stack, boolean signed) {
        this(stack, stack.isVirtual() ? null : stack.getImageArray().clone(), StackFiles.of(stack),
                stack.getBitDepth() == 8 ? U8 : stack.getBitDepth() == 16 && !signed ? U16 : F32, signed && stack.getBitDepth() == 16);
    }

    private StackSource(ImageStack stack, Object[] pixels, StackFiles files, int type, boolean signed) {
        this.stack = stack;
        this.pixels = pixels;
        this.files = files;
        this.type = type;
        this.signed = signed;
    }

    @Override
    public int width() {
        return stack.getWidth();
    }

    @Override
    public int height() {
        return stack.getHeight();
    }

    @Override
    public int type() {
        return type;
    }

    @Override
    public long frames() {
        return stack.getSize();
    }

    @Override
    public void read(long first, int n, ByteBuffer out) throws IOException {
        for (int i = 0; i < n; i++) {
            ByteBuffer frame = out.duplicate();
            frame.limit((int) ((i + 1) * bytesPerFrame())).position((int) (i * bytesPerFrame()));
            put(slice((int) first + i), frame.slice().order(ByteOrder.nativeOrder()));
        }
    }

    @Override
    public Object[] arrays() {
        if (pixels == null || signed) {
            return null;
        }
        int count = width() * height();
        for (int i = 0; i < frames(); i++) {
            Object a = pixels[i];
            int length = type == U8 && a instanceof byte[] ? ((byte[]) a).length : type == U16 && a instanceof short[] ? ((short[]) a).length
                    : type == F32 && a instanceof float[] ? ((float[]) a).length : 0;
            if (length < count) {
                return null;
            }
        }
        return pixels;
    }

    @Override
    public FrameSource kept() {
        return signed && type != I16 ? new StackSource(stack, pixels, files, I16, true) : this;
    }

    @Override
    public boolean reads(Path file) throws IOException {
        return files != null && files.has(file);
    }

    /** A virtual stack is asked by one thread at a time: ImageJ's are not made for more. */
    private Object slice(int index) throws IOException {
        if (pixels != null) {
            return pixels[index];
        }
        if (files != null) {
            files.check(index + 1);
        }
        Object array;
        synchronized (stack) {
            ImageProcessor processor = stack.getProcessor(index + 1);
            array = processor == null ? null : processor.getPixels();
        }
        if (array == null) {
            throw new IOException("Slice " + (index + 1) + " of " + stack.getSize() + " could not be read");
        }
        return array;
    }

    private void put(Object array, ByteBuffer frame) throws IOException {
        if (array instanceof byte[]) {
            frame.put((byte[]) array);
        } else if (array instanceof short[] && !signed) {
            frame.asShortBuffer().put((short[]) array);
        } else if (array instanceof short[]) {
            for (short value : (short[]) array) {
                if (type == I16) {
                    frame.putShort((short) (value ^ 0x8000));
                } else {
                    frame.putFloat((value & 0xffff) - 32768f);
                }
            }
        } else if (array instanceof float[]) {
            frame.asFloatBuffer().put((float[]) array);
        } else {
            throw new IOException("The stack holds pixels of a type that is not 8, 16 or 32 bits");
        }
    }
}
