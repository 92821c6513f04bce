/* SPDX-License-Identifier: GPL-3.0-or-later */
package vitromap.io;

import ij.ImagePlus;
import ij.Prefs;
import ij.io.FileInfo;
import ij.io.FileSaver;
import ij.io.RoiEncoder;
import ij.io.TiffEncoder;
import ij.measure.Calibration;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import vitromap.engine.Dataset;
import vitromap.engine.FrameSource;

/**
 * What stands before and after the pixels of a TIFF stack as ImageJ saves it: one directory with ImageJ's description, the pixels without gaps, then a
 * directory for each further slice, which ImageJ does without, other programs do not. A file of 4 GB or more cannot have those.
 */
final class TiffHead {
    private static final int STRIP_OFFSET = 273, FIRST_OF_IMAGEJ = 50838, LAST_OF_IMAGEJ = 50839, ENTRY = 12, FIRST_DIRECTORY = 8;
    private static final long MOST_BYTES = 0xffffffffL;

    final byte[] head;
    private final long frameBytes;
    private final long frames;
    private final byte[] directory;
    private final int offsetAt;

    TiffHead(ImagePlus image, Dataset dataset) throws IOException {
        FrameSource source = dataset.source();
        head = encode(image, carrier(image, dataset, source));
        frameBytes = source.bytesPerFrame();
        frames = source.frames();
        ByteBuffer first = ByteBuffer.wrap(head).order(ByteOrder.LITTLE_ENDIAN);
        ByteBuffer other = ByteBuffer.allocate(head.length).order(ByteOrder.LITTLE_ENDIAN);
        int offset = 0;
        other.position(Short.BYTES);
        for (int i = 0; i < first.getShort(FIRST_DIRECTORY); i++) {
            int entry = FIRST_DIRECTORY + Short.BYTES + i * ENTRY;
            int tag = first.getShort(entry) & 0xffff;
            if (tag < FIRST_OF_IMAGEJ || tag > LAST_OF_IMAGEJ) {
                offset = tag == STRIP_OFFSET ? other.position() + 8 : offset;
                other.put(head, entry, ENTRY);
            }
        }
        other.putShort(0, (short) (other.position() / ENTRY));
        other.putInt(0); // the next directory
        directory = Arrays.copyOf(other.array(), other.position());
        offsetAt = offset;
        if (tailBytes() > 0) {
            first.putInt(FIRST_DIRECTORY + Short.BYTES + first.getShort(FIRST_DIRECTORY) * ENTRY, (int) tailBegin());
        }
    }

    /** An image of the type that will be written: a signed one of 16 bits is read as float. */
    private static ImagePlus carrier(ImagePlus image, Dataset dataset, FrameSource source) {
        ImagePlus carrier = new ImagePlus(image.getTitle(), new LayoutStack(source));
        Calibration calibration = image.getCalibration().copy();
        double low = calibration.getCValue(image.getDisplayRangeMin());
        double high = calibration.getCValue(image.getDisplayRangeMax());
        calibration.disableDensityCalibration();
        carrier.setCalibration(calibration);
        carrier.setProperties(image.getPropertiesAsArray());
        Dataset.setScan(carrier, dataset.scanX(), dataset.scanY());
        carrier.setDisplayRange(low, high);
        return carrier;
    }

    /** ImageJ's bytes before the pixels: what it writes of one blank slice, with the description of all. */
    private static byte[] encode(ImagePlus image, ImagePlus carrier) throws IOException {
        FileInfo info = carrier.getFileInfo();
        info.description = new FileSaver(carrier).getDescriptionString();
        info.info = image.getInfoProperty();
        info.properties = carrier.getPropertiesAsArray();
        info.roi = RoiEncoder.saveAsByteArray(image.getRoi());
        info.overlay = FileSaver.getOverlay(image);
        info.pixels = carrier.getProcessor().createProcessor(carrier.getWidth(), carrier.getHeight()).getPixels();
        info.nImages = 1;
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        boolean users = Prefs.intelByteOrder;
        try {
            Prefs.intelByteOrder = true; // the encoder has no other switch
            new TiffEncoder(info).write(bytes);
        } finally {
            Prefs.intelByteOrder = users;
        }
        return Arrays.copyOf(bytes.toByteArray(), bytes.size() - info.width * info.height * info.getBytesPerPixel());
    }

    private long tailBegin() {
        return head.length + frames * frameBytes;
    }

    /** Bytes after the pixels. */
    long tailBytes() {
        long bytes = (frames - 1) * directory.length;
        return tailBegin() + bytes < MOST_BYTES ? bytes : 0;
    }

    void writeTail(WholeFile file) throws IOException {
        long next = tailBegin();
        ByteBuffer bytes = ByteBuffer.allocate(1024 * directory.length).order(ByteOrder.LITTLE_ENDIAN);
        for (long frame = 1; tailBytes() > 0 && frame < frames; frame++) {
            int at = bytes.position();
            bytes.put(directory);
            bytes.putInt(at + offsetAt, (int) (head.length + frame * frameBytes));
            boolean last = frame == frames - 1;
            bytes.putInt(bytes.position() - Integer.BYTES, last ? 0 : (int) (tailBegin() + frame * directory.length));
            if (last || !bytes.hasRemaining()) {
                bytes.flip();
                int length = bytes.remaining();
                file.write(bytes, next);
                next += length;
                bytes.clear();
            }
        }
    }
}
