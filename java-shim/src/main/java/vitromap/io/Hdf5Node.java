/* SPDX-License-Identifier: GPL-3.0-or-later */
package vitromap.io;

import io.jhdf.ObjectHeader;
import io.jhdf.Superblock;
import io.jhdf.api.Attribute;
import io.jhdf.api.WritableAttributeImpl;
import io.jhdf.object.datatype.DataType;
import io.jhdf.object.message.AttributeInfoMessage;
import io.jhdf.object.message.AttributeMessage;
import io.jhdf.object.message.DataLayoutMessage.ContiguousDataLayoutMessage;
import io.jhdf.object.message.DataSpace;
import io.jhdf.object.message.DataSpaceMessage;
import io.jhdf.object.message.DataTypeMessage;
import io.jhdf.object.message.FillValueMessage;
import io.jhdf.object.message.GroupInfoMessage;
import io.jhdf.object.message.LinkInfoMessage;
import io.jhdf.object.message.LinkMessage;
import io.jhdf.object.message.Message;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A group or a dataset of an HDF5 file that is to be written, put together from the library's messages. The library's own way of writing a file needs all
 * pixels as one Java array.
 */
final class Hdf5Node {
    private static final int ROOT = 64, BLOCK = 4096;

    private final Hdf5Text texts;
    private final Map<String, Object> attributes = new LinkedHashMap<>();
    private final Map<String, Hdf5Node> members = new LinkedHashMap<>();
    /** Of a dataset; null = a group. */
    private final DataType type;
    private final DataSpace space;
    /** Of a small dataset; null = a group, or pixels, which others write. */
    private final Object value;
    private long position;
    private long dataPosition;

    private Hdf5Node(Hdf5Text texts, DataType type, DataSpace space, Object value) {
        this.texts = texts;
        this.type = type;
        this.space = space;
        this.value = value;
    }

    /** The root group of a new file. */
    static Hdf5Node root() {
        return new Hdf5Node(new Hdf5Text(), null, null, null);
    }

    Hdf5Node group(String name) {
        return put(name, new Hdf5Node(texts, null, null, null));
    }

    /** A dataset of one number, one text, or an array of numbers. */
    Hdf5Node values(String name, Object values) {
        DataSpace space = DataSpace.fromObject(values);
        return put(name, values instanceof String ? new Hdf5Node(texts, texts, space, texts.add((String) values))
                : new Hdf5Node(texts, DataType.fromObject(values), space, values));
    }

    /** A dataset of four dimensions whose numbers others write. */
    Hdf5Node pixels(String name, DataType type, int[] size) {
        return put(name, new Hdf5Node(texts, type, DataSpace.modifyDimensions(DataSpace.fromObject(new byte[1][1][1][1]), size), null));
    }

    private Hdf5Node put(String name, Hdf5Node member) {
        members.put(name, member);
        return member;
    }

    /** Adds an attribute, a number or a text; returns this node. */
    Hdf5Node with(String name, Object value) {
        attributes.put(name, value instanceof String ? new Text(texts.add((String) value)) : value);
        return this;
    }

    /** The number of a text among the texts. */
    private static final class Text {
        final int number;

        Text(int number) {
            this.number = number;
        }
    }

    /** Of a root with one dataset of pixels: the bytes of the file that stand before them. */
    byte[] head(Hdf5Node pixels) {
        long heap = place(ROOT);
        texts.setAddress(heap);
        byte[] words = texts.heap();
        int length = (int) ((heap + words.length + BLOCK - 1) / BLOCK) * BLOCK;
        pixels.dataPosition = length;
        ByteBuffer bytes = ByteBuffer.allocate(length);
        bytes.put(new Superblock.SuperblockV2V3().toBuffer(length + pixels.bytes()));
        write(bytes);
        bytes.position((int) heap);
        bytes.put(words);
        return bytes.array();
    }

    private long bytes() {
        return space == null ? 0 : space.getTotalLength() * type.getSize();
    }

    /** Gives it and its members their places in the file. Returns where they end. */
    private long place(long begin) {
        position = begin;
        dataPosition = begin + header().length;
        long next = dataPosition + (value == null ? 0 : bytes());
        for (Hdf5Node member : members.values()) {
            next = member.place(next);
        }
        return next;
    }

    private void write(ByteBuffer file) {
        file.position((int) position);
        file.put(header());
        if (value != null) {
            file.put(type.encodeData(value).array());
        }
        members.values().forEach(member -> member.write(file));
    }

    /** As long wherever it, its members and the texts are. */
    private byte[] header() {
        List<Message> messages = new ArrayList<>();
        if (type == null) {
            messages.add(GroupInfoMessage.createBasic());
            messages.add(LinkInfoMessage.createBasic());
            members.forEach((name, member) -> messages.add(LinkMessage.create(name, member.position)));
        } else {
            messages.add(DataTypeMessage.create(type));
            messages.add(DataSpaceMessage.create(space));
            messages.add(FillValueMessage.NO_FILL);
            messages.add(ContiguousDataLayoutMessage.create(dataPosition, bytes()));
        }
        if (!attributes.isEmpty()) {
            messages.add(AttributeInfoMessage.create());
            attributes.forEach((name, value) -> messages.add(AttributeMessage.create(name, attribute(name, value))));
        }
        return new ObjectHeader.ObjectHeaderV2(position, messages).toBuffer().array();
    }

    private Attribute attribute(String name, Object value) {
        if (!(value instanceof Text)) {
            return new WritableAttributeImpl(name, null, value);
        }
        return new WritableAttributeImpl(name, null, ((Text) value).number) {
            @Override
            public DataType getDataType() {
                return texts;
            }
        };
    }
}
