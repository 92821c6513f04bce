/* SPDX-License-Identifier: GPL-3.0-or-later */
package vitromap.io;

import io.jhdf.object.datatype.DataType;
import io.jhdf.storage.HdfBackingStorage;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * HDF5's texts of any length, which the library reads but does not write: where one stands are its length and its number in a heap. Texts of fixed length
 * come to Python as bytes, and programs that compare them with words do not know them then.
 */
final class Hdf5Text extends DataType {
    private static final int CLASS = 9, REFERENCE = 16, OBJECT_HEADER = 16, ALIGN = 8;
    /** Heaps have at least this size; larger ones are given in whole ones of it. */
    private static final int HEAP_BLOCK = 4096;
    /** Class and version, text in UTF-8 that ends with 0, size; then the same of what it is made of, unsigned bytes. */
    private static final byte[] DESCRIPTION = {0x19, 1, 1, 0, REFERENCE, 0, 0, 0, 0x10, 0, 0, 0, 1, 0, 0, 0, 0, 0, 8, 0};

    private final List<byte[]> texts = new ArrayList<>();
    private long address;

    Hdf5Text() {
        super(CLASS, REFERENCE);
    }

    /** Keeps a text in the heap; returns its number there. */
    int add(String text) {
        texts.add(text.getBytes(StandardCharsets.UTF_8));
        return texts.size();
    }

    /** Where the heap will be in the file. */
    void setAddress(long address) {
        this.address = address;
    }

    /** The whole heap. */
    byte[] heap() {
        int bytes = OBJECT_HEADER;
        for (byte[] text : texts) {
            bytes += OBJECT_HEADER + aligned(text.length);
        }
        ByteBuffer heap = ByteBuffer.allocate((bytes + HEAP_BLOCK - 1) / HEAP_BLOCK * HEAP_BLOCK).order(ByteOrder.LITTLE_ENDIAN);
        heap.put("GCOL".getBytes(StandardCharsets.US_ASCII)).putInt(1).putLong(heap.capacity());
        for (int i = 0; i < texts.size(); i++) {
            heap.putShort((short) (i + 1)).putShort((short) 1).putInt(0).putLong(texts.get(i).length);
            int end = heap.position() + aligned(texts.get(i).length);
            heap.put(texts.get(i));
            heap.position(end);
        }
        if (heap.remaining() >= OBJECT_HEADER) { // what is free
            heap.putLong(8, heap.capacity());
            heap.putLong(heap.position() + 8, heap.remaining());
        }
        return heap.array();
    }

    private static int aligned(int bytes) {
        return (bytes + ALIGN - 1) / ALIGN * ALIGN;
    }

    /** @param number of a text, as {@link #add} gave it */
    @Override
    public ByteBuffer encodeData(Object number) {
        ByteBuffer reference = ByteBuffer.allocate(REFERENCE).order(ByteOrder.LITTLE_ENDIAN);
        reference.putInt(texts.get((Integer) number - 1).length).putLong(address).putInt((Integer) number);
        return reference;
    }

    @Override
    public ByteBuffer toBuffer() {
        return ByteBuffer.wrap(DESCRIPTION);
    }

    @Override
    public Class<?> getJavaType() {
        return String.class;
    }

    @Override
    public Object fillData(ByteBuffer buffer, int[] dimensions, HdfBackingStorage storage) {
        throw new UnsupportedOperationException("only written");
    }
}
